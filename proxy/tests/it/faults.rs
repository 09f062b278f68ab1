//! Clouds that answer nonsense, late, or never: the target says so, and the others' rows are there.

use crate::proxy::{Proxy, Setup, Stream};
use futures_util::FutureExt;
use serde_json::Value;
use signalbox::accounts::Account;
use signalbox::ask::Limits;
use signalbox::credentials::{FixedKeys, Keys};
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const STRUCK: &str = "prod-cn/cn-beijing";

/// The patches with one region of one account struck; all others must be whole.
async fn struck(setup: Setup) -> (Proxy, Stream) {
    let proxy = Proxy::start(setup).await;
    let stream = proxy.rows("patches", "").await;
    stream.is_sound();
    let well = Proxy::start(Setup::default()).await.rows("patches", "").await;
    for name in [
        "prod-cn/cn-hangzhou",
        "prod-cn/cn-shanghai",
        "prod-intl/ap-southeast-1",
        "prod-intl/eu-central-1",
        "staging-cn/cn-hangzhou",
    ] {
        assert_eq!(stream.done(name)["rows"], well.done(name)["rows"], "{name}");
    }
    (proxy, stream)
}

async fn fails(faults: &'static str, status: Option<u16>, code: &str) -> Value {
    let limits = Limits {
        backoff: Duration::from_millis(5),
        // Long enough for the others on a busy machine.
        request: Duration::from_secs(if faults.starts_with("hang") { 6 } else { 30 }),
        page_bytes: 8 << 20,
        ..Limits::default()
    };
    let (proxy, stream) = struck(Setup {
        faults,
        limits,
        ..Setup::default()
    })
    .await;
    let error = stream.error(STRUCK).clone();
    assert_eq!(
        (error["status"].as_u64(), error["code"].as_str()),
        (status.map(u64::from), Some(code)),
        "{error}"
    );
    assert!(error["advice"].is_string(), "{error}");
    let asked = proxy.clouds.calls().iter().filter(|call| call.fault.is_some()).count();
    assert!(asked <= 4, "asked {asked} times");
    error
}

async fn heals(faults: &'static str) {
    let (_, stream) = struck(Setup {
        faults,
        ..Setup::default()
    })
    .await;
    assert!(stream.done(STRUCK)["rows"].as_u64() > Some(0));
}

#[tokio::test]
async fn a_denied_region_names_the_permission() {
    let error = fails("deny@oos/cn-beijing", Some(403), "NoPermission").await;
    assert_eq!(error["advice"], "needs oos:ListInstancePatchStates");
    assert!(error["request_id"].as_str().is_some_and(|id| !id.is_empty()));
    assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()));
}

#[tokio::test]
async fn throttled_for_ever_keeps_the_clouds_own_code() {
    let error = fails("throttle@oos/cn-beijing:always", Some(400), "Throttling.User").await;
    assert!(error["request_id"].is_string());
}

#[tokio::test]
async fn server_faults_keep_their_code() {
    let error = fails("error500@oos/cn-beijing", Some(500), "InternalError").await;
    assert!(error["request_id"].is_string());
}

#[tokio::test]
async fn a_cut_connection_is_one() {
    fails("reset@oos/cn-beijing", None, "ConnectFailed").await;
}

#[tokio::test]
async fn half_an_answer_is_none() {
    let half = b"HTTP/1.1 200 OK
x-acs-request-id: R7
content-length: 100

{\"InstancePatchStates\":[";
    let (proxy, stream) = answered_with(half.to_vec()).await;
    let error = stream.error("prod-cn/cn-hangzhou");
    assert_eq!(
        (error["status"].as_u64(), error["code"].as_str()),
        (None, Some("BadAnswer")),
        "{error}"
    );
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|text| text.starts_with("the answer broke off after 24 bytes")),
        "{error}"
    );
    assert!(stream.done("prod-intl/ap-southeast-1")["rows"].as_u64() > Some(0));
    drop(proxy);
}

#[tokio::test]
async fn a_gzip_bomb_is_measured_unpacked() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&vec![b' '; 32 << 20]).unwrap();
    let packed = gzip.finish().unwrap();
    let mut answer = format!(
        "HTTP/1.1 200 OK
content-encoding: gzip
content-length: {}

",
        packed.len()
    )
    .into_bytes();
    answer.extend(packed);
    let (_proxy, stream) = answered_with(answer).await;
    assert_eq!(stream.error("prod-cn/cn-hangzhou")["code"], "TooLarge");
}

