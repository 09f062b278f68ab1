//! A table as a browser keeps it between two visits: who was there, and a byte of each value, enough to tell what has changed since.

use super::Rows;
use super::change::Change;
use super::dictionary::{EMPTY, Texts};
use super::identity::{id_text, mark_text};
use hashbrown::HashMap;
use std::fmt;
use std::ops::Range;

/// What every snapshot begins with; the digit counts versions of the format.
const MAGIC: &[u8] = b"signalbox snapshot 2\n";

/// Bytes that are no snapshot of this table.
#[derive(Debug, PartialEq, Eq)]
pub struct SnapshotError;

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what was kept from the last visit is no snapshot of this table")
    }
}

impl std::error::Error for SnapshotError {}

/// A snapshot and what comparing with it has shown.
pub(super) struct Baseline {
    taken: i64,
    rows: usize,
    /// Each part of the identities, and behind them the marks of rows of their own: its different texts, and one of them a row.
    parts: Vec<(Texts, Vec<u32>)>,
    /// Each column's id and a byte a row.
    columns: Vec<(String, Vec<u8>)>,
    /// Which rows the findings are about; `None` before there are any.
    of: Option<State>,
    found: Findings,
    /// The comparison that is under way.
    comparing: Option<Comparing>,
    /// Takes the comparison a part further. Comes along with what has begun it: a page that compares nothing has no code for it.
    go_on: fn(&mut Rows, &mut Baseline),
}

/// Tells rows from what they were before any came, changed or went: how often they did so in place, and how many there are.
type State = (u64, usize);

/// What comparing has shown.
#[derive(Default)]
struct Findings {
    /// What happened to each row that is there now.
    changes: Vec<Change>,
    /// Rows of the snapshot that are not there now.
    vanished: Vec<usize>,
}

/// A comparison, one part at a time.
struct Comparing {
    of: State,
    /// Each column's place among the snapshot's and among those of now, and a byte of each of its values, as far as they are known.
    columns: Vec<(usize, usize, Vec<u8>)>,
    /// Rows of the snapshot that have been looked for.
    done: usize,
    found: Findings,
}

/// Values, or rows, that a part of a comparison looks at: some milliseconds of them.
const PART: usize = 10_000;

/// A snapshot that is being taken, one part at a time, so that a page can draw in between.
pub struct Snapshotting {
    out: Out,
    rows: Vec<u32>,
    /// Parts of the identity and columns that are written.
    done: usize,
}

impl Snapshotting {
    /// Begins one of the rows as they are at `now`, milliseconds since the Unix epoch. Rows of their own are known again if they stay as they are.
    pub fn begin(rows: &Rows, now: i64) -> Self {
        let all = (0..rows.len()).filter_map(|row| u32::try_from(row).ok());
        let kept: Vec<u32> = all.filter(|row| !rows.is_gone(*row)).collect();
        let mut out = Out(MAGIC.to_vec());
        out.text(rows.table.id);
        out.0.extend(now.to_le_bytes());
        out.count(kept.len());
        out.count(parts_of(rows));
        Self {
            out,
            rows: kept,
            done: 0,
        }
    }

    /// Takes one more part of the same rows: values that change before their part is taken count as what they have become. Returns the snapshot
    /// once it is complete.
    pub fn part(&mut self, rows: &Rows) -> Option<Vec<u8>> {
        let parts = parts_of(rows);
        if let Some(column) = rows.identity.parts().nth(self.done) {
            let part = self.done;
            let code = |row: u32| u64::from(rows.id_of(row).get(part).copied().unwrap_or(EMPTY));
            self.identity(code, |code| {
                let code = u32::try_from(code).unwrap_or(EMPTY);
                rows.columns[column].dict.text(code).into_owned()
            });
        } else if self.done + 1 == parts {
            let mark = |row: u32| rows.identity.mark(row).map_or(0, |mark| mark + 1);
            self.identity(mark, |mark| mark.checked_sub(1).map(mark_text).unwrap_or_default());
        } else if let Some((column, facts)) = rows.columns.iter().zip(rows.table.columns()).nth(self.done - parts) {
            if self.done == parts {
                self.out.count(rows.columns.len());
            }
            self.out.text(facts.id);
            let bytes: Vec<u8> = bytes_of(column, 0..column.dict.len()).collect();
            let byte = |row: &u32| bytes[column.codes.get(*row as usize).unwrap_or(EMPTY) as usize];
            self.out.0.extend(self.rows.iter().map(byte));
        } else {
            return Some(std::mem::take(&mut self.out.0));
        }
        self.done += 1;
        None
    }

