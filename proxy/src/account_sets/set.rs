//! One set: its directory, its members, and what stands for them while they are not known.

use super::discover::Discover;
use super::listing;
use super::member::Member;
use super::state::{Entered, State, Way};
use crate::accounts::{Account, Labels};
use crate::ask::Client;
use crate::clock::rfc3339;
use crate::credentials::{Credentials, Keys, Renewed, Surroundings, Told};
use crate::error::{Advice, TargetError};
use crate::vendors::FactKey;
use futures_util::future::{BoxFuture, ready};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

/// The accounts that a directory lists.
#[derive(Debug)]
pub struct AccountSet {
    /// By which the directory is asked.
    asks: Account,
    discover: Discover,
    surroundings: Surroundings,
    prefix: String,
    /// What the configuration says of it, with what else its members depend on.
    said: Option<[u8; 32]>,
    taken: HashSet<String>,
    state: Arc<RwLock<State>>,
    unlisted: Arc<Account>,
    /// Whether somebody keeps it fresh.
    followed: AtomicBool,
}

/// What a set is made of.
#[derive(Debug)]
pub struct Of {
    /// The account of the configuration: its id is the set's, its regions and endpoints the members', its labels those of members without.
    pub account: Account,
    /// Its members.
    pub discover: Discover,
    /// What is around their keys.
    pub surroundings: Surroundings,
    /// Ids of the configuration's own accounts, which members may not have.
    pub taken: HashSet<String>,
}

impl AccountSet {
    /// A set of which nothing is known yet.
    #[must_use]
    pub fn new(of: Of) -> Self {
        let Of {
            account: asks,
            discover,
            surroundings,
            mut taken,
        } = of;
        let prefix = format!("{}-", asks.id);
        taken.retain(|id| id.starts_with(&prefix));
        let state = Arc::new(RwLock::new(State::default()));
        let credentials = Unlisted {
            set: asks.id.clone(),
            directory: discover.kind.directory.kind,
            state: Arc::clone(&state),
        };
        let mut unlisted = Account::new(
            asks.id.clone(),
            asks.vendor,
            asks.regions.clone(),
            Arc::new(credentials),
        );
        unlisted.unlisted = true;
        Self {
            said: asks.said,
            unlisted: Arc::new(unlisted),
            asks,
            discover,
            surroundings,
            prefix,
            taken,
            state,
            followed: AtomicBool::new(false),
        }
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.asks.id
    }

    /// What the ids of all its members begin with.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// How often the directory is asked.
    #[must_use]
    pub(super) fn every(&self) -> std::time::Duration {
        self.discover.every
    }

