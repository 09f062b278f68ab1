mod throttling;

use super::*;
use crate::accounts::tests::account;
use crate::ask::fake::{Asked, Cloud as Fake, Reply, counter, error, json};
use crate::ask::request::Args;
use crate::ask::transport::TransportError;
use catalog::Cloud;
use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};

/// Asks OOS (Alibaba) or COC (Huawei) once; the time that it took, the outcome.
async fn asked(cloud: Cloud, fake: &Fake) -> (Duration, Result<Answer, TargetError>) {
    ask_within(Duration::from_secs(120), cloud, fake).await
}

async fn ask_within(time: Duration, cloud: Cloud, fake: &Fake) -> (Duration, Result<Answer, TargetError>) {
    let start = Instant::now();
    // The clock goes with the paused one.
    let now = move || UNIX_EPOCH + Duration::from_secs(1_800_000_000) + start.elapsed();
    let client = Client::new(
        Arc::new(fake.clone()),
        Limits::default(),
        Ambient::new(now, || 1.0, counter()),
    );
    let id = if cloud == Cloud::ALIBABA {
        "alibaba.oos.instance-patch-states"
    } else {
        "huawei.coc.executions"
    };
    let call = &catalog::source(id).unwrap().call;
    let facts = if cloud == Cloud::ALIBABA {
        vec![]
    } else {
        vec!["d".to_owned()]
    };
    let args = Args {
        region: "cn-north-4",
        ..Args::default()
    };
    let account = account(cloud);
    let ask = ApiRequest::new(call, &account, args, facts, vec![]).unwrap();
    let result = client.ask(&account, &ask, &Budget::new(time)).await;
    (start.elapsed(), result)
}

/// Fails `times` times, then answers.
fn fails(times: usize, fail: impl Fn() -> Reply + Send + Sync + 'static) -> Fake {
    let count = AtomicUsize::new(0);
    Fake::new(move |_: &Asked| {
        let so_far = count.fetch_add(1, Ordering::Relaxed);
        if so_far < times {
            fail()
        } else {
            json(&serde_json::json!({}))
        }
    })
}

const THROTTLED: &str = r#"{"Code":"Throttling.User","Message":"flow control","RequestId":"R"}"#;

