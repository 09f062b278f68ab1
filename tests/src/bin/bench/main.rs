//! How fast the page is in a real browser beside its peers: `cargo xtask bench`, or `… -- ROWS … PEER …` for other sizes and only
//! some peers (`none` for none, `pages` for our pages that show several tables).
//!
//! What is measured and how stands in `docs/benchmarks.md`. All subjects get the same rows, and the same script observes them; a
//! figure says little on a machine that nobody knows, a ratio from the same run says more.

mod act;
mod figures;
mod load;
mod memory;
mod peers;
mod record;
mod report;
mod scroll;
mod serve;
mod several;
mod subject;

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde::Deserialize;
use signalbox_tests::Server;
use tempfile::TempDir;

use self::act::Plan;
use self::figures::{Figure, Measures};
use self::peers::Looks;
use self::record::{COLUMNS, Recording};
use self::report::Outcome;
use self::subject::{Opened, Subject};

const ROWS: [u32; 3] = [10_000, 100_000, 1_000_000];
/// Loads of each subject, each in a new browser, unless they take too long.
const LOADS: usize = 7;
/// After this time of loading no more repetitions begin, but for the fewest.
const ENOUGH: Duration = Duration::from_secs(45);
const FEWEST: usize = 3;
/// How many ids are typed, and how much of each word.
const IDS: usize = 4;
const LETTERS: usize = 5;
/// How many values are ticked.
const TICKS: usize = 11;

const FIRST_LOAD: &str = "
    const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    const own = all.filter(entry => !new URL(entry.name).pathname.startsWith('/api/') && entry.startTime < bench.page.since());
    return own.reduce((sum, entry) => sum + entry.encodedBodySize, 0);";

/// The values that every facet shows, but for those that all rows have.
const TICKABLE: &str = "
    return [...document.querySelectorAll('[data-facet]')].flatMap(facet =>
        [...facet.querySelectorAll('[data-value][data-count]')]
            .filter(value => value.dataset.value !== '' && value.checkVisibility())
            .map(value => ({ facet: facet.dataset.facet, value: value.dataset.value, count: Number(value.dataset.count) })));";

#[derive(Deserialize)]
struct Tickable {
    facet: String,
    value: String,
    count: usize,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let (mut sizes, mut chosen) = (Vec::new(), Vec::new());
    for argument in std::env::args().skip(1) {
        match argument.parse::<u32>() {
            Ok(rows) => sizes.push(rows),
            Err(_) => chosen.push(peers::known(&argument)?),
        }
    }
    for rows in if sizes.is_empty() { ROWS.to_vec() } else { sizes } {
        bench(rows, &chosen).await?;
    }
    Ok(())
}

/// With the peers in `chosen`, or all if it is empty.
async fn bench(rows: u32, chosen: &[&str]) -> Result<()> {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let server = Server::start(&["demo", "--listen", "127.0.0.1:0", "--rows", &rows.to_string()])?;
    let folder = TempDir::with_prefix("signalbox-bench-")?;
    progress(rows, "recording the rows");
    let recording = Recording::take(&server.origin, folder.path()).await?;
    let columns: Vec<&str> = COLUMNS.iter().map(|(column, _)| *column).collect();
    let ours = Subject {
        name: "Signalbox".to_owned(),
        address: format!("{}/patches?cols={}", server.origin, columns.join(",")),
        rows: recording.stream.clone(),
        count: recording.rows,
        ours: true,
    };
    progress(rows, &ours.name);
    if chosen == [several::PAGES] {
        several::measure(&server.origin, &ours, |name| progress(rows, name)).await;
        return Ok(());
    }
    let (looks, mut plan) = look(&ours).await?;
    let measures = measure(&ours, &plan, None).await;
    progress(rows, &report::summary(&measures));
    if chosen.is_empty() || chosen.contains(&several::PAGES) {
        several::measure(&server.origin, &ours, |name| progress(rows, name)).await;
    }
    drop(server);
    plan.changing.clone_from(&measures.changed);
    let mut outcomes = vec![Outcome {
        name: ours.name,
        product: true,
        measures,
    }];
    let peers = peers::prepare(&looks, &plan, &recording)?;
    for peer in &peers.ready {
        if !chosen.is_empty() && !chosen.contains(&peer.id) {
            continue;
        }
        progress(rows, &peer.subject.name);
        let measures = measure(&peer.subject, &plan, peer.bytes).await;
        progress(rows, &report::summary(&measures));
        outcomes.push(Outcome {
            name: peer.subject.name.clone(),
            product: peer.id != peers::PLAIN,
            measures,
        });
    }
    println!("\n{} patch rows, {} columns\n", recording.rows, COLUMNS.len());
    report::print(&outcomes);
    if let Some(load) = load.split_whitespace().next() {
        println!("\nWhen this began, the machine's load average was {load}.");
    }
    Ok(())
}

fn progress(rows: u32, what: &str) {
    eprintln!("   {rows} rows: {what}");
}

