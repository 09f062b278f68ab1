//! `GET /api/v1/export/{table}.csv`, `.json`, `.ndjson`, `.xlsx` and `plans.ics`: what the page shows for its query string, as a file.
//!
//! The page and the export read the same view with the same engine, so rows, order and columns are the same. The order needs every row: the
//! answer begins when the last target has ended, with the link, the as-of time and the gaps in its headers, and is then written in chunks
//! from the one copy that is in memory.

mod about;
mod body;
mod calendar;
mod coverage;
mod csv;
mod exported;
mod format;
mod gather;
mod header;
mod json;
mod lang;
mod ndjson;
mod printer;
mod wanted;
mod xlsx;
mod zone;

use crate::caller::{Caller, Choice, admits};
use crate::http::problem::ApiError;
use crate::http::state::App;
use crate::http::wishes;
use crate::memory::MemoryError;
use crate::telemetry::metrics;
use crate::walks::{Walks, followed};
use about::About;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use calendar::Calendar;
use catalog::Table;
use coverage::{Completeness, Covered};
use csv::Csv;
use exported::{Export, Lines};
use format::{Format, WriteError, Written};
use gather::{GatherError, Gathered, gather};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use json::Json;
use ndjson::Ndjson;
use std::sync::Arc;
use table::{Clock, Engine, Rows, View};
use wanted::Wanted;
use xlsx::Xlsx;
use zone::Zone;

/// Every kind of file there is.
static FORMATS: [&dyn Format; 5] = [&Csv, &Json, &Ndjson, &Xlsx, &Calendar];

/// Answers with the rows that the page shows for this query string.
///
/// # Errors
/// See [`file`].
pub async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    name: Result<Path<String>, PathRejection>,
    parts: Parts,
) -> Result<Response, ApiError> {
    let name = name.map(|Path(name)| name).unwrap_or_default();
    let query = parts.uri.query().unwrap_or_default();
    let past = wishes::no_cache(&parts.headers);
    file(&app, &caller, &name, query, caller.origin(&parts), past, None).await
}

/// The rows that the page shows a caller for a query string, as the file of this name. Links in it begin with `origin`. The clouds are asked `past` what is
/// kept, if so wished.
///
/// # Errors
/// 404 for a table or format that there is not; 403 for one that the caller may not see; 429 where they ask too much at once; 502 when no target at all could be asked; 503 and 507
/// when the rows do not fit in the memory that exports may have.
pub async fn file(
    app: &App,
    caller: &Caller,
    name: &str,
    query: &str,
    origin: String,
    past: bool,
    feed: Option<String>,
) -> Result<Response, ApiError> {
    let (table, format) = asked(name).ok_or_else(nothing)?;
    let table = caller.table(table.id)?;
    let (wanted, query) = Wanted::split(query);
    let view = View::parse(table, &query);
    let way = caller.ask(app)?.past_the_cache(past);
    let now = way.client().ambient().now();
    let zone = Zone::of(view.tz.as_deref());
    let mut asked = caller.targets(table, &Choice::default());
    asked.retain(|target| admits(&view, target));
    let asked = asked.into();
    let of = if feed.is_some() { "feed" } else { "export" };
    let answer = caller.answer(of, feed, table, &asked).await?;
    let walks = followed(Walks::read(&way, asked, |_| true), answer);
    let Gathered { rows, targets, held } = gather(walks, app.export_memory(), table).await?;
    let failed = |target: &Covered| target.state == Completeness::Failed;
    if rows.is_empty() && !targets.is_empty() && targets.iter().all(failed) {
        return Err(unanswered(&targets));
    }
    let about = About::new(&view, &wanted, &zone, origin, targets, now);
    let mut headers = about.headers();
    let written = tokio::task::spawn_blocking(move || {
        let Lines {
            order,
            groups,
            matching,
        } = arrange(&rows, &view, about.now_millis(), &zone, format.has_groups());
        let export = Export {
            order,
            groups,
            matching,
            columns: view.effective_cols(),
            rows,
            wanted,
            view,
            zone,
            about,
            held,
        };
        let about = export.about.clone();
        let Written { pieces, whole } = format.write(export)?;
        Ok::<_, WriteError>((about.file_name(table, whole), pieces))
    });
    let (name, pieces) = written.await.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    let name = format!("attachment; filename=\"{name}.{}\"", format.ending());
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    headers.insert(CONTENT_DISPOSITION, name.try_into().map_err(ApiError::internal)?);
    Ok((headers, body::of(pieces)).into_response())
}

/// Seconds after which a script may try again when others have the memory.
const RETRY_AFTER: u16 = 30;

