use super::*;
use proptest::prelude::*;
use serde_json::json;

fn find(body: &[u8]) -> Option<HiddenError> {
    HiddenError::salvage(body, "rows", &[])
}

fn hidden(body: &Value) -> Option<(Option<String>, bool)> {
    find(body.to_string().as_bytes()).map(|error| (error.body.code, error.beside_rows))
}

#[test]
fn an_error_in_a_good_answer_is_one_in_every_shape() {
    for (body, code) in [
        (
            json!({"Success": false, "Code": "NoPermission", "Message": "m"}),
            "NoPermission",
        ),
        (json!({"Success": "false", "Code": "NoPermission"}), "NoPermission"),
        (json!({"success": 0, "code": "NoPermission"}), "NoPermission"),
        (json!({"SUCCESS": "False", "CODE": "NoPermission"}), "NoPermission"),
        (json!({"Code": "NoPermission", "rows": []}), "NoPermission"),
        (json!({"code": "NoPermission", "rows": null}), "NoPermission"),
        (json!({"error_code": "COC.1", "error_msg": "m"}), "COC.1"),
        (json!({"errorCode": "COC.1"}), "COC.1"),
        (json!({"ErrorCode": "COC.1"}), "COC.1"),
        (json!({"ERROR_CODE": "COC.1"}), "COC.1"),
        (json!({"Code": 403}), "403"),
        (json!({"code": "403"}), "403"),
        (json!({"Code": 403.0, "rows": []}), "403.0"),
        (json!({"code": -1}), "-1"),
        (json!({"Error": {"Code": "X", "Message": "m"}}), "X"),
        (json!({"error": {"code": 401, "message": "m"}}), "401"),
        (
            json!({"error": "invalid_client", "error_description": "m"}),
            "invalid_client",
        ),
        (json!({"errors": [{"code": "X"}]}), "X"),
        (json!({"errors": ["X"]}), "X"),
        (json!({"data": {"error": {"Code": "X"}}}), "X"),
        (json!({"Result": {"Success": false, "ErrorCode": "X"}}), "X"),
        (json!({"Response": {"Error": {"Code": "X"}, "RequestId": "R"}}), "X"),
        (json!({"body": {"code": "X"}}), "X"),
        (json!({"HttpStatusCode": 403, "rows": []}), "403"),
        (
            json!({"code": "ErrorClusterNotFound", "status": 404}),
            "ErrorClusterNotFound",
        ),
        (json!({"Code": "200", "error": {"code": "X"}}), "X"),
        (
            json!({"Success": true, "Code": "NoPermission", "rows": []}),
            "NoPermission",
        ),
    ] {
        assert_eq!(hidden(&body), Some((Some(code.to_owned()), false)), "{body}");
    }
    for body in [
        json!({"Success": false}),
        json!({"error": true}),
        json!({"errors": [{"why": 1}]}),
        json!({"Message": "no such account"}),
    ] {
        assert_eq!(hidden(&body), Some((None, false)), "{body}");
    }
}

#[test]
fn a_code_that_says_fine_is_no_error() {
    let fine = [
        json!("200"),
        json!(200),
        json!("OK"),
        json!("ok"),
        json!("success"),
        json!("Success"),
        json!("SUCCESS"),
        json!("Succeed"),
        json!(0),
        json!("0"),
        json!(0.0),
        json!("None"),
        json!("null"),
        json!(""),
        json!("-"),
        json!(null),
        json!("COC.00000000"),
        json!("APIGW.0000"),
        json!("000000"),
        json!(201),
        json!("成功"),
    ];
    for code in fine {
        for name in ["Code", "code", "error_code", "errorCode", "ErrorCode", "errCode"] {
            for rows in [json!([]), json!([{}]), json!(null)] {
                let body = json!({name: code, "rows": rows, "Message": "successful", "RequestId": "R"});
                assert_eq!(hidden(&body), None, "{body}");
            }
        }
    }
    for body in [
        json!({"rows": [], "error": null}),
        json!({"rows": [], "error": {}}),
        json!({"rows": [], "errors": []}),
        json!({"rows": [], "error": false}),
        json!({"rows": [], "error": {"code": 0, "message": "success"}}),
        json!({"rows": [{"code": "NoPermission", "error": "x", "Success": false}]}),
        json!({"rows": [], "Success": true, "Code": "1000"}),
        json!({"rows": [], "status": "RUNNING", "status_code": 200}),
        json!({"rows": [], "message": "the list is empty"}),
        json!({"rows": [], "page_info": {"code": "x"}, "NextToken": "t"}),
        json!({"ROWS": [{}], "message": "m"}),
        json!({"RequestId": "R"}),
        json!([]),
    ] {
        assert_eq!(hidden(&body), None, "{body}");
    }
}

