//! Everything that goes beyond a table can be reached and used by keys alone, and by the mouse alone, whichever language the page speaks.
//!
//! What the things do in all their cases is tested where each has its file; here somebody without a mouse, or without a keyboard, gets to each.

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use signalbox_tests::doubles::{asked, attribute, copied, install, pass, plan, run};
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, Stage, on_page, until};
use thirtyfour::{By, Key};

use crate::since::kept;

/// More stops than any page has before what is looked for.
const STOPS: usize = 250;
const REPORT: &str = "[data-testid=list-report]";
const VIEWS: &str = "[data-testid=views] .button";
const SINCE: &str = "[data-testid=since]";
const CHANGED: &str = "[data-testid=changed]";

/// Notes the addresses of downloads instead of making them: what they hold is asked for below.
pub const DOWNLOADS: &str = "addEventListener('click', event => {
    const link = event.target.closest?.('a[download]');
    if (link) { window.downloaded = link.getAttribute('href'); event.preventDefault(); }
}, true)";

/// Something to hold Ctrl-C over, as another program would.
pub const COPY: &str = "const area = document.createElement('textarea');
    document.body.append(area);
    area.value = arguments[0];
    area.select()";

/// Walks by Tab until the focus is on what `css` finds.
pub async fn tab_to(page: &Page, css: &str) -> Result<()> {
    there(page, css).await?;
    for _ in 0..STOPS {
        if on(page, css).await? {
            return Ok(());
        }
        page.press(Key::Tab + "").await?;
    }
    anyhow::bail!("{STOPS} times Tab do not lead to {css}")
}

/// Walks there and presses Enter.
pub async fn enter(page: &Page, css: &str) -> Result<()> {
    tab_to(page, css).await?;
    page.press(Key::Enter + "").await
}

pub async fn on(page: &Page, css: &str) -> Result<bool> {
    let focused = run(page, "return document.activeElement.matches(arguments[0])", css).await?;
    Ok(focused == true)
}

pub async fn there(page: &Page, css: &str) -> Result<()> {
    until(&format!("{css} is there"), async || {
        ensure!(page.exists(css).await?, "it is not");
        Ok(())
    })
    .await
}

pub async fn away(page: &Page, css: &str) -> Result<()> {
    until_equal(&format!("{css} is gone"), false, async || page.exists(css).await).await
}

/// Waits until the address holds `part`, and answers all of it.
pub async fn address_has(page: &Page, part: &str) -> Result<String> {
    until(&format!("the address holds {part}"), async || {
        let address = page.address().await?;
        ensure!(address.contains(part), "{address}");
        Ok(address)
    })
    .await
}

/// What the last download would hold.
pub async fn downloaded(page: &Page) -> Result<String> {
    let text = "const done = arguments[0]; fetch(window.downloaded).then(answer => answer.text()).then(done, error => done(String(error)))";
    Ok(page.driver.execute_async(text, Vec::new()).await?.convert()?)
}

/// A list copied elsewhere and pasted; what is not there, copied from the report.
async fn paste_by_keys(page: &Page) -> Result<()> {
    page.open_loaded("/patches").await?;
    let known = page.values("instance").await?;
    let other = known.iter().find(|id| **id != known[0]).context("two instances")?;
    run(page, COPY, &format!("{}\n{other}\ni-none", known[0])).await?;
    page.press_with_control('c').await?;
    run(page, "document.querySelector('body > textarea').remove()", "").await?;
    page.press("/").await?;
    page.press_with_control('v').await?;
    until_equal("the list is counted", "2".to_owned(), async || {
        attribute(page, REPORT, "data-found").await
    })
    .await?;
    enter(page, &format!("{REPORT} summary")).await?;
    enter(page, &format!("{REPORT} .panel button")).await?;
    until_equal("the missing id is copied", "i-none".to_owned(), async || {
        copied(page).await
    })
    .await?;
    page.press(Key::Escape + "").await?;
    away(page, "[data-testid=not-there]").await?;
    enter(page, "[data-testid=as-text]").await?;
    address_has(page, "/patches?q=").await?;
    Ok(())
}

