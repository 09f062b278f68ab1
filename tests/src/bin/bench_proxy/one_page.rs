//! One page of one list, asked through the program and through nginx: what each request costs, and what it takes longer.
//!
//! The program finds out who asks by a script's token, looks at the grants, signs, sends, reads the page, and writes down who read what. To nginx, requests come that
//! are signed already; it passes them on.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use bytes::Bytes;
use futures_util::future::try_join_all;
use http::{Request, StatusCode};
use http_body_util::Empty;
use tokio::sync::{Mutex, mpsc};

use crate::connection::{Connection, read};
use crate::figure::{Figure, millis, quantile};
use crate::front::Nginx;
use crate::process::cpu;
use crate::proxy::{Account, Proxy, Wanted};
use crate::upstream::Upstream;

/// So many patch states over all accounts are [`ROWS`] in the region that is asked: one page, not quite full.
const ALL_ROWS: usize = 270;
const ROWS: u64 = 48;
const ACCOUNTS: [Account<'static>; 1] = [("prod-cn", "prod-cn", &["cn-beijing"])];
const PATH: &str = "/api/v1/rows/patches";

/// Connections that ask side by side.
const CONNECTIONS: usize = 8;
/// By turns, so that what else the machine does strikes both.
const ROUNDS: usize = 5;
const REQUESTS: usize = 2_000;
/// Requests of both that are not counted.
const WARM_UP: usize = 500;
/// How long requests come at a steady pace, in each round.
const STEADY: Duration = Duration::from_secs(4);
/// Connections for those: more than there are requests at a time.
const ROOM: usize = 64;

const CPU_GOAL: &str = "≤ 1.5×";
const LATENCY_GOAL: &str = "≤ 1 ms";

/// Who is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Ours,
    Nginx,
}

struct Bench {
    upstream: Upstream,
    proxy: Proxy,
    nginx: Nginx,
}

impl Bench {
    fn address(&self, way: Way) -> SocketAddr {
        match way {
            Way::Ours => self.proxy.address,
            Way::Nginx => self.nginx.address,
        }
    }

    fn cpu(&self, way: Way) -> Result<Duration> {
        cpu(match way {
            Way::Ours => self.proxy.process,
            Way::Nginx => self.nginx.id(),
        })
    }

    fn request(&self, way: Way) -> Result<Request<Empty<Bytes>>> {
        match way {
            Way::Ours => self.proxy.script(PATH, &[]),
            Way::Nginx => self.upstream.signed("prod-cn", "cn-beijing"),
        }
    }

    /// Asks once, and makes sure that the page came.
    async fn ask(&self, way: Way, connection: &mut Connection) -> Result<()> {
        let request = self.request(way)?;
        if way == Way::Ours {
            let seen = read(connection, request).await?;
            ensure!(seen.rows == ROWS && seen.failed == 0, "not the page: {seen:?}");
            return Ok(());
        }
        let mut bytes = 0;
        let status = connection.ask(request, |piece| bytes += piece.len()).await?;
        ensure!(
            status == StatusCode::OK && bytes > 10_000,
            "not the page: {status}, {bytes} bytes"
        );
        Ok(())
    }

    /// Asks so often, as fast as it goes; says how long it took.
    async fn ask_many(&self, way: Way, requests: usize) -> Result<Duration> {
        let begun = Instant::now();
        let left = AtomicUsize::new(requests);
        let one = async || {
            let mut connection = Connection::open(self.address(way)).await?;
            while left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
                .is_ok()
            {
                self.ask(way, &mut connection).await?;
            }
            anyhow::Ok(())
        };
        try_join_all((0..CONNECTIONS).map(|_| one())).await?;
        Ok(begun.elapsed())
    }
}

