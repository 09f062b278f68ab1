//! An open row is read from the top: what it is called, its state and why, when and where, the way to the cloud's console, related rows, all else; what is
//! empty is folded, and the panel is as wide as somebody wants it.

use anyhow::ensure;
use catalog::{Format, Kind, Table};
use serde::Deserialize;
use serde_json::json;
use signalbox_tests::doubles::{attribute, run};
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Context, Page, Result, Stage, on_page, until};
use thirtyfour::Key;

use crate::reach::{away, enter, tab_to, there};

const PANEL: &str = "[role=complementary]";
const EMPTY: &str = "[role=complementary] [data-testid=empty-fields]";
const RELATED: &str = "[role=complementary] [data-testid=related] a";
const HANDLE: &str = "[role=complementary] [role=separator]";

/// Opens the first row and waits until all of the panel is there.
async fn open_first(page: &Page, path: &str) -> Result<()> {
    page.open_loaded(path).await?;
    page.open_detail(0).await?;
    there(page, &format!("{PANEL} [data-testid=raw]")).await
}

/// The fields of the panel from top to bottom, and the other parts of it by their names.
async fn from_the_top(page: &Page) -> Result<Vec<String>> {
    let script = "return [...document.querySelector(arguments[0]).querySelectorAll('[data-field], [data-testid]')]
        .map(part => part.dataset.testid ?? part.dataset.field)";
    Ok(serde_json::from_value(run(page, script, PANEL).await?)?)
}

/// The column that a row of a table is called by: the first word that the table shows.
fn name_column(table: &'static Table) -> Option<&'static str> {
    let is_name = |id: &&&'static str| {
        let column = table.column(id);
        column.is_some_and(|column| column.kind == Kind::Text && column.format != Format::Status)
    };
    table.shown.iter().find(is_name).copied()
}

#[test]
fn an_open_row_is_read_from_the_top() -> Result<()> {
    on_page("panel-order", &Stage::default(), async |page| {
        for table in catalog::TABLES {
            open_first(page, &format!("/{}", table.id)).await?;
            let name = page.cell(0, name_column(table).context("a name")?).await?.text;
            let title = page.text(&format!("{PANEL} header h2")).await?;
            ensure!(title.starts_with(&name), "{}: {title:?} is not {name:?}", table.id);

            let parts = from_the_top(page).await?;
            let at = |part: &str| {
                let place = parts.iter().position(|other| other == part);
                place.with_context(|| format!("{}: no {part} in {parts:?}", table.id))
            };
            let order = ["row-title", "banner", "account", "region", "raw"];
            let places: Vec<usize> = order.iter().map(|part| at(part)).collect::<Result<_>>()?;
            ensure!(
                places.is_sorted(),
                "{}: {order:?} are at {places:?} of {parts:?}",
                table.id
            );
            // Some rows have a value everywhere.
            ensure!(
                at("empty-fields").ok().is_none_or(|empty| places.last() > Some(&empty)),
                "{}: {parts:?}",
                table.id
            );
            // Each column once, wherever it is.
            for column in table.columns() {
                let times = parts.iter().filter(|part| *part == column.id).count();
                ensure!(times == 1, "{}: {} stands there {times} times", table.id, column.id);
            }
        }
        Ok(())
    })
}

#[test]
fn state_and_reason_are_a_banner_in_the_clouds_words() -> Result<()> {
    for (language, word) in [("en-US", "Pre-check failed"), ("zh-CN", "前置检查失败")] {
        let stage = Stage::default().language(language);
        on_page(&format!("panel-banner-{language}"), &stage, async |page| {
            open_first(page, "/plans?state=ValidatingFailed").await?;
            let banner = format!("{PANEL} [data-testid=banner]");
            assert_eq!(attribute(page, &banner, "data-phase").await?, "failed");
            let state = page.text(&format!("{banner} [data-field=state]")).await?;
            ensure!(state.contains(word) && state.contains("ValidatingFailed"), "{state:?}");
            let reason = page.cell(0, "reason").await?.value;
            let text = page.text(&format!("{banner} [data-field=reason]")).await?;
            ensure!(
                !reason.is_empty() && text.contains(&reason),
                "{text:?} without {reason:?}"
            );
            // It is not said a second time below.
            assert_eq!(
                run(
                    page,
                    "return document.querySelectorAll(arguments[0]).length",
                    "[data-field=reason]"
                )
                .await?,
                1
            );
            page.accessible().await
        })?;
    }
    Ok(())
}

