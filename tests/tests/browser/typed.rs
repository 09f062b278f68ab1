//! Conditions typed into the search box: taken at Enter, completed from a list, and the same view as their link.

use anyhow::ensure;
use serde::de::DeserializeOwned;
use signalbox_tests::doubles::{paste, run};
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, Stage, on_page, until};
use thirtyfour::Key;

const OPTION: &str = "[role=option]";

async fn read<T: DeserializeOwned>(page: &Page, script: &str) -> Result<T> {
    Ok(serde_json::from_value(run(page, script, "").await?)?)
}

async fn typed(page: &Page) -> Result<String> {
    read(page, "return document.querySelector('[role=searchbox]').value").await
}

async fn address_becomes(page: &Page, address: &str) -> Result<()> {
    until_equal("the address is right", address.to_owned(), async || {
        page.address().await
    })
    .await
}

/// What is suggested, once something of it is.
async fn suggested(page: &Page, text: &str) -> Result<Vec<String>> {
    until(&format!("{text:?} is suggested"), async || {
        let script = "return [...document.querySelectorAll('[role=option]')].map(option => option.dataset.value)";
        let all: Vec<String> = read(page, script).await?;
        ensure!(all.iter().any(|suggestion| suggestion == text), "{all:?}");
        Ok(all)
    })
    .await
}

/// The text of the option that the search box names as its active descendant.
async fn marked(page: &Page) -> Result<Option<String>> {
    let script = "const id = document.querySelector('[role=searchbox]').getAttribute('aria-activedescendant');
        const option = id && document.getElementById(id);
        return option && option.matches('[role=listbox] [role=option][aria-selected=true]') ? option.dataset.value : null";
    read(page, script).await
}

/// What is typed and its link are one view, with the same rows.
#[test]
fn a_typed_text_and_its_link_are_one_view() -> Result<()> {
    on_page("typed-link", &Stage::default(), async |page| {
        for (path, text, link) in [
            (
                "/tickets",
                "state:failed start<now creator:has.o",
                "/tickets?state=Failed&creator=has.o&start=lt.now",
            ),
            (
                "/patches",
                "missing>0 region:not.cn-beijing web",
                "/patches?region=not.cn-beijing&missing=gt.0&q=web",
            ),
            ("/operations", "状态：失败", "/operations?state=OPERATION_FAILED"),
        ] {
            page.open_loaded(path).await?;
            page.search(text).await?;
            ensure!(page.conditions().await?.is_empty(), "taken before Enter: {text}");
            page.press(Key::Enter + "").await?;
            address_becomes(page, link).await?;
            let rows = until("the rows are there", async || {
                let (rows, conditions) = (page.grid().await?.rows, page.conditions().await?);
                ensure!(
                    !conditions.is_empty() && conditions.iter().all(|seen| seen.understood),
                    "{conditions:?}"
                );
                Ok(rows)
            })
            .await?;
            page.open_loaded(link).await?;
            assert_eq!(page.grid().await?.rows, rows, "{text}");
        }
        Ok(())
    })
}

#[test]
fn what_is_not_understood_stays_text() -> Result<()> {
    on_page("typed-text", &Stage::default(), async |page| {
        for (text, link) in [
            ("colour:red", "/patches?q=colour:red"),
            ("missing:many web", "/patches?q=missing:many%20web"),
            ("\"missing>0\"", "/patches?q=missing%3E0"),
        ] {
            page.open_loaded("/patches").await?;
            page.search(text).await?;
            page.press(Key::Enter + "").await?;
            address_becomes(page, link).await?;
            ensure!(page.conditions().await?.is_empty(), "{text} became a condition");
            assert_eq!(typed(page).await?, text);
        }
        Ok(())
    })
}

