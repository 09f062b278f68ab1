//! Reading a table field by field: takes what is there, notes what is wrong and where, and what nobody asked for.

use super::faults::Collector;
use super::{hidden, meant};
use chrono::DateTime;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use toml::{Table, Value};

/// What the top of the file may hold.
pub(in crate::config) const TOP: [&str; 15] = [
    "listen",
    "metrics",
    "log",
    "audit",
    "public_url",
    "fronts",
    "tls",
    "auth",
    "account",
    "grant",
    "token",
    "feeds",
    "cache",
    "store",
    "view",
];

/// A table whose fields are taken one by one.
#[derive(Debug)]
pub(in crate::config) struct Fields<'a> {
    place: String,
    table: Table,
    faults: &'a Collector,
}

impl<'a> Fields<'a> {
    pub(in crate::config) fn new(place: String, table: Table, faults: &'a Collector) -> Self {
        Self { place, table, faults }
    }

    /// The place of a field; an empty name is the table itself.
    pub(in crate::config) fn place(&self, name: &str) -> String {
        match (self.place.as_str(), name) {
            ("", name) => name.to_owned(),
            (place, "") => place.to_owned(),
            (place, name) => format!("{place}.{name}"),
        }
    }

    pub(in crate::config) fn fault(&self, name: &str, what: impl Into<String>) {
        self.faults.add(self.place(name), what);
    }

    /// A fault at a place that was taken out of this table before.
    pub(in crate::config) fn fault_at(&self, place: String, what: impl Into<String>) {
        self.faults.add(place, what);
    }

    pub(in crate::config) fn missing(&self, name: &str) {
        self.fault(name, "is missing");
    }

    fn wrong(&self, name: &str, wanted: &str, found: &Value) {
        self.fault(name, format!("is {} where {wanted} belongs", found.type_str()));
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        debug_assert!(
            !self.place.is_empty() || TOP.contains(&name),
            "`{name}` is missing in TOP"
        );
        self.faults.ask(self.place(name));
        self.table.remove(name)
    }

    pub(in crate::config) fn has(&self, name: &str) -> bool {
        self.faults.ask(self.place(name));
        self.table.contains_key(name)
    }

    /// A text that stays where it is.
    pub(in crate::config) fn peek(&self, name: &str) -> Option<&str> {
        self.table.get(name)?.as_str()
    }

    /// All that stands here, as one text: what says the same is the same.
    pub(in crate::config) fn said(&self) -> String {
        self.table.to_string()
    }

