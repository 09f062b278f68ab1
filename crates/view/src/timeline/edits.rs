//! What a click or a field makes of the timeline: another view, in canonical form.

use super::{Grouping, Range, TimelineCondition, TimelineView, tables};
use crate::{View, decode_query, encode_query};

impl TimelineView {
    /// Without one of its conditions.
    pub fn without(&self, param: &str) -> Self {
        self.edited(|view| view.conditions.retain(|condition| condition.param != param))
    }

    /// With another value in one of its conditions.
    pub fn with_value(&self, param: &str, value: &str) -> Self {
        self.edited(|view| {
            let mine = view.conditions.iter_mut().filter(|condition| condition.param == param);
            mine.for_each(|condition| condition.pair.value = Some(value.to_owned()));
        })
    }

    /// Without any conditions, free text or choice of tables.
    pub fn cleared(&self) -> Self {
        self.edited(|view| {
            view.conditions.clear();
            view.q.clear();
            view.tables.clear();
        })
    }

    /// Ticks or unticks a value of a column that every table has.
    pub fn toggled(&self, column: &str, value: &str) -> Self {
        self.changed(column, |view, at| view.toggle(at, value))
    }

    /// Only rows with a value in a column that every table has, in place of all that was asked of the column.
    pub fn only(&self, column: &str, value: &str) -> Self {
        self.changed(column, |view, at| view.only(at, value))
    }

    /// Whether a value of a column that every table has is ticked.
    pub fn ticked(&self, column: &str, value: &str) -> bool {
        let found = self.of(column);
        found.is_some_and(|(view, at, _)| view.ticked(at, value))
    }

    /// The conditions on a column as a view of the first table, the column's place there, and all other conditions.
    fn of(&self, column: &str) -> Option<(View, usize, Vec<TimelineCondition>)> {
        let table = tables().into_iter().next()?;
        let at = table.index(column)?;
        let (mine, others): (Vec<TimelineCondition>, Vec<TimelineCondition>) = self
            .conditions
            .iter()
            .cloned()
            .partition(|condition| condition.understood && condition.pair().0 == column);
        Some((
            View::parse(table, &encode_query(mine.iter().map(TimelineCondition::pair))),
            at,
            others,
        ))
    }

    fn changed(&self, column: &str, change: impl FnOnce(&View, usize) -> View) -> Self {
        let Some((view, at, others)) = self.of(column) else {
            return self.clone();
        };
        let query = change(&view, at).to_query();
        self.edited(|view| {
            view.conditions = others;
            for param in decode_query(&query) {
                view.take(param, &mut [true; 3]);
            }
        })
    }

    /// Ticks or unticks a table. None ticked is all shown, as in a facet.
    pub fn with_table_toggled(&self, id: &'static str) -> Self {
        self.edited(|view| {
            if view.tables.contains(&id) {
                view.tables.retain(|known| *known != id);
            } else {
                view.tables.push(id);
            }
        })
    }

    /// With another free text.
    pub fn with_q(&self, q: &str) -> Self {
        self.edited(|view| q.clone_into(&mut view.q))
    }

    /// In this zone, or the reader's own.
    pub fn with_tz(&self, tz: Option<&str>) -> Self {
        self.edited(|view| view.tz = tz.map(str::to_owned))
    }

    /// With another stretch of time in sight.
    pub fn with_range(&self, range: Range) -> Self {
        Self { range, ..self.clone() }
    }

    /// In other bands.
    pub fn with_grouping(&self, grouping: Grouping) -> Self {
        Self {
            grouping,
            ..self.clone()
        }
    }

    /// Every edit ends in the canonical form, which is what its link reads as.
    fn edited(&self, edit: impl FnOnce(&mut Self)) -> Self {
        let mut view = self.clone();
        edit(&mut view);
        Self::parse(&view.to_query())
    }
}
