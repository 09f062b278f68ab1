//! A pasted list of ids is one condition, with a report of what is not there.

use anyhow::{Context, ensure};
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, Stage, on_page, until};
use thirtyfour::Key;

use signalbox_tests::doubles::{attribute, copied, install, paste, run};

/// Different instances of the whole table, from the program itself.
async fn instances(page: &Page) -> Result<Vec<String>> {
    let script = "const done = arguments[arguments.length - 1];
        fetch('/api/v1/rows/patches').then(answer => answer.text()).then(text => {
            const parts = text.trimEnd().split('\\n').map(line => JSON.parse(line)).filter(part => part.kind === 'rows');
            done([...new Set(parts.flatMap(part => part.rows.map(row => row.InstanceId)))]);
        })";
    let answer = page.driver.execute_async(script, Vec::new()).await?;
    Ok(serde_json::from_value(answer.json().clone())?)
}

const REPORT: &str = "[data-testid=list-report]";

async fn reported(page: &Page, found: usize, missing: usize) -> Result<()> {
    until_equal(
        "the report counts",
        (found.to_string(), missing.to_string()),
        async || {
            let found = attribute(page, REPORT, "data-found").await?;
            Ok((found, attribute(page, REPORT, "data-missing").await?))
        },
    )
    .await
}

async fn five_hundred(page: &Page) -> Result<()> {
    install(page).await?;
    page.open_loaded("/patches").await?;
    let known = instances(page).await?;
    let mut ids: Vec<String> = known.iter().take(498).map(|id| id.to_uppercase()).collect();
    ensure!(ids.len() == 498, "only {} instances", ids.len());
    ids.insert(7, "i-never-was".to_owned());
    ids.push("i-gone-long-ago".to_owned());
    ensure!(paste(page, &ids.join("\n")).await?, "the page did not take the list");
    reported(page, 498, 2).await?;
    let conditions = page.conditions().await?;
    ensure!(
        conditions.len() == 1 && conditions[0].condition.starts_with("instance=") && conditions[0].understood,
        "{conditions:?}"
    );
    ensure!(
        conditions[0].condition.contains(&known[0]),
        "not in the data's spelling"
    );
    let rows = page.grid().await?.rows;
    ensure!(rows >= 498, "{rows} rows of 498 instances");

    page.click(&format!("{REPORT} summary")).await?;
    let listed = until("the list is open", async || {
        run(
            page,
            "return document.querySelector('[data-testid=not-there]').value",
            "",
        )
        .await
    })
    .await?;
    assert_eq!(listed, "i-gone-long-ago\ni-never-was");
    page.accessible().await?;
    page.click(&format!("{REPORT} .panel button")).await?;
    until_equal(
        "the ids are copied",
        "i-gone-long-ago\ni-never-was".to_owned(),
        async || copied(page).await,
    )
    .await?;
    page.press(Key::Escape + "").await?;
    until_equal("Escape closes the list", false, async || {
        page.exists("[data-testid=not-there]").await
    })
    .await?;

    // A colleague who opens the link sees the same.
    page.reload().await?;
    page.loaded().await?;
    reported(page, 498, 2).await?;
    assert_eq!(page.grid().await?.rows, rows);
    ensure!(
        !page.exists("[data-testid=as-text]").await?,
        "the colleague pasted nothing"
    );
    Ok(())
}

#[test]
fn five_hundred_ids_are_one_condition() -> Result<()> {
    on_page("paste-500", &Stage::default(), five_hundred)
}

#[test]
fn five_hundred_ids_are_one_condition_in_chinese_and_dark() -> Result<()> {
    on_page("paste-500-zh", &Stage::default().language("zh-CN"), async |page| {
        page.prefer_colors("dark").await?;
        five_hundred(page).await
    })
}

#[test]
fn ordinary_text_stays_text() -> Result<()> {
    on_page("paste-text", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        for text in ["prod web", "i-bp1", "two, words"] {
            until_equal(&format!("{text:?} is left to the browser"), false, async || {
                paste(page, text).await
            })
            .await?;
        }
        ensure!(page.conditions().await?.is_empty(), "{:?}", page.conditions().await?);
        page.search("cn-hangzhou install").await?;
        page.press(Key::Enter + "").await?;
        until_equal(
            "it is searched",
            "/patches?q=cn-hangzhou%20install".to_owned(),
            async || page.address().await,
        )
        .await
    })
}

/// By keyboard alone: copied somewhere, pasted, taken back.
#[test]
fn a_list_can_be_pasted_and_taken_back_by_keyboard() -> Result<()> {
    on_page("paste-keyboard", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        let known = instances(page).await?;
        let list = format!("{} {};i-none", known[0], known[1]);
        let copy = "const area = document.createElement('textarea');
            document.body.append(area);
            area.value = arguments[0];
            area.select()";
        run(page, copy, &list).await?;
        page.press_with_control('c').await?;
        run(page, "document.querySelector('body > textarea').remove()", "").await?;
        page.press("/").await?;
        page.press_with_control('v').await?;
        reported(page, 2, 1).await?;
        ensure!(
            page.address().await?.starts_with("/patches?instance="),
            "{}",
            page.address().await?
        );
        // The way back to text is the next stop but one from the list of what is not there.
        run(
            page,
            "document.querySelector('[data-testid=list-report] summary').focus()",
            "",
        )
        .await?;
        page.press(Key::Tab + "").await?;
        page.press(Key::Enter + "").await?;
        until("it is text", async || {
            let address = page.address().await?;
            ensure!(address.starts_with("/patches?q="), "{address}");
            Ok(())
        })
        .await?;
        ensure!(page.conditions().await?.is_empty(), "the condition is still there");
        // And text becomes a list by Enter.
        page.press("/").await?;
        page.press(Key::Enter + "").await?;
        reported(page, 2, 1).await
    })
}

#[test]
fn another_list_takes_the_place_of_the_first() -> Result<()> {
    on_page("paste-again", &Stage::default(), async |page| {
        page.open_loaded("/patches?account=prod-cn").await?;
        let known = instances(page).await?;
        for pair in [[&known[0], &known[1]], [&known[2], &known[3]]] {
            paste(page, &pair.map(String::as_str).join(", ")).await?;
            until("the list is a condition", async || {
                let conditions = page.conditions().await?;
                let mine = conditions.iter().find(|seen| seen.condition.starts_with("instance="));
                let mine = mine.context("no condition on the instance")?;
                ensure!(
                    mine.condition.contains(pair[0]) && conditions.len() == 2,
                    "{conditions:?}"
                );
                Ok(())
            })
            .await?;
        }
        Ok(())
    })
}