/// From the first letter to the condition: a field, its values with their counts, chosen by keys.
async fn chosen_by_keys(page: &Page) -> Result<()> {
    page.open_loaded("/tickets").await?;
    let failed = page
        .facet("state")
        .await?
        .into_iter()
        .find(|value| value.value == "Failed");
    page.search("ops sta").await?;
    suggested(page, "state:").await?;
    assert_eq!(
        marked(page).await?,
        None,
        "Enter must take what is typed until somebody chooses"
    );
    page.accessible().await?;
    page.press(Key::Down + "").await?;
    until_equal("the first is marked", Some("state:".to_owned()), async || {
        marked(page).await
    })
    .await?;
    page.press(Key::Tab + "").await?;
    suggested(page, "Failed").await?;
    assert_eq!(typed(page).await?, "ops state:");
    page.press("fai").await?;
    until_equal("one is left", vec!["Failed".to_owned()], async || {
        suggested(page, "Failed").await
    })
    .await?;
    if let Some(failed) = failed {
        let text = page.text(OPTION).await?;
        ensure!(
            failed.count == 0 || text.chars().any(|letter| letter.is_ascii_digit()),
            "no count in {text:?}"
        );
    }
    until("the box says what Enter would add", async || {
        let said = page.text(".suggested .hint:last-child").await;
        // Only a whole condition is told; `fai` is one, on a value that no row has.
        ensure!(said.is_ok_and(|said| said.contains("fai")), "it does not");
        Ok(())
    })
    .await?;
    page.press(Key::Up + "").await?;
    until_equal("it is marked", Some("Failed".to_owned()), async || marked(page).await).await?;
    page.press(Key::Enter + "").await?;
    address_becomes(page, "/tickets?state=Failed&q=ops").await?;
    until_equal("the text stays, and the focus", ("ops".to_owned(), true), async || {
        let focused = run(page, "return document.activeElement.matches('[role=searchbox]')", "").await?;
        Ok((typed(page).await?, focused == true))
    })
    .await?;
    ensure!(!page.exists(OPTION).await?, "the list is still open");
    Ok(())
}

#[test]
fn a_condition_is_chosen_by_keys() -> Result<()> {
    on_page("typed-keys", &Stage::default(), chosen_by_keys)
}

#[test]
fn a_condition_is_chosen_by_keys_in_chinese_and_dark_on_a_phone() -> Result<()> {
    on_page(
        "typed-keys-zh",
        &Stage::default().language("zh-CN").dark().window(390, 844),
        async |page| {
            chosen_by_keys(page).await?;
            page.search("状").await?;
            suggested(page, "state:").await?;
            page.accessible().await
        },
    )
}

#[test]
fn a_condition_is_chosen_by_clicks() -> Result<()> {
    on_page("typed-clicks", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        page.search("miss").await?;
        suggested(page, "missing:").await?;
        page.click("[role=option][data-value='missing:']").await?;
        suggested(page, ">0").await?;
        assert_eq!(typed(page).await?, "missing:");
        page.click("[role=option][data-value='>0']").await?;
        address_becomes(page, "/patches?missing=gt.0").await?;
        assert_eq!(typed(page).await?, "");
        // Values of the data, in quotes where they have spaces.
        page.search("account:").await?;
        let accounts = suggested(page, "prod-cn").await?;
        ensure!(accounts.len() > 1, "{accounts:?}");
        page.click("[role=option][data-value='prod-cn']").await?;
        address_becomes(page, "/patches?account=prod-cn&missing=gt.0").await
    })
}

#[test]
fn escape_closes_the_list_and_keeps_the_text() -> Result<()> {
    on_page("typed-escape", &Stage::default(), async |page| {
        page.open_loaded("/plans").await?;
        page.search("state:fa").await?;
        suggested(page, "Failed").await?;
        page.press(Key::Down + "").await?;
        page.press(Key::Escape + "").await?;
        until_equal("the list is closed", (false, None), async || {
            Ok((page.exists(OPTION).await?, marked(page).await?))
        })
        .await?;
        assert_eq!(typed(page).await?, "state:fa");
        // Without a list the keys are what they always were.
        page.press(Key::Escape + "").await?;
        until_equal("then the text goes", String::new(), async || typed(page).await).await
    })
}

/// Pasted conditions are no list of ids, however much they look like one.
#[test]
fn pasted_conditions_are_conditions() -> Result<()> {
    on_page("typed-pasted", &Stage::default(), async |page| {
        page.open_loaded("/plugins").await?;
        page.search("clus").await?;
        suggested(page, "cluster:").await?;
        until_equal("the page leaves it to the browser", false, async || {
            paste(page, "cluster:c12 instance:i-34").await
        })
        .await
    })
}
