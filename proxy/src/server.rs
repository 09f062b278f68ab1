//! The listener: opens, says so, serves, and ends in order.

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

/// Serves until SIGTERM or SIGINT, then finishes what runs. Prints the one line on standard output that says where.
///
/// # Errors
/// The listener or standard output fails.
pub async fn serve(listener: TcpListener, router: Router) -> io::Result<()> {
    let address = listener.local_addr()?;
    let handle = Handle::new();
    let signals = Signals::new()?;
    let ending = handle.clone();
    tokio::spawn(async move {
        let name = signals.next().await;
        tracing::info!("{name}: no new connections; running answers have {GRACE:?}");
        ending.graceful_shutdown(Some(GRACE));
    });
    let mut server = axum_server::from_tcp(listener)?.handle(handle);
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
    let mut out = io::stdout().lock();
    writeln!(out, "signalbox listening on http://{address}")?;
    out.flush()?;
    drop(out);
    server.serve(router.into_make_service()).await
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
}
