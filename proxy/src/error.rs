//! Why a target could not be asked, or not to its end.

use catalog::Cloud;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

pub use wire::{ErrorCode, TargetError};

/// The longest message that is shown, in characters.
const LONGEST: usize = 600;

/// Words after which gateways repeat what was signed.
const SIGNED_PARTS: [&str; 7] = [
    "canonicalrequest",
    "canonical request",
    "string to sign",
    "stringtosign",
    "signature=",
    "signature is:",
    "x-acs-",
];

/// Reads an error answer of either vendor. `secrets` are texts that must not come back in the message.
pub fn read(cloud: Cloud, status: StatusCode, headers: &HeaderMap, body: &[u8], secrets: &[&str]) -> TargetError {
    let parsed = serde_json::from_slice::<Value>(body).ok();
    let said = parsed
        .as_ref()
        .and_then(|value| said(cloud, value))
        .or_else(|| xml(body));
    let said = said.unwrap_or_default();
    let fallback = || match parsed {
        Some(_) => reason(status),
        None => text(body).unwrap_or_else(|| reason(status)),
    };
    TargetError {
        status: Some(status.as_u16()),
        code: ErrorCode::Cloud(clean(
            &said.code.unwrap_or_else(|| status.as_u16().to_string()),
            secrets,
        )),
        message: clean(&said.message.unwrap_or_else(fallback), secrets),
        request_id: request_id(headers).or(said.request_id).map(|id| clean(&id, secrets)),
        advice: None,
    }
}

/// The cloud's id of a request, from the headers of its answer.
pub fn request_id(headers: &HeaderMap) -> Option<String> {
    ["x-acs-request-id", "x-request-id"]
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
}

#[derive(Default)]
struct Said {
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
}

/// Alibaba writes `Code`, ACK `code`; Huawei has three spellings, IAM nests them one level deeper.
fn said(cloud: Cloud, value: &Value) -> Option<Said> {
    let object = value.as_object()?;
    let spellings: &[(&str, &str)] = if cloud == Cloud::ALIBABA {
        &[("Code", "Message"), ("code", "message")]
    } else {
        &[
            ("error_code", "error_msg"),
            ("errorCode", "errorMsg"),
            ("code", "message"),
        ]
    };
    for (code, message) in spellings {
        if let Some(code) = word(object, code) {
            return Some(Said {
                code: Some(code),
                message: word(object, message),
                request_id: ["RequestId", "requestId", "request_id"]
                    .iter()
                    .find_map(|key| word(object, key)),
            });
        }
    }
    object
        .values()
        .filter(|value| value.is_object())
        .find_map(|nested| said(cloud, nested))
}

fn word(object: &Map<String, Value>, key: &str) -> Option<String> {
    match object.get(key)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Some of Alibaba's gateways answer `<Error><Code>…</Code>…` whatever is accepted.
fn xml(body: &[u8]) -> Option<Said> {
    let text = std::str::from_utf8(body).ok().filter(|text| text.contains("<Error>"))?;
    let element = |name: &str| {
        let (_, after) = text.split_once(&format!("<{name}>"))?;
        Some(after.split_once(&format!("</{name}>"))?.0.trim().to_owned())
    };
    Some(Said {
        code: Some(element("Code")?),
        message: element("Message"),
        request_id: element("RequestId"),
    })
}

/// A plain text, but not a web page.
fn text(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?.trim();
    (!text.is_empty() && !text.starts_with('<')).then(|| text.to_owned())
}

fn reason(status: StatusCode) -> String {
    status.canonical_reason().unwrap_or("no reason given").to_owned()
}

/// Makes a text of the cloud fit to be shown: one line, not too long, without secrets and without what was signed.
fn clean(text: &str, secrets: &[&str]) -> String {
    let lower = text.to_ascii_lowercase();
    let cut = SIGNED_PARTS.iter().filter_map(|part| lower.find(part)).min();
    // ASCII lower-casing keeps every byte's place.
    let mut text = match cut {
        Some(at) => text[..at].trim_end_matches([' ', ',', ':', ';', '(']).to_owned(),
        None => text.to_owned(),
    };
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        text = text.replace(*secret, "***");
    }
    let mut shown: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    shown.retain(|c| !c.is_control());
    if let Some((at, _)) = shown.char_indices().nth(LONGEST) {
        shown.truncate(at);
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(cloud: Cloud, status: u16, body: &str) -> TargetError {
        let status = StatusCode::from_u16(status).unwrap();
        read(cloud, status, &HeaderMap::new(), body.as_bytes(), &["hunter2"])
    }

    fn brief(failure: &TargetError) -> (Option<u16>, &str, &str, Option<&str>) {
        (
            failure.status,
            failure.code.as_str(),
            &failure.message,
            failure.request_id.as_deref(),
        )
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
        let mut headers = HeaderMap::new();
        headers.insert("x-request-id", "R9".parse().unwrap());
        let failure = read(Cloud::HUAWEI, StatusCode::FORBIDDEN, &headers, b"{}", &[]);
        assert_eq!(failure.request_id.as_deref(), Some("R9"));
    }

    #[test]
    fn what_was_signed_and_secrets_are_not_echoed() {
        let gateway = parse(
            Cloud::HUAWEI,
            401,
            r#"{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information: verify aksk signature fail, canonicalRequest:GET|/v1/executions/|limit=100|host:x"}"#,
        );
        assert_eq!(
            gateway.message,
            "Incorrect IAM authentication information: verify aksk signature fail"
        );
        let acs = parse(
            Cloud::ALIBABA,
            400,
            r#"{"Code":"SignatureDoesNotMatch","Message":"Specified signature is not matched with our calculation. server StringToSign is [ACS3-HMAC-SHA256 abc]"}"#,
        );
        assert_eq!(
            acs.message,
            "Specified signature is not matched with our calculation. server"
        );
        assert_eq!(
            parse(Cloud::ALIBABA, 400, r#"{"Code":"X","Message":"key hunter2 is wrong"}"#).message,
            "key *** is wrong"
        );
    }

    #[test]
    fn long_and_wild_messages_are_tamed() {
        let long = "é".repeat(5_000);
        let failure = parse(Cloud::ALIBABA, 400, &format!(r#"{{"Code":"X","Message":"{long}"}}"#));
        assert_eq!(failure.message.chars().count(), LONGEST + 1);
        let wild = parse(
            Cloud::ALIBABA,
            400,
            "{\"Code\":\"X\",\"Message\":\"a\\u001b[31mb\\r\\nc\"}",
        );
        assert_eq!(wild.message, "a[31mb c");
    }
}
