//! Matters against a reference that goes from row to row and knows no codes.

use super::{NOW, batches, fleet, reference};
use catalog::{Phase, ResourceKind};
use proptest::prelude::*;
use serde_json::{Value, json};
use signalbox_table::engine::matters::{Mark, Marking, Matter, Matters, Next, Reason, SeenMarks, Telling, most_urgent};
use signalbox_table::rows::Snapshotting;
use signalbox_table::{Clock, Rows};
use std::collections::{BTreeMap, BTreeSet};

fn told(rows: &Rows, seen: SeenMarks) -> Matters {
    let mut telling = Telling::begin(rows, NOW, seen);
    std::iter::from_fn(|| Some(telling.step(rows)))
        .find_map(|told| told)
        .unwrap()
}

fn matters(rows: &Rows, told: &Matters) -> Vec<Matter> {
    (0..told.len()).map(|at| told.matter(rows, at).unwrap()).collect()
}

fn mark(rows: &Rows, told: &Matters, at: usize) -> Mark {
    let mut marking: Marking = told.marking(rows, at).unwrap();
    std::iter::from_fn(|| Some(marking.step(rows)))
        .find_map(|mark| mark)
        .unwrap()
}

/// The rows that need someone, by what makes them one matter.
fn reference(rows: &Rows) -> BTreeMap<(&'static str, Vec<String>), BTreeSet<u32>> {
    let columns = rows.table().roles().unwrap().matter;
    let mut found: BTreeMap<_, BTreeSet<u32>> = BTreeMap::new();
    for row in (0..rows.len() as u32).filter(|row| !rows.is_gone(*row)) {
        let phase = rows.phase(row);
        if phase != Phase::Failed && phase != Phase::Action {
            continue;
        }
        let mut values: Vec<String> = columns
            .iter()
            .map(|id| rows.text(row, rows.table().index(id).unwrap()).into_owned())
            .collect();
        if !values[0].is_empty() {
            values.truncate(1);
        }
        found.entry((phase.id(), values)).or_default().insert(row);
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    /// Every row that needs someone is in exactly one matter, no other row is in any, and the view of a matter shows exactly its rows.
    #[test]
    fn every_row_that_needs_someone_is_in_one_matter(
        (table, items, _) in fleet::table_items_views(),
        cuts in prop::collection::vec(any::<usize>(), 0..3),
    ) {
        let mut rows = fleet::empty(table);
        for (step, batch) in batches(&items, &cuts).into_iter().enumerate() {
            rows.ingest(step as u32 % 2, &serde_json::to_string(batch).unwrap()).unwrap();
        }
        let told = told(&rows, SeenMarks::default());
        let wanted = reference(&rows);
        let mut found = BTreeMap::new();
        for at in 0..told.len() {
            let matter = told.matter(&rows, at).unwrap();
            let own: BTreeSet<u32> = told.rows_of(at).iter().copied().collect();
            prop_assert_eq!(own.len(), matter.rows);
            let shown = reference::Reference::new(&rows).matching(&matter.view, &Clock::utc(NOW));
            prop_assert_eq!(shown.into_iter().collect::<BTreeSet<u32>>(), own.clone(), "{:?}", matter.view);
            prop_assert!(matter.view.items().iter().all(|item| item.understood), "{:?}", matter.view);
            let values = matter.values.iter().map(|(_, value)| value.clone()).collect();
            prop_assert!(found.insert((matter.phase.id(), values), own).is_none(), "two matters of one kind");
            prop_assert_eq!(matter.places.iter().map(|place| place.rows).sum::<usize>(), matter.rows);
            prop_assert!(!matter.seen && !matter.known && matter.fresh.is_none());
        }
        prop_assert_eq!(found, wanted);
        prop_assert_eq!(told.rows(), (0..rows.len() as u32).filter(|row| rows.phase(*row).needs_someone()).count());
        let keys: BTreeSet<u64> = matters(&rows, &told).iter().map(|matter| matter.key).collect();
        prop_assert_eq!(keys.len(), told.len());

        // All of them in a list with room for all, failed ones first.
        let listed = most_urgent(&[&told], 99);
        prop_assert_eq!(listed.iter().map(|(_, at)| *at).collect::<BTreeSet<_>>(), (0..told.len()).collect());
        let phases: Vec<Phase> = listed.iter().map(|(_, at)| told.matter(&rows, *at).unwrap().phase).collect();
        prop_assert!(phases.windows(2).all(|pair| pair[0] == Phase::Failed || pair[1] != Phase::Failed));
    }
}

const DAY: i64 = 86_400_000;

fn tickets(items: &Value) -> Rows {
    let mut rows = fleet::empty(catalog::table("tickets").unwrap());
    rows.ingest(0, &items.to_string()).unwrap();
    rows.ingest(1, &json!([]).to_string()).unwrap();
    rows
}

fn ticket(id: &str, document: &str, status: &str, days: i64) -> Value {
    json!({
        "execution_id": id, "document_id": document, "document_name": format!("Job {document}"), "status": status,
        "start_time": NOW - days * DAY, "end_time": NOW - days * DAY + 60_000,
    })
}

fn found<'a>(matters: &'a [Matter], path: &str) -> &'a Matter {
    let all: Vec<_> = matters.iter().map(|matter| matter.view.path()).collect();
    let at = all.iter().position(|known| known == path);
    assert!(at.is_some(), "{path} is none of {all:?}");
    &matters[at.unwrap()]
}

