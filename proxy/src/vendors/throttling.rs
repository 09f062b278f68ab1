//! Throttling: how a cloud says that it is asked too often, and for how long it wants to be left in peace.

pub mod told;

use chrono::{DateTime, NaiveDateTime, Utc};
use http::{HeaderMap, HeaderName, StatusCode};
use std::time::{Duration, SystemTime};

/// No wait is longer than this to us: it is longer than anybody waits for a page.
pub const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// What the codes of throttling have in common, service by service: in lower case, letters and digits only.
const CODE_FAMILY: &[&str] = &[
    "throttl",
    "throtl",
    "flowcontrol",
    "flowlimit",
    "trafficcontrol",
    "trafficlimit",
    "ratelimit",
    "rateexceed",
    "ratequota",
    "toomanyrequest",
    "toomanycall",
    "toofrequent",
    "frequency",
    "toofast",
    "qps",
    "requestlimitexceed",
    "requestexceed",
    "exceedrequest",
    "concurren",
    "slowdown",
    "overload",
];

/// And their words, for services that have nothing but a number.
const WORDS: &[&str] = &[
    "throttl",
    "flow control",
    "traffic control",
    "rate limit",
    "ratelimit",
    "rate exceeded",
    "too many requests",
    "too frequent",
    "requests are too",
    "qps limit",
    "slow down",
    "限流",
    "流控",
    "频率超",
    "频率限制",
    "过于频繁",
    "太频繁",
];

/// Whether an error only says that the cloud is asked too often, by status, code or words.
#[must_use]
pub fn is_throttling(status: StatusCode, code: &str, message: &str) -> bool {
    let letters: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    let message = message.to_lowercase();
    status == StatusCode::TOO_MANY_REQUESTS
        || letters == "429"
        || CODE_FAMILY.iter().any(|part| letters.contains(part))
        || WORDS.iter().any(|words| message.contains(words))
}

/// The first line with a name, trimmed.
fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let name = name.parse::<HeaderName>().ok()?;
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// `Retry-After` in seconds or as a date ([RFC 9110 §10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)). A date is compared with the
/// answer's own, since the clocks may differ.
#[must_use]
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let after = header(headers, "retry-after")?;
    span(after, 1.0).or_else(|| {
        let now = header(headers, "date").and_then(date).unwrap_or_else(|| now.into());
        Some((date(after)? - now).to_std().unwrap_or_default().min(LONGEST_WAIT))
    })
}

/// A header that holds a number of units of so many seconds. Nothing and no time at all are no wait.
#[must_use]
pub fn units(headers: &HeaderMap, name: &str, seconds: f64) -> Option<Duration> {
    span(header(headers, name)?, seconds).filter(|wait| !wait.is_zero())
}

/// When a quota begins anew, from headers that name it: in seconds from now, or as a date since 1970.
#[must_use]
pub fn reset(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = ["x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset"]
        .iter()
        .find_map(|name| header(headers, name))?;
    let seconds = span(text, 1.0)?;
    let of_1970: f64 = text.parse().ok()?;
    // No window is thirty years long: such a number is a date, in seconds or milliseconds.
    let date = match of_1970 {
        ..1e9 => return Some(seconds).filter(|wait| !wait.is_zero()),
        1e9..1e11 => of_1970,
        _ => of_1970 / 1e3,
    };
    let now = now.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs_f64();
    Some(clamped(date - now)).filter(|wait| !wait.is_zero())
}

/// The length of the window in a text like `remain:0,limit:20,time:1 minute`, which gateways put into headers and messages. Only of a quota that
/// is used up, where the text says it.
#[must_use]
pub fn window(text: &str) -> Option<Duration> {
    let text = text.to_ascii_lowercase();
    let after = |name: &str| text.split_once(name).map(|(_, after)| after.trim_start());
    if after("remain:").is_some_and(|left| !left.starts_with('0')) {
        return None;
    }
    text.split("time:").skip(1).find_map(|window| {
        let (number, unit, _) = told::measured(window);
        span(number, unit?)
    })
}

/// The longest window of a quota that is used up, from the gateway's headers and the message.
#[must_use]
pub fn longest_window(headers: &HeaderMap, message: &str) -> Option<Duration> {
    let named = headers.iter().filter(|(name, _)| name.as_str().contains("ratelimit"));
    let texts = named.filter_map(|(_, value)| value.to_str().ok());
    // A header that does not say what remains only tells the rule, which is not the one that has struck.
    let used_up = texts.filter(|text| text.to_ascii_lowercase().contains("remain:"));
    used_up.chain([message]).filter_map(window).max()
}

/// What a header of several parts says after a name, in units of so many seconds.
#[must_use]
pub fn part(headers: &HeaderMap, name: &str, key: &str, seconds: f64) -> Option<Duration> {
    let text = header(headers, name)?.to_ascii_lowercase();
    let (_, after) = text.split_once(key)?;
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    span(&after[..digits], seconds).filter(|wait| !wait.is_zero())
}

