//! `[cache]`: how long answers are kept.

use super::fields::Fields;
use std::time::Duration;

/// How long answers may be kept, from the end of their walk. Nothing is kept yet: every answer is as fresh as it can be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cache {
    /// Age up to which an answer is served without asking. None at all when zero.
    pub fresh: Duration,
    /// Age up to which an answer is served at once while a new one is fetched.
    pub stale: Duration,
}

pub(super) fn read(fields: Option<Fields<'_>>) -> Cache {
    let Some(mut fields) = fields else {
        return Cache::default();
    };
    let cache = Cache {
        fresh: fields.span("fresh").unwrap_or_default(),
        stale: fields.span("stale").unwrap_or_default(),
    };
    fields.end();
    cache
}
