//! Names from a cloud that would be programs if anybody took them for such: nothing of them runs, wherever they are shown.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::ensure;
use catalog::{Decode, Source};
use serde_json::{Map, Value, json};
use signalbox_tests::doubles::{before, install, plan, run};
use signalbox_tests::{Context, Page, Result, Stage, on_page, until};

/// What a name may hold.
const NAMES: [&str; 4] = [
    "<img src=x onerror=\"canary()\">",
    "javascript:canary()//%0acanary()",
    "\"'></td><script>canary()</script><svg onload=canary()><iframe srcdoc='<script>parent.canary()</script>'>",
    "\u{202e}<a href=\"javascript:canary()\" style=\"position:fixed\">\u{2066}\u{7}\u{1b}[31mgnp</a>\u{feff}\u{200b}",
];

/// Notes when something runs, and when the page's policy had to stop it.
const CANARY: &str = r"(() => {
    const note = (name, what) => localStorage.setItem(name, (localStorage.getItem(name) ?? '') + what + ' ');
    window.canary = () => note('test.ran', location.pathname);
    for (const box of ['alert', 'confirm', 'prompt', 'open']) window[box] = window.canary;
    document.addEventListener('securitypolicyviolation', event => note('test.stopped', event.effectiveDirective));
})()";

/// What in the document could run, or lead somewhere that the catalogue does not name; and what has run already.
const FOUND: &str = r"
    const found = [];
    for (const element of document.querySelectorAll('*')) {
        if (['IFRAME', 'OBJECT', 'EMBED', 'BASE'].includes(element.tagName) || element.getAttribute('src') === 'x') found.push(element.outerHTML);
        for (const { name, value } of element.attributes) {
            if (name.startsWith('on') || name === 'srcdoc') found.push(element.outerHTML);
            if (!['href', 'src', 'action', 'formaction', 'xlink:href', 'data', 'poster', 'ping'].includes(name)) continue;
            const url = new URL(value, location.href);
            const near = url.origin === location.origin || ['data:', 'blob:'].includes(url.protocol) && element.tagName !== 'A';
            const far = url.protocol === 'https:' && /(^|\.)(aliyun\.com|alibabacloud\.com|huaweicloud\.com)$/.test(url.hostname);
            if (!near && !far) found.push(element.outerHTML);
        }
    }
    for (const name of ['test.ran', 'test.stopped']) if (localStorage.getItem(name)) found.push(`${name}: ${localStorage.getItem(name)}`);
    return found";

/// Puts a value at a path of an object, unless there is one.
fn put(row: &mut Map<String, Value>, path: &[&str], value: Value) {
    match path {
        [] => {}
        [last] => _ = row.entry(*last).or_insert(value),
        [first, rest @ ..] => {
            let inner = row.entry(*first).or_insert_with(|| json!({}));
            if let Some(inner) = inner.as_object_mut() {
                put(inner, rest, value);
            }
        }
    }
}

/// A row with this name in every field of every source. Times are true, so that the row has its place on the timeline too.
fn row(name: &str, now: u64) -> Value {
    let mut row = Map::new();
    for Source { fields, .. } in catalog::SOURCES {
        for field in *fields {
            let value = match field.decode {
                Decode::Time | Decode::EpochMs | Decode::EpochSeconds if field.column == "end" => {
                    json!(now + 3_600_000)
                }
                Decode::Time | Decode::EpochMs => json!(now),
                Decode::EpochSeconds => json!(now / 1000),
                Decode::Pairs => json!([{"key": name, "value": name}]),
                Decode::Targets => json!([{"key": name, "values": [name, {"name": name}]}]),
                Decode::Text | Decode::Fault | Decode::Number | Decode::Bool => json!(name),
            };
            put(&mut row, field.path, value);
        }
    }
    for source in catalog::SOURCES {
        if let Some(list) = source.explode {
            let inner = Value::Object(row.clone());
            row.insert(list.to_owned(), json!([inner]));
        }
    }
    // A field that nobody knows is shown too.
    row.insert(name.to_owned(), json!({name: [name, "\0canary()"]}));
    row.into()
}

/// A page to whose tables every cloud answers such rows besides.
async fn answer(page: &Page) -> Result<()> {
    before(page, CANARY).await?;
    install(page).await?;
    page.open("/").await?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as u64;
    let rows: Vec<Value> = NAMES.iter().map(|name| row(name, now)).collect();
    plan(page, json!({ "add": rows })).await
}

