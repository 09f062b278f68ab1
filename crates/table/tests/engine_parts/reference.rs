//! What the contract says, done the slow way.

use catalog::{Kind, Table};
use signalbox_table::engine::{Clock, FacetValue};
use signalbox_table::rows::Cell;
use signalbox_table::view::{Order, Test, Value};
use signalbox_table::{Rows, View, fold, number};
use std::cmp::Ordering;

/// Row objects.
pub struct Reference<'a> {
    table: &'static Table,
    targets: Vec<u32>,
    rows: Vec<Vec<(Cell<'a>, String)>>,
    gone: Vec<bool>,
}

fn lower(text: &str) -> String {
    fold::text(text).into_owned()
}

/// Whether a value has a size, and how it compares with a bound.
fn compare(cell: &Cell<'_>, bound: &Value, view: &View, clock: &Clock<'_>) -> Option<Ordering> {
    match (cell, bound) {
        (Cell::Number(number), Value::Number(bound)) => number.partial_cmp(bound),
        (Cell::Number(cell), bound @ Value::Text(_)) => number::order(&number::text(*cell), &bound.text()),
        (Cell::Unreadable(cell), bound @ (Value::Number(_) | Value::Text(_))) => number::order(cell, &bound.text()),
        (Cell::Time(time), Value::Time(when)) => Some(time.cmp(&when.resolve(view.zone(), clock))),
        _ => None,
    }
}

/// Whether one value, or one item of a list, is what a positive test asks for.
fn one(cell: &Cell<'_>, text: &str, test: &Test, view: &View, clock: &Clock<'_>) -> bool {
    match test {
        Test::Empty => *cell == Cell::Empty,
        Test::Set => *cell != Cell::Empty,
        Test::Equal { values, .. } => values.iter().any(|value| match value {
            Value::Text(wanted) => wanted == text,
            measured => compare(cell, measured, view, clock) == Some(Ordering::Equal),
        }),
        Test::Text { prefix, words, .. } => words.iter().any(|word| {
            let (text, word) = (lower(text), lower(word));
            if *prefix {
                text.starts_with(&word)
            } else {
                text.contains(&word)
            }
        }),
        Test::Compare { order, bounds } => {
            bounds
                .iter()
                .any(|bound| match (order, compare(cell, bound, view, clock)) {
                    (Order::Greater, Some(found)) => found == Ordering::Greater,
                    (Order::AtLeast, Some(found)) => found != Ordering::Less,
                    (Order::Less, Some(found)) => found == Ordering::Less,
                    (Order::AtMost, Some(found)) => found != Ordering::Greater,
                    (_, None) => false,
                })
        }
        Test::Range { from, to } => match cell {
            Cell::Number(_) | Cell::Unreadable(_) => {
                let within = |bound: &Option<Value>, beyond: Ordering| {
                    let order = bound.as_ref().map(|bound| compare(cell, bound, view, clock));
                    order.is_none_or(|order| order.is_some_and(|order| order != beyond))
                };
                within(from, Ordering::Less) && within(to, Ordering::Greater)
            }
            Cell::Time(time) => {
                let bound = |bound: &Option<Value>, open: i64| match bound {
                    Some(Value::Time(when)) => when.resolve(view.zone(), clock),
                    _ => open,
                };
                (bound(from, i64::MIN)..bound(to, i64::MAX)).contains(time)
            }
            _ => false,
        },
    }
}

impl<'a> Reference<'a> {
    pub fn new(rows: &'a Rows) -> Self {
        let table = rows.table();
        let row = |row: u32| {
            let columns = 0..table.columns().len();
            columns
                .map(|column| (rows.cell(row, column), rows.text(row, column).into_owned()))
                .collect()
        };
        Self {
            table,
            targets: (0..rows.len() as u32).map(|row| rows.target(row)).collect(),
            rows: (0..rows.len() as u32).map(row).collect(),
            gone: (0..rows.len() as u32).map(|row| rows.is_gone(row)).collect(),
        }
    }

    /// Whether a row passes the view, without the conditions of one column.
    fn passes(&self, row: usize, view: &View, clock: &Clock<'_>, but: Option<usize>) -> bool {
        if self.gone[row] {
            return false;
        }
        let cells = &self.rows[row];
        let conditions = view
            .conditions
            .iter()
            .filter(|condition| Some(condition.column) != but)
            .all(|condition| {
                let Some(test) = &condition.test else { return true };
                let (cell, text) = &cells[condition.column];
                let holds = match cell {
                    Cell::List(items) => items
                        .clone()
                        .any(|item| one(&Cell::Text(item), item, test, view, clock)),
                    cell => one(cell, text, test, view, clock),
                };
                holds != matches!(test, Test::Equal { not: true, .. } | Test::Text { not: true, .. })
            });
        let has = |word: &str| cells.iter().any(|(_, text)| lower(text).contains(&lower(word)));
        conditions && view.q.split_whitespace().all(has)
    }

