//! Groups: lines that add up to the rows of the same view, opened in place, sorted, shown alone, exported, by mouse and by keys.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use signalbox_tests::doubles::{attribute, install, plan, run};
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, Stage, on_page, until};
use thirtyfour::Key;

/// The contract has `aria-expanded` on the rows of a `grid`, where ARIA 1.2 has it on those of a `treegrid` only; the first cell, where a grid may have it, has it too.
const KNOWINGLY: [&str; 1] = ["aria-conditional-attr"];

/// The account of the simulated clouds one of whose regions has more plans than are listed.
const CUT: &str = "prod-cn";

/// The line of a group.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Line {
    index: usize,
    group: String,
    count: usize,
    open: String,
    at_least: bool,
    phases: BTreeMap<String, usize>,
    /// What each cell has as its value, or shows where that is the value.
    cells: BTreeMap<String, String>,
    text: String,
}

const LINES: &str = "return [...document.querySelectorAll('[role=grid] [role=row][data-group]')].map(line => ({
    index: Number(line.getAttribute('aria-rowindex')) - 2,
    group: line.dataset.group,
    count: Number(line.dataset.count),
    open: line.getAttribute('aria-expanded'),
    at_least: line.dataset.atLeast === 'true',
    phases: Object.fromEntries([...line.querySelectorAll('[data-phase][data-count]')].map(part => [part.dataset.phase, Number(part.dataset.count)])),
    cells: Object.fromEntries([...line.querySelectorAll('[role=gridcell][data-column]')].map(cell => [cell.dataset.column, cell.dataset.value ?? cell.innerText.trim()])),
    text: line.innerText,
})).sort((a, b) => a.index - b.index)";

async fn read<T: DeserializeOwned>(page: &Page, script: &str) -> Result<T> {
    Ok(serde_json::from_value(run(page, script, "").await?)?)
}

/// The lines in sight, once the groups are made.
async fn lines(page: &Page) -> Result<Vec<Line>> {
    until("there are groups", async || {
        let lines: Vec<Line> = read(page, LINES).await?;
        ensure!(!lines.is_empty() && !page.grid().await?.busy, "{lines:?}");
        Ok(lines)
    })
    .await
}

async fn line(page: &Page, group: &str) -> Result<Line> {
    let all = lines(page).await?;
    let found = all.iter().find(|line| line.group == group);
    found.cloned().with_context(|| format!("no group {group} in {all:?}"))
}

fn of(group: &str) -> String {
    format!("[role=row][data-group=\"{group}\"]")
}

async fn opens(page: &Page, group: &str, open: bool) -> Result<()> {
    until_equal(&format!("{group} is open: {open}"), open.to_string(), async || {
        Ok(line(page, group).await?.open)
    })
    .await
}

async fn address_becomes(page: &Page, address: &str) -> Result<()> {
    until_equal("the address is right", address.to_owned(), async || {
        page.address().await
    })
    .await
}

/// What the proxy answers: the words of an independent witness, which has its own sums.
async fn answer(page: &Page, path: &str) -> Result<String> {
    let script = format!(
        "const done = arguments[0]; fetch('{path}').then(answer => answer.text()).then(done, error => done(String(error)))"
    );
    Ok(page.driver.execute_async(script, Vec::new()).await?.convert()?)
}

/// The sum of a number over the rows of a view.
async fn sum_of(page: &Page, query: &str, column: &str) -> Result<f64> {
    let rows = answer(page, &format!("/api/v1/export/patches.ndjson?{query}&cols={column}")).await?;
    rows.lines()
        .map(|row| Ok(serde_json::from_str::<Value>(row)?[column].as_f64().unwrap_or_default()))
        .sum()
}

