//! The identity that the platform gives this machine: App Service and its kin, Azure Arc, and the metadata
//! service of virtual machines (IMDS).

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde::Deserialize;
use url::{Host, Url};

use super::answer::{Grant, granted};
use super::keeper::{Flow, Renewal};
use super::line::{Line, host_of};
use super::refusal::About;
use super::web::{WebRequest, WebResponse};
use super::{Secret, SignInError, SignInErrorKind, SignedIn, tell};

/// Where IMDS is on every virtual machine of Azure.
const IMDS: &str = "http://169.254.169.254";

/// Waits before each try at IMDS, as Microsoft documents them for 404, 429 and 5xx.
const IMDS_WAITS: [Duration; 5] = [
    Duration::from_secs(0),
    Duration::from_secs(2),
    Duration::from_secs(6),
    Duration::from_secs(14),
    Duration::from_secs(30),
];

/// How long IMDS may be away for an update (410), as Microsoft documents it.
const IMDS_UPDATE: Duration = Duration::from_secs(70);

/// How long the first word of IMDS is waited for: on a machine without it nothing answers at all.
const IMDS_FIRST: Duration = Duration::from_secs(3);

/// The key file of Azure Arc is not larger than this.
const LARGEST_KEY: u64 = 4096;

/// Which service gives the identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityService {
    /// App Service, Functions, Container Apps, Automation: an address and a header that the platform sets.
    AppService {
        /// IDENTITY_ENDPOINT.
        endpoint: String,
        /// IDENTITY_HEADER.
        header: Secret,
    },
    /// Azure Arc: an address, and a key file that only administrators may read.
    Arc {
        /// IDENTITY_ENDPOINT.
        endpoint: String,
        /// Where the agent puts its key files.
        keys: PathBuf,
    },
    /// The metadata service of a virtual machine.
    Imds {
        /// Its root.
        endpoint: String,
    },
}

impl IdentityService {
    /// The service that the platform's environment variables name; `header` is IDENTITY_HEADER.
    #[must_use]
    pub fn of(variables: &HashMap<String, String>, header: Option<Secret>) -> Self {
        let named = |name: &str| {
            variables
                .get(name)
                .filter(|value| !value.is_empty())
                .cloned()
        };
        match (named("IDENTITY_ENDPOINT"), header, named("IMDS_ENDPOINT")) {
            (Some(endpoint), Some(header), _) => Self::AppService { endpoint, header },
            (Some(endpoint), None, Some(_)) => Self::Arc {
                endpoint,
                keys: arc_keys(named("ProgramData")),
            },
            _ => Self::Imds {
                endpoint: named("AZURE_POD_IDENTITY_AUTHORITY_HOST").unwrap_or_else(|| IMDS.into()),
            },
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::AppService { .. } => "App Service",
            Self::Arc { .. } => "Azure Arc",
            Self::Imds { .. } => "the virtual machine's metadata service",
        }
    }
}

/// Where the agent of Azure Arc keeps its key files.
fn arc_keys(program_data: Option<String>) -> PathBuf {
    match program_data {
        Some(folder) if cfg!(windows) => Path::new(&folder)
            .join("AzureConnectedMachineAgent")
            .join("Tokens"),
        _ => PathBuf::from("/var/opt/azcmagent/tokens"),
    }
}

/// A managed identity.
pub(super) struct ManagedFlow(Arc<Managed>);

struct Managed {
    line: Line,
    service: IdentityService,
    resource: String,
    client_id: Option<String>,
}

impl ManagedFlow {
    pub(super) fn new(
        line: Line,
        service: IdentityService,
        resource: String,
        client_id: Option<String>,
    ) -> Self {
        Self(Arc::new(Managed {
            line,
            service,
            resource,
            client_id,
        }))
    }
}

/// A refusal of App Service.
#[derive(Deserialize)]
struct Message {
    message: String,
}

impl Managed {
    async fn token(&self) -> Result<Grant, SignInError> {
        let (url, answer) = match &self.service {
            IdentityService::AppService { endpoint, header } => {
                self.ask_app_service(endpoint, header).await?
            }
            IdentityService::Arc { endpoint, keys } => self.ask_arc(endpoint, keys).await?,
            IdentityService::Imds { endpoint } => self.ask_imds(endpoint).await?,
        };
        let about = About {
            client_id: self.client_id.as_deref().unwrap_or("of this machine"),
            tenant: "of this machine",
            hide: &[],
        };
        if let (false, Ok(message)) = (
            answer.status.is_success(),
            serde_json::from_slice::<Message>(&answer.body),
        ) {
            return Err(self.refused(answer.status, &message.message));
        }
        let grant = granted(&url, &answer, &about).map_err(|error| match error.kind() {
            SignInErrorKind::Unreachable => error,
            _ => self.refused(answer.status, &error.to_string()),
        })?;
        Ok(Grant {
            refresh: None,
            ..grant
        })
    }

