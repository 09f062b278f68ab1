//! Facets: counts that add up, and follow all conditions but their own.

use anyhow::ensure;
use signalbox_tests::doubles::attribute;
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Context, Page, Result, Stage, on_page, until};

async fn rows_become(page: &Page, expected: usize) -> Result<()> {
    until_equal("the table has the rows that the facet said", expected, async || {
        Ok(page.grid().await?.rows)
    })
    .await
}

async fn total(page: &Page, facet: &str) -> Result<usize> {
    Ok(page.facet(facet).await?.iter().map(|value| value.count).sum())
}

#[test]
fn a_ticked_value_gives_the_rows_that_it_counted() -> Result<()> {
    on_page("facets-tick", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        let all = page.grid().await?.rows;
        let before = page.facet("account").await?;
        ensure!(
            before.len() >= 2 && before.iter().all(|value| !value.checked),
            "{before:?}"
        );
        assert_eq!(total(page, "account").await?, all, "the counts of a facet are all rows");

        let (one, two) = (&before[0], &before[1]);
        page.toggle("account", &one.value).await?;
        rows_become(page, one.count).await?;
        let after = page.facet("account").await?;
        for value in &before {
            let now = after
                .iter()
                .find(|now| now.value == value.value)
                .with_context(|| format!("{value:?} is gone"))?;
            assert_eq!(
                now.count, value.count,
                "a facet's counts do not follow its own condition"
            );
            assert_eq!(now.checked, value.value == one.value, "{now:?}");
        }
        assert_eq!(total(page, "region").await?, one.count, "another facet's counts do");
        assert_eq!(page.address().await?, format!("/patches?account={}", one.value));

        page.toggle("account", &two.value).await?;
        rows_become(page, one.count + two.count).await?;
        page.toggle("account", &one.value).await?;
        rows_become(page, two.count).await?;
        page.toggle("account", &two.value).await?;
        rows_become(page, all).await?;
        ensure!(page.conditions().await?.is_empty(), "a condition is left over");
        Ok(())
    })
}

#[test]
fn every_facet_of_every_table_counts_all_rows() -> Result<()> {
    on_page("facets-all", &Stage::default(), async |page| {
        for table in catalog::TABLES.iter().map(|table| table.id) {
            page.open_loaded(&format!("/{table}")).await?;
            let rows = page.grid().await?.rows;
            let ids = "return [...document.querySelectorAll('[data-facet]')].map(facet => facet.dataset.facet)";
            let ids: Vec<String> = page.driver.execute(ids, Vec::new()).await?.convert()?;
            ensure!(ids.len() >= 3, "{table} has only the facets {ids:?}");
            for id in ids {
                let values = page.facet(&id).await?;
                // A long facet may show only its most frequent values.
                let sum: usize = values.iter().map(|value| value.count).sum();
                ensure!(
                    sum > 0 && sum <= rows,
                    "{table}: the counts of {id} are {sum}, of {rows} rows"
                );
                if values.len() < 8 {
                    let value = values.first().context("no value")?;
                    page.toggle(&id, &value.value).await?;
                    rows_become(page, value.count).await?;
                    page.toggle(&id, &value.value).await?;
                    rows_become(page, rows).await?;
                }
            }
        }
        Ok(())
    })
}

#[test]
fn facets_follow_the_search_box() -> Result<()> {
    on_page("facets-search", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        let all = page.grid().await?.rows;
        let region = page.facet("region").await?.into_iter().next().context("no region")?;
        page.search(&region.value).await?;
        until("the counts follow", async || {
            let (rows, sum) = (page.grid().await?.rows, total(page, "account").await?);
            ensure!(
                rows > 0 && rows < all && sum == rows,
                "{rows} of {all} rows, the facet counts {sum}"
            );
            Ok(())
        })
        .await
    })
}

/// The button of a value that does something with it.
fn action(facet: &str, value: &str, action: &str) -> String {
    format!("[data-facet={facet}] .value:has([data-value='{value}']) [data-action={action}]")
}

#[test]
fn a_value_is_wanted_excluded_or_neither_with_a_click_each() -> Result<()> {
    on_page("facets-exclude", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        let all = page.grid().await?.rows;
        let values = page.facet("account").await?;
        let [one, two, ..] = &values[..] else {
            anyhow::bail!("there are too few accounts: {values:?}");
        };
        let address =
            async |wanted: String| until_equal("the link says so", wanted, async || page.address().await).await;
        let excluded = "[data-facet=account] [data-state=excluded]";

        page.click(&action("account", &one.value, "exclude")).await?;
        rows_become(page, all - one.count).await?;
        address(format!("/patches?account=not.{}", one.value)).await?;
        assert_eq!(attribute(page, excluded, "data-value").await?, one.value);
        assert_eq!(attribute(page, excluded, "data-count").await?, one.count.to_string());
        let pressed = action("account", &one.value, "exclude") + "[aria-pressed=true]";
        ensure!(
            page.exists(&pressed).await?,
            "the button does not say that it is pressed"
        );

        page.click(&action("account", &two.value, "exclude")).await?;
        rows_become(page, all - one.count - two.count).await?;
        let mut both = [one.value.as_str(), &two.value];
        both.sort_unstable();
        address(format!("/patches?account=not.{}", both.join(","))).await?;
        page.click(&action("account", &two.value, "exclude")).await?;
        rows_become(page, all - one.count).await?;

        // From excluded to wanted, and back.
        page.toggle("account", &one.value).await?;
        rows_become(page, one.count).await?;
        address(format!("/patches?account={}", one.value)).await?;
        page.click(&action("account", &one.value, "exclude")).await?;
        rows_become(page, all - one.count).await?;
        page.click(&action("account", &two.value, "only")).await?;
        rows_become(page, two.count).await?;
        address(format!("/patches?account={}", two.value)).await?;
        ensure!(!page.exists(excluded).await?, "one is still excluded");
        Ok(())
    })
}

#[test]
fn account_and_environment_come_first() -> Result<()> {
    on_page("facets-order", &Stage::default(), async |page| {
        page.open_loaded("/tickets").await?;
        until("the facets are there", async || {
            let ids = "return [...document.querySelectorAll('[data-facet]')].map(facet => facet.dataset.facet)";
            let ids: Vec<String> = page.driver.execute(ids, Vec::new()).await?.convert()?;
            ensure!(ids.starts_with(&["account".to_owned(), "env".to_owned()]), "{ids:?}");
            Ok(())
        })
        .await
    })
}
