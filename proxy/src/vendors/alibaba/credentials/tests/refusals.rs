//! What issuers say instead of keys.

use super::kinds::source;
use super::*;

async fn refused(status: u16, body: &'static str) -> IssuerError {
    let host = Host::new(move |_| error(status, body));
    let fields = [("role_arn", "acs:ram::1234:role/reader")];
    host.issue_with("assume-role", &fields, Some(source()))
        .await
        .unwrap_err()
}

#[tokio::test]
async fn the_issuers_own_code_is_told_with_what_can_be_done() {
    for (status, body, message, advice) in [
        (
            403,
            r#"{"RequestId":"7F","Code":"NoPermission","Message":"You are not authorized to do this action."}"#,
            "NoPermission: You are not authorized to do this action.",
            "trust policy",
        ),
        (
            404,
            r#"{"Code":"EntityNotExist.Role","Message":"The role not exists: acs:ram::1234:role/reader."}"#,
            "EntityNotExist.Role: The role not exists: acs:ram::1234:role/reader.",
            "the role must exist",
        ),
        (
            400,
            r#"{"Code":"SignatureDoesNotMatch","Message":"No match. server string to sign is:GET CANARY-secret"}"#,
            "SignatureDoesNotMatch: No match. server",
            "the secret does not belong",
        ),
        (
            400,
            r#"{"Code":"InvalidTimeStamp.Expired","Message":"Specified time stamp or date value is expired."}"#,
            "InvalidTimeStamp.Expired: Specified time stamp or date value is expired.",
            "the clock of this host is wrong",
        ),
        (
            400,
            r#"{"Code":"Throttling.User","Message":"Denied: CANARY-token."}"#,
            "Throttling.User: Denied: ***.",
            "limits how often",
        ),
        (
            502,
            "<html><body>CANARY</body></html>",
            "502: Bad Gateway",
            "the role must exist",
        ),
    ] {
        let error = refused(status, body).await;
        let expected = format!("AssumeRole of acs:ram::1234:role/reader: {message}");
        assert_eq!(error.message, expected);
        assert!(error.advice.as_ref().unwrap().en.contains(advice), "{error:?}");
    }
    assert_eq!(
        refused(403, r#"{"RequestId":"7F","Code":"X"}"#)
            .await
            .request_id
            .as_deref(),
        Some("7F")
    );
}

#[tokio::test]
async fn an_answer_that_is_no_answer_is_told_without_its_text() {
    for body in [
        "",
        "CANARY",
        r#"{"Credentials": "CANARY"}"#,
        r#"{"Credentials": {"AccessKeyId": "CANARY"}}"#,
        r#"{"Credentials": {"AccessKeyId": "a", "AccessKeySecret": "CANARY", "SecurityToken": "CANARY", "Expiration": "CANARY"}}"#,
    ] {
        let error = refused(200, body).await;
        assert!(error.message.contains("the answer holds no "), "{error}");
    }
    for (body, reason) in [
        ("CANARY", "the answer is not the JSON that keys come in"),
        (r#"{"Code": "Failed", "Message": "CANARY"}"#, "the answer says Failed"),
        (r#"{"AccessKeyId": "CANARY"}"#, "the answer does not say Success"),
        (
            r#"{"Code": "Success", "AccessKeyId": "a", "AccessKeySecret": "CANARY"}"#,
            "the answer holds no usable SecurityToken",
        ),
    ] {
        let host = Host::new(move |asked| match asked.0.method().as_str() {
            "PUT" => text("session"),
            _ => error(200, body),
        });
        let told = host.told("uri", &[("url", "http://127.0.0.1:9/")]).await;
        assert_eq!(told, format!("the credentials URI at http://127.0.0.1:9: {reason}"));
        let told = host.told("ram-role", &[("role", "r")]).await;
        assert_eq!(told, format!("the metadata service about the role r: {reason}"));
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_once_more_and_its_host_told() {
    let host = Host::new(|asked| {
        Err(TransportError::Reset {
            host: asked.host(),
            why: "reset".to_owned(),
        })
    });
    let error = host
        .issue_with("assume-role", &[("role_arn", "acs:ram::1:role/r")], Some(source()))
        .await
        .unwrap_err();
    assert_eq!(
        error.message,
        "AssumeRole: the connection to sts.aliyuncs.com broke: reset"
    );
    assert!(error.advice.unwrap().en.contains("sts.aliyuncs.com"));
    assert_eq!(host.asked().len(), 2);
}

#[tokio::test]
async fn a_source_without_keys_says_so() {
    let host = Host::new(|_| nobody_there());
    let machine: Arc<dyn Issuer> = Arc::new(Machine::new(None, &host.around()));
    let source = crate::credentials::Renewed::new(machine, host.around().ambient);
    let fields = [("role_arn", "acs:ram::1:role/r")];
    let error = host
        .issue_with("assume-role", &fields, Some(Arc::new(source)))
        .await
        .unwrap_err();
    assert_eq!(
        error.message,
        "the keys to assume acs:ram::1:role/r with: the metadata service: no connection to 100.100.100.200 in time"
    );
    assert!(error.advice.unwrap().en.contains("metadata service must be reachable"));
}