impl From<GatherError> for ApiError {
    fn from(error: GatherError) -> Self {
        let too_many = |what: &str| {
            let detail = format!("{what}: ask for fewer accounts or regions at once");
            Self::new(StatusCode::INSUFFICIENT_STORAGE, detail)
        };
        match error {
            GatherError::Memory(MemoryError::TooLarge) => {
                too_many("the rows are more than an export may hold in memory")
            }
            GatherError::Memory(MemoryError::Busy) => {
                metrics().limit_refusals.of(["export_memory"]).inc();
                let detail =
                    "other exports need the memory: try again later, or ask for fewer accounts or regions at once";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, detail).retry_after(RETRY_AFTER)
            }
            GatherError::Full => too_many("more rows than one export can hold"),
            GatherError::Broken(_) => Self::internal(error),
        }
    }
}

/// The table of a file's name; none where there is no such export.
#[must_use]
pub fn table_of(name: &str) -> Option<&'static Table> {
    asked(name).map(|(table, _)| table)
}

/// The one query string of all that mean the same export. What only a reader at the page knows of (the open row, the name of the view, the last visit) is
/// no part of it.
#[must_use]
pub fn canonical(table: &'static Table, query: &str) -> String {
    let (wanted, query) = Wanted::split(query);
    let view = View::parse(table, &query);
    let view = view.with_row(None).with_name(None).with_since(None).to_query();
    let parts = [view, wanted.query()];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("&")
}

/// The table and format of a file name.
fn asked(file: &str) -> Option<(&'static Table, &'static dyn Format)> {
    let (table, ending) = file.rsplit_once('.')?;
    let table = catalog::table(table)?;
    let format = FORMATS.into_iter().find(|format| format.ending() == ending)?;
    format.fits(table).then_some((table, format))
}

fn nothing() -> ApiError {
    let tables: Vec<_> = catalog::tables().iter().map(|table| table.id).collect();
    let detail = format!(
        "there is no such export; there are .csv, .json, .ndjson and .xlsx of {}, and {}.ics",
        tables.join(", "),
        calendar::TABLE
    );
    ApiError::new(StatusCode::NOT_FOUND, detail)
}

/// Which rows or groups, in which order.
fn arrange(rows: &Rows, view: &View, now: i64, zone: &Zone, has_groups: bool) -> Lines {
    let midnight = |date| zone.midnight(date);
    let clock = Clock {
        now,
        midnight: &midnight,
    };
    let mut engine = Engine::new();
    engine.update(rows, view, &clock);
    Lines::of(&mut engine, rows, view, has_groups)
}

/// An empty file would look like "there are no rows" to a script that only looks at the status.
fn unanswered(targets: &[Covered]) -> ApiError {
    let detail = match targets {
        [one] => format!("{} could not be asked, so there is nothing to export", one.id()),
        all => format!(
            "none of the {} targets could be asked, so there is nothing to export",
            all.len()
        ),
    };
    let targets = serde_json::to_value(targets).unwrap_or_default();
    ApiError::new(StatusCode::BAD_GATEWAY, detail).with("targets", targets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_a_table_and_a_format() {
        let named = |file: &str| asked(file).map(|(table, format)| (table.id, format.content_type()));
        assert_eq!(named("patches.csv"), Some(("patches", Csv.content_type())));
        assert_eq!(named("plans.json"), Some(("plans", Json.content_type())));
        assert_eq!(named("tickets.ndjson"), Some(("tickets", Ndjson.content_type())));
        assert_eq!(named("operations.xlsx"), Some(("operations", Xlsx.content_type())));
        assert_eq!(named("plans.ics"), Some(("plans", Calendar.content_type())));
        for nothing in [
            "patches.ics",
            "patches",
            "patches.CSV",
            ".csv",
            "",
            "plans.xls",
            "a.b.csv",
        ] {
            assert_eq!(named(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn an_export_has_one_query_string() {
        let plans = catalog::table("plans").unwrap();
        for (query, one) in [
            ("", ""),
            (
                "lang=zh-CN&start=-24h..&tz=UTC&account=b,a&row=x&view=mine&since=-24h&bom=1",
                "start=-24h..&account=a,b&tz=UTC&bom=true&lang=zh",
            ),
            ("lang=en&bom=false", ""),
            ("colour=red&lang=fr", "colour=red&lang=fr"),
        ] {
            let first = canonical(plans, query);
            assert_eq!(canonical(plans, &first), first, "{query}");
            let sorted = |query: &str| {
                query
                    .split('&')
                    .map(str::to_owned)
                    .collect::<std::collections::BTreeSet<_>>()
            };
            assert_eq!(sorted(&first), sorted(one), "{query}");
        }
    }

    #[test]
    fn what_cannot_be_gathered_says_what_to_do() {
        let answer = |error: GatherError| ApiError::from(error).into_response();
        assert_eq!(answer(MemoryError::TooLarge.into()).status(), 507);
        assert_eq!(answer(GatherError::Full).status(), 507);
        let later = answer(MemoryError::Busy.into());
        assert_eq!(later.status(), 503);
        assert_eq!(later.headers()["retry-after"], "30");
    }
}
