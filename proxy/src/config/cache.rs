//! `[cache]`: how long answers are kept, and in how much memory.

use super::fields::Fields;
use crate::cache::Settings;

pub(super) fn read(fields: Option<Fields<'_>>) -> Settings {
    let usual = Settings::default();
    let Some(mut fields) = fields else {
        return usual;
    };
    let cache = Settings {
        fresh: fields.span("fresh").unwrap_or(usual.fresh),
        stale: fields.span("stale").unwrap_or(usual.stale),
        bytes: bytes(&mut fields, "bytes").unwrap_or(usual.bytes),
    };
    fields.end();
    cache
}

/// A size, as `256MiB`.
fn bytes(fields: &mut Fields<'_>, name: &str) -> Option<usize> {
    let text = fields.text(name)?;
    let digits = text.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = match unit {
        "KiB" => Some(1 << 10),
        "MiB" => Some(1 << 20),
        "GiB" => Some(1 << 30),
        _ => None,
    };
    let size = unit.and_then(|unit: usize| number.parse::<usize>().ok()?.checked_mul(unit));
    if size.is_none() {
        fields.fault(name, format!("{text:?} is not a size such as \"256MiB\" or \"1GiB\""));
    }
    size
}
