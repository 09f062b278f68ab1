//! Sessions that end before their time: somebody signs out here, or the provider says that they have signed out there. Nobody comes in by one that is on
//! the deny list.

use super::denied::Denied;
use super::provider::Description;
use super::session::{Session, SessionError, seconds};
use super::settings::Settings;
use super::{Oidc, Redirection, attempt, logout};
use crate::store::Purpose;
use http::HeaderMap;

impl Oidc {
    /// The session of a request, if it is not over.
    pub(super) fn session(&self, headers: &HeaderMap) -> Result<Session, SessionError> {
        let Settings {
            session_keys,
            issuer,
            lives,
            ..
        } = &self.settings;
        let session = Session::of(headers, session_keys, issuer, *lives, self.ambient.now())?;
        if self.denied.has(&session) {
            return Err(SessionError::SignedOut);
        }
        if self.store.as_ref().is_some_and(|store| !store.hears()) {
            Purpose::Revocations.fell_back();
        }
        Ok(session)
    }

    /// Where people sign out at the provider.
    pub(super) fn end_session_url<'a>(&'a self, description: &'a Description) -> Option<&'a str> {
        let own = self.settings.end_session_url.as_deref();
        own.or(description.end_session_endpoint.as_deref())
    }

    /// Signs somebody out, here first and for sure; then the browser is sent to the provider, where that has a place for it.
    pub async fn sign_out(&self, headers: &HeaderMap) -> Redirection {
        let now = self.ambient.now();
        let mut who = None;
        if let Ok(session) = self.session(headers) {
            let life = self.settings.lives.absolute;
            who = Some(session.principal(self.settings.lives));
            self.denied.end(Denied::Session(session.id), seconds(now), now, life);
            self.tell().await;
        }
        let mut cookies = attempt::removals(headers);
        cookies.extend(logout::removals());
        let known = self.provider.known();
        let url = match &known {
            Some(known) => self.end_session_url(known),
            None => self.settings.end_session_url.as_deref(),
        };
        Redirection {
            location: logout::location(&self.settings, url, headers),
            cookies,
            who,
            renewed: false,
        }
    }

    /// Takes the word of the provider that somebody has signed out there
    /// ([OpenID Connect Back-Channel Logout](https://openid.net/specs/openid-connect-backchannel-1_0.html)), by the form that it posts.
    ///
    /// Whom it has named is told.
    ///
    /// # Errors
    /// It is not the provider's word, for the log.
    pub async fn signed_out_elsewhere(&self, form: &str) -> Result<Vec<Denied>, logout::LogoutError> {
        let description = self.provider.description().await;
        let description = description.map_err(|error| logout::LogoutError::Provider(error.to_string()))?;
        let ended = logout::verify(self.verifier(&description), form).await?;
        let now = self.ambient.now();
        for denied in &ended.whom {
            tracing::info!(?denied, "signed out at the identity provider");
            self.denied
                .end(denied.clone(), ended.issued, now, self.settings.lives.absolute);
        }
        self.tell().await;
        Ok(ended.whom)
    }
}
