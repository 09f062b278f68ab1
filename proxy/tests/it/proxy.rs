//! A proxy of a test's own, with clouds of its own.

use catalog::Source;
use demo_clouds::{DemoClouds, Faults, Options};
use reqwest::Client as Http;
use serde_json::Value;
use signalbox::accounts::Account;
use signalbox::ask::transport;
use signalbox::ask::{Client, Limits};
use signalbox::auth::api_token::ApiToken;
use signalbox::auth::sealed::SealingKeys;
use signalbox::auth::{Configured, SignIn};
use signalbox::cache;
use signalbox::clock::Ambient;
use signalbox::commands::demo::{accounts, views};
use signalbox::feeds::{Feeds, LONGEST_LIFE, Settings as FeedSettings};
use signalbox::grants::{Grant, Grants};
use signalbox::http::routes::router;
use signalbox::http::state::{App, Settings};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

pub(crate) struct Proxy {
    pub(crate) clouds: DemoClouds,
    pub(crate) url: String,
    pub(crate) http: Http,
}

/// How a proxy is set up.
pub(crate) struct Setup {
    pub(crate) faults: &'static str,
    pub(crate) rows: usize,
    pub(crate) limits: Limits,
    pub(crate) public_url: Option<&'static str>,
    pub(crate) change: Change,
    /// Beside those of the catalogue.
    pub(crate) more_sources: Vec<&'static Source>,
    /// By the address of the proxy.
    pub(crate) sign_in: Box<dyn FnOnce(&str) -> Configured>,
    pub(crate) grants: Vec<Grant>,
    /// As the configuration reads them, instead of those.
    pub(crate) all_grants: Option<Grants>,
    /// By how many seconds the clock of signing in and of feeds is ahead.
    pub(crate) ahead: Arc<AtomicU64>,
    pub(crate) tokens: Vec<ApiToken>,
    pub(crate) feeds: Option<FeedSettings>,
    pub(crate) cache: cache::Settings,
}

/// Changes the simulated accounts before the proxy gets them.
pub(crate) type Change = Box<dyn FnOnce(&mut Vec<Account>)>;

impl Default for Setup {
    fn default() -> Self {
        let limits = Limits {
            backoff: Duration::from_millis(20),
            ..Limits::default()
        };
        Self {
            faults: "",
            rows: 1_500,
            limits,
            public_url: None,
            change: Box::new(|_| {}),
            more_sources: Vec::new(),
            sign_in: Box::new(|_| Configured::None),
            grants: Vec::new(),
            all_grants: None,
            ahead: Arc::default(),
            tokens: Vec::new(),
            feeds: None,
            cache: cache::Settings::OFF,
        }
    }
}

impl Proxy {
    pub(crate) async fn start(setup: Setup) -> Self {
        let options = Options {
            rows: setup.rows,
            faults: Faults::parse(setup.faults).unwrap(),
            pause: Duration::from_millis(2),
            ..Options::default()
        };
        let clouds = demo_clouds::start(options).await.unwrap();
        let mut accounts = accounts(&clouds);
        (setup.change)(&mut accounts);
        let way = Arc::new(transport::Http::new(&setup.limits).unwrap());
        let client = Client::new(Arc::clone(&way) as _, setup.limits, Ambient::real());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let ambient = || clock(Arc::clone(&setup.ahead));
        let settings = Settings {
            accounts: accounts.into_iter().map(Arc::new).collect(),
            sets: Vec::new(),
            cache: setup.cache,
            local: true,
            public_url: setup.public_url.map(str::to_owned),
            saved_views: views(),
            sources: catalog::SOURCES.iter().copied().chain(setup.more_sources).collect(),
            grants: setup.all_grants.unwrap_or_else(|| setup.grants.into_iter().collect()),
            sign_in: Arc::new(SignIn::new((setup.sign_in)(&url), way, ambient())),
            audit: Arc::default(),
            contact: None,
            feeds: setup.feeds.map(|feeds| Arc::new(Feeds::new(feeds, ambient()))),
            tokens: setup.tokens.into_iter().collect(),
        };
        let service = router(Arc::new(App::new(settings, client)));
        tokio::spawn(async move {
            axum::serve(listener, service.into_make_service_with_connect_info::<SocketAddr>())
                .await
                .unwrap();
        });
        let http = browser();
        Self { clouds, url, http }
    }

