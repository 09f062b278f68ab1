//! The metadata services at which clouds give a machine its own keys: on this link, over plain HTTP, and nowhere else.

use super::IssuerError;
use super::exchange::LARGEST;
use crate::ask::transport::{Connection, Transport, TransportError};
use crate::error::Advice;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long it may take to open a connection. The service is next door, or it is not there.
pub const CONNECT: Duration = Duration::from_secs(1);

/// How long an answer may take.
const LONGEST: Duration = Duration::from_secs(3);

/// A metadata service. Requests name a path only, so that they cannot go elsewhere; redirects are not followed, proxies not used.
#[derive(Clone)]
pub struct Metadata {
    transport: Arc<dyn Transport>,
    base: String,
}

/// No answer.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub enum MetadataError {
    /// Nobody is there: the machine is none of this cloud, or its service is turned off.
    Unreachable(String),
    /// Somebody is there and does not answer as they should.
    Silent(String),
}

impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Metadata").field(&self.base).finish()
    }
}

impl Metadata {
    /// The service at an address such as `http://100.100.100.200`, asked through a transport.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>, base: &str) -> Self {
        Self {
            transport,
            base: base.trim_end_matches('/').to_owned(),
        }
    }

    /// Asks. `path` begins with a slash; what is put into it must have been looked at. Any status is an answer.
    ///
    /// # Errors
    /// See [`MetadataError`].
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Response<Bytes>, MetadataError> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .body(body);
        let mut request = request.map_err(|_| MetadataError::Silent(format!("{path} is no path to ask for")))?;
        *request.headers_mut() = headers;
        let sent = self.transport.send(request, LARGEST, Connection::New);
        let Ok(answer) = timeout(LONGEST, sent).await else {
            let within = LONGEST.as_secs();
            return Err(MetadataError::Silent(format!(
                "no answer from {} within {within} s",
                self.base
            )));
        };
        answer.map_err(|error| match error {
            TransportError::Connect { .. } | TransportError::ConnectTimeout { .. } => {
                MetadataError::Unreachable(error.to_string())
            }
            other => MetadataError::Silent(other.to_string()),
        })
    }

    /// As [`Self::send`], with `GET`.
    ///
    /// # Errors
    /// See [`MetadataError`].
    pub async fn get(&self, path: &str, headers: HeaderMap) -> Result<Response<Bytes>, MetadataError> {
        self.send(Method::GET, path, headers, Bytes::new()).await
    }
}

impl From<MetadataError> for IssuerError {
    fn from(error: MetadataError) -> Self {
        Self::new(format!("the metadata service: {error}")).advise(Advice::new(
            "this host must be a machine of the cloud that has a role; in a container, its metadata service must be reachable",
            "本机必须是该云厂商的、已绑定角色（委托）的云服务器；在容器中须能访问元数据服务",
        ))
    }
}
