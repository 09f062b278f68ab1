//! Scrolling fast, and jumping.

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::figures::{Figure, Measures};
use crate::subject::Opened;

/// Rows a frame: a drag of the scroll bar.
const ROWS: u32 = 200;
const MILLIS: u32 = 2000;
/// How often.
const SCROLLS: usize = 5;
const JUMPS: usize = 7;

#[derive(Deserialize)]
struct Scrolled {
    frames: f64,
    shown: f64,
    worst: f64,
    tasks: Vec<f64>,
}

/// Scrolls by [`ROWS`] a frame, then jumps to and fro.
pub async fn measure(opened: &Opened<'_>, measures: &mut Measures) -> Result<()> {
    for _ in 0..SCROLLS {
        let scrolled: Scrolled = opened.call("scroll", &[ROWS.into(), MILLIS.into()]).await?;
        measures.add(Figure::Dropped, (scrolled.frames - scrolled.shown).max(0.0));
        measures.add(Figure::WorstFrame, scrolled.worst);
        measures.add(Figure::ScrollTask, scrolled.tasks.iter().copied().fold(0.0, f64::max));
    }
    let _: Option<f64> = opened.call("jump", &[0.0.into()]).await?;
    for _ in 0..JUMPS {
        for (figure, part) in [(Figure::Middle, 0.5), (Figure::End, 1.0)] {
            let took: Option<f64> = opened.call("jump", &[part.into()]).await?;
            measures.add(figure, took.context("no rows came after a jump")?);
        }
    }
    let _: Option<f64> = opened.call("jump", &[0.0.into()]).await?;
    Ok(())
}
