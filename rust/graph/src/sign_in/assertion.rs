//! The signed assertion by which an application proves that it has a certificate's key.
//!
//! The form is the one Microsoft documents for certificate credentials: PS256, with the SHA-256 thumbprint of
//! the certificate in `x5t#S256`. The key never comes here: the digest goes to the platform to be signed.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Secret, SignInError, SignInErrorKind, caller};

/// How long an assertion is valid. Microsoft asks for 5 to 10 minutes at most.
const VALID_SECONDS: i64 = 300;

/// How long before the present moment it begins, for clocks that differ a little.
const BACKDATED_SECONDS: i64 = 60;

/// A certificate whose key the platform has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The certificate in DER; public.
    pub der: Vec<u8>,
    /// The certificates it was issued by, in DER, where they are to be sent along.
    pub chain: Option<Vec<Vec<u8>>>,
    /// Its subject, for messages.
    pub subject: String,
    /// When it becomes valid.
    pub not_before: Timestamp,
    /// When it ends.
    pub not_after: Timestamp,
}

impl Certificate {
    /// Fails where the certificate isn't valid at a moment.
    pub(super) fn check(&self, now: Timestamp) -> Result<(), SignInError> {
        let (code, when) = if now >= self.not_after {
            (
                "CertificateExpired",
                format!("expired at {:.0}", self.not_after),
            )
        } else if now < self.not_before {
            (
                "CertificateNotYetValid",
                format!("is not valid before {:.0}", self.not_before),
            )
        } else {
            return Ok(());
        };
        Err(SignInError::new(
            SignInErrorKind::Invalid,
            code,
            format!("the certificate '{}' {when}", self.subject),
        )
        .advise("Make a new certificate, upload its public part to the application, and name the new one; if the date looks right, check this machine's clock."))
    }
}

/// An assertion for one use at a token endpoint.
pub(super) async fn signed(
    certificate: &Certificate,
    client_id: &str,
    audience: &str,
    now: Timestamp,
) -> Result<Secret, SignInError> {
    let text = unsigned(certificate, client_id, audience, now, &random_guid());
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    let caller = caller().ok_or_else(|| refused(certificate, "nobody is there to sign"))?;
    let signature = caller
        .sign(digest)
        .await
        .map_err(|reason| refused(certificate, &reason.0))?;
    Ok(Secret::new(format!(
        "{text}.{}",
        BASE64_URL_SAFE_NO_PAD.encode(signature)
    )))
}

fn refused(certificate: &Certificate, reason: &str) -> SignInError {
    SignInError::new(
        SignInErrorKind::Invalid,
        "NotSigned",
        format!(
            "the key of the certificate '{}' did not sign: {reason}",
            certificate.subject
        ),
    )
    .advise("The certificate needs an RSA private key that this account may use.")
}

/// Header and claims of an assertion, as they are signed.
fn unsigned(
    certificate: &Certificate,
    client_id: &str,
    audience: &str,
    now: Timestamp,
    id: &str,
) -> String {
    let mut header = json!({
        "alg": "PS256", "typ": "JWT",
        "x5t#S256": BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&certificate.der)),
    });
    if let Some(chain) = &certificate.chain {
        let whole: Vec<String> = std::iter::once(&certificate.der)
            .chain(chain)
            .map(|der| BASE64_STANDARD.encode(der))
            .collect();
        header["x5c"] = json!(whole);
    }
    let second = now.as_second();
    let claims = json!({
        "aud": audience, "iss": client_id, "sub": client_id, "jti": id,
        "iat": second, "nbf": second - BACKDATED_SECONDS, "exp": second + VALID_SECONDS,
    });
    format!(
        "{}.{}",
        BASE64_URL_SAFE_NO_PAD.encode(header.to_string()),
        BASE64_URL_SAFE_NO_PAD.encode(claims.to_string())
    )
}

/// A random GUID (version 4).
fn random_guid() -> String {
    let mut bytes: [u8; 16] = rand::random();
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn certificate(chain: Option<Vec<Vec<u8>>>) -> Certificate {
        Certificate {
            der: b"abc".to_vec(),
            chain,
            subject: "CN=app".into(),
            not_before: "2026-01-01T00:00:00Z".parse().unwrap(),
            not_after: "2027-01-01T00:00:00Z".parse().unwrap(),
        }
    }

    fn part(text: &str, index: usize) -> Value {
        let part = text.split('.').nth(index).unwrap();
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    #[test]
    fn an_assertion_has_the_header_and_claims_that_microsoft_documents() {
        let now: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
        let text = unsigned(
            &certificate(None),
            "app-1",
            "https://login/t/token",
            now,
            "id-1",
        );
        // SHA-256 of "abc" is the first example of FIPS 180-2: ba7816bf 8f01cfea 414140de 5dae2223 b00361a3 96177a9c b410ff61 f20015ad.
        let header = json!({"alg": "PS256", "typ": "JWT", "x5t#S256": "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"});
        assert_eq!(part(&text, 0), header);
        let second = 1_780_315_200;
        assert_eq!(
            part(&text, 1),
            json!({
                "aud": "https://login/t/token", "iss": "app-1", "sub": "app-1", "jti": "id-1",
                "iat": second, "nbf": second - 60, "exp": second + 300,
            })
        );
    }

    #[test]
    fn a_chain_is_sent_with_the_certificate_first() {
        let text = unsigned(
            &certificate(Some(vec![b"issuer".to_vec()])),
            "a",
            "u",
            Timestamp::UNIX_EPOCH,
            "i",
        );
        assert_eq!(part(&text, 0)["x5c"], json!(["YWJj", "aXNzdWVy"]));
    }

    #[test]
    fn a_certificate_outside_its_time_is_named_with_its_date() {
        let certificate = certificate(None);
        let error = certificate
            .check("2027-01-01T00:00:00Z".parse().unwrap())
            .unwrap_err();
        assert_eq!(error.code(), "CertificateExpired");
        assert!(
            error.to_string().contains("2027-01-01T00:00:00Z"),
            "{error}"
        );
        let error = certificate
            .check("2025-12-31T23:59:59Z".parse().unwrap())
            .unwrap_err();
        assert_eq!(error.code(), "CertificateNotYetValid");
        assert!(
            certificate
                .check("2026-05-05T00:00:00Z".parse().unwrap())
                .is_ok()
        );
    }

    #[test]
    fn ids_of_assertions_are_guids_of_version_4_that_differ() {
        let (one, two) = (random_guid(), random_guid());
        assert_ne!(one, two);
        assert_eq!(one.len(), 36);
        assert_eq!(&one[14..15], "4");
        assert!(matches!(&one[19..20], "8" | "9" | "a" | "b"));
    }
}
