//! The ten commonest jobs, from start to end, with nothing but a keyboard; once more in colours that the system forces, where whatever tells states
//! apart must not be a colour alone.

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use signalbox_tests::doubles::{attribute, before, copied, install, plan, run};
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, Stage, on_page, until};
use thirtyfour::Key;

use crate::reach::{COPY, DOWNLOADS, address_has, away, downloaded, enter, on, tab_to, there};

const REMOVE: &str = "[data-testid=conditions] [data-condition] button.remove";
const DETAIL: &str = "[role=complementary]";

/// Opens a table by the navigation, as somebody does who has just come.
async fn table(page: &Page, id: &str) -> Result<()> {
    enter(page, &format!("nav a[href='/{id}']")).await?;
    address_has(page, &format!("/{id}")).await?;
    page.loaded().await?;
    there(page, "[data-testid=export]").await
}

/// From wherever the keyboard is to the first row, and opens it.
async fn open_first(page: &Page) -> Result<()> {
    if !on(page, "[role=searchbox]").await? {
        page.press("/").await?;
    }
    tab_to(page, "[role=grid]").await?;
    page.press_with_control(Key::Home).await?;
    page.press(Key::Enter + "").await?;
    if !page.address().await?.contains("row=") {
        // The mark was on the header.
        page.press(Key::Down + "").await?;
        page.press(Key::Enter + "").await?;
    }
    address_has(page, "row=").await?;
    there(page, &format!("{DETAIL} [data-field]")).await
}

async fn field(page: &Page, name: &str) -> Result<String> {
    page.text(&format!("{DETAIL} [data-field={name}]")).await
}

/// Presses the arrow until the chosen option of the select is `value`.
async fn choose(page: &Page, css: &str, value: &str) -> Result<()> {
    tab_to(page, css).await?;
    let index = "const options = [...document.querySelector(arguments[0]).options].map(option => option.value);
        return options";
    let options: Vec<String> = serde_json::from_value(run(page, index, css).await?)?;
    let wanted = options
        .iter()
        .position(|option| option == value)
        .with_context(|| format!("{value} is not among {options:?}"))?;
    let at = async || {
        let at = run(page, "return document.querySelector(arguments[0]).selectedIndex", css).await?;
        at.as_u64().and_then(|at| usize::try_from(at).ok()).context("a place")
    };
    for _ in 0..options.len() {
        match at().await?.cmp(&wanted) {
            std::cmp::Ordering::Less => page.press(Key::Down + "").await?,
            std::cmp::Ordering::Greater => page.press(Key::Up + "").await?,
            std::cmp::Ordering::Equal => return Ok(()),
        }
    }
    ensure!(at().await? == wanted, "the arrows do not choose {value}");
    Ok(())
}

/// What failed last night, and why.
async fn failed_and_why(page: &Page) -> Result<()> {
    enter(page, "a.brand").await?;
    there(page, ".matrix table[aria-busy=false]").await?;
    let number = ".matrix [data-table=plans] tr.whole [data-question=failed] a";
    let count = attribute(page, number, "data-count").await?;
    ensure!(count != "0", "nothing has failed");
    enter(page, number).await?;
    address_has(page, "/plans?").await?;
    page.loaded().await?;
    until_equal("the number is the count", count, async || {
        Ok(page.count().await?.to_string())
    })
    .await?;
    open_first(page).await?;
    let reason = field(page, "reason").await?;
    ensure!(reason.split_whitespace().count() > 1, "no reason: {reason:?}");
    ensure!(
        field(page, "phase").await?.contains("failed"),
        "{}",
        field(page, "phase").await?
    );
    page.press(Key::Escape + "").await?;
    away(page, DETAIL).await
}

