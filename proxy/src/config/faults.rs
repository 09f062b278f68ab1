//! What is wrong with a configuration: gathered while it is read, and told all at once.

use std::cell::{Ref, RefCell};
use std::collections::BTreeSet;
use std::fmt;

/// Something wrong with the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, for example `account[1].regions[0]`; empty for the whole file.
    pub place: String,
    /// What, and what to do.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.as_str() {
            "" => f.write_str(&self.what),
            place => write!(f, "{place}: {}", self.what),
        }
    }
}

/// All that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError(pub Vec<Fault>);

impl ConfigError {
    /// Reading it has broken off.
    #[must_use]
    pub fn broken(what: String) -> Self {
        Self::one("", what)
    }

    /// A single one.
    pub(in crate::config) fn one(place: &str, what: String) -> Self {
        Self(vec![Fault {
            place: place.to_owned(),
            what,
        }])
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

/// Gathers faults from everywhere, and what was asked for.
#[derive(Debug, Default)]
pub(in crate::config) struct Collector {
    faults: RefCell<Vec<Fault>>,
    /// The places that were asked for, whether something stood there or not: those that are known.
    asked: RefCell<BTreeSet<String>>,
}

impl Collector {
    pub(in crate::config) fn add(&self, place: String, what: impl Into<String>) {
        self.faults.borrow_mut().push(Fault {
            place,
            what: what.into(),
        });
    }

    /// Notes a place that was asked for.
    pub(in crate::config) fn ask(&self, place: String) {
        self.asked.borrow_mut().insert(place);
    }

    /// The places that were asked for until now.
    pub(in crate::config) fn asked(&self) -> Ref<'_, BTreeSet<String>> {
        self.asked.borrow()
    }

    /// Whether nothing was wrong until now.
    pub(in crate::config) fn is_empty(&self) -> bool {
        self.faults.borrow().is_empty()
    }

    /// The value, if nothing was wrong.
    pub(in crate::config) fn result<T>(self, value: T) -> Result<T, ConfigError> {
        let faults = self.faults.into_inner();
        if faults.is_empty() {
            Ok(value)
        } else {
            Err(ConfigError(faults))
        }
    }
}
