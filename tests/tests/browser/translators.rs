//! The document is not ours alone: a translator in the browser puts its own nodes where our texts stand. What is on screen stays true.

use std::collections::BTreeMap;

use anyhow::ensure;
use signalbox_tests::doubles::run;
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Context, Page, Result, Stage, on_page, until};

/// Puts every text of the page into elements of its own, as the translator of Chrome does: in place of the text, which goes.
const TRANSLATE: &str = "
    const walker = document.createTreeWalker(document.querySelector('#app'), NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) if (walker.currentNode.data.trim()) texts.push(walker.currentNode);
    let count = 0;
    for (const text of texts) {
        if (arguments[0] !== 'rude' && text.parentElement.closest('[translate=no]')) continue;
        const outer = document.createElement('font'), inner = document.createElement('font');
        inner.textContent = '«' + text.data + '»';
        outer.append(inner);
        if (count % 2) text.replaceWith(outer);
        else { text.parentNode.insertBefore(outer, text); text.parentNode.removeChild(text); }
        count += 1;
    }
    return count;";

/// Splits every text in three and marks the middle, as extensions do that look up words.
const HIGHLIGHT: &str = "
    const walker = document.createTreeWalker(document.querySelector('[role=grid]'), NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) if (walker.currentNode.data.length > 3) texts.push(walker.currentNode);
    for (const text of texts) {
        const middle = text.splitText(1);
        middle.splitText(1);
        const mark = document.createElement('mark');
        middle.replaceWith(mark);
        mark.append(middle);
    }
    return texts.length;";

/// Reads what people see: the text of the cells, of the count and of the facets, without the marks that the translator leaves.
async fn cells(page: &Page) -> Result<BTreeMap<String, BTreeMap<String, String>>> {
    let script = "return Object.fromEntries([...document.querySelectorAll('[role=row][data-row-id]')].map(row => [row.dataset.rowId,
        Object.fromEntries([...row.querySelectorAll('[role=gridcell]')].map(cell => [cell.dataset.column, cell.textContent.replaceAll(/[«»]/g, '')]))]))";
    Ok(serde_json::from_value(run(page, script, "").await?)?)
}

async fn meddle(page: &Page, script: &str, how: &str) -> Result<()> {
    let count = run(page, script, how).await?.as_u64().context("a number")?;
    ensure!(count > 20, "only {count} texts");
    Ok(())
}

async fn go_to(page: &Page, top: u32) -> Result<()> {
    run(
        page,
        "document.querySelector('[role=grid]').scrollTop = Number(arguments[0])",
        &top.to_string(),
    )
    .await?;
    let row = (top / 34) as usize;
    until("the rows are there", async || {
        let rows = page.rows().await?;
        ensure!(rows.iter().any(|seen| seen.index == row), "row {row} is not");
        Ok(())
    })
    .await
}

const STEPS: [u32; 6] = [0, 1700, 1734, 9000, 340, 0];

/// All rows that are looked at below, as they are without a translator.
async fn truth(page: &Page, address: &str) -> Result<BTreeMap<String, BTreeMap<String, String>>> {
    page.open_loaded(address).await?;
    let mut all = BTreeMap::new();
    for top in STEPS {
        go_to(page, top).await?;
        all.extend(cells(page).await?);
    }
    Ok(all)
}

async fn no_row_shows_another(
    page: &Page,
    truth: &BTreeMap<String, BTreeMap<String, String>>,
    what: &str,
) -> Result<()> {
    until(&format!("{what}: every row shows its own values"), async || {
        let rows = cells(page).await?;
        ensure!(rows.len() > 5, "only {} rows", rows.len());
        for (id, seen) in rows {
            let own = truth.get(&id).with_context(|| format!("{id} is not known"))?;
            ensure!(*own == seen, "{id} shows {seen:?} instead of {own:?}");
        }
        Ok(())
    })
    .await
}