/// Which upgrades begin within two days, as a calendar.
async fn upgrades_in_two_days(page: &Page) -> Result<()> {
    table(page, "plans").await?;
    page.press("/").await?;
    enter(page, ".conditions > .popover > button").await?;
    there(page, "form.editor").await?;
    let start = "const select = document.querySelector('form.editor select[name=column]');
        const head = document.querySelector('[role=columnheader][data-column=start]').innerText.replace(/[↑↓\\d]/g, '').trim().split('\\n')[0];
        return [...select.options].find(option => option.innerText.trim() === head)?.value ?? null";
    let start = run(page, start, "").await?;
    choose(
        page,
        "form.editor select[name=column]",
        start.as_str().context("no such column")?,
    )
    .await?;
    choose(page, "form.editor select[name=operator]", "range").await?;
    tab_to(page, "form.editor input[name=from]").await?;
    page.press("now").await?;
    tab_to(page, "form.editor input[name=to]").await?;
    page.press("48h").await?;
    page.press(Key::Enter + "").await?;
    address_has(page, "start=now..48h").await?;
    ensure!(page.count().await? > 0, "nothing begins");
    enter(page, "[data-testid=export] button").await?;
    there(page, "[data-format=ics]").await?;
    enter(page, "[data-format=ics]").await?;
    let text = downloaded(page).await?;
    let events = text.matches("BEGIN:VEVENT").count();
    ensure!(events > 0 && events <= page.count().await?, "{events} events");
    page.press(Key::Escape + "").await?;
    away(page, "[data-testid=export] .panel").await
}

/// The worst servers, but for a region.
async fn worst_but_one_region(page: &Page) -> Result<()> {
    table(page, "patches").await?;
    // What a cell offers, by the key that shows it.
    page.search("cn-beijing").await?;
    address_has(page, "q=cn-beijing").await?;
    open_first(page).await?;
    let exclude = format!("{DETAIL} [data-field=region] .actions button:nth-of-type(2)");
    enter(page, &exclude).await?;
    address_has(page, "region=not.cn-beijing").await?;
    page.press(Key::Escape + "").await?;
    page.search("").await?;
    until("the words are gone", async || {
        ensure!(!page.address().await?.contains("q="), "{}", page.address().await?);
        Ok(())
    })
    .await?;
    // The heading of the number, by the arrows.
    tab_to(page, "[role=grid]").await?;
    page.press_with_control(Key::Home).await?;
    page.press(Key::Up + "").await?;
    page.press(Key::Up + "").await?;
    let active = "return document.querySelector('[role=grid]').getAttribute('aria-activedescendant') === document.querySelector('[data-column=missing][role=columnheader]').id";
    for _ in 0..20 {
        if run(page, active, "").await? == true {
            break;
        }
        page.press(Key::Right + "").await?;
    }
    ensure!(
        run(page, active, "").await? == true,
        "the arrows do not lead to the heading"
    );
    page.press(Key::Enter + "").await?;
    address_has(page, "sort=").await?;
    if !page.address().await?.contains("sort=-missing") {
        page.press(Key::Enter + "").await?;
        address_has(page, "sort=-missing").await?;
    }
    let missing: Vec<i64> = page
        .values("missing")
        .await?
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect();
    ensure!(
        missing.len() > 5 && missing.is_sorted_by(|one, next| one >= next),
        "{missing:?}"
    );
    Ok(())
}

/// Which of a list of ids are there.
async fn pasted_ids(page: &Page) -> Result<()> {
    table(page, "patches").await?;
    page.search("").await?;
    while page.exists(REMOVE).await? {
        enter(page, REMOVE).await?;
    }
    let known = page.values("instance").await?;
    let other = known.iter().find(|id| **id != known[0]).context("two instances")?;
    run(page, COPY, &format!("{}\n{other}\ni-none", known[0])).await?;
    page.press_with_control('c').await?;
    run(page, "document.querySelector('body > textarea').remove()", "").await?;
    page.press("/").await?;
    page.press_with_control('v').await?;
    let report = "[data-testid=list-report]";
    until_equal("the list is counted", "2".to_owned(), async || {
        attribute(page, report, "data-found").await
    })
    .await?;
    enter(page, &format!("{report} summary")).await?;
    enter(page, &format!("{report} .panel button")).await?;
    until_equal("the missing id is copied", "i-none".to_owned(), async || {
        copied(page).await
    })
    .await?;
    page.press(Key::Escape + "").await?;
    away(page, "[data-testid=not-there]").await
}

