//! A role that is assumed with other keys.

use super::sts::{Role, Sts};
use crate::credentials::{Credentials, Issued, Issuer, IssuerError, KeySource};
use futures_util::future::BoxFuture;
use std::fmt;
use std::sync::Arc;

/// The keys of a role, asked for with the keys of a source.
pub(super) struct AssumedRole {
    role: Role,
    source: KeySource,
    sts: Sts,
}

impl AssumedRole {
    pub(super) fn new(role: Role, source: Option<Arc<dyn Credentials>>, sts: Sts) -> Self {
        let source = KeySource::new(source);
        Self { role, source, sts }
    }

    async fn assume(&self) -> Result<Issued, IssuerError> {
        let keys = self.source.keys().await;
        let keys = keys.map_err(|error| error.within(&format!("the keys to assume {} with", self.role.arn)))?;
        let issued = self.sts.assume_role(&self.role, &keys).await?;
        self.source.used(&keys);
        Ok(issued)
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
        Box::pin(self.source.changed())
    }
}
