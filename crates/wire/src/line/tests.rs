use super::{Cache, Done, Failed, Line, Target};
use crate::{ErrorCode, TargetError};

/// The contract's lines, byte by byte.
fn contract() -> [(&'static str, Line<'static>); 8] {
    let target = Target {
        account: "prod-cn".to_owned(),
        cloud: "alibaba".to_owned(),
        region: "cn-hangzhou".to_owned(),
        source: "alibaba.oos.instance-patch-states".to_owned(),
        ..Target::default()
    };
    let done = Done {
        target: 0,
        as_of: "2026-11-22T03:00:00Z".to_owned(),
        rows: 718,
        cache: Cache::Miss,
        capped: None,
    };
    let error = TargetError {
        status: Some(403),
        permission: Some("yundun-sas:ListClusterPluginInfo".to_owned()),
        advice: Some("needs yundun-sas:ListClusterPluginInfo".to_owned()),
        ..TargetError::new(ErrorCode::Cloud("NoPermission".to_owned()), "…")
    };
    [
        (
            r#"{"kind":"targets","targets":[{"account":"prod-cn","cloud":"alibaba","region":"cn-hangzhou","source":"alibaba.oos.instance-patch-states"}]}"#,
            Line::Targets { targets: vec![target] },
        ),
        (
            r#"{"kind":"rows","target":0,"rows":[ {"a": 1} ],"total":718}"#,
            Line::Rows {
                target: 0,
                rows: r#"[ {"a": 1} ]"#,
                total: Some(718),
            },
        ),
        (
            r#"{"kind":"done","target":0,"as_of":"2026-11-22T03:00:00Z","rows":718,"cache":"miss"}"#,
            Line::Done(done.clone()),
        ),
        (
            r#"{"kind":"done","target":0,"as_of":"2026-11-22T03:00:00Z","rows":718,"cache":"stale","capped":100}"#,
            Line::Done(Done {
                cache: Cache::Stale,
                capped: Some(100),
                ..done
            }),
        ),
        (
            r#"{"kind":"failed","target":1,"as_of":null,"error":{"status":403,"code":"NoPermission","message":"…","request_id":null,"permission":"yundun-sas:ListClusterPluginInfo","advice":"needs yundun-sas:ListClusterPluginInfo"}}"#,
            Line::Failed(Failed { target: 1, error }),
        ),
        (
            r#"{"kind":"failed","target":0,"as_of":null,"error":{"status":null,"code":"Cancelled","message":"the reader has gone","request_id":null,"advice":null}}"#,
            Line::Failed(Failed {
                target: 0,
                error: TargetError::new(ErrorCode::Cancelled, "the reader has gone"),
            }),
        ),
        (r#"{"kind":"waiting"}"#, Line::Waiting),
        (r#"{"kind":"end"}"#, Line::End),
    ]
}

#[test]
fn every_kind_of_line_is_written_as_the_contract_says() {
    for (text, line) in contract() {
        assert_eq!(String::from_utf8(line.to_bytes()).unwrap(), format!("{text}\n"));
    }
}

#[test]
fn every_kind_of_line_is_read() {
    let more = [
        (
            r#"{"kind":"targets","targets":[{"account":"a","more":1}]}"#,
            Line::Targets {
                targets: vec![Target {
                    account: "a".to_owned(),
                    ..Target::default()
                }],
            },
        ),
        (
            r#"{"kind":"targets","targets":[{"account":"a","env":"prod","team":null,"unlisted":true}]}"#,
            Line::Targets {
                targets: vec![Target {
                    account: "a".to_owned(),
                    env: Some("prod".to_owned()),
                    unlisted: true,
                    ..Target::default()
                }],
            },
        ),
        (
            r#"{"kind":"failed","target":1}"#,
            Line::Failed(Failed {
                target: 1,
                ..Failed::default()
            }),
        ),
        (
            r#"{"kind":"failed","target":0,"error":{"code":null,"message":null}}"#,
            Line::Failed(Failed::default()),
        ),
        (
            r#"{"kind":"done","target":0,"cache":"tepid"}"#,
            Line::Done(Done::default()),
        ),
        (
            r#"{"kind":"done", "target" : 4294967295 , "capped":18446744073709551615,"total":null}"#,
            Line::Done(Done {
                target: u32::MAX,
                capped: Some(u64::MAX),
                ..Done::default()
            }),
        ),
        (r#"{"kind":"heartbeat","target":"x"}"#, Line::Other),
    ];
    for (text, line) in contract().into_iter().chain(more) {
        assert_eq!(Line::parse(text.as_bytes()).unwrap(), line, "{text}");
    }
    for text in [
        "",
        "[]",
        "{}",
        r#"{"kind":"rows","target":0}"#,
        r#"{"kind":"rows","rows":[]}"#,
        r#"{"kind":"done","target":-1}"#,
        r#"{"kind":"done","target":4294967296}"#,
        r#"{"kind":"done","target":"1"}"#,
        r#"{"kind":"done","target":0,"capped":1.5}"#,
        r#"{"kind":"done","target":0,"capped":1e3}"#,
        r#"{"kind":"failed","target":0,"error":{"status":70000}}"#,
        "{\"kind\":\"\u{1}\"}",
    ] {
        assert!(Line::parse(text.as_bytes()).is_err(), "{text}");
    }
    assert!(Line::parse(b"{\"kind\":\"rows\",\"target\":0,\"rows\":[\"\xff\"]}").is_err());
}

#[test]
fn lines_of_rows_are_read_alike_however_they_are_written() {
    for rows in ["[]", "[{}]", r#"[{"a":"]}"},[1]]"#, "[1],[2]"] {
        for total in ["", r#","total":7"#, r#","total":null"#, r#","total":-1"#] {
            let line = format!(r#"{{"kind":"rows","target":3,"rows":{rows}{total}}}"#);
            let other = line.replacen("\"target\":", "\"target\": ", 1);
            let read = |line: &str| Line::parse(line.as_bytes()).map(|line| format!("{line:?}")).ok();
            // What is no list of rows is told by whoever reads the rows.
            if rows != "[1],[2]" {
                assert_eq!(read(&line), read(&other), "{line}");
            }
        }
    }
    for broken in [
        r#"{"kind":"rows","target":99999999999,"rows":[]}"#,
        r#"{"kind":"rows","target":,"rows":[]}"#,
        r#"{"kind":"rows","target":1,"rows":]}"#,
    ] {
        assert!(Line::parse(broken.as_bytes()).is_err(), "{broken}");
    }
}

#[test]
fn rows_stay_on_one_line() {
    let line = Line::Rows {
        target: 2,
        rows: "[\n{\"a\":\"x\\ny\"},\r\n{}]",
        total: None,
    };
    assert_eq!(
        String::from_utf8(line.to_bytes()).unwrap(),
        "{\"kind\":\"rows\",\"target\":2,\"rows\":[ {\"a\":\"x\\ny\"},  {}]}\n"
    );
}