/// Where else the document of a failed ticket was run.
async fn the_same_document(page: &Page) -> Result<()> {
    table(page, "tickets").await?;
    page.search("").await?;
    open_first(page).await?;
    enter(page, &format!("{DETAIL} [data-field=document] a[href^='/resource/']")).await?;
    let address = address_has(page, "/resource/").await?;
    there(page, "section.rows[data-table=tickets] tr[data-row-id]").await?;
    let count = attribute(page, "section.rows[data-table=tickets]", "data-count").await?;
    enter(page, "section.rows[data-table=tickets] .links a").await?;
    address_has(page, "/tickets?document=").await?;
    page.loaded().await?;
    until_equal("all of them are there", count, async || {
        Ok(page.count().await?.to_string())
    })
    .await?;
    page.back().await?;
    until_equal("back is back", address, async || page.address().await).await
}

/// Nodes whose agent is offline, for an auditor.
async fn offline_agents(page: &Page) -> Result<()> {
    table(page, "plugins").await?;
    let value = "[data-facet=online] [data-value=false][data-count]";
    there(page, value).await?;
    let count = attribute(page, value, "data-count").await?;
    tab_to(page, "[data-facet=online] [data-value]").await?;
    for _ in 0..10 {
        if on(page, value).await? {
            break;
        }
        page.press(Key::Down + "").await?;
        if !on(page, "[data-facet=online] *").await? || !on(page, value).await? {
            page.press(Key::Tab + "").await?;
        }
    }
    page.press(" ").await?;
    address_has(page, "online=false").await?;
    until_equal("it is the count", count.clone(), async || {
        Ok(page.count().await?.to_string())
    })
    .await?;
    // A tick leaves the keyboard where it is, and the shortcuts alive.
    enter(page, "[data-testid=export] button")
        .await
        .or(Ok::<(), anyhow::Error>(()))?;
    if !page.exists("[data-testid=export] .panel").await? {
        page.press("/").await?;
        enter(page, "[data-testid=export] button").await?;
    }
    enter(page, "[data-format=csv]").await?;
    let csv = downloaded(page).await?;
    assert_eq!(csv.trim_end().lines().count() - 1, count.parse::<usize>()?);
    page.press(Key::Escape + "").await?;
    away(page, "[data-testid=export] .panel").await
}

/// A stack set's failed operation, up to the vendor's console.
async fn failed_operation(page: &Page) -> Result<()> {
    table(page, "operations").await?;
    let failed = "[data-facet=phase] [data-value=failed]";
    there(page, failed).await?;
    page.search("failed").await?;
    address_has(page, "q=failed").await?;
    open_first(page).await?;
    enter(page, &format!("{DETAIL} a[href^='/resource/']")).await?;
    address_has(page, "/resource/").await?;
    there(page, "a.outside[href^='https://']").await?;
    tab_to(page, "a.outside[href^='https://']").await?;
    let target = attribute(page, "a.outside", "rel").await?;
    ensure!(target.contains("noopener"), "{target}");
    Ok(())
}

/// What a source that was refused says, and asking again.
async fn denied(page: &Page) -> Result<()> {
    table(page, "patches").await?;
    plan(page, json!({ "fail": [0] })).await?;
    let reload = ".coverage > button:last-of-type";
    enter(page, reload).await?;
    let failed = "[data-testid=coverage] [data-state=failed]";
    there(page, failed).await?;
    let said = page
        .coverage()
        .await?
        .into_iter()
        .find(|target| target.state == "failed")
        .context("a failed one")?;
    ensure!(said.text.contains("NoPermission"), "{said:?}");
    ensure!(
        page.text("[data-testid=coverage]").await?.trim().len() > 10,
        "the strip is mute"
    );
    plan(page, json!({})).await?;
    page.press("/").await?;
    enter(page, reload).await?;
    away(page, failed).await
}

/// A shift: Live is set, what comes is shown, and ended.
async fn a_shift(page: &Page) -> Result<()> {
    table(page, "patches").await?;
    choose(page, "[data-testid=live]", "30").await?;
    plan(
        page,
        json!({ "add": [{ "InstanceId": "i-shift", "MissingCount": "3" }] }),
    )
    .await?;
    let changed = "[data-testid=changed]";
    there(page, &format!("{changed}[data-waiting=true]")).await?;
    page.press("/").await.ok();
    enter(page, changed).await?;
    there(page, &format!("{changed}[data-waiting=false]")).await?;
    choose(page, "[data-testid=live]", "0").await?;
    plan(page, json!({})).await
}

