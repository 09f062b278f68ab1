//! One table's rows in memory, column by column.
//!
//! Every column keeps its different values once, in a dictionary, and one code a row: ten thousand instances of one region cost one byte
//! each for it, and a condition is checked once a value. The cloud's own text is not kept but follows from a row's cells and the template of its
//! source's objects, to the last space, so that a row can be shown whole again.

mod bytes;
mod change;
mod codes;
mod decode;
mod dictionary;
mod identity;
mod index;
mod ingest;
mod item;
mod layout;
mod originals;
mod place;
mod plan;
mod reader;
mod residue;
mod scan;
mod snapshot;
mod template;
mod unreadable;

pub use change::{Change, Changes};
pub use ingest::IngestError;
pub use snapshot::{SnapshotError, Snapshotting};

pub(crate) use bytes::holds;
pub(crate) use codes::{Code, Codes, with_codes};
pub(crate) use dictionary::{Dictionary, EMPTY, NewValue, Texts};

use catalog::{Phase, Source, Table};
use hashbrown::HashSet;
use item::Item;
use reader::Reader;
use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use values::{number, time};

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// No value.
    Empty,
    /// Text.
    Text(&'a str),
    /// A number.
    Number(f64),
    /// Milliseconds since the Unix epoch.
    Time(i64),
    /// Yes or no.
    Bool(bool),
    /// Several texts.
    List(Items<'a>),
    /// What stands in a number, time or yes/no column and is none, as the cloud wrote it.
    Unreadable(&'a str),
}

impl<'a> Cell<'a> {
    /// Its text form: numbers plain, times in RFC 3339 and UTC, lists joined by commas; empty for no value.
    pub fn text(self) -> Cow<'a, str> {
        match self {
            Cell::Empty => Cow::Borrowed(""),
            Cell::Text(text) | Cell::Unreadable(text) => Cow::Borrowed(text),
            Cell::Number(number) => Cow::Owned(number::text(number)),
            Cell::Time(time) => Cow::Owned(time::format(time)),
            Cell::Bool(true) => Cow::Borrowed("true"),
            Cell::Bool(false) => Cow::Borrowed("false"),
            Cell::List(items) => Cow::Owned(items.collect::<Vec<_>>().join(", ")),
        }
    }
}

/// The texts of a list, in order.
#[derive(Clone)]
pub struct Items<'a> {
    words: Option<&'a Dictionary>,
    codes: &'a [u32],
}

impl<'a> Iterator for Items<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let (first, rest) = self.codes.split_first()?;
        self.codes = rest;
        match self.words?.cell(*first) {
            Cell::Text(text) => Some(text),
            _ => Some(""),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.codes.len(), Some(self.codes.len()))
    }
}

impl ExactSizeIterator for Items<'_> {}

impl PartialEq for Items<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.clone().eq(other.clone())
    }
}

impl fmt::Debug for Items<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// A column: a code a row.
pub(crate) struct Column {
    pub(crate) codes: Codes,
    pub(crate) dict: Dictionary,
}

struct Target {
    source: &'static Source,
    /// The place of the source's reader.
    reader: usize,
    /// Codes of cloud, account and region.
    codes: [u32; 3],
    /// Codes of the account's labels.
    labels: [u32; 2],
    /// How many walks of it have begun.
    walk: u32,
}

/// One table's rows.
pub struct Rows {
    table: &'static Table,
    columns: Vec<Column>,
    targets: Vec<Target>,
    readers: Vec<Reader>,
    /// Each row's target.
    target: Codes,
    /// The walk of its target in which each row came last.
    walked: Codes,
    originals: originals::Originals,
    /// Where cloud, account, region and phase stand.
    common: [Option<usize>; 4],
    /// Where the labels of accounts stand.
    labels: [Option<usize>; 2],
    /// The codes of phases.
    phases: Vec<(Phase, u32)>,
    identity: identity::Identity,
    gone: HashSet<u32>,
    /// Rows of which a value that decides their phase is not there, or cannot be read.
    untold: HashSet<u32>,
    /// The rows of the list that is being taken in, where rows may move from one page to the next.
    page: Vec<u32>,
    log: change::Log,
    baseline: Option<snapshot::Baseline>,
    /// Room for the item that is being read.
    item: Item,
    /// No other [`Rows`] of one run has it.
    id: u64,
    /// How often rows came or changed.
    version: u64,
    /// How often rows that were there already changed.
    edits: u64,
}

/// Most columns that a table may have: sets of columns are the bits of a `u32`, and the engine needs three for itself.
pub(crate) const MOST_COLUMNS: u32 = 29;

