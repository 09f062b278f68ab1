//! What needs someone, on the first page: a line a matter, each with one link to exactly its rows; nothing untrue while sources have not answered.

use anyhow::{Context, ensure};
use serde::Deserialize;
use serde_json::json;
use signalbox_tests::doubles::{attribute, copied, install, pass, plan, run};
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, Stage, on_page, until};

const LIST: &str = "[data-testid=matters]";
const SUM: &str = "[data-testid=matters-sum]";
const GAPS: &str = "[data-testid=matters-gaps]";
const MORE: &str = "[data-testid=matters-more]";

/// A line of the list.
#[derive(Clone, Debug, Deserialize, PartialEq)]
struct Line {
    key: String,
    table: String,
    phase: String,
    count: usize,
    news: String,
    seen: String,
    at_least: Option<String>,
    links: Vec<String>,
    text: String,
}

async fn lines(page: &Page) -> Result<Vec<Line>> {
    let script = "return [...document.querySelectorAll('[data-testid=matter]')].map(line => ({
        key: line.dataset.key, table: line.dataset.table, phase: line.dataset.phase, count: Number(line.dataset.count),
        news: line.dataset.news, seen: line.dataset.seen, at_least: line.dataset.atLeast ?? null,
        links: [...line.querySelectorAll('a')].map(link => link.getAttribute('href')), text: line.innerText,
    }))";
    Ok(serde_json::from_value(run(page, script, "").await?)?)
}

/// Waits until the list is of all rows that come.
async fn told(page: &Page) -> Result<Vec<Line>> {
    until("the matters are told", async || {
        ensure!(page.exists(&format!("{LIST}[aria-busy=false]")).await?, "they are not");
        ensure!(page.exists(".matrix table[aria-busy=false]").await?, "rows are coming");
        lines(page).await
    })
    .await
}

/// Shows as many as there are.
async fn all(page: &Page) -> Result<Vec<Line>> {
    let few = told(page).await?;
    page.click(MORE).await?;
    until("more are listed", async || {
        let more = told(page).await?;
        ensure!(more.len() > few.len(), "only {}", more.len());
        Ok(more)
    })
    .await
}

#[test]
fn a_line_leads_to_exactly_its_rows_and_none_is_left_out() -> Result<()> {
    on_page("matters", &Stage::default(), async |page| {
        page.open("/").await?;
        let few = told(page).await?;
        assert_eq!(few.len(), 10, "{few:#?}");
        // No table pushes the others out.
        for table in ["plans", "tickets", "patches", "plugins", "operations"] {
            ensure!(few.iter().any(|line| line.table == table), "nothing of {table}");
        }
        let failed_first = few
            .windows(2)
            .all(|pair| pair[0].phase == "failed" || pair[1].phase == "action");
        ensure!(failed_first, "{few:#?}");
        let listed = all(page).await?;
        let sum = page.text(SUM).await?;
        // A list of plans is cut: there are at least as many.
        ensure!(
            sum.starts_with(&format!("{} + matters", listed.len())),
            "{sum} of {}",
            listed.len()
        );
        // One meaning of "needs someone": what the lines of a table hold is what the number below says.
        for table in ["plans", "tickets", "patches", "plugins", "operations"] {
            let cell = format!(".matrix [data-table={table}] .whole [data-question=now] a");
            let rows: usize = listed
                .iter()
                .filter(|line| line.table == table)
                .map(|line| line.count)
                .sum();
            assert_eq!(attribute(page, &cell, "data-count").await?, rows.to_string(), "{table}");
        }
        page.accessible().await?;
        // The cut list of plans feeds its own lines and no others.
        for line in &listed {
            assert_eq!(line.links.len(), 1, "{line:?}");
            if line.table != "plans" {
                assert_eq!(line.at_least, None, "{line:?}");
            }
        }
        ensure!(
            listed
                .iter()
                .any(|line| line.at_least.is_some() && line.text.contains('+')),
            "no number is at least"
        );
        for line in few {
            page.open_loaded(&line.links[0]).await?;
            assert_eq!(page.count().await?, line.count, "{line:?}");
        }
        Ok(())
    })
}

/// Seen is an act: it stays in this browser, the line stays where it is until the next look, and it can be taken back.
#[test]
fn what_is_marked_as_seen_stands_last() -> Result<()> {
    on_page("matters-seen", &Stage::default(), async |page| {
        page.open("/").await?;
        let before = told(page).await?;
        let first = &before[0];
        let button = format!("[data-key='{}'] button", first.key);
        page.click(&button).await?;
        let line = format!("[data-key='{}']", first.key);
        let pressed = async || attribute(page, &line, "data-seen").await;
        until_equal("it is marked", "true".to_owned(), pressed).await?;
        assert_eq!(
            told(page).await?[0].key,
            first.key,
            "it went away under the reader's hands"
        );
        let focus = "return document.activeElement.closest('[data-key]')?.dataset.key ?? ''";
        assert_eq!(run(page, focus, "").await?, json!(first.key));
        page.reload().await?;
        let after = told(page).await?;
        ensure!(after.iter().all(|line| line.key != first.key), "it is among the first");
        let last = all(page).await?.pop().context("nothing")?;
        assert_eq!((last.key.as_str(), last.seen.as_str()), (first.key.as_str(), "true"));
        page.accessible().await?;
        page.click(&button).await?;
        until_equal("it is not marked any more", "false".to_owned(), pressed).await?;
        page.reload().await?;
        assert_eq!(told(page).await?[0].key, first.key);
        Ok(())
    })
}