#[test]
fn a_link_shows_groups_that_add_up_to_its_rows() -> Result<()> {
    on_page("groups-link", &Stage::default(), async |page| {
        let link = "/patches?missing=gt.0&by=account,region";
        page.open_loaded(link).await?;
        let all = lines(page).await?;
        address_becomes(page, link).await?;
        ensure!(all.len() > 2, "{all:?}");
        assert_eq!(page.grid().await?.rows, all.len(), "lines are what is counted");
        let rows = page.count().await?;
        assert_eq!(
            all.iter().map(|line| line.count).sum::<usize>(),
            rows,
            "every row is in one group"
        );
        let heads = page.grid().await?.headers;
        assert_eq!(
            heads
                .iter()
                .take(2)
                .map(|head| head.column.as_str())
                .collect::<Vec<_>>(),
            ["account", "region"],
            "what rows are grouped by stands first"
        );
        let conditions = page.conditions().await?;
        ensure!(conditions.len() == 1 && conditions[0].understood, "{conditions:?}");
        for line in &all {
            assert_eq!(line.open, "false", "{line:?}");
            ensure!(!line.at_least, "{line:?}");
            assert_eq!(line.phases.values().sum::<usize>(), line.count, "{line:?}");
            let query = format!("missing=gt.0&{}", line.group);
            for column in ["missing", "failed"] {
                let shown: f64 = line.cells[column].parse().with_context(|| format!("{line:?}"))?;
                let told = sum_of(page, &query, column).await?;
                ensure!((shown - told).abs() < 0.5, "{line:?}: the rows have {told}");
            }
        }
        // The facet counts the same rows another way.
        let accounts = page.facet("account").await?;
        for account in accounts.iter().filter(|account| account.count > 0) {
            let own = all.iter().filter(|line| line.cells["account"] == account.value);
            assert_eq!(own.map(|line| line.count).sum::<usize>(), account.count, "{account:?}");
        }
        let groups = attribute(page, "[data-testid=groups]", "data-count").await?;
        assert_eq!(groups, all.len().to_string());
        page.accessible_but(&KNOWINGLY).await
    })
}

#[test]
fn a_group_opens_in_place() -> Result<()> {
    on_page("groups-open", &Stage::default(), async |page| {
        page.open_loaded("/patches?by=account&missing=gt.0").await?;
        let all = lines(page).await?;
        let first = &all[0];
        ensure!(page.rows().await?.is_empty(), "rows of a closed group are shown");
        page.click(&format!("{} button", of(&first.group))).await?;
        opens(page, &first.group, true).await?;
        until_equal("its rows are counted", all.len() + first.count, async || {
            Ok(page.grid().await?.rows)
        })
        .await?;
        let rows = page.rows().await?;
        ensure!(!rows.is_empty(), "there are none");
        assert_eq!(rows[0].index, first.index + 1);
        for row in &rows {
            assert_eq!(row.cell("account")?.value, first.cells["account"]);
        }
        assert_eq!(
            page.address().await?,
            "/patches?missing=gt.0&by=account",
            "what is open is in no link"
        );
        // A row opens as rows do.
        let detail = page.open_detail(rows[0].index).await?;
        let address = page.address().await?;
        ensure!(
            address.contains("&row=") && address.contains("&by=account"),
            "{address}"
        );
        assert_eq!(detail.row, rows[0].id);
        page.press("j").await?;
        until_equal("j goes to the next row of the group", rows[1].id.clone(), async || {
            Ok(page.detail().await?.context("no detail")?.row)
        })
        .await?;
        page.press(Key::Escape + "").await?;
        until_equal("it is closed", true, async || Ok(page.detail().await?.is_none())).await?;
        page.accessible_but(&KNOWINGLY).await?;
        page.click(&format!("{} button", of(&first.group))).await?;
        until_equal("the rows are gone", all.len(), async || Ok(page.grid().await?.rows)).await
    })
}

