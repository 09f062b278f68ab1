//! One request at a time, as a browser without anything would send it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result};

const PATIENCE: Duration = Duration::from_secs(10);

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Answer {
    /// A header by its name in lower case.
    pub fn header(&self, name: &str) -> Result<&str> {
        let mut lines = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        let value = lines.find(|(found, _)| found.eq_ignore_ascii_case(name));
        let (_, value) = value.with_context(|| format!("no {name} in {self:?}"))?;
        Ok(value.trim())
    }
}

/// `GET`, under a host's name.
pub fn get(address: SocketAddr, host: &str, path: &str) -> Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: {host}\r\naccept: text/html\r\nconnection: close\r\n\r\n"
    )?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    read(&String::from_utf8_lossy(&bytes)).with_context(|| format!("no answer to {path} at {address}"))
}

/// A body in chunks is left in chunks: who looks for a word in it finds it.
fn read(text: &str) -> Option<Answer> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    Some(Answer {
        status: head.split(' ').nth(1)?.parse().ok()?,
        head: head.to_owned(),
        body: body.to_owned(),
    })
}

/// Scheme, host and port of an address.
pub fn origin(url: &str) -> Result<&str> {
    let (scheme, rest) = url.split_once("://").with_context(|| format!("{url} is no address"))?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    Ok(&url[..scheme.len() + 3 + end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_and_addresses_are_read() {
        let answer = read("HTTP/1.1 303 See Other\r\nLocation: http://a/b\r\n\r\nbody").unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (303, "body"));
        assert_eq!(answer.header("location").unwrap(), "http://a/b");
        assert!(answer.header("cookie").is_err());
        assert!(read("HTTP/1.1 200").is_none());
        assert_eq!(origin("http://127.0.0.1:80/a?b=c").unwrap(), "http://127.0.0.1:80");
        assert_eq!(origin("http://a?b").unwrap(), "http://a");
        assert!(origin("/a").is_err());
    }
}
