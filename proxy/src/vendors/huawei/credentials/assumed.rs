//! The keys of an agency, in another account or in the own one, for whoever has keys already.

use super::issuers::{self, Issuers, LIFE, Refused};
use crate::credentials::{Issued, Issuer, IssuerError, KeySource, Keys, Surroundings, Told};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::fmt;
use std::sync::OnceLock;

/// An agency, and the keys to ask for it with. Which agency of whom is said by the configuration alone, never by anybody who asks; where its
/// owner wants an external id, keys are asked for with that only.
pub(super) struct Assumed {
    issuers: Issuers,
    agency: String,
    domain: String,
    external_id: Option<String>,
    session_name: String,
    source: KeySource,
    /// Of which domain the source's keys are.
    source_domain: OnceLock<String>,
}

impl fmt::Debug for Assumed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assumed")
            .field("agency", &self.agency)
            .field("domain", &self.domain)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

impl Assumed {
    pub(super) fn new(told: Told, around: &Surroundings) -> Self {
        let text = |name| told.text(name).map(str::to_owned);
        Self {
            issuers: Issuers::new(around),
            agency: text("agency").unwrap_or_default(),
            domain: text("domain").unwrap_or_default(),
            external_id: text("external_id"),
            session_name: text("session_name").unwrap_or_else(|| issuers::session_name(&around.account)),
            source: KeySource::new(told.source),
            source_domain: OnceLock::new(),
        }
    }

    async fn keys(&self) -> Result<Issued, IssuerError> {
        let keys = self.source.keys().await.map_err(|error| error.within("source"))?;
        let issued = self
            .keys_with(&keys)
            .await
            .map_err(|error| error.within(&format!("the agency {}", self.agency)))?;
        self.source.used(&keys);
        Ok(issued)
    }

    async fn keys_with(&self, keys: &Keys) -> Result<Issued, IssuerError> {
        if self.external_id.is_some() {
            return self.newer(keys).await.map_err(|refused| refused.error);
        }
        match self.older(keys).await {
            // IAM does not know agencies that trust by a policy, and is not there in every place.
            Err(Refused {
                status: Some(404),
                error,
            }) => self.newer(keys).await.map_err(|refused| IssuerError {
                message: format!("{}; {}", error.message, refused.error.message),
                ..refused.error
            }),
            issued => issued.map_err(|refused| refused.error),
        }
    }

    /// From IAM, by the agency's name. It wants to know of which domain the caller is.
    async fn older(&self, keys: &Keys) -> Result<Issued, Refused> {
        let domain = self.source_domain(keys).await?;
        let name: String = self
            .session_name
            .chars()
            .map(|sign| {
                if sign.is_ascii_alphanumeric() || sign == '_' {
                    sign
                } else {
                    '-'
                }
            })
            .collect();
        let mut role = json!({"agency_name": self.agency, "domain_id": self.domain, "duration_seconds": LIFE});
        if name.len() >= 5 && !name.starts_with(|sign: char| sign.is_ascii_digit()) {
            role["session_user"] = json!({"name": name});
        }
        let wanted = json!({"auth": {"identity": {"methods": ["assume_role"], "assume_role": role}}});
        let iam = &self.issuers.iam;
        let request = iam.post("/v3.0/OS-CREDENTIAL/securitytokens", &wanted)?;
        let answer = self.issuers.ask_signed(iam, request, keys, domain.as_deref()).await?;
        Ok(self.issuers.keys(iam, &answer)?)
    }

    /// From STS, by the agency's URN.
    async fn newer(&self, keys: &Keys) -> Result<Issued, Refused> {
        let mut wanted = json!({
            "agency_urn": format!("iam::{}:agency:{}", self.domain, self.agency),
            "agency_session_name": self.session_name,
            "duration_seconds": LIFE,
        });
        if let Some(id) = &self.external_id {
            wanted["external_id"] = id.as_str().into();
        }
        let sts = &self.issuers.sts;
        let request = sts.post("/v5/agencies/assume", &wanted)?;
        let answer = self.issuers.ask_signed(sts, request, keys, None).await?;
        Ok(self.issuers.keys(sts, &answer)?)
    }

    /// The domain of the source's keys, as IAM knows it, or as STS does. None where neither says it: the answer to what follows is then the better
    /// reason why there are no keys.
    async fn source_domain(&self, keys: &Keys) -> Result<Option<String>, Refused> {
        if let Some(domain) = self.source_domain.get() {
            return Ok(Some(domain.clone()));
        }
        let Issuers { iam, sts, .. } = &self.issuers;
        let found = match self.look_up(
            self.issuers
                .ask_signed(iam, iam.get("/v3/auth/domains")?, keys, None)
                .await,
            "/domains/0/id",
        )? {
            None => self.look_up(
                self.issuers
                    .ask_signed(sts, sts.get("/v5/caller-identity")?, keys, None)
                    .await,
                "/account_id",
            )?,
            found => found,
        };
        if let Some(found) = &found {
            _ = self.source_domain.set(found.clone());
        }
        Ok(found)
    }

    /// A text in an answer. Keys that are refused here are refused everywhere.
    fn look_up(
        &self,
        answer: Result<http::Response<bytes::Bytes>, Refused>,
        at: &str,
    ) -> Result<Option<String>, Refused> {
        match answer {
            Ok(answer) => {
                let said: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
                Ok(said.pointer(at).and_then(Value::as_str).map(str::to_owned))
            }
            Err(refused) if refused.status == Some(401) => Err(refused),
            Err(refused) => {
                tracing::debug!(error = %refused.error, agency = self.agency, "of which domain the source's keys are is not known");
                Ok(None)
            }
        }
    }
}

impl Issuer for Assumed {
    fn issue(&self) -> BoxFuture<'_, Result<Issued, IssuerError>> {
        Box::pin(self.keys())
    }

    fn changed(&self) -> BoxFuture<'_, bool> {
        Box::pin(self.source.changed())
    }
}

/// Why a text cannot name an agency.
pub(super) fn wrong_agency(name: &str) -> Option<String> {
    let fine = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '-' | '.');
    let good = name.chars().count() <= 64 && name.chars().all(fine);
    (!good).then(|| "must be the agency's name: up to 64 letters, digits and _-.".to_owned())
}

/// Why a text cannot be the id of an account ("domain").
pub(super) fn wrong_domain(id: &str) -> Option<String> {
    let fine = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-');
    let good = id.len() <= 64 && id.chars().all(fine);
    (!good).then(|| "must be the id of the account that has the agency, not its name".to_owned())
}

/// Why a text cannot be an external id.
pub(super) fn wrong_external_id(id: &str) -> Option<String> {
    let good = (2..=1224).contains(&id.len()) && id.chars().all(|sign| sign.is_ascii_graphic());
    (!good).then(|| "must have 2 to 1224 letters, digits and signs without blanks".to_owned())
}