#[test]
fn runs_of_one_document_are_one_matter() {
    let rows = tickets(&json!([
        ticket("1", "DM1", "Failed", 3),
        ticket("2", "DM1", "Timeout", 1),
        ticket("3", "DM1", "Succeed", 2),
        ticket("4", "DM1", "Pending", 0),
        ticket("5", "DM2", "Failed", 9),
        {"execution_id": "6", "status": "Failed", "document_name": "Nameless"},
    ]));
    let all = matters(&rows, &told(&rows, SeenMarks::default()));
    assert_eq!(all.len(), 4);
    let failed = found(&all, "/tickets?phase=failed&document=DM1");
    assert_eq!((failed.rows, failed.runs), (2, Some(4)));
    assert_eq!(failed.name.as_deref(), Some("Job DM1"));
    assert_eq!(failed.begun, Some((NOW - 3 * DAY, NOW - DAY)));
    assert_eq!(failed.ids, [(ResourceKind::Document, vec!["DM1".to_owned()])]);
    assert_eq!(found(&all, "/tickets?phase=action&document=DM1").rows, 1);
    // Where the document is not known the name has to do; how many others ran nobody can say.
    let nameless = found(&all, "/tickets?phase=failed&name=Nameless&document=is.empty");
    assert_eq!((nameless.rows, nameless.runs, nameless.begun), (1, None, None));
}

#[test]
fn one_error_is_one_matter_on_many_nodes() {
    let mut rows = fleet::empty(catalog::table("plugins").unwrap());
    let node = |number: u32, error: &str, online: bool| {
        json!({"InstanceId": format!("i-{}", number / 2), "PluginName": format!("p{number}"), "Installed": true, "Online": online,
            "ErrorCode": error, "ErrorMsg": format!("{error} {number}")})
    };
    let cluster = |id: &str, nodes: Value| json!({"ClusterId": id, "ClusterName": id, "ClusterStatus": "NORMAL", "NodePluginInfoList": nodes});
    let items = json!([
        cluster(
            "c1",
            json!([
                node(0, "DiskFull", true),
                node(1, "DiskFull", false),
                node(2, "", false)
            ])
        ),
        cluster("c2", json!([node(4, "DiskFull", true), node(5, "", true)])),
    ]);
    rows.ingest(0, &items.to_string()).unwrap();
    let told = told(&rows, SeenMarks::default());
    let all = matters(&rows, &told);
    assert_eq!(all.len(), 2, "{all:?}");
    let failed = found(&all, "/plugins?phase=failed&error=DiskFull");
    assert_eq!(failed.rows, 3);
    assert_eq!(
        failed.resources,
        [(ResourceKind::Cluster, 2), (ResourceKind::Instance, 2)]
    );
    assert!(
        matches!(&failed.reasons[..], [Reason::Text { text, several: true, .. }] if text == "DiskFull 4"),
        "{failed:?}"
    );
    let offline = found(&all, "/plugins?phase=action&installed=true&online=false&error=is.empty");
    assert_eq!((offline.rows, offline.begun), (1, None));
}