/// Language, theme, help: what makes the page one's own.
async fn one_s_own(page: &Page) -> Result<()> {
    let language = page.language().await?;
    enter(page, "[data-testid=language]").await?;
    until("the language changes", async || {
        ensure!(page.language().await? != language, "it is still {language}");
        Ok(())
    })
    .await?;
    page.press(Key::Enter + "").await?;
    until_equal("and back", language, async || page.language().await).await?;
    let theme = async || attribute(page, "[data-testid=theme]", "aria-label").await;
    let first = theme().await?;
    enter(page, "[data-testid=theme]").await?;
    until("the theme changes", async || {
        ensure!(theme().await? != first, "it is still {first}");
        Ok(())
    })
    .await?;
    page.press(Key::Enter + "").await?;
    enter(page, "[data-testid=help]").await?;
    there(page, "dialog[open]").await?;
    page.press(Key::Escape + "").await?;
    away(page, "dialog[open]").await?;
    ensure!(on(page, "[data-testid=help]").await?, "the focus is not back");
    Ok(())
}

/// Does the jobs one after the other; `after` looks at the page at the end of each.
async fn all(page: &Page, after: impl AsyncFn(&Page) -> Result<()>) -> Result<()> {
    install(page).await?;
    before(page, DOWNLOADS).await?;
    page.open("/").await?;
    macro_rules! jobs {
        ($($job:ident),*) => {
            $(
                let done = async { $job(page).await?; after(page).await };
                done.await.context(concat!("the job ", stringify!($job)))?;
            )*
        };
    }
    jobs!(
        failed_and_why,
        upgrades_in_two_days,
        worst_but_one_region,
        pasted_ids,
        the_same_document,
        offline_agents,
        failed_operation,
        denied,
        a_shift,
        one_s_own
    );
    Ok(())
}

#[test]
fn the_ten_commonest_jobs_need_no_mouse() -> Result<()> {
    // A mouse that moves nothing and clicks nothing: only keys are sent.
    on_page("jobs-keys", &Stage::default(), async |page| {
        all(page, async |_| Ok(())).await
    })
}

#[test]
fn the_ten_commonest_jobs_need_no_mouse_in_chinese() -> Result<()> {
    on_page("jobs-keys-zh", &Stage::default().language("zh-CN"), async |page| {
        all(page, async |_| Ok(())).await
    })
}

/// Waits until a style sheet of the later part is there.
pub async fn styled(page: &Page, sheet: &str) -> Result<()> {
    until(&format!("{sheet} is there"), async || {
        let here = "return [...document.styleSheets].some(sheet => sheet.href?.endsWith(arguments[0]))";
        ensure!(run(page, here, sheet).await? == true, "it is not");
        Ok(())
    })
    .await
}

async fn force_colors(page: &Page, scheme: &str) -> Result<()> {
    let features =
        json!([{ "name": "forced-colors", "value": "active" }, { "name": "prefers-color-scheme", "value": scheme }]);
    let media = json!({ "features": features });
    page.driver.cdp().send_raw("Emulation.setEmulatedMedia", media).await?;
    let forced = run(page, "return matchMedia('(forced-colors: active)').matches", "").await?;
    ensure!(forced == true, "the browser forces no colours");
    Ok(())
}

/// The look of an element but for its colours, and whether anything of it can be seen at all on the system's ground.
const LOOK: &str = "const look = (element, part) => {
        const style = getComputedStyle(element, part);
        const sides = ['Top', 'Right', 'Bottom', 'Left'];
        const borders = sides.map(side => style[`border${side}Style`] + style[`border${side}Width`]).join();
        const image = style.backgroundImage.replace(/rgba?\\([^)]*\\)/g, 'c');
        const ground = getComputedStyle(document.body).backgroundColor;
        const bordered = sides.some(side => style[`border${side}Style`] !== 'none' && parseFloat(style[`border${side}Width`]) > 0 && style[`border${side}Color`] !== ground);
        const filled = style.backgroundImage !== 'none' || !['rgba(0, 0, 0, 0)', ground].includes(style.backgroundColor);
        return { shape: [borders, style.borderTopLeftRadius, style.transform, image, style.width].join(' '), seen: bordered || filled };
    };
    ";

