//! Sessions on a service on the network.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use mglicense_engine::{Failure, FailureKind};
use mglicense_graph::https::{self, ClientOptions, Proxy, SignInWeb};
use mglicense_graph::sign_in::{Secret, Surroundings, TokenSource, Way};
use mglicense_graph::{
    Clock, Endpoint, RequestContext, ServiceRoot, SharedContext, Transport, clock_of_speed,
    clock_speed, layer,
};
use serde::Deserialize;

/// Where a session leads and how one signs in there.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CloudOptions {
    /// Graph's root, such as `https://graph.microsoft.com`.
    graph: String,
    /// The sign-in service's root, such as `https://login.microsoftonline.com`; needed for all but a token.
    #[serde(default)]
    authority: Option<String>,
    /// The tenant: its id or a domain.
    #[serde(default)]
    tenant: Option<String>,
    /// How one signs in.
    auth: Way,
    /// How long a first sign-in may take, where a limit was asked for.
    #[serde(default)]
    sign_in_seconds: Option<f64>,
    #[serde(default)]
    proxy: Option<String>,
    #[serde(default)]
    trust: Option<PathBuf>,
    #[serde(default)]
    request_context: Option<ContextOptions>,
}

/// How requests are timed and repeated. What is absent keeps its default.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ContextOptions {
    #[serde(default)]
    client_timeout_seconds: Option<f64>,
    #[serde(default)]
    retry_delay_seconds: Option<f64>,
    #[serde(default)]
    max_retry: Option<u32>,
    /// 0 is no limit.
    #[serde(default)]
    retries_time_limit_seconds: Option<f64>,
}

impl ContextOptions {
    /// The context that these options say.
    ///
    /// # Errors
    /// When a time is negative or beyond measure, or one exchange would have no time at all.
    pub(crate) fn read(self) -> Result<RequestContext, Failure> {
        let seconds = |value: Option<f64>, name: &str, default: Duration| match value {
            None => Ok(default),
            Some(value) => Duration::try_from_secs_f64(value).map_err(|_| {
                Failure::argument(format!("{name} is {value}; it must be a number of seconds"))
            }),
        };
        let default = RequestContext::default();
        let limit = seconds(
            self.retries_time_limit_seconds,
            "retriesTimeLimitSeconds",
            Duration::ZERO,
        )?;
        let timeout = seconds(
            self.client_timeout_seconds,
            "clientTimeoutSeconds",
            default.client_timeout,
        )?;
        if timeout.is_zero() {
            return Err(Failure::argument(
                "clientTimeoutSeconds must be more than 0",
            ));
        }
        Ok(RequestContext {
            client_timeout: timeout,
            retry_delay: seconds(
                self.retry_delay_seconds,
                "retryDelaySeconds",
                default.retry_delay,
            )?,
            max_retry: self.max_retry.unwrap_or(default.max_retry),
            retries_time_limit: Some(limit).filter(|limit| !limit.is_zero()),
        })
    }
}

/// What a session on the network is made of.
#[derive(Clone)]
pub(crate) struct Cloud {
    pub(crate) root: ServiceRoot,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) context: SharedContext,
    pub(crate) tokens: Arc<dyn TokenSource>,
    endpoint: Endpoint,
    client: ClientOptions,
}

/// A proxy for some of a session's requests.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProxyOptions {
    /// Its address, without a user.
    proxy: String,
    /// Who it lets through.
    #[serde(default)]
    user: Option<String>,
}

impl Cloud {
    /// The way to the service, with everything that stands before it.
    pub(crate) fn transport(&self) -> Arc<dyn Transport> {
        layer::around(
            https::transport(self.endpoint.clone(), self.client.clone()),
            &self.root,
            &self.clock,
            &self.context,
            Some(Arc::clone(&self.tokens)),
        )
    }

    /// The service's address.
    pub(crate) fn address(&self) -> String {
        self.endpoint.address()
    }

    /// The same by a proxy, to which the tokens' own way is left as it is.
    ///
    /// # Errors
    /// When the proxy or the password can't be used.
    pub(crate) fn by_proxy(&self, options: ProxyOptions, password: &[u8]) -> Result<Self, Failure> {
        let proxy = read_proxy(&options.proxy)?;
        let password = read_secret(password)?;
        let proxy = match (options.user, password) {
            (Some(user), password) => {
                proxy.with_user(user, password.unwrap_or_else(|| Secret::new(String::new())))
            }
            (None, Some(_)) => return Err(Failure::argument("a password needs a user")),
            (None, None) => proxy,
        };
        let client = ClientOptions {
            proxy: Some(proxy),
            ..self.client.clone()
        };
        Ok(Self {
            client,
            ..self.clone()
        })
    }
}

fn read_proxy(address: &str) -> Result<Proxy, Failure> {
    Proxy::parse(address).map_err(|error| Failure::argument(error.to_string()))
}

/// A time limit in seconds.
fn seconds(value: f64) -> Result<Duration, Failure> {
    Duration::try_from_secs_f64(value)
        .ok()
        .filter(|limit| !limit.is_zero())
        .ok_or_else(|| {
            Failure::argument(format!(
                "signInSeconds is {value}; it must be more than 0 seconds"
            ))
        })
}

/// The secret, where one was given.
fn read_secret(secret: &[u8]) -> Result<Option<Secret>, Failure> {
    if secret.is_empty() {
        return Ok(None);
    }
    Secret::from_bytes(secret)
        .map(Some)
        .ok_or_else(|| Failure::argument("the secret is not text"))
}

/// Prepares a session. Nothing is sent.
///
/// # Errors
/// When an address, the proxy, a time or the secret can't be used, or MGLICENSE_CLOCK is set for a real service.
pub(crate) fn open(options: CloudOptions, secret: &[u8]) -> Result<Cloud, Failure> {
    let endpoint =
        Endpoint::parse(&options.graph).map_err(|error| Failure::argument(error.to_string()))?;
    let authority = match &options.authority {
        Some(address) => {
            Endpoint::parse(address).map_err(|error| Failure::argument(error.to_string()))?
        }
        None => endpoint.clone(),
    };
    let setting = std::env::var("MGLICENSE_CLOCK").ok();
    let local = endpoint.is_loopback() && authority.is_loopback();
    let speed = clock_speed(setting.as_deref(), local)
        .map_err(|error| Failure::new(FailureKind::Argument, "InvalidClock", error.to_string()))?;
    let clock = clock_of_speed(speed);
    let proxy = options.proxy.as_deref().map(read_proxy).transpose()?;
    let context = SharedContext::new(options.request_context.unwrap_or_default().read()?);
    let root = ServiceRoot::new(endpoint.authority(), endpoint.is_secure());
    let client = ClientOptions {
        trust: options.trust,
        proxy,
        direct: false,
    };
    let limit = options.sign_in_seconds.map(seconds).transpose()?;
    let around = Surroundings {
        web: Arc::new(SignInWeb::new(authority.clone(), client.clone())),
        clock: Arc::clone(&clock),
        authority: authority.address(),
        tenant: options.tenant.filter(|tenant| !tenant.is_empty()),
        graph: endpoint.address(),
        exchange_limit: context
            .get()
            .client_timeout
            .min(limit.unwrap_or(Duration::MAX)),
        sign_in_limit: limit,
    };
    let tokens = options.auth.source(read_secret(secret)?, around)?;
    Ok(Cloud {
        root,
        clock,
        context,
        tokens,
        endpoint,
        client,
    })
}
