//! One request to a cloud: signed, sent, and sent again where that may help.

use super::Limits;
use super::advice::Question;
use super::answer::{Answer, judge};
use super::counted;
use super::limits::Budget;
use super::request::ApiRequest;
use super::retry::{Again, AttemptError, Attempts, GiveUp};
use super::transport::{Connection, Transport};
use crate::accounts::{Account, Throttled, Turn};
use crate::asker::{Asker, Askers, Reading};
use crate::clock::Ambient;
use crate::error::{Advice, TargetError};
use crate::store::{Store, Topic};
use humantime::format_duration;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout_at};
use tracing::Instrument;
use wire::ErrorCode;

/// Asks the clouds, within limits that all walks share.
pub struct Client {
    transport: Arc<dyn Transport>,
    limits: Limits,
    ambient: Ambient,
    /// Under way as long as somebody has this client.
    reading: Reading,
    askers: Arc<Askers>,
    /// A variable of the environment that names a proxy, which is not used.
    unused_proxy: Option<String>,
    /// What replicas share.
    store: Option<Store>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client that sends through `transport`.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>, limits: Limits, ambient: Ambient) -> Self {
        Self {
            transport,
            limits,
            ambient,
            reading: Reading::default(),
            askers: Arc::default(),
            unused_proxy: None,
            store: None,
        }
    }

    /// The same client, which tells other replicas what clouds throttle.
    #[must_use]
    pub fn sharing(self, store: Option<&Store>) -> Self {
        Self {
            store: store.cloned(),
            ..self
        }
    }

    /// The same client, where the environment names a proxy in this variable: whoever cannot connect is told that it is not used.
    #[must_use]
    pub fn with_unused_proxy(self, variable: Option<String>) -> Self {
        Self {
            unused_proxy: variable,
            ..self
        }
    }

    /// The same client, for a reading of somebody. It is under way until nobody has this client any more.
    #[must_use]
    pub fn on_behalf_of(&self, reading: Reading) -> Self {
        Self {
            askers: Arc::new(Askers::new(reading.asker().clone())),
            reading,
            ..self.of_no_reading()
        }
    }

    /// The same client for what several read, who are all of these. It is none of their readings.
    #[must_use]
    pub fn for_all(&self, askers: Arc<Askers>) -> Self {
        Self {
            askers,
            ..self.of_no_reading()
        }
    }

    fn of_no_reading(&self) -> Self {
        Self {
            transport: Arc::clone(&self.transport),
            limits: self.limits,
            ambient: self.ambient.clone(),
            reading: Reading::default(),
            askers: Arc::default(),
            unused_proxy: self.unused_proxy.clone(),
            store: self.store.clone(),
        }
    }

    /// For whom it asks.
    #[must_use]
    pub fn asker(&self) -> &Asker {
        self.reading.asker()
    }

    /// The bounds.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Time and chance.
    #[must_use]
    pub fn ambient(&self) -> &Ambient {
        &self.ambient
    }

    /// Asks until there is an answer, the attempts are used up, or the budget is.
    ///
    /// # Errors
    /// The last attempt's, with advice.
    pub async fn ask(&self, account: &Account, request: &ApiRequest, budget: &Budget) -> Result<Answer, TargetError> {
        let (turns, action, region) = (&account.turns, request.call.action, request.region());
        let service = request.call.service.id;
        // That of the last attempt after which another one is made at the expense of all.
        let mut failed: Option<Box<TargetError>> = None;
        // Who waits for others until then still has the time to hear what the cloud says to it.
        let latest = || budget.end().checked_sub(LAST_MOMENT).unwrap_or_else(Instant::now);
        let shared = || {
            let wait = |asker| async move { turns.shared(action, region, &asker, latest()).await };
            self.askers.first(wait)
        };
        let mut attempts = Attempts::default();
        let mut connection = Connection::Any;
        let begun = Instant::now();
        let mut turn = shared().await;
        counted::waited("turn", begun);
        loop {
            let span = counted::span(&account.id, request);
            let attempting = self.attempt(account, request, budget, connection, failed.as_deref());
            let attempted = attempting.instrument(span.clone()).await;
            counted::ended(&span, &attempted);
            counted::attempt(service, &attempted);
            let AttemptError { error, again, broken } = match attempted {
                Ok(answer) => {
                    account.retries.answered(service, failed.is_some());
                    return Ok(answer);
                }
                Err(error) => error,
            };
            if let Again::Throttled { .. } = again {
                self.throttled(account, action, region);
            }
            tracing::debug!(account = account.id, action, region, %error, ?again, "attempt failed");
            let wait = match attempts.next(again, &self.limits, &self.ambient, budget.end()) {
                Ok(wait) => wait,
                Err(GiveUp { more_after: Some(wait) }) => return Err(error.more_after(wait)),
                Err(GiveUp { more_after: None }) => return Err(*error),
            };
            // Throttled requests go one at a time, so that they need no such bound.
            if matches!(again, Again::Once | Again::Yes(_)) {
                if failed.is_some() {
                    account.retries.failed(service);
                }
                if !account.retries.may(service) {
                    return Err(*error);
                }
                failed = Some(error.clone());
            }
            counted::again(service, again);
            let until = Instant::now() + wait;
            if broken {
                // What else is in the pool may be as dead.
                connection = Connection::New;
            }
            if let Turn::Shared(_) = turn {
                // Nobody waits for one who sleeps.
                drop(turn);
                if let Again::Throttled { .. } = again {
                    let alone = |asker| async move { turns.alone(action, region, &asker, latest()).await };
                    let Some(alone) = self.askers.first(alone).await else {
                        return Err(error.more_after(wait));
                    };
                    turn = alone;
                    sleep_until(until).await;
                } else {
                    sleep_until(until).await;
                    turn = shared().await;
                }
            } else {
                sleep_until(until).await;
            }
        }
    }

    /// Lets an operation be asked less often in a region, here and at other replicas.
    fn throttled(&self, account: &Account, action: &'static str, region: &str) {
        let Some(rate) = account.paces.throttled(action, region) else {
            return;
        };
        let notice = Throttled::notice(account, action, region, rate, &self.ambient);
        if let Some((store, notice)) = self.store.clone().zip(notice) {
            tokio::spawn(async move { store.tell(Topic::Paces, &notice).await });
        }
    }

    async fn attempt(
        &self,
        account: &Account,
        request: &ApiRequest,
        budget: &Budget,
        connection: Connection,
        failed: Option<&TargetError>,
    ) -> Result<Answer, AttemptError> {
        let late = |_| {
            AttemptError::last(TargetError::timeout(format!(
                "no end within {}",
                format_duration(self.limits.target)
            )))
        };
        let (action, region) = (request.call.action, request.region());
        let pace = |asker| async move { account.paces.pass(action, region, &asker, budget.end()).await };
        let begun = Instant::now();
        self.askers.first(pace).await;
        counted::waited("pace", begun);
        let (service, most) = (request.call.service.id, self.limits.service_requests);
        let begun = Instant::now();
        let turn = self
            .askers
            .first(|asker| async move { account.concurrency.pass(service, most, &asker).await });
        let _turn = timeout_at(budget.end(), turn).await.map_err(late)?;
        counted::waited("concurrency", begun);
        // Of many who wait here to try again, some have tried meanwhile.
        if let Some(failed) = failed
            && !account.retries.may(service)
        {
            return Err(AttemptError::last(failed.clone()));
        }
        let keys = timeout_at(budget.end(), account.credentials.current())
            .await
            .map_err(late)?
            .map_err(AttemptError::last)?;
        // Signed after the wait for its turn, so that the date is that of sending.
        let signed = request
            .signed(account.vendor, &keys, &self.ambient)
            .map_err(AttemptError::last)?;
        let end = budget.end().min(Instant::now() + self.limits.request);
        let sending = self.transport.send(signed, self.limits.page_bytes, connection);
        let begun = Instant::now();
        let sent = timeout_at(end, sending).await;
        counted::sent(service, begun);
        let answer = sent.map_err(|elapsed| {
            if budget.end() <= end {
                return late(elapsed);
            }
            let time = format_duration(self.limits.request);
            AttemptError::last(TargetError::timeout(format!("no whole answer within {time}")))
        })?;
        let answer = answer.map_err(|error| self.not_through_the_proxy(error.into()))?;
        let secrets = keys.secrets();
        judge(&Question::new(account, request, &secrets), answer, self.ambient.now())
    }

    /// A connection that failed where the environment names a proxy was meant to go through it.
    fn not_through_the_proxy(&self, failed: AttemptError) -> AttemptError {
        let Some(variable) = self
            .unused_proxy
            .as_ref()
            .filter(|_| failed.error.public.code == ErrorCode::ConnectFailed)
        else {
            return failed;
        };
        let advice = Advice::new(
            format!(
                "{variable} is set, but Signalbox does not use proxies: let this host reach the cloud directly, or set the account's endpoints to addresses that it can reach"
            ),
            format!(
                "已设置 {variable}，但 Signalbox 不使用代理：请让本机直连云厂商，或把账号配置中的 endpoints 设为本机可达的地址"
            ),
        );
        AttemptError {
            error: Box::new(failed.error.advise(advice)),
            ..failed
        }
    }
}

/// How long before the end of a target's time a request no longer waits for its turn.
const LAST_MOMENT: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests;
