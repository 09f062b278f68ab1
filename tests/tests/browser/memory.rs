//! Going to and fro leaves the memory where it was.

use anyhow::{Context, ensure};
use signalbox_tests::memory::{held, resident, watch};
use signalbox_tests::{Page, Result, Stage, on_page, until};
use thirtyfour::Key;

/// How often the page goes elsewhere between the two measurements.
const SWITCHES: usize = 200;
/// How often before: as often as makes whole rounds.
const FIRST: usize = 5 * ROUND.len();
/// How much more or less there may be afterwards, of everything.
const TOLERANCE: f64 = 0.1;

/// What a person does to get elsewhere.
enum By {
    Click(&'static str),
    /// What opens a menu, and the choice in it.
    Menu(&'static str, &'static str),
    Key(char),
    Escape,
    Back,
    Forward,
}

/// By what, how the address then begins, and what is then on the page.
type Switch = (By, &'static str, &'static str);

const DETAIL: &str = "[role=complementary][data-row-id] .field";
const FIRST_ROW: &str = "[role=grid] [role=row][aria-rowindex=\"2\"]";

/// While rows come, what is to be clicked next may move away under the pointer.
const SETTLED: &str = "main.resource[aria-busy=false] section.rows";
const DRAWN: &str = ".timeline-page[aria-busy=false] .canvas a.bar[href]";

/// Between tables, views, details and the pages of all tables, and back to where it began.
const ROUND: [Switch; 25] = [
    (
        By::Click("nav a[href='/plans']"),
        "/plans",
        "[role=gridcell][data-column=reason]",
    ),
    (By::Click(FIRST_ROW), "/plans?row=", DETAIL),
    (By::Key('j'), "/plans?row=", DETAIL),
    (By::Click("[role=complementary] a.thing"), "/resource/", SETTLED),
    (By::Click("main.resource [data-things] a.thing"), "/resource/", SETTLED),
    (By::Back, "/resource/", SETTLED),
    (
        By::Click("nav a[href='/tickets']"),
        "/tickets",
        "[role=gridcell][data-column=name]",
    ),
    (By::Click(FIRST_ROW), "/tickets?row=", DETAIL),
    (
        By::Escape,
        "/tickets",
        "main:not(.detailed) [role=gridcell][data-column=name]",
    ),
    (
        By::Click("nav a[href='/plugins']"),
        "/plugins",
        "[role=gridcell][data-column=plugin]",
    ),
    (By::Click(FIRST_ROW), "/plugins?row=", DETAIL),
    (
        By::Click("nav a[href='/operations']"),
        "/operations",
        "[role=gridcell][data-column=action]",
    ),
    (By::Click(FIRST_ROW), "/operations?row=", DETAIL),
    (By::Click("a.brand"), "/", ".matrix table[aria-busy=false]"),
    (
        By::Click(".matrix [data-table=patches] [data-question=now] a"),
        "/patches?phase=",
        "[role=gridcell][data-column=missing]",
    ),
    (By::Back, "/", ".matrix table[aria-busy=false]"),
    (By::Forward, "/patches?phase=", "[role=gridcell][data-column=missing]"),
    (By::Click("nav a[href='/timeline']"), "/timeline", DRAWN),
    (By::Click(".canvas .band a.bar"), "/", DETAIL),
    (By::Back, "/timeline", DRAWN),
    (
        By::Click("nav a[href='/patches']"),
        "/patches",
        "[role=gridcell][data-column=missing]",
    ),
    (
        By::Menu("[data-testid=views] .button", ".views [data-whose=own] a"),
        "/patches?missing=gt.0&view=Weekend",
        "[data-testid=views][data-edited=false]",
    ),
    (By::Click(FIRST_ROW), "/patches?missing=gt.0&view=Weekend&row=", DETAIL),
    (By::Key('j'), "/patches?missing=gt.0&view=Weekend&row=", DETAIL),
    (
        By::Click("nav a[href='/patches']"),
        "/patches",
        "main:not(.detailed) [role=gridcell][data-column=missing]",
    ),
];

/// Waits in the page until its address is another one than before and begins as it should, and what should be there is; answers where it is. The
/// browser keeps a little of every question that is asked from outside, so there is one, however long that takes.
const SHOWN: &str = "const [before, address, shows, done] = arguments;
    const deadline = performance.now() + 20000;
    const look = () => {
        const now = location.pathname + location.search;
        if (now !== before && now.startsWith(address) && document.querySelector(shows)) return done({ now });
        if (performance.now() > deadline) return done({ now, failed: true });
        setTimeout(look, 10);
    };
    look()";

/// Goes elsewhere from the address `before` and answers which one that is.
async fn switch(page: &Page, before: String, (by, address, shows): &Switch) -> Result<String> {
    match by {
        By::Click(css) => page.click_in_passing(css).await?,
        By::Menu(menu, choice) => {
            page.click_in_passing(menu).await?;
            page.click_in_passing(choice).await?;
        }
        By::Key(key) => page.press(key.to_string()).await?,
        By::Escape => page.press(Key::Escape + "").await?,
        By::Back => page.back().await?,
        By::Forward => page.forward().await?,
    }
    let given = vec![before.as_str().into(), (*address).into(), (*shows).into()];
    let answer = page.driver.execute_async(SHOWN, given).await?;
    let now = answer.json()["now"].as_str().context("no answer")?.to_owned();
    ensure!(
        answer.json()["failed"].is_null(),
        "from {before} to {address}: at {now}, without {shows}"
    );
    Ok(now)
}

/// Bytes or pieces of everything, by name.
async fn measure(page: &Page) -> Result<Vec<(&'static str, f64)>> {
    let resident = resident(&page.driver).await?;
    let held = held(&page.driver).await?;
    Ok(vec![
        ("memory of the process", resident.own),
        ("memory of scripts", held.scripts),
        ("memory of WebAssembly", held.wasm),
        ("nodes", held.nodes),
        ("listeners", held.listeners),
    ])
}

#[test]
fn two_hundred_switches_leave_the_memory_where_it_was() -> Result<()> {
    on_page("memory-switches", &Stage::default(), async |page| {
        watch(page).await?;
        page.open_loaded("/patches?missing=gt.0").await?;
        page.click_in_passing("[data-testid=views] .button").await?;
        page.click_in_passing(".views input[name=view]").await?;
        page.press("Weekend").await?;
        page.press(Key::Enter + "").await?;
        until("the view is saved", async || {
            ensure!(page.exists(".views [data-whose=own] a").await?, "it is not");
            Ok(())
        })
        .await?;
        page.press(Key::Escape + "").await?;
        let mut at = page.address().await?;
        let mut steps = ROUND.iter().cycle();
        // First, until all rows are loaded, all code is there and compiled, and the browser has room for all that comes and goes.
        for step in steps.by_ref().take(FIRST) {
            at = switch(page, at, step).await?;
        }
        let before = measure(page).await?;
        for step in steps.by_ref().take(SWITCHES) {
            at = switch(page, at, step).await?;
        }
        let after = measure(page).await?;
        let mut grown = Vec::new();
        for ((what, before), (_, after)) in before.into_iter().zip(after) {
            eprintln!("{what}: {before}, after {SWITCHES} switches {after}");
            if (after / before - 1.0).abs() > TOLERANCE {
                grown.push(format!("{what}: {before}, after {SWITCHES} switches {after}"));
            }
        }
        ensure!(grown.is_empty(), "not where it was: {grown:#?}");
        Ok(())
    })
}
