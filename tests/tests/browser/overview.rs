//! The first page: every number is a link to the rows that it counts, and nothing is claimed of sources that did not answer.

use anyhow::ensure;
use serde::Deserialize;
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Context, Page, Result, Stage, on_page, until};
use thirtyfour::Key;

/// A number of the overview.
#[derive(Clone, Debug, Deserialize)]
struct Number {
    table: String,
    /// Nothing in the row of the whole table.
    account: Option<String>,
    question: String,
    href: String,
    count: usize,
    text: String,
    label: String,
}

async fn numbers(page: &Page) -> Result<Vec<Number>> {
    let script = "return [...document.querySelectorAll('.matrix a[data-count]')].map(link => ({
        table: link.closest('[data-table]').dataset.table,
        account: link.closest('tr').dataset.account ?? null,
        question: link.closest('[data-question]').dataset.question,
        href: link.getAttribute('href'),
        count: Number(link.dataset.count),
        text: link.innerText.trim(),
        label: link.getAttribute('aria-label'),
    }))";
    let found = page.driver.execute(script, Vec::new()).await?;
    Ok(serde_json::from_value(found.json().clone())?)
}

/// Waits until every source has answered or failed.
async fn complete(page: &Page) -> Result<Vec<Number>> {
    until("the overview is complete", async || {
        ensure!(page.exists(".matrix table[aria-busy=false]").await?, "it is busy");
        let numbers = numbers(page).await?;
        ensure!(!numbers.is_empty(), "there are no numbers");
        ensure!(
            numbers.iter().all(|number| !number.text.contains('…')),
            "some are not final"
        );
        Ok(numbers)
    })
    .await
}

/// Goes to an address as the page's own links do, without loading the rows anew. The entry has a name: one without would be given one by a second
/// write, and browsers take only so many writes in ten seconds.
async fn follow(page: &Page, href: &str) -> Result<()> {
    let go = "history.pushState(`test.${performance.now()}`, '', arguments[0]); dispatchEvent(new PopStateEvent('popstate'))";
    page.driver.execute(go, vec![href.into()]).await?;
    Ok(())
}

#[test]
fn every_number_is_the_count_of_the_view_behind_it() -> Result<()> {
    on_page("overview-numbers", &Stage::default(), async |page| {
        page.open("/").await?;
        let all = complete(page).await?;
        // Each table and each of its three accounts; what a table can answer is tested with the questions.
        assert_eq!(all.len(), 4 * (5 + 3 + 3 + 1 + 5));
        ensure!(
            all.iter().filter(|number| number.count > 0).count() > 30,
            "nearly all are 0"
        );
        for number in all {
            let mut seen = (0, 0);
            let mut equal = false;
            // A minute may pass between two looks, and with it the end of something.
            for _ in 0..3 {
                follow(page, "/").await?;
                let now = complete(page)
                    .await?
                    .into_iter()
                    .find(|other| other.href == number.href && other.question == number.question);
                let Some(now) = now else {
                    anyhow::bail!("{} is gone", number.href)
                };
                follow(page, &number.href).await?;
                page.loaded().await?;
                assert_eq!(page.address().await?, number.href);
                seen = (now.count, page.count().await?);
                equal = seen.0 == seen.1;
                if equal {
                    break;
                }
            }
            ensure!(equal, "{number:?} says {}, its view {}", seen.0, seen.1);
        }
        Ok(())
    })
}

#[test]
fn a_number_opens_by_click_and_by_key_and_back_returns() -> Result<()> {
    on_page("overview-links", &Stage::default(), async |page| {
        page.open("/").await?;
        let all = complete(page).await?;
        let now = all
            .iter()
            .find(|number| number.table == "tickets" && number.question == "now" && number.account.is_none())
            .context("tickets that need someone")?;
        page.click("[data-table=tickets] .whole [data-question=now] a").await?;
        page.loaded().await?;
        assert_eq!(page.address().await?, "/tickets?phase=action,failed");
        assert_eq!(page.count().await?, now.count);
        page.back().await?;
        complete(page).await?;
        // By keyboard: the numbers are in the order of the page.
        let reach = "document.querySelector('[data-table=plans] .whole [data-question=day] a').focus()";
        page.driver.execute(reach, Vec::new()).await?;
        page.press(Key::Tab + "").await?;
        page.press(Key::Enter + "").await?;
        page.loaded().await?;
        until_equal(
            "Tab goes on to the next number",
            "/plans?phase=scheduled&start=now..7d".to_owned(),
            async || page.address().await,
        )
        .await
    })
}

