//! Single values, one kind after the other.

use crate::given::{PATCHES, PLUGINS, TICKETS, cell, empty, matching, node, nonsense, patch, rows, text};
use catalog::{Decode, Phase, Source};
use serde_json::{Value, json};
use signalbox_table::engine::Engine;
use signalbox_table::rows::Cell;
use signalbox_table::{Rows, View, export};

#[test]
fn a_count_that_cannot_be_read_is_not_zero() {
    for field in ["MissingCount", "FailedCount", "InstalledPendingRebootCount"] {
        for value in nonsense().into_iter().chain([json!(true), json!(false)]) {
            let rows = rows(PATCHES, &[patch(1, field, &value), patch(2, field, &json!("0"))]);
            assert_eq!(rows.phase(0), Phase::Unknown, "{field}: {value}");
            assert_eq!(rows.phase(1), Phase::Succeeded);
            assert_eq!(rows.unreadable(), [1], "{field}: {value}");
        }
    }
    // What can be read decides where the rest would change nothing.
    let mut failed = patch(1, "FailedCount", &json!("2"));
    failed["MissingCount"] = json!("?");
    let mut missing = patch(2, "MissingCount", &json!(3.0));
    missing["InstalledPendingRebootCount"] = json!(null);
    let mut masked = patch(3, "MissingCount", &json!("5"));
    masked["FailedCount"] = json!(["9"]);
    let rows = rows(PATCHES, &[failed, missing, masked]);
    let phases = [0, 1, 2].map(|row| rows.phase(row));
    assert_eq!(phases, [Phase::Failed, Phase::Action, Phase::Unknown]);
}

#[test]
fn a_flag_that_cannot_be_read_is_not_yes() {
    for field in ["Installed", "Online"] {
        for value in nonsense().into_iter().chain([json!("yes"), json!(2)]) {
            let rows = rows(PLUGINS, &[node(1, &json!({field: value})), node(2, &json!({}))]);
            assert_eq!(rows.phase(0), Phase::Unknown, "{field}: {value}");
            assert_eq!(rows.phase(1), Phase::Succeeded);
            assert_eq!(rows.unreadable(), [1], "{field}: {value}");
        }
    }
    // A cluster without nodes lacks nothing.
    let cluster = rows(PLUGINS, &[json!({"ClusterId": "c1", "NodePluginInfoList": []})]);
    assert_eq!((cluster.phase(0), cluster.unreadable()), (Phase::Unknown, vec![0]));
}

#[test]
fn a_state_that_cannot_be_read_is_unknown() {
    for (source, field) in [
        ("alibaba.cs.operation-plans", "state"),
        (TICKETS, "status"),
        ("huawei.rfs.stack-set-operations", "status"),
    ] {
        let unread = [
            json!(["Succeed"]),
            json!({"status": "Succeed"}),
            json!(null),
            json!(""),
            json!(true),
            json!("-"),
        ];
        for value in &unread {
            let rows = rows(source, &[json!({field: value})]);
            assert_eq!(
                (rows.phase(0), rows.unreadable()),
                (Phase::Unknown, vec![1]),
                "{source}: {value}"
            );
        }
        // A word that nobody knows yet can be read.
        let rows = rows(source, &[json!({field: "Hibernating"}), json!({field: 7})]);
        let phases = [0, 1].map(|row| rows.phase(row));
        assert_eq!((phases, rows.unreadable()), ([Phase::Unknown; 2], vec![0]), "{source}");
        assert_eq!([0, 1].map(|row| text(&rows, row, "state")), ["Hibernating", "7"]);
    }
}

