use super::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

const BEGIN: u64 = 1_800_000_000;
const DAY: u64 = 24 * 3600;

/// Feeds, and by how many seconds their clock is ahead.
fn feeds(change: impl FnOnce(&mut Settings)) -> (Feeds, Arc<AtomicU64>) {
    let ahead: Arc<AtomicU64> = Arc::default();
    let mut settings = Settings {
        max_age: LONGEST_LIFE,
        keys: SealingKeys::new(&[vec![1; 64]]).unwrap(),
        file: None,
    };
    change(&mut settings);
    let now = {
        let ahead = Arc::clone(&ahead);
        move || UNIX_EPOCH + Duration::from_secs(BEGIN + ahead.load(Ordering::Relaxed))
    };
    (Feeds::new(settings, Ambient::new(now, || 0.5, || 1)), ahead)
}

fn somebody(subject: &str) -> Principal {
    Principal {
        issuer: "https://idp.example.com".to_owned(),
        subject: subject.to_owned(),
        name: subject.to_owned(),
        users: vec![format!("{subject}@example.com")],
        groups: vec!["sre".to_owned()],
        expires: Some(SystemTime::now()),
    }
}

fn made(feeds: &Feeds, maker: &str) -> Made {
    let maker = somebody(maker);
    feeds
        .make(Some(&maker), "plans", "phase=scheduled&start=now..7d", "ics")
        .unwrap()
}

#[test]
fn a_feed_holds_its_view_and_its_maker_until_its_end() {
    let (feeds, ahead) = feeds(|_| ());
    let Made { entry, sealed } = made(&feeds, "ann");
    assert_eq!(entry.view, "/plans?phase=scheduled&start=now..7d");
    assert_eq!(entry.name, "ann", "who looks through the list finds whose it is");
    assert_eq!(
        (entry.made.as_str(), entry.expires.as_str()),
        ("2027-01-15T08:00:00Z", "2027-04-15T08:00:00Z")
    );
    let feed = feeds.open(sealed.expose()).unwrap();
    assert_eq!(
        (feed.table.as_str(), feed.query.as_str()),
        ("plans", "phase=scheduled&start=now..7d"),
        "a relative time stays one"
    );
    let maker = feed.maker.as_ref().unwrap().principal();
    let expected = Principal {
        expires: None,
        ..somebody("ann")
    };
    assert_eq!(maker, expected);
    ahead.store(90 * DAY - 1, Ordering::Relaxed);
    assert!(feeds.open(sealed.expose()).is_ok());
    ahead.store(90 * DAY, Ordering::Relaxed);
    assert!(matches!(feeds.open(sealed.expose()), Err(FeedError::Over(_))));
    assert_eq!(feeds.of(Some(&somebody("ann"))).unwrap(), []);
}

#[test]
fn no_configuration_lets_a_feed_live_longer_and_a_shorter_life_counts_at_once() {
    let (long, _) = feeds(|settings| settings.max_age = LONGEST_LIFE * 4);
    assert_eq!(made(&long, "ann").entry.expires, "2027-04-15T08:00:00Z");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feeds.json");
    let (before, _) = feeds(|settings| settings.file = Some(file.clone()));
    let sealed = made(&before, "ann").sealed;
    let (after, ahead) = feeds(|settings| {
        settings.file = Some(file);
        settings.max_age = Duration::from_secs(DAY);
    });
    assert!(after.open(sealed.expose()).is_ok());
    ahead.store(DAY, Ordering::Relaxed);
    assert!(matches!(after.open(sealed.expose()), Err(FeedError::Over(_))));
}

#[test]
fn only_its_maker_lists_and_revokes_a_feed() {
    let (feeds, _) = feeds(|_| ());
    let (first, second) = (made(&feeds, "ann"), made(&feeds, "ann"));
    made(&feeds, "eve");
    let ids = |maker: Option<&Principal>| {
        let own = feeds.of(maker).unwrap().into_iter();
        own.map(|entry| entry.id).collect::<Vec<_>>()
    };
    let (ann, eve) = (somebody("ann"), somebody("eve"));
    assert_eq!(ids(Some(&ann)), [second.entry.id.as_str(), first.entry.id.as_str()]);
    assert_eq!(ids(None), [""; 0], "everyone has none of them");
    for other in [Some(&eve), None] {
        assert!(!feeds.revoke(other, &first.entry.id).unwrap());
    }
    assert!(feeds.open(first.sealed.expose()).is_ok());
    assert!(feeds.revoke(Some(&ann), &first.entry.id).unwrap());
    assert!(!feeds.revoke(Some(&ann), &first.entry.id).unwrap());
    assert!(matches!(feeds.open(first.sealed.expose()), Err(FeedError::Unlisted(_))));
    assert!(feeds.open(second.sealed.expose()).is_ok());
}