impl Rows {
    /// No rows yet.
    ///
    /// # Panics
    /// When the table has more columns than a set of columns can hold: a fault of the catalogue.
    pub fn new(table: &'static Table) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        assert!(
            table.columns().len() <= MOST_COLUMNS as usize,
            "{} has too many columns",
            table.id
        );
        let column = |column: &catalog::Column| Column {
            codes: Codes::default(),
            dict: Dictionary::new(column.kind),
        };
        Self {
            table,
            columns: table.columns().map(column).collect(),
            targets: Vec::new(),
            readers: Vec::new(),
            target: Codes::default(),
            walked: Codes::default(),
            originals: originals::Originals::default(),
            common: ["cloud", "account", "region", "phase"].map(|id| table.index(id)),
            labels: ["env", "team"].map(|id| table.index(id)),
            phases: Vec::new(),
            identity: identity::Identity::new(table),
            gone: HashSet::new(),
            untold: HashSet::new(),
            page: Vec::new(),
            log: change::Log::default(),
            baseline: None,
            item: Item::default(),
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            version: 0,
            edits: 0,
        }
    }

    /// The table.
    pub fn table(&self) -> &'static Table {
        self.table
    }

    /// Announces a target and returns its number, counting from 0. One that is known keeps its number, and its rows.
    pub fn add_target(&mut self, cloud: &str, account: &str, region: &str, source: &'static Source) -> u32 {
        let mut codes = [EMPTY; 3];
        for ((code, at), text) in codes.iter_mut().zip(self.common).zip([cloud, account, region]) {
            if let Some(at) = at.filter(|_| !text.is_empty()) {
                *code = self.columns[at].dict.code(NewValue::Text(text)).unwrap_or(EMPTY);
            }
        }
        let known = self
            .targets
            .iter()
            .position(|known| known.source.id == source.id && known.codes == codes);
        let number = known.unwrap_or_else(|| {
            let reader = self.targets.iter().find(|known| known.source.id == source.id);
            let reader = reader.map_or(self.readers.len(), |known| known.reader);
            if reader == self.readers.len() {
                self.readers.push(Reader::new(reader, source));
            }
            self.targets.push(Target {
                source,
                reader,
                codes,
                labels: [EMPTY; 2],
                walk: 0,
            });
            self.targets.len() - 1
        });
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    /// Says what the account of a target is called besides its id: rows that come from now on are so labelled. An empty text is no label.
    pub fn label_target(&mut self, target: u32, env: &str, team: &str) {
        let mut codes = [EMPTY; 2];
        for ((code, at), text) in codes.iter_mut().zip(self.labels).zip([env, team]) {
            if let Some(at) = at.filter(|_| !text.is_empty()) {
                *code = self.columns[at].dict.code(NewValue::Text(text)).unwrap_or(EMPTY);
            }
        }
        if let Some(known) = self.targets.get_mut(target as usize) {
            known.labels = codes;
        }
    }

    /// How many rows there have been: those that are gone keep their numbers. See [`Rows::count`].
    pub fn len(&self) -> usize {
        self.target.len()
    }

    /// Whether there have been none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Changes whenever rows come or change.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// What [`Rows`] this is, and how often rows that were there already changed.
    pub(crate) fn edits(&self) -> (u64, u64) {
        (self.id, self.edits)
    }

    pub(crate) fn column(&self, column: usize) -> Option<&Column> {
        self.columns.get(column)
    }

    /// A value. Empty for a row or column that is not there.
    pub fn cell(&self, row: u32, column: usize) -> Cell<'_> {
        self.code(row, column)
            .map_or(Cell::Empty, |(dict, code)| dict.cell(code))
    }

    /// A value's text form: numbers plain, times in RFC 3339 and UTC, lists joined by commas; empty for no value.
    pub fn text(&self, row: u32, column: usize) -> Cow<'_, str> {
        self.code(row, column)
            .map_or(Cow::Borrowed(""), |(dict, code)| dict.text(code))
    }

    fn code(&self, row: u32, column: usize) -> Option<(&Dictionary, u32)> {
        let column = self.columns.get(column)?;
        Some((&column.dict, column.codes.get(row as usize)?))
    }

    fn source(&self, row: u32) -> Option<&'static Source> {
        let target = self.target.get(row as usize)?;
        Some(self.targets.get(target as usize)?.source)
    }

    /// Each row's target.
    pub(crate) fn target_codes(&self) -> &Codes {
        &self.target
    }

    /// How many targets there are.
    pub fn targets(&self) -> usize {
        self.targets.len()
    }

    /// The number of the row's target.
    pub fn target(&self, row: u32) -> u32 {
        self.target.get(row as usize).unwrap_or_default()
    }

    /// How many rows of each target are there.
    pub fn by_target(&self) -> Vec<usize> {
        let mut counts = vec![0; self.targets.len()];
        with_codes!(&self.target, targets => {
            for target in targets {
                counts[target.at()] += 1;
            }
        });
        for row in &self.gone {
            counts[self.target(*row) as usize] -= 1;
        }
        counts
    }

    /// What the row means.
    pub fn phase(&self, row: u32) -> Phase {
        let text = self.common[3].map(|column| self.text(row, column)).unwrap_or_default();
        Phase::VALUES
            .iter()
            .find(|known| known.value == text)
            .map_or(Phase::Unknown, |known| known.phase)
    }
}
