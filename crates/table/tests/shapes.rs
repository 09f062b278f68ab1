//! What clouds really send, and what they never should.
#![expect(clippy::unwrap_used, reason = "a helper may fail its test")]

use catalog::field::field;
use catalog::{Arg, Call, Carrier, Decode, Entry, Method, Paging, Param, Phase, Scope, Source};
use signalbox_table::Rows;
use signalbox_table::rows::{Cell, IngestError};

fn rows(source: &str) -> Rows {
    let source = catalog::source(source).unwrap();
    let mut rows = Rows::new(source.table);
    rows.add_target(source.cloud().id, "prod", "here", source);
    rows
}

fn patches() -> Rows {
    rows("alibaba.oos.instance-patch-states")
}

fn text(rows: &Rows, row: u32, column: &str) -> String {
    rows.text(row, rows.table().index(column).unwrap()).into_owned()
}

fn cell<'a>(rows: &'a Rows, row: u32, column: &str) -> Cell<'a> {
    rows.cell(row, rows.table().index(column).unwrap())
}

#[test]
fn values_of_every_shape_are_taken() {
    let mut rows = patches();
    let long = "9".repeat(400);
    let items = format!(
        r#"[
        {{"InstanceId": "a", "MissingCount": " 7 ", "FailedCount": 1e999, "InstalledCount": {long}, "OwnerInformation": {{ "x" : [1] }}}},
        {{"InstanceId": 5, "MissingCount": "many", "FailedCount": true, "PatchGroup": false, "OperationEndTime": 1795316400}},
        {{"InstanceId": "c\u00e9\n", "MissingCount": "null", "FailedCount": "-", "PatchGroup": "“”", "OperationEndTime": "2026-11-22 11:00:00 08:00"}},
        {{"InstanceId": "\ud800", "MissingCount": -0.0, "FailedCount": [], "OperationEndTime": "yesterday"}}
        ]"#
    );
    assert_eq!(rows.ingest(0, &items).unwrap(), 4);
    assert_eq!(cell(&rows, 0, "missing"), Cell::Number(7.0));
    assert_eq!(cell(&rows, 0, "failed"), Cell::Unreadable("1e999"));
    assert_eq!(cell(&rows, 0, "installed"), Cell::Unreadable(&long));
    assert_eq!(cell(&rows, 0, "owner"), Cell::Text(r#"{ "x" : [1] }"#));
    assert_eq!(text(&rows, 1, "instance"), "5");
    assert_eq!(cell(&rows, 1, "missing"), Cell::Unreadable("many"));
    assert_eq!(cell(&rows, 1, "failed"), Cell::Unreadable("true"));
    assert_eq!(cell(&rows, 1, "group"), Cell::Text("false"));
    assert_eq!(text(&rows, 1, "end"), "2026-11-22T03:00:00Z");
    assert_eq!(cell(&rows, 2, "instance"), Cell::Text("cé\n"));
    for column in ["missing", "failed", "group"] {
        assert_eq!(cell(&rows, 2, column), Cell::Empty, "{column}");
    }
    assert_eq!(text(&rows, 2, "end"), "2026-11-22T03:00:00Z");
    assert_eq!(cell(&rows, 3, "instance"), Cell::Text(r#""\ud800""#));
    assert_eq!(text(&rows, 3, "missing"), "0");
    assert_eq!(cell(&rows, 3, "failed"), Cell::Unreadable("[]"));
    assert_eq!(cell(&rows, 3, "end"), Cell::Unreadable("yesterday"));
    assert_eq!([0, 1, 2, 3].map(|row| rows.phase(row)), [Phase::Unknown; 4]);
    assert_eq!(rows.unreadable(), [4]);
}

#[test]
fn items_that_are_no_objects_stay_visible() {
    let mut rows = patches();
    assert_eq!(
        rows.ingest(0, r#"[null, 5, "x", [1, 2], {}, {"InstanceId": "a"}]"#)
            .unwrap(),
        6
    );
    assert_eq!(
        [0, 1, 2, 3, 4].map(|row| rows.raw(row).into_owned()),
        ["null", "5", "\"x\"", "[1, 2]", "{}"]
    );
    for row in 0..6 {
        assert_eq!(rows.find(&rows.id(row)), Some(row), "{}", rows.id(row));
    }
    let id = rows.id(1);
    assert!(id.starts_with("prod/here/#"), "{id}");
    assert_eq!(rows.find(&id.replace("here", "there")), None);
    assert_eq!(rows.find("prod/here/#99"), None);
    assert!(rows.id(5).starts_with("prod/here/a/#"), "{}", rows.id(5));
    assert_eq!(rows.unknown_fields(1), []);
}

#[test]
fn deep_nesting_is_no_danger() {
    let mut rows = patches();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let items = format!(r#"[{{"InstanceId": "a", "x": {deep}, "PatchGroup": {deep}}}, {{"InstanceId": "b"}}]"#);
    assert_eq!(rows.ingest(0, &items).unwrap(), 2);
    assert_eq!(text(&rows, 1, "instance"), "b");
    assert_eq!(rows.unknown_fields(0), [("x".to_owned(), deep)]);
}

#[test]
fn a_broken_batch_keeps_what_came_before() {
    let mut rows = patches();
    for (batch, kept) in [
        (r#"[{"InstanceId": "a"}, {"InstanceId": "b"}, {"Inst"#, 2),
        (r#"[{"InstanceId": "c"}] trailing"#, 3),
        (r#"{"InstanceId": "d"}"#, 3),
        ("", 3),
        ("7", 3),
    ] {
        let version = rows.version();
        let error = rows.ingest(0, batch).unwrap_err();
        assert!(matches!(error, IngestError::Json(_)), "{batch}");
        assert!(error.to_string().starts_with("rows that are no JSON list"), "{error}");
        assert_eq!(
            rows.version() != version,
            rows.len() != kept || batch.starts_with('['),
            "{batch}"
        );
        assert_eq!(rows.len(), kept, "{batch}");
    }
    assert_eq!(rows.raw(1), r#"{"InstanceId": "b"}"#);
    assert!(matches!(rows.ingest(7, "[]"), Err(IngestError::Target(7))));
    assert_eq!(rows.ingest(0, "[]").unwrap(), 0);
}

#[test]
fn of_two_fields_with_one_name_the_last_counts() {
    let mut plans = rows("alibaba.cs.operation-plans");
    let item = r#"[{"plan_id": "a", "plan_id": "b", "state_reason": {"code": "X", "message": "m"}, "state_reason": {"code": "Y", "since": 1},
        "type": "CVE_FIX", "type": null}]"#;
    plans.ingest(0, item).unwrap();
    assert_eq!(text(&plans, 0, "id"), "b");
    assert_eq!(text(&plans, 0, "reason"), "Y");
    assert_eq!(text(&plans, 0, "reason_message"), "");
    assert_eq!(text(&plans, 0, "type"), "");
    assert_eq!(
        plans.unknown_fields(0),
        [("state_reason.since".to_owned(), "1".to_owned())]
    );

    plans
        .ingest(0, r#"[{"plan_id": "c", "state_reason": "none", "region": null}]"#)
        .unwrap();
    assert_eq!(text(&plans, 1, "reason"), "");
    assert_eq!(
        plans.unknown_fields(1),
        [
            ("state_reason".to_owned(), "\"none\"".to_owned()),
            ("region".to_owned(), "null".to_owned())
        ]
    );
}

#[test]
fn a_row_that_comes_again_takes_its_newer_values() {
    let mut rows = patches();
    let hot = rows.add_target(
        "alibaba",
        "prod",
        "there",
        catalog::source("alibaba.oos.instance-patch-states").unwrap(),
    );
    let item = |missing: u32| format!(r#"[{{"InstanceId": "a", "BaselineId": "pb", "MissingCount": "{missing}"}}]"#);
    assert_eq!(rows.ingest(0, &item(1)).unwrap(), 1);
    let version = rows.version();
    rows.begin(0);
    assert_eq!(rows.ingest(0, &item(2)).unwrap(), 0);
    assert!(rows.version() > version);
    assert_eq!(text(&rows, 0, "missing"), "2");
    assert_eq!(rows.raw(0), item(2)[1..item(2).len() - 1]);
    // The region is part of a patch state's identity.
    assert_eq!(rows.ingest(hot, &item(3)).unwrap(), 1);
    assert_eq!((rows.len(), rows.target(1)), (2, hot));

    // It is no part of a ticket's.
    let mut tickets = self::rows("huawei.coc.executions");
    let other = tickets.add_target(
        "huawei",
        "prod",
        "there",
        catalog::source("huawei.coc.executions").unwrap(),
    );
    tickets
        .ingest(0, r#"[{"execution_id": "EX1", "status": "Running"}]"#)
        .unwrap();
    assert_eq!(
        tickets
            .ingest(other, r#"[{"execution_id": "EX1", "status": "Succeed"}]"#)
            .unwrap(),
        0
    );
    assert_eq!(
        (text(&tickets, 0, "region"), tickets.phase(0), tickets.target(0)),
        ("there".to_owned(), Phase::Succeeded, other)
    );
}

#[test]
fn ids_survive_any_value() {
    let mut rows = patches();
    let values = ["a/b", "a", "~", "#1", "", "a~/", "/#1", "中"];
    for instance in values {
        for baseline in values {
            let item = serde_json::json!([{"InstanceId": instance, "BaselineId": baseline}]);
            rows.ingest(0, &item.to_string()).unwrap();
        }
    }
    assert_eq!(rows.len(), values.len() * values.len());
    for row in 0..rows.len() as u32 {
        assert_eq!(rows.find(&rows.id(row)), Some(row), "{}", rows.id(row));
    }
    for nobody in [
        "",
        "prod",
        "prod/here/x/y",
        "prod/here/a/b/c/d",
        "prod/here/#0",
        "prod/here/#2",
    ] {
        assert_eq!(rows.find(nobody), None, "{nobody}");
    }
}

#[test]
fn nodes_share_their_clusters_fields() {
    let mut rows = rows("alibaba.sas.cluster-plugins");
    // The list may stand before the fields that it shares, and a node's own field goes first.
    let items = r#"[
        {"NodePluginInfoList": [{"instanceId": "i-1", "PluginName": "p", "New": 1}, {"Uuid": "u-2", "PluginName": "p", "ClusterName": "mine"}, "odd"],
         "ClusterId": "c1", "ClusterName": "shared", "ClusterStatus": 1, "Extra": {"a": 1}},
        {"ClusterId": "c2", "NodePluginInfoList": []},
        {"ClusterId": "c3", "NodePluginInfoList": null},
        {"ClusterId": "c4", "NodePluginInfoList": {"not": "a list"}},
        {"ClusterId": "c5"}
    ]"#;
    assert_eq!(rows.ingest(0, items).unwrap(), 7);
    assert_eq!(rows.id(0), "prod/c1/i-1/p");
    assert_eq!(rows.id(1), "prod/c1/u-2/p");
    assert_eq!(text(&rows, 1, "instance"), "");
    assert_eq!(
        [0, 1, 2].map(|row| text(&rows, row, "cluster_name")),
        ["shared", "mine", "shared"]
    );
    assert_eq!([0, 2, 3].map(|row| text(&rows, row, "state")), ["1", "1", ""]);
    assert_eq!(
        rows.raw(1),
        r#"{"ClusterId":"c1","ClusterStatus":1,"Extra":{"a": 1},"Uuid":"u-2","PluginName":"p","ClusterName":"mine"}"#
    );
    assert_eq!(
        rows.raw(2),
        r#"{"ClusterId":"c1","ClusterName":"shared","ClusterStatus":1,"Extra":{"a": 1},"NodePluginInfoList":"odd"}"#
    );
    let unknown = |row| {
        rows.unknown_fields(row)
            .into_iter()
            .map(|(path, _)| path)
            .collect::<Vec<_>>()
    };
    assert_eq!(unknown(0), ["Extra", "New"]);
    assert_eq!(unknown(2), ["Extra", "NodePluginInfoList"]);
    assert_eq!(rows.raw(3), r#"{"ClusterId": "c2", "NodePluginInfoList": []}"#);
    assert_eq!(unknown(3), [""; 0]);
    assert_eq!(unknown(5), ["NodePluginInfoList"]);
    for row in 0..7 {
        assert_eq!(rows.find(&rows.id(row)), Some(row));
        serde_json::from_str::<serde_json::Value>(&rows.raw(row)).unwrap();
    }
}

#[test]
fn lists_become_texts() {
    let mut rows = rows("huawei.coc.executions");
    let items = r#"[
        {"tags": [{"key": "env", "value": "prod"}, {"value": "x", "key": "n"}, {"key": "e"}, "plain", 7, null, {"k": 1}],
         "targets": [{"key": "InstanceValues", "values": [{"resource_id": "r", "name": "n"}, {"name": "n2"}, {"a": 1}, "s", null]}, "t", {"key": "x"}]},
        {"tags": {"env": "prod"}, "targets": "all"},
        {"tags": [], "targets": [{"key": "k", "values": []}]},
        {"tags": [{"key": "a", "value": "[\"q\",\"r\"]"}], "targets": [{"key": "k", "values": {"id": "one"}}]}
    ]"#;
    assert_eq!(rows.ingest(0, items).unwrap(), 4);
    let list = |row, column| match cell(&rows, row, column) {
        Cell::List(items) => items.map(str::to_owned).collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    assert_eq!(list(0, "tags"), ["env=prod", "n=x", "e=", "plain", "7", "{\"k\": 1}"]);
    assert_eq!(
        list(0, "targets"),
        ["r", "n2", "{\"a\": 1}", "s", "t", "{\"key\": \"x\"}"]
    );
    assert_eq!(text(&rows, 0, "targets"), "r, n2, {\"a\": 1}, s, t, {\"key\": \"x\"}");
    assert_eq!(list(1, "tags"), ["{\"env\": \"prod\"}"]);
    assert_eq!(list(1, "targets"), ["all"]);
    assert_eq!(cell(&rows, 2, "tags"), Cell::Empty);
    assert_eq!(cell(&rows, 2, "targets"), Cell::Empty);
    assert_eq!(list(3, "tags"), ["a=[\"q\",\"r\"]"]);
    assert_eq!(list(3, "targets"), ["one"]);
}

#[test]
fn times_in_milliseconds() {
    let mut rows = rows("huawei.coc.executions");
    let items = r#"[
        {"start_time": 1795316400000, "end_time": "1795316400001", "update_time": 1795316400000.9},
        {"start_time": 1e20, "end_time": "", "update_time": "2026-11-22T11:00:00+08:00"},
        {"start_time": -1, "end_time": true, "update_time": 9223372036854775807},
        {"start_time": 1795316400, "end_time": 0, "update_time": "1970-01-01T08:00:00+08:00"}
    ]"#;
    assert_eq!(rows.ingest(0, items).unwrap(), 4);
    assert_eq!(text(&rows, 0, "start"), "2026-11-22T03:00:00Z");
    assert_eq!(text(&rows, 0, "end"), "2026-11-22T03:00:00.001Z");
    assert_eq!(text(&rows, 0, "updated"), "2026-11-22T03:00:00Z");
    assert_eq!(cell(&rows, 1, "start"), Cell::Unreadable("1e20"));
    assert_eq!(cell(&rows, 1, "end"), Cell::Empty);
    assert_eq!(text(&rows, 1, "updated"), "2026-11-22T03:00:00Z");
    assert_eq!(cell(&rows, 2, "start"), Cell::Empty);
    assert_eq!(cell(&rows, 2, "end"), Cell::Unreadable("true"));
    assert_eq!(cell(&rows, 2, "updated"), Cell::Unreadable("9223372036854775807"));
    assert_eq!(text(&rows, 3, "start"), "2026-11-22T03:00:00Z");
    for none in ["end", "updated"] {
        assert_eq!(cell(&rows, 3, none), Cell::Empty, "{none}");
    }
}

#[test]
fn cells_that_are_not_there_are_empty() {
    let rows = patches();
    assert!(rows.is_empty());
    assert_eq!(rows.cell(0, 0), Cell::Empty);
    assert_eq!(rows.text(9, 99), "");
    assert_eq!(rows.raw(0), "");
    assert_eq!(rows.target(0), 0);
    assert_eq!(rows.phase(0), Phase::Unknown);
    assert_eq!(rows.find(""), None);
}

/// Another cloud's list of patch states: seconds with a fraction as JSON numbers, and no column but these.
static SECOND: Source = Source::of(Entry {
    id: "huawei.coc.instance-patch-states",
    table: &catalog::tables::patches::TABLE,
    scope: Scope::Region,
    call: Call {
        action: "DescribeInstancePatchStates",
        service: &catalog::services::HUAWEI_COC,
        method: Method::Post,
        path: &[],
        params: &[Param::BodyList("InstanceIds", Arg::Listed)],
        paging: Paging::None { cap: None },
        paging_in: Carrier::Body,
        items: "InstancePatchStates",
        items_may_be_missing: false,
        permission: "x:DescribeInstancePatchStates",
        doc: "https://example.com",
    },
    fan_out: None,
    explode: None,
    fields: &[
        field("instance", &["InstanceId"], Decode::Text),
        field("missing", &["MissingCount"], Decode::Number),
        field("start", &["OperationStartTime"], Decode::EpochSeconds),
        field("end", &["OperationEndTime"], Decode::EpochSeconds),
    ],
    phase: |row| {
        let missing = row.number("missing")?;
        Some(if missing > 0.0 { Phase::Action } else { Phase::Succeeded })
    },
    consoles: &[],
    cut: None,
});

#[test]
fn a_second_source_fills_the_columns_that_it_has() {
    let mut rows = patches();
    let first =
        r#"[{"InstanceId":"i-1","MissingCount":"1","PatchGroup":"web","OperationEndTime":"2026-11-22T03:00:00Z"}]"#;
    rows.ingest(0, first).unwrap();
    let target = rows.add_target("huawei", "other", "there", &SECOND);
    let given = [
        r#"{"InstanceId":"mi-2","MissingCount":2,"OperationStartTime":1795316400.25,"OperationEndTime":1795316400}"#,
        r#"{"InstanceId":"mi-3","MissingCount":0,"OperationStartTime":"1795316400.5","OperationEndTime":1.7953164E9,"PatchGroup":"kept"}"#,
        r#"{"InstanceId":"mi-4","MissingCount":0,"OperationStartTime":1795316400.1235,"OperationEndTime":1e300}"#,
    ];
    rows.ingest(target, &format!("[{}]", given.join(","))).unwrap();
    assert_eq!(rows.len(), 4);
    for column in ["start", "end"] {
        let shown: Vec<_> = (1..4).map(|row| text(&rows, row, column)).collect();
        let wanted = match column {
            "start" => [
                "2026-11-22T03:00:00.250Z",
                "2026-11-22T03:00:00.500Z",
                "2026-11-22T03:00:00.124Z",
            ],
            _ => ["2026-11-22T03:00:00Z", "2026-11-22T03:00:00Z", "1e300"],
        };
        assert_eq!(shown, wanted, "{column}");
    }
    // What this source has no column for is a field of its own.
    assert_eq!(cell(&rows, 2, "group"), Cell::Empty);
    assert_eq!(
        rows.unknown_fields(2),
        [("PatchGroup".to_owned(), r#""kept""#.to_owned())]
    );
    assert_eq!(
        [0, 1, 2].map(|row| rows.phase(row)),
        [Phase::Unknown, Phase::Action, Phase::Succeeded]
    );
    for (row, given) in (1..).zip(given) {
        assert_eq!(rows.raw(row), given);
    }
}
