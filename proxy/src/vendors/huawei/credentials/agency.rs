//! The keys of an ECS machine, which its metadata service has once the machine has an agency.

use super::answer;
use crate::clock::Ambient;
use crate::credentials::{Issued, Issuer, IssuerError, Metadata, Surroundings};
use crate::error::Advice;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};

/// Where the service is.
pub(in crate::vendors::huawei) const USUAL: &str = "http://169.254.169.254";
const TOKEN_PATH: &str = "/meta-data/latest/api/token";
const KEYS_PATH: &str = "/openstack/latest/securitykey";
/// How long a token is to count, in seconds. It is used at once, and a new one had for the next keys.
const TOKEN_LIFE: &str = "300";
/// What the service says to a machine without an agency, beside 401.
const NO_AGENCY: &str = "Please configure Cloud Service Agency first";

/// The keys of the machine that this program runs on.
#[derive(Debug)]
pub(super) struct Agency {
    metadata: Metadata,
    ambient: Ambient,
}

impl Agency {
    pub(super) fn new(around: &Surroundings) -> Self {
        Self {
            metadata: around.metadata(USUAL),
            ambient: around.ambient.clone(),
        }
    }

    async fn keys(&self) -> Result<Issued, IssuerError> {
        let token = self.token().await?;
        let mut answer = self.ask(token.as_ref()).await?;
        let unknown = answer.status() == StatusCode::UNAUTHORIZED && !said(&answer).contains(NO_AGENCY);
        if unknown && token.is_none() {
            // Where questions want a token, it was only not to be had at that moment.
            let token = self.token().await?;
            answer = self.ask(token.as_ref()).await?;
        }
        if said(&answer).contains(NO_AGENCY) && !answer.status().is_success() {
            return Err(IssuerError::new("the metadata service: this machine has no agency").advise(Advice::new(
                "give the ECS an agency that may read the tables (console of ECS, the machine's management options)",
                "请在 ECS 控制台的该云服务器“管理信息”中为其设置有读取权限的委托",
            )));
        }
        if !answer.status().is_success() {
            return Err(IssuerError::new(format!(
                "the metadata service answered {} for the keys",
                answer.status()
            )));
        }
        answer::keys("the metadata service", &answer, self.ambient.now())
    }

    /// What questions must carry; none where the service does not know tokens, or cannot make one now.
    async fn token(&self) -> Result<Option<HeaderValue>, IssuerError> {
        let mut headers = HeaderMap::new();
        headers.insert("x-metadata-token-ttl-seconds", HeaderValue::from_static(TOKEN_LIFE));
        let answer = self
            .metadata
            .send(Method::PUT, TOKEN_PATH, headers, Bytes::new())
            .await?;
        match answer.status() {
            StatusCode::OK => {
                let token = HeaderValue::from_str(said(&answer).trim());
                let mut token =
                    token.map_err(|_| IssuerError::new("the metadata service answered no token where one belongs"))?;
                token.set_sensitive(true);
                Ok(Some(token))
            }
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::SERVICE_UNAVAILABLE => Ok(None),
            other => Err(IssuerError::new(format!(
                "the metadata service answered {other} for a token"
            ))),
        }
    }

    async fn ask(&self, token: Option<&HeaderValue>) -> Result<Response<Bytes>, IssuerError> {
        let mut headers = HeaderMap::new();
        headers.extend(token.map(|token| (HeaderName::from_static("x-metadata-token"), token.clone())));
        Ok(self.metadata.get(KEYS_PATH, headers).await?)
    }
}

fn said(answer: &Response<Bytes>) -> &str {
    std::str::from_utf8(answer.body()).unwrap_or_default()
}

impl Issuer for Agency {
    fn issue(&self) -> BoxFuture<'_, Result<Issued, IssuerError>> {
        Box::pin(self.keys())
    }
}
