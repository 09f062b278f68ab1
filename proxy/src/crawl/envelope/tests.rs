use super::*;
use proptest::prelude::*;

const COC: &Call = &catalog::sources::huawei_coc_executions::SOURCE.call;
/// A list that may be missing.
const PLANS: &Call = &catalog::sources::alibaba_cs_operation_plans::SOURCE.call;

fn read(body: &str) -> Result<(String, u64, Option<u64>), TargetError> {
    let body = Bytes::copy_from_slice(body.as_bytes());
    let envelope = Envelope::read(COC, &body)?;
    let (rows, count) = envelope.rows();
    Ok((rows.to_string(), count, envelope.total(&["total"])))
}

fn message(body: &str) -> String {
    let failure = read(body).unwrap_err();
    assert_eq!(
        (failure.public.status, failure.public.code.as_str()),
        (None, "BadAnswer")
    );
    failure.public.message.clone()
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
    let (PageRows(rows), _) = Envelope::read(COC, &body).unwrap().rows();
    assert_eq!(rows.as_ptr(), body[8..].as_ptr());
}

#[test]
fn null_is_empty_and_nothing_is_where_the_vendor_says_so() {
    for body in [r#"{"data":null,"total":null}"#, r#"{"data":[ ]}"#] {
        assert_eq!(read(body).unwrap(), ("[]".into(), 0, None));
    }
    assert_eq!(message(r#"{"total":0}"#), "`data` of ListExecutions is missing");
    assert_eq!(envelope("{}").len(), 0);
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
    assert!(!message(&"{\"a\":".repeat(100_000)).is_empty());
}

fn envelope(body: &'static str) -> Envelope {
    Envelope::read(PLANS, &Bytes::from_static(body.as_bytes())).unwrap()
}

#[test]
fn a_list_goes_on_at_a_cursor_or_ends_or_does_not_say() {
    let is = |cursor: &str| Next::Is(cursor.to_owned());
    for (end, next) in [
        ("{}", Next::Nowhere),
        (r#"{"p":null}"#, Next::Nowhere),
        (r#"{"p":{}}"#, Next::Nowhere),
        (r#"{"p":{"n":null}}"#, Next::Ended),
        (r#"{"p":{"n":""}}"#, Next::Ended),
        (r#"{"p":{"n":"-"}}"#, Next::Ended),
        (r#"{"p":{"n":"null"}}"#, Next::Ended),
        (r#"{"p":{"n":"m1"}}"#, is("m1")),
        (r#"{"P":{"x":"\ud83d","N":"m1"}}"#, is("m1")),
        (r#"{"p":{"n":7}}"#, is("7")),
        (r#"{"p":{"n":9007199254740993}}"#, is("9007199254740993")),
        (r#"{"p":{"n":[]}}"#, Next::Odd("a list")),
        (r#"{"p":{"n":true}}"#, Next::Odd("true or false")),
        (r#"{"p":{"n":"\ud83d"}}"#, Next::Odd("a text")),
    ] {
        assert_eq!(envelope(end).next(&["p", "n"]), next, "{end}");
    }
}

#[test]
fn a_total_that_cannot_be_read_is_none() {
    for (body, total) in [
        (r#"{"total":7}"#, Some(7)),
        (r#"{"total":"7"}"#, Some(7)),
        (r#"{"Total":" 1,024 "}"#, Some(1024)),
        (r#"{"total":7.0}"#, Some(7)),
        (r#"{"total":18446744073709551615}"#, Some(u64::MAX)),
        (r#"{"total":18446744073709551616}"#, None),
        (r#"{"total":-1}"#, None),
        (r#"{"total":7.5}"#, None),
        (r#"{"total":1e999}"#, None),
        (r#"{"total":"many"}"#, None),
        (r#"{"total":null}"#, None),
        (r#"{"total":true}"#, None),
        (r#"{"total":{"a":"\ud83d"}}"#, None),
        (r#"{"total":[7]}"#, None),
    ] {
        assert_eq!(envelope(body).total(&["total"]), total, "{body}");
    }
}

#[test]
fn words_for_more_are_heard_wherever_they_stand() {
    for more in [
        r#"{"IsTruncated":true}"#,
        r#"{"is_truncated":"True"}"#,
        r#"{"page":{"has_more":1}}"#,
        r#"{"NextToken":"t"}"#,
        r#"{"x":{"next-marker":5}}"#,
        r#"{"TotalCount":"8"}"#,
    ] {
        assert!(envelope(more).speaks_of_more(7), "{more}");
    }
    for none in [
        r#"{"IsTruncated":false,"HasMore":"false","NextToken":"","next_marker":null,"TotalCount":7,"total":"many"}"#,
        r#"{"data":[{"NextToken":"t"}]}"#,
        "{}",
    ] {
        assert!(!envelope(none).speaks_of_more(7), "{none}");
    }
}

#[test]
fn the_list_is_found_under_other_capitals_and_all_of_it() {
    assert_eq!(read(r#"{"DATA":[{"a":1}]}"#).unwrap().0, r#"[{"a":1}]"#);
    assert_eq!(
        read(r#"{"Data":[{"a":1}],"data":[{"a":2}]}"#).unwrap().0,
        r#"[{"a":2}]"#
    );
    assert_eq!(read(r#"{"Data":[{"a":1}],"data":null}"#).unwrap().0, r#"[{"a":1}]"#);
    assert_eq!(
        read(r#"{"data":[{"a":1}],"x":0,"data":[{"a":2}]}"#).unwrap().0,
        r#"[{"a":1},{"a":2}]"#
    );
}

/// Reads an answer of which something is lost: its rows, how many items it has, and what is wrong.
fn flawed(body: &[u8]) -> (String, u64, Option<String>) {
    let envelope = Envelope::read(COC, &Bytes::copy_from_slice(body)).unwrap();
    let rows = envelope.rows().0.to_string();
    (rows, envelope.len(), envelope.flaw().map(str::to_owned))
}

#[test]
fn an_item_that_is_none_costs_itself() {
    let (rows, len, flaw) = flawed(br#"{"data":[{"a":1},null,{"a":2},7]}"#);
    assert_eq!((rows.as_str(), len), (r#"[{"a":1},{"a":2}]"#, 4));
    assert_eq!(
        flaw.as_deref(),
        Some("`data` of ListExecutions holds null where an object belongs")
    );
}

#[test]
fn what_is_inside_rows_passes_whatever_it_is() {
    for row in [
        r#"{"a":"\ud83d"}"#,
        r#"{"a":1e999}"#,
        r#"{"a":1,"a":2}"#,
        r#"{"\udc00":1}"#,
    ] {
        let (rows, _, flaw) = flawed(format!(r#"{{"data":[{row}],"total":1}}"#).as_bytes());
        assert_eq!((rows, flaw), (format!("[{row}]"), None));
    }
}

#[test]
fn bytes_that_are_no_json_are_mended() {
    for (body, row) in [
        (&b"\xef\xbb\xbf{\"data\":[{\"a\":1}]}"[..], r#"{"a":1}"#),
        (
            b"{\"data\":[{\"a\":\"x\xc7\xeby\",\"b\":\"\xe6\xb5\x8b\"}]}",
            "{\"a\":\"x\u{fffd}\u{fffd}y\",\"b\":\"测\"}",
        ),
        (
            b"{\"data\":[{\"a\":\"one\ntwo\tthree \\\" \x00\"}],\n \"total\":1}",
            r#"{"a":"one\u000atwo\u0009three \" \u0000"}"#,
        ),
    ] {
        let (rows, len, flaw) = flawed(body);
        assert_eq!((rows, len, flaw), (format!("[{row}]"), 1, None));
        serde_json::from_str::<serde_json::Value>(row).unwrap();
    }
}

#[test]
fn a_broken_item_costs_itself_and_a_cut_answer_its_last() {
    let (rows, len, flaw) = flawed(br#"{"data":[{"a":1},{"a":NaN},{"a":{"b":[2,"]"]}} , {"a":}],"total":4}"#);
    assert_eq!((rows.as_str(), len), (r#"[{"a":1},{"a":{"b":[2,"]"]}}]"#, 4));
    let flaw = flaw.unwrap();
    assert!(
        flaw.starts_with("the answer is not valid JSON")
            && flaw.ends_with("of `data` of ListExecutions only 2 could be read"),
        "{flaw}"
    );

    let (rows, len, flaw) = flawed(br#"{"total":9,"data":[{"a":1},{"a":2},{"a":"thr"#);
    assert_eq!((rows.as_str(), len), (r#"[{"a":1},{"a":2}]"#, 3));
    assert!(flaw.unwrap().starts_with("the answer is cut off after 44 bytes"));

    let (rows, _, flaw) = flawed(br#"{"data":[{"a":1}],"total":1}  trailing"#);
    assert_eq!((rows.as_str(), flaw.is_some()), (r#"[{"a":1}]"#, true));
}

proptest! {
    /// Whatever is done to an answer's bytes, what is read of it is JSON, and nothing panics.
    #[test]
    fn rows_are_json_whatever_comes(cut in 0..80_usize, at in 0..80_usize, byte: u8) {
        let mut body = r#"{"total":3,"data":[{"a":"\"x\\"},{"b":[1,{"c":"测"}]} ,{"d":null}],"page_info":{"n":"m"}}"#.as_bytes().to_vec();
        let at = at % body.len();
        body[at] = byte;
        body.truncate(body.len() - cut);
        if let Ok(envelope) = Envelope::read(COC, &body.into()) {
            let (rows, count) = envelope.rows();
            let parsed: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(&rows).unwrap();
            prop_assert_eq!(parsed.len() as u64, count);
            prop_assert!(!rows.contains('\n'));
            envelope.speaks_of_more(0);
        }
    }
}
