//! What replicas share: a Redis or Valkey server between them (`[store]`). None is needed, and nothing depends on one that is there.
//!
//! * One that is away or slow holds nobody up: each command has a deadline, after the first that fails no other is tried, and a task of its own finds out when
//!   the server is back ([`connection`]). Whoever gets nothing goes by what this process knows, and the metrics say how often that was.
//! * What lies there is sealed ([`sealing`]), and its names tell nothing of anybody. What does not open is as if it were not there. Keys of clouds never go there.

mod connection;
mod fields;
mod leases;
mod notices;
mod sealing;

pub use fields::Fields;
pub use leases::{Lease, ListName, News, Renewed, Standing};
pub use notices::{Listener, Topic};
pub use sealing::StoreKeys;

use crate::clock::Ambient;
use crate::telemetry::metrics;
use connection::Connection;
use redis::{Client, FromRedisValue, IntoConnectionInfo, Pipeline};
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

/// How long a command may take where the configuration says nothing of it. A server in the same place takes less than one of these milliseconds; one that takes
/// longer than all of them is taken for away.
pub const TIMEOUT: Duration = Duration::from_millis(250);

/// `[store]`, as the configuration says it.
#[derive(Clone)]
pub struct Settings {
    /// The server, not connected yet.
    server: Client,
    /// Its address with all that belongs to it, hashed.
    said: String,
    /// What is sealed with, and named by.
    keys: StoreKeys,
    /// Tells this deployment from others that use the same server.
    deployment: String,
    /// How long a command may take.
    timeout: Duration,
    /// Whether what is sent can be read on the way to another host.
    plain: bool,
    /// Whether others have the keys too. Those that a process made for itself open nothing of another's.
    pub shares: bool,
}

impl fmt::Debug for Settings {
    /// Its address may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("deployment", &self.deployment)
            .finish_non_exhaustive()
    }
}

impl Settings {
    /// A server by its URL: `redis://`, `rediss://`, `valkey://`, `valkeys://`, `redis+unix://` or `valkey+unix://`, with user, password and number of the
    /// database where it needs them. `public_url` tells deployments apart.
    ///
    /// # Errors
    /// What is wrong with the URL, without the URL: it may hold a password.
    pub fn new(url: &str, keys: StoreKeys, public_url: Option<&str>) -> Result<Self, String> {
        let parsed = url::Url::parse(url).map_err(|error| format!("is no URL: {error}"))?;
        let known = ["redis", "rediss", "valkey", "valkeys", "redis+unix", "valkey+unix"];
        if !known.contains(&parsed.scheme()) {
            return Err(format!(
                "begins with none of {}",
                known.map(|scheme| format!("{scheme}://")).join(", ")
            ));
        }
        if parsed.fragment().is_some() {
            return Err("must not end in #…: whoever is at the other end is always verified".to_owned());
        }
        // To the URL standard the host of such a scheme is a mere text, also where it is an address.
        let host = parsed.host_str().unwrap_or("localhost");
        let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
        let local = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
        let what =
            |error: redis::RedisError| format!("cannot be used: {}", error.detail().unwrap_or("it is not such a URL"));
        let server = Client::open(url.into_connection_info().map_err(what)?).map_err(what)?;
        Ok(Self {
            server,
            said: sealing::fingerprint(url),
            keys,
            deployment: sealing::fingerprint(public_url.unwrap_or_default()),
            timeout: TIMEOUT,
            plain: !local && ["redis", "valkey"].contains(&parsed.scheme()),
            shares: true,
        })
    }

    /// The same with commands that may take so long.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// The same with keys that nobody else has.
    #[must_use]
    pub fn alone(self) -> Self {
        Self { shares: false, ..self }
    }

    /// What stays the same as long as it is the same server, deployment and time: no secret can be read from it.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{} {} {:?}", self.said, self.deployment, self.timeout)
    }

    /// What is in order and may still be meant otherwise.
    pub fn remarks(&self) -> impl Iterator<Item = &'static str> {
        let plain = "store.redis: what replicas tell each other is sealed, but the password of the server can be read on the way to it: rediss:// encrypts it";
        let alone = "store.keys: is missing, and without it and a sign-in with session keys there is nothing to share by: the store is not used";
        let remarks = [(self.plain, plain), (!self.shares, alone)];
        remarks
            .into_iter()
            .filter_map(|(holds, remark)| holds.then_some(remark))
    }

    /// Asks the server whether it answers, and lets this program in.
    ///
    /// # Errors
    /// Why it does not, without its password.
    pub async fn try_out(&self) -> Result<(), String> {
        let connected = connection::connect(&self.server, self.timeout, self.timeout).await;
        connected.map(drop).map_err(|error| error.to_string())
    }
}

