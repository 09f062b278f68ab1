//! What the address of a feed holds, and how it is sealed: as sessions are, in letters that need no escape.

use crate::auth::principal::Principal;
use crate::auth::sealed::SealingKeys;
use crate::clock::at_unix_seconds;
use serde::{Deserialize, Serialize};
use sign::Secret;
use std::time::{SystemTime, UNIX_EPOCH};

/// What addresses are sealed for: nothing that was sealed for another purpose opens as one.
const PURPOSE: &str = "signalbox-feed";

/// The longest sealed part of an address, in letters. Fronts commonly take 8 KiB for a request's first line, calendar programs some of them less.
const LONGEST: usize = 4096;

/// The longest shown name, in characters.
const NAME: usize = 80;

/// Whose feed it is where nobody signs in.
const EVERYONE: &str = "everyone";

/// A feed, as its address holds it. The names of the members are short because the address is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// Random; tells it from every other feed.
    #[serde(rename = "i")]
    pub id: String,
    /// Who made it; none where nobody signs in.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub maker: Option<Maker>,
    /// The table.
    #[serde(rename = "t")]
    pub table: String,
    /// The query string of the table's export, without `?`.
    #[serde(rename = "q")]
    pub query: String,
    /// When it was made, in seconds since 1970.
    #[serde(rename = "b")]
    made: u64,
    /// From when on it is no longer taken, in seconds since 1970.
    #[serde(rename = "e")]
    end: u64,
}

/// Who made a feed, as they had been identified then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maker {
    /// Who vouched for them.
    #[serde(rename = "o")]
    pub issuer: String,
    #[serde(rename = "s")]
    subject: String,
    #[serde(rename = "n")]
    name: String,
    #[serde(rename = "u")]
    users: Vec<String>,
    /// Those alone that some grant named.
    #[serde(rename = "g")]
    groups: Vec<String>,
}

impl From<&Principal> for Maker {
    fn from(principal: &Principal) -> Self {
        Self {
            issuer: principal.issuer.clone(),
            subject: principal.subject.clone(),
            name: principal.name.chars().take(NAME).collect(),
            users: principal.users.clone(),
            groups: principal.groups.clone(),
        }
    }
}

impl Maker {
    /// As the grants know them.
    #[must_use]
    pub fn principal(&self) -> Principal {
        Principal {
            issuer: self.issuer.clone(),
            subject: self.subject.clone(),
            name: self.name.clone(),
            users: self.users.clone(),
            groups: self.groups.clone(),
            expires: None,
        }
    }
}

/// Tells makers apart, without telling who they are.
#[must_use]
pub fn id(maker: Option<&Principal>) -> String {
    maker.map_or_else(|| EVERYONE.to_owned(), Principal::id)
}

impl Feed {
    /// A feed of a table's export.
    #[must_use]
    pub fn new(
        id: String,
        maker: Option<&Principal>,
        table: &str,
        query: &str,
        made: SystemTime,
        end: SystemTime,
    ) -> Self {
        let seconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self {
            id,
            maker: maker.map(Maker::from),
            table: table.to_owned(),
            query: query.to_owned(),
            made: seconds(made),
            end: seconds(end),
        }
    }

    /// As the list knows its maker.
    #[must_use]
    pub fn maker_id(&self) -> String {
        id(self.maker.as_ref().map(Maker::principal).as_ref())
    }

    /// The name of its maker; none where nobody signs in.
    #[must_use]
    pub fn maker_name(&self) -> Option<&str> {
        self.maker.as_ref().map(|maker| maker.name.as_str())
    }

    /// When it was made.
    #[must_use]
    pub fn made(&self) -> SystemTime {
        at_unix_seconds(self.made)
    }

    /// From when on it is no longer taken.
    #[must_use]
    pub fn end(&self) -> SystemTime {
        at_unix_seconds(self.end)
    }

    /// The sealed part of its address, one segment of a path; none where that is too long.
    #[must_use]
    pub fn seal(&self, keys: &SealingKeys) -> Option<Secret> {
        let text = serde_json::to_string(self).ok()?;
        let sealed = keys.seal(PURPOSE, &text);
        let sealed = sealed.trim_end_matches('=').replace('+', "-").replace('/', "_");
        (!sealed.is_empty() && sealed.len() <= LONGEST).then(|| Secret::new(sealed))
    }

