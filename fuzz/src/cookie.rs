//! Cookies: what a browser sends back, and what lies sealed inside.

use super::world::{choice, now};
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use signalbox::auth::cookies;
use signalbox::auth::oidc::attempt::{self, Attempt};
use signalbox::auth::oidc::session::{self, Lives, Session, seconds};
use signalbox::auth::sealed::SealingKeys;
use std::sync::LazyLock;
use std::time::Duration;
use url::Url;

const ISSUER: &str = "https://idp.example.com";

const LIVES: Lives = Lives {
    idle: Duration::from_secs(60 * 60),
    absolute: Duration::from_secs(8 * 60 * 60),
};

/// Of the attempts here; the name of their cookie ends with its beginning.
const STATE: &str = "0101010101010101010101010101010101010101010101010101010101010101";
const ATTEMPT: &str = "__Host-signalbox-attempt-0101010101010101";

/// What stands behind the value of every cookie that is set for the whole origin.
const CLOSED: &str = "HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=";

static KEYS: LazyLock<SealingKeys> = LazyLock::new(|| {
    let keys = [vec![1; 64], vec![2; 64]];
    SealingKeys::new(&keys).unwrap_or_else(SealingKeys::of_this_process)
});

/// `0` lines of a `Cookie` header, `1` the text of a session, `2` that of an attempt; whether somebody comes in by it.
pub fn run(data: &[u8]) -> bool {
    match choice(data, 3) {
        Some((0, lines)) => header(lines),
        Some((1, text)) => session(&String::from_utf8_lossy(text)),
        Some((_, text)) => attempt(&String::from_utf8_lossy(text)),
        None => false,
    }
}

fn header(lines: &[u8]) -> bool {
    let values = lines.split(|&byte| byte == b'\n').map(HeaderValue::from_bytes);
    let headers: HeaderMap = values.flatten().map(|value| (COOKIE, value)).collect();
    let found = Session::of(&headers, &KEYS, ISSUER, LIVES, now());
    if let Ok(session) = &found {
        lives(session);
    }
    let begun = Attempt::of(&headers, &KEYS, STATE, now());
    if let Some(attempt) = &begun {
        belongs(attempt);
    }
    for line in attempt::removals(&headers) {
        closed(&line, "0");
    }
    let new = fresh();
    let set = new.cookies(&KEYS, &headers);
    for (place, line) in set.iter().enumerate() {
        closed(line, if place == 0 { "600" } else { "0" });
    }
    found.is_ok() || begun.is_some()
}

/// A cookie is set with all that closes it, whatever its name and value were made of.
fn closed(line: &HeaderValue, seconds: &str) {
    let text = line.to_str().unwrap_or_default();
    let (pair, rest) = text.split_once("; ").unwrap_or_default();
    assert!(pair.starts_with("__Host-signalbox-attempt-"), "{text}");
    assert_eq!(rest.strip_prefix(CLOSED), Some(seconds), "{text}");
}

fn fresh() -> Attempt {
    Attempt {
        state: "f".repeat(64),
        nonce: "n".to_owned(),
        verifier: "v".to_owned(),
        back: "/".to_owned(),
        renews: false,
        begun: seconds(now()),
    }
}

fn lives(session: &Session) {
    let now = seconds(now());
    assert_eq!(session.issuer, ISSUER);
    assert!((session.begun / 1000).saturating_add(LIVES.absolute.as_secs()) > now);
    assert!(session.seen.saturating_add(LIVES.idle.as_secs()) > now);
}

/// Whatever the text says, it was sealed by us: it opens as a session that lives, or not at all, and what is given to the browser opens as the same.
fn session(text: &str) -> bool {
    let Some(session) = sealed(session::COOKIE, text, |headers| {
        Session::of(headers, &KEYS, ISSUER, LIVES, now()).ok()
    }) else {
        return false;
    };
    lives(&session);
    _ = session.is_stale(LIVES, now());
    assert_eq!(session.principal(LIVES).id().len(), 32);
    let Ok(line) = session.cookie(&KEYS, LIVES, now()) else {
        return true;
    };
    let text = line.to_str().unwrap_or_default();
    let (pair, rest) = text.split_once("; ").unwrap_or_default();
    assert!(pair.len() < 1600, "{}", pair.len());
    assert!(rest.starts_with(CLOSED), "{rest}");
    let again = sent(pair, |headers| Session::of(headers, &KEYS, ISSUER, LIVES, now()).ok());
    let shown: String = session.name.chars().take(80).collect();
    let expected = Session { name: shown, ..session };
    assert_eq!(again, Some(expected));
    true
}

fn attempt(text: &str) -> bool {
    let of = |headers: &HeaderMap| Attempt::of(headers, &KEYS, STATE, now());
    let Some(attempt) = sealed(ATTEMPT, text, of) else {
        return false;
    };
    belongs(&attempt);
    let set = attempt.cookies(&KEYS, &HeaderMap::new());
    let pair = set.first().and_then(|line| line.to_str().ok()?.split(';').next());
    assert_eq!(pair.and_then(|pair| sent(pair, of)), Some(attempt));
    true
}

/// An attempt is of its state, of the last ten minutes, and leads to the page itself.
fn belongs(attempt: &Attempt) {
    assert_eq!(attempt.state, STATE);
    assert!(attempt.begun.saturating_add(600) > seconds(now()));
    let back = attempt.back();
    for origin in ["https://ops.example.com", "http://127.0.0.1:8080"] {
        let base = Url::parse(origin).ok();
        let led = base.as_ref().and_then(|base| base.join(back.as_str()).ok());
        assert_eq!(
            led.map(|url| url.origin()),
            base.map(|url| url.origin()),
            "{}",
            back.as_str()
        );
    }
}

fn sealed<T>(name: &str, text: &str, read: impl Fn(&HeaderMap) -> Option<T>) -> Option<T> {
    let value = KEYS.seal(name, text);
    sent(&[name, "=", &value].concat(), read)
}

fn sent<T>(pair: &str, read: impl Fn(&HeaderMap) -> Option<T>) -> Option<T> {
    let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::try_from(pair).ok()?)]);
    assert!(cookies::all(&headers).count() == 1, "{pair}");
    read(&headers)
}
