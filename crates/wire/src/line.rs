//! One line: how it is written and read.

use super::TargetError;
use super::error::or_default;
use super::whole::whole;
use serde::de::Error as _;
use serde::ser::{Error as _, SerializeStruct};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use std::fmt;

/// One line of the stream.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Line<'a> {
    /// Which targets are asked; their order numbers them.
    Targets {
        /// The targets.
        targets: Vec<Target>,
    },
    /// Row objects of a target.
    Rows {
        /// The target's number.
        target: u32,
        /// The cloud's own objects: the text of a JSON array. A line that was read may be broken here: whoever reads the rows finds out, so that a
        /// long line is not read twice.
        #[serde(serialize_with = "raw")]
        rows: &'a str,
        /// How many there are in all, where the cloud says so.
        #[serde(skip_serializing_if = "Option::is_none")]
        total: Option<u64>,
    },
    /// A target is complete.
    Done(Done),
    /// A target gave up; its rows so far stay.
    Failed(Failed),
    /// Nothing new for a while: a sign that the stream lives.
    Waiting,
    /// The stream ended as it should.
    End,
    /// A kind of line that this version does not know, to be ignored.
    Other,
}

/// One source of one account in one region.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Target {
    /// Account id.
    pub account: String,
    /// Cloud id.
    pub cloud: String,
    /// Region id.
    pub region: String,
    /// Source id.
    pub source: String,
    /// What the account is for, where somebody says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env: Option<String>,
    /// Whose the account is, where somebody says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Whether the account stands for others of which nothing is known: no condition on accounts or their labels leaves it out.
    #[serde(skip_serializing_if = "is_false")]
    pub unlisted: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// The names of a target where they stand: a stream may begin with hundreds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TargetNames<'a> {
    /// Account id.
    pub account: &'a str,
    /// Cloud id.
    pub cloud: &'a str,
    /// Region id.
    pub region: &'a str,
    /// Source id.
    pub source: &'a str,
    /// What the account is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env: Option<&'a str>,
    /// Whose the account is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<&'a str>,
    /// Whether the account stands for others of which nothing is known.
    #[serde(skip_serializing_if = "is_false")]
    pub unlisted: bool,
}

/// A complete target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Done {
    /// The target's number.
    pub target: u32,
    /// When the walk ended, RFC 3339.
    pub as_of: String,
    /// Objects streamed.
    pub rows: u64,
    /// Where they come from.
    pub cache: Cache,
    /// The length at which the cloud cuts the list, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capped: Option<u64>,
}

/// Where the rows of a complete target come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cache {
    /// From a cache, young enough not to ask again.
    Fresh,
    /// From a cache, past its freshness.
    Stale,
    /// From the cloud.
    #[default]
    #[serde(other)]
    Miss,
}

impl Cache {
    /// As it stands in a line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Stale => "stale",
            Self::Miss => "miss",
        }
    }
}

/// A target that gave up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failed {
    /// The target's number.
    pub target: u32,
    /// Why.
    pub error: TargetError,
}

impl Serialize for Failed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_struct("Failed", 3)?;
        line.serialize_field("target", &self.target)?;
        // The contract has it on every line that ends a target; a failed walk has no such time.
        line.serialize_field("as_of", &())?;
        line.serialize_field("error", &self.error)?;
        line.end()
    }
}

/// A line that is no line of the contract.
#[derive(Debug)]
pub struct LineError(serde_json::Error);

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unreadable line in the row stream: {}", self.0)
    }
}

impl std::error::Error for LineError {}

impl<'a> Line<'a> {
    /// The line as bytes, with its line feed. Rows are copied once, as they are, but for line breaks, which become spaces: in JSON they stand
    /// between tokens only, never inside a string.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut line = match self {
            Self::Rows { target, rows, total } => rows_to_bytes(*target, rows, *total),
            // Only rows that are not JSON cannot be written.
            other => serde_json::to_vec(other).unwrap_or_default(),
        };
        line.push(b'\n');
        line
    }

    /// Reads one line, without its line feed.
    ///
    /// # Errors
    /// When it is no JSON object with a `kind`, or lacks what its kind must have. A kind that is not known is no error.
    pub fn parse(line: &'a [u8]) -> Result<Self, LineError> {
        if let Some(rows) = rows_from_bytes(line) {
            return Ok(rows);
        }
        serde_json::from_slice(line).or_else(|error| {
            let known = |kind: &str| matches!(kind, "targets" | "rows" | "done" | "failed" | "end");
            match serde_json::from_slice::<Kind>(line) {
                Ok(line) if !known(&line.kind) => Ok(Self::Other),
                _ => Err(LineError(error)),
            }
        })
    }
}

