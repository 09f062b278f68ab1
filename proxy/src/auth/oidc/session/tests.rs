use super::*;
use crate::clock::unix_millis;

const LIVES: Lives = Lives {
    idle: Duration::from_secs(1800),
    absolute: Duration::from_secs(8 * 3600),
};

fn at(second: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(second)
}

fn keys(first: u8) -> SealingKeys {
    SealingKeys::new(&[vec![first; 64]]).unwrap()
}

fn session() -> Session {
    Session {
        id: "0123456789abcdef0123456789abcdef".into(),
        issuer: "https://idp.example.com".into(),
        subject: "248289761001".into(),
        name: "王芳".into(),
        users: vec!["fang.wang@example.com".into()],
        groups: vec!["sre".into(), "ops".into()],
        provider_session: Some("08a5019c-17e1-4977-8f42-65a12843ea02".into()),
        begun: 1_000_000,
        renewed: 1000,
        seen: 1000,
        asks: false,
    }
}

fn brought(session: &Session, keys: &SealingKeys) -> HeaderMap {
    let cookie = session.cookie(keys, LIVES, at(1000)).unwrap();
    let pair = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
    assert!(pair.len() < 1536, "{}", pair.len());
    let mut headers = HeaderMap::new();
    headers.insert(http::header::COOKIE, pair.parse().unwrap());
    headers
}

fn of(headers: &HeaderMap, second: u64) -> Result<Session, SessionError> {
    Session::of(headers, &keys(1), "https://idp.example.com", LIVES, at(second))
}

#[test]
fn a_session_comes_back_as_it_was() {
    let headers = brought(&session(), &keys(1));
    assert_eq!(of(&headers, 1001), Ok(session()));
    assert_eq!(of(&HeaderMap::new(), 1001), Err(SessionError::Absent));
    assert_eq!(of(&brought(&session(), &keys(2)), 1001), Err(SessionError::Foreign));
    assert_eq!(
        session().principal(LIVES).expires,
        Some(at(1000 + 8 * 3600)),
        "the page says when it ends"
    );
}

#[test]
fn it_ends_by_the_second() {
    let headers = brought(&session(), &keys(1));
    assert!(of(&headers, 1000 + 1799).is_ok());
    assert_eq!(of(&headers, 1000 + 1800), Err(SessionError::Idle));
    let used = Session {
        seen: 1000 + 8 * 3600 - 1,
        ..session()
    };
    let headers = brought(&used, &keys(1));
    assert!(of(&headers, 1000 + 8 * 3600 - 1).is_ok());
    assert_eq!(of(&headers, 1000 + 8 * 3600), Err(SessionError::Over));
    assert!(!session().is_stale(LIVES, at(1059)) && session().is_stale(LIVES, at(1060)));
    // A session that may be idle for a minute must be renewed long before.
    let short = Lives {
        idle: Duration::from_secs(60),
        ..LIVES
    };
    assert!(!session().is_stale(short, at(1005)) && session().is_stale(short, at(1006)));
    assert_eq!((unix_millis(at(2)), seconds(at(2))), (2000, 2));
}

#[test]
fn another_issuers_session_is_none() {
    let other = Session {
        issuer: "https://idp.example.com/".into(),
        ..session()
    };
    assert!(matches!(
        of(&brought(&other, &keys(1)), 1001),
        Err(SessionError::Issuer(_))
    ));
}

#[test]
fn too_many_groups_are_told_and_never_cut() {
    let many = Session {
        groups: (0..200).map(|number| format!("department-{number}")).collect(),
        ..session()
    };
    assert!(matches!(
        many.cookie(&keys(1), LIVES, at(1000)),
        Err(SessionError::TooLarge(_, 200))
    ));
    let long = Session {
        name: "名".repeat(4000),
        ..session()
    };
    assert_eq!(of(&brought(&long, &keys(1)), 1001).unwrap().name.chars().count(), NAME);
}
