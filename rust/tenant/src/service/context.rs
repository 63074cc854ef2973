//! What a handler knows about the request it serves.

use std::sync::Arc;

use http::HeaderMap;
use mglicense_rules::Guid;

use crate::caller::Caller;
use crate::clock::Moment;
use crate::settings::Settings;

/// What holds for one request, whatever it asks.
#[derive(Clone, Debug)]
pub struct RequestContext {
    /// Who asks.
    pub caller: Arc<Caller>,
    /// The tenant's time at which the request is served.
    pub now: Moment,
    /// Scheme, host and version, such as `https://graph.microsoft.com/v1.0`: what links in answers start with.
    pub base_url: String,
    /// The tenant's id.
    pub tenant_id: Guid,
    /// The settings in force.
    pub settings: Arc<Settings>,
    /// The id given to this request.
    pub request_id: Guid,
    /// The id the caller gave, if any.
    pub client_request_id: Option<String>,
}

/// A GET, as the read handlers see it.
#[derive(Debug)]
pub struct ReadRequest<'a> {
    /// What holds for the request.
    pub context: &'a RequestContext,
    /// The path below the version, split at its slashes and percent-decoded: `users`, `ada@contoso.com`, `memberOf`.
    /// `users('x')` has become `users`, `x`.
    pub path: &'a [String],
    /// What stands after the question mark, as sent.
    pub query: &'a str,
    /// The headers, as sent.
    pub headers: &'a HeaderMap,
}

impl ReadRequest<'_> {
    /// Whether the caller sent `ConsistencyLevel: eventual`.
    pub fn is_eventual(&self) -> bool {
        self.headers
            .get("consistencylevel")
            .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"eventual"))
    }
}
