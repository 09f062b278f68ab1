//! People who read one table after the other, and what they got.

use std::io::Write as _;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use http::HeaderMap;
use tokio::sync::watch;
use tokio::time::timeout;
use zstd::stream::write::Decoder;

use crate::connection::{Connection, Lines, PACKED, PAST_THE_CACHE, Seen, get};
use crate::figure::millis;
use crate::proxy::USER;

const TABLES: [&str; 5] = ["plans", "tickets", "patches", "plugins", "operations"];
/// How long somebody looks at a table before the next.
const LOOKS: std::ops::Range<u64> = 1_000..5_000;
/// One reading in so many asks past what is kept.
const PAST: u32 = 10;

/// A request that did not come to its end.
#[derive(Clone, Debug)]
pub struct Lost {
    /// When it was sent and when it broke off, from the start of the load.
    pub sent: Duration,
    pub broke: Duration,
    /// The replica that answered, as far as that was known.
    pub replica: Option<String>,
    pub why: String,
}

/// What people got.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Requests that were answered whole, by the replica that answered, each with when it was sent and when it ended.
    pub whole: Vec<(String, Duration, Duration)>,
    pub lost: Vec<Lost>,
    /// Targets that came to their end, and such that failed.
    pub done: usize,
    pub failed: usize,
    pub rows: u64,
    /// From a request to its first rows, in milliseconds.
    pub first_rows: Vec<f64>,
}

impl Tally {
    pub fn add(&mut self, other: Self) {
        self.whole.extend(other.whole);
        self.lost.extend(other.lost);
        self.done += other.done;
        self.failed += other.failed;
        self.rows += other.rows;
        self.first_rows.extend(other.first_rows);
    }
}

/// Reads until it is over.
pub async fn read(number: usize, front: SocketAddr, begun: Instant, mut over: watch::Receiver<bool>) -> Tally {
    let mut chance = fastrand::Rng::with_seed(number as u64);
    let mut tally = Tally::default();
    let name = format!("viewer-{number}@example.com");
    let mut connection = None;
    let mut table = number;
    loop {
        let look = Duration::from_millis(chance.u64(LOOKS));
        if timeout(look, over.changed()).await.is_ok() {
            return tally;
        }
        let path = format!("/api/v1/rows/{}", TABLES[table % TABLES.len()]);
        table += 1;
        let past = (chance.u32(..PAST) == 0).then_some(PAST_THE_CACHE);
        let sent = begun.elapsed();
        let mut replica = None;
        match one(front, &mut connection, &name, &path, past, &mut replica).await {
            Ok(seen) => {
                tally.whole.push((replica.unwrap_or_default(), sent, begun.elapsed()));
                tally.done += seen.done;
                tally.failed += seen.failed;
                tally.rows += seen.rows;
                tally.first_rows.extend(seen.first_rows.map(millis));
            }
            Err(error) => {
                connection = None;
                tally.lost.push(Lost {
                    sent,
                    broke: begun.elapsed(),
                    replica,
                    why: format!("{path}: {error:#}"),
                });
            }
        }
    }
}

/// Reads a table once, over the connection that is open, if there is one.
async fn one(
    front: SocketAddr,
    connection: &mut Option<Connection>,
    name: &str,
    path: &str,
    past: Option<(&str, &str)>,
    replica: &mut Option<String>,
) -> Result<Seen> {
    let connection = match connection {
        Some(open) => open,
        none => none.insert(Connection::open(front).await?),
    };
    let headers: Vec<_> = [(USER, name), PACKED].into_iter().chain(past).collect();
    let mut unpacking = Decoder::new(Lines::begin())?;
    let mut broken = None;
    let head = |head: &HeaderMap| {
        let named = head.get("x-replica").and_then(|value| value.to_str().ok());
        // Of those that were asked in turn, the last has answered.
        let last = named.and_then(|named| named.rsplit([',', ' ']).next());
        *replica = last.map(str::to_owned);
    };
    let each = |piece: &[u8]| {
        let unpacked = unpacking.write_all(piece).and_then(|()| unpacking.flush());
        broken = unpacked.err().or(broken.take());
        true
    };
    let status = connection.ask_while(get(front, path, &headers)?, head, each).await?;
    ensure!(broken.is_none(), "{status}: not packed as it should be: {broken:?}");
    let seen = unpacking.into_inner().end();
    ensure!(
        status == 200 && seen.whole && seen.done + seen.failed == seen.targets,
        "{status}: not whole: {seen:?}"
    );
    Ok(seen)
}
