//! `GET /api/v1/rows/{table}`: a table's rows, streamed as the clouds hand them out.

use crate::cache::{frame, small_frame};
use crate::caller::{Caller, Choice, admits};
use crate::clock::rfc3339;
use crate::crawl::{Done, Page};
use crate::http::problem::ApiError;
use crate::http::state::App;
use crate::http::wishes;
use crate::target::Target;
use crate::walks::{Event, Rows, Walks, followed};
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{FutureExt, Stream, StreamExt, stream};
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use table::View;
use tokio::task::yield_now;
use tokio::time::timeout;
use url::form_urlencoded;
use wire::{Failed, Line, targets_line};

/// Answers with one JSON object a line, in the order in which things happen. `account` and `region` choose targets by comma lists; a name that no target has
/// chooses nothing, just as a condition on a value that no row has. `first` is the query string of a page's view, whose targets are asked before the others.
///
/// # Errors
/// 404 for a table that there is not, 403 for one that the caller may not read, 429 where they ask too much at once.
pub async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    table: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let table = caller.table(&table.map(|Path(table)| table).unwrap_or_default())?;
    let Asked { choice, first } = Asked::read(query.as_deref().unwrap_or_default());
    let view = View::parse(table, &first);
    let targets = caller.targets(table, &choice).into();
    let way = caller.ask(&app)?.past_the_cache(wishes::no_cache(&headers));
    let answer = caller.answer("rows", None, table, &targets).await?;
    let walks = followed(Walks::read(&way, targets, |target| admits(&view, target)), answer);
    // The walks of this task begin only when it pauses. Then the clouds have been asked while the targets are being printed, which are many in large configurations.
    yield_now().await;
    // What is kept is sent as it is kept. What passes once is left to the compression of all answers, which sees more of it at a time.
    let form = if way.keeps() && wishes::zstandard(&headers) {
        Form::Frames
    } else {
        Form::Text
    };
    let mut answer = Body::from_stream(lines(walks, form)).into_response();
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if form == Form::Frames {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("zstd"));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    }
    Ok(answer)
}

/// So long after a line, another one says that there is nothing new yet. A reader who hears nothing for a minute may take the connection for dead, and a gateway
/// on the way commonly closes one that is silent for a minute.
const QUIET: Duration = Duration::from_secs(20);

/// In which form lines are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// As they are.
    Text,
    /// Compressed, a frame or two a line.
    Frames,
}

/// The lines of a stream: one for each event, one for each time that nothing happens, and one that says that there are no more.
fn lines(events: impl Stream<Item = Event>, form: Form) -> impl Stream<Item = io::Result<Bytes>> {
    stream::unfold(Some(Box::pin(events.fuse())), move |events| next_line(events, form)).fuse()
}

async fn next_line<S: Stream<Item = Event> + Unpin>(
    events: Option<S>,
    form: Form,
) -> Option<(io::Result<Bytes>, Option<S>)> {
    let mut events = events?;
    Some(match timeout(QUIET, events.next()).await {
        Ok(Some(event)) => (form.print_all(event, &mut events), Some(events)),
        Ok(None) => (form.line(&Line::End), None),
        Err(_) => (form.line(&Line::Waiting), Some(events)),
    })
}

/// As much is sent at a time, where so much is there.
const AT_ONCE: usize = 64 << 10;

impl Form {
    /// The lines of an event and of those that are there already.
    fn print_all(self, event: Event, events: &mut (impl Stream<Item = Event> + Unpin)) -> io::Result<Bytes> {
        let first = self.print(event)?;
        let mut more = Vec::new();
        while first.len() + more.len() < AT_ONCE
            && let Some(Some(event)) = events.next().now_or_never()
        {
            more.extend_from_slice(&self.print(event)?);
        }
        Ok(if more.is_empty() {
            first
        } else {
            [&first[..], &more].concat().into()
        })
    }

    fn print(self, event: Event) -> io::Result<Bytes> {
        let line = match event {
            Event::Page(target, rows) => return self.rows(target, &rows),
            Event::Targets(targets) => return self.bytes(targets_line(targets.iter().map(Target::names))),
            Event::Done(target, Done { as_of, rows, capped }, cache) => Line::Done(wire::Done {
                target,
                as_of: rfc3339(as_of),
                rows,
                cache,
                capped: capped.map(u64::from),
            }),
            Event::Failed(target, error) => Line::Failed(Failed {
                target,
                error: *error.public,
            }),
        };
        self.line(&line)
    }

    fn line(self, line: &Line<'_>) -> io::Result<Bytes> {
        self.bytes(line.to_bytes())
    }

    fn bytes(self, line: Vec<u8>) -> io::Result<Bytes> {
        match self {
            Self::Text => Ok(line.into()),
            Self::Frames => framed(&line),
        }
    }

    fn rows(self, target: u32, rows: &Rows) -> io::Result<Bytes> {
        match (self, rows) {
            (_, Rows::Came(Page { rows, total, .. })) => {
                let total = *total;
                self.line(&Line::Rows { target, rows, total })
            }
            (Self::Text, Rows::Kept(page)) => {
                let head = wire::rows_head(target).into_bytes();
                Ok([head, page.tail()?].concat().into())
            }
            (Self::Frames, Rows::Kept(page)) => {
                let head = framed(wire::rows_head(target).as_bytes())?;
                Ok([&head[..], page.frame()].concat().into())
            }
        }
    }
}

