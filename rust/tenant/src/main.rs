//! `mglicense-tenant`: serves the tenant in a file to any Graph client of this machine.

use std::io::{Read, Write};
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use mglicense_tenant::serve::{Overrides, ServeOptions, Server};
use mglicense_tenant::{CreateOptions, Source, Tenant};
use serde_json::Value;

/// Serves a local Microsoft 365 tenant, kept in a file, to any Graph client of this machine.
///
/// When it listens it prints one line of JSON: uri, tokenEndpoint, tenantId, clientId, clientSecret, certificatePath and
/// more. It stops on SIGTERM or Ctrl+C.
#[derive(Parser)]
#[command(name = "mglicense-tenant", version)]
struct Arguments {
    /// The tenant's file, or :memory: with --sample
    file: PathBuf,

    /// Make the sample company there first, if the file is missing
    #[arg(long)]
    sample: bool,

    /// The address to listen at, one of loopback
    #[arg(long, default_value = "127.0.0.1")]
    address: IpAddr,

    /// The port; 0 takes one that is free
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// Speak TLS, with a certificate made for the occasion
    #[arg(long)]
    tls: bool,

    /// Where to write the certificate that clients are to trust
    #[arg(long, value_name = "FILE", requires = "tls")]
    certificate: Option<PathBuf>,

    /// Hold each answer back for so many milliseconds
    #[arg(long, value_name = "MILLISECONDS")]
    latency: Option<u64>,

    /// Keep the directory's limits on requests; the value, a JSON object, changes them
    #[arg(long, value_name = "JSON", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = json)]
    quota: Option<Value>,

    /// A JSON file with a list of faults
    #[arg(long, value_name = "FILE")]
    fault: Option<PathBuf>,

    /// When a write is safe: full, process or none
    #[arg(long)]
    durability: Option<String>,

    /// Any settings for this run, a JSON object
    #[arg(long, value_name = "JSON", value_parser = json)]
    settings: Option<Value>,

    /// How much faster than this machine's the tenant's clock runs
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = speed)]
    speed: f64,

    /// Stop when standard input ends, too
    #[arg(long)]
    until_input_ends: bool,
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("no JSON: {error}"))
}

fn speed(text: &str) -> Result<f64, String> {
    let number: f64 = text
        .trim_end_matches(['x', 'X'])
        .parse()
        .map_err(|_| "not a number such as 50".to_owned())?;
    if number.is_finite() && number > 0.0 {
        Ok(number)
    } else {
        Err("must be above 0".to_owned())
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match serve(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("mglicense-tenant: {message}");
            ExitCode::FAILURE
        }
    }
}

fn serve(arguments: Arguments) -> Result<(), String> {
    let overrides = Overrides {
        settings: arguments.settings,
        latency_milliseconds: arguments.latency,
        quota: arguments.quota,
        fault: arguments.fault,
        durability: arguments.durability,
    };
    let options = ServeOptions {
        address: arguments.address,
        port: arguments.port,
        tls: arguments.tls,
        certificate: arguments.certificate,
        settings: overrides.settings().map_err(|error| error.to_string())?,
        speed: arguments.speed,
        ..ServeOptions::default()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| format!("no threads to work with: {error}"))?;
    let file = &arguments.file;
    let in_memory = file.as_os_str() == ":memory:";
    let server = if arguments.sample && (in_memory || !file.exists()) {
        let made = Tenant::create(file, Source::Sample, CreateOptions::from(options.open()))
            .map_err(|error| error.to_string())?;
        Server::over(made, options, runtime.handle())
    } else {
        Server::start(file, options, runtime.handle())
    };
    let server = server.map_err(|error| error.to_string())?;
    runtime.block_on(async {
        // Listened for before anybody is told where the server is: who reads that may stop it at once.
        let told = told();
        announce(&server).map_err(|error| format!("nobody reads what it prints: {error}"))?;
        tokio::select! {
            () = told => {}
            () = input_ended(), if arguments.until_input_ends => {}
        }
        server.stop().await;
        Ok(())
    })
}

/// Prints where the server is, and how to sign in, in one line.
fn announce(server: &Server) -> std::io::Result<()> {
    let mut line = serde_json::to_value(server.info())?;
    line["clientSecret"] = server.secret().into();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// Waits until somebody wants the server to stop. It listens from this call on, not only once it is waited for.
#[cfg(unix)]
fn told() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    );
    async move {
        match signals {
            (Ok(mut terminate), Ok(mut interrupt)) => tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            },
            // Without a handler the signal ends the process by itself, and the file takes no harm of it.
            _ => std::future::pending().await,
        }
    }
}

#[cfg(not(unix))]
async fn told() {
    // Without a handler Ctrl+C ends the process by itself, and the file takes no harm of it.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn input_ended() {
    let (ended, end) = tokio::sync::oneshot::channel();
    // A thread of its own, since a read of standard input cannot be called off.
    std::thread::spawn(move || {
        let mut buffer = [0_u8; 4096];
        let mut input = std::io::stdin().lock();
        while input.read(&mut buffer).is_ok_and(|read| read > 0) {}
        let _ = ended.send(());
    });
    let _ = end.await;
}
