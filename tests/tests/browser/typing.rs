//! Nothing is taken from somebody who types, and shortcuts work for everybody else: whatever has the focus, whichever the keyboard.

use anyhow::ensure;
use serde_json::{Value, json};
use signalbox_tests::doubles::run;
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, Stage, on_page, until};
use thirtyfour::Key;

async fn cdp(page: &Page, method: &str, what: Value) -> Result<()> {
    page.driver.cdp().send_raw(method, what).await?;
    Ok(())
}

/// An input method shows what it has so far.
async fn compose(page: &Page, text: &str) -> Result<()> {
    let end = text.encode_utf16().count();
    // What a browser reports as the key while an input method has it.
    let key = json!({ "type": "rawKeyDown", "key": "Process", "code": "KeyN", "windowsVirtualKeyCode": 229 });
    cdp(page, "Input.dispatchKeyEvent", key).await?;
    let composed = json!({ "text": text, "selectionStart": end, "selectionEnd": end });
    cdp(page, "Input.imeSetComposition", composed).await
}

/// A key that the input method keeps for itself: Enter takes a suggestion, arrows choose one, Escape drops them.
async fn press_while_composing(page: &Page, key: &str) -> Result<()> {
    let script =
        "const options = { key: arguments[0], isComposing: true, keyCode: 229, bubbles: true, cancelable: true };
        return document.activeElement.dispatchEvent(new KeyboardEvent('keydown', options))";
    let untouched = run(page, script, key).await?;
    ensure!(untouched == true, "the page takes {key} from what is being composed");
    Ok(())
}

/// The text stands.
async fn commit(page: &Page, text: &str) -> Result<()> {
    cdp(page, "Input.insertText", json!({ "text": text })).await
}

/// Presses a key of another keyboard.
async fn press_on_layout(page: &Page, key: &str, code: &str) -> Result<()> {
    for kind in ["keyDown", "keyUp"] {
        let event = json!({ "type": kind, "key": key, "code": code, "text": if kind == "keyDown" { key } else { "" } });
        cdp(page, "Input.dispatchKeyEvent", event).await?;
    }
    Ok(())
}

async fn typed(page: &Page) -> Result<String> {
    Ok(run(page, "return document.activeElement.value ?? ''", "")
        .await?
        .as_str()
        .unwrap_or_default()
        .to_owned())
}

async fn in_search(page: &Page) -> Result<()> {
    let focused = run(page, "return document.activeElement.matches('[role=searchbox]')", "").await?;
    ensure!(focused == true, "the search box does not have the focus");
    Ok(())
}

/// Composes in the field that has the focus, and looks whether anything on the page answers before the text stands.
async fn nothing_answers(page: &Page, what: &str) -> Result<()> {
    let state = "return JSON.stringify([
        location.href, history.length,
        document.querySelector('[role=grid]')?.getAttribute('aria-rowcount') ?? '',
        document.querySelectorAll('[role=option]').length,
        document.querySelectorAll('[role=complementary], dialog[open], .panel').length,
        [...document.querySelectorAll('[data-testid=conditions] [data-condition]')].map(item => item.dataset.condition),
        document.querySelectorAll('.error').length])";
    let field = "document.activeElement.dataset.composing = arguments[0]";
    run(page, field, what).await?;
    // What opens with the field may be fetched yet: the palette knows the team's views a little later.
    let before = until(&format!("{what} is whole"), async || {
        let first = run(page, state, "").await?;
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        let second = run(page, state, "").await?;
        ensure!(first == second, "it still changes");
        Ok(second)
    })
    .await?;
    for text in ["n", "ni", "ni'h", "ni'hao"] {
        compose(page, text).await?;
    }
    for key in [
        "Enter",
        "Escape",
        "ArrowDown",
        "ArrowUp",
        "Tab",
        "/",
        "?",
        "j",
        "k",
        ".",
    ] {
        press_while_composing(page, key).await?;
    }
    // Longer than the pause after which typing is written to the address.
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    let after = run(page, state, "").await?;
    ensure!(
        before == after,
        "{what}: while text is composed {before} becomes {after}"
    );
    let here = run(
        page,
        "return document.activeElement.dataset.composing === arguments[0]",
        what,
    )
    .await?;
    ensure!(here == true, "{what}: the focus is elsewhere");
    commit(page, "你好").await?;
    until_equal(&format!("{what}: the text stands"), true, async || {
        Ok(typed(page).await?.ends_with("你好"))
    })
    .await
}

