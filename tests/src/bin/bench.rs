//! How fast the page is in a real browser, on the simulated clouds: `cargo xtask bench`, or `… -- ROWS …` for other sizes.
//!
//! | figure | how it is measured |
//! |---|---|
//! | first load | bytes on the wire of the document and everything that it loads, without `/api/` (Resource Timing) |
//! | first paint | First Contentful Paint (Paint Timing) |
//! | first row, all rows | from navigation until a row is in the DOM, until all targets have ended |
//! | key painted | from the key's own time stamp until after the frame with the last change that it made to the grid or the count |
//! | event to paint | what the browser itself measures for the same keys (Event Timing: multiples of 8 ms, from 16 ms) |
//! | frame | time between animation frames while the grid is scrolled by 3 rows a frame, then by 200 |
//! | longest task | Long Tasks API, which reports tasks over 50 ms |

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;
use signalbox_tests::browser::{Browser, Profile};
use signalbox_tests::{Page, Server};

const ROWS: [u32; 2] = [100_000, 1_000_000];
/// What the project promises at 100,000 rows, in milliseconds.
const LIMIT: f64 = 50.0;
/// Slower than fast typing: each key is measured by itself.
const BETWEEN_KEYS: Duration = Duration::from_millis(150);
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

/// Installed after loading, so that only what follows counts.
const OBSERVE: &str = "
    const bench = window.bench = { painted: [], events: [], tasks: [], frames: [] };
    new PerformanceObserver(list => bench.tasks.push(...list.getEntries().map(entry => entry.duration))).observe({ type: 'longtask' });
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) if (entry.name === 'keydown') bench.events.push(entry.duration);
    }).observe({ type: 'event', durationThreshold: 16 });
    let key = null;
    addEventListener('keydown', event => { key = { at: event.timeStamp }; bench.painted.push(key); }, true);
    const observer = new MutationObserver(() => {
        const current = key;
        if (current === null) return;
        // A message sent in a frame's callback arrives after that frame has been painted.
        requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => { current.took = performance.now() - current.at; };
            channel.port2.postMessage(0);
        });
    });
    for (const css of ['[role=grid]', '[data-testid=count]'])
        observer.observe(document.querySelector(css), { subtree: true, childList: true, characterData: true, attributes: true });";

const SCROLL: &str = "
    const [step, frames, done] = arguments;
    const grid = document.querySelector('[role=grid]');
    const scrolls = element => element.scrollHeight > element.clientHeight + 100 && /auto|scroll/.test(getComputedStyle(element).overflowY);
    let box = [...grid.querySelectorAll('*')].find(scrolls);
    for (let element = grid; !box && element; element = element.parentElement) if (scrolls(element)) box = element;
    box ??= document.scrollingElement;
    let last = null, left = frames;
    requestAnimationFrame(function frame(now) {
        if (last !== null) window.bench.frames.push(now - last);
        last = now;
        box.scrollTop += step;
        if (--left > 0) requestAnimationFrame(frame); else done(box.scrollTop);
    });";

#[derive(Deserialize)]
struct FirstLoad {
    bytes: u64,
    paint: Option<f64>,
}

#[derive(Deserialize)]
struct Measured {
    painted: Vec<Key>,
    events: Vec<f64>,
    tasks: Vec<f64>,
    frames: Vec<f64>,
}

#[derive(Deserialize)]
struct Key {
    took: Option<f64>,
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
    let server = Server::start(&["demo", "--listen", "127.0.0.1:0", "--rows", &rows.to_string()])?;
    let browser = Browser::open(&Profile::default()).await?;
    let page = Page::new(browser.driver.clone(), &server.origin);
    let outcome = measure(&page, rows).await;
    drop(page);
    browser.quit().await?;
    outcome
}

