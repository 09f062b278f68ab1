//! Bytes that are sent as they are, and the answers that come.

use super::place::Place;
use super::product::NAME;
use axum::body::Body;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

pub(crate) trait Connection: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Connection for T {}

/// How long nothing comes until nothing more is awaited.
const QUIET: Duration = Duration::from_millis(1500);

/// What trusts a certificate and nothing else.
pub(crate) fn trusting(pem: &str) -> ClientConfig {
    trusting_over(pem, rustls::ALL_VERSIONS)
}

/// As [`trusting`], over these versions of TLS.
pub(crate) fn trusting_over(pem: &str, versions: &[&'static SupportedProtocolVersion]) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        roots.add(certificate.unwrap()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider);
    let config = config.with_protocol_versions(versions).unwrap();
    config.with_root_certificates(roots).with_no_client_auth()
}

/// To the front, encrypted, in a version of HTTP.
async fn encrypted(place: &Place, version: &str) -> TlsStream<TcpStream> {
    let mut config = trusting(&place.certificate);
    config.alpn_protocols = vec![version.as_bytes().to_vec()];
    let stream = TcpStream::connect(place.front).await.unwrap();
    let name = ServerName::try_from(NAME).unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    connector.connect(name, stream).await.unwrap()
}

/// To the front, in HTTP/1.1.
pub(crate) async fn to_front(place: &Place) -> Box<dyn Connection> {
    Box::new(encrypted(place, "http/1.1").await)
}

/// A request to the front in HTTP/2, as browsers send it.
pub(crate) async fn by_http_2(place: &Place, path: &str, headers: &[(&str, &str)]) -> http::Response<Body> {
    let stream = encrypted(place, "h2").await;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()));
    ask_by_http_2(stream, &format!("https://{NAME}{path}"), headers).await
}

/// A request in HTTP/2 over a connection.
pub(crate) async fn ask_by_http_2(
    stream: TlsStream<TcpStream>,
    url: &str,
    headers: &[(&str, &str)],
) -> http::Response<Body> {
    let mut client = http2::Builder::new(TokioExecutor::new());
    // As much as browsers take.
    client.max_header_list_size(256 << 10);
    let (mut send, connection) = client.handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = headers.iter().fold(http::Request::get(url), |request, (name, value)| {
        request.header(*name, *value)
    });
    let answer = send.send_request(request.body(Body::empty()).unwrap()).await.unwrap();
    answer.map(Body::new)
}

/// To Signalbox itself.
pub(crate) async fn directly(address: SocketAddr) -> Box<dyn Connection> {
    Box::new(TcpStream::connect(address).await.unwrap())
}

/// Sends bytes, and takes what comes until the connection is closed or nothing comes any more.
pub(crate) async fn exchange(mut connection: Box<dyn Connection>, bytes: &[u8]) -> Vec<u8> {
    let mut came = Vec::new();
    // Whoever is refused may see the connection end while they still send.
    if connection.write_all(bytes).await.and(connection.flush().await).is_err() {
        return came;
    }
    while let Ok(Ok(bytes)) = timeout(QUIET, connection.read_buf(&mut came)).await {
        if bytes == 0 {
            break;
        }
    }
    came
}

/// One answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// The answers in what came, one after the other; none where they cannot be told apart. Interim ones do not count.
pub(crate) fn answers(mut came: &[u8]) -> Option<Vec<Answer>> {
    let mut answers = Vec::new();
    while !came.is_empty() {
        let end = came.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&came[..end]).ok()?.to_ascii_lowercase();
        let status = head.strip_prefix("http/1.")?.split(' ').nth(1)?.parse().ok()?;
        let field = |name: &str| {
            let mut lines = head.lines();
            lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim))
        };
        came = &came[end + 4..];
        if (100..200).contains(&status) {
            continue;
        }
        let body = if field("transfer-encoding") == Some("chunked") {
            chunks(&mut came)?
        } else {
            let length = field("content-length").map_or(Some(came.len()), |length| length.parse().ok())?;
            let (body, rest) = came.split_at_checked(length)?;
            came = rest;
            body.to_vec()
        };
        let body = String::from_utf8_lossy(&body).into_owned();
        answers.push(Answer { status, body });
    }
    Some(answers)
}

fn chunks(came: &mut &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = came.windows(2).position(|two| two == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&came[..end]).ok()?, 16).ok()?;
        let (chunk, rest) = came[end + 2..].split_at_checked(size)?;
        body.extend_from_slice(chunk);
        *came = rest.strip_prefix(b"\r\n")?;
        if size == 0 {
            return Some(body);
        }
    }
}

#[test]
fn answers_are_told_apart() {
    let two = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    let said: Vec<_> = answers(two)
        .unwrap()
        .into_iter()
        .map(|answer| (answer.status, answer.body))
        .collect();
    assert_eq!(said, [(200, "ok".to_owned()), (404, "abc".to_owned())]);
    assert_eq!(answers(b""), Some(Vec::new()));
    for broken in [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n".as_slice(),
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokgarbage",
        b"nothing",
    ] {
        assert_eq!(answers(broken), None);
    }
}
