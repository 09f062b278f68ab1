//! The Security Token Service: keys of a role.
//! <https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole>

use super::document::Document;
use crate::ask::shown::{Cleaner, instead, is_page};
use crate::ask::transport::Transport;
use crate::clock::{Ambient, rfc3339};
use crate::credentials::exchange::send;
use crate::credentials::{Issued, IssuerError, Keys, Surroundings};
use crate::error::Advice;
use crate::vendors::alibaba::Alibaba;
use crate::vendors::remedy::{Context, Remedy};
use crate::vendors::{Vendor, lenient};
use bytes::Bytes;
use catalog::services::ALIBABA_STS;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::request::Builder;
use http::{HeaderMap, Request, Response};
use serde::Deserialize;
use sign::canonical_query;
use std::fmt;
use std::sync::Arc;

/// The shortest time for which a role can be had.
pub(super) const LEAST_SECONDS: u64 = 900;

/// The time for which the vendor's SDKs ask for it.
pub(super) const USUAL_SECONDS: u64 = 3600;

/// The role that is wanted.
#[derive(Clone)]
pub(super) struct Role {
    pub(super) arn: String,
    /// What the session is called in the log of the role's account.
    pub(super) session: String,
    pub(super) seconds: u64,
    /// Takes rights away from the session.
    pub(super) policy: Option<String>,
    /// What the role's owner has given to this asker alone.
    pub(super) external_id: Option<String>,
}

/// Without the external id, which nobody else needs to know.
impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Role").field(&self.arn).finish()
    }
}

/// The service at its address.
#[derive(Clone)]
pub(super) struct Sts {
    transport: Arc<dyn Transport>,
    endpoint: String,
    ambient: Ambient,
}

impl fmt::Debug for Sts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sts").field(&self.endpoint).finish()
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "Credentials")]
    credentials: Option<Document>,
}

impl Sts {
    /// The service where the account says, else where the environment does, else the central one.
    pub(super) fn new(around: &Surroundings) -> Self {
        Self::of_region(around, None, None)
    }

    /// As [`Self::new`], where a profile names a region, and whether its hosts in the vendor's network are to be asked.
    pub(super) fn of_region(around: &Surroundings, region: Option<&str>, vpc: Option<bool>) -> Self {
        let region = region.map(str::to_owned);
        let region = region.or_else(|| around.variable("ALIBABA_CLOUD_STS_REGION"));
        let vpc = vpc.unwrap_or_else(|| around.is_on("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED"));
        let public = || match region.filter(|region| is_region(region)) {
            Some(region) if vpc => format!("https://sts-vpc.{region}.aliyuncs.com"),
            Some(region) => format!("https://sts.{region}.aliyuncs.com"),
            None => "https://sts.aliyuncs.com".to_owned(),
        };
        Self {
            transport: Arc::clone(&around.transport),
            endpoint: around.endpoint(ALIBABA_STS.id).unwrap_or_else(public),
            ambient: around.ambient.clone(),
        }
    }

    /// `AssumeRole`, signed with keys that may.
    pub(super) async fn assume_role(&self, role: &Role, keys: &Keys) -> Result<Issued, IssuerError> {
        let action = "AssumeRole";
        let query = canonical_query(&fields(role));
        let request = self
            .request(&query)
            .header("x-acs-action", action)
            .header("x-acs-version", ALIBABA_STS.version)
            .body(());
        let (mut parts, ()) = request.map_err(|_| self.unusable())?.into_parts();
        let credentials = sign::alibaba::Credentials {
            access_key_id: keys.id.clone(),
            access_key_secret: keys.secret.clone(),
            security_token: keys.token.clone(),
        };
        sign::alibaba::sign(&mut parts, b"", &credentials, self.ambient.now(), &self.ambient.nonce())
            .map_err(|error| IssuerError::new(format!("the request cannot be signed: {error}")))?;
        let request = Request::from_parts(parts, Bytes::new());
        let advice = Asked {
            action,
            role,
            unknown: "the role must exist, and its trust policy must name who asks, with the external id if it wants one",
            unknown_zh: "请确认该角色存在，且其信任策略允许调用方扮演（如要求外部 ID，须一致）",
        };
        self.ask(&request, &advice, &keys.secrets()).await
    }

