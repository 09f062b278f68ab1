//! The door of a listener: whom it lets in, how what they say is encrypted, and until when they must have begun to say it.

use super::HEADERS;
use super::begun::Begun;
use super::fronts::Fronts;
use axum_server::Handle;
use axum_server::accept::Accept;
use futures_util::future::BoxFuture;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Lets connections in, as long as there is room, and as soon as it is clear which HTTP they speak: the time for headers only begins then.
#[derive(Clone)]
pub(super) struct Door<H> {
    /// Counts connections from their first moment on, so that those who still shake hands take room too.
    pub(super) handle: Handle<SocketAddr>,
    /// How many connections may be open at once. Beyond that newcomers are turned away, so that those inside can go on.
    pub(super) most: usize,
    pub(super) fronts: Arc<Fronts>,
    pub(super) handshake: H,
}

/// How the two sides of a connection agree on what is between them.
pub(super) trait Handshake: Clone + Send + Sync + 'static {
    /// What they then speak over.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send;

    /// Agrees, or fails.
    fn shake(&self, stream: TcpStream) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

/// Nothing is between them.
#[derive(Clone, Copy)]
pub(super) struct Plain;

impl Handshake for Plain {
    type Stream = TcpStream;

    async fn shake(&self, stream: TcpStream) -> io::Result<TcpStream> {
        Ok(stream)
    }
}

impl Handshake for TlsAcceptor {
    type Stream = TlsStream<TcpStream>;

    async fn shake(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        self.accept(stream).await
    }
}

impl<S: Send + 'static, H: Handshake> Accept<TcpStream, S> for Door<H> {
    type Stream = Begun<H::Stream>;
    type Service = S;
    type Future = BoxFuture<'static, io::Result<(Self::Stream, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let full = self.handle.connection_count() > self.most;
        let door = self.clone();
        Box::pin(async move {
            if !door.fronts.let_in(stream.peer_addr()?.ip()) {
                return Err(io::Error::other("only fronts may connect"));
            }
            if full {
                return Err(io::Error::other("there are too many connections"));
            }
            stream.set_nodelay(true)?;
            let begun = async { Begun::wait(door.handshake.shake(stream).await?).await };
            Ok((timeout(HEADERS, begun).await??, service))
        })
    }
}
