//! Saved views: a team's and one's own.

use anyhow::ensure;
use serde_json::json;
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, Stage, on_page, until};
use thirtyfour::Key;

use signalbox_tests::doubles::{attribute, before, install, plan, run};

const BUTTON: &str = "[data-testid=views] .button";
/// One's own view, below the team's.
const OWN: &str = ".views [data-whose=own] a";
const NAME: &str = ".views input[name=view]";

async fn address_becomes(page: &Page, address: &str) -> Result<()> {
    until_equal("the address is right", address.to_owned(), async || {
        page.address().await
    })
    .await
}

async fn edited(page: &Page, edited: bool) -> Result<()> {
    until_equal("the view is marked as changed or not", edited.to_string(), async || {
        attribute(page, "[data-testid=views]", "data-edited").await
    })
    .await
}

async fn menu(page: &Page) -> Result<()> {
    page.click(BUTTON).await?;
    until("the menu is open", async || page.element(NAME).await.map(|_| ())).await
}

async fn all_by_mouse(page: &Page) -> Result<()> {
    page.open_loaded("/patches?missing=gt.0&sort=-missing&cols=instance,missing")
        .await?;
    menu(page).await?;
    page.click(NAME).await?;
    page.press("Weekend").await?;
    page.click(".views > form button").await?;
    let saved = "/patches?missing=gt.0&view=Weekend&sort=-missing&cols=instance,missing";
    address_becomes(page, saved).await?;
    edited(page, false).await?;
    page.accessible().await?;
    page.press(Key::Escape + "").await?;

    // Another order of columns drops no condition, and is a change.
    page.click(".toolbar .popover button").await?;
    page.click("[data-column-choice=region]").await?;
    address_becomes(
        page,
        "/patches?missing=gt.0&view=Weekend&sort=-missing&cols=instance,missing,region",
    )
    .await?;
    page.press(Key::Escape + "").await?;
    edited(page, true).await?;
    ensure!(
        page.text(BUTTON).await?.contains("Weekend"),
        "the button does not name the view"
    );

    // Back, and changed for good.
    menu(page).await?;
    page.accessible().await?;
    page.click(".views .buttons button:first-child").await?;
    address_becomes(page, saved).await?;
    edited(page, false).await?;
    page.sort_by("instance").await?;
    edited(page, true).await?;
    menu(page).await?;
    page.click(".views .buttons button:last-child").await?;
    edited(page, false).await?;
    page.press(Key::Escape + "").await?;

    // Applied from elsewhere; renamed; deleted.
    page.open_loaded("/patches?q=x").await?;
    menu(page).await?;
    page.click(OWN).await?;
    address_becomes(
        page,
        "/patches?missing=gt.0&view=Weekend&sort=instance&cols=instance,missing",
    )
    .await?;
    menu(page).await?;
    page.click(".views [data-whose=own] button:first-of-type").await?;
    until("the name can be changed", async || {
        page.element(".views li input").await.map(|_| ())
    })
    .await?;
    page.press("Nights").await?;
    page.press(Key::Enter + "").await?;
    until("the address has the new name", async || {
        let address = page.address().await?;
        ensure!(address.contains("view=Nights"), "{address}");
        Ok(())
    })
    .await?;
    page.click(".views [data-whose=own] button:last-of-type").await?;
    page.click(".views [data-whose=own] button.error").await?;
    until("it is gone", async || {
        ensure!(!page.exists(OWN).await?, "it is still there");
        let address = page.address().await?;
        ensure!(!address.contains("view="), "{address}");
        Ok(())
    })
    .await
}

#[test]
fn a_view_is_saved_changed_renamed_and_deleted() -> Result<()> {
    on_page("views-own", &Stage::default(), all_by_mouse)
}

#[test]
fn a_view_is_saved_changed_renamed_and_deleted_in_chinese_and_dark() -> Result<()> {
    on_page("views-own-zh", &Stage::default().language("zh-CN"), async |page| {
        page.prefer_colors("dark").await?;
        all_by_mouse(page).await
    })
}

