//! Tokens for scripts: `Authorization: Bearer sbx_…`.
//!
//! The configuration holds the SHA-256 of each and never the token. A token's secret has 256 random bits, so there is nothing to try out, and the slow
//! hashes that passwords need would only slow every request. The prefix and the checksum at the end let secret scanners find tokens that got out, and
//! tell one that was mistyped from one that is unknown.

use super::principal::{Principal, Refusal};
use crate::clock::rfc3339;
use http::header::{AUTHORIZATION, HeaderMap};
use sha2::{Digest, Sha256};
use sign::Secret;
use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;
use subtle::ConstantTimeEq;

/// What every token begins with.
pub const PREFIX: &str = "sbx_";
/// Letters of the secret: 62 to this power is just more than 256 bits hold.
const SECRET: usize = 43;
/// Letters of the checksum.
const CHECKSUM: usize = 6;

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Makes the text of a token from random bytes.
#[must_use]
pub fn token(mut random: [u8; 32]) -> Secret {
    let mut text = String::with_capacity(PREFIX.len() + SECRET + CHECKSUM);
    text.push_str(PREFIX);
    for _ in 0..SECRET {
        // The bytes are a large number, which is divided by 62 in place.
        let rest = random.iter_mut().fold(0, |rest, byte| {
            let dividend = rest << 8 | u16::from(*byte);
            *byte = (dividend / 62) as u8;
            dividend % 62
        });
        text.push(letter(u32::from(rest)));
    }
    let sum = checksum(text.as_bytes());
    text.extend(sum);
    Secret::new(text)
}

fn letter(digit: u32) -> char {
    LETTERS[(digit % 62) as usize].into()
}

/// As GitHub's tokens have it: a CRC-32 in the same letters.
fn checksum(bytes: &[u8]) -> [char; CHECKSUM] {
    let crc = !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 }
        })
    });
    let mut left = crc;
    [(); CHECKSUM].map(|()| {
        let digit = letter(left);
        left /= 62;
        digit
    })
}

/// Whether a text is a token, whole and as it was made.
#[must_use]
pub fn is_whole(text: &str) -> bool {
    let split = PREFIX.len() + SECRET;
    let fits = text.len() == split + CHECKSUM && text.starts_with(PREFIX) && text.is_ascii();
    fits && text.split_at(split).1.chars().eq(checksum(&text.as_bytes()[..split]))
}

/// What the configuration keeps of a token.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// Of a token's text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text).into())
    }
}

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", hex::encode(self.0))
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for TokenHash {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with(PREFIX) {
            return Err("is a token; only its hash belongs here, and this token should no longer be used".to_owned());
        }
        let mut hash = [0; 32];
        let digits = text.strip_prefix("sha256:").unwrap_or_default();
        hex::decode_to_slice(digits, &mut hash).map_err(|_| {
            format!("{text:?} is not \"sha256:\" and 64 hexadecimal digits, as `signalbox token new` prints it")
        })?;
        Ok(Self(hash))
    }
}

/// One `[[token]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// What it is called in the log.
    pub name: String,
    /// Who answers for it.
    pub owner: String,
    /// The groups whose grants it has. Where there are none, it has the grants that name its owner.
    pub groups: Vec<String>,
    /// Of its text.
    pub hash: TokenHash,
    /// From then on it is no longer taken.
    pub expires: SystemTime,
}

/// All tokens of a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiTokens(Vec<ApiToken>);

impl FromIterator<ApiToken> for ApiTokens {
    fn from_iter<I: IntoIterator<Item = ApiToken>>(tokens: I) -> Self {
        Self(tokens.into_iter().collect())
    }
}

