//! What is asked for: conditions, the legend, free text; and what becomes of it where there is nothing, or in a calendar.

use super::{address_becomes, bands, bars, complete, open};
use anyhow::ensure;
use signalbox_tests::{Context, Result, Stage, on_page, until};
use thirtyfour::By;

#[test]
fn conditions_mean_what_they_mean_in_the_tables() -> Result<()> {
    on_page("timeline-conditions", &Stage::default(), async |page| {
        // Every row of the table is somewhere in time, so the totals are the tables'.
        let total = "return Number(document.querySelector('[data-facet=table] [data-value=tickets]').dataset.count)";
        for query in [
            "account=prod-hw",
            "phase=failed&q=zhangwei",
            "state=Running",
            "creator=pre.li",
        ] {
            page.open_loaded(&format!("/tickets?{query}")).await?;
            let rows = page.count().await?;
            open(page, &format!("/timeline?{query}&start=-90d..30d")).await?;
            let found: usize = page.driver.execute(total, Vec::new()).await?.convert()?;
            assert_eq!(found, rows, "{query}");
        }
        open(page, "/timeline?account=prod-cn").await?;
        assert_eq!(bands(page).await?, ["prod-cn"]);
        // Only patches have the column: the others are left out, and that is said.
        open(page, "/timeline?missing=gt.0&colour=red").await?;
        ensure!(
            bars(page).await?.iter().all(|bar| bar.table == "patches"),
            "others are there"
        );
        let note = page.text(".notes").await?;
        ensure!(note.contains("O&M plans, Job tickets, Stack set operations"), "{note}");
        let conditions: Vec<_> = page
            .conditions()
            .await?
            .into_iter()
            .map(|seen| (seen.condition, seen.understood))
            .collect();
        assert_eq!(
            conditions,
            [("missing=gt.0".to_owned(), true), ("colour=red".to_owned(), false)]
        );
        ensure!(
            page.exists("p.notice[role=note]").await?,
            "no word about the struck condition"
        );
        page.accessible().await?;
        page.remove_condition("colour=red").await?;
        address_becomes(page, "/timeline?missing=gt.0").await?;
        page.remove_condition("missing=gt.0").await?;
        address_becomes(page, "/timeline").await?;
        page.back().await?;
        address_becomes(page, "/timeline?missing=gt.0").await
    })
}

#[test]
fn phases_and_tables_are_ticked_and_text_is_searched() -> Result<()> {
    on_page("timeline-legend", &Stage::default(), async |page| {
        open(page, "/timeline").await?;
        let failed = page
            .facet("phase")
            .await?
            .into_iter()
            .find(|value| value.value == "failed")
            .context("no failed")?;
        page.toggle("phase", "failed").await?;
        address_becomes(page, "/timeline?phase=failed").await?;
        until("only failed ones are left", async || {
            let bars = bars(page).await?;
            ensure!(
                !bars.is_empty() && bars.iter().all(|bar| bar.phase == "failed"),
                "{} bars",
                bars.len()
            );
            Ok(())
        })
        .await?;
        // The others can still be added, and the number says how many there are.
        let after = page.facet("phase").await?;
        ensure!(
            after
                .iter()
                .any(|value| value.value == "failed" && value.checked && value.count == failed.count),
            "{after:?}"
        );
        ensure!(
            after.iter().any(|value| value.value == "running" && value.count > 0),
            "{after:?}"
        );
        page.toggle("table", "tickets").await?;
        address_becomes(page, "/timeline?phase=failed&table=tickets").await?;
        until("only tickets are left", async || {
            let bars = bars(page).await?;
            ensure!(
                !bars.is_empty() && bars.iter().all(|bar| bar.table == "tickets"),
                "{} bars",
                bars.len()
            );
            Ok(())
        })
        .await?;
        page.search("zhangwei").await?;
        address_becomes(page, "/timeline?phase=failed&table=tickets&q=zhangwei").await?;
        complete(page).await?;
        let few = page.count().await?;
        page.click("button.link").await?;
        address_becomes(page, "/timeline").await?;
        complete(page).await?;
        ensure!(page.count().await? > few, "clearing brings nothing back");
        Ok(())
    })
}

#[test]
fn planned_windows_go_to_a_calendar() -> Result<()> {
    on_page("timeline-calendar", &Stage::default(), async |page| {
        open(page, "/timeline?account=prod-cn&type=CVE_FIX&tz=UTC").await?;
        let link = page.driver.find(By::Css("[data-testid=calendar]")).await?;
        let href = link.attr("href").await?.context("no address")?;
        assert_eq!(href, "/api/v1/export/plans.ics?account=prod-cn&type=CVE_FIX&tz=UTC");
        let got = "const done = arguments[1]; fetch(arguments[0]).then(answer => answer.text()).then(done, error => done(String(error)))";
        let got: String = page.driver.execute_async(got, vec![href.into()]).await?.convert()?;
        ensure!(got.starts_with("BEGIN:VCALENDAR"), "{got}");
        // Tickets are no plans: nothing to plan for.
        open(page, "/timeline?creator=li.na").await?;
        ensure!(
            !page.exists("[data-testid=calendar]").await?,
            "there is a calendar of nothing"
        );
        Ok(())
    })
}

#[test]
fn nothing_in_sight_says_where_it_is() -> Result<()> {
    on_page("timeline-empty", &Stage::default(), async |page| {
        open(page, "/timeline?start=2001-01-01..2001-02-01").await?;
        ensure!(
            page.exists("[data-empty=elsewhere]").await?,
            "it does not say that there is more elsewhere"
        );
        page.accessible().await?;
        page.click("[data-empty] button").await?;
        address_becomes(page, "/timeline").await?;
        open(page, "/timeline?q=nobody-ever-wrote-this").await?;
        ensure!(
            page.exists("[data-empty=no-match]").await?,
            "it does not say that nothing matches"
        );
        open(page, "/timeline?creator=a&missing=gt.0").await?;
        ensure!(
            page.exists("[data-empty=no-table]").await?,
            "it does not say that no table has both columns"
        );
        Ok(())
    })
}
