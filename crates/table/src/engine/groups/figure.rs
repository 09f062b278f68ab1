//! What the line of a group shows of a column.

use crate::rows::{Cell, Code, Column, Dictionary, EMPTY, Rows, with_codes};
use catalog::{Format, Kind, Phase, Table};

/// What a group's line shows of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Figure<'a> {
    /// The value that all rows have: they are grouped by it, or it happens to be one.
    Value(Cell<'a>),
    /// How many different values they have; of lists, how many different items. Rows without one are not counted.
    Different(u32),
    /// Their sum, for numbers.
    Sum(Sum),
    /// The latest, for times; `None` where no row has one.
    Newest(Option<i64>),
    /// How many rows have each phase.
    Phases(Vec<(Phase, u32)>),
}

/// Numbers of rows taken together. A number that is not there, or cannot be read, is not 0: it is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sum {
    /// The sum of those that are known; 0 where none is.
    pub sum: f64,
    /// The largest of them; 0 where none is known.
    pub most: f64,
    /// How many are known.
    pub known: u32,
    /// How many rows there are.
    pub of: u32,
}

impl Sum {
    /// The sum, where any number is known.
    pub fn value(self) -> Option<f64> {
        (self.known > 0).then_some(self.sum)
    }

    /// Whether some number is not known, so that the sum is at least this much.
    pub fn at_least(self) -> bool {
        self.known < self.of
    }
}

/// Whether a group's line shows in this column how many of its rows have each phase. That is the column of phases, and where a table does not usually
/// show that, the state that phases follow from.
pub fn shows_phases(table: &Table, column: usize) -> bool {
    let Some(column) = table.columns().nth(column) else {
        return false;
    };
    match column.id {
        "phase" => true,
        "state" => column.format == Format::Status && !table.shown.contains(&"phase"),
        _ => false,
    }
}

/// Hands over the code of each of some rows.
fn each_code(rows: &Rows, column: usize, of: &[u32], mut take: impl FnMut(usize)) {
    let Some(column) = rows.column(column) else { return };
    with_codes!(&column.codes, codes => {
        for row in of {
            take(codes.get(*row as usize).map_or(0, |code| code.at()));
        }
    });
}

/// What a line of these rows shows of a column that they are not grouped by.
pub(super) fn of<'r>(rows: &'r Rows, of: &[u32], column: usize) -> Figure<'r> {
    match rows.table().columns().nth(column).map(|column| column.kind) {
        Some(Kind::Number) => Figure::Sum(sum(rows, of, column)),
        Some(Kind::Time) => Figure::Newest(newest(rows, of, column)),
        _ => {
            let Some(own) = rows.column(column) else {
                return Figure::Value(Cell::Empty);
            };
            match different(rows, of, column, &mut Seen::of(own)) {
                Different::One(code) => Figure::Value(own.dict.cell(code)),
                Different::Several(values) => Figure::Different(values),
            }
        }
    }
}

/// The numbers of rows taken together.
pub(in crate::engine) fn sum(rows: &Rows, of: &[u32], column: usize) -> Sum {
    let mut sum = Sum {
        of: u32::try_from(of.len()).unwrap_or(u32::MAX),
        most: f64::NEG_INFINITY,
        ..Sum::default()
    };
    let dict = rows.column(column).map(|column| &column.dict);
    if let Some((dict, numbers)) = dict.and_then(|dict| Some((dict, dict.numbers()?))) {
        each_code(rows, column, of, |code| {
            if is_known(dict, code) {
                let number = numbers.get(code).copied().unwrap_or_default();
                sum.sum += number;
                sum.most = sum.most.max(number);
                sum.known += 1;
            }
        });
    }
    if sum.known == 0 {
        sum.most = 0.0;
    }
    sum
}

/// The latest time of rows.
pub(super) fn newest(rows: &Rows, of: &[u32], column: usize) -> Option<i64> {
    let dict = &rows.column(column)?.dict;
    let times = dict.times()?;
    let mut newest = None;
    each_code(rows, column, of, |code| {
        if is_known(dict, code) {
            newest = newest.max(times.get(code).copied());
        }
    });
    newest
}

/// Whether a code is that of a value of the column's own kind.
#[inline]
fn is_known(dict: &Dictionary, code: usize) -> bool {
    code != EMPTY as usize && !(dict.has_unreadable() && u32::try_from(code).is_ok_and(|code| dict.is_unreadable(code)))
}

/// How many rows have each phase, in the order of [`Phase::VALUES`].
pub(super) fn phases(rows: &Rows, of: &[u32]) -> [u32; Phase::VALUES.len()] {
    let mut counts = [0; Phase::VALUES.len()];
    let column = rows.table().index("phase");
    let Some((at, column)) = column.and_then(|at| Some((at, rows.column(at)?))) else {
        return counts;
    };
    let mut by_code = vec![0; column.dict.len()];
    each_code(rows, at, of, |code| by_code[code] += 1);
    for (code, count) in (0..).zip(by_code).filter(|(_, count)| *count > 0) {
        let text = column.dict.text(code);
        // What has no phase is as little known as what has an unknown one.
        let known = |phase: &catalog::Value| phase.value == text;
        let place = Phase::VALUES.iter().position(known);
        let place = place.or_else(|| Phase::VALUES.iter().position(|value| value.phase == Phase::Unknown));
        if let Some(counted) = place.and_then(|place| counts.get_mut(place)) {
            *counted += count;
        }
    }
    counts
}

/// What values some rows have.
pub(in crate::engine) enum Different {
    /// All have the value of this code.
    One(u32),
    /// So many different ones; of lists, items.
    Several(u32),
}

/// Which codes have been seen, by the number of the count that saw them last: nothing is to be forgotten between two counts.
pub(in crate::engine) struct Seen {
    count: u32,
    values: Vec<u32>,
    items: Vec<u32>,
}

impl Seen {
    /// Nothing yet, of a column.
    pub(in crate::engine) fn of(column: &Column) -> Self {
        Self {
            count: 0,
            values: vec![0; column.dict.len()],
            items: vec![0; column.dict.words().map_or(0, Dictionary::len)],
        }
    }
}

/// Which values rows have in a column.
pub(in crate::engine) fn different(rows: &Rows, of: &[u32], column: usize, seen: &mut Seen) -> Different {
    let Some(own) = rows.column(column) else {
        return Different::One(EMPTY);
    };
    seen.count += 1;
    let count = seen.count;
    let (mut values, mut last, mut counted) = (0u32, EMPTY, 0u32);
    each_code(rows, column, of, |code| {
        let Some(before) = seen.values.get_mut(code) else {
            return;
        };
        if std::mem::replace(before, count) == count {
            return;
        }
        values += 1;
        last = u32::try_from(code).unwrap_or_default();
        if own.dict.words().is_some() {
            for item in own.dict.items(last) {
                let before = seen.items.get_mut(*item as usize);
                counted += u32::from(before.is_some_and(|before| std::mem::replace(before, count) != count));
            }
        } else {
            counted += u32::from(last != EMPTY);
        }
    });
    if values <= 1 {
        Different::One(last)
    } else {
        Different::Several(counted)
    }
}