/// What a state follows from is why.
#[test]
fn a_patch_state_tells_the_counts_that_make_it() -> Result<()> {
    on_page("panel-counts", &Stage::default(), async |page| {
        open_first(page, "/patches?phase=action").await?;
        let banner = format!("{PANEL} [data-testid=banner]");
        assert_eq!(attribute(page, &banner, "data-phase").await?, "action");
        for column in ["missing", "failed", "pending_reboot"] {
            let count = page.cell(0, column).await?.text;
            let text = page.text(&format!("{banner} [data-field={column}]")).await?;
            ensure!(text.contains(&count), "{column}: {text:?} without {count:?}");
        }
        Ok(())
    })
}

/// How many fields are folded, and how many of them show a value all the same.
async fn folded(page: &Page) -> Result<(usize, usize)> {
    let script = "const all = [...document.querySelectorAll(`${arguments[0]} [data-field] .value`)];
        return [all.length, all.filter(value => value.textContent.trim() !== '–').length]";
    Ok(serde_json::from_value(run(page, script, EMPTY).await?)?)
}

async fn is_open(page: &Page) -> Result<bool> {
    let open = run(page, "return document.querySelector(arguments[0])?.open ?? null", EMPTY).await?;
    open.as_bool().context("nothing is folded")
}

#[test]
fn fields_without_a_value_are_folded_and_stay_unfolded() -> Result<()> {
    on_page("panel-empty", &Stage::default(), async |page| {
        open_first(page, "/plans?sort=start").await?;
        ensure!(!is_open(page).await?, "they are not folded");
        let (count, full) = folded(page).await?;
        ensure!(count > 0 && full == 0, "{full} of {count} have a value");
        assert_eq!(page.text(&format!("{EMPTY} summary")).await?, format!("{count} empty"));
        let others = "return [...document.querySelectorAll(arguments[0])]
            .filter(field => !field.closest('details') && field.querySelector('dd')?.textContent.trim() === '–').length";
        assert_eq!(run(page, others, &format!("{PANEL} [data-field]")).await?, 0);

        enter(page, &format!("{EMPTY} summary")).await?;
        until_equal("they are unfolded", true, async || is_open(page).await).await?;
        ensure!(
            page.element(&format!("{EMPTY} [data-field]"))
                .await?
                .is_displayed()
                .await?,
            "they are not seen"
        );
        // In the next row too, and in one that is opened later.
        let first = page.detail().await?.context("no row is open")?.row;
        page.press("j").await?;
        until("the next row is open", async || {
            ensure!(page.detail().await?.is_some_and(|open| open.row != first), "it is not");
            ensure!(is_open(page).await?, "they are folded");
            Ok(())
        })
        .await?;
        page.press(Key::Escape + "").await?;
        away(page, PANEL).await?;
        page.open_detail(2).await?;
        until_equal("they are still unfolded", true, async || is_open(page).await).await?;
        page.click(&format!("{EMPTY} summary")).await?;
        until_equal("they are folded again", false, async || is_open(page).await).await
    })
}

#[test]
fn the_clouds_own_console_is_the_main_button() -> Result<()> {
    on_page("panel-console", &Stage::default(), async |page| {
        let consoles = format!("{PANEL} [data-testid=console]");
        for (table, column, begin, words) in [
            (
                "plans",
                "cluster",
                "https://cs.console.aliyun.com/#/k8s/cluster/{}/",
                "Open in ACK console",
            ),
            (
                "patches",
                "instance",
                "https://ecs.console.aliyun.com/server/{}/detail",
                "Open in ECS console",
            ),
            (
                "plugins",
                "instance",
                "https://yundun.console.aliyun.com/",
                "Open in Security Center console",
            ),
        ] {
            open_first(page, &format!("/{table}?{column}=is.set")).await?;
            there(page, &consoles).await?;
            let id = page.cell(0, column).await?.value;
            let address = attribute(page, &consoles, "href").await?;
            ensure!(
                address.starts_with(&begin.replace("{}", &id)),
                "{table}: {address} for {id}"
            );
            assert_eq!(page.text(&consoles).await?, words);
            assert_eq!(attribute(page, &consoles, "target").await?, "_blank");
            ensure!(
                attribute(page, &consoles, "rel").await?.contains("noopener"),
                "{table}: it knows its opener"
            );
        }
        open_first(page, "/operations?region=pre.cn-").await?;
        there(page, &consoles).await?;
        let region = page.cell(0, "region").await?.value;
        let address = attribute(page, &consoles, "href").await?;
        assert_eq!(address, format!("https://console.huaweicloud.com/rf/?region={region}"));
        page.click("[data-testid=language]").await?;
        until_equal(
            "it speaks Chinese",
            "在资源编排服务 RFS 控制台中打开".to_owned(),
            async || page.text(&consoles).await,
        )
        .await?;
        // No document says how COC addresses what it shows.
        open_first(page, "/tickets").await?;
        ensure!(
            !page.exists(&consoles).await?,
            "a ticket has a button that leads nowhere"
        );
        Ok(())
    })
}

