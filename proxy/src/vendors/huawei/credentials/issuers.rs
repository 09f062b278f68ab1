//! IAM and STS as issuers of keys: where they are, how they are asked.

use super::answer;
use crate::ask::transport::Transport;
use crate::clock::Ambient;
use crate::credentials::{Issued, IssuerError, Keys, Surroundings, exchange};
use crate::vendors::huawei::signing;
use bytes::Bytes;
use catalog::{Service, services};
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{Method, Request, Response};
use serde_json::Value;
use sign::huawei::Scope;
use std::fmt;
use std::sync::Arc;
use url::Url;

/// How long keys are asked for, in seconds: what every agency allows, and the most for one that is assumed with temporary keys.
pub(super) const LIFE: u64 = 3600;

/// A service that issues keys, at its address.
#[derive(Clone)]
pub(super) struct Issuers {
    transport: Arc<dyn Transport>,
    ambient: Ambient,
    pub(super) iam: Base,
    pub(super) sts: Base,
}

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct Base {
    /// What messages call it.
    name: &'static str,
    address: String,
}

impl fmt::Debug for Issuers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Issuers").field(&self.iam).field(&self.sts).finish()
    }
}

impl Issuers {
    /// Those around an account.
    pub(super) fn new(around: &Surroundings) -> Self {
        Self {
            transport: Arc::clone(&around.transport),
            ambient: around.ambient.clone(),
            iam: Base::new("IAM", &services::HUAWEI_IAM, "HUAWEICLOUD_SDK_IAM_ENDPOINT", around),
            sts: Base::new("STS", &services::HUAWEI_STS, "HUAWEICLOUD_SDK_STS_ENDPOINT", around),
        }
    }

    /// The keys in an answer.
    pub(super) fn keys(&self, base: &Base, answer: &Response<Bytes>) -> Result<Issued, IssuerError> {
        answer::keys(base.name, answer, self.ambient.now())
    }

    /// Asks for an answer to a request without a signature, which holds this secret instead.
    pub(super) async fn ask(
        &self,
        base: &Base,
        request: Request<Bytes>,
        secret: &str,
    ) -> Result<Response<Bytes>, IssuerError> {
        let answer = exchange::send(&*self.transport, base.name, &request).await?;
        if answer.status().is_success() {
            Ok(answer)
        } else {
            Err(answer::refused(base.name, &answer, &[secret]))
        }
    }

    /// Asks for an answer to a request that these keys sign. A refusal comes with its status.
    pub(super) async fn ask_signed(
        &self,
        base: &Base,
        request: Request<Bytes>,
        keys: &Keys,
        domain: Option<&str>,
    ) -> Result<Response<Bytes>, Refused> {
        let (mut parts, body) = request.into_parts();
        let scope = domain.map_or(Scope::None, Scope::Domain);
        sign::huawei::sign(&mut parts, &body, &signing(keys), scope, self.ambient.now())
            .map_err(|error| IssuerError::new(format!("the request to {} cannot be signed: {error}", base.name)))?;
        let answer = exchange::send(&*self.transport, base.name, &Request::from_parts(parts, body)).await?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        Err(Refused {
            status: Some(answer.status().as_u16()),
            error: answer::refused(base.name, &answer, &keys.secrets()),
        })
    }
}

/// Why a request came to nothing.
pub(super) struct Refused {
    /// None: there was no answer.
    pub(super) status: Option<u16>,
    pub(super) error: IssuerError,
}

impl From<IssuerError> for Refused {
    fn from(error: IssuerError) -> Self {
        Self { status: None, error }
    }
}

impl Base {
    /// At the account's endpoint, at the address that the SDK's variable names, or at the public host in the account's first region.
    fn new(name: &'static str, service: &Service, variable: &str, around: &Surroundings) -> Self {
        let named = || {
            let address = around.variable(variable)?;
            let usable =
                Url::parse(&address).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            usable.then(|| address.trim_end_matches('/').to_owned())
        };
        let region = around.regions.first().map_or("", String::as_str);
        let address = around.endpoint(service.id).or_else(named);
        Self {
            name,
            address: address.unwrap_or_else(|| format!("https://{}", service.hosts.host(region))),
        }
    }

    /// The same at an address, if there is one.
    pub(super) fn or_at(self, address: Option<&str>) -> Self {
        match address {
            Some(address) => Self {
                address: address.trim_end_matches('/').to_owned(),
                ..self
            },
            None => self,
        }
    }

    /// What messages call it.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// A request without a body.
    pub(super) fn get(&self, path: &str) -> Result<Request<Bytes>, IssuerError> {
        self.request(Method::GET, path, Bytes::new())
    }

    /// A request that says something.
    pub(super) fn post(&self, path: &str, body: &Value) -> Result<Request<Bytes>, IssuerError> {
        self.request(Method::POST, path, body.to_string().into())
    }

    fn request(&self, method: Method, path: &str, body: Bytes) -> Result<Request<Bytes>, IssuerError> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.address))
            .header(USER_AGENT, concat!("signalbox/", env!("CARGO_PKG_VERSION")))
            .header(CONTENT_TYPE, "application/json;charset=UTF-8");
        request
            .body(body)
            .map_err(|_| IssuerError::new(format!("{} cannot be asked at {}", self.name, self.address)))
    }
}

/// What a session is called in the cloud's records, where the configuration does not say: by the account of Signalbox that it is for.
pub(super) fn session_name(account: &str) -> String {
    let fine = |sign: char| {
        if sign.is_ascii_alphanumeric() || sign == '_' {
            sign
        } else {
            '-'
        }
    };
    let name: String = format!("signalbox-{account}").chars().map(fine).collect();
    name.chars().take(64).collect()
}

/// Why a text cannot name a session.
pub(super) fn wrong_session_name(name: &str) -> Option<String> {
    let fine = |sign: char| sign.is_ascii_alphanumeric() || "_+=,.@-".contains(sign);
    let good = (2..=64).contains(&name.len()) && name.chars().all(fine);
    (!good).then(|| "must have 2 to 64 letters, digits and _+=,.@-".to_owned())
}