#[test]
fn patches_are_one_matter_an_account_with_their_sums() {
    let mut rows = fleet::empty(catalog::table("patches").unwrap());
    let patch = |id: &str, missing: u32| json!({"InstanceId": id, "BaselineId": "pb", "MissingCount": missing, "FailedCount": 0, "InstalledPendingRebootCount": 0});
    rows.ingest(0, &json!([patch("a", 2), patch("b", 40), patch("c", 0)]).to_string())
        .unwrap();
    rows.ingest(1, &json!([patch("d", 1)]).to_string()).unwrap();
    let all = matters(&rows, &told(&rows, SeenMarks::default()));
    assert_eq!(all.len(), 2);
    let prod = found(&all, "/patches?account=prod&phase=action");
    assert_eq!(prod.rows, 2);
    let sums: Vec<f64> = prod
        .reasons
        .iter()
        .filter_map(|reason| {
            if let Reason::Sum { sum, .. } = reason {
                Some(sum.sum)
            } else {
                None
            }
        })
        .collect();
    assert_eq!(sums, [42.0]);
}

#[test]
fn what_is_planned_next_is_known_by_the_resource() {
    let mut rows = fleet::empty(catalog::table("plans").unwrap());
    let plan = |id: &str, cluster: &str, state: &str, days: i64| {
        json!({"plan_id": id, "cluster_id": cluster, "state": state, "start_time": signalbox_table::time::format(NOW + days * DAY),
            "state_reason": if state == "Failed" { json!({"code": "NodeNotReady", "message": "no"}) } else { Value::Null }})
    };
    let items = json!([
        plan("1", "c1", "Failed", -1),
        plan("2", "c1", "Scheduled", 3),
        plan("3", "c1", "Scheduled", 2),
        plan("4", "c1", "Scheduled", -2),
        plan("5", "c2", "Scheduled", 1),
    ]);
    rows.ingest(0, &items.to_string()).unwrap();
    let told = told(&rows, SeenMarks::default());
    let matter = told.matter(&rows, 0).unwrap();
    assert_eq!(matter.view.path(), "/plans?phase=failed&reason=NodeNotReady");
    let (kind, ids) = &matter.ids[0];
    let next = told.next(&rows, *kind, ids);
    assert_eq!(
        next,
        Some(Next {
            begin: NOW + 2 * DAY,
            row: 2
        })
    );
    assert_eq!(told.next(&rows, *kind, &["c3".to_owned()]), None);
}

/// Seen is what was there when it was marked: a row that comes makes a matter unseen, one that goes does not.
#[test]
fn a_matter_is_seen_until_a_row_comes() {
    let before = tickets(&json!([
        ticket("1", "DM1", "Failed", 3),
        ticket("2", "DM1", "Failed", 2),
        ticket("3", "DM2", "Failed", 1)
    ]));
    let told_before = told(&before, SeenMarks::default());
    let at = (0..told_before.len())
        .find(|at| told_before.matter(&before, *at).unwrap().rows == 2)
        .unwrap();
    let key = told_before.matter(&before, at).unwrap().key;
    let marks: SeenMarks = [(key, mark(&before, &told_before, at))].into_iter().collect();
    for (items, seen) in [
        (
            json!([ticket("1", "DM1", "Failed", 3), ticket("2", "DM1", "Failed", 2)]),
            true,
        ),
        (json!([ticket("2", "DM1", "Failed", 2)]), true),
        (
            json!([ticket("2", "DM1", "Failed", 2), ticket("9", "DM1", "Failed", 0)]),
            false,
        ),
    ] {
        let rows = tickets(&items);
        let matter = told(&rows, marks.clone()).matter(&rows, 0).unwrap();
        assert_eq!((matter.key, matter.known, matter.seen), (key, true, seen), "{items}");
    }
    // What has been seen stands last.
    let told = told(&before, marks);
    assert_eq!(told.seen(), 1);
    let listed = most_urgent(&[&told], 9);
    assert_eq!(told.matter(&before, listed[1].1).unwrap().key, key);
}

