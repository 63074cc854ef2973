//! Every way to sign in, as options name it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde::Deserialize;

use super::app::{AppFlow, Proof};
use super::assertion::Certificate;
use super::authority::Authority;
use super::keeper::Keeper;
use super::line::Line;
use super::managed::{IdentityService, ManagedFlow};
use super::person::{Means, Person, PersonFlow};
use super::web::Web;
use super::{FixedToken, Secret, SignInError, SignInErrorKind, TokenSource};
use crate::Clock;

/// The application that interactive sign-in uses unless another is named: Microsoft's own, published as
/// "Microsoft Graph Command Line Tools".
pub const MICROSOFT_CLIENT_ID: &str = "14d82eec-204b-4c2f-b7e8-296a70dab67e";

/// The tenant of a person's sign-in where none is named: that of whoever signs in, among work accounts.
const ANY_TENANT: &str = "organizations";

/// What is asked for where no permission is named, as Microsoft's own command does.
const DEFAULT_SCOPE: &str = "User.Read";

/// A way to sign in. The secret that goes with it travels apart.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum Way {
    /// A token that the caller brought: the secret.
    Token {},
    /// An application by its secret: the secret.
    ClientSecret {
        /// The application's id.
        client_id: String,
    },
    /// An application by a certificate, whose key signs through the `sign` question.
    Certificate {
        /// The application's id.
        client_id: String,
        /// The certificate.
        certificate: CertificateOptions,
    },
    /// An application by a token of another identity provider.
    WorkloadIdentity {
        /// The application's id.
        client_id: String,
        /// The file with the token.
        token_file: PathBuf,
    },
    /// A person, with a code on another device. A secret is what an earlier session left.
    DeviceCode {
        /// The application's id; Microsoft's own where it is missing.
        client_id: Option<String>,
        /// The permissions.
        #[serde(default)]
        scopes: Vec<String>,
    },
    /// A person, in the browser of this machine. A secret is what an earlier session left.
    Interactive {
        /// The application's id; Microsoft's own where it is missing.
        client_id: Option<String>,
        /// The permissions.
        #[serde(default)]
        scopes: Vec<String>,
    },
    /// The machine's own identity. A secret is IDENTITY_HEADER.
    ManagedIdentity {
        /// The id of a user-assigned identity.
        client_id: Option<String>,
        /// The platform's environment variables.
        #[serde(default)]
        variables: HashMap<String, String>,
    },
    /// What the AZURE_… environment variables say. A secret is AZURE_CLIENT_SECRET.
    Environment {
        /// The variables.
        variables: HashMap<String, String>,
        /// The certificate at AZURE_CLIENT_CERTIFICATE_PATH.
        certificate: Option<CertificateOptions>,
    },
}

/// A certificate as options name it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CertificateOptions {
    /// The certificate in DER, in base64.
    pub der: String,
    /// Its issuers in DER, in base64, where they are to be sent along.
    pub chain: Option<Vec<String>>,
    /// Its subject.
    pub subject: String,
    /// When it becomes valid, in seconds since 1970.
    pub not_before: i64,
    /// When it ends, in seconds since 1970.
    pub not_after: i64,
}

/// What every way to sign in needs besides.
pub struct Surroundings {
    /// Carries the exchanges.
    pub web: Arc<dyn Web>,
    /// The session's clock.
    pub clock: Arc<dyn Clock>,
    /// The sign-in service's address.
    pub authority: String,
    /// The tenant, where one is named.
    pub tenant: Option<String>,
    /// The Graph service's address, which tokens are for.
    pub graph: String,
    /// How long one exchange may take.
    pub exchange_limit: Duration,
    /// How long the first sign-in may take; `None` for as long as is usual.
    pub sign_in_limit: Option<Duration>,
}

impl Way {
    /// The source of tokens for this way.
    ///
    /// # Errors
    /// When something that it needs is missing or malformed. Nothing is sent.
    pub fn source(
        self,
        secret: Option<Secret>,
        around: Surroundings,
    ) -> Result<Arc<dyn TokenSource>, SignInError> {
        let line = Line {
            web: Arc::clone(&around.web),
            clock: Arc::clone(&around.clock),
            limit: around.exchange_limit,
        };
        let clock = Arc::clone(&around.clock);
        match self {
            Self::Token {} => {
                let secret = secret.ok_or_else(|| missing("-AccessToken"))?;
                Ok(Arc::new(FixedToken::new(secret, clock)?))
            }
            Self::ClientSecret { client_id } => {
                let secret = secret.ok_or_else(|| missing("a client secret"))?;
                around.app(line, client_id, Proof::Secret(secret))
            }
            Self::Certificate {
                client_id,
                certificate,
            } => around.app(line, client_id, Proof::Certificate(certificate.read()?)),
            Self::WorkloadIdentity {
                client_id,
                token_file,
            } => around.app(line, client_id, Proof::TokenFile(token_file)),
            Self::DeviceCode { client_id, scopes } => {
                around.person(line, client_id, scopes, Means::DeviceCode, secret)
            }
            Self::Interactive { client_id, scopes } => {
                around.person(line, client_id, scopes, Means::Browser, secret)
            }
            Self::ManagedIdentity {
                client_id,
                variables,
            } => {
                let service = IdentityService::of(&variables, secret);
                let flow = ManagedFlow::new(line, service, around.graph, client_id);
                Ok(Arc::new(Keeper::new(flow, clock, around.sign_in_limit)))
            }
            Self::Environment {
                variables,
                certificate,
            } => from_environment(&variables, certificate, secret, around, line),
        }
    }
}

