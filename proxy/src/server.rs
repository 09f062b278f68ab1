//! Listeners: opened, served, and ended in order by a signal. Each of these is a step of its own, so that a program may have several
//! listeners and none of them owns the signals.

mod begun;
mod certificate;
mod door;
mod fronts;

pub use certificate::Certificate;
pub use fronts::Fronts;

use crate::draining::Draining;
use axum::Router;
use axum_server::Handle;
use door::{Door, Handshake, Plain};
use hyper_util::rt::TokioTimer;
use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsAcceptor;

/// How long a client may take to send a request's headers, and before the first ones to shake hands.
const HEADERS: Duration = Duration::from_secs(10);
/// All headers of a request together, in bytes.
const HEADER_BYTES: usize = 64 << 10;
/// Browsers send about twenty.
const MOST_HEADERS: usize = 100;
/// How often a peer that says nothing over HTTP/2 is asked whether it lives.
const ALIVE: Duration = Duration::from_secs(30);
/// How many connections may be open at once.
const MOST_CONNECTIONS: usize = 4096;
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
    fronts: Arc<Fronts>,
    certificate: Option<Certificate>,
    most: usize,
}

impl Server {
    /// A server that does not serve yet: for everybody, and nothing is encrypted.
    #[must_use]
    pub fn new(listener: TcpListener, router: Router) -> Self {
        Self {
            listener,
            router,
            handle: Handle::new(),
            fronts: Arc::default(),
            certificate: None,
            most: MOST_CONNECTIONS,
        }
    }

    /// Only for these peers.
    #[must_use]
    pub fn only_for(self, fronts: Arc<Fronts>) -> Self {
        Self { fronts, ..self }
    }

    /// Encrypted with a certificate, where there is one.
    #[must_use]
    pub fn encrypted(self, certificate: Option<Certificate>) -> Self {
        Self { certificate, ..self }
    }

    /// Ends the server in order: newcomers are turned away, and running answers may end within [`GRACE`]. When all have, or the time is over, there are no new
    /// connections either.
    pub fn ending(&self, draining: Arc<Draining>) -> impl Future<Output = ()> + Send + use<> {
        let handle = self.handle.clone();
        async move {
            let end = Instant::now() + GRACE;
            draining.start();
            _ = timeout_at(end, draining.done()).await;
            handle.graceful_shutdown(Some(end.saturating_duration_since(Instant::now())));
        }
    }

    /// Prints the one line on standard output that says where the program is.
    ///
    /// # Errors
    /// The listener or standard output fails.
    pub fn announce(&self) -> io::Result<()> {
        let address = self.listener.local_addr()?;
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        let mut out = io::stdout().lock();
        writeln!(out, "signalbox listening on {scheme}://{address}")?;
        out.flush()
    }

    /// Serves until it is ended.
    ///
    /// # Errors
    /// The listener fails.
    pub async fn serve(mut self) -> io::Result<()> {
        let Some(certificate) = self.certificate.take() else {
            return self.serve_over(Plain).await;
        };
        let config = certificate.config().map_err(io::Error::other)?;
        tokio::select! {
            served = self.serve_over(TlsAcceptor::from(Arc::new(config))) => served,
            never = certificate.follow() => match never {},
        }
    }

    async fn serve_over(self, handshake: impl Handshake) -> io::Result<()> {
        let door = Door {
            handle: self.handle.clone(),
            most: self.most,
            fronts: self.fronts,
            handshake,
        };
        let mut server = axum_server::from_tcp(self.listener)?.handle(self.handle).acceptor(door);
        server
            .http_builder()
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS)
            .max_buf_size(HEADER_BYTES)
            .max_headers(MOST_HEADERS);
        server
            .http_builder()
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(ALIVE)
            .keep_alive_timeout(HEADERS)
            .max_concurrent_streams(100)
            // Streams that a client opens and resets at once (CVE-2023-44487).
            .max_pending_accept_reset_streams(20)
            .max_local_error_reset_streams(100)
            .max_header_list_size(HEADER_BYTES as u32);
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
    pub fn then(self, end: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(async move {
            let name = self.next().await;
            tracing::info!("{name}: newcomers are turned away; running answers have {GRACE:?}");
            end.await;
        });
    }
}

#[cfg(test)]
mod tests {
    use super::begun::PREFACE;
    use super::*;
    use crate::clock::Ambient;
    use crate::tls::Files;
    use axum::routing::get;
    use std::net::Ipv4Addr;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::time::{sleep, timeout};

