//! What is under the pointer is what is clicked: nothing lies over a link, a button or a field, in any panel, at any width, in either language.

use anyhow::ensure;
use serde::Deserialize;
use serde_json::json;
use signalbox_tests::doubles::run;
use signalbox_tests::{Context, Page, Result, Stage, on_page, until};
use thirtyfour::Key;

/// What can be clicked within what the argument finds, and what is hit instead: each scrolled into view, and pointed at in its centre and near its corners.
/// An inline link may be broken into lines, each of which is hit by itself.
const COVERED: &str = r"
    const name = element => element && `${element.tagName.toLowerCase()}.${[...element.classList].join('.')} ${element.getAttribute('aria-label') ?? ''} ${element.textContent.trim().slice(0, 30)}`;
    const root = document.querySelector(arguments[0]);
    const all = [...root.querySelectorAll('a[href], button, input, select, textarea, summary, [role=option]')];
    // A skip link is seen when it has the focus.
    const seen = all.filter(element => element.checkVisibility({ visibilityProperty: true }) && !element.matches('.skip'));
    const faults = [];
    for (const element of seen) {
        element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
        const boxes = [...element.getClientRects()].filter(box => box.width > 1 && box.height > 1);
        if (boxes.length === 0) faults.push(`${name(element)} has no area`);
        for (const box of boxes) {
            const inset = Math.min(5, box.width / 4, box.height / 4);
            const points = [[box.left + box.width / 2, box.top + box.height / 2],
                [box.left + inset, box.top + inset], [box.right - inset, box.top + inset],
                [box.left + inset, box.bottom - inset], [box.right - inset, box.bottom - inset]];
            for (const [x, y] of points) {
                const hit = document.elementFromPoint(x, y);
                // A word in a label clicks what it labels.
                if (hit && (element.contains(hit) || hit.closest('label')?.control === element)) continue;
                faults.push(`${name(element)} at ${Math.round(x)},${Math.round(y)} of ${JSON.stringify(box)}: ${name(hit) ?? 'out of the window'}`);
                break;
            }
        }
    }
    return { looked: seen.length, faults };";

#[derive(Deserialize)]
struct Covered {
    looked: usize,
    faults: Vec<String>,
}

/// Nothing lies over what can be clicked within `css`, once that is so much: some of it is fetched when it is opened.
async fn nothing_is_covered(page: &Page, place: &str, css: &str, least: usize) -> Result<()> {
    there(page, css).await?;
    let covered = until(&format!("{place} has {least} things to click"), async || {
        let covered: Covered = serde_json::from_value(run(page, COVERED, css).await?)?;
        ensure!(covered.looked >= least, "there are {}", covered.looked);
        Ok(covered)
    })
    .await?;
    ensure!(
        covered.faults.is_empty(),
        "{place}: covered:\n{}",
        covered.faults.join("\n")
    );
    Ok(())
}

async fn there(page: &Page, css: &str) -> Result<()> {
    until(&format!("{css} is there"), async || {
        ensure!(page.exists(css).await?, "it is not");
        Ok(())
    })
    .await
}

/// Opens a panel, looks at it, and closes it again.
async fn panel(page: &Page, place: &str, button: &str, inside: &str) -> Result<()> {
    page.click(button).await.with_context(|| format!("{place}: {button}"))?;
    there(page, inside).await?;
    nothing_is_covered(page, place, ".panel", 3).await?;
    page.press(Key::Escape + "").await
}

/// The rows of every table, and the panel of one of them with the pointer on each of its values.
async fn details(page: &Page, place: &str) -> Result<()> {
    for table in catalog::TABLES {
        let place = format!("{place} {}", table.id);
        page.open_loaded(&format!("/{}", table.id)).await?;
        nothing_is_covered(page, &place, "body", 10).await?;
        page.open_detail(0).await?;
        there(page, "[role=complementary] [data-field]").await?;
        nothing_is_covered(page, &format!("{place}, open row"), "[role=complementary]", 20).await?;
        links_are_hit_under_the_pointer(page, &place).await?;
    }
    Ok(())
}

