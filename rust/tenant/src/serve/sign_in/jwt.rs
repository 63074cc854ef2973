//! Tokens in the form of JWTs, signed with a key that lives as long as the server.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{KeyPair, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The server's key: elliptic curve P-256.
pub(super) struct TokenKey {
    pair: KeyPair,
    id: String,
}

impl TokenKey {
    pub(super) fn generate() -> Result<Self, rcgen::Error> {
        let pair = KeyPair::generate()?;
        let id =
            URL_SAFE_NO_PAD.encode(&Sha256::digest(rcgen::PublicKeyData::der_bytes(&pair))[..12]);
        Ok(Self { pair, id })
    }

    /// A signed token with these claims.
    pub(super) fn sign(&self, claims: &Value) -> Result<String, rcgen::Error> {
        let header = json!({"typ": "JWT", "alg": "ES256", "kid": self.id});
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", encode(&header), encode(claims));
        let signature = raw_signature(&self.pair.sign(text.as_bytes())?);
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The public key, as a set of one.
    pub(super) fn public(&self) -> Value {
        // An uncompressed point: a byte 4, then both coordinates.
        let point = self.pair.public_key_raw();
        let coordinate = |from: usize| {
            let bytes = point.get(from..from + 32).unwrap_or_default();
            URL_SAFE_NO_PAD.encode(bytes)
        };
        json!({"keys": [{
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.id, "x": coordinate(1), "y": coordinate(33),
        }]})
    }
}

/// Two numbers of 32 bytes each, from the ASN.1 sequence of two integers that the key gives.
fn raw_signature(der: &[u8]) -> [u8; 64] {
    let mut raw = [0_u8; 64];
    // SEQUENCE, its length in one byte (two numbers of at most 33 bytes), then the numbers.
    let mut rest = der.get(2..).unwrap_or_default();
    for half in raw.chunks_exact_mut(32) {
        let length = usize::from(rest.get(1).copied().unwrap_or_default());
        let number = rest.get(2..2 + length).unwrap_or_default();
        // A number whose first bit is set has a zero before it; one that begins with zeros is shorter.
        let number = &number[number.len().saturating_sub(32)..];
        half[32 - number.len()..].copy_from_slice(number);
        rest = rest.get(2 + length..).unwrap_or_default();
    }
    raw
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_two_numbers_of_32_bytes() {
        let mut der = vec![0x30, 0x44, 0x02, 0x21, 0x00];
        der.extend([0xff; 32]);
        der.extend([0x02, 0x1f]);
        der.extend([0x01; 31]);
        let raw = raw_signature(&der);
        assert_eq!(raw[..32], [0xff; 32]);
        assert_eq!(raw[32], 0);
        assert_eq!(raw[33..], [0x01; 31]);
    }

    #[test]
    fn a_token_verifies_with_the_key_that_is_given_out() {
        let key = TokenKey::generate().unwrap();
        let public = key.public();
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let mut point = vec![4];
        point.extend(decode(public["keys"][0]["x"].as_str().unwrap()));
        point.extend(decode(public["keys"][0]["y"].as_str().unwrap()));
        let provider = rustls::crypto::ring::default_provider();
        let verify = provider.signature_verification_algorithms.mapping;
        let (_, algorithms) = verify
            .iter()
            .find(|(scheme, _)| *scheme == rustls::SignatureScheme::ECDSA_NISTP256_SHA256)
            .unwrap();
        for number in 0..20 {
            let token = key.sign(&json!({"sub": number})).unwrap();
            let (text, signature) = token.rsplit_once('.').unwrap();
            let signature = decode(signature);
            // The verifier takes ASN.1: write the two numbers back as integers.
            let mut numbers = Vec::new();
            for half in signature.chunks(32) {
                let half = &half[half.iter().take_while(|byte| **byte == 0).count()..];
                let sign = usize::from(half[0] >= 0x80);
                numbers.extend([2, (half.len() + sign) as u8]);
                numbers.extend(&[0_u8][..sign]);
                numbers.extend(half);
            }
            let mut der = vec![0x30, numbers.len() as u8];
            der.extend(numbers);
            let verified = algorithms.iter().any(|algorithm| {
                algorithm
                    .verify_signature(&point, text.as_bytes(), &der)
                    .is_ok()
            });
            assert!(verified, "{number}");
        }
    }
}