/// Saved under a name, changed, applied again, deleted.
async fn views_by_keys(page: &Page, name: &str) -> Result<()> {
    page.open_loaded("/plans?state=Scheduled").await?;
    enter(page, VIEWS).await?;
    tab_to(page, ".views input[name=view]").await?;
    page.press(name).await?;
    page.press(Key::Enter + "").await?;
    let saved = address_has(page, "&view=").await?;
    page.press(Key::Escape + "").await?;
    enter(page, "[data-testid=conditions] [data-condition] button").await?;
    until_equal("the view is marked as changed", "true".to_owned(), async || {
        attribute(page, "[data-testid=views]", "data-edited").await
    })
    .await?;
    ensure!(
        page.text(VIEWS).await?.contains(name),
        "the button does not name the view"
    );
    page.press("/").await?;
    enter(page, VIEWS).await?;
    enter(page, ".views [data-whose=own] a").await?;
    until_equal("it is applied", saved, async || page.address().await).await?;
    page.press("/").await?;
    enter(page, VIEWS).await?;
    // Asked once more before it goes.
    enter(page, ".views [data-whose=own] button:last-of-type").await?;
    enter(page, ".views [data-whose=own] button.error").await?;
    away(page, ".views [data-whose=own] a").await
}

async fn links_and_exports_by_keys(page: &Page) -> Result<()> {
    page.open_loaded("/patches?end=-24h..now&cols=instance,missing").await?;
    enter(page, "[data-testid=export] button").await?;
    enter(page, "[data-format=csv]").await?;
    exported(page).await?;
    enter(page, "[data-testid=copy-frozen]").await?;
    frozen(page).await
}

async fn exported(page: &Page) -> Result<()> {
    let csv = downloaded(page).await?;
    let lines: Vec<&str> = csv.lines().collect();
    ensure!(lines.first() == Some(&"instance,missing"), "{:?}", lines.first());
    ensure!(lines.len() > 1, "no rows");
    assert_eq!(lines.len() - 1, page.grid().await?.rows);
    Ok(())
}

async fn frozen(page: &Page) -> Result<()> {
    let link = until("the link is copied", async || copied(page).await).await?;
    ensure!(link.contains("end=20") && !link.contains("-24h"), "{link}");
    Ok(())
}

/// What changes between two answers of the clouds.
async fn change(page: &Page) -> Result<()> {
    let gone = page.cell(0, "instance").await?.value;
    let added = json!([{ "InstanceId": "i-new", "MissingCount": "1" }]);
    plan(page, json!({ "drop": [gone], "add": added })).await
}

async fn since_by_keys(page: &Page) -> Result<()> {
    page.open_loaded("/patches").await?;
    kept(page).await?;
    change(page).await?;
    // The next visit begins half an hour after the last look.
    pass(page, 31).await?;
    page.open_loaded("/patches").await?;
    enter(page, &format!("{SINCE} button")).await?;
    address_has(page, "since=last").await?;
    until_equal("the new row is there", 1, async || Ok(page.grid().await?.rows)).await?;
    enter(page, &format!("{SINCE} summary")).await?;
    there(page, "[data-testid=gone]").await?;
    tab_to(page, "[data-testid=gone]").await?;
    page.press(Key::Escape + "").await?;
    away(page, "[data-testid=gone]").await?;
    ensure!(on(page, &format!("{SINCE} summary")).await?, "the focus is not back");
    // Files are made by the proxy, whose clock has stood where it was.
    run(page, "localStorage.removeItem('test.ahead')", "").await?;
    plan(page, json!({})).await
}