/// With the pointer really there, so that all that hovering shows is shown.
async fn links_are_hit_under_the_pointer(page: &Page, place: &str) -> Result<()> {
    let links = "[role=complementary] [data-field] a[href]";
    let count = run(page, "return document.querySelectorAll(arguments[0]).length", links).await?;
    for link in 0..count.as_u64().context("a number")? {
        let middle = format!(
            "const link = document.querySelectorAll(arguments[0])[{link}];
             link.scrollIntoView({{ block: 'center', behavior: 'instant' }});
             const box = link.getClientRects()[0];
             return [(box.left + box.right) / 2, (box.top + box.bottom) / 2]"
        );
        let (x, y): (f64, f64) = serde_json::from_value(run(page, &middle, links).await?)?;
        let moved = json!({ "type": "mouseMoved", "x": x, "y": y });
        page.driver.cdp().send_raw("Input.dispatchMouseEvent", moved).await?;
        let hit = format!(
            "const link = document.querySelectorAll(arguments[0])[{link}];
             for (const box of link.getClientRects()) for (const x of [box.left + 2, (box.left + box.right) / 2, box.right - 2]) {{
                 const hit = document.elementFromPoint(x, (box.top + box.bottom) / 2);
                 if (!link.contains(hit)) return `${{link.outerHTML}} lies under ${{hit?.outerHTML}}`;
             }}
             return ''"
        );
        let instead = run(page, &hit, links).await?;
        ensure!(instead == "", "{place}: {instead}");
    }
    Ok(())
}

async fn panels(page: &Page, place: &str) -> Result<()> {
    let place = |what: &str| format!("{place} {what}");
    page.open_loaded("/patches?missing=gt.0&end=-24h..now&nonsense=1")
        .await?;
    there(page, "[data-testid=export] button").await?;
    nothing_is_covered(page, &place("conditions"), "body", 10).await?;
    let add = ".conditions > .popover > .button";
    panel(page, &place("condition"), add, ".editor select").await?;
    let time = "[data-condition='end=-24h..now'] summary";
    panel(page, &place("time"), time, ".editor input[name=from]").await?;
    let views = "[data-testid=views] .button";
    panel(page, &place("views"), views, ".views input").await?;
    let export = "[data-testid=export] button";
    panel(page, &place("export"), export, "[data-format=csv]").await?;
    let columns = ".toolbar > .popover > .button";
    panel(page, &place("columns"), columns, "[data-column-choice]").await?;
    page.press_with_control('k').await?;
    there(page, "dialog[open] [role=option]").await?;
    nothing_is_covered(page, &place("palette"), "dialog[open]", 5).await?;
    page.press(Key::Escape + "").await?;
    page.click("[data-testid=help]").await?;
    there(page, "dialog[open] .help").await?;
    nothing_is_covered(page, &place("help"), "dialog[open]", 1).await?;
    page.press(Key::Escape + "").await?;
    if page.element(".drawer-button").await?.is_displayed().await? {
        page.click(".drawer-button").await?;
        nothing_is_covered(page, &place("facets"), ".sidebar.open", 10).await?;
    }
    Ok(())
}

async fn pages(page: &Page, place: &str) -> Result<()> {
    page.open("/").await?;
    there(page, "main.page a[href]").await?;
    nothing_is_covered(page, &format!("{place} overview"), "body", 10).await?;
    page.open_loaded("/patches").await?;
    let instance = page.cell(0, "instance").await?.value;
    page.open(&format!("/resource/{instance}")).await?;
    there(page, "main.resource a[href]").await?;
    nothing_is_covered(page, &format!("{place} resource"), "body", 5).await
}

fn at(name: &str, window: (u32, u32), language: &'static str) -> Result<()> {
    let stage = Stage::demo(&["--faults", "demo"])
        .window(window.0, window.1)
        .language(language);
    on_page(&format!("pointer-{name}"), &stage, async |page| {
        let place = format!("{} {language}", window.0);
        details(page, &place).await?;
        panels(page, &place).await?;
        pages(page, &place).await
    })
}

#[test]
fn nothing_is_covered_at_1280_pixels() -> Result<()> {
    at("1280-en", (1280, 720), "en-US")
}

#[test]
fn nothing_is_covered_at_1280_pixels_in_chinese() -> Result<()> {
    at("1280-zh", (1280, 720), "zh-CN")
}

#[test]
fn nothing_is_covered_at_1440_pixels() -> Result<()> {
    at("1440-en", (1440, 900), "en-US")
}

#[test]
fn nothing_is_covered_at_1440_pixels_in_chinese() -> Result<()> {
    at("1440-zh", (1440, 900), "zh-CN")
}

#[test]
fn nothing_is_covered_on_a_phone() -> Result<()> {
    at("390-en", (390, 844), "en-US")
}

#[test]
fn nothing_is_covered_on_a_phone_in_chinese() -> Result<()> {
    at("390-zh", (390, 844), "zh-CN")
}
