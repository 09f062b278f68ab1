//! HTTP as it is: one connection, one request after the other, and nothing unpacked.

use std::io::{BufRead, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;
use zstd::stream::write::Decoder;

/// Longer than any answer may take.
const PATIENCE: Duration = Duration::from_secs(180);

/// A connection that stays open.
pub struct Connection {
    sender: SendRequest<Empty<Bytes>>,
}

impl Connection {
    /// Opens one.
    ///
    /// # Errors
    /// When nobody listens there.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // It ends with the sender.
        tokio::spawn(connection);
        Ok(Self { sender })
    }

    /// Sends a request and hands on the pieces of the answer's body as they come; says with which status it began.
    ///
    /// # Errors
    /// When the answer does not come whole.
    pub async fn ask(&mut self, request: Request<Empty<Bytes>>, mut each: impl FnMut(&[u8])) -> Result<StatusCode> {
        let all = |piece: &[u8]| {
            each(piece);
            true
        };
        self.ask_while(request, |_| {}, all).await
    }

    /// The same as long as somebody wants more, who hears of the headers first.
    ///
    /// # Errors
    /// When the answer breaks off before that.
    pub async fn ask_while(
        &mut self,
        request: Request<Empty<Bytes>>,
        head: impl FnOnce(&HeaderMap),
        mut each: impl FnMut(&[u8]) -> bool,
    ) -> Result<StatusCode> {
        let all = async {
            self.sender.ready().await?;
            let answer = self.sender.send_request(request).await?;
            let status = answer.status();
            head(answer.headers());
            let mut body = answer.into_body();
            while let Some(frame) = body.frame().await {
                if let Some(data) = frame?.data_ref()
                    && !each(data)
                {
                    break;
                }
            }
            anyhow::Ok(status)
        };
        timeout(PATIENCE, all).await.context("no whole answer in time")?
    }
}

/// A GET of a path at an address, with these headers.
pub fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Result<Request<Empty<Bytes>>> {
    let mut request = Request::get(path).header("host", address.to_string());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Ok(request.body(Empty::new())?)
}

/// What a stream of rows has brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Bytes, unpacked.
    pub bytes: usize,
    /// Rows, as the lines say that end targets.
    pub rows: u64,
    /// Targets that came to their end.
    pub done: usize,
    /// Targets that failed.
    pub failed: usize,
    /// Targets that were announced.
    pub targets: usize,
    /// From the request to the first line with rows.
    pub first_rows: Option<Duration>,
    /// Whether the last line was there.
    pub whole: bool,
}

/// How each target begins in the line that announces them.
const TARGET: &[u8] = b"{\"account\":";

/// Reads the lines of a stream of rows. Lines with rows are not looked into.
pub struct Lines {
    begun: Instant,
    line: Vec<u8>,
    /// The line that announces the targets.
    targets: Vec<u8>,
    seen: Seen,
}

impl Lines {
    /// Of a request that is sent now.
    pub fn begin() -> Self {
        Self {
            begun: Instant::now(),
            line: Vec::new(),
            targets: Vec::new(),
            seen: Seen::default(),
        }
    }

    /// Takes a piece.
    pub fn take(&mut self, piece: &[u8]) {
        self.seen.bytes += piece.len();
        let mut rest = piece;
        while !rest.is_empty() {
            // Memory can always be read.
            _ = rest.read_until(b'\n', &mut self.line);
            if self.line.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                self.end_line(&line);
            }
        }
    }

    fn end_line(&mut self, line: &[u8]) {
        let kind = |kind: &str| line.starts_with(format!("{{\"kind\":\"{kind}\"").as_bytes());
        let read = || serde_json::from_slice::<serde_json::Value>(line).unwrap_or_default();
        if kind("rows") {
            self.seen.first_rows.get_or_insert_with(|| self.begun.elapsed());
        } else if kind("done") {
            self.seen.done += 1;
            self.seen.rows += read()["rows"].as_u64().unwrap_or_default();
        } else if kind("failed") {
            self.seen.failed += 1;
        } else if kind("targets") {
            // Counted in the end, so that the reader's own time does not count.
            self.targets.extend_from_slice(line);
        }
        self.seen.whole = kind("end");
    }

    /// How long it took until the first rows, as far as it is known yet.
    pub fn first_rows(&self) -> Option<Duration> {
        self.seen.first_rows
    }

    /// What there was.
    pub fn end(self) -> Seen {
        let windows = self.targets.windows(TARGET.len());
        Seen {
            targets: windows.filter(|part| *part == TARGET).count(),
            ..self.seen
        }
    }
}

