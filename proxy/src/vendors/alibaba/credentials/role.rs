//! A role that is assumed with other keys.

use super::sts::{Role, Sts};
use crate::credentials::{Credentials, Issued, Issuer, IssuerError};
use futures_util::future::BoxFuture;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// The keys of a role, asked for with the keys of a source.
pub(super) struct AssumedRole {
    role: Role,
    source: Option<Arc<dyn Credentials>>,
    sts: Sts,
    /// The id of the source's keys that the role was last assumed with, if they are for good.
    with: Mutex<Option<String>>,
}

impl AssumedRole {
    pub(super) fn new(role: Role, source: Option<Arc<dyn Credentials>>, sts: Sts) -> Self {
        Self {
            role,
            source,
            sts,
            with: Mutex::default(),
        }
    }

    async fn assume(&self) -> Result<Issued, IssuerError> {
        let source = self.source.as_ref();
        let source = source.ok_or_else(|| IssuerError::new(format!("nothing to assume {} with", self.role.arn)))?;
        let keys = source
            .current()
            .await
            .map_err(|error| IssuerError::from(error).within(&format!("the keys to assume {} with", self.role.arn)))?;
        let issued = self.sts.assume_role(&self.role, &keys).await?;
        let lasting = keys.token.is_none().then(|| keys.id.clone());
        *self.with.lock().unwrap_or_else(PoisonError::into_inner) = lasting;
        Ok(issued)
    }

    /// Whether the source has other keys now. Temporary ones change all the time, and the role's hold all the same.
    async fn source_changed(&self) -> bool {
        let with = self.with.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (Some(with), Some(source)) = (with, &self.source) else {
            return false;
        };
        source.current().await.is_ok_and(|keys| keys.id != with)
    }
}

impl fmt::Debug for AssumedRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AssumedRole")
            .field(&self.role)
            .field(&self.source)
            .finish()
    }
}

impl Issuer for AssumedRole {
    fn issue(&self) -> BoxFuture<'_, Result<Issued, IssuerError>> {
        Box::pin(self.assume())
    }

    fn changed(&self) -> BoxFuture<'_, bool> {
        Box::pin(self.source_changed())
    }
}