/// For what the store is asked, as the metrics call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// What was signed out before its end.
    Revocations,
    /// Lists that are walked or kept.
    Lists,
    /// How much may be asked.
    Limits,
    /// The list of feeds.
    Feeds,
}

impl Purpose {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Revocations, Self::Lists, Self::Limits, Self::Feeds];

    /// Its name in the metrics.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Revocations => "revocations",
            Self::Lists => "lists",
            Self::Limits => "limits",
            Self::Feeds => "feeds",
        }
    }

    /// Counts that something was decided by what this process knows alone, although there is a store.
    pub fn fell_back(self) {
        metrics().store_fallbacks.of([self.word()]).inc();
    }
}

/// What replicas share. Clones are the same store.
#[derive(Clone, Debug)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: Settings,
    /// Those of the configuration that holds.
    keys: RwLock<StoreKeys>,
    connection: Connection,
    ambient: Ambient,
    /// Tells this replica from others, as long as it runs.
    replica: String,
    /// Whether what others tell is heard at this moment.
    hears: watch::Sender<bool>,
}

impl Store {
    /// A store that nobody has connected to yet: see [`Store::follow`].
    #[must_use]
    pub fn new(settings: Settings, ambient: Ambient) -> Self {
        Self(Arc::new(Inner {
            keys: RwLock::new(settings.keys.clone()),
            connection: Connection::new(settings.timeout),
            settings,
            replica: ambient.nonce(),
            ambient,
            hears: watch::Sender::new(false),
        }))
    }

    /// From now on what lies there is sealed and opened with the keys of these settings.
    pub fn take_keys(&self, settings: &Settings) {
        *self.0.keys.write().unwrap_or_else(PoisonError::into_inner) = settings.keys.clone();
    }

    fn keys(&self) -> StoreKeys {
        self.0.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Connects, and connects again whenever that breaks; hands on what others tell, and tells them what this replica has to tell. For good, and in a thread of
    /// its own: a deadline shall tell of the server, and not of how busy this process is.
    ///
    /// # Errors
    /// There can be no such thread.
    pub fn follow(self, listener: Arc<dyn Listener>) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let follow = async move {
            let connected = self.0.connection.keep(&self.0.settings.server, &self.0.ambient);
            tokio::join!(connected, self.hear(listener));
        };
        let thread = thread::Builder::new().name("store".to_owned());
        thread.spawn(move || runtime.block_on(follow)).map(drop)
    }

    /// Waits until this replica knows what others have told before, no longer than so long.
    pub async fn heard_once(&self, most: Duration) -> bool {
        let mut hears = self.0.hears.subscribe();
        timeout(most, hears.wait_for(|hears| *hears)).await.is_ok()
    }

    /// What tells this replica from others, as long as it runs.
    #[must_use]
    pub fn replica(&self) -> &str {
        &self.0.replica
    }

    /// Whether the server answers at this moment, as far as is known.
    #[must_use]
    pub fn answers(&self) -> bool {
        self.0.connection.is_there()
    }

    /// Whether this replica hears at this moment what others tell.
    #[must_use]
    pub fn hears(&self) -> bool {
        *self.0.hears.borrow()
    }

    /// Sends commands; none where there is no answer in time, or not the one that is meant: then the caller goes by what it knows itself, which is counted.
    async fn ask<T: FromRedisValue>(&self, purpose: Purpose, commands: &Pipeline) -> Option<T> {
        let begun = Instant::now();
        let answer = self.0.connection.ask(commands).await;
        match answer {
            Some(_) => {
                let seconds = metrics().store_seconds.of([purpose.word()]);
                seconds.observe(begun.elapsed().as_secs_f64());
            }
            None => purpose.fell_back(),
        }
        answer
    }

    /// A name in the store that is everybody's who belongs to this deployment.
    fn name(&self, name: &str) -> String {
        format!("signalbox:{}:{name}", self.0.settings.deployment)
    }

    /// A name in the store for something whose own name must not be told, by all that tells it from others.
    fn secret_name(&self, kind: &str, parts: &[&[u8]]) -> String {
        self.name(&format!("{kind}:{}", self.keys().name(kind, parts)))
    }

    fn seal(&self, place: &str, content: &[u8]) -> Option<Vec<u8>> {
        self.keys().seal(place, content, &self.0.ambient)
    }

    fn open(&self, place: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        self.keys().open(place, sealed)
    }
}
