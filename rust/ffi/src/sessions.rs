//! Sessions: what a connection is at the border.

use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use mglicense_engine::{Failure, Identity, PayloadError, Session, read_payload};
use mglicense_graph::sign_in::TokenSource;
use mglicense_graph::{InProcess, ServiceRoot, SharedContext, clock_of_speed, layer};
use mglicense_tenant::{Caller, Tenant};
use serde::Deserialize;
use serde_json::json;

use crate::cloud::{self, Cloud, CloudOptions, ContextOptions};
use crate::handles::Table;
use crate::local;

/// Every open session.
pub(crate) static SESSIONS: Table<OpenSession> = Table::new(1);

/// A session and what is known of it without asking the service.
pub(crate) struct OpenSession {
    pub(crate) engine: Session,
    tenant: Option<Tenant>,
    cloud: Option<Cloud>,
    context: SharedContext,
    info: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
enum Options {
    /// A tenant in a file, in this process.
    #[serde(rename_all = "camelCase")]
    Local {
        path: String,
        #[serde(default)]
        read_only: Option<bool>,
        #[serde(default)]
        scopes: Option<Vec<String>>,
        #[serde(default)]
        request_context: Option<ContextOptions>,
    },
    /// A service on the network.
    Graph(Box<CloudOptions>),
}

/// Why a session could not be opened.
pub(crate) enum OpenError {
    Payload(Failure),
    Failed(Failure),
}

impl From<PayloadError> for OpenError {
    fn from(error: PayloadError) -> Self {
        Self::Payload(error.0)
    }
}

impl From<Failure> for OpenError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl OpenSession {
    /// Opens a session as its options say.
    pub(crate) fn open(options: &str, secret: &[u8]) -> Result<Self, OpenError> {
        match read_payload(options)? {
            Options::Local {
                path,
                read_only,
                scopes,
                request_context,
            } => {
                if !secret.is_empty() {
                    return Err(Failure::argument("a local tenant takes no secret").into());
                }
                let tenant = local::open(Path::new(&path), read_only == Some(true))?;
                let info = tenant.info().map_err(local::failure)?;
                let permissions = scopes.clone();
                let caller = Caller {
                    permissions: scopes.clone(),
                    ..Caller::unrestricted()
                };
                let clock = clock_of_speed(local::speed()?);
                let context = SharedContext::new(request_context.unwrap_or_default().read()?);
                let root = ServiceRoot::local();
                let router = InProcess::<_, Body>::new(tenant.router(caller));
                let transport = layer::around(Arc::new(router), &root, &clock, &context, None);
                let known = json!({
                    "kind": "local", "path": info.path, "readOnly": read_only == Some(true), "tenantId": info.tenant_id,
                    "displayName": info.display_name, "defaultDomain": info.default_domain, "domains": info.domains,
                    "scopes": scopes.unwrap_or_default(), "clock": info.clock,
                });
                Ok(Self {
                    engine: Session::new(transport, root, clock)
                        .with_identity(Identity {
                            tenant_id: info.tenant_id.to_string(),
                            ..Identity::default()
                        })
                        .with_permissions(permissions),
                    tenant: Some(tenant),
                    cloud: None,
                    context,
                    info: known.to_string().into_bytes(),
                })
            }
            Options::Graph(options) => {
                let cloud = cloud::open(*options, secret)?;
                let known = json!({ "kind": "graph", "graph": cloud.address() });
                let (root, clock) = (cloud.root.clone(), Arc::clone(&cloud.clock));
                Ok(Self {
                    engine: Session::new(cloud.transport(), root, clock),
                    tenant: None,
                    context: cloud.context.clone(),
                    cloud: Some(cloud),
                    info: known.to_string().into_bytes(),
                })
            }
        }
    }

    /// The same session, whose requests go by a proxy. A tenant in this process is reached without a network, so that there
    /// a proxy has no part.
    ///
    /// # Errors
    /// When the options, the proxy or the password can't be used.
    pub(crate) fn by_proxy(&self, options: &str, password: &[u8]) -> Result<Self, OpenError> {
        let options = read_payload(options)?;
        let cloud = match &self.cloud {
            Some(cloud) => Some(cloud.by_proxy(options, password)?),
            None => None,
        };
        let engine = match &cloud {
            Some(cloud) => self.engine.over(cloud.transport()),
            None => self.engine.clone(),
        };
        Ok(Self {
            engine,
            tenant: self.tenant.clone(),
            cloud,
            context: self.context.clone(),
            info: self.info.clone(),
        })
    }

    /// The tenant, where the session is on one in this process.
    pub(crate) fn tenant(&self) -> Option<Tenant> {
        self.tenant.clone()
    }

    /// Where the session's tokens come from, where its service asks for any.
    pub(crate) fn tokens(&self) -> Option<Arc<dyn TokenSource>> {
        let cloud = self.cloud.as_ref()?;
        Some(Arc::clone(&cloud.tokens))
    }

    /// Sets how requests are timed and repeated from now on.
    ///
    /// # Errors
    /// When a time can't be used.
    pub(crate) fn set_request_context(&self, context: ContextOptions) -> Result<(), Failure> {
        self.context.set(context.read()?);
        Ok(())
    }

    /// What is known of the session, as JSON.
    pub(crate) fn info(&self) -> Vec<u8> {
        self.info.clone()
    }
}
