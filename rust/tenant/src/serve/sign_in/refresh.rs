//! Refresh tokens.

use super::book::print;
use super::error::Refusal;
use super::grant::Agreement;
use super::scopes::Scopes;
use super::{Facts, Form, SignIn};
use crate::settings::Application;

impl SignIn {
    /// What a refresh token stands for. It goes on holding, as Microsoft's do.
    pub(super) fn redeem_refresh(
        &self,
        facts: &Facts,
        origin: &str,
        application: &Application,
        form: &Form,
    ) -> Result<Agreement, Refusal> {
        let token = print(form.want("refresh_token")?);
        let kept = self
            .refresh
            .with(&token, |agreement, until| (agreement.clone(), until));
        let Some((mut agreement, until)) = kept else {
            return Err(Refusal::grant(
                9_002_313,
                "Invalid request. Request is malformed or invalid.",
            ));
        };
        if agreement.client_id != application.client_id {
            return Err(Refusal::grant(
                700_003,
                "The refresh token was issued to another application.",
            ));
        }
        if until <= facts.now {
            return Err(Refusal::grant(
                700_082,
                "The refresh token has expired due to inactivity.",
            ));
        }
        if let Some(scope) = form.get("scope") {
            let asked = Scopes::parse(scope, origin)?;
            agreement.scopes.openid = asked.openid;
            // A request that names no permission keeps those that were agreed to.
            let names_some = asked
                .permissions
                .as_ref()
                .is_none_or(|names| !names.is_empty());
            if names_some {
                agreement.scopes.permissions = asked.permissions;
            }
        }
        // The answer to a refresh is tied to no request of a person.
        agreement.nonce = None;
        Ok(agreement)
    }
}