#[test]
fn rows_with_unreadable_values_are_counted_as_they_come_and_go() {
    let mut rows = empty(PATCHES);
    let other = rows.add_target("alibaba", "prod", "there", catalog::source(PATCHES).unwrap());
    let walk = |rows: &mut Rows, target: u32, items: &[Value]| {
        rows.begin(target);
        rows.ingest(target, &json!(items).to_string()).unwrap();
        rows.finish(target);
    };
    let (odd, late) = (
        patch(1, "FailedCount", &json!("x")),
        patch(2, "OperationEndTime", &json!("soon")),
    );
    walk(&mut rows, 0, &[odd.clone(), late, patch(3, "MissingCount", &json!(0))]);
    walk(&mut rows, other, &[odd]);
    assert_eq!(rows.unreadable(), [2, 1]);
    // A time says nothing about the phase, and is counted all the same.
    assert_eq!(rows.phase(1), Phase::Succeeded);
    walk(
        &mut rows,
        0,
        &[patch(1, "FailedCount", &json!(0)), patch(3, "MissingCount", &json!([]))],
    );
    assert_eq!(rows.unreadable(), [1, 1]);
    walk(&mut rows, 0, &[]);
    assert_eq!(rows.unreadable(), [0, 1]);
}

#[test]
fn an_error_code_that_says_fine_is_none() {
    let fine = [
        json!("0"),
        json!("OK"),
        json!("success"),
        json!("None"),
        json!(0),
        json!(""),
        json!("null"),
        json!(false),
        json!(null),
        json!([]),
    ];
    for code in fine {
        let rows = rows(PLUGINS, &[node(1, &json!({"ErrorCode": code, "ErrorMsg": ""}))]);
        assert_eq!(
            (rows.phase(0), cell(&rows, 0, "error")),
            (Phase::Succeeded, Cell::Empty),
            "{code}"
        );
        assert!(
            rows.raw(0).contains(&format!("\"ErrorCode\":{code}")),
            "{}",
            rows.raw(0)
        );
    }
    for code in [json!("Agent.Timeout"), json!(1), json!("-1"), json!("0x80070005")] {
        let rows = rows(PLUGINS, &[node(1, &json!({"ErrorCode": code}))]);
        assert_eq!(rows.phase(0), Phase::Failed, "{code}");
    }
    // Neither good nor surely bad: a code of no readable kind, and a message without a code.
    for more in [
        json!({"ErrorCode": ["E1"]}),
        json!({"ErrorCode": {"code": 0}}),
        json!({"ErrorCode": true}),
        json!({"ErrorCode": "0", "ErrorMsg": "the agent does not answer"}),
    ] {
        assert_eq!(rows(PLUGINS, &[node(1, &more)]).phase(0), Phase::Unknown, "{more}");
    }
    let rows = rows(PLUGINS, &[node(1, &json!({"ErrorCode": 0, "ErrorMsg": "success"}))]);
    assert_eq!(rows.phase(0), Phase::Succeeded);
}

