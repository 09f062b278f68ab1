//! `auth.mode = "oidc"`: people sign in at an identity provider ([OpenID Connect Core](https://openid.net/specs/openid-connect-core-1_0.html), authorization
//! code flow), and a sealed cookie is their session. No token of theirs is kept but the newest ID token, sealed, for signing out there.

mod answer;
pub mod attempt;
pub mod denied;
pub mod flow;
pub mod id_token;
pub mod logout;
mod notice;
pub mod provider;
pub mod session;
pub mod settings;
mod sign_out;
pub mod verifier;

use super::claims::Claims;
use super::fetch::Fetch;
use super::keys::Keys;
use super::principal::{Principal, Refusal};
use super::return_path::ReturnPath;
use crate::clock::{Ambient, unix_millis};
use crate::grants::Grants;
use crate::store::Store;
use answer::Answer;
use attempt::Attempt;
use denied::DenyList;
use http::{HeaderMap, HeaderValue, StatusCode};
use provider::{Description, Provider};
use session::{Session, SessionError, seconds};
use settings::{ClientAuth, Settings};
use std::sync::Arc;
use std::time::Duration;
use verifier::Verifier;

/// After so long the identity provider is asked again whether it still vouches for somebody, and for which groups.
const RENEWAL: Duration = Duration::from_secs(30 * 60);

/// Signing in at an identity provider.
#[derive(Debug)]
pub struct Oidc {
    settings: Settings,
    fetch: Fetch,
    provider: Arc<Provider>,
    keys: Keys,
    denied: Arc<DenyList>,
    /// What this replica shares with others.
    store: Option<Store>,
    ambient: Ambient,
}

/// Where the browser is sent, and what it is to keep.
#[derive(Debug)]
pub struct Redirection {
    /// An address of ours, or the provider's.
    pub location: String,
    /// `Set-Cookie` headers.
    pub cookies: Vec<HeaderValue>,
    /// Who has just signed in or out, if somebody has.
    pub who: Option<Principal>,
    /// Whether they had been signed in before.
    pub renewed: bool,
}

/// Signing in has come to nothing.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The provider cannot be reached, or says of itself what cannot be used.
    #[error("{0}")]
    Provider(String),
    /// The answer belongs to no attempt that this browser has begun: another browser, too late, twice, or not begun here at all.
    #[error("the answer belongs to no attempt of this browser")]
    NoAttempt,
    /// The provider has not signed them in. Its code, and where they wanted to go.
    #[error("the identity provider answered {0}")]
    Declined(String, ReturnPath),
    /// What came proves nothing.
    #[error("{0}")]
    Unproven(String, ReturnPath),
}

impl SignInError {
    /// Of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Provider(_) => StatusCode::BAD_GATEWAY,
            Self::NoAttempt => StatusCode::BAD_REQUEST,
            Self::Declined(..) | Self::Unproven(..) => StatusCode::FORBIDDEN,
        }
    }

    /// Where they wanted to go.
    #[must_use]
    pub fn back(&self) -> ReturnPath {
        match self {
            Self::Provider(_) | Self::NoAttempt => ReturnPath::default(),
            Self::Declined(_, back) | Self::Unproven(_, back) => back.clone(),
        }
    }
}

impl Oidc {
    /// Signing in by these settings. Nothing is asked of the provider yet.
    #[must_use]
    pub fn new(settings: Settings, fetch: Fetch, ambient: Ambient) -> Self {
        let provider = Arc::new(Provider::new(&settings, fetch.clone()));
        let keys = {
            let (provider, fetch) = (Arc::clone(&provider), fetch.clone());
            Keys::new(move || {
                let (provider, fetch) = (Arc::clone(&provider), fetch.clone());
                Box::pin(async move {
                    let description = provider.description().await.map_err(|error| error.to_string())?;
                    fetch
                        .json(&description.jwks_uri)
                        .await
                        .map_err(|error| error.to_string())
                })
            })
        };
        Self {
            provider,
            keys,
            denied: Arc::default(),
            store: None,
            settings,
            fetch,
            ambient,
        }
    }

    /// The same, which shares with other replicas what it ends.
    #[must_use]
    pub fn sharing(self, store: Option<Store>) -> Self {
        Self { store, ..self }
    }

    /// The same, in place of another: sessions that it has ended stay ended.
    #[must_use]
    pub fn after(self, before: &Self) -> Self {
        Self {
            denied: Arc::clone(&before.denied),
            ..self
        }
    }

