//! What an identity provider says about itself ([OpenID Connect Discovery](https://openid.net/specs/openid-connect-discovery-1_0.html)), fetched when it is
//! needed first: it may be down when we start.

use super::settings::{ClientAuth, Settings};
use crate::auth::fetch::{Fetch, FetchError, may_be_named};
use serde::Deserialize;
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// How long a description holds before it is fetched anew.
const FRESH: Duration = Duration::from_secs(3600);

/// How long a failure holds: so long nobody else waits for the same one.
const PAUSE: Duration = Duration::from_secs(5);

/// The description, as far as it matters here. Providers leave out what the standard demands, so nothing is demanded that is not used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Description {
    /// To the byte what the configuration says.
    pub issuer: String,
    /// Where people sign in.
    pub authorization_endpoint: String,
    /// Where a code becomes tokens.
    pub token_endpoint: String,
    /// Where the keys are.
    pub jwks_uri: String,
    /// Where more claims are.
    pub userinfo_endpoint: Option<String>,
    /// Where people sign out.
    pub end_session_endpoint: Option<String>,
    /// [RFC 9207](https://www.rfc-editor.org/rfc/rfc9207): whether every answer names the issuer.
    pub authorization_response_iss_parameter_supported: bool,
    /// How we may show who we are at the token endpoint.
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// With what ID tokens may be signed.
    pub id_token_signing_alg_values_supported: Option<Vec<String>>,
    /// What it may be asked to ask people.
    pub prompt_values_supported: Option<Vec<String>>,
    /// Whether it tells us when somebody has signed out there.
    pub backchannel_logout_supported: bool,
}

impl Description {
    /// Whether it says that it can be asked to answer without asking the person. Those that do not say so may show a page of errors instead.
    #[must_use]
    pub fn lists_no_prompt(&self) -> bool {
        let listed = self.prompt_values_supported.iter().flatten();
        listed.into_iter().any(|prompt| prompt == "none")
    }

    /// How we show who we are: as configured, or as the provider lists it.
    #[must_use]
    pub fn client_auth(&self, configured: Option<ClientAuth>) -> ClientAuth {
        let listed = self.token_endpoint_auth_methods_supported.as_deref();
        configured.unwrap_or_else(|| match listed {
            None => ClientAuth::Basic,
            Some(listed) if listed.iter().any(|method| method == "client_secret_basic") => ClientAuth::Basic,
            Some(_) => ClientAuth::Post,
        })
    }
}

/// An identity provider.
#[derive(Debug)]
pub struct Provider {
    issuer: String,
    url: String,
    fetch: Fetch,
    known: RwLock<Option<(Arc<Description>, Instant)>>,
    /// The last failure. Who holds it fetches.
    failed: Mutex<Option<(Instant, String)>>,
}

/// Why nothing is known of the provider. For the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the identity provider's description cannot be used: {0}")]
pub struct ProviderError(pub String);

impl From<FetchError> for ProviderError {
    fn from(error: FetchError) -> Self {
        Self(error.to_string())
    }
}

impl Provider {
    /// The provider of these settings.
    #[must_use]
    pub fn new(settings: &Settings, fetch: Fetch) -> Self {
        let usual = || {
            let issuer = settings.issuer.strip_suffix('/').unwrap_or(&settings.issuer);
            format!("{issuer}/.well-known/openid-configuration")
        };
        Self {
            issuer: settings.issuer.clone(),
            url: settings.discovery_url.clone().unwrap_or_else(usual),
            fetch,
            known: RwLock::default(),
            failed: Mutex::default(),
        }
    }

    /// What is known already, however old.
    #[must_use]
    pub fn known(&self) -> Option<Arc<Description>> {
        let known = self.known.read().ok()?;
        known.as_ref().map(|(description, _)| Arc::clone(description))
    }

    fn fresh(&self) -> Option<Arc<Description>> {
        let known = self.known.read().ok()?;
        let fresh = known.as_ref().filter(|(_, since)| since.elapsed() < FRESH);
        fresh.map(|(description, _)| Arc::clone(description))
    }

    /// The description. One that is old still holds while no newer one can be had.
    ///
    /// # Errors
    /// There is none, or it is another issuer's.
    pub async fn description(&self) -> Result<Arc<Description>, ProviderError> {
        if let Some(description) = self.fresh() {
            return Ok(description);
        }
        let mut failed = self.failed.lock().await;
        if let Some(description) = self.fresh() {
            return Ok(description);
        }
        let lately = failed.as_ref().filter(|(since, _)| since.elapsed() < PAUSE);
        let found = match lately {
            Some((_, why)) => Err(ProviderError(why.clone())),
            None => self.ask().await,
        };
        match found {
            Ok(description) => {
                let description = Arc::new(description);
                if let Ok(mut known) = self.known.write() {
                    *known = Some((Arc::clone(&description), Instant::now()));
                }
                *failed = None;
                Ok(description)
            }
            Err(error) => {
                if lately.is_none() {
                    *failed = Some((Instant::now(), error.0.clone()));
                }
                self.known().ok_or(error)
            }
        }
    }

    async fn ask(&self) -> Result<Description, ProviderError> {
        let document = self.fetch.json(&self.url).await?;
        let description: Description = serde_json::from_value(document)
            .map_err(|error| ProviderError(format!("{} holds something else than expected: {error}", self.url)))?;
        self.check(description)
    }

    fn check(&self, description: Description) -> Result<Description, ProviderError> {
        let wrong = |why: String| Err(ProviderError(why));
        if description.issuer != self.issuer {
            return wrong(mismatch(&self.issuer, &description.issuer));
        }
        let needed = [
            ("authorization_endpoint", &description.authorization_endpoint),
            ("token_endpoint", &description.token_endpoint),
            ("jwks_uri", &description.jwks_uri),
        ];
        let optional = [
            ("userinfo_endpoint", description.userinfo_endpoint.as_ref()),
            ("end_session_endpoint", description.end_session_endpoint.as_ref()),
        ];
        let optional = optional.into_iter().filter_map(|(name, url)| Some((name, url?)));
        for (name, url) in needed.into_iter().chain(optional) {
            if let Err(why) = may_be_named(url, &self.url) {
                return wrong(format!("its {name} {url:?} cannot be used: {why}"));
            }
        }
        Ok(description)
    }
}

/// Both issuers, and what is commonly the matter.
fn mismatch(configured: &str, found: &str) -> String {
    let hint = if configured.trim_end_matches('/') == found.trim_end_matches('/') {
        ": only a slash at the end differs; write auth.oidc.issuer exactly as the provider does"
    } else if found.contains("{tenantid}") {
        ": this is the address for all tenants; use the one with your tenant's GUID"
    } else {
        ""
    };
    format!("auth.oidc.issuer is {configured:?}, the provider says {found:?}{hint}")
}
