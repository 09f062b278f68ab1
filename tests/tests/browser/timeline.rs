//! The timeline: every bar in its place and a link to its row, and the whole of it in the address.

mod axis;
mod conditions;

use anyhow::ensure;
use serde::Deserialize;
use signalbox_tests::doubles::{before, run};
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Context, Page, Result, Stage, on_page, until};
use thirtyfour::Key;

/// A bar that is drawn.
#[derive(Clone, Debug, Deserialize)]
struct Bar {
    band: String,
    table: String,
    row: String,
    phase: String,
    class: String,
    href: String,
    label: String,
    x: f64,
    y: f64,
    width: f64,
}

async fn bars(page: &Page) -> Result<Vec<Bar>> {
    let script = "return [...document.querySelectorAll('.canvas a.bar')].map(bar => {
        const box = bar.parentElement.getBoundingClientRect();
        return {
            band: bar.closest('[data-band]').dataset.band,
            table: bar.dataset.table,
            row: bar.dataset.rowId,
            phase: bar.dataset.phase,
            class: bar.className,
            href: bar.getAttribute('href'),
            label: bar.getAttribute('aria-label'),
            x: box.x, y: box.y, width: box.width,
        };
    })";
    let found = page.driver.execute(script, Vec::new()).await?;
    Ok(serde_json::from_value(found.json().clone())?)
}

async fn bands(page: &Page) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll('.canvas [data-band]')].map(band => band.dataset.band)";
    Ok(page.driver.execute(script, Vec::new()).await?.convert()?)
}

/// Waits until every source has answered and what they said is drawn.
async fn open(page: &Page, path: &str) -> Result<()> {
    page.open(path).await?;
    complete(page).await
}

async fn complete(page: &Page) -> Result<()> {
    until("the timeline is complete", async || {
        let coverage = page.coverage().await?;
        ensure!(coverage.len() > 15, "{} sources", coverage.len());
        ensure!(
            coverage.iter().all(|target| target.state != "loading"),
            "some still load"
        );
        ensure!(!page.exists("[data-empty=waiting]").await?, "it still waits");
        Ok(())
    })
    .await?;
    // Gathering waits a little longer the more there is.
    let mut before = usize::MAX;
    until("the number of bars is final", async || {
        let now = page.count().await?;
        let same = now == before;
        before = now;
        tokio::time::sleep(std::time::Duration::from_millis(120)).await;
        ensure!(same, "it still grows: {now}");
        ensure!(
            page.exists("main[aria-busy=false]").await?,
            "some bars are still to come"
        );
        ensure!(
            !page.exists(".canvas a.bar:not([href])").await?,
            "some bars have no words yet"
        );
        Ok(())
    })
    .await
}

async fn address_becomes(page: &Page, address: &str) -> Result<()> {
    until_equal("the address is right", address.to_owned(), async || {
        page.address().await
    })
    .await
}

async fn focus_chart(page: &Page) -> Result<()> {
    page.driver
        .execute("document.querySelector('[data-testid=timeline]').focus()", Vec::new())
        .await?;
    Ok(())
}

#[test]
fn accounts_are_bands_and_bars_are_links_to_their_rows() -> Result<()> {
    on_page("timeline-bars", &Stage::default().window(1280, 2000), async |page| {
        open(page, "/timeline").await?;
        assert_eq!(
            bands(page).await?,
            ["prod-cn", "prod-intl", "staging-cn", "prod-hw", "intl-hw", "eu-hw"]
        );
        let all = bars(page).await?;
        for table in catalog::TABLES
            .iter()
            .filter(|table| table.span.is_some())
            .map(|table| table.id)
        {
            let bar = all
                .iter()
                .find(|bar| bar.table == table)
                .with_context(|| format!("no bar of {table}"))?;
            // Read aloud it says what, how, when and where.
            ensure!(bar.label.contains("2026-") && bar.label.contains(&bar.band), "{bar:?}");
            open(page, "/timeline").await?;
            page.driver
                .execute(
                    "[...document.querySelectorAll('.canvas a.bar')].find(bar => bar.dataset.rowId === arguments[0]).click()",
                    vec![bar.row.clone().into()],
                )
                .await?;
            address_becomes(page, &bar.href).await?;
            ensure!(bar.href.starts_with(&format!("/{table}?row=")), "{bar:?}");
            let detail = until("the row opens", async || page.detail().await?.context("no detail")).await?;
            assert_eq!(detail.row, bar.row);
            page.loaded().await?;
            ensure!(!detail.text.is_empty(), "the detail is empty");
        }
        page.back().await?;
        complete(page).await?;
        address_becomes(page, "/timeline").await
    })
}

