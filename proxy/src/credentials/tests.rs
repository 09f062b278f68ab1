//! Issuers that do as a test says.

use super::*;
use crate::credentials::key_files::{KeyFiles, Part};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

pub(in crate::credentials) const HOUR: u64 = 3600;

/// The time that tests begin at, so many seconds later.
pub(in crate::credentials) fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_996_800 + seconds)
}

/// Keys that hold so many seconds after the beginning.
pub(in crate::credentials) fn keys(number: u32, seconds: Option<u64>) -> Issued {
    Issued {
        keys: Keys {
            id: format!("id-{number}"),
            secret: Secret::new("hunter2"),
            token: Some(Secret::new("hunter2-token")),
        },
        expires: seconds.map(|seconds| DateTime::<Utc>::from(at(0)) + TimeDelta::seconds(seconds as i64)),
    }
}

type Script = dyn Fn(u32) -> Result<Issued, IssuerError> + Send + Sync;

/// Gives keys by the number of the request.
pub(in crate::credentials) struct Scripted {
    script: Box<Script>,
    asked: AtomicU32,
    takes: Mutex<Duration>,
    changed: AtomicBool,
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scripted")
    }
}

impl Scripted {
    pub(in crate::credentials) fn new(
        script: impl Fn(u32) -> Result<Issued, IssuerError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            script: Box::new(script),
            asked: AtomicU32::new(0),
            takes: Mutex::default(),
            changed: AtomicBool::new(false),
        })
    }

    pub(in crate::credentials) fn asked(&self) -> u32 {
        self.asked.load(Ordering::Relaxed)
    }

    /// The next request has this number.
    pub(in crate::credentials) fn skip_to(&self, number: u32) {
        self.asked.store(number - 1, Ordering::Relaxed);
    }

    /// How long requests take from now on.
    pub(in crate::credentials) fn take(&self, time: Duration) {
        *self.takes.lock().unwrap() = time;
    }

    pub(in crate::credentials) fn change(&self, changed: bool) {
        self.changed.store(changed, Ordering::Relaxed);
    }
}

impl Issuer for Scripted {
    fn issue(&self) -> BoxFuture<'_, Result<Issued, IssuerError>> {
        Box::pin(async {
            let number = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
            let time = *self.takes.lock().unwrap();
            if !time.is_zero() {
                tokio::time::sleep(time).await;
            }
            (self.script)(number)
        })
    }

    fn changed(&self) -> BoxFuture<'_, bool> {
        Box::pin(std::future::ready(self.changed.load(Ordering::Relaxed)))
    }
}

#[test]
fn keys_are_read_from_texts_that_hold_some() {
    let read = |id, secret, token| {
        let keys = Keys::read(id, secret, token)?;
        let token = keys.token.as_ref().map(|token| token.expose().to_owned());
        Some((keys.id, keys.secret.expose().to_owned(), token))
    };
    let both = |token: Option<&str>| Some(("i".to_owned(), "s".to_owned(), token.map(str::to_owned)));
    assert_eq!(read(Some(" i\n"), Some("s"), None), both(None));
    assert_eq!(read(Some("i"), Some("s"), Some(" ")), both(None));
    assert_eq!(read(Some("i"), Some("s"), Some("t\r\n")), both(Some("t")));
    for (id, secret, token) in [
        (None, Some("s"), None),
        (Some("i"), None, None),
        (Some(""), Some("s"), None),
        (Some("i"), Some("a b"), None),
        (Some("i"), Some("s"), Some("a\nb")),
        (Some("ï"), Some("s"), None),
    ] {
        assert_eq!(read(id, secret, token), None);
    }
}

#[tokio::test]
async fn keys_in_files_are_whole_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("id"), "LTAI\n").unwrap();
    std::fs::write(at("secret"), "hunter2\n").unwrap();
    let token = Part::Known(Secret::new("t"));
    let files = KeyFiles::new(Part::File(at("id")), Part::File(at("secret")), Some(token));
    let keys = files.issue().await.unwrap().keys;
    assert_eq!(
        (keys.id.as_str(), keys.secret.expose(), keys.token.is_some()),
        ("LTAI", "hunter2", true)
    );
    std::fs::write(at("secret"), "").unwrap();
    let told = files.issue().await.unwrap_err().message;
    assert!(
        told.contains("secret") && told.ends_with("hold no keys") && !told.contains("LTAI"),
        "{told}"
    );
}
