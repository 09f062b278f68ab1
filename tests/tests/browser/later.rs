//! The later part of the page: fetched after the first rows, and missed with a word.

use anyhow::{Context, ensure};
use serde_json::json;
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, Stage, on_page, until};

/// When the browser asked for the first part and had it, and when it asked for the later one; `null` for what it has not asked for.
const TIMES: &str =
    "const named = end => performance.getEntriesByType('resource').find(entry => entry.name.endsWith(end));
    const [first, later] = [named('_bg.wasm'), named('split_later.wasm')];
    return [first?.responseEnd ?? null, later?.startTime ?? null]";

async fn times(page: &Page) -> Result<[Option<f64>; 2]> {
    let answer = page.driver.execute(TIMES, Vec::new()).await?;
    Ok(serde_json::from_value(answer.json().clone())?)
}

/// Writes a condition in the editor, which is of the later part, and expects it in the address.
async fn add_condition(page: &Page) -> Result<()> {
    page.click(".editor textarea[name=value]").await?;
    page.press("cn-").await?;
    page.click(".editor button[type=submit]").await?;
    until("the condition is in the address", async || {
        let address = page.address().await?;
        ensure!(address.contains("=cn-"), "{address}");
        Ok(())
    })
    .await
}

#[test]
fn the_later_part_comes_by_itself_and_after_the_first() -> Result<()> {
    on_page("later-idle", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        let (first, later) = until("the later part is fetched", async || {
            let [first, later] = times(page).await?;
            Ok((first.context("no first part")?, later.context("no later part")?))
        })
        .await?;
        ensure!(
            later > first,
            "asked for at {later} ms, before the first part was there at {first} ms"
        );
        Ok(())
    })
}

#[test]
fn what_is_of_the_later_part_works() -> Result<()> {
    on_page("later-works", &Stage::default(), async |page| {
        // At once, so that it may have to wait for its part.
        page.open("/patches").await?;
        page.click(".conditions .popover button").await?;
        add_condition(page).await?;
        until_equal("the editor is closed", false, async || page.exists(".editor").await).await?;
        page.click(".toolbar .popover button").await?;
        page.click("[data-column-choice=baseline]").await?;
        until("the address names the columns", async || {
            let address = page.address().await?;
            ensure!(address.contains("cols="), "{address}");
            Ok(())
        })
        .await?;
        page.accessible().await
    })
}

#[test]
fn a_later_part_that_does_not_come_is_missed_with_a_word_and_can_be_asked_for_again() -> Result<()> {
    let stage = Stage {
        console: &["split_later.wasm", "Failed to fetch"],
        ..Stage::default()
    };
    on_page("later-lost", &stage, async |page| {
        let blocked = async |addresses: &[&str]| -> Result<()> {
            let addresses = json!({ "urls": addresses });
            page.driver.cdp().send_raw("Network.setBlockedURLs", addresses).await?;
            Ok(())
        };
        page.driver.cdp().send_raw("Network.enable", json!({})).await?;
        blocked(&["*/split_later.wasm"]).await?;
        page.open_loaded("/patches").await?;
        page.click(".conditions .popover button").await?;
        let word = until("the page says what is missing", async || {
            page.text("[role=dialog] [data-testid=later-failed]").await
        })
        .await?;
        ensure!(word.contains("could not be loaded"), "it says {word:?}");
        page.accessible().await?;

        // The word goes while it is tried again; another one comes.
        let mark = "document.querySelector('[role=dialog] [data-testid=later-failed]').dataset.old = ''";
        page.driver.execute(mark, Vec::new()).await?;
        page.click("[role=dialog] [data-testid=later-failed] button").await?;
        until("it says so again", async || {
            let again = "[role=dialog] [data-testid=later-failed]:not([data-old])";
            ensure!(page.exists(again).await?, "no new word");
            Ok(())
        })
        .await?;
        blocked(&[]).await?;
        page.click("[role=dialog] [data-testid=later-failed] button").await?;
        add_condition(page).await
    })
}
