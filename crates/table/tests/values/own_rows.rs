//! Rows that nothing but their values tells apart: each is a row, and stays the one that it is.

use crate::given::{NOW, PATCHES, PLUGINS, TICKETS, empty, matching, node, patch};
use catalog::Phase;
use serde_json::{Value, json};
use signalbox_table::Rows;

/// Rows of one cluster, in order of arrival: which row each is, and whether it is new or changed since the last call.
fn walk(rows: &mut Rows, nodes: &[Value]) -> Vec<(String, bool)> {
    rows.acknowledge();
    rows.begin(0);
    rows.ingest(
        0,
        &json!([{"ClusterId": "c1", "NodePluginInfoList": nodes}]).to_string(),
    )
    .unwrap();
    rows.finish(0);
    let shown = matching(rows, "sort=machine,private_ip");
    shown.iter().map(|row| (rows.id(*row), rows.change(*row).new)).collect()
}

#[test]
fn machines_without_ids_are_rows_of_their_own() {
    let machine = |n: u32, installed: bool| json!({"MachineName": format!("m{n}"), "instanceId": "", "Uuid": null, "PluginName": "alihips", "Installed": installed, "Online": true});
    let mut rows = empty(PLUGINS);
    let all = [machine(1, false), machine(2, false), machine(3, false)];
    let before = walk(&mut rows, &all);
    assert_eq!(before.len(), 3);
    // They stay who they are, in whatever order they come.
    let mut turned = all.clone();
    turned.reverse();
    let again = walk(&mut rows, &turned);
    assert_eq!(
        before.iter().map(|(id, _)| (id.clone(), false)).collect::<Vec<_>>(),
        again
    );
    // One that is not as it was is another: nobody can say that it is the same.
    let after = walk(&mut rows, &[machine(1, false), machine(2, true), machine(3, false)]);
    assert_eq!(
        after.iter().map(|(_, new)| *new).collect::<Vec<_>>(),
        [false, true, false]
    );
    assert_eq!(
        (rows.changes().new, rows.changes().changed, rows.changes().gone),
        (1, 0, 1)
    );
    // Two that differ in nothing are two.
    assert_eq!(walk(&mut rows, &[machine(1, false), machine(1, false)]).len(), 2);
    // An answer of nothing but such rows is no danger.
    let many = vec![json!({}); 20_000];
    assert_eq!(walk(&mut rows, &many).len(), 20_000);
    assert_eq!(walk(&mut rows, &many).iter().filter(|(_, new)| *new).count(), 0);
}

#[test]
fn a_visit_later_rows_of_their_own_are_known_again() {
    let machine = |n: u32, online: bool| json!({"MachineName": format!("m{n}"), "PluginName": "alihips", "Installed": true, "Online": online});
    let clone = |n: u32, online: bool| node(7, &json!({"MachineName": format!("clone-{n}"), "Online": online}));
    let mut earlier = empty(PLUGINS);
    walk(
        &mut earlier,
        &[
            machine(1, true),
            machine(2, true),
            clone(1, true),
            clone(2, true),
            node(8, &json!({})),
        ],
    );
    let snapshot = earlier.snapshot(NOW);
    let mut later = empty(PLUGINS);
    let now = [
        clone(2, true),
        clone(1, false),
        machine(2, false),
        machine(1, true),
        node(8, &json!({"Online": false})),
    ];
    walk(&mut later, &now);
    later.compare(Some(&snapshot)).unwrap();
    later.recompare();
    let of = |rows: &Rows, name: &str| {
        let row = matching(rows, &format!("machine={name}"))[0];
        let delta = rows.delta(row);
        (delta.new, delta.columns != 0)
    };
    for (name, expected) in [
        ("m1", (false, false)),
        ("m2", (true, false)),
        ("clone-1", (true, false)),
        ("clone-2", (false, false)),
        ("m8", (false, true)),
    ] {
        assert_eq!(of(&later, name), expected, "{name}");
    }
    let gone = |name: &str| earlier.id(matching(&earlier, &format!("machine={name}"))[0]);
    let mut vanished = later.vanished();
    vanished.sort();
    let mut expected = [gone("m2"), gone("clone-1")];
    expected.sort();
    assert_eq!(vanished, expected);
}

#[test]
fn one_identity_does_not_swallow_another_machine() {
    let clone = |n: u32, version: &str| {
        node(
            7,
            &json!({"MachineName": format!("clone-{n}"), "PluginVersion": version}),
        )
    };
    let mut rows = empty(PLUGINS);
    let both = walk(&mut rows, &[clone(1, "1"), clone(2, "1")]);
    assert_eq!(both.len(), 2);
    // The same once more is the same.
    let again = walk(&mut rows, &[clone(2, "1"), clone(1, "1"), clone(2, "1")]);
    assert_eq!(
        again,
        both.iter().map(|(id, _)| (id.clone(), false)).collect::<Vec<_>>()
    );
    // Nobody can say which of the two has changed.
    walk(&mut rows, &[clone(2, "2"), clone(1, "1")]);
    assert_eq!(
        (rows.changes().new, rows.changes().changed, rows.changes().gone),
        (1, 0, 1)
    );
    // Once it is alone, it has the identity to itself, and changes like any other.
    walk(&mut rows, &[clone(2, "2")]);
    let alone = walk(&mut rows, &[clone(2, "3")]);
    assert_eq!(alone, [("prod/c1/i-7/alihips".to_owned(), false)]);
    assert_eq!(
        (rows.changes().new, rows.changes().changed, rows.changes().gone),
        (0, 1, 0)
    );
    assert_eq!(rows.find("prod/c1/i-7/alihips"), matching(&rows, "").first().copied());
    // Pages of one walk are no different from one page.
    let mut patches = empty(PATCHES);
    for missing in [3, 4, 3] {
        patches
            .ingest(0, &json!([patch(1, "MissingCount", &json!(missing))]).to_string())
            .unwrap();
    }
    assert_eq!(patches.count(), 2);
}

/// Where rows are counted from the first, one that is new moves all others a place further, and the last of a page comes again on the next.
#[test]
fn what_a_moving_list_brings_again_is_newer() {
    let ticket = |status: &str| json!({"execution_id": "EX1", "status": status}).to_string();
    let mut rows = empty(TICKETS);
    rows.begin(0);
    rows.ingest(0, &format!("[{}]", ticket("Running"))).unwrap();
    rows.ingest(0, &format!("[{}]", ticket("Succeed"))).unwrap();
    rows.finish(0);
    assert_eq!((rows.count(), rows.phase(0)), (1, Phase::Succeeded));
    // On one page nothing comes twice.
    rows.begin(0);
    rows.ingest(0, &format!("[{},{}]", ticket("Running"), ticket("Failed")))
        .unwrap();
    rows.finish(0);
    assert_eq!(rows.count(), 2);
}