/// Marks, dots and bars that are on the page and cannot be seen; what is open or current and is not told.
const UNTOLD: &str = "const untold = [];
    const shown = css => [...document.querySelectorAll(css)].filter(element => element.checkVisibility());
    for (const mark of shown('[data-target] .mark, .dot, a.bar, .bubble, .lamp')) if (!look(mark).seen) untold.push(mark.outerHTML.slice(0, 120));
    for (const cell of shown('.grid .cell[data-phase]')) if (!look(cell, '::before').seen) untold.push(cell.outerHTML.slice(0, 120));
    const outlined = element => { const style = getComputedStyle(element); return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2; };
    for (const chosen of shown('.grid .row.open, nav a[aria-current]')) if (!outlined(chosen)) untold.push(chosen.outerHTML.slice(0, 120));
    const at = document.activeElement;
    if (at !== document.body && at.matches(':focus-visible') && !at.matches('main') && !outlined(at)) untold.push('focus ' + at.outerHTML.slice(0, 120));
    return untold";

async fn told(page: &Page) -> Result<()> {
    let untold = run(page, &[LOOK, UNTOLD].concat(), "").await?;
    ensure!(untold == json!([]), "in forced colours nothing tells: {untold}");
    Ok(())
}

#[test]
fn the_ten_commonest_jobs_work_in_forced_colours() -> Result<()> {
    on_page("jobs-forced", &Stage::default(), async |page| {
        force_colors(page, "dark").await?;
        all(page, told).await
    })
}

/// Every pair of states has another shape, whatever the colours are.
const SHAPES: &str = "const wanted = JSON.parse(arguments[0]);
    const shapes = {};
    for (const [name, html, inner, states] of wanted) {
        shapes[name] = states.map(state => {
            const holder = document.createElement('div');
            document.querySelector('main').append(holder);
            holder.innerHTML = html.replace('STATE', state);
            const found = look(holder.querySelector(inner), inner === '.cell' ? '::before' : undefined);
            holder.remove();
            return [state, found.shape, found.seen];
        });
    }
    return shapes";

#[test]
fn states_are_told_apart_by_shape_in_forced_colours() -> Result<()> {
    on_page("forced-shapes", &Stage::default(), async |page| {
        const PHASES: [&str; 7] = [
            "scheduled",
            "running",
            "action",
            "failed",
            "succeeded",
            "canceled",
            "unknown",
        ];
        page.open("/timeline").await?;
        there(page, ".canvas a.bar[href]").await?;
        styled(page, "contrast.css").await?;
        for scheme in ["light", "dark"] {
            force_colors(page, scheme).await?;
            let wanted = json!([
                ["dot", "<span class='dot' data-phase='STATE'></span>", ".dot", PHASES],
                [
                    "cell",
                    "<div class='grid'><div class='cell' data-phase='STATE'></div></div>",
                    ".cell",
                    PHASES
                ],
                ["bar", "<a class='bar words' data-phase='STATE'>x</a>", ".bar", PHASES],
                [
                    "mark",
                    "<li class='target' data-state='STATE'><span class='mark'></span></li>",
                    ".mark",
                    ["loading", "ok", "stale", "capped", "failed"]
                ],
            ]);
            let shapes: Value = run(page, &[LOOK, SHAPES].concat(), &wanted.to_string()).await?;
            for (name, found) in shapes.as_object().context("shapes")? {
                let found: Vec<(String, String, bool)> = serde_json::from_value(found.clone())?;
                for (at, (state, shape, seen)) in found.iter().enumerate() {
                    ensure!(seen, "the {name} of {state} cannot be seen");
                    for (other, same, _) in &found[..at] {
                        ensure!(shape != same, "the {name}s of {state} and {other} look alike: {shape}");
                    }
                }
            }
        }
        told(page).await
    })
}
