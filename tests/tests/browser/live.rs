//! Asking again, by hand and by itself: values change in place, and nothing moves under the reader's eyes.

use anyhow::{Context, ensure};
use serde_json::json;
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, Stage, on_page, until};
use thirtyfour::Key;

use signalbox_tests::doubles::{asked, attribute, install, plan, run};

const CHANGED: &str = "[data-testid=changed]";

/// The ids of the rows on screen, in order.
async fn order(page: &Page) -> Result<Vec<String>> {
    Ok(page.rows().await?.into_iter().map(|row| row.id).collect())
}

/// The instance of a row on screen.
async fn instance(page: &Page, row: usize) -> Result<String> {
    Ok(page.cell(row, "instance").await?.value)
}

/// Waits for the next answer, and until it is in.
async fn asked_again(page: &Page, before: u64) -> Result<()> {
    until("the page has asked again", async || {
        let asked = asked(page).await?;
        ensure!(asked > before, "{asked} times");
        Ok(())
    })
    .await?;
    page.loaded().await
}

async fn choose_interval(page: &Page, seconds: &str) -> Result<()> {
    page.click("[data-testid=live]").await?;
    let choose = "const choice = document.querySelector('[data-testid=live]');
        choice.value = arguments[0];
        choice.dispatchEvent(new Event('change', { bubbles: true }))";
    run(page, choose, seconds).await?;
    Ok(())
}

async fn by_hand(page: &Page) -> Result<()> {
    install(page).await?;
    page.open_loaded("/patches?sort=-missing").await?;
    let detail = page.open_detail(3).await?;
    run(page, "document.querySelector('[role=grid]').scrollTop = 170", "").await?;
    let (first, gone) = (instance(page, 5).await?, instance(page, 9).await?);
    plan(
        page,
        json!({ "set": { &first: { "MissingCount": "77" } }, "drop": [gone], "add": [{ "InstanceId": "i-new", "MissingCount": "99" }] }),
    )
    .await?;
    let rows = page.grid().await?.rows;
    let before = asked(page).await?;
    page.click(".coverage > button:last-child").await?;
    asked_again(page, before).await?;
    let text = until("the page says what changed", async || page.text(CHANGED).await).await?;
    ensure!(text.contains('1'), "{text:?}");
    // The open row and the place in the list are as they were.
    assert_eq!(page.detail().await?.context("the detail is closed")?.row, detail.row);
    let top = run(page, "return document.querySelector('[role=grid]').scrollTop", "").await?;
    assert_eq!(top, 170);
    // What changed has taken its place, and is marked.
    until("the new row is first", async || {
        let count = page.grid().await?.rows;
        ensure!(count < rows + 1, "{count} of {rows}");
        run(page, "document.querySelector('[role=grid]').scrollTop = 0", "").await?;
        let seen = page.cell(0, "missing").await?.value;
        ensure!(seen == "99", "{seen}");
        Ok(())
    })
    .await?;
    let marks = "return [...document.querySelectorAll('[role=row] [aria-description][data-column=missing]')].map(cell => cell.innerText)";
    ensure!(
        run(page, marks, "")
            .await?
            .as_array()
            .context("a list")?
            .contains(&json!("77")),
        "the changed cell is not marked"
    );
    page.accessible().await?;
    // Marks stay until they are cleared.
    page.click(CHANGED).await?;
    until_equal("the marks are gone", json!([]), async || run(page, marks, "").await).await?;
    ensure!(!page.exists(CHANGED).await?, "the page still counts changes");
    Ok(())
}

#[test]
fn asking_by_hand_changes_values_in_place() -> Result<()> {
    on_page("live-reload", &Stage::default(), by_hand)
}

#[test]
fn asking_by_hand_changes_values_in_place_in_chinese_and_dark() -> Result<()> {
    on_page("live-reload-zh", &Stage::default().language("zh-CN"), async |page| {
        page.prefer_colors("dark").await?;
        by_hand(page).await
    })
}

async fn by_itself(page: &Page) -> Result<()> {
    install(page).await?;
    page.open_loaded("/patches?sort=-missing").await?;
    let before = order(page).await?;
    let (changed, gone) = (instance(page, 2).await?, instance(page, 4).await?);
    plan(
        page,
        json!({ "set": { &changed: { "MissingCount": "0" } }, "drop": [&gone], "add": [{ "InstanceId": "i-new", "MissingCount": "99" }] }),
    )
    .await?;
    let count = page.grid().await?.rows;
    let times = asked(page).await?;
    choose_interval(page, "30").await?;
    asked_again(page, times).await?;
    until_equal("what changed waits", "true".to_owned(), async || {
        attribute(page, CHANGED, "data-waiting").await
    })
    .await?;
    // Nothing has moved, but what is seen is the newest.
    assert_eq!(order(page).await?, before);
    assert_eq!(page.grid().await?.rows, count);
    assert_eq!(page.cell(2, "missing").await?.value, "0");
    let total = page.text(".toolbar .count").await?.replace([',', ' '], "");
    ensure!(
        total.matches(&count.to_string()).count() == 2,
        "{count} rows on screen, but {total:?}"
    );
    page.accessible().await?;
    // Nor does it with the next answers.
    let times = asked(page).await?;
    asked_again(page, times).await?;
    assert_eq!(order(page).await?, before);

    // Shown by keyboard.
    run(page, "document.querySelector('[data-testid=changed]').focus()", "").await?;
    page.press(Key::Enter + "").await?;
    until("the new row is first", async || {
        let seen = page.cell(0, "missing").await?.value;
        ensure!(seen == "99", "{seen}");
        Ok(())
    })
    .await?;
    ensure!(
        !order(page).await?.iter().any(|id| id.contains(&gone)),
        "what is gone is still there"
    );
    Ok(())
}

