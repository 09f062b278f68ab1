//! `auth.mode = "jwt"`: a front has signed people in and says who they are in a token that it signs for every request.
//!
//! Unlike plain headers such a token proves itself, whoever passes it on. Which algorithm counts, where the keys are and who may have made the token
//! for whom is said by the configuration or fixed by the preset; the token itself decides nothing.

pub mod alb;
pub mod cloudflare;
pub mod iap;

use super::claims::{ClaimNames, Claims, Remark, Said};
use super::fetch::Fetch;
use super::header::only;
use super::jws::{self, Jws, Padding};
use super::keys::{Keys, KeysError};
use super::principal::{Principal, Refusal};
use super::times;
use crate::clock::Ambient;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName};
use jsonwebtoken::Algorithm;
use serde_json::Value;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// `[auth.jwt]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The kind of front.
    pub preset: Preset,
    /// The header with the token.
    pub header: HeaderName,
    /// Who makes the tokens. Any text: some fronts have no URL there.
    pub issuer: String,
    /// For whom they are made: one of these must be named.
    pub audiences: Vec<String>,
    /// What they may be signed with.
    pub algorithms: Vec<Algorithm>,
    /// Where the keys are.
    pub jwks_url: String,
    /// What they say of people.
    pub claims: ClaimNames,
}

/// What fronts do in their own ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Cloudflare Access.
    Cloudflare,
    /// Google Identity-Aware Proxy.
    Iap,
    /// AWS Application Load Balancer, this one.
    Alb {
        /// Its name (ARN).
        signer: String,
    },
    /// As the standards say.
    Generic,
}

/// Tells who asks by the tokens of a front.
#[derive(Debug)]
pub struct Jwt {
    settings: Settings,
    keys: FrontKeys,
    ambient: Ambient,
    remarked: Remarked,
}

#[derive(Debug)]
enum FrontKeys {
    Set(Keys),
    Files(alb::KeyFiles),
}

impl Jwt {
    /// As configured; keys are fetched when they are first needed.
    #[must_use]
    pub fn new(settings: Settings, fetch: Fetch, ambient: Ambient) -> Self {
        let url = settings.jwks_url.clone();
        let keys = match settings.preset {
            Preset::Alb { .. } => FrontKeys::Files(alb::KeyFiles::new(fetch, url)),
            Preset::Cloudflare | Preset::Iap | Preset::Generic => FrontKeys::Set(Keys::at(fetch, url)),
        };
        Self {
            settings,
            keys,
            ambient,
            remarked: Remarked::default(),
        }
    }

    /// Whose tokens are taken.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Whether tokens could be verified now; asks for the keys where there are none. Those of a front with a file a key are only found when
    /// a token names one.
    ///
    /// # Errors
    /// Why not, for the operator.
    pub async fn ready(&self) -> Result<(), String> {
        match &self.keys {
            FrontKeys::Set(keys) => keys.current().await.map(|_| ()).map_err(|error| error.to_string()),
            FrontKeys::Files(_) => Ok(()),
        }
    }

    /// Who asks, by the headers of a request.
    ///
    /// # Errors
    /// There is no token, or it proves nothing, or its keys could not be had.
    pub async fn identify(&self, headers: &HeaderMap) -> Result<Principal, Refusal> {
        let name = &self.settings.header;
        let anonymous = || Refusal::anonymous(format!("there is no token in the header {name}"));
        let value = only(headers, name)?.filter(|value| !value.is_empty());
        let text = value
            .ok_or_else(anonymous)?
            .to_str()
            .map_err(|_| Refusal::forged(format!("the header {name} holds what is in no token")))?;
        let token = if *name == AUTHORIZATION {
            bearer(text).ok_or_else(anonymous)?
        } else {
            text.trim()
        };
        let jws = self.verified(token).await?;
        self.principal(&jws).map_err(Refusal::unproven)
    }

    async fn verified(&self, token: &str) -> Result<Jws, Refusal> {
        let padding = match self.settings.preset {
            Preset::Alb { .. } => Padding::Allowed,
            Preset::Cloudflare | Preset::Iap | Preset::Generic => Padding::None,
        };
        let unproven = |why: jws::JwsError| Refusal::unproven(why.to_string());
        let read = jws::read(token, &self.settings.algorithms, padding).map_err(unproven)?;
        let (kid, algorithm) = (read.kid(), read.algorithm());
        let fitting = match &self.keys {
            FrontKeys::Set(keys) => keys.fitting(kid, algorithm).await,
            FrontKeys::Files(files) => {
                // Each key is a request of its own, so nothing is asked for tokens that could not be taken anyway.
                self.is_for_us(read.header()).map_err(Refusal::unproven)?;
                files.fitting(kid, algorithm).await
            }
        };
        let fitting = fitting.map_err(|error| match error {
            KeysError::Unavailable(_) => Refusal::unavailable(error.to_string()),
            KeysError::Unfit(_) => Refusal::unproven(error.to_string()),
        })?;
        read.verify(&fitting).map_err(unproven)
    }

