//! An attempt to sign in: what must come back from the identity provider, sealed in a cookie of its own for ten minutes.

use crate::auth::cookies;
use crate::auth::oidc::session::seconds;
use crate::auth::return_path::ReturnPath;
use crate::auth::sealed::SealingKeys;
use http::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};
use std::time::{Duration, SystemTime};

/// What the cookies' names begin with; the beginning of the state follows, so that attempts in several tabs do not disturb each other.
const PREFIX: &str = "__Host-signalbox-attempt-";

/// How long somebody may take at the identity provider.
const LIFE: Duration = Duration::from_secs(600);

/// So many at once. The oldest give way: whoever keeps opening tabs must not fill the browser's cookies.
const MOST: usize = 5;

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Comes back with the answer; 64 hexadecimal digits.
    pub state: String,
    /// Comes back inside the ID token.
    pub nonce: String,
    /// Proves at the token endpoint that we began it (PKCE).
    pub verifier: String,
    /// Where the person wanted to go.
    #[serde(rename = "return")]
    pub back: String,
    /// Whether it only renews a session, for which nobody should have to do anything.
    pub renews: bool,
    /// In seconds since 1970.
    pub begun: u64,
}

impl Attempt {
    fn name(state: &str) -> String {
        format!("{PREFIX}{}", state.get(..16).unwrap_or_default())
    }

    /// Gives it to the browser, and takes the oldest back when there are too many.
    #[must_use]
    pub fn cookies(&self, keys: &SealingKeys, headers: &HeaderMap) -> Vec<HeaderValue> {
        let name = Self::name(&self.state);
        let text = serde_json::to_string(self).unwrap_or_default();
        let mut set: Vec<_> = cookies::set(&name, &keys.seal(&name, &text), "/", LIFE)
            .into_iter()
            .collect();
        let mut others: Vec<(u64, String)> = cookies::all(headers)
            .filter(|(other, _)| other.starts_with(PREFIX))
            .map(|(other, sealed)| (open(keys, &other, &sealed).map_or(0, |attempt| attempt.begun), other))
            .collect();
        others.sort_unstable();
        let excess = (others.len() + 1).saturating_sub(MOST);
        set.extend(
            others
                .iter()
                .take(excess)
                .filter_map(|(_, name)| cookies::remove(name, "/")),
        );
        set
    }

    /// The attempt that an answer with this state belongs to, if this browser began it, lately.
    #[must_use]
    pub fn of(headers: &HeaderMap, keys: &SealingKeys, state: &str, now: SystemTime) -> Option<Self> {
        let name = Self::name(state);
        let attempt = open(keys, &name, &cookies::get(headers, &name)?)?;
        let young = seconds(now) < attempt.begun.saturating_add(LIFE.as_secs());
        (young && attempt.state == state).then_some(attempt)
    }

    /// Takes it back: an answer is taken once.
    #[must_use]
    pub fn removal(state: &str) -> Option<HeaderValue> {
        cookies::remove(&Self::name(state), "/")
    }

    /// Where the person wanted to go. It was checked before it was sealed, and is again.
    #[must_use]
    pub fn back(&self) -> ReturnPath {
        ReturnPath::new(&self.back).unwrap_or_default()
    }
}

/// Takes all attempts of a browser back.
#[must_use]
pub fn removals(headers: &HeaderMap) -> Vec<HeaderValue> {
    let names = cookies::all(headers)
        .map(|(name, _)| name)
        .filter(|name| name.starts_with(PREFIX));
    names.filter_map(|name| cookies::remove(&name, "/")).collect()
}

fn open(keys: &SealingKeys, name: &str, sealed: &str) -> Option<Attempt> {
    serde_json::from_str(&keys.open(name, sealed)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::return_path::LONGEST;
    use http::header::COOKIE;
    use std::time::UNIX_EPOCH;

    fn at(second: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(second)
    }

    fn keys() -> SealingKeys {
        SealingKeys::new(&[vec![1; 64]]).unwrap()
    }

    fn attempt(number: u8, begun: u64) -> Attempt {
        Attempt {
            state: format!("{number:02x}").repeat(32),
            nonce: "n".repeat(64),
            verifier: "v".repeat(64),
            back: "/patches?missing=gt.0".to_owned(),
            renews: false,
            begun,
        }
    }

    /// A browser takes what it is given.
    fn keep(jar: &mut Vec<(String, String)>, set: &[HeaderValue]) {
        for line in set {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            jar.retain(|(other, _)| other != name);
            if !line.ends_with("Max-Age=0") {
                jar.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    fn headers(jar: &[(String, String)]) -> HeaderMap {
        let pairs: Vec<_> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        HeaderMap::from_iter([(COOKIE, pairs.join("; ").parse().unwrap())])
    }

    #[test]
    fn an_attempt_is_found_by_its_state_in_its_browser_for_ten_minutes() {
        let mut jar = Vec::new();
        let (one, two) = (attempt(1, 1000), attempt(2, 1001));
        for attempt in [&one, &two] {
            let set = attempt.cookies(&keys(), &headers(&jar));
            keep(&mut jar, &set);
        }
        let of = |state: &str, second: u64| Attempt::of(&headers(&jar), &keys(), state, at(second));
        assert_eq!(of(&two.state, 1002), Some(two.clone()));
        assert_eq!(two.back().as_str(), two.back);
        assert_eq!(of(&one.state, 1599), Some(one.clone()), "in either order");
        assert_eq!(of(&one.state, 1600), None);
        assert_eq!(of(&one.state[..16], 1002), None);
        assert_eq!(Attempt::of(&HeaderMap::new(), &keys(), &one.state, at(1002)), None);
        let swapped = [(Attempt::name(&two.state), jar[0].1.clone())];
        assert_eq!(Attempt::of(&headers(&swapped), &keys(), &two.state, at(1002)), None);
        keep(&mut jar, &Attempt::removal(&one.state).into_iter().collect::<Vec<_>>());
        assert_eq!(jar.len(), 1);
        let set = removals(&headers(&jar));
        keep(&mut jar, &set);
        assert_eq!(jar, []);
    }

    #[test]
    fn the_longest_way_back_fits_into_a_cookie() {
        for sign in ('!'..='~').map(String::from) {
            let back = format!("/{}", sign.repeat(LONGEST - 1));
            let Some(back) = ReturnPath::new(&back) else { continue };
            let attempt = Attempt {
                back: back.as_str().to_owned(),
                ..attempt(1, 1000)
            };
            let set = attempt.cookies(&keys(), &HeaderMap::new());
            let pair = set[0].to_str().unwrap().split(';').next().unwrap();
            // Of name and value together browsers keep so many bytes, and of more than these nothing.
            assert!(pair.len() <= 4096, "{} bytes with {sign}", pair.len());
        }
    }

    #[test]
    fn five_at_most_and_the_oldest_give_way() {
        let mut jar = vec![(format!("{PREFIX}0000000000000000"), "nonsense".to_owned())];
        for number in 1..=9 {
            let attempt = attempt(number, 1000 + u64::from(number));
            let set = attempt.cookies(&keys(), &headers(&jar));
            keep(&mut jar, &set);
        }
        let kept: Vec<bool> = (1..=9)
            .map(|number| Attempt::of(&headers(&jar), &keys(), &attempt(number, 0).state, at(1010)).is_some())
            .collect();
        assert_eq!(kept, [false, false, false, false, true, true, true, true, true]);
        assert_eq!(jar.len(), MOST);
    }
}