#[test]
fn what_is_being_composed_belongs_to_the_input_method_in_every_box() -> Result<()> {
    on_page("typing-composing", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        let all = page.grid().await?.rows;
        page.press("/").await?;
        nothing_answers(page, "search").await?;
        until("then the search has it", async || {
            let (rows, address) = (page.grid().await?.rows, page.address().await?);
            ensure!(rows < all && address.contains("q="), "{rows} rows at {address}");
            Ok(())
        })
        .await?;
        page.open_loaded("/patches").await?;
        page.press_with_control('k').await?;
        until("the palette is open", async || {
            ensure!(page.exists("dialog[open] input").await?, "it is not");
            Ok(())
        })
        .await?;
        nothing_answers(page, "palette").await?;
        page.open_loaded("/patches").await?;
        page.click(".conditions .popover > .button").await?;
        page.click(".editor textarea").await?;
        nothing_answers(page, "condition").await?;
        page.open_loaded("/patches?start=-24h..now").await?;
        page.click("[data-condition] summary").await?;
        page.click(".editor input[name=from]").await?;
        nothing_answers(page, "date").await?;
        page.open_loaded("/patches").await?;
        page.click("[data-testid=views] .button").await?;
        page.click(".views input[name=view]").await?;
        nothing_answers(page, "view").await?;
        page.open("/timeline").await?;
        page.click("[role=searchbox]").await?;
        nothing_answers(page, "timeline").await
    })
}

/// What was typed before goes to the address only when what follows it stands.
#[test]
fn the_address_waits_for_what_is_being_composed() -> Result<()> {
    on_page("typing-pending", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        page.search("ab").await?;
        compose(page, "c").await?;
        tokio::time::sleep(std::time::Duration::from_millis(800)).await;
        assert_eq!(page.address().await?, "/patches");
        commit(page, "c").await?;
        until_equal("the whole is there", "/patches?q=abc".to_owned(), async || {
            page.address().await
        })
        .await
    })
}

/// Filter, then search: the space goes into the box, and no tick comes or goes.
#[test]
fn after_a_click_on_a_facet_the_keys_still_work() -> Result<()> {
    on_page("typing-facet", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        let ids: Vec<String> = page.rows().await?.into_iter().map(|row| row.id).collect();
        ensure!(ids.len() > 2, "too few rows");
        for (what, focus) in [
            ("a tick", "[data-facet] input[type=checkbox]"),
            ("a choice", "select"),
            ("a button", "[data-facet] button"),
        ] {
            page.open_loaded("/patches").await?;
            let before = page.address().await?;
            run(page, "document.querySelector(arguments[0]).focus()", focus).await?;
            page.press("/").await?;
            in_search(page).await.map_err(|error| error.context(what))?;
            page.press("a b").await?;
            assert_eq!(typed(page).await?, "a b", "{what}");
            until("the text is in the address", async || {
                let address = page.address().await?;
                ensure!(
                    address == "/patches?q=a+b" || address == "/patches?q=a%20b",
                    "{what}: {before} became {address}"
                );
                Ok(())
            })
            .await?;
            page.open_loaded("/patches").await?;
            run(page, "document.querySelector(arguments[0]).focus()", focus).await?;
            page.press("j").await?;
            until(&format!("j opens a row from {what}"), async || {
                ensure!(page.detail().await?.is_some(), "none is open");
                Ok(())
            })
            .await?;
            run(page, "document.querySelector(arguments[0]).focus()", focus).await?;
            page.press(".").await?;
            until(&format!(". shows what can be done from {what}"), async || {
                ensure!(page.exists("[role=gridcell] [data-action]").await?, "nothing does");
                Ok(())
            })
            .await?;
            run(page, "document.querySelector(arguments[0]).focus()", focus).await?;
            page.press("?").await?;
            until(&format!("? helps from {what}"), async || {
                ensure!(page.exists("dialog[open] .help").await?, "no help");
                Ok(())
            })
            .await?;
            page.press(Key::Escape + "").await?;
        }
        // The other summary and the panel of a condition.
        page.open_loaded("/patches?start=-24h..now").await?;
        page.click("[data-condition] summary").await?;
        run(page, "document.querySelector('[data-condition] summary').focus()", "").await?;
        page.press("/").await?;
        in_search(page).await
    })
}

