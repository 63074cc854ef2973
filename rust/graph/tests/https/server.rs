//! A server of a few lines, which answers what a test wants, byte for byte.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use mglicense_graph::https::{self, ClientOptions, Proxy};
use mglicense_graph::layer;
use mglicense_graph::{
    Endpoint, RequestContext, ScaledClock, ServiceRoot, SharedContext, Transport,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What becomes of a request.
pub enum Reply {
    /// These bytes, and the connection stays.
    Bytes(Vec<u8>),
    /// These bytes, and the connection ends.
    Last(Vec<u8>),
    /// Nothing, for ever.
    Silence,
}

type Answer = dyn Fn(&str, usize) -> Reply + Send + Sync;

/// A server on a free port of this machine.
pub struct Server {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
    listening: JoinHandle<()>,
}

impl Server {
    /// Answers each request as a function says, given its text and how many came before it.
    pub async fn start(answer: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(AtomicUsize::new(0));
        let answer: Arc<Answer> = Arc::new(answer);
        let listening = tokio::spawn({
            let (seen, connections) = (Arc::clone(&seen), Arc::clone(&connections));
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    connections.fetch_add(1, Ordering::SeqCst);
                    tokio::spawn(serve(stream, Arc::clone(&answer), Arc::clone(&seen)));
                }
            }
        });
        Self {
            address,
            seen,
            connections,
            listening,
        }
    }

    /// Every request so far.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub fn endpoint(&self) -> Endpoint {
        Endpoint::parse(&format!("http://{}", self.address)).unwrap()
    }

    /// The bare transport to it.
    pub fn transport(&self) -> Arc<dyn Transport> {
        https::transport(self.endpoint(), ClientOptions::default())
    }

    /// The transport with the layers of a session, on a clock of this speed.
    pub fn session(&self, context: RequestContext, speed: f64) -> Arc<dyn Transport> {
        let endpoint = self.endpoint();
        let root = ServiceRoot::new(endpoint.authority(), endpoint.is_secure());
        let clock: Arc<dyn mglicense_graph::Clock> = Arc::new(ScaledClock::new(speed));
        layer::around(
            self.transport(),
            &root,
            &clock,
            &SharedContext::new(context),
            None,
        )
    }

    pub fn as_proxy(&self) -> ClientOptions {
        ClientOptions {
            proxy: Some(Proxy::parse(&format!("http://{}", self.address)).unwrap()),
            ..ClientOptions::default()
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn serve(mut stream: TcpStream, answer: Arc<Answer>, seen: Arc<Mutex<Vec<String>>>) {
    while let Some(request) = read(&mut stream).await {
        let before = {
            let mut seen = seen.lock().unwrap();
            seen.push(request.clone());
            seen.len() - 1
        };
        match answer(&request, before) {
            Reply::Bytes(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Reply::Last(bytes) => {
                // The client may have hung up already; what it makes of that is what is tested.
                let _ = stream.write_all(&bytes).await;
                return;
            }
            Reply::Silence => std::future::pending().await,
        }
    }
}

/// A request with its body, as text.
async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream
            .read(&mut buffer)
            .await
            .ok()
            .filter(|&read| read > 0)?;
        bytes.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase()
                        .strip_prefix("content-length:")
                        .map(str::to_owned)
                })
                .map_or(0, |length| length.trim().parse().unwrap());
            if body.len() >= length {
                return Some(text);
            }
        }
    }
}

/// An answer of JSON.
pub fn json(status: &str, body: &str) -> Reply {
    Reply::Bytes(
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes(),
    )
}
