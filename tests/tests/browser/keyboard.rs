//! Everything without a mouse.

use anyhow::ensure;
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, Stage, on_page, until};
use thirtyfour::Key;

async fn active(page: &Page) -> Result<String> {
    let script = "return document.querySelector('[role=grid]').getAttribute('aria-activedescendant') ?? ''";
    Ok(page.driver.execute(script, Vec::new()).await?.convert()?)
}

#[test]
fn the_grid_is_reached_by_tab_and_walked_by_arrows() -> Result<()> {
    on_page("keyboard-grid", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        let in_grid = "return document.activeElement?.closest('[role=grid]') !== null";
        let mut reached = false;
        for _ in 0..200 {
            page.press(Key::Tab + "").await?;
            if page.driver.execute(in_grid, Vec::new()).await?.convert()? {
                reached = true;
                break;
            }
        }
        ensure!(reached, "200 tabs do not lead to the grid");
        let start = active(page).await?;
        page.press(Key::Down + "").await?;
        let next = until("the mark moves", async || {
            let now = active(page).await?;
            ensure!(now != start, "it stays at {now}");
            Ok(now)
        })
        .await?;
        let exists = page.exists(&format!("#{next}")).await?;
        ensure!(exists, "aria-activedescendant names {next}, which is not there");
        page.press(Key::Enter + "").await?;
        until("Enter opens the row", async || {
            ensure!(page.detail().await?.is_some(), "no detail");
            Ok(())
        })
        .await?;
        page.press(Key::Escape + "").await?;
        until_equal("Escape closes it", true, async || Ok(page.detail().await?.is_none())).await
    })
}

#[test]
fn slash_leads_to_the_search_box_and_is_text_inside_it() -> Result<()> {
    on_page("keyboard-search", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        page.search("a/b").await?;
        let value = "return document.querySelector('[role=searchbox]').value";
        until_equal("the text is whole", "a/b".to_owned(), async || {
            Ok(page.driver.execute(value, Vec::new()).await?.convert::<String>()?)
        })
        .await
    })
}
