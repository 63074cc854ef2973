//! The address on this machine to which the browser returns after signing in.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener as StdListener};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use url::Url;

use super::answer::Refusal;
use super::{Secret, SignInError, SignInErrorKind};

/// No request of a browser that returns is longer.
const LONGEST_REQUEST: usize = 32 * 1024;

/// How long a connection may take to say what it wants. Browsers open some ahead and say nothing.
const PATIENCE: Duration = Duration::from_secs(10);

/// A port on loopback that waits for one browser.
pub(super) struct Loopback {
    listeners: Vec<StdListener>,
    port: u16,
}

/// What a request was.
enum Asked {
    /// Something else than the return, such as the page's icon, or a return with another state.
    Nothing,
    Code(Secret),
    Refused(Refusal),
}

impl Loopback {
    /// Opens a port that the system chooses, on both loopback addresses where there are both: a browser takes
    /// `localhost` for either.
    pub(super) fn open() -> Result<Self, SignInError> {
        let failed = |error: std::io::Error| {
            SignInError::new(
                SignInErrorKind::Invalid,
                "NoLoopback",
                format!("no port on this machine's loopback address could be opened for the browser to return to: {error}"),
            )
            .advise("Sign in with -UseDeviceCode instead.")
        };
        let first = StdListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
        let port = first.local_addr().map_err(failed)?.port();
        let mut listeners = vec![first];
        listeners.extend(StdListener::bind((Ipv6Addr::LOCALHOST, port)));
        for listener in &listeners {
            listener.set_nonblocking(true).map_err(failed)?;
        }
        Ok(Self { listeners, port })
    }

    /// The address to return to. Microsoft's service ignores the port of `http://localhost`.
    pub(super) fn address(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Waits for the browser that comes back with `state`, and answers it with a page of our own.
    pub(super) async fn code(self, state: &str) -> Result<Secret, Refusal> {
        let (sender, mut receiver) = mpsc::channel(4);
        let mut tasks = JoinSet::new();
        for listener in self.listeners {
            let (sender, state) = (sender.clone(), state.to_owned());
            if let Ok(listener) = TcpListener::from_std(listener) {
                tasks.spawn(accept(listener, state, sender));
            }
        }
        drop(sender);
        while let Some(asked) = receiver.recv().await {
            match asked {
                Asked::Nothing => {}
                Asked::Code(code) => return Ok(code),
                Asked::Refused(refusal) => return Err(refusal),
            }
        }
        Err(Refusal {
            error: "loopback_closed".into(),
            error_description: "the port for the browser to return to was closed".into(),
            ..Refusal::default()
        })
    }
}

async fn accept(listener: TcpListener, state: String, sender: mpsc::Sender<Asked>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, peer)) = listener.accept().await else {
            return;
        };
        if !peer_is_local(peer) {
            continue;
        }
        let (state, sender) = (state.clone(), sender.clone());
        connections.spawn(async move {
            // A connection to a browser on this machine: its patience is the machine's own, whatever the session's clock.
            if let Ok(asked) = tokio::time::timeout(PATIENCE, serve(stream, &state)).await {
                let _ = sender.send(asked).await;
            }
        });
    }
}

fn peer_is_local(peer: SocketAddr) -> bool {
    peer.ip().is_loopback()
}

async fn serve(stream: TcpStream, state: &str) -> Asked {
    let Some(target) = request_target(&stream).await else {
        write(
            &stream,
            &page(
                "400 Bad Request",
                "This is not a request that a sign-in makes.",
            ),
        )
        .await;
        return Asked::Nothing;
    };
    let asked = read_target(&target, state);
    let answer = match &asked {
        Ok(Asked::Code(_)) => page(
            "200 OK",
            "You are signed in. Close this page and go back to PowerShell.",
        ),
        Ok(Asked::Refused(_)) => page(
            "200 OK",
            "The sign-in did not succeed. PowerShell says why; close this page.",
        ),
        Ok(Asked::Nothing) => page("404 Not Found", "There is nothing here."),
        Err(text) => page("400 Bad Request", text),
    };
    write(&stream, &answer).await;
    asked.unwrap_or(Asked::Nothing)
}

/// What a return to the address says, or why it is none of this sign-in.
fn read_target(target: &str, state: &str) -> Result<Asked, &'static str> {
    let Ok(url) = Url::parse("http://localhost").and_then(|base| base.join(target)) else {
        return Ok(Asked::Nothing);
    };
    if url.path() != "/" || url.query().is_none() {
        return Ok(Asked::Nothing);
    }
    let field = |name: &str| {
        url.query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    if field("state").as_deref() != Some(state) {
        return Err("This return belongs to another sign-in and was ignored.");
    }
    if let Some(error) = field("error") {
        return Ok(Asked::Refused(Refusal {
            error,
            error_description: field("error_description").unwrap_or_default(),
            ..Refusal::default()
        }));
    }
    match field("code").filter(|code| !code.is_empty()) {
        Some(code) => Ok(Asked::Code(Secret::new(code))),
        None => Err("This return holds no code."),
    }
}

/// The target of a GET request, read to the end of its head.
async fn request_target(stream: &TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut chunk = [0_u8; 4096];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        stream.readable().await.ok()?;
        match stream.try_read(&mut chunk) {
            Ok(0) => return None,
            Ok(count) => head.extend_from_slice(&chunk[..count]),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return None,
        }
        if head.len() > LONGEST_REQUEST {
            return None;
        }
    }
    let line = std::str::from_utf8(&head).ok()?.lines().next()?;
    let mut parts = line.split(' ');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("GET"), Some(target), Some(version)) if version.starts_with("HTTP/1.") => {
            Some(target.to_owned())
        }
        _ => None,
    }
}

async fn write(stream: &TcpStream, answer: &str) {
    let mut rest = answer.as_bytes();
    while !rest.is_empty() && stream.writable().await.is_ok() {
        match stream.try_write(rest) {
            Ok(count) => rest = &rest[count..],
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}

/// A page without anything from outside: no script, no link, no text that somebody else wrote.
fn page(status: &str, text: &str) -> String {
    let body = format!(
        "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>MgLicense</title>\
         <style>body{{font:1.1em system-ui,sans-serif;margin:4em auto;max-width:34em}}</style><h1>MgLicense</h1><p>{text}</p></html>\n"
    );
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n\r\n{body}",
        body.len()
    )
}
