//! Signing out: at the provider from here ([RP-Initiated Logout](https://openid.net/specs/openid-connect-rpinitiated-1_0.html)), and here by the provider's
//! word ([Back-Channel Logout](https://openid.net/specs/openid-connect-backchannel-1_0.html)), as providers really send it.

use super::denied::Denied;
use super::session::{self, seconds};
use super::settings::Settings;
use super::verifier::{TokenError, Verifier, seconds_of};
use crate::auth::claims::Claims;
use crate::auth::cookies;
use crate::auth::times::SKEW;
use http::{HeaderMap, HeaderValue};
use serde_json::Value;
use url::Url;

/// Where people sign out; the hint goes nowhere else.
pub const PATH: &str = "/auth/logout";

/// The newest ID token, which most providers want to see when somebody signs out.
const HINT: &str = "__Secure-signalbox-hint";

/// The longest sealed hint, in bytes. Without it, the provider may ask whether somebody really wants to sign out.
const LONGEST: usize = 3500;

/// The event that makes a token a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// In seconds: how long a logout token holds that does not say it, and how long at most.
const AGES: (u64, u64) = (120, 900);

/// The cookie with the newest ID token, if it fits into one.
#[must_use]
pub fn hint(settings: &Settings, id_token: &str) -> Option<HeaderValue> {
    let sealed = settings.session_keys.seal(HINT, id_token);
    if sealed.len() > LONGEST {
        return cookies::remove(HINT, PATH);
    }
    cookies::set(HINT, &sealed, PATH, settings.lives.absolute)
}

/// Takes session and hint back.
#[must_use]
pub fn removals() -> Vec<HeaderValue> {
    let taken = [cookies::remove(session::COOKIE, "/"), cookies::remove(HINT, PATH)];
    taken.into_iter().flatten().collect()
}

/// Where the browser goes once the session here is over. The address to come back to is always ours, whatever the request says.
#[must_use]
pub fn location(settings: &Settings, url: Option<&str>, headers: &HeaderMap) -> String {
    let back = format!("{}/", settings.public_url);
    let Some(url) = url else { return back };
    if url.contains("{return}") {
        let encoded: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
        return url.replace("{return}", &encoded);
    }
    let Ok(mut url) = Url::parse(url) else { return back };
    let hint = cookies::get(headers, HINT).and_then(|sealed| settings.session_keys.open(HINT, &sealed));
    url.query_pairs_mut()
        .extend_pairs(hint.map(|hint| ("id_token_hint", hint)))
        .append_pair("client_id", &settings.client_id)
        .append_pair("post_logout_redirect_uri", &back);
    url.into()
}

/// Whose sessions are over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// By the session at the provider where it names one, else all of the subject.
    pub whom: Vec<Denied>,
    /// When that was said, in seconds since 1970.
    pub issued: u64,
}

/// A logout token is not the provider's word. For the log.
#[derive(Debug, thiserror::Error)]
pub enum LogoutError {
    /// The provider is not known at the moment.
    #[error("{0}")]
    Provider(String),
    /// The form holds no token, or two.
    #[error("the form holds {0} logout tokens")]
    Form(usize),
    /// The token is not one.
    #[error("{0}")]
    Token(#[from] TokenError),
}

/// Whom a logout token ends.
///
/// # Errors
/// See [`LogoutError`].
pub async fn verify(verifier: Verifier<'_>, form: &str) -> Result<Ended, LogoutError> {
    let fields = url::form_urlencoded::parse(form.as_bytes());
    let mut tokens: Vec<_> = fields.filter(|(name, _)| name == "logout_token").collect();
    let count = tokens.len();
    let (Some((_, token)), 1) = (tokens.pop(), count) else {
        return Err(LogoutError::Form(count));
    };
    let claims = verifier.claims(&token, &["JWT", "logout+jwt"]).await?;
    Ok(ended(&claims, seconds(verifier.now))?)
}

/// What the standard only recommends (a type, an end, an id) is missing at one provider or another. What makes a logout token is the event, and that it
/// has no nonce, which every ID token has. One that comes twice ends nothing more: only sessions older than itself.
fn ended(claims: &Claims, now: u64) -> Result<Ended, TokenError> {
    let event = claims.get("events").and_then(|events| events.get(EVENT));
    if !event.is_some_and(Value::is_object) {
        return Err(TokenError::claim("events do not hold a logout"));
    }
    if claims.contains_key("nonce") {
        return Err(TokenError::claim("nonce makes it an ID token and no logout token"));
    }
    let issued = seconds_of(claims, "iat").ok_or_else(|| TokenError::claim("time of issue (`iat`) is missing"))?;
    let latest = match seconds_of(claims, "exp") {
        Some(expires) => expires.min(issued.saturating_add(AGES.1)),
        None => issued.saturating_add(AGES.0),
    };
    let skew = SKEW.as_secs();
    if issued > now.saturating_add(skew) || now > latest.saturating_add(skew) {
        return Err(TokenError::claim(
            "time is over or has not come yet: are both clocks right?",
        ));
    }
    let named = |name: &str| {
        let text = claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        text.map(str::to_owned)
    };
    let whom: Vec<_> = match (named("sid"), named("sub")) {
        // Some providers name a session here that they never named in an ID token: then the subject must do.
        (Some(session), Some(subject)) => vec![Denied::ProviderSession(session), Denied::SubjectUnnamed(subject)],
        (Some(session), None) => vec![Denied::ProviderSession(session)],
        (None, Some(subject)) => vec![Denied::Subject(subject)],
        (None, None) => return Err(TokenError::claim("subject and session are both missing")),
    };
    Ok(Ended { whom, issued })
}
