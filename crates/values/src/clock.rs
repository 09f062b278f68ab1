//! What time it is, as an argument.

use crate::time;
use chrono::NaiveDate;

/// The present and the reader's time zone.
#[derive(Clone, Copy)]
pub struct Clock<'a> {
    /// Now, in milliseconds since the Unix epoch.
    pub now: i64,
    /// The first instant of a date in the reader's zone, in milliseconds since the Unix epoch, as [`time::first_instant`] finds it. A view's fixed
    /// offset goes before it.
    pub midnight: &'a dyn Fn(NaiveDate) -> i64,
}

impl Clock<'static> {
    /// A clock that stands at `now` and takes dates as UTC.
    pub fn utc(now: i64) -> Self {
        Self {
            now,
            midnight: &time::midnight,
        }
    }
}
