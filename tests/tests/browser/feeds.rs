//! Addresses for calendars: made where the calendar stands, read without signing in, revoked.

use crate::sign_in::{gone, sign_in, stage, there};
use anyhow::{Context, ensure};
use signalbox_tests::doubles::{attribute, before, run};
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, Stage, on_page, until};
use thirtyfour::Key;

const SUBSCRIBE: &str = "[data-testid=subscribe]";
const ADDRESS: &str = "dialog[open] [data-testid=feed-address]";
const OWN: &str = "dialog[open] [data-feed]";
const REVOKE: &str = "dialog[open] [data-testid=feed-revoke]";
const SESSION: &str = "[data-testid=session] button";
const OF_MENU: &str = "[data-testid=own-feeds]";
const MAKE: &str = "dialog[open] [data-testid=feed-make]";

/// The address that the dialog shows.
async fn made(page: &Page) -> Result<String> {
    until("an address has been made", async || {
        let shown = run(
            page,
            "return document.querySelector(arguments[0])?.value ?? ''",
            ADDRESS,
        )
        .await?;
        let shown = shown.as_str().unwrap_or_default().to_owned();
        ensure!(shown.ends_with("/plans.ics"), "{shown:?}");
        Ok(shown)
    })
    .await
}

async fn count(page: &Page, css: &str) -> Result<u64> {
    let count = run(page, "return document.querySelectorAll(arguments[0]).length", css).await?;
    count.as_u64().context("no number")
}

/// As a calendar program asks: without a browser, and so without a session.
async fn read(address: &str) -> Result<(u16, String)> {
    let answer = reqwest::get(address).await?;
    Ok((answer.status().as_u16(), answer.text().await?))
}

async fn has_focus(page: &Page, css: &str) -> Result<()> {
    let script =
        "return document.activeElement?.matches(arguments[0]) ? '' : document.activeElement?.outerHTML ?? 'nothing'";
    until_equal(&format!("{css} has the focus"), String::new(), async || {
        Ok(run(page, script, css).await?.as_str().unwrap_or("?").to_owned())
    })
    .await
}

#[test]
fn a_calendar_of_the_timeline_is_read_without_a_session_until_it_is_revoked() -> Result<()> {
    on_page("feeds-timeline", &stage(), async |page| {
        before(
            page,
            "navigator.clipboard.writeText = async text => { window.copied = text; };",
        )
        .await?;
        sign_in(
            page,
            "/timeline?start=now..7d&phase=scheduled&tz=Asia/Shanghai",
            "marta",
        )
        .await?;
        there(page, SUBSCRIBE).await?;
        page.click(SUBSCRIBE).await?;
        let address = made(page).await?;
        ensure!(address.starts_with(&format!("{}/feed/", page.origin())), "{address}");
        // It is selected, so that one key copies it, and read out.
        has_focus(page, ADDRESS).await?;
        let selected = "const field = document.activeElement; return field.selectionEnd - field.selectionStart";
        ensure!(run(page, selected, "").await?.as_u64() == Some(address.len() as u64));
        until_equal("it stands in the list", 1, async || count(page, OWN).await).await?;
        page.accessible().await?;
        page.click("dialog[open] .made button").await?;
        until_equal("it is copied", Some(address.clone()), async || {
            Ok(run(page, "return window.copied ?? null", "")
                .await?
                .as_str()
                .map(str::to_owned))
        })
        .await?;

        let (status, calendar) = read(&address).await?;
        ensure!(
            status == 200 && calendar.contains("BEGIN:VEVENT"),
            "{status} {calendar}"
        );
        let events = calendar.replace("\r\n ", "");
        let uids: Vec<&str> = events.lines().filter(|line| line.starts_with("UID:")).collect();
        ensure!(uids.iter().all(|uid| uid.starts_with("UID:plans/staging-")), "{uids:?}");
        ensure!(
            events.contains("phase=scheduled") && events.contains("tz=Asia/Shanghai"),
            "{events}"
        );
        ensure!(!events.contains("OPAQUE"));

        // Who opens it once more wants no second address.
        page.press(Key::Escape + "").await?;
        gone(page, "dialog[open]").await?;
        has_focus(page, SUBSCRIBE).await?;
        page.press(Key::Enter + "").await?;
        ensure!(made(page).await? == address);
        until_equal("there is one", 1, async || count(page, OWN).await).await?;

        page.click(REVOKE).await?;
        gone(page, OWN).await?;
        there(page, MAKE).await?;
        ensure!(!page.exists(ADDRESS).await?, "a dead address is offered");
        let (status, text) = read(&address).await?;
        ensure!(
            status == 404 && text.contains("nothing at this address"),
            "{status} {text}"
        );
        page.accessible().await?;
        page.click(MAKE).await?;
        let another = made(page).await?;
        ensure!(another != address);
        until_equal("it stands in the list", 1, async || count(page, OWN).await).await?;
        page.press(Key::Escape + "").await?;
        gone(page, "dialog[open]").await?;

        // Whoever only looks at what there is makes no other.
        page.click(SESSION).await?;
        page.click(OF_MENU).await?;
        until_equal("there is the other one", 1, async || count(page, OWN).await).await?;
        ensure!(!page.exists(ADDRESS).await? && !page.exists(MAKE).await?);
        page.accessible().await?;
        page.click(REVOKE).await?;
        gone(page, OWN).await?;
        ensure!(read(&another).await?.0 == 404);
        page.press(Key::Escape + "").await?;
        gone(page, "dialog[open]").await?;
        has_focus(page, SESSION).await?;
        Ok(())
    })
}

