//! Any zoom and any screen: rows can be seen, and every one of them reached.

use anyhow::ensure;
use serde_json::json;
use signalbox_tests::doubles::run;
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Context, Page, Result, Stage, on_page, until};
use thirtyfour::Key;

async fn screen(page: &Page, width: u32, height: u32, ratio: f64) -> Result<()> {
    let size = json!({ "width": width, "height": height, "deviceScaleFactor": ratio, "mobile": false });
    page.driver
        .cdp()
        .send_raw("Emulation.setDeviceMetricsOverride", size)
        .await?;
    Ok(())
}

/// How many rows a person sees whole, after scrolling to the grid by what the page offers: its own scroll bar.
async fn whole_rows(page: &Page) -> Result<u64> {
    let script = "document.querySelector('[role=grid]').scrollIntoView({ block: 'start', behavior: 'instant' });
        const header = document.querySelector('[role=columnheader]').getBoundingClientRect();
        const rows = [...document.querySelectorAll('[role=row][data-row-id]')].filter(row => {
            const { top, bottom } = row.getBoundingClientRect();
            const at = document.elementFromPoint(header.left + 30, (top + bottom) / 2);
            return top >= header.bottom - 1 && bottom <= innerHeight && row.contains(at);
        });
        return rows.length";
    Ok(run(page, script, "").await?.as_u64().unwrap_or_default())
}

/// A window of 1280 × 720 at 400 %, one of 1280 × 1024, a phone on its side.
#[test]
fn rows_are_seen_at_400_percent() -> Result<()> {
    on_page("zoom-400", &Stage::default(), async |page| {
        for (width, height, ratio, least) in [
            (320, 180, 4.0, 3),
            (320, 256, 4.0, 3),
            (480, 270, 4.0, 3),
            (844, 390, 3.0, 3),
            (320, 180, 1.0, 3),
        ] {
            screen(page, width, height, ratio).await?;
            for path in ["/patches", "/plans?state=Scheduled", "/tickets?nonsense=1"] {
                page.open_loaded(path).await?;
                until(&format!("rows of {path} are seen at {width} × {height}"), async || {
                    let seen = whole_rows(page).await?;
                    ensure!(seen >= least, "{seen} rows");
                    Ok(())
                })
                .await?;
                let wide = run(page, "return document.documentElement.scrollWidth - innerWidth", "").await?;
                ensure!(
                    wide.as_i64() <= Some(0),
                    "{path} scrolls sideways by {wide} at {width} × {height}"
                );
            }
            page.open_loaded("/patches?sort=instance").await?;
            let last = page.grid().await?.rows;
            page.element("[role=grid]").await?.focus().await?;
            page.press_with_control(Key::End).await?;
            last_row_is_seen(page, last).await?;
            page.open("/timeline").await?;
            until(&format!("bars are seen at {width} × {height}"), async || {
                let script = "const frame = document.querySelector('[data-testid=timeline]');
                    frame?.scrollIntoView({ block: 'start', behavior: 'instant' });
                    return frame && frame.querySelector('a.bar, .bubble') ? Math.min(innerHeight, frame.clientHeight) : 0";
                let seen = run(page, script, "").await?.as_u64().unwrap_or_default();
                ensure!(seen >= 130, "the timeline is {seen} pixels high");
                Ok(())
            })
            .await?;
        }
        Ok(())
    })
}

/// Whether the last row stands whole above the lower edge of the grid.
async fn last_row_is_seen(page: &Page, count: usize) -> Result<()> {
    let script = "const row = document.querySelector(`[role=row][aria-rowindex='${Number(arguments[0]) + 1}']`);
        if (!row) return 'it has no element';
        const { top, bottom, left } = row.getBoundingClientRect();
        const grid = document.querySelector('[role=grid]').getBoundingClientRect();
        if (bottom > Math.min(grid.bottom, innerHeight) + 1.5) return `it ends ${bottom - grid.bottom} below the grid`;
        const hit = document.elementFromPoint(Math.max(grid.left, left) + 20, (top + bottom) / 2);
        return row.contains(hit) ? '' : `there is ${hit?.outerHTML.slice(0, 100)}`";
    until_equal("the last row is seen", json!(""), async || {
        run(page, script, &count.to_string()).await
    })
    .await
}

/// By the scroll bar, by keys, and by the wheel at the end. How tall a list may be depends on the device pixel ratio, and zooming changes that.
#[test]
fn the_last_of_many_rows_is_reached_at_any_device_pixel_ratio() -> Result<()> {
    let stage = Stage::demo(&["--rows", "70000"]);
    on_page("zoom-last", &stage, async |page| {
        page.open("/patches").await?;
        // Many rows take more than one wait on a busy machine.
        let mut loaded = page.loaded().await;
        for _ in 0..8 {
            if loaded.is_err() {
                loaded = page.loaded().await;
            }
        }
        loaded?;
        let count = page.grid().await?.rows;
        ensure!(count >= 70_000, "only {count} rows");
        let end = "const grid = document.querySelector('[role=grid]'); grid.scrollTop = grid.scrollHeight";
        for ratio in [1.0, 1.25, 1.5, 3.0, 16.0] {
            screen(page, 1280, 720, ratio).await?;
            page.element("[role=grid]").await?.focus().await?;
            page.press_with_control(Key::Home).await?;
            until_equal("the first row", 0, async || Ok(page.rows().await?[0].index)).await?;
            run(page, end, "").await?;
            last_row_is_seen(page, count)
                .await
                .map_err(|error| error.context(format!("scrolled at {ratio}")))?;
            page.press_with_control(Key::Home).await?;
            until_equal("the first row again", 0, async || Ok(page.rows().await?[0].index)).await?;
            page.press_with_control(Key::End).await?;
            last_row_is_seen(page, count)
                .await
                .map_err(|error| error.context(format!("by key at {ratio}")))?;
            page.press(Key::Up + "").await?;
            page.press(Key::Down + "").await?;
            last_row_is_seen(page, count).await?;
        }
        // Zoomed while somebody looks at a row, that row stays.
        let row = "const grid = document.querySelector('[role=grid]').getBoundingClientRect();
            const hit = document.elementFromPoint(grid.left + 60, grid.top + 60).closest('[role=row]');
            return Number(hit?.getAttribute('aria-rowindex'))";
        screen(page, 1280, 720, 1.0).await?;
        let middle = "const grid = document.querySelector('[role=grid]'); grid.scrollTop = grid.scrollHeight / 2";
        run(page, middle, "").await?;
        let before = until("the middle is there", async || {
            let row = run(page, row, "").await?.as_u64().context("a number")?;
            ensure!((30_000..40_000).contains(&row), "row {row}");
            Ok(row)
        })
        .await?;
        screen(page, 1280, 720, 16.0).await?;
        until_equal("the row is still there", Some(before), async || {
            Ok(run(page, row, "").await?.as_u64())
        })
        .await?;
        // A turn of the wheel is as far as in a short list.
        let wheel = json!({ "type": "mouseWheel", "x": 700, "y": 500, "deltaX": 0, "deltaY": 102 });
        page.driver.cdp().send_raw("Input.dispatchMouseEvent", wheel).await?;
        until_equal("three rows further", Some(before + 3), async || {
            Ok(run(page, row, "").await?.as_u64())
        })
        .await
    })
}
