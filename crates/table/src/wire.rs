//! The lines of the row stream: one JSON object a line, as `GET /api/v1/rows/{table}` sends them.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::fmt;

/// One line of the stream.
#[derive(Clone, Debug, PartialEq)]
pub enum Line<'a> {
    /// Which targets are asked; their order numbers them.
    Targets(Vec<Target>),
    /// Row objects of a target.
    Rows {
        /// The target's number.
        target: u32,
        /// The cloud's own objects. A JSON array, unless the line is broken: [`Rows::ingest`](crate::Rows::ingest) finds out, so that a long line is
        /// not read twice.
        rows: &'a str,
        /// How many there are in all, where the cloud says so.
        total: Option<u64>,
    },
    /// A target is complete.
    Done(Done),
    /// A target gave up; its rows so far stay.
    Failed(Failed),
    /// The stream ended as it should.
    End,
    /// A kind of line that this version does not know, to be ignored.
    Other,
}

/// One account × region × source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
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
}

/// A complete target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// The target's number.
    pub target: u32,
    /// When the walk ended, RFC 3339.
    pub as_of: String,
    /// Objects streamed.
    pub rows: u64,
    /// `miss`, `fresh` or `stale`.
    pub cache: String,
    /// The length at which the cloud cuts the list, if it did.
    pub capped: Option<u64>,
}

/// A target that gave up. Texts are empty where the proxy knows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failed {
    /// The target's number.
    pub target: u32,
    /// The cloud's HTTP status, if it answered.
    pub status: Option<u16>,
    /// The cloud's error code, or the proxy's own word.
    pub code: String,
    /// The cloud's message.
    pub message: String,
    /// The cloud's id of the request, for its support.
    pub request_id: String,
    /// What to do about it.
    pub advice: String,
}

/// A line that is no line of the contract.
#[derive(Debug)]
pub struct LineError(String);

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unreadable line in the row stream: {}", self.0)
    }
}

impl std::error::Error for LineError {}

/// What any line may hold.
#[derive(Deserialize)]
struct Fields<'a> {
    kind: String,
    #[serde(default)]
    targets: Vec<Target>,
    target: Option<u32>,
    #[serde(borrow)]
    rows: Option<&'a RawValue>,
    total: Option<u64>,
    as_of: Option<String>,
    cache: Option<String>,
    capped: Option<u64>,
    #[serde(default, deserialize_with = "or_default")]
    error: ErrorFields,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorFields {
    status: Option<u16>,
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
    advice: Option<String>,
}

#[derive(Deserialize)]
struct Kind {
    kind: String,
}

fn or_default<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ErrorFields, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl<'a> Line<'a> {
    /// Reads one line, without its line feed.
    ///
    /// # Errors
    /// When it is no JSON object with a `kind`, or lacks what its kind must have. A kind that is not known is no error.
    pub fn parse(line: &'a [u8]) -> Result<Self, LineError> {
        if let Some(rows) = rows_line(line) {
            return Ok(rows);
        }
        let fields: Fields<'a> = match serde_json::from_slice(line) {
            Ok(fields) => fields,
            Err(error) => {
                let known = |kind: &str| matches!(kind, "targets" | "rows" | "done" | "failed" | "end");
                return match serde_json::from_slice::<Kind>(line) {
                    Ok(line) if !known(&line.kind) => Ok(Self::Other),
                    _ => Err(LineError(error.to_string())),
                };
            }
        };
        let target = || fields.target.ok_or_else(|| LineError("no `target`".to_owned()));
        Ok(match fields.kind.as_str() {
            "targets" => Self::Targets(fields.targets),
            "rows" => Self::Rows {
                target: target()?,
                rows: fields.rows.ok_or_else(|| LineError("no `rows`".to_owned()))?.get(),
                total: fields.total,
            },
            "done" => Self::Done(Done {
                target: target()?,
                as_of: fields.as_of.unwrap_or_default(),
                rows: fields.rows.and_then(|rows| rows.get().parse().ok()).unwrap_or_default(),
                cache: fields.cache.unwrap_or_default(),
                capped: fields.capped,
            }),
            "failed" => Self::Failed(Failed {
                target: target()?,
                status: fields.error.status,
                code: fields.error.code.unwrap_or_default(),
                message: fields.error.message.unwrap_or_default(),
                request_id: fields.error.request_id.unwrap_or_default(),
                advice: fields.error.advice.unwrap_or_default(),
            }),
            "end" => Self::End,
            _ => Self::Other,
        })
    }
}

/// A line of rows as the proxy writes it. `None` for any other line, and for one in which something else comes behind the rows.
fn rows_line(line: &[u8]) -> Option<Line<'_>> {
    let number = |bytes: &[u8]| std::str::from_utf8(bytes).ok()?.parse::<u64>().ok();
    let rest = line.strip_prefix(br#"{"kind":"rows","target":"#)?;
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

/// Cuts a stream of bytes into lines.
#[derive(Debug, Default)]
pub struct Lines {
    /// Only grows: what stands behind `end` is from before.
    buffer: Vec<u8>,
    /// Where the bytes of the stream end.
    end: usize,
    /// Where the next line begins.
    start: usize,
    /// Up to where there is no line feed.
    searched: usize,
}

impl Lines {
    /// An empty splitter.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes of the stream.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.feed_with(bytes.len(), |room| room.copy_from_slice(bytes));
    }

    /// Takes the next `length` bytes of the stream, which `fill` writes: whoever has them elsewhere need not copy them twice.
    pub fn feed_with(&mut self, length: usize, fill: impl FnOnce(&mut [u8])) {
        self.buffer.copy_within(self.start..self.end, 0);
        self.searched -= self.start;
        let end = self.end - self.start;
        self.start = 0;
        self.end = end + length;
        if self.buffer.len() < self.end {
            self.buffer.resize(self.end, 0);
        }
        fill(&mut self.buffer[end..self.end]);
    }

    /// The next whole line, without its line feed; empty lines are left out.
    pub fn next_line(&mut self) -> Option<&[u8]> {
        loop {
            let Some(length) = memchr::memchr(b'\n', &self.buffer[self.searched..self.end]) else {
                self.searched = self.end;
                return None;
            };
            let (start, end) = (self.start, self.searched + length);
            self.start = end + 1;
            self.searched = self.start;
            if !self.buffer[start..end].trim_ascii().is_empty() {
                return Some(&self.buffer[start..end]);
            }
        }
    }

    /// What has come of a line that is not whole yet.
    pub fn rest(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }
}

