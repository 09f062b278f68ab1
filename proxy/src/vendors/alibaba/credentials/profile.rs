//! Profiles: of the vendor's command line (`config.json`) and of its SDKs (`credentials.ini`).

mod cli;
mod sdk;

use crate::credentials::files::Watched;
use crate::credentials::{Issued, Issuer, IssuerError, Surroundings};
use futures_util::future::BoxFuture;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A profile with a name, in the first of some files that is there.
pub(super) struct Profile {
    name: Option<String>,
    files: Vec<PathBuf>,
    around: Surroundings,
    watched: Watched,
}

impl Profile {
    /// The profile that the configuration names; what it leaves open is as in the chain of the SDKs.
    pub(super) fn configured(name: Option<&str>, file: Option<&Path>, around: &Surroundings) -> Self {
        let files = match file {
            Some(file) => vec![file.to_owned()],
            None => [cli_file(around)].into_iter().chain(sdk_files(around)).collect(),
        };
        Self {
            name: name.map(str::to_owned),
            ..Self::in_files(files, around)
        }
    }

    /// The profile of the vendor's command line.
    pub(super) fn command_line(around: &Surroundings) -> Self {
        Self::in_files(vec![cli_file(around)], around)
    }

    /// The profile in the credentials file of the SDKs.
    pub(super) fn credentials_file(around: &Surroundings) -> Self {
        Self::in_files(sdk_files(around), around)
    }

    fn in_files(files: Vec<PathBuf>, around: &Surroundings) -> Self {
        Self {
            name: None,
            files,
            around: around.clone(),
            watched: Watched::default(),
        }
    }

    async fn read(&self) -> Result<Issued, IssuerError> {
        let there = self.files.iter().find(|file| file.exists());
        let Some(file) = there.or(self.files.first()) else {
            return Err(IssuerError::new("no file is named"));
        };
        let mut reading = self.watched.reading();
        let text = reading.text(file).await?;
        let name = self.name.clone();
        let name = name.or_else(|| self.around.variable("ALIBABA_CLOUD_PROFILE"));
        let issuer = match text.chars().next() {
            None => Err(IssuerError::new("it is empty")),
            Some('{') => cli::issuer(&text, name.as_deref(), &self.around),
            Some(_) => sdk::issuer(&text, name.as_deref().unwrap_or("default"), &self.around),
        };
        let issued = match issuer {
            Ok(Named { name, issuer }) => issuer.issue().await.map_err(|error| error.within(&name)),
            Err(error) => Err(error),
        };
        let issued = issued.map_err(|error| error.within(&file.display().to_string()))?;
        reading.done();
        Ok(issued)
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Profile").field(&self.name).field(&self.files).finish()
    }
}

impl Issuer for Profile {
    fn issue(&self) -> BoxFuture<'_, Result<Issued, IssuerError>> {
        Box::pin(self.read())
    }

    fn changed(&self) -> BoxFuture<'_, bool> {
        Box::pin(self.watched.changed())
    }
}

fn cli_file(around: &Surroundings) -> PathBuf {
    around.at_home(".aliyun/config.json")
}

/// The SDKs do not agree on the name of the file.
fn sdk_files(around: &Surroundings) -> Vec<PathBuf> {
    match around.variable("ALIBABA_CLOUD_CREDENTIALS_FILE") {
        Some(file) => vec![file.into()],
        None => [".alibabacloud/credentials.ini", ".alibabacloud/credentials"]
            .map(|file| around.at_home(file))
            .into(),
    }
}

/// What a profile of a file stands for, and what messages call it.
struct Named {
    name: String,
    issuer: Arc<dyn Issuer>,
}

/// Why a mode is none that is known.
fn unknown(what: &str, mode: &str, known: &[&str]) -> IssuerError {
    let known = known.join(", ");
    match mode {
        "" => IssuerError::new(format!("{what} is missing: there are {known}")),
        _ => IssuerError::new(format!("{what} {mode:?} is not supported: there are {known}")),
    }
}
