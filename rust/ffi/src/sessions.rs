//! Sessions: what a connection is at the border.

use std::sync::Arc;

use axum::body::Body;
use mglicense_engine::{Failure, FailureKind, PayloadError, Session, read_payload};
use mglicense_graph::{InProcess, ServiceRoot, clock_of_speed, clock_speed};
use serde::Deserialize;
use serde_json::json;

use crate::handles::Table;

/// Every open session.
pub(crate) static SESSIONS: Table<OpenSession> = Table::new(1);

/// A session and what is known of it without asking the service.
pub(crate) struct OpenSession {
    pub(crate) engine: Session,
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
    },
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
            } => {
                if !secret.is_empty() {
                    return Err(Failure::argument("a local tenant takes no secret").into());
                }
                let setting = std::env::var("MGLICENSE_CLOCK").ok();
                let speed = clock_speed(setting.as_deref(), true).map_err(|error| {
                    Failure::new(FailureKind::Argument, "InvalidClock", error.to_string())
                })?;
                let transport = InProcess::<_, Body>::new(crate::local::router(&path));
                let info = json!({
                    "kind": "local", "path": path, "readOnly": read_only == Some(true),
                    "scopes": scopes.unwrap_or_default(), "clock": setting,
                });
                Ok(Self {
                    engine: Session::new(
                        Arc::new(transport),
                        ServiceRoot::local(),
                        clock_of_speed(speed),
                    ),
                    info: info.to_string().into_bytes(),
                })
            }
        }
    }

    /// What is known of the session, as JSON.
    pub(crate) fn info(&self) -> Vec<u8> {
        self.info.clone()
    }
}
