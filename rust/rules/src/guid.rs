//! Ids of products, service plans, users and groups.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::str::FromStr;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A GUID, held in the order in which its text is read, so that ids sort as their text does.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(pub u128);

/// A map by ids that come from the tenant itself, as those of its products do. Ids are random bits already, so they are
/// hashed for a fraction of what a map that strangers may fill has to pay.
pub type GuidMap<V> = HashMap<Guid, V, BuildHasherDefault<GuidHasher>>;

/// The hasher of [`GuidMap`].
#[derive(Clone, Copy, Debug, Default)]
pub struct GuidHasher(u64);

impl Hasher for GuidHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }

    fn write_u128(&mut self, id: u128) {
        // Ids written by hand differ in few bits: the product spreads them, and its upper half has them all.
        let folded = (id >> 64) as u64 ^ id as u64;
        let product = folded.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = product ^ product >> 32;
    }
}

/// The text is not a GUID of the form `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseGuidError;

/// Text length of a GUID with its four hyphens.
const TEXT_LENGTH: usize = 36;

impl Guid {
    /// The id of all zeroes.
    pub const NIL: Guid = Guid(0);

    /// The id whose bytes these are, in text order (big-endian throughout).
    pub const fn from_bytes(bytes: [u8; 16]) -> Guid {
        Guid(u128::from_be_bytes(bytes))
    }

    /// The bytes in text order (big-endian throughout).
    pub const fn as_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// Reads the 8-4-4-4-12 form, in any case. Braces, missing hyphens and blanks are refused.
    pub const fn parse(text: &str) -> Result<Guid, ParseGuidError> {
        let text = text.as_bytes();
        if text.len() != TEXT_LENGTH {
            return Err(ParseGuidError);
        }
        let mut value: u128 = 0;
        let mut at = 0;
        while at < TEXT_LENGTH {
            let byte = text[at];
            if matches!(at, 8 | 13 | 18 | 23) {
                if byte != b'-' {
                    return Err(ParseGuidError);
                }
            } else {
                let digit = match byte {
                    b'0'..=b'9' => byte - b'0',
                    b'a'..=b'f' => byte - b'a' + 10,
                    b'A'..=b'F' => byte - b'A' + 10,
                    _ => return Err(ParseGuidError),
                };
                value = value << 4 | digit as u128;
            }
            at += 1;
        }
        Ok(Guid(value))
    }

    /// The id a constant names.
    ///
    /// # Panics
    /// If the text is not a GUID. In a constant that is a compile error, which is what this is for; use
    /// [`Guid::parse`] on any text from outside.
    pub const fn literal(text: &str) -> Guid {
        match Guid::parse(text) {
            Ok(guid) => guid,
            Err(_) => panic!("not a GUID"),
        }
    }

    /// The text in lower case, without an allocation.
    pub fn text(self) -> GuidText {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [b'-'; TEXT_LENGTH];
        let mut at = 0;
        for byte in self.as_bytes() {
            if matches!(at, 8 | 13 | 18 | 23) {
                at += 1;
            }
            text[at] = DIGITS[usize::from(byte >> 4)];
            text[at + 1] = DIGITS[usize::from(byte & 15)];
            at += 2;
        }
        GuidText(text)
    }
}

/// The lower-case text of a [`Guid`], on the stack.
#[derive(Clone, Copy)]
pub struct GuidText([u8; TEXT_LENGTH]);

impl GuidText {
    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text().as_str())
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().as_str())
    }
}

impl FromStr for Guid {
    type Err = ParseGuidError;

    fn from_str(text: &str) -> Result<Guid, ParseGuidError> {
        Guid::parse(text)
    }
}

impl fmt::Display for ParseGuidError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a GUID: expected the form xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")
    }
}

impl std::error::Error for ParseGuidError {}

impl Serialize for Guid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text().as_str())
    }
}

impl<'de> Deserialize<'de> for Guid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Guid, D::Error> {
        struct GuidVisitor;

        impl Visitor<'_> for GuidVisitor {
            type Value = Guid;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a GUID")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Guid, E> {
                text.parse()
                    .map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }

        deserializer.deserialize_str(GuidVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const E5: &str = "06ebc4ee-1bb5-47dd-8120-11324bc54e06";

    #[test]
    fn ids_that_differ_in_one_digit_or_half_hash_apart() {
        let hash = |id: u128| {
            let mut hasher = GuidHasher::default();
            std::hash::Hash::hash(&Guid(id), &mut hasher);
            hasher.finish()
        };
        // A map looks at the lowest bits of a hash first, and at the highest seven.
        let ids = (0..128).map(|bit| 1_u128 << bit).chain(0..128);
        let buckets: std::collections::HashSet<u64> = ids
            .map(|id| hash(id) & 0xfff | hash(id) >> 57 << 12)
            .collect();
        assert!(buckets.len() > 120, "{} of 256", buckets.len());
        let mut map = GuidMap::default();
        for id in 0..1000 {
            map.insert(Guid(id), id);
        }
        assert!((0..1000).all(|id| map[&Guid(id)] == id));
    }

    #[test]
    fn text_survives_a_round_trip_in_lower_case() {
        let upper: Guid = E5.to_uppercase().parse().unwrap();
        assert_eq!(upper.to_string(), E5);
        assert_eq!(format!("{upper:?}"), E5);
    }

    #[test]
    fn bytes_are_in_the_order_of_the_text() {
        let guid: Guid = E5.parse().unwrap();
        assert_eq!(guid.as_bytes()[..4], [0x06, 0xeb, 0xc4, 0xee]);
        assert_eq!(guid.as_bytes()[15], 0x06);
        assert_eq!(Guid::from_bytes(guid.as_bytes()), guid);
    }

    #[test]
    fn ids_sort_as_their_text_does() {
        let mut texts = [
            E5,
            "00000000-0000-0000-0000-00000000000f",
            "f0000000-0000-0000-0000-000000000000",
        ];
        texts.sort_unstable();
        let mut guids = texts.map(|text| text.parse::<Guid>().unwrap());
        guids.sort_unstable();
        assert_eq!(guids.map(|guid| guid.to_string()), texts);
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "",
            "SPE_E5",
            "06ebc4ee1bb547dd812011324bc54e06",
            "{06ebc4ee-1bb5-47dd-8120-11324bc54e06}",
            " 06ebc4ee-1bb5-47dd-8120-11324bc54e06",
            "06ebc4ee-1bb5-47dd-8120-11324bc54e0",
            "06ebc4ee-1bb5-47dd-8120-11324bc54e0g",
            "06ebc4ee-1bb5-47dd-8120_11324bc54e06",
            "06ebc4ee-1bb5-47dd-8120-11324bc54e0é",
        ] {
            assert_eq!(text.parse::<Guid>(), Err(ParseGuidError), "{text:?}");
        }
    }

    #[test]
    fn json_carries_it_as_a_string() {
        let guid: Guid = serde_json::from_str(&format!("\"{E5}\"")).unwrap();
        assert_eq!(serde_json::to_string(&guid).unwrap(), format!("\"{E5}\""));
        let error = serde_json::from_str::<Guid>("\"SPE_E5\"").unwrap_err();
        assert!(error.to_string().contains("expected a GUID"), "{error}");
        assert!(serde_json::from_str::<Guid>("7").is_err());
    }
}