/// One frame of Zstandard.
fn framed(content: &[u8]) -> io::Result<Bytes> {
    small_frame(content).map_or_else(|| frame(content), |small| Ok(small.into()))
}

/// What the query says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    choice: Choice,
    /// A query string of its own.
    first: String,
}

impl Asked {
    fn read(query: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let names = match &*name {
                "account" => &mut asked.choice.accounts,
                "region" => &mut asked.choice.regions,
                "first" => {
                    asked.first = value.into_owned();
                    continue;
                }
                _ => continue,
            };
            names.extend(value.split(',').filter(|name| !name.is_empty()).map(str::to_owned));
        }
        asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ask::fake::{Cloud as Fake, error, json};
    use crate::ask::{Client, Limits};
    use crate::cache::{self, KeptPage};
    use crate::clock::Ambient;
    use crate::http::state::Settings;
    use crate::walks::tests::{client, targets};
    use serde_json::json;
    use std::pin::pin;

    async fn text(events: impl Stream<Item = Event>, form: Form) -> Vec<Bytes> {
        let lines: Vec<_> = lines(events, form).collect().await;
        lines.into_iter().map(Result::unwrap).collect()
    }

    #[test]
    fn comma_lists_and_repeats_add_up() {
        let Asked { choice, first } =
            Asked::read("account=a%2Cb,c&region=&account=d&x=y&region=r&first=region%3Dnot.r%26q%3Dx");
        assert_eq!(choice.accounts, ["a", "b", "c", "d"]);
        assert_eq!(choice.regions, ["r"]);
        assert_eq!(first, "region=not.r&q=x");
        assert_eq!(Asked::read(""), Asked::default());
    }

    #[tokio::test(start_paused = true)]
    async fn every_event_is_a_line_and_the_end_is_one() {
        let cloud = Fake::new(|request| match request.host() {
            host if host.contains("r2") => error(403, r#"{"Code":"NoPermission","Message":"no"}"#),
            _ => json(&json!({"InstancePatchStates": [{"a": 1}, {}]})),
        });
        let walks = Walks::open(&client(&cloud), targets(&["r1", "r2"]));
        let mut text = String::from_utf8(text(walks, Form::Text).await.concat()).unwrap();
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
                    \"request_id\":\"R2\",\"permission\":\"oos:ListInstancePatchStates\",\"advice\":\"needs oos:ListInstancePatchStates\",\"advice_zh\":\"缺少权限 oos:ListInstancePatchStates\"}}\n",
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
            request_id: None,
        };
        let kept = Rows::Kept(Arc::new(KeptPage::new(&page).unwrap()));
        for rows in [Rows::Came(page), kept] {
            for form in [Form::Text, Form::Frames] {
                let line = form.print(Event::Page(3, rows.clone())).unwrap();
                let line = match form {
                    Form::Text => line.into(),
                    Form::Frames => zstd::stream::decode_all(&*line).unwrap(),
                };
                assert_eq!(
                    line,
                    b"{\"kind\":\"rows\",\"target\":3,\"rows\":[{\"a\": 1.50}],\"total\":718}\n"
                );
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn clouds_are_asked_before_the_targets_are_printed() {
        for settings in [cache::Settings::OFF, cache::Settings::default()] {
            let cloud = Fake::new(|_| json(&json!({"InstancePatchStates": [{}]})));
            let settings = Settings {
                accounts: vec![Arc::clone(&targets(&["r1"])[0].account)],
                cache: settings,
                ..Settings::default()
            };
            let client = Client::new(Arc::new(cloud.clone()), Limits::default(), Ambient::real());
            let app = Arc::new(App::new(settings, client));
            let caller = Caller::everyone(app.settings());
            let query = RawQuery(Some("first=account%3Dalibaba-test".to_owned()));
            let answer = show(
                State(app),
                caller,
                Ok(Path("patches".to_owned())),
                query,
                HeaderMap::new(),
            );
            let mut body = answer.await.unwrap().into_body().into_data_stream();
            let asked = cloud.requests().len();
            let first = body.next().await.unwrap().unwrap();
            assert!(first.starts_with(b"{\"kind\":\"targets\""), "{first:?}");
            assert!(asked > 0, "nobody has been asked yet");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_hears_of_a_cloud_that_takes_its_time() {
        let later = async {
            tokio::time::sleep(Duration::from_secs(50)).await;
            Event::Targets(Arc::default())
        };
        let lines = text(stream::once(later), Form::Text).await;
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
        let mut lines = pin!(lines(Walks::open(&client(&cloud), vec![]), Form::Text));
        assert_eq!(
            lines.next().await.unwrap().unwrap(),
            "{\"kind\":\"targets\",\"targets\":[]}\n"
        );
        assert_eq!(lines.next().await.unwrap().unwrap(), "{\"kind\":\"end\"}\n");
        // The encoder of the compression polls again.
        assert!(lines.next().await.is_none());
        assert!(lines.next().await.is_none());
    }
}
