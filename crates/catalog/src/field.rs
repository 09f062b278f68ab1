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
    /// Text; numbers and booleans become their JSON text. Ids too, whatever JSON type they come as: every digit stays.
    Text,
    /// Text that says what went wrong; none where it [says that all is well](says_fine).
    Fault,
    /// A number, or digits in a string. One that an `f64` cannot hold to the last digit is shown as it came.
    Number,
    /// A time, documented as RFC 3339 text. Of this and the next two every way to write a time is read, whichever is documented; what programs
    /// write for "none yet" (`0`, `-1`, `0001-01-01`, 1970) is empty.
    Time,
    /// A time, documented as milliseconds since the Unix epoch, as number or digits.
    EpochMs,
    /// A time, documented as seconds since the Unix epoch with a fraction, as number or digits.
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

/// Whether an error code says that there is no error: zero in any form, `OK`, `success`, `None`, HTTP's 200.
pub fn says_fine(code: &str) -> bool {
    const WORDS: &[&str] = &[
        "",
        "ok",
        "okay",
        "success",
        "successful",
        "succeed",
        "succeeded",
        "none",
        "null",
        "nil",
        "na",
        "normal",
        "noerror",
        "false",
        "undefined",
        "200",
        "成功",
        "正常",
        "无",
    ];
    let bare: String = code
        .chars()
        .filter(|letter| !letter.is_ascii() || letter.is_ascii_alphanumeric())
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    let digits = bare.strip_prefix("0x").unwrap_or(&bare);
    WORDS.contains(&bare.as_str()) || digits.bytes().all(|digit| digit == b'0')
}

/// Whether a text stands for "no value" in the clouds' answers: empty, `null` and `-` (OOS sends both as strings), or a pair of typographic
/// quotes (OOS `OwnerInformation`).
pub fn is_nothing(text: &str) -> bool {
    // Asked of every value there is: most tell by their first letter.
    if text.starts_with(|first: char| first.is_ascii_alphanumeric() && first != 'n') {
        return false;
    }
    matches!(text.trim(), "" | "null" | "-" | "“”" | "\"\"")
}

#[cfg(test)]
mod tests {
    use super::says_fine;

    #[test]
    fn codes_that_say_fine_are_told_from_errors() {
        for fine in [
            "",
            "0",
            "00",
            "0.0",
            "0x0",
            "0x00000000",
            "OK",
            "ok.",
            "Success",
            "SUCCESS",
            "Succeed",
            "succeeded",
            "None",
            "NONE",
            "null",
            "N/A",
            "-",
            "Normal",
            "NO_ERROR",
            "No Error",
            "200",
            " OK ",
            "成功",
        ] {
            assert!(says_fine(fine), "{fine}");
        }
        for error in [
            "1",
            "-1",
            "10",
            "0x80070005",
            "500",
            "Failed",
            "NotOK",
            "not_success",
            "NoPermission",
            "安装失败",
            "E0",
            "0k",
        ] {
            assert!(!says_fine(error), "{error}");
        }
    }
}
