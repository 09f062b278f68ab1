//! Exports as a script takes them: the real program, its answers, and the saved views of its configuration.

use std::io::Cursor;
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context, ensure};
use calamine::{Data, DataType, Reader, Xlsx as Book, open_workbook_from_rs};
use reqwest::{Client, Response};
use serde_json::Value;
use signalbox_tests::server::header;
use signalbox_tests::{Result, Server, server};

struct Script {
    client: Client,
    server: Arc<Server>,
}

impl Script {
    fn new(demo: &[&str]) -> Result<Self> {
        Ok(Self {
            client: Client::builder().no_proxy().build()?,
            server: Server::shared_demo(demo)?,
        })
    }

    async fn get(&self, path: &str) -> Result<Response> {
        Ok(self.client.get(format!("{}{path}", self.server.origin)).send().await?)
    }

    async fn text(&self, path: &str) -> Result<String> {
        let response = self.get(path).await?;
        ensure!(response.status() == 200, "{path}: {}", response.status());
        Ok(response.text().await?)
    }

    async fn json(&self, path: &str) -> Result<Value> {
        Ok(serde_json::from_str(&self.text(path).await?)?)
    }
}

fn list<'a>(value: &'a Value, name: &str) -> Result<&'a Vec<Value>> {
    value[name].as_array().with_context(|| format!("no {name} in {value}"))
}

