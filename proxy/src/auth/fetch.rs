//! Asking an issuer: its description, its keys, a token for a code.
//!
//! The addresses come from the configuration or from what the issuer says about itself. They may be on any host (providers spread them over several),
//! but go over TLS, unless to this host itself, and never to the address at which clouds hand their machines' keys out.

mod guard;

use crate::ask::Limits;
use crate::ask::transport::{Connection, Http, Transport, TransportError};
use bytes::Bytes;
use guard::{Guard, is_never_asked};
use http::header::ACCEPT;
use http::{HeaderValue, Request, Response, StatusCode};
use serde_json::Value;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};

/// For one exchange: a code lives for a minute at some providers, and somebody waits.
const TIME: Duration = Duration::from_secs(10);

/// The longest answer, in bytes. Some providers put the whole record of a person into a token.
const LIMIT: usize = 256 << 10;

/// Asks issuers over HTTP.
#[derive(Clone)]
pub struct Fetch {
    transport: Arc<dyn Transport>,
}

impl fmt::Debug for Fetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fetch")
    }
}

/// No answer, or none that can be used. For the log.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address is none that may be asked.
    #[error("{0} is not asked: {1}")]
    Address(String, &'static str),
    /// No answer.
    #[error("no answer from {0}: {1}")]
    Transport(String, #[source] TransportError),
    /// No answer in time.
    #[error("no answer from {0} within {time} s", time = TIME.as_secs())]
    Time(String),
    /// Another status than 200.
    #[error("{0} answered {1}")]
    Status(String, StatusCode),
    /// No JSON.
    #[error("{0} answered something that is no JSON: {1}")]
    Json(String, serde_json::Error),
}

impl Fetch {
    /// Asks through a transport, which follows no redirect.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport }
    }

    /// One exchange; any status is an answer.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, FetchError> {
        let url = request.uri().to_string();
        may_be_asked(&url).map_err(|why| FetchError::Address(url.clone(), why))?;
        let sent = self.transport.send(request, LIMIT, Connection::Any);
        match tokio::time::timeout(TIME, sent).await {
            Ok(answer) => answer.map_err(|error| FetchError::Transport(url, error)),
            Err(_) => Err(FetchError::Time(url)),
        }
    }

    /// A document in JSON, whatever its content type says.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn json(&self, url: &str) -> Result<Value, FetchError> {
        let answer = self.get(url, "application/json").await?;
        serde_json::from_slice(&answer).map_err(|error| FetchError::Json(url.to_owned(), error))
    }

    /// A document as it comes.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn get(&self, url: &str, accept: &'static str) -> Result<Bytes, FetchError> {
        let request = Request::get(url).header(ACCEPT, HeaderValue::from_static(accept));
        let request = request
            .body(Bytes::new())
            .map_err(|_| FetchError::Address(url.to_owned(), "it is no address"))?;
        let answer = self.send(request).await?;
        if answer.status() == StatusCode::OK {
            Ok(answer.into_body())
        } else {
            Err(FetchError::Status(url.to_owned(), answer.status()))
        }
    }
}

/// The transport for issuers: what their names resolve to is looked at too.
///
/// # Errors
/// The system's certificate store cannot be read.
pub fn transport() -> Result<Arc<dyn Transport>, reqwest::Error> {
    Ok(Arc::new(Http::resolving(&Limits::default(), Guard)?))
}

/// As [`may_be_asked`], for an address that a document names, which was itself read at `by`: only this host's own document may name this host.
///
/// # Errors
/// Why it may not.
pub fn may_be_named(url: &str, by: &str) -> Result<(), &'static str> {
    may_be_asked(url)?;
    if is_of_this_host(url) && !is_of_this_host(by) {
        return Err("it is on this host, and who names it is not");
    }
    Ok(())
}

