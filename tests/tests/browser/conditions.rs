//! Every operator of the links' grammar, checked against what is on screen: the visible rows satisfy the condition, and the rows
//! that match it and the ones that match its opposite are all rows.

use anyhow::ensure;
use signalbox_tests::{Context, Page, Result, Stage, on_page};

/// Opens a table under a condition and returns how many rows match; all visible values must satisfy `holds`.
async fn matching(page: &Page, table: &str, condition: &str, holds: impl Fn(&str) -> bool) -> Result<usize> {
    let column = condition.split('=').next().unwrap_or_default();
    page.open_loaded(&format!("/{table}?{condition}&cols={column}")).await?;
    let active = page.conditions().await?;
    ensure!(
        active.len() == 1 && active[0].understood && active[0].condition == condition,
        "{condition} is shown as {active:?}"
    );
    for value in page.values(column).await? {
        ensure!(holds(&value), "{condition} shows a row with {value:?}");
    }
    let rows = page.grid().await?.rows;
    assert_eq!(page.count().await?, rows, "{condition}: the count in words");
    Ok(rows)
}

/// Both must match something, and together everything.
async fn opposites(
    page: &Page,
    table: &str,
    (one, other): (&str, &str),
    holds: impl Fn(&str) -> bool,
) -> Result<usize> {
    page.open_loaded(&format!("/{table}")).await?;
    let all = page.grid().await?.rows;
    let matched = matching(page, table, one, &holds).await?;
    let rest = matching(page, table, other, |value| !holds(value)).await?;
    ensure!(
        matched > 0 && rest > 0,
        "{one} matches {matched}, {other} {rest}: that proves nothing"
    );
    assert_eq!(matched + rest, all, "{one} and {other} together");
    Ok(matched)
}

/// A value of a column in the first row that has one.
async fn some_value(page: &Page, table: &str, column: &str) -> Result<String> {
    page.open_loaded(&format!("/{table}?{column}=is.set&cols={column}"))
        .await?;
    page.values(column)
        .await?
        .into_iter()
        .next()
        .with_context(|| format!("{table} has nothing in {column}"))
}

#[test]
fn text() -> Result<()> {
    on_page("conditions-text", &Stage::default(), async |page| {
        let value = some_value(page, "patches", "baseline").await?;
        let eq = format!("baseline={value}");
        opposites(page, "patches", (&eq, &format!("baseline=not.{value}")), |seen| {
            seen == value
        })
        .await?;

        let part: String = value.chars().skip(1).take(4).collect();
        let upper = part.to_uppercase();
        let has = |seen: &str| seen.to_lowercase().contains(&part.to_lowercase());
        let with = matching(page, "patches", &format!("baseline=has.{upper}"), has).await?;
        let without = matching(page, "patches", &format!("baseline=nothas.{upper}"), |seen| !has(seen)).await?;
        let start: String = value.chars().take(3).collect::<String>().to_uppercase();
        let pre = |seen: &str| seen.to_uppercase().starts_with(&start);
        let starting = matching(page, "patches", &format!("baseline=pre.{start}"), pre).await?;
        let other = matching(page, "patches", &format!("baseline=notpre.{start}"), |seen| !pre(seen)).await?;
        assert_eq!(with + without, starting + other, "every row has the text or has it not");
        ensure!(with > 0 && starting > 0, "has matches {with}, pre {starting}");
        Ok(())
    })
}

#[test]
fn empty_and_set() -> Result<()> {
    on_page("conditions-empty", &Stage::default(), async |page| {
        opposites(page, "plugins", ("error=is.empty", "error=is.set"), str::is_empty).await?;
        // `not` keeps rows without a value.
        let error = some_value(page, "plugins", "error").await?;
        opposites(
            page,
            "plugins",
            (&format!("error={error}"), &format!("error=not.{error}")),
            |seen| seen == error,
        )
        .await?;
        Ok(())
    })
}