    fn refused(&self, status: StatusCode, said: &str) -> SignInError {
        let whose = match &self.client_id {
            Some(client_id) => format!("the managed identity {client_id}"),
            None => "the managed identity".to_owned(),
        };
        SignInError::new(
            SignInErrorKind::Refused,
            "ManagedIdentityRefused",
            format!(
                "{} gave no token for {whose} (status {}): {said}",
                self.service.name(),
                status.as_u16()
            ),
        )
        .advise("Check that the identity is assigned to this machine; for a user-assigned one pass its client id with -ClientId.")
    }

    async fn ask_app_service(
        &self,
        endpoint: &str,
        header: &Secret,
    ) -> Result<(String, WebResponse), SignInError> {
        let url = self.address(endpoint, "", "2019-08-01")?;
        let mut value =
            HeaderValue::from_str(header.expose()).map_err(|_| unusable_endpoint(endpoint))?;
        value.set_sensitive(true);
        let mut headers = metadata();
        headers.insert("x-identity-header", value);
        let answer = self.get(&url, headers).await?;
        Ok((url, answer))
    }

    /// Arc answers a first request with the place of a file; who can read it is an administrator of the machine.
    async fn ask_arc(
        &self,
        endpoint: &str,
        keys: &Path,
    ) -> Result<(String, WebResponse), SignInError> {
        let url = self.address(endpoint, "", "2020-06-01")?;
        let challenge = self.get(&url, metadata()).await?;
        if challenge.status != StatusCode::UNAUTHORIZED {
            return Ok((url, challenge));
        }
        let named = challenge
            .headers
            .get(WWW_AUTHENTICATE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once('='))
            .filter(|(scheme, _)| scheme.trim().eq_ignore_ascii_case("Basic realm"))
            .map(|(_, file)| PathBuf::from(file.trim().trim_matches('"')))
            .ok_or_else(|| arc_key("the agent named no key file"))?;
        let key = read_arc_key(named, keys.to_owned()).await?;
        let text = zeroize::Zeroizing::new(format!("Basic {}", key.expose()));
        let mut value =
            HeaderValue::from_str(&text).map_err(|_| arc_key("the key file holds no key"))?;
        value.set_sensitive(true);
        let mut headers = metadata();
        headers.insert(AUTHORIZATION, value);
        let answer = self.get(&url, headers).await?;
        Ok((url, answer))
    }

    async fn ask_imds(&self, endpoint: &str) -> Result<(String, WebResponse), SignInError> {
        let url = self.address(endpoint, "/metadata/identity/oauth2/token", "2018-02-01")?;
        let begun = self.line.clock.elapsed();
        let first = Line {
            limit: IMDS_FIRST.min(self.line.limit),
            ..self.line.clone()
        };
        let mut tries = 0;
        loop {
            let line = if tries == 0 { &first } else { &self.line };
            let answer = line
                .once(self.request(&url, metadata()))
                .await
                .map_err(|error| no_imds(&url, &error))?;
            let updating = answer.status == StatusCode::GONE;
            let busy = matches!(answer.status.as_u16(), 404 | 429 | 500..=599);
            let waited = self.line.clock.elapsed().saturating_sub(begun);
            let wait = IMDS_WAITS.get(tries).copied();
            let pause = match wait {
                Some(pause) if busy || updating => pause,
                None if updating && waited < IMDS_UPDATE => IMDS_UPDATE - waited,
                _ => return Ok((url, answer)),
            };
            tell(format!(
                "{} answered {}; trying again in {} s",
                host_of(&url),
                answer.status.as_u16(),
                pause.as_secs_f64()
            ))
            .await;
            self.line.clock.sleep(pause).await;
            tries += 1;
        }
    }

    /// The address to get a token at.
    fn address(&self, endpoint: &str, path: &str, version: &str) -> Result<String, SignInError> {
        let whole = format!("{}{path}", endpoint.trim_end_matches('/'));
        let mut url = Url::parse(&whole).map_err(|_| unusable_endpoint(endpoint))?;
        if !on_this_machine(&url) {
            return Err(unusable_endpoint(endpoint));
        }
        {
            let mut query = url.query_pairs_mut();
            query
                .append_pair("api-version", version)
                .append_pair("resource", &self.resource);
            if let Some(client_id) = &self.client_id {
                query.append_pair("client_id", client_id);
            }
        }
        Ok(url.to_string())
    }

    async fn get(&self, url: &str, headers: HeaderMap) -> Result<WebResponse, SignInError> {
        self.line.once(self.request(url, headers)).await
    }

    fn request(&self, url: &str, headers: HeaderMap) -> WebRequest {
        WebRequest {
            method: Method::GET,
            url: url.to_owned(),
            headers,
            form: None,
            direct: true,
        }
    }
}

fn metadata() -> HeaderMap {
    HeaderMap::from_iter([(
        http::HeaderName::from_static("metadata"),
        HeaderValue::from_static("true"),
    )])
}

/// Whether an address is this machine's own or of its private network: the identity services of a platform are
/// spoken to without encryption, and never leave it.
fn on_this_machine(url: &Url) -> bool {
    let local = match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => {
            address.is_loopback() || address.is_link_local() || address.is_private()
        }
        Some(Host::Ipv6(address)) => {
            address.is_loopback() || address.is_unicast_link_local() || address.is_unique_local()
        }
        None => false,
    };
    local && matches!(url.scheme(), "http" | "https")
}

