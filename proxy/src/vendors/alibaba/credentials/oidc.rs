//! A role that a pod's service account stands for (RRSA), or any other OIDC token in a file.

use super::sts::{Role, Sts};
use crate::credentials::files::Watched;
use crate::credentials::{Issued, Issuer, IssuerError};
use futures_util::future::BoxFuture;
use std::path::PathBuf;

/// The keys of a role that trusts an OIDC provider. The token is read anew every time: it is replaced long before it ends.
#[derive(Debug)]
pub(super) struct OidcRole {
    role: Role,
    provider: String,
    token_file: PathBuf,
    sts: Sts,
}

impl OidcRole {
    pub(super) fn new(role: Role, provider: String, token_file: PathBuf, sts: Sts) -> Self {
        Self {
            role,
            provider,
            token_file,
            sts,
        }
    }

    async fn assume(&self) -> Result<Issued, IssuerError> {
        let token = Watched::default().reading().text(&self.token_file).await?;
        if token.is_empty() {
            return Err(IssuerError::new(format!("{} is empty", self.token_file.display())));
        }
        self.sts.assume_role_with_oidc(&self.role, &self.provider, &token).await
    }
}

impl Issuer for OidcRole {
    fn issue(&self) -> BoxFuture<'_, Result<Issued, IssuerError>> {
        Box::pin(self.assume())
    }
}