#[test]
fn asking_by_itself_moves_nothing() -> Result<()> {
    on_page("live-interval", &Stage::default(), by_itself)
}

#[test]
fn asking_by_itself_moves_nothing_in_chinese_and_dark() -> Result<()> {
    on_page("live-interval-zh", &Stage::default().language("zh-CN"), async |page| {
        page.prefer_colors("dark").await?;
        by_itself(page).await
    })
}

/// The view that the reader asks for is shown with the newest rows.
#[test]
fn another_question_shows_what_waited() -> Result<()> {
    on_page("live-question", &Stage::default(), async |page| {
        install(page).await?;
        page.open_loaded("/patches").await?;
        plan(
            page,
            json!({ "add": [{ "InstanceId": "i-new", "MissingCount": "99" }] }),
        )
        .await?;
        let times = asked(page).await?;
        choose_interval(page, "30").await?;
        asked_again(page, times).await?;
        run(page, "document.activeElement.blur()", "").await?;
        page.search("i-new").await?;
        until_equal("the new row is found", 1, async || Ok(page.grid().await?.rows)).await
    })
}

#[test]
fn a_hidden_tab_does_not_ask_and_catches_up() -> Result<()> {
    on_page("live-hidden", &Stage::default(), async |page| {
        install(page).await?;
        page.open_loaded("/patches").await?;
        let see = "const state = arguments[0];
            Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
            document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))";
        run(page, see, "hidden").await?;
        choose_interval(page, "30").await?;
        let times = asked(page).await?;
        // Twice the interval, as fast as it passes here.
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        assert_eq!(asked(page).await?, times, "a hidden tab has asked");
        run(page, see, "visible").await?;
        asked_again(page, times).await?;
        // Paused, it does not ask either.
        page.click("[data-testid=pause]").await?;
        let times = asked(page).await?;
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        assert_eq!(asked(page).await?, times, "a paused page has asked");
        page.click("[data-testid=pause]").await?;
        asked_again(page, times).await?;
        // The interval is this browser's: it is there on another table, and in no link.
        page.open_loaded("/plans").await?;
        until_equal("the interval is kept", json!("30"), async || {
            run(page, "return document.querySelector('[data-testid=live]').value", "").await
        })
        .await?;
        assert_eq!(page.address().await?, "/plans");
        Ok(())
    })
}

/// Nobody looks at a table that was left: the next answer that had been planned is not asked for.
#[test]
fn a_table_that_was_left_does_not_ask() -> Result<()> {
    on_page("live-left", &Stage::default(), async |page| {
        install(page).await?;
        page.open_loaded("/patches").await?;
        choose_interval(page, "30").await?;
        page.click("a.brand").await?;
        until("the overview is complete", async || {
            ensure!(page.exists(".matrix table[aria-busy=false]").await?, "it is not");
            Ok(())
        })
        .await?;
        let times = asked(page).await?;
        // Twice the interval, as fast as it passes here.
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        assert_eq!(asked(page).await?, times, "a table that was left has asked");
        Ok(())
    })
}

#[test]
fn rows_stay_when_the_next_walk_fails() -> Result<()> {
    on_page("live-failed", &Stage::default(), async |page| {
        install(page).await?;
        page.open_loaded("/patches").await?;
        let count = page.grid().await?.rows;
        plan(page, json!({ "fail": [0, 1, 2, 3, 4, 5] })).await?;
        let times = asked(page).await?;
        page.click(".coverage > button:last-child").await?;
        asked_again(page, times).await?;
        for target in page.coverage().await? {
            assert_eq!(target.state, "failed", "{target:?}");
            ensure!(target.text.contains("rows kept, as of 20"), "{target:?}");
        }
        assert_eq!(page.grid().await?.rows, count);
        ensure!(!page.rows().await?.is_empty(), "no rows on screen");
        plan(page, json!({})).await?;
        let times = asked(page).await?;
        page.click(".coverage > button:last-child").await?;
        asked_again(page, times).await?;
        ensure!(
            page.coverage().await?.iter().all(|target| target.state == "ok"),
            "not all is well again"
        );
        ensure!(!page.exists(CHANGED).await?, "the same rows count as changes");
        Ok(())
    })
}
