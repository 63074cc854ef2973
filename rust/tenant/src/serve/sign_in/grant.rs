//! What is given to those who may have it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mglicense_rules::Guid;
use serde_json::{Value, json};

use super::book::{print, random_text};
use super::error::Refusal;
use super::person::Person;
use super::scopes::Scopes;
use super::{Facts, SignIn};
use crate::caller::Caller;
use crate::service::documented_permissions;
use crate::settings::Application;

/// What somebody agreed to: who, for which application, and what.
#[derive(Clone, Debug)]
pub(super) struct Agreement {
    pub(super) client_id: Guid,
    pub(super) person: Person,
    pub(super) scopes: Scopes,
    /// Ties an id token to the request for it.
    pub(super) nonce: Option<String>,
}

impl SignIn {
    /// A token for an application on its own.
    pub(super) fn give_application(
        &self,
        facts: &Facts,
        origin: &str,
        application: &Application,
    ) -> Result<Value, Refusal> {
        let caller = Caller {
            app_id: Some(application.client_id),
            user_id: None,
            permissions: application.roles.clone(),
        };
        let roles = named(application.roles.as_deref());
        let claims = json!({
            "idtyp": "app", "oid": application.client_id, "sub": application.client_id, "roles": roles,
        });
        let token = self.access_token(facts, origin, application, caller, claims)?;
        let life = facts.settings.sign_in.token_seconds;
        Ok(
            json!({"token_type": "Bearer", "expires_in": life, "ext_expires_in": life, "access_token": token}),
        )
    }

    /// Tokens for an application on behalf of a person, with all that was asked for beside.
    pub(super) fn give_person(
        &self,
        facts: &Facts,
        origin: &str,
        application: &Application,
        agreement: &Agreement,
    ) -> Result<Value, Refusal> {
        let Agreement { person, scopes, .. } = agreement;
        let permissions = granted(application, scopes)?;
        let caller = Caller {
            app_id: Some(application.client_id),
            user_id: Some(person.id),
            permissions: permissions.clone(),
        };
        let shown = named(permissions.as_deref()).join(" ");
        let about = json!({
            "oid": person.id, "sub": person.id, "name": person.display_name, "preferred_username": person.name,
            "upn": person.name,
        });
        let mut claims = about.clone();
        claims["idtyp"] = "user".into();
        claims["scp"] = shown.clone().into();
        let token = self.access_token(facts, origin, application, caller, claims)?;
        let life = facts.settings.sign_in.token_seconds;
        let mut scope = shown;
        if scopes.openid {
            scope.push_str(" openid profile email");
        }
        let mut answer = json!({
            "token_type": "Bearer", "scope": scope, "expires_in": life, "ext_expires_in": life, "access_token": token,
        });
        if scopes.offline {
            let refresh = random_text();
            let until = facts
                .now
                .plus_seconds(i64::from(facts.settings.sign_in.refresh_token_seconds));
            self.refresh
                .put(print(&refresh), agreement.clone(), until, facts.now);
            answer["refresh_token"] = refresh.into();
        }
        if scopes.openid {
            let mut claims = about;
            claims["aud"] = application.client_id.to_string().into();
            if let Some(nonce) = &agreement.nonce {
                claims["nonce"] = nonce.clone().into();
            }
            answer["id_token"] = self.signed(facts, origin, claims)?.into();
        }
        // What Microsoft's own libraries know an account by.
        let info = json!({"uid": person.id, "utid": facts.tenant_id}).to_string();
        answer["client_info"] = URL_SAFE_NO_PAD.encode(info).into();
        Ok(answer)
    }

    fn access_token(
        &self,
        facts: &Facts,
        origin: &str,
        application: &Application,
        caller: Caller,
        mut claims: Value,
    ) -> Result<String, Refusal> {
        claims["aud"] = "https://graph.microsoft.com".into();
        claims["appid"] = application.client_id.to_string().into();
        claims["app_displayname"] = application.display_name.clone().into();
        let token = self.signed(facts, origin, claims)?;
        let until = facts
            .now
            .plus_seconds(i64::from(facts.settings.sign_in.token_seconds));
        self.tokens
            .put(print(&token), Arc::new(caller), until, facts.now);
        self.given.fetch_add(1, Ordering::Relaxed);
        Ok(token)
    }

    fn signed(&self, facts: &Facts, origin: &str, mut claims: Value) -> Result<String, Refusal> {
        let now = facts.shown_issued().unix();
        claims["iss"] = format!("{origin}/{}/v2.0", facts.tenant_id).into();
        claims["tid"] = facts.tenant_id.to_string().into();
        claims["ver"] = "2.0".into();
        claims["iat"] = now.into();
        claims["nbf"] = now.into();
        claims["exp"] = (now + i64::from(facts.settings.sign_in.token_seconds)).into();
        // No two tokens are the same, even of one second.
        claims["uti"] = random_text()[..22].into();
        self.key.sign(&claims).map_err(|_| Refusal::unavailable())
    }
}

/// What of the scopes the application may have.
fn granted(application: &Application, scopes: &Scopes) -> Result<Option<Vec<String>>, Refusal> {
    let Some(asked) = &scopes.permissions else {
        return Ok(application.scopes.clone());
    };
    if let Some(held) = &application.scopes
        && let Some(surplus) = asked
            .iter()
            .find(|asked| !held.iter().any(|held| held.eq_ignore_ascii_case(asked)))
    {
        return Err(Refusal::grant(
            65_001,
            format!(
                "The user or administrator has not consented to use the application with ID '{}' named '{}' with the \
                 permission '{surplus}'. Send an interactive authorization request for this user and resource.",
                application.client_id, application.display_name
            ),
        ));
    }
    Ok(Some(asked.clone()))
}

/// Permissions by name; where all are meant, all that a request can need.
fn named(permissions: Option<&[String]>) -> Vec<String> {
    match permissions {
        Some(permissions) => permissions.to_vec(),
        None => documented_permissions().map(str::to_owned).collect(),
    }
}
