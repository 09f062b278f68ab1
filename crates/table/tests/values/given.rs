//! Rows of odd values, and what a view shows of them.

use serde_json::{Value, json};
use signalbox_table::engine::{Clock, Engine};
use signalbox_table::rows::Cell;
use signalbox_table::{Rows, View};

pub const NOW: i64 = 1_795_316_400_000;
pub const PATCHES: &str = "alibaba.oos.instance-patch-states";
pub const PLUGINS: &str = "alibaba.sas.cluster-plugins";
pub const TICKETS: &str = "huawei.coc.executions";

pub fn empty(source: &str) -> Rows {
    let source = catalog::source(source).unwrap();
    let mut rows = Rows::new(source.table);
    rows.add_target(source.cloud().id, "prod", "here", source);
    rows
}

pub fn rows(source: &str, items: &[Value]) -> Rows {
    let mut rows = empty(source);
    rows.ingest(0, &json!(items).to_string()).unwrap();
    rows
}

pub fn patch(n: u32, field: &str, value: &Value) -> Value {
    let mut patch = json!({
        "InstanceId": format!("i-{n}"), "BaselineId": "pb-1", "MissingCount": "0", "FailedCount": "0", "InstalledPendingRebootCount": "0",
        "OperationEndTime": "2026-11-20T09:42:00Z",
    });
    patch[field] = value.clone();
    patch
}

pub fn node(n: u32, more: &Value) -> Value {
    let mut node = json!({
        "instanceId": format!("i-{n}"), "Uuid": format!("u-{n}"), "MachineName": format!("m{n}"), "PluginName": "alihips", "Installed": true, "Online": true,
        "ClusterId": "c1",
    });
    for (key, value) in more.as_object().unwrap() {
        node[key] = value.clone();
    }
    node
}

pub fn text(rows: &Rows, row: u32, column: &str) -> String {
    rows.text(row, rows.table().index(column).unwrap()).into_owned()
}

pub fn cell<'a>(rows: &'a Rows, row: u32, column: &str) -> Cell<'a> {
    rows.cell(row, rows.table().index(column).unwrap())
}

pub fn matching(rows: &Rows, query: &str) -> Vec<u32> {
    let mut engine = Engine::new();
    let view = View::parse(rows.table(), query);
    assert!(
        view.conditions.iter().all(|condition| condition.test.is_some()),
        "{query}"
    );
    engine.update(rows, &view, &Clock::utc(NOW));
    engine.matching().to_vec()
}

/// Values that are no count, no flag and no word of any state.
pub fn nonsense() -> Vec<Value> {
    vec![
        json!(["9"]),
        json!("1,024"),
        json!("many"),
        json!(""),
        json!(null),
        json!(-3),
        json!("-3"),
        json!(2.5),
        json!({"value": 0}),
        json!([]),
        json!({}),
        json!("0 of 3"),
        json!("９"),
        json!(9_007_199_254_740_993_u64),
        json!("1e999"),
        json!("NaN"),
    ]
}
