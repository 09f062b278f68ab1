//! The environment: settings over those of the file, and secrets.

use super::faults::Collector;
use super::fields::TOP;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// What settings in the environment begin with.
const PREFIX: &str = "SIGNALBOX_";

/// The environment of the process, as an argument.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The values hold secrets.
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Environment {
    fn from_iter<T: IntoIterator<Item = (K, V)>>(variables: T) -> Self {
        Self(
            variables
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

impl Environment {
    /// That of this process. What is not Unicode in a value is told where the value is used.
    #[must_use]
    pub fn of_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
            .collect()
    }

    /// A variable; an empty one counts as absent.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The same without settings: only what is named elsewhere.
    #[must_use]
    pub fn without_settings(&self) -> Self {
        let others = self.0.iter().filter(|(name, _)| !name.starts_with(PREFIX));
        others.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Lays the settings in the environment over those of the file: `SIGNALBOX_ACCOUNT__0__ID` is `account[0].id`. A value in `[…]` or
    /// `{…}` is a TOML list or table, any other a text.
    pub(super) fn lay_over(&self, table: &mut Table, faults: &Collector) {
        for (name, value) in &self.0 {
            let Some(path) = name.strip_prefix(PREFIX) else {
                continue;
            };
            let path = path.to_ascii_lowercase();
            let keys: Vec<&str> = path.split("__").collect();
            // Other variables with the prefix are not ours: Kubernetes sets `SIGNALBOX_SERVICE_HOST` and the like for a service of that
            // name, and a secret may be called anything.
            if !keys.first().is_some_and(|first| TOP.contains(first)) {
                continue;
            }
            match parse(value) {
                Ok(value) => {
                    if let Err(why) = set(table, &keys, value) {
                        faults.add(name.clone(), why);
                    }
                }
                Err(error) => faults.add(name.clone(), format!("is no TOML value: {}", error.message())),
            }
        }
    }
}

fn parse(text: &str) -> Result<Value, toml::de::Error> {
    let text = text.trim();
    if !text.starts_with(['[', '{']) {
        return Ok(Value::String(text.to_owned()));
    }
    let mut table: Table = format!("value = {text}").parse()?;
    Ok(table.remove("value").unwrap_or_else(|| Value::String(text.to_owned())))
}

/// Puts a value at a place, making tables and list items on the way.
fn set(table: &mut Table, keys: &[&str], value: Value) -> Result<(), String> {
    let Some((first, rest)) = keys.split_first() else {
        return Ok(());
    };
    if rest.is_empty() {
        table.insert((*first).to_owned(), value);
        return Ok(());
    }
    let listed = rest.first().and_then(|key| key.parse::<usize>().ok());
    let empty = || {
        if listed.is_some() {
            Value::Array(Vec::new())
        } else {
            Value::Table(Table::new())
        }
    };
    let inner = table.entry(*first).or_insert_with(empty);
    match (inner, listed) {
        (Value::Table(table), _) => set(table, rest, value),
        (Value::Array(items), Some(index)) if index <= items.len() => {
            if index == items.len() {
                items.push(Value::Table(Table::new()));
            }
            match (&mut items[index], rest.get(1)) {
                (item, None) => {
                    *item = value;
                    Ok(())
                }
                (Value::Table(table), Some(_)) => set(table, &rest[1..], value),
                _ => Err(format!("`{first}` holds no table at {index}")),
            }
        }
        (Value::Array(items), Some(index)) => Err(format!(
            "`{first}` has {} items: number {index} would leave a gap",
            items.len()
        )),
        _ => Err(format!("`{first}` is no table")),
    }
}