#[test]
fn the_export_menu_of_plans_subscribes_in_the_readers_language() -> Result<()> {
    on_page("feeds-table", &stage(), async |page| {
        sign_in(page, "/plans?state=Scheduled&row=x&sort=cluster", "lin").await?;
        page.loaded().await?;
        page.click("[data-testid=language]").await?;
        page.click("[data-testid=export] button").await?;
        there(page, SUBSCRIBE).await?;
        page.click(SUBSCRIBE).await?;
        let address = made(page).await?;
        ensure!(
            !page.exists("[data-testid=export] .panel").await?,
            "the menu is still open"
        );
        until_equal("it stands in the list", 1, async || count(page, OWN).await).await?;
        let link = attribute(page, &format!("{OWN} a"), "href").await?;
        let (path, query) = link.split_once('?').context("no query")?;
        ensure!(
            path == "/plans" && query.starts_with("state=Scheduled&tz=") && query.ends_with("&sort=cluster"),
            "{link}"
        );
        page.accessible().await?;
        let (status, calendar) = read(&address).await?;
        let table = catalog::table("plans").context("no plans")?;
        ensure!(
            status == 200 && calendar.contains(&format!("X-WR-CALNAME:Signalbox: {}", table.label.zh)),
            "{status} {calendar}"
        );
        page.click(REVOKE).await?;
        gone(page, OWN).await?;
        page.press(Key::Escape + "").await?;
        gone(page, "dialog[open]").await?;
        has_focus(page, "[data-testid=export] button").await?;

        // No calendar, no subscription.
        page.open_loaded("/patches").await?;
        page.click("[data-testid=export] button").await?;
        there(page, "[data-format=csv]").await?;
        ensure!(!page.exists(SUBSCRIBE).await?);
        Ok(())
    })
}

/// Answers of a proxy without feeds.
const WITHOUT: &str = "(() => {
    const ask = window.fetch;
    window.fetch = async (input, init) => {
        const answer = await ask(input, init);
        if (!String(input.url ?? input).includes('/api/v1/session')) return answer;
        return new Response(JSON.stringify({ ...await answer.json(), feeds: false }));
    };
    navigator.clipboard.writeText = async text => { window.copied = text; };
})()";

#[test]
fn without_feeds_nothing_offers_them_and_an_open_calendar_has_its_own_address() -> Result<()> {
    on_page("feeds-none", &Stage::default(), async |page| {
        before(page, WITHOUT).await?;
        page.open_loaded("/plans").await?;
        page.click("[data-testid=export] button").await?;
        there(page, "[data-format=ics]").await?;
        ensure!(!page.exists(SUBSCRIBE).await?);
        page.open("/timeline?account=prod-cn").await?;
        let copy = ".joined [data-testid=calendar] ~ button";
        until("the address can be copied", async || {
            page.element(copy).await.map(|_| ())
        })
        .await?;
        page.click(copy).await?;
        let expected = format!("{}/api/v1/export/plans.ics?account=prod-cn", page.origin());
        until_equal("it is copied", Some(expected.clone()), async || {
            Ok(run(page, "return window.copied ?? null", "")
                .await?
                .as_str()
                .map(str::to_owned))
        })
        .await?;
        ensure!(!page.exists(SUBSCRIBE).await?);
        ensure!(read(&expected).await?.0 == 200);
        Ok(())
    })
}
