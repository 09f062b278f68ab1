//! Downloads of what is on screen, as links that a script can use too; and links with pinned times.

use anyhow::ensure;
use signalbox_tests::{Page, Result, Stage, on_page, until};
use thirtyfour::Key;

use signalbox_tests::doubles::{attribute, copied, install, pass, plan, run};

async fn links(page: &Page) -> Result<()> {
    page.open_loaded("/plans?start=now..7d&sort=start&row=x&view=Mine")
        .await?;
    page.click("[data-testid=export] button").await?;
    // The browser under test lives in UTC.
    let query = "start=now..7d&tz=UTC&sort=start";
    let language = run(page, "return document.documentElement.lang.slice(0, 2)", "").await?;
    let lang = format!("&lang={}", language.as_str().unwrap_or_default());
    for (format, wanted) in [
        ("xlsx", lang.as_str()),
        ("csv", "&bom=true"),
        ("json", ""),
        ("ndjson", ""),
        ("ics", &lang),
    ] {
        let link = until("the format is offered", async || {
            attribute(page, &format!("[data-format={format}]"), "href").await
        })
        .await?;
        assert_eq!(link, format!("/api/v1/export/plans.{format}?{query}{wanted}"));
    }
    page.accessible().await?;
    page.press(Key::Escape + "").await?;
    page.open_loaded("/patches?tz=Asia/Shanghai&end=2026-11-22..").await?;
    page.click("[data-testid=export] button").await?;
    let link = until("CSV is offered", async || {
        attribute(page, "[data-format=csv]", "href").await
    })
    .await?;
    assert_eq!(
        link,
        "/api/v1/export/patches.csv?end=2026-11-22..&tz=Asia/Shanghai&bom=true"
    );
    ensure!(!page.exists("[data-format=ics]").await?, "patches are no calendar");
    ensure!(!page.exists("[data-testid=export-gaps]").await?, "nothing is missing");
    Ok(())
}

/// What the menu says about what the file will lack.
async fn warned(page: &Page, path: &str) -> Result<String> {
    page.open_loaded(path).await?;
    page.click("[data-testid=export] button").await?;
    until("the menu is open", async || {
        page.element("[data-format=csv]").await.map(|_| ())
    })
    .await?;
    let said = "return document.querySelector('[data-testid=export-gaps]')?.textContent ?? ''";
    let said = run(page, said, "").await?.as_str().unwrap_or_default().to_owned();
    page.press(Key::Escape + "").await?;
    Ok(said)
}

#[test]
fn the_menu_warns_of_what_a_file_will_lack() -> Result<()> {
    let faults = Stage::demo(&["--faults", "deny@oos/cn-beijing,throttle@oos/cn-shanghai:always"]);
    on_page("export-gaps", &faults, async |page| {
        let said = warned(page, "/patches").await?;
        assert_eq!(said, "2 of 6 sources are missing. The file's name will say so.");
        page.accessible().await?;
        let said = warned(page, "/patches?region=not.cn-beijing,cn-shanghai").await?;
        assert_eq!(said, "", "the view leaves them out");
        let said = warned(page, "/plans?account=prod-cn").await?;
        ensure!(
            said.starts_with("1 of ") && said.contains(" is cut by its cloud."),
            "{said}"
        );
        Ok(())
    })
}

#[test]
fn exports_are_links_with_the_views_query() -> Result<()> {
    on_page("export-links", &Stage::default(), links)
}

#[test]
fn exports_are_links_with_the_views_query_in_chinese_and_dark() -> Result<()> {
    on_page("export-links-zh", &Stage::default().language("zh-CN"), async |page| {
        page.prefer_colors("dark").await?;
        links(page).await
    })
}

