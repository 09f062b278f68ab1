//! The ten commonest jobs of an operator, from start to end.

use anyhow::{Context, ensure};
use signalbox_tests::doubles::{attribute, run};
use signalbox_tests::{Page, Result, Stage, on_page, until};
use thirtyfour::Key;

fn stage() -> Stage {
    Stage::default().firefox()
}

/// The answer to a request of the page's own, as text.
async fn fetched(page: &Page, path: &str) -> Result<String> {
    let fetch = "const done = arguments[arguments.length - 1];
        fetch(arguments[0]).then(answer => answer.text()).then(done, error => done(String(error)))";
    let answer = page.driver.execute_async(fetch, vec![path.into()]).await?;
    Ok(answer.json().as_str().context("no text")?.to_owned())
}

/// Opens the export menu and gives the address of a format.
async fn exported(page: &Page, format: &str) -> Result<String> {
    page.click("[data-testid=export] button").await?;
    let link = until("the format is offered", async || {
        attribute(page, &format!("[data-format={format}]"), "href").await
    })
    .await?;
    page.press(Key::Escape + "").await?;
    Ok(link)
}

async fn rows(page: &Page) -> Result<usize> {
    let rows = page.grid().await?.rows;
    ensure!(rows > 0, "no rows");
    Ok(rows)
}

#[test]
fn what_failed_and_why() -> Result<()> {
    on_page("firefox-failed", &stage(), async |page| {
        page.open("/").await?;
        let failed = "main a[data-count][href^='/tickets?'][href*='phase=failed']";
        let counted = until("the overview counts failures", async || {
            ensure!(page.exists(".matrix table[aria-busy=false]").await?, "it is busy");
            let counted: usize = attribute(page, failed, "data-count").await?.parse()?;
            ensure!(counted > 0, "none");
            Ok(counted)
        })
        .await?;
        page.click(failed).await?;
        until("its rows are there", async || {
            ensure!(page.address().await?.starts_with("/tickets?"), "still elsewhere");
            let rows = rows(page).await?;
            ensure!(rows == counted, "{rows} rows, counted {counted}");
            Ok(())
        })
        .await?;
        page.loaded().await?;
        let conditions = page.conditions().await?;
        ensure!(
            conditions.iter().any(|found| found.condition == "phase=failed")
                && conditions.iter().all(|found| found.understood),
            "{conditions:?}"
        );
        let detail = page.open_detail(0).await?;
        ensure!(
            detail.text.contains("FAILED") || detail.text.contains("Failed"),
            "{}",
            detail.text
        );
        page.back().await?;
        until("back closes the row", async || {
            ensure!(page.detail().await?.is_none(), "it is open");
            Ok(())
        })
        .await
    })
}

#[test]
fn what_is_planned_and_into_the_calendar() -> Result<()> {
    on_page("firefox-planned", &stage(), async |page| {
        page.open_loaded("/plans?start=now..7d&sort=start").await?;
        rows(page).await?;
        let starts = page.values("start").await?;
        ensure!(starts.is_sorted(), "{starts:?}");
        let calendar = fetched(page, &exported(page, "ics").await?).await?;
        ensure!(calendar.starts_with("BEGIN:VCALENDAR"), "{calendar}");
        let events = calendar.matches("BEGIN:VEVENT").count();
        assert_eq!(events, page.grid().await?.rows);
        Ok(())
    })
}