#[tokio::test]
async fn garbled_gzip_is_a_bad_answer() {
    let answer = b"HTTP/1.1 200 OK
content-encoding: gzip
content-length: 10

not gzip!!"
        .to_vec();
    let (_proxy, stream) = answered_with(answer).await;
    let error = stream.error("prod-cn/cn-hangzhou");
    assert_eq!(error["code"], "BadAnswer");
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|text| text.contains("decompress")),
        "{error}"
    );
}

#[tokio::test]
async fn a_plain_answer_that_calls_itself_packed_is_told_so() {
    let body = r#"{"InstancePatchStates":[{"InstanceId":"i-1"}],"NextToken":""}"#;
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let (_proxy, stream) = answered_with(answer.into_bytes()).await;
    let error = stream.error("prod-cn/cn-hangzhou");
    assert!(error["message"].as_str().unwrap().contains("decompress"), "{error}");
}

#[tokio::test]
async fn a_server_that_closes_after_every_answer_is_asked_to_the_end() {
    let page = |number: usize| {
        let token = if number < 30 {
            format!("t{number}")
        } else {
            String::new()
        };
        let body = format!(
            r#"{{"InstancePatchStates":[{{"InstanceId":"i-{number}","BaselineId":"b"}}],"NextToken":"{token}"}}"#
        );
        let length = body.len();
        format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}").into_bytes()
    };
    let next = AtomicUsize::new(1);
    let (_proxy, stream) = answered(move || page(next.fetch_add(1, Ordering::Relaxed)), "cn-hangzhou").await;
    assert_eq!(stream.done("prod-cn/cn-hangzhou")["rows"], 30);
}

/// The patches while one account's OOS is a server that answers everything with these bytes and closes.
async fn answered_with(answer: Vec<u8>) -> (Proxy, Stream) {
    answered(move || answer.clone(), "").await
}

/// The same with an answer for each question, and only one region where it is named.
async fn answered(answers: impl Fn() -> Vec<u8> + Send + 'static, region: &str) -> (Proxy, Stream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            let answer = answers();
            tokio::spawn(async move {
                let mut request = [0; 4096];
                _ = client.read(&mut request).await;
                _ = client.write_all(&answer).await;
                _ = client.shutdown().await;
                // What else comes is read, so that the end is not a reset.
                while client.read(&mut request).await.is_ok_and(|count| count > 0) {}
            });
        }
    });
    let limits = Limits {
        backoff: Duration::from_millis(5),
        page_bytes: 4 << 20,
        ..Limits::default()
    };
    let change = Box::new(move |accounts: &mut Vec<Account>| {
        accounts[0].endpoints.insert("oos".into(), address);
    });
    let proxy = Proxy::start(Setup {
        limits,
        change,
        ..Setup::default()
    })
    .await;
    let stream = proxy.rows("patches", &format!("?region={region}")).await;
    stream.is_sound();
    (proxy, stream)
}

#[tokio::test]
async fn cut_connections_heal_or_are_told() {
    let (_, stream) = struck(Setup {
        faults: "truncate@oos/cn-beijing",
        ..Setup::default()
    })
    .await;
    let code = stream.error(STRUCK)["code"].as_str().unwrap();
    assert!(
        ["BadAnswer", "ConnectFailed"].contains(&code),
        "by whether the answer had begun: {code}"
    );
}

#[tokio::test]
async fn a_web_page_is_no_answer() {
    let error = fails("not-json@oos/cn-beijing", None, "BadAnswer").await;
    assert_eq!(error["message"], "the answer is a web page, not JSON");
}

#[tokio::test]
async fn a_silent_cloud_is_given_up() {
    fails("hang@oos/cn-beijing", None, "Timeout").await;
}

#[tokio::test]
async fn too_much_is_not_read() {
    fails("huge@oos/cn-beijing", None, "TooLarge").await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (proxy, stream) = struck(Setup {
        faults: "redirect@oos/cn-beijing",
        ..Setup::default()
    })
    .await;
    let error = stream.error(STRUCK);
    assert_eq!(
        (error["status"].as_u64(), error["code"].as_str()),
        (None, Some("Redirected"))
    );
    assert!(
        proxy
            .clouds
            .calls()
            .iter()
            .all(|call| !call.path.starts_with("/redirected"))
    );
}

