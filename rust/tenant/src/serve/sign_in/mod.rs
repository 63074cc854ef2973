//! The place to sign in of a served tenant: OAuth 2.0 as Microsoft Entra ID speaks it, as far as Graph's clients need it.

mod answer;
mod book;
mod error;
mod token;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::StatusCode;
use http_body_util::{BodyExt, Limited};
use mglicense_rules::Guid;

use self::book::{AccessTokens, print, random_text};
use self::error::Refusal;
use crate::clock::Moment;
use crate::error::TenantError;
use crate::service::Asker;
use crate::store::{self, Access};
use crate::tenant::Tenant;

/// The largest form that is read.
const LARGEST_FORM: usize = 256 * 1024;

/// Who signs in, and what they were given.
pub(super) struct SignIn {
    tenant: Tenant,
    client_id: Guid,
    secret: String,
    tokens: AccessTokens,
}

/// A path of the place to sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The tenant as the path names it: an id, a domain, `common`, `organizations`.
    tenant: String,
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Token,
}

impl Place {
    /// The place of a path, if it is one to sign in.
    pub(super) fn of(path: &str) -> Option<Self> {
        let (tenant, rest) = path.strip_prefix('/')?.split_once('/')?;
        let what = match rest.to_ascii_lowercase().as_str() {
            "oauth2/v2.0/token" => What::Token,
            _ => return None,
        };
        Some(Self {
            tenant: tenant.to_owned(),
            what,
        })
    }
}

/// What of the tenant a request at the place to sign in needs.
#[derive(Debug)]
struct Facts {
    now: Moment,
    tenant_id: Guid,
    domains: Vec<String>,
}

impl SignIn {
    pub(super) fn new(tenant: Tenant) -> Result<Self, TenantError> {
        let seed = tenant.seed()?;
        Ok(Self {
            tenant,
            client_id: store::draw(seed, "application", 0),
            secret: random_text(),
            tokens: AccessTokens::new(),
        })
    }

    /// The id of the application of this server.
    pub(super) fn client_id(&self) -> Guid {
        self.client_id
    }

    /// Its secret.
    pub(super) fn secret(&self) -> &str {
        &self.secret
    }

    /// Who a token stands for; none if it is not one of ours.
    pub(super) fn asker(&self, token: &str) -> Option<Asker> {
        self.tokens.with(&print(token), |caller, until| {
            Asker::with_token(Arc::clone(caller), until)
        })
    }

    /// Answers a request at the place to sign in.
    pub(super) async fn answer(&self, place: Place, _origin: &str, request: Request) -> Response {
        let Some(facts) = self.facts().await else {
            return Refusal::unavailable().response(Moment::from_unix(0), None);
        };
        let (parts, body) = request.into_parts();
        let form = match read(body).await {
            Ok(form) => form,
            Err(refusal) => return refusal.response(facts.now, None),
        };
        let correlation = form.get("client-request-id").or_else(|| {
            let header = parts.headers.get("client-request-id")?;
            header.to_str().ok()
        });
        if let Err(refusal) = facts.check_tenant(&place.tenant) {
            return refusal.response(facts.now, correlation);
        }
        let answered = match place.what {
            What::Token => self.token(&facts, &parts, &form),
        };
        answered.unwrap_or_else(|refusal| refusal.response(facts.now, correlation))
    }

    async fn facts(&self) -> Option<Facts> {
        self.tenant
            .ask(|store| {
                let state = store.begin(Access::Read).ok()?;
                let domains = store
                    .connection()
                    .prepare_cached("SELECT id FROM domains")
                    .and_then(|mut select| {
                        select
                            .query_map([], |row| row.get(0))?
                            .collect::<rusqlite::Result<Vec<String>>>()
                    });
                store.roll_back();
                Some(Facts {
                    now: store.now(),
                    tenant_id: state.tenant_id,
                    domains: domains.ok()?,
                })
            })
            .await
    }
}

impl Facts {
    fn check_tenant(&self, named: &str) -> Result<(), Refusal> {
        let is_ours = named.parse::<Guid>().is_ok_and(|id| id == self.tenant_id)
            || ["common", "organizations"]
                .iter()
                .any(|any| any.eq_ignore_ascii_case(named))
            || self
                .domains
                .iter()
                .any(|domain| domain.eq_ignore_ascii_case(named));
        if is_ours {
            return Ok(());
        }
        Err(Refusal::request(
            90_002,
            format!(
                "Tenant '{named}' not found. Check to make sure you have the correct tenant ID and are signing into the \
                 correct cloud. Check with your subscription administrator, this may happen if there are no active \
                 subscriptions for the tenant."
            ),
        ))
    }
}

/// A form as it was sent.
#[derive(Debug, Default)]
struct Form(Vec<(String, String)>);

impl Form {
    fn parse(text: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(text).into_owned().collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    fn want(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::missing(name))
    }
}

async fn read(body: Body) -> Result<Form, Refusal> {
    match Limited::new(body, LARGEST_FORM).collect().await {
        Ok(body) => Ok(Form::parse(&body.to_bytes())),
        Err(_) => Err(Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "invalid_request",
            900_561,
            "The request is too large, or it broke off.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_to_sign_in_are_told_from_graphs_paths() {
        let place = Place::of("/contoso.onmicrosoft.com/oauth2/v2.0/token").unwrap();
        assert_eq!(place.tenant, "contoso.onmicrosoft.com");
        assert_eq!(place.what, What::Token);
        assert_eq!(Place::of("/v1.0/users"), None);
        assert_eq!(Place::of("/"), None);
    }
}
