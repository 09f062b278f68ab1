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
        fresh: span(&mut fields, "fresh"),
        stale: span(&mut fields, "stale"),
    };
    fields.end();
    cache
}

fn span(fields: &mut Fields<'_>, name: &str) -> Duration {
    let Some(text) = fields.text(name) else {
        return Duration::ZERO;
    };
    humantime::parse_duration(&text).unwrap_or_else(|error| {
        fields.fault(
            name,
            format!("{text:?} is not a time span such as \"30s\" or \"10m\": {error}"),
        );
        Duration::ZERO
    })
}
