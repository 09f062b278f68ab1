//! What a screen reader says of what changes out of its sight: one polite live region for the whole page, and no chatter.

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use signalbox_tests::doubles::{install, paste, plan, run};
use signalbox_tests::{Page, Result, Stage, on_page, until};
use thirtyfour::Key;

use crate::reach::{enter, there};

/// Notes all that the region says from now on.
const LISTEN: &str = "window.said = [];
    const region = document.querySelector('[data-testid=announce]');
    new MutationObserver(() => said.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true })";

async fn listen(page: &Page) -> Result<()> {
    // What the page says of its own beginning has been said.
    heard(page, "").await?;
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    run(page, LISTEN, "").await?;
    Ok(())
}

async fn region(page: &Page) -> Result<String> {
    let text = run(
        page,
        "return document.querySelector('[data-testid=announce]').textContent",
        "",
    )
    .await?;
    Ok(text.as_str().context("a text")?.to_owned())
}

/// Waits until the region says something with `part` in it. What must not be parted at the end of a line is said like anything else.
async fn heard(page: &Page, part: &str) -> Result<String> {
    let part = part.replace('\u{a0}', " ");
    until(&format!("{part:?} is said"), async || {
        let text = region(page).await?.replace('\u{a0}', " ");
        ensure!(!text.is_empty() && text.contains(&part), "what is said is {text:?}");
        Ok(text)
    })
    .await
}

/// Everything that a browser would read out by itself, politely.
const POLITE: &str = "return [...document.querySelectorAll('[aria-live], [role=status], [role=log], output')]
    .filter(region => (region.getAttribute('aria-live') ?? 'polite') === 'polite')
    .map(region => region.dataset.testid ?? region.outerHTML.slice(0, 100))";

async fn searching_and_filtering(page: &Page, nothing: &str) -> Result<()> {
    install(page).await?;
    page.open_loaded("/patches").await?;
    there(page, "[data-testid=export]").await?;
    let rows = page.text(".toolbar .count").await?;
    heard(page, &rows).await?;
    listen(page).await?;
    page.search("zzzzzzzz").await?;
    let text = heard(page, nothing).await?;
    ensure!(text.contains('0'), "the number is not said: {text:?}");
    let said = run(page, "return said.length", "")
        .await?
        .as_u64()
        .context("a number")?;
    ensure!((1..=2).contains(&said), "eight letters are said {said} times");

    page.press(Key::Escape + "").await?;
    heard(page, &rows).await?;
    page.toggle("phase", "failed").await?;
    let value = page
        .facet("phase")
        .await?
        .into_iter()
        .find(|value| value.value == "failed")
        .context("the value")?;
    heard(page, &page.text("[data-testid=count]").await?).await?;
    assert_eq!(page.count().await?, value.count);

    // A row that is opened is no other question.
    listen(page).await?;
    page.open_detail(0).await?;
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    assert_eq!(run(page, "return said", "").await?, json!([]));
    assert_eq!(run(page, POLITE, "").await?, json!(["announce"]));
    Ok(())
}

#[test]
fn how_many_rows_there_are_is_said_once_they_stand() -> Result<()> {
    on_page("spoken", &Stage::default(), async |page| {
        searching_and_filtering(page, "No row matches").await
    })
}

#[test]
fn how_many_rows_there_are_is_said_in_chinese() -> Result<()> {
    on_page("spoken-zh", &Stage::default().language("zh-CN"), async |page| {
        searching_and_filtering(page, "没有匹配的行").await
    })
}

#[test]
fn what_comes_by_itself_is_said_and_nothing_is_not() -> Result<()> {
    on_page("spoken-live", &Stage::default(), async |page| {
        install(page).await?;
        page.open_loaded("/patches").await?;
        there(page, "[data-testid=live]").await?;
        listen(page).await?;
        plan(page, json!({ "add": [{ "InstanceId": "i-new", "MissingCount": "1" }] })).await?;
        let choose = "const choice = document.querySelector('[data-testid=live]');
            choice.value = '30';
            choice.dispatchEvent(new Event('change', { bubbles: true }))";
        run(page, choose, "").await?;
        heard(page, "1 new").await?;
        // It asks again every second and a half here, and nothing has changed.
        run(page, LISTEN, "").await?;
        tokio::time::sleep(std::time::Duration::from_secs(4)).await;
        let said = run(page, "return said", "").await?;
        ensure!(said.as_array().is_some_and(|said| said.len() <= 1), "{said}");
        Ok(())
    })
}

#[test]
fn what_was_done_is_said() -> Result<()> {
    on_page("spoken-done", &Stage::default(), async |page| {
        install(page).await?;
        page.open_loaded("/patches").await?;
        there(page, "[data-testid=export]").await?;
        let known = page.values("instance").await?;
        ensure!(
            paste(page, &format!("{}\n{}\ni-none", known[0], known[1])).await?,
            "not taken"
        );
        heard(page, " found").await?;
        page.press("/").await?;
        enter(page, "[data-testid=copy-frozen]").await?;
        heard(page, "Copied").await?;
        Ok(())
    })
}

#[test]
fn every_kind_of_page_says_when_its_sources_have_answered() -> Result<()> {
    on_page("spoken-pages", &Stage::demo(&["--faults", "demo"]), async |page| {
        for path in ["/", "/timeline", "/resource/i-nothing"] {
            page.open(path).await?;
            heard(page, "answered").await?;
            assert_eq!(run(page, POLITE, "").await?, json!(["announce"]), "at {path}");
        }
        // On the timeline, what is in sight after another question.
        page.open("/timeline").await?;
        heard(page, "answered").await?;
        listen(page).await?;
        page.search("zzzz").await?;
        heard(page, "0 in sight").await?;
        let said: Value = run(page, "return said.length", "").await?;
        ensure!(said.as_u64().is_some_and(|said| said <= 2), "{said}");
        Ok(())
    })
}
