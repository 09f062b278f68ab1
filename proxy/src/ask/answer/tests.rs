use super::*;
use crate::vendors::alibaba::Alibaba;
use crate::vendors::huawei::Huawei;

fn parse(vendor: &dyn Vendor, status: u16, body: &str) -> TargetError {
    let status = StatusCode::from_u16(status).unwrap();
    refusal(vendor, status, &HeaderMap::new(), body.as_bytes(), &["hunter2"])
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
fn both_of_alibabas_spellings_are_read() {
    let rpc = parse(
        &Alibaba,
        403,
        r#"{"RequestId":"R1","HostId":"h","Code":"NoPermission","Message":"caller has no permission"}"#,
    );
    assert_eq!(
        brief(&rpc),
        (Some(403), "NoPermission", "caller has no permission", Some("R1"))
    );
    let roa = parse(
        &Alibaba,
        404,
        r#"{"code":"ErrorClusterNotFound","message":"gone","requestId":"R2","status":404}"#,
    );
    assert_eq!(brief(&roa), (Some(404), "ErrorClusterNotFound", "gone", Some("R2")));
    let xml = parse(
        &Alibaba,
        400,
        "<?xml?><Error><Code>Throttling</Code><Message>slow</Message><RequestId>R3</RequestId></Error>",
    );
    assert_eq!(brief(&xml), (Some(400), "Throttling", "slow", Some("R3")));
}

#[test]
fn all_of_huaweis_shapes_are_read() {
    let coc = parse(
        &Huawei,
        400,
        r#"{"error_code":"COC.00010002","error_msg":"Invalid parameter values."}"#,
    );
    assert_eq!(
        brief(&coc),
        (Some(400), "COC.00010002", "Invalid parameter values.", None)
    );
    let iam = parse(
        &Huawei,
        401,
        r#"{"error":{"code":401,"message":"no","title":"Unauthorized"}}"#,
    );
    assert_eq!(brief(&iam), (Some(401), "401", "no", None));
    let camel = parse(&Huawei, 500, r#"{"errorCode":"X.1","errorMsg":"m"}"#);
    assert_eq!(brief(&camel), (Some(500), "X.1", "m", None));
}

#[test]
fn an_answer_without_a_code_keeps_the_status() {
    assert_eq!(
        brief(&parse(&Huawei, 502, "<html>Bad</html>")),
        (Some(502), "502", "Bad Gateway", None)
    );
    assert_eq!(
        brief(&parse(&Alibaba, 503, "try\nlater")),
        (Some(503), "503", "try later", None)
    );
    assert_eq!(
        brief(&parse(&Alibaba, 500, "{}")),
        (Some(500), "500", "Internal Server Error", None)
    );
    assert_eq!(
        brief(&parse(&Alibaba, 500, "")),
        (Some(500), "500", "Internal Server Error", None)
    );
}

#[test]
fn the_header_names_the_request() {
    let mut headers = HeaderMap::new();
    headers.insert("x-request-id", "R9".parse().unwrap());
    let failure = refusal(&Huawei, StatusCode::FORBIDDEN, &headers, b"{}", &[]);
    assert_eq!(failure.public.request_id.as_deref(), Some("R9"));
}

#[test]
fn what_was_signed_and_secrets_are_not_echoed() {
    let gateway = parse(
        &Huawei,
        401,
        r#"{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information: verify aksk signature fail, canonicalRequest:GET|/v1/executions/|limit=100|host:x"}"#,
    );
    assert_eq!(
        gateway.public.message,
        "Incorrect IAM authentication information: verify aksk signature fail"
    );
    let acs = parse(
        &Alibaba,
        400,
        r#"{"Code":"SignatureDoesNotMatch","Message":"Specified signature is not matched with our calculation. server StringToSign is [ACS3-HMAC-SHA256 abc]"}"#,
    );
    assert_eq!(
        acs.public.message,
        "Specified signature is not matched with our calculation. server"
    );
    assert_eq!(
        parse(&Alibaba, 400, r#"{"Code":"X","Message":"key hunter2 is wrong"}"#)
            .public
            .message,
        "key *** is wrong"
    );
}

#[test]
fn long_and_wild_messages_are_tamed() {
    let long = "é".repeat(5_000);
    let failure = parse(&Alibaba, 400, &format!(r#"{{"Code":"X","Message":"{long}"}}"#));
    assert_eq!(failure.public.message.chars().count(), LONGEST + 1);
    let wild = parse(&Alibaba, 400, "{\"Code\":\"X\",\"Message\":\"a\\u001b[31mb\\r\\nc\"}");
    assert_eq!(wild.public.message, "a[31mb c");
}

fn advice(vendor: &dyn Vendor, status: u16, code: &str) -> Option<String> {
    let error = wire::TargetError {
        status: Some(status),
        code: code.to_owned().into(),
        message: String::new(),
        request_id: None,
        advice: None,
    };
    advise(vendor, error.into(), "oos:ListInstancePatchStates", "oos.example")
        .public
        .advice
}

#[test]
fn common_faults_name_their_cure() {
    assert_eq!(
        advice(&Alibaba, 403, "NoPermission").as_deref(),
        Some("needs oos:ListInstancePatchStates")
    );
    assert_eq!(
        advice(&Alibaba, 403, "Forbidden.RAM").as_deref(),
        Some("needs oos:ListInstancePatchStates")
    );
    assert!(advice(&Alibaba, 400, "InvalidTimeStamp.Expired").is_some_and(|text| text.contains("clock")));
    assert!(advice(&Alibaba, 400, "SignatureDoesNotMatch").is_some_and(|text| text.contains("secret")));
    assert!(advice(&Huawei, 401, "APIGW.0301").is_some_and(|text| text.contains("secret")));
    assert!(advice(&Alibaba, 400, "Throttling.User").is_some_and(|text| text.contains("limits")));
    assert!(advice(&Huawei, 404, "APIGW.0101").is_some_and(|text| text.contains("oos.example")));
    assert!(advice(&Alibaba, 500, "ServerError").is_some_and(|text| text.contains("support")));
    assert_eq!(advice(&Alibaba, 400, "InvalidParameter"), None);
}