#[test]
fn groups_are_sorted_by_what_they_show() -> Result<()> {
    on_page("groups-sort", &Stage::default(), async |page| {
        page.open_loaded("/patches?by=account,region").await?;
        let missing = async || -> Result<Vec<f64>> {
            lines(page)
                .await?
                .iter()
                .map(|line| line.cells["missing"].parse::<f64>().context("no sum"))
                .collect()
        };
        for (sort, up) in [("-missing", false), ("missing", true)] {
            page.sort_by("missing").await?;
            address_becomes(page, &format!("/patches?by=account,region&sort={sort}")).await?;
            until("lines stand by their sums", async || {
                let sums = missing().await?;
                ensure!(
                    sums.len() > 2
                        && sums
                            .windows(2)
                            .all(|pair| if up { pair[0] <= pair[1] } else { pair[0] >= pair[1] }),
                    "{sums:?}"
                );
                Ok(())
            })
            .await?;
        }
        let head = page.grid().await?.headers;
        ensure!(
            head.iter()
                .any(|head| head.column == "missing" && head.sort == "ascending"),
            "{head:?}"
        );
        page.click("[data-testid=grouping] > .popover > button").await?;
        page.click("[data-action=most-first]").await?;
        address_becomes(page, "/patches?by=account,region&sort=-count").await?;
        until("lines stand by their rows", async || {
            let counts: Vec<usize> = lines(page).await?.iter().map(|line| line.count).collect();
            ensure!(counts.windows(2).all(|pair| pair[0] >= pair[1]), "{counts:?}");
            Ok(())
        })
        .await
    })
}

#[test]
fn a_group_leads_to_its_rows_and_back() -> Result<()> {
    on_page("groups-alone", &Stage::default(), async |page| {
        page.open_loaded("/plugins?by=cluster&sort=-count").await?;
        let first = lines(page).await?[0].clone();
        page.click(&format!("{} button", of(&first.group))).await?;
        opens(page, &first.group, true).await?;
        // Among the groups further down.
        run(page, "document.querySelector('[role=grid]').scrollTop = 800", "").await?;
        let chosen = until("other groups are in sight", async || {
            let all = lines(page).await?;
            let chosen = all.get(all.len() / 2).filter(|line| line.index * 34 > 900);
            chosen.cloned().with_context(|| format!("{all:?}"))
        })
        .await?;
        page.click(&format!("{} a", of(&chosen.group))).await?;
        address_becomes(page, &format!("/plugins?{}", chosen.group)).await?;
        until_equal("all of its rows are there", chosen.count, async || {
            let grid = page.grid().await?;
            ensure!(!page.exists("[data-group]").await?, "groups are still there");
            Ok(grid.rows)
        })
        .await?;
        page.back().await?;
        until("one is where one was", async || {
            let top: f64 = read(page, "return document.querySelector('[role=grid]').scrollTop").await?;
            ensure!((top - 800.0).abs() < 2.0, "the list is scrolled by {top}");
            let index = line(page, &chosen.group).await?.index;
            ensure!(
                index == chosen.index,
                "the line is the {index}th, not the {}th",
                chosen.index
            );
            Ok(())
        })
        .await
    })
}

