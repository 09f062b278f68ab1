//! One table's rows in memory, column by column.
//!
//! Every column keeps its different values once, in a dictionary, and one code a row: ten thousand instances of one region cost four bytes
//! each for it, and a condition is checked once a value. The cloud's own text is kept as it came, so that a row can be shown whole again.

mod decode;
mod dict;
mod plan;

pub(crate) use dict::{Dict, EMPTY, New};

use catalog::{Cells, Phase, Source, Table};
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use plan::Plan;
use std::borrow::Cow;
use std::fmt;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};

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
    Odd(&'a str),
}

/// The texts of a list, in order.
#[derive(Clone)]
pub struct Items<'a> {
    words: Option<&'a Dict>,
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

/// Why a batch, or the rest of one, could not be taken in. What came before stays.
#[derive(Debug)]
pub enum IngestError {
    /// No such target.
    Target(u32),
    /// Not a JSON list.
    Json(serde_json::Error),
    /// More than 2³² rows or values, or 4 GiB of text in one column.
    Full,
}

impl fmt::Display for IngestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Target(target) => write!(f, "rows for target {target}, which was never announced"),
            Self::Json(error) => write!(f, "rows that are no JSON list: {error}"),
            Self::Full => f.write_str("more rows than fit in memory"),
        }
    }
}

impl std::error::Error for IngestError {}

/// A column: a code a row.
pub(crate) struct Column {
    pub(crate) codes: Vec<u32>,
    pub(crate) dict: Dict,
}

struct Target {
    source: &'static Source,
    /// Codes of cloud, account and region.
    codes: [u32; 3],
}

/// A row's own text.
#[derive(Clone, Copy)]
struct Raw {
    block: u32,
    start: u32,
    end: u32,
}

/// One table's rows.
pub struct Rows {
    table: &'static Table,
    columns: Vec<Column>,
    targets: Vec<Target>,
    plans: Vec<(&'static str, Plan)>,
    /// Each row's target.
    target: Vec<u32>,
    /// The batches' text as it came.
    blocks: Vec<Box<str>>,
    raw: Vec<Raw>,
    /// Where the item stands that an exploded row came out of, in the row's block.
    parents: HashMap<u32, (u32, u32)>,
    /// Identity columns with their stand-ins.
    identity: Vec<(usize, Option<usize>)>,
    ids: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// Rows without an identity, in order of arrival.
    nameless: Vec<u32>,
    version: u64,
    edits: u64,
}

/// How far apart the first versions of two [`Rows`] are.
const VERSIONS: u64 = 1 << 32;

impl Rows {
    /// No rows yet.
    pub fn new(table: &'static Table) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let column = |column: &catalog::Column| Column {
            codes: Vec::new(),
            dict: Dict::new(column.kind),
        };
        let identity = table.identity.iter().filter_map(|name| {
            let (first, second) = name.split_once('|').unwrap_or((name, ""));
            Some((table.index(first)?, table.index(second)))
        });
        Self {
            table,
            columns: table.columns().map(column).collect(),
            targets: Vec::new(),
            plans: Vec::new(),
            target: Vec::new(),
            blocks: Vec::new(),
            raw: Vec::new(),
            parents: HashMap::new(),
            identity: identity.collect(),
            ids: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            nameless: Vec::new(),
            version: NEXT.fetch_add(1, Ordering::Relaxed) * VERSIONS,
            edits: 0,
        }
    }