/// A link to related rows.
#[derive(Clone, Debug, Deserialize)]
struct Related {
    href: String,
    text: String,
    column: String,
    count: usize,
    people: Option<usize>,
    at_least: bool,
}

async fn related(page: &Page) -> Result<Vec<Related>> {
    let script = "return [...document.querySelectorAll(arguments[0])].map(link => ({
        href: link.getAttribute('href'), text: link.textContent, column: link.dataset.related,
        count: Number(link.dataset.count), people: link.dataset.people ? Number(link.dataset.people) : null,
        at_least: link.dataset.atLeast === 'true' }))";
    Ok(serde_json::from_value(run(page, script, RELATED).await?)?)
}

/// Walks through the rows to the first that has a related link about a column.
async fn walk_to_related(page: &Page, column: &str) -> Result<Vec<Related>> {
    for _ in 0..40 {
        let links = related(page).await?;
        if links.iter().any(|link| link.column == column) {
            return Ok(links);
        }
        let before = page.detail().await?.map(|detail| detail.row);
        page.press("j").await?;
        until("the next row is open", async || {
            ensure!(
                page.detail().await?.map(|detail| detail.row) != before,
                "still {before:?}"
            );
            Ok(())
        })
        .await?;
    }
    anyhow::bail!("no row is related to others by {column}")
}

/// Each link shows as many rows, by as many people, as it says.
#[test]
fn related_rows_are_links_with_exact_counts() -> Result<()> {
    on_page("panel-related", &Stage::default(), async |page| {
        open_first(page, "/tickets").await?;
        let links = walk_to_related(page, "document").await?;
        let document: Vec<_> = links.iter().filter(|link| link.column == "document").collect();
        ensure!(
            document.iter().any(|link| link.href.contains("start=-7d..now")),
            "{document:?}"
        );
        for link in &links {
            ensure!(!link.at_least, "everyone has answered: {link:?}");
            page.open_loaded(&link.href).await?;
            assert_eq!(page.count().await?, link.count, "{link:?}");
            let people = page.facet("creator").await?;
            let people = people.iter().filter(|value| value.count > 0 && !value.value.is_empty());
            assert_eq!(Some(people.count()), link.people, "{link:?}");
            ensure!(
                page.conditions().await?.iter().all(|condition| condition.understood),
                "{link:?}"
            );
        }
        // Rows that are only looked at, again and again, have no last days.
        open_first(page, "/patches").await?;
        let links = walk_to_related(page, "baseline").await?;
        ensure!(
            links
                .iter()
                .all(|link| !link.href.contains("-7d") && link.people.is_none()),
            "{links:?}"
        );
        let link = links.iter().find(|link| link.column == "baseline").context("a link")?;
        page.click(&format!("{RELATED}[data-related=baseline]")).await?;
        until_equal("it is followed within the page", link.count, async || {
            page.count().await
        })
        .await?;
        page.accessible().await
    })
}

#[test]
fn beside_gaps_there_are_at_least_so_many() -> Result<()> {
    let stage = Stage::demo(&["--faults", "deny@oos/cn-beijing"]);
    on_page("panel-gaps", &stage, async |page| {
        open_first(page, "/patches").await?;
        for link in walk_to_related(page, "baseline").await? {
            ensure!(link.at_least && link.text.contains("+ ?"), "{link:?}");
        }
        let said = page.text(&format!("{RELATED} .hidden")).await?;
        ensure!(said.contains("at least"), "{said:?}");
        // One of the lists of plans is cut.
        open_first(page, "/plans").await?;
        for link in walk_to_related(page, "cluster").await? {
            ensure!(link.at_least && link.text.contains(" +"), "{link:?}");
        }
        Ok(())
    })
}