    /// The provider, as it calls itself.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Whether people could sign in now; asks the provider when nothing is known of it.
    ///
    /// # Errors
    /// Why not, for the operator.
    pub async fn ready(&self) -> Result<(), String> {
        let description = self.provider.description().await;
        description.map(|_| ()).map_err(|error| error.to_string())
    }

    /// As [`Oidc::ready`], and whether its keys can be had.
    ///
    /// # Errors
    /// Why not, for the operator.
    pub async fn can_verify(&self) -> Result<(), String> {
        self.ready().await?;
        self.keys.current().await.map(|_| ()).map_err(|error| error.to_string())
    }

    /// What is in order here and may still not work at one provider or another.
    #[must_use]
    pub fn remarks(&self) -> Vec<&'static str> {
        let plain = |sign: char| sign.is_ascii_alphanumeric() || "-._~".contains(sign);
        let odd = !self.settings.client_secret.expose().chars().all(plain);
        let in_form = self.settings.client_auth == Some(ClientAuth::Post);
        let remark = "client_secret holds signs that must be encoded in the header, which some providers (Authentik, glewlwyd) do not decode: if signing in fails with \
                      invalid_client or unauthorized_client, set client_auth = \"post\"";
        (odd && !in_form).then_some(remark).into_iter().collect()
    }

    /// Who sent a request, and the newer cookie that their browser should keep.
    ///
    /// # Errors
    /// Nobody who has a session that lives.
    pub fn identify(&self, headers: &HeaderMap) -> Result<(Principal, Option<HeaderValue>), Refusal> {
        let session = self.session(headers).map_err(|error| match error {
            SessionError::Foreign => Refusal::unproven(error.to_string()),
            _ => Refusal::anonymous(error.to_string()),
        })?;
        let now = self.ambient.now();
        let lives = self.settings.lives;
        let newer = session.is_stale(lives, now).then(|| Session {
            seen: seconds(now),
            ..session.clone()
        });
        let cookie = newer.and_then(|newer| newer.cookie(&self.settings.session_keys, lives, now).ok());
        Ok((session.principal(lives), cookie))
    }

    /// Whether the provider should be asked again, while the browser goes somewhere anyway. Not after it would not, and not while it has just been asked.
    #[must_use]
    pub fn wants_renewal(&self, headers: &HeaderMap) -> bool {
        let due = |session: Session| {
            let due = session.renewed.saturating_add(RENEWAL.as_secs());
            !session.asks && seconds(self.ambient.now()) >= due
        };
        self.session(headers).is_ok_and(due)
    }

    /// Sends the browser to the provider. One that `renews` its session comes back with it whatever becomes of that, and is not sent again for a while:
    /// the provider may show a page of its own, or be down.
    ///
    /// # Errors
    /// The provider is not known.
    pub async fn begin(
        &self,
        headers: &HeaderMap,
        back: &ReturnPath,
        renews: bool,
    ) -> Result<Redirection, SignInError> {
        let now = seconds(self.ambient.now());
        let asked = renews
            .then(|| self.changed(headers, |session| session.renewed = now))
            .flatten();
        let description = match (self.description().await, asked.clone()) {
            (Ok(description), _) => description,
            (Err(error), None) => return Err(error),
            (Err(error), Some(asked)) => {
                tracing::warn!(%error, "a session is not renewed");
                return Ok(Redirection {
                    location: back.as_str().to_owned(),
                    cookies: vec![asked],
                    who: None,
                    renewed: false,
                });
            }
        };
        let attempt = Attempt {
            state: self.ambient.secret(),
            nonce: self.ambient.secret(),
            verifier: self.ambient.secret(),
            back: back.as_str().to_owned(),
            renews,
            begun: now,
        };
        let location = flow::begin(&self.settings, &description, &attempt);
        let mut cookies = attempt.cookies(&self.settings.session_keys, headers);
        cookies.extend(asked);
        Ok(Redirection {
            location: location.map_err(|error| SignInError::Provider(error.to_string()))?,
            cookies,
            who: None,
            renewed: false,
        })
    }

    async fn description(&self) -> Result<Arc<Description>, SignInError> {
        let description = self.provider.description().await;
        description.map_err(|error| SignInError::Provider(error.to_string()))
    }

    fn verifier<'a>(&'a self, description: &'a Description) -> Verifier<'a> {
        Verifier {
            settings: &self.settings,
            description,
            keys: &self.keys,
            now: self.ambient.now(),
        }
    }

    /// Takes the provider's answer, by the query of the callback.
    ///
    /// # Errors
    /// See [`SignInError`].
    pub async fn finish(&self, headers: &HeaderMap, query: &str, grants: &Grants) -> Result<Redirection, SignInError> {
        let answer = Answer::of(query).ok_or(SignInError::NoAttempt)?;
        let state = answer.state.as_deref().unwrap_or_default();
        let now = self.ambient.now();
        let attempt = Attempt::of(headers, &self.settings.session_keys, state, now).ok_or(SignInError::NoAttempt)?;
        let description = self.description().await?;
        answer
            .check_issuer(&self.settings.issuer, &description)
            .map_err(|why| SignInError::Unproven(why, attempt.back()))?;
        let mut cookies: Vec<_> = Attempt::removal(state).into_iter().collect();
        if let Some(error) = answer.error {
            if !attempt.renews {
                return Err(SignInError::Declined(error, attempt.back()));
            }
            tracing::info!(error, "the identity provider renews nothing without asking the person");
            cookies.extend(self.changed(headers, |session| session.asks = true));
            return Ok(Redirection {
                location: attempt.back().as_str().to_owned(),
                cookies,
                who: None,
                renewed: false,
            });
        }
        let unproven = |why: String| SignInError::Unproven(why, attempt.back());
        let code = answer
            .code
            .ok_or_else(|| unproven("the answer holds no code".to_owned()))?;
        let tokens = flow::exchange(&self.settings, &description, &self.fetch, &attempt, code).await;
        let tokens = tokens.map_err(|error| unproven(error.to_string()))?;
        let claims = id_token::verify(self.verifier(&description), &self.fetch, &tokens, &attempt.nonce).await;
        let claims = claims.map_err(|error| unproven(error.to_string()))?;
        let session = self.signed_in(headers, &claims, &attempt, grants).map_err(unproven)?;
        let cookie = session.cookie(&self.settings.session_keys, self.settings.lives, now);
        cookies.push(cookie.map_err(|error| unproven(error.to_string()))?);
        if self.end_session_url(&description).is_some() {
            cookies.extend(logout::hint(&self.settings, &tokens.id_token));
        }
        tracing::info!(subject = session.subject, renewed = attempt.renews, "signed in");
        Ok(Redirection {
            location: attempt.back().as_str().to_owned(),
            cookies,
            who: Some(session.principal(self.settings.lives)),
            renewed: attempt.renews,
        })
    }

    /// The session of somebody for whom the provider has just vouched. What was a session of the same subject goes on, with the new groups.
    fn signed_in(
        &self,
        headers: &HeaderMap,
        claims: &Claims,
        attempt: &Attempt,
        grants: &Grants,
    ) -> Result<Session, String> {
        let said = self.settings.claims.read(claims).map_err(|error| error.to_string())?;
        for remark in &said.remarks {
            tracing::warn!(%remark, "somebody may see less than they expect");
        }
        let subject = id_token::subject(claims).map_err(|error| error.to_string())?;
        let now = self.ambient.now();
        let before = self.session(headers).ok();
        let before = before.filter(|before| attempt.renews && before.subject == subject);
        let provider_session = claims.get("sid").and_then(serde_json::Value::as_str);
        Ok(Session {
            id: before
                .as_ref()
                .map_or_else(|| self.ambient.secret()[..32].to_owned(), |before| before.id.clone()),
            issuer: self.settings.issuer.clone(),
            name: said
                .name
                .or_else(|| said.users.first().cloned())
                .unwrap_or_else(|| subject.clone()),
            users: said.users,
            groups: grants.known_groups(said.groups),
            provider_session: provider_session.map(str::to_owned),
            begun: before.map_or_else(|| unix_millis(now), |before| before.begun),
            subject,
            renewed: seconds(now),
            seen: seconds(now),
            asks: false,
        })
    }

    /// The session of a request with a change, for the browser to keep.
    fn changed(&self, headers: &HeaderMap, change: impl FnOnce(&mut Session)) -> Option<HeaderValue> {
        let mut session = self.session(headers).ok()?;
        change(&mut session);
        let (keys, lives) = (&self.settings.session_keys, self.settings.lives);
        session.cookie(keys, lives, self.ambient.now()).ok()
    }
}
