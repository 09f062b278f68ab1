//! The way out: one HTTP exchange.

use super::limits::Limits;
use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use http::{Request, Response};
use reqwest::ClientBuilder;
use reqwest::dns::Resolve;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

/// Over which connection a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// One that is open already, if there is one.
    Any,
    /// One of its own: those that are open may have died all at once, while nobody looked.
    New,
}

/// Sends requests. Tests put scripted answers in its place.
pub trait Transport: Send + Sync {
    /// Sends a signed request and reads the whole answer, decoded, up to `limit` bytes.
    fn send(
        &self,
        request: Request<Bytes>,
        limit: usize,
        connection: Connection,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>>;
}

/// No answer, or not a whole one.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// No connection could be opened.
    #[error("no connection to {host}: {why}")]
    Connect {
        /// The host.
        host: String,
        /// What the system says.
        why: String,
    },
    /// No connection within the time for it.
    #[error("no connection to {host} in time")]
    ConnectTimeout {
        /// The host.
        host: String,
    },
    /// The connection ended before an answer began.
    #[error("the connection to {host} broke: {why}")]
    Reset {
        /// The host.
        host: String,
        /// What the system says.
        why: String,
    },
    /// The connection ended within the answer.
    #[error("the answer broke off after {bytes} bytes: {why}")]
    Cut {
        /// How much had come, decoded.
        bytes: usize,
        /// What the system says.
        why: String,
    },
    /// The answer's compression is faulty.
    #[error("the answer cannot be decompressed: {0}")]
    Garbled(String),
    /// The answer is longer than allowed.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// The request cannot be sent.
    #[error("the request cannot be sent: {0}")]
    Request(String),
}

/// HTTP/1.1 over TLS with the system's certificates: no redirects, no cookies, no proxy from the environment.
#[derive(Clone, Debug)]
pub struct Http {
    pooled: reqwest::Client,
    /// Keeps no connection.
    fresh: reqwest::Client,
}

/// Balancers and firewalls forget connections on which nothing happens, without a word; none known to us sooner than this.
const LONGEST_IDLE: Duration = Duration::from_secs(15);

/// How long what was sent may stay without a sign of having arrived: on a connection that was forgotten it stays so for ever.
const UNHEARD: Duration = Duration::from_secs(10);

impl Http {
    /// Builds the client.
    ///
    /// # Errors
    /// The system's certificate store cannot be read.
    pub fn new(limits: &Limits) -> Result<Self, reqwest::Error> {
        Self::build(limits, |client| client)
    }

    /// As [`Self::new`], where somebody else than the system says at which addresses a name is.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn resolving(limits: &Limits, resolver: impl Resolve + 'static) -> Result<Self, reqwest::Error> {
        let resolver = Arc::new(resolver);
        Self::build(limits, |client| client.dns_resolver(Arc::clone(&resolver)))
    }

    fn build(limits: &Limits, change: impl Fn(ClientBuilder) -> ClientBuilder) -> Result<Self, reqwest::Error> {
        // Fails only when one is set already, which is just as well.
        _ = rustls::crypto::ring::default_provider().install_default();
        let client = || {
            let client = reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .connect_timeout(limits.connect)
                .pool_idle_timeout(LONGEST_IDLE);
            #[cfg(target_os = "linux")]
            let client = client.tcp_user_timeout(UNHEARD);
            change(client)
        };
        Ok(Self {
            pooled: client().build()?,
            fresh: client().pool_max_idle_per_host(0).build()?,
        })
    }
}

impl Transport for Http {
    fn send(
        &self,
        request: Request<Bytes>,
        limit: usize,
        connection: Connection,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let client = match connection {
            Connection::Any => &self.pooled,
            Connection::New => &self.fresh,
        };
        Box::pin(exchange(client, request, limit))
    }
}

async fn exchange(
    client: &reqwest::Client,
    request: Request<Bytes>,
    limit: usize,
) -> Result<Response<Bytes>, TransportError> {
    let host = request.uri().authority().map(ToString::to_string).unwrap_or_default();
    let request = reqwest::Request::try_from(request).map_err(|error| TransportError::Request(why(&error)))?;
    let mut answer = client.execute(request).await.map_err(|error| match () {
        () if error.is_connect() && error.is_timeout() => TransportError::ConnectTimeout { host: host.clone() },
        () if error.is_connect() => TransportError::Connect {
            host: host.clone(),
            why: why(&error),
        },
        () => TransportError::Reset {
            host: host.clone(),
            why: why(&error),
        },
    })?;
    let mut body = BytesMut::new();
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > limit => return Err(TransportError::TooLarge(limit)),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) if error.is_decode() && !broke_off(&error) => return Err(TransportError::Garbled(why(&error))),
            Err(error) => {
                return Err(TransportError::Cut {
                    bytes: body.len(),
                    why: why(&error),
                });
            }
        }
    }
    let mut response = Response::new(body.freeze());
    *response.status_mut() = answer.status();
    *response.headers_mut() = std::mem::take(answer.headers_mut());
    Ok(response)
}

/// Whether the cause is the connection, and not what came over it.
fn broke_off(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref::<std::io::Error>()
            && matches!(
                io.kind(),
                std::io::ErrorKind::ConnectionReset | std::io::ErrorKind::BrokenPipe
            )
        {
            return true;
        }
        let text = error.to_string();
        if text.contains("error reading a body from connection") || text.contains("message length") {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The innermost cause: the layers above it only say that something failed. Never the URL, which holds a query.
fn why(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let text = cause.to_string();
    if cause.downcast_ref::<reqwest::Error>().is_some() {
        return "the connection failed".to_owned();
    }
    text
}

#[cfg(test)]
mod tests;