    /// Writes a part of the identity: only the values that occur, in the order in which they do, and which of them each row has.
    fn identity(&mut self, code: impl Fn(u32) -> u64, text: impl Fn(u64) -> String) {
        let mut places: HashMap<u64, u32> = HashMap::new();
        let mut values = Vec::new();
        let mut codes = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let code = code(*row);
            codes.push(*places.entry(code).or_insert_with(|| {
                values.push(code);
                u32::try_from(values.len() - 1).unwrap_or_default()
            }));
        }
        self.out.count(values.len());
        for code in values {
            self.out.text(&text(code));
        }
        self.out.0.extend(codes.into_iter().flat_map(u32::to_le_bytes));
    }
}

impl Rows {
    /// A [`Snapshotting`] without pauses.
    pub fn snapshot(&self, now: i64) -> Vec<u8> {
        let mut taking = Snapshotting::begin(self, now);
        loop {
            if let Some(bytes) = taking.part(self) {
                return bytes;
            }
        }
    }

    /// Compares with a snapshot from now on, or with none. What that shows is there after [`Rows::recompare`].
    ///
    /// # Errors
    /// When the bytes are no snapshot of this table; then nothing is compared with.
    pub fn compare(&mut self, snapshot: Option<&[u8]>) -> Result<(), SnapshotError> {
        if snapshot.is_none() && self.baseline.is_none() {
            return Ok(());
        }
        self.baseline = None;
        self.version += 1;
        self.edits += 1;
        if let Some(bytes) = snapshot {
            self.baseline = Some(read(bytes, self.table.id, parts_of(self)).ok_or(SnapshotError)?);
        }
        Ok(())
    }

    /// Brings the comparison up to date after rows have come, changed or gone. Costs nothing if none have.
    pub fn recompare(&mut self) {
        while !self.recompare_part() {}
    }

    /// Does some milliseconds of [`Rows::recompare`], and returns whether nothing is left to do. Until then the findings are those of before; rows
    /// that come between two parts make it begin again.
    pub fn recompare_part(&mut self) -> bool {
        let Some(mut baseline) = self.baseline.take() else {
            return true;
        };
        (baseline.go_on)(self, &mut baseline);
        let done = baseline.comparing.is_none();
        self.baseline = Some(baseline);
        done
    }

    fn go_on(&mut self, baseline: &mut Baseline) {
        let now = (self.edits, self.len());
        if baseline.of == Some(now) {
            return;
        }
        let under_way = baseline.comparing.take().filter(|comparing| comparing.of == now);
        let mut comparing = under_way.unwrap_or_else(|| self.begin_comparing(baseline, now));
        if self.compare_part(baseline, &mut comparing) {
            self.version += 1;
            self.edits += 1;
            baseline.of = Some((self.edits, self.len()));
            baseline.found = comparing.found;
        } else {
            baseline.comparing = Some(comparing);
        }
    }

    fn begin_comparing(&self, baseline: &Baseline, of: State) -> Comparing {
        let new = Change {
            new: true,
            ..Change::default()
        };
        let columns = baseline.columns.iter().enumerate();
        Comparing {
            of,
            columns: columns
                .filter_map(|(before, (id, _))| Some((before, self.table.index(id)?, Vec::new())))
                .collect(),
            done: 0,
            found: Findings {
                changes: vec![new; self.len()],
                vanished: Vec::new(),
            },
        }
    }

    fn compare_part(&self, baseline: &Baseline, comparing: &mut Comparing) -> bool {
        for (_, at, bytes) in &mut comparing.columns {
            let Some(column) = self.columns.get(*at) else { continue };
            let (from, end) = (bytes.len(), column.dict.len());
            if from < end {
                bytes.extend(bytes_of(column, from..end.min(from + PART)));
                return false;
            }
        }
        let columns = comparing.columns.iter().filter_map(|(before, at, bytes)| {
            let (_, before) = baseline.columns.get(*before)?;
            Some((*at, before, &self.columns.get(*at)?.codes, bytes))
        });
        let columns: Vec<_> = columns.collect();
        let from = comparing.done;
        comparing.done = baseline.rows.min(from + PART);
        for at in from..comparing.done {
            let (parts, mark) = baseline.id(at);
            let row = self.find_marked(parts, mark).filter(|row| !self.is_gone(*row));
            let Some(row) = row.map(|row| row as usize) else {
                comparing.found.vanished.push(at);
                continue;
            };
            let mut changed = 0;
            for (column, before, codes, bytes) in &columns {
                let now = bytes.get(codes.get(row).unwrap_or(EMPTY) as usize);
                if now != before.get(at) {
                    changed |= 1 << column;
                }
            }
            if let Some(change) = comparing.found.changes.get_mut(row) {
                *change = Change {
                    columns: changed,
                    ..Change::default()
                };
            }
        }
        comparing.done == baseline.rows
    }

