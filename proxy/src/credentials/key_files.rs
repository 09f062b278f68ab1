//! The configuration's own keys, where they stand in files: they are read again when these change.

use super::files::{Reading, Watched};
use super::{Issued, Issuer, IssuerError, Keys};
use futures_util::future::BoxFuture;
use sign::Secret;
use std::path::PathBuf;

/// Keys of which at least one part stands in a file.
#[derive(Debug)]
pub struct KeyFiles {
    id: Part,
    secret: Part,
    token: Option<Part>,
    watched: Watched,
}

/// Where one part of the keys stands.
#[derive(Clone, Debug)]
pub enum Part {
    /// It is known and does not change.
    Known(Secret),
    /// It is all that is in a file.
    File(PathBuf),
}

impl KeyFiles {
    /// Keys of these parts.
    #[must_use]
    pub fn new(id: Part, secret: Part, token: Option<Part>) -> Self {
        Self {
            id,
            secret,
            token,
            watched: Watched::default(),
        }
    }

    async fn read(&self) -> Result<Issued, IssuerError> {
        let mut reading = self.watched.reading();
        let id = part(&mut reading, &self.id).await?;
        let secret = part(&mut reading, &self.secret).await?;
        let token = match &self.token {
            Some(token) => Some(part(&mut reading, token).await?),
            None => None,
        };
        let token = token.as_ref().map(Secret::expose);
        let keys = Keys::read(Some(id.expose()), Some(secret.expose()), token);
        let keys = keys.filter(|keys| keys.token.is_some() == self.token.is_some());
        let keys = keys.ok_or_else(|| IssuerError::new(format!("{} hold no keys", self.files().join(" and "))))?;
        reading.done();
        Ok(Issued { keys, expires: None })
    }

    fn files(&self) -> Vec<String> {
        let parts = [Some(&self.id), Some(&self.secret), self.token.as_ref()];
        let file = |part: &Part| match part {
            Part::File(path) => Some(path.display().to_string()),
            Part::Known(_) => None,
        };
        parts.into_iter().flatten().filter_map(file).collect()
    }
}

async fn part(reading: &mut Reading<'_>, part: &Part) -> Result<Secret, IssuerError> {
    match part {
        Part::Known(secret) => Ok(secret.clone()),
        Part::File(path) => reading.text(path).await.map(Secret::new),
    }
}

impl Issuer for KeyFiles {
    fn issue(&self) -> BoxFuture<'_, Result<Issued, IssuerError>> {
        Box::pin(self.read())
    }

    fn changed(&self) -> BoxFuture<'_, bool> {
        Box::pin(self.watched.changed())
    }
}
