//! Cookies that only this origin can have set: `__Host-` ([RFC 6265bis §4.1.3](https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html)),
//! out of scripts' reach, not sent with what other sites embed or post.

use cookie::time::Duration as CookieDuration;
use cookie::{Cookie, SameSite};
use http::HeaderMap;
use http::HeaderValue;
use http::header::COOKIE;
use std::time::Duration;

/// The one cookie of a name that a request brings. None where there are two that differ: a browser never sends such for these names, so somebody else
/// has put one in.
#[must_use]
pub fn get(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut found = all(headers).filter(|(other, _)| other == name).map(|(_, value)| value);
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// All cookies of a request, with those that are there twice. What cannot be read is left out.
pub fn all(headers: &HeaderMap) -> impl Iterator<Item = (String, String)> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let cookies = lines.flat_map(Cookie::split_parse).flatten();
    cookies.map(|cookie| (cookie.name().to_owned(), cookie.value().to_owned()))
}

/// Sets a cookie for so long, at a path (`/` for a name that begins with `__Host-`).
#[must_use]
pub fn set(name: &str, value: &str, path: &str, life: Duration) -> Option<HeaderValue> {
    let seconds = i64::try_from(life.as_secs()).unwrap_or(i64::MAX);
    written(name, value, path, CookieDuration::seconds(seconds))
}

/// Takes a cookie back.
#[must_use]
pub fn remove(name: &str, path: &str) -> Option<HeaderValue> {
    written(name, "", path, CookieDuration::ZERO)
}

fn written(name: &str, value: &str, path: &str, life: CookieDuration) -> Option<HeaderValue> {
    let cookie = Cookie::build((name, value))
        .path(path)
        .max_age(life)
        .secure(true)
        .http_only(true)
        // Lax and not Strict: the identity provider sends people back here, and links come from chats and mails.
        .same_site(SameSite::Lax);
    cookie.to_string().try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, line.parse().unwrap());
        }
        headers
    }

    #[test]
    fn a_cookie_is_as_closed_as_browsers_can() {
        let line = set("__Host-x", "a+/=", "/", Duration::from_secs(60)).unwrap();
        assert_eq!(
            line,
            "__Host-x=a+/=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60"
        );
        let line = remove("__Host-x", "/").unwrap();
        assert_eq!(line, "__Host-x=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0");
    }

    #[test]
    fn one_cookie_is_found_and_two_are_none() {
        let one = headers(&["a=1; __Host-x=abc=", "b=2"]);
        assert_eq!(get(&one, "__Host-x").as_deref(), Some("abc="));
        assert_eq!(get(&one, "__host-x"), None);
        assert_eq!(get(&headers(&["x=1; x=1"]), "x").as_deref(), Some("1"));
        assert_eq!(get(&headers(&["x=1; x=2"]), "x"), None);
        assert_eq!(get(&headers(&["x=1", "x=2"]), "x"), None);
        assert_eq!(get(&headers(&["; ;=;x"]), "x"), None);
    }
}
