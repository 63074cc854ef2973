//! What a client asks for.

use http::StatusCode;

use super::error::Refusal;

/// The scopes of a request, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scopes {
    /// Permissions of Graph by name; none where `.default` asks for whatever the application has.
    pub(super) permissions: Option<Vec<String>>,
    /// Whether an id token is wanted.
    pub(super) openid: bool,
    /// Whether a refresh token is wanted.
    pub(super) offline: bool,
}

/// The id of Microsoft Graph as an application, which may stand for its address.
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";
/// Graph's addresses in the clouds.
const GRAPH_HOSTS: [&str; 5] = [
    "https://graph.microsoft.com",
    "https://graph.microsoft.us",
    "https://dod-graph.microsoft.us",
    "https://microsoftgraph.chinacloudapi.cn",
    GRAPH,
];

impl Scopes {
    /// Reads scopes. `origin` is the address by which the server itself goes.
    pub(super) fn parse(text: &str, origin: &str) -> Result<Self, Refusal> {
        let mut scopes = Self {
            permissions: Some(Vec::new()),
            openid: false,
            offline: false,
        };
        let mut by_default = false;
        for scope in text.split_whitespace() {
            match scope {
                "openid" => scopes.openid = true,
                "profile" | "email" => {}
                "offline_access" => scopes.offline = true,
                _ => {
                    let name = permission(scope, origin)?;
                    if name == ".default" {
                        by_default = true;
                    } else if let Some(permissions) = &mut scopes.permissions {
                        permissions.push(name.to_owned());
                    }
                }
            }
        }
        if by_default {
            scopes.permissions = None;
        }
        Ok(scopes)
    }
}

/// `https://graph.microsoft.com/User.Read.All` as `User.Read.All`.
fn permission<'a>(scope: &'a str, origin: &str) -> Result<&'a str, Refusal> {
    let Some((resource, name)) = scope.rsplit_once('/') else {
        return Ok(scope);
    };
    let resource = resource.trim_end_matches('/');
    let is_known = GRAPH_HOSTS
        .iter()
        .chain([&origin])
        .any(|known| known.eq_ignore_ascii_case(resource));
    if is_known {
        return Ok(name);
    }
    Err(Refusal::new(
        StatusCode::BAD_REQUEST,
        "invalid_resource",
        500_011,
        format!(
            "The resource principal named {resource} was not found in the tenant. This can happen if the application has \
             not been installed by the administrator of the tenant or consented to by any user in the tenant. You might \
             have sent your authentication request to the wrong tenant."
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "https://127.0.0.1:8443";

    #[test]
    fn scopes_may_name_graph_in_full_or_not_at_all() {
        let text = "User.Read.All https://graph.microsoft.com/Group.Read.All https://127.0.0.1:8443/Domain.Read.All openid offline_access";
        let scopes = Scopes::parse(text, ORIGIN).unwrap();
        let permissions = ["User.Read.All", "Group.Read.All", "Domain.Read.All"];
        assert_eq!(scopes.permissions.unwrap(), permissions);
        assert!(scopes.openid && scopes.offline);
    }

    #[test]
    fn default_asks_for_whatever_the_application_has() {
        for text in [
            "https://graph.microsoft.com/.default",
            "https://graph.microsoft.com//.default",
            ".default",
        ] {
            assert_eq!(
                Scopes::parse(text, ORIGIN).unwrap().permissions,
                None,
                "{text}"
            );
        }
    }

    #[test]
    fn another_resource_is_refused() {
        let refusal = Scopes::parse("https://vault.example/.default", ORIGIN).unwrap_err();
        assert!(
            refusal.sentence().starts_with("AADSTS500011:"),
            "{}",
            refusal.sentence()
        );
    }
}
