//! The place to sign in of a served tenant: OAuth 2.0 as Microsoft Entra ID speaks it, as far as Graph's clients need it.

mod answer;
mod assertion;
mod authorize;
mod book;
mod client;
mod device;
mod discovery;
mod error;
mod grant;
mod jwt;
mod page;
mod person;
mod refresh;
mod scopes;
mod token;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::header::DATE;
use http::{HeaderValue, Method, StatusCode};
use http_body_util::{BodyExt, Limited};
use mglicense_rules::Guid;

use self::authorize::Coded;
use self::book::{AccessTokens, Print, Shelf, print, random_text};
use self::device::Pending;
use self::error::Refusal;
use self::grant::Agreement;
use self::jwt::TokenKey;
use super::options::ServeError;
use crate::clock::{Clock, Moment, RealClock};
use crate::service::Asker;
use crate::settings::Settings;
use crate::store::{self, Access};
use crate::tenant::Tenant;

/// The largest form that is read.
const LARGEST_FORM: usize = 256 * 1024;

/// Who signs in, and what they were given.
pub(super) struct SignIn {
    tenant: Tenant,
    client_id: Guid,
    secret: String,
    key: TokenKey,
    tokens: AccessTokens,
    refresh: Shelf<Print, Agreement>,
    codes: Shelf<Print, Coded>,
    devices: Shelf<Print, Pending>,
    user_codes: Shelf<String, Print>,
    /// The assertions that were used.
    assertions: Shelf<Print, ()>,
    /// How many access tokens were given.
    given: AtomicU64,
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
    DeviceCode,
    DevicePage,
    Authorize,
    Logout,
    Configuration,
    Keys,
    Instance,
}

impl Place {
    /// The place of a path, if it is one to sign in.
    pub(super) fn of(path: &str) -> Option<Self> {
        let (tenant, rest) = path.strip_prefix('/')?.split_once('/')?;
        let what = match rest.to_ascii_lowercase().as_str() {
            "oauth2/v2.0/token" => What::Token,
            "oauth2/v2.0/devicecode" => What::DeviceCode,
            "oauth2/deviceauth" => What::DevicePage,
            "oauth2/v2.0/authorize" => What::Authorize,
            "oauth2/v2.0/logout" => What::Logout,
            "v2.0/.well-known/openid-configuration" => What::Configuration,
            "discovery/v2.0/keys" => What::Keys,
            "discovery/instance" => What::Instance,
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
    /// When the tokens of now are issued by what they say. Clients judge them by their own clocks: where the tenant's
    /// is held at a moment, this is the machine's.
    issued: Moment,
    /// Milliseconds of a clock that is never held.
    running: i64,
    settings: Arc<Settings>,
    tenant_id: Guid,
    domains: Vec<String>,
}

impl SignIn {
    pub(super) fn new(tenant: Tenant) -> Result<Self, ServeError> {
        let seed = tenant.seed()?;
        Ok(Self {
            tenant,
            client_id: store::draw(seed, "application", 0),
            secret: random_text(),
            key: TokenKey::generate()?,
            tokens: Shelf::new(),
            refresh: Shelf::new(),
            codes: Shelf::new(),
            devices: Shelf::new(),
            user_codes: Shelf::new(),
            assertions: Shelf::new(),
            given: AtomicU64::new(0),
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

    /// How many access tokens were given so far.
    pub(super) fn tokens_given(&self) -> u64 {
        self.given.load(Ordering::Relaxed)
    }

    /// Who a token stands for; none if it is not one of ours.
    pub(super) fn asker(&self, token: &str) -> Option<Asker> {
        self.tokens.with(&print(token), |caller, until| {
            Asker::with_token(Arc::clone(caller), until)
        })
    }

    /// Answers a request at the place to sign in.
    pub(super) async fn answer(&self, place: Place, origin: &str, request: Request) -> Response {
        let Some(facts) = self.facts().await else {
            return Refusal::unavailable().response(Moment::from_unix(0), None);
        };
        let (parts, body) = request.into_parts();
        let is_post = parts.method == Method::POST;
        let form = if is_post {
            read(body).await
        } else {
            Ok(Form::parse(
                parts.uri.query().unwrap_or_default().as_bytes(),
            ))
        };
        let form = match form {
            Ok(form) => form,
            Err(refusal) => return refusal.response(facts.shown_now(), None),
        };
        let correlation = form.get("client-request-id").or_else(|| {
            let header = parts.headers.get("client-request-id")?;
            header.to_str().ok()
        });
        if let Err(refusal) = facts.check_tenant(&place.tenant) {
            return refusal.response(facts.shown_now(), correlation);
        }
        let answered = match place.what {
            What::Token | What::DeviceCode if !is_post => Err(Refusal::request(
                900_561,
                format!(
                    "The endpoint only accepts POST requests. Received a {} request.",
                    parts.method
                ),
            )),
            What::Token => self.token(&facts, origin, &parts, &form),
            What::DeviceCode => self.device_code(&facts, origin, &parts, &form).await,
            What::DevicePage => self.device_page(&facts, is_post, &form).await,
            What::Authorize => self.authorize(&facts, origin, &form).await,
            What::Logout => Ok(answer::html(
                StatusCode::OK,
                page::message("You signed out."),
            )),
            What::Configuration => Ok(self.configuration(&facts, origin, &place.tenant)),
            What::Keys => Ok(self.keys()),
            What::Instance => Ok(self.instance(origin)),
        };
        let mut response =
            answered.unwrap_or_else(|refusal| refusal.response(facts.shown_now(), correlation));
        // By this a client finds out that its own clock is wrong, so it is the one that its assertion is judged by.
        if let Ok(date) = HeaderValue::from_str(&facts.shown_issued().http_date()) {
            response.headers_mut().insert(DATE, date);
        }
        response
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
                    issued: match state.clock {
                        Some(_) => RealClock::new(1.0).now(),
                        None => store.now(),
                    },
                    running: store.running_milliseconds(),
                    settings: Arc::clone(&state.settings),
                    tenant_id: state.tenant_id,
                    domains: domains.ok()?,
                })
            })
            .await
    }
}

impl Facts {
    /// The time that callers are shown.
    fn shown_now(&self) -> Moment {
        self.now.plus_seconds(self.settings.clock_skew_seconds)
    }

    /// The time in the claims of a token.
    fn shown_issued(&self) -> Moment {
        self.issued.plus_seconds(self.settings.clock_skew_seconds)
    }

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

    /// Everything in it, in order.
    fn pairs(&self) -> &[(String, String)] {
        &self.0
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
