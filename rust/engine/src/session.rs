//! A connection to one Graph service.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use http::{Method, StatusCode};
use mglicense_graph::quota::{self, SharedBucket};
use mglicense_graph::sign_in::{SignedIn, TokenSource, with_caller};
use mglicense_graph::{Clock, Request, Response, ServiceRoot, Transport};

use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::job::JobContext;
use crate::skus::SkuCache;

/// A connection: where requests go, whose clock counts, and what was learned about the tenant. A copy is the same
/// connection.
#[derive(Clone)]
pub struct Session {
    transport: Arc<dyn Transport>,
    root: ServiceRoot,
    clock: Arc<dyn Clock>,
    skus: Arc<SkuCache>,
    signed_in: Arc<OnceLock<Known>>,
    bucket: Arc<OnceLock<Arc<SharedBucket>>>,
    created: Arc<Mutex<HashSet<String>>>,
}

/// What is known of who signed in, once that is known.
#[derive(Clone, Debug, Default)]
struct Known {
    identity: Identity,
    permissions: Option<Vec<String>>,
}

static NOBODY: Identity = Identity {
    tenant_id: String::new(),
    client_id: String::new(),
    account: None,
};

/// Who works on which tenant: what the service counts its limits by, and what a journal is bound to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The tenant's id; empty where the session doesn't know it.
    pub tenant_id: String,
    /// The application's id; empty where there is none, as with a tenant in this process.
    pub client_id: String,
    /// Whoever signed in, by the name people know; absent for an application.
    pub account: Option<String>,
}