async fn by_keys(page: &Page) -> Result<()> {
    page.open_loaded("/patches?missing=gt.0&by=account").await?;
    let all = lines(page).await?;
    run(page, "document.querySelector('[role=grid]').focus()", "").await?;
    let active = async || -> Result<(String, bool)> {
        let script = "const grid = document.querySelector('[role=grid]');
            const cell = document.getElementById(grid.getAttribute('aria-activedescendant'));
            const row = cell?.closest('[role=row]');
            return [row?.dataset.group ?? row?.dataset.rowId ?? '', document.activeElement === grid]";
        read(page, script).await
    };
    let marked = async |what: &str, on: &str| until_equal(what, (on.to_owned(), true), async || active().await).await;
    marked("the first group is marked", &all[0].group).await?;
    page.press(Key::Down + "").await?;
    marked("Down goes to the second", &all[1].group).await?;
    page.press(Key::Right + "").await?;
    opens(page, &all[1].group, true).await?;
    page.press(Key::Down + "").await?;
    let row = until("a row is marked", async || {
        let (row, focused) = active().await?;
        ensure!(
            focused && !row.is_empty() && all.iter().all(|line| line.group != row),
            "{row:?}"
        );
        Ok(row)
    })
    .await?;
    page.press(Key::Enter + "").await?;
    until_equal("Enter opens it", row, async || {
        Ok(page.detail().await?.context("no detail")?.row)
    })
    .await?;
    page.press(Key::Escape + "").await?;
    until_equal("Escape closes it", true, async || Ok(page.detail().await?.is_none())).await?;
    page.press(Key::Left + "").await?;
    marked("Left leads back to the group", &all[1].group).await?;
    page.press(Key::Left + "").await?;
    opens(page, &all[1].group, false).await?;
    page.press(" ").await?;
    opens(page, &all[1].group, true).await?;
    page.press(Key::Enter + "").await?;
    address_becomes(page, &format!("/patches?{}&missing=gt.0", all[1].group)).await?;
    until("the focus stays in the grid", async || {
        let focused = run(page, "return document.activeElement.matches('[role=grid]')", "").await?;
        ensure!(focused == true && !page.exists("[data-group]").await?, "it does not");
        Ok(())
    })
    .await
}

#[test]
fn groups_are_walked_by_keys() -> Result<()> {
    on_page("groups-keys", &Stage::default(), by_keys)
}

#[test]
fn groups_are_chosen_in_the_toolbar_and_exported() -> Result<()> {
    on_page("groups-toolbar", &Stage::default(), async |page| {
        page.open_loaded("/plans").await?;
        let rows = page.count().await?;
        let button = "[data-testid=grouping] > .popover > button";
        page.click(button).await?;
        page.click("[data-group-choice=account]").await?;
        address_becomes(page, "/plans?by=account").await?;
        let all = lines(page).await?;
        assert_eq!(all.iter().map(|line| line.count).sum::<usize>(), rows);
        page.click("[data-group-choice=type]").await?;
        address_becomes(page, "/plans?by=account,type").await?;
        page.accessible_but(&KNOWINGLY).await?;
        page.press(Key::Escape + "").await?;
        let label = attribute(page, button, "aria-label").await?;
        ensure!(label == "Group: Account, Type", "{label:?}");

        page.click("[data-testid=export] button").await?;
        let menu = page.text("[data-testid=export] .panel").await?;
        ensure!(
            menu.contains("A record a group") && menu.contains("without groups"),
            "{menu:?}"
        );
        let csv = attribute(page, "[data-format=csv]", "href").await?;
        let csv = answer(page, &csv).await?;
        let mut written = csv.trim_start_matches('\u{feff}').lines();
        assert_eq!(written.next(), Some("account,type,count"));
        let written: Vec<&str> = written.collect();
        let counts = written
            .iter()
            .filter_map(|line| line.rsplit(',').next()?.parse::<usize>().ok());
        assert_eq!(counts.sum::<usize>(), rows);
        // Not all of them are in sight.
        let expected: Vec<String> = lines(page)
            .await?
            .iter()
            .map(|line| format!("{},{},{}", line.cells["account"], line.cells["type"], line.count))
            .collect();
        ensure!(!expected.is_empty());
        let first = &written[..expected.len().min(written.len())];
        assert_eq!(first, expected, "a file has what is on screen, in its order");
        page.press(Key::Escape + "").await?;

        page.click(button).await?;
        page.click("[data-action=no-groups]").await?;
        address_becomes(page, "/plans").await?;
        until_equal("the rows are back", rows, async || Ok(page.grid().await?.rows)).await
    })
}

