//! The parts of the page: its own comes with the program, the others after the first rows; whatever does not come is missed with a word.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use serde_json::json;
use signalbox_tests::doubles::{before, run};
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, Stage, on_page, until};

/// When the browser had the program, and when it asked for the later part; `null` for what it has not asked for.
const TIMES: &str =
    "const named = end => performance.getEntriesByType('resource').find(entry => entry.name.endsWith(end));
    const [program, later] = [named('_bg.wasm'), named('split_later.wasm')];
    return [program?.responseEnd ?? null, later?.startTime ?? null]";

async fn times(page: &Page) -> Result<[Option<f64>; 2]> {
    let answer = page.driver.execute(TIMES, Vec::new()).await?;
    Ok(serde_json::from_value(answer.json().clone())?)
}

/// Writes a condition in the editor, which is of the later part, and expects it in the address.
async fn add_condition(page: &Page) -> Result<()> {
    page.click(".editor textarea[name=value]").await?;
    page.press("cn-").await?;
    page.click(".editor button[type=submit]").await?;
    until("the condition is in the address", async || {
        let address = page.address().await?;
        ensure!(address.contains("=cn%2D"), "{address}");
        Ok(())
    })
    .await
}

/// Lets requests to these addresses fail from now on, and all others pass.
async fn block(page: &Page, addresses: &[&str]) -> Result<()> {
    let devtools = page.driver.cdp();
    devtools.send_raw("Network.enable", json!({})).await?;
    devtools
        .send_raw("Network.setBlockedURLs", json!({ "urls": addresses }))
        .await?;
    Ok(())
}

#[test]
fn the_later_part_comes_by_itself_and_after_the_first() -> Result<()> {
    on_page("parts-idle", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        let (first, later) = until("the later part is fetched", async || {
            let [first, later] = times(page).await?;
            Ok((first.context("no program")?, later.context("no later part")?))
        })
        .await?;
        ensure!(
            later > first,
            "asked for at {later} ms, before the program was there at {first} ms"
        );
        Ok(())
    })
}

/// A page of each kind: an address, something that the page shows, the part that the kind is.
const PAGES: [(&str, &str, &str); 4] = [
    ("/", ".overview", "overview"),
    ("/timeline", ".timeline-page", "timeline"),
    ("/resource/i-nothing", ".resource", "resource"),
    ("/plans", ".table-page .facets", "table"),
];

/// Follows a link to another page of the same document.
async fn go(page: &Page, path: &str) -> Result<()> {
    let click = format!(
        "const link = Object.assign(document.createElement('a'), {{ href: '{path}' }});
        document.querySelector('main').append(link);
        link.click();"
    );
    page.driver.execute(click, Vec::new()).await?;
    Ok(())
}

/// The files of code of each part, by its name.
async fn files(page: &Page) -> Result<BTreeMap<String, Vec<String>>> {
    let files = "return Object.entries(document.querySelector('script[data-wasm]').dataset)
        .filter(([part]) => !['js', 'wasm'].includes(part))
        .map(([part, files]) => [part, files.split(' ').filter(file => file.endsWith('.wasm'))])";
    let files: Vec<(String, Vec<String>)> = page.driver.execute(files, Vec::new()).await?.convert()?;
    Ok(files.into_iter().collect())
}

#[test]
fn a_page_opened_first_is_drawn_by_its_own_part_alone() -> Result<()> {
    let stage = Stage {
        // When it is idle, the page asks for the other parts in vain.
        console: &["split_", "chunk_", "Failed to fetch"],
        ..Stage::default()
    };
    on_page("parts-alone", &stage, async |page| {
        page.open("/plans").await?;
        let files = files(page).await?;
        for (path, mark, kind) in PAGES {
            let own = files.get(kind).with_context(|| format!("no part is {kind}"))?;
            let others = files.values().flatten().filter(|file| !own.contains(file));
            let others: Vec<String> = others.map(|file| format!("*/{file}")).collect();
            ensure!(!own.is_empty() && !others.is_empty(), "{files:?}");
            block(page, &others.iter().map(String::as_str).collect::<Vec<_>>()).await?;
            page.open(path).await?;
            until("the page is drawn", async || page.text(mark).await).await?;
            let styled =
                "return [...document.querySelectorAll('link[rel=stylesheet]')].map(link => [link.href, !!link.sheet])";
            let styled: Vec<(String, bool)> = page.driver.execute(styled, Vec::new()).await?.convert()?;
            ensure!(styled.iter().all(|(_, here)| *here), "{path}: {styled:?}");
            let own = styled.iter().any(|(href, _)| href.ends_with(&format!("/{kind}.css")));
            ensure!(own || kind == "table", "{path}: {styled:?}");
        }
        Ok(())
    })
}

