//! The figures as a table: ours, each peer's, and the ratio to the best peer.

use crate::figures::{Figure, Measures};

/// A column of the table.
pub struct Outcome {
    /// Its head.
    pub name: String,
    /// Whether ratios are taken to it.
    pub product: bool,
    /// What was measured.
    pub measures: Measures,
}

#[derive(Clone, Copy)]
enum Unit {
    Millis,
    /// A task: the browser reports none under 50 ms.
    Task,
    Kilobytes,
    Megabytes,
    Frames,
}

/// A line of the table: a figure, which quantile of its samples, and what it should be at a million rows.
struct Line(&'static str, Figure, f64, Unit, Option<f64>);

const MEDIAN: f64 = 0.5;
const WORST: f64 = 1.0;

const LINES: [Line; 30] = [
    Line(
        "first load, compressed",
        Figure::FirstLoad,
        MEDIAN,
        Unit::Kilobytes,
        Some(310.0 * 1024.0),
    ),
    Line("first rows", Figure::FirstRows, MEDIAN, Unit::Millis, Some(200.0)),
    Line("all rows", Figure::AllRows, MEDIAN, Unit::Millis, Some(2000.0)),
    Line("all rows, worst", Figure::AllRows, WORST, Unit::Millis, None),
    Line(
        "longest task while loading",
        Figure::LoadingTask,
        WORST,
        Unit::Task,
        Some(50.0),
    ),
    Line(
        "memory after loading",
        Figure::Memory,
        MEDIAN,
        Unit::Megabytes,
        Some(300.0 * 1024.0 * 1024.0),
    ),
    Line(
        "… without shared files",
        Figure::OwnMemory,
        MEDIAN,
        Unit::Megabytes,
        None,
    ),
    Line(
        "memory after everything",
        Figure::MemoryAfter,
        MEDIAN,
        Unit::Megabytes,
        None,
    ),
    Line("key in search, p50", Figure::Key, MEDIAN, Unit::Millis, Some(33.4)),
    Line("key in search, p95", Figure::Key, 0.95, Unit::Millis, Some(50.0)),
    Line("key in search, worst", Figure::Key, WORST, Unit::Millis, None),
    Line("same by Event Timing, p95", Figure::Event, 0.95, Unit::Millis, None),
    Line("longest task while typing", Figure::TypingTask, WORST, Unit::Task, None),
    Line("facet tick, p50", Figure::Tick, MEDIAN, Unit::Millis, Some(50.0)),
    Line("facet tick, worst", Figure::Tick, WORST, Unit::Millis, None),
    Line("facet untick, p50", Figure::Untick, MEDIAN, Unit::Millis, Some(50.0)),
    Line("facet untick, worst", Figure::Untick, WORST, Unit::Millis, None),
    Line("sort by time, p50", Figure::SortTime, MEDIAN, Unit::Millis, Some(150.0)),
    Line("sort by time, worst", Figure::SortTime, WORST, Unit::Millis, None),
    Line("sort by text, p50", Figure::SortText, MEDIAN, Unit::Millis, None),
    Line("sort by text, worst", Figure::SortText, WORST, Unit::Millis, None),
    Line(
        "sort by text + number, p50",
        Figure::SortTwo,
        MEDIAN,
        Unit::Millis,
        Some(300.0),
    ),
    Line(
        "sort by text + number, worst",
        Figure::SortTwo,
        WORST,
        Unit::Millis,
        None,
    ),
    Line(
        "scroll: frames of 120 without new rows",
        Figure::Dropped,
        MEDIAN,
        Unit::Frames,
        None,
    ),
    Line(
        "scroll: longest without new rows",
        Figure::WorstFrame,
        MEDIAN,
        Unit::Millis,
        None,
    ),
    Line(
        "longest task while scrolling",
        Figure::ScrollTask,
        WORST,
        Unit::Task,
        None,
    ),
    Line(
        "jump to the middle, p50",
        Figure::Middle,
        MEDIAN,
        Unit::Millis,
        Some(35.0),
    ),
    Line("jump to the middle, worst", Figure::Middle, WORST, Unit::Millis, None),
    Line("jump to the end, p50", Figure::End, MEDIAN, Unit::Millis, Some(35.0)),
    Line("jump to the end, worst", Figure::End, WORST, Unit::Millis, None),
];

/// The table, ours being the first of `outcomes`, and the notes below it.
pub fn print(outcomes: &[Outcome]) {
    let Some((ours, peers)) = outcomes.split_first() else {
        return;
    };
    let names: Vec<&str> = outcomes.iter().map(|outcome| outcome.name.as_str()).collect();
    println!("| figure | {} | ours ÷ best peer | goal |", names.join(" | "));
    println!("|---|{}---:|---:|", "---:|".repeat(outcomes.len()));
    for line in &LINES {
        println!("{}", row(line, ours, peers));
    }
    println!("| rows that the words found | {} | – | same |", cells(outcomes, found));
    println!("| keys, loads | {} | – | |", cells(outcomes, counts));
    for outcome in outcomes {
        for note in &outcome.measures.notes {
            println!("\n* {}: {note}", outcome.name);
        }
    }
}

/// The medians in one line, for whoever waits for the table.
pub fn summary(measures: &Measures) -> String {
    let medians = LINES.iter().filter(|Line(_, _, share, _, _)| *share == MEDIAN);
    let shown = medians.filter_map(|Line(label, figure, share, unit, _)| {
        let value = shown(measures.quantile(*figure, *share)?, *unit);
        Some(format!("{} {value}", label.trim_end_matches(", p50")))
    });
    let parts: Vec<String> = shown.chain(measures.notes.iter().cloned()).collect();
    parts.join("; ")
}

fn row(Line(label, figure, share, unit, goal): &Line, ours: &Outcome, peers: &[Outcome]) -> String {
    let read = |outcome: &Outcome| outcome.measures.quantile(*figure, *share);
    let show = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| shown(value, *unit));
    let (mine, theirs): (_, Vec<_>) = (read(ours), peers.iter().map(read).collect());
    let values: Vec<String> = std::iter::once(mine).chain(theirs.iter().copied()).map(show).collect();
    let products = peers.iter().zip(&theirs).filter(|(peer, _)| peer.product);
    let best = products.filter_map(|(_, value)| *value).reduce(f64::min);
    let goal = goal.map_or_else(String::new, |goal| {
        let mark = match mine {
            Some(value) if value <= goal => "✓",
            Some(_) => "✗",
            None => "",
        };
        format!("≤ {} {mark}", shown(goal, *unit).trim_start_matches("≤ "))
    });
    format!("| {label} | {} | {} | {goal} |", values.join(" | "), ratio(mine, best))
}