impl ApiTokens {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whose token a request brings; none where it brings none. Other authorizations are none of ours: fronts send some along.
    ///
    /// # Errors
    /// It brings a token that is not taken.
    pub fn identify(&self, headers: &HeaderMap, now: SystemTime) -> Result<Option<Principal>, Refusal> {
        let Some(text) = brought(headers)? else {
            return Ok(None);
        };
        if !is_whole(text) {
            return Err(Refusal::unproven(
                "the token is mistyped or cut off: its checksum is wrong",
            ));
        }
        let hash = TokenHash::of(text);
        // All are compared, and each to its end: how long that takes tells nothing.
        let same = |token: &&ApiToken| bool::from(token.hash.0.ct_eq(&hash.0));
        let found: Vec<&ApiToken> = self.0.iter().filter(same).collect();
        let Some(token) = found.first() else {
            return Err(Refusal::unproven(format!("there is no [[token]] with hash {hash}")));
        };
        if token.expires <= now {
            return Err(Refusal::unproven(format!(
                "the token {:?} of {:?} has ended at {}",
                token.name,
                token.owner,
                rfc3339(token.expires)
            )));
        }
        Ok(Some(token.principal()))
    }
}

impl ApiToken {
    fn principal(&self) -> Principal {
        let by_owner = self.groups.is_empty().then(|| self.owner.clone());
        Principal {
            issuer: "token".to_owned(),
            subject: self.name.clone(),
            name: self.owner.clone(),
            users: by_owner.into_iter().collect(),
            groups: self.groups.clone(),
            expires: Some(self.expires),
        }
    }
}

/// The token that a request brings.
fn brought(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let tokens = || {
        headers
            .get_all(AUTHORIZATION)
            .iter()
            .filter_map(|value| bearer(value.to_str().ok()?))
    };
    match tokens().next() {
        Some(_) if headers.get_all(AUTHORIZATION).iter().count() > 1 => {
            Err(Refusal::forged("a token came beside another authorization"))
        }
        token => Ok(token),
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, text) = value.split_once(' ')?;
    let text = text.trim();
    (scheme.eq_ignore_ascii_case("bearer") && text.starts_with(PREFIX)).then_some(text)
}

