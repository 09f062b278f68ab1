use super::event::TargetTold;
use super::*;
use std::time::{Duration, UNIX_EPOCH};

/// One of each, as the guide has them.
#[expect(clippy::too_many_lines, reason = "a list")]
fn all() -> Vec<(Option<Who>, What)> {
    let ann = || {
        Some(Who {
            id: "3f".to_owned(),
            issuer: "https://idp.example.com".to_owned(),
            subject: "248289".to_owned(),
            name: "Ann".to_owned(),
        })
    };
    let (ok, failed) = (("cn-hangzhou", "done"), ("cn-beijing", "failed"));
    let target = |(region, outcome): (&str, &'static str)| TargetTold {
        account: "prod-cn".to_owned(),
        region: region.to_owned(),
        source: "alibaba.oos.instance-patch-states",
        outcome,
        rows: if outcome == "done" { 718 } else { 0 },
        cache: (outcome == "done").then_some("miss"),
        code: (outcome != "done").then(|| "NoPermission".to_owned()),
        request_ids: vec![format!("4DB0-{region}")],
    };
    let text = str::to_owned;
    vec![
        (
            None,
            What::Started {
                program: "signalbox 0.1.0",
            },
        ),
        (None, What::Ended),
        (
            ann(),
            What::SignIn {
                outcome: "signed_in",
                reason: None,
            },
        ),
        (
            None,
            What::SignIn {
                outcome: "failed",
                reason: Some(text("the answer holds no code")),
            },
        ),
        (
            ann(),
            What::SignOut {
                at: "here",
                named: None,
            },
        ),
        (
            None,
            What::SignOut {
                at: "provider",
                named: Some(text("[Subject(\"248289\")]")),
            },
        ),
        (
            None,
            What::Refused {
                kind: "unproven",
                reason: text("the token is over"),
            },
        ),
        (ann(), What::Denied { table: "plans" }),
        (
            ann(),
            What::TokenUsed {
                route: text("/api/v1/rows/{table}"),
            },
        ),
        (
            ann(),
            What::FeedMade {
                feed: text("51c0"),
                view: text("/plans?phase=scheduled"),
                format: text("ics"),
                expires: text("2027-02-22T17:20:00Z"),
            },
        ),
        (ann(), What::FeedRevoked { feed: text("51c0") }),
        (
            None,
            What::FeedRefused {
                feed: Some(text("51c0")),
                reason: text("the feed has come to its end"),
            },
        ),
        (
            ann(),
            What::Begun {
                of: "feed",
                table: "patches",
                targets: 2,
                feed: Some(text("51c0")),
            },
        ),
        (
            ann(),
            What::Answered {
                of: "rows",
                table: "patches",
                feed: None,
                outcome: Outcome::Incomplete,
                rows: 718,
                duration_ms: 1204,
                targets: vec![target(ok), target(failed)],
                more_targets: 0,
            },
        ),
        (
            None,
            What::Reload {
                outcome: "failed",
                faults: vec![text("account: there is none: add at least one [[account]]")],
            },
        ),
    ]
}

fn lines() -> String {
    let time = UNIX_EPOCH + Duration::from_millis(1_795_924_800_123);
    let lines = all().into_iter().map(|(who, what)| {
        let peer = who.is_some().then(|| "10.0.0.7".parse().unwrap());
        String::from_utf8(line::of(&Event::new(time, peer, who.as_ref(), &what))).unwrap()
    });
    lines.collect()
}

/// What others read by machine must not change unawares: whoever means it changes the guide too, and counts the version up where something goes or means
/// something else.
#[test]
fn events_have_the_form_that_the_guide_tells() {
    let guide = include_str!("../../../docs/audit.md");
    let (_, told) = guide.split_once("```json\n").unwrap();
    let (told, _) = told.split_once("```").unwrap();
    assert_eq!(lines(), told);
    assert_eq!(VERSION, 1);
}

#[test]
fn an_event_of_very_many_targets_names_those_that_failed() {
    let target = |at: usize| TargetTold {
        account: at.to_string(),
        region: "r".to_owned(),
        source: "s",
        outcome: if at == 900 { "failed" } else { "done" },
        rows: 0,
        cache: None,
        code: None,
        request_ids: Vec::new(),
    };
    let (told, more) = event::cut((0..1_000).map(target).collect());
    assert_eq!((told.len(), more), (500, 500));
    assert_eq!((told[0].account.as_str(), told[1].account.as_str()), ("900", "0"));
}

#[tokio::test]
async fn what_cannot_be_written_is_refused_where_it_must_be_and_lost_where_not() {
    let open = |required| {
        let file = Some(PathBuf::from("/dev/full"));
        Audit::new(Settings { file, required }, Ambient::real()).unwrap()
    };
    assert_eq!(open(true).before(None, None, &What::Ended).await, Err(Unwritable));
    assert_eq!(open(false).before(None, None, &What::Ended).await, Ok(()));
    assert_eq!(Audit::default().before(None, None, &What::Ended).await, Ok(()));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("audit.jsonl");
    let audit = Audit::new(
        Settings {
            file: Some(file.clone()),
            required: true,
        },
        Ambient::real(),
    );
    let audit = audit.unwrap();
    assert_eq!(audit.before(None, None, &What::Ended).await, Ok(()));
    let count = || std::fs::read_to_string(&file).unwrap_or_default().lines().count();
    assert_eq!(count(), 1);
    // A file that was deleted is made anew; one that was renamed is written on until the signal.
    std::fs::remove_file(&file).unwrap();
    assert_eq!(audit.before(None, None, &What::Ended).await, Ok(()));
    assert_eq!(count(), 1);
    std::fs::rename(&file, folder.path().join("old")).unwrap();
    assert_eq!(audit.before(None, None, &What::Ended).await, Ok(()));
    assert_eq!(count(), 0);
    audit.reopen();
    assert_eq!(audit.before(None, None, &What::Ended).await, Ok(()));
    assert_eq!(count(), 1);
    // Others on the machine may not read it.
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o077, 0);
}