#[test]
fn rows_beside_an_error_are_told() {
    let body = json!({"rows": [{}], "Code": "Throttling", "Message": "m"});
    assert_eq!(hidden(&body), Some((Some("Throttling".into()), true)));
    let body = b"{\"rows\" : [ {} ] , \"error\": {\"code\": \"X\", \"message\": \"half \\ud83d\"}}";
    let error = find(body).unwrap();
    assert_eq!((error.body.code.as_deref(), error.beside_rows), (Some("X"), true));
}

#[test]
fn a_good_answer_of_odd_bytes_may_be_an_error() {
    for body in [
        &b"{\"Code\":\"NoPermission\",\"Message\":\"\xc7\xeb\xc7\xf3\",\"Success\":false}"[..],
        b"\xef\xbb\xbf{\"Code\":\"NoPermission\"}",
        b"{\"Code\":\"NoPermission\",\"Message\":\"a\nb\"}",
        b"<Error><Code>NoPermission</Code></Error>",
    ] {
        let error = find(body).unwrap();
        assert_eq!(
            error.body.code.as_deref(),
            Some("NoPermission"),
            "{}",
            String::from_utf8_lossy(body)
        );
    }
    assert_eq!(find(b"<html>"), None);
    assert_eq!(find(b"{\"rows\":[{\"Code\":\"X\"}"), None, "cut off, and no error");
}

#[test]
fn error_bodies_are_read_in_every_shape() {
    let read = |body: &Value| ErrorBody::read(body.to_string().as_bytes(), &[]);
    let body = read(&json!({"Code": "X", "Message": "m", "RequestId": "R", "HostId": "h"}));
    assert_eq!(
        (
            body.code.as_deref(),
            body.message.as_deref(),
            body.request_id.as_deref()
        ),
        (Some("X"), Some("m"), Some("R"))
    );
    let body = read(&json!({"error": {"code": "X", "message": "m"}, "request_id": "R"}));
    assert_eq!(
        (
            body.code.as_deref(),
            body.message.as_deref(),
            body.request_id.as_deref()
        ),
        (Some("X"), Some("m"), Some("R"))
    );
    let body = read(&json!({"forbidden": {"code": 403, "message": "m"}}));
    assert_eq!(
        (body.code.as_deref(), body.message.as_deref()),
        (Some("403"), Some("m")),
        "under any name"
    );
    assert_eq!(
        ErrorBody::read(br#"{"__type":"X","message":"m"}"#, &["__type"])
            .code
            .as_deref(),
        Some("X")
    );
    assert_eq!(read(&json!({"code": 200, "message": "m"})).code, None);
    assert_eq!(ErrorBody::read(b"", &[]), ErrorBody::default());
    assert_eq!(ErrorBody::read(b"<html>{}</html>", &[]).code, None);
}

proptest! {
    /// Whatever a refusal is called and wrapped in, it is found; and never in an answer of nothing but rows.
    #[test]
    fn no_wrapping_hides_a_refusal(name in "[Cc]ode|CODE|[Ee]rror_?[Cc]ode|[Ee]rr[Cc]ode", code in "[A-Z][a-z]{3,8}\\.[A-Z][a-z]{2,6}[A-Z]", wrap in 0..6, rows in 0..3_usize) {
        prop_assume!(!is_fine(&code));
        let error = json!({name: code, "message": "m"});
        let mut body = match wrap {
            0 => error,
            1 => json!({"error": error}),
            2 => json!({"Errors": [error]}),
            3 => json!({"Response": {"Error": error}}),
            4 => json!({"result": error}),
            _ => json!({"data": {"error": error}}),
        };
        body["rows"] = json!(vec![json!({}); rows]);
        prop_assert_eq!(hidden(&body), Some((Some(code), rows > 0)));
        prop_assert_eq!(hidden(&json!({"rows": [body], "NextToken": "n", "total": 5})), None);
    }

    #[test]
    fn nothing_is_too_odd_to_be_judged(body in "[{}\\[\\]\",:a-z0-9]{0,60}") {
        _ = find(body.as_bytes());
        _ = ErrorBody::read(body.as_bytes(), &[]);
    }
}