fn is_of_this_host(url: &str) -> bool {
    let url = Url::parse(url).ok();
    let host = url.as_ref().and_then(Url::host);
    host.and_then(|host| address(&host))
        .is_some_and(|address| address.is_loopback())
}

/// The address that a host is by itself.
fn address(host: &Host<&str>) -> Option<IpAddr> {
    match *host {
        Host::Domain(name) if name == "localhost" || name.ends_with(".localhost") => Some(IpAddr::from([127, 0, 0, 1])),
        Host::Domain(_) => None,
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(IpAddr::V6(address).to_canonical()),
    }
}

/// Whether an address may be asked.
///
/// # Errors
/// Why it may not.
pub fn may_be_asked(url: &str) -> Result<(), &'static str> {
    let url = Url::parse(url).map_err(|_| "it is no address")?;
    let host = url.host().ok_or("it names no host")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user name or password");
    }
    let address = address(&host);
    if address.is_some_and(is_never_asked) {
        return Err("it is an address of a cloud's metadata service, of this link only, or of nobody");
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if address.is_some_and(|address| address.is_loopback()) => Ok(()),
        _ => Err("it is not https"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuers_are_asked_over_tls_or_on_this_host() {
        for url in [
            "https://idp.example.com/x?y=z",
            "https://10.0.0.5:8443/realms/x",
            "https://[fd00::5]/",
            "http://127.0.0.1:9000/token",
            "http://localhost:9000",
            "http://idp.localhost",
            "http://[::1]/",
        ] {
            assert_eq!(may_be_asked(url), Ok(()), "{url}");
        }
    }

    #[test]
    fn nobody_else_is_asked() {
        for url in [
            "http://idp.example.com/",
            "ftp://idp.example.com/",
            "file:///etc/passwd",
            "https://user@idp.example.com/",
            "https://:x@idp.example.com/",
            "https://169.254.169.254/latest",
            "https://100.100.100.200/latest",
            "https://0xa9fea9fe/",
            "https://2852039166/",
            "https://[::ffff:169.254.169.254]/",
            "https://[fe80::1]/",
            "https://[fd00:ec2::254]/",
            "https://0.0.0.0/",
            "https://[64:ff9b::a9fe:a9fe]/",
            "http://127.0.0.1.example.com/",
            "/relative",
            "",
        ] {
            assert!(may_be_asked(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_document_from_elsewhere_names_nothing_of_this_host() {
        let (near, far) = ("http://127.0.0.1:1/", "https://idp.example.com/");
        for own in [
            "http://127.0.0.1:2/keys",
            "https://localhost/keys",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
        ] {
            assert_eq!(may_be_named(own, near), Ok(()), "{own}");
            assert!(may_be_named(own, far).is_err(), "{own}");
        }
        assert_eq!(may_be_named("https://10.0.0.1/keys", far), Ok(()));
        assert!(may_be_named("http://idp.example.com/keys", far).is_err());
    }

    #[tokio::test]
    async fn the_transport_for_issuers_asks_by_name_and_follows_no_redirect() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = axum::Router::new()
            .route("/json", axum::routing::get(async || "{\"a\":1}"))
            .route("/large", axum::routing::get(async || "x".repeat(LIMIT + 1)))
            .route(
                "/moved",
                axum::routing::get(async || (StatusCode::FOUND, [("location", "/json")])),
            );
        tokio::spawn(async move { axum::serve(listener, router).await });
        let fetch = Fetch::new(transport().unwrap());
        let read = async |path: &str| fetch.json(&format!("http://localhost:{port}{path}")).await;
        assert_eq!(read("/json").await.unwrap()["a"], 1);
        for (path, words) in [
            ("/moved", "302"),
            ("/large", "larger than 262144 bytes"),
            ("/none", "404"),
        ] {
            let told = read(path).await.unwrap_err();
            let cause = std::error::Error::source(&told)
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(format!("{told} {cause}").contains(words), "{path}: {told}");
        }
    }
}
