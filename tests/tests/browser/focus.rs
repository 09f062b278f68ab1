//! The focus is handed on when what had it goes away, whatever that was: nobody who works by keys begins again at the top of the page.

use anyhow::{Context, ensure};
use serde_json::json;
use signalbox_tests::doubles::{attribute, install, plan, run};
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, Stage, on_page, until};
use thirtyfour::Key;

use crate::reach::{address_has, away, enter, on, tab_to, there};

/// Waits until the focus is on something that fits `css`.
async fn focus_on(page: &Page, css: &str) -> Result<()> {
    until(&format!("the focus is on {css}"), async || {
        let at = "const at = document.activeElement;
            return at.cloneNode(false).outerHTML.slice(0, 300) + ' in ' + at.parentElement?.className";
        ensure!(on(page, css).await?, "it is on {}", run(page, at, "").await?);
        Ok(())
    })
    .await
}

/// Takes conditions away one after the other, and all at once.
#[test]
fn a_condition_that_goes_hands_on_to_the_next_and_the_last_to_the_search_box() -> Result<()> {
    on_page("focus-conditions", &Stage::default(), async |page| {
        const REMOVE: &str = "[data-testid=conditions] [data-condition] button.remove";
        page.open_loaded("/patches?missing=gt.0&failed=gt.0&colour=red").await?;
        there(page, "[data-testid=export]").await?;
        enter(page, REMOVE).await?;
        away(page, "[data-testid=conditions] [data-condition]:nth-child(3)").await?;
        focus_on(page, REMOVE).await?;
        // The last of a row has none after it.
        tab_to(
            page,
            "[data-testid=conditions] [data-condition]:last-child button.remove",
        )
        .await?;
        page.press(Key::Enter + "").await?;
        away(page, "[data-testid=conditions] [data-condition]:nth-child(2)").await?;
        focus_on(page, REMOVE).await?;
        page.press(Key::Enter + "").await?;
        away(page, REMOVE).await?;
        focus_on(page, "[role=searchbox]").await?;

        page.open_loaded("/patches?missing=gt.0&failed=gt.0").await?;
        there(page, "[data-testid=export]").await?;
        enter(page, ".conditions > button.link").await?;
        away(page, REMOVE).await?;
        focus_on(page, "[role=searchbox]").await
    })
}

/// Opens by the button, goes inside, and closes by Escape.
async fn there_and_back(page: &Page, opener: &str, panel: &str) -> Result<()> {
    enter(page, opener).await?;
    there(page, panel).await?;
    page.press(Key::Tab + "").await?;
    ensure!(!on(page, opener).await?, "nothing in {panel} can be reached");
    page.press(Key::Escape + "").await?;
    away(page, panel).await?;
    focus_on(page, opener).await
}

#[test]
fn what_closes_hands_back_to_what_opened_it() -> Result<()> {
    on_page("focus-panels", &Stage::default(), async |page| {
        page.open_loaded("/patches?missing=gt.0").await?;
        there(page, "[data-testid=export]").await?;
        for menu in ["[data-testid=export]", "[data-testid=views]"] {
            there_and_back(page, &format!("{menu} button"), &format!("{menu} .panel")).await?;
        }
        page.press("/").await?;
        there_and_back(page, ".conditions > .popover > button", ".conditions > .popover .panel").await?;
        page.press("/").await?;
        there_and_back(page, ".chip summary", ".chip .panel").await?;
        // A panel that goes because it has done its work.
        page.press(Key::Enter + "").await?;
        there(page, ".chip .panel form, .chip .panel .editor").await?;
        tab_to(page, ".chip .panel button[type=submit]").await?;
        page.press(Key::Enter + "").await?;
        away(page, ".chip .panel").await?;
        focus_on(page, ".chip summary").await?;
        for dialog in ["[data-testid=palette]", "[data-testid=help]"] {
            page.press("/").await?;
            enter(page, &format!("header.top {dialog}")).await?;
            there(page, "dialog[open]").await?;
            page.press(Key::Escape + "").await?;
            away(page, "dialog[open]").await?;
            focus_on(page, &format!("header.top {dialog}")).await?;
        }
        // An open row hands back to the table.
        page.press("/").await?;
        tab_to(page, "[role=grid]").await?;
        page.press(Key::Enter + "").await?;
        there(page, "[role=complementary] .field").await?;
        // Its button for the next row is drawn anew with each row.
        let next = "[role=complementary] header button:nth-of-type(2)";
        enter(page, next).await?;
        address_has(page, "row=").await?;
        focus_on(page, next).await?;
        enter(page, "[role=complementary] header button:last-of-type").await?;
        away(page, "[role=complementary]").await?;
        focus_on(page, "[role=grid]").await
    })
}

/// Asks again without touching the focus.
async fn reload(page: &Page) -> Result<()> {
    run(
        page,
        "document.querySelector('.coverage > button:last-child').click()",
        "",
    )
    .await?;
    Ok(())
}

