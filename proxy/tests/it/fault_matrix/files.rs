//! Files of keys that are half written, emptied or gone: the old keys stay, or the file is named; and it is over when the file is whole.

use super::{read, setup, struck};
use crate::proxy::{Proxy, Setup};
use catalog::{SOURCES, Source};
use futures_util::FutureExt;
use futures_util::future::join_all;
use signalbox::accounts::Account;
use signalbox::config::{Environment, parse};
use signalbox::vendors::VENDORS;
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A way to keep keys in a file: the configuration's words for it, the file, and its text.
struct Way {
    cloud: &'static str,
    credentials: &'static str,
    file: &'static str,
    text: fn(id: &str, secret: &str) -> String,
    /// Whether a text that lacks the secret can be told from a whole one.
    has_shape: bool,
}

const WAYS: [Way; 5] = [
    Way {
        cloud: "huawei",
        credentials: "from = 'profile', file = 'keys'",
        file: "keys",
        text: |id, secret| format!("[basic]\nak = {id}\nsk = {secret}\n"),
        has_shape: true,
    },
    Way {
        cloud: "huawei",
        credentials: "from = 'static', ak = { env = 'ID' }, sk = { file = 'keys' }",
        file: "keys",
        text: |_, secret| secret.to_owned(),
        has_shape: false,
    },
    Way {
        cloud: "alibaba",
        credentials: "from = 'profile', file = 'keys.json'",
        file: "keys.json",
        text: |id, secret| {
            let profile = serde_json::json!({
                "name": "default", "mode": "AK", "access_key_id": id, "access_key_secret": secret,
            });
            serde_json::json!({"current": "default", "profiles": [profile]}).to_string()
        },
        has_shape: true,
    },
    Way {
        cloud: "alibaba",
        credentials: "from = 'profile', file = 'keys.ini'",
        file: "keys.ini",
        text: |id, secret| {
            format!("[default]\ntype = access_key\naccess_key_id = {id}\naccess_key_secret = {secret}\n")
        },
        has_shape: true,
    },
    Way {
        cloud: "alibaba",
        credentials: "from = 'static', access_key_id = { env = 'ID' }, access_key_secret = { file = 'keys' }",
        file: "keys",
        text: |_, secret| secret.to_owned(),
        has_shape: false,
    },
];

/// How long it may take until a file that is whole again counts.
const SOON: Duration = Duration::from_secs(40);

/// Longer than it takes until a file is looked at again, and what is in it counts.
const LOOKED_AT: Duration = Duration::from_secs(14);

/// A proxy whose only account has its keys in a file, which is whole to begin with.
struct Bench {
    proxy: Proxy,
    source: &'static Source,
    file: PathBuf,
    whole: String,
    secret: String,
    _folder: TempDir,
}

impl Bench {
    async fn new(way: &'static Way) -> Self {
        let source = *SOURCES.iter().find(|source| source.cloud().id == way.cloud).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (place, file) = (folder.path().to_owned(), folder.path().join(way.file));
        let (send, told) = mpsc::channel();
        let written = file.clone();
        let change = Box::new(move |accounts: &mut Vec<Account>| {
            accounts.retain(|known| known.id == struck(source));
            let held = &accounts[0];
            let keys = held.credentials.current().now_or_never().unwrap().unwrap();
            let whole = (way.text)(&keys.id, keys.secret.expose());
            std::fs::write(&written, &whole).unwrap();
            let text = format!(
                "[[account]]\nid = '{}'\ncloud = '{}'\nregions = ['{}']\ncredentials = {{ {} }}\n",
                held.id, way.cloud, held.regions[0], way.credentials
            );
            let environment: Environment = [("ID".to_owned(), keys.id.clone())].into_iter().collect();
            let mut accounts_read = parse(&text, &place, &environment, None, VENDORS).unwrap().accounts;
            accounts_read[0].endpoints.clone_from(&held.endpoints);
            send.send((whole, keys.secret.expose().to_owned())).unwrap();
            *accounts = accounts_read;
        });
        let proxy = Proxy::start(Setup { change, ..setup() }).await;
        let (whole, secret) = told.recv().unwrap();
        Self {
            proxy,
            source,
            file,
            whole,
            secret,
            _folder: folder,
        }
    }

    fn write(&self, text: &str) {
        std::fs::write(&self.file, text).unwrap();
    }

    /// Why the account's lists have failed; none if they are whole.
    async fn failure(&self) -> Option<String> {
        let stream = read(&self.proxy, self.source).await;
        let failed = stream.kind("failed");
        let line = failed.first()?;
        let error = &line["error"];
        assert_eq!(
            (error["code"].as_str(), &error["status"]),
            (Some("Credentials"), &serde_json::Value::Null),
            "{error}"
        );
        assert!(line["as_of"].is_null());
        Some(error.to_string())
    }

    async fn is_well_soon(&self) {
        let begun = Instant::now();
        while let Some(failure) = self.failure().await {
            assert!(begun.elapsed() < SOON, "{failure}");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}

#[tokio::test]
async fn who_has_no_keys_yet_is_told_the_file_and_has_some_when_it_is_whole() {
    join_all(WAYS.iter().filter(|way| way.has_shape).map(async |way| {
        for half in [true, false] {
            let bench = Bench::new(way).await;
            let before_the_secret = bench.whole.find(&bench.secret).unwrap();
            bench.write(&bench.whole[..if half { before_the_secret } else { 0 }]);
            let failure = bench.failure().await.unwrap();
            assert!(failure.contains(way.file), "{failure}");
            let calls = bench.proxy.clouds.calls();
            assert_eq!(calls, [], "{}: asked without keys", way.credentials);
            bench.write(&bench.whole);
            bench.is_well_soon().await;
        }
    }))
    .await;
}

#[tokio::test]
async fn who_has_keys_keeps_them_while_the_file_is_none() {
    join_all(WAYS.iter().map(async |way| {
        join_all(["half", "empty", "gone"].map(async |state| {
            let bench = Bench::new(way).await;
            assert_eq!(bench.failure().await, None, "{}", way.credentials);
            match state {
                // Within the secret: what is left is one by its form.
                "half" => bench.write(&bench.whole[..bench.whole.find(&bench.secret).unwrap() + 7]),
                "empty" => bench.write(""),
                _ => std::fs::remove_file(&bench.file).unwrap(),
            }
            assert_eq!(bench.failure().await, None, "{}: {state}", way.credentials);
            tokio::time::sleep(LOOKED_AT).await;
            assert_eq!(bench.failure().await, None, "{}: {state}, for a while", way.credentials);
            bench.write(&bench.whole);
            bench.is_well_soon().await;
        }))
        .await;
    }))
    .await;
}
