//! The application that asks, and its proof.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::AUTHORIZATION;
use http::request::Parts;
use mglicense_rules::Guid;
use percent_encoding::percent_decode_str;

use super::error::Refusal;
use super::{Facts, Form, SignIn};
use crate::settings::Application;

/// Microsoft's published application for PowerShell, which every tenant knows: Microsoft Graph Command Line Tools.
const COMMAND_LINE_TOOLS: &str = "14d82eec-204b-4c2f-b7e8-296a70dab67e";

/// How a client names itself, in the form or in the header.
struct Credentials {
    id: String,
    secret: Option<String>,
}

impl SignIn {
    /// The application of an id.
    pub(super) fn application(&self, facts: &Facts, id: &str) -> Result<Application, Refusal> {
        let unknown = || unknown_application(id, facts.tenant_id);
        let wanted: Guid = id.parse().map_err(|_| unknown())?;
        let registered = facts.settings.sign_in.applications.iter();
        if let Some(found) = registered
            .into_iter()
            .find(|known| known.client_id == wanted)
        {
            return Ok(found.clone());
        }
        let application = |name: &str, secret: Option<String>| Application {
            client_id: wanted,
            display_name: name.to_owned(),
            secret_hash: secret,
            is_public: true,
            ..Application::default()
        };
        if wanted == self.client_id {
            return Ok(application(
                "Local tenant",
                Some(Application::hash(&self.secret)),
            ));
        }
        if id.eq_ignore_ascii_case(COMMAND_LINE_TOOLS) {
            return Ok(application("Microsoft Graph Command Line Tools", None));
        }
        Err(unknown())
    }

    /// The application that asks, with its secret or its assertion checked where it gives or needs one.
    pub(super) fn client(
        &self,
        facts: &Facts,
        origin: &str,
        parts: &Parts,
        form: &Form,
        needs_secret: bool,
    ) -> Result<Application, Refusal> {
        let credentials = Credentials::read(parts, form)?;
        let application = self.application(facts, &credentials.id)?;
        match credentials.secret {
            Some(secret) => {
                let hash = Application::hash(&secret);
                if application.secret_hash.as_ref() != Some(&hash) {
                    return Err(wrong_secret(&credentials.id));
                }
                if application
                    .secret_expires
                    .is_some_and(|end| end <= facts.now)
                {
                    return Err(Refusal::client(
                        7_000_222,
                        format!(
                            "The provided client secret keys for app '{}' are expired. Visit the Azure portal to create \
                             new keys for your app.",
                            credentials.id
                        ),
                    ));
                }
            }
            None if form.get("client_assertion").is_some() => {
                self.check_assertion(facts, origin, &application, form)?;
            }
            None if needs_secret || !application.is_public => {
                return Err(Refusal::client(
                    7_000_218,
                    "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
                ));
            }
            None => {}
        }
        Ok(application)
    }
}

impl Credentials {
    fn read(parts: &Parts, form: &Form) -> Result<Self, Refusal> {
        if let Some(basic) = basic(parts) {
            return Ok(basic);
        }
        Ok(Self {
            id: form.want("client_id")?.to_owned(),
            secret: form.get("client_secret").map(str::to_owned),
        })
    }
}

/// `Authorization: Basic`, whose two parts are form-encoded before they are joined.
fn basic(parts: &Parts) -> Option<Credentials> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    Some(Credentials {
        id: decode(id),
        secret: Some(decode(secret)),
    })
}

fn unknown_application(id: &str, tenant: Guid) -> Refusal {
    Refusal::new(
        StatusCode::BAD_REQUEST,
        "unauthorized_client",
        700_016,
        format!(
            "Application with identifier '{id}' was not found in the directory '{tenant}'. This can happen if the \
             application has not been installed by the administrator of the tenant or consented to by any user in the \
             tenant. You may have sent your authentication request to the wrong tenant."
        ),
    )
}

fn wrong_secret(id: &str) -> Refusal {
    Refusal::client(
        7_000_215,
        format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not \
             the client secret ID, for a secret added to app '{id}'."
        ),
    )
}