    /// The table.
    pub fn table(&self) -> &'static Table {
        self.table
    }

    /// Announces a target and returns its number, counting from 0.
    pub fn add_target(&mut self, cloud: &str, account: &str, region: &str, source: &'static Source) -> u32 {
        let mut codes = [EMPTY; 3];
        for ((code, column), text) in codes
            .iter_mut()
            .zip(["cloud", "account", "region"])
            .zip([cloud, account, region])
        {
            if let Some(at) = self.table.index(column).filter(|_| !text.is_empty()) {
                *code = self.columns[at].dict.code(New::Text(text)).unwrap_or(EMPTY);
            }
        }
        if !self.plans.iter().any(|(id, _)| *id == source.id) {
            self.plans.push((source.id, Plan::new(source)));
        }
        self.targets.push(Target { source, codes });
        u32::try_from(self.targets.len() - 1).unwrap_or(u32::MAX)
    }

    /// Takes in a JSON list of a target's items, and returns how many rows are new: items may hold several rows each, or repeat one that is
    /// known, which then takes its newer values. Items of any shape are taken.
    ///
    /// # Errors
    /// When the text is no JSON list; the items before the fault are taken. When the memory is full.
    pub fn ingest(&mut self, target: u32, items: &str) -> Result<usize, IngestError> {
        let source = self
            .targets
            .get(target as usize)
            .ok_or(IngestError::Target(target))?
            .source;
        let Some(place) = self.plans.iter().position(|(id, _)| *id == source.id) else {
            return Err(IngestError::Target(target));
        };
        // Taken out so that rows can be changed while it is read.
        let plan = self.plans.swap_remove(place);
        let before = self.target.len();
        let mut full = false;
        let mut seen = false;
        let mut cells = vec![EMPTY; self.columns.len()];
        let read = decode::each(items, &mut |item| {
            seen = true;
            full |= self.take(target, &plan.1, items, item, &mut cells).is_none();
        });
        self.plans.push(plan);
        if seen {
            self.blocks.push(items.into());
            self.version += 1;
        }
        read.map_err(IngestError::Json)?;
        if full {
            Err(IngestError::Full)
        } else {
            Ok(self.target.len() - before)
        }
    }

    /// Takes one item of the batch `block`. `None` when something is full.
    fn take<'a>(&mut self, target: u32, plan: &Plan, block: &'a str, item: &'a str, cells: &mut [u32]) -> Option<()> {
        let at = |part: &str| {
            let start = u32::try_from(part.as_ptr() as usize - block.as_ptr() as usize).ok()?;
            Some((start, start.checked_add(u32::try_from(part.len()).ok()?)?))
        };
        cells.fill(EMPTY);
        let exploded = self.fill(plan, item, cells)?.and_then(decode::elements);
        let parts = match &exploded {
            Some(parts) if !parts.is_empty() => parts,
            _ => return self.add(target, at(item)?, None, cells),
        };
        let parent = cells.to_vec();
        for part in parts {
            cells.copy_from_slice(&parent);
            self.fill(plan, part, cells)?;
            self.add(target, at(part)?, Some(at(item)?), cells)?;
        }
        Some(())
    }

    /// Decodes an object's fields over `cells`, and returns what stands at the exploded key. `None` when something is full.
    fn fill<'a>(&mut self, plan: &Plan, object: &'a str, cells: &mut [u32]) -> Option<Option<&'a str>> {
        let mut full = false;
        let exploded = plan.walk(object, &mut |key, json| {
            if let Some((column, how)) = key.column {
                match decode::decode(&mut self.columns[column].dict, how, json) {
                    Some(code) => cells[column] = code,
                    None => full = true,
                }
            }
        });
        (!full).then_some(exploded)
    }

    /// Adds a row, or changes the one with the same identity.
    fn add(
        &mut self,
        target: u32,
        (start, end): (u32, u32),
        parent: Option<(u32, u32)>,
        cells: &mut [u32],
    ) -> Option<()> {
        let known = &self.targets[target as usize];
        for (column, code) in ["cloud", "account", "region"].iter().zip(known.codes) {
            if let Some(at) = self.table.index(column) {
                cells[at] = code;
            }
        }
        let phase = (known.source.phase)(&Row { rows: self, cells });
        if let Some(at) = self.table.index("phase") {
            cells[at] = self.columns[at].dict.code(New::Text(phase.id()))?;
        }
        let block = u32::try_from(self.blocks.len()).ok()?;
        let raw = Raw { block, start, end };
        let new = u32::try_from(self.target.len()).ok().filter(|row| *row < u32::MAX)?;
        // A stand-in's text gets a code in the column that it stands in for, so that identities compare by one column a part.
        for (first, second) in self.identity.clone() {
            if let Some(second) = second.filter(|second| cells[first] == EMPTY && cells[*second] != EMPTY) {
                let text = self.columns[second].dict.text(cells[second]).into_owned();
                self.columns[first].dict.code(New::Text(&text))?;
            }
        }
        let id: Vec<u32> = self.identity_of(|column| cells[column]).collect();
        let place = ["account", "region"].map(|id| self.table.index(id));
        let named = self
            .identity
            .iter()
            .zip(&id)
            .any(|((first, _), code)| *code != EMPTY && !place.contains(&Some(*first)));
        let hash = self.hasher.hash_one(id.as_slice());
        let old = self.row_of(hash, &id);
        if let Some(row) = old.filter(|_| named) {
            let at = row as usize;
            for (column, code) in self.columns.iter_mut().zip(cells.iter()) {
                if column.codes[at] != *code {
                    column.codes[at] = *code;
                    self.edits += 1;
                }
            }
            self.target[at] = target;
            self.raw[at] = raw;
            match parent {
                Some(parent) => self.parents.insert(row, parent),
                None => self.parents.remove(&row),
            };
            return Some(());
        }
        for (column, code) in self.columns.iter_mut().zip(cells.iter()) {
            column.codes.push(*code);
        }
        self.target.push(target);
        self.raw.push(raw);
        if let Some(parent) = parent {
            self.parents.insert(new, parent);
        }
        if named {
            let mut ids = std::mem::take(&mut self.ids);
            ids.insert_unique(hash, new, |row| {
                let id: Vec<u32> = self
                    .identity_of(|column| self.columns[column].codes[*row as usize])
                    .collect();
                self.hasher.hash_one(id.as_slice())
            });
            self.ids = ids;
        } else {
            self.nameless.push(new);
        }
        Some(())
    }

    /// An identity's parts, as codes of the columns that come first in it.
    fn identity_of(&self, code: impl Fn(usize) -> u32) -> impl Iterator<Item = u32> {
        self.identity
            .iter()
            .map(move |(first, second)| match (code(*first), second) {
                (EMPTY, Some(second)) if code(*second) != EMPTY => {
                    let text = self.columns[*second].dict.text(code(*second));
                    self.columns[*first].dict.find(New::Text(&text)).unwrap_or(EMPTY)
                }
                (found, _) => found,
            })
    }

    /// The row with an identity.
    fn row_of(&self, hash: u64, id: &[u32]) -> Option<u32> {
        let is = |row: &u32| {
            self.identity_of(|column| self.columns[column].codes[*row as usize])
                .eq(id.iter().copied())
        };
        self.ids.find(hash, is).copied()
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.target.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.target.is_empty()
    }

    /// Changes whenever rows come or change; never the same for two [`Rows`] of one run.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// What [`Rows`] this is, and how often rows that were there already changed.
    pub(crate) fn edits(&self) -> (u64, u64) {
        (self.version / VERSIONS, self.edits)
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

    fn code(&self, row: u32, column: usize) -> Option<(&Dict, u32)> {
        let column = self.columns.get(column)?;
        Some((&column.dict, *column.codes.get(row as usize)?))
    }

    /// A row's id: its identity's values, joined by `/`. A `/` or `~` inside a value has a `~` before it. Rows that have no identity but their
    /// account and region are numbered in order of arrival: `prod/cn-hangzhou/#2`.
    pub fn id(&self, row: u32) -> String {
        let nameless = self.nameless.binary_search(&row).ok();
        let mut id = String::new();
        let codes = self.identity_of(|column| self.code(row, column).map_or(EMPTY, |(_, code)| code));
        for (at, ((column, _), code)) in self.identity.iter().zip(codes).enumerate() {
            if nameless.is_some() && code == EMPTY {
                continue;
            }
            if at > 0 {
                id.push('/');
            }
            let text = self.columns[*column].dict.text(code);
            if text.starts_with('#') {
                id.push('~');
            }
            for character in text.chars() {
                if matches!(character, '/' | '~') {
                    id.push('~');
                }
                id.push(character);
            }
        }
        if let Some(at) = nameless {
            id.push_str("/#");
            id.push_str(&(at + 1).to_string());
        }
        id
    }

    /// The row with an id.
    pub fn find(&self, id: &str) -> Option<u32> {
        let number = id
            .rsplit_once("/#")
            .and_then(|(_, number)| number.parse::<usize>().ok()?.checked_sub(1));
        if let Some(row) = number
            .and_then(|at| self.nameless.get(at))
            .filter(|row| self.id(**row) == id)
        {
            return Some(*row);
        }
        let parts = split_id(id);
        if parts.len() != self.identity.len() {
            return None;
        }
        let code = |(part, (column, _)): (&String, &(usize, _))| {
            if part.is_empty() {
                Some(EMPTY)
            } else {
                self.columns[*column].dict.find(New::Text(part))
            }
        };
        let id = parts
            .iter()
            .zip(&self.identity)
            .map(code)
            .collect::<Option<Vec<u32>>>()?;
        self.row_of(self.hasher.hash_one(id.as_slice()), &id)
    }

    /// The cloud's own object, as JSON text. For a row out of an item with several rows: the item's other fields, then the row's own.
    pub fn raw(&self, row: u32) -> Cow<'_, str> {
        let Some((own, parent)) = self.own(row) else {
            return Cow::Borrowed("");
        };
        let (Some(parent), Some(explode)) = (parent, self.source(row).and_then(|source| source.explode)) else {
            return Cow::Borrowed(own);
        };
        let mut fields = plan::entries(parent);
        fields.retain(|(name, _)| name != explode);
        if own.starts_with('{') {
            let owned = plan::entries(own);
            fields.retain(|(name, _)| !owned.iter().any(|(known, _)| known == name));
            fields.extend(owned);
        } else {
            fields.push((explode.to_owned(), own));
        }
        let fields = fields.into_iter().map(|(name, value)| {
            let name = serde_json::to_string(&name).unwrap_or_default();
            [&name, ":", value].concat()
        });
        Cow::Owned(["{", &fields.collect::<Vec<_>>().join(","), "}"].concat())
    }

    /// A row's own text, and that of the item it came out of.
    fn own(&self, row: u32) -> Option<(&str, Option<&str>)> {
        let raw = self.raw.get(row as usize)?;
        let block = self.blocks.get(raw.block as usize)?;
        let parent = self
            .parents
            .get(&row)
            .and_then(|(start, end)| block.get(*start as usize..*end as usize));
        Some((block.get(raw.start as usize..raw.end as usize)?, parent))
    }

    fn source(&self, row: u32) -> Option<&'static Source> {
        let target = *self.target.get(row as usize)?;
        Some(self.targets.get(target as usize)?.source)
    }

    /// The number of the row's target.
    pub fn target(&self, row: u32) -> u32 {
        self.target.get(row as usize).copied().unwrap_or_default()
    }

    /// The fields that the catalogue does not know, as path (`state_reason.since`) and JSON text.
    pub fn unknown_fields(&self, row: u32) -> Vec<(String, String)> {
        let plan = self
            .source(row)
            .and_then(|source| self.plans.iter().find(|(id, _)| *id == source.id));
        plan.map(|(_, plan)| plan.unknown(&self.raw(row))).unwrap_or_default()
    }

    /// What the row means.
    pub fn phase(&self, row: u32) -> Phase {
        let text = self
            .table
            .index("phase")
            .map(|column| self.text(row, column))
            .unwrap_or_default();
        Phase::VALUES
            .iter()
            .find(|known| known.value == text)
            .map_or(Phase::Unknown, |known| known.phase)
    }
}

/// Splits an id at its unescaped slashes and takes the escapes off.
fn split_id(id: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = id.chars();
    while let Some(character) = characters.next() {
        let character = match character {
            '/' => {
                parts.push(String::new());
                continue;
            }
            '~' => characters.next().unwrap_or('~'),
            other => other,
        };
        if let Some(last) = parts.last_mut() {
            last.push(character);
        }
    }
    parts
}

/// A row that is being decoded, as the catalogue's phase rules see it.
struct Row<'a> {
    rows: &'a Rows,
    cells: &'a [u32],
}

impl Row<'_> {
    fn cell(&self, column: &str) -> Option<Cell<'_>> {
        let at = self.rows.table.index(column)?;
        Some(self.rows.columns[at].dict.cell(self.cells[at]))
    }
}

impl Cells for Row<'_> {
    fn text(&self, column: &str) -> Option<&str> {
        match self.cell(column)? {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    fn number(&self, column: &str) -> Option<f64> {
        match self.cell(column)? {
            Cell::Number(number) => Some(number),
            _ => None,
        }
    }

    fn flag(&self, column: &str) -> Option<bool> {
        match self.cell(column)? {
            Cell::Bool(flag) => Some(flag),
            _ => None,
        }
    }
}