impl Session {
    /// A session over a transport. `root` says which absolute addresses mean it.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>, root: ServiceRoot, clock: Arc<dyn Clock>) -> Self {
        Self {
            transport,
            root,
            clock,
            skus: Arc::default(),
            signed_in: Arc::default(),
            bucket: Arc::default(),
            created: Arc::default(),
        }
    }

    /// The same session by another way to the service.
    #[must_use]
    pub fn over(&self, transport: Arc<dyn Transport>) -> Self {
        Self {
            transport,
            ..self.clone()
        }
    }

    /// The same session with what is known of its tenant and of who signed in.
    #[must_use]
    pub fn with_identity(mut self, identity: Identity) -> Self {
        let known = Known {
            identity,
            ..self.signed_in.get().cloned().unwrap_or_default()
        };
        self.signed_in = Arc::new(known.into());
        self
    }

    /// Who works on which tenant. Of a service on the network it is known once a job has signed in.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        self.signed_in
            .get()
            .map_or(&NOBODY, |known| &known.identity)
    }

    /// The same session, of a sign-in that is known to have these permissions: scopes of a user, roles of an
    /// application.
    #[must_use]
    pub fn with_permissions(mut self, permissions: Option<Vec<String>>) -> Self {
        let known = Known {
            permissions,
            ..self.signed_in.get().cloned().unwrap_or_default()
        };
        self.signed_in = Arc::new(known.into());
        self
    }

    /// The permissions of the sign-in, where they are known. A hint: the service decides.
    #[must_use]
    pub fn permissions(&self) -> Option<&[String]> {
        self.signed_in.get()?.permissions.as_deref()
    }

    /// The clock that waits of this session go by.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Which absolute addresses mean this session's service.
    #[must_use]
    pub fn root(&self) -> &ServiceRoot {
        &self.root
    }

    /// The limit on writes, as far as it is known: one for all sessions of an application in a tenant.
    #[must_use]
    pub(crate) fn write_bucket(&self) -> Arc<SharedBucket> {
        let made = self.bucket.get_or_init(|| {
            let Identity {
                tenant_id,
                client_id,
                ..
            } = self.identity();
            if tenant_id.is_empty() {
                return Arc::new(SharedBucket::new(Arc::clone(&self.clock)));
            }
            let key = format!("{} {tenant_id} {client_id}", self.root.absolute(""));
            quota::shared(&key, &self.clock)
        });
        Arc::clone(made)
    }

    /// Whether a user of this id or name was made through this session. The service may not know it everywhere yet.
    #[must_use]
    pub(crate) fn has_created(&self, user: &str) -> bool {
        let created = self.created.lock().unwrap_or_else(PoisonError::into_inner);
        created.contains(&user.to_ascii_lowercase())
    }

    /// Remembers a user that was made.
    fn note_created(&self, response: &Response) {
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Made {
            id: Option<String>,
            user_principal_name: Option<String>,
        }
        let Ok(made) = serde_json::from_slice::<Made>(&response.body) else {
            return;
        };
        let mut created = self.created.lock().unwrap_or_else(PoisonError::into_inner);
        let names = [made.id, made.user_principal_name].into_iter().flatten();
        created.extend(names.map(|name| name.to_ascii_lowercase()));
    }

    /// The tenant's own products, as last read.
    #[must_use]
    pub fn skus(&self) -> &SkuCache {
        &self.skus
    }

    /// Takes note of who signed in. A second sign-in of a session is the same one again.
    fn learn(&self, known: &SignedIn) {
        // A token that tells no permissions may still have some: they are unknown then.
        let permissions = Some(known.scopes.clone()).filter(|scopes| !scopes.is_empty());
        let _ = self.signed_in.set(Known {
            identity: Identity {
                tenant_id: known.tenant_id.clone().unwrap_or_default(),
                client_id: known.client_id.clone().unwrap_or_default(),
                account: known.account.clone(),
            },
            permissions,
        });
    }

    /// Signs in, and tells as whom. Where the service asks for no sign-in there is nobody to tell of.
    ///
    /// # Errors
    /// When signing in fails, or the job is cancelled first.
    pub async fn sign_in(
        &self,
        job: &JobContext,
        tokens: Option<Arc<dyn TokenSource>>,
    ) -> Result<(), Failure> {
        job.check()?;
        let known = match tokens {
            None => SignedIn::default(),
            Some(tokens) => {
                let signing_in = with_caller(Arc::new(job.clone()), tokens.sign_in());
                tokio::select! {
                    biased;
                    known = signing_in => known?,
                    () = job.cancelled() => return Err(Failure::cancelled()),
                }
            }
        };
        self.learn(&known);
        let told = serde_json::json!({
            "clientId": known.client_id, "tenantId": known.tenant_id, "account": known.account,
            "appName": known.app_name, "scopes": known.scopes,
            "expires": known.expires.map(|expires| expires.to_string()),
        });
        job.emit(Event::json(EventKind::Item, &told)).await;
        Ok(())
    }

    /// Sends one request and returns the answer, whatever its status.
    ///
    /// A cancelled job sends nothing. A read under way when the job is cancelled is dropped; a write is let
    /// finish, because what it did must be known.
    ///
    /// # Errors
    /// When the job is cancelled, or no answer was had.
    pub async fn exchange(
        &self,
        job: &JobContext,
        request: Request,
        debug: bool,
    ) -> Result<Response, Failure> {
        let makes_user = request.method == Method::POST
            && matches!(request.url.split_once('/'), Some((_, "users")));
        let response = exchange(Arc::clone(&self.transport), job.clone(), request, debug).await?;
        if makes_user && response.status == StatusCode::CREATED {
            self.note_created(&response);
        }
        Ok(response)
    }

    /// Sends one request on the library's own threads, whether or not anybody pulls the job meanwhile.
    pub(crate) fn exchange_ahead(
        &self,
        job: &JobContext,
        request: Request,
        debug: bool,
    ) -> impl Future<Output = Result<Response, Failure>> + Send + 'static {
        exchange(Arc::clone(&self.transport), job.clone(), request, debug)
    }

    /// Sends one request and returns its answer of success.
    ///
    /// # Errors
    /// As [`Session::exchange`], and when the service refuses.
    pub async fn call(
        &self,
        job: &JobContext,
        request: Request,
        debug: bool,
    ) -> Result<Response, Failure> {
        accepted(self.exchange(job, request, debug).await?)
    }
}

/// An answer of success; a refusal is a failure.
///
/// # Errors
/// When the service refused.
pub(crate) fn accepted(response: Response) -> Result<Response, Failure> {
    if response.status.is_success() {
        Ok(response)
    } else {
        Err(Failure::from_response(&response))
    }
}

async fn exchange(
    transport: Arc<dyn Transport>,
    job: JobContext,
    request: Request,
    debug: bool,
) -> Result<Response, Failure> {
    job.check()?;
    let write = request.is_write();
    let sending = with_caller(Arc::new(job.showing(debug)), transport.send(request));
    let answered = if write {
        sending.await
    } else {
        tokio::select! {
            biased;
            answered = sending => answered,
            () = job.cancelled() => return Err(Failure::cancelled()),
        }
    };
    Ok(answered?)
}