    /// What a connection that sends this gets within a time.
    async fn answer(address: SocketAddr, sent: &[u8], patience: Duration) -> io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(sent).await?;
        let mut answer = Vec::new();
        timeout(patience, stream.read_to_end(&mut answer)).await??;
        Ok(answer)
    }

    #[tokio::test]
    async fn whoever_sends_too_slowly_or_too_much_is_turned_away() {
        let listener = bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(Server::new(listener, Router::new().route("/", get(async || "ok"))).serve());
        let patience = HEADERS + Duration::from_secs(5);
        let many = "x: y\r\n".repeat(MOST_HEADERS + 1);
        let many = format!("GET / HTTP/1.1\r\n{many}\r\n");
        let long = format!("GET / HTTP/1.1\r\nx: {}", "y".repeat(HEADER_BYTES));
        let [nothing, begun, preface, many, long, fine] = tokio::join!(
            answer(address, b"", patience),
            answer(address, b"GET / HTTP/1.1\r\nhost: x\r\n", patience),
            answer(address, &PREFACE[..9], patience),
            answer(address, many.as_bytes(), patience),
            answer(address, long.as_bytes(), patience),
            answer(
                address,
                b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
                patience
            ),
        )
        .into();
        for closed in [nothing, begun, preface] {
            // Closed or reset; what must not happen is that nothing does.
            match closed {
                Ok(answer) => assert!(!answer.starts_with(b"HTTP/1.1 200")),
                Err(error) => assert_ne!(error.kind(), io::ErrorKind::TimedOut, "{error}"),
            }
        }
        for refused in [many, long] {
            // A client that still sends may see the reset before the answer.
            assert!(refused.is_err() || refused.unwrap().starts_with(b"HTTP/1.1 431"));
        }
        assert!(fine.unwrap().starts_with(b"HTTP/1.1 200"));
    }

    /// A frame of HTTP/2 ([RFC 9113 §4.1](https://www.rfc-editor.org/rfc/rfc9113#section-4.1)).
    fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
        let length = (payload.len() as u32).to_be_bytes();
        [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
    }

    #[tokio::test]
    async fn who_opens_streams_and_takes_them_back_at_once_is_turned_away() {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let slow = move || {
            count.fetch_add(1, Ordering::Relaxed);
            sleep(GRACE)
        };
        let router = Router::new().route("/slow", get(slow)).route("/", get(async || "ok"));
        let listener = bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(Server::new(listener, router).serve());
        // `GET http://x/slow` in HPACK, and `CANCEL`.
        let get = [&[0x82, 0x86, 0x41, 1, b'x', 0x04, 5], &b"/slow"[..]].concat();
        let pair = |stream| [frame(1, 5, stream, &get), frame(3, 0, stream, &[0, 0, 0, 8])].concat();
        let pairs: Vec<u8> = (0..1_000).flat_map(|at| pair(2 * at + 1)).collect();
        let sent = [&PREFACE[..], &frame(4, 0, 0, &[]), &pairs].concat();

        let mut stream = TcpStream::connect(address).await.unwrap();
        // It may have been closed before all is sent.
        _ = stream.write_all(&sent).await;
        let mut came = Vec::new();
        let closed = timeout(HEADERS, stream.read_to_end(&mut came)).await;
        assert!(closed.is_ok(), "the connection is open");
        let mut rest = came.as_slice();
        let mut away = None;
        while let [a, b, c, kind, _, _, _, _, _, more @ ..] = rest {
            let (payload, more) = more.split_at(u32::from_be_bytes([0, *a, *b, *c]) as usize);
            if *kind == 7 {
                away = payload.get(4..8).map(<[u8]>::to_vec);
            }
            rest = more;
        }
        assert_eq!(away.as_deref(), Some(&[0, 0, 0, 11][..]), "ENHANCE_YOUR_CALM");
        let asked = asked.load(Ordering::Relaxed);
        assert!(asked <= 100, "{asked} streams were looked at");
        let fine = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        let fine = answer(address, fine, HEADERS).await.unwrap();
        assert!(fine.starts_with(b"HTTP/1.1 200"));
    }

    /// A certificate of one's own, in a folder that may go.
    fn certificate() -> Certificate {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let files = Files {
            certificate: folder.path().join("pem"),
            key: folder.path().join("key"),
        };
        std::fs::write(&files.certificate, made.cert.pem()).unwrap();
        std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
        Certificate::new(files, Ambient::real()).unwrap()
    }

    #[tokio::test]
    async fn who_has_not_yet_shaken_hands_takes_room_too() {
        for certificate in [None, Some(certificate())] {
            let listener = bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
            let address = listener.local_addr().unwrap();
            let mut server = Server::new(listener, Router::new().route("/", get(async || "ok"))).encrypted(certificate);
            server.most = 3;
            tokio::spawn(server.serve());
            let silent = async || {
                let mut stream = TcpStream::connect(address).await.unwrap();
                let closed = timeout(Duration::from_millis(500), stream.read(&mut [0])).await;
                (stream, closed.is_ok())
            };
            let mut inside = Vec::new();
            for _ in 0..3 {
                let (stream, closed) = silent().await;
                assert!(!closed);
                inside.push(stream);
            }
            assert!(silent().await.1);
            inside.pop();
            // It takes a moment until it is seen that one has gone.
            sleep(Duration::from_millis(200)).await;
            assert!(!silent().await.1);
        }
    }

    #[tokio::test]
    async fn a_server_is_ended_without_its_neighbour() {
        let server = || {
            let listener = bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
            let address = listener.local_addr().unwrap();
            let server = Server::new(listener, Router::new().route("/", get(async || "ok")));
            (address, server.ending(Arc::default()), tokio::spawn(server.serve()))
        };
        let ((_, end, ended), (address, _, _)) = (server(), server());
        end.await;
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
