//! The keys that a cluster of CCE gives its pods by their service accounts.

use super::answer;
use super::federated::identity_token;
use crate::ask::transport::Transport;
use crate::clock::Ambient;
use crate::credentials::{Issued, Issuer, IssuerError, Surroundings, Told, exchange};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Request};
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use url::{Host, Url};

pub(super) const URI: &str = "HC_CONTAINER_CREDENTIALS_FULL_URI";
pub(super) const TOKEN_FILE: &str = "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE";
const NAME: &str = "pod identity";

/// The service that a pod is told of, and where the pod's token stands.
pub(super) struct Pod {
    transport: Arc<dyn Transport>,
    ambient: Ambient,
    uri: String,
    token_file: PathBuf,
}

impl fmt::Debug for Pod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pod")
            .field("token_file", &self.token_file)
            .finish_non_exhaustive()
    }
}

impl Pod {
    /// As the configuration says, or the variables in its place.
    pub(super) fn of_configuration(told: &Told, around: &Surroundings) -> Self {
        Self {
            transport: Arc::clone(&around.link_local),
            ambient: around.ambient.clone(),
            uri: told.text("uri").unwrap_or_default().to_owned(),
            token_file: told.file("token_file").map(PathBuf::from).unwrap_or_default(),
        }
    }

    /// As the SDK's variables say, if they do.
    ///
    /// # Errors
    /// What is missing or ill-formed.
    pub(super) fn of_environment(around: &Surroundings) -> Result<Self, IssuerError> {
        let required = |name: &str| {
            around
                .variable(name)
                .ok_or_else(|| IssuerError::new(format!("{name} is not set")))
        };
        let (uri, token_file) = (required(URI)?, required(TOKEN_FILE)?.into());
        if let Some(wrong) = wrong_uri(&uri) {
            return Err(IssuerError::new(format!("{URI} {wrong}")));
        }
        Ok(Self {
            transport: Arc::clone(&around.link_local),
            ambient: around.ambient.clone(),
            uri,
            token_file,
        })
    }

    async fn keys(&self) -> Result<Issued, IssuerError> {
        let token = identity_token(&self.token_file).await?;
        let mut authorization = HeaderValue::from_str(&token)
            .map_err(|_| IssuerError::new(format!("{} holds no token", self.token_file.display())))?;
        authorization.set_sensitive(true);
        let request = Request::post(&self.uri)
            .header(AUTHORIZATION, authorization)
            .header(CONTENT_TYPE, "application/json");
        let request = request.body(Bytes::from_static(b"{}"));
        let request = request.map_err(|_| IssuerError::new(format!("{NAME} cannot be asked at its address")))?;
        let answer = exchange::send(&*self.transport, NAME, &request).await?;
        if !answer.status().is_success() {
            return Err(answer::refused(NAME, &answer, &[&token]));
        }
        answer::keys(NAME, &answer, self.ambient.now())
    }
}

impl Issuer for Pod {
    fn issue(&self) -> BoxFuture<'_, Result<Issued, IssuerError>> {
        Box::pin(self.keys())
    }
}

/// Why a pod's token does not go to an address: it goes over TLS, or to what is near.
pub(super) fn wrong_uri(uri: &str) -> Option<String> {
    let fine = Url::parse(uri).is_ok_and(|url| match (url.scheme(), url.host()) {
        ("https", Some(_)) => true,
        ("http", Some(host)) => is_near(&host),
        _ => false,
    });
    (!fine).then(|| {
        "must begin with https://, or with http:// and an address of this host, this link or a private network"
            .to_owned()
    })
}

fn is_near(host: &Host<&str>) -> bool {
    let ip = match *host {
        Host::Domain(name) => {
            return name == "localhost"
                || [".localhost", ".svc", ".svc.cluster.local"]
                    .iter()
                    .any(|end| name.ends_with(end));
        }
        Host::Ipv4(ip) => ip.into(),
        Host::Ipv6(ip) => IpAddr::V6(ip).to_canonical(),
    };
    match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_link_local() || ip.is_private(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unicast_link_local() || ip.is_unique_local(),
    }
}
