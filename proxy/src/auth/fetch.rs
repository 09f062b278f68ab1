//! Asking an issuer: its description, its keys, a token for a code.
//!
//! The addresses come from the configuration or from what the issuer says about itself. They may be on any host (providers spread them over several),
//! but go over TLS, unless to this host itself, and never to the address at which clouds hand their machines' keys out.

use crate::ask::transport::{Connection, Transport, TransportError};
use bytes::Bytes;
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
    let address = match host {
        Host::Domain(name) if name == "localhost" || name.ends_with(".localhost") => Some(IpAddr::from([127, 0, 0, 1])),
        Host::Domain(_) => None,
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(IpAddr::V6(address).to_canonical()),
    };
    if address.is_some_and(hands_out_keys) {
        return Err("it is an address of a cloud's metadata service or of this link only");
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if address.is_some_and(|address| address.is_loopback()) => Ok(()),
        _ => Err("it is not https"),
    }
}

/// Link-local addresses, and where Alibaba Cloud has its metadata service.
fn hands_out_keys(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local() || address.octets() == [100, 100, 100, 200],
        IpAddr::V6(address) => address.is_unicast_link_local() || address.segments()[..2] == [0xfd00, 0x0ec2],
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
            "http://127.0.0.1.example.com/",
            "/relative",
            "",
        ] {
            assert!(may_be_asked(url).is_err(), "{url}");
        }
    }
}
