use super::*;
use crate::vendors::alibaba::Alibaba;
use crate::vendors::huawei::Huawei;

const COC: &Call = &catalog::sources::huawei_coc_executions::SOURCE.call;

fn read(body: &str) -> Result<(String, u64, Option<u64>), TargetError> {
    let body = Bytes::copy_from_slice(body.as_bytes());
    let envelope = Envelope::read(&Huawei, COC, &body)?;
    let (rows, count) = envelope.rows()?;
    Ok((rows.to_string(), count, envelope.total(&["total"])?))
}

fn message(body: &str) -> String {
    let failure = read(body).unwrap_err();
    assert_eq!(
        (failure.public.status, failure.public.code.as_str()),
        (None, "BadAnswer")
    );
    failure.public.message
}

#[test]
fn rows_pass_as_they_came_but_on_one_line() {
    let json = "{\"total\": \"2\",\n \"data\": [\n  {\"a\": 1.50, \"b\":\"x\\ny]\"},\r\n {} ]}";
    let line = "[   {\"a\": 1.50, \"b\":\"x\\ny]\"},   {} ]";
    assert_eq!(read(json).unwrap(), (line.into(), 2, Some(2)));
    let json = r#"{"data":[ {"a":[1]} ,{}],"total":2}"#;
    let line = r#"[ {"a":[1]} ,{}]"#;
    assert_eq!(read(json).unwrap(), (line.into(), 2, Some(2)));
}

#[test]
fn rows_on_one_line_are_not_copied() {
    let body = Bytes::from_static(br#"{"data":[{}]}"#);
    let (PageRows(rows), _) = Envelope::read(&Huawei, COC, &body).unwrap().rows().unwrap();
    assert_eq!(rows.as_ptr(), body[8..].as_ptr());
}

#[test]
fn absent_and_null_are_empty() {
    for body in ["{}", r#"{"data":null,"total":null}"#, r#"{"data":[ ]}"#] {
        assert_eq!(read(body).unwrap(), ("[]".into(), 0, None));
    }
}

#[test]
fn nonsense_is_named() {
    assert_eq!(message(""), "the answer is empty");
    assert_eq!(message("<html>"), "the answer is a web page, not JSON");
    assert_eq!(message("[]"), "the answer is not a JSON object");
    assert_eq!(message(r#"{"data":[{"#), "the answer is cut off after 10 bytes");
    assert!(message(r#"{"data":x}"#).starts_with("the answer is not valid JSON"));
    assert_eq!(message(r#"{"data":"no"}"#), "`data` of ListExecutions is not a list");
    assert_eq!(message(r#"{"data":{"a":1}}"#), "`data` of ListExecutions is not a list");
    assert_eq!(
        message(r#"{"data":[1]}"#),
        "`data` of ListExecutions holds a number where an object belongs"
    );
    assert_eq!(
        message(r#"{"total":true}"#),
        "`total` is true or false where a count belongs"
    );
    assert_eq!(message(r#"{"total":-1}"#), "`total` is a number where a count belongs");
    assert!(!message(&"{\"a\":".repeat(100_000)).is_empty());
}

#[test]
fn an_error_with_status_200_is_one() {
    let failure = read(r#"{"error_code":"COC.00010014","error_msg":"no","data":[]}"#).unwrap_err();
    assert_eq!(
        (
            failure.public.status,
            failure.public.code.as_str(),
            failure.public.message.as_str()
        ),
        (Some(200), "COC.00010014", "no")
    );
    for fine in [
        r#"{"error_code":null}"#,
        r#"{"error_code":""}"#,
        r#"{"error_code":"COC.00000000"}"#,
    ] {
        assert!(read(fine).is_ok());
    }
}

#[test]
fn cursors_end_in_many_ways() {
    for (end, cursor) in [
        ("{}", None),
        (r#"{"p":null}"#, None),
        (r#"{"p":{}}"#, None),
        (r#"{"p":{"n":""}}"#, None),
        (r#"{"p":{"n":"-"}}"#, None),
        (r#"{"p":{"n":"null"}}"#, None),
        (r#"{"p":{"n":"m1"}}"#, Some("m1")),
        (r#"{"p":{"n":7}}"#, Some("7")),
    ] {
        let body = Bytes::copy_from_slice(end.as_bytes());
        let envelope = Envelope::read(&Alibaba, COC, &body).unwrap();
        assert_eq!(envelope.cursor(&["p", "n"]).unwrap().as_deref(), cursor, "{end}");
    }
    let body = Bytes::from_static(br#"{"p":{"n":[]}}"#);
    assert!(
        Envelope::read(&Alibaba, COC, &body)
            .unwrap()
            .cursor(&["p", "n"])
            .is_err()
    );
}