async fn nothing_runs(page: &Page, place: &str) -> Result<()> {
    let found = run(page, FOUND, "").await?;
    ensure!(found.as_array().is_some_and(Vec::is_empty), "{place}: {found:#}");
    Ok(())
}

/// The whole text of the document, hidden parts too, and all attributes that are read to people.
async fn said(page: &Page) -> Result<String> {
    let script =
        "return document.body.textContent + [...document.querySelectorAll('[title], [aria-label]')].map(element =>
        element.title + element.getAttribute('aria-label')).join('')";
    let said = run(page, script, "").await?;
    Ok(said.as_str().context("no text")?.to_owned())
}

/// A word of a name that shows that it was not taken for markup.
const WORDS: [&str; 3] = ["onerror=", "javascript:canary", "<script>"];

#[test]
fn names_in_tables_details_and_facets_are_text() -> Result<()> {
    on_page("hostile-tables", &Stage::default().window(1600, 1200), async |page| {
        answer(page).await?;
        for table in catalog::tables() {
            let columns: Vec<&str> = table.columns().map(|column| column.id).collect();
            page.open_loaded(&format!("/{}?q=canary&cols={}", table.id, columns.join(",")))
                .await?;
            assert_eq!(page.grid().await?.rows, NAMES.len(), "{}", table.id);
            nothing_runs(page, table.id).await?;
            for number in 0..NAMES.len() {
                let detail = page.open_detail(number).await?;
                ensure!(detail.text.contains("canary()"), "{}: {}", table.id, detail.text);
                nothing_runs(page, &format!("{}, the detail of {number}", table.id)).await?;
            }
            let said = said(page).await?;
            for word in WORDS {
                ensure!(said.contains(word), "{}: {word} is not shown", table.id);
            }
            // The link of a row that is so called, and its name as a condition, as somebody may send them.
            let address = page.address().await?;
            page.open_loaded(&address).await?;
            nothing_runs(page, &address).await?;
        }
        Ok(())
    })
}

#[test]
fn names_on_the_timeline_the_overview_and_the_pages_of_things_are_text() -> Result<()> {
    on_page(
        "hostile-elsewhere",
        &Stage::default().window(1600, 1200),
        async |page| {
            answer(page).await?;
            for grouping in ["account", "resource", "table"] {
                page.open(&format!("/timeline?q=canary&group={grouping}")).await?;
                until("the bars are drawn", async || {
                    ensure!(page.exists("main[aria-busy=false]").await?, "it still gathers");
                    ensure!(page.exists(".canvas a.bar[href]").await?, "there is no bar");
                    Ok(())
                })
                .await?;
                let said = said(page).await?;
                ensure!(said.contains("canary()"), "{grouping}: no name is shown");
                nothing_runs(page, &format!("the timeline by {grouping}")).await?;
            }
            page.open("/").await?;
            until("the overview is complete", async || {
                ensure!(page.exists(".matrix table[aria-busy=false]").await?, "it is busy");
                Ok(())
            })
            .await?;
            nothing_runs(page, "the overview").await?;
            for name in NAMES {
                let script = "return '/resource/' + encodeURIComponent(arguments[0])";
                let path = run(page, script, name).await?;
                let path = path.as_str().context("no address")?;
                page.open(path).await?;
                until("all tables have answered", async || {
                    ensure!(
                        page.exists("section.rows tr[data-row-id]").await?,
                        "there are no rows yet"
                    );
                    ensure!(!page.exists("[data-empty=waiting]").await?, "it still looks");
                    Ok(())
                })
                .await?;
                nothing_runs(page, path).await?;
            }
            Ok(())
        },
    )
}

/// What keeps a name from running even where the page were to make markup of it; and that the tests above would see it.
#[test]
fn the_policy_stops_what_a_page_would_let_through() -> Result<()> {
    let stage = Stage {
        console: &["Content Security Policy", "/x"],
        ..Stage::default()
    };
    on_page("hostile-policy", &stage, async |page| {
        answer(page).await?;
        let script = "document.body.insertAdjacentHTML('beforeend', arguments[0])";
        run(page, script, NAMES[0]).await?;
        until("the policy stops it", async || {
            let found = run(page, FOUND, "").await?.to_string();
            ensure!(found.contains("test.stopped: script-src-attr"), "{found}");
            ensure!(found.contains("onerror") && !found.contains("test.ran"), "{found}");
            Ok(())
        })
        .await
    })
}