/// How long a number of units lasts; none where it is no number.
fn span(text: &str, seconds: f64) -> Option<Duration> {
    // Nothing but digits and a point: `inf`, `nan` and signs are no waits.
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number: f64 = plain.then(|| text.parse().ok())??;
    Some(clamped(number * seconds))
}

fn clamped(seconds: f64) -> Duration {
    let longest = LONGEST_WAIT.as_secs_f64();
    Duration::try_from_secs_f64(seconds.clamp(0.0, longest)).unwrap_or(LONGEST_WAIT)
}

/// A date of HTTP, in the three forms that there are.
fn date(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(date) = DateTime::parse_from_rfc2822(text) {
        return Some(date.to_utc());
    }
    let forms = ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    forms
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .map(|date| date.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn throttling_is_a_family() {
        let ok = StatusCode::BAD_REQUEST;
        for code in [
            "Throttling",
            "Throttling.User",
            "Throttling.Api",
            "Rejected.Throttling",
            "ThrottlingException",
            "Throttled",
            "FlowControl",
            "Flow.Control",
            "ServiceUnavailable.FlowControl",
            "RateLimit",
            "RateLimitExceeded",
            "TooManyRequests",
            "TOO_MANY_REQUESTS",
            "QpsLimitExceeded",
            "QPSLimit",
            "Request.TooFrequent",
            "RequestLimitExceeded",
            "429",
            "SlowDown",
        ] {
            assert!(is_throttling(ok, code, ""), "{code}");
        }
        for message in [
            "The throttling threshold has been reached: policy user over ratelimit,limit:20,time:1 minute",
            "Request was denied due to user flow control.",
            "Too Many Requests",
            "请求被流控",
            "QPS Limit Exceeded",
        ] {
            assert!(is_throttling(ok, "RFS.00010013", message), "{message}");
        }
        assert!(is_throttling(StatusCode::TOO_MANY_REQUESTS, "", ""));
        for code in [
            "NoPermission",
            "InvalidParameter",
            "QuotaExceeded",
            "ServerError",
            "RFS.00011302",
            "4290",
        ] {
            assert!(!is_throttling(ok, code, "The parameter is not valid."), "{code}");
        }
    }

    #[test]
    fn waits_are_read_in_every_form() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        for (value, seconds) in [
            ("3", Some(3.0)),
            ("1.5", Some(1.5)),
            ("0", Some(0.0)),
            ("soon", None),
            ("-5", None),
            ("inf", None),
            ("NaN", None),
            ("", None),
            ("Fri, 15 Jan 2027 08:00:05 GMT", Some(5.0)),
            ("Friday, 15-Jan-27 08:00:05 GMT", Some(5.0)),
            ("Fri Jan 15 08:00:05 2027", Some(5.0)),
            ("Fri, 15 Jan 2021 08:00:05 GMT", Some(0.0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(86_400.0)),
            ("9223372036854775807", Some(86_400.0)),
            ("18446744073709551615", Some(86_400.0)),
            ("99999999999999999999999999", Some(86_400.0)),
        ] {
            assert_eq!(
                retry_after(&headers(&[("retry-after", value)]), now),
                seconds.map(Duration::from_secs_f64),
                "{value}"
            );
        }
        // The clock of the cloud counts.
        let both = headers(&[
            ("retry-after", "Fri, 15 Jan 2027 05:00:09 GMT"),
            ("date", "Fri, 15 Jan 2027 05:00:05 GMT"),
        ]);
        assert_eq!(retry_after(&both, now), Some(Duration::from_secs(4)));
        for (value, seconds) in [
            ("30", Some(30)),
            ("1800000007", Some(7)),
            ("1800000007000", Some(7)),
            ("0", None),
            ("17", Some(17)),
            ("x", None),
            ("1", Some(1)),
            ("1700000000", None),
        ] {
            assert_eq!(
                reset(&headers(&[("x-ratelimit-reset", value)]), now),
                seconds.map(Duration::from_secs),
                "{value}"
            );
        }
        for (value, seconds) in [
            ("remain:0,limit:20,time:1 minute", Some(60)),
            ("remain:3,limit:20,time:1 minute", None),
            ("limit:20,time:30 second", Some(30)),
            ("limit:20,time:1 hour", Some(3600)),
            ("limit:20,time:99999999999999999999 day", Some(86_400)),
            ("at this time: limit:20,time:1 minute", Some(60)),
            ("time: soon", None),
            ("", None),
        ] {
            assert_eq!(window(value), seconds.map(Duration::from_secs), "{value}");
        }
    }

    proptest! {
        #[test]
        fn no_number_is_too_odd(text in "[0-9.eE+-]{0,40}|\\PC{0,20}", secs in any::<u32>()) {
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(secs.into());
            for name in ["retry-after", "x-ratelimit-reset"] {
                let Ok(value) = text.parse() else { continue };
                let headers = HeaderMap::from_iter([(HeaderName::from_static(name), value)]);
                let waits = [retry_after(&headers, now), reset(&headers, now), units(&headers, name, 0.001), window(&format!("time:{text}"))];
                prop_assert!(waits.into_iter().flatten().all(|wait| wait <= LONGEST_WAIT));
            }
        }
    }
}
