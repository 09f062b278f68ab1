//! What clicks do to a view. Every edit returns a new canonical view.

use super::{Condition, MAX_SORT, Since, SortKey, Test, Value, View, When};
use catalog::Kind;
use values::{Clock, time};

impl View {
    /// Without one entry of [`View::items`], given by its `param`.
    pub fn without(&self, param: &str) -> Self {
        self.edited(|view| {
            let conditions = std::mem::take(&mut view.conditions);
            view.conditions = conditions
                .into_iter()
                .filter(|condition| view.param(condition) != param)
                .collect();
            view.since = view.since.filter(|since| since.param() != param);
            view.unknown.retain(|unknown| unknown.text() != param);
            view.unknown_by.retain(|word| param.strip_prefix("by=") != Some(word));
            view.unknown_sort
                .retain(|word| param.strip_prefix("sort=") != Some(word));
            view.unknown_cols
                .retain(|word| param.strip_prefix("cols=") != Some(word));
        })
    }

    /// Only rows whose `column` has `value`, in place of all that was asked of the column. An empty value is "no value".
    pub fn only(&self, column: usize, value: &str) -> Self {
        self.edited(|view| {
            view.conditions.retain(|condition| condition.column != column);
            view.conditions.push(view.exactly(column, value, false));
        })
    }

    /// No rows whose `column` has `value`, besides what is asked already. An empty value is "no value". A value that was wanted no longer is.
    pub fn exclude(&self, column: usize, value: &str) -> Self {
        self.edited(|view| {
            view.drop_value(column, value, false);
            if !view.asks(column, value, true) {
                view.add_value(column, value, true);
            }
        })
    }

    /// Excludes a value, or takes that back.
    pub fn toggle_excluded(&self, column: usize, value: &str) -> Self {
        if self.excludes(column, value) {
            self.edited(|view| view.drop_value(column, value, true))
        } else {
            self.exclude(column, value)
        }
    }

    /// Ticks or unticks a value in a facet: adds it to the column's list of values, or takes it out. A value that was excluded no longer is.
    pub fn toggle(&self, column: usize, value: &str) -> Self {
        let known = self.ticked(column, value);
        self.edited(|view| {
            if known {
                view.drop_value(column, value, false);
            } else {
                view.drop_value(column, value, true);
                view.add_value(column, value, false);
            }
        })
    }

    /// Whether a value is ticked in a facet.
    pub fn ticked(&self, column: usize, value: &str) -> bool {
        self.asks(column, value, false)
    }

    /// Whether rows with a value in a column are left out by a list of such values.
    pub fn excludes(&self, column: usize, value: &str) -> bool {
        self.asks(column, value, true)
    }

    /// The text forms of the values that are ticked in a column's facet, or excluded there.
    pub fn chosen(&self, column: usize) -> Vec<String> {
        let conditions = self.conditions.iter().filter(|condition| condition.column == column);
        let lists = conditions.filter_map(|condition| list(condition, false).or_else(|| list(condition, true)));
        lists.flatten().map(|value| value.text().into_owned()).collect()
    }

    /// With one more condition, in the grammar's words: `gt.0`, `has.web,db`, `-24h..`.
    pub fn with_condition(&self, column: usize, cond: &str) -> Self {
        self.edited(|view| {
            if let Some(kind) = view.kind(column) {
                view.conditions.push(Condition::parse(column, kind, cond));
            }
        })
    }

    /// A click on a heading: one way, then the other, then the table's order. Numbers and times begin with the largest, which is what people look for there, texts
    /// with the first. With `add` (shift) the column becomes a further key, turns round, and goes; at most [`MAX_SORT`] keys, of which the last gives way.
    pub fn sorted_by(&self, column: usize, add: bool) -> Self {
        self.edited(|view| {
            // Known columns beyond the old order must not slip into the new one.
            let unknown = std::mem::take(&mut view.unknown_sort);
            view.unknown_sort = unknown
                .into_iter()
                .filter(|word| view.sort_key(word).is_none())
                .collect();
            // The number of rows of a group is no column.
            let descending = matches!(view.kind(column), None | Some(Kind::Number | Kind::Time));
            let (begin, turned) = (
                SortKey { column, descending },
                SortKey {
                    column,
                    descending: !descending,
                },
            );
            let mut keys = view.effective_sort();
            if !add {
                view.sort = if view.sort == [turned] {
                    Vec::new()
                } else {
                    vec![if keys == [begin] { turned } else { begin }]
                };
                return;
            }
            match keys.iter().position(|known| known.column == column) {
                Some(at) if keys[at] == begin || keys.len() == 1 => keys[at].descending = !keys[at].descending,
                Some(at) => {
                    keys.remove(at);
                }
                None => {
                    keys.truncate(MAX_SORT - 1);
                    keys.push(begin);
                }
            }
            view.sort = keys;
        })
    }

    /// With these columns on screen, in this order; none for the table's own choice.
    pub fn with_cols(&self, cols: &[usize]) -> Self {
        self.edited(|view| {
            view.cols.clear();
            for column in cols.iter().filter(|column| **column < view.table.columns().len()) {
                if !view.cols.contains(column) {
                    view.cols.push(*column);
                }
            }
        })
    }

    /// With this free text.
    pub fn with_q(&self, q: &str) -> Self {
        self.edited(|view| q.clone_into(&mut view.q))
    }

    /// With this row open, or none.
    pub fn with_row(&self, row: Option<&str>) -> Self {
        self.edited(|view| {
            view.row = row.filter(|row| !row.is_empty()).map(str::to_owned);
            view.unknown.retain(|param| param.name != "row");
        })
    }