#[test]
fn the_worst_servers_outside_of_one_region_in_chinese() -> Result<()> {
    on_page("firefox-worst", &stage().language("zh-CN"), async |page| {
        page.open_loaded("/patches?region=not.cn-beijing&cols=instance,missing,region")
            .await?;
        ensure!(page.language().await?.starts_with("zh"), "not Chinese");
        let order = async || {
            let headers = page.grid().await?.headers;
            let missing = headers.into_iter().find(|header| header.column == "missing");
            Ok::<_, anyhow::Error>(missing.context("no such column")?.sort)
        };
        // The first click may sort either way.
        for _ in 0..2 {
            if order().await? != "descending" {
                page.sort_by("missing").await?;
            }
        }
        until("the worst come first", async || {
            ensure!(order().await? == "descending", "not sorted");
            let counts: Vec<i64> = page
                .values("missing")
                .await?
                .iter()
                .map(|count| count.parse())
                .collect::<std::result::Result<_, _>>()?;
            ensure!(counts.is_sorted_by(|a, b| a >= b) && counts[0] > 0, "{counts:?}");
            Ok(())
        })
        .await?;
        let regions = page.values("region").await?;
        ensure!(regions.iter().all(|region| region != "cn-beijing"), "{regions:?}");
        Ok(())
    })
}

/// Copies a text by hand, and pastes it into the search box: Firefox shows no page what a script has put into a clipboard.
async fn paste(page: &Page, text: &str) -> Result<()> {
    let show = "const box = document.createElement('textarea');
        box.id = 'elsewhere';
        box.value = arguments[0];
        document.body.append(box);
        box.select()";
    run(page, show, text).await?;
    page.press_with_control('c').await?;
    let hide = "document.getElementById('elsewhere').remove(); document.querySelector('[role=searchbox]').focus()";
    run(page, hide, "").await?;
    page.press_with_control('v').await
}

#[test]
fn sixty_pasted_ids() -> Result<()> {
    on_page("firefox-paste", &stage(), async |page| {
        page.open_loaded("/patches").await?;
        let lines = fetched(page, "/api/v1/export/patches.csv?cols=instance").await?;
        let known: std::collections::BTreeSet<&str> = lines.lines().skip(1).collect();
        let mut ids: Vec<&str> = known.into_iter().take(55).collect();
        ids.extend(["i-no-1", "i-no-2", "i-no-3", "i-no-4", "i-no-5"]);
        paste(page, &ids.join("\n")).await?;
        until("the report counts", async || {
            let report = "[data-testid=list-report]";
            let (found, missing) = (
                attribute(page, report, "data-found").await?,
                attribute(page, report, "data-missing").await?,
            );
            ensure!(
                (found.as_str(), missing.as_str()) == ("55", "5"),
                "{found} found, {missing} missing"
            );
            Ok(())
        })
        .await?;
        ensure!(rows(page).await? >= 55, "too few rows");
        let conditions = page.conditions().await?;
        ensure!(conditions.len() == 1 && conditions[0].understood, "{conditions:?}");
        Ok(())
    })
}

/// Opens the first link of the open row to everything about something, and waits for what is known of it.
async fn resource(page: &Page) -> Result<()> {
    page.click("[role=complementary] a[href^='/resource/']").await?;
    until("everything about it", async || {
        let address = page.address().await?;
        ensure!(address.starts_with("/resource/"), "at {address}");
        page.element("section.rows tr[data-row-id]").await.map(|_| ())
    })
    .await
}

#[test]
fn who_runs_the_same_document() -> Result<()> {
    on_page("firefox-document", &stage(), async |page| {
        page.open_loaded("/tickets?cols=document,creator,state").await?;
        page.open_detail(0).await?;
        resource(page).await
    })
}

#[test]
fn offline_agents_for_an_auditor() -> Result<()> {
    on_page("firefox-offline", &stage(), async |page| {
        page.open_loaded("/plugins").await?;
        page.toggle("online", "false").await?;
        until("only those are left", async || {
            ensure!(page.conditions().await?.len() == 1, "no condition");
            let online = page.values("online").await?;
            ensure!(
                !online.is_empty() && online.iter().all(|online| online == "false"),
                "{online:?}"
            );
            Ok(())
        })
        .await?;
        let rows = rows(page).await?;
        let csv = fetched(page, &exported(page, "csv").await?).await?;
        assert_eq!(csv.trim_end().lines().count(), rows + 1);
        let workbook = fetched(page, &exported(page, "xlsx").await?).await?;
        ensure!(workbook.starts_with("PK"), "no workbook");
        Ok(())
    })
}

