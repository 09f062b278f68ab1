//! Keys from an address that hands them out: a sidecar, a broker.

use super::document;
use crate::ask::transport::Transport;
use crate::clock::Ambient;
use crate::credentials::exchange::send;
use crate::credentials::{Issued, Issuer, IssuerError, Surroundings};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::header::ACCEPT;
use http::{Request, StatusCode};
use std::fmt;
use std::sync::Arc;
use url::Url;

/// The keys of a credentials URI.
pub(super) struct CredentialsUri {
    url: String,
    transport: Arc<dyn Transport>,
    ambient: Ambient,
}

impl CredentialsUri {
    /// The address has been looked at.
    pub(super) fn new(url: &str, around: &Surroundings) -> Self {
        Self {
            url: url.to_owned(),
            transport: Arc::clone(&around.transport),
            ambient: around.ambient.clone(),
        }
    }

    /// The address without its path and query, which may be what lets one in.
    fn host(&self) -> String {
        let url = Url::parse(&self.url).ok();
        let origin = url.map(|url| url.origin().ascii_serialization());
        origin.unwrap_or_default()
    }

    async fn ask(&self) -> Result<Issued, IssuerError> {
        let place = format!("the credentials URI at {}", self.host());
        let request = Request::get(&self.url)
            .header(ACCEPT, "application/json")
            .body(Bytes::new());
        let request = request.map_err(|_| IssuerError::new(format!("{place} is no address to ask at")))?;
        let answer = send(&*self.transport, &place, &request).await?;
        let status = answer.status();
        if status != StatusCode::OK {
            return Err(IssuerError::new(format!("{place} answered {status}")));
        }
        document::read(answer.body(), answer.headers(), self.ambient.now()).map_err(|error| error.within(&place))
    }
}

impl fmt::Debug for CredentialsUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CredentialsUri").field(&self.host()).finish()
    }
}

impl Issuer for CredentialsUri {
    fn issue(&self) -> BoxFuture<'_, Result<Issued, IssuerError>> {
        Box::pin(self.ask())
    }
}
