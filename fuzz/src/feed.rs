//! The addresses of feeds: what anybody may ask for, and what lies sealed inside.

use super::query::asked;
use super::world::choice;
use http::StatusCode;
use signalbox::auth::sealed::SealingKeys;
use signalbox::feeds::address::Feed;
use std::sync::LazyLock;
use std::time::SystemTime;

static KEYS: LazyLock<SealingKeys> = LazyLock::new(|| {
    let keys = [vec![1; 64], vec![2; 64]];
    SealingKeys::new(&keys).unwrap_or_else(SealingKeys::of_this_process)
});

/// `0` the sealed part of an address, `1` the text of a feed, `2` a path behind `/feed/` as it is sent; whether it is one.
pub fn run(data: &[u8]) -> bool {
    match choice(data, 3) {
        Some((0, sealed)) => std::str::from_utf8(sealed).is_ok_and(|sealed| opened(sealed).is_some()),
        Some((1, text)) => {
            let sealed = KEYS.seal("signalbox-feed", &String::from_utf8_lossy(text));
            let sealed = sealed.trim_end_matches('=').replace('+', "-").replace('/', "_");
            opened(&sealed).is_some()
        }
        Some((_, path)) => sent(path),
        None => false,
    }
}

/// What opens is a feed that can be sealed again, if it is not too long, and is then the same.
fn opened(sealed: &str) -> Option<Feed> {
    let feed = Feed::open(&KEYS, sealed)?;
    assert!(feed.end() >= SystemTime::UNIX_EPOCH && feed.made() >= SystemTime::UNIX_EPOCH);
    assert!(!feed.maker_id().is_empty());
    if let Some(maker) = &feed.maker {
        assert_eq!(feed.maker_id(), maker.principal().id());
    }
    if let Some(again) = feed.seal(&KEYS) {
        assert_eq!(Feed::open(&KEYS, again.expose()).as_ref(), Some(&feed));
        assert!(
            again
                .expose()
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        );
    }
    Some(feed)
}

/// Nothing that somebody makes up opens a feed.
fn sent(path: &[u8]) -> bool {
    let Some((status, headers, body)) = asked("/feed/", path) else {
        return false;
    };
    assert_ne!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&body));
    assert!(!status.is_server_error(), "{status}");
    assert!(!headers.contains_key("content-disposition"));
    false
}
