//! What is new, changed or gone since this browser last saw the table.

use anyhow::{Context, ensure};
use serde_json::json;
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, Stage, on_page, until};
use thirtyfour::Key;

use signalbox_tests::doubles::{attribute, before, install, pass, plan, run};

const SINCE: &str = "[data-testid=since]";

/// Waits until the browser has kept a snapshot of the table on screen.
///
/// # Errors
/// When it does not.
pub async fn kept(page: &Page) -> Result<()> {
    several_kept(page, 1).await
}

async fn several_kept(page: &Page, least: u64) -> Result<()> {
    let count = "const done = arguments[arguments.length - 1];
        const open = indexedDB.open('signalbox', 1);
        open.onerror = () => done(0);
        // Not made by the page yet: leave that to it.
        open.onupgradeneeded = () => open.transaction.abort();
        open.onsuccess = () => {
            const keys = open.result.transaction('visits').objectStore('visits').count();
            keys.onsuccess = () => { open.result.close(); done(keys.result); };
        }";
    until("snapshots are kept", async || {
        let count = page.driver.execute_async(count, Vec::new()).await?;
        ensure!(count.json().as_u64() >= Some(least), "{}", count.json());
        Ok(())
    })
    .await
}

async fn counts(page: &Page, new: usize, changed: usize, gone: usize) -> Result<()> {
    until_equal(
        "the changes are counted",
        [new, changed, gone].map(|count| count.to_string()),
        async || {
            Ok([
                attribute(page, SINCE, "data-new").await?,
                attribute(page, SINCE, "data-changed").await?,
                attribute(page, SINCE, "data-gone").await?,
            ])
        },
    )
    .await
}

/// The first instances of the table, each with the ids of its rows.
async fn instances(page: &Page, count: usize) -> Result<Vec<(String, Vec<String>)>> {
    page.open_loaded("/patches?sort=instance").await?;
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for row in page.rows().await? {
        let instance = row.cell("instance")?.value.clone();
        match found.last_mut().filter(|(last, _)| *last == instance) {
            Some((_, rows)) => rows.push(row.id),
            None => found.push((instance, vec![row.id])),
        }
    }
    // The last one on screen may have more rows below.
    ensure!(found.len() > count, "too few instances");
    found.truncate(count);
    Ok(found)
}

/// Waits until a snapshot of the table on screen is as new as the rows.
async fn newest_kept(page: &Page, before: &str) -> Result<String> {
    let newest = "const done = arguments[arguments.length - 1];
        const open = indexedDB.open('signalbox', 1);
        open.onsuccess = () => {
            const keys = open.result.transaction('visits').objectStore('visits').getAllKeys();
            keys.onsuccess = () => { open.result.close(); done(keys.result.sort().at(-1)); };
        }";
    until("another snapshot is kept", async || {
        let newest = page.driver.execute_async(newest, Vec::new()).await?;
        let newest = newest.json().as_str().context("none")?.to_owned();
        ensure!(newest.as_str() > before, "{newest}");
        Ok(newest)
    })
    .await
}

fn added(count: usize) -> serde_json::Value {
    let rows = (0..count).map(|row| json!({ "InstanceId": format!("i-new-{row}"), "MissingCount": "1" }));
    json!({ "add": rows.collect::<Vec<_>>() })
}

const SEEN: &str = "[data-testid=mark-seen]";

