//! What a refused token's challenge asks for.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;

/// The claims that the next token must have, as JSON: continuous access evaluation answers 401 with
/// `WWW-Authenticate: Bearer … error="insufficient_claims", claims="<base64>"`.
pub(super) fn claims(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .find_map(|challenge| parameter(challenge, "claims"))
        .and_then(|encoded| decode(&encoded))
}

fn decode(encoded: &str) -> Option<String> {
    let bytes = BASE64_STANDARD
        .decode(encoded)
        .or_else(|_| BASE64_URL_SAFE_NO_PAD.decode(encoded.trim_end_matches('=')))
        .ok()?;
    String::from_utf8(bytes).ok()
}

/// A parameter of a challenge by its whole name in any case, unquoted.
fn parameter(challenge: &str, name: &str) -> Option<String> {
    let mut rest = challenge;
    loop {
        let (before, after) = rest.split_once('=')?;
        let found = before.rsplit([' ', ',', '\t']).next().unwrap_or_default();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => unquote(quoted)?,
            None => {
                let end = after.find([',', ' ']).unwrap_or(after.len());
                (after[..end].to_owned(), &after[end..])
            }
        };
        if found.eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = next;
    }
}

/// The text up to the closing quote, its escapes undone, and what follows.
fn unquote(quoted: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &quoted[at + 1..])),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn of(challenge: &'static str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.append(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=x"));
        headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        claims(&headers)
    }

    #[test]
    fn claims_are_found_among_the_other_parameters_and_decoded() {
        let expected = Some(r#"{"access_token":{"nbf":{"essential":true}}}"#.to_owned());
        assert_eq!(
            of(
                r#"Bearer realm="", authorization_uri="https://login/x,y", client_id="a=b", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZX19fQ==""#
            ),
            expected
        );
        assert_eq!(
            of("Bearer Claims=eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZX19fQ, error=x"),
            expected
        );
    }

    #[test]
    fn a_challenge_without_claims_asks_for_none() {
        for challenge in [
            r#"Bearer error="invalid_token", error_description="no claims=here""#,
            r#"Bearer claims="unfinished"#,
            r#"Bearer claims="*not base64*""#,
            "Bearer",
        ] {
            assert_eq!(of(challenge), None, "{challenge}");
        }
    }
}