#[test]
fn no_row_shows_the_values_of_another_after_a_translator() -> Result<()> {
    on_page("translators-rows", &Stage::default(), async |page| {
        // Without times, which go on.
        let address = "/patches?cols=phase,instance,group,owner,missing,failed,region,account&sort=instance";
        let truth = truth(page, address).await?;
        for (what, script, how) in [
            ("a polite translator", TRANSLATE, "polite"),
            ("a rude one", TRANSLATE, "rude"),
            ("a highlighter", HIGHLIGHT, ""),
        ] {
            page.open_loaded(address).await?;
            meddle(page, script, how).await?;
            for top in STEPS {
                go_to(page, top).await?;
                no_row_shows_another(page, &truth, what).await?;
                meddle(page, script, how).await.ok();
            }
        }
        Ok(())
    })
}

/// A translator reads, asks somebody, and writes when the answer comes: by then, the element may show another row.
#[test]
fn an_answer_that_comes_late_does_not_stay() -> Result<()> {
    on_page("translators-late", &Stage::default(), async |page| {
        let address = "/patches?cols=phase,instance,group,owner,missing,failed,region,account&sort=instance";
        let truth = truth(page, address).await?;
        page.open_loaded(address).await?;
        let read = "window.read = [...document.querySelectorAll('[role=gridcell]')].map(cell => [cell.firstChild, cell.firstChild.data])";
        run(page, read, "").await?;
        go_to(page, 9000).await?;
        let write = "for (const [text, was] of window.read) {
            const font = document.createElement('font');
            font.textContent = was;
            text.parentNode?.replaceChild(font, text);
        }";
        run(page, write, "").await?;
        no_row_shows_another(page, &truth, "late").await
    })
}

/// Counts, conditions, headings and the open row go on too.
#[test]
fn the_rest_of_the_page_goes_on_after_a_translator() -> Result<()> {
    on_page("translators-page", &Stage::default(), async |page| {
        let filtered = "/patches?phase=action";
        page.open_loaded(filtered).await?;
        let (rows, shown) = (page.grid().await?.rows, page.count().await?);
        let conditions = page.text("[data-testid=conditions]").await?;
        let counts = facet_counts(page).await?;
        assert_eq!(rows, shown);
        for how in ["polite", "rude"] {
            page.open_loaded("/patches").await?;
            let all = page.count().await?;
            meddle(page, TRANSLATE, how).await?;
            page.toggle("phase", "action").await?;
            until_equal(&format!("{how}: the rows"), rows, async || Ok(page.grid().await?.rows)).await?;
            until_equal(&format!("{how}: the count"), rows, async || page.count().await).await?;
            until_equal(&format!("{how}: the condition"), plain(&conditions), async || {
                Ok(plain(&page.text("[data-testid=conditions]").await?))
            })
            .await?;
            until_equal(&format!("{how}: the facets"), counts.clone(), async || {
                facet_counts(page).await
            })
            .await?;
            meddle(page, TRANSLATE, how).await?;
            page.remove_condition("phase=action").await?;
            until_equal(&format!("{how}: all rows again"), all, async || page.count().await).await?;
            ensure!(page.conditions().await?.is_empty(), "a condition is left");
            page.open_detail(1).await?;
            meddle(page, TRANSLATE, how).await?;
            let ids: Vec<String> = page.rows().await?.into_iter().map(|row| row.id).collect();
            for row in [2, 3] {
                page.press("j").await?;
                until(&format!("{how}: the detail of row {row}"), async || {
                    let detail = page.detail().await?.context("none is open")?;
                    ensure!(detail.row == ids[row], "{} is open", detail.row);
                    let (own, other) = (named(page, row).await?, named(page, row - 1).await?);
                    let text = detail.text;
                    ensure!(
                        text.contains(&own) && (own == other || !text.contains(&other)),
                        "{text}"
                    );
                    let place = format!("{} of", row + 1);
                    ensure!(text.contains(&place), "{place} is not in {text}");
                    Ok(())
                })
                .await?;
                meddle(page, TRANSLATE, how).await?;
            }
            // Twice, so that what was translated in another language is translated anew.
            for _ in 0..2 {
                page.click("[data-testid=language]").await?;
                meddle(page, TRANSLATE, how).await?;
            }
            page.click("[data-testid=language]").await?;
            until(&format!("{how}: the words are those of the language"), async || {
                let text = page.text("[role=columnheader][data-column=instance]").await?;
                ensure!(plain(&text).contains("实例"), "{text}");
                Ok(())
            })
            .await?;
            page.click("[data-testid=language]").await?;
        }
        Ok(())
    })
}

