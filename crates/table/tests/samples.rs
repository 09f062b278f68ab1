//! The vendors' own sample answers, column by column.
#![expect(clippy::unwrap_used, reason = "a helper may fail its test")]

use signalbox_table::Rows;
use signalbox_table::rows::Cell;

/// The rows of a published answer.
fn rows(source: &str, list: &str, answer: &str) -> Rows {
    let source = catalog::source(source).unwrap();
    let answer: std::collections::HashMap<String, &serde_json::value::RawValue> = serde_json::from_str(answer).unwrap();
    let mut rows = Rows::new(source.table);
    let target = rows.add_target(source.cloud().id, "prod", "the-region", source);
    rows.ingest(target, answer[list].get()).unwrap();
    rows
}

/// A row as `column: text`, with the kind of cell where it is not text; empty cells left out.
fn shown(rows: &Rows, row: u32) -> Vec<String> {
    let columns = rows.table().columns().enumerate();
    columns
        .filter_map(|(at, column)| {
            let kind = match rows.cell(row, at) {
                Cell::Empty => return None,
                Cell::Text(_) => "",
                Cell::Number(_) => "number ",
                Cell::Time(_) => "time ",
                Cell::Bool(_) => "bool ",
                Cell::List(_) => "list ",
                Cell::Unreadable(_) => "odd ",
            };
            Some(format!("{}: {kind}{}", column.id, rows.text(row, at)))
        })
        .collect()
}

#[test]
fn operation_plans() {
    let rows = rows(
        "alibaba.cs.operation-plans",
        "plans",
        include_str!("../../demo-clouds/samples/operation-plans.json"),
    );
    assert_eq!(rows.len(), 1);
    assert_eq!(
        shown(&rows, 0),
        [
            "cloud: alibaba",
            "account: prod",
            "region: the-region",
            "phase: scheduled",
            "id: P-655c9c127e0e6603ef00****",
            "cluster: c29ced64b3dfe4f33b57ca0aa9f68****",
            "type: CLUSTER_UPGRADE_MASTER",
            "state: Scheduled",
            "reason: CanceledByUser",
            "reason_message: plan has been canceled by user",
            "target_type: cluster",
            "target: c29ced64b3dfe4f33b57ca0aa9f68****",
            "task: T-681ac448b23ced010600****",
            "created: time 2023-11-21T12:01:22Z",
            "start: time 2023-11-22T07:18:00Z",
            "end: time 2023-11-22T10:00:00Z",
        ]
    );
    assert_eq!(rows.id(0), "prod/P-655c9c127e0e6603ef00****");
    assert_eq!(rows.unknown_fields(0), []);
}

#[test]
fn executions() {
    let rows = rows(
        "huawei.coc.executions",
        "data",
        include_str!("../../demo-clouds/samples/executions.json"),
    );
    assert_eq!(rows.len(), 2);
    assert_eq!(
        shown(&rows, 0),
        [
            "cloud: huawei",
            "account: prod",
            "region: the-region",
            "phase: action",
            "id: EX2025070121014xxxxxxx",
            "seq: 3025",
            "name: test_document",
            "document: DM202507011802390xxxxxxx",
            "version: v2",
            "version_id: 573634e7-5e69-4b4b-b4a1-b7xxxxxxx",
            "type: NORMAL",
            "state: Pending",
            "creator: COC-Script",
            "start: time 2025-07-01T13:01:45Z",
            "updated: time 2025-07-01T13:01:45Z",
        ]
    );
    let second = shown(&rows, 1);
    assert_eq!(second[3], "phase: succeeded");
    assert!(
        second.contains(&"parameters: list aaa=[\"qwe\",\"rew\"]".to_owned()),
        "{second:?}"
    );
    assert!(
        second.contains(&"end: time 2025-06-30T13:18:31Z".to_owned()),
        "{second:?}"
    );
    assert_eq!(rows.unknown_fields(1), []);
}

#[test]
fn cluster_plugins() {
    let rows = rows(
        "alibaba.sas.cluster-plugins",
        "Data",
        include_str!("../../demo-clouds/samples/cluster-plugins.json"),
    );
    assert_eq!(rows.len(), 1);
    assert_eq!(
        shown(&rows, 0),
        [
            "cloud: alibaba",
            "account: prod",
            "region: the-region",
            "phase: failed",
            "cluster: c8ca91e0907d94efaba7fb0827eb9****",
            "cluster_name: lmftest",
            "state: ABNORMAL",
            "instance: tpp-cn-2r42njq4y001",
            "machine: npznas05",
            "machine_type: 0",
            "plugin: alihips",
            "version: 1.3.1",
            "installed: bool true",
            "online: bool true",
            "private_ip: 10.XXX.XXX.XX",
            "public_ip: 100.100.XXX.XX",
            "uuid: bc563d2b-2a3d-411b-8bbe-d75b8d3c****",
            "error: kenerl not support",
            "error_message: kenerl not support",
        ]
    );
    assert_eq!(
        rows.id(0),
        "prod/c8ca91e0907d94efaba7fb0827eb9****/tpp-cn-2r42njq4y001/alihips"
    );
    assert_eq!(rows.unknown_fields(0), []);
}

#[test]
fn stack_set_operations() {
    let rows = rows(
        "huawei.rfs.stack-set-operations",
        "stack_set_operations",
        include_str!("../../demo-clouds/samples/stack-set-operations.json"),
    );
    assert_eq!(rows.len(), 2);
    assert_eq!(
        shown(&rows, 1),
        [
            "cloud: huawei",
            "account: prod",
            "region: the-region",
            "phase: failed",
            "id: 8592967b-18b0-421b-b6c1-079c9ded3931",
            "stack_set: my_hello_world_stack_set",
            "stack_set_id: f689e9fd-97e7-4185-bd8a-7d5f708d45d7",
            "action: DEPLOY_STACK_SET",
            "state: OPERATION_FAILED",
            "created: time 2023-05-15T15:39:25.210Z",
            "updated: time 2023-05-15T16:39:25.210Z",
        ]
    );
    assert_eq!(shown(&rows, 0)[3], "phase: succeeded");
}

#[test]
fn instance_patch_states() {
    let rows = rows(
        "alibaba.oos.instance-patch-states",
        "InstancePatchStates",
        include_str!("../../demo-clouds/samples/instance-patch-states.json"),
    );
    assert_eq!(rows.len(), 1);
    assert_eq!(
        shown(&rows, 0),
        [
            "cloud: alibaba",
            "account: prod",
            "region: the-region",
            "phase: succeeded",
            "instance: i-bp1jaxa2bs4bps7*****",
            "baseline: pb-f9393021b7a049e1b34e",
            "operation: scan",
            "missing: number 0",
            "failed: number 0",
            "installed: number 0",
            "installed_other: number 0",
            "pending_reboot: number 0",
            "rejected: number 0",
            "start: time 2021-09-10T11:42:22Z",
            "end: time 2021-09-10T11:42:22Z",
        ]
    );
    assert_eq!(
        rows.id(0),
        "prod/the-region/i-bp1jaxa2bs4bps7*****/pb-f9393021b7a049e1b34e"
    );
}
