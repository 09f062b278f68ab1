//! Every published, SDK-made and end-to-end vector of both schemes, step by step and through `sign` itself. The vectors' schema
//! stands in the files.
#![expect(clippy::unwrap_used, reason = "a vector that cannot be read must fail the test")]

mod alibaba;
mod huawei;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use serde_json::Value;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The vectors that a conformance test must assert; the rest have one test each.
fn normative(file: &Value) -> impl Iterator<Item = &Value> {
    file["vectors"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|vector| vector["informative"] == false)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn pairs(value: &Value) -> Vec<(&str, &str)> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap()))
        .collect()
}

fn headers(request: &Value) -> HeaderMap {
    let header = |(name, value): (&str, &str)| {
        (
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_str(value).unwrap(),
        )
    };
    let mut map = HeaderMap::new();
    for (name, value) in pairs(&request["headers"]).into_iter().map(header) {
        map.append(name, value);
    }
    map
}

fn parts(request: &Value, path: &str, query: &str) -> Parts {
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{query}")
    };
    let origin = request["host"]
        .as_str()
        .map_or(String::new(), |host| format!("https://{host}"));
    let method = request["method"]
        .as_str()
        .filter(|method| !method.is_empty())
        .unwrap_or("GET");
    let (mut parts, ()) = http::Request::builder()
        .method(method)
        .uri(format!("{origin}{path}{query}"))
        .body(())
        .unwrap()
        .into_parts();
    parts.headers = headers(request);
    parts
}

fn seconds(timestamp: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(timestamp.try_into().unwrap())
}

/// Any one difference between what the signer made and what the vector says, named by vector and step.
fn same(vector: &Value, step: &str, made: &str, expected: &Value) {
    assert_eq!(made, expected.as_str().unwrap(), "{}: {step}", vector["id"]);
}

#[test]
fn the_files_hold_what_they_held_when_the_tests_were_written() {
    assert_eq!(
        (normative(&alibaba::file()).count(), normative(&huawei::file()).count()),
        (16, 20)
    );
}