fn unusable_endpoint(endpoint: &str) -> SignInError {
    SignInError::new(
        SignInErrorKind::Invalid,
        "InvalidIdentityEndpoint",
        format!("'{endpoint}' is no address of a machine's identity service"),
    )
    .advise("The platform sets IDENTITY_ENDPOINT and IDENTITY_HEADER; unset them where there is no such platform.")
}

fn no_imds(url: &str, error: &SignInError) -> SignInError {
    SignInError::new(
        SignInErrorKind::Unreachable,
        "NoManagedIdentity",
        format!(
            "this machine has no managed identity: {} does not answer ({error})",
            host_of(url)
        ),
    )
    .advise("Connect-MgGraph -Identity works on machines of Azure and on those joined with Azure Arc; elsewhere sign in with a certificate.")
}

fn arc_key(reason: &str) -> SignInError {
    SignInError::new(
        SignInErrorKind::Invalid,
        "ArcKey",
        format!("Azure Arc's key can't be used: {reason}"),
    )
    .advise("Run as an administrator, or as a member of the group 'himds' (Windows: 'Hybrid agent extension applications').")
}

/// Reads a key file, which must be where the agent puts them: what answers on the agent's port must not make us
/// read, and send, any other file.
async fn read_arc_key(file: PathBuf, keys: PathBuf) -> Result<Secret, SignInError> {
    let read = tokio::task::spawn_blocking(move || {
        let shown = file.display().to_string();
        let inside = file.parent().is_some_and(|folder| folder == keys);
        if !inside || file.extension().is_none_or(|extension| extension != "key") {
            return Err(arc_key(&format!(
                "'{shown}' is not where the agent keeps its keys"
            )));
        }
        let failed = |error: std::io::Error| arc_key(&format!("'{shown}': {error}"));
        if std::fs::metadata(&file).map_err(failed)?.len() > LARGEST_KEY {
            return Err(arc_key(&format!("'{shown}' is too large")));
        }
        std::fs::read_to_string(&file).map_err(failed)
    })
    .await
    .map_err(|_| arc_key("reading it was broken off"))??;
    Ok(Secret::new(read.trim().to_owned()))
}

#[async_trait]
impl Flow for ManagedFlow {
    async fn sign_in(&self) -> Result<Grant, SignInError> {
        tell(format!(
            "Asking {} for a token of its identity.",
            self.0.service.name()
        ))
        .await;
        self.0.token().await
    }

    async fn prepare(&self, _: Option<Secret>, _: Option<String>) -> Result<Renewal, SignInError> {
        let managed = Arc::clone(&self.0);
        Ok(Box::pin(async move { managed.token().await }))
    }

    fn known(&self) -> SignedIn {
        SignedIn {
            client_id: self.0.client_id.clone(),
            ..SignedIn::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RealClock;
    use crate::TransportError;
    use crate::sign_in::Web;
    use std::sync::Mutex;

    /// An agent that wants the content of its key file back.
    struct Agent {
        challenge: String,
        asked: Mutex<Vec<Option<HeaderValue>>>,
    }

    #[async_trait]
    impl Web for Agent {
        async fn exchange(&self, request: WebRequest) -> Result<WebResponse, TransportError> {
            let shown = request.headers.get(AUTHORIZATION).cloned();
            let right = shown.as_ref().is_some_and(|value| value == "Basic k-1");
            self.asked.lock().unwrap().push(shown);
            let (status, body) = if right {
                (StatusCode::OK, r#"{"access_token":"t","expires_in":"60"}"#)
            } else {
                (StatusCode::UNAUTHORIZED, "")
            };
            Ok(WebResponse {
                status,
                headers: HeaderMap::from_iter([(
                    WWW_AUTHENTICATE,
                    HeaderValue::from_str(&self.challenge).unwrap(),
                )]),
                body: body.into(),
            })
        }
    }

    #[tokio::test]
    async fn azure_arc_is_shown_the_key_that_its_challenge_names() {
        let keys = tempfile::tempdir().unwrap();
        let file = keys.path().join("1f2e.key");
        std::fs::write(&file, "k-1").unwrap();
        let agent = Arc::new(Agent {
            challenge: format!("Basic realm={}", file.display()),
            asked: Mutex::default(),
        });
        let flow = ManagedFlow::new(
            Line {
                web: Arc::clone(&agent) as Arc<dyn Web>,
                clock: Arc::new(RealClock::new()),
                limit: Duration::from_secs(30),
            },
            IdentityService::Arc {
                endpoint: "http://localhost:40342/metadata/identity/oauth2/token".into(),
                keys: keys.path().to_owned(),
            },
            "https://graph.example".into(),
            None,
        );
        let grant = flow.sign_in().await.unwrap();
        assert_eq!(grant.access.expose(), "t");
        let asked = agent.asked.lock().unwrap();
        assert_eq!(asked.len(), 2);
        assert_eq!(asked[0], None);
        assert!(asked[1].as_ref().unwrap().is_sensitive());
    }
}
