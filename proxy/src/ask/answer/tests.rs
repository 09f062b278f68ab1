mod again;

use super::*;
use crate::accounts::tests::account;
use crate::ask::request::{ApiRequest, Args};
use catalog::Cloud;

/// What is made of an answer of the vendor's first list.
fn judged(cloud: Cloud, answer: Response<Bytes>) -> Result<Answer, AttemptError> {
    let account = account(cloud);
    let id = if cloud == Cloud::ALIBABA {
        "alibaba.oos.instance-patch-states"
    } else {
        "huawei.coc.executions"
    };
    let args = Args {
        region: "cn-north-4",
        ..Args::default()
    };
    let request = ApiRequest::new(&catalog::source(id).unwrap().call, &account, args, vec![], vec![]).unwrap();
    judge(
        &Question::new(&account, &request, &["hunter2"]),
        answer,
        SystemTime::now(),
    )
}

fn answer(status: u16, body: impl AsRef<[u8]>) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .body(Bytes::copy_from_slice(body.as_ref()))
        .unwrap()
}

fn parse(cloud: Cloud, status: u16, body: impl AsRef<[u8]>) -> TargetError {
    *judged(cloud, answer(status, body)).unwrap_err().error
}

fn brief(failure: &TargetError) -> (Option<u16>, &str, &str, Option<&str>) {
    (
        failure.public.status,
        failure.public.code.as_str(),
        &failure.public.message,
        failure.public.request_id.as_deref(),
    )
}

#[test]
fn what_shows_nothing_once_it_is_clean_is_as_if_it_were_not_there() {
    for cloud in [Cloud::ALIBABA, Cloud::HUAWEI] {
        for body in [
            "\0\0\0",
            "\u{200b}",
            "\u{1b}\u{7}",
            "Signature=abc",
            "  string to sign: GET",
        ] {
            let told = parse(cloud, 400, body);
            assert_eq!(brief(&told), (Some(400), "400", "Bad Request", None), "{body:?}");
        }
        let body = r#"{"Code":"\u0007","Message":"\u200b\u0000","RequestId":"\u200b","error_code":"\u0007","error_msg":"Signature=abc","request_id":"\u0000"}"#;
        let told = parse(cloud, 403, body);
        assert_eq!(brief(&told), (Some(403), "403", "Forbidden", None));
    }
}

#[test]
fn both_of_alibabas_spellings_are_read() {
    let rpc = parse(
        Cloud::ALIBABA,
        403,
        r#"{"RequestId":"R1","HostId":"h","Code":"NoPermission","Message":"caller has no permission"}"#,
    );
    assert_eq!(
        brief(&rpc),
        (Some(403), "NoPermission", "caller has no permission", Some("R1"))
    );
    let roa = parse(
        Cloud::ALIBABA,
        404,
        r#"{"code":"ErrorClusterNotFound","message":"gone","requestId":"R2","status":404}"#,
    );
    assert_eq!(brief(&roa), (Some(404), "ErrorClusterNotFound", "gone", Some("R2")));
    let xml = parse(
        Cloud::ALIBABA,
        400,
        "<?xml?><Error><Code>Throttling</Code><Message>slow</Message><RequestId>R3</RequestId></Error>",
    );
    assert_eq!(brief(&xml), (Some(400), "Throttling", "slow", Some("R3")));
    assert!(
        xml.public
            .advice
            .as_ref()
            .is_some_and(|advice| advice.contains("limits")),
        "{xml:?}"
    );
}

