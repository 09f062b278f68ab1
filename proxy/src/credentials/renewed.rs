//! Keys that are kept while they hold, and renewed before they end.

use super::{Credentials, Issued, Issuer, IssuerError, Keys};
use crate::clock::{Ambient, rfc3339, unix_seconds};
use crate::error::{Advice, TargetError};
use crate::telemetry::{metrics, traces};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use sign::Secret;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, timeout};
use tracing::Instrument;
use tracing::field::Empty;

/// An issuer's keys, as long as they hold.
///
/// All who want keys at once wait for one request to the issuer, which goes on when the first of them has gone. Keys are renewed in the
/// background after 70 to 80 % of their life, whenever somebody wants them; if that fails, the old ones are taken as long as they hold. After
/// a failure the issuer is left alone for a while, which grows with each.
pub struct Renewed(Arc<Inner>);

/// How long an issuer may take, whatever it does on the way.
const LONGEST: Duration = Duration::from_secs(45);

/// How often is looked whether what the keys were made of has changed.
const LOOK: Duration = Duration::from_secs(10);

/// How long such a look may take: files can be on a disk that does not answer.
const LONGEST_LOOK: Duration = Duration::from_secs(2);

/// The shortest and the longest time for which an issuer that failed is left alone. The longest is also how late it is noticed that a file is
/// right again.
const COOL_DOWN: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(20)];

/// Keys are not taken in the last moments of their life, in which a request would be on its way.
const LAST_MOMENTS: Duration = Duration::from_secs(10);

struct Inner {
    issuer: Arc<dyn Issuer>,
    ambient: Ambient,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Whose keys they are, as the metrics call them.
    account: Option<String>,
    /// When those that are held end, as the metrics have been told.
    told: Option<i64>,
    held: Option<Held>,
    /// The request that is under way.
    running: Option<Running>,
    /// What became of the last one, if it failed.
    failed: Option<Failed>,
    looked: Option<Instant>,
}

type Running = Shared<BoxFuture<'static, Result<Arc<Keys>, TargetError>>>;

struct Held {
    keys: Arc<Keys>,
    /// When they are not taken any more, and when they are to be renewed. None: never.
    times: Option<(SystemTime, SystemTime)>,
}

struct Failed {
    error: TargetError,
    times: u32,
    until: Instant,
}

impl Renewed {
    /// The keys of an issuer, which is not asked before somebody wants them.
    #[must_use]
    pub fn new(issuer: Arc<dyn Issuer>, ambient: Ambient) -> Self {
        Self(Arc::new(Inner {
            issuer,
            ambient,
            state: Mutex::default(),
        }))
    }

    /// The same, where these keys of the issuer are known already.
    #[must_use]
    pub fn holding(self, keys: Keys) -> Self {
        {
            let mut state = self.0.state();
            state.held = Some(Held {
                keys: Arc::new(keys),
                times: None,
            });
            state.looked = Some(Instant::now());
        }
        self
    }
}

impl fmt::Debug for Renewed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Renewed").field(&self.0.issuer).finish()
    }
}

impl Credentials for Renewed {
    fn count_for(&self, account: &str) {
        self.0.state().account = Some(account.to_owned());
    }

    fn current(&self) -> BoxFuture<'_, Result<Arc<Keys>, TargetError>> {
        Box::pin(async {
            self.0.look().await;
            let running = match self.0.now() {
                Now::Keys(keys) => return Ok(keys),
                Now::Failed(error) => return Err(error),
                Now::Wait(running) => running,
            };
            running.await
        })
    }
}

/// What there is for somebody who wants keys.
enum Now {
    Keys(Arc<Keys>),
    Wait(Running),
    Failed(TargetError),
}

impl State {
    /// Tells the metrics what a request has brought, if anything.
    fn count(&mut self, held: Option<&Held>, now: SystemTime) {
        let Some(account) = &self.account else { return };
        let metrics = metrics();
        let outcome = if held.is_some() { "ok" } else { "failed" };
        metrics.credentials_renewals.of([account, outcome]).inc();
        if held.is_some() {
            metrics.credentials_issued.of([account]).set(unix_seconds(now));
        }
        if let Some((end, _)) = held.and_then(|held| held.times) {
            metrics.credentials_expiry.of([account]).set(unix_seconds(end));
            self.told = Some(unix_seconds(end));
        }
    }
}

