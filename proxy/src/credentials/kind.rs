//! The kinds of credentials that the configuration may name, as their vendors describe them.

use super::{Credentials, Issuer, Metadata};
use crate::ask::transport::Transport;
use crate::clock::Ambient;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A kind of credentials. `static` and `env` are of all vendors and not among these.
#[derive(Debug)]
pub struct Kind {
    /// What the configuration calls it in `from`.
    pub from: &'static str,
    /// The fields beside `from`.
    pub fields: &'static [Field],
    /// Makes the issuer from the fields, all of which have been checked.
    pub issuer: fn(Told, &Surroundings) -> Arc<dyn Issuer>,
}

/// A field of a kind.
#[derive(Debug)]
pub struct Field {
    /// What the configuration calls it.
    pub name: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// The variable of the environment that counts where the field is missing.
    pub variable: Option<&'static str>,
    /// What it holds.
    pub holds: Holds,
}

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub enum Holds {
    /// A text; the function says what is wrong with it, if anything.
    Text(fn(&str) -> Option<String>),
    /// The name of a file, from the folder of the configuration.
    File,
    /// Credentials of their own, with which these are asked for.
    Source,
}

impl Field {
    /// A text that need not be there.
    #[must_use]
    pub const fn text(name: &'static str, wrong: fn(&str) -> Option<String>) -> Self {
        Self {
            name,
            required: false,
            variable: None,
            holds: Holds::Text(wrong),
        }
    }

    /// A file that need not be named.
    #[must_use]
    pub const fn file(name: &'static str) -> Self {
        Self {
            name,
            required: false,
            variable: None,
            holds: Holds::File,
        }
    }

    /// Credentials that must be there.
    #[must_use]
    pub const fn source() -> Self {
        Self {
            name: "source",
            required: true,
            variable: None,
            holds: Holds::Source,
        }
    }

    /// The same field, which must be there.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The same field, for which a variable of the environment stands in.
    #[must_use]
    pub const fn or_variable(self, name: &'static str) -> Self {
        Self {
            variable: Some(name),
            ..self
        }
    }
}

/// What the configuration says in the fields of a kind.
#[derive(Debug, Default)]
pub struct Told {
    /// The texts.
    pub texts: BTreeMap<&'static str, String>,
    /// The files.
    pub files: BTreeMap<&'static str, PathBuf>,
    /// The credentials to ask with.
    pub source: Option<Arc<dyn Credentials>>,
}

impl Told {
    /// A text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// A file.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&Path> {
        self.files.get(name).map(PathBuf::as_path)
    }
}

/// Looks a variable of the environment up.
pub type Variables = dyn Fn(&str) -> Option<String> + Send + Sync;

/// What is around an issuer.
#[derive(Clone)]
pub struct Surroundings {
    /// The variables of the environment; an empty one counts as absent.
    pub variables: Arc<Variables>,
    /// The way to issuers in the network.
    pub transport: Arc<dyn Transport>,
    /// The way to metadata services, with short time-outs.
    pub link_local: Arc<dyn Transport>,
    /// Time and chance.
    pub ambient: Ambient,
    /// The account's id.
    pub account: String,
    /// The account's regions.
    pub regions: Vec<String>,
    /// Service id to URL, which may hold `{region}`; `metadata` for the metadata service.
    pub endpoints: BTreeMap<String, String>,
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings")
            .field("account", &self.account)
            .field("endpoints", &self.endpoints)
            .finish_non_exhaustive()
    }
}

impl Surroundings {
    /// A variable of the environment.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<String> {
        (self.variables)(name)
    }

    /// Whether a variable of the environment says `true`.
    #[must_use]
    pub fn is_on(&self, name: &str) -> bool {
        self.variable(name)
            .is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
    }

    /// A file below the home folder of whom this program runs as. Who has none has none that is wherever the program happens to run.
    #[must_use]
    pub fn at_home(&self, file: &str) -> PathBuf {
        let home = self.variable("HOME").filter(|home| home.starts_with('/'));
        Path::new(home.as_deref().unwrap_or("/nonexistent")).join(file)
    }

    /// The address of a service that the account names, in its first region.
    #[must_use]
    pub fn endpoint(&self, service: &str) -> Option<String> {
        let region = self.regions.first().map_or("", String::as_str);
        let endpoint = self.endpoints.get(service)?.replace("{region}", region);
        Some(endpoint.trim_end_matches('/').to_owned())
    }

    /// The metadata service, where the account names no other address.
    #[must_use]
    pub fn metadata(&self, usual: &str) -> Metadata {
        let base = self.endpoint("metadata").unwrap_or_else(|| usual.to_owned());
        Metadata::new(Arc::clone(&self.link_local), &base)
    }
}
