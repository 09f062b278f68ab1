//! What the network does to a page that stays open: answers that never come, being offline, and coming back.

use anyhow::ensure;
use serde_json::json;
use signalbox_tests::doubles::{asked, before, install, run};
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Context, Page, Result, Stage, on_page, until};
use std::time::Duration;

const OFFLINE: &str = "[data-testid=offline]";
/// What the browser logs of requests that are made offline: for rows, and for parts of the page that it fetches when it is idle.
const OFFLINE_CONSOLE: &[&str] = &["/api/v1/rows/", "__wasm_split.js", "boot.js", "/assets/"];
const RELOAD: &str = ".coverage > button:last-child";

async fn network(page: &Page, there: bool) -> Result<()> {
    let conditions = json!({ "offline": !there, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    let cdp = page.driver.cdp();
    cdp.send_raw("Network.enable", json!({})).await?;
    cdp.send_raw("Network.emulateNetworkConditions", conditions).await?;
    Ok(())
}

async fn states(page: &Page) -> Result<Vec<String>> {
    Ok(page.coverage().await?.into_iter().map(|target| target.state).collect())
}

async fn live(page: &Page, seconds: &str) -> Result<()> {
    let choose = "const choice = document.querySelector('[data-testid=live]');
        choice.value = arguments[0];
        choice.dispatchEvent(new Event('change', { bubbles: true }))";
    until("the choice is there", async || page.text("[data-testid=live]").await).await?;
    run(page, choose, seconds).await?;
    Ok(())
}

/// Questions that are never answered, as long as the browser's storage says so. Waits pass faster here, a minute in three seconds.
const HANG: &str = "(() => {
    const ask = window.fetch;
    window.fetch = (input, init) => {
        const url = String(input.url ?? input);
        if (!url.includes('/api/v1/rows/') || localStorage.getItem('test.hang') === null) return ask(input, init);
        window.asked += 1;
        const signal = init?.signal ?? input.signal;
        return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new DOMException('given up', 'AbortError'))));
    };
})()";

#[test]
fn an_answer_that_never_comes_is_given_up_and_asked_for_again() -> Result<()> {
    on_page("back-silent", &Stage::default(), async |page| {
        install(page).await?;
        before(page, HANG).await?;
        page.open_loaded("/patches").await?;
        let rows = page.grid().await?.rows;
        let times = asked(page).await?;
        run(page, "localStorage.setItem('test.hang', '')", "").await?;
        page.click(RELOAD).await?;
        until_equal("it is asked again by itself", times + 3, async || asked(page).await).await?;
        let strip = page.text("[data-testid=coverage]").await?;
        ensure!(strip.contains("asking again"), "{strip:?}");
        ensure!(
            states(page).await?.iter().all(|state| state == "loading"),
            "a source is blamed"
        );
        assert_eq!(page.grid().await?.rows, rows, "rows went");
        page.accessible().await?;
        run(page, "localStorage.removeItem('test.hang')", "").await?;
        page.loaded().await?;
        ensure!(
            states(page).await?.iter().all(|state| state == "ok"),
            "not all is well again"
        );
        let strip = page.text("[data-testid=coverage]").await?;
        ensure!(!strip.contains("asking again"), "{strip:?}");
        Ok(())
    })
}

/// Said once, and not by everything that could not be asked.
async fn offline_and_back(page: &Page, words: &str) -> Result<()> {
    install(page).await?;
    page.open_loaded("/patches").await?;
    live(page, "0").await?;
    let (rows, before) = (page.grid().await?.rows, states(page).await?);
    network(page, false).await?;
    let notice = until("the page says so", async || page.text(OFFLINE).await).await?;
    ensure!(notice.contains(words), "{notice:?}");
    ensure!(
        notice.bytes().filter(u8::is_ascii_digit).count() == 4,
        "no time of day: {notice:?}"
    );
    page.accessible().await?;
    let times = asked(page).await?;
    page.click(RELOAD).await?;
    until_equal("it was asked for in vain", times + 1, async || asked(page).await).await?;
    until_equal("sources keep their last state", before, async || states(page).await).await?;
    assert_eq!(page.grid().await?.rows, rows);
    ensure!(!page.exists(".notice.error").await?, "the same is said twice");
    network(page, true).await?;
    until_equal("what was missed is asked for at once", times + 2, async || {
        asked(page).await
    })
    .await?;
    page.loaded().await?;
    ensure!(!page.exists(OFFLINE).await?, "it is still said");
    ensure!(
        states(page).await?.iter().all(|state| state == "ok"),
        "not all is well again"
    );
    // With nothing missed, nothing is asked for.
    network(page, false).await?;
    until("the page says so again", async || page.text(OFFLINE).await).await?;
    network(page, true).await?;
    until_equal("and no more", false, async || page.exists(OFFLINE).await).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(asked(page).await?, times + 2);
    // Unless the page is to follow by itself.
    live(page, "900").await?;
    network(page, false).await?;
    until("and once more", async || page.text(OFFLINE).await).await?;
    network(page, true).await?;
    until_equal("it is asked for at once", times + 3, async || asked(page).await).await
}

#[test]
fn offline_is_said_once_and_ends_by_itself() -> Result<()> {
    let stage = Stage {
        console: OFFLINE_CONSOLE,
        ..Stage::default()
    };
    on_page("back-offline", &stage, async |page| {
        offline_and_back(page, "offline").await
    })
}

#[test]
fn offline_is_said_once_and_ends_by_itself_in_chinese_and_dark() -> Result<()> {
    let stage = Stage {
        console: OFFLINE_CONSOLE,
        ..Stage::default().language("zh-CN")
    };
    on_page("back-offline-zh", &stage, async |page| {
        page.prefer_colors("dark").await?;
        offline_and_back(page, "离线").await
    })
}

/// Over plain http a browser has no clipboard that pages can write to.
#[test]
fn copying_works_over_plain_http_or_says_that_it_did_not() -> Result<()> {
    on_page("back-copy", &Stage::default(), async |page| {
        before(
            page,
            "Object.defineProperty(navigator, 'clipboard', { get: () => undefined })",
        )
        .await?;
        page.open_loaded("/plans?state=Scheduled").await?;
        let button = "[data-testid=copy-link]";
        until("the button is there", async || page.text(button).await).await?;
        let watch = "addEventListener('copy', () => { window.copied = document.activeElement.value; })";
        run(page, watch, "").await?;
        page.click(button).await?;
        until_equal("it says so", "Copied".to_owned(), async || {
            Ok(page.text(".toast.shown").await?.trim().to_owned())
        })
        .await?;
        let copied = run(page, "return window.copied ?? null", "").await?;
        let copied = copied.as_str().context("nothing was copied")?;
        ensure!(copied.ends_with("/plans?state=Scheduled"), "{copied}");
        ensure!(!page.exists("textarea").await?, "what was selected is left behind");
        let focus = run(page, "return document.activeElement.dataset.testid ?? null", "").await?;
        assert_eq!(focus, "copy-link", "the focus is lost");

        run(page, "document.execCommand = () => false", "").await?;
        page.click(button).await?;
        until("it says that it did not", async || {
            let said = page.text(".toast.shown").await?;
            ensure!(said.contains("refused"), "{said:?}");
            Ok(())
        })
        .await
    })
}