async fn measure(page: &Page, rows: u32) -> Result<()> {
    println!("\n{rows} patch rows\n\n| figure | value | promised |\n|---|---:|---:|");
    let (first_row, all_rows) = load(page).await?;
    let first: FirstLoad = serde_json::from_value(page.driver.execute(FIRST_LOAD, []).await?.json().clone())?;
    line("first load", &format!("{:.1} KB", kilo(first.bytes)), "300 KB");
    line(
        "first paint",
        &first.paint.map_or_else(|| "not reported".to_owned(), millis),
        "",
    );
    line("first row", &millis(first_row.as_secs_f64() * 1e3), "");
    line("all rows", &millis(all_rows.as_secs_f64() * 1e3), "");
    ensure!(page.grid().await?.rows > 0, "there is nothing to search");

    page.driver.execute(OBSERVE, []).await?;
    type_words(page).await?;
    let mut typing: Measured = measured(page).await?;
    let mut painted: Vec<f64> = typing.painted.iter().filter_map(|key| key.took).collect();
    ensure!(
        painted.len() >= 20,
        "only {} of {} keys changed anything",
        painted.len(),
        typing.painted.len()
    );
    let promised = if rows <= 100_000 { millis(LIMIT) } else { String::new() };
    line(
        &format!("key painted, p50 of {}", painted.len()),
        &millis(quantile(&mut painted, 0.5)),
        "",
    );
    line("key painted, p95", &millis(quantile(&mut painted, 0.95)), &promised);
    line("key painted, worst", &millis(quantile(&mut painted, 1.0)), "");
    // Keys under the threshold are not reported, so this is the p95 of all keys only when they are counted too.
    typing.events.resize(typing.events.len().max(typing.painted.len()), 0.0);
    line("event to paint, p95", &millis(quantile(&mut typing.events, 0.95)), "");
    line("longest task while typing", &longest(&typing.tasks), &promised);

    page.driver
        .execute("Object.assign(window.bench, { tasks: [], frames: [] })", [])
        .await?;
    for (step, frames) in [(100, 120), (6_400, 120)] {
        let arguments: Vec<Value> = vec![step.into(), frames.into()];
        page.driver.execute_async(SCROLL, arguments).await?;
    }
    let mut scrolling = measured(page).await?;
    line(
        "frame while scrolling, p95",
        &millis(quantile(&mut scrolling.frames, 0.95)),
        "",
    );
    line(
        "frame while scrolling, worst",
        &millis(quantile(&mut scrolling.frames, 1.0)),
        "",
    );
    line("longest task while scrolling", &longest(&scrolling.tasks), &promised);
    Ok(())
}

/// The times until the first row and until all rows.
async fn load(page: &Page) -> Result<(Duration, Duration)> {
    let start = std::time::Instant::now();
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

/// Writes the ends of instance ids, letter by letter, and takes them away again: every letter changes which rows match.
async fn type_words(page: &Page) -> Result<()> {
    let rows = page.rows().await?;
    let ids: Vec<&str> = rows
        .iter()
        .filter_map(|row| Some(row.cell("instance").ok()?.value.as_str()))
        .collect();
    ensure!(!ids.is_empty(), "the table shows no instances");
    page.search("").await?;
    for id in ids.iter().take(WORDS) {
        let letters: Vec<char> = id.chars().skip(id.chars().count().saturating_sub(LETTERS)).collect();
        for letter in &letters {
            page.press(letter.to_string()).await?;
            tokio::time::sleep(BETWEEN_KEYS).await;
        }
        for _ in &letters {
            page.press(thirtyfour::Key::Backspace + "").await?;
            tokio::time::sleep(BETWEEN_KEYS).await;
        }
    }
    Ok(())
}

async fn measured(page: &Page) -> Result<Measured> {
    // Observers are called some time after the fact.
    tokio::time::sleep(Duration::from_millis(500)).await;
    Ok(serde_json::from_value(
        page.driver.execute("return window.bench", []).await?.json().clone(),
    )?)
}

fn line(figure: &str, value: &str, promised: &str) {
    println!("| {figure} | {value} | {promised} |");
}

fn millis(value: f64) -> String {
    format!("{value:.1} ms")
}

fn longest(tasks: &[f64]) -> String {
    match tasks.iter().copied().reduce(f64::max) {
        Some(longest) => format!("{} ({} over 50 ms)", millis(longest), tasks.len()),
        None => "none over 50 ms".to_owned(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "for showing")]
fn kilo(bytes: u64) -> f64 {
    bytes as f64 / 1024.0
}

/// The smallest value that at least this share of all is not above; NaN without values.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few hundred values"
)]
fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = (values.len() as f64 * share).ceil() as usize;
    values.get(place.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "no arithmetic is done on them")]
    fn quantiles_are_values_that_were_measured() {
        let mut values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(quantile(&mut values, 0.5), 50.0);
        assert_eq!(quantile(&mut values, 0.95), 95.0);
        assert_eq!(quantile(&mut values, 1.0), 100.0);
        assert_eq!(quantile(&mut [7.0], 0.5), 7.0);
        assert!(quantile(&mut [], 0.5).is_nan());
    }
}