/// Asks for packed answers, as browsers do.
pub const PACKED: (&str, &str) = ("accept-encoding", "gzip, deflate, br, zstd");
/// Asks the clouds whatever is kept.
pub const PAST_THE_CACHE: (&str, &str) = ("cache-control", "no-cache");

impl Write for Lines {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        self.take(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Reads a stream of rows that comes packed, as [`read`] does.
///
/// # Errors
/// As [`read`].
pub async fn read_packed(connection: &mut Connection, request: Request<Empty<Bytes>>) -> Result<Seen> {
    let mut unpacking = Decoder::new(Lines::begin())?;
    let mut broken = None;
    let status = connection
        .ask(request, |piece| {
            let unpacked = unpacking.write_all(piece).and_then(|()| unpacking.flush());
            broken = unpacked.err().or(broken.take());
        })
        .await?;
    if let Some(error) = broken {
        return Err(error).context("the answer cannot be unpacked");
    }
    checked(status, unpacking.into_inner().end())
}

/// Reads a stream of rows that comes packed, until there are rows in it; says how long that took.
///
/// # Errors
/// When there are none.
pub async fn first_rows_of(connection: &mut Connection, request: Request<Empty<Bytes>>) -> Result<Duration> {
    let mut unpacking = Decoder::new(Lines::begin())?;
    let mut first = None;
    let each = |piece: &[u8]| {
        let unpacked = unpacking.write_all(piece).and_then(|()| unpacking.flush());
        first = unpacking.get_ref().first_rows();
        unpacked.is_ok() && first.is_none()
    };
    let status = connection.ask_while(request, |_| {}, each).await?;
    first.with_context(|| format!("no rows came: {status}"))
}

/// Reads a stream of rows, which must be an answer and whole, with an end for each of its targets.
///
/// # Errors
/// When it is not.
pub async fn read(connection: &mut Connection, request: Request<Empty<Bytes>>) -> Result<Seen> {
    let mut lines = Lines::begin();
    let status = connection.ask(request, |piece| lines.take(piece)).await?;
    checked(status, lines.end())
}

fn checked(status: StatusCode, seen: Seen) -> Result<Seen> {
    ensure!(
        status == StatusCode::OK && seen.whole && seen.done + seen.failed == seen.targets,
        "the answer is not whole: {status} {seen:?}"
    );
    Ok(seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_across_pieces() {
        let text = "{\"kind\":\"targets\",\"targets\":[{\"account\":\"a\"},{\"account\":\"b\"}]}\n{\"kind\":\"rows\",\"target\":0,\"rows\":[{}]}\n\
                    {\"kind\":\"done\",\"target\":0,\"rows\":1}\n{\"kind\":\"failed\",\"target\":1}\n{\"kind\":\"end\"}\n";
        for size in [1, 7, 1000] {
            let mut lines = Lines::begin();
            text.as_bytes().chunks(size).for_each(|piece| lines.take(piece));
            let seen = lines.end();
            let Seen {
                rows,
                done,
                failed,
                targets,
                whole,
                bytes,
                ..
            } = seen;
            assert_eq!(
                (rows, done, failed, targets, whole, bytes),
                (1, 1, 1, 2, true, text.len())
            );
            assert!(seen.first_rows.is_some());
        }
        let mut lines = Lines::begin();
        lines.take(&text.as_bytes()[..text.len() - 1]);
        assert!(!lines.end().whole);
    }
}
