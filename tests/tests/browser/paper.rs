//! Printing: a table is on paper what it is on the screen, whole, with what it answers and how complete it is.

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use signalbox_tests::doubles::run;
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, Stage, on_page, until};

use crate::jobs::styled;
use crate::reach::there;

/// What the sheet holds, as far as it shows.
const SHEET: &str = "const sheet = document.querySelector('[data-testid=sheet]');
    if (!sheet) return null;
    return {
        text: [...sheet.querySelectorAll('h1, p')].map(line => line.innerText).join('\\n'),
        head: [...sheet.querySelectorAll('thead th')].map(cell => cell.innerText),
        rows: [...sheet.querySelectorAll('tbody tr')].length,
        first: sheet.querySelector('tbody tr')?.innerText ?? '',
        repeated: getComputedStyle(sheet.querySelector('thead')).display,
        shown: sheet.checkVisibility(),
        grid: document.querySelector('[role=grid]').checkVisibility(),
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        ground: getComputedStyle(document.body).backgroundColor,
    }";

async fn media(page: &Page, media: &str) -> Result<()> {
    let media = json!({ "media": media, "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
    page.driver.cdp().send_raw("Emulation.setEmulatedMedia", media).await?;
    Ok(())
}

async fn sheet(page: &Page) -> Result<Value> {
    until("the sheet is there", async || {
        let sheet = run(page, SHEET, "").await?;
        ensure!(sheet["shown"] == true, "{sheet}");
        Ok(sheet)
    })
    .await
}

async fn on_paper(page: &Page, rest: &str, conditions: &str, cannot: &str) -> Result<()> {
    page.open_loaded("/patches?missing=ge.0&colour=red").await?;
    there(page, "[data-testid=export]").await?;
    let (count, headers) = (page.count().await?, page.grid().await?.headers.len());
    ensure!(count > 2000, "{count} rows fit on paper");
    let id = page.rows().await?[0].id.clone();
    run(page, "document.querySelector('[role=grid]').scrollTop = 3400", "").await?;
    media(page, "print").await?;
    let seen = sheet(page).await?;
    assert_eq!(seen["rows"], 2000);
    assert_eq!(seen["head"].as_array().map(Vec::len), Some(headers));
    assert_eq!(seen["repeated"], "table-header-group");
    assert_eq!((&seen["grid"], &seen["wide"]), (&json!(false), &json!(0)));
    ensure!(
        seen["ground"] == "rgba(0, 0, 0, 0)" || seen["ground"] == "rgb(255, 255, 255)",
        "ink for a dark page: {}",
        seen["ground"]
    );
    let text = seen["text"].as_str().context("a text")?;
    let left = rest.replace("{n}", &(count - 2000).to_string());
    let address = run(page, "return location.href", "").await?;
    for part in [
        page.text("h1").await?.as_str(),
        conditions,
        "colour=red",
        cannot,
        &left,
        address.as_str().context("an address")?,
    ] {
        ensure!(text.contains(part), "{part:?} is not in:\n{text}");
    }
    // The first row is the first one of the table, wherever that is scrolled to.
    let first = run(
        page,
        "return document.querySelector('[data-testid=sheet] tbody tr').dataset.rowId",
        "",
    )
    .await?;
    assert_eq!(first, id.as_str());
    media(page, "screen").await?;
    until_equal("the screen is as before", json!([null, true, 3400]), async || {
        let screen = "const grid = document.querySelector('[role=grid]');
            return [document.querySelector('[data-testid=sheet]'), grid.checkVisibility(), grid.scrollTop]";
        run(page, screen, "").await
    })
    .await
}

const MANY: &[&str] = &["--rows", "4000", "--faults", "demo"];

#[test]
fn a_table_is_printed_with_all_that_it_says() -> Result<()> {
    on_page("paper", &Stage::demo(MANY), async |page| {
        on_paper(page, "and {n} more rows", "Missing at least 0", "could not be asked").await
    })
}

#[test]
fn a_table_is_printed_in_chinese() -> Result<()> {
    on_page("paper-zh", &Stage::demo(MANY).language("zh-CN"), async |page| {
        on_paper(page, "以及另外 {n} 行", "不小于 0", "未能").await
    })
}

#[test]
fn the_browser_prints_more_than_is_in_sight() -> Result<()> {
    on_page("paper-pdf", &Stage::default(), async |page| {
        page.open_loaded("/patches?missing=gt.0").await?;
        there(page, "[data-testid=export]").await?;
        let count = page.count().await?;
        let note = "addEventListener('beforeprint', () => { window.printed = document.querySelectorAll('[data-testid=sheet] tbody tr').length })";
        run(page, note, "").await?;
        let answer = page.driver.cdp().send_raw("Page.printToPDF", json!({})).await?;
        let file = answer["data"].as_str().context("a file")?.len();
        assert_eq!(run(page, "return window.printed", "").await?, json!(count));
        ensure!(file > 50_000, "a file of {file} bytes is not {count} rows");
        until_equal("the sheet is gone", false, async || {
            page.exists("[data-testid=sheet]").await
        })
        .await
    })
}

/// What scrolls on the screen is whole on paper.
#[test]
fn the_other_pages_are_printed_whole() -> Result<()> {
    let stage = Stage {
        console: &["/no/such/page"],
        ..Stage::default().window(1280, 400)
    };
    on_page("paper-others", &stage, async |page| {
        for path in ["/", "/timeline", "/no/such/page"] {
            page.open(path).await?;
            there(page, "main").await?;
            if path == "/" {
                there(page, ".matrix table[aria-busy=false]").await?;
            }
            styled(page, "print.css").await?;
            media(page, "print").await?;
            let hidden = "return [...document.querySelectorAll('main, main *')].filter(box => {
                const { overflowY } = getComputedStyle(box);
                return box.checkVisibility() && ['auto', 'scroll'].includes(overflowY) && box.scrollHeight > box.clientHeight + 1;
            }).map(box => box.outerHTML.slice(0, 80))";
            until_equal(&format!("{path} hides nothing"), json!([]), async || {
                run(page, hidden, "").await
            })
            .await?;
            ensure!(
                !run(page, "return document.querySelector('nav').checkVisibility()", "")
                    .await?
                    .as_bool()
                    .unwrap_or(true),
                "the navigation is printed"
            );
            media(page, "screen").await?;
        }
        Ok(())
    })
}