impl Surroundings {
    fn app(
        self,
        line: Line,
        client_id: String,
        proof: Proof,
    ) -> Result<Arc<dyn TokenSource>, SignInError> {
        let tenant = self.tenant.ok_or_else(|| missing("-TenantId"))?;
        let authority = Authority::new(&self.authority, &tenant)?;
        let scope = format!("{}/.default", self.graph.trim_end_matches('/'));
        let flow = AppFlow::new(line, authority, client_id, scope, proof);
        Ok(Arc::new(Keeper::new(flow, self.clock, self.sign_in_limit)))
    }

    fn person(
        self,
        line: Line,
        client_id: Option<String>,
        scopes: Vec<String>,
        means: Means,
        kept: Option<Secret>,
    ) -> Result<Arc<dyn TokenSource>, SignInError> {
        let tenant = self.tenant.as_deref().unwrap_or(ANY_TENANT);
        let person = Person {
            line,
            authority: Authority::new(&self.authority, tenant)?,
            client_id: client_id.unwrap_or_else(|| MICROSOFT_CLIENT_ID.into()),
            scopes: if scopes.is_empty() {
                vec![DEFAULT_SCOPE.into()]
            } else {
                scopes
            },
            means,
            limited: self.sign_in_limit.is_some(),
            kept,
        };
        Ok(Arc::new(Keeper::new(
            PersonFlow::new(person),
            self.clock,
            self.sign_in_limit,
        )))
    }
}

/// The order is that of Azure's own libraries: secret, certificate; then a federated token.
fn from_environment(
    variables: &HashMap<String, String>,
    certificate: Option<CertificateOptions>,
    secret: Option<Secret>,
    around: Surroundings,
    line: Line,
) -> Result<Arc<dyn TokenSource>, SignInError> {
    let named = |name: &str| {
        variables
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    };
    let client_id = named("AZURE_CLIENT_ID").ok_or_else(|| unset("AZURE_CLIENT_ID"))?;
    let tenant = named("AZURE_TENANT_ID").ok_or_else(|| unset("AZURE_TENANT_ID"))?;
    let proof = match (secret, certificate, named("AZURE_FEDERATED_TOKEN_FILE")) {
        (Some(secret), _, _) => Proof::Secret(secret),
        (None, Some(certificate), _) => Proof::Certificate(certificate.read()?),
        (None, None, Some(file)) => Proof::TokenFile(file.into()),
        (None, None, None) => {
            return Err(unset(
                "one of AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH and AZURE_FEDERATED_TOKEN_FILE",
            ));
        }
    };
    let around = Surroundings {
        tenant: Some(tenant.to_owned()),
        ..around
    };
    around.app(line, client_id.to_owned(), proof)
}

impl CertificateOptions {
    fn read(&self) -> Result<Certificate, SignInError> {
        let malformed = |what: &str| {
            SignInError::new(
                SignInErrorKind::Invalid,
                "InvalidCertificate",
                format!(
                    "the {what} of the certificate '{}' can't be read",
                    self.subject
                ),
            )
        };
        let decode = |text: &str| {
            BASE64_STANDARD
                .decode(text)
                .map_err(|_| malformed("content"))
        };
        let moment =
            |second: i64| Timestamp::from_second(second).map_err(|_| malformed("validity"));
        Ok(Certificate {
            der: decode(&self.der)?,
            chain: self
                .chain
                .as_ref()
                .map(|chain| chain.iter().map(|text| decode(text)).collect())
                .transpose()?,
            subject: self.subject.clone(),
            not_before: moment(self.not_before)?,
            not_after: moment(self.not_after)?,
        })
    }
}

fn missing(what: &str) -> SignInError {
    SignInError::new(
        SignInErrorKind::Invalid,
        "Missing",
        format!("{what} is needed to sign in this way"),
    )
}

fn unset(name: &str) -> SignInError {
    SignInError::new(
        SignInErrorKind::Invalid,
        "VariableNotSet",
        format!("signing in by environment variables needs {name}, which is not set"),
    )
    .advise("Set AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET (or AZURE_CLIENT_CERTIFICATE_PATH, or AZURE_FEDERATED_TOKEN_FILE) before Connect-MgGraph -EnvironmentVariable.")
}
