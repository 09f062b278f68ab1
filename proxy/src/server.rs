//! Listeners: opened, served, and ended in order by a signal. Each of these is a step of its own, so that a program may have several
//! listeners and none of them owns the signals.

use axum::Router;
use axum_server::Handle;
use hyper_util::rt::TokioTimer;
use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How long a client may take to send a request's headers.
const HEADERS: Duration = Duration::from_secs(10);
/// How long running answers may take to end after a signal.
const GRACE: Duration = Duration::from_secs(10);

/// Binds an address.
///
/// # Errors
/// The address, and what the system has against it.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)
        .map_err(|error| io::Error::new(error.kind(), format!("cannot listen on {address}: {error}")))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// What a listener serves.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    router: Router,
    handle: Handle<SocketAddr>,
}

impl Server {
    /// A server that does not serve yet.
    #[must_use]
    pub fn new(listener: TcpListener, router: Router) -> Self {
        Self {
            listener,
            router,
            handle: Handle::new(),
        }
    }

    /// Ends the server in order: no new connections, and running answers may end within [`GRACE`].
    pub fn ending(&self) -> impl FnOnce() + Send + use<> {
        let handle = self.handle.clone();
        move || handle.graceful_shutdown(Some(GRACE))
    }

    /// Prints the one line on standard output that says where the program is.
    ///
    /// # Errors
    /// The listener or standard output fails.
    pub fn announce(&self) -> io::Result<()> {
        let address = self.listener.local_addr()?;
        let mut out = io::stdout().lock();
        writeln!(out, "signalbox listening on http://{address}")?;
        out.flush()
    }

    /// Serves until it is ended.
    ///
    /// # Errors
    /// The listener fails.
    pub async fn serve(self) -> io::Result<()> {
        let mut server = axum_server::from_tcp(self.listener)?.handle(self.handle);
        server
            .http_builder()
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS);
        server
            .http_builder()
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(100);
        // Who is at the other end of a connection is asked of the connection, never of a header.
        let service = self.router.into_make_service_with_connect_info::<SocketAddr>();
        server.serve(service).await
    }
}

/// The signals that end the program, SIGTERM and SIGINT. Made before anybody can know that the program runs: until then they end it
/// at once and not in order.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Listens for them from now on.
    ///
    /// # Errors
    /// The system offers no signals.
    pub fn new() -> io::Result<Self> {
        let (terminate, interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        Ok(Self { terminate, interrupt })
    }

    /// The name of the first that comes.
    pub async fn next(mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }

    /// Does something at the first that comes.
    pub fn then(self, end: impl FnOnce() + Send + 'static) {
        tokio::spawn(async move {
            let name = self.next().await;
            tracing::info!("{name}: no new connections; running answers have {GRACE:?}");
            end();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use std::net::Ipv4Addr;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::time::timeout;

    #[tokio::test]
    async fn a_server_is_ended_without_its_neighbour() {
        let server = || {
            let listener = bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
            let address = listener.local_addr().unwrap();
            let server = Server::new(listener, Router::new().route("/", get(async || "ok")));
            (address, server.ending(), tokio::spawn(server.serve()))
        };
        let ((_, end, ended), (address, _, _)) = (server(), server());
        end();
        timeout(Duration::from_secs(5), ended).await.unwrap().unwrap().unwrap();
        let mut other = TcpStream::connect(address).await.unwrap();
        other
            .write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            .await
            .unwrap();
        let mut answer = String::new();
        other.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    }
}