    pub fn matching(&self, view: &View, clock: &Clock<'_>) -> Vec<u32> {
        let mut rows: Vec<usize> = (0..self.rows.len())
            .filter(|row| self.passes(*row, view, clock, None))
            .collect();
        // How many rows a group has says nothing of rows.
        let mut keys = view.effective_sort();
        keys.retain(|key| key.column < self.table.columns().len());
        rows.sort_by_key(|row| self.targets[*row]);
        rows.sort_by(|a, b| {
            keys.iter().fold(Ordering::Equal, |found, key| {
                let ((a, a_text), (b, b_text)) = (&self.rows[*a][key.column], &self.rows[*b][key.column]);
                let empty = (*a == Cell::Empty).cmp(&(*b == Cell::Empty));
                let numbers = self.table.columns().nth(key.column).unwrap().kind == Kind::Number;
                let number = |text: &str| numbers && number::order(text, text).is_some();
                let measured = |cell: &Cell<'_>, text: &str| matches!(cell, Cell::Time(_)) || number(text);
                let order = match (a, b) {
                    _ if number(a_text) && number(b_text) => number::order(a_text, b_text).unwrap(),
                    (Cell::Time(a), Cell::Time(b)) => a.cmp(b),
                    (a, b) if measured(a, a_text) != measured(b, b_text) => {
                        measured(b, b_text).cmp(&measured(a, a_text))
                    }
                    _ => lower(a_text).cmp(&lower(b_text)),
                };
                let order = if key.descending { order.reverse() } else { order };
                found
                    .then(empty)
                    .then(if empty.is_eq() { order } else { Ordering::Equal })
            })
        });
        rows.into_iter().map(|row| row as u32).collect()
    }

    pub fn facet(&self, view: &View, clock: &Clock<'_>, column: usize) -> Vec<FacetValue> {
        let facts = self.table.columns().nth(column).unwrap();
        let mut values: Vec<FacetValue> = Vec::new();
        for (row, cells) in self.rows.iter().enumerate().filter(|(row, _)| !self.gone[*row]) {
            let (cell, text) = &cells[column];
            let mut here: Vec<String> = match cell {
                Cell::List(items) => items.clone().map(str::to_owned).collect(),
                _ => vec![text.clone()],
            };
            here.sort();
            here.dedup();
            let counts = self.passes(row, view, clock, Some(column));
            for value in here {
                let at = values.iter().position(|known| known.value == value).unwrap_or_else(|| {
                    let (ticked, excluded) = (view.ticked(column, &value), view.excludes(column, &value));
                    values.push(FacetValue {
                        value,
                        count: 0,
                        ticked,
                        excluded,
                    });
                    values.len() - 1
                });
                values[at].count += u32::from(counts);
            }
        }
        let documented = |value: &str| {
            facts
                .values
                .iter()
                .position(|known| known.value.eq_ignore_ascii_case(value))
        };
        values.retain(|value| value.count > 0 || value.ticked || value.excluded || documented(&value.value).is_some());
        for condition in view.conditions.iter().filter(|condition| condition.column == column) {
            let chosen = match condition.test.as_ref() {
                Some(Test::Equal { values, .. }) => values.iter().map(|value| value.text().into_owned()).collect(),
                Some(Test::Empty | Test::Set) => vec![String::new()],
                _ => Vec::new(),
            };
            for value in chosen {
                if !values.iter().any(|known| known.value == value) {
                    let (ticked, excluded) = (view.ticked(column, &value), view.excludes(column, &value));
                    values.push(FacetValue {
                        value,
                        count: 0,
                        ticked,
                        excluded,
                    });
                }
            }
        }
        assert!(facts.kind != Kind::Bool || values.len() < 20);
        values.sort_by(|a, b| {
            let place = |value: &FacetValue| documented(&value.value).unwrap_or(usize::MAX);
            place(a)
                .cmp(&place(b))
                .then(b.count.cmp(&a.count))
                .then(a.value.cmp(&b.value))
        });
        values
    }
}
