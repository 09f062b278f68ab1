//! `GET /api/v1/rows/{table}`: a table's rows, streamed as the clouds hand them out.

use crate::caller::{Caller, Choice};
use crate::clock::rfc3339;
use crate::crawl::{Done, Page};
use crate::http::problem::ApiError;
use crate::http::state::App;
use crate::target::Target;
use crate::walks::{Event, Walks};
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use url::form_urlencoded;
use wire::{Cache, Failed, Line};

/// Answers with one JSON object a line, in the order in which things happen. `account` and `region` choose targets by comma lists; a name that no target has
/// chooses nothing, just as a condition on a value that no row has.
///
/// # Errors
/// 404 for a table that there is not, 403 for one that the caller may not read, 429 where they ask too much at once.
pub async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    table: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let table = caller.table(&table.map(|Path(table)| table).unwrap_or_default())?;
    let targets = caller.targets(table, &choice(query.as_deref().unwrap_or_default()));
    let lines = lines(Walks::open(&caller.ask(&app)?, targets)).map(Ok::<_, Infallible>);
    let headers = [(CONTENT_TYPE, "application/x-ndjson"), (CACHE_CONTROL, "no-store")];
    Ok((headers, Body::from_stream(lines)).into_response())
}

/// So long after a line, another one says that there is nothing new yet. A reader who hears nothing for a minute may take the connection for dead, and a gateway
/// on the way commonly closes one that is silent for a minute.
const QUIET: Duration = Duration::from_secs(20);

/// The lines of a stream: one for each event, one for each time that nothing happens, and one that says that there are no more.
fn lines(events: impl Stream<Item = Event>) -> impl Stream<Item = Bytes> {
    stream::unfold(Some(Box::pin(events)), next_line).fuse()
}

async fn next_line<S: Stream<Item = Event> + Unpin>(events: Option<S>) -> Option<(Bytes, Option<S>)> {
    let mut events = events?;
    Some(match timeout(QUIET, events.next()).await {
        Ok(Some(event)) => (print(event), Some(events)),
        Ok(None) => (Line::End.to_bytes().into(), None),
        Err(_) => (Line::Waiting.to_bytes().into(), Some(events)),
    })
}

fn print(event: Event) -> Bytes {
    let line = match event {
        Event::Page(target, Page { rows, total, .. }) => {
            let rows = &rows;
            return Line::Rows { target, rows, total }.to_bytes().into();
        }
        Event::Targets(targets) => Line::Targets {
            targets: targets.iter().map(Target::named).collect(),
        },
        Event::Done(target, Done { as_of, rows, capped }) => Line::Done(wire::Done {
            target,
            as_of: rfc3339(as_of),
            rows,
            cache: Cache::Miss,
            capped: capped.map(u64::from),
        }),
        Event::Failed(target, error) => Line::Failed(Failed {
            target,
            error: *error.public,
        }),
    };
    line.to_bytes().into()
}

fn choice(query: &str) -> Choice {
    let mut choice = Choice::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let names = match &*name {
            "account" => &mut choice.accounts,
            "region" => &mut choice.regions,
            _ => continue,
        };
        names.extend(value.split(',').filter(|name| !name.is_empty()).map(str::to_owned));
    }
    choice
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ask::fake::{Cloud as Fake, error, json};
    use crate::walks::tests::{client, targets};
    use serde_json::json;
    use std::pin::pin;

    #[test]
    fn comma_lists_and_repeats_add_up() {
        let asked = choice("account=a%2Cb,c&region=&account=d&x=y&region=r");
        assert_eq!(asked.accounts, ["a", "b", "c", "d"]);
        assert_eq!(asked.regions, ["r"]);
        assert_eq!(choice(""), Choice::default());
    }

    #[tokio::test(start_paused = true)]
    async fn every_event_is_a_line_and_the_end_is_one() {
        let cloud = Fake::new(|request| match request.host() {
            host if host.contains("r2") => error(403, r#"{"Code":"NoPermission","Message":"no"}"#),
            _ => json(&json!({"InstancePatchStates": [{"a": 1}, {}]})),
        });
        let walks = Walks::open(&client(&cloud), targets(&["r1", "r2"]));
        let lines: Vec<Bytes> = lines(walks).collect().await;
        let mut text = String::from_utf8(lines.concat()).unwrap();
        let as_of = text.find("\"as_of\":\"").unwrap() + 9;
        text.replace_range(as_of..as_of + 20, "NOW");
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        lines[1..4].sort_unstable();
        assert_eq!(
            lines,
            [
                "{\"kind\":\"targets\",\"targets\":[\
                    {\"account\":\"alibaba-test\",\"cloud\":\"alibaba\",\"region\":\"r1\",\"source\":\"alibaba.oos.instance-patch-states\"},\
                    {\"account\":\"alibaba-test\",\"cloud\":\"alibaba\",\"region\":\"r2\",\"source\":\"alibaba.oos.instance-patch-states\"}]}\n",
                "{\"kind\":\"done\",\"target\":0,\"as_of\":\"NOW\",\"rows\":2,\"cache\":\"miss\"}\n",
                "{\"kind\":\"failed\",\"target\":1,\"as_of\":null,\"error\":{\"status\":403,\"code\":\"NoPermission\",\"message\":\"no\",\
                    \"request_id\":\"R2\",\"advice\":\"needs oos:ListInstancePatchStates\",\"advice_zh\":\"缺少权限 oos:ListInstancePatchStates\"}}\n",
                "{\"kind\":\"rows\",\"target\":0,\"rows\":[{\"a\":1},{}]}\n",
                "{\"kind\":\"end\"}\n",
            ]
        );
    }

    #[test]
    fn rows_pass_untouched_with_their_total() {
        let page = Page {
            rows: r#"[{"a": 1.50}]"#.into(),
            count: 1,
            total: Some(718),
        };
        assert_eq!(
            print(Event::Page(3, page)),
            "{\"kind\":\"rows\",\"target\":3,\"rows\":[{\"a\": 1.50}],\"total\":718}\n"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_hears_of_a_cloud_that_takes_its_time() {
        let later = async {
            tokio::time::sleep(Duration::from_secs(50)).await;
            Event::Targets(vec![])
        };
        let lines: Vec<Bytes> = lines(stream::once(later)).collect().await;
        let waiting = "{\"kind\":\"waiting\"}\n";
        assert_eq!(
            lines,
            [
                waiting,
                waiting,
                "{\"kind\":\"targets\",\"targets\":[]}\n",
                "{\"kind\":\"end\"}\n"
            ]
        );
    }

    #[tokio::test]
    async fn an_ended_stream_stays_ended() {
        let cloud = Fake::new(|_| json(&json!({})));
        let mut lines = pin!(lines(Walks::open(&client(&cloud), vec![])));
        assert_eq!(lines.next().await.unwrap(), "{\"kind\":\"targets\",\"targets\":[]}\n");
        assert_eq!(lines.next().await.unwrap(), "{\"kind\":\"end\"}\n");
        // The encoder of the compression polls again.
        assert!(lines.next().await.is_none());
        assert!(lines.next().await.is_none());
    }
}