/// New is what was not there at the last visit, or needed nobody then.
#[test]
fn what_needs_someone_newly_is_fresh_and_first() {
    let then = tickets(&json!([
        ticket("1", "DM1", "Failed", 0),
        ticket("2", "DM2", "Running", 9),
        ticket("3", "DM3", "Failed", 8),
    ]));
    let mut taking = Snapshotting::begin(&then, NOW - DAY);
    let snapshot = std::iter::from_fn(|| Some(taking.part(&then)))
        .find_map(|bytes| bytes)
        .unwrap();
    let mut rows = tickets(&json!([
        ticket("1", "DM1", "Failed", 0),
        ticket("2", "DM2", "Failed", 9),
        ticket("3", "DM3", "Failed", 8),
        ticket("4", "DM3", "Failed", 7),
    ]));
    rows.compare(Some(&snapshot)).unwrap();
    rows.recompare();
    let told = told(&rows, SeenMarks::default());
    let listed = most_urgent(&[&told], 9).into_iter();
    let listed: Vec<_> = listed
        .map(|(_, at)| {
            let matter = told.matter(&rows, at).unwrap();
            (matter.ids[0].1[0].clone(), matter.fresh)
        })
        .collect();
    let wanted = [("DM3", 1), ("DM2", 1), ("DM1", 0)];
    assert_eq!(listed, wanted.map(|(id, fresh)| (id.to_owned(), Some(fresh))));
}

/// A short list has something of every table, however many matters one of them has.
#[test]
fn no_table_pushes_the_others_out() {
    let many: Vec<_> = (0..50)
        .map(|at| ticket(&at.to_string(), &format!("DM{at}"), "Failed", at))
        .collect();
    let rows = tickets(&json!(many));
    let mut patches = fleet::empty(catalog::table("patches").unwrap());
    let patch = json!([{"InstanceId": "a", "BaselineId": "pb", "MissingCount": 1, "FailedCount": 0, "InstalledPendingRebootCount": 0}]);
    patches.ingest(0, &patch.to_string()).unwrap();
    let (first, second) = (told(&rows, SeenMarks::default()), told(&patches, SeenMarks::default()));
    let listed = most_urgent(&[&first, &second], 3);
    let newest: Vec<_> = listed[..2]
        .iter()
        .map(|(_, at)| first.matter(&rows, *at).unwrap().ids[0].1[0].clone())
        .collect();
    assert_eq!(newest, ["DM0", "DM1"]);
    assert_eq!(listed[2], (1, 0));
    assert_eq!(most_urgent(&[], 3), []);
}

/// Work that is under way begins anew when rows change that were there, and is not disturbed by rows that come.
#[test]
fn rows_that_change_meanwhile_are_told_as_they_are_then() {
    let mut rows = tickets(&json!([ticket("1", "DM1", "Failed", 3)]));
    let mut telling = Telling::begin(&rows, NOW, SeenMarks::default());
    assert!(telling.step(&rows).is_none());
    rows.begin(0);
    rows.ingest(
        0,
        &json!([ticket("1", "DM1", "Succeed", 3), ticket("2", "DM2", "Failed", 1)]).to_string(),
    )
    .unwrap();
    let told = std::iter::from_fn(|| Some(telling.step(&rows)))
        .find_map(|told| told)
        .unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(
        told.matter(&rows, 0).unwrap().view.path(),
        "/tickets?phase=failed&document=DM2"
    );
}