#[tokio::test]
async fn a_looping_token_is_noticed_and_its_rows_stay() {
    let (_, stream) = struck(Setup {
        faults: "loop-token@oos/cn-beijing",
        ..Setup::default()
    })
    .await;
    assert_eq!(stream.error(STRUCK)["code"], "LoopingCursor");
    assert!(!stream.rows(Some(stream.target(STRUCK))).is_empty());
}

#[tokio::test]
async fn passing_faults_pass() {
    for faults in [
        "throttle@oos/cn-beijing:2",
        "error500@oos/cn-beijing:1",
        "reset@oos/cn-beijing:1",
        "truncate@oos/cn-beijing:1",
        "drip@oos/cn-beijing",
    ] {
        heals(faults).await;
    }
}

#[tokio::test]
async fn wrong_types_inside_rows_are_for_the_page_to_show() {
    heals("wrong-types@oos/cn-beijing").await;
}

#[tokio::test]
async fn huaweis_faults_are_read_too() {
    let proxy =
        Proxy::with_faults("throttle@coc//prod-hw,deny@coc//intl-hw,loop-token@rfs/cn-north-4,deny@iam//eu-hw").await;
    let tickets = proxy.rows("tickets", "").await;
    tickets.is_sound();
    let throttled = tickets.error("prod-hw/cn-north-4");
    assert_eq!(
        (throttled["status"].as_u64(), throttled["code"].as_str()),
        (Some(429), Some("APIGW.0308"))
    );
    let denied = tickets.error("intl-hw/ap-southeast-3");
    assert_eq!(
        (denied["status"].as_u64(), denied["advice"].as_str()),
        (Some(403), Some("needs coc:execution:list"))
    );
    let nameless = tickets.error("eu-hw/eu-west-101");
    assert_eq!(nameless["status"], 403, "IAM did not tell the account's id: {nameless}");
    let operations = proxy.rows("operations", "").await;
    operations.is_sound();
    assert_eq!(operations.error("prod-hw/cn-north-4")["code"], "LoopingCursor");
    assert!(operations.done("prod-hw/cn-east-3")["rows"].as_u64() > Some(0));
}

#[tokio::test]
async fn a_wrong_secret_is_refused_without_an_echo() {
    let change = Box::new(|accounts: &mut Vec<Account>| {
        for account in accounts.iter_mut() {
            let keys = account.credentials.current().now_or_never().unwrap().unwrap();
            account.credentials = FixedKeys::new(Keys {
                secret: "canary-secret".to_owned().into(),
                ..Keys::clone(&keys)
            });
        }
    });
    let proxy = Proxy::start(Setup {
        change,
        ..Setup::default()
    })
    .await;
    for (table, code) in [
        ("patches", "SignatureDoesNotMatch"),
        ("plans", "SignatureDoesNotMatch"),
        ("tickets", "APIGW.0301"),
        ("operations", "APIGW.0301"),
    ] {
        let stream = proxy.rows(table, "").await;
        assert_eq!(stream.kind("done").len(), 0);
        for line in stream.kind("failed") {
            let error = &line["error"];
            // The look-up of the account comes first, and IAM has codes of its own.
            let told = error["code"].as_str().unwrap();
            assert!(told == code || code == "APIGW.0301" && told == "401", "{error}");
            assert!(
                error["advice"].as_str().is_some_and(|advice| advice.contains("secret")),
                "{error}"
            );
            let text = error.to_string().to_lowercase();
            assert!(
                !text.contains("canary")
                    && !text.contains("hmac")
                    && !text.contains("x-sdk-date")
                    && !text.contains("x-acs-"),
                "{text}"
            );
        }
    }
}

#[tokio::test]
async fn nobody_at_the_address_is_a_failed_connection() {
    let change = Box::new(|accounts: &mut Vec<Account>| {
        // Nothing listens on the discard port.
        accounts[0].endpoints.insert("oos".into(), "http://127.0.0.1:9".into());
    });
    let proxy = Proxy::start(Setup {
        change,
        ..Setup::default()
    })
    .await;
    let stream = proxy.rows("patches", "").await;
    assert_eq!(stream.error("prod-cn/cn-hangzhou")["code"], "ConnectFailed");
    assert!(stream.done("prod-intl/ap-southeast-1")["rows"].as_u64() > Some(0));
}