#[test]
fn a_view_is_saved_and_applied_by_keyboard() -> Result<()> {
    on_page("views-keyboard", &Stage::default(), async |page| {
        page.open_loaded("/plans?state=Scheduled").await?;
        until("the button is there", async || page.element(BUTTON).await.map(|_| ())).await?;
        run(
            page,
            "document.querySelector('[data-testid=views] .button').focus()",
            "",
        )
        .await?;
        page.press(Key::Enter + "").await?;
        until("the menu is open", async || page.element(NAME).await.map(|_| ())).await?;
        until("the name's field is reached", async || {
            page.press(Key::Tab + "").await?;
            let reached = run(
                page,
                "return document.activeElement.matches('.views input[name=view]')",
                "",
            )
            .await?;
            ensure!(reached == true, "not yet");
            Ok(())
        })
        .await?;
        page.press("夜间").await?;
        page.press(Key::Enter + "").await?;
        address_becomes(page, "/plans?state=Scheduled&view=%E5%A4%9C%E9%97%B4").await?;
        // A second one of the same name is refused with a word.
        page.press("夜间").await?;
        page.press(Key::Enter + "").await?;
        until("it is refused", async || page.text(".views [role=alert]").await).await?;
        page.press(Key::Escape + "").await?;
        let focused = "return document.activeElement.matches('[data-testid=views] .button')";
        until_equal("the focus is back", json!(true), async || run(page, focused, "").await).await
    })
}

#[test]
fn a_link_with_a_name_alone_is_the_view() -> Result<()> {
    on_page("views-link", &Stage::default(), async |page| {
        install(page).await?;
        page.open("/patches").await?;
        let views = json!([
            { "name": "Team", "table": "patches", "query": "missing=gt.0&sort=-missing" },
            { "name": "Other", "table": "plans", "query": "state=Scheduled" },
            { "name": "Axis", "table": "timeline", "query": "account=prod-cn" },
        ]);
        plan(page, json!({ "views": views })).await?;
        page.open("/patches?view=Team").await?;
        address_becomes(page, "/patches?missing=gt.0&view=Team&sort=-missing").await?;
        edited(page, false).await?;
        // What stands beside the name wins over it.
        page.open_loaded("/patches?missing=gt.5&view=Team").await?;
        edited(page, true).await?;
        menu(page).await?;
        let names = "return [...document.querySelectorAll('.views .menu a')].map(link => link.innerText)";
        assert_eq!(run(page, names, "").await?, json!(["Team"]));
        ensure!(
            !page.exists(".views li button").await?,
            "the team's view can be changed here"
        );
        // A name that nobody knows shows everything, and says so.
        page.open_loaded("/patches?view=Nobody").await?;
        let notice = until("the page says so", async || {
            page.text("[data-testid=view-missing]").await
        })
        .await?;
        ensure!(notice.contains("Nobody"), "{notice:?}");
        ensure!(page.grid().await?.rows > 0, "no rows");
        page.accessible().await
    })
}

#[test]
fn broken_storage_harms_nothing() -> Result<()> {
    on_page("views-broken", &Stage::default(), async |page| {
        let broken = "try {
            localStorage.setItem('signalbox.views', '{\"half\": [');
            localStorage.setItem('signalbox.live', 'soon');
            localStorage.setItem('signalbox.theme', 'plaid');
        } catch {}
        Storage.prototype.setItem = () => { throw new DOMException('no room', 'QuotaExceededError'); }";
        before(page, broken).await?;
        page.open_loaded("/patches?missing=gt.0").await?;
        menu(page).await?;
        page.click(NAME).await?;
        page.press("Mine").await?;
        page.press(Key::Enter + "").await?;
        let word = until("it is said that nothing was saved", async || {
            page.text(".views [role=alert]").await
        })
        .await?;
        ensure!(word.contains("not saved"), "{word:?}");
        assert_eq!(page.address().await?, "/patches?missing=gt.0");
        Ok(())
    })
}
