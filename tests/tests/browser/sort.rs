//! Sorting: by one column, by several, and where the empty values go.

use anyhow::ensure;
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, Stage, on_page, until};

async fn sort_of(page: &Page, column: &str) -> Result<String> {
    let headers = page.grid().await?.headers;
    Ok(headers
        .into_iter()
        .find(|header| header.column == column)
        .map_or_else(|| "missing".to_owned(), |header| header.sort))
}

async fn numbers(page: &Page, column: &str) -> Result<Vec<f64>> {
    page.values(column)
        .await?
        .iter()
        .map(|value| Ok(value.parse()?))
        .collect()
}

#[test]
fn a_header_sorts_and_sorts_back() -> Result<()> {
    on_page("sort-one", &Stage::default(), async |page| {
        page.open_loaded("/patches?cols=instance,missing,region").await?;
        let mut seen = Vec::new();
        for _ in 0..2 {
            let before = sort_of(page, "missing").await?;
            page.sort_by("missing").await?;
            let now = until("the order changes", async || {
                let now = sort_of(page, "missing").await?;
                ensure!(now != before && now != "none", "it is {now}");
                Ok(now)
            })
            .await?;
            let values = numbers(page, "missing").await?;
            ensure!(values.len() > 5, "only {values:?}");
            ensure!(
                values.is_sorted_by(|a, b| if now == "ascending" { a <= b } else { a >= b }),
                "{now}: {values:?}"
            );
            let sort = if now == "ascending" { "missing" } else { "-missing" };
            let address = page.address().await?;
            ensure!(address.contains(&format!("sort={sort}")), "{address}");
            seen.push(now);
        }
        seen.sort();
        assert_eq!(seen, ["ascending", "descending"]);
        Ok(())
    })
}

#[test]
fn a_second_key_orders_what_the_first_leaves_equal() -> Result<()> {
    on_page("sort-two", &Stage::default(), async |page| {
        page.open_loaded("/patches?cols=account,missing,instance&sort=account")
            .await?;
        page.then_sort_by("missing").await?;
        until("the address has two keys", async || {
            let address = page.address().await?;
            ensure!(
                address.contains("sort=account,missing") || address.contains("sort=account,-missing"),
                "{address}"
            );
            Ok(())
        })
        .await?;
        assert_eq!(
            sort_of(page, "account").await?,
            "ascending",
            "the first key stays the first"
        );
        let descending = page.address().await?.contains("-missing");
        let rows = page.rows().await?;
        let mut keys = Vec::new();
        for row in &rows {
            let missing: f64 = row.cell("missing")?.value.parse()?;
            keys.push((
                row.cell("account")?.value.clone(),
                if descending { -missing } else { missing },
            ));
        }
        ensure!(keys.is_sorted(), "{keys:?}");
        Ok(())
    })
}

#[test]
fn empty_values_come_last_in_both_directions() -> Result<()> {
    on_page("sort-empty", &Stage::default(), async |page| {
        page.open_loaded("/plugins?error=is.empty").await?;
        ensure!(page.grid().await?.rows > 0, "no empty value to look for");
        for sort in ["error", "-error"] {
            page.open_loaded(&format!("/plugins?cols=error,instance&sort={sort}"))
                .await?;
            ensure!(
                !page.cell(0, "error").await?.value.is_empty(),
                "{sort}: an empty value comes first"
            );
            page.driver
                .execute("document.querySelector('[role=grid]').focus()", Vec::new())
                .await?;
            page.press_with_control(thirtyfour::Key::End).await?;
            let rows = page.grid().await?.rows;
            until_equal("the last row has no value", Some(String::new()), async || {
                let last = page.rows().await?.into_iter().find(|row| row.index == rows - 1);
                last.map(|row| Ok(row.cell("error")?.value.clone())).transpose()
            })
            .await?;
        }
        Ok(())
    })
}

#[test]
fn text_is_sorted_without_case() -> Result<()> {
    on_page("sort-text", &Stage::default(), async |page| {
        page.open_loaded("/tickets?cols=name&sort=name&name=is.set").await?;
        let names: Vec<String> = page
            .values("name")
            .await?
            .iter()
            .map(|name| name.to_lowercase())
            .collect();
        ensure!(names.len() > 5 && names.is_sorted(), "{names:?}");
        Ok(())
    })
}
