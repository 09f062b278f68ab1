//! Quotas that are waited out, and waits that are not begun.

use super::*;

/// Answers nothing but this until so much time has passed.
fn throttles_for(time: Duration, fail: impl Fn() -> Reply + Send + Sync + 'static) -> Fake {
    let start = Instant::now();
    Fake::new(move |_: &Asked| {
        if start.elapsed() < time {
            fail()
        } else {
            json(&serde_json::json!({}))
        }
    })
}

#[tokio::test(start_paused = true)]
async fn a_quota_of_a_minute_is_waited_out() {
    let minute = Duration::from_secs(60);
    let fake = throttles_for(minute, || error(400, THROTTLED));
    let (took, result) = asked(Cloud::ALIBABA, &fake).await;
    assert!(result.is_ok());
    assert!((minute..Duration::from_secs(80)).contains(&took), "{took:?}");
    assert!(
        fake.requests().len() < 12,
        "what is refused counts too: {}",
        fake.requests().len()
    );
}

#[tokio::test(start_paused = true)]
async fn throttling_that_lasts_is_told_with_when_there_will_be_more() {
    let day = Duration::from_secs(86_400);
    for (body, headers, most, words) in [
        (THROTTLED, None, 80, "more after 60 s"),
        (THROTTLED, Some(("x-acs-retry-after", "300")), 20, "more after 1 s"),
        (THROTTLED, Some(("retry-after", "500")), 0, "more after 9 minutes"),
        (
            r#"{"Code":"Throttling","Message":"ratelimit,limit:2,time:1 hour"}"#,
            None,
            5,
            "more after 60 minutes",
        ),
        (
            r#"{"Code":"Throttling","Message":"ratelimit,limit:2,time:1 second"}"#,
            None,
            20,
            "more after 1 s",
        ),
    ] {
        let fake = throttles_for(day, move || {
            let mut reply = error(400, body)?;
            if let Some((name, value)) = headers {
                reply.headers_mut().insert(name, value.parse().unwrap());
            }
            Ok(reply)
        });
        let (took, result) = asked(Cloud::ALIBABA, &fake).await;
        let error = result.unwrap_err().public;
        assert!(took <= Duration::from_secs(most), "{headers:?}: {took:?}");
        let advice = error.advice.unwrap();
        assert!(advice.starts_with(words) && advice.contains("limits"), "{advice}");
        assert!(error.advice_zh.unwrap().contains("后才能继续获取"));
        assert_eq!((error.status, error.message.is_empty()), (Some(400), false));
    }
    let fake = throttles_for(day, || error(400, THROTTLED));
    let (took, result) = ask_within(Duration::from_secs(30), Cloud::ALIBABA, &fake).await;
    assert!(
        took < Duration::from_secs(30),
        "the target's time is the last word: {took:?}"
    );
    assert_eq!(result.unwrap_err().public.code.as_str(), "Throttling.User");
}

#[tokio::test(start_paused = true)]
async fn no_wait_of_a_cloud_is_too_long_to_be_told() {
    for (name, value) in [
        ("retry-after", "9223372036854775807"),
        ("retry-after", "18446744073709551615"),
        ("retry-after", "99999999999999999999999999999"),
        ("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT"),
        ("x-acs-retry-after", "18446744073709551615"),
        ("x-ratelimit-reset", "18446744073709551615"),
        ("x-ratelimit-user-api", "TimeLeft:99999999999999999999"),
    ] {
        for (cloud, status, body) in [
            (Cloud::HUAWEI, 429, r#"{"error_code":"APIGW.0308","error_msg":"later"}"#),
            (Cloud::ALIBABA, 400, r#"{"Code":"Throttling.User","Message":"later"}"#),
            (Cloud::ALIBABA, 200, r#"{"Code":"Throttling.User","Message":"later"}"#),
        ] {
            if cloud == Cloud::HUAWEI && (name.contains("acs") || name.contains("user")) {
                continue;
            }
            let fake = fails(1, move || {
                let mut reply = error(status, body)?;
                reply.headers_mut().insert(name, value.parse().unwrap());
                Ok(reply)
            });
            let (took, result) = asked(cloud, &fake).await;
            let error = result.unwrap_err().public;
            assert_eq!(
                (took, error.status, error.message.as_str()),
                (Duration::ZERO, Some(status), "later"),
                "{name}: {value}"
            );
            assert!(
                error.advice.unwrap().starts_with("more after a day or longer"),
                "{name}: {value}"
            );
        }
    }
}
