//! What a person does: types, ticks, sorts. Real keys and clicks; measured from their own time stamps until their last change is painted.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;
use thirtyfour::Key;

use crate::figures::{Figure, Measures};
use crate::subject::Opened;

/// How often each is done, unless it takes too long.
const REPEATS: usize = 9;
/// After this time of one kind of action no more repetitions begin: a peer that takes seconds is known well enough.
const ENOUGH: Duration = Duration::from_secs(45);
/// Fewer samples than these say nothing.
const FEWEST: usize = 3;

/// The same for all subjects of a run.
#[derive(Default)]
pub struct Plan {
    /// Typed letter by letter, and taken away again.
    pub words: Vec<String>,
    /// Facets and values to tick, each for the first time.
    pub ticks: Vec<(String, String)>,
    /// Which of the keys change anything on our page; empty until that is known. Grids may touch their rows even where nothing
    /// changes, and those cheap keys must not count for them.
    pub changing: Vec<bool>,
}

/// Columns to sort by: two times, a text, and a number as second key.
pub const TIMES: [&str; 2] = ["end", "start"];
/// See [`TIMES`].
pub const TEXT: &str = "group";
/// See [`TIMES`].
pub const NUMBER: &str = "missing";

#[derive(Deserialize)]
struct Reports {
    tasks: Vec<f64>,
    events: Vec<f64>,
}

/// Types the plan's words into the search box and takes them away again.
pub async fn search(opened: &Opened<'_>, plan: &Plan, measures: &mut Measures) -> Result<()> {
    opened.page.search("").await?;
    let began: f64 = opened.read("bench.reports(Infinity); return performance.now()").await?;
    let start = Instant::now();
    for word in &plan.words {
        if measures.changed.len() >= 20 && start.elapsed() > 2 * ENOUGH {
            break;
        }
        let letters: Vec<String> = word.chars().map(String::from).collect();
        let back = vec![char::from(Key::Backspace).to_string(); letters.len()];
        press(opened, letters, plan, measures).await?;
        measures.found.push(opened.page.count().await?);
        press(opened, back, plan, measures).await?;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let reports: Reports = opened.read(&format!("return bench.reports({began})")).await?;
    for took in &reports.events {
        measures.add(Figure::Event, *took);
    }
    // Keys under the threshold are not reported, so quantiles are those of all keys only when they are counted too.
    for _ in reports.events.len()..measures.changed.len() {
        measures.add(Figure::Event, 0.0);
    }
    measures.add(Figure::TypingTask, reports.tasks.iter().copied().fold(0.0, f64::max));
    let keys = measures.count(Figure::Key);
    ensure!(keys >= 20, "only {keys} keys changed anything");
    Ok(())
}

/// A key that changes nothing has no figure.
async fn press(opened: &Opened<'_>, keys: Vec<String>, plan: &Plan, measures: &mut Measures) -> Result<()> {
    for key in keys {
        let took = timed(opened, "keydown", opened.page.press(key)).await?;
        let counts = plan
            .changing
            .get(measures.changed.len())
            .is_none_or(|changing| *changing);
        measures.changed.push(took.is_some());
        if let Some(took) = took.filter(|_| counts) {
            measures.add(Figure::Key, took);
        }
    }
    Ok(())
}

/// Ticks the plan's values and unticks them.
pub async fn tick(opened: &Opened<'_>, plan: &Plan, measures: &mut Measures) -> Result<()> {
    let start = Instant::now();
    for (done, (facet, value)) in plan.ticks.iter().enumerate() {
        if done >= FEWEST && start.elapsed() > ENOUGH {
            break;
        }
        let checkbox = Opened::tick(facet, value);
        for figure in [Figure::Tick, Figure::Untick] {
            let took = timed(opened, "click", opened.page.click(&checkbox)).await?;
            measures.add(
                figure,
                took.with_context(|| format!("{facet}={value} changed nothing"))?,
            );
        }
    }
    Ok(())
}

/// Sorts by times, then by a text, then by a text and a number.
pub async fn sort(opened: &Opened<'_>, measures: &mut Measures) -> Result<()> {
    let start = Instant::now();
    for (done, column) in TIMES.into_iter().cycle().take(REPEATS).enumerate() {
        if done >= FEWEST && start.elapsed() > ENOUGH {
            break;
        }
        let took = timed(opened, "click", by(opened, &[column])).await?;
        measures.add(
            Figure::SortTime,
            took.with_context(|| format!("sorting by {column} changed nothing"))?,
        );
        check_order(opened, column).await?;
    }
    timed(opened, "click", by(opened, &[TIMES[1]])).await?;
    let start = Instant::now();
    for done in 0..REPEATS {
        if done >= FEWEST && start.elapsed() > ENOUGH {
            break;
        }
        let took = timed(opened, "click", by(opened, &[TEXT])).await?;
        measures.add(Figure::SortText, took.context("sorting by a text changed nothing")?);
        let took = timed(opened, "click", by(opened, &[TEXT, NUMBER])).await?;
        measures.add(Figure::SortTwo, took.context("sorting by two keys changed nothing")?);
        // Back to another order, so that sorting has something to do; by the time that no row lacks, or the same rows stay on top.
        timed(opened, "click", by(opened, &[TIMES[1]])).await?;
    }
    Ok(())
}

/// Sorts by the last of `keys`, the others being sorted by already: a heading of ours, a button of a peer's.
async fn by(opened: &Opened<'_>, keys: &[&str]) -> Result<()> {
    match keys {
        _ if !opened.subject.ours => opened.page.click(&format!("[data-sort=\"{}\"]", keys.join(","))).await,
        [column] => opened.page.sort_by(column).await,
        [.., column] => opened.page.then_sort_by(column).await,
        [] => Ok(()),
    }
}

/// A sort that only pretends must not count.
async fn check_order(opened: &Opened<'_>, column: &str) -> Result<()> {
    if opened.subject.ours {
        let grid = opened.page.grid().await?;
        let sorted = grid.headers.iter().find(|header| header.sort != "none");
        let sorted = sorted.map(|header| header.column.as_str());
        ensure!(sorted == Some(column), "sorted by {sorted:?} instead of {column}");
    }
    Ok(())
}

/// How long it took from the event of that type until its last change was painted; `None` if it changed nothing.
async fn timed(opened: &Opened<'_>, event: &str, action: impl Future<Output = Result<()>>) -> Result<Option<f64>> {
    opened
        .page
        .driver
        .execute("bench.begin(arguments[0])", vec![Value::from(event)])
        .await?;
    action.await?;
    opened.call("settled", &[]).await
}
