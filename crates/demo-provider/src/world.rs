//! All that a running provider holds.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use chrono::{DateTime, Utc};
use ring::digest::{SHA256, digest};

use crate::Clock;
use crate::draft::Draft;
use crate::journal::Journal;
use crate::key_ring::KeyRing;
use crate::lock::locked;
use crate::people::{Client, Person};
use crate::profile::{Endpoint, Profile, Subject};
use crate::tampering::{Queue, Surroundings, TokenFault};

/// Seconds that a session at the provider lives.
const SESSION_LIFE: i64 = 12 * 3600;
/// Tokens whose session is remembered for `id_token_hint`.
const HINTS: usize = 10_000;

/// A browser in which somebody has signed in at the provider.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// The name of it in tokens; the cookie has another.
    pub(crate) sid: String,
    pub(crate) login: String,
    pub(crate) began: i64,
    /// The clients that somebody signed in to with it.
    pub(crate) clients: BTreeSet<String>,
}

/// What somebody has agreed to: behind a code, then behind an access token.
#[derive(Debug, Clone)]
pub(crate) struct Consent {
    pub(crate) client: Client,
    pub(crate) login: String,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) sid: String,
    pub(crate) signed_in: i64,
    pub(crate) expires: i64,
    /// The access token that the code was changed for; a code counts once.
    pub(crate) spent: Option<String>,
}

/// An ID token that was handed out.
#[derive(Debug, Clone)]
pub(crate) struct Issued {
    pub(crate) token: String,
    pub(crate) client: String,
    pub(crate) sid: String,
}

/// All that changes.
pub(crate) struct State {
    pub(crate) people: Vec<Person>,
    pub(crate) clients: Vec<Client>,
    pub(crate) keys: KeyRing,
    /// By the value of the cookie.
    pub(crate) sessions: HashMap<String, Session>,
    pub(crate) codes: HashMap<String, Consent>,
    pub(crate) access: HashMap<String, Consent>,
    pub(crate) issued: VecDeque<Issued>,
    pub(crate) tampering: Queue,
    pub(crate) down: bool,
}

impl State {
    pub(crate) fn person(&self, login: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.login == login)
    }

    pub(crate) fn client(&self, id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }

    pub(crate) fn remember(&mut self, issued: Issued) {
        if self.issued.len() >= HINTS {
            self.issued.pop_front();
        }
        self.issued.push_back(issued);
    }

    /// Ends sessions that are too old, and forgets codes and tokens that are long over: a demo may run for weeks.
    pub(crate) fn sweep(&mut self, now: i64) {
        self.sessions.retain(|_, session| session.began + SESSION_LIFE > now);
        self.codes.retain(|_, consent| consent.expires + 3600 > now);
        self.access.retain(|_, consent| consent.expires > now);
    }
}

/// A running provider.
pub(crate) struct World {
    pub(crate) profile: Profile,
    pub(crate) port: u16,
    clock: Arc<Clock>,
    state: Mutex<State>,
    pub(crate) journal: Journal,
}

impl World {
    pub(crate) fn new(
        profile: Profile,
        port: u16,
        clock: Arc<Clock>,
        people: Vec<Person>,
        clients: Vec<Client>,
    ) -> Self {
        Self {
            state: Mutex::new(State {
                people,
                clients,
                keys: KeyRing::new(&profile),
                sessions: HashMap::new(),
                codes: HashMap::new(),
                access: HashMap::new(),
                issued: VecDeque::new(),
                tampering: Queue::default(),
                down: false,
            }),
            profile,
            port,
            clock,
            journal: Journal::default(),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }

    pub(crate) fn time(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// Seconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.time().timestamp()
    }

    /// Where the provider is.
    pub(crate) fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn issuer(&self) -> String {
        match self.profile.issuer_text {
            Some(text) => text.to_owned(),
            None => self.origin() + self.profile.paths.issuer,
        }
    }

    /// Path of the document at the issuer's own address (OpenID Connect Discovery 1.0 §4.1: one slash at its end is cut).
    pub(crate) fn discovery_path(&self) -> String {
        let issuer = self.profile.paths.issuer;
        format!(
            "{}/.well-known/openid-configuration",
            issuer.strip_suffix('/').unwrap_or(issuer)
        )
    }

    /// The address of an endpoint as discovery gives it.
    pub(crate) fn address(&self, endpoint: Endpoint) -> String {
        let paths = &self.profile.paths;
        let path = match endpoint {
            Endpoint::Discovery => &self.discovery_path(),
            Endpoint::Keys => paths.keys,
            Endpoint::Authorize => paths.authorize,
            Endpoint::Token => paths.token,
            Endpoint::Userinfo => paths.userinfo,
            Endpoint::EndSession => paths.end_session,
            Endpoint::FrontKeys => "/fronts",
        };
        self.at(endpoint, path)
    }

    /// The address of a path that belongs to an endpoint.
    pub(crate) fn at(&self, endpoint: Endpoint, path: &str) -> String {
        if self.profile.away.contains(&endpoint) {
            format!("http://localhost:{}{path}", self.port)
        } else {
            self.origin() + path
        }
    }

    /// Name of the cookie: with the port, as cookies of one host are shared by all its ports.
    pub(crate) fn cookie(&self) -> String {
        format!("demo_provider_{}", self.port)
    }

    pub(crate) fn subject(&self, form: Subject, login: &str, client: &str) -> String {
        let hash = |text: &str| hex::encode(digest(&SHA256, text.as_bytes()).as_ref());
        match form {
            Subject::Opaque => hash(&format!("{} {login}", self.profile.name))[..24].to_owned(),
            Subject::Pairwise => hash(&format!("{} {login} {client}", self.profile.name))[..43].to_owned(),
            Subject::Number => number(login),
            Subject::Login => login.to_owned(),
        }
    }

    /// Makes a draft wrong in all these ways. `other` is what a fault may put in its place.
    pub(crate) fn spoil(
        &self,
        state: &mut State,
        draft: &mut Draft,
        faults: &[TokenFault],
        secret: &str,
        other: Option<&Draft>,
    ) {
        let origin = self.origin();
        for fault in faults {
            let key = state.keys.find(&draft.signer);
            let algorithm = key.as_ref().map_or(self.profile.algorithm, |key| key.algorithm);
            let surroundings = Surroundings {
                origin: &origin,
                now: self.now(),
                secret,
                key_id: key.as_ref().map_or("", |key| &key.id),
                algorithm,
                stranger: state.keys.stranger(algorithm).jwk(),
                other: other.cloned(),
            };
            fault.apply(draft, &surroundings);
        }
    }
}

/// A number of nine digits that always belongs to the same name.
pub(crate) fn number(name: &str) -> String {
    let hash = digest(&SHA256, name.as_bytes());
    let number = hash
        .as_ref()
        .iter()
        .take(4)
        .fold(0u32, |sum, byte| sum << 8 | u32::from(*byte));
    (100_000_000 + number % 900_000_000).to_string()
}