/// Every field that takes text takes these too.
#[test]
fn shortcuts_are_text_where_text_is_written() -> Result<()> {
    on_page("typing-text", &Stage::default(), async |page| {
        let keys = "/?jk. /";
        page.open_loaded("/patches").await?;
        for (open, field) in [
            ("[data-testid=views] .button", ".views input[name=view]"),
            (".conditions .popover > .button", ".editor textarea"),
        ] {
            page.click(open).await?;
            page.click(field).await?;
            page.press(keys).await?;
            assert_eq!(typed(page).await?, keys, "{field}");
            ensure!(page.detail().await?.is_none(), "a row is open");
            page.press(Key::Escape + "").await?;
        }
        page.press_with_control('k').await?;
        until_equal("the palette has the focus", true, async || {
            Ok(run(page, "return document.activeElement.matches('dialog[open] input')", "").await? == true)
        })
        .await?;
        page.press(keys).await?;
        assert_eq!(typed(page).await?, keys, "palette");
        Ok(())
    })
}

#[test]
fn shortcuts_work_on_every_keyboard() -> Result<()> {
    on_page("typing-layouts", &Stage::default(), async |page| {
        for (layout, next, before) in [
            ("Russian", "о", "л"),
            ("Greek", "ξ", "κ"),
            ("Hebrew", "ח", "ל"),
            ("Korean", "ㅓ", "ㅏ"),
            ("Latin", "j", "k"),
        ] {
            page.open_loaded("/patches?sort=instance").await?;
            let ids: Vec<String> = page.rows().await?.into_iter().map(|row| row.id).collect();
            page.open_detail(0).await?;
            press_on_layout(page, next, "KeyJ").await?;
            until_equal(&format!("{layout}: the next row"), Some(ids[1].clone()), async || {
                Ok(page.detail().await?.map(|detail| detail.row))
            })
            .await?;
            press_on_layout(page, before, "KeyK").await?;
            until_equal(&format!("{layout}: the one before"), Some(ids[0].clone()), async || {
                Ok(page.detail().await?.map(|detail| detail.row))
            })
            .await?;
        }
        for (layout, key, code) in [
            ("German", "/", "Digit7"),
            ("Hebrew", "/", "KeyQ"),
            ("Arabic", "ظ", "Slash"),
            ("Chinese, full width", "、", "Slash"),
        ] {
            page.open_loaded("/patches").await?;
            press_on_layout(page, key, code).await?;
            in_search(page).await.map_err(|error| error.context(layout))?;
        }
        // A Latin letter is itself, wherever it stands: j is in the place of c on a Dvorak keyboard, and ß in that of -.
        page.open_loaded("/patches").await?;
        press_on_layout(page, "h", "KeyJ").await?;
        press_on_layout(page, "ß", "Slash").await?;
        ensure!(page.detail().await?.is_none(), "a row is open");
        ensure!(in_search(page).await.is_err(), "the search box has the focus");
        press_on_layout(page, "j", "KeyC").await?;
        until("j opens a row", async || {
            ensure!(page.detail().await?.is_some(), "none is open");
            Ok(())
        })
        .await
    })
}
