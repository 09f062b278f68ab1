//! A number that is counted from a list which its cloud cuts, or beside sources that did not answer, says so wherever it stands.

use anyhow::ensure;
use signalbox_tests::doubles::{attribute, run};
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Context, Page, Result, Stage, on_page, until};

/// The account of the simulated clouds one of whose regions has more plans than are listed.
const CUT: &str = "prod-cn";

/// What is seen of the first element, and what is read out of it: the text of what is only seen is `aria-hidden`.
async fn seen_and_spoken(page: &Page, css: &str) -> Result<(String, String)> {
    let script = "const found = document.querySelector(arguments[0]);
        const text = (skip) => { const copy = found.cloneNode(true); copy.querySelectorAll(skip).forEach(part => part.remove()); return copy.textContent.trim(); };
        return [text('.hidden'), text('[aria-hidden=true]')]";
    let both = run(page, script, css).await?;
    serde_json::from_value(both).with_context(|| format!("nothing is {css}"))
}

async fn overview_complete(page: &Page) -> Result<()> {
    until("the overview is complete", async || {
        ensure!(page.exists(".matrix table[aria-busy=false]").await?, "it is busy");
        let open = run(page, "return document.querySelectorAll('.matrix a.open').length", "").await?;
        ensure!(open == 0, "{open} numbers are not final");
        Ok(())
    })
    .await
}

#[test]
fn the_overview_says_at_least() -> Result<()> {
    for (language, at_least) in [("en-US", "at least "), ("zh-CN", "至少 ")] {
        let stage = Stage::default().language(language);
        on_page(&format!("counts-overview-{language}"), &stage, async |page| {
            page.open("/").await?;
            overview_complete(page).await?;
            for row in [".whole", &format!("[data-account={CUT}]")] {
                let cell = format!("[data-table=plans] {row} [data-question=week] a");
                let text = page.text(&cell).await?;
                let count = attribute(page, &cell, "data-count").await?;
                ensure!(text == format!("{count} +"), "{text:?} for {count}");
                for name in ["title", "aria-label"] {
                    let words = attribute(page, &cell, name).await?;
                    ensure!(words.contains(&format!("{at_least}{count}")), "{name}: {words:?}");
                }
            }
            // Nothing is cut elsewhere.
            let others = "return [...document.querySelectorAll('.matrix a[data-count]')].filter(link => link.innerText.includes('+'))
                .filter(link => link.closest('[data-table]').dataset.table !== 'plans' || (link.closest('tr').dataset.account ?? arguments[0]) !== arguments[0]).length";
            assert_eq!(run(page, others, CUT).await?, 0);
            page.accessible().await
        })?;
    }
    Ok(())
}

#[test]
fn a_table_and_its_facets_say_at_least() -> Result<()> {
    on_page("counts-table", &Stage::default(), async |page| {
        page.open_loaded("/plans").await?;
        let rows = page.grid().await?.rows;
        let text = page.text(".toolbar .count").await?;
        ensure!(text.contains(&format!("{rows} of at least {rows} rows")), "{text:?}");
        for account in page.facet("account").await? {
            let label = format!(
                "[data-facet=account] label:has([data-value=\"{}\"]) .count",
                account.value
            );
            let (seen, spoken) = seen_and_spoken(page, &label).await?;
            let count = attribute(
                page,
                &format!("[data-facet=account] [data-value=\"{}\"]", account.value),
                "data-count",
            )
            .await?;
            let expected = if account.value == CUT {
                (format!("{count} +"), format!("at least {count}"))
            } else {
                (count.clone(), count)
            };
            assert_eq!((seen, spoken), expected, "{}", account.value);
        }
        // The rows of any state may be among those that were cut away.
        let (seen, spoken) = seen_and_spoken(page, "[data-facet=state] .count").await?;
        ensure!(
            seen.ends_with(" +") && spoken.starts_with("at least "),
            "{seen:?}, {spoken:?}"
        );
        page.accessible().await?;

        // A view of whole lists is whole, though the table is not.
        page.open_loaded("/plans?account=staging-cn").await?;
        until_equal("the state's counts are plain", true, async || {
            let (seen, spoken) = seen_and_spoken(page, "[data-facet=state] .count").await?;
            Ok(seen == spoken && seen.parse::<usize>().is_ok())
        })
        .await?;
        let text = page.text(".toolbar .count").await?;
        ensure!(text.contains("of at least"), "{text:?}");

        // What matches nothing may match what was cut away.
        page.open_loaded(&format!("/plans?account={CUT}&type=nonsense")).await?;
        let nothing = page.text("[data-empty=no-match]").await?;
        ensure!(nothing.contains("There may be more"), "{nothing:?}");
        Ok(())
    })
}