    /// Who made a token, for whom and until when. Where that stands differs.
    fn is_for_us(&self, said: &Claims) -> Result<(), String> {
        let Settings { issuer, audiences, .. } = &self.settings;
        is_text(said, "iss", issuer)?;
        if let Preset::Alb { signer } = &self.settings.preset {
            is_text(said, "signer", signer)?;
            is_one_of(said, "client", audiences)?;
        } else {
            is_one_of(said, "aud", audiences)?;
        }
        times::are_now(said, self.ambient.now()).map_err(|error| error.to_string())
    }

    fn principal(&self, jws: &Jws) -> Result<Principal, String> {
        match self.settings.preset {
            Preset::Alb { .. } => self.is_for_us(&jws.header)?,
            Preset::Cloudflare | Preset::Iap | Preset::Generic => self.is_for_us(&jws.claims)?,
        }
        is_of_a_kind_to_sign_in(jws)?;
        if self.settings.preset == Preset::Cloudflare {
            cloudflare::is_of_a_person(&jws.claims)?;
        }
        let Said {
            users,
            name,
            groups,
            remarks,
        } = self
            .settings
            .claims
            .read(&jws.claims)
            .map_err(|error| error.to_string())?;
        let subject = text(&jws.claims, "sub").or_else(|| users.first().cloned());
        let Some(subject) = subject.filter(|_| !users.is_empty() || remarks.contains(&Remark::Unverified)) else {
            let looked: Vec<String> = self.settings.claims.user.iter().map(ToString::to_string).collect();
            return Err(format!(
                "the token names nobody: there is no claim {}",
                looked.join(" or ")
            ));
        };
        self.remarked.tell(&subject, &remarks);
        Ok(Principal {
            issuer: self.settings.issuer.clone(),
            name: name
                .or_else(|| users.first().cloned())
                .unwrap_or_else(|| subject.clone()),
            subject,
            users,
            groups,
            expires: None,
        })
    }
}

/// The token of `Authorization: Bearer …`.
fn bearer(text: &str) -> Option<&str> {
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// A text that says something.
fn text(said: &Claims, name: &str) -> Option<String> {
    let text = said.get(name)?.as_str()?;
    (!text.trim().is_empty()).then(|| text.to_owned())
}

/// Texts are compared to the byte: an issuer with a slash at its end is another one.
fn is_text(said: &Claims, name: &str, expected: &str) -> Result<(), String> {
    match said.get(name) {
        Some(Value::String(text)) if text == expected => Ok(()),
        found => Err(mismatch(name, found, &format!("{expected:?}"))),
    }
}

/// One text, or a list that holds one, of those that are expected.
fn is_one_of(said: &Claims, name: &str, expected: &[String]) -> Result<(), String> {
    let fits = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| expected.iter().any(|one| one == text))
    };
    match said.get(name) {
        Some(Value::Array(list)) if list.iter().any(fits) => Ok(()),
        Some(one) if fits(one) => Ok(()),
        found => Err(mismatch(name, found, &expected.join(" or "))),
    }
}

fn mismatch(name: &str, found: Option<&Value>, expected: &str) -> String {
    let found = found.map_or_else(
        || "missing".to_owned(),
        |found| found.to_string().chars().take(200).collect(),
    );
    format!("{name:?} of the token is {found}, and must be {expected}")
}

/// Tokens for other purposes may have the same issuer, audience and keys.
fn is_of_a_kind_to_sign_in(jws: &Jws) -> Result<(), String> {
    let kind = jws
        .header
        .get("typ")
        .map_or(Some("JWT"), Value::as_str)
        .unwrap_or_default();
    let kind = kind.to_ascii_lowercase();
    let known = matches!(kind.trim_start_matches("application/"), "jwt" | "at+jwt");
    if !known {
        return Err(format!("the token is of the kind {kind:?}"));
    }
    if jws.claims.contains_key("events") {
        return Err("the token tells of an event, such as that somebody has signed out".to_owned());
    }
    Ok(())
}

/// What has been said of whom: every request brings the same again.
#[derive(Debug, Default)]
struct Remarked(Mutex<HashSet<String>>);

impl Remarked {
    fn tell(&self, subject: &str, remarks: &[Remark]) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if remarks.is_empty() || told.contains(subject) {
            return;
        }
        if told.len() == 1_000 {
            told.clear();
        }
        told.insert(subject.to_owned());
        for remark in remarks {
            tracing::warn!(subject, %remark, "somebody may see less than they expect");
        }
    }
}

#[cfg(test)]
mod tests;