/// The interval is chosen, what has changed is shown, and the asking paused and ended.
async fn live_by_keys(page: &Page) -> Result<()> {
    page.open_loaded("/patches?sort=-missing").await?;
    change(page).await?;
    let before = asked(page).await?;
    tab_to(page, "[data-testid=live]").await?;
    page.press(Key::Down + "").await?;
    until("the page has asked by itself", async || {
        ensure!(asked(page).await? > before, "it has not");
        Ok(())
    })
    .await?;
    there(page, &format!("{CHANGED}[data-waiting=true]")).await?;
    page.press("/").await?;
    enter(page, CHANGED).await?;
    there(page, &format!("{CHANGED}[data-waiting=false]")).await?;
    enter(page, "[data-testid=pause]").await?;
    until_equal("it is paused", "true".to_owned(), async || {
        attribute(page, "[data-testid=pause]", "aria-pressed").await
    })
    .await?;
    tab_to(page, "[data-testid=live]").await?;
    page.press(Key::Up + "").await?;
    away(page, "[data-testid=pause]").await?;
    plan(page, json!({})).await
}

/// From a row to everything about what it names, on to what goes with that, and to a row of another table.
async fn resource_by_keys(page: &Page) -> Result<()> {
    page.open_loaded("/plugins").await?;
    tab_to(page, "[role=grid]").await?;
    page.press(Key::Down + "").await?;
    page.press(Key::Enter + "").await?;
    there(page, "[role=complementary] .field").await?;
    enter(page, "[role=complementary] [data-field=cluster] a.thing").await?;
    let cluster = address_has(page, "/resource/c").await?;
    there(page, "a.outside[href^='https://'][target=_blank]").await?;
    tab_to(page, "a.outside").await?;
    enter(page, "[data-things=instance] a.thing").await?;
    until("another thing is there", async || {
        let address = page.address().await?;
        ensure!(address.starts_with("/resource/") && address != cluster, "{address}");
        Ok(())
    })
    .await?;
    enter(page, "section.rows tr[data-row-id] a").await?;
    address_has(page, "row=").await?;
    there(page, "[role=complementary] .field").await
}

const NUMBER: &str = ".matrix [data-table=patches] [data-question=now] a";

async fn overview_by_keys(page: &Page) -> Result<()> {
    enter(page, "a.brand").await?;
    there(page, ".matrix table[aria-busy=false]").await?;
    let count = attribute(page, NUMBER, "data-count").await?;
    enter(page, NUMBER).await?;
    counted(page, &count).await
}

/// The view behind a number of the overview.
async fn counted(page: &Page, count: &str) -> Result<()> {
    address_has(page, "/patches?phase=").await?;
    page.loaded().await?;
    until_equal("the number is the count", count.to_owned(), async || {
        Ok(page.count().await?.to_string())
    })
    .await
}

async fn timeline_by_keys(page: &Page) -> Result<()> {
    page.press("/").await?;
    enter(page, "nav a[href='/timeline']").await?;
    there(page, ".canvas a.bar[href]").await?;
    tab_to(page, "[data-testid=grouping]").await?;
    page.press(Key::Down + "").await?;
    address_has(page, "group=resource").await?;
    enter(page, "[data-testid=calendar]").await?;
    calendar(page).await?;
    tab_to(page, "[data-testid=timeline]").await?;
    page.press("+").await?;
    address_has(page, "start=").await?;
    page.press("j").await?;
    there(page, ".canvas a.bar:focus").await?;
    page.press(Key::Enter + "").await?;
    address_has(page, "?row=").await?;
    there(page, "[role=complementary] .field").await
}

async fn calendar(page: &Page) -> Result<()> {
    let text = downloaded(page).await?;
    ensure!(
        text.starts_with("BEGIN:VCALENDAR") && text.contains("BEGIN:VEVENT"),
        "{text}"
    );
    Ok(())
}