#[test]
fn a_cut_list_says_what_it_has_and_where_the_rest_is() -> Result<()> {
    for (language, kept, rest) in [
        ("en-US", "the newest 100 by creation", "only in the ACK console"),
        ("zh-CN", "按创建时间最新的 100 条", "控制台"),
    ] {
        let stage = Stage::default().language(language);
        on_page(&format!("counts-cut-{language}"), &stage, async |page| {
            page.open_loaded("/plans").await?;
            let pill = "[data-testid=coverage] [data-state=capped]";
            let text = page.text(pill).await?;
            ensure!(text.contains(kept) && text.contains(rest), "{text:?}");
            let console = attribute(page, &format!("{pill} a"), "href").await?;
            ensure!(console.starts_with("https://cs.console.aliyun.com/"), "{console}");
            page.accessible().await
        })?;
    }
    Ok(())
}

#[test]
fn the_timeline_and_a_resource_say_at_least() -> Result<()> {
    on_page("counts-others", &Stage::default(), async |page| {
        page.open_loaded("/plans?account=prod-cn").await?;
        let cluster = page.cell(0, "cluster").await?.value;
        page.open("/timeline").await?;
        until("the legend says at least", async || {
            ensure!(page.exists("main[aria-busy=false]").await?, "it is busy");
            let (seen, spoken) =
                seen_and_spoken(page, "[data-facet=table] label:has([data-value=plans]) .number").await?;
            ensure!(
                seen.ends_with(" +") && spoken.starts_with("at least "),
                "{seen:?}, {spoken:?}"
            );
            let (seen, spoken) =
                seen_and_spoken(page, "[data-facet=table] label:has([data-value=tickets]) .number").await?;
            ensure!(seen == spoken && !seen.contains('+'), "{seen:?}, {spoken:?}");
            Ok(())
        })
        .await?;
        page.open(&format!("/resource/{cluster}")).await?;
        until("the resource's plans say at least", async || {
            ensure!(page.exists("main[aria-busy=false]").await?, "it is busy");
            let (seen, spoken) = seen_and_spoken(page, "[data-table=plans] h2 .hint").await?;
            ensure!(
                seen.ends_with(" +") && spoken.starts_with("at least "),
                "{seen:?}, {spoken:?}"
            );
            Ok(())
        })
        .await
    })
}

/// Nobody has told anything of it, which is not nothing.
#[test]
fn an_account_without_any_answer_is_unknown() -> Result<()> {
    let stage = Stage::demo(&["--faults", "deny@oos,deny@coc//eu-hw"]);
    on_page("counts-unknown", &stage, async |page| {
        page.open("/").await?;
        overview_complete(page).await?;
        for cell in [
            "[data-table=tickets] [data-account=eu-hw]",
            "[data-table=patches] .whole",
        ] {
            let link = format!("{cell} [data-question=now] a");
            assert_eq!(page.text(&link).await?.trim(), "?");
            for name in ["title", "aria-label"] {
                let words = attribute(page, &link, name).await?;
                ensure!(words.contains("unknown"), "{name}: {words:?}");
            }
        }
        page.open_loaded("/patches").await?;
        let text = page.text(".toolbar .count").await?;
        ensure!(text.starts_with("? of ? rows"), "{text:?}");
        Ok(())
    })
}
