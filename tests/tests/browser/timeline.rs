//! The timeline: every bar in its place and a link to its row, and the whole of it in the address.

use anyhow::ensure;
use serde::Deserialize;
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Context, Page, Result, Stage, on_page, until};
use thirtyfour::{By, Key};

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
        for table in ["plans", "tickets", "patches", "operations"] {
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
            let counted = "return [...document.querySelectorAll('[data-bubble]')].reduce((sum, bubble) => sum + Number(bubble.dataset.count), 0)";
            let counted: usize = page.driver.execute(counted, Vec::new()).await?.convert()?;
            assert_eq!(all.len() + counted, page.count().await?, "{query}");
        }
        Ok(())
    })
}

#[test]
fn conditions_mean_what_they_mean_in_the_tables() -> Result<()> {
    on_page("timeline-conditions", &Stage::default(), async |page| {
        // Every row of the table is somewhere in time, so the totals are the tables'.
        let total = "return Number(document.querySelector('[data-facet=table] [data-value=tickets]').dataset.count)";
        for query in [
            "account=prod-hw",
            "phase=failed&q=zhangwei",
            "state=Running",
            "creator=pre.li",
        ] {
            page.open_loaded(&format!("/tickets?{query}")).await?;
            let rows = page.count().await?;
            open(page, &format!("/timeline?{query}&start=-90d..30d")).await?;
            let found: usize = page.driver.execute(total, Vec::new()).await?.convert()?;
            assert_eq!(found, rows, "{query}");
        }
        open(page, "/timeline?account=prod-cn").await?;
        assert_eq!(bands(page).await?, ["prod-cn"]);
        // Only patches have the column: the others are left out, and that is said.
        open(page, "/timeline?missing=gt.0&colour=red").await?;
        ensure!(
            bars(page).await?.iter().all(|bar| bar.table == "patches"),
            "others are there"
        );
        let note = page.text(".notes").await?;
        ensure!(note.contains("O&M plans, Job tickets, Stack set operations"), "{note}");
        let conditions: Vec<_> = page
            .conditions()
            .await?
            .into_iter()
            .map(|seen| (seen.condition, seen.understood))
            .collect();
        assert_eq!(
            conditions,
            [("missing=gt.0".to_owned(), true), ("colour=red".to_owned(), false)]
        );
        ensure!(
            page.exists("p.notice[role=note]").await?,
            "no word about the struck condition"
        );
        page.accessible().await?;
        page.remove_condition("colour=red").await?;
        address_becomes(page, "/timeline?missing=gt.0").await?;
        page.remove_condition("missing=gt.0").await?;
        address_becomes(page, "/timeline").await?;
        page.back().await?;
        address_becomes(page, "/timeline?missing=gt.0").await
    })
}

#[test]
fn phases_and_tables_are_ticked_and_text_is_searched() -> Result<()> {
    on_page("timeline-legend", &Stage::default(), async |page| {
        open(page, "/timeline").await?;
        let failed = page
            .facet("phase")
            .await?
            .into_iter()
            .find(|value| value.value == "failed")
            .context("no failed")?;
        page.toggle("phase", "failed").await?;
        address_becomes(page, "/timeline?phase=failed").await?;
        until("only failed ones are left", async || {
            let bars = bars(page).await?;
            ensure!(
                !bars.is_empty() && bars.iter().all(|bar| bar.phase == "failed"),
                "{} bars",
                bars.len()
            );
            Ok(())
        })
        .await?;
        // The others can still be added, and the number says how many there are.
        let after = page.facet("phase").await?;
        ensure!(
            after
                .iter()
                .any(|value| value.value == "failed" && value.checked && value.count == failed.count),
            "{after:?}"
        );
        ensure!(
            after.iter().any(|value| value.value == "running" && value.count > 0),
            "{after:?}"
        );
        page.toggle("table", "tickets").await?;
        address_becomes(page, "/timeline?phase=failed&table=tickets").await?;
        until("only tickets are left", async || {
            let bars = bars(page).await?;
            ensure!(
                !bars.is_empty() && bars.iter().all(|bar| bar.table == "tickets"),
                "{} bars",
                bars.len()
            );
            Ok(())
        })
        .await?;
        page.search("zhangwei").await?;
        address_becomes(page, "/timeline?phase=failed&table=tickets&q=zhangwei").await?;
        complete(page).await?;
        let few = page.count().await?;
        page.click("button.link").await?;
        address_becomes(page, "/timeline").await?;
        complete(page).await?;
        ensure!(page.count().await? > few, "clearing brings nothing back");
        Ok(())
    })
}

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

#[test]
fn planned_windows_go_to_a_calendar() -> Result<()> {
    on_page("timeline-calendar", &Stage::default(), async |page| {
        open(page, "/timeline?account=prod-cn&type=CVE_FIX&tz=UTC").await?;
        let link = page.driver.find(By::Css("[data-testid=calendar]")).await?;
        let href = link.attr("href").await?.context("no address")?;
        assert_eq!(href, "/api/v1/export/plans.ics?account=prod-cn&type=CVE_FIX&tz=UTC");
        let got = "const done = arguments[1]; fetch(arguments[0]).then(answer => answer.text()).then(done, error => done(String(error)))";
        let got: String = page.driver.execute_async(got, vec![href.into()]).await?.convert()?;
        ensure!(got.starts_with("BEGIN:VCALENDAR"), "{got}");
        // Tickets are no plans: nothing to plan for.
        open(page, "/timeline?creator=li.na").await?;
        ensure!(
            !page.exists("[data-testid=calendar]").await?,
            "there is a calendar of nothing"
        );
        Ok(())
    })
}

#[test]
fn nothing_in_sight_says_where_it_is() -> Result<()> {
    on_page("timeline-empty", &Stage::default(), async |page| {
        open(page, "/timeline?start=2001-01-01..2001-02-01").await?;
        ensure!(
            page.exists("[data-empty=elsewhere]").await?,
            "it does not say that there is more elsewhere"
        );
        page.accessible().await?;
        page.click("[data-empty] button").await?;
        address_becomes(page, "/timeline").await?;
        open(page, "/timeline?q=nobody-ever-wrote-this").await?;
        ensure!(
            page.exists("[data-empty=no-match]").await?,
            "it does not say that nothing matches"
        );
        open(page, "/timeline?creator=a&missing=gt.0").await?;
        ensure!(
            page.exists("[data-empty=no-table]").await?,
            "it does not say that no table has both columns"
        );
        Ok(())
    })
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