    /// `AssumeRoleWithOIDC`, which a token of a provider stands for that the role trusts. It is sent in the body, where no log repeats it.
    pub(super) async fn assume_role_with_oidc(
        &self,
        role: &Role,
        provider: &str,
        token: &str,
    ) -> Result<Issued, IssuerError> {
        let action = "AssumeRoleWithOIDC";
        let query = canonical_query(&[
            ("Action".to_owned(), action.to_owned()),
            ("Format".to_owned(), "JSON".to_owned()),
            ("SignatureNonce".to_owned(), self.ambient.nonce()),
            ("Timestamp".to_owned(), rfc3339(self.ambient.now())),
            ("Version".to_owned(), ALIBABA_STS.version.to_owned()),
        ]);
        let mut form = fields(role);
        form.push(("OIDCProviderArn".to_owned(), provider.to_owned()));
        form.push(("OIDCToken".to_owned(), token.to_owned()));
        let request = self
            .request(&query)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Bytes::from(canonical_query(&form)))
            .map_err(|_| self.unusable())?;
        let advice = Asked {
            action,
            role,
            unknown: "the role must trust this OIDC provider, with the token's issuer, audience and subject",
            unknown_zh: "请确认该角色信任此 OIDC 身份提供商，且令牌的 issuer、audience、subject 相符",
        };
        self.ask(&request, &advice, &[token]).await
    }

    fn request(&self, query: &str) -> Builder {
        Request::post(format!("{}/?{query}", self.endpoint))
            .header(ACCEPT, "application/json")
            .header(USER_AGENT, concat!("signalbox/", env!("CARGO_PKG_VERSION")))
    }

    fn unusable(&self) -> IssuerError {
        IssuerError::new(format!("{} is no address to ask at", self.endpoint))
    }

    async fn ask(&self, request: &Request<Bytes>, asked: &Asked<'_>, secrets: &[&str]) -> Result<Issued, IssuerError> {
        let action = asked.action;
        let answer = send(&*self.transport, action, request).await?;
        let request_id = |headers: &HeaderMap| {
            let id = headers.get("x-acs-request-id")?.to_str().ok()?;
            Some(id.to_owned())
        };
        if !answer.status().is_success() {
            return Err(asked.refusal(&answer, request.uri().host().unwrap_or_default(), secrets));
        }
        let (head, body) = answer.into_parts();
        let read: Option<Answer> = serde_json::from_slice(&body).ok();
        let document = read.and_then(|answer| answer.credentials);
        let document = document.ok_or_else(|| IssuerError::new("the answer holds no keys"));
        let issued = document.and_then(|document| document.issued(&head.headers, self.ambient.now()));
        issued.map_err(|error| error.within(&asked.place()).of_request(request_id(&head.headers)))
    }
}

/// A region becomes part of a host name.
fn is_region(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn fields(role: &Role) -> Vec<(String, String)> {
    let always = [
        ("DurationSeconds", Some(role.seconds.to_string())),
        ("ExternalId", role.external_id.clone()),
        ("Policy", role.policy.clone()),
        ("RoleArn", Some(role.arn.clone())),
        ("RoleSessionName", Some(role.session.clone())),
    ];
    let told = |(name, value): (&str, Option<String>)| Some((name.to_owned(), value?));
    always.into_iter().filter_map(told).collect()
}

/// What was asked, for the words about a refusal.
struct Asked<'a> {
    action: &'a str,
    role: &'a Role,
    /// What can be done where nobody knows better.
    unknown: &'a str,
    unknown_zh: &'a str,
}

impl Asked<'_> {
    fn place(&self) -> String {
        format!("{} of {}", self.action, self.role.arn)
    }

    fn refusal(&self, answer: &Response<Bytes>, host: &str, secrets: &[&str]) -> IssuerError {
        let said = Alibaba.read_error(answer.body());
        let clean = Cleaner {
            echo_words: Alibaba.echo_words(),
            secrets,
        };
        let seen = |text: String| Some(text).filter(|text| !text.is_empty());
        let status = answer.status();
        let code = said.code.and_then(|code| seen(clean.word(&code)));
        let message = said.message.filter(|message| !is_page(message));
        let message = message.and_then(|message| seen(clean.message(&message)));
        let message = message.unwrap_or_else(|| clean.message(&instead(status, &lenient::text(answer.body()))));
        let code = code.unwrap_or_else(|| status.as_u16().to_string());
        let known = if Alibaba.throttles(status, &code, &message) {
            Some(Remedy::AskLess)
        } else {
            Alibaba.remedy(&code, &message)
        };
        let advice = match known {
            None | Some(Remedy::Allow | Remedy::GrantRole | Remedy::CheckRegion) => {
                Advice::new(self.unknown, self.unknown_zh)
            }
            Some(remedy) => remedy.advice(Context {
                permission: "sts:AssumeRole",
                host,
            }),
        };
        let id = answer.headers().get("x-acs-request-id").and_then(|id| id.to_str().ok());
        let id = id.map(str::to_owned).or(said.request_id);
        IssuerError::new(format!("{}: {code}: {message}", self.place()))
            .advise(advice)
            .of_request(id.and_then(|id| seen(clean.word(&id))))
    }
}