#[test]
fn a_value_and_a_row_that_leave_hand_on_to_their_neighbours() -> Result<()> {
    on_page("focus-leaving", &Stage::default(), async |page| {
        install(page).await?;
        page.open("/").await?;
        plan(
            page,
            json!({ "add": [{ "InstanceId": "i-new", "PatchGroup": "only here", "MissingCount": "99" }] }),
        )
        .await?;
        page.open_loaded("/patches?group=only here,prod-db&sort=-missing")
            .await?;
        there(page, "[data-testid=export]").await?;
        let value = "[data-facet=group] [data-value='only here']";
        there(page, value).await?;
        run(page, "document.querySelector(arguments[0]).focus()", value).await?;
        plan(page, json!({})).await?;
        reload(page).await?;
        // The condition keeps it on offer; without the condition it is gone.
        run(
            page,
            "document.querySelector('[data-condition] button.remove').click()",
            "",
        )
        .await?;
        away(page, value).await?;
        focus_on(page, "[data-facet=group] [data-value]").await?;

        // What a cell of the table offers, in a row that goes.
        page.open_loaded("/patches?sort=-missing").await?;
        there(page, "[data-testid=export]").await?;
        let gone = page.cell(0, "instance").await?.value;
        tab_to(page, "[role=grid]").await?;
        page.press(".").await?;
        there(page, "[role=gridcell] [data-action]").await?;
        run(
            page,
            "document.querySelector('[role=gridcell] [data-action]').focus()",
            "",
        )
        .await?;
        plan(page, json!({ "drop": [gone] })).await?;
        reload(page).await?;
        until("the row is gone", async || {
            ensure!(page.cell(0, "instance").await?.value != gone, "it is there");
            Ok(())
        })
        .await?;
        focus_on(page, "[role=grid], [role=grid] *").await?;

        // What has changed, once it has been seen.
        plan(
            page,
            json!({ "set": { (page.cell(0, "instance").await?.value): { "MissingCount": "98" } } }),
        )
        .await?;
        reload(page).await?;
        let changed = "[data-testid=changed]";
        there(page, &format!("{changed}[data-waiting=false]")).await?;
        page.press("/").await?;
        enter(page, changed).await?;
        away(page, changed).await?;
        focus_on(page, ".coverage button, .coverage select").await
    })
}

#[test]
fn another_page_begins_at_its_own_content() -> Result<()> {
    // The page for addresses that do not exist comes with status 404, which browsers report on the console.
    let stage = Stage {
        console: &["/no/such/page"],
        ..Stage::default()
    };
    on_page("focus-pages", &stage, async |page| {
        page.open("/").await?;
        let number = ".matrix [data-table=patches] [data-question=now] a";
        enter(page, number).await?;
        address_has(page, "/patches").await?;
        page.loaded().await?;
        focus_on(page, "main, main *").await?;
        // The first stop is in the page, not in the navigation above it.
        page.press(Key::Tab + "").await?;
        focus_on(page, "main *").await?;
        page.open("/no/such/page").await?;
        enter(page, "main a[href='/timeline']").await?;
        there(page, ".canvas a.bar[href]").await?;
        focus_on(page, "main, main *").await
    })
}

#[test]
fn a_part_that_comes_late_takes_the_focus_of_the_word_in_its_place() -> Result<()> {
    on_page("focus-parts", &parts_stage(), async |page| {
        let block = async |addresses: &[&str]| {
            let devtools = page.driver.cdp();
            devtools.send_raw("Network.enable", json!({})).await?;
            let addresses = json!({ "urls": addresses });
            devtools.send_raw("Network.setBlockedURLs", addresses).await?;
            Ok::<(), anyhow::Error>(())
        };
        page.open_loaded("/patches").await?;
        there(page, "[data-testid=export]").await?;
        block(&["*timeline*.wasm*"]).await?;
        // The timeline is a part that an idle page fetches; one that has come already cannot be missed.
        page.open_loaded("/patches").await?;
        enter(page, "nav a[href='/timeline']").await?;
        let again = "[data-testid=later-failed] button";
        there(page, again).await?;
        block(&[]).await?;
        enter(page, again).await?;
        there(page, ".timeline-page .toolbar").await?;
        focus_on(page, "main, main *").await
    })
}

fn parts_stage() -> Stage {
    Stage {
        console: &["timeline", "signalbox", "Failed to load"],
        ..Stage::default()
    }
}

#[test]
fn skipping_the_navigation_leaves_the_address_alone() -> Result<()> {
    on_page("focus-skip", &Stage::default(), async |page| {
        for (path, target) in [("/patches", "[role=grid]"), ("/", "main"), ("/timeline", "main")] {
            page.open(path).await?;
            // Until its part has come, there is nowhere to skip to.
            there(page, target).await?;
            page.press(Key::Tab + "").await?;
            focus_on(page, "a.skip").await?;
            let href = attribute(page, "a.skip", "href").await?;
            let id = href.split_once('#').context("a place on the page")?.1;
            ensure!(page.exists(&format!("#{id}")).await?, "{href} leads nowhere");
            page.press(Key::Enter + "").await?;
            focus_on(page, target).await?;
            let place = run(page, "return location.hash", "").await?;
            assert_eq!(place, "");
        }
        Ok(())
    })
}

/// Whoever puts the focus nowhere, by a press beside everything, has it nowhere.
#[test]
fn nothing_takes_the_focus_that_nobody_lost() -> Result<()> {
    on_page("focus-nobody", &Stage::default(), async |page| {
        install(page).await?;
        page.open_loaded("/patches?sort=-missing").await?;
        there(page, "[data-testid=export]").await?;
        run(page, "document.activeElement.blur()", "").await?;
        plan(page, json!({ "drop": [page.cell(0, "instance").await?.value] })).await?;
        let rows = page.grid().await?.rows;
        reload(page).await?;
        until("a row is gone", async || {
            ensure!(page.grid().await?.rows < rows, "none is");
            Ok(())
        })
        .await?;
        until_equal("the focus is nowhere", true, async || on(page, "body").await).await
    })
}
