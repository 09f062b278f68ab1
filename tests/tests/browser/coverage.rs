//! Gaps are named, and never taken for "there is nothing".

use anyhow::ensure;
use signalbox_tests::doubles::{before, run};
use signalbox_tests::{Context, Page, Result, Stage, on_page, until};

const FAULTS: &[&str] = &["--faults", "deny@oos/cn-beijing,throttle@oos/cn-shanghai:always"];

async fn target(page: &Page, region: &str) -> Result<signalbox_tests::page::Target> {
    let targets = page.coverage().await?;
    let found = targets
        .iter()
        .find(|target| target.target.contains(&format!("/{region}/")));
    found
        .cloned()
        .with_context(|| format!("no target in {region} among {targets:?}"))
}

#[test]
fn a_denied_and_a_throttled_region_are_named_beside_the_others_rows() -> Result<()> {
    on_page("coverage-gaps", &Stage::demo(FAULTS), async |page| {
        page.open_loaded("/patches").await?;
        ensure!(page.grid().await?.rows > 0, "the other regions' rows are missing");
        let denied = target(page, "cn-beijing").await?;
        assert_eq!(denied.state, "failed", "{denied:?}");
        ensure!(denied.text.contains("403"), "{denied:?}");
        let throttled = target(page, "cn-shanghai").await?;
        assert_eq!(throttled.state, "failed", "{throttled:?}");
        ensure!(throttled.text.contains("Throttling"), "{throttled:?}");
        let good = target(page, "cn-hangzhou").await?;
        assert_eq!(good.state, "ok", "{good:?}");
        for name in ["cn-beijing", "cn-shanghai"] {
            let strip = page.text("[data-testid=coverage]").await?;
            ensure!(strip.contains(name), "{name} is not named in {strip:?}");
        }
        page.accessible().await
    })
}

/// The page must not say "no rows" about a region that could not be asked.
#[test]
fn a_gap_is_not_called_empty() -> Result<()> {
    on_page("coverage-not-empty", &Stage::demo(FAULTS), async |page| {
        page.open_loaded("/patches?region=cn-beijing").await?;
        assert_eq!(page.grid().await?.rows, 0);
        let picture = page.text("[data-empty]").await?;
        let kind: String = page
            .driver
            .execute(
                "return document.querySelector('[data-empty]').dataset.empty",
                Vec::new(),
            )
            .await?
            .convert()?;
        ensure!(kind == "gap" || kind == "not-asked", "it shows {kind:?}: {picture}");
        assert_eq!(target(page, "cn-beijing").await?.state, "failed");
        page.accessible().await
    })
}

#[test]
fn nothing_matches_is_another_picture() -> Result<()> {
    on_page("coverage-no-match", &Stage::default(), async |page| {
        page.open_loaded("/patches?missing=gt.1000000").await?;
        assert_eq!(page.grid().await?.rows, 0);
        let kind: String = page
            .driver
            .execute(
                "return document.querySelector('[data-empty]').dataset.empty",
                Vec::new(),
            )
            .await?
            .convert()?;
        assert_eq!(kind, "no-match");
        page.accessible().await
    })
}

/// A slow cloud: rows come in while others are still awaited, and the strip says so.
#[test]
fn progress_is_shown_while_loading() -> Result<()> {
    on_page(
        "coverage-progress",
        &Stage::demo(&["--faults", "hang@oos/cn-beijing"]),
        async |page| {
            page.open("/patches").await?;
            until("other rows are there while one target is awaited", async || {
                ensure!(page.grid().await?.rows > 0, "no rows yet");
                let waiting = target(page, "cn-beijing").await?;
                ensure!(waiting.state == "loading", "{waiting:?}");
                ensure!(page.grid().await?.busy, "the grid does not say that more may come");
                Ok(())
            })
            .await?;
            page.accessible().await
        },
    )
}

/// Answers as the proxy does to one who reads too much at once, until there is room.
const NO_ROOM: &str = r#"(() => {
    const ask = window.fetch;
    const problem = '{"detail":"you are reading 32 tables or exports at once already","status":429,"title":"Too Many Requests"}';
    const headers = { 'content-type': 'application/problem+json', 'retry-after': '5' };
    window.fetch = async (input, init) => String(input.url ?? input).includes('/api/v1/rows/') && !localStorage.getItem('test.room')
        ? new Response(problem, { status: 429, headers })
        : ask(input, init);
})()"#;

#[test]
fn who_reads_too_much_at_once_is_told_what_to_do() -> Result<()> {
    for (language, words) in [("en-US", "Close other windows"), ("zh-CN", "请关闭其他")] {
        let stage = Stage::default().language(language);
        on_page(&format!("coverage-no-room-{language}"), &stage, async |page| {
            before(page, NO_ROOM).await?;
            page.open("/patches").await?;
            until("it is said", async || {
                let told = page.text("[role=alert]").await?;
                ensure!(told.contains(words) && !told.contains("429"), "{told}");
                Ok(())
            })
            .await?;
            run(page, "localStorage.setItem('test.room', 'yes')", "").await?;
            page.click("[role=alert] button").await?;
            page.loaded().await?;
            ensure!(page.count().await? > 0, "there are no rows");
            Ok(())
        })?;
    }
    Ok(())
}
