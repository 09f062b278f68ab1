//! Back goes back: to the same rows at the same height. And a row opens beside the page as a link does.

use anyhow::ensure;
use serde_json::json;
use signalbox_tests::doubles::run;
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Context, Page, Result, Stage, on_page, until};
use thirtyfour::{By, Key};

/// The row at the grid's upper edge, and how many pixels of it are above.
async fn place(page: &Page) -> Result<(String, i64)> {
    let script = "const grid = document.querySelector('[role=grid]');
        const edge = grid.getBoundingClientRect().top + 36;
        const rows = [...grid.querySelectorAll('[role=row][data-row-id]')].map(row => [row.dataset.rowId, Math.round(edge - row.getBoundingClientRect().top)]);
        return rows.find(([, above]) => above >= 0 && above < 34) ?? null";
    serde_json::from_value(run(page, script, "").await?).context("no row at the edge")
}

/// Whether the open row stands between the edges of the grid.
async fn open_row_in_sight(page: &Page) -> Result<()> {
    let script = "const grid = document.querySelector('[role=grid]').getBoundingClientRect();
        const row = document.querySelector('[role=row][aria-selected=true]')?.getBoundingClientRect();
        return row ? [row.top - grid.top, grid.bottom - row.bottom] : null";
    let seen = run(page, script, "").await?;
    let (above, below): (f64, f64) = serde_json::from_value(seen).context("the open row has no element")?;
    ensure!(
        above >= 35.0 && below >= -1.0,
        "it is {above} below the upper and {below} above the lower edge"
    );
    Ok(())
}

async fn scroll(page: &Page, top: u32) -> Result<(String, i64)> {
    run(
        page,
        "document.querySelector('[role=grid]').scrollTop = Number(arguments[0])",
        &top.to_string(),
    )
    .await?;
    let row = (top / 34) as usize;
    until("the rows are there", async || {
        let rows = page.rows().await?;
        ensure!(rows.iter().any(|seen| seen.index == row), "row {row} is not");
        Ok(())
    })
    .await?;
    place(page).await
}

async fn is_at(page: &Page, what: &str, expected: &(String, i64)) -> Result<()> {
    until_equal(what, expected.clone(), async || place(page).await).await
}

/// A row that can be seen whole, by its id.
async fn row_in_the_middle(page: &Page) -> Result<usize> {
    let script = "const grid = document.querySelector('[role=grid]').getBoundingClientRect();
        const middle = document.elementFromPoint(grid.left + 100, (grid.top + grid.bottom) / 2).closest('[role=row]');
        return Number(middle.getAttribute('aria-rowindex')) - 2";
    let row = run(page, script, "").await?.as_u64().context("a number")?;
    Ok(usize::try_from(row)?)
}

#[test]
fn back_from_a_link_in_a_row_leads_to_the_same_rows_at_the_same_height() -> Result<()> {
    on_page("history-link", &Stage::default(), async |page| {
        page.open_loaded("/patches?sort=instance").await?;
        let seen = scroll(page, 20_011).await?;
        page.open_detail(row_in_the_middle(page).await?).await?;
        is_at(page, "opening moves no row", &seen).await?;
        page.click("[role=complementary] [data-field=instance] a.thing").await?;
        until("the resource is there", async || {
            ensure!(page.exists("main.resource").await?, "it is not");
            Ok(())
        })
        .await?;
        page.back().await?;
        page.loaded().await?;
        is_at(page, "the rows stand as they did", &seen).await?;
        until("the open row is in sight", async || open_row_in_sight(page).await).await?;
        page.back().await?;
        until_equal("the row is closed", true, async || Ok(page.detail().await?.is_none())).await?;
        is_at(page, "and nothing has moved", &seen).await?;
        page.forward().await?;
        page.forward().await?;
        page.back().await?;
        page.loaded().await?;
        is_at(page, "again", &seen).await
    })
}

#[test]
fn back_from_a_filter_a_sort_and_another_page_too() -> Result<()> {
    on_page("history-filter", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        let start = scroll(page, 9_007).await?;
        page.toggle("phase", "action").await?;
        until("the filter holds", async || {
            ensure!(page.address().await?.contains("phase="), "it does not");
            ensure!(place(page).await?.1 == 0, "the new list does not begin at its top");
            Ok(())
        })
        .await?;
        let filtered = scroll(page, 1_003).await?;
        page.sort_by("instance").await?;
        until("it is sorted", async || {
            ensure!(page.address().await?.contains("sort="), "it is not");
            Ok(())
        })
        .await?;
        page.click("header.top a[href='/tickets']").await?;
        page.loaded().await?;
        let tickets = scroll(page, 500).await?;
        page.back().await?;
        page.loaded().await?;
        page.back().await?;
        is_at(page, "before the sort", &filtered).await?;
        page.back().await?;
        is_at(page, "before the filter", &start).await?;
        for _ in 0..3 {
            page.forward().await?;
        }
        page.loaded().await?;
        is_at(page, "forward", &tickets).await
    })
}