#[test]
fn while_rows_arrive_there_are_at_least_so_many() -> Result<()> {
    on_page(
        "panel-loading",
        &Stage::demo(&["--faults", "hang@oos/cn-beijing"]),
        async |page| {
            page.open("/patches").await?;
            until("there are rows", async || {
                ensure!(!page.rows().await?.is_empty(), "there are none");
                Ok(())
            })
            .await?;
            page.open_detail(0).await?;
            there(page, RELATED).await?;
            ensure!(page.grid().await?.busy, "everything has arrived");
            for link in related(page).await? {
                ensure!(
                    link.at_least && link.text.contains(" +") && !link.text.contains('?'),
                    "{link:?}"
                );
            }
            Ok(())
        },
    )
}

async fn width(page: &Page) -> Result<i64> {
    let width = run(page, "return document.querySelector(arguments[0]).offsetWidth", PANEL).await?;
    width.as_i64().context("a number")
}

async fn is_wide(page: &Page, wanted: i64) -> Result<()> {
    until_equal("the panel is as wide", wanted, async || width(page).await).await?;
    until_equal("and says so", wanted.to_string(), async || {
        attribute(page, HANDLE, "aria-valuenow").await
    })
    .await
}

async fn mouse(page: &Page, kind: &str, x: f64, clicks: u32) -> Result<()> {
    let event = json!({ "type": kind, "x": x, "y": 300, "button": "left", "buttons": 1, "clickCount": clicks });
    page.driver.cdp().send_raw("Input.dispatchMouseEvent", event).await?;
    Ok(())
}

/// The middle of the handle, in pixels from the left.
async fn handle(page: &Page) -> Result<f64> {
    let script =
        "const box = document.querySelector(arguments[0]).getBoundingClientRect(); return (box.left + box.right) / 2";
    run(page, script, HANDLE).await?.as_f64().context("a number")
}

#[test]
fn the_panels_edge_is_dragged_and_its_place_remembered() -> Result<()> {
    on_page("panel-width", &Stage::default().window(1280, 720), async |page| {
        open_first(page, "/plans").await?;
        let usual = width(page).await?;
        is_wide(page, usual).await?;
        let x = handle(page).await?;
        mouse(page, "mousePressed", x, 1).await?;
        for step in 1..=4 {
            mouse(page, "mouseMoved", x - 30.0 * f64::from(step), 1).await?;
        }
        mouse(page, "mouseReleased", x - 120.0, 1).await?;
        is_wide(page, usual + 120).await?;
        // The pointer may go on without it.
        mouse(page, "mouseMoved", x + 50.0, 1).await?;
        is_wide(page, usual + 120).await?;
        page.reload().await?;
        there(page, HANDLE).await?;
        is_wide(page, usual + 120).await?;

        tab_to(page, HANDLE).await?;
        page.press(Key::Right + "").await?;
        is_wide(page, usual + 104).await?;
        page.press(Key::Left + "").await?;
        is_wide(page, usual + 120).await?;
        page.press(Key::End + "").await?;
        is_wide(page, 960).await?;
        assert_eq!(attribute(page, HANDLE, "aria-valuemax").await?, "960");
        page.press(Key::Home + "").await?;
        is_wide(page, 320).await?;
        assert_eq!(attribute(page, HANDLE, "aria-valuemin").await?, "320");
        page.accessible().await?;
        page.press("j").await?;
        is_wide(page, 320).await?;

        let x = handle(page).await?;
        for clicks in [1, 2] {
            mouse(page, "mousePressed", x, clicks).await?;
            mouse(page, "mouseReleased", x, clicks).await?;
        }
        is_wide(page, usual).await?;
        page.reload().await?;
        there(page, HANDLE).await?;
        is_wide(page, usual).await
    })
}

/// Whatever was chosen in another window.
#[test]
fn on_a_phone_the_panel_is_the_window() -> Result<()> {
    on_page("panel-phone", &Stage::default().window(390, 844), async |page| {
        page.open("/plans").await?;
        run(
            page,
            "localStorage.setItem('signalbox.panel-width', arguments[0])",
            "640",
        )
        .await?;
        open_first(page, "/plans").await?;
        assert_eq!(width(page).await?, 390);
        ensure!(!page.element(HANDLE).await?.is_displayed().await?, "there is a handle");
        Ok(())
    })
}
