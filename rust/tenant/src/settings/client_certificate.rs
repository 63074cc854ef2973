//! A certificate whose key proves who an application is.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::clock::Moment;
use crate::fault::Fault;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// The object identifier 1.2.840.113549.1.1.1, `rsaEncryption` (RFC 8017), as it stands in a certificate.
const RSA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// The public part of an application's certificate (X.509, RFC 5280) with an RSA key.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    der: Vec<u8>,
    key: Vec<u8>,
    not_after: Moment,
}

impl ClientCertificate {
    /// Reads a certificate in PEM.
    pub(crate) fn read(pem: &str) -> Result<Self, Fault> {
        let fault = || {
            Fault::new(
                "expected a certificate in PEM with an RSA key: '-----BEGIN CERTIFICATE-----', the certificate in base64, '-----END CERTIFICATE-----'",
            )
        };
        let (_, rest) = pem.split_once(BEGIN).ok_or_else(fault)?;
        let (inside, _) = rest.split_once(END).ok_or_else(fault)?;
        let text: String = inside.split_whitespace().collect();
        let der = STANDARD.decode(text).map_err(|_| fault())?;
        Self::parse(der).ok_or_else(fault)
    }

    /// Takes out of a certificate what an assertion is judged by.
    fn parse(der: Vec<u8>) -> Option<Self> {
        let mut whole = Der(&der);
        let mut signed = whole.sequence()?.sequence()?;
        if signed.0.first() == Some(&Der::VERSION) {
            signed.next()?;
        }
        // Serial number, algorithm, issuer.
        for _ in 0..3 {
            signed.next()?;
        }
        let mut validity = signed.sequence()?;
        validity.next()?;
        let not_after = time(validity.next()?)?;
        let _subject = signed.next()?;
        let mut key = signed.sequence()?;
        let (_, algorithm) = key.sequence()?.next()?;
        let (tag, bits) = key.next()?;
        if algorithm != RSA || tag != Der::BIT_STRING {
            return None;
        }
        // The first byte of a string of bits says how many of the last are not used: none.
        let key = bits.strip_prefix(&[0])?.to_vec();
        Some(Self {
            der,
            key,
            not_after,
        })
    }

    /// The certificate in PEM.
    pub(crate) fn pem(&self) -> String {
        format!("{BEGIN}\n{}\n{END}\n", STANDARD.encode(&self.der))
    }

    /// The certificate in DER, of which a thumbprint is the hash.
    pub(crate) fn der(&self) -> &[u8] {
        &self.der
    }

    /// Its key, an `RSAPublicKey` (RFC 8017) in DER.
    pub(crate) fn key(&self) -> &[u8] {
        &self.key
    }

    /// When it ends.
    pub(crate) fn not_after(&self) -> Moment {
        self.not_after
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCertificate")
            .field("not_after", &self.not_after)
            .finish_non_exhaustive()
    }
}

/// Values in DER (X.690), one after another.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    const SEQUENCE: u8 = 0x30;
    const BIT_STRING: u8 = 0x03;
    const VERSION: u8 = 0xa0;
    const UTC_TIME: u8 = 0x17;
    const GENERALIZED_TIME: u8 = 0x18;

    /// The next value: its tag and what is in it.
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            // No certificate is longer than three bytes can say.
            0x81..=0x83 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                let length = bytes
                    .iter()
                    .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
                (length, rest)
            }
            _ => return None,
        };
        let (value, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, value))
    }

    fn sequence(&mut self) -> Option<Self> {
        match self.next()? {
            (Self::SEQUENCE, inside) => Some(Self(inside)),
            _ => None,
        }
    }
}

/// `YYMMDDhhmmssZ` of 1950 to 2049, or `YYYYMMDDhhmmssZ`.
fn time((tag, text): (u8, &[u8])) -> Option<Moment> {
    let text = std::str::from_utf8(text).ok()?;
    let text = match tag {
        Der::UTC_TIME if text.get(..2)? < "50" => format!("20{text}"),
        Der::UTC_TIME => format!("19{text}"),
        Der::GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    let time = DateTime::strptime("%Y%m%d%H%M%SZ", text).ok()?;
    let time = time.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some(Moment::from_unix(time.as_second()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_rfc_5280_writes_them() {
        // 2050-01-01T00:00:00Z is 2,524,608,000 s after 1970; 1970 itself stands in two digits.
        let seconds = |tag, text: &[u8]| time((tag, text)).map(Moment::unix);
        assert_eq!(seconds(0x18, b"20500101000000Z"), Some(2_524_608_000));
        assert_eq!(seconds(0x17, b"700101000001Z"), Some(1));
        assert_eq!(seconds(0x17, b"491231235959Z"), Some(2_524_607_999));
        assert_eq!(time((0x17, b"yesterday")), None);
        assert_eq!(time((0x02, b"700101000001Z")), None);
    }

    #[test]
    fn a_text_that_is_no_certificate_is_refused() {
        let key = rcgen::KeyPair::generate().unwrap();
        let elliptic = rcgen::CertificateParams::new(vec!["app".to_owned()])
            .unwrap()
            .self_signed(&key)
            .unwrap()
            .pem();
        let cut = format!("{BEGIN}\nMIIB\n{END}");
        for text in ["", "MIIB", BEGIN, &cut, &elliptic] {
            let fault = ClientCertificate::read(text).unwrap_err().to_string();
            assert!(fault.contains("PEM with an RSA key"), "{fault}");
        }
    }
}
