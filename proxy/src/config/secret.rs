//! Secrets: named, never written down in the configuration.

use super::Environment;
use super::fields::Fields;
use super::files::Notes;
use super::hidden;
use crate::credentials::Part;
use sign::Secret;
use std::path::Path;

/// Where secrets are found.
#[derive(Clone, Copy, Debug)]
pub(in crate::config) struct Source<'a> {
    /// Relative files start here: the folder of the configuration.
    pub(in crate::config) folder: &'a Path,
    pub(in crate::config) environment: &'a Environment,
    /// Which files were read.
    pub(in crate::config) notes: &'a Notes,
}

impl Source<'_> {
    /// `{ env = "NAME" }` or `{ file = "PATH" }`, and a fault when there is neither. White space around the secret is cut off: editors end
    /// files with a line break.
    pub(in crate::config) fn required(self, fields: &mut Fields<'_>, name: &str) -> Option<Secret> {
        if !fields.has(name) {
            fields.missing(name);
            return None;
        }
        self.read(fields.secret_table(name)?)
    }

    /// As [`Source::required`], with where the secret stands.
    pub(in crate::config) fn part(self, fields: &mut Fields<'_>, name: &str) -> Option<(Secret, Part)> {
        if !fields.has(name) {
            fields.missing(name);
            return None;
        }
        let named = fields.secret_table(name)?;
        let file = named.peek("file").map(|file| self.folder.join(file));
        let secret = self.read(named)?;
        let part = file.map_or_else(|| Part::Known(secret.clone()), Part::File);
        Some((secret, part))
    }

    /// The secret that a table names.
    pub(in crate::config) fn read(self, mut named: Fields<'_>) -> Option<Secret> {
        let found = match (named.text("env"), named.text("file")) {
            (Some(variable), None) => self
                .environment
                .get(&variable)
                .map(|value| value.trim().to_owned())
                .ok_or_else(|| format!("the environment variable {variable} is not set")),
            (None, Some(file)) => self
                .notes
                .read(&self.folder.join(&file))
                .map(|text| text.trim().to_owned())
                .map_err(|error| format!("cannot read {file}: {error}")),
            _ => Err("must be { env = \"NAME\" } or { file = \"PATH\" }".to_owned()),
        };
        let found = found.and_then(|text| {
            let why = hidden::fault_of_key(&text).map(|why| format!("the secret {why}"));
            why.map_or(Ok(text), Err)
        });
        let secret = found.map_err(|why| named.fault("", why)).ok();
        named.end();
        secret.map(Secret::new)
    }
}