#[test]
fn all_of_huaweis_shapes_are_read() {
    let coc = parse(
        Cloud::HUAWEI,
        400,
        r#"{"error_code":"COC.00010002","error_msg":"Invalid parameter values."}"#,
    );
    assert_eq!(
        brief(&coc),
        (Some(400), "COC.00010002", "Invalid parameter values.", None)
    );
    let iam = parse(
        Cloud::HUAWEI,
        401,
        r#"{"error":{"code":401,"message":"no","title":"Unauthorized"}}"#,
    );
    assert_eq!(brief(&iam), (Some(401), "401", "no", None));
    let camel = parse(Cloud::HUAWEI, 500, r#"{"errorCode":"X.1","errorMsg":"m"}"#);
    assert_eq!(brief(&camel), (Some(500), "X.1", "m", None));
}

#[test]
fn an_answer_without_a_code_keeps_the_status() {
    assert_eq!(
        brief(&parse(Cloud::HUAWEI, 502, "<html>Bad</html>")),
        (Some(502), "502", "Bad Gateway", None)
    );
    assert_eq!(
        brief(&parse(Cloud::ALIBABA, 503, "try\nlater")),
        (Some(503), "503", "try later", None)
    );
    assert_eq!(
        brief(&parse(Cloud::ALIBABA, 500, "{}")),
        (Some(500), "500", "Internal Server Error", None)
    );
    assert_eq!(
        brief(&parse(Cloud::ALIBABA, 500, "")),
        (Some(500), "500", "Internal Server Error", None)
    );
}

#[test]
fn the_header_names_the_request() {
    let mut forbidden = answer(403, "{}");
    forbidden.headers_mut().insert("x-request-id", "R9".parse().unwrap());
    let failure = judged(Cloud::HUAWEI, forbidden).unwrap_err().error;
    assert_eq!(failure.public.request_id.as_deref(), Some("R9"));
}

#[test]
fn what_was_signed_and_secrets_are_not_echoed() {
    let gateway = parse(
        Cloud::HUAWEI,
        401,
        r#"{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information: verify aksk signature fail, canonicalRequest:GET|/v1/executions/|limit=100|host:x"}"#,
    );
    assert_eq!(
        gateway.public.message,
        "Incorrect IAM authentication information: verify aksk signature fail"
    );
    let acs = parse(
        Cloud::ALIBABA,
        400,
        r#"{"Code":"SignatureDoesNotMatch","Message":"Specified signature is not matched with our calculation. server StringToSign is [ACS3-HMAC-SHA256 abc]"}"#,
    );
    assert_eq!(
        acs.public.message,
        "Specified signature is not matched with our calculation. server"
    );
    assert_eq!(
        parse(Cloud::ALIBABA, 400, r#"{"Code":"X","Message":"key hunter2 is wrong"}"#)
            .public
            .message,
        "key *** is wrong"
    );
}

#[test]
fn long_and_wild_messages_are_tamed() {
    let long = "é".repeat(5_000);
    let failure = parse(Cloud::ALIBABA, 400, format!(r#"{{"Code":"X","Message":"{long}"}}"#));
    assert_eq!(failure.public.message.chars().count(), 601);
    let wild = parse(
        Cloud::ALIBABA,
        400,
        "{\"Code\":\"X\",\"Message\":\"a\\u001b[31mb\\r\\nc\"}",
    );
    assert_eq!(wild.public.message, "a[31mb c");
}

#[test]
fn bodies_of_odd_bytes_keep_their_code_and_are_never_shown() {
    for body in [
        &b"{\"RequestId\":\"R1\",\"Code\":\"NoPermission\",\"Message\":\"\xc7\xeb\xc7\xf3\xb1\xbb\xc1\xf7\xbf\xd8\"}"[..],
        b"{\"RequestId\":\"R1\",\"Code\":\"NoPermission\",\"Message\":\"slow down \\ud83d\"}",
        b"{\"RequestId\":\"R1\",\"Code\":\"NoPermission\",\"Message\":\"slow\ndown\"}",
        b"\xef\xbb\xbf{\"RequestId\":\"R1\",\"Code\":\"NoPermission\",\"Message\":\"no\"}",
        b"{\"RequestId\":\"R1\",\"Code\":\"NoPermission\",\"Message\":\"cut of",
    ] {
        for status in [200, 403, 500] {
            let failure = parse(Cloud::ALIBABA, status, body);
            assert_eq!(
                (
                    failure.public.status,
                    failure.public.code.as_str(),
                    failure.public.request_id.as_deref()
                ),
                (Some(status), "NoPermission", Some("R1"))
            );
            let message = &failure.public.message;
            assert!(
                !message.is_empty() && !message.contains("RequestId") && !message.contains(char::is_control),
                "{message}"
            );
        }
    }
    assert_eq!(
        parse(
            Cloud::ALIBABA,
            403,
            b"{\"Code\":\"X\",\"Message\":\"\xc7\xeb\xc7\xf3\xb1\xbb\xc1\xf7\xbf\xd8\"}"
        )
        .public
        .message,
        "请求被流控"
    );
}

#[test]
fn a_page_or_a_long_text_is_not_shown() {
    let long = "words ".repeat(100);
    for body in [
        "<html><title>WAF</title>",
        "\n<!DOCTYPE html>",
        "blocked <html>",
        r#"{"message":"<html>x</html>","code":"X"}"#,
        "{broken",
        "[1, 2",
        &long,
    ] {
        let message = parse(Cloud::ALIBABA, 403, body).public.message;
        assert_eq!(message, "Forbidden", "{body}");
    }
    for (status, body) in [
        (200, "<html>sign in</html>"),
        (403, "<html>blocked</html>"),
        (405, "<!doctype html>"),
    ] {
        let error = parse(Cloud::HUAWEI, status, body).public;
        assert!(
            error
                .advice
                .is_some_and(|advice| advice.contains("firewall") && advice.contains("coc.myhuaweicloud.com")),
            "{status}"
        );
        assert!(
            error.advice_zh.is_some_and(|advice| advice.contains("防火墙")),
            "{status}"
        );
    }
    let hidden = parse(
        Cloud::ALIBABA,
        400,
        "{\"Code\":\"X\u{202e}\u{feff}Y\",\"Message\":\"a\u{200b}b\"}",
    );
    assert_eq!(
        (hidden.public.code.as_str(), hidden.public.message.as_str()),
        ("XY", "ab")
    );
    let code = "X".repeat(10_000);
    assert!(
        parse(Cloud::ALIBABA, 400, format!(r#"{{"Code":"{code}"}}"#))
            .public
            .code
            .as_str()
            .chars()
            .count()
            < 200
    );
}

#[test]
fn a_page_that_is_quoted_in_a_row_is_no_page() {
    for row in ["<html><body>x</body>", "<!doctype html>", "</a>"] {
        let body = format!(r#"{{"InstancePatchStates":[{{"OwnerInformation":"{row}"}}]}}"#);
        assert!(judged(Cloud::ALIBABA, answer(200, body)).is_ok(), "{row}");
    }
    let quoted = parse(
        Cloud::ALIBABA,
        400,
        r#"{"Code":"X","Message":"the value </a> is not valid"}"#,
    );
    assert_eq!(quoted.public.message, "the value </a> is not valid");
}

#[test]
fn an_error_beside_rows_costs_no_row() {
    let both = judged(
        Cloud::ALIBABA,
        answer(200, r#"{"InstancePatchStates":[{}],"Code":"Throttling","Message":"m"}"#),
    )
    .unwrap();
    let refused = both.refused.unwrap().public;
    assert_eq!(
        (refused.status, refused.code.as_str(), refused.message.as_str()),
        (Some(200), "Throttling", "m")
    );
    assert!(
        judged(
            Cloud::ALIBABA,
            answer(200, r#"{"InstancePatchStates":[{}],"Code":"200"}"#)
        )
        .unwrap()
        .refused
        .is_none()
    );
}