#[test]
fn several_values_are_alternatives_and_several_conditions_are_not() -> Result<()> {
    on_page("conditions-several", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        let values = page.facet("account").await?;
        ensure!(values.len() >= 2, "only {values:?}");
        let (one, two) = (&values[0], &values[1]);
        let mut names = [one.value.as_str(), two.value.as_str()];
        names.sort_unstable();
        let either = format!("account={}", names.join(","));
        let both = matching(page, "patches", &either, |seen| names.contains(&seen)).await?;
        assert_eq!(both, one.count + two.count);

        page.open_loaded(&format!("/patches?account={}&account={}", one.value, two.value))
            .await?;
        assert_eq!(page.grid().await?.rows, 0, "no row is of two accounts");
        Ok(())
    })
}

#[test]
fn numbers() -> Result<()> {
    on_page("conditions-numbers", &Stage::default(), async |page| {
        let number = |seen: &str| seen.parse::<f64>().unwrap_or(f64::NAN);
        let above = matching(page, "patches", "missing=gt.2", |seen| number(seen) > 2.0).await?;
        let up_to = matching(page, "patches", "missing=le.2", |seen| number(seen) <= 2.0).await?;
        let from = matching(page, "patches", "missing=ge.2", |seen| number(seen) >= 2.0).await?;
        let below = matching(page, "patches", "missing=lt.2", |seen| number(seen) < 2.0).await?;
        let exactly = matching(page, "patches", "missing=2", |seen| (number(seen) - 2.0).abs() < 0.1).await?;
        let range = matching(page, "patches", "missing=1..2", |seen| {
            (1.0..=2.0).contains(&number(seen))
        })
        .await?;
        let one = matching(page, "patches", "missing=1", |seen| (number(seen) - 1.0).abs() < 0.1).await?;
        let open = matching(page, "patches", "missing=..2", |seen| number(seen) <= 2.0).await?;
        ensure!(
            [above, up_to, from, below, exactly, one].iter().all(|&count| count > 0),
            "something matches nothing"
        );
        assert_eq!(above + up_to, from + below);
        assert_eq!(from, above + exactly);
        assert_eq!(range, one + exactly, "a range of numbers includes both ends");
        assert_eq!(open, up_to);
        Ok(())
    })
}

#[test]
fn times() -> Result<()> {
    on_page("conditions-times", &Stage::default(), async |page| {
        let any = |_: &str| true;
        let past = matching(page, "plans", "start=..now", any).await?;
        let future = matching(page, "plans", "start=now..", any).await?;
        let set = matching(page, "plans", "start=is.set", any).await?;
        ensure!(past > 0 && future > 0, "past {past}, future {future}");
        assert_eq!(past + future, set, "what has a start has it before now or not");
        let day = matching(page, "plans", "start=now..24h", any).await?;
        let week = matching(page, "plans", "start=now..7d", any).await?;
        ensure!(
            day <= week && week <= future,
            "24 h: {day}, 7 d: {week}, ever: {future}"
        );

        let instant = some_value(page, "plans", "start").await?;
        let from = matching(page, "plans", &format!("start={instant}.."), |seen| {
            seen >= instant.as_str()
        })
        .await?;
        let to = matching(page, "plans", &format!("start=..{instant}"), |seen| {
            seen < instant.as_str()
        })
        .await?;
        ensure!(from > 0, "a range of times includes its start");
        assert_eq!(from + to, set, "and not its end");
        Ok(())
    })
}

#[test]
fn yes_and_no() -> Result<()> {
    on_page("conditions-bool", &Stage::default(), async |page| {
        let yes = matching(page, "plugins", "online=true", |seen| seen == "true").await?;
        let no = matching(page, "plugins", "online=false", |seen| seen == "false").await?;
        // What the cloud does not say is neither.
        let open = matching(page, "plugins", "online=is.empty", str::is_empty).await?;
        page.open_loaded("/plugins").await?;
        ensure!(yes > 0 && no > 0, "yes {yes}, no {no}");
        assert_eq!(yes + no + open, page.grid().await?.rows);
        Ok(())
    })
}

