//! The role of the machine that this program runs on, from its metadata service.
//! <https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata>

use super::words::is_role;
use super::{METADATA, document};
use crate::clock::Ambient;
use crate::credentials::{Issued, Issuer, IssuerError, Metadata, MetadataError, Surroundings};
use crate::error::Advice;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use std::fmt;

/// Where the service has the roles, each with its keys behind it.
const ROLES: &str = "/latest/meta-data/ram/security-credentials/";

/// Names that the hardened mode goes by: a token of a session first, then everything with it.
const TOKEN_TTL: HeaderName = HeaderName::from_static("x-aliyun-ecs-metadata-token-ttl-seconds");
const TOKEN: HeaderName = HeaderName::from_static("x-aliyun-ecs-metadata-token");

/// The keys of a machine's role.
pub(super) struct Machine {
    /// None: the one that the machine has.
    role: Option<String>,
    metadata: Metadata,
    ambient: Ambient,
    /// Whether services that know no session tokens are asked without.
    plain: bool,
    off: bool,
}

impl Machine {
    pub(super) fn new(role: Option<String>, around: &Surroundings) -> Self {
        Self {
            role: role.or_else(|| around.variable("ALIBABA_CLOUD_ECS_METADATA")),
            metadata: around.metadata(METADATA),
            ambient: around.ambient.clone(),
            plain: !around.is_on("ALIBABA_CLOUD_IMDSV1_DISABLED"),
            off: around.is_on("ALIBABA_CLOUD_ECS_METADATA_DISABLED"),
        }
    }

    async fn ask(&self) -> Result<Issued, IssuerError> {
        if self.off {
            return Err(IssuerError::new(
                "ALIBABA_CLOUD_ECS_METADATA_DISABLED turns the metadata service off",
            ));
        }
        let token = match self.token().await {
            Ok(token) => Some(token),
            // Whoever is not there for the token is not there for the rest either.
            Err(NoToken { error, again: false }) => return Err(error),
            Err(NoToken { error, .. }) if !self.plain => {
                return Err(
                    error.within("without a session token the service is not asked (ALIBABA_CLOUD_IMDSV1_DISABLED)")
                );
            }
            Err(_) => None,
        };
        let role = match &self.role {
            Some(role) => role.clone(),
            None => self.role_of_the_machine(token.as_ref()).await?,
        };
        if !is_role(&role) {
            return Err(IssuerError::new("the metadata service names no role that could be one"));
        }
        let (headers, body) = self.get(&format!("{ROLES}{role}"), token.as_ref()).await?;
        document::read(&body, &headers, self.ambient.now())
            .map_err(|error| error.within(&format!("the metadata service about the role {role}")))
    }

    /// The token of a session.
    async fn token(&self) -> Result<HeaderValue, NoToken> {
        let mut headers = HeaderMap::new();
        // Six hours, as the SDKs ask for; it is used for the next two requests only.
        headers.insert(TOKEN_TTL, HeaderValue::from_static("21600"));
        let sent = self
            .metadata
            .send(Method::PUT, "/latest/api/token", headers, Bytes::new());
        let answer = sent.await.map_err(|error| NoToken {
            again: matches!(error, MetadataError::Silent(_)),
            error: error.into(),
        })?;
        let status = answer.status();
        let token = HeaderValue::from_bytes(answer.body().trim_ascii()).ok();
        let token = token.filter(|token| status.is_success() && !token.is_empty());
        let mut token = token.ok_or_else(|| NoToken {
            error: IssuerError::new(format!("the metadata service gives no session token: {status}")),
            again: true,
        })?;
        token.set_sensitive(true);
        Ok(token)
    }

    async fn role_of_the_machine(&self, token: Option<&HeaderValue>) -> Result<String, IssuerError> {
        let (_, body) = self.get(ROLES, token).await?;
        let text = String::from_utf8_lossy(&body);
        let role = text.lines().next().unwrap_or_default().trim();
        Ok(role.to_owned())
    }

    /// What stands at a path. As in the SDKs, whoever does not answer with a token is asked once more without, unless that is turned off.
    async fn get(&self, path: &str, token: Option<&HeaderValue>) -> Result<(HeaderMap, Bytes), IssuerError> {
        let mut status = None;
        let ways = [Some(token), (token.is_some() && self.plain).then_some(None)];
        for token in ways.into_iter().flatten() {
            let mut headers = HeaderMap::new();
            headers.extend(token.map(|token| (TOKEN, token.clone())));
            let answer = self.metadata.get(path, headers).await?;
            if answer.status() == StatusCode::OK {
                let (head, body) = answer.into_parts();
                return Ok((head.headers, body));
            }
            status.get_or_insert(answer.status());
        }
        Err(refused(path, status.unwrap_or_default()))
    }
}

/// No token of a session.
struct NoToken {
    error: IssuerError,
    /// Whether the service may answer without one.
    again: bool,
}

fn refused(path: &str, status: StatusCode) -> IssuerError {
    let error = IssuerError::new(format!("the metadata service answered {status} for {path}"));
    match status {
        StatusCode::NOT_FOUND => error.advise(Advice::new(
            "give this machine a RAM role, or name the one that it has",
            "请为本实例授予 RAM 角色，或填写其实际角色名",
        )),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => error.advise(Advice::new(
            "the service wants a session token (hardened mode): ALIBABA_CLOUD_IMDSV1_DISABLED=true says so, and something on the way may take it off",
            "元数据服务处于加固模式，需要会话令牌：请检查中间设备是否去掉了该请求头",
        )),
        _ => error,
    }
}

impl fmt::Debug for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Machine")
            .field(&self.role)
            .field(&self.metadata)
            .finish()
    }
}

impl Issuer for Machine {
    fn issue(&self) -> BoxFuture<'_, Result<Issued, IssuerError>> {
        Box::pin(self.ask())
    }
}
