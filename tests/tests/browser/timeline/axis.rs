//! Moving in time: buttons, drags and keys.

use super::{Bar, address_becomes, bars, complete, focus_chart, open};
use anyhow::ensure;
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Context, Result, Stage, on_page, until};
use thirtyfour::{By, Key};

#[test]
fn the_stretch_of_time_is_in_the_address() -> Result<()> {
    on_page("timeline-range", &Stage::default(), async |page| {
        open(page, "/timeline?start=-2h..2h").await?;
        let near = bars(page).await?;
        page.click("[aria-label='Zoom out']").await?;
        address_becomes(page, "/timeline?start=-4h..4h").await?;
        until("more is in sight", async || {
            let now = bars(page).await?.len();
            ensure!(now > near.len(), "{now} of {}", near.len());
            Ok(())
        })
        .await?;
        page.click("[aria-label='Zoom in']").await?;
        address_becomes(page, "/timeline?start=-2h..2h").await?;
        page.reload().await?;
        complete(page).await?;
        let rows = |bars: &[Bar]| bars.iter().map(|bar| bar.row.clone()).collect::<Vec<_>>();
        assert_eq!(rows(&bars(page).await?), rows(&near), "after a reload");
        page.back().await?;
        address_becomes(page, "/timeline?start=-4h..4h").await?;
        page.click("[aria-label='Show the usual stretch']").await?;
        address_becomes(page, "/timeline").await?;
        // The choice of stretches, and what is none of them.
        let choice = "const choice = document.querySelector('[data-testid=stretch]'); choice.value = 'now..7d';
            choice.dispatchEvent(new Event('change', { bubbles: true }))";
        page.driver.execute(choice, Vec::new()).await?;
        address_becomes(page, "/timeline?start=now..7d").await?;
        complete(page).await?;
        ensure!(
            bars(page)
                .await?
                .iter()
                .any(|bar| bar.phase == "scheduled" && bar.class.contains("ahead")),
            "nothing is planned"
        );
        Ok(())
    })
}

#[test]
fn a_drag_over_the_axis_zooms_to_it() -> Result<()> {
    on_page("timeline-drag", &Stage::default(), async |page| {
        open(
            page,
            "/timeline?start=2026-11-20T00:00:00Z..2026-11-30T00:00:00Z&tz=UTC",
        )
        .await?;
        let track = page.driver.find(By::Css(".axis .track")).await?;
        let width = "return document.querySelector('.axis .track').clientWidth";
        let width: f64 = page.driver.execute(width, Vec::new()).await?.convert()?;
        // From the middle to three quarters: five days from there are two and a half.
        #[expect(clippy::cast_possible_truncation, reason = "pixels")]
        let quarter = (width / 4.0).round() as i64;
        let drag = page
            .driver
            .action_chain()
            .move_to_element_center(&track)
            .click_and_hold()
            .move_by_offset(quarter / 2, 0)
            .move_by_offset(quarter - quarter / 2, 0);
        drag.perform().await?;
        ensure!(page.exists(".axis .selection").await?, "the selection is not shown");
        page.driver.action_chain().release().perform().await?;
        let address = until("the address has it", async || {
            let address = page.address().await?;
            ensure!(!address.contains("2026-11-20"), "{address}");
            Ok(address)
        })
        .await?;
        let (from, to) = address
            .strip_prefix("/timeline?start=")
            .and_then(|rest| rest.split_once('&')?.0.split_once(".."))
            .context("no stretch")?;
        ensure!(
            from.starts_with("2026-11-24T23:") || from.starts_with("2026-11-25T00:"),
            "{from}"
        );
        ensure!(to.starts_with("2026-11-27T1"), "{to}");
        ensure!(!page.exists(".axis .selection").await?, "the selection stays");
        page.back().await?;
        address_becomes(
            page,
            "/timeline?start=2026-11-20T00:00:00Z..2026-11-30T00:00:00Z&tz=UTC",
        )
        .await
    })
}

#[test]
fn keys_move_zoom_and_walk() -> Result<()> {
    on_page("timeline-keys", &Stage::default(), async |page| {
        open(page, "/timeline?start=-10h..10h").await?;
        focus_chart(page).await?;
        page.press(Key::Right + "").await?;
        address_becomes(page, "/timeline?start=-8h..12h").await?;
        page.press(Key::Left + "").await?;
        address_becomes(page, "/timeline?start=-10h..10h").await?;
        page.press("+").await?;
        address_becomes(page, "/timeline?start=-5h..5h").await?;
        page.press("-").await?;
        address_becomes(page, "/timeline?start=-10h..10h").await?;
        // One stop of the Tab key, and from there from bar to bar.
        page.press("j").await?;
        let focused =
            "const bar = document.activeElement; return bar.matches('.canvas a.bar') ? bar.dataset.rowId : ''";
        let first = until("a bar has the focus", async || {
            let row: String = page.driver.execute(focused, Vec::new()).await?.convert()?;
            ensure!(!row.is_empty(), "none has");
            Ok(row)
        })
        .await?;
        ensure!(page.exists(".tip").await?, "the focus shows no words");
        page.press("j").await?;
        until("the next one has", async || {
            let row: String = page.driver.execute(focused, Vec::new()).await?.convert()?;
            ensure!(!row.is_empty() && row != first, "{row} has");
            Ok(())
        })
        .await?;
        page.press("k").await?;
        until_equal("and the first again", first.clone(), async || {
            Ok(page.driver.execute(focused, Vec::new()).await?.convert()?)
        })
        .await?;
        let stops = "return document.querySelectorAll('.canvas a.bar[tabindex=\"0\"]').length";
        assert_eq!(page.driver.execute(stops, Vec::new()).await?.convert::<usize>()?, 1);
        // The first bar goes out of sight, the keys go on working.
        for _ in 0..3 {
            page.press(Key::Right + "").await?;
        }
        address_becomes(page, "/timeline?start=-4h..16h").await?;
        page.press("j").await?;
        until("a bar that is in sight has the focus", async || {
            let row: String = page.driver.execute(focused, Vec::new()).await?.convert()?;
            ensure!(!row.is_empty() && row != first, "{row:?} has");
            Ok(())
        })
        .await?;
        page.press(Key::Enter + "").await?;
        let detail = until("Enter opens its row", async || {
            page.detail().await?.context("no detail")
        })
        .await?;
        ensure!(!detail.row.is_empty(), "no row");
        page.back().await?;
        complete(page).await?;
        page.press("0").await?;
        address_becomes(page, "/timeline").await
    })
}
