//! A text that must not be seen.

use std::fmt;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::HeaderValue;
use zeroize::Zeroizing;

/// A secret text: wiped when the last holder lets go, and never shown.
#[derive(Clone)]
pub struct Secret(Arc<Kept>);

struct Kept {
    text: Zeroizing<String>,
    /// The header that carries the text, made once: every request of a session has the same.
    bearer: OnceLock<HeaderValue>,
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

impl Eq for Secret {}

impl Secret {
    /// Takes a text into keeping.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Arc::new(Kept {
            text: Zeroizing::new(text),
            bearer: OnceLock::new(),
        }))
    }

    /// Takes bytes into keeping, where they are text.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        std::str::from_utf8(bytes)
            .ok()
            .map(|text| Self::new(text.to_owned()))
    }

    /// The text itself, for the one place that sends it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0.text
    }

    /// The value of an Authorization header that carries the text, marked as sensitive. Its bytes are wiped with the
    /// last request that has them. `None` where the text holds what no header may.
    pub(super) fn bearer(&self) -> Option<HeaderValue> {
        if let Some(made) = self.0.bearer.get() {
            return Some(made.clone());
        }
        let bytes = Zeroizing::new([b"Bearer ", self.expose().as_bytes()].concat());
        let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(bytes)).ok()?;
        value.set_sensitive(true);
        Some(self.0.bearer.get_or_init(|| value).clone())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown_and_only_text_is_one() {
        let secret = Secret::new("hunter2".into());
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(secret.expose(), "hunter2");
        assert_eq!(Secret::from_bytes(&[0xff, 0xfe]), None);
    }

    #[test]
    fn the_header_is_made_once_and_shared() {
        let secret = Secret::new("hunter2".into());
        let (first, second) = (secret.bearer().unwrap(), secret.clone().bearer().unwrap());
        assert_eq!(first.as_bytes(), b"Bearer hunter2");
        assert!(first.is_sensitive() && second.is_sensitive());
        assert_eq!(first.as_bytes().as_ptr(), second.as_bytes().as_ptr());
        assert!(Secret::new("two\nlines".into()).bearer().is_none());
    }
}