    /// The feed whose address has this sealed part; none where no key of ours has sealed it, or a letter is another.
    #[must_use]
    pub fn open(keys: &SealingKeys, sealed: &str) -> Option<Self> {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if sealed.len() > LONGEST || !sealed.bytes().all(letter) {
            return None;
        }
        let mut sealed = sealed.replace('-', "+").replace('_', "/");
        while !sealed.len().is_multiple_of(4) {
            sealed.push('=');
        }
        serde_json::from_str(&keys.open(PURPOSE, &sealed)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::entry::Entry;
    use proptest::prelude::*;
    use std::time::Duration;

    fn keys(firsts: &[u8]) -> SealingKeys {
        let keys: Vec<Vec<u8>> = firsts.iter().map(|&first| vec![first; 64]).collect();
        SealingKeys::new(&keys).unwrap()
    }

    fn principal(subject: &str, groups: &[String]) -> Principal {
        Principal {
            issuer: "https://idp.example.com".to_owned(),
            subject: subject.to_owned(),
            name: "林晓雨".to_owned(),
            users: vec!["lin@example.com".to_owned()],
            groups: groups.to_vec(),
            expires: Some(UNIX_EPOCH),
        }
    }

    fn feed(maker: Option<&Principal>, query: &str) -> Feed {
        let made = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        Feed::new(
            "00ff".to_owned(),
            maker,
            "plans",
            query,
            made,
            made + Duration::from_secs(60),
        )
    }

    #[test]
    fn all_keys_open_and_nothing_that_was_sealed_for_another_purpose_does() {
        let feed = feed(None, "phase=scheduled");
        let old = feed.seal(&keys(&[1])).unwrap();
        assert_eq!(Feed::open(&keys(&[2, 1]), old.expose()).as_ref(), Some(&feed));
        assert_eq!(Feed::open(&keys(&[2]), old.expose()), None);
        let text = serde_json::to_string(&feed).unwrap();
        let session = keys(&[1]).seal("__Host-signalbox-session", &text);
        let session = session.trim_end_matches('=').replace('+', "-").replace('/', "_");
        assert_eq!(Feed::open(&keys(&[1]), &session), None);
        // As cookies have it, with other letters for two and a filling.
        let as_cookie = keys(&[1]).seal(PURPOSE, &text);
        assert!(as_cookie.ends_with('='));
        assert_eq!(Feed::open(&keys(&[1]), &as_cookie), None);
    }

    #[test]
    fn an_address_has_a_longest_length() {
        let keys = keys(&[1]);
        let usual = principal("8f3c2a", &["platform".to_owned()]);
        let usual = feed(Some(&usual), "phase=scheduled&tz=Asia/Shanghai&lang=zh").seal(&keys);
        assert!(usual.unwrap().expose().len() < 500);
        let long = feed(None, &"a".repeat(LONGEST)).seal(&keys);
        assert!(long.is_none());
        assert_eq!(Feed::open(&keys, &"A".repeat(LONGEST + 4)), None);
    }

    #[test]
    fn a_maker_is_known_again_whatever_their_groups_are() {
        let one = principal("1", &[]);
        let same = principal("1", &["sre".to_owned()]);
        assert_eq!(feed(Some(&one), "").maker_id(), id(Some(&same)));
        assert_ne!(id(Some(&one)), id(Some(&principal("2", &[]))));
        assert_eq!(feed(None, "").maker_id(), id(None));
    }

    #[test]
    fn times_that_no_clock_shows_harm_nobody() {
        for seconds in [1 << 40, 1 << 53, u64::MAX] {
            let mut feed = feed(None, "");
            (feed.made, feed.end) = (seconds, seconds);
            let sealed = feed.seal(&keys(&[1])).unwrap();
            let opened = Feed::open(&keys(&[1]), sealed.expose()).unwrap();
            assert_eq!(opened, feed);
            let entry = Entry::new(&opened, "ics");
            assert_eq!([entry.made, entry.expires], ["9999-12-31T23:59:59Z"; 2]);
        }
    }

    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    proptest! {
        #[test]
        fn what_was_sealed_comes_back_and_no_letter_can_be_changed(
            subject in "\\PC{0,20}",
            groups in proptest::collection::vec("\\PC{0,12}", 0..4),
            query in "\\PC{0,200}",
            at in any::<proptest::sample::Index>(),
            other in any::<proptest::sample::Index>(),
        ) {
            let (keys, maker) = (keys(&[1]), principal(&subject, &groups));
            let feed = feed(Some(&maker), &query);
            let sealed = feed.seal(&keys).unwrap();
            let sealed = sealed.expose();
            let opened = Feed::open(&keys, sealed).unwrap();
            prop_assert_eq!(&opened, &feed);
            let back = opened.maker.unwrap().principal();
            prop_assert_eq!((back.id(), &back.users, &back.groups), (maker.id(), &maker.users, &maker.groups));
            prop_assert!(sealed.bytes().all(|letter| LETTERS.contains(&letter)));
            let mut changed = sealed.as_bytes().to_vec();
            let at = at.index(changed.len());
            changed[at] = LETTERS[other.index(LETTERS.len())];
            let changed = String::from_utf8(changed).unwrap();
            prop_assert_eq!(Feed::open(&keys, &changed).is_some(), changed == sealed);
            prop_assert_eq!(Feed::open(&keys, &sealed[..at]), None);
            prop_assert_eq!(Feed::open(&keys, &[sealed, "A"].concat()), None);
        }

        #[test]
        fn nonsense_opens_nothing(sealed in "\\PC{0,200}", letters in "[A-Za-z0-9_-]{0,200}") {
            prop_assert_eq!(Feed::open(&keys(&[1]), &sealed), None);
            prop_assert_eq!(Feed::open(&keys(&[1]), &letters), None);
        }
    }
}