/// A visit is a stay, not a page that is opened: the morning's answer is there until it is marked as seen, or until the reader was away.
async fn one_visit(page: &Page) -> Result<()> {
    install(page).await?;
    page.open_loaded("/patches").await?;
    kept(page).await?;
    let evening = newest_kept(page, "").await?;
    plan(page, added(1)).await?;
    pass(page, 14 * 60).await?;
    page.open_loaded("/patches").await?;
    counts(page, 1, 0, 0).await?;
    let morning = newest_kept(page, &evening).await?;
    // Opened anew, by a link, in another tab, and again after some time, though never half an hour without it.
    for minutes in [0, 12, 25] {
        pass(page, minutes).await?;
        page.reload().await?;
        page.loaded().await?;
        counts(page, 1, 0, 0).await?;
    }
    page.open_loaded("/patches?since=last").await?;
    until_equal("only the new row is there", 1, async || Ok(page.grid().await?.rows)).await?;
    let first = page.driver.window().await?;
    let second = page.driver.new_tab().await?;
    page.driver.switch_to_window(second).await?;
    install(page).await?;
    page.open_loaded("/patches").await?;
    counts(page, 1, 0, 0).await?;
    page.accessible().await?;
    // What has been seen is not new any more, in either of them.
    newest_kept(page, &morning).await?;
    page.click(SEEN).await?;
    counts(page, 0, 0, 0).await?;
    ensure!(!page.exists(SEEN).await?, "nothing is there to be marked");
    page.driver.close_window().await?;
    page.driver.switch_to_window(first).await?;
    page.open_loaded("/patches").await?;
    counts(page, 0, 0, 0).await?;
    // What comes after that is.
    plan(page, added(3)).await?;
    page.reload().await?;
    page.loaded().await?;
    counts(page, 2, 0, 0).await?;
    // Half an hour away, and all of this was the last visit.
    let seen = newest_kept(page, &morning).await?;
    pass(page, 31).await?;
    plan(page, added(4)).await?;
    page.open_loaded("/patches").await?;
    newest_kept(page, &seen).await?;
    counts(page, 1, 0, 0).await
}

#[test]
fn a_visit_is_a_stay_and_no_page_load() -> Result<()> {
    on_page("since-visit", &Stage::default(), one_visit)
}

#[test]
fn a_visit_is_a_stay_and_no_page_load_in_chinese() -> Result<()> {
    on_page("since-visit-zh", &Stage::default().language("zh-CN"), one_visit)
}

const PATCHES: &str = "[data-testid=since-all] [data-since=patches]";

#[test]
fn the_overview_says_what_is_new_in_each_table() -> Result<()> {
    on_page("since-overview", &Stage::default(), async |page| {
        install(page).await?;
        page.open("/").await?;
        until("the first visit says that it is the first", async || {
            let text = page.text("[data-testid=since-all]").await?;
            ensure!(text.contains("first visit"), "{text:?}");
            Ok(())
        })
        .await?;
        // The overview alone is a visit to every table.
        several_kept(page, catalog::TABLES.len() as u64).await?;
        page.open_loaded("/patches").await?;
        kept(page).await?;
        let [(gone, gone_rows)] = instances(page, 1).await?.try_into().ok().context("one")?;
        plan(
            page,
            json!({ "drop": [gone], "add": [{ "InstanceId": "i-new", "MissingCount": "1" }] }),
        )
        .await?;
        pass(page, 31).await?;
        page.open("/").await?;
        let seen = async || -> Result<[String; 3]> {
            Ok([
                attribute(page, PATCHES, "data-new").await?,
                attribute(page, PATCHES, "data-changed").await?,
                attribute(page, PATCHES, "data-gone").await?,
            ])
        };
        let gone_rows = gone_rows.len().to_string();
        until_equal(
            "the changes are counted",
            ["1", "0", gone_rows.as_str()].map(str::to_owned),
            seen,
        )
        .await?;
        let text = page.text(PATCHES).await?;
        ensure!(text.contains("1 new") && text.contains("gone"), "{text:?}");
        for table in ["plans", "tickets", "plugins", "operations"] {
            let compared = format!("[data-testid=since-all] [data-since={table}][data-gone=\"0\"]");
            until_equal(&format!("{table} is compared"), true, async || {
                page.exists(&compared).await
            })
            .await?;
        }
        page.accessible().await?;
        page.click(PATCHES).await?;
        until_equal("it leads to what is new", 1, async || Ok(page.grid().await?.rows)).await?;
        assert_eq!(page.address().await?, "/patches?since=last");
        page.back().await?;
        until("it is there again", async || page.text(SEEN).await).await?;
        page.click(SEEN).await?;
        until_equal("all of it is seen", ["0", "0", "0"].map(str::to_owned), seen).await?;
        page.open("/").await?;
        until_equal("and stays so", ["0", "0", "0"].map(str::to_owned), seen).await
    })
}

