//! Telling the matters of all tables, in turns with the page.

use super::seen::Seen;
use crate::store::Data;
use crate::ui::timer;
use crate::ui::work::Task;
use catalog::{Format, Kind};
use leptos::prelude::*;
use table::Rows;
use table::engine::matters::{self, Marking, Matter, Matters, SeenMarks, Telling};

/// What there is to read.
#[derive(Clone, Default)]
pub struct Told {
    /// The most urgent matters.
    pub lines: Vec<Shown>,
    /// How many there are.
    pub matters: usize,
    /// How many rows they have.
    pub rows: usize,
    /// Of which versions of the tables' rows.
    pub versions: Vec<u64>,
    /// When it was begun to be told, in milliseconds since the Unix epoch by this device's clock.
    pub at: i64,
}

/// A matter with what comes next.
#[derive(Clone)]
pub struct Shown {
    /// The table's rows.
    pub data: Data,
    /// The matter.
    pub matter: Matter,
    /// What is planned for the same resources.
    pub next: Option<Planned>,
}

/// What is planned.
#[derive(Clone)]
pub struct Planned {
    /// When it begins, in milliseconds since the Unix epoch.
    pub begin: i64,
    /// What it is: a column and the value in it.
    pub what: Option<(&'static catalog::Column, String)>,
    /// For which of several resources.
    pub of: Option<String>,
}

/// The matters of one table, until its rows change.
pub struct Kept {
    version: u64,
    /// How often something had been marked as seen.
    acts: u64,
    matters: Matters,
}

/// Everything that is kept between two tellings, one entry a table.
pub type AllKept = StoredValue<Vec<Option<Kept>>>;

/// Telling the matters of all tables.
pub struct TellTask {
    all: Vec<Data>,
    kept: AllKept,
    marks: SeenMarks,
    acts: u64,
    now: i64,
    most: usize,
    /// The table that is being told.
    table: usize,
    telling: Option<(u64, Telling)>,
    /// The matters that are to be shown: table and place.
    left: Option<Vec<(usize, usize)>>,
    told: Told,
    out: RwSignal<Option<Told>>,
}

impl TellTask {
    /// Of the most urgent matters, so many.
    pub fn new(
        all: &[Data],
        kept: AllKept,
        (seen, acts): (&Seen, u64),
        now: i64,
        most: usize,
        out: RwSignal<Option<Told>>,
    ) -> Self {
        Self {
            all: all.to_vec(),
            kept,
            marks: seen.marks(),
            acts,
            now,
            most,
            table: 0,
            telling: None,
            left: None,
            told: Told {
                at: timer::now(),
                ..Told::default()
            },
            out,
        }
    }

    /// Does a part of telling the matters of one table.
    fn tell(&mut self, data: Data) {
        let (table, acts) = (self.table, self.acts);
        let version = data.rows.version_untracked();
        let known = self.kept.with_value(|kept| {
            let kept = kept.get(table).and_then(Option::as_ref);
            kept.is_some_and(|kept| (kept.version, kept.acts) == (version, acts))
        });
        if known {
            self.table += 1;
            return;
        }
        let matters = data.rows.with_untracked(|rows| {
            // Rows that come meanwhile are told the next time.
            let begin = || (version, Telling::begin(rows, self.now, self.marks.clone()));
            let (version, telling) = self.telling.get_or_insert_with(begin);
            Some((*version, telling.step(rows)?))
        });
        if let Some((version, matters)) = matters {
            self.telling = None;
            self.kept.update_value(|kept| {
                kept.resize_with(kept.len().max(table + 1), || None);
                kept[table] = Some(Kept { version, acts, matters });
            });
            self.table += 1;
        }
    }

    /// Chooses what is shown.
    fn choose(&mut self) -> Vec<(usize, usize)> {
        self.kept.with_value(|kept| {
            let all: Vec<&Matters> = kept.iter().flatten().map(|kept| &kept.matters).collect();
            self.told.matters = all.iter().map(|matters| matters.len()).sum();
            self.told.rows = all.iter().map(|matters| matters.rows()).sum();
            self.told.versions = kept.iter().flatten().map(|kept| kept.version).collect();
            let mut chosen = matters::most_urgent(&all, self.most);
            chosen.reverse();
            chosen
        })
    }

    /// What is shown of a matter; nothing where the rows have been replaced.
    fn show(&self, (table, at): (usize, usize)) -> Option<Shown> {
        let data = *self.all.get(table)?;
        self.kept.with_value(|kept| {
            let own = kept.get(table)?.as_ref()?;
            let matter = data.rows.with_untracked(|rows| own.matters.matter(rows, at))?;
            let next = kept.iter().flatten().zip(&self.all).filter_map(|(other, data)| {
                let next = |rows: &Rows| next(&other.matters, rows, &matter);
                data.rows.with_untracked(next)
            });
            let next = next.min_by_key(|next| next.begin);
            Some(Shown { data, matter, next })
        })
    }
}

/// What one table plans for the resources of a matter.
fn next(matters: &Matters, rows: &Rows, matter: &Matter) -> Option<Planned> {
    let table = rows.table();
    let found = matter.ids.iter().filter_map(|(kind, ids)| {
        let next = matters.next(rows, *kind, ids)?;
        let of = |reference: &catalog::Reference| {
            let id = rows.text(next.row, table.index(reference.column)?);
            ids.iter().find(|known| **known == *id)
        };
        let mut named = table.references.iter().filter(|reference| reference.kind == *kind);
        let of = named.find_map(of).filter(|_| ids.len() > 1);
        Some((next, of.cloned()))
    });
    let (next, of) = found.min_by_key(|(next, _)| next.begin)?;
    // What is planned is said by the first column of words that the table shows.
    let words = |column: &&catalog::Column| column.kind == Kind::Text && column.format == Format::Plain;
    let mut columns = table.shown.iter().filter_map(|id| table.column(id));
    let what = columns.find(words).and_then(|column| {
        let text = rows.text(next.row, table.index(column.id)?).into_owned();
        (!text.is_empty()).then_some((column, text))
    });
    Some(Planned {
        begin: next.begin,
        what,
        of,
    })
}

impl Task for TellTask {
    fn step(&mut self) -> bool {
        if let Some(data) = self.all.get(self.table) {
            let data = *data;
            self.tell(data);
            return false;
        }
        let Some(mut left) = self.left.take() else {
            self.left = Some(self.choose());
            return false;
        };
        if let Some(next) = left.pop() {
            self.told.lines.extend(self.show(next));
            self.left = Some(left);
            return false;
        }
        self.out.set(Some(std::mem::take(&mut self.told)));
        true
    }
}

/// Begins to mark a matter as seen with the rows that are shown of it; nothing where it has others by now.
pub fn marking(kept: AllKept, data: Data, matter: &Matter) -> Option<Marking> {
    kept.with_value(|kept| {
        kept.iter().flatten().find_map(|kept| {
            let at = kept.matters.find(matter.key)?;
            let same = kept.matters.rows_of(at).len() == matter.rows;
            let begin = |rows: &Rows| kept.matters.marking(rows, at);
            data.rows.with_untracked(begin).filter(|_| same)
        })
    })
}