/// The page's clock runs fast, so that it finds time to give words to a few bars a frame only, and there are fewer frames.
const SHORT_OF_TIME: &str = "(() => {
    const now = performance.now.bind(performance);
    performance.now = () => 100 * now();
    const ask = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = call => setTimeout(() => ask(call), 50);
})()";

#[test]
fn a_bar_is_a_link_as_soon_as_it_is_seen() -> Result<()> {
    on_page("timeline-soon", &Stage::default().window(1280, 2000), async |page| {
        before(page, SHORT_OF_TIME).await?;
        page.open("/timeline").await?;
        until_equal("every source has answered", true, async || {
            page.exists(".timeline-page[aria-busy=false]").await
        })
        .await?;
        page.click_in_passing(".canvas a.bar:not([href])").await?;
        let row = until("the row opens", async || page.detail().await?.context("no detail")).await?;
        ensure!(page.address().await?.contains("?row="), "{}", row.row);
        Ok(())
    })
}

/// Everything in sight is a bar or counted in place of one.
async fn all_are_there(page: &Page) -> Result<usize> {
    let counted = "const bubbles = [...document.querySelectorAll('[data-bubble]')];
        return [document.querySelectorAll('.canvas a.bar').length, bubbles.reduce((sum, bubble) => sum + Number(bubble.dataset.count), 0)]";
    let (bars, counted): (usize, usize) = serde_json::from_value(run(page, counted, "").await?)?;
    assert_eq!(bars + counted, page.count().await?);
    Ok(bars)
}

/// However many bars there are, no frame is long for it: they come a few at a time, and all of them.
#[test]
fn bars_come_a_few_with_each_frame_until_all_are_there() -> Result<()> {
    on_page("timeline-frames", &Stage::default().window(1280, 2000), async |page| {
        // First, so that it looks at every frame.
        let most = "(() => {
            window.most = 0;
            let before = 0;
            const ask = window.requestAnimationFrame.bind(window);
            (function frame() {
                const now = document.querySelectorAll('.canvas a.bar').length;
                window.most = Math.max(window.most, now - before);
                before = now;
                ask(frame);
            })();
        })()";
        before(page, most).await?;
        before(page, SHORT_OF_TIME).await?;
        // So many that they take many frames, and not so many that these take longer than anybody waits.
        open(page, "/timeline?group=table&start=-3d..1d").await?;
        let bars = all_are_there(page).await?;
        ensure!(bars > 100, "only {bars} bars");
        let most = run(page, "return window.most", "")
            .await?
            .as_u64()
            .context("a number")?;
        ensure!((1..=20).contains(&most), "{most} bars came with one frame");
        Ok(())
    })
}

#[test]
fn bars_do_not_overlap_and_nothing_is_lost() -> Result<()> {
    on_page("timeline-lanes", &Stage::default().window(1280, 2400), async |page| {
        for query in ["", "?group=table", "?start=-7d..now&table=tickets,operations"] {
            open(page, &format!("/timeline{query}")).await?;
            let all = bars(page).await?;
            for (at, bar) in all.iter().enumerate() {
                for other in &all[..at] {
                    let apart = (bar.y - other.y).abs() > 1.0
                        || bar.x + bar.width <= other.x + 0.5
                        || other.x + other.width <= bar.x + 0.5;
                    ensure!(apart, "{bar:?} covers {other:?}");
                }
            }
            assert_eq!(all_are_there(page).await?, all.len(), "{query}");
        }
        Ok(())
    })
}