async fn another_visit(page: &Page) -> Result<()> {
    install(page).await?;
    let [(changed, changed_rows), (gone, mut gone_rows)] = instances(page, 2).await?.try_into().ok().context("two")?;
    let changed_rows = changed_rows.len();
    gone_rows.sort_unstable();
    page.open_loaded("/patches").await?;
    kept(page).await?;
    plan(
        page,
        json!({
            "set": { &changed: { "InstalledCount": "9999" } },
            "drop": [gone],
            "add": [{ "InstanceId": "i-new", "MissingCount": "1" }],
        }),
    )
    .await?;
    pass(page, 31).await?;
    page.open_loaded("/patches").await?;
    counts(page, 1, changed_rows, gone_rows.len()).await?;
    let all = page.grid().await?.rows;

    page.click(&format!("{SINCE} button")).await?;
    until_equal("only what has changed is there", 1 + changed_rows, async || {
        Ok(page.grid().await?.rows)
    })
    .await?;
    assert_eq!(page.address().await?, "/patches?since=last");
    assert_eq!(page.conditions().await?[0].condition, "since=last");
    let marked = "return [...document.querySelectorAll('[role=row] [aria-description]')].map(cell => cell.dataset.column + ' ' + cell.innerText)";
    until_equal(
        "the changed cells are marked",
        json!(vec!["installed 9,999"; changed_rows]),
        async || run(page, marked, "").await,
    )
    .await?;
    ensure!(page.exists(".grid .row.new").await?, "the new row is not marked");

    page.click(&format!("{SINCE} summary")).await?;
    let listed = until("what is gone is listed", async || {
        run(page, "return document.querySelector('[data-testid=gone]').value", "").await
    })
    .await?;
    let mut listed: Vec<&str> = listed.as_str().context("no text")?.lines().collect();
    listed.sort_unstable();
    assert_eq!(listed, gone_rows);
    page.accessible().await?;
    page.press(Key::Escape + "").await?;

    // The condition can be removed like any other.
    page.remove_condition("since=last").await?;
    until_equal("all rows are back", all, async || Ok(page.grid().await?.rows)).await?;
    // By keyboard.
    run(page, "document.querySelector('[data-testid=since] button').focus()", "").await?;
    page.press(Key::Enter + "").await?;
    until_equal("and away again", 1 + changed_rows, async || Ok(page.grid().await?.rows)).await
}

#[test]
fn what_has_changed_is_counted_marked_and_listed() -> Result<()> {
    on_page("since-last", &Stage::default(), another_visit)
}

#[test]
fn what_has_changed_is_counted_marked_and_listed_in_chinese_and_dark() -> Result<()> {
    on_page("since-last-zh", &Stage::default().language("zh-CN"), async |page| {
        page.prefer_colors("dark").await?;
        another_visit(page).await
    })
}

/// A link with the condition opens by itself, and the two other tables have visits of their own.
#[test]
fn a_link_asks_for_what_has_changed() -> Result<()> {
    on_page("since-link", &Stage::default(), async |page| {
        install(page).await?;
        page.open_loaded("/patches").await?;
        kept(page).await?;
        plan(page, json!({ "add": [{ "InstanceId": "i-new", "MissingCount": "1" }] })).await?;
        pass(page, 31).await?;
        page.open_loaded("/patches?since=last").await?;
        until_equal("only the new row is there", 1, async || Ok(page.grid().await?.rows)).await?;
        page.open_loaded("/plans?since=last").await?;
        let notice = until("the page says that there is nothing to compare with", async || {
            page.text("[data-testid=since-missing]").await
        })
        .await?;
        ensure!(notice.contains("first time"), "{notice:?}");
        ensure!(page.grid().await?.rows > 0, "rows are hidden for nothing");
        let condition = page.conditions().await?.into_iter().next().context("no condition")?;
        ensure!(!condition.understood, "the condition looks as if it were in force");
        page.accessible().await
    })
}