/// The line of [`Line::Targets`], line feed included, without a copy of the names.
#[must_use]
pub fn targets_line<'a>(targets: impl IntoIterator<Item = TargetNames<'a>>) -> Vec<u8> {
    let mut line = br#"{"kind":"targets","targets":["#.to_vec();
    let start = line.len();
    for names in targets {
        if line.len() > start {
            line.push(b',');
        }
        // Texts can always be written, and into memory too.
        _ = serde_json::to_writer(&mut line, &names);
    }
    line.extend_from_slice(b"]}\n");
    line
}

/// How the line of rows begins that [`rows_to_bytes`] writes and [`rows_from_bytes`] reads without a JSON parser.
const ROWS: &str = r#"{"kind":"rows","target":"#;

/// The beginning of a line of rows, up to the rows themselves: what differs from stream to stream, in which a target has another number.
#[must_use]
pub fn rows_head(target: u32) -> String {
    format!(r#"{ROWS}{target},"rows":"#)
}

/// The rest of that line, line feed included: what stays the same however often the rows are sent. Rows are copied once, as they are, but for line
/// breaks, which become spaces: in JSON they stand between tokens only, never inside a string.
#[must_use]
pub fn rows_tail(rows: &str, total: Option<u64>) -> Vec<u8> {
    let mut tail = Vec::new();
    add_rows(&mut tail, rows, total);
    tail.push(b'\n');
    tail
}

fn rows_to_bytes(target: u32, rows: &str, total: Option<u64>) -> Vec<u8> {
    let mut line = rows_head(target).into_bytes();
    add_rows(&mut line, rows, total);
    line
}

fn add_rows(line: &mut Vec<u8>, rows: &str, total: Option<u64>) {
    let end = total.map_or("}".to_owned(), |total| format!(r#","total":{total}}}"#));
    let start = line.len();
    line.reserve_exact(rows.len() + end.len() + 1);
    line.extend_from_slice(rows.as_bytes());
    let copied = &mut line[start..];
    let mut from = 0;
    while let Some(length) = memchr::memchr2(b'\n', b'\r', &copied[from..]) {
        copied[from + length] = b' ';
        from += length + 1;
    }
    line.extend_from_slice(end.as_bytes());
}

/// A line of rows as [`rows_to_bytes`] writes it. `None` for any other line, and for one in which something else comes behind the rows.
fn rows_from_bytes(line: &[u8]) -> Option<Line<'_>> {
    let number = |bytes: &[u8]| std::str::from_utf8(bytes).ok()?.parse::<u64>().ok();
    let rest = line.strip_prefix(ROWS.as_bytes())?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (target, rest) = rest.split_at(digits);
    let rest = rest.strip_prefix(br#","rows":"#)?.strip_suffix(b"}")?;
    let end = memchr::memrchr(b']', rest)? + 1;
    let (rows, behind) = rest.split_at(end);
    let total = match behind {
        b"" => None,
        _ => Some(
            behind
                .strip_prefix(br#","total":"#)
                .filter(|total| total.iter().all(u8::is_ascii_digit))
                .and_then(number)?,
        ),
    };
    Some(Line::Rows {
        target: u32::try_from(number(target)?).ok()?,
        rows: std::str::from_utf8(rows).ok().filter(|rows| rows.starts_with('['))?,
        total,
    })
}

/// The text as it is, if it is JSON.
fn raw<S: Serializer>(rows: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let rows: &RawValue = serde_json::from_str(rows).map_err(S::Error::custom)?;
    rows.serialize(serializer)
}

/// What any line may hold. Not an enum with a tag: serde would copy every value before it knows the kind.
#[derive(Deserialize)]
struct Fields<'a> {
    kind: String,
    #[serde(default)]
    targets: Vec<Target>,
    #[serde(default, deserialize_with = "whole")]
    target: Option<u32>,
    #[serde(borrow)]
    rows: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "whole")]
    total: Option<u64>,
    as_of: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    cache: Cache,
    #[serde(default, deserialize_with = "whole")]
    capped: Option<u64>,
    #[serde(default, deserialize_with = "or_default")]
    error: TargetError,
}

#[derive(Deserialize)]
struct Kind {
    kind: String,
}

impl<'de> Deserialize<'de> for Line<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(deserializer)?;
        let target = || fields.target.ok_or_else(|| D::Error::missing_field("target"));
        Ok(match fields.kind.as_str() {
            "targets" => Self::Targets {
                targets: fields.targets,
            },
            "rows" => Self::Rows {
                target: target()?,
                rows: fields.rows.ok_or_else(|| D::Error::missing_field("rows"))?.get(),
                total: fields.total,
            },
            "done" => Self::Done(Done {
                target: target()?,
                as_of: fields.as_of.unwrap_or_default(),
                rows: fields.rows.and_then(|rows| rows.get().parse().ok()).unwrap_or_default(),
                cache: fields.cache,
                capped: fields.capped,
            }),
            "failed" => Self::Failed(Failed {
                target: target()?,
                error: fields.error,
            }),
            "waiting" => Self::Waiting,
            "end" => Self::End,
            _ => Self::Other,
        })
    }
}

#[cfg(test)]
mod tests;