    /// An optional text. An empty one is a fault, and so is one that holds what cannot be seen.
    pub(in crate::config) fn text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Value::String(text) => self.seen(name, text, hidden::fault),
            other => {
                self.wrong(name, "a text", &other);
                None
            }
        }
    }

    /// The text, unless something is wrong with it.
    fn seen(&self, name: &str, text: String, wrong: impl Fn(&str) -> Option<String>) -> Option<String> {
        if text.is_empty() {
            self.fault(name, "is empty");
            return None;
        }
        let Some(why) = wrong(&text) else {
            return Some(text);
        };
        self.fault(name, format!("{text:?} {why}"));
        None
    }

    /// A file that must be named, seen from `folder`. What stands between the lines of a PEM file is not repeated.
    pub(in crate::config) fn required_file(&mut self, name: &str, folder: &Path) -> Option<PathBuf> {
        if matches!(self.table.get(name), Some(Value::String(text)) if text.contains("-----BEGIN")) {
            self.take(name);
            self.fault(name, "is written out; name the file that holds it");
            return None;
        }
        self.required(name).map(|file| folder.join(file))
    }

    /// An optional truth value; from the environment it comes as a text.
    pub(in crate::config) fn flag(&mut self, name: &str) -> Option<bool> {
        match self.take(name)? {
            Value::Boolean(flag) => Some(flag),
            Value::String(text) if text == "true" || text == "false" => Some(text == "true"),
            other => {
                self.wrong(name, "true or false", &other);
                None
            }
        }
    }

    /// An optional list of texts, or one text alone.
    pub(in crate::config) fn text_or_list(&mut self, name: &str) -> Option<Vec<String>> {
        match self.table.get(name) {
            Some(Value::Array(_)) => self.list(name),
            _ => self.id(name).map(|one| vec![one]),
        }
    }

    /// An optional time span.
    pub(in crate::config) fn span(&mut self, name: &str) -> Option<Duration> {
        let text = self.text(name)?;
        let span = humantime::parse_duration(&text);
        span.map_err(|error| {
            let what = format!("{text:?} is not a time span such as \"30s\" or \"10m\": {error}");
            self.fault(name, what);
        })
        .ok()
    }

    /// An optional text that stands between two others, and may be or hold a blank.
    pub(in crate::config) fn separator(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Value::String(text) if !text.is_empty() && !text.chars().any(char::is_control) => Some(text),
            other => {
                self.wrong(name, "a text of signs that can be seen, or a blank", &other);
                None
            }
        }
    }

    /// An optional name that stands for exactly one thing.
    pub(in crate::config) fn id(&mut self, name: &str) -> Option<String> {
        let text = self.text(name)?;
        self.seen(name, text, hidden::fault_of_id)
    }

    /// As [`Self::id`], and a fault when there is none.
    pub(in crate::config) fn required_id(&mut self, name: &str) -> Option<String> {
        if !self.has(name) {
            self.missing(name);
        }
        self.id(name)
    }

    /// A time that must be there, as a text or as TOML writes times.
    pub(in crate::config) fn required_time(&mut self, name: &str) -> Option<SystemTime> {
        let text = match self.table.get(name) {
            Some(Value::Datetime(time)) => {
                let text = time.to_string();
                self.take(name);
                text
            }
            _ => self.required(name)?,
        };
        let time = DateTime::parse_from_rfc3339(&text);
        let why = format!("{text:?} is not a time with an offset, such as 2027-01-31T00:00:00Z");
        time.map(SystemTime::from).map_err(|_| self.fault(name, why)).ok()
    }

    /// A text that must be there. None has been noted as a fault.
    pub(in crate::config) fn required(&mut self, name: &str) -> Option<String> {
        if !self.has(name) {
            self.missing(name);
        }
        self.text(name)
    }

    /// An optional list of ids. An empty list is a fault: leaving it out means something else.
    pub(in crate::config) fn list(&mut self, name: &str) -> Option<Vec<String>> {
        let items = match self.take(name)? {
            Value::Array(items) => items,
            other => {
                self.wrong(name, "a list of texts", &other);
                return Some(Vec::new());
            }
        };
        if items.is_empty() {
            self.fault(name, "is an empty list");
        }
        let mut texts = Vec::new();
        for (index, item) in items.into_iter().enumerate() {
            let name = format!("{name}[{index}]");
            match item {
                Value::String(text) => texts.extend(self.seen(&name, text, hidden::fault_of_id)),
                other => self.wrong(&name, "a text", &other),
            }
        }
        Some(texts)
    }

    /// An optional table of ids and the like.
    pub(in crate::config) fn texts(&mut self, name: &str) -> Vec<(String, String)> {
        let Some(mut fields) = self.table(name) else {
            return Vec::new();
        };
        let keys: Vec<String> = fields.table.keys().cloned().collect();
        keys.into_iter()
            .filter_map(|key| fields.id(&key).map(|text| (key, text)))
            .collect()
    }

    /// An optional table.
    pub(in crate::config) fn table(&mut self, name: &str) -> Option<Self> {
        match self.take(name)? {
            Value::Table(table) => Some(Self::new(self.place(name), table, self.faults)),
            other => {
                self.wrong(name, "a table", &other);
                None
            }
        }
    }

    /// A table that must be there. None has been noted as a fault.
    pub(in crate::config) fn required_table(&mut self, name: &str) -> Option<Self> {
        if !self.has(name) {
            self.missing(name);
        }
        self.table(name)
    }

    /// The tables of `[[name]]`.
    pub(in crate::config) fn tables(&mut self, name: &str) -> Vec<Self> {
        let items = match self.take(name) {
            None => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(other) => {
                self.wrong(name, &format!("[[{name}]]"), &other);
                return Vec::new();
            }
        };
        let mut tables = Vec::new();
        for (index, item) in items.into_iter().enumerate() {
            let name = format!("{name}[{index}]");
            match item {
                Value::Table(table) => tables.push(Self::new(self.place(&name), table, self.faults)),
                other => self.wrong(&name, "a table", &other),
            }
        }
        tables
    }

    /// Notes fields that do not belong here, though they are known elsewhere.
    pub(in crate::config) fn refuse(&mut self, names: &[&str], why: &str) {
        for name in names {
            if self.take(name).is_some() {
                self.fault(name, why);
            }
        }
    }

    /// An optional word out of some that are known, each with what it stands for.
    pub(in crate::config) fn one_of<T: Clone>(&mut self, name: &str, known: &[(&str, T)]) -> Option<T> {
        let text = self.text(name)?;
        let found = known.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let words: Vec<_> = known.iter().map(|(word, _)| *word).collect();
            let hint = meant::hint(&text, words.iter().copied());
            self.fault(name, format!("{text:?} is not one of {}{hint}", words.join(", ")));
        }
        found.map(|(_, meaning)| meaning.clone())
    }

    /// Notes what is left over.
    pub(in crate::config) fn end(self) {
        let asked = self.faults.asked();
        let here = self.place("x");
        let here = here.strip_suffix('x').unwrap_or_default();
        let known = || asked.iter().filter_map(|place| place.strip_prefix(here));
        for name in self.table.keys() {
            let hint = meant::hint(name, known().filter(|known| !known.contains('.')));
            let hint = match hint.as_str() {
                "" => ": is it spelled as in the documentation, and in the right table?",
                hint => hint,
            };
            self.fault(name, format!("is not a setting{hint}"));
        }
    }

    /// Ends without a look at what is left over.
    pub(in crate::config) fn forget(self) {
        drop(self);
    }
}

impl Fields<'_> {
    /// The table that names a secret. A text in its place may be the secret itself, so it is not repeated.
    pub(in crate::config) fn secret_table(&mut self, name: &str) -> Option<Self> {
        if matches!(self.table.get(name), Some(Value::String(_))) {
            self.take(name);
            self.fault(
                name,
                "is written out; a secret must be { env = \"NAME\" } or { file = \"PATH\" }",
            );
            return None;
        }
        self.table(name)
    }
}
