//! A table as a browser keeps it between two visits: who was there, and a byte of each value, enough to tell what has changed since.

use super::Rows;
use super::change::Change;
use super::dict::EMPTY;
use super::identity::join_id;
use hashbrown::HashMap;
use std::fmt;

/// What every snapshot begins with; the digit counts versions of the format.
const MAGIC: &[u8] = b"signalbox snapshot 1\n";

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
    /// Each part of the identities: its different texts, and one of them a row.
    parts: Vec<(Vec<String>, Vec<u32>)>,
    /// Each column's id and a byte a row.
    columns: Vec<(String, Vec<u8>)>,
    /// What happened to each row that is there now.
    changes: Vec<Change>,
    /// Rows of the snapshot that are not there now.
    vanished: Vec<usize>,
}

/// A snapshot that is being taken, one part at a time, so that a page can draw in between.
pub struct Snapshotting {
    out: Out,
    rows: Vec<u32>,
    /// Parts of the identity and columns that are written.
    done: usize,
}

impl Snapshotting {
    /// Begins one of the rows as they are at `now`, milliseconds since the Unix epoch. Rows without an identity are left out: nothing tells them
    /// again.
    pub fn begin(rows: &Rows, now: i64) -> Self {
        let all = (0..rows.len()).filter_map(|row| u32::try_from(row).ok());
        let named = |row: &u32| !rows.is_gone(*row) && rows.nameless.binary_search(row).is_err();
        let kept: Vec<u32> = all.filter(named).collect();
        let mut out = Out(MAGIC.to_vec());
        out.text(rows.table.id);
        out.0.extend(now.to_le_bytes());
        out.count(kept.len());
        out.count(rows.identity.len());
        Self {
            out,
            rows: kept,
            done: 0,
        }
    }

    /// Takes one more part of the same rows: values that change before their part is taken count as what they have become. Returns the snapshot
    /// once it is complete.
    pub fn part(&mut self, rows: &Rows) -> Option<Vec<u8>> {
        let parts = rows.identity.len();
        if let Some((column, _)) = rows.identity.get(self.done) {
            self.identity(rows, self.done, *column);
        } else if let Some((column, facts)) = rows.columns.iter().zip(rows.table.columns()).nth(self.done - parts) {
            if self.done == parts {
                self.out.count(rows.columns.len());
            }
            self.out.text(facts.id);
            let bytes = rows.bytes_of(column);
            let byte = |row: &u32| bytes[column.codes.get(*row as usize).unwrap_or(EMPTY) as usize];
            self.out.0.extend(self.rows.iter().map(byte));
        } else {
            return Some(std::mem::take(&mut self.out.0));
        }
        self.done += 1;
        None
    }

    /// Writes a part of the identity: only the values that occur, in the order in which they do, and which of them each row has.
    fn identity(&mut self, rows: &Rows, part: usize, column: usize) {
        let mut places: HashMap<u32, u32> = HashMap::new();
        let mut values = Vec::new();
        let mut codes = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let code = rows.id_of(*row)[part];
            codes.push(*places.entry(code).or_insert_with(|| {
                values.push(code);
                u32::try_from(values.len() - 1).unwrap_or_default()
            }));
        }
        self.out.count(values.len());
        for code in values {
            self.out.text(&rows.columns[column].dict.text(code));
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

    /// A byte for each value of a column.
    fn bytes_of(&self, column: &super::Column) -> Vec<u8> {
        let codes = (0..column.dict.len()).filter_map(|code| u32::try_from(code).ok());
        codes.map(|code| byte(&column.dict.text(code))).collect()
    }

    /// Compares with a snapshot from now on, or with none.
    ///
    /// # Errors
    /// When the bytes are no snapshot of this table; then nothing is compared with.
    pub fn compare(&mut self, snapshot: Option<&[u8]>) -> Result<(), SnapshotError> {
        self.baseline = None;
        self.version += 1;
        self.edits += 1;
        if let Some(bytes) = snapshot {
            self.baseline = Some(read(bytes, self.table.id, self.identity.len()).ok_or(SnapshotError)?);
            self.settled = false;
            self.recompare();
        }
        Ok(())
    }

    /// Brings the comparison up to date after rows have come, changed or gone. Costs nothing if none have.
    pub fn recompare(&mut self) {
        let Some(mut baseline) = self.baseline.take() else {
            return;
        };
        if !self.settled {
            self.settle(&mut baseline);
            self.settled = true;
            self.version += 1;
            self.edits += 1;
        }
        self.baseline = Some(baseline);
    }

    fn settle(&self, baseline: &mut Baseline) {
        let new = Change {
            new: true,
            ..Change::default()
        };
        baseline.changes.clear();
        baseline.changes.resize(self.len(), new);
        baseline.vanished.clear();
        let compared: Vec<_> = baseline
            .columns
            .iter()
            .filter_map(|(id, before)| {
                let at = self.table.index(id)?;
                let column = self.columns.get(at)?;
                Some((at, before, &column.codes, self.bytes_of(column)))
            })
            .collect();
        for at in 0..baseline.rows {
            let parts = baseline.parts.iter().map(|(texts, codes)| text_at(texts, codes, at));
            let row = self.find_parts(parts).filter(|row| !self.is_gone(*row));
            let Some(row) = row.map(|row| row as usize) else {
                baseline.vanished.push(at);
                continue;
            };
            let mut columns = 0;
            for (column, before, codes, bytes) in &compared {
                let now = bytes.get(codes.get(row).unwrap_or(EMPTY) as usize);
                if now != before.get(at) {
                    columns |= 1 << column;
                }
            }
            if let Some(change) = baseline.changes.get_mut(row) {
                *change = Change {
                    columns,
                    ..Change::default()
                };
            }
        }
    }

    /// When the snapshot was taken that rows are compared with, in milliseconds since the Unix epoch.
    pub fn compared_with(&self) -> Option<i64> {
        self.baseline.as_ref().map(|baseline| baseline.taken)
    }

    /// What happened to a row since the snapshot; nothing without one. Of 256 changes to a value one goes unnoticed.
    pub fn delta(&self, row: u32) -> Change {
        let changes = self.baseline.as_ref().map(|baseline| &baseline.changes);
        let change = changes.and_then(|changes| changes.get(row as usize));
        change.copied().unwrap_or_default()
    }

    /// The ids of rows that were there in the snapshot and are not now.
    pub fn vanished(&self) -> Vec<String> {
        let Some(baseline) = &self.baseline else {
            return Vec::new();
        };
        let id = |at: &usize| join_id(baseline.parts.iter().map(|(texts, codes)| text_at(texts, codes, *at)));
        baseline.vanished.iter().map(id).collect()
    }
}

fn text_at<'a>(texts: &'a [String], codes: &[u32], at: usize) -> &'a str {
    let text = codes.get(at).and_then(|code| texts.get(*code as usize));
    text.map_or("", String::as_str)
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
        let mut texts = Vec::new();
        for _ in 0..from.count()? {
            texts.push(from.text()?.to_owned());
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
        changes: Vec::new(),
        vanished: Vec::new(),
    })
}
