//! How fast the page is in a real browser, on the simulated clouds: `cargo xtask bench`, or `… -- ROWS …` for other sizes.
//!
//! | figure | how it is measured |
//! |---|---|
//! | first load | bytes on the wire of the document and everything that it loads, without `/api/` (Resource Timing) |
//! | first paint | First Contentful Paint (Paint Timing) |
//! | first row, all rows | from navigation until a row is in the DOM, until all targets have ended |
//! | key painted | from the key's own time stamp until after the frame with the last change that it made to the grid or the count; of keys that changed ours |
//! | event to paint | what the browser itself measures for the same keys (Event Timing: multiples of 8 ms, from 16 ms) |
//! | frame | time between animation frames while the grid is scrolled by 100 pixels a frame, then by 6400 |
//! | longest task | Long Tasks API, which reports tasks over 50 ms |
//!
//! Right after our page, the same is done to [AG Grid Community](https://www.ag-grid.com) with the same rows in a browser of its own, if
//! `SIGNALBOX_AG_GRID` names its `ag-grid-community.min.js`: a figure says little on a machine that nobody knows, a ratio says more.

mod interaction;
mod peer;
mod table;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use signalbox_tests::browser::{Browser, Profile};
use signalbox_tests::{Page, Server};

use self::interaction::Interaction;
use self::peer::Peer;
use self::table::{Table, millis};

const ROWS: [u32; 2] = [100_000, 1_000_000];
/// What the project promises at 100,000 rows, in milliseconds.
const LIMIT: f64 = 50.0;
/// How many ids are typed, and how much of each.
const WORDS: usize = 12;
const LETTERS: usize = 5;
/// Loading a million rows in a debug browser on a shared machine must not fail the benchmark.
const LOADED: Duration = Duration::from_secs(300);

const FIRST_LOAD: &str = "
    const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    const own = all.filter(entry => !new URL(entry.name).pathname.startsWith('/api/'));
    return {
        bytes: own.reduce((sum, entry) => sum + entry.encodedBodySize, 0),
        paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null,
    };";

#[derive(Deserialize)]
struct FirstLoad {
    bytes: u64,
    paint: Option<f64>,
}

/// What was measured on our page.
struct Ours {
    first_row: Duration,
    all_rows: Duration,
    first: FirstLoad,
    interaction: Interaction,
    words: Vec<String>,
    /// Or why there is none.
    peer: Result<Peer>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let given: Vec<u32> = std::env::args()
        .skip(1)
        .map(|rows| rows.parse().with_context(|| format!("{rows:?} is no number of rows")))
        .collect::<Result<_>>()?;
    for rows in if given.is_empty() { ROWS.to_vec() } else { given } {
        bench(rows).await?;
    }
    Ok(())
}

async fn bench(rows: u32) -> Result<()> {
    let ours = bench_ours(rows).await?;
    // Our figures stand also where the peer cannot be had, or does not bear that many rows.
    let peer = match &ours.peer {
        Ok(peer) => peer.measure(&ours.words).await,
        Err(error) => Err(anyhow::anyhow!("{error:#}")),
    };
    println!("\n{rows} patch rows\n");
    let table = Table::begin(peer.is_ok().then_some(peer::NAME));
    table.own("first load", &format!("{:.1} KB", kilo(ours.first.bytes)), "300 KB");
    let paint = ours.first.paint.map_or_else(|| "not reported".to_owned(), millis);
    table.own("first paint", &paint, "");
    table.own("first row", &millis(ours.first_row.as_secs_f64() * 1e3), "");
    table.own("all rows", &millis(ours.all_rows.as_secs_f64() * 1e3), "");
    let limit = (rows <= 100_000).then_some(LIMIT);
    table.interaction(&ours.interaction, peer.as_ref().ok(), limit);
    if let Err(error) = peer {
        println!("\nNot measured beside {}: {error:#}", peer::NAME);
    }
    Ok(())
}

async fn bench_ours(rows: u32) -> Result<Ours> {
    let server = Server::start(&["demo", "--listen", "127.0.0.1:0", "--rows", &rows.to_string()])?;
    let browser = Browser::open(&Profile::default()).await?;
    let page = Page::new(browser.driver.clone(), &server.origin);
    let outcome = measure(&page, &server.origin).await;
    drop(page);
    browser.quit().await?;
    outcome
}

async fn measure(page: &Page, origin: &str) -> Result<Ours> {
    let (first_row, all_rows) = load(page).await?;
    let first: FirstLoad = serde_json::from_value(page.driver.execute(FIRST_LOAD, []).await?.json().clone())?;
    ensure!(page.grid().await?.rows > 0, "there is nothing to search");
    let words = words(page).await?;
    let interaction = interaction::measure(page, &words).await?;
    let peer = match peer::script() {
        Some(script) => Peer::prepare(&script, page, origin).await,
        None => Err(anyhow::anyhow!("SIGNALBOX_AG_GRID does not say where it is")),
    };
    Ok(Ours {
        first_row,
        all_rows,
        first,
        interaction,
        words,
        peer,
    })
}

/// The times until the first row and until all rows.
async fn load(page: &Page) -> Result<(Duration, Duration)> {
    let start = Instant::now();
    page.open("/patches").await?;
    let mut first = None;
    loop {
        let seen = page.rows().await.map_or(0, |rows| rows.len());
        if seen > 0 && first.is_none() {
            first = Some(start.elapsed());
        }
        let busy = page.grid().await.is_ok_and(|grid| grid.busy);
        let loading = page.coverage().await?.iter().any(|target| target.state == "loading");
        if let Some(first) = first.filter(|_| !busy && !loading) {
            return Ok((first, start.elapsed()));
        }
        ensure!(
            start.elapsed() < LOADED,
            "not loaded after {LOADED:?}; {seen} rows in the DOM"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The ends of some instance ids.
async fn words(page: &Page) -> Result<Vec<String>> {
    let mut ids = page.values("instance").await?;
    ensure!(!ids.is_empty(), "the table shows no instances");
    ids.truncate(WORDS);
    let end = |id: &String| id.chars().skip(id.chars().count().saturating_sub(LETTERS)).collect();
    Ok(ids.iter().map(end).collect())
}

#[expect(clippy::cast_precision_loss, reason = "for showing")]
fn kilo(bytes: u64) -> f64 {
    bytes as f64 / 1024.0
}
