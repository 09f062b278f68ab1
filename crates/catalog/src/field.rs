//! Where a column's value stands in a cloud's row object, and how it is read.

/// One column's place in the row objects of a source.
#[derive(Debug)]
pub struct Field {
    /// Column id.
    pub column: &'static str,
    /// Object keys from the row down to the value.
    pub path: &'static [&'static str],
    /// How the value is read.
    pub decode: Decode,
}

/// How a JSON value becomes a cell. Every kind takes what really comes: numbers as strings and strings as numbers, `null`, and the texts
/// that [`is_nothing`] names are empty. A value of another shape is shown as its JSON text, never an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decode {
    /// Text; numbers and booleans become their JSON text.
    Text,
    /// A number, or digits in a string.
    Number,
    /// RFC 3339 text with any offset.
    Time,
    /// Milliseconds since the Unix epoch, as number or digits.
    EpochMs,
    /// Seconds since the Unix epoch with a fraction, as number or digits.
    EpochSeconds,
    /// `true`/`false`, also as text or 1/0.
    Bool,
    /// A list of `{key, value}` objects as `key=value` texts; strings stay as they are, other items become their JSON text.
    Pairs,
    /// A list of `{key, values}` objects, whose values become one text each: an id or name where there is one, else JSON text.
    Targets,
}

/// A field whose value stands at the top of the row object.
pub const fn field(column: &'static str, path: &'static [&'static str], decode: Decode) -> Field {
    Field { column, path, decode }
}

/// Whether a text stands for "no value" in the clouds' answers: empty, `null` and `-` (OOS sends both as strings), or a pair of typographic
/// quotes (OOS `OwnerInformation`).
pub fn is_nothing(text: &str) -> bool {
    matches!(text.trim(), "" | "null" | "-" | "“”" | "\"\"")
}
