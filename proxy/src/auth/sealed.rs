//! Text that only this program and its replicas can read or make: AES-256-GCM with the purpose as associated data, so that what was sealed for one
//! purpose never opens for another. The sealing itself is that of the `cookie` crate's private jar.

use crate::store::StoreKeys;
use cookie::{Cookie, CookieJar, Key};
use std::fmt;

/// The keys: the first seals, all open. Replacing keys without signing everybody out: put the new one first, and take the old one out when nothing
/// that it sealed lives any more.
#[derive(Clone)]
pub struct SealingKeys(Vec<Key>);

impl fmt::Debug for SealingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKeys({})", self.0.len())
    }
}

/// There must be at least so many bytes in a key.
pub const KEY_BYTES: usize = 64;

impl SealingKeys {
    /// Keys of at least [`KEY_BYTES`] bytes each; none when there is no key, or one is shorter.
    #[must_use]
    pub fn new(keys: &[Vec<u8>]) -> Option<Self> {
        let keys: Vec<Key> = keys
            .iter()
            .map(|key| Key::try_from(key.as_slice()).ok())
            .collect::<Option<_>>()?;
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// Keys for what replicas share, which are derived from these.
    #[must_use]
    pub fn for_the_store(&self) -> Option<StoreKeys> {
        StoreKeys::of(self.0.iter().map(Key::master))
    }

    /// A key that nobody else has, for one process.
    #[must_use]
    pub fn of_this_process() -> Self {
        Self(vec![Key::generate()])
    }

    /// Seals a text for a purpose: the letters of Base64.
    #[must_use]
    pub fn seal(&self, purpose: &str, text: &str) -> String {
        let mut jar = CookieJar::new();
        if let Some(key) = self.0.first() {
            jar.private_mut(key)
                .add(Cookie::new(purpose.to_owned(), text.to_owned()));
        }
        jar.get(purpose)
            .map(|sealed| sealed.value().to_owned())
            .unwrap_or_default()
    }

    /// The text that was sealed for this purpose with one of the keys.
    #[must_use]
    pub fn open(&self, purpose: &str, sealed: &str) -> Option<String> {
        let jar = CookieJar::new();
        let cookie = Cookie::new(purpose.to_owned(), sealed.to_owned());
        let opened = self.0.iter().find_map(|key| jar.private(key).decrypt(cookie.clone()));
        opened.map(|cookie| cookie.value().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys(firsts: &[u8]) -> SealingKeys {
        let keys: Vec<Vec<u8>> = firsts.iter().map(|&first| vec![first; KEY_BYTES]).collect();
        SealingKeys::new(&keys).unwrap()
    }

    #[test]
    fn the_first_key_seals_and_all_open() {
        let old = keys(&[1]).seal("session", "text");
        assert_eq!(keys(&[2, 1]).open("session", &old).as_deref(), Some("text"));
        let new = keys(&[2, 1]).seal("session", "text");
        assert_eq!(keys(&[2]).open("session", &new).as_deref(), Some("text"));
        assert_eq!(keys(&[1]).open("session", &new), None);
        assert_ne!(keys(&[2]).seal("session", "text"), new, "no two are the same");
    }

    #[test]
    fn keys_that_are_too_short_are_none() {
        assert!(SealingKeys::new(&[]).is_none());
        assert!(SealingKeys::new(&[vec![1; KEY_BYTES], vec![1; KEY_BYTES - 1]]).is_none());
        assert_eq!(format!("{:?}", keys(&[7, 8])), "SealingKeys(2)");
    }

    /// Of Base64, in the order of their values.
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    proptest! {
        #[test]
        fn what_was_sealed_opens_for_its_purpose_only(text in ".{0,80}", purpose in "[a-z]{1,8}", other in "[a-z]{1,8}") {
            let keys = keys(&[1]);
            let sealed = keys.seal(&purpose, &text);
            prop_assert_eq!(keys.open(&purpose, &sealed), Some(text));
            prop_assert_eq!(keys.open(&other, &sealed).is_some(), purpose == other);
        }

        #[test]
        fn what_was_changed_does_not_open(text in ".{0,40}", at in 0usize..400, bit in 0u8..6) {
            let keys = keys(&[1]);
            let mut sealed = keys.seal("session", &text).into_bytes();
            let at = at % sealed.len();
            if let Some(value) = LETTERS.iter().position(|&letter| letter == sealed[at]) {
                sealed[at] = LETTERS[value ^ (1 << bit)];
                prop_assert_eq!(keys.open("session", std::str::from_utf8(&sealed).unwrap()), None);
            }
        }

        #[test]
        fn nonsense_does_not_open(sealed in ".{0,200}") {
            prop_assert_eq!(keys(&[1]).open("session", &sealed), None);
        }
    }
}