    /// As the saved view of this name, or none.
    pub fn with_name(&self, name: Option<&str>) -> Self {
        self.edited(|view| {
            view.name = name.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
            view.unknown.retain(|param| param.name != "view");
        })
    }

    /// Only what is new or has changed since then (`last`, a time or a relative time), or everything. A text that is neither changes nothing.
    pub fn with_since(&self, since: Option<&str>) -> Self {
        self.edited(|view| {
            match since.map(Since::parse) {
                None => view.since = None,
                Some(Some(since)) => view.since = Some(since),
                Some(None) => return,
            }
            view.unknown.retain(|param| param.name != "since");
        })
    }

    /// With every time that depends on the reader fixed at what it means now: relative times, and dates where the view has no zone of its own.
    /// The last visit stays: it is the reader's.
    pub fn frozen(&self, clock: &Clock<'_>) -> Self {
        let fix = |when: When| match when {
            When::Date(_) if self.tz.as_deref().is_some_and(|tz| tz != "local") => when,
            // Eighty thousand years ahead have no RFC 3339 text.
            other => Some(other.resolve(self.zone(), clock))
                .filter(|at| time::is_named(*at))
                .map_or(when, When::At),
        };
        self.edited(|view| {
            for condition in &mut view.conditions {
                if let Some(test) = &condition.test {
                    *condition = Condition::of(condition.column, test.with_times(fix));
                }
            }
            if let Some(Since::At(when)) = view.since {
                view.since = Some(Since::At(fix(when)));
            }
        })
    }

    /// In this zone, or the reader's own. A text that is no zone changes nothing.
    pub fn with_tz(&self, tz: Option<&str>) -> Self {
        self.edited(|view| {
            match tz.map(super::zone) {
                None => view.tz = None,
                Some(Some(zone)) => view.tz = Some(zone),
                Some(None) => return,
            }
            view.unknown.retain(|param| param.name != "tz");
        })
    }

    /// Every row: no conditions, no free text, nothing that was not understood. Sort, columns, zone and row stay.
    pub fn cleared(&self) -> Self {
        self.edited(|view| {
            view.conditions.clear();
            view.since = None;
            view.q.clear();
            view.unknown.clear();
            view.unknown_by.clear();
            view.unknown_sort.clear();
            view.unknown_cols.clear();
        })
    }

    pub(super) fn edited(&self, edit: impl FnOnce(&mut Self)) -> Self {
        let mut view = self.clone();
        edit(&mut view);
        view.settle();
        view
    }

    pub(super) fn kind(&self, column: usize) -> Option<Kind> {
        self.column(column).map(|column| column.kind)
    }

    /// A cell's text as a value that the column's conditions know; `None` for a cell of an unexpected shape. `now` in a cell is no time.
    fn value(&self, column: usize, text: &str) -> Option<Value> {
        let moving = |value: &Value| matches!(value, Value::Time(when) if when.is_relative());
        Value::parse(self.kind(column)?, text).filter(|value| !moving(value))
    }

    /// The condition that holds for `text` alone. A cell that is no number or time in a column of such can only be found by its text.
    pub(super) fn exactly(&self, column: usize, text: &str, not: bool) -> Condition {
        let test = match self.value(column, text) {
            Some(value) => Test::Equal {
                not,
                values: vec![value],
            },
            None => Test::Text {
                prefix: false,
                not,
                words: vec![text.to_owned()],
            },
        };
        Condition::of(column, test)
    }

    /// Whether a value is in a list of those that are wanted or, with `not`, unwanted. A link may hold several lists for one column.
    fn asks(&self, column: usize, text: &str, not: bool) -> bool {
        let Some(value) = self.value(column, text) else {
            return self.conditions.contains(&self.exactly(column, text, not));
        };
        let mut mine = self.conditions.iter().filter(|condition| condition.column == column);
        mine.any(|condition| list(condition, not).is_some_and(|values| values.contains(&value)))
    }

    /// Adds a value to the first list of that kind, or as a condition of its own.
    fn add_value(&mut self, column: usize, text: &str, not: bool) {
        // "Has a value" stays a condition of its own, which reads better than a list of nothing and something.
        let value = self.value(column, text).filter(|value| !(not && value.is_empty()));
        let mut mine = self
            .conditions
            .iter_mut()
            .filter(|condition| condition.column == column);
        let found = value.and_then(|value| {
            mine.find_map(|condition| {
                let mut values = list(condition, not).filter(|_| condition.test != Some(Test::Set))?;
                values.push(value.clone());
                Some((condition, values))
            })
        });
        match found {
            Some((condition, values)) => *condition = Condition::of(column, Test::Equal { not, values }),
            None => self.conditions.push(self.exactly(column, text, not)),
        }
    }

    /// Takes a value out of all lists of that kind.
    fn drop_value(&mut self, column: usize, text: &str, not: bool) {
        let Some(value) = self.value(column, text) else {
            let alone = self.exactly(column, text, not);
            return self.conditions.retain(|condition| *condition != alone);
        };
        self.conditions.retain_mut(|condition| {
            let mine = list(condition, not).filter(|values| condition.column == column && values.contains(&value));
            let Some(mut values) = mine else { return true };
            values.retain(|known| *known != value);
            let some = !values.is_empty();
            if some {
                *condition = Condition::of(column, Test::Equal { not, values });
            }
            some
        });
    }
}

/// The values that a condition of the form "one of" or, with `not`, "none of" lists.
fn list(condition: &Condition, not: bool) -> Option<Vec<Value>> {
    match condition.test.as_ref()? {
        Test::Equal { not: of, values } if *of == not => Some(values.clone()),
        Test::Empty if !not => Some(vec![Value::Text(String::new())]),
        Test::Set if not => Some(vec![Value::Text(String::new())]),
        _ => None,
    }
}
