//! How what lies in the store is sealed and named.
//!
//! AES-256-GCM ([NIST SP 800-38D](https://csrc.nist.gov/pubs/sp/800/38/d/final)) with keys that are derived by HKDF
//! ([RFC 5869](https://www.rfc-editor.org/rfc/rfc5869)), and with the place as associated data: what is moved to another place does not open.

use crate::clock::Ambient;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::{digest, hkdf, hmac};
use std::fmt;
use std::sync::Arc;

/// The first byte of what is sealed: how it is.
const FORM: u8 = 1;

/// The bytes of a name.
const NAME: usize = 16;

/// The keys: the first seals and names, all open.
#[derive(Clone)]
pub struct StoreKeys(Arc<[Key]>);

struct Key {
    seals: LessSafeKey,
    names: hmac::Key,
}

impl fmt::Debug for StoreKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreKeys({})", self.0.len())
    }
}

impl StoreKeys {
    /// Derived from secrets that nobody can guess; none without one.
    #[must_use]
    pub fn of<'a>(secrets: impl IntoIterator<Item = &'a [u8]>) -> Option<Self> {
        let keys: Option<Arc<[Key]>> = secrets.into_iter().map(Key::of).collect();
        keys.filter(|keys| !keys.is_empty()).map(Self)
    }

    /// Seals something for a place.
    pub(super) fn seal(&self, place: &str, content: &[u8], ambient: &Ambient) -> Option<Vec<u8>> {
        let key = &self.0.first()?.seals;
        let random = ambient.secret_bytes();
        let nonce = random.first_chunk::<NONCE_LEN>()?;
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + content.len() + AES_256_GCM.tag_len());
        sealed.push(FORM);
        sealed.extend(nonce);
        let mut text = content.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        key.seal_in_place_append_tag(nonce, Aad::from(place.as_bytes()), &mut text)
            .ok()?;
        sealed.append(&mut text);
        Some(sealed)
    }

    /// What was sealed for a place with one of the keys.
    pub(super) fn open(&self, place: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let rest = sealed.strip_prefix(&[FORM])?;
        let (nonce, text) = rest.split_first_chunk::<NONCE_LEN>()?;
        self.0.iter().find_map(|key| {
            let mut text = text.to_vec();
            let nonce = Nonce::assume_unique_for_key(*nonce);
            let opened = key
                .seals
                .open_in_place(nonce, Aad::from(place.as_bytes()), &mut text)
                .ok()?;
            Some(opened.to_vec())
        })
    }

    /// A name for these parts, in hexadecimal digits. It tells nothing of them, not even to who tries all that they may be.
    pub(super) fn name(&self, kind: &str, parts: &[&[u8]]) -> String {
        let Some(key) = self.0.first() else {
            return String::new();
        };
        let mut name = hmac::Context::with_key(&key.names);
        // With their lengths, so that no two lists of parts are one text.
        for part in [&[kind.as_bytes()], parts].concat() {
            name.update(&(part.len() as u64).to_be_bytes());
            name.update(part);
        }
        hex::encode(&name.sign().as_ref()[..NAME])
    }
}

impl Key {
    fn of(secret: &[u8]) -> Option<Self> {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"signalbox store 1");
        let secret = salt.extract(secret);
        let derived = |purpose: &[u8]| {
            let mut bytes = [0; 32];
            let purpose = [purpose];
            let expanded = secret.expand(&purpose, hkdf::HKDF_SHA256).ok()?;
            expanded.fill(&mut bytes).ok()?;
            Some(bytes)
        };
        let seals = UnboundKey::new(&AES_256_GCM, &derived(b"seal")?).ok()?;
        Some(Self {
            seals: LessSafeKey::new(seals),
            names: hmac::Key::new(hmac::HMAC_SHA256, &derived(b"name")?),
        })
    }
}

/// What tells a text from others, without telling it to who does not know it. Not by a key: it must stay while keys are exchanged.
pub(super) fn fingerprint(text: &str) -> String {
    hex::encode(&digest::digest(&digest::SHA256, text.as_bytes()).as_ref()[..8])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys(firsts: &[u8]) -> StoreKeys {
        let secrets: Vec<_> = firsts.iter().map(|&first| [first; 64]).collect();
        StoreKeys::of(secrets.iter().map(|secret| &secret[..])).unwrap()
    }

    #[test]
    fn the_first_key_seals_and_all_open() {
        let ambient = Ambient::real();
        let old = keys(&[1]).seal("p", b"text", &ambient).unwrap();
        assert_eq!(keys(&[2, 1]).open("p", &old).as_deref(), Some(&b"text"[..]));
        let new = keys(&[2, 1]).seal("p", b"text", &ambient).unwrap();
        assert_eq!(keys(&[1]).open("p", &new), None);
        assert_ne!(
            keys(&[2]).seal("p", b"text", &ambient).unwrap(),
            new,
            "no two are the same"
        );
        assert!(StoreKeys::of([]).is_none());
        assert_eq!(format!("{:?}", keys(&[7, 8])), "StoreKeys(2)");
    }

    #[test]
    fn names_go_by_the_key_and_by_each_part() {
        let name = |keys: &StoreKeys, parts: &[&str]| {
            let parts: Vec<_> = parts.iter().map(|part| part.as_bytes()).collect();
            keys.name("list", &parts)
        };
        let one = keys(&[1]);
        let names = [
            name(&one, &["a", "b"]),
            name(&one, &["ab"]),
            name(&one, &["", "ab"]),
            name(&one, &["b", "a"]),
            name(&keys(&[2]), &["a", "b"]),
            one.name("lis", &[b"ta", b"b"]),
        ];
        for (at, name) in names.iter().enumerate() {
            assert_eq!(name.len(), 2 * NAME);
            assert!(!names[..at].contains(name), "{at}");
        }
        assert_eq!(name(&keys(&[1, 2]), &["a", "b"]), names[0]);
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_at_its_place_only(content in proptest::collection::vec(any::<u8>(), 0..200), place in "[a-z:]{0,8}", other in "[a-z:]{0,8}") {
            let keys = keys(&[1]);
            let sealed = keys.seal(&place, &content, &Ambient::real()).unwrap();
            prop_assert_eq!(keys.open(&place, &sealed), Some(content));
            prop_assert_eq!(keys.open(&other, &sealed).is_some(), place == other);
        }

        #[test]
        fn what_was_changed_or_cut_does_not_open(content in proptest::collection::vec(any::<u8>(), 0..60), at in 0usize..200, bit in 0u8..8) {
            let keys = keys(&[1]);
            let mut sealed = keys.seal("p", &content, &Ambient::real()).unwrap();
            let at = at % sealed.len();
            prop_assert_eq!(keys.open("p", &sealed[..at]), None);
            sealed[at] ^= 1 << bit;
            prop_assert_eq!(keys.open("p", &sealed), None);
        }

        #[test]
        fn nonsense_does_not_open(sealed in proptest::collection::vec(any::<u8>(), 0..100)) {
            prop_assert_eq!(keys(&[1]).open("p", &sealed), None);
        }
    }
}
