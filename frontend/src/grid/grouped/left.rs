//! Where somebody was among the groups when they went to the rows of one: whoever comes back to the same question goes on there.

use crate::parts::page_context;
use leptos::prelude::*;
use table::engine::GroupKey;
use table::view::View;

/// The place that was left last, as a context.
#[derive(Clone, Copy)]
pub struct Left(StoredValue<Option<Place>>);

/// A place among groups.
#[derive(Clone)]
pub struct Place {
    /// What was asked.
    pub view: View,
    /// The groups that were open.
    pub open: Vec<GroupKey>,
    /// As [`Scroll::at`](crate::grid::scroll::Scroll::at) has it.
    pub at: (usize, f64, i32),
}

impl Left {
    /// That of the page.
    pub fn get() -> Self {
        page_context(|| Self(StoredValue::new(None)))
    }

    /// Notes a place that is about to be left.
    pub fn note(self, place: Place) {
        self.0.try_set_value(Some(place));
    }

    /// The place that was left, if the same is asked again. It is taken: the next one who comes begins at the top.
    pub fn take(self, view: &View) -> Option<Place> {
        let place = self.0.try_update_value(Option::take).flatten();
        place.filter(|place| place.view == *view)
    }
}