#[test]
fn nobody_has_more_than_so_many() {
    let (feeds, ahead) = feeds(|_| ());
    let ids: BTreeSet<_> = (0..MOST).map(|_| made(&feeds, "ann").entry.id).collect();
    assert_eq!(ids.len(), MOST);
    let ann = somebody("ann");
    let more = || feeds.make(Some(&ann), "plans", "", "ics");
    assert!(matches!(more(), Err(MakeError::Full)));
    assert_eq!(feeds.of(Some(&ann)).unwrap().len(), MOST);
    made(&feeds, "eve");
    assert!(feeds.revoke(Some(&ann), ids.first().unwrap()).unwrap());
    assert!(more().is_ok());
    ahead.store(90 * DAY, Ordering::Relaxed);
    assert!(more().is_ok(), "what has come to its end does not count");
    let long = "a".repeat(5000);
    assert!(matches!(
        feeds.make(Some(&ann), "plans", &long, "ics"),
        Err(MakeError::TooLong)
    ));
}

#[test]
fn a_lost_list_loses_feeds_and_brings_no_revoked_one_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feeds.json");
    let replica = || feeds(|settings| settings.file = Some(file.clone())).0;
    let ann = somebody("ann");
    let (one, other) = (replica(), replica());
    let (kept, revoked) = (made(&one, "ann"), made(&one, "ann"));
    assert!(
        other.open(kept.sealed.expose()).is_ok(),
        "another replica knows it at once"
    );
    assert!(other.revoke(Some(&ann), &revoked.entry.id).unwrap());
    assert!(matches!(one.open(revoked.sealed.expose()), Err(FeedError::Unlisted(_))));
    // After a restart.
    let again = replica();
    assert!(again.open(kept.sealed.expose()).is_ok());
    assert!(matches!(
        again.open(revoked.sealed.expose()),
        Err(FeedError::Unlisted(_))
    ));

    let text = std::fs::read_to_string(&file).unwrap();
    assert!(
        text.contains(&kept.entry.id) && !text.contains(kept.sealed.expose()),
        "{text}"
    );
    std::fs::write(&file, "").unwrap();
    assert!(matches!(one.open(kept.sealed.expose()), Err(FeedError::List(_))));
    std::fs::remove_file(&file).unwrap();
    for lost in [kept, revoked] {
        assert!(matches!(one.open(lost.sealed.expose()), Err(FeedError::Unlisted(_))));
    }
    // Nor does a process that keeps it in its memory know what another one has made.
    let (alone, _) = feeds(|_| ());
    let sealed = made(&alone, "ann").sealed;
    let (restarted, _) = feeds(|_| ());
    assert!(matches!(restarted.open(sealed.expose()), Err(FeedError::Unlisted(_))));
}

#[test]
fn what_is_asked_for_too_often_waits_for_the_next_minute() {
    let (feeds, ahead) = feeds(|_| ());
    let sealed = made(&feeds, "ann").sealed;
    for _ in 0..pace::MOST {
        assert!(feeds.open(sealed.expose()).is_ok());
    }
    assert!(matches!(feeds.open(sealed.expose()), Err(FeedError::TooOften)));
    ahead.store(60, Ordering::Relaxed);
    assert!(feeds.open(sealed.expose()).is_ok());
}

#[test]
fn no_text_of_it_tells_an_address() {
    let (feeds, _) = feeds(|_| ());
    let made = made(&feeds, "ann");
    let shown = format!("{made:?} {feeds:?} {:?}", feeds.open(made.sealed.expose()));
    assert!(!shown.contains(made.sealed.expose()), "{shown}");
    assert!(matches!(feeds.open("AAAA"), Err(FeedError::Foreign)));
}