/// The three formats of one view say the same, and what the page's own stream says.
#[tokio::test]
async fn one_view_in_every_format() -> Result<()> {
    let script = Script::new(&[])?;
    let query = "missing=gt.0&sort=-missing,instance&cols=instance,missing,region";
    let whole = script.json(&format!("/api/v1/export/patches.json?{query}")).await?;
    let rows = list(&whole, "rows")?;
    ensure!(rows.len() > 10, "{} rows", rows.len());
    let missing: Vec<f64> = rows.iter().filter_map(|row| row["missing"].as_f64()).collect();
    assert_eq!(missing.len(), rows.len(), "numbers are numbers");
    ensure!(missing.is_sorted_by(|a, b| a >= b) && missing.iter().all(|count| *count > 0.0));
    assert_eq!(whole["link"], format!("{}/patches?{query}", script.server.origin));
    for field in ["as_of", "zone"] {
        ensure!(whole[field].is_string(), "{field}: {}", whole[field]);
    }
    for target in list(&whole, "targets")? {
        assert_eq!(target["state"], "ok", "{target}");
    }

    let lines = script.text(&format!("/api/v1/export/patches.ndjson?{query}")).await?;
    let lines: Vec<Value> = lines
        .lines()
        .map(serde_json::from_str)
        .collect::<std::result::Result<_, _>>()?;
    assert_eq!(&lines, rows);

    let table = script.text(&format!("/api/v1/export/patches.csv?{query}")).await?;
    let mut records = table.split_terminator("\r\n");
    assert_eq!(records.next(), Some("instance,missing,region"));
    for (record, row) in records.by_ref().zip(rows) {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        assert_eq!(
            record,
            format!("{},{},{}", text("instance"), row["missing"], text("region"))
        );
    }
    assert_eq!(table.split_terminator("\r\n").count(), rows.len() + 1);

    // The page's own data: as many objects with something missing.
    let stream = script.text("/api/v1/rows/patches").await?;
    let mut missing = 0;
    for line in stream.lines() {
        let line: Value = serde_json::from_str(line)?;
        let objects = line["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
        missing += objects
            .iter()
            // The cloud writes its counts as texts or as numbers.
            .filter(|row| {
                let count = row["MissingCount"].to_string();
                count.trim_matches('"').parse::<f64>().is_ok_and(|count| count > 0.0)
            })
            .count();
    }
    assert_eq!(missing, rows.len());
    Ok(())
}

#[tokio::test]
async fn a_script_sees_what_is_missing() -> Result<()> {
    let script = Script::new(&["--faults", "deny@oos/cn-beijing,throttle@oos/cn-shanghai:always"])?;
    let response = script.get("/api/v1/export/patches.csv?colour=red").await?;
    assert_eq!(response.status(), 200);
    assert_eq!(
        header(&response, "content-type"),
        "text/csv; charset=utf-8; header=present"
    );
    assert_eq!(header(&response, "x-signalbox-targets"), "ok=4, capped=0, failed=2");
    let gaps = header(&response, "x-signalbox-gaps");
    for region in ["cn-beijing", "cn-shanghai"] {
        ensure!(gaps.contains(&format!("prod-cn/{region}/")), "{gaps}");
    }
    assert_eq!(header(&response, "x-signalbox-not-understood"), "\"colour=red\"");
    let name = header(&response, "content-disposition");
    ensure!(
        name.starts_with("attachment; filename=\"patches-20") && name.ends_with("Z-incomplete.csv\""),
        "{name}"
    );
    ensure!(
        response.text().await?.lines().count() > 10,
        "the others' rows are missing"
    );
    let whole = script.json("/api/v1/export/patches.json").await?;
    let failed: Vec<&Value> = list(&whole, "targets")?
        .iter()
        .filter(|target| target["state"] == "failed")
        .collect();
    assert_eq!(failed.len(), 2);
    for target in failed {
        ensure!(
            target["as_of"].is_null() && target["error"]["code"].is_string(),
            "{target}"
        );
    }
    assert_eq!(
        script
            .get("/api/v1/export/patches.json?region=cn-beijing")
            .await?
            .status(),
        502
    );
    assert_eq!(script.get("/api/v1/export/nothing.csv").await?.status(), 404);
    Ok(())
}

/// A list that is cut or missing outlives every header in the name of the file, in every format; one that the view leaves out is no gap.
#[tokio::test]
async fn the_name_of_a_file_says_whether_it_is_whole() -> Result<()> {
    let script = Script::new(&["--faults", "deny@oos/cn-beijing"])?;
    let name = async |path: &str| -> Result<String> {
        let response = script.get(&format!("/api/v1/export/{path}")).await?;
        assert_eq!(response.status(), 200, "{path}");
        Ok(header(&response, "content-disposition").to_owned())
    };
    for ending in ["csv", "json", "ndjson", "xlsx"] {
        let found = name(&format!("patches.{ending}")).await?;
        ensure!(found.ends_with(&format!("Z-incomplete.{ending}\"")), "{found}");
        let found = name(&format!("patches.{ending}?region=not.cn-beijing")).await?;
        ensure!(found.ends_with(&format!("Z.{ending}\"")), "{found}");
    }
    // The cloud hands out no more than 100 plans of a region, and one has more.
    let found = name("plans.ics?account=prod-cn").await?;
    ensure!(found.ends_with("Z-incomplete.ics\""), "{found}");
    Ok(())
}

#[tokio::test]
async fn files_for_people_are_asked_for_by_parameters_that_are_no_conditions() -> Result<()> {
    let script = Script::new(&[])?;
    let response = script
        .get("/api/v1/export/patches.csv?missing=gt.0&bom=true&lang=zh&cols=instance")
        .await?;
    let link = header(&response, "link").to_owned();
    ensure!(link.contains("/patches?missing=gt.0&cols=instance>"), "{link}");
    assert_eq!(header(&response, "x-signalbox-not-understood"), "");
    let text = response.text().await?;
    ensure!(text.starts_with("\u{feff}instance\r\n"), "{:?}", &text[..20]);
    let plain = script.text("/api/v1/export/patches.csv?cols=instance").await?;
    ensure!(plain.starts_with("instance\r\n"), "{:?}", &plain[..20]);

    let response = script
        .get("/api/v1/export/patches.xlsx?tz=Asia/Shanghai&lang=zh")
        .await?;
    assert_eq!(response.status(), 200);
    assert_eq!(
        header(&response, "content-type"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    );
    assert_eq!(header(&response, "x-signalbox-zone"), "Asia/Shanghai");
    let file = response.bytes().await?;
    let mut book: Book<_> = open_workbook_from_rs(Cursor::new(file.to_vec()))?;
    let sheets = book.worksheets();
    let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), 2);
    assert_eq!(names[1], "Coverage");
    let whole = script.json("/api/v1/export/patches.json?tz=Asia/Shanghai").await?;
    let rows = list(&whole, "rows")?;
    assert_eq!(sheets[0].1.height(), rows.len() + 1);
    // Column by column in the order of the page, with Chinese headings; times are dates, eight hours ahead.
    let catalog = script.json("/api/v1/catalog").await?;
    let columns = list(&catalog["tables"][2], "columns")?;
    let first = rows[0].as_object().context("a row")?;
    let headings: Vec<String> = sheets[0]
        .1
        .rows()
        .next()
        .context("headings")?
        .iter()
        .map(ToString::to_string)
        .collect();
    for heading in &headings {
        ensure!(
            columns.iter().any(|column| column["label"]["zh"] == **heading),
            "{heading}"
        );
    }
    assert_eq!(headings.len(), first.len());
    let label = |id: &str| {
        columns
            .iter()
            .find(|column| column["id"] == id)
            .map(|column| &column["label"]["zh"])
    };
    let place = |id: &str| {
        headings
            .iter()
            .position(|heading| label(id).is_some_and(|label| label == heading))
    };
    let [instance, missing, end] = ["instance", "missing", "end"].map(place);
    for (cells, row) in sheets[0].1.rows().skip(1).zip(rows) {
        assert_eq!(
            cells[instance.context("instance")?].to_string(),
            row["instance"].as_str().unwrap_or_default()
        );
        if let Some(count) = row["missing"].as_f64() {
            assert_eq!(cells[missing.context("missing")?], Data::Float(count));
        }
        if let Some(text) = row["end"].as_str() {
            let shown = cells[end.context("end")?].as_datetime().context("a date")?;
            let instant = chrono::DateTime::parse_from_rfc3339(text)
                .ok()
                .context("a time")?
                .naive_utc();
            ensure!((shown - instant).num_seconds() == 8 * 3600, "{text}: {shown}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_calendar_subscribes_to_the_planned_windows() -> Result<()> {
    let script = Script::new(&[])?;
    let query = "phase=scheduled&start=now..7d";
    let planned = script.json(&format!("/api/v1/export/plans.json?{query}")).await?;
    let planned = list(&planned, "rows")?.len();
    let calendar = script.text(&format!("/api/v1/export/plans.ics?{query}")).await?;
    ensure!(planned > 0, "the demo plans nothing");
    assert_eq!(calendar.matches("BEGIN:VEVENT\r\n").count(), planned);
    assert_eq!(calendar.matches("STATUS:CONFIRMED\r\n").count(), planned);
    ensure!(
        calendar.split("\r\n").all(|line| line.len() <= 75),
        "a line is too long"
    );
    Ok(())
}

#[tokio::test]
async fn the_description_names_every_table() -> Result<()> {
    let script = Script::new(&[])?;
    let description = script.json("/api/v1/openapi.json").await?;
    ensure!(
        description["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3.1")),
        "{}",
        description["openapi"]
    );
    let catalog = script.json("/api/v1/catalog").await?;
    let ids: Vec<&Value> = list(&catalog, "tables")?.iter().map(|table| &table["id"]).collect();
    let named = &description["components"]["schemas"]["TableId"];
    assert_eq!(list(named, "enum")?.iter().collect::<Vec<_>>(), ids);
    Ok(())
}

/// Saved views come from the file and the environment; `check` names what is wrong with them.
#[tokio::test]
async fn a_team_keeps_its_views_in_the_configuration() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("signalbox.toml");
    let text = r#"
listen = "127.0.0.1:0"
public_url = "https://ops.example.com"

[[account]]
id = "one"
cloud = "alibaba"
regions = ["cn-hangzhou"]
credentials = { from = "static", access_key_id = { env = "SIGNALBOX_TEST_AK" }, access_key_secret = { env = "SIGNALBOX_TEST_SK" } }
endpoints = { oos = "http://127.0.0.1:1" }

[[view]]
name = "Unpatched"
query = "/patches?sort=-missing&missing=gt.0"
"#;
    std::fs::write(&file, text)?;
    let path = file.to_str().context("path")?;
    let command = |arguments: &[&str]| -> Result<Command> {
        let mut command = Command::new(server::binary()?);
        command
            .args(arguments)
            .args(["--config", path])
            .env("SIGNALBOX_TEST_AK", "a")
            .env("SIGNALBOX_TEST_SK", "s");
        Ok(command)
    };
    let mut serve = command(&["serve"])?;
    serve
        .env("SIGNALBOX_VIEW__1__NAME", "Timeline")
        .env("SIGNALBOX_VIEW__1__QUERY", "/timeline?phase=failed");
    let server = Arc::new(Server::run(serve)?);
    let client = Client::builder().no_proxy().build()?;
    let script = Script { client, server };
    let catalog = script.json("/api/v1/catalog").await?;
    assert_eq!(
        catalog["views"],
        serde_json::json!([
            {"name": "Unpatched", "table": "patches", "query": "missing=gt.0&sort=-missing"},
            {"name": "Timeline", "table": "timeline", "query": "phase=failed"},
        ])
    );
    // Nobody listens at the account's endpoint, so there is nothing, and an empty file would be a lie.
    let response = script.get("/api/v1/export/patches.csv").await?;
    assert_eq!(response.status(), 502);
    let problem: Value = serde_json::from_str(&response.text().await?)?;
    assert_eq!(problem["targets"][0]["error"]["code"], "ConnectFailed", "{problem}");
    // No account of that name, so nobody is asked, and the link is that of the public address.
    let nobody = script.json("/api/v1/export/patches.json?account=two").await?;
    assert_eq!(nobody["link"], "https://ops.example.com/patches?account=two");

    std::fs::write(
        &file,
        format!("{text}[[view]]\nname = \"unpatched\"\nquery = \"/patches?colour=red\"\n"),
    )?;
    let output = command(&["check"])?.output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    for part in ["view[1].name", "view[1].query", "colour=red"] {
        ensure!(said.contains(part), "{part} is not among:\n{said}");
    }
    Ok(())
}
