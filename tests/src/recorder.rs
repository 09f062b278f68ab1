//! Stands before a server, hands everything on as it is, and keeps what was asked.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::{Context, Result};

/// How long either side may be silent.
const PATIENCE: Duration = Duration::from_secs(20);

/// A request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Method, path and query.
    pub line: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// What was sent.
    pub body: String,
    /// What was answered.
    pub answer: String,
}

impl Exchange {
    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Takes connections until the test ends.
#[derive(Clone)]
pub struct Recorder {
    address: SocketAddr,
    kept: Arc<Mutex<Vec<Exchange>>>,
}

impl Recorder {
    /// Stands before the server at an address such as `http://127.0.0.1:9`.
    ///
    /// # Errors
    /// When it cannot listen.
    pub fn before(upstream: &str) -> Result<Self> {
        let upstream = upstream.strip_prefix("http://").context("no http address")?.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let recorder = Self {
            address: listener.local_addr()?,
            kept: Arc::default(),
        };
        let kept = Arc::clone(&recorder.kept);
        thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let (kept, upstream) = (Arc::clone(&kept), upstream.clone());
                // Whoever breaks off sees that for themselves.
                thread::spawn(move || exchange(socket, &upstream, &kept));
            }
        });
        Ok(recorder)
    }

    /// Its address, as that of the server.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was asked since the last time, in its order.
    #[must_use]
    pub fn take(&self) -> Vec<Exchange> {
        std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// One request and its answer, after which the connection ends.
fn exchange(mut client: TcpStream, upstream: &str, kept: &Mutex<Vec<Exchange>>) -> Result<()> {
    client.set_read_timeout(Some(PATIENCE))?;
    let request = Message::read(&mut BufReader::new(&client))?;
    let mut server = TcpStream::connect(upstream)?;
    server.set_read_timeout(Some(PATIENCE))?;
    server.write_all(&request.bytes(""))?;
    let answer = Message::read(&mut BufReader::new(&server))?;
    let line = request.start.rsplit_once(' ').map_or("", |(line, _)| line);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    kept.lock().unwrap_or_else(PoisonError::into_inner).push(Exchange {
        line: line.to_owned(),
        headers: request.headers.clone(),
        body: text(&request.body),
        answer: text(&answer.body),
    });
    client.write_all(&answer.bytes("connection: close\r\n"))?;
    Ok(())
}

/// A request or an answer whose length is told.
struct Message {
    start: String,
    /// As they came.
    head: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Message {
    fn read(from: &mut impl BufRead) -> Result<Self> {
        let mut start = String::new();
        from.read_line(&mut start)?;
        let (mut head, mut headers) = (String::new(), Vec::new());
        loop {
            let mut line = String::new();
            if from.read_line(&mut line)? == 0 || line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':') {
                headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
            }
            head.push_str(&line);
        }
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length = length.map_or(Ok(0), |(_, length)| length.parse())?;
        let mut body = vec![0; length];
        from.read_exact(&mut body)?;
        Ok(Self {
            start: start.trim_end().to_owned(),
            head,
            headers,
            body,
        })
    }

    fn bytes(&self, more: &str) -> Vec<u8> {
        let head = format!("{}\r\n{more}{}\r\n", self.start, self.head);
        [head.as_bytes(), &self.body].concat()
    }
}