#[test]
fn reload_keeps_the_place() -> Result<()> {
    on_page("history-reload", &Stage::default(), async |page| {
        page.open_loaded("/patches?sort=instance").await?;
        let seen = scroll(page, 15_020).await?;
        page.reload().await?;
        page.loaded().await?;
        is_at(page, "after a reload", &seen).await?;
        page.open_detail(row_in_the_middle(page).await?).await?;
        page.reload().await?;
        page.loaded().await?;
        is_at(page, "with an open row", &seen).await?;
        until("the open row is in sight", async || open_row_in_sight(page).await).await
    })
}

/// The address of a row far down, from inside the page as from outside.
#[test]
fn a_link_within_the_page_brings_its_row_into_sight() -> Result<()> {
    on_page("history-inner", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        scroll(page, 50_000).await?;
        let row = row_in_the_middle(page).await?;
        page.open_detail(row).await?;
        let address = page.address().await?;
        page.open_loaded("/tickets").await?;
        page.click("header.top a[href='/patches']").await?;
        page.loaded().await?;
        page.click("header.top a[href='/timeline']").await?;
        until("the timeline is there", async || {
            ensure!(page.exists("[data-testid=timeline] a.bar").await?, "it is not");
            Ok(())
        })
        .await?;
        // As a bar does: a link in the page, followed by its router.
        let follow = "const link = document.querySelector('[data-testid=timeline] a.bar');
            link.setAttribute('href', arguments[0]);
            link.click()";
        run(page, follow, &address).await?;
        until("the row is open and in sight", async || {
            ensure!(page.detail().await?.is_some(), "no row is open");
            open_row_in_sight(page).await
        })
        .await?;
        page.back().await?;
        until("the timeline is back", async || {
            ensure!(page.exists("[data-testid=timeline] a.bar[href]").await?, "it is not");
            Ok(())
        })
        .await?;
        let bar = "const bars = [...document.querySelectorAll('[data-testid=timeline] a.bar[href]')];
            const bar = bars.at(-1);
            bar.click();
            return bar.dataset.rowId";
        let id = run(page, bar, "").await?;
        until("the bar's row is open and in sight", async || {
            let open = page.detail().await?.context("no row is open")?;
            ensure!(id == open.row.as_str(), "{} is open instead of {id}", open.row);
            open_row_in_sight(page).await
        })
        .await
    })
}

#[test]
fn other_pages_keep_their_height_too() -> Result<()> {
    on_page("history-pages", &Stage::default().window(1280, 500), async |page| {
        page.open_loaded("/plans").await?;
        let cluster = page.cell(0, "cluster").await?.value;
        let resource = format!("/resource/{cluster}");
        page.open(&resource).await?;
        let top = "return document.querySelector('main.resource').scrollTop";
        let down = "const page = document.querySelector('main.resource');
            page.scrollTop = 150;
            return page.scrollTop";
        // What still comes above would push the rest down, and the browser would follow it.
        until("all of it is there", async || {
            ensure!(page.exists("main.resource[aria-busy=false]").await?, "it is not");
            Ok(())
        })
        .await?;
        until("there is something to scroll", async || {
            ensure!(run(page, down, "").await? == 150, "not yet");
            Ok(())
        })
        .await?;
        page.click("header.top a[href='/tickets']").await?;
        page.loaded().await?;
        page.back().await?;
        until("the resource is as high as before", async || {
            let top = run(page, top, "").await?;
            ensure!(top == 150, "it is at {top}");
            Ok(())
        })
        .await
    })
}

/// How far a box is scrolled, once it can be scrolled that far.
async fn scroll_box(page: &Page, css: &str, top: u32) -> Result<()> {
    let down = format!("const box = document.querySelector('{css}'); box.scrollTop = {top}; return box.scrollTop");
    until_equal("there is something to scroll", json!(top), async || {
        run(page, &down, "").await
    })
    .await
}

async fn box_is_at(page: &Page, css: &str, top: u32) -> Result<()> {
    let script = format!("return document.querySelector('{css}')?.scrollTop");
    until_equal(css, json!(top), async || run(page, &script, "").await).await
}

