//! The pictures of the guide: something has been done on each.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use signalbox_tests::browser::{Browser, Profile};
use signalbox_tests::doubles::{asked, install, paste, plan, run};
use signalbox_tests::{Page, until};
use thirtyfour::Key;

/// Takes them all.
///
/// # Errors
/// When one cannot be taken.
pub async fn take_all(origin: &str, folder: &Path) -> Result<()> {
    one(origin, folder, "paste-ids", async |page| {
        page.open_loaded("/patches").await?;
        let mut ids = instances(page).await?;
        ids.extend(["i-bp1gone0000000001".to_owned(), "i-bp1gone0000000002".to_owned()]);
        paste(page, &ids.join("\n")).await?;
        page.click("[data-testid=list-report] summary").await?;
        shown(page, "[data-testid=not-there]").await
    })
    .await?;
    one(origin, folder, "saved-views", async |page| {
        page.open_loaded("/patches?missing=gt.0&sort=-missing").await?;
        page.click("[data-testid=views] .button").await?;
        page.click(".views input[name=view]").await?;
        page.press("Weekend").await?;
        page.press(Key::Enter + "").await?;
        shown(page, ".views [data-whose=own] a").await?;
        page.press(Key::Escape + "").await?;
        page.toggle("account", "prod-cn").await?;
        page.click("[data-testid=views] .button").await?;
        shown(page, ".views .buttons").await
    })
    .await?;
    one(origin, folder, "live", async |page| {
        page.open_loaded("/patches?sort=-missing").await?;
        let ids = instances(page).await?;
        change(page, &ids).await?;
        let before = asked(page).await?;
        let choose = "const choice = document.querySelector('[data-testid=live]');
            choice.value = '60';
            choice.dispatchEvent(new Event('change', { bubbles: true }))";
        shown(page, "[data-testid=live]").await?;
        run(page, choose, "").await?;
        until("live has asked", async || {
            ensure!(asked(page).await? > before, "not yet");
            Ok(())
        })
        .await?;
        page.loaded().await?;
        shown(page, "[data-testid=changed]").await
    })
    .await?;
    one(origin, folder, "since-last-visit", async |page| {
        page.open_loaded("/patches?sort=-missing").await?;
        let ids = instances(page).await?;
        shown(page, "[data-testid=since]").await?;
        // The snapshot is written while nothing on screen tells of it.
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        change(page, &ids).await?;
        page.open_loaded("/patches?since=last&sort=-missing").await?;
        shown(page, "[data-testid=since][data-gone]").await?;
        page.click("[data-testid=since] summary").await?;
        shown(page, "[data-testid=gone]").await
    })
    .await?;
    one(origin, folder, "links-and-exports", async |page| {
        page.open_loaded("/plans?start=now..7d").await?;
        page.click("[data-testid=export] .button").await?;
        shown(page, "[data-format=ics]").await
    })
    .await?;
    one(origin, folder, "palette", async |page| {
        page.open_loaded("/tickets").await?;
        page.press_with_control('k').await?;
        shown(page, "[role=combobox]").await?;
        page.press("pa").await?;
        shown(page, "[role=option]").await
    })
    .await?;
    one(origin, folder, "help", async |page| {
        page.open_loaded("/tickets").await?;
        page.press("?").await?;
        shown(page, ".help").await
    })
    .await
}

async fn one(origin: &str, folder: &Path, name: &str, prepare: impl AsyncFnOnce(&Page) -> Result<()>) -> Result<()> {
    let browser = Browser::open(&Profile {
        window: (1280, 720),
        language: "en-US",
        ..Profile::default()
    })
    .await?;
    let page = Page::new(browser.driver.clone(), origin);
    let taken = async {
        page.prefer_colors("light").await?;
        install(&page).await?;
        prepare(&page).await?;
        page.picture(&folder.join(format!("{name}.png"))).await
    }
    .await;
    drop(page);
    browser.quit().await?;
    taken.with_context(|| format!("the picture {name}"))?;
    println!("docs/pictures/{name}.png");
    Ok(())
}

async fn shown(page: &Page, css: &str) -> Result<()> {
    until(&format!("{css} is shown"), async || page.element(css).await.map(|_| ())).await
}

/// The instances on screen.
async fn instances(page: &Page) -> Result<Vec<String>> {
    page.values("instance").await
}

/// The clouds' next answer: one row is new, some have changed, one is gone.
async fn change(page: &Page, ids: &[String]) -> Result<()> {
    let [first, second, third, ..] = ids else {
        anyhow::bail!("too few rows");
    };
    let set = json!({ first: { "MissingCount": "0" }, second: { "FailedCount": "4", "MissingCount": "51" } });
    let add = json!([{ "InstanceId": "i-bp1new00000000000", "PatchGroup": "prod-web", "MissingCount": "17", "FailedCount": "0" }]);
    plan(page, json!({ "set": set, "drop": [third], "add": add })).await
}