/// Otherwise it would ask for it only once the program runs.
#[test]
fn the_part_of_a_page_comes_together_with_the_program() -> Result<()> {
    on_page("parts-together", &Stage::default(), async |page| {
        for (path, mark, kind) in PAGES {
            page.open("/plans").await?;
            let files = files(page).await?;
            let own = files.get(kind).with_context(|| format!("no part is {kind}"))?;
            page.open(path).await?;
            until("the page is drawn", async || page.text(mark).await).await?;
            // By an element in the document's head, where the running program would use `fetch`.
            let asked = "return performance.getEntriesByType('resource')
                .filter(entry => entry.initiatorType === 'link')
                .map(entry => entry.name.split('/').pop())";
            let asked: Vec<String> = page.driver.execute(asked, Vec::new()).await?.convert()?;
            for file in own {
                ensure!(
                    asked.contains(file),
                    "{path} has not asked for {file} with the program: {asked:?}"
                );
            }
        }
        Ok(())
    })
}

/// Nothing that pages share is downloaded twice.
#[test]
fn another_kind_of_page_in_a_new_tab_loads_only_its_own_part() -> Result<()> {
    on_page("parts-tab", &Stage::default(), async |page| {
        page.open("/").await?;
        until("the page is drawn", async || page.text(".overview").await).await?;
        let files = files(page).await?;
        let before = files.get("overview").context("no part is the overview")?;
        page.driver.new_tab().await?;
        let tabs = page.driver.windows().await?;
        page.driver
            .switch_to_window(tabs.last().context("no tab")?.clone())
            .await?;
        page.open("/timeline").await?;
        until("the page is drawn", async || page.text(".timeline-page").await).await?;
        let loaded = "return performance.getEntriesByType('resource')
            .filter(entry => entry.name.endsWith('.wasm'))
            .map(entry => [entry.name.split('/').pop(), entry.transferSize])";
        let loaded: Vec<(String, u64)> = page.driver.execute(loaded, Vec::new()).await?.convert()?;
        for (name, size) in &loaded {
            let shared = name.ends_with("_bg.wasm") || before.contains(name);
            ensure!(!shared || *size == 0, "{name} came once more: {loaded:?}");
        }
        ensure!(loaded.iter().any(|(name, _)| name.ends_with("_bg.wasm")), "{loaded:?}");
        Ok(())
    })
}

#[test]
fn every_page_can_be_reached_from_every_other() -> Result<()> {
    on_page("parts-reach", &Stage::default(), async |page| {
        for (from, mark, _) in PAGES {
            page.open(from).await?;
            until("the page is drawn", async || page.text(mark).await).await?;
            page.driver.execute("window.same = true", Vec::new()).await?;
            for (to, mark, _) in PAGES {
                go(page, to).await?;
                until("the other page is drawn", async || page.text(mark).await).await?;
            }
            let same: bool = page
                .driver
                .execute("return window.same === true", Vec::new())
                .await?
                .convert()?;
            ensure!(same, "{from} was left for another document");
        }
        Ok(())
    })
}

/// What only other pages need is no part of a first visit.
#[test]
fn a_table_asks_for_no_other_part_before_its_rows() -> Result<()> {
    on_page("parts-table", &Stage::default(), async |page| {
        page.open("/patches").await?;
        let parts = until("the later part is fetched", async || {
            let parts = "const asked = performance.getEntriesByType('resource');
                const own = document.querySelector('script[data-wasm]').dataset.table.split(' ');
                const rows = asked.find(entry => entry.name.includes('/api/v1/rows/'));
                const parts = asked.filter(entry => /(split|chunk)_[a-z0-9]+\\.wasm$/.test(entry.name)
                    && !own.includes(entry.name.split('/').pop()));
                return [rows?.startTime ?? null, parts.map(entry => entry.startTime)]";
            let parts: (Option<f64>, Vec<f64>) = page.driver.execute(parts, Vec::new()).await?.convert()?;
            ensure!(parts.0.is_some() && !parts.1.is_empty(), "{parts:?}");
            Ok(parts)
        })
        .await?;
        let first = parts.1.into_iter().fold(f64::INFINITY, f64::min);
        ensure!(
            parts.0.is_some_and(|rows| rows < first),
            "rows at {:?} ms, a part at {first} ms",
            parts.0
        );
        Ok(())
    })
}

