//! `[log]`: how the log is written.

use super::fields::Fields;
use crate::logs::Format;

pub(super) fn read(fields: Option<Fields<'_>>) -> Format {
    let Some(mut fields) = fields else {
        return Format::default();
    };
    let format = fields.one_of("format", &[("text", Format::Text), ("json", Format::Json)]);
    fields.end();
    format.unwrap_or_default()
}
