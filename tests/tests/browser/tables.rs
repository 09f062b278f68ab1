//! Every table shows every column of every row.

use std::collections::BTreeSet;

use anyhow::ensure;
use catalog::Phase;
use signalbox_tests::{Context, Page, Result, Stage, on_page};

#[test]
fn every_table_shows_every_column() -> Result<()> {
    catalog::TABLES.iter().copied().try_for_each(shows_every_column)
}

fn shows_every_column(table: &'static catalog::Table) -> Result<()> {
    let path = table.id;
    // Wide enough that no column is out of sight.
    let stage = Stage::default().window(1600, 900);
    on_page(&format!("table-{path}"), &stage, async |page| {
        page.open_loaded(&format!("/{path}")).await?;
        let grid = page.grid().await?;
        ensure!(grid.rows > 5, "only {} rows", grid.rows);
        assert_eq!(page.count().await?, grid.rows);
        ensure!(!grid.headers.is_empty(), "no column by default");
        ensure!(page.conditions().await?.is_empty(), "conditions that nobody has set");
        for target in page.coverage().await? {
            // The simulated fleet has more plans in one region than ACK lists.
            ensure!(["ok", "capped"].contains(&target.state.as_str()), "{target:?}");
        }
        all_columns(page, table, grid.rows).await
    })
}

async fn all_columns(page: &Page, table: &catalog::Table, expected: usize) -> Result<()> {
    let path = table.id;
    let all: Vec<&str> = table.columns().map(|column| column.id).collect();
    page.open_loaded(&format!("/{path}?cols={}", all.join(","))).await?;
    let grid = page.grid().await?;
    let shown: Vec<&str> = grid.headers.iter().map(|header| header.column.as_str()).collect();
    assert_eq!(shown, all, "the columns in the order of the link");
    assert_eq!(grid.rows, expected, "columns do not change the rows");

    let rows = page.rows().await?;
    ensure!(
        rows.len() < 200,
        "{} rows in the DOM: only the visible ones should be",
        rows.len()
    );
    let ids: BTreeSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids.len(), rows.len(), "row ids are unique");
    let mut filled = BTreeSet::new();
    for (place, row) in rows.iter().enumerate() {
        assert_eq!(row.index, place, "the rows in the DOM are one stretch from the top");
        for column in &all {
            if !row.cell(column)?.value.is_empty() {
                filled.insert(*column);
            }
        }
        for column in ["cloud", "account", "region"] {
            ensure!(!row.cell(column)?.value.is_empty(), "row {place} has no {column}");
        }
        let phase = &row.cell("phase")?.value;
        let known = Phase::VALUES.iter().any(|known| known.value == phase);
        ensure!(known, "row {place} has the phase {phase:?}");
    }
    // Some columns are rarely filled by the clouds; one that never is would be a wrong name.
    for column in all {
        if !filled.contains(column) {
            page.open_loaded(&format!("/{path}?{column}=is.set")).await?;
            ensure!(page.grid().await?.rows > 0, "no row of {path} has anything in {column}");
        }
    }
    Ok(())
}

/// Scrolling reaches every row, and the DOM stays small.
#[test]
fn the_last_row_is_reached() -> Result<()> {
    on_page("table-scroll", &Stage::demo(&["--rows", "30000"]), async |page| {
        page.open_loaded("/patches").await?;
        let rows = page.grid().await?.rows;
        assert_eq!(rows, 30_000);
        page.driver
            .execute("document.querySelector('[role=grid]').focus()", Vec::new())
            .await?;
        page.press_with_control(thirtyfour::Key::End).await?;
        signalbox_tests::until("the last row is visible", async || {
            let seen = page.rows().await?;
            let last = seen.last().context("no rows")?;
            ensure!(last.index == rows - 1, "the last visible row is {}", last.index);
            ensure!(seen.len() < 200, "{} rows in the DOM", seen.len());
            Ok(())
        })
        .await
    })
}

/// A table that takes the place of another one, by a link and not by a reload, has nothing of it.
#[test]
fn another_table_begins_anew() -> Result<()> {
    on_page("table-another", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        let scroll = "document.querySelector('[role=grid]').scrollTop = 4000";
        page.driver.execute(scroll, Vec::new()).await?;
        for table in ["operations", "plans", "tickets"] {
            page.click(&format!("nav a[href='/{table}']")).await?;
            signalbox_tests::until("the other table is there", async || {
                ensure!(page.address().await? == format!("/{table}"), "it is not");
                ensure!(!page.rows().await?.is_empty(), "it has no rows");
                Ok(())
            })
            .await?;
            page.loaded().await?;
            let columns = page.grid().await?.headers.into_iter().map(|header| header.column);
            let columns: BTreeSet<String> = columns.collect();
            for (place, row) in page.rows().await?.into_iter().enumerate() {
                assert_eq!(row.index, place, "{table} is not at its top, or its rows are not alone");
                let cells: BTreeSet<String> = row.cells.into_keys().collect();
                assert_eq!(cells, columns, "a row of another table in {table}");
            }
        }
        Ok(())
    })
}