    /// Whether the same is said of both, so that one can go on as the other.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.asks.id == other.asks.id && self.said == other.said && self.taken == other.taken
    }

    /// From now on somebody keeps it fresh; whether nobody did before.
    pub(super) fn begin_to_follow(&self) -> bool {
        !self.followed.swap(true, Ordering::Relaxed)
    }

    fn state(&self) -> State {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The members that are known, in the directory's order.
    #[must_use]
    pub fn accounts(&self) -> Arc<Vec<Arc<Account>>> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&state.accounts)
    }

    /// What stands for members that are not known; none where all are.
    #[must_use]
    pub fn unlisted(&self) -> Option<&Arc<Account>> {
        let now = self.surroundings.ambient.now();
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        (!state.is_whole(now)).then_some(&self.unlisted)
    }

    /// When the directory last told all.
    #[must_use]
    pub fn whole(&self) -> Option<SystemTime> {
        self.state().whole
    }

    /// Why the directory did not tell all when it was asked last.
    #[must_use]
    pub fn gap(&self) -> Option<TargetError> {
        self.state().gap
    }

    /// How many members are left out, since an account of the configuration has their id.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.state().taken
    }

    /// The members with their accounts.
    #[must_use]
    pub fn members(&self) -> Vec<(Member, Arc<Account>)> {
        let entered = self.state().entered.into_iter();
        entered.map(|Entered { member, account }| (member, account)).collect()
    }

    /// Asks the directory, and goes on with what it tells. How many came and went.
    pub async fn refresh(&self, client: &Client) -> (usize, usize) {
        let listed = listing::ask(client, &self.asks, &self.discover).await;
        let way = Way {
            prefix: &self.prefix,
            discover: &self.discover,
            labels: &self.asks.labels,
            taken: &self.taken,
            enter: &|member, id, labels| self.enter(member, id, labels),
        };
        let before = self.state();
        let next = before.next(listed, &way, client.ambient().now());
        let count = |one: &State, other: &State| {
            let others: HashSet<&str> = other.entered.iter().map(|known| &*known.account.id).collect();
            let missing = one.entered.iter().filter(|known| !others.contains(&*known.account.id));
            missing.count()
        };
        let changes = (count(&next, &before), count(&before, &next));
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = next;
        changes
    }

    /// What is said of a member: all that is said of its set, and which of the directory it is. So replicas know that they mean the same account.
    fn said_of(&self, member: &Member) -> Option<[u8; 32]> {
        let said = [&self.said?[..], member.id.as_bytes()].concat();
        Some(Sha256::digest(said).into())
    }

    /// The account of a member: the set's, with keys of its own.
    fn enter(&self, member: &Member, id: String, labels: Labels) -> Option<Account> {
        let vendor = self.asks.vendor;
        let kind = self.discover.kind;
        let told = Told {
            texts: (kind.told)(&self.discover.said, &member.id)?,
            source: Some(Arc::clone(&self.asks.credentials)),
            ..Told::default()
        };
        let credentials = vendor.kinds().iter().find(|known| known.from == kind.from)?;
        let surroundings = Surroundings {
            account: id.clone(),
            ..self.surroundings.clone()
        };
        let facts = vendor.told_facts(kind.from, &told, &surroundings);
        let issuer = (credentials.issuer)(told, &surroundings);
        let keys = Renewed::new(issuer, surroundings.ambient);
        let mut account = Account::new(id, vendor, self.asks.regions.clone(), Arc::new(keys));
        account.endpoints.clone_from(&self.asks.endpoints);
        account.labels = labels;
        account.said = self.said_of(member);
        for (name, value) in facts {
            account.facts.tell(FactKey { name, region: None }, value);
        }
        Some(account)
    }
}

/// The keys of accounts that are not known: there are none, and why.
#[derive(Debug)]
struct Unlisted {
    set: String,
    directory: &'static str,
    state: Arc<RwLock<State>>,
}

impl Unlisted {
    /// What people are told. The directory's own words are about an account that is not theirs, and stay in the log.
    fn why(&self) -> TargetError {
        let Self { set, directory, .. } = self;
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let code = state.gap.as_ref().map(|gap| gap.public.code.as_str());
        let message = match (state.whole, code) {
            (None, None) => format!("the {directory} of {set} has not been read yet: its members are not known"),
            (None, Some(code)) => {
                format!("the {directory} of {set} could not be read ({code}): there may be members that are not known")
            }
            (Some(whole), code) => format!(
                "the {directory} of {set} was last read at {} and could not be since ({}): there may be members that are not known",
                rfc3339(whole),
                code.unwrap_or("no reason known")
            ),
        };
        let advice = match &state.gap {
            None => Advice::new("try again in a few seconds", "请几秒后重试"),
            Some(gap) => match (&gap.public.advice, &gap.public.advice_zh) {
                (Some(en), Some(zh)) => Advice::new(en, zh),
                _ => Advice::new(
                    "the log of Signalbox and `signalbox check --online` say why",
                    "原因见 Signalbox 日志和 signalbox check --online",
                ),
            },
        };
        TargetError::credentials(message).advise(advice)
    }
}

impl Credentials for Unlisted {
    fn current(&self) -> BoxFuture<'_, Result<Arc<Keys>, TargetError>> {
        Box::pin(ready(Err(self.why())))
    }
}