/// The server knows nothing of visits, so the page writes this file itself.
#[test]
fn what_has_changed_is_exported_by_the_page() -> Result<()> {
    on_page("export-since", &Stage::default(), async |page| {
        install(page).await?;
        page.open_loaded("/patches").await?;
        crate::since::kept(page).await?;
        plan(
            page,
            serde_json::json!({ "add": [{ "InstanceId": "=i-new", "MissingCount": "7" }] }),
        )
        .await?;
        pass(page, 31).await?;
        page.open_loaded("/patches?since=last&cols=instance,missing").await?;
        until("only the new row is there", async || {
            let rows = page.grid().await?.rows;
            ensure!(rows == 1, "{rows} rows");
            Ok(())
        })
        .await?;
        for (format, content) in [
            ("csv", "instance,missing\r\n'=i-new,7\r\n"),
            ("ndjson", "{\"instance\":\"=i-new\",\"missing\":7}\n"),
        ] {
            // Opened and chosen by keyboard.
            run(
                page,
                "document.querySelector('[data-testid=export] button').focus()",
                "",
            )
            .await?;
            page.press(Key::Enter + "").await?;
            let button = format!("[data-format={format}]");
            until("the format is offered", async || {
                page.element(&button).await.map(|_| ())
            })
            .await?;
            run(page, "document.querySelector(arguments[0]).focus()", &button).await?;
            page.press(Key::Enter + "").await?;
            let read = "const done = arguments[arguments.length - 1]; window.file.text().then(done)";
            let file = page.driver.execute_async(read, Vec::new()).await?;
            assert_eq!(file.json(), content);
            // Reading it as text has taken the mark away.
            let mark = "const done = arguments[arguments.length - 1]; window.file.arrayBuffer().then(file => done([...new Uint8Array(file).slice(0, 3)]))";
            let first = page.driver.execute_async(mark, Vec::new()).await?;
            assert_eq!(*first.json() == serde_json::json!([0xef, 0xbb, 0xbf]), format == "csv");
        }
        Ok(())
    })
}

async fn frozen(page: &Page) -> Result<()> {
    install(page).await?;
    page.open_loaded("/patches?end=-24h..now&view=Mine").await?;
    page.click("[data-testid=copy-frozen]").await?;
    let link = until("the link is copied", async || copied(page).await).await?;
    let range = link.split_once("/patches?end=").map_or("", |(_, range)| range);
    let hours = "const [from, to] = arguments[0].split('..').map(Date.parse); return (to - from) / 3600000";
    assert_eq!(run(page, hours, range).await?, 24, "{link}");
    page.click("[data-testid=copy-link]").await?;
    until("the ordinary link is copied", async || {
        let link = copied(page).await?;
        ensure!(link.ends_with("/patches?end=-24h..now&view=Mine"), "{link}");
        Ok(())
    })
    .await
}

#[test]
fn a_frozen_link_has_its_times_pinned() -> Result<()> {
    on_page("export-frozen", &Stage::default(), frozen)
}

#[test]
fn a_frozen_link_has_its_times_pinned_in_chinese() -> Result<()> {
    on_page("export-frozen-zh", &Stage::default().language("zh-CN"), frozen)
}

/// What a row of an export shows as the page's cells hold it.
fn shown(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[test]
fn what_is_exported_is_what_is_on_screen() -> Result<()> {
    on_page("export-same", &Stage::default(), async |page| {
        for view in [
            "plans",
            "tickets?sort=-region,account",
            "plugins?q=prod+cn",
            "operations?account=prod-cn,eu-hw",
            "patches?missing=gt.0&sort=-missing,group&cols=instance,missing,group,end",
            "patches?q=a&installed=gte.10&sort=end&tz=Asia/Shanghai",
            "patches?missing=gt.2&region=not.cn-beijing&cols=region,instance",
        ] {
            let (table, query) = view.split_once('?').unwrap_or((view, ""));
            let fetch = "return fetch(arguments[0]).then(answer => answer.text())";
            let export = async |format: &str| {
                let text = run(page, fetch, &format!("/api/v1/export/{table}.{format}?{query}")).await?;
                anyhow::Ok(text.as_str().unwrap_or_default().to_owned())
            };
            page.open_loaded(&format!("/{view}")).await?;
            let (csv, lines) = (export("csv").await?, export("ndjson").await?);
            let lines: Vec<serde_json::Value> = lines
                .lines()
                .map(serde_json::from_str)
                .collect::<std::result::Result<_, _>>()?;
            let grid = page.grid().await?;
            let columns: Vec<&str> = grid.headers.iter().map(|header| header.column.as_str()).collect();
            assert_eq!(csv.lines().next(), Some(columns.join(",").as_str()), "{view}");
            assert_eq!(lines.len(), grid.rows, "{view}");
            ensure!(!lines.is_empty(), "{view} shows nothing");
            for place in ["0", "1e9"] {
                run(
                    page,
                    "document.querySelector('[role=grid]').scrollTop = Number(arguments[0])",
                    place,
                )
                .await?;
                let end = if place == "0" { 0 } else { grid.rows - 1 };
                let rows = until("the rows are there", async || {
                    let rows = page.rows().await?;
                    ensure!(rows.iter().any(|row| row.index == end), "{end} is not among them");
                    Ok(rows)
                })
                .await?;
                for row in rows {
                    for column in &columns {
                        let exported = shown(&lines[row.index][*column]);
                        assert_eq!(row.cell(column)?.value, exported, "{view}: row {} {column}", row.index);
                    }
                }
            }
        }
        Ok(())
    })
}
