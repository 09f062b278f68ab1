//! Loading: from the rows' bytes in memory until the first of them, and all, are painted.

use anyhow::{Result, ensure};
use serde::Deserialize;

use crate::figures::{Figure, Measures};
use crate::subject::Opened;

#[derive(Deserialize)]
struct Loaded {
    first: f64,
    all: f64,
    tasks: Vec<f64>,
}

/// Gives the page its rows. To be done once to an opened subject.
pub async fn measure(opened: &Opened<'_>, measures: &mut Measures) -> Result<()> {
    let loaded: Loaded = opened.call("go", &[]).await?;
    let (seen, count) = (opened.page.count().await?, opened.subject.count);
    ensure!(seen == count, "{seen} rows were loaded instead of {count}");
    measures.add(Figure::FirstRows, loaded.first);
    measures.add(Figure::AllRows, loaded.all);
    measures.add(Figure::LoadingTask, loaded.tasks.iter().copied().fold(0.0, f64::max));
    Ok(())
}