#[test]
fn resources_are_bands_that_lead_to_their_page() -> Result<()> {
    on_page("timeline-resources", &Stage::default(), async |page| {
        open(page, "/timeline?table=plans").await?;
        let choice = "const choice = document.querySelector('[data-testid=grouping]'); choice.value = 'resource';
            choice.dispatchEvent(new Event('change', { bubbles: true }))";
        page.driver.execute(choice, Vec::new()).await?;
        address_becomes(page, "/timeline?table=plans&group=resource").await?;
        let band = until("clusters are bands", async || {
            let bands = bands(page).await?;
            let first = bands.first().context("no band")?;
            ensure!(first.starts_with('c') && first.len() == 33, "{first}");
            Ok(first.clone())
        })
        .await?;
        page.click(".canvas .band h2 a").await?;
        address_becomes(page, &format!("/resource/{band}")).await
    })
}

#[test]
fn crowds_are_counts_that_open() -> Result<()> {
    on_page(
        "timeline-crowd",
        &Stage::demo(&["--rows", "60000"]).window(1280, 900),
        async |page| {
            open(page, "/timeline?start=-14d..now&table=patches").await?;
            ensure!(page.count().await? > 50_000, "only {} in sight", page.count().await?);
            let elements = "return document.querySelectorAll('.canvas *').length";
            let elements: usize = page.driver.execute(elements, Vec::new()).await?.convert()?;
            ensure!(elements < 6000, "{elements} elements");
            let before = page.address().await?;
            // A key answers soon, however much there is. The best of some, because a busy machine says nothing about the page.
            focus_chart(page).await?;
            let press = "const done = arguments[0]; const begin = performance.now();
            document.querySelector('[data-testid=timeline]').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }));
            requestAnimationFrame(() => setTimeout(() => done(performance.now() - begin), 0));";
            let mut best = f64::INFINITY;
            for _ in 0..6 {
                best = best.min(page.driver.execute_async(press, Vec::new()).await?.convert()?);
            }
            ensure!(best < 400.0, "{best} ms at best");
            until("the key moves", async || {
                ensure!(page.address().await? != before, "it does not");
                Ok(())
            })
            .await?;
            let before = page.address().await?;
            page.click("[data-bubble]").await?;
            let zoomed = until("the count opens", async || {
                let now = page.address().await?;
                ensure!(now != before, "it does not");
                Ok(now)
            })
            .await?;
            ensure!(zoomed.contains("start=2026-"), "{zoomed}");
            complete(page).await?;
            ensure!(
                page.count().await? < 10_000,
                "{} are still in sight",
                page.count().await?
            );
            // More lanes, by key.
            let lanes = bars(page).await?.len();
            let fold = "document.querySelector('[data-fold]:not([hidden])').focus()";
            page.driver.execute(fold, Vec::new()).await?;
            page.press(Key::Enter + "").await?;
            until("there are more lanes", async || {
                let now = bars(page).await?.len();
                ensure!(now > lanes, "{now} of {lanes}");
                Ok(())
            })
            .await?;
            page.accessible().await
        },
    )
}

async fn looks(page: &Page) -> Result<()> {
    for query in [
        "",
        "?group=resource&phase=action,running&start=-3h..3h",
        "?group=table&colour=red",
    ] {
        open(page, &format!("/timeline{query}")).await?;
        page.accessible()
            .await
            .map_err(|error| error.context(format!("at {query:?}")))?;
        let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let wide: i64 = page.driver.execute(wide, Vec::new()).await?.convert()?;
        assert_eq!(wide, 0, "{query:?} is {wide} pixels too wide");
    }
    Ok(())
}

#[test]
fn the_timeline_is_accessible_in_english() -> Result<()> {
    on_page("timeline-looks-en", &Stage::default(), async |page| {
        page.prefer_colors("light").await?;
        looks(page).await
    })
}

#[test]
fn the_timeline_is_accessible_in_chinese_and_dark() -> Result<()> {
    on_page("timeline-looks-zh", &Stage::default().language("zh-CN"), async |page| {
        page.prefer_colors("dark").await?;
        looks(page).await?;
        let axis = page.text(".axis .track").await?;
        ensure!(axis.contains('周') && axis.contains("现在"), "{axis}");
        Ok(())
    })
}

#[test]
fn the_timeline_fits_a_phone() -> Result<()> {
    on_page("timeline-phone", &Stage::default().window(390, 844), async |page| {
        looks(page).await?;
        ensure!(!bars(page).await?.is_empty(), "no bar is in sight on a phone");
        Ok(())
    })
}
