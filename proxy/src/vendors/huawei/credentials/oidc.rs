//! An agency's keys for the token of an OpenID provider, such as a cluster of CCE has for its service accounts.

use super::federated::identity_token;
use super::issuers::{self, Issuers, LIFE};
use crate::credentials::{Issued, Issuer, IssuerError, Surroundings, Told};
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};
use sign::Secret;
use std::path::PathBuf;

pub(super) const PROVIDER: &str = "HUAWEICLOUD_OIDC_PROVIDER_URN";
pub(super) const AGENCY: &str = "HUAWEICLOUD_OIDC_AGENCY_URN";
pub(super) const TOKEN_FILE: &str = "HUAWEICLOUD_OIDC_TOKEN_FILE";
pub(super) const SESSION_NAME: &str = "HUAWEICLOUD_OIDC_SESSION_NAME";
const TOKEN: &str = "HUAWEICLOUD_OIDC_ID_TOKEN";
const LIFE_WANTED: &str = "HUAWEICLOUD_OIDC_DURATION_SECONDS";
const POLICY: &str = "HUAWEICLOUD_OIDC_POLICY";
const POLICIES: &str = "HUAWEICLOUD_OIDC_POLICY_IDS";

/// Whose keys are asked for, and with what.
#[derive(Debug)]
pub(super) struct Oidc {
    issuers: Issuers,
    /// The request but for the token.
    wanted: Map<String, Value>,
    token: Token,
}

/// Where the token stands.
#[derive(Debug)]
enum Token {
    Here(Secret),
    In(PathBuf),
}

impl Oidc {
    /// As the configuration says.
    pub(super) fn of_configuration(told: &Told, around: &Surroundings) -> Self {
        let text = |name| told.text(name).unwrap_or_default();
        let session = told
            .text("session_name")
            .map_or_else(|| issuers::session_name(&around.account), str::to_owned);
        Self {
            issuers: Issuers::new(around),
            wanted: wanted(text("provider_urn"), text("agency_urn"), &session),
            token: Token::In(told.file("token_file").map(PathBuf::from).unwrap_or_default()),
        }
    }

    /// As the SDK's variables say, if they say enough.
    ///
    /// # Errors
    /// What is missing or ill-formed.
    pub(super) fn of_environment(around: &Surroundings) -> Result<Self, IssuerError> {
        let required = |name: &str| {
            around
                .variable(name)
                .ok_or_else(|| IssuerError::new(format!("{name} is not set")))
        };
        let (provider, agency) = (required(PROVIDER)?, required(AGENCY)?);
        let token = match around.variable(TOKEN) {
            Some(token) => Token::Here(Secret::new(token)),
            None => Token::In(required(TOKEN_FILE)?.into()),
        };
        let session = around.variable(SESSION_NAME);
        let session = session.unwrap_or_else(|| issuers::session_name(&around.account));
        let mut wanted = wanted(&provider, &agency, &session);
        if let Some(seconds) = around.variable(LIFE_WANTED) {
            let seconds: u32 = seconds
                .trim()
                .parse()
                .map_err(|_| IssuerError::new(format!("{LIFE_WANTED} is no number")))?;
            wanted.insert("duration_seconds".into(), seconds.into());
        }
        if let Some(policy) = around.variable(POLICY) {
            wanted.insert("policy".into(), policy.into());
        }
        if let Some(ids) = around.variable(POLICIES) {
            let ids = ids.split(',').map(str::trim).filter(|id| !id.is_empty());
            wanted.insert("policy_ids".into(), ids.collect::<Vec<_>>().into());
        }
        Ok(Self {
            issuers: Issuers::new(around),
            wanted,
            token,
        })
    }

    async fn keys(&self) -> Result<Issued, IssuerError> {
        let token = match &self.token {
            Token::Here(token) => token.expose().to_owned(),
            Token::In(file) => identity_token(file).await?,
        };
        let mut wanted = self.wanted.clone();
        wanted.insert("id_token".into(), token.as_str().into());
        let sts = &self.issuers.sts;
        let request = sts.post("/v5/agencies/assume-with-oidc", &Value::Object(wanted))?;
        // Somebody has set this up: keys of another kind would be somebody else's.
        let answer = self
            .issuers
            .ask(sts, request, &token)
            .await
            .map_err(IssuerError::decisive)?;
        self.issuers.keys(sts, &answer).map_err(IssuerError::decisive)
    }
}

fn wanted(provider: &str, agency: &str, session: &str) -> Map<String, Value> {
    let wanted = json!({
        "provider_urn": provider, "agency_urn": agency, "agency_session_name": session, "duration_seconds": LIFE,
    });
    wanted.as_object().cloned().unwrap_or_default()
}

impl Issuer for Oidc {
    fn issue(&self) -> BoxFuture<'_, Result<Issued, IssuerError>> {
        Box::pin(self.keys())
    }
}

/// Why a text is not the URN of an identity provider.
pub(super) fn wrong_provider(urn: &str) -> Option<String> {
    wrong_urn(urn, "iam::{domain id}:oidc-provider:{name}")
}

/// Why a text is not the URN of an agency.
pub(super) fn wrong_agency(urn: &str) -> Option<String> {
    wrong_urn(urn, "iam::{domain id}:agency:{name}")
}

fn wrong_urn(urn: &str, shape: &str) -> Option<String> {
    let fine =
        urn.starts_with("iam:") && urn.split(':').count() >= 5 && urn.chars().all(|sign| sign.is_ascii_graphic());
    (!fine).then(|| format!("is no URN such as {shape}"))
}
