//! What a token says about itself. For display only: a token is opaque to its bearer, and nothing is decided by this.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::SignedIn;

/// The claims that Get-MgContext shows.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Claims {
    appid: Option<String>,
    azp: Option<String>,
    tid: Option<String>,
    upn: Option<String>,
    unique_name: Option<String>,
    preferred_username: Option<String>,
    app_displayname: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
    scp: Option<String>,
    exp: Option<Value>,
}

/// The claims of a token in the form of a JSON web token; `None` for any other.
pub(super) fn read(token: &str) -> Option<Claims> {
    let payload = token.split('.').nth(1)?;
    let json = BASE64_URL_SAFE_NO_PAD
        .decode(payload.trim_end_matches('='))
        .ok()?;
    serde_json::from_slice(&json).ok()
}

impl Claims {
    /// When the token ends.
    pub(super) fn expires(&self) -> Option<Timestamp> {
        self.exp
            .as_ref()
            .and_then(Value::as_i64)
            .and_then(|seconds| Timestamp::from_second(seconds).ok())
    }

    /// Who the token is for.
    pub(super) fn signed_in(self) -> SignedIn {
        let scopes = match self.scp {
            Some(scopes) => scopes.split_whitespace().map(str::to_owned).collect(),
            None => self.roles,
        };
        SignedIn {
            client_id: self.appid.or(self.azp),
            tenant_id: self.tid,
            account: self.upn.or(self.preferred_username).or(self.unique_name),
            app_name: self.app_displayname,
            scopes,
            expires: None,
        }
    }
}
