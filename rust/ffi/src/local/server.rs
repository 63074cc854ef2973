//! Tenants that this process serves.

use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mglicense_engine::{Event, EventKind, Failure, FailureKind, JobContext};
use mglicense_tenant::serve::{Overrides, ServeError, ServeOptions, Server};
use serde::Deserialize;
use serde_json::Value;

use super::command::blocking;
use super::{failure, speed};
use crate::handles::Table;
use crate::runtime;

/// Every server that was not stopped.
pub(crate) static SERVERS: Table<Server> = Table::new(7);

/// What to serve, and how.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct StartServer {
    path: PathBuf,
    #[serde(default)]
    address: Option<String>,
    #[serde(default)]
    port: Option<u16>,
    #[serde(default)]
    tls: Option<bool>,
    #[serde(default)]
    certificate: Option<PathBuf>,
    #[serde(default)]
    latency_milliseconds: Option<u64>,
    #[serde(default)]
    quota: Option<Value>,
    #[serde(default)]
    fault: Option<PathBuf>,
    #[serde(default)]
    durability: Option<String>,
    #[serde(default)]
    settings: Option<Value>,
}

/// Which servers are wanted: all, unless something is said.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ListServers {
    #[serde(default)]
    path: Option<PathBuf>,
    #[serde(default)]
    port: Option<u16>,
}

/// Which servers are to stop.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct StopServer {
    #[serde(default)]
    server: Option<u64>,
    #[serde(default)]
    path: Option<PathBuf>,
    #[serde(default)]
    port: Option<u16>,
}

impl StartServer {
    pub(super) async fn run(self, job: &JobContext) -> Result<(), Failure> {
        let address = match self.address.as_deref() {
            None => IpAddr::V4(Ipv4Addr::LOCALHOST),
            Some(text) => text
                .trim_start_matches('[')
                .trim_end_matches(']')
                .parse()
                .map_err(|_| Failure::argument(format!("'{text}' is not an IP address")))?,
        };
        let overrides = Overrides {
            settings: self.settings,
            latency_milliseconds: self.latency_milliseconds,
            quota: self.quota,
            fault: self.fault,
            durability: self.durability,
        };
        let options = ServeOptions {
            address,
            port: self.port.unwrap_or(0),
            tls: self.tls == Some(true),
            certificate: self.certificate,
            settings: overrides.settings().map_err(not_served)?,
            speed: speed()?,
            ..ServeOptions::default()
        };
        let path = self.path;
        let runtime = runtime::handle()?;
        let server =
            blocking(move || Server::start(path, options, runtime).map_err(not_served)).await?;
        let handle = SERVERS.insert(server).ok_or_else(|| {
            Failure::new(
                FailureKind::Internal,
                "TooManyServers",
                "too many servers run; stop some",
            )
        })?;
        if let Some(server) = SERVERS.get(handle) {
            job.emit(describe(handle, &server)).await;
        }
        Ok(())
    }
}

impl ListServers {
    pub(super) async fn run(self, job: &JobContext) -> Result<(), Failure> {
        for (handle, server) in SERVERS.all() {
            if is_meant(&server, self.path.as_deref(), self.port) {
                job.emit(describe(handle, &server)).await;
            }
        }
        Ok(())
    }
}

impl StopServer {
    pub(super) async fn run(self, job: &JobContext) -> Result<(), Failure> {
        if self.server.is_none() && self.path.is_none() && self.port.is_none() {
            return Err(Failure::argument(
                "no server is named: give a `server`, a `path` or a `port`",
            ));
        }
        let meant = SERVERS.all().into_iter().filter(|(handle, server)| {
            self.server.is_none_or(|wanted| wanted == *handle)
                && is_meant(server, self.path.as_deref(), self.port)
        });
        let meant: Vec<u64> = meant.map(|(handle, _)| handle).collect();
        if meant.is_empty() {
            let mut failure = Failure::new(
                FailureKind::Tenant,
                "NotServed",
                "this process serves no such tenant",
            );
            failure.recommended_action =
                Some("Get-MgLocalTenantServer lists those that it serves.".to_owned());
            return Err(failure);
        }
        for handle in meant {
            // Somebody else may have stopped it in between.
            let Some(server) = SERVERS.remove(handle) else {
                continue;
            };
            server.stop().await;
            job.emit(describe(handle, &server)).await;
            // Closing the tenant waits for its thread.
            blocking(move || {
                drop(server);
                Ok(())
            })
            .await?;
        }
        Ok(())
    }
}

fn is_meant(server: &Arc<Server>, path: Option<&Path>, port: Option<u16>) -> bool {
    let info = server.info();
    path.is_none_or(|path| path == info.path) && port.is_none_or(|port| port == info.port)
}

fn describe(handle: u64, server: &Server) -> Event {
    let mut json = serde_json::to_value(server.info()).unwrap_or_default();
    json["server"] = handle.into();
    json["tokensGiven"] = server.tokens_given().into();
    Event::json(EventKind::Item, &json)
}

/// What keeps a tenant from being served, as a caller sees it.
fn not_served(error: ServeError) -> Failure {
    if let Some(error) = error.tenant() {
        return failure(error.clone());
    }
    let mut failure = Failure::new(
        FailureKind::Tenant,
        error.kind().as_str(),
        error.fault().to_owned(),
    );
    failure.recommended_action = Some(error.remedy().to_owned());
    failure
}