/// Whether a request brings a token, good or not.
#[must_use]
pub fn is_brought(headers: &HeaderMap) -> bool {
    !matches!(brought(headers), Ok(None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::StatusCode;
    use proptest::prelude::*;
    use std::time::{Duration, UNIX_EPOCH};

    const NOW: SystemTime = UNIX_EPOCH;

    fn tokens(text: &str) -> ApiTokens {
        let token = |name: &str, text: &str, groups: &[&str]| ApiToken {
            name: name.to_owned(),
            owner: "ann@example.com".to_owned(),
            groups: groups.iter().map(|&group| group.to_owned()).collect(),
            hash: TokenHash::of(text),
            expires: NOW + Duration::from_secs(60),
        };
        let other = super::token([7; 32]);
        [token("other", other.expose(), &["sre"]), token("nightly", text, &[])]
            .into_iter()
            .collect()
    }

    fn ask(tokens: &ApiTokens, values: &[&str], now: SystemTime) -> Result<Option<Principal>, Refusal> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, value.parse().unwrap());
        }
        assert_eq!(
            is_brought(&headers),
            !matches!(tokens.identify(&headers, now), Ok(None))
        );
        tokens.identify(&headers, now)
    }

    #[test]
    fn a_token_is_its_owners_or_has_its_own_groups_until_it_ends() {
        let text = token([1; 32]);
        let (tokens, text) = (tokens(text.expose()), text.expose());
        let value = format!("Bearer {text}");
        let principal = ask(&tokens, &[&value], NOW).unwrap().unwrap();
        assert_eq!(
            (principal.subject.as_str(), principal.name.as_str()),
            ("nightly", "ann@example.com")
        );
        assert_eq!(
            (principal.users, principal.groups),
            (vec!["ann@example.com".to_owned()], vec![])
        );
        assert_eq!(principal.expires, Some(NOW + Duration::from_secs(60)));
        let other = format!("bearer  {} ", token([7; 32]).expose());
        let principal = ask(&tokens, &[&other], NOW).unwrap().unwrap();
        assert_eq!((principal.users, principal.groups), (vec![], vec!["sre".to_owned()]));

        let ended = ask(&tokens, &[&value], NOW + Duration::from_secs(60)).unwrap_err();
        assert_eq!(ended.status, StatusCode::UNAUTHORIZED);
        assert!(
            ended.reason.contains("\"nightly\"") && !ended.reason.contains(text),
            "{ended}"
        );
    }

    #[test]
    fn what_is_no_token_of_ours_is_none_and_what_is_a_wrong_one_is_refused() {
        let text = token([1; 32]);
        let (tokens, text) = (tokens(text.expose()), text.expose());
        for foreign in [
            "Basic c2J4Xw==",
            "Bearer eyJhbGciOiJSUzI1NiJ9.e30.x",
            "Bearer",
            "sbx_",
            text,
        ] {
            assert_eq!(ask(&tokens, &[foreign], NOW), Ok(None), "{foreign}");
        }
        assert_eq!(ask(&tokens, &[], NOW), Ok(None));
        let unknown = token([2; 32]);
        let refused = ask(&tokens, &[&format!("Bearer {}", unknown.expose())], NOW).unwrap_err();
        assert!(
            refused.reason.contains(&TokenHash::of(unknown.expose()).to_string()),
            "{refused}"
        );
        let cut = &text[..text.len() - 1];
        for wrong in [
            cut,
            "sbx_",
            &format!("{text}0"),
            &text.to_uppercase().replace("SBX_", "sbx_"),
        ] {
            let refused = ask(&tokens, &[&format!("Bearer {wrong}")], NOW).unwrap_err();
            assert!(refused.reason.contains("checksum"), "{wrong}: {refused}");
        }
        let good = format!("Bearer {text}");
        for other in [&good, "Basic eA=="] {
            let refused = ask(&tokens, &[&good, other], NOW).unwrap_err();
            assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        }
    }

    #[test]
    fn the_form_of_tokens_never_changes() {
        assert_eq!(
            checksum(b"123456789").iter().collect::<String>(),
            in_letters(0xcbf4_3926)
        );
        let text = token([0; 32]);
        assert_eq!(&text.expose()[..47], "sbx_0000000000000000000000000000000000000000000");
        assert_eq!(token([255; 32]).expose().len(), 53);
        // Computed elsewhere: no bit of the secret is lost.
        let counted = std::array::from_fn(|at| at as u8 + 1);
        assert_eq!(
            token(counted).expose(),
            "sbx_onqEdg8bm4QqWagKlFSNsr5ym00MWVtw8c4G112hoE05oP1M4"
        );
        assert_eq!(
            token([255; 32]).expose(),
            "sbx_1pX8wOr5j2ACunjH7GLL8mWZWHmY1LA1ZO6AdwksjhywzNWd1"
        );
        assert!("sha256:ab".parse::<TokenHash>().is_err());
        let told = text.expose().parse::<TokenHash>().unwrap_err();
        assert!(
            !told.contains(text.expose()),
            "a token in the wrong place is not written to the log"
        );
        let hash = TokenHash::of(text.expose());
        assert_eq!(hash.to_string().parse(), Ok(hash));
    }

    fn in_letters(mut number: u32) -> String {
        let digits = (0..CHECKSUM).map(|_| {
            let digit = letter(number);
            number /= 62;
            digit
        });
        digits.collect()
    }

    proptest! {
        #[test]
        fn tokens_differ_as_their_bytes_and_no_letter_of_one_can_be_changed(
            one: [u8; 32],
            other: [u8; 32],
            at in 0_usize..53,
            sign in "[0-9A-Za-z_]",
        ) {
            let (text, another) = (token(one), token(other));
            prop_assert!(is_whole(text.expose()));
            prop_assert_eq!(one == other, text.expose() == another.expose());
            let mut changed = text.expose().to_owned();
            changed.replace_range(at..=at, &sign);
            prop_assert_eq!(is_whole(&changed), changed == text.expose());
        }

        #[test]
        fn no_text_is_a_token_by_chance(text in "\\PC{0,60}") {
            prop_assert!(!is_whole(&text));
            let with_prefix = format!("sbx_{text}");
            prop_assert!(!is_whole(&with_prefix));
        }
    }
}
