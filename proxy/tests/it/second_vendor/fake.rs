//! The vendor's service in a region: 120 instances, 50 a page; patch states 20 a page. It verifies signatures and is now and then busy.

use super::vendor::signature;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

pub(super) const INSTANCES: usize = 120;
pub(super) const SECRET: &str = "second-secret";

/// What it was asked: operation and body.
pub(super) type Asked = Arc<Mutex<Vec<(String, Value)>>>;

/// Starts the service; its address, and what it will have been asked.
pub(super) async fn start() -> (String, Asked) {
    let asked = Asked::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let service = Router::new().route("/", post(answer)).with_state(Arc::clone(&asked));
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    (url, asked)
}

async fn answer(State(asked): State<Asked>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let (operation, date) = (header("x-amz-target"), header("x-amz-date"));
    let expected = signature(SECRET, &date, "us-east-1", &operation, &body);
    let authorization = format!("AWS4-HMAC-SHA256 Credential=AKIA/us-east-1, Signature={expected}");
    if header("authorization") != authorization || header("content-type") != "application/x-amz-json-1.1" {
        return refuse(StatusCode::FORBIDDEN, "InvalidSignatureException");
    }
    let question: Value = serde_json::from_slice(&body).unwrap();
    let times = {
        let mut asked = asked.lock().unwrap();
        asked.push((operation.clone(), question.clone()));
        asked.len()
    };
    if times == 2 {
        return refuse(StatusCode::BAD_REQUEST, "ThrottlingException");
    }
    let start: usize = question["NextToken"].as_str().map_or(0, |token| token.parse().unwrap());
    match operation.as_str() {
        "AmazonSSM.DescribeInstanceInformation" => {
            let ids = (0..INSTANCES).map(|number| json!({"InstanceId": format!("i-{number:03}")}));
            page("InstanceInformationList", &ids.collect::<Vec<_>>(), start, 50)
        }
        "AmazonSSM.DescribeInstancePatchStates" => {
            let ids = question["InstanceIds"].as_array().unwrap();
            assert!((1..=50).contains(&ids.len()));
            let states = ids.iter().map(state);
            page("InstancePatchStates", &states.collect::<Vec<_>>(), start, 20)
        }
        other => panic!("unexpected {other}"),
    }
}

fn state(id: &Value) -> Value {
    json!({
        "InstanceId": id, "PatchGroup": "web", "BaselineId": "pb-1", "Operation": "Scan", "MissingCount": 2, "FailedCount": 0,
        "InstalledCount": 40, "InstalledPendingRebootCount": 0, "OperationStartTime": 1_764_417_600.123, "OperationEndTime": 1_764_417_660.5,
    })
}

fn page(name: &str, items: &[Value], start: usize, size: usize) -> Response {
    let end = (start + size).min(items.len());
    let mut answer = json!({ name: items[start..end] });
    if end < items.len() {
        answer["NextToken"] = end.to_string().into();
    }
    answer.to_string().into_response()
}

fn refuse(status: StatusCode, code: &str) -> Response {
    let body = json!({"__type": code, "message": "no"}).to_string();
    (status, [("x-amzn-requestid", "R-1")], body).into_response()
}
