//! The `by` parameter: a line a group of rows that have the same values in some columns.

use super::{COUNT, Condition, MAX_BY, SortKey, View};
use catalog::Kind;
use values::sort;

impl View {
    /// Takes what stands behind `by=`.
    pub(super) fn take_by(&mut self, value: &str) {
        for word in value.split(',') {
            match self.table.index(word) {
                _ if word.is_empty() => {}
                Some(column) if self.by.contains(&column) => {}
                Some(column) if self.by.len() < MAX_BY => self.by.push(column),
                _ => self.unknown_by.push(word.to_owned()),
            }
        }
        // Which groups there are does not depend on the order in which their columns are named.
        sort::by(&mut self.by, Ord::cmp);
    }

    /// Grouped by these columns, of which the first [`MAX_BY`] count; by none for a line a row.
    pub fn with_by(&self, columns: &[usize]) -> Self {
        self.edited(|view| {
            let before = std::mem::take(&mut view.by);
            let known = columns.iter().filter(|column| **column < view.table.columns().len());
            for column in known {
                if view.by.len() < MAX_BY && !view.by.contains(column) {
                    view.by.push(*column);
                }
            }
            sort::by(&mut view.by, Ord::cmp);
            // Known columns beyond the old ones must not slip in.
            let table = view.table;
            view.unknown_by.retain(|word| table.index(word).is_none());
            match (before.is_empty(), view.by.is_empty()) {
                (false, true) => view.forget_count(),
                (true, false) => view.learn_count(),
                _ => {}
            }
        })
    }

    /// The groups with the most rows first; without groups there is no such order.
    pub fn most_first(&self) -> Self {
        self.edited(|view| {
            let key = SortKey {
                column: view.table.columns().len(),
                descending: true,
            };
            if !view.by.is_empty() {
                view.sort = vec![key];
                view.forget_words();
            }
        })
    }

    /// Without groups nothing says how many rows a line has.
    fn forget_count(&mut self) {
        let count = self.table.columns().len();
        if self.sort.iter().any(|key| key.column == count) {
            self.sort.retain(|key| key.column != count);
            self.forget_words();
        }
    }

    /// Known columns beyond an order must not slip into a place that becomes free in it.
    fn forget_words(&mut self) {
        let mut unknown = std::mem::take(&mut self.unknown_sort);
        unknown.retain(|word| self.sort_key(word).is_none());
        self.unknown_sort = unknown;
    }

    /// What an order by the number of rows meant all along.
    fn learn_count(&mut self) {
        let (count, unknown): (Vec<String>, Vec<String>) = std::mem::take(&mut self.unknown_sort)
            .into_iter()
            .partition(|word| word.trim_start_matches('-') == COUNT);
        self.unknown_sort = unknown;
        for word in count {
            self.take_sort(&word);
        }
    }

    /// The conditions that make a group, as a query string in column order: one for each column of [`View::by`], given the text forms of the
    /// group's values (an item's, where the column has lists), empty for "no value".
    pub fn group_query<T: AsRef<str>>(&self, values: &[T]) -> String {
        let mut group = Self::new(self.table);
        for (column, value) in self.by.iter().zip(values) {
            group.conditions.push(group.exactly(*column, value.as_ref(), false));
        }
        group.to_query()
    }

    /// The rows of one group, a line each, by the text forms of its values.
    pub fn of_group<T: AsRef<str>>(&self, values: &[T]) -> Self {
        let mut view = self.clone();
        for (column, value) in self.by.iter().zip(values) {
            // A row of the group passes whatever else is asked of a column of which it has this one value. Of a list, something else may be asked too.
            let one = view.kind(*column) != Some(Kind::List);
            let goes = |condition: &Condition| one && condition.column == *column && condition.test.is_some();
            view.conditions.retain(|condition| !goes(condition));
            view.conditions.push(self.exactly(*column, value.as_ref(), false));
        }
        view.with_row(None).with_by(&[])
    }

    /// The columns on screen, as places in [`catalog::Table::columns`]: what rows are grouped by, then the view's or the table's.
    pub fn shown_cols(&self) -> Vec<usize> {
        let mut shown = self.by.clone();
        shown.extend(self.effective_cols().iter().filter(|column| !self.by.contains(column)));
        shown
    }
}