#[test]
fn a_visit_that_is_not_old_enough_is_not_compared_with() -> Result<()> {
    on_page("since-young", &Stage::default(), async |page| {
        install(page).await?;
        page.open_loaded("/patches").await?;
        kept(page).await?;
        plan(page, json!({ "add": [{ "InstanceId": "i-new", "MissingCount": "1" }] })).await?;
        page.open_loaded("/patches?since=-24h").await?;
        let notice = until("the page says so", async || {
            page.text("[data-testid=since-missing]").await
        })
        .await?;
        ensure!(notice.contains("nothing that old"), "{notice:?}");
        ensure!(page.grid().await?.rows > 1, "rows are hidden for nothing");
        // The visits that there are can be chosen.
        page.click(&format!("{SINCE} summary")).await?;
        let visit = "return [...document.querySelectorAll('[data-since]')].at(-1).dataset.since";
        let visit = until("the visits are listed", async || {
            let visit = run(page, visit, "").await?;
            let visit = visit.as_str().context("no visit")?.to_owned();
            ensure!(visit.starts_with("20"), "{visit}");
            Ok(visit)
        })
        .await?;
        page.click(&format!("[data-since=\"{visit}\"]")).await?;
        until_equal("it is compared with", 1, async || Ok(page.grid().await?.rows)).await
    })
}

/// Rows of a source that cannot be asked are not called gone.
#[test]
fn what_cannot_be_asked_is_not_gone() -> Result<()> {
    on_page("since-gap", &Stage::default(), async |page| {
        install(page).await?;
        page.open_loaded("/patches").await?;
        kept(page).await?;
        // All of one target, in the stream and at its end.
        let rows = "return [...document.querySelectorAll('[data-target]')].findIndex(target => target.dataset.target.startsWith('staging-cn'))";
        let target = run(page, rows, "").await?;
        let staging = "const done = arguments[arguments.length - 1];
            fetch('/api/v1/rows/patches?account=staging-cn').then(answer => answer.text()).then(text => {
                const parts = text.trimEnd().split('\\n').map(line => JSON.parse(line)).filter(part => part.kind === 'rows');
                done(parts.flatMap(part => part.rows.map(row => row.InstanceId)));
            })";
        let drop = page.driver.execute_async(staging, Vec::new()).await?.json().clone();
        ensure!(
            drop.as_array().is_some_and(|rows| !rows.is_empty()),
            "staging-cn has no rows"
        );
        plan(page, json!({ "drop": drop, "fail": [target] })).await?;
        pass(page, 31).await?;
        page.open_loaded("/patches").await?;
        counts(page, 0, 0, 0).await?;
        page.click(&format!("{SINCE} summary")).await?;
        until("the panel says so", async || {
            let text = page.text(&format!("{SINCE} .panel")).await?;
            ensure!(text.contains("cannot be asked now: 1"), "{text:?}");
            Ok(())
        })
        .await
    })
}

#[test]
fn a_browser_that_keeps_nothing_is_told_and_works_otherwise() -> Result<()> {
    on_page("since-unkept", &Stage::default(), async |page| {
        before(
            page,
            "Object.defineProperty(window, 'indexedDB', { get() { return null; } })",
        )
        .await?;
        page.open_loaded("/patches?since=last").await?;
        let notice = until("the page says so", async || {
            page.text("[data-testid=since-missing]").await
        })
        .await?;
        ensure!(notice.contains("does not keep"), "{notice:?}");
        ensure!(page.grid().await?.rows > 0, "no rows");
        page.accessible().await
    })
}