/// The instance of a row in the grid.
async fn named(page: &Page, row: usize) -> Result<String> {
    let row = page
        .rows()
        .await?
        .into_iter()
        .find(|seen| seen.index == row)
        .context("no row")?;
    Ok(plain(&row.cell("instance")?.value))
}

fn plain(text: &str) -> String {
    text.replace(['«', '»'], "")
}

/// The counts of all facets as they are read, beside what they are.
async fn facet_counts(page: &Page) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll('[data-facet] .value')].map(value =>
        value.closest('[data-facet]').dataset.facet + ' ' + value.querySelector('input').dataset.value + ' ' + value.innerText.replaceAll(/[«»\\s]/g, ''))";
    Ok(serde_json::from_value(run(page, script, "").await?)?)
}

/// What people see of some elements, each text by itself.
async fn texts(page: &Page, css: &str) -> Result<Vec<String>> {
    let script =
        "return [...document.querySelectorAll(arguments[0])].map(element => element.textContent).filter(text => text)";
    Ok(serde_json::from_value(run(page, script, css).await?)?)
}

/// Ids and names of the clouds stay as they are, our own words may be translated: on the pages of several tables as in the grid.
#[test]
fn names_of_the_clouds_are_not_translated_on_the_timeline_and_the_overview() -> Result<()> {
    on_page("translators-names", &Stage::default(), async |page| {
        let pages = [
            (
                "/timeline?group=account&phase=failed",
                "[data-testid=timeline]",
                [".canvas .bar", ".canvas h2 a", "[data-testid=conditions] li .words"].as_slice(),
                ".legend label",
            ),
            (
                "/timeline?group=resource",
                "[data-testid=timeline]",
                [".canvas .bar", ".canvas h2 a"].as_slice(),
                ".legend label",
            ),
            (
                "/timeline?group=table",
                "[data-testid=timeline]",
                [".canvas .bar"].as_slice(),
                ".canvas h2 a",
            ),
            (
                "/",
                ".matrix",
                [".matrix tr[data-account] th a"].as_slice(),
                ".matrix tr.whole th a",
            ),
        ];
        for (address, place, theirs, ours) in pages {
            page.open(address).await?;
            until(&format!("{address} is complete"), async || {
                ensure!(page.exists(place).await?, "it is not there");
                ensure!(!page.exists("[aria-busy=true]").await?, "it is busy");
                ensure!(
                    !page.exists(".canvas .bar:not([href])").await?,
                    "some bars have no words yet"
                );
                for css in theirs {
                    ensure!(!texts(page, css).await?.is_empty(), "no {css}");
                }
                Ok(())
            })
            .await?;
            if let Some(bar) = page.driver.find_all(thirtyfour::By::Css(".canvas .bar")).await?.first() {
                bar.focus().await?;
                until("the words about it are there", async || {
                    ensure!(page.exists(".tip b").await?, "they are not");
                    Ok(())
                })
                .await?;
            }
            meddle(page, TRANSLATE, "polite").await?;
            for css in theirs.iter().chain([&".tip b"]) {
                for text in texts(page, css).await? {
                    ensure!(!text.contains('«'), "{address}: {css} is translated: {text}");
                }
            }
            let words = texts(page, ours).await?;
            ensure!(!words.is_empty(), "{address}: no {ours}");
            ensure!(
                words.iter().all(|text| text.contains('«')),
                "{address}: {ours} is not translated: {words:?}"
            );
        }
        Ok(())
    })
}
