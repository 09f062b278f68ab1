//! One request to a cloud: signed, sent, and sent again where that may help.

use super::Limits;
use super::answer::{Answer, advise, judge};
use super::limits::Budget;
use super::request::ApiRequest;
use super::retry::{AttemptError, wait};
use super::transport::Transport;
use crate::accounts::Account;
use crate::clock::Ambient;
use crate::error::TargetError;
use humantime::format_duration;
use std::fmt;
use std::sync::Arc;
use tokio::time::{Instant, sleep, timeout_at};

/// Asks the clouds, within limits that all walks share.
pub struct Client {
    transport: Arc<dyn Transport>,
    limits: Limits,
    ambient: Ambient,
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
        }
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
        let mut attempt = 1;
        loop {
            let AttemptError { error, again } = match self.attempt(account, request, budget).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let error = advise(account.vendor, *error, request.call.permission, request.host());
            let service = request.call.service.id;
            tracing::debug!(account = account.id, service, attempt, %error, ?again, "attempt failed");
            let Some(wait) = wait(again, attempt, &self.limits, &self.ambient, budget) else {
                return Err(error);
            };
            sleep(wait).await;
            attempt += 1;
        }
    }

    async fn attempt(&self, account: &Account, request: &ApiRequest, budget: &Budget) -> Result<Answer, AttemptError> {
        let late = |_| {
            AttemptError::last(TargetError::timeout(format!(
                "no end within {}",
                format_duration(self.limits.target)
            )))
        };
        let turn = account
            .concurrency
            .pass(request.call.service.id, self.limits.service_requests);
        let _turn = timeout_at(budget.end(), turn).await.map_err(late)?;
        let keys = timeout_at(budget.end(), account.credentials.current())
            .await
            .map_err(late)?
            .map_err(AttemptError::last)?;
        // Signed after the wait for its turn, so that the date is that of sending.
        let signed = request
            .signed(account.vendor, &keys, &self.ambient)
            .map_err(AttemptError::last)?;
        let end = budget.end().min(Instant::now() + self.limits.request);
        let sent = timeout_at(end, self.transport.send(signed, self.limits.page_bytes)).await;
        let answer = sent.map_err(|elapsed| {
            if budget.end() <= end {
                return late(elapsed);
            }
            let time = format_duration(self.limits.request);
            AttemptError::last(TargetError::timeout(format!("no whole answer within {time}")))
        })??;
        let (secrets, now) = (keys.secrets(), self.ambient.now());
        judge(account.vendor, request.host(), answer, &secrets, now)
    }
}

#[cfg(test)]
mod tests;