/// Every id of every source, as 64-bit number and as text.
#[test]
fn an_id_is_never_a_number() {
    let (one, other) = ("9223372036854775807", "9223372036854775806");
    for source in catalog::SOURCES {
        let ids = source
            .table
            .own
            .iter()
            .filter(|column| column.format == catalog::Format::Id);
        for column in ids {
            let field = source.fields.iter().find(|field| field.column == column.id).unwrap();
            let mut rows = empty(source.id);
            let key = field.path[0];
            rows.ingest(
                0,
                &format!(r#"[{{"{key}":{one}}},{{"{key}":{other}}},{{"{key}":"{one}"}}]"#),
            )
            .unwrap();
            let id = column.id;
            let found = |query: &str| matching(&rows, &format!("{query}&sort={id}"));
            assert_eq!(text(&rows, 0, id), one, "{}.{id}", source.id);
            let count = found(&format!("{id}={one}"));
            assert!(
                !count.is_empty() && !count.contains(&1),
                "{}.{id}: {count:?}",
                source.id
            );
            assert_eq!(found(&format!("{id}=has.775806")), [1], "{}.{id}", source.id);
            assert_eq!(found(&format!("q={other}")), [1], "{}.{id}", source.id);
            assert_eq!(found("").first(), Some(&1), "{}.{id} sorted", source.id);
            let facet = Engine::new().distinct(&rows, source.table.index(id).unwrap(), 9);
            assert_eq!(facet.len(), 2, "{}.{id}: {facet:?}", source.id);
            let at = source.table.index(id).unwrap();
            let (mut csv, mut json) = (Vec::new(), Vec::new());
            export::csv_row(&mut csv, &rows, 0, &[at]);
            export::json_row(&mut json, &rows, 0, &[at]);
            assert_eq!(String::from_utf8(csv).unwrap(), format!("{one}\r\n"));
            assert_eq!(String::from_utf8(json).unwrap(), format!("{{\"{id}\":\"{one}\"}}"));
        }
    }
    // What is a name, version or label is no number either.
    let rows = rows(
        TICKETS,
        &[
            json!({"id": u64::MAX, "execution_id": 1, "document_version": 1.0, "tags": [{"key": "n", "value": u64::MAX}]}),
        ],
    );
    assert_eq!(text(&rows, 0, "seq"), "18446744073709551615");
    assert_eq!(text(&rows, 0, "tags"), "n=18446744073709551615");
}

#[test]
fn large_numbers_are_shown_as_they_came_and_compare_by_all_their_digits() {
    let given = [
        "9007199254740993",
        "9007199254740992",
        "9007199254740991",
        "1e20",
        "100000000000000000001",
        "1e999",
        "-9007199254740993",
        "7",
        "\"0.1000000000000000000001\"",
    ];
    let mut rows = empty(PATCHES);
    let items = given.iter().enumerate().map(|(n, number)| {
        format!(r#"{{"InstanceId":"i-{n}","BaselineId":"pb","RejectedCount":0,"InstalledCount":{number}}}"#)
    });
    rows.ingest(0, &format!("[{}]", items.collect::<Vec<_>>().join(",")))
        .unwrap();
    for (row, number) in (0..).zip(given) {
        assert_eq!(text(&rows, row, "installed"), number.trim_matches('"'));
    }
    assert_eq!(matching(&rows, "sort=installed"), [6, 8, 7, 2, 1, 0, 3, 4, 5]);
    assert_eq!(matching(&rows, "sort=-installed"), [5, 4, 3, 0, 1, 2, 7, 8, 6]);
    let found = |condition: &str| {
        let mut found = matching(&rows, condition);
        found.sort_unstable();
        found
    };
    assert_eq!(found("installed=9007199254740993"), [0]);
    assert_eq!(found("installed=not.9007199254740993"), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(found("installed=gt.9007199254740992"), [0, 3, 4, 5]);
    assert_eq!(found("installed=ge.9007199254740992&installed=lt.1e20"), [0, 1]);
    assert_eq!(found("installed=9007199254740992..100000000000000000000"), [0, 1, 3]);
    assert_eq!(found("installed=lt.0"), [6]);
    assert_eq!(found("installed=le.0.1"), [6]);
    assert_eq!(found("q=9007199254740993"), [0, 6]);
    let text = |query: &str| View::parse(rows.table(), query).to_query();
    assert_eq!(text("installed=9007199254740993"), "installed=9007199254740993");
}

#[test]
fn times_are_read_however_they_are_written() {
    let mut fields = Vec::new();
    for source in catalog::SOURCES {
        let times = source
            .fields
            .iter()
            .filter(|field| matches!(field.decode, Decode::Time | Decode::EpochMs | Decode::EpochSeconds));
        fields.extend(times.map(|field| (*source, field)));
    }
    assert!(fields.len() > 8);
    let is = |source: &Source, key: &str, column: &str, value: &Value, wanted: &str| {
        let rows = rows(source.id, &[json!({key: value})]);
        assert_eq!(text(&rows, 0, column), wanted, "{} {key}: {value}", source.id);
        let unread = matches!(cell(&rows, 0, column), Cell::Unreadable(_));
        assert_eq!(
            matching(&rows, &format!("{column}=is.empty")).len(),
            usize::from(wanted.is_empty()),
            "{key}: {value}"
        );
        assert!(rows.unreadable()[0] >= usize::from(unread));
        // An event is what has a time.
        let none = matching(&rows, &format!("{column}=..now")).is_empty();
        assert_eq!(none, wanted.is_empty() || unread, "{key}: {value}");
    };
    for (source, field) in fields {
        let key = field.path[0];
        for same in [
            json!("2026-11-20T09:41:00Z"),
            json!("2026-11-20T09:41Z"),
            json!("2026-11-20 09:41:00Z"),
            json!("2026-11-20t09:41:00.000z"),
            json!("2026-11-20T17:41+08:00"),
            json!("2026-11-20T17:41:00+0800"),
            json!(" 2026-11-20 17:41:00 +0800 "),
            json!(1_795_167_660_000_i64),
            json!("1795167660000"),
            json!(1_795_167_660),
            json!("1795167660"),
            json!(1_795_167_660.0),
            json!("1.79516766e9"),
        ] {
            is(source, key, field.column, &same, "2026-11-20T09:41:00Z");
        }
        for none in [
            json!(0),
            json!("0"),
            json!(-1),
            json!("-1"),
            json!("0001-01-01T00:00:00Z"),
            json!("0001-01-01"),
            json!("1970-01-01T00:00:00Z"),
            json!("1970-01-01T08:00:00+08:00"),
            json!(""),
            json!("null"),
            json!("-"),
            json!(null),
            json!("0000-00-00 00:00:00"),
            json!("9999-12-31T23:59:59Z"),
            json!(-62_135_596_800_000_i64),
            json!("never"),
            json!("N/A"),
        ] {
            is(source, key, field.column, &none, "");
        }
        for odd in [
            "soon",
            "2026-11-20",
            "2026-11-20 09:41:00",
            "20261120",
            "20261120094100",
            "9223372036854775807",
            "2026-13-01T00:00:00Z",
        ] {
            is(source, key, field.column, &json!(odd), odd);
        }
        is(source, key, field.column, &json!([1]), "[1]");
        is(source, key, field.column, &json!(true), "true");
    }
}

#[test]
fn times_that_differ_only_in_their_writing_sort_and_filter_as_one() {
    let times = ["2026-11-20T09:41Z", "2026-11-22T09:41:00Z", "2026-11-20T17:41+08:00"];
    let items: Vec<_> = (0..)
        .zip(times)
        .map(|(n, time)| patch(n, "OperationStartTime", &json!(time)))
        .collect();
    let rows = rows(PATCHES, &items);
    assert_eq!(matching(&rows, "start=2026-11-20..2026-11-21&sort=instance"), [0, 2]);
    assert_eq!(matching(&rows, "start=2026-11-20T09:41Z&sort=instance"), [0, 2]);
}

#[test]
fn known_fields_are_found_whatever_their_capitals() {
    let mut rows = empty(PLUGINS);
    let answer = r#"[{"clusterID": "c1", "CLUSTERNAME": "edge", "nodePluginInfoList": [
        {"InstanceId": "i-1", "uuid": "u-1", "plugin_name": "alihips", "INSTALLED": true, "online": 1},
        {"instance_id": "i-2", "instanceId": "i-own", "PluginName": "alihips"},
        {"instanceId": "i-own-2", "instance_id": "i-3", "PluginName": "alihips", "Instanceid": "i-4"}
    ]}]"#;
    rows.ingest(0, answer).unwrap();
    let shown = |row| ["cluster", "cluster_name", "instance", "uuid", "plugin"].map(|column| text(&rows, row, column));
    assert_eq!(shown(0), ["c1", "edge", "i-1", "u-1", "alihips"]);
    assert_eq!((rows.phase(0), rows.unknown_fields(0)), (Phase::Succeeded, vec![]));
    // The field of the very name goes first, wherever it stands.
    assert_eq!([1, 2].map(|row| text(&rows, row, "instance")), ["i-own", "i-own-2"]);
    let unknown: Vec<_> = rows.unknown_fields(2).into_iter().map(|(name, _)| name).collect();
    assert_eq!(unknown, ["instance_id", "Instanceid"]);
    assert!(!rows.raw(0).contains("nodePluginInfoList"), "{}", rows.raw(0));
    // Below an object, and in lists of pairs.
    let plans = self::rows(
        "alibaba.cs.operation-plans",
        &[json!({"planId": "p", "StateReason": {"Code": "Canceled"}})],
    );
    assert_eq!(
        ["id", "reason"].map(|column| text(&plans, 0, column)),
        ["p", "Canceled"]
    );
    let targets = json!([{"Values": [{"ResourceId": "r"}]}]);
    let tickets = self::rows(
        TICKETS,
        &[json!({"Tags": [{"Key": "env", "Value": "prod"}], "Targets": targets})],
    );
    assert_eq!(
        ["tags", "targets"].map(|column| text(&tickets, 0, column)),
        ["env=prod", "r"]
    );
}
