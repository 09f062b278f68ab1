//! A page whose clouds change between two questions, and whose browser notes what it is asked to do.
//!
//! The simulated clouds stand still. So the page's own `fetch` is wrapped before its first script runs: answers come from the real proxy and are changed
//! by a plan that stands in the browser's storage.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::page::Page;

/// What is there before the page: rows that a plan drops, sets or adds, targets that fail, views of the team; a clipboard and files that can be read; and
/// long waits that pass quickly; and a clock that can be moved on, here and in what the clouds say.
const BEFORE: &str = r"(() => {
    const plan = () => JSON.parse(localStorage.getItem('test.plan') ?? '{}');
    const json = (body, type) => new Response(body, { headers: { 'content-type': type } });
    const ask = window.fetch;
    window.asked = 0;
    window.fetch = async (input, init) => {
        const url = String(input.url ?? input);
        const { views, drop = [], set = {}, add = [], fail = [] } = plan();
        if (url.includes('/api/v1/catalog') && views) {
            const catalog = await (await ask(input, init)).json();
            return json(JSON.stringify({ ...catalog, views }), 'application/json');
        }
        if (!url.includes('/api/v1/rows/')) return ask(input, init);
        window.asked += 1;
        const answer = await ask(input, init);
        const text = await answer.text();
        let first = true;
        const lines = text.trimEnd().split('\n').map(line => {
            const part = JSON.parse(line);
            if (part.kind === 'rows') {
                part.rows = part.rows.filter(row => !drop.includes(row.InstanceId)).map(row => ({ ...row, ...set[row.InstanceId] }));
                // Always to the same target, so that a row that is added stays the same row.
                if (first && part.target === 0) {
                    part.rows.push(...add);
                    first = false;
                }
            }
            if (part.as_of) part.as_of = new Date(Date.parse(part.as_of) + ahead()).toISOString();
            if (part.kind === 'done' && fail.includes(part.target)) {
                return JSON.stringify({ kind: 'failed', target: part.target, as_of: null, error: { status: 403, code: 'NoPermission', message: 'no', request_id: 'r-1', advice: '' } });
            }
            return JSON.stringify(part);
        });
        return json(lines.join('\n') + '\n', 'application/x-ndjson');
    };
    const now = Date.now;
    const ahead = () => Number(localStorage.getItem('test.ahead') ?? 0);
    Date.now = () => now() + ahead();
    const wait = window.setTimeout;
    window.setTimeout = (call, time, ...rest) => wait(call, time >= 20000 ? time / 20 : time, ...rest);
    navigator.clipboard.writeText = async text => { window.copied = text; };
    URL.createObjectURL = file => { window.file = file; return '#'; };
})()";

/// Makes every page of this window such a page.
///
/// # Errors
/// When the browser does not.
pub async fn install(page: &Page) -> Result<()> {
    before(page, BEFORE).await
}

/// Runs a script before the scripts of every page of this window.
///
/// # Errors
/// When the browser does not.
pub async fn before(page: &Page, script: &str) -> Result<()> {
    let script = json!({ "source": script });
    let cdp = page.driver.cdp();
    cdp.send_raw("Page.addScriptToEvaluateOnNewDocument", script).await?;
    Ok(())
}

/// What the clouds answer from now on.
///
/// # Errors
/// When no page of the program is open.
pub async fn plan(page: &Page, plan: Value) -> Result<()> {
    run(
        page,
        "localStorage.setItem('test.plan', arguments[0])",
        &plan.to_string(),
    )
    .await?;
    Ok(())
}

/// Lets so many minutes pass, for this browser and for the clouds.
///
/// # Errors
/// When no page of the program is open.
pub async fn pass(page: &Page, minutes: u32) -> Result<()> {
    let pass = "localStorage.setItem('test.ahead', Number(localStorage.getItem('test.ahead') ?? 0) + Number(arguments[0]) * 60000)";
    run(page, pass, &minutes.to_string()).await?;
    Ok(())
}

/// Runs a script with one argument and gives its answer.
///
/// # Errors
/// When the script fails.
pub async fn run(page: &Page, script: &str, argument: &str) -> Result<Value> {
    let answer = page.driver.execute(script, vec![argument.into()]).await?;
    Ok(answer.json().clone())
}

/// The first text that was copied.
///
/// # Errors
/// When none was.
pub async fn copied(page: &Page) -> Result<String> {
    let copied = run(page, "return window.copied ?? null", "").await?;
    Ok(copied.as_str().context("nothing was copied")?.to_owned())
}

/// How often the page has asked for rows since it was opened.
///
/// # Errors
/// When no page of the program is open.
pub async fn asked(page: &Page) -> Result<u64> {
    run(page, "return window.asked", "")
        .await?
        .as_u64()
        .context("not such a page")
}

/// Pastes a text into the search box, as a browser does; says whether the page took it.
///
/// # Errors
/// When there is no search box.
pub async fn paste(page: &Page, text: &str) -> Result<bool> {
    let script = "const box = document.querySelector('[role=searchbox]');
        box.focus();
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', arguments[0]);
        return !box.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))";
    run(page, script, text).await?.as_bool().context("no answer")
}

/// An attribute of the first element that `css` finds.
///
/// # Errors
/// When it finds none, or one without the attribute.
pub async fn attribute(page: &Page, css: &str, name: &str) -> Result<String> {
    let value = page.element(css).await?.attr(name).await?;
    value.with_context(|| format!("{css} has no {name}"))
}