#[test]
fn a_failed_operation_and_its_stack_set() -> Result<()> {
    on_page("firefox-operation", &stage(), async |page| {
        page.open_loaded("/operations?phase=failed").await?;
        rows(page).await?;
        page.open_detail(0).await?;
        resource(page).await
    })
}

#[test]
fn what_is_denied_and_throttled() -> Result<()> {
    let faults = Stage::demo(&["--faults", "deny@oos/cn-beijing,throttle@oos/cn-shanghai:always"]).firefox();
    on_page("firefox-gaps", &faults, async |page| {
        page.open_loaded("/patches").await?;
        rows(page).await?;
        let failed: Vec<_> = page
            .coverage()
            .await?
            .into_iter()
            .filter(|target| target.state == "failed")
            .collect();
        ensure!(
            failed.len() == 2 && failed.iter().any(|target| target.text.contains("NoPermission")),
            "{failed:?}"
        );
        page.click("[data-testid=export] button").await?;
        let warning = until("the menu warns", async || page.text("[data-testid=export-gaps]").await).await?;
        ensure!(warning.contains("2 of 6"), "{warning}");
        Ok(())
    })
}

#[test]
fn asking_again_moves_nothing() -> Result<()> {
    on_page("firefox-again", &stage(), async |page| {
        page.open_loaded("/patches?sort=-missing").await?;
        run(page, "document.querySelector('[role=grid]').scrollTop = 3400", "").await?;
        let order = async || {
            let rows = page.rows().await?;
            ensure!(rows.iter().any(|row| row.index > 100), "not there yet");
            Ok(rows.into_iter().map(|row| (row.index, row.id)).collect::<Vec<_>>())
        };
        let before = until("rows far below are there", order).await?;
        page.click(".coverage > button:last-child").await?;
        page.loaded().await?;
        assert_eq!(until("they still are", order).await?, before);
        let top = run(page, "return document.querySelector('[role=grid]').scrollTop", "").await?;
        assert_eq!(top, 3400);
        Ok(())
    })
}

#[test]
fn by_keyboard_alone() -> Result<()> {
    on_page("firefox-keyboard", &stage(), async |page| {
        page.open_loaded("/patches").await?;
        let all = page.grid().await?.rows;
        page.search("i-bp1").await?;
        until("fewer rows are left", async || {
            let rows = rows(page).await?;
            ensure!(rows < all, "{rows} of {all}");
            Ok(())
        })
        .await?;
        for tabs in 0.. {
            ensure!(tabs < 200, "Tab does not lead into the grid");
            page.press(Key::Tab + "").await?;
            if run(
                page,
                "return document.activeElement.closest('[role=grid]') !== null",
                "",
            )
            .await?
                == true
            {
                break;
            }
        }
        page.press(Key::Down + "").await?;
        page.press(Key::Down + "").await?;
        page.press(Key::Enter + "").await?;
        let detail = async || page.detail().await?.context("no row is open");
        let first = until("Enter opens a row", detail).await?;
        page.press("j").await?;
        until("j goes to the next", async || {
            ensure!(detail().await?.row != first.row, "the same row");
            Ok(())
        })
        .await?;
        page.press("k").await?;
        until("k goes back", async || {
            ensure!(detail().await?.row == first.row, "another row");
            Ok(())
        })
        .await?;
        page.press(Key::Escape + "").await?;
        until("Escape closes it", async || {
            ensure!(page.detail().await?.is_none(), "it is open");
            Ok(())
        })
        .await?;
        page.press("?").await?;
        until("? helps", async || {
            page.element("[role=dialog], dialog[open]").await.map(|_| ())
        })
        .await
    })
}
