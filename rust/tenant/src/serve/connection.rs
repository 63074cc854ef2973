//! A connection that can be cut in the middle of things, as networks do.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::response::Response;
use axum_server::accept::Accept;
use http::Version;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tower::Service;

use crate::service::Severed;

/// Takes connections in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Acceptor;

impl<S> Accept<TcpStream, S> for Acceptor {
    type Stream = Connection;
    type Service = Cuttable<S>;
    type Future = std::future::Ready<io::Result<(Connection, Cuttable<S>)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let is_cut = Arc::new(AtomicBool::new(false));
        let accepted = stream.set_nodelay(true).map(|()| {
            let connection = Connection {
                stream,
                is_cut: Arc::clone(&is_cut),
            };
            (connection, Cuttable { service, is_cut })
        });
        std::future::ready(accepted)
    }
}

/// A stream that ends with a reset where it was cut, and not with a farewell.
#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    is_cut: Arc<AtomicBool>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.is_cut.load(Ordering::Relaxed) {
            // Without it the other side sees an orderly end, which is a fault too.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// The service of one connection, which it may cut.
#[derive(Clone, Debug)]
pub(super) struct Cuttable<S> {
    service: S,
    is_cut: Arc<AtomicBool>,
}

impl<S, B> Service<http::Request<B>> for Cuttable<S>
where
    S: Service<http::Request<B>, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
    B: Send + 'static,
{
    type Response = Response;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, io::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        self.service
            .poll_ready(context)
            .map_err(|never| match never {})
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let is_cut = Arc::clone(&self.is_cut);
        let version = request.version();
        let answer = self.service.call(request);
        Box::pin(async move {
            let response = match answer.await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            if response.extensions().get::<Severed>().is_none() {
                return Ok(response);
            }
            // Over HTTP/2 the error ends this stream alone; the others of the connection go on.
            if version < Version::HTTP_2 {
                is_cut.store(true, Ordering::Relaxed);
            }
            Err(io::Error::from(io::ErrorKind::ConnectionReset))
        })
    }
}
