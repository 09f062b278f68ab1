//! What `sign` does to a request, case by case: hosts, repeated signing, credentials that change, and every refusal.
#![expect(clippy::unwrap_used, reason = "the requests here are valid by construction")]

use http::request::Parts;
use signalbox_sign::{Secret, SignError, alibaba, encoding, huawei};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const NONCE: &str = "0123456789abcdef0123456789abcdef";

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(1_767_323_045_999)
}

fn parts(uri: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = http::Request::get(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

fn acs(uri: &str) -> Parts {
    parts(
        uri,
        &[("x-acs-action", "DescribeRegions"), ("x-acs-version", "2014-05-26")],
    )
}

fn alibaba_credentials(token: Option<&str>) -> alibaba::Credentials {
    alibaba::Credentials {
        access_key_id: "test-id".into(),
        access_key_secret: Secret::new("test-secret"),
        security_token: token.map(Secret::new),
    }
}

fn huawei_credentials(token: Option<&str>) -> huawei::Credentials {
    huawei::Credentials {
        ak: "test-ak".into(),
        sk: Secret::new("test-sk"),
        security_token: token.map(Secret::new),
    }
}

fn sign_alibaba(parts: &mut Parts) -> Result<(), SignError> {
    alibaba::sign(parts, b"", &alibaba_credentials(None), now(), NONCE)
}

fn sign_huawei(parts: &mut Parts) -> Result<(), SignError> {
    huawei::sign(parts, b"", &huawei_credentials(None), huawei::Scope::None, now())
}

#[test]
fn host_is_what_a_client_sends() {
    for (uri, host) in [
        ("https://ecs.aliyuncs.com/", "ecs.aliyuncs.com"),
        ("https://ecs.aliyuncs.com:443/", "ecs.aliyuncs.com"),
        ("http://ecs.aliyuncs.com:80/", "ecs.aliyuncs.com"),
        ("http://ecs.aliyuncs.com:443/", "ecs.aliyuncs.com:443"),
        ("http://127.0.0.1:9001/", "127.0.0.1:9001"),
        ("http://[::1]:9001/", "[::1]:9001"),
        ("https://user@ecs.aliyuncs.com/", "ecs.aliyuncs.com"),
    ] {
        let mut request = acs(uri);
        sign_alibaba(&mut request).unwrap();
        assert_eq!(request.headers["host"], host, "{uri}");
    }
    let mut request = parts(
        "http://127.0.0.1:9001/v1/executions",
        &[("host", "coc.myhuaweicloud.com")],
    );
    sign_huawei(&mut request).unwrap();
    assert_eq!(
        request.headers["host"], "coc.myhuaweicloud.com",
        "a host that the caller set is what is sent, so it is signed"
    );
    let mut request = parts("/v1/executions", &[("host", "coc.myhuaweicloud.com")]);
    assert_eq!(
        sign_huawei(&mut request),
        Ok(()),
        "a relative URI with a host header is whole"
    );
}

#[test]
fn signing_again_replaces_everything_and_stale_credentials_vanish() {
    let mut request = acs("https://ecs.aliyuncs.com/");
    sign_alibaba(&mut request).unwrap();
    let once = request.headers.clone();
    alibaba::sign(
        &mut request,
        b"",
        &alibaba_credentials(Some("token")),
        now() + Duration::from_secs(1),
        "other",
    )
    .unwrap();
    assert_eq!(request.headers["x-acs-security-token"], "token");
    assert_eq!(request.headers["x-acs-accesskey-id"], "test-id");
    assert_ne!(request.headers["authorization"], once["authorization"]);
    sign_alibaba(&mut request).unwrap();
    assert_eq!(request.headers, once);

    let mut request = parts("https://coc.myhuaweicloud.com/v1/executions", &[]);
    sign_huawei(&mut request).unwrap();
    let once = request.headers.clone();
    huawei::sign(
        &mut request,
        b"",
        &huawei_credentials(Some("token")),
        huawei::Scope::Domain("d"),
        now(),
    )
    .unwrap();
    assert_eq!(
        (&request.headers["x-security-token"], &request.headers["x-domain-id"]),
        (&"token".parse().unwrap(), &"d".parse().unwrap())
    );
    huawei::sign(
        &mut request,
        b"",
        &huawei_credentials(None),
        huawei::Scope::Project("p"),
        now(),
    )
    .unwrap();
    assert!(!request.headers.contains_key("x-domain-id") && !request.headers.contains_key("x-security-token"));
    sign_huawei(&mut request).unwrap();
    assert_eq!(request.headers, once);
}

#[test]
fn any_valid_spelling_of_a_uri_gives_the_same_signature() {
    let canonical = "https://rfs.cn-north-4.myhuaweicloud.com/v1/stack-sets/a%2Ab%2Fc/operations?a=&filter=x%20%2By&sort_key=1&sort_key=2";
    let authorization = |uri: &str| {
        let mut request = parts(uri, &[]);
        sign_huawei(&mut request).unwrap();
        request.headers["authorization"].to_str().unwrap().to_owned()
    };
    for other in [
        "https://rfs.cn-north-4.myhuaweicloud.com/v1/stack-sets/a*b%2fc/operations?sort_key=2&sort_key=1&filter=x+%2by&a",
        "https://rfs.cn-north-4.myhuaweicloud.com/v1/stack%2Dsets/a*b%2Fc/operations/?&&filter=x%20%2By&a=&sort_key=1&&sort_key=2&",
    ] {
        assert_eq!(authorization(other), authorization(canonical), "{other}");
    }
    assert_ne!(
        authorization(&canonical.replace("%2By", "+y")),
        authorization(canonical),
        "in a query + is a space"
    );
    assert_ne!(
        authorization(&canonical.replace("%2F", "/")),
        authorization(canonical),
        "an encoded / stays in its segment"
    );
}

#[test]
fn bytes_that_are_no_utf_8_are_signed_as_they_are() {
    let mut request = acs("https://ecs.aliyuncs.com/%ff?%fe=%fd");
    sign_alibaba(&mut request).unwrap();
    let names = alibaba::signed_headers(&request.headers, |_| false);
    let canonical = alibaba::canonical_request("GET", &request.uri, &request.headers, &names, "hash").unwrap();
    assert!(canonical.starts_with("GET\n/%FF\n%FE=%FD\n"), "{canonical}");
}

#[test]
fn huawei_repeated_headers_are_a_line_each() {
    let mut request = parts("https://coc.myhuaweicloud.com/", &[("x-tag", "b"), ("x-tag", " a ")]);
    sign_huawei(&mut request).unwrap();
    let canonical = huawei::canonical_request("GET", &request.uri, &request.headers, &["x-tag"], "hash").unwrap();
    assert_eq!(canonical, "GET\n/\n\nx-tag:a\nx-tag:b\n\nx-tag\nhash");
}

#[test]
fn huawei_content_hash_header_counts_when_there_is_a_body() {
    let headers = parts(
        "https://coc.myhuaweicloud.com/",
        &[("x-sdk-content-sha256", "UNSIGNED-PAYLOAD")],
    )
    .headers;
    assert_eq!(huawei::payload_hash(&headers, b"text").unwrap(), "UNSIGNED-PAYLOAD");
    assert_eq!(
        huawei::payload_hash(&headers, b"").unwrap(),
        signalbox_sign::payload_hash(b"")
    );
    assert_eq!(huawei::signed_headers(&headers, |_| false), ["x-sdk-content-sha256"]);
}

#[test]
fn refusals_name_the_place_and_leave_no_authorization() {
    let missing = |name: &str| Err(SignError::MissingHeader(name.into()));
    let cases = [
        (
            parts("https://ecs.aliyuncs.com/", &[("x-acs-version", "1")]),
            missing("x-acs-action"),
        ),
        (
            parts("https://ecs.aliyuncs.com/", &[("x-acs-action", "A")]),
            missing("x-acs-version"),
        ),
        (acs("/relative"), Err(SignError::MissingHost)),
        (
            acs("https://ecs.aliyuncs.com/a%2"),
            Err(SignError::PercentEncoding { place: "path", at: 2 }),
        ),
        (
            acs("https://ecs.aliyuncs.com/?ok=%20&bad=100%"),
            Err(SignError::PercentEncoding { place: "query", at: 14 }),
        ),
        (
            acs("https://ecs.aliyuncs.com/?a=%+1"),
            Err(SignError::PercentEncoding { place: "query", at: 2 }),
        ),
    ];
    for (mut request, expected) in cases {
        request.headers.insert("authorization", "stale".parse().unwrap());
        assert_eq!(sign_alibaba(&mut request), expected);
        assert!(!request.headers.contains_key("authorization"));
    }

    let mut request = acs("https://ecs.aliyuncs.com/");
    request.headers.insert("x-acs-note", "é".parse().unwrap());
    assert_eq!(
        sign_alibaba(&mut request),
        Err(SignError::HeaderNotAscii("x-acs-note".into()))
    );

    let mut request = acs("https://ecs.aliyuncs.com/");
    let cut_badly = alibaba_credentials(Some("token\n"));
    let refused = alibaba::sign(&mut request, b"", &cut_badly, now(), NONCE).unwrap_err();
    assert_eq!(refused, SignError::InvalidHeaderValue("x-acs-security-token"));
    assert!(refused.to_string().contains("x-acs-security-token") && !refused.to_string().contains("token\n"));
    assert_eq!(
        alibaba::sign(&mut request, b"", &alibaba_credentials(None), now(), "a\nb"),
        Err(SignError::InvalidHeaderValue("x-acs-signature-nonce"))
    );
    assert_eq!(
        huawei::sign(
            &mut request,
            b"",
            &huawei_credentials(None),
            huawei::Scope::Project("a\r\nb: c"),
            now()
        ),
        Err(SignError::InvalidHeaderValue("x-project-id"))
    );
    assert_eq!(
        huawei::canonical_request("GET", &request.uri, &request.headers, &["x-none"], "hash"),
        Err(SignError::MissingHeader("x-none".into()))
    );
}

#[test]
fn only_times_that_the_formats_can_write_are_taken() {
    assert_eq!(
        alibaba::timestamp(now()).unwrap(),
        "2026-01-02T03:04:05Z",
        "cut to the second, not rounded"
    );
    assert_eq!(huawei::timestamp(UNIX_EPOCH).unwrap(), "19700101T000000Z");
    let last = UNIX_EPOCH + Duration::from_secs(253_402_300_799);
    assert_eq!(huawei::timestamp(last).unwrap(), "99991231T235959Z");
    for bad in [
        last + Duration::from_secs(1),
        UNIX_EPOCH - Duration::from_nanos(1),
        UNIX_EPOCH + Duration::from_secs(i64::MAX as u64),
    ] {
        assert_eq!(alibaba::timestamp(bad), Err(SignError::ClockOutOfRange));
    }
}

#[test]
fn secrets_do_not_show_in_debug_output() {
    let mut request = acs("https://ecs.aliyuncs.com/");
    let credentials = alibaba_credentials(Some("very-secret-token"));
    alibaba::sign(&mut request, b"", &credentials, now(), NONCE).unwrap();
    let shown = format!(
        "{credentials:?} {:?} {request:?}",
        huawei_credentials(Some("very-secret-token"))
    );
    for secret in ["test-secret", "test-sk", "very-secret-token", "Signature="] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn decode_names_the_faulty_byte() {
    assert_eq!(encoding::decode("a+b%20c"), Ok(b"a+b c".to_vec()));
    for (text, at) in [("%", 0), ("%2", 0), ("ab%zz", 2), ("%20%é", 3), ("%%20", 0)] {
        assert_eq!(encoding::decode(text), Err(at), "{text}");
    }
}