#[cfg(test)]
mod tests {
    use super::{Done, Failed, Line, Lines, Target};

    #[test]
    fn every_kind_of_line() {
        let target = Target {
            account: "prod-cn".to_owned(),
            cloud: "alibaba".to_owned(),
            region: "cn-hangzhou".to_owned(),
            source: "alibaba.oos.instance-patch-states".to_owned(),
        };
        let done = Done {
            target: 0,
            as_of: "2026-11-22T03:00:00Z".to_owned(),
            rows: 718,
            cache: "miss".to_owned(),
            capped: None,
        };
        let failed = Failed {
            target: 1,
            status: Some(403),
            code: "NoPermission".to_owned(),
            message: "…".to_owned(),
            request_id: String::new(),
            advice: "needs yundun-sas:ListClusterPluginInfo".to_owned(),
        };
        for (text, line) in [
            (
                r#"{"kind":"targets","targets":[{"account":"prod-cn","cloud":"alibaba","region":"cn-hangzhou","source":"alibaba.oos.instance-patch-states","more":1}]}"#,
                Line::Targets(vec![target]),
            ),
            (
                r#"{"kind":"rows","target":0,"rows":[ {"a": 1} ],"total":718}"#,
                Line::Rows {
                    target: 0,
                    rows: r#"[ {"a": 1} ]"#,
                    total: Some(718),
                },
            ),
            (
                r#"{"kind":"done","target":0,"as_of":"2026-11-22T03:00:00Z","rows":718,"cache":"miss"}"#,
                Line::Done(done.clone()),
            ),
            (
                r#"{"kind":"done","target":0,"as_of":"2026-11-22T03:00:00Z","rows":718,"cache":"miss","capped":100}"#,
                Line::Done(Done {
                    capped: Some(100),
                    ..done
                }),
            ),
            (
                r#"{"kind":"failed","target":1,"as_of":null,"error":{"status":403,"code":"NoPermission","message":"…","request_id":null,"advice":"needs yundun-sas:ListClusterPluginInfo"}}"#,
                Line::Failed(failed),
            ),
            (
                r#"{"kind":"failed","target":1}"#,
                Line::Failed(Failed {
                    target: 1,
                    ..Failed::default()
                }),
            ),
            (r#"{"kind":"end"}"#, Line::End),
            (r#"{"kind":"heartbeat","target":"x"}"#, Line::Other),
        ] {
            assert_eq!(Line::parse(text.as_bytes()).unwrap(), line, "{text}");
        }
        for text in [
            "",
            "[]",
            "{}",
            r#"{"kind":"rows","target":0}"#,
            r#"{"kind":"rows","rows":[]}"#,
            r#"{"kind":"done","target":-1}"#,
            "{\"kind\":\"\u{1}\"}",
        ] {
            assert!(Line::parse(text.as_bytes()).is_err(), "{text}");
        }
        assert!(Line::parse(b"{\"kind\":\"rows\",\"target\":0,\"rows\":[\"\xff\"]}").is_err());
    }

    #[test]
    fn lines_of_rows_are_read_alike_however_they_are_written() {
        for rows in ["[]", "[{}]", r#"[{"a":"]}"},[1]]"#, "[1],[2]"] {
            for total in ["", r#","total":7"#, r#","total":null"#, r#","total":-1"#] {
                let line = format!(r#"{{"kind":"rows","target":3,"rows":{rows}{total}}}"#);
                let other = line.replacen("\"target\":", "\"target\": ", 1);
                let read = |line: &str| Line::parse(line.as_bytes()).map(|line| format!("{line:?}")).ok();
                // What is no list of rows is told by whoever reads the rows.
                if rows != "[1],[2]" {
                    assert_eq!(read(&line), read(&other), "{line}");
                }
            }
        }
        for broken in [
            r#"{"kind":"rows","target":99999999999,"rows":[]}"#,
            r#"{"kind":"rows","target":,"rows":[]}"#,
            r#"{"kind":"rows","target":1,"rows":]}"#,
        ] {
            assert!(Line::parse(broken.as_bytes()).is_err(), "{broken}");
        }
    }

    #[test]
    fn lines_do_not_depend_on_chunks() {
        let stream = b"one\n\n two \r\nthree\n\nrest";
        for size in 1..=stream.len() {
            let mut lines = Lines::new();
            let mut found = Vec::new();
            for chunk in stream.chunks(size) {
                lines.feed(chunk);
                while let Some(line) = lines.next_line() {
                    found.push(line.to_vec());
                }
            }
            assert_eq!(found, [&b"one"[..], b" two \r", b"three"], "{size}");
            assert_eq!(lines.rest(), b"rest");
        }
    }
}