    /// When the snapshot was taken that rows have been compared with, in milliseconds since the Unix epoch.
    pub fn compared_with(&self) -> Option<i64> {
        let baseline = self.baseline.as_ref().filter(|baseline| baseline.of.is_some());
        baseline.map(|baseline| baseline.taken)
    }

    /// What happened to a row since the snapshot; nothing without one. Of 256 changes to a value one goes unnoticed.
    pub fn delta(&self, row: u32) -> Change {
        let changes = self.baseline.as_ref().map(|baseline| &baseline.found.changes);
        let change = changes.and_then(|changes| changes.get(row as usize));
        change.copied().unwrap_or_default()
    }

    /// The ids of rows that were there in the snapshot and are not now.
    pub fn vanished(&self) -> Vec<String> {
        let Some(baseline) = &self.baseline else {
            return Vec::new();
        };
        let id = |at: &usize| {
            let (parts, mark) = baseline.id(*at);
            id_text(parts, mark)
        };
        baseline.found.vanished.iter().map(id).collect()
    }
}

/// How many parts tell a row: those of its identity, and its mark.
fn parts_of(rows: &Rows) -> usize {
    rows.identity.parts().len() + 1
}

impl Baseline {
    /// The parts of a row's identity, and its mark.
    fn id(&self, at: usize) -> (impl Iterator<Item = &str>, &str) {
        let (mark, parts) = self
            .parts
            .split_last()
            .map_or(("", &[][..]), |((texts, codes), parts)| {
                (text_at(texts, codes, at), parts)
            });
        (parts.iter().map(move |(texts, codes)| text_at(texts, codes, at)), mark)
    }
}

fn text_at<'a>(texts: &'a Texts, codes: &[u32], at: usize) -> &'a str {
    codes.get(at).map_or("", |code| texts.get(*code as usize))
}

/// A byte for each of these values of a column.
fn bytes_of(column: &super::Column, codes: Range<usize>) -> impl Iterator<Item = u8> {
    let codes = codes.filter_map(|code| u32::try_from(code).ok());
    codes.map(|code| byte(&column.dict.text(code)))
}

/// FNV-1a (<https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>), folded to a byte: the same in every browser and version.
fn byte(text: &str) -> u8 {
    let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let [a, b, c, d] = hash.to_le_bytes();
    a ^ b ^ c ^ d
}

/// Writes a snapshot.
struct Out(Vec<u8>);

impl Out {
    fn count(&mut self, count: usize) {
        self.0.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend(text.as_bytes());
    }
}

/// Reads a snapshot. Every length is checked: what a browser kept may be cut, or another program's.
struct In<'a>(&'a [u8]);

impl<'a> In<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (found, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(found)
    }

    fn count(&mut self) -> Option<usize> {
        let count = u32::from_le_bytes(self.bytes(4)?.try_into().ok()?);
        usize::try_from(count).ok()
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.count()?;
        std::str::from_utf8(self.bytes(length)?).ok()
    }
}

fn read(bytes: &[u8], table: &str, parts: usize) -> Option<Baseline> {
    let mut from = In(bytes.strip_prefix(MAGIC)?);
    if from.text()? != table {
        return None;
    }
    let taken = i64::from_le_bytes(from.bytes(8)?.try_into().ok()?);
    let rows = from.count()?;
    if from.count()? != parts {
        return None;
    }
    let mut found = Vec::new();
    for _ in 0..parts {
        let mut texts = Texts::default();
        for _ in 0..from.count()? {
            let text = from.text()?;
            texts.add(|all| all.push_str(text))?;
        }
        let codes = from.bytes(rows.checked_mul(4)?)?.chunks_exact(4);
        let codes = codes.map(|code| Some(u32::from_le_bytes(code.try_into().ok()?)));
        found.push((texts, codes.collect::<Option<Vec<u32>>>()?));
    }
    let mut columns = Vec::new();
    for _ in 0..from.count()? {
        columns.push((from.text()?.to_owned(), from.bytes(rows)?.to_vec()));
    }
    from.0.is_empty().then_some(Baseline {
        taken,
        rows,
        parts: found,
        columns,
        of: None,
        found: Findings::default(),
        comparing: None,
        go_on: Rows::go_on,
    })
}