/// Groups of a list that is cut are at least what they show; those of whole lists are what they show.
#[test]
fn groups_of_a_cut_list_are_at_least() -> Result<()> {
    for (language, word) in [("en-US", "at least "), ("zh-CN", "至少 ")] {
        let stage = Stage::default().language(language);
        on_page(&format!("groups-cut-{language}"), &stage, async |page| {
            page.open_loaded("/plans?by=account").await?;
            for line in lines(page).await? {
                let cut = line.cells["account"] == CUT;
                assert_eq!(line.at_least, cut, "{line:?}");
                assert_eq!(line.text.contains(&format!("{} +", line.count)), cut, "{line:?}");
                assert_eq!(line.text.contains(word), cut, "{line:?}");
            }
            // Any state may have been cut away.
            page.open_loaded("/plans?by=state").await?;
            for line in lines(page).await? {
                ensure!(line.at_least, "{line:?}");
            }
            assert_eq!(attribute(page, "[data-testid=groups]", "data-at-least").await?, "true");
            page.open_loaded("/plans?by=state&account=staging-cn").await?;
            for line in lines(page).await? {
                ensure!(!line.at_least, "{line:?}");
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// A source that fails is a gap in the groups that it may have rows of, and in no other.
#[test]
fn groups_beside_a_failed_source_are_at_least() -> Result<()> {
    on_page("groups-failed", &Stage::default(), async |page| {
        install(page).await?;
        page.open_loaded("/patches").await?;
        plan(page, json!({ "fail": [0] })).await?;
        page.open_loaded("/patches?by=account,region").await?;
        let failed = page.coverage().await?;
        let failed = failed
            .iter()
            .find(|target| target.state == "failed")
            .context("none has failed")?;
        let mut place = failed.target.split('/');
        let (account, region) = (place.next().unwrap_or_default(), place.next().unwrap_or_default());
        let all = lines(page).await?;
        let mut gaps = 0;
        for line in &all {
            let gap = line.cells["account"] == account && line.cells["region"] == region;
            assert_eq!(line.at_least, gap, "{line:?} beside {failed:?}");
            assert_eq!(line.text.contains("+ ?"), gap, "{line:?}");
            gaps += usize::from(gap);
            let cell = format!("{} [data-column=missing]", of(&line.group));
            let marked = run(
                page,
                "return document.querySelector(arguments[0]).dataset.atLeast ?? ''",
                &cell,
            )
            .await?;
            assert_eq!(marked == "true", gap, "{line:?}");
        }
        ensure!(gaps == 1 && all.len() > 1, "{all:?}");
        page.accessible_but(&KNOWINGLY).await
    })
}

#[test]
fn what_cannot_be_grouped_by_is_struck() -> Result<()> {
    on_page("groups-struck", &Stage::default(), async |page| {
        page.open_loaded("/plans?by=type,colour").await?;
        ensure!(
            lines(page).await?.iter().all(|line| line.group.starts_with("type=")),
            "other groups"
        );
        let conditions = page.conditions().await?;
        ensure!(
            conditions.len() == 1 && conditions[0].condition == "by=colour" && !conditions[0].understood,
            "{conditions:?}"
        );
        page.remove_condition("by=colour").await?;
        address_becomes(page, "/plans?by=type").await
    })
}

#[test]
fn groups_in_chinese_and_dark_on_a_phone() -> Result<()> {
    let stage = Stage::default().language("zh-CN").dark().window(390, 844);
    on_page("groups-zh", &stage, async |page| {
        page.open_loaded("/patches?by=account&sort=-missing").await?;
        let all = lines(page).await?;
        let total = page.text("[data-testid=groups]").await?;
        assert_eq!(total, format!("{} 组", all.len()));
        let button = attribute(page, &format!("{} button", of(&all[0].group)), "aria-label").await?;
        ensure!(button.starts_with("展开或收起各行："), "{button:?}");
        page.accessible_but(&KNOWINGLY).await?;
        page.click(&format!("{} button", of(&all[0].group))).await?;
        opens(page, &all[0].group, true).await?;
        page.accessible_but(&KNOWINGLY).await
    })
}
