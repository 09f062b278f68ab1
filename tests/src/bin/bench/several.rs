//! The pages that show several tables: the longest task of their main thread while the rows of one of them arrive, and while the timeline moves.

use std::time::Duration;

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;

use crate::figures::{Figure, Measures};
use crate::subject::{Opened, Subject};

/// What chooses these pages, beside peers.
pub const PAGES: &str = "pages";
/// Each in a new browser.
const RUNS: usize = 5;
/// The pages by their addresses, and whether they move.
const ALL: [(&str, &str, bool); 4] = [
    ("timeline, accounts as bands", "timeline", true),
    ("timeline, resources as bands", "timeline?group=resource", true),
    ("timeline, tables as bands", "timeline?group=table", true),
    ("overview", "", false),
];
/// What the wheel does: how often, how far sideways and down, with which keys, and how many milliseconds apart.
const MOVES: [(Figure, u32, i32, i32, u8, u64); 4] = [
    (Figure::Pan, 20, 60, 0, 0, 30),
    (Figure::Pan, 20, -60, 0, 0, 30),
    (Figure::ZoomOut, 24, 0, 120, 2, 60),
    (Figure::ZoomIn, 36, 0, -120, 2, 60),
];

#[derive(Deserialize)]
struct Calm {
    tasks: Vec<f64>,
}

/// Measures all of them, `subject` in all but its address, and prints what came of it.
pub async fn measure(origin: &str, subject: &Subject, progress: impl Fn(&str)) {
    println!("\n| longest task, median and worst of {RUNS} runs | loading | panning | zooming out | zooming in |");
    println!("|---|---:|---:|---:|---:|");
    for (name, path, moves) in ALL {
        let subject = Subject {
            name: name.to_owned(),
            address: format!("{origin}/{path}"),
            rows: subject.rows.clone(),
            ..*subject
        };
        progress(name);
        let mut measures = Measures::default();
        for _ in 0..RUNS {
            let run = run(&subject, moves, &mut measures).await;
            measures.note(name, run);
        }
        let cell = |figure: Figure| {
            let of = |share: f64| measures.quantile(figure, share).map(task);
            of(0.5)
                .zip(of(1.0))
                .map_or("–".to_owned(), |(median, worst)| format!("{median}, {worst}"))
        };
        let cells = [Figure::LoadingTask, Figure::Pan, Figure::ZoomOut, Figure::ZoomIn].map(cell);
        println!("| {name} | {} |", cells.join(" | "));
        for note in &measures.notes {
            println!("\n{note}");
        }
    }
}

/// The browser reports none under 50 ms.
fn task(millis: f64) -> String {
    if millis < 50.0 {
        "≤ 50 ms".to_owned()
    } else {
        format!("{millis:.0} ms")
    }
}

async fn run(subject: &Subject, moves: bool, measures: &mut Measures) -> Result<()> {
    let opened = subject.open().await?;
    let outcome = act(&opened, moves, measures).await;
    opened.close().await;
    outcome
}

async fn act(opened: &Opened<'_>, moves: bool, measures: &mut Measures) -> Result<()> {
    let calm = async |take: bool| {
        let calm: Calm = opened.call("calm", &[take.into()]).await?;
        Ok::<_, anyhow::Error>(calm.tasks.into_iter().fold(0.0, f64::max))
    };
    measures.add(Figure::LoadingTask, calm(true).await?);
    for (figure, times, x, y, keys, pause) in MOVES.into_iter().filter(|_| moves) {
        for _ in 0..times {
            let wheel =
                json!({ "type": "mouseWheel", "x": 700, "y": 400, "deltaX": x, "deltaY": y, "modifiers": keys });
            opened
                .page
                .driver
                .cdp()
                .send_raw("Input.dispatchMouseEvent", wheel)
                .await?;
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        measures.add(figure, calm(false).await?);
    }
    Ok(())
}
