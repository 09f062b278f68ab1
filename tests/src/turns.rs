//! A plain front, as teams have one before several replicas: they take turns, request by request.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::{Context, Result};

/// The longest head of a request, in bytes: some addresses of the tests are long.
const LONGEST: usize = 64 << 10;

/// Listens until the process ends.
pub struct Turns {
    /// `http://127.0.0.1:PORT`
    pub origin: String,
    state: Arc<Mutex<State>>,
}

/// A request that was passed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// Method and path, without the query.
    pub request: String,
    /// To which replica.
    pub replica: usize,
}

#[derive(Default)]
struct State {
    replicas: Vec<Option<SocketAddr>>,
    passed: Vec<Passed>,
}

impl State {
    /// The next replica; but what one of them has sent to the identity provider comes back to another.
    fn next(&mut self, request: String) -> Option<SocketAddr> {
        let begun = match request.as_str() {
            "GET /auth/callback" => Some("GET /auth/login"),
            "POST /auth/backchannel-logout" => Some("POST /auth/logout"),
            _ => None,
        };
        let mut passed = self.passed.iter().rev();
        let begun = begun.and_then(|begun| passed.find(|passed| passed.request == begun));
        let last = begun.or(self.passed.last()).map(|passed| passed.replica);
        let count = self.replicas.len();
        let first = last.map_or(0, |last| last + 1);
        let replica = (first..first + count)
            .map(|at| at % count)
            .find(|&at| self.replicas[at].is_some())?;
        self.passed.push(Passed { request, replica });
        self.replicas[replica]
    }
}

impl Turns {
    /// Before as many replicas, which are not there yet.
    ///
    /// # Errors
    /// When there is no free port.
    pub fn before(replicas: usize) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let origin = format!("http://{}", listener.local_addr()?);
        let state = Arc::new(Mutex::new(State {
            replicas: vec![None; replicas],
            ..State::default()
        }));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                // A browser that goes away, or a replica that is stopped, is no fault of the front.
                thread::spawn(move || _ = pass(client, &state));
            }
        });
        Ok(Self { origin, state })
    }

    /// Where a replica is; none while it is stopped.
    pub fn set(&self, replica: usize, address: Option<SocketAddr>) {
        lock(&self.state).replicas[replica] = address;
    }

    /// What was passed on, the oldest first.
    #[must_use]
    pub fn passed(&self) -> Vec<Passed> {
        lock(&self.state).passed.clone()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Passes one request on. Both sides are told to close the connection after it, so that the next request is another's turn.
fn pass(mut client: TcpStream, state: &Mutex<State>) -> Result<()> {
    let (head, rest) = head(&mut client)?;
    let mut lines = head
        .split("\r\n")
        .filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let first = lines.next().unwrap_or_default();
    let request: Vec<&str> = first.split([' ', '?']).take(2).collect();
    let address = lock(state).next(request.join(" ")).context("no replica is there")?;
    let mut replica = TcpStream::connect(address)?;
    let others: Vec<&str> = lines.collect();
    replica.write_all(format!("{first}\r\nConnection: close\r\n{}", others.join("\r\n")).as_bytes())?;
    replica.write_all(&rest)?;
    let (mut from, mut to) = (client.try_clone()?, replica.try_clone()?);
    let body = thread::spawn(move || std::io::copy(&mut from, &mut to));
    std::io::copy(&mut replica, &mut client)?;
    client.shutdown(Shutdown::Both)?;
    _ = body.join();
    Ok(())
}

/// A request's head with the empty line at its end, and what came after it.
fn head(client: &mut TcpStream) -> Result<(String, Vec<u8>)> {
    let mut read = Vec::new();
    let mut some = [0; 4096];
    loop {
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            let rest = read.split_off(end + 4);
            return Ok((String::from_utf8(read)?, rest));
        }
        let count = client.read(&mut some)?;
        anyhow::ensure!(count > 0 && read.len() < LONGEST, "no whole head of a request");
        read.extend_from_slice(&some[..count]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replicas_take_turns_and_what_one_begins_another_ends() {
        let mut state = State {
            replicas: vec![Some(([127, 0, 0, 1], 1).into()), Some(([127, 0, 0, 1], 2).into())],
            ..State::default()
        };
        let mut ask = |request: &str| state.next(request.to_owned()).map(|address| address.port());
        let turns = [
            "GET /",
            "GET /auth/login",
            "GET /a",
            "GET /b",
            "GET /auth/callback",
            "GET /c",
        ]
        .map(&mut ask);
        assert_eq!(turns, [1, 2, 1, 2, 1, 2].map(Some));
        assert_eq!(ask("GET /auth/login"), Some(1));
        assert_eq!(ask("GET /auth/callback"), Some(2));
        assert_eq!(ask("POST /auth/logout"), Some(1));
        assert_eq!(ask("GET /"), Some(2));
        assert_eq!(ask("POST /auth/backchannel-logout"), Some(2));
        state.replicas[1] = None;
        assert_eq!(state.next("GET /d".to_owned()).map(|address| address.port()), Some(1));
        assert_eq!(
            state
                .next("GET /auth/callback".to_owned())
                .map(|address| address.port()),
            Some(1)
        );
    }
}
