//! Which refusals may go better when they are asked again, and when.

use super::*;
use Again::{No, Once, Throttled, Yes};
use std::time::Duration;

fn again(cloud: Cloud, status: u16, headers: &[(&'static str, &str)], body: &str) -> Again {
    let mut answer = answer(status, body);
    for (name, value) in headers {
        answer.headers_mut().insert(*name, value.parse().unwrap());
    }
    judged(cloud, answer).unwrap_err().again
}

#[test]
fn what_may_go_better_is_told_by_its_reason() {
    let throttled = Throttled {
        after: None,
        window: None,
    };
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    for (status, headers, body, expected) in [
        (400, vec![], r#"{"Code":"Rejected.Throttling"}"#, throttled),
        (200, vec![], r#"{"Code":"Throttling.User","Success":false}"#, throttled),
        (200, vec![], r#"{"code":429}"#, throttled),
        (
            503,
            vec![],
            r#"{"Code":"ServiceUnavailable","Message":"flow control"}"#,
            throttled,
        ),
        (
            400,
            vec![("x-acs-retry-after", "3000")],
            r#"{"Code":"Rejected.Throttling"}"#,
            Throttled {
                after: seconds(3),
                window: None,
            },
        ),
        (
            400,
            vec![("x-ratelimit-user-api", "Limit:10,Remain:0,TimeLeft:4000")],
            r#"{"Code":"Throttling.User"}"#,
            Throttled {
                after: seconds(4),
                window: None,
            },
        ),
        (
            403,
            vec![("x-ratelimit-user-api", "Limit:10,Remain:0,TimeLeft:4000")],
            r#"{"Code":"NoPermission"}"#,
            No,
        ),
        (
            403,
            vec![("retry-after", "7")],
            r#"{"Code":"NoPermission"}"#,
            Yes(seconds(7)),
        ),
        (
            200,
            vec![("retry-after", "7")],
            r#"{"Code":"Busy","Success":false}"#,
            Yes(seconds(7)),
        ),
        (200, vec![], r#"{"Code":"InternalError","Success":false}"#, Yes(None)),
        (200, vec![], r#"{"code":503}"#, Yes(None)),
        (400, vec![], r#"{"Code":"ServiceUnavailable"}"#, Yes(None)),
        (500, vec![], "{}", Yes(None)),
        (400, vec![], r#"{"Code":"SignatureNonceUsed"}"#, Once),
        (400, vec![], r#"{"Code":"InvalidTimeStamp.Expired"}"#, Once),
        (403, vec![], r#"{"Code":"NoPermission"}"#, No),
        (200, vec![], r#"{"Code":"NoPermission"}"#, No),
    ] {
        assert_eq!(
            again(Cloud::ALIBABA, status, &headers, body),
            expected,
            "{status} {headers:?} {body}"
        );
    }
}

#[test]
fn waits_that_stand_in_the_body_alone_are_obeyed() {
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    let throttled = |after| Throttled {
        after: seconds(after),
        window: None,
    };
    for (status, headers, body, expected) in [
        (
            400,
            vec![],
            r#"{"Code":"Throttling.User","Message":"slow","RetryAfter":12}"#,
            throttled(12),
        ),
        (
            429,
            vec![("x-acs-retry-after", "3000")],
            r#"{"error":{"code":"TooManyRequests","message":"Please retry after 12 s."}}"#,
            throttled(12),
        ),
        (200, vec![], r#"{"code":429,"retry_after_ms":"2000"}"#, throttled(2)),
        (503, vec![], r#"{"detail":{"retryDelay":"5s"}}"#, Yes(seconds(5))),
        (503, vec![], "busy, try again in 5 seconds", Yes(seconds(5))),
        (
            403,
            vec![],
            r#"{"Code":"Locked","Message":"用户已锁定，请 15 分钟后重试"}"#,
            Yes(seconds(900)),
        ),
        (
            400,
            vec![],
            r#"{"Code":"Timeout","Message":"no answer after 12 s"}"#,
            No,
        ),
    ] {
        assert_eq!(
            again(Cloud::ALIBABA, status, &headers, body),
            expected,
            "{status} {headers:?} {body}"
        );
    }
}

#[test]
fn huaweis_throttling_names_its_window() {
    let throttled = Throttled {
        after: None,
        window: None,
    };
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    let gateway = |limit: &str| {
        format!(
            r#"{{"error_code":"APIGW.0308","error_msg":"The throttling threshold has been reached: policy user over ratelimit,{limit}"}}"#
        )
    };
    for (headers, limit, window) in [
        (vec![], "limit:20,time:1 minute", seconds(60)),
        (
            vec![("x-apig-ratelimit-api", "remain:0,limit:100,time:1 hour")],
            "limit:20,time:1 minute",
            seconds(3600),
        ),
        (
            vec![("x-apig-ratelimit-api", "remain:5,limit:100,time:1 hour")],
            "limit:20,time:1 minute",
            seconds(60),
        ),
        (vec![], "limit:20", None),
    ] {
        assert_eq!(
            again(Cloud::HUAWEI, 429, &headers, &gateway(limit)),
            Throttled { after: None, window },
            "{headers:?} {limit}"
        );
    }
    assert_eq!(
        again(Cloud::HUAWEI, 400, &[], r#"{"error_code":"APIG.0308"}"#),
        throttled
    );
    assert_eq!(
        again(
            Cloud::HUAWEI,
            400,
            &[],
            r#"{"error_code":"RFS.1","error_msg":"请求被限流"}"#
        ),
        throttled
    );
    assert_eq!(
        again(
            Cloud::HUAWEI,
            401,
            &[],
            r#"{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information: x-sdk-date is expired"}"#
        ),
        Once
    );
}