#[test]
fn facets_and_the_open_row_keep_their_height_too() -> Result<()> {
    on_page("history-boxes", &Stage::default().window(1280, 500), async |page| {
        let panel = ".detail .content";
        page.open_loaded("/patches").await?;
        page.open_detail(0).await?;
        scroll_box(page, panel, 170).await?;
        scroll_box(page, ".sidebar", 210).await?;
        // Row after row, one field is read at one place.
        let first = page.detail().await?.context("no row is open")?.row;
        page.press("j").await?;
        until("the next row is open", async || {
            ensure!(page.detail().await?.is_some_and(|open| open.row != first), "it is not");
            Ok(())
        })
        .await?;
        box_is_at(page, panel, 170).await?;
        run(
            page,
            "document.querySelector('[data-facet=operation] input').click()",
            "",
        )
        .await?;
        until("the filter holds", async || {
            ensure!(page.address().await?.contains("operation="), "it does not");
            Ok(())
        })
        .await?;
        box_is_at(page, ".sidebar", 210).await?;
        page.click("header.top a[href='/tickets']").await?;
        page.loaded().await?;
        page.back().await?;
        page.loaded().await?;
        box_is_at(page, ".sidebar", 210).await?;
        box_is_at(page, panel, 170).await
    })
}

async fn mouse(page: &Page, kind: &str, at: (f64, f64), button: &str, modifiers: u32) -> Result<()> {
    let event =
        json!({ "type": kind, "x": at.0, "y": at.1, "button": button, "clickCount": 1, "modifiers": modifiers });
    page.driver.cdp().send_raw("Input.dispatchMouseEvent", event).await?;
    Ok(())
}

async fn middle_of(page: &Page, css: &str) -> Result<(f64, f64)> {
    let script = "const box = document.querySelector(arguments[0]).getBoundingClientRect();
        return [box.left + 12, box.top + box.height / 2]";
    Ok(serde_json::from_value(run(page, script, css).await?)?)
}

/// The address that the newest tab shows, which is closed again.
async fn opened(page: &Page, what: &str) -> Result<String> {
    let here = page.driver.window().await?;
    let tab = until(&format!("{what}: there is another tab"), async || {
        let all = page.driver.windows().await?;
        all.into_iter().find(|tab| *tab != here).context("there is none")
    })
    .await?;
    page.driver.switch_to_window(tab).await?;
    let address = until(&format!("{what}: it shows something"), async || {
        let address = page.address().await?;
        ensure!(address.contains("row=") || address.contains("/resource/"), "{address}");
        Ok(address)
    })
    .await?;
    page.driver.close_window().await?;
    page.driver.switch_to_window(here).await?;
    Ok(address)
}

#[test]
fn a_row_opens_beside_the_page_by_control_or_the_middle_button() -> Result<()> {
    on_page("history-beside", &Stage::default(), async |page| {
        page.open_loaded("/patches?phase=action&sort=instance").await?;
        let id = page.rows().await?[2].id.clone();
        let cell = format!("[role=row][data-row-id='{id}'] [role=gridcell][data-column=instance]");
        // Alt is 1, Control 2, Meta 4, Shift 8.
        for (what, button, modifiers) in [("control", "left", 2), ("command", "left", 4), ("middle", "middle", 0)] {
            let before = page.address().await?;
            let at = middle_of(page, &cell).await?;
            for kind in ["mousePressed", "mouseReleased"] {
                mouse(page, kind, at, button, modifiers).await?;
            }
            let address = opened(page, what).await?;
            ensure!(
                address.starts_with("/patches?phase=action&") && address.contains("row="),
                "{what}: {address}"
            );
            assert_eq!(page.address().await?, before, "{what}: this page stays");
            ensure!(page.detail().await?.is_none(), "{what}: a row is open here");
        }
        page.element("[role=grid]").await?.focus().await?;
        page.press(Key::Down + "").await?;
        page.press_with_control(Key::Enter).await?;
        let address = opened(page, "by key").await?;
        ensure!(address.contains("row="), "{address}");
        // What a cell leads to is a link as well.
        page.click(&cell).await?;
        let link = until("the cell leads to its thing", async || {
            page.element("[role=gridcell] a[data-action=thing]").await
        })
        .await?;
        let address = link.attr("href").await?.context("an address")?;
        ensure!(address.starts_with("/resource/"), "{address}");
        let at = middle_of(page, "[role=gridcell] a[data-action=thing]").await?;
        for kind in ["mousePressed", "mouseReleased"] {
            mouse(page, kind, (at.0 - 4.0, at.1), "left", 2).await?;
        }
        assert_eq!(opened(page, "the thing").await?, address);
        page.driver
            .find(By::Css("[role=gridcell] a[data-action=thing]"))
            .await?
            .click()
            .await?;
        until_equal("a plain click stays in this tab", address, async || {
            page.address().await
        })
        .await?;
        Ok(())
    })
}
