//! What a person waits for: a key in the search box with all facets recounted, a tick, a click on a heading, and rows arriving.
//!
//! `cargo bench -p signalbox-table`; `-- 100k` for one size. Ten samples and little more than a second each: about two minutes for all
//! sizes, enough to see a step of a tenth; `-- --sample-size 50 --measurement-time 10 NAME` looks closer at one.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use signalbox_table::engine::matters::{SeenMarks, Telling, most_urgent};
use signalbox_table::engine::{Clock, Engine, Figure};
use signalbox_table::{Rows, View};
use std::hint::black_box;
use std::time::Duration;

const NOW: i64 = 1_795_316_400_000;

/// A small generator (PCG's multiplier): the same rows in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Patch states as OOS sends them, 50 a page.
fn pages(count: usize) -> Vec<String> {
    let mut dice = Dice(7);
    let rows = (0..count).map(|row| {
        let missing = if dice.below(3) == 0 { dice.below(40) } else { 0 };
        let failed = if dice.below(20) == 0 { dice.below(5) } else { 0 };
        let minute = NOW / 60_000 - i64::try_from(dice.below(60 * 24 * 30)).unwrap_or_default();
        let time = signalbox_table::time::format(minute * 60_000 + i64::try_from(dice.below(60)).unwrap_or_default() * 1000);
        format!(
            r#"{{"MissingCount":"{missing}","OperationEndTime":"{time}","OwnerInformation":"“”","InstalledOtherCount":"{}","InstanceId":"i-bp1{:017x}","OperationType":"{}","OperationStartTime":"{time}","FailedCount":"{failed}","BaselineId":"pb-{:020x}","InstalledPendingRebootCount":"{}","InstalledRejectedCount":"0","PatchGroup":"{}","InstalledCount":"{}"}}"#,
            dice.below(30),
            dice.below(u64::MAX) << 20 | row as u64,
            ["scan", "install"][usize::from(dice.below(4) == 0)],
            dice.below(12),
            dice.below(3),
            ["null", "web", "db", "支付", "batch-nightly"][usize::try_from(dice.below(5)).unwrap_or_default()],
            dice.below(400),
        )
    });
    let rows: Vec<String> = rows.collect();
    rows.chunks(50).map(|page| format!("[{}]", page.join(","))).collect()
}

fn ingest(pages: &[String]) -> Option<Rows> {
    let source = catalog::source("alibaba.oos.instance-patch-states")?;
    let mut rows = Rows::new(source.table);
    let targets: Vec<u32> = ["cn-hangzhou", "cn-beijing", "ap-southeast-1"]
        .iter()
        .flat_map(|region| ["prod", "test"].map(|account| (account, *region)))
        .map(|(account, region)| rows.add_target("alibaba", account, region, source))
        .collect();
    for (page, target) in pages.iter().zip(targets.iter().cycle()) {
        rows.ingest(*target, page).ok()?;
    }
    Some(rows)
}

/// Every facet of the page.
fn facets(engine: &Engine, rows: &Rows, view: &View) -> usize {
    let columns = view.table.columns().enumerate().filter(|(_, column)| column.facet);
    columns.map(|(at, _)| engine.facet(rows, view, at).len()).sum()
}

fn benches(criterion: &mut Criterion) {
    for (name, count) in [("10k", 10_000), ("100k", 100_000), ("1M", 1_000_000)] {
        let pages = pages(count);
        let bytes: usize = pages.iter().map(String::len).sum();
        let mut group = criterion.benchmark_group("ingest");
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function(name, |bench| bench.iter(|| ingest(black_box(&pages))));
        group.finish();

        let Some(rows) = ingest(&pages) else { continue };
        let clock = Clock::utc(NOW);
        let view = |query: &str| View::parse(rows.table(), query);
        let asked = |view: &View| {
            let mut engine = Engine::new();
            engine.update(&rows, view, &clock);
            engine
        };

        // Each step goes there and back, so that the engine always has something to do: half of it is the figure.
        let mut group = criterion.benchmark_group("there and back");
        for (what, from, to) in [
            ("a letter more and less", "q=we", "q=web"),
            ("tick", "", "operation=install"),
            ("second tick", "group=web", "group=web&operation=install"),
            ("range", "", "missing=gt.0&end=-7d.."),
            ("has", "", "instance=has.3f"),
            ("sort by text", "", "sort=instance"),
            ("sort by number and text", "", "sort=-missing,group,instance"),
        ] {
            let (from, to) = (view(from), view(to));
            let mut engine = asked(&from);
            group.bench_with_input(BenchmarkId::new(what, name), &(from, to), |bench, (from, to)| {
                bench.iter(|| {
                    let mut found = 0;
                    for view in [to, from] {
                        engine.update(&rows, view, &clock);
                        found += facets(&engine, &rows, view) + engine.matching().len();
                    }
                    found
                });
            });
        }
        group.finish();

        // Words that were searched for before are remembered, so each time another engine is asked.
        let mut group = criterion.benchmark_group("key");
        for (what, from, to) in [
            ("first", "", "q=w"),
            ("next", "q=we", "q=web"),
            ("rare word", "q=3f", "q=3f7"),
            ("two words", "q=web%20sca", "q=web%20scan"),
            ("digits", "q=2026-1", "q=2026-11"),
        ] {
            let (from, to) = (view(from), view(to));
            let key = |mut engine: Engine| {
                engine.update(&rows, &to, &clock);
                (facets(&engine, &rows, &to), engine)
            };
            group.bench_function(BenchmarkId::new(what, name), |bench| {
                bench.iter_batched(|| asked(&from), key, BatchSize::PerIteration);
            });
        }
        group.finish();

        // What a click on another grouping waits for: the groups in order, and what forty of their lines show.
        let mut group = criterion.benchmark_group("groups");
        for by in [
            "group",
            "account,region",
            "baseline",
            "installed,group",
            "end",
            "instance",
        ] {
            let view = view(&format!("by={by}"));
            let mut engine = asked(&view);
            let columns = view.shown_cols();
            group.bench_function(BenchmarkId::new(by, name), |bench| {
                bench.iter(|| {
                    let groups = engine.groups(&rows, &view);
                    let lines = 0..groups.len().min(40);
                    let figures = lines.flat_map(|place| columns.iter().map(move |column| (place, *column)));
                    figures
                        .map(|(place, column)| groups.figure(&rows, place, column))
                        .filter(|figure| matches!(figure, Figure::Different(_)))
                        .count()
                });
            });
        }
        group.finish();

        matters(criterion, name, &rows);

        let mut group = criterion.benchmark_group("from nothing");
        let default = view("");
        group.bench_function(BenchmarkId::new("default view", name), |bench| {
            bench.iter(|| asked(&default).matching().len());
        });
        group.finish();
    }
}

/// What needs someone, and what ten lines of it show.
fn matters(criterion: &mut Criterion, name: &str, rows: &Rows) {
    let mut group = criterion.benchmark_group("matters");
    group.bench_function(BenchmarkId::new("patches", name), |bench| {
        bench.iter(|| {
            let mut telling = Telling::begin(rows, NOW, SeenMarks::default());
            let told = loop {
                if let Some(told) = telling.step(rows) {
                    break told;
                }
            };
            let shown = most_urgent(&[&told], 10).into_iter();
            let shown = shown.filter_map(|(_, at)| told.matter(rows, at));
            shown.map(|matter| matter.rows).sum::<usize>()
        });
    });
    group.finish();
}

criterion_group! {
    name = all;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1200))
        .nresamples(5_000);
    targets = benches
}
criterion_main!(all);
