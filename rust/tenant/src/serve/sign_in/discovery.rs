//! What the place to sign in says of itself.

use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use super::{Facts, SignIn, answer};

impl SignIn {
    /// The OpenID configuration, for the tenant as the path names it.
    pub(super) fn configuration(&self, facts: &Facts, origin: &str, tenant: &str) -> Response {
        let is_any = ["common", "organizations"]
            .iter()
            .any(|any| any.eq_ignore_ascii_case(tenant));
        let issuer = if is_any {
            format!("{origin}/{{tenantid}}/v2.0")
        } else {
            format!("{origin}/{}/v2.0", facts.tenant_id)
        };
        let base = format!("{origin}/{tenant}/oauth2/v2.0");
        answer::json(
            StatusCode::OK,
            &json!({
                "issuer": issuer,
                "token_endpoint": format!("{base}/token"),
                "authorization_endpoint": format!("{base}/authorize"),
                "device_authorization_endpoint": format!("{base}/devicecode"),
                "end_session_endpoint": format!("{base}/logout"),
                "jwks_uri": format!("{origin}/{tenant}/discovery/v2.0/keys"),
                "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
                "token_endpoint_auth_signing_alg_values_supported": ["PS256", "RS256"],
                "response_modes_supported": ["query", "fragment"],
                "response_types_supported": ["code"],
                "grant_types_supported": [
                    "client_credentials", "authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"
                ],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "code_challenge_methods_supported": ["S256", "plain"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "claims_supported": [
                    "sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "oid", "ver"
                ],
                "cloud_instance_name": origin.split_once("://").map(|(_, host)| host),
                "msgraph_host": origin.split_once("://").map(|(_, host)| host),
                "tenant_region_scope": null,
            }),
        )
    }

    /// The keys with which tokens are signed.
    pub(super) fn keys(&self) -> Response {
        answer::json(StatusCode::OK, &self.key.public())
    }

    /// What Microsoft's libraries ask first: is this a place to sign in, and by which names does it go?
    pub(super) fn instance(&self, origin: &str) -> Response {
        let host = origin.split_once("://").map_or(origin, |(_, host)| host);
        answer::json(
            StatusCode::OK,
            &json!({
                "tenant_discovery_endpoint": format!("{origin}/common/v2.0/.well-known/openid-configuration"),
                "api-version": "1.1",
                "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
            }),
        )
    }
}