#[test]
fn lists() -> Result<()> {
    on_page("conditions-list", &Stage::default(), async |page| {
        let set = matching(page, "tickets", "tags=is.set", |seen| !seen.is_empty()).await?;
        let empty = matching(page, "tickets", "tags=is.empty", str::is_empty).await?;
        page.open_loaded("/tickets").await?;
        ensure!(set > 0, "no ticket has tags");
        assert_eq!(set + empty, page.grid().await?.rows);
        Ok(())
    })
}

#[test]
fn the_search_box_needs_all_words_and_no_case() -> Result<()> {
    on_page("conditions-search", &Stage::default(), async |page| {
        let instance = some_value(page, "patches", "instance").await?;
        page.open_loaded("/patches?cols=instance,region").await?;
        let all = page.grid().await?.rows;
        let region = page.values("region").await?.into_iter().next().context("no row")?;
        page.search(&instance.to_uppercase()).await?;
        let found = settled(page, |rows| rows < all).await?;
        ensure!(found > 0, "{instance} is not found");
        for seen in page.values("instance").await? {
            assert_eq!(seen, instance);
        }
        page.search(&format!("{region} surely-nowhere-in-the-table")).await?;
        settled(page, |rows| rows == 0).await?;
        ensure!(page.exists("[data-empty]").await?, "an empty table does not say why");
        page.search("").await?;
        settled(page, |rows| rows == all).await?;
        Ok(())
    })
}

/// The number of rows once it is as expected.
async fn settled(page: &Page, expected: impl Fn(usize) -> bool) -> Result<usize> {
    signalbox_tests::until("the table shows what was searched for", async || {
        let rows = page.grid().await?.rows;
        ensure!(expected(rows), "{rows} rows");
        Ok(rows)
    })
    .await
}

#[test]
fn what_is_not_understood_is_kept_and_struck() -> Result<()> {
    on_page("conditions-unknown", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        let all = page.grid().await?.rows;
        for odd in ["colour=red", "missing=about.3", "missing=gt.many", "region=gt.b"] {
            page.open_loaded(&format!("/patches?{odd}&failed=ge.0")).await?;
            let conditions = page.conditions().await?;
            let found = conditions.iter().find(|seen| seen.condition == odd);
            ensure!(
                found.is_some_and(|seen| !seen.understood),
                "{odd} is shown as {conditions:?}"
            );
            ensure!(
                conditions
                    .iter()
                    .any(|seen| seen.condition == "failed=ge.0" && seen.understood),
                "{conditions:?}"
            );
            assert_eq!(page.grid().await?.rows, all, "{odd} narrows nothing");
            // It survives what the reader does next.
            page.sort_by("instance").await?;
            signalbox_tests::until("the address has the sort order", async || {
                let address = page.address().await?;
                ensure!(address.contains("sort=") && address.contains(odd), "{address}");
                Ok(())
            })
            .await?;
            page.remove_condition(odd).await?;
            signalbox_tests::until("the condition is gone", async || {
                let conditions = page.conditions().await?;
                ensure!(conditions.len() == 1, "{conditions:?}");
                Ok(())
            })
            .await?;
        }
        Ok(())
    })
}

/// A click on a cell offers to narrow the table to its value, or to leave it out.
#[test]
fn a_cell_narrows_the_table() -> Result<()> {
    on_page("conditions-cell", &Stage::default(), async |page| {
        page.open_loaded("/patches?cols=account,instance").await?;
        let all = page.grid().await?.rows;
        let account = page.cell(0, "account").await?.value;
        let own = page
            .facet("account")
            .await?
            .into_iter()
            .find(|seen| seen.value == account);
        let own = own.context("the account is not in its facet")?.count;
        for (action, condition, expected) in [
            ("only", format!("account={account}"), own),
            ("exclude", format!("account=not.{account}"), all - own),
        ] {
            page.open_loaded("/patches?cols=account,instance").await?;
            page.click("[role=grid] [role=row][aria-rowindex='2'] [data-column=account]")
                .await?;
            page.click(&format!("[data-action={action}]")).await?;
            settled(page, |rows| rows == expected).await?;
            let conditions = page.conditions().await?;
            ensure!(
                conditions.len() == 1 && conditions[0].condition == condition,
                "{conditions:?}"
            );
        }
        Ok(())
    })
}