#[tokio::test(start_paused = true)]
async fn throttling_is_waited_out() {
    let fake = fails(3, || error(400, THROTTLED));
    let (took, result) = asked(Cloud::ALIBABA, &fake).await;
    assert!(result.is_ok());
    assert_eq!(
        took,
        Duration::from_millis(500 + 1000 + 2000),
        "the full jitter of this test"
    );
    let fake = fails(1, || {
        error(429, r#"{"error_code":"APIGW.0308","error_msg":"slow down"}"#)
    });
    assert!(asked(Cloud::HUAWEI, &fake).await.1.is_ok());
}

#[tokio::test(start_paused = true)]
async fn four_attempts_are_all() {
    let fake = fails(9, || error(500, r#"{"Code":"InternalError","Message":"flaw"}"#));
    let failure = asked(Cloud::ALIBABA, &fake).await.1.unwrap_err();
    assert_eq!(
        (
            failure.public.status,
            failure.public.code.as_str(),
            failure.public.message.as_str()
        ),
        (Some(500), "InternalError", "flaw")
    );
    assert_eq!(failure.public.request_id.as_deref(), Some("R4"));
    assert!(failure.public.advice.is_some());
    assert_eq!(fake.requests().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn waits_are_kept_whatever_the_code() {
    for (status, body) in [
        (403, r#"{"Code":"NoPermission"}"#),
        (503, "busy"),
        (200, r#"{"Success":false,"Code":"Odd"}"#),
    ] {
        let fake = fails(1, move || {
            let mut reply = error(status, body)?;
            reply.headers_mut().insert("retry-after", "20".parse().unwrap());
            Ok(reply)
        });
        let (took, result) = asked(Cloud::ALIBABA, &fake).await;
        assert!(result.is_ok(), "{status}");
        assert_eq!(took, Duration::from_millis(20_500), "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_with_status_200_is_asked_again_like_any_other() {
    let fake = fails(2, || {
        error(
            200,
            r#"{"Success":false,"Code":"Throttling.User","Message":"flow control"}"#,
        )
    });
    assert!(asked(Cloud::ALIBABA, &fake).await.1.is_ok());
    let fake = fails(2, || {
        error(200, r#"{"error_code":"COC.1","error_msg":"Internal server error"}"#)
    });
    assert!(asked(Cloud::HUAWEI, &fake).await.1.is_ok());
    let fake = fails(2, || {
        error(200, r#"{"Success":false,"Code":"NoPermission","Message":"no"}"#)
    });
    let error = asked(Cloud::ALIBABA, &fake).await.1.unwrap_err().public;
    assert_eq!(
        (error.status, error.code.as_str(), fake.requests().len()),
        (Some(200), "NoPermission", 1)
    );
    assert_eq!(error.advice.as_deref(), Some("needs oos:ListInstancePatchStates"));
}

#[tokio::test(start_paused = true)]
async fn a_refused_nonce_or_date_costs_an_attempt() {
    for body in [
        r#"{"Code":"SignatureNonceUsed"}"#,
        r#"{"Code":"InvalidTimeStamp.Expired"}"#,
    ] {
        let fake = fails(1, move || error(400, body));
        assert!(asked(Cloud::ALIBABA, &fake).await.1.is_ok(), "{body}");
        let nonces: HashSet<_> = fake
            .requests()
            .iter()
            .map(|request| request.header("x-acs-signature-nonce").unwrap().to_owned())
            .collect();
        assert_eq!(nonces.len(), 2);
        let fake = fails(9, move || error(400, body));
        assert!(asked(Cloud::ALIBABA, &fake).await.1.is_err());
        assert_eq!(fake.requests().len(), 2, "a clock that is wrong stays so: {body}");
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_cannot_connect_hears_of_a_proxy_that_is_not_used() {
    let refused = || {
        Err(TransportError::Connect {
            host: "h".into(),
            why: "refused".into(),
        })
    };
    let account = account(Cloud::ALIBABA);
    let call = &catalog::source("alibaba.oos.instance-patch-states").unwrap().call;
    let request = ApiRequest::new(
        call,
        &account,
        Args {
            region: "r",
            ..Args::default()
        },
        vec![],
        vec![],
    )
    .unwrap();
    for (variable, named) in [(Some("HTTPS_PROXY".to_owned()), true), (None, false)] {
        let client = Client::new(
            Arc::new(Fake::new(move |_| refused())),
            Limits::default(),
            Ambient::real(),
        )
        .with_unused_proxy(variable);
        let budget = Budget::new(Duration::from_secs(120));
        let error = client.ask(&account, &request, &budget).await.unwrap_err().public;
        assert_eq!(error.advice.unwrap().contains("HTTPS_PROXY"), named);
        assert_eq!(error.advice_zh.unwrap().contains("HTTPS_PROXY"), named);
    }
}

#[tokio::test(start_paused = true)]
async fn the_clouds_own_wait_is_kept() {
    for (name, value, wait) in [
        ("x-acs-retry-after", "7000", 7000),
        ("retry-after", "3", 3000),
        ("retry-after", "Fri, 15 Jan 2027 08:00:05 GMT", 5000),
        ("x-acs-retry-after", "0", 0),
        ("retry-after", "soon", 0),
    ] {
        let fake = fails(1, move || {
            let mut reply = error(400, THROTTLED)?;
            reply.headers_mut().insert(name, value.parse().unwrap());
            Ok(reply)
        });
        let (took, result) = asked(Cloud::ALIBABA, &fake).await;
        assert!(result.is_ok());
        assert_eq!(took, Duration::from_millis(wait + 500), "{name}: {value}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_the_targets_time_is_not_begun() {
    let fake = fails(1, || {
        let mut reply = error(429, "{}")?;
        reply.headers_mut().insert("retry-after", "3600".parse().unwrap());
        Ok(reply)
    });
    let (took, result) = asked(Cloud::HUAWEI, &fake).await;
    assert_eq!((took, result.unwrap_err().public.status), (Duration::ZERO, Some(429)));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_go_better_is_asked_once() {
    for (status, body, code) in [
        (403, r#"{"Code":"NoPermission","Message":"m"}"#, "NoPermission"),
        (
            400,
            r#"{"Code":"SignatureDoesNotMatch","Message":"m"}"#,
            "SignatureDoesNotMatch",
        ),
        (404, "{}", "404"),
    ] as [(u16, &str, &str); 3]
    {
        let fake = fails(9, move || error(status, body));
        let failure = asked(Cloud::ALIBABA, &fake).await.1.unwrap_err();
        assert_eq!(
            (failure.public.status, failure.public.code.as_str()),
            (Some(status), code)
        );
        assert!(failure.public.advice.is_some());
        assert_eq!(fake.requests().len(), 1);
    }
    let fake = fails(9, || error(302, ""));
    let failure = asked(Cloud::HUAWEI, &fake).await.1.unwrap_err();
    assert_eq!(
        (
            failure.public.status,
            failure.public.code.as_str(),
            fake.requests().len()
        ),
        (None, "Redirected", 1)
    );
}

#[tokio::test(start_paused = true)]
async fn broken_connections_and_server_faults_are_tried_again() {
    type Make = fn() -> Reply;
    let cases: [(Make, &str, usize); 8] = [
        (
            || error(500, r#"{"Code":"ServerError","Message":"m"}"#),
            "ServerError",
            4,
        ),
        (|| error(503, "busy"), "503", 4),
        (
            || {
                Err(TransportError::Connect {
                    host: "h".into(),
                    why: "refused".into(),
                })
            },
            "ConnectFailed",
            4,
        ),
        (
            || {
                Err(TransportError::Reset {
                    host: "h".into(),
                    why: "reset".into(),
                })
            },
            "ConnectFailed",
            4,
        ),
        (
            || {
                Err(TransportError::Cut {
                    bytes: 5,
                    why: "eof".into(),
                })
            },
            "BadAnswer",
            4,
        ),
        (
            || Err(TransportError::ConnectTimeout { host: "h".into() }),
            "ConnectFailed",
            1,
        ),
        (|| Err(TransportError::TooLarge(5)), "TooLarge", 1),
        (|| Err(TransportError::Garbled("crc".into())), "BadAnswer", 1),
    ];
    for (make, code, attempts) in cases {
        let fake = fails(9, make);
        let failure = asked(Cloud::ALIBABA, &fake).await.1.unwrap_err();
        assert_eq!((failure.public.code.as_str(), fake.requests().len()), (code, attempts));
        assert!(failure.public.advice.is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn every_attempt_is_signed_anew() {
    let fake = fails(3, || error(500, "{}"));
    assert!(asked(Cloud::ALIBABA, &fake).await.1.is_ok());
    let all = |name: &str| {
        fake.requests()
            .iter()
            .map(|request| request.header(name).unwrap().to_owned())
            .collect::<HashSet<_>>()
            .len()
    };
    assert_eq!((all("x-acs-signature-nonce"), all("authorization")), (4, 4));
    assert!(all("x-acs-date") > 1);
    let fake = fails(3, || error(500, "{}"));
    assert!(asked(Cloud::HUAWEI, &fake).await.1.is_ok());
    let dates: HashSet<_> = fake
        .requests()
        .iter()
        .map(|request| request.header("x-sdk-date").unwrap().to_owned())
        .collect();
    assert!(dates.len() > 1);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_has_thirty_seconds() {
    let fake = fails(0, || error(500, "{}")).delay(Duration::from_secs(3600));
    let (took, result) = asked(Cloud::ALIBABA, &fake).await;
    let failure = result.unwrap_err();
    assert_eq!(
        (took, failure.public.status, failure.public.code.as_str()),
        (Duration::from_secs(30), None, "Timeout")
    );
}

#[tokio::test(start_paused = true)]
async fn secrets_do_not_come_back() {
    let fake = fails(1, || {
        error(400, r#"{"Code":"X hunter2","Message":"your hunter2 is wrong"}"#)
    });
    let failure = asked(Cloud::ALIBABA, &fake).await.1.unwrap_err();
    assert_eq!(
        (failure.public.code.as_str(), failure.public.message.as_str()),
        ("X ***", "your *** is wrong")
    );
    let requests = fake.requests();
    assert!(
        !format!("{:?}", requests[0].0).contains("Signature="),
        "the signature is marked as sensitive"
    );
}
