//! Proof key for code exchange (RFC 7636): whoever redeems a code shows that it is who asked for it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::Secret;

/// A verifier and its challenge.
pub(super) struct Proof(Secret);

impl Proof {
    pub(super) fn new() -> Self {
        Self(Secret::new(random_text()))
    }

    pub(super) fn verifier(&self) -> &str {
        self.0.expose()
    }

    /// The challenge of method S256.
    pub(super) fn challenge(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(self.0.expose().as_bytes()))
    }
}

/// A text of 43 random characters, 256 bits.
pub(super) fn random_text() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_rfc_s_own_example() {
        let proof = Proof(Secret::new(
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into(),
        ));
        assert_eq!(
            proof.challenge(),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn random_texts_are_long_enough_for_a_verifier_and_differ() {
        assert_eq!(random_text().len(), 43);
        assert_ne!(random_text(), random_text());
    }
}
