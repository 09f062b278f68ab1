//! What clouds answer: pages, cursors, error bodies.

use super::world::{NOW, Outside, ambient, choice};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde_json::value::RawValue;
use signalbox::ask::{Client, Limits};
use signalbox::caller::{Caller, Choice};
use signalbox::config::{Environment, parse};
use signalbox::crawl::{GoneError, Page, PageSink, walk};
use signalbox::http::state::Settings;
use signalbox::target::Target;
use signalbox::vendors::VENDORS;
use std::cell::OnceCell;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use table::{Clock, Engine, Rows, View};
use tokio::runtime::{Builder, Runtime};

/// A key as the clouds have them.
const SECRET: &str = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00";

/// What the members of a target are: listed in the configuration, or found.
const LISTED: [&str; 2] = ["clusters = [\"c1\", \"c2\", \"c3\"]", "stack_sets = [\"s1\", \"s2\"]"];

fn config([clusters, stack_sets]: [&str; 2]) -> String {
    format!(
        r#"
[[account]]
id = "a"
cloud = "alibaba"
regions = ["cn-hangzhou"]
credentials = {{ from = "static", access_key_id = {{ env = "ID" }}, access_key_secret = {{ env = "SECRET" }} }}
{clusters}

[[account]]
id = "h"
cloud = "huawei"
regions = ["cn-north-4"]
credentials = {{ from = "static", ak = {{ env = "ID" }}, sk = {{ env = "SECRET" }} }}
domain_id = "d"
projects = {{ "cn-north-4" = "p" }}
{stack_sets}
"#
    )
}

/// One target for each source, with members that are listed; and again, with such that are found.
static TARGETS: LazyLock<Vec<Target>> = LazyLock::new(|| {
    let environment: Environment = [("ID", "id"), ("SECRET", SECRET)].into_iter().collect();
    let mut targets = Vec::new();
    for members in [LISTED, ["", ""]] {
        let read = parse(&config(members), Path::new(""), &environment, None, VENDORS);
        let read = read.unwrap_or_else(|faults| panic!("{faults}"));
        let settings = Settings {
            accounts: read.accounts.into_iter().map(Arc::new).collect(),
            ..Settings::default()
        };
        let caller = Caller::everyone(Arc::new(settings));
        let tables = catalog::tables().into_iter();
        targets.extend(tables.flat_map(|table| caller.targets(table, &Choice::default())));
    }
    targets
});

const LIMITS: fn() -> Limits = || Limits {
    attempts: 2,
    items: 10_000,
    pages: 8,
    page_bytes: 1 << 20,
    ..Limits::default()
};

thread_local! {
    /// Its time goes on by itself where all wait.
    static RUNTIME: OnceCell<Runtime> = const { OnceCell::new() };
}

/// A sign for the target, and then answers with a line `---` between: each a line with its status and `|name:value` headers, and its body. The last comes
/// again and again. Whether the target came to its end.
pub fn run(data: &[u8]) -> bool {
    let Some((target, rest)) = choice(data, TARGETS.len()) else {
        return false;
    };
    let target = &TARGETS[target];
    let answers: Vec<Response<Bytes>> = split(rest, b"\n---\n").into_iter().map(answer).collect();
    let next = Mutex::new(0);
    let answered = move |_: &Request<Bytes>| {
        let mut next = next.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = answers.get(*next).or(answers.last()).cloned();
        *next += 1;
        answer.unwrap_or_default()
    };
    let client = Client::new(Arc::new(Outside(answered)), LIMITS(), ambient());
    let taken = Taken(Mutex::new(Rows::new(target.source.table)), Mutex::new((0, 0)));
    {
        let mut rows = taken.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (cloud, account) = (target.source.cloud().id, &target.account.id);
        rows.add_target(cloud, account, &target.region, target.source);
    }
    let walked = RUNTIME.with(|runtime| {
        let runtime = runtime.get_or_init(|| {
            let built = Builder::new_current_thread().enable_time().start_paused(true).build();
            built.unwrap_or_else(|error| panic!("no runtime: {error}"))
        });
        runtime.block_on(walk(&client, target, &taken))
    });
    let Taken(rows, counted) = taken;
    let (_, counted) = counted.into_inner().unwrap_or_else(PoisonError::into_inner);
    match &walked {
        Ok(done) => assert_eq!(done.rows, counted),
        Err(error) => {
            let told = serde_json::to_string(&error.public).unwrap_or_default();
            assert!(!told.contains(SECRET), "a secret is told: {told}");
            assert!(!told.contains('\n') && !error.public.message.is_empty(), "{told}");
        }
    }
    shown(&rows.into_inner().unwrap_or_else(PoisonError::into_inner));
    walked.is_ok()
}

fn split<'a>(mut data: &'a [u8], between: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    while let Some(at) = data.windows(between.len()).position(|window| window == between) {
        parts.push(&data[..at]);
        data = &data[at + between.len()..];
    }
    parts.push(data);
    parts
}

fn answer(data: &[u8]) -> Response<Bytes> {
    let at = data.iter().position(|&byte| byte == b'\n');
    let (head, body) = at.map_or((data, &[][..]), |at| (&data[..at], &data[at + 1..]));
    let mut head = head.split(|&byte| byte == b'|');
    let status = head.next().and_then(|status| StatusCode::from_bytes(status).ok());
    let mut answer = Response::builder().status(status.unwrap_or(StatusCode::OK));
    for pair in head {
        let colon = pair.iter().position(|&byte| byte == b':').unwrap_or(pair.len());
        let (name, value) = (&pair[..colon], pair.get(colon + 1..).unwrap_or_default());
        if let (Ok(name), Ok(value)) = (http::HeaderName::from_bytes(name), http::HeaderValue::from_bytes(value)) {
            answer = answer.header(name, value);
        }
    }
    answer.body(Bytes::copy_from_slice(body)).unwrap_or_default()
}

/// Takes pages as the program does, and looks at each: a list of so many objects on one line, as the stream promises.
struct Taken(Mutex<Rows>, Mutex<(u64, u64)>);

impl PageSink for Taken {
    async fn page(&self, page: Page) -> Result<(), GoneError> {
        assert!(!page.rows.contains(['\n', '\r']), "{:?}", page.rows);
        let listed: Result<Vec<&RawValue>, _> = serde_json::from_str(&page.rows);
        let listed = listed.unwrap_or_else(|error| panic!("{error}: {:?}", page.rows));
        assert_eq!(listed.len() as u64, page.count);
        assert!(listed.iter().all(|item| item.get().starts_with('{')), "{:?}", page.rows);
        let mut counted = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        *counted = (counted.0 + 1, counted.1 + page.count);
        assert!(page.total.is_none_or(|total| total >= counted.1));
        let taken = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .ingest(0, &page.rows);
        assert!(taken.is_ok(), "{taken:?}: {:?}", page.rows);
        Ok(())
    }
}

/// Reads every cell, and sorts and filters.
fn shown(rows: &Rows) {
    for row in (0..rows.len() as u32).take(100) {
        for column in 0..rows.table().columns().len() {
            _ = rows.text(row, column);
        }
        _ = rows.phase(row);
    }
    let clock = Clock::utc(NOW as i64 * 1000);
    let mut engine = Engine::new();
    engine.update(rows, &View::parse(rows.table(), "q=a"), &clock);
    assert!(engine.matching().len() <= rows.len());
    engine.update(rows, &View::new(rows.table()), &clock);
    assert_eq!(engine.matching().len(), rows.len());
}