#[test]
fn what_is_of_the_later_part_works() -> Result<()> {
    on_page("parts-works", &Stage::default(), async |page| {
        // At once, so that it may have to wait for its part.
        page.open("/patches").await?;
        page.click(".conditions .popover button").await?;
        add_condition(page).await?;
        until_equal("the editor is closed", false, async || page.exists(".editor").await).await?;
        page.click(".toolbar .popover button").await?;
        page.click("[data-column-choice=baseline]").await?;
        until("the address names the columns", async || {
            let address = page.address().await?;
            ensure!(address.contains("cols="), "{address}");
            Ok(())
        })
        .await?;
        page.accessible().await
    })
}

#[test]
fn a_later_part_that_does_not_come_is_missed_with_a_word_and_can_be_asked_for_again() -> Result<()> {
    let stage = Stage {
        console: &["split_later.wasm", "Failed to fetch"],
        ..Stage::default()
    };
    on_page("parts-lost", &stage, async |page| {
        block(page, &["*/split_later.wasm"]).await?;
        page.open_loaded("/patches").await?;
        page.click(".conditions .popover button").await?;
        let word = until("the page says what is missing", async || {
            page.text("[role=dialog] [data-testid=later-failed]").await
        })
        .await?;
        ensure!(word.contains("could not be loaded"), "it says {word:?}");
        page.accessible().await?;

        // The word goes while it is tried again; another one comes.
        let mark = "document.querySelector('[role=dialog] [data-testid=later-failed]').dataset.old = ''";
        page.driver.execute(mark, Vec::new()).await?;
        page.click("[role=dialog] [data-testid=later-failed] button").await?;
        until("it says so again", async || {
            let again = "[role=dialog] [data-testid=later-failed]:not([data-old])";
            ensure!(page.exists(again).await?, "no new word");
            Ok(())
        })
        .await?;
        block(page, &[]).await?;
        page.click("[role=dialog] [data-testid=later-failed] button").await?;
        add_condition(page).await
    })
}

/// The page has idle time when the test says so.
const IDLE: &str = "window.requestIdleCallback = idle => window.idle = idle";

/// A word that goes and comes again is read out twice, and cannot be clicked while it is gone.
#[test]
fn what_did_not_come_is_not_asked_for_again_unasked() -> Result<()> {
    let stage = Stage {
        console: &["split_", "Failed to fetch"],
        ..Stage::default()
    };
    on_page("parts-once", &stage, async |page| {
        before(page, IDLE).await?;
        block(page, &["*/split_later.wasm", "*/split_overview.wasm"]).await?;
        page.open_loaded("/patches").await?;
        page.click(".conditions .popover button").await?;
        until("the page says what is missing", async || {
            page.text("[role=dialog] [data-testid=later-failed]").await
        })
        .await?;
        let mark = "document.querySelector('[role=dialog] [data-testid=later-failed]').dataset.old = ''";
        run(page, mark, "").await?;
        until("the page is idle", async || {
            ensure!(run(page, "return !!window.idle", "").await? == true);
            Ok(())
        })
        .await?;
        run(page, "window.idle({ timeRemaining: () => 50, didTimeout: false })", "").await?;
        until("it has asked for another part", async || {
            let asked = "return performance.getEntriesByType('resource').some(entry => entry.name.endsWith('split_overview.wasm'))";
            ensure!(run(page, asked, "").await? == true);
            Ok(())
        })
        .await?;
        ensure!(
            page.exists("[role=dialog] [data-testid=later-failed][data-old]")
                .await?
        );
        Ok(())
    })
}

#[test]
fn a_page_whose_part_does_not_come_is_missed_with_a_word_and_can_be_asked_for_again() -> Result<()> {
    let stage = Stage {
        console: &["split_", ".css", "Failed to fetch"],
        ..Stage::default()
    };
    on_page("parts-page-lost", &stage, async |page| {
        for (path, mark, part) in PAGES.into_iter().filter(|(_, _, part)| *part != "table") {
            for file in [format!("*/split_{part}.wasm"), format!("*/{part}.css")] {
                block(page, &[&file]).await?;
                page.open("/plans").await?;
                // By itself it tries once, when it is idle, all parts at once.
                let other = if part == "timeline" { "overview" } else { "timeline" };
                let tried = format!(
                    "return performance.getEntriesByType('resource').some(entry => entry.name.endsWith('split_{other}.wasm'))"
                );
                until_equal("it has tried", true, async || {
                    Ok(page.driver.execute(tried.as_str(), Vec::new()).await?.convert()?)
                })
                .await?;
                go(page, path).await?;
                let word = until("the page says what is missing", async || {
                    page.text("[data-testid=later-failed]").await
                })
                .await?;
                ensure!(word.contains("could not be loaded"), "{path} says {word:?}");
                page.accessible().await?;
                block(page, &[]).await?;
                page.click("[data-testid=later-failed] button").await?;
                until("the page is drawn", async || page.text(mark).await).await?;
            }
        }
        Ok(())
    })
}
