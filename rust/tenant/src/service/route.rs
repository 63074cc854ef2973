//! From the path of a request to its parts.

use percent_encoding::percent_decode_str;

use super::GraphFailure;

/// The version a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ApiVersion {
    V1,
    Beta,
}

impl ApiVersion {
    /// As it stands in the path.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }
}

/// A path, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) version: ApiVersion,
    /// Decoded, keys in parentheses as parts of their own: `users('ada@contoso.com')` is `users`, `ada@contoso.com`.
    pub(crate) segments: Vec<String>,
}

impl Route {
    /// Takes `/v1.0/users/…` apart.
    pub(crate) fn parse(path: &str) -> Result<Self, GraphFailure> {
        let path = path.trim_start_matches('/');
        let (version, rest) = path.split_once('/').unwrap_or((path, ""));
        let version = match version.to_ascii_lowercase().as_str() {
            "v1.0" => ApiVersion::V1,
            "beta" => ApiVersion::Beta,
            _ => {
                return Err(GraphFailure::unreadable(format!(
                    "Invalid version: {version}"
                )));
            }
        };
        Ok(Self {
            version,
            segments: segments(rest)?,
        })
    }

    /// Takes the path below a version apart, as the steps of a batch give it.
    pub(crate) fn below(version: ApiVersion, path: &str) -> Result<Self, GraphFailure> {
        Ok(Self {
            version,
            segments: segments(path)?,
        })
    }

    /// The segments in small letters, to tell routes apart. Graph reads its own names in any case.
    pub(crate) fn lower(&self) -> Vec<String> {
        let mut lower: Vec<String> = self
            .segments
            .iter()
            .map(|segment| segment.to_ascii_lowercase())
            .collect();
        for segment in &mut lower {
            // An action may be named in full, and called like a function.
            if let Some(action) = segment.strip_prefix("microsoft.graph.") {
                let action = action.strip_suffix("()").unwrap_or(action);
                if matches!(
                    action,
                    "assignlicense"
                        | "reprocesslicenseassignment"
                        | "restore"
                        | "getbyids"
                        | "revokesigninsessions"
                        | "sendmail"
                ) {
                    *segment = action.to_owned();
                }
            }
        }
        lower
    }
}

fn segments(path: &str) -> Result<Vec<String>, GraphFailure> {
    let mut segments = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let part = percent_decode_str(part).decode_utf8().map_err(|_| {
            GraphFailure::unreadable(format!("The path is not UTF-8 at the segment '{part}'."))
        })?;
        match key_in_parentheses(&part) {
            Some((name, key)) => {
                segments.push(name.to_owned());
                segments.push(key);
            }
            None => segments.push(part.into_owned()),
        }
    }
    Ok(segments)
}

/// `users('o''brien@contoso.com')`, `users(userPrincipalName='…')`, `subscribedSkus(…)`: the name and the key.
fn key_in_parentheses(part: &str) -> Option<(&str, String)> {
    let (name, rest) = part.split_once('(')?;
    let inside = rest.strip_suffix(')')?.trim();
    if name.is_empty() || inside.is_empty() {
        return None;
    }
    let value = match inside.split_once('=') {
        Some((property, value)) if property.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            value.trim()
        }
        _ => inside,
    };
    let value = match value
        .strip_prefix('\'')
        .and_then(|value| value.strip_suffix('\''))
    {
        Some(quoted) => quoted.replace("''", "'"),
        None => value.to_owned(),
    };
    Some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(path: &str) -> Vec<String> {
        Route::parse(path).unwrap().segments
    }

    #[test]
    fn paths_are_split_and_decoded() {
        assert_eq!(parse("/v1.0/users"), ["users"]);
        assert_eq!(
            parse("/beta/users/ada%40contoso.com/"),
            ["users", "ada@contoso.com"]
        );
        assert_eq!(
            parse("/v1.0/users/o'brien@contoso.com"),
            ["users", "o'brien@contoso.com"]
        );
        assert_eq!(parse("/v1.0/users/a%2Fb"), ["users", "a/b"]);
        assert_eq!(Route::parse("/BETA/me").unwrap().version, ApiVersion::Beta);
    }

    #[test]
    fn keys_in_parentheses_are_segments() {
        assert_eq!(
            parse("/v1.0/users('o''brien%40contoso.com')/licenseDetails"),
            ["users", "o'brien@contoso.com", "licenseDetails"]
        );
        assert_eq!(
            parse("/v1.0/users(userPrincipalName='a@b')"),
            ["users", "a@b"]
        );
        assert_eq!(parse("/v1.0/groups(12)"), ["groups", "12"]);
        assert_eq!(
            parse("/v1.0/users/x/microsoft.graph.assignLicense()"),
            ["users", "x", "microsoft.graph.assignLicense()"]
        );
    }

    #[test]
    fn a_guests_name_keeps_its_signs() {
        assert_eq!(
            parse("/v1.0/users/ada_fabrikam.com%23EXT%23@contoso.onmicrosoft.com"),
            ["users", "ada_fabrikam.com#EXT#@contoso.onmicrosoft.com"]
        );
    }

    #[test]
    fn an_action_may_be_named_in_full() {
        let route = Route::parse("/v1.0/Users/x/microsoft.graph.assignLicense()").unwrap();
        assert_eq!(route.lower(), ["users", "x", "assignlicense"]);
    }

    #[test]
    fn an_unknown_version_is_named() {
        assert_eq!(
            Route::parse("/v2.0/users").unwrap_err().message,
            "Invalid version: v2.0"
        );
        let failure = Route::parse("/v1.0/users/%ff").unwrap_err();
        assert!(failure.message.contains("%ff"), "{}", failure.message);
    }
}
