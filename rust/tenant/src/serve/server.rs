//! A server: a listener, and the tenant behind it.

use std::fmt;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use mglicense_rules::Guid;
use rustls::ServerConfig;
use serde::Serialize;
use tokio::task::JoinHandle;

use super::certificate::{self, CertificateFile};
use super::connection::Acceptor;
use super::gate;
use super::options::{ServeError, ServeErrorKind, ServeOptions};
use super::sign_in::SignIn;
use crate::tenant::Tenant;

/// How long requests under way may take after a server was told to stop.
const GRACE: Duration = Duration::from_secs(2);

/// A tenant that is being served. Dropping it closes the listener at once; [`Server::stop`] lets requests under way end.
pub struct Server {
    info: ServerInfo,
    secret: String,
    sign_in: Arc<SignIn>,
    handle: Handle<SocketAddr>,
    work: Mutex<Option<JoinHandle<std::io::Result<()>>>>,
    /// Removed with the server.
    _certificate: Option<CertificateFile>,
}

/// What a client needs to know of a server, but for the secret.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerInfo {
    /// The tenant's file.
    pub path: PathBuf,
    /// Scheme, address and port: `https://127.0.0.1:49152`. Graph is below it, and so is the place to sign in.
    pub uri: String,
    /// The port.
    pub port: u16,
    /// The tenant's id.
    pub tenant_id: Guid,
    /// Where tokens are had.
    pub token_endpoint: String,
    /// The id of the application that is registered for this server, which may do everything.
    pub client_id: Guid,
    /// The certificate to trust, in PEM; none without TLS.
    pub certificate_path: Option<PathBuf>,
}

impl Server {
    /// Opens a tenant and serves it on the threads of the runtime. Blocks while the file is opened.
    ///
    /// # Errors
    /// When the address is not one of loopback or cannot be had, the tenant cannot be opened, a setting is wrong, or the
    /// certificate cannot be written.
    pub fn start(
        path: impl AsRef<Path>,
        options: ServeOptions,
        runtime: &tokio::runtime::Handle,
    ) -> Result<Self, ServeError> {
        let listener = listen(&options)?;
        let tenant = Tenant::open(path, options.open())?;
        Self::behind(listener, tenant, options, runtime)
    }

    /// Serves a tenant that is open already, by the clock and the settings it was opened with.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn over(
        tenant: Tenant,
        options: ServeOptions,
        runtime: &tokio::runtime::Handle,
    ) -> Result<Self, ServeError> {
        Self::behind(listen(&options)?, tenant, options, runtime)
    }

    fn behind(
        listener: TcpListener,
        tenant: Tenant,
        options: ServeOptions,
        runtime: &tokio::runtime::Handle,
    ) -> Result<Self, ServeError> {
        let address = listener
            .local_addr()
            .map_err(|error| cannot_listen(&options, &error))?;
        let scheme = if options.tls { "https" } else { "http" };
        let uri = format!("{scheme}://{address}");
        let tenant_id = tenant.info()?.tenant_id;
        let sign_in = Arc::new(SignIn::new(tenant.clone())?);
        let client_id = sign_in.client_id();
        let secret = sign_in.secret().to_owned();
        let tls = match options.tls {
            false => None,
            true => Some(certificate::make(
                options.certificate.clone().unwrap_or_else(|| {
                    let name = format!("mglicense-{}.pem", crate::store::RequestIds::next());
                    std::env::temp_dir().join(name)
                }),
            )?),
        };
        let info = ServerInfo {
            path: tenant.path().to_owned(),
            port: address.port(),
            tenant_id,
            token_endpoint: format!("{uri}/{tenant_id}/oauth2/v2.0/token"),
            client_id,
            certificate_path: tls.as_ref().map(|(_, file)| file.path().to_owned()),
            uri,
        };
        let service = gate::service(tenant, Arc::clone(&sign_in), scheme, address);
        let handle = Handle::new();
        let (config, certificate) = tls.unzip();
        let work = {
            let _entered = runtime.enter();
            let server = axum_server::from_tcp(listener)
                .map_err(|error| cannot_listen(&options, &error))?
                .handle(handle.clone());
            spawn(runtime, server, service, config)
        };
        Ok(Self {
            info,
            secret,
            sign_in,
            handle,
            work: Mutex::new(Some(work)),
            _certificate: certificate,
        })
    }

    /// What a client needs to know, but for the secret.
    pub fn info(&self) -> &ServerInfo {
        &self.info
    }

    /// The secret of the application [`ServerInfo::client_id`]. It is made anew for each server.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// How many access tokens it gave so far, for whatever way to sign in.
    pub fn tokens_given(&self) -> u64 {
        self.sign_in.tokens_given()
    }

    /// Closes the listener, lets requests under way end for a moment, and closes the tenant.
    pub async fn stop(&self) {
        self.handle.graceful_shutdown(Some(GRACE));
        let work = self.take();
        if let Some(work) = work {
            // It ends with its connections; a panic of one of them has been answered where it happened.
            let _ = work.await;
        }
    }

    fn take(&self) -> Option<JoinHandle<std::io::Result<()>>> {
        let mut work = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        work.take()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.handle.shutdown();
        if let Some(work) = self.take() {
            work.abort();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("info", &self.info)
            .finish_non_exhaustive()
    }
}

fn listen(options: &ServeOptions) -> Result<TcpListener, ServeError> {
    if !options.address.is_loopback() {
        return Err(ServeError::new(
            ServeErrorKind::NotLoopback,
            format!("{} is not an address of loopback", options.address),
            "A local tenant is served to this machine alone: use 127.0.0.1 or ::1.",
        ));
    }
    let listener = TcpListener::bind((options.address, options.port));
    let listener = listener.and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    listener.map_err(|error| cannot_listen(options, &error))
}

fn cannot_listen(options: &ServeOptions, error: &std::io::Error) -> ServeError {
    ServeError::new(
        ServeErrorKind::Listen,
        format!(
            "nothing can listen at {}: {error}",
            SocketAddr::new(options.address, options.port)
        ),
        "Choose another port, or 0 for any that is free.",
    )
}

/// How large the headers of a request may be, in bytes: more than the longest address.
const LARGEST_HEADERS: u32 = 128 * 1024;

fn spawn(
    runtime: &tokio::runtime::Handle,
    server: axum_server::Server<SocketAddr>,
    service: axum::Router,
    tls: Option<ServerConfig>,
) -> JoinHandle<std::io::Result<()>> {
    let service = service.into_make_service();
    let mut server = server;
    // Over HTTP/2 an address counts among the headers, of which 16 KB is the library's own limit. What is too long in an
    // address is refused as Graph does, by the router.
    server
        .http_builder()
        .http2()
        .max_header_list_size(LARGEST_HEADERS);
    match tls {
        None => runtime.spawn(server.acceptor(Acceptor).serve(service)),
        Some(config) => {
            let config = RustlsConfig::from_config(Arc::new(config));
            let acceptor = RustlsAcceptor::new(config).acceptor(Acceptor);
            runtime.spawn(server.acceptor(acceptor).serve(service))
        }
    }
}