    pub(crate) async fn with_faults(faults: &'static str) -> Self {
        Self::start(Setup {
            faults,
            ..Setup::default()
        })
        .await
    }

    pub(crate) async fn get(&self, path: &str) -> reqwest::Response {
        self.http.get(format!("{}{path}", self.url)).send().await.unwrap()
    }

    /// A table's stream, read to its end. `query` begins with `?` or is empty.
    pub(crate) async fn rows(&self, table: &str, query: &str) -> Stream {
        let response = self.get(&format!("/api/v1/rows/{table}{query}")).await;
        assert_eq!(response.status(), 200);
        Stream::read(&response.text().await.unwrap())
    }
}

/// In memory, with a key that is the same in every proxy.
pub(crate) fn feeds() -> FeedSettings {
    FeedSettings {
        max_age: LONGEST_LIFE,
        keys: SealingKeys::new(&[vec![1; 64]]).unwrap(),
        file: None,
    }
}

/// The system's, so many seconds ahead.
fn clock(ahead: Arc<AtomicU64>) -> Ambient {
    let now = move || SystemTime::now() + Duration::from_secs(ahead.load(Ordering::Relaxed));
    Ambient::new(now, || 0.5, || 1)
}

/// A client that follows no redirect. Building the proxy's own first gives it a TLS provider.
pub(crate) fn browser() -> Http {
    browser_to_be().build().unwrap()
}

/// The same, of which more may be said.
pub(crate) fn browser_to_be() -> reqwest::ClientBuilder {
    transport::Http::new(&Limits::default()).unwrap();
    Http::builder().no_proxy().redirect(reqwest::redirect::Policy::none())
}

/// A row stream, line by line.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) lines: Vec<Value>,
}

impl Stream {
    pub(crate) fn read(text: &str) -> Self {
        assert!(text.ends_with('\n'));
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines[0]["kind"], "targets");
        assert_eq!(lines.last().unwrap()["kind"], "end");
        Self { lines }
    }

    pub(crate) fn kind(&self, kind: &str) -> Vec<&Value> {
        self.lines.iter().filter(|line| line["kind"] == kind).collect()
    }

    /// Number of the target `account/region`.
    pub(crate) fn target(&self, name: &str) -> u64 {
        let targets = self.lines[0]["targets"].as_array().unwrap();
        let text = |target: &Value, key: &str| target[key].as_str().unwrap().to_owned();
        let named = |target: &Value| format!("{}/{}", text(target, "account"), text(target, "region"));
        targets.iter().position(|target| named(target) == name).unwrap() as u64
    }

    /// The rows of all targets, or of one.
    pub(crate) fn rows(&self, target: Option<u64>) -> Vec<&Value> {
        let wanted = |line: &&&Value| target.is_none_or(|target| line["target"] == target);
        self.kind("rows")
            .iter()
            .filter(wanted)
            .flat_map(|line| line["rows"].as_array().unwrap())
            .collect()
    }

    /// The `done` line of a target.
    pub(crate) fn done(&self, name: &str) -> &Value {
        self.ending("done", name)
    }

    /// The error of a target that failed.
    pub(crate) fn error(&self, name: &str) -> &Value {
        let line = self.ending("failed", name);
        assert!(line["as_of"].is_null());
        &line["error"]
    }

    fn ending(&self, kind: &str, name: &str) -> &Value {
        let target = self.target(name);
        let found: Vec<_> = self
            .kind(kind)
            .into_iter()
            .filter(|line| line["target"] == target)
            .collect();
        let [line] = found.as_slice() else {
            panic!("{name} has {} {kind} lines", found.len())
        };
        line
    }

    /// Every target has one ending, after its rows, that counts them rightly.
    pub(crate) fn is_sound(&self) {
        let targets = self.lines[0]["targets"].as_array().unwrap().len() as u64;
        for target in 0..targets {
            let lines: Vec<_> = self.lines.iter().filter(|line| line["target"] == target).collect();
            let (last, pages) = lines.split_last().unwrap();
            assert!(pages.iter().all(|line| line["kind"] == "rows"));
            match last["kind"].as_str().unwrap() {
                "done" => assert_eq!(last["rows"], self.rows(Some(target)).len()),
                other => assert_eq!(other, "failed"),
            }
        }
    }
}
