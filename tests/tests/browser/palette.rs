//! The command palette and the help.

use anyhow::ensure;
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, Stage, on_page, until};
use thirtyfour::Key;

use signalbox_tests::doubles::{copied, install, run};

const FIELD: &str = "dialog[open] [role=combobox]";

/// Opens the palette by its key, writes, and waits for the first offer.
async fn type_into_palette(page: &Page, text: &str, first: &str) -> Result<()> {
    page.press_with_control('k').await?;
    until("the palette has the focus", async || {
        let focused = run(
            page,
            "return document.activeElement.matches('dialog[open] [role=combobox]')",
            "",
        )
        .await?;
        ensure!(focused == true, "it has not");
        Ok(())
    })
    .await?;
    page.press(text).await?;
    until_equal("the offer comes first", true, async || {
        let offer = page.text("[role=option][aria-selected=true]").await?;
        Ok(offer.contains(first))
    })
    .await
}

async fn address_becomes(page: &Page, address: &str) -> Result<()> {
    until_equal("the address is right", address.to_owned(), async || {
        page.address().await
    })
    .await
}

async fn everything_by_keyboard(page: &Page, words: [&str; 4]) -> Result<()> {
    let [tickets, timeline, zone, copy] = words;
    install(page).await?;
    page.open_loaded("/patches?missing=gt.0").await?;
    type_into_palette(page, tickets, tickets).await?;
    page.accessible().await?;
    page.press(Key::Enter + "").await?;
    address_becomes(page, "/tickets").await?;
    ensure!(!page.exists("dialog[open]").await?, "the palette is still open");

    type_into_palette(page, timeline, timeline).await?;
    page.press(Key::Enter + "").await?;
    address_becomes(page, "/timeline").await?;

    page.open_loaded("/patches?missing=gt.0").await?;
    type_into_palette(page, &format!("{zone} UTC"), "UTC").await?;
    page.press(Key::Enter + "").await?;
    address_becomes(page, "/patches?missing=gt.0&tz=UTC").await?;

    type_into_palette(page, copy, copy).await?;
    page.press(Key::Enter + "").await?;
    until("the link is copied", async || {
        let copied = copied(page).await?;
        ensure!(copied.ends_with("/patches?missing=gt.0&tz=UTC"), "{copied}");
        Ok(())
    })
    .await?;

    type_into_palette(page, "i-bp1/x", "i-bp1/x").await?;
    page.press(Key::Escape + "").await?;
    until_equal("Escape closes it", false, async || page.exists("dialog[open]").await).await?;
    type_into_palette(page, "i-bp1%", "i-bp1%").await?;
    page.press(Key::Enter + "").await?;
    address_becomes(page, "/resource/i-bp1%25").await
}

#[test]
fn every_place_is_a_few_letters_away() -> Result<()> {
    on_page("palette-keyboard", &Stage::default(), async |page| {
        everything_by_keyboard(page, ["Job tickets", "Timeline", "zone", "Copy link"]).await
    })
}

#[test]
fn every_place_is_a_few_letters_away_in_chinese_and_dark() -> Result<()> {
    on_page(
        "palette-keyboard-zh",
        &Stage::default().language("zh-CN"),
        async |page| {
            page.prefer_colors("dark").await?;
            everything_by_keyboard(page, ["作业工单", "时间轴", "时区", "复制链接"]).await
        },
    )
}

#[test]
fn the_palette_is_reached_and_used_by_mouse() -> Result<()> {
    on_page("palette-mouse", &Stage::default(), async |page| {
        page.open_loaded("/plans").await?;
        page.click("[data-testid=palette]").await?;
        until("it offers something", async || {
            ensure!(page.exists("[role=option]").await?, "no offers");
            Ok(())
        })
        .await?;
        // Language and theme, whatever the page.
        let by_text = "return [...document.querySelectorAll('[role=option]')].find(option => option.innerText.includes(arguments[0]))?.click() ?? 0";
        for (text, gone) in [("中文", false), ("深色主题", true)] {
            if gone {
                page.click("[data-testid=palette]").await?;
            }
            until(&format!("{text} is offered and chosen"), async || {
                run(page, by_text, text).await?;
                ensure!(!page.exists("dialog[open]").await?, "the palette is still open");
                Ok(())
            })
            .await?;
        }
        let state = "return [document.documentElement.lang, document.documentElement.dataset.theme]";
        assert_eq!(run(page, state, "").await?, serde_json::json!(["zh-CN", "dark"]));
        // A press beside the box closes it.
        page.click("[data-testid=palette]").await?;
        until("it is open", async || page.element(FIELD).await.map(|_| ())).await?;
        let beside =
            "document.querySelector('dialog[open]').dispatchEvent(new MouseEvent('mousedown', { bubbles: true }))";
        run(page, beside, "").await?;
        until_equal("it is closed", false, async || page.exists("dialog[open]").await).await
    })
}

async fn help(page: &Page, scheme: &str) -> Result<()> {
    page.prefer_colors(scheme).await?;
    page.open_loaded("/patches").await?;
    page.press("?").await?;
    let text = until("the help is there", async || page.text("dialog[open]").await).await?;
    for part in ["Ctrl-K", "gt.0", "-24h..now", "is.empty"] {
        ensure!(text.contains(part), "nothing of {part} in {text:?}");
    }
    page.accessible().await?;
    page.press(Key::Escape + "").await?;
    until_equal("Escape closes it", false, async || page.exists("dialog[open]").await).await?;
    // Inside a field `?` is text.
    page.search("a?").await?;
    ensure!(!page.exists("dialog[open]").await?, "the help opened while one typed");
    page.click("[data-testid=help]").await?;
    until("it opens by mouse", async || {
        page.element("dialog[open] .help").await.map(|_| ())
    })
    .await?;
    page.click("dialog[open] header button").await?;
    until_equal("and closes", false, async || page.exists("dialog[open]").await).await
}

#[test]
fn the_help_shows_keys_and_grammar() -> Result<()> {
    on_page("help-en", &Stage::default(), async |page| help(page, "light").await)
}

#[test]
fn the_help_shows_keys_and_grammar_in_chinese() -> Result<()> {
    on_page("help-zh", &Stage::default().language("zh-CN"), async |page| {
        help(page, "dark").await
    })
}