/// What our page shows, and what is to be done on all pages. Its browser is not measured.
async fn look(ours: &Subject) -> Result<(Looks, Plan)> {
    let opened = open_loaded(ours, &mut Measures::default()).await?;
    let outcome = async { Ok((Looks::of(&opened).await?, plan(&opened).await?)) }.await;
    opened.close().await;
    outcome
}

/// The ends of some instance ids, and words that many rows have; the values that most rows have, facet by facet.
async fn plan(opened: &Opened<'_>) -> Result<Plan> {
    let rows = opened.page.rows().await?;
    ensure!(!rows.is_empty(), "there is nothing to search");
    let mut words = Vec::new();
    for row in rows.iter().take(IDS) {
        let id: Vec<char> = row.cell("instance")?.value.chars().collect();
        words.push(id[id.len().saturating_sub(LETTERS)..].iter().collect());
    }
    let tickable: Vec<Tickable> = opened.read(TICKABLE).await?;
    let total = opened.page.count().await?;
    let common = |facet: &str| tickable.iter().find(|one| one.facet == facet).map(|one| &one.value);
    for facet in ["group", "region"] {
        words.extend(common(facet).map(|value| value.chars().take(LETTERS).collect()));
    }
    let known = |one: &&Tickable| COLUMNS.iter().any(|(column, _)| *column == one.facet) && one.count < total;
    let mut ticks: Vec<&Tickable> = tickable.iter().filter(known).collect();
    ticks.sort_by_key(|one| std::cmp::Reverse(one.count));
    ticks.truncate(TICKS);
    let ticks = ticks
        .into_iter()
        .map(|one| (one.facet.clone(), one.value.clone()))
        .collect();
    Ok(Plan {
        words,
        ticks,
        changing: Vec::new(),
    })
}

/// What is done on a subject once it is loaded, in this order.
#[derive(Clone, Copy)]
enum Stage {
    Scrolling,
    Search,
    Facets,
    Sorting,
}

impl Stage {
    const ALL: [Self; 4] = [Self::Scrolling, Self::Search, Self::Facets, Self::Sorting];

    const fn name(self) -> &'static str {
        match self {
            Self::Scrolling => "scrolling",
            Self::Search => "search",
            Self::Facets => "facets",
            Self::Sorting => "sorting",
        }
    }

    async fn run(self, opened: &Opened<'_>, plan: &Plan, measures: &mut Measures) -> Result<()> {
        match self {
            Self::Scrolling => scroll::measure(opened, measures).await,
            Self::Search => act::search(opened, plan, measures).await,
            Self::Facets => act::tick(opened, plan, measures).await,
            Self::Sorting => act::sort(opened, measures).await,
        }
    }
}

/// Everything on one subject; what it cannot do becomes a note.
async fn measure(subject: &Subject, plan: &Plan, bytes: Option<f64>) -> Measures {
    let mut measures = Measures::default();
    if let Some(bytes) = bytes {
        measures.add(Figure::FirstLoad, bytes);
    }
    let first = open_loaded(subject, &mut measures).await;
    let Some(opened) = measures.note("loading", first) else {
        return measures;
    };
    let memory = memory::after_loading(&opened, &mut measures).await;
    measures.note("memory", memory);
    if subject.ours {
        let bytes = opened.read(FIRST_LOAD).await;
        if let Some(bytes) = measures.note("first load", bytes) {
            measures.add(Figure::FirstLoad, bytes);
        }
    }
    do_all(opened, plan, &mut measures).await;
    let start = Instant::now();
    while measures.count(Figure::AllRows) < LOADS {
        if measures.count(Figure::AllRows) >= FEWEST && start.elapsed() > ENOUGH {
            break;
        }
        let again = open_loaded(subject, &mut measures).await;
        match measures.note("loading again", again) {
            Some(opened) => opened.close().await,
            None => break,
        }
    }
    measures
}

/// All stages, as far as possible in the same browser: one that fails may have spoilt it for the next.
async fn do_all(opened: Opened<'_>, plan: &Plan, measures: &mut Measures) {
    let subject = opened.subject;
    let mut session = Some(opened);
    let mut spoilt = false;
    for stage in Stage::ALL {
        let Some(opened) = session.take() else { return };
        let outcome = stage.run(&opened, plan, measures).await;
        session = if measures.note(stage.name(), outcome).is_some() {
            Some(opened)
        } else {
            spoilt = true;
            opened.close().await;
            let again = open_loaded(subject, &mut Measures::default()).await;
            measures.note("loading again", again)
        };
    }
    let Some(opened) = session else { return };
    // Of a browser that did not live through everything, it would say too little.
    if !spoilt {
        let memory = memory::after_all(&opened, measures).await;
        measures.note("memory", memory);
    }
    opened.close().await;
}

/// Opens a subject in a new browser and gives it its rows.
async fn open_loaded<'a>(subject: &'a Subject, measures: &mut Measures) -> Result<Opened<'a>> {
    let opened = subject.open().await?;
    match load::measure(&opened, measures).await {
        Ok(()) => Ok(opened),
        Err(error) => {
            opened.close().await;
            Err(error)
        }
    }
}