/// Both lines.
///
/// # Errors
/// When something does not start, or an answer is not the page.
pub async fn measure() -> Result<Vec<Figure>> {
    let what = ["one uncached page, CPU per request", "added latency at half load, p99"];
    let upstream = Upstream::start(ALL_ROWS).await?;
    let wanted = Wanted {
        accounts: &ACCOUNTS,
        cache: false,
    };
    let proxy = Proxy::start(&upstream, wanted)?;
    let Some(nginx) = Nginx::before(&[upstream.address(crate::upstream::LIST)?], "")? else {
        let missing = |(what, goal)| Figure::missing(what, goal, "there is no nginx");
        return Ok(what.into_iter().zip([CPU_GOAL, LATENCY_GOAL]).map(missing).collect());
    };
    let bench = Bench { upstream, proxy, nginx };
    let mut spent = [Duration::ZERO; 2];
    let mut took = Duration::ZERO;
    for way in [Way::Nginx, Way::Ours] {
        bench.ask_many(way, WARM_UP).await?;
    }
    for _ in 0..ROUNDS {
        for way in [Way::Nginx, Way::Ours] {
            let before = bench.cpu(way)?;
            let time = bench.ask_many(way, REQUESTS).await?;
            spent[way as usize] += bench.cpu(way)?.saturating_sub(before);
            took += if way == Way::Ours { time } else { Duration::ZERO };
        }
    }
    let requests = (ROUNDS * REQUESTS) as f64;
    let each = |way: Way| spent[way as usize].as_secs_f64() * 1e6 / requests;
    let ratio = each(Way::Ours) / each(Way::Nginx);
    let rate = requests / took.as_secs_f64();
    let costs = Figure {
        what: what[0].to_owned(),
        goal: CPU_GOAL,
        value: format!("{ratio:.2}×"),
        made_of: format!(
            "{:.0} µs, nginx {:.0} µs; {requests} requests each by turns, {CONNECTIONS} at a time",
            each(Way::Ours),
            each(Way::Nginx)
        ),
        met: Some(ratio <= 1.5),
    };
    let bench = Arc::new(bench);
    Ok(vec![costs, latency(&bench, what[1], rate / 2.0).await?])
}

/// So many requests a second, whether those before have been answered or not, to one and to the other by turns.
async fn latency(bench: &Arc<Bench>, what: &str, rate: f64) -> Result<Figure> {
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for way in [Way::Nginx, Way::Ours] {
            times[way as usize].extend(steady(bench, way, rate).await?);
        }
    }
    let of = |way: Way, part| quantile(&times[way as usize], part);
    let added = |part| of(Way::Ours, part) - of(Way::Nginx, part);
    Ok(Figure {
        what: what.to_owned(),
        goal: LATENCY_GOAL,
        value: format!("{:.2} ms", added(0.99)),
        made_of: format!(
            "p99 {:.2} ms, nginx {:.2} ms; p50 {:.2} and {:.2} ms; {rate:.0} requests a second, {} each by turns",
            of(Way::Ours, 0.99),
            of(Way::Nginx, 0.99),
            of(Way::Ours, 0.5),
            of(Way::Nginx, 0.5),
            times[0].len(),
        ),
        met: Some(added(0.99) <= 1.0),
    })
}

/// How long each request took, from the moment at which it should have been sent.
async fn steady(bench: &Arc<Bench>, way: Way, rate: f64) -> Result<Vec<f64>> {
    let mut connections = Vec::new();
    for _ in 0..ROOM {
        connections.push(Connection::open(bench.address(way)).await?);
    }
    let free = Arc::new(Mutex::new(connections));
    let (sender, mut moments) = mpsc::unbounded_channel();
    let count = (rate * STEADY.as_secs_f64()) as u32;
    // A thread of its own: the timers of the runtime are a millisecond wide.
    std::thread::spawn(move || {
        let begun = Instant::now();
        for number in 0..count {
            let moment = begun + Duration::from_secs_f64(f64::from(number) / rate);
            std::thread::sleep(moment.saturating_duration_since(Instant::now()));
            if sender.send(moment).is_err() {
                return;
            }
        }
    });
    let mut asked = Vec::new();
    while let Some(moment) = moments.recv().await {
        let (bench, free) = (Arc::clone(bench), Arc::clone(&free));
        asked.push(tokio::spawn(async move {
            let taken = free.lock().await.pop();
            let mut connection = match taken {
                Some(connection) => connection,
                None => Connection::open(bench.address(way)).await?,
            };
            bench.ask(way, &mut connection).await?;
            let time = millis(moment.elapsed());
            free.lock().await.push(connection);
            anyhow::Ok(time)
        }));
    }
    let mut times = Vec::new();
    for one in asked {
        times.push(one.await??);
    }
    Ok(times)
}
