//! Keys for the token of an identity provider that IAM knows, as the SDK has them for `idp_id` and `id_token_file`.

use super::issuers::{Base, Issuers};
use crate::credentials::files::Watched;
use crate::credentials::{Issued, Issuer, IssuerError, Surroundings};
use futures_util::future::BoxFuture;
use http::HeaderValue;
use serde_json::json;
use std::path::{Path, PathBuf};

/// How long keys are asked for, in seconds, as the SDK does.
const LIFE: u64 = 6 * 60 * 60;

/// An identity provider, and where its token stands.
#[derive(Debug)]
pub(super) struct Federated {
    issuers: Issuers,
    provider: String,
    token_file: PathBuf,
}

impl Federated {
    pub(super) fn new(around: &Surroundings, provider: String, token_file: PathBuf) -> Self {
        Self {
            issuers: Issuers::new(around),
            provider,
            token_file,
        }
    }
}

/// The keys: the provider's token is exchanged for one of IAM, and that for keys.
pub(super) async fn keys(
    issuers: &Issuers,
    iam: &Base,
    provider: &str,
    token_file: &Path,
) -> Result<Issued, IssuerError> {
    let token = identity_token(token_file).await?;
    let mut request = iam.post(
        "/v3.0/OS-AUTH/id-token/tokens",
        &json!({"auth": {"id_token": {"id": token}}}),
    )?;
    let provider = HeaderValue::from_str(provider).map_err(|_| IssuerError::new("idp_id cannot stand in a header"))?;
    request.headers_mut().insert("x-idp-id", provider);
    let answer = issuers.ask(iam, request, &token).await?;
    let token = answer
        .headers()
        .get("x-subject-token")
        .and_then(|token| token.to_str().ok());
    let token = token.ok_or_else(|| IssuerError::new(format!("{} answered without a token", iam.name())))?;
    let wanted =
        json!({"auth": {"identity": {"methods": ["token"], "token": {"id": token, "duration_seconds": LIFE}}}});
    let request = iam.post("/v3.0/OS-CREDENTIAL/securitytokens", &wanted)?;
    let answer = issuers.ask(iam, request, token).await?;
    issuers.keys(iam, &answer)
}

/// The token in a file, which whoever put it there writes anew before it ends.
pub(super) async fn identity_token(file: &Path) -> Result<String, IssuerError> {
    let watched = Watched::default();
    let token = watched.reading().text(file).await?;
    if token.is_empty() {
        return Err(IssuerError::new(format!("{} is empty", file.display())));
    }
    Ok(token)
}

impl Issuer for Federated {
    fn issue(&self) -> BoxFuture<'_, Result<Issued, IssuerError>> {
        Box::pin(async {
            let keys = keys(&self.issuers, &self.issuers.iam, &self.provider, &self.token_file).await;
            // Somebody has set this up: keys of another kind would be somebody else's.
            keys.map_err(IssuerError::decisive)
        })
    }
}