async fn by_keys(page: &Page, name: &str) -> Result<()> {
    install(page).await?;
    signalbox_tests::doubles::before(page, DOWNLOADS).await?;
    since_by_keys(page).await.context("since last visit")?;
    paste_by_keys(page).await.context("a list of ids")?;
    views_by_keys(page, name).await.context("saved views")?;
    links_and_exports_by_keys(page).await.context("links and exports")?;
    live_by_keys(page).await.context("live")?;
    resource_by_keys(page).await.context("one resource")?;
    overview_by_keys(page).await.context("overview")?;
    timeline_by_keys(page).await.context("timeline")
}

#[test]
fn everything_is_reached_by_keys() -> Result<()> {
    on_page("reach-keys", &Stage::default(), async |page| {
        by_keys(page, "Weekend").await?;
        assert_eq!(page.language().await?, "en");
        Ok(())
    })
}

#[test]
fn everything_is_reached_by_keys_in_chinese() -> Result<()> {
    on_page("reach-keys-zh", &Stage::default().language("zh-CN"), async |page| {
        by_keys(page, "周末").await?;
        assert_eq!(page.language().await?, "zh-CN");
        Ok(())
    })
}

/// What the files of the single things click through in one language only.
async fn by_mouse(page: &Page) -> Result<()> {
    install(page).await?;
    signalbox_tests::doubles::before(page, DOWNLOADS).await?;
    page.open_loaded("/patches?end=-24h..now&cols=instance,missing").await?;
    page.click("[data-testid=export] button").await?;
    page.click("[data-format=csv]").await?;
    exported(page).await?;
    page.click("[data-testid=copy-frozen]").await?;
    frozen(page).await?;

    page.open_loaded("/plugins").await?;
    page.open_detail(0).await?;
    page.click("[role=complementary] [data-field=cluster] a.thing").await?;
    address_has(page, "/resource/c").await?;
    page.click("[data-things=instance] a.thing").await?;
    page.click("section.rows tr[data-row-id] a").await?;
    address_has(page, "row=").await?;
    there(page, "[role=complementary] .field").await?;

    page.click("a.brand").await?;
    there(page, ".matrix table[aria-busy=false]").await?;
    let count = attribute(page, NUMBER, "data-count").await?;
    page.click(NUMBER).await?;
    counted(page, &count).await?;

    page.click("nav a[href='/timeline']").await?;
    there(page, ".canvas a.bar[href]").await?;
    page.click("[data-testid=calendar]").await?;
    calendar(page).await?;
    let track = page.driver.find(By::Css(".axis .track")).await?;
    let drag = page
        .driver
        .action_chain()
        .move_to_element_center(&track)
        .click_and_hold();
    drag.move_by_offset(60, 0)
        .move_by_offset(60, 0)
        .release()
        .perform()
        .await?;
    address_has(page, "start=20").await?;
    page.click(".canvas .band h2 a").await?;
    address_has(page, "account=").await?;

    // The palette offers its words in the page's language; the first of them is the overview.
    page.click("[data-testid=palette]").await?;
    let offers = until("the palette offers something", async || {
        let offers = run(
            page,
            "return [...document.querySelectorAll('[role=option]')].map(offer => offer.innerText)",
            "",
        )
        .await?;
        ensure!(offers != Value::Array(Vec::new()), "nothing");
        Ok(offers)
    })
    .await?;
    let chinese = offers.to_string().contains("时间轴");
    assert_eq!(chinese, page.language().await? == "zh-CN", "{offers}");
    page.click("[role=option][aria-selected=true]").await?;
    away(page, "dialog[open]").await?;
    page.click("[data-testid=help]").await?;
    page.click("dialog[open] header button").await?;
    away(page, "dialog[open]").await
}

#[test]
fn everything_is_reached_by_mouse() -> Result<()> {
    on_page("reach-mouse", &Stage::default(), by_mouse)
}

#[test]
fn everything_is_reached_by_mouse_in_chinese() -> Result<()> {
    on_page("reach-mouse-zh", &Stage::default().language("zh-CN"), by_mouse)
}