/// What has come since the last visit stands first and says so, and what was seen is unseen where a row comes.
#[test]
fn what_is_new_since_the_last_visit_stands_first() -> Result<()> {
    on_page("matters-new", &Stage::default(), async |page| {
        install(page).await?;
        page.open("/").await?;
        let before = told(page).await?;
        ensure!(before.iter().all(|line| line.news != "new"), "{before:#?}");
        let failing = before
            .iter()
            .find(|line| line.table == "patches" && line.phase == "failed")
            .context("no failed patches")?;
        page.click(&format!("[data-key='{}'] button", failing.key)).await?;
        until("it is seen", async || {
            ensure!(told(page).await?.iter().any(|line| line.seen == "true"), "it is not");
            Ok(())
        })
        .await?;
        pass(page, 14 * 60).await?;
        // As a patch state it failed; the other tables get a row that says nothing.
        let row = json!({ "InstanceId": "i-new", "BaselineId": "pb-1", "FailedCount": "1", "MissingCount": "0", "InstalledPendingRebootCount": "0" });
        plan(page, json!({ "add": [row] })).await?;
        page.reload().await?;
        let first = until("the new row is told", async || {
            let now = told(page).await?;
            let first = now.first().context("nothing")?;
            ensure!(first.news == "again", "{first:?}");
            Ok(first.clone())
        })
        .await?;
        assert_eq!((first.table.as_str(), first.phase.as_str()), ("patches", "failed"));
        ensure!(first.text.contains("Again"), "{first:?}");
        page.accessible().await
    })
}

/// Whoever takes over reads the same, with links, and what is not known.
#[test]
fn the_list_is_copied_with_what_is_not_known() -> Result<()> {
    let stage = Stage::demo(&["--faults", "deny@oos/cn-beijing,deny@coc//eu-hw"]);
    on_page("matters-hand-over", &stage, async |page| {
        install(page).await?;
        page.open("/").await?;
        let lines = told(page).await?;
        let gaps = page.text(GAPS).await?;
        ensure!(gaps.contains("did not answer"), "{gaps}");
        for line in &lines {
            let prod = line.links[0].contains("account=prod-cn");
            if line.table == "tickets" || line.table == "patches" && prod {
                assert_eq!(line.at_least.as_deref(), Some("true"), "{line:?}");
            }
        }
        page.click("[data-testid=hand-over]").await?;
        let text = until("it is copied", async || {
            let text = copied(page).await?;
            ensure!(!text.is_empty(), "nothing");
            Ok(text)
        })
        .await?;
        let entries = text
            .lines()
            .filter(|line| line.starts_with("- ") && line.contains("](http"))
            .count();
        assert_eq!(entries, lines.len(), "{text}");
        for line in &lines {
            ensure!(
                text.contains(&format!("{})", line.links[0])),
                "{} is not in {text}",
                line.links[0]
            );
        }
        for gap in ["eu-hw", "prod-cn / cn-beijing", "at least"] {
            ensure!(text.contains(gap), "{gap} is not in {text}");
        }
        page.accessible().await
    })
}

/// While sources have not answered, and where they did not, nobody says that nothing needs anyone.
#[test]
fn silence_is_not_called_quiet() -> Result<()> {
    let stage = Stage::demo(&["--faults", "deny@oos,deny@sas,deny@coc,deny@rfs,hang@cs:always"]);
    on_page("matters-silence", &stage, async |page| {
        page.open("/").await?;
        until("it says what it waits for", async || {
            ensure!(page.text(GAPS).await?.contains("have not answered yet"), "it does not");
            Ok(())
        })
        .await?;
        until_equal("it says no more", "Nothing so far.".to_owned(), async || {
            page.text(SUM).await
        })
        .await?;
        ensure!(!page.exists("[data-testid=matter]").await?, "of what?");
        Ok(())
    })?;
    let stage = Stage::demo(&["--faults", "deny@oos,deny@sas,deny@coc,deny@rfs,deny@cs"]);
    on_page("matters-denied", &stage, async |page| {
        page.open("/").await?;
        until("it says that not all is known", async || {
            let sum = page.text(SUM).await?;
            ensure!(sum.starts_with("Nothing that is known of"), "{sum}");
            Ok(())
        })
        .await?;
        page.accessible().await
    })
}

#[test]
fn the_list_is_read_on_a_phone_and_in_chinese() -> Result<()> {
    let stage = Stage::default().language("zh-CN").window(390, 844);
    on_page("matters-phone", &stage, async |page| {
        page.open("/").await?;
        let lines = told(page).await?;
        assert_eq!(lines.len(), 10);
        ensure!(lines.iter().any(|line| line.text.contains("作业工单")), "{lines:#?}");
        let wide = "return document.querySelector('.both').scrollWidth - document.querySelector('.both').clientWidth";
        assert_eq!(run(page, wide, "").await?, json!(0), "wider than a phone");
        page.accessible().await
    })
}