fn ratio(mine: Option<f64>, best: Option<f64>) -> String {
    match (mine, best) {
        (Some(mine), Some(best)) if best > 0.0 => format!("{:.2}", mine / best),
        _ => "–".to_owned(),
    }
}

fn cells(outcomes: &[Outcome], read: fn(&Measures) -> String) -> String {
    let cells: Vec<String> = outcomes.iter().map(|outcome| read(&outcome.measures)).collect();
    cells.join(" | ")
}

fn found(measures: &Measures) -> String {
    let found: Vec<String> = measures.found.iter().map(ToString::to_string).collect();
    found.join(" ")
}

fn counts(measures: &Measures) -> String {
    format!("{}, {}", measures.count(Figure::Key), measures.count(Figure::AllRows))
}

fn shown(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Task if value <= 50.0 => "≤ 50 ms".to_owned(),
        Unit::Millis if value < 99.95 => format!("{value:.1} ms"),
        Unit::Millis | Unit::Task => format!("{value:.0} ms"),
        Unit::Kilobytes => format!("{:.0} KB", value / 1024.0),
        Unit::Megabytes => format!("{:.0} MiB", value / 1024.0 / 1024.0),
        Unit::Frames => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(name: &str, product: bool, samples: &[f64]) -> Outcome {
        let mut measures = Measures::default();
        for sample in samples {
            measures.add(Figure::Key, *sample);
        }
        Outcome {
            name: name.to_owned(),
            product,
            measures,
        }
    }

    #[test]
    fn the_ratio_is_to_the_best_product() {
        let line = Line("key", Figure::Key, MEDIAN, Unit::Millis, Some(50.0));
        let peers = [
            outcome("a", true, &[200.0]),
            outcome("b", true, &[80.0]),
            outcome("plain", false, &[10.0]),
            outcome("crashed", true, &[]),
        ];
        assert_eq!(
            row(&line, &outcome("ours", true, &[40.0]), &peers),
            "| key | 40.0 ms | 200 ms | 80.0 ms | 10.0 ms | – | 0.50 | ≤ 50.0 ms ✓ |"
        );
        assert_eq!(
            row(&line, &outcome("ours", true, &[51.0]), &[]),
            "| key | 51.0 ms | – | ≤ 50.0 ms ✗ |"
        );
    }

    #[test]
    fn a_summary_has_medians_and_notes() {
        let mut outcome = outcome("ours", true, &[40.0, 41.0, 99.0]);
        outcome.measures.notes.push("facets: gone".to_owned());
        assert_eq!(summary(&outcome.measures), "key in search 41.0 ms; facets: gone");
    }

    #[test]
    fn short_tasks_are_a_bound() {
        let units = [Unit::Task, Unit::Kilobytes, Unit::Megabytes, Unit::Frames];
        assert_eq!(units.map(|unit| shown(0.0, unit)), ["≤ 50 ms", "0 KB", "0 MiB", "0"]);
        assert_eq!(shown(51.4, Unit::Task), "51 ms");
    }
}