/// Words for people, in both languages: a number read aloud says what it counts.
#[test]
fn numbers_say_what_they_count() -> Result<()> {
    for (language, label) in [
        ("en-US", "prod-cn, Failed in 24 hours: "),
        ("zh-CN", "prod-cn，近 24 小时失败："),
    ] {
        let stage = Stage::default().language(language);
        on_page(&format!("overview-words-{language}"), &stage, async |page| {
            page.open("/").await?;
            let all = complete(page).await?;
            ensure!(
                all.iter().any(|number| number.label.starts_with(label)),
                "none of {:?}",
                all.iter().map(|number| &number.label).collect::<Vec<_>>()
            );
            page.accessible().await
        })?;
    }
    Ok(())
}

#[test]
fn a_gap_is_never_nothing() -> Result<()> {
    let stage = Stage::demo(&["--faults", "deny@oos/cn-beijing,deny@coc//eu-hw"]);
    on_page("overview-gaps", &stage, async |page| {
        page.open("/").await?;
        for number in complete(page).await? {
            let account = number.account.as_deref();
            let gap = match number.table.as_str() {
                "patches" => account.is_none_or(|account| account == "prod-cn"),
                "tickets" => account.is_none_or(|account| account == "eu-hw"),
                _ => false,
            };
            // Of eu-hw nobody has told anything.
            let text = if account == Some("eu-hw") { "?" } else { " + ?" };
            assert_eq!(number.text.ends_with(text), gap, "{number:?}");
        }
        let unknown = page
            .text("[data-table=tickets] [data-account=eu-hw] [data-question=now]")
            .await?;
        assert_eq!(unknown, "?");
        // Which source, why, and where to read more.
        let strip = page.text("[data-testid=coverage]").await?;
        ensure!(strip.contains("Job tickets · eu-hw"), "{strip}");
        ensure!(strip.contains("403"), "{strip}");
        let sources = page.text("[data-table=patches] .whole td:last-child").await?;
        assert_eq!(sources, "5 / 6");
        page.accessible().await?;
        page.click("[data-table=patches] .whole td:last-child a").await?;
        page.loaded().await?;
        ensure!(
            page.coverage().await?.iter().any(|target| target.state == "failed"),
            "no failure is shown"
        );
        Ok(())
    })
}

/// How far things have moved without the reader's doing, once all is there.
async fn moved(page: &Page) -> Result<f64> {
    page.open("/").await?;
    complete(page).await?;
    until("the list is there", async || {
        ensure!(
            page.exists("[data-testid=matters][aria-busy=false]").await?,
            "it is not"
        );
        Ok(())
    })
    .await?;
    let shifts = "return new Promise(done => new PerformanceObserver(list => done(
        list.getEntries().reduce((sum, entry) => sum + entry.value, 0)
    )).observe({ type: 'layout-shift', buffered: true }) ?? setTimeout(() => done(0), 500))";
    Ok(page.driver.execute(shifts, Vec::new()).await?.convert()?)
}

#[test]
fn what_comes_pushes_nothing_about() -> Result<()> {
    on_page("overview-still", &Stage::default(), async |page| {
        let moved = moved(page).await?;
        ensure!(moved <= 0.01, "the layout shifted by {moved}");
        Ok(())
    })
}

/// Numbers fill in where they stand. Of slow sources, lines of the list come between others, once.
#[test]
fn loading_does_not_jump() -> Result<()> {
    let stage = Stage::demo(&["--faults", "drip@sas,throttle@oos:2"]);
    on_page("overview-calm", &stage, async |page| {
        let moved = moved(page).await?;
        ensure!(moved < 0.1, "the layout shifted by {moved}");
        Ok(())
    })
}

#[test]
fn the_overview_fits_a_phone() -> Result<()> {
    on_page("overview-phone", &Stage::default().window(390, 844), async |page| {
        page.open("/").await?;
        complete(page).await?;
        let wide = "const box = document.querySelector('.matrix'); return box.scrollWidth - box.clientWidth";
        let wide: i64 = page.driver.execute(wide, Vec::new()).await?.convert()?;
        assert_eq!(wide, 0, "the numbers are {wide} pixels wider than a phone");
        page.accessible().await
    })
}
