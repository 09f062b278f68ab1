//! Every fault at every place: each ends in time, with the right line in the stream, hides nobody else's rows, and is over when it is over.

mod clouds;
mod files;
mod memory;
mod network;
mod server;

use crate::proxy::{Proxy, Setup, Stream};
use catalog::{SOURCES, Source};
use serde_json::Value;
use signalbox::ask::Limits;
use std::time::{Duration, Instant};

/// How long a fault may hold up a reader, where one attempt may take [`limits`]'s time. More than it should, for machines that are busy.
const LONGEST: Duration = Duration::from_secs(40);

/// How a target ends that is struck.
#[derive(Clone, Copy, Debug)]
enum Ending {
    /// With an error of this status and code. An empty code stands for the cloud's own, whatever it is.
    Failed(Option<u16>, &'static str),
    /// With an error of one of these codes, without a status: it depends on what had arrived.
    Broken([&'static str; 2]),
    /// With all rows.
    Done,
}

/// Bounds that make faults short.
fn limits() -> Limits {
    Limits {
        backoff: Duration::from_millis(5),
        request: Duration::from_secs(8),
        page_bytes: 8 << 20,
        ..Limits::default()
    }
}

fn setup() -> Setup {
    Setup {
        rows: 120,
        limits: limits(),
        ..Setup::default()
    }
}

/// The account that is struck: the first of its cloud.
fn struck(source: &Source) -> &'static str {
    match source.cloud().id {
        "alibaba" => "prod-cn",
        "huawei" => "prod-hw",
        other => panic!("nobody is struck in {other}"),
    }
}

/// The table of a source, and how long that took.
async fn read(proxy: &Proxy, source: &Source) -> Stream {
    let begun = Instant::now();
    let stream = proxy.rows(source.table.id, "").await;
    stream.is_sound();
    let took = begun.elapsed();
    assert!(took < LONGEST, "{} took {took:?}", source.id);
    stream
}

/// What became of each target of the stream: its name, whether it is of the struck account, and its last line.
fn endings<'a>(stream: &'a Stream, source: &Source) -> Vec<(String, bool, &'a Value)> {
    let targets = stream.lines[0]["targets"].as_array().unwrap();
    let ending = |(number, target): (usize, &Value)| {
        let text = |key: &str| target[key].as_str().unwrap().to_owned();
        let name = format!("{}/{}", text("account"), text("region"));
        let last = stream.lines.iter().rfind(|line| line["target"] == number);
        (name, text("account") == struck(source), last.unwrap())
    };
    targets.iter().enumerate().map(ending).collect()
}

/// Holds the targets of the struck account against the ending, and all others against a stream in which all is well.
fn judge(stream: &Stream, well: &Stream, source: &Source, ending: Ending, what: &str) {
    let mut seen = 0;
    for ((name, is_struck, last), (_, _, wanted)) in endings(stream, source).into_iter().zip(endings(well, source)) {
        let what = format!("{what} at {name}");
        let ending = if is_struck { ending } else { Ending::Done };
        seen += usize::from(is_struck);
        match ending {
            Ending::Done => {
                assert_eq!(
                    (&last["kind"], &last["rows"]),
                    (&wanted["kind"], &wanted["rows"]),
                    "{what}: {last}"
                );
                assert_eq!(last["kind"], "done", "{what}: {last}");
            }
            Ending::Failed(status, code) => {
                let error = failure(last, &what);
                assert_eq!(error["status"].as_u64(), status.map(u64::from), "{what}: {error}");
                assert!(code.is_empty() || error["code"] == code, "{what}: {error}");
            }
            Ending::Broken(codes) => {
                let error = failure(last, &what);
                assert!(error["status"].is_null(), "{what}: {error}");
                assert!(codes.iter().any(|code| error["code"] == *code), "{what}: {error}");
            }
        }
    }
    assert!(seen > 0, "{what}: nothing was struck");
}

/// The error of a target that failed: with words for people, and no rows that count as of now.
fn failure<'a>(last: &'a Value, what: &str) -> &'a Value {
    assert_eq!(
        (&last["kind"], &last["as_of"]),
        (&"failed".into(), &Value::Null),
        "{what}: {last}"
    );
    let error = &last["error"];
    for field in ["code", "message", "advice", "advice_zh"] {
        assert!(
            error[field].as_str().is_some_and(|text| !text.is_empty()),
            "{what}: {field}: {error}"
        );
    }
    error
}

/// The sources of a cloud's service, which are at least one.
fn sources(service: &'static str) -> Vec<&'static Source> {
    let found: Vec<_> = SOURCES
        .iter()
        .copied()
        .filter(|source| source.call.service.id == service)
        .collect();
    assert!(!found.is_empty(), "{service}");
    found
}
