//! Which credentials a machine seems to have, for somebody who writes their first configuration: where they are, never what they hold.

use std::path::{Path, PathBuf};

/// Where to look.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The variables of the environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The home of whoever runs the program.
    pub home: Option<&'a Path>,
}

/// Credentials that an account could be read with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What was found, and where.
    pub what: String,
    /// What `credentials` of an account would be, as TOML.
    pub credentials: String,
    /// Regions that are named beside them.
    pub regions: Vec<String>,
}

impl Place<'_> {
    /// Whether all of these are set.
    pub(super) fn all_set(&self, names: &[&str]) -> bool {
        names.iter().all(|name| (self.variable)(name).is_some())
    }

    /// The value of the first that is set.
    pub(super) fn first_set(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| (self.variable)(name))
    }

    /// What a file holds that a variable names, or else that stands below the home folder; with its path.
    pub(super) fn file(&self, variable: Option<&str>, below_home: &str) -> Option<(PathBuf, String)> {
        let named = variable.and_then(self.variable).map(PathBuf::from);
        let path = named.or_else(|| Some(self.home?.join(below_home)))?;
        let text = std::fs::read_to_string(&path).ok()?;
        Some((path, text))
    }
}

impl Found {
    /// Credentials of a kind, each field with its text.
    pub(super) fn new(what: impl Into<String>, from: &str, fields: &[(&str, &str)], region: Option<String>) -> Self {
        let mut table = toml::Table::new();
        for (name, text) in fields {
            table.insert((*name).to_owned(), (*text).into());
        }
        let fields: String = table.iter().map(|(name, text)| format!(", {name} = {text}")).collect();
        Self {
            what: what.into(),
            credentials: format!("{{ from = \"{from}\"{fields} }}"),
            regions: region.into_iter().collect(),
        }
    }
}
