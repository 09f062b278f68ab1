//! The first of several issuers that has keys.

use super::{Issued, Issuer, IssuerError};
use crate::error::Advice;
use futures_util::future::BoxFuture;
use std::sync::{Arc, OnceLock};

/// Several issuers, asked one after the other until one has keys: a vendor's own order. Those behind it are not asked. From then on it is the
/// only one, as in the vendors' SDKs: keys of another could be another account's.
#[derive(Debug)]
pub struct Chain {
    links: Vec<Link>,
    winner: OnceLock<usize>,
}

/// One of them.
#[derive(Debug)]
pub struct Link {
    /// What it is called in messages.
    pub name: &'static str,
    /// Itself.
    pub issuer: Arc<dyn Issuer>,
}

impl Link {
    /// An issuer with its name.
    #[must_use]
    pub fn new(name: &'static str, issuer: impl Issuer + 'static) -> Self {
        Self {
            name,
            issuer: Arc::new(issuer),
        }
    }
}

impl Chain {
    /// These, in this order.
    #[must_use]
    pub fn new(links: Vec<Link>) -> Self {
        Self {
            links,
            winner: OnceLock::new(),
        }
    }

    fn winner(&self) -> Option<&Link> {
        self.winner.get().and_then(|&index| self.links.get(index))
    }
}

impl Issuer for Chain {
    fn issue(&self) -> BoxFuture<'_, Result<Issued, IssuerError>> {
        Box::pin(async {
            if let Some(Link { name, issuer }) = self.winner() {
                return issuer.issue().await.map_err(|error| error.within(name));
            }
            let mut reasons = Vec::new();
            let mut private = Vec::new();
            for (index, Link { name, issuer }) in self.links.iter().enumerate() {
                match issuer.issue().await {
                    Ok(issued) => {
                        tracing::info!(link = name, "keys found");
                        _ = self.winner.set(index);
                        return Ok(issued);
                    }
                    Err(error) if error.decisive => return Err(error.within(name)),
                    Err(error) => {
                        private.extend(error.private.as_ref().map(|text| format!("{name}: {text}")));
                        reasons.push(error.within(name).message);
                    }
                }
            }
            let error =
                IssuerError::new(format!("there are no keys anywhere: {}", reasons.join("; "))).advise(Advice::new(
                    "set one of these up, or name the right one in the account's credentials instead of \"default\"",
                    "请配置其中一种凭证，或在账号配置的 credentials 中用具体方式代替 \"default\"",
                ));
            Err(if private.is_empty() {
                error
            } else {
                error.privately(private.join("; "))
            })
        })
    }

    fn changed(&self) -> BoxFuture<'_, bool> {
        match self.winner() {
            Some(link) => link.issuer.changed(),
            None => Box::pin(std::future::ready(false)),
        }
    }
}

#[cfg(test)]
mod tests;