impl Drop for State {
    /// An account that is gone, or has other credentials, has no such times any more; unless its new ones have told theirs.
    fn drop(&mut self) {
        let (Some(account), Some(told)) = (&self.account, self.told) else {
            return;
        };
        let metrics = metrics();
        if metrics.credentials_expiry.of([account]).get() == told {
            metrics.credentials_expiry.forget([account]);
            metrics.credentials_issued.forget([account]);
        }
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has new keys made if what the old ones were made of has changed, and waits for them. Where that fails the old ones stay: a file may be
    /// half written.
    async fn look(self: &Arc<Self>) {
        {
            let mut state = self.state();
            let recent = state.looked.is_some_and(|looked| looked.elapsed() < LOOK);
            if state.held.is_none() || recent {
                return;
            }
            // Before it is done, so that one looks and the others go on with what there is.
            state.looked = Some(Instant::now());
        }
        let changed = timeout(LONGEST_LOOK, self.issuer.changed()).await;
        if changed.unwrap_or(false) {
            let running = self.state().running.get_or_insert_with(|| self.start()).clone();
            _ = running.await;
        }
    }

    fn now(self: &Arc<Self>) -> Now {
        let mut state = self.state();
        let now = self.ambient.now();
        let held = state.held.as_ref();
        let holding = held.filter(|held| held.times.is_none_or(|(end, _)| now < end));
        let due = holding.is_none_or(|held| held.times.is_some_and(|(_, renewal)| renewal <= now));
        let keys = holding.map(|held| Arc::clone(&held.keys));
        let cooling = state.failed.as_ref().filter(|failed| Instant::now() < failed.until);
        let cooling = cooling.map(|failed| failed.error.clone());
        if due && state.running.is_none() && cooling.is_none() {
            state.running = Some(self.start());
        }
        match (keys, &state.running, cooling) {
            (Some(keys), _, _) => Now::Keys(keys),
            (None, Some(running), _) => Now::Wait(running.clone()),
            (None, None, Some(error)) => Now::Failed(error),
            // Without keys, a request and a failure it would have been started.
            (None, None, None) => Now::Failed(TargetError::cancelled()),
        }
    }

    /// Asks the issuer, in a task of its own: whoever asked first may go away, and others wait for the same.
    fn start(self: &Arc<Self>) -> Running {
        let inner = Arc::clone(self);
        let asking = async move {
            let span = tracing::debug_span!(
                target: traces::TARGET,
                "keys",
                otel.name = "renew keys",
                otel.status_code = Empty,
                error.r#type = Empty,
            );
            let issuing = timeout(LONGEST, inner.issuer.issue()).instrument(span.clone());
            let issued = AssertUnwindSafe(issuing).catch_unwind();
            let issued = match issued.await {
                Ok(Ok(issued)) => issued.map_err(TargetError::from),
                Ok(Err(_)) => Err(IssuerError::new(format!("no keys within {} s", LONGEST.as_secs())).into()),
                Err(panic) => Err(TargetError::panicked(&*panic)),
            };
            if let Err(error) = &issued {
                traces::failed(&span, error.public.code.as_str());
            }
            inner.take(issued)
        };
        let task = tokio::spawn(asking.in_current_span());
        // Only a runtime that shuts down ends the task.
        task.map(|done| done.unwrap_or_else(|_| Err(TargetError::cancelled())))
            .boxed()
            .shared()
    }

    /// What the issuer gave counts from now on.
    fn take(&self, issued: Result<Issued, TargetError>) -> Result<Arc<Keys>, TargetError> {
        let now = self.ambient.now();
        let held = issued.and_then(|issued| self.held(issued, now).map_err(TargetError::from));
        let mut state = self.state();
        let old = state.held.as_ref().map(|held| &held.keys);
        let held = match (held, old) {
            (Ok(held), Some(old)) if is_cut_off(&held.keys, old) => Err(IssuerError::new(
                "the keys are the old ones, cut off: they are not written to their end yet",
            )
            .into()),
            (held, _) => held,
        };
        state.running = None;
        state.looked = Some(Instant::now());
        state.count(held.as_ref().ok(), now);
        match held {
            Ok(held) => {
                let keys = Arc::clone(&held.keys);
                state.held = Some(held);
                state.failed = None;
                Ok(keys)
            }
            Err(error) => {
                let times = state.failed.take().map_or(0, |failed| failed.times);
                let [shortest, longest] = COOL_DOWN;
                let most = shortest.saturating_mul(2 << times.min(8)).min(longest);
                // Half of it is kept, the other half keeps replicas apart.
                let wait = most / 2 + self.ambient.jitter(most / 2);
                let kept = state
                    .held
                    .as_ref()
                    .is_some_and(|held| held.times.is_none_or(|(end, _)| now < end));
                tracing::warn!(%error, issuer = ?self.issuer, wait = wait.as_secs_f64(), kept, "no keys");
                state.failed = Some(Failed {
                    error: error.clone(),
                    times: times + 1,
                    until: Instant::now() + wait,
                });
                Err(error)
            }
        }
    }

    fn held(&self, issued: Issued, now: SystemTime) -> Result<Held, IssuerError> {
        let keys = Arc::new(issued.keys);
        let Some(expires) = issued.expires else {
            return Ok(Held { keys, times: None });
        };
        let end = SystemTime::from(expires);
        let life = end.duration_since(now).unwrap_or_default();
        if life.is_zero() {
            let (end, now) = (rfc3339(end), rfc3339(now));
            return Err(IssuerError::new(format!(
                "the keys that were issued ended at {end}, and it is {now} by the clock of this host"
            ))
            .advise(Advice::new(
                "set the clock of this host, or see why the issuer gives old keys",
                "请校准本机时钟，或检查签发方为何给出已过期的凭证",
            )));
        }
        let renewal = now + life.mul_f64(0.7) + self.ambient.jitter(life.mul_f64(0.1));
        Ok(Held {
            keys,
            times: Some((end - LAST_MOMENTS.min(life / 10), renewal)),
        })
    }
}

/// Whether keys are a beginning of others: of the same id, with a shorter secret or token, or without the token.
fn is_cut_off(keys: &Keys, old: &Keys) -> bool {
    let begins = |new: &Secret, old: &Secret| new.expose() != old.expose() && old.expose().starts_with(new.expose());
    let token_is = match (&keys.token, &old.token) {
        (Some(new), Some(old)) => begins(new, old),
        (new, old) => new.is_none() && old.is_some(),
    };
    keys.id == old.id && (begins(&keys.secret, &old.secret) || token_is)
}

#[cfg(test)]
mod tests;
