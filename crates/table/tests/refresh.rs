//! Rows that come again: the cloud's own words, identity, what changed, and what is gone.
#![expect(clippy::unwrap_used, reason = "a helper may fail its test")]

#[path = "engine_parts/fleet.rs"]
mod fleet;
#[path = "engine_parts/reference.rs"]
mod reference;

use catalog::Table;
use proptest::prelude::*;
use serde_json::{Value, json};
use signalbox_table::engine::{Clock, Engine, Step};
use signalbox_table::{Rows, View};
use std::collections::BTreeMap;

const NOW: i64 = 1_795_316_400_000;

/// A row's texts, its own object among them.
fn texts(rows: &Rows, row: u32) -> (Vec<String>, String) {
    let columns = 0..rows.table().columns().len();
    let cells = columns.map(|column| rows.text(row, column).into_owned()).collect();
    (cells, rows.raw(row).into_owned())
}

/// The rows that are there, by id.
fn named(rows: &Rows) -> BTreeMap<String, (u32, (Vec<String>, String))> {
    let all = (0..rows.len() as u32).filter(|row| !rows.is_gone(*row));
    let named: BTreeMap<_, _> = all.map(|row| (rows.id(row), (row, texts(rows, row)))).collect();
    assert_eq!(named.len(), rows.count(), "two rows have one id");
    named
}

fn list(items: &[Value]) -> String {
    serde_json::to_string(items).unwrap()
}

fn walk(rows: &mut Rows, items: &[Value]) {
    rows.begin(0);
    rows.ingest(0, &list(items)).unwrap();
    rows.finish(0);
}

/// The same JSON with other white space.
fn spaced(value: &Value, style: u8) -> String {
    match style % 3 {
        0 => value.to_string(),
        1 => serde_json::to_string_pretty(value).unwrap(),
        _ => value.to_string().replace("\":", "\" :\t").replace(",\"", " ,\r\n\""),
    }
}

fn walks() -> impl Strategy<Value = (&'static Table, Vec<Vec<Value>>, Vec<View>)> {
    fleet::table_items_views().prop_flat_map(|(table, items, views)| {
        let some = proptest::sample::subsequence(items.clone(), 0..=items.len());
        (Just(table), prop::collection::vec(some, 1..5), Just(views))
    })
}

/// However many walks broke off before: a row that none of them brought has not come in the next one.
#[test]
fn no_number_of_broken_walks_brings_a_row_back() {
    let table = catalog::table("plans").unwrap();
    let mut rows = fleet::empty(table);
    walk(&mut rows, &[json!({"plan_id": "1"}), json!({"plan_id": "2"})]);
    for _ in 0..255 {
        rows.begin(0);
    }
    walk(&mut rows, &[json!({"plan_id": "1"})]);
    assert_eq!((rows.is_gone(0), rows.is_gone(1)), (false, true));
}

#[test]
#[should_panic(expected = "too many columns")]
fn a_table_has_no_more_columns_than_a_set_of_them_can_hold() {
    let own: Vec<_> = (0..26).map(|_| catalog::Column::text("id", "Id", "号")).collect();
    let plans = catalog::table("plans").unwrap();
    Rows::new(Box::leak(Box::new(Table {
        own: own.leak(),
        ..*plans
    })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// What is not kept comes back to the last space.
    #[test]
    fn the_clouds_own_words_come_back((table, items, _) in fleet::table_items_views(), style in any::<u8>()) {
        let source = table.sources().next().unwrap();
        let mut rows = fleet::empty(table);
        let mut expected = BTreeMap::new();
        for (at, item) in items.iter().enumerate() {
            let text = spaced(item, style.wrapping_add(at as u8 / 4));
            let before = rows.len();
            rows.ingest(0, &format!("[ {text} ]")).unwrap();
            let exploded = source.explode.is_some_and(|key| item[key].as_array().is_some_and(|list| !list.is_empty()));
            if exploded {
                continue;
            }
            // A row that was known has newer words; it is found by its values.
            let row = if rows.len() > before { before as u32 } else {
                (0..rows.len() as u32).find(|row| rows.raw(*row) == text).expect("the newer words of a known row")
            };
            expected.insert(row, text);
        }
        for (row, text) in expected {
            if source.explode.is_none() {
                prop_assert_eq!(rows.raw(row), text);
            }
        }
    }

    /// After any walks there are the rows of the last one, under the numbers that they had before, and the engine finds them.
    #[test]
    fn a_refresh_keeps_who_is_who((table, walks, views) in walks()) {
        let mut rows = fleet::empty(table);
        let mut engine = Engine::new();
        let mut before = BTreeMap::new();
        for (items, view) in walks.iter().zip(views.iter().cycle()) {
            rows.acknowledge();
            walk(&mut rows, items);
            let mut fresh = fleet::empty(table);
            fresh.ingest(0, &list(items)).unwrap();
            let (now, alone) = (named(&rows), named(&fresh));
            prop_assert_eq!(now.keys().collect::<Vec<_>>(), alone.keys().collect::<Vec<_>>());
            let mut changed = 0;
            let mut new = 0;
            for (id, (row, texts)) in &now {
                // Of rows that have the same values, any has the words of any.
                prop_assert_eq!(&texts.0, &alone[id].1.0, "{}", id);
                prop_assert!(id.contains("/#") || texts.1 == alone[id].1.1, "{}", id);
                prop_assert_eq!(rows.find(id), Some(*row));
                let change = rows.change(*row);
                if let Some((old, before)) = before.get(id) {
                    prop_assert_eq!(old, row, "{} has another number", id);
                    let (before, _): &(Vec<String>, String) = before;
                    prop_assert!(!id.contains("/#") || before == &texts.0, "{}", id);
                    for (column, (before, now)) in before.iter().zip(&texts.0).enumerate() {
                        // Values may differ and look alike (5 and "5"), never the other way round.
                        prop_assert!(before == now || change.columns & 1 << column != 0, "{} column {}", id, column);
                    }
                    prop_assert!(!change.new && !change.gone);
                    changed += usize::from(change.columns != 0);
                } else {
                    // It is new, or has got or lost a twin.
                    let twin = before.values().any(|(old, _)| old == row);
                    prop_assert!(change.new || twin, "{} is new", id);
                    new += usize::from(change.new);
                    changed += usize::from(!change.new && change.columns != 0);
                }
            }
            let gone = before.values().filter(|(row, _)| now.values().all(|(other, _)| other != row)).count();
            let changes = rows.changes();
            prop_assert_eq!((changes.new, changes.changed, changes.gone), (new, changed, gone));
            prop_assert_eq!(rows.count(), fresh.len());
            let mut of_targets = vec![0; rows.targets()];
            for row in (0..u32::try_from(rows.len()).unwrap()).filter(|row| !rows.is_gone(*row)) {
                of_targets[rows.target(row) as usize] += 1;
            }
            prop_assert_eq!(rows.by_target(), of_targets);

            let clock = Clock::utc(NOW);
            engine.update(&rows, view, &clock);
            let reference = reference::Reference::new(&rows);
            prop_assert_eq!(engine.matching(), reference.matching(view, &clock), "{:?}", view);
            for column in 0..table.columns().len() {
                prop_assert_eq!(engine.facet(&rows, view, column), reference.facet(view, &clock, column));
            }
            before = now;
        }
    }

    /// A snapshot tells what is new, changed and gone.
    #[test]
    fn a_snapshot_remembers((table, walks, _) in walks(), parts in 0..30) {
        let mut earlier = fleet::empty(table);
        walk(&mut earlier, &walks[0]);
        let snapshot = earlier.snapshot(NOW);
        let before = named(&earlier);
        let mut later = fleet::empty(table);
        // The comparison follows what comes, changes and goes, also what does so between two parts of it.
        for (at, items) in walks.iter().enumerate() {
            walk(&mut later, items);
            if at == 0 {
                later.compare(Some(&snapshot)).unwrap();
            }
            for _ in 0..parts {
                later.recompare_part();
            }
        }
        later.recompare();
        prop_assert_eq!(later.compared_with(), Some(NOW));
        let now = named(&later);
        let mut since = Vec::new();
        for (id, (row, texts)) in &now {
            let delta = later.delta(*row);
            prop_assert_eq!(delta.new, !before.contains_key(id), "{}", id);
            if let Some((_, (before, _))) = before.get(id) {
                for (column, (before, now)) in before.iter().zip(&texts.0).enumerate() {
                    prop_assert!(before != now || delta.columns & 1 << column == 0);
                }
            }
            if delta.new || delta.columns != 0 {
                since.push(*row);
            }
        }
        let mut vanished = later.vanished();
        vanished.sort();
        let gone: Vec<_> = before.keys().filter(|id| !now.contains_key(*id)).cloned().collect();
        prop_assert_eq!(vanished, gone);

        // The condition keeps what is new or has changed.
        let mut engine = Engine::new();
        engine.update(&later, &View::parse(table, "since=last"), &Clock::utc(NOW));
        let mut found = engine.matching().to_vec();
        found.sort_unstable();
        since.sort_unstable();
        prop_assert_eq!(found, since);
        later.compare(None).unwrap();
        engine.update(&later, &View::parse(table, "since=last"), &Clock::utc(NOW));
        prop_assert_eq!(engine.matching().len(), later.count());
    }

    /// What is not compared with any more leaves nothing behind, however far the comparison had come.
    #[test]
    fn a_comparison_can_be_given_up((table, walks, _) in walks(), parts in 0..30) {
        let mut rows = fleet::empty(table);
        walk(&mut rows, &walks[0]);
        let snapshot = rows.snapshot(NOW);
        walk(&mut rows, &walks[walks.len() - 1]);
        rows.compare(Some(&snapshot)).unwrap();
        for _ in 0..parts {
            rows.recompare_part();
        }
        rows.compare(None).unwrap();
        let version = rows.version();
        rows.recompare();
        rows.compare(None).unwrap();
        prop_assert_eq!(rows.version(), version, "nothing to compare with is nothing to do");
        prop_assert_eq!(rows.compared_with(), None);
        prop_assert!(rows.vanished().is_empty());
        for row in 0..rows.len() as u32 {
            prop_assert_eq!(rows.delta(row), signalbox_table::rows::Change::default());
        }
    }

    /// What a browser kept may be anything.
    #[test]
    fn no_bytes_are_a_danger((table, items, _) in fleet::table_items_views(), cut in any::<usize>(), flip in any::<usize>()) {
        let mut rows = fleet::empty(table);
        walk(&mut rows, &items);
        let mut snapshot = rows.snapshot(NOW);
        prop_assert!(rows.compare(Some(&snapshot[..cut % snapshot.len()])).is_err());
        let at = flip % snapshot.len();
        snapshot[at] ^= 1 << (flip % 8);
        let _ = rows.compare(Some(&snapshot));
        rows.vanished();
        rows.delta(0);
    }

    /// Work cut into parts, with rows arriving in between, ends where work in one piece does.
    #[test]
    fn parts_of_the_work_end_alike((table, items, views) in fleet::table_items_views(), pauses in prop::collection::vec(0usize..6, 1..8)) {
        let clock = Clock::utc(NOW);
        let mut rows = fleet::empty(table);
        let mut engine = Engine::new();
        let mut batches = items.chunks(3).enumerate();
        for (pause, view) in pauses.iter().zip(views.iter().cycle()) {
            if let Some((at, batch)) = batches.next() {
                rows.ingest(at as u32 % 2, &list(batch)).unwrap();
            }
            for _ in 0..*pause {
                if let Step::Done(_) = engine.step(&rows, view, &clock) {
                    prop_assert!(engine.matching().iter().all(|row| (*row as usize) < rows.len()));
                }
            }
        }
        let view = &views[0];
        engine.update(&rows, view, &clock);
        prop_assert_eq!(engine.matching(), reference::Reference::new(&rows).matching(view, &clock));
    }
}

#[test]
fn labels_of_a_target_are_cells_of_its_rows_and_follow_the_next_walk() {
    let source = catalog::source("alibaba.oos.instance-patch-states").unwrap();
    let table = source.table;
    let mut rows = Rows::new(table);
    let item = json!({"InstanceId": "i-1", "BaselineId": "b", "MissingCount": "0"});
    let target = rows.add_target("alibaba", "prod", "here", source);
    let other = rows.add_target("alibaba", "test", "here", source);
    rows.label_target(target, "prod", "");
    let labels = |rows: &Rows, row| ["env", "team"].map(|id| rows.text(row, table.index(id).unwrap()).into_owned());
    rows.ingest(target, &list(std::slice::from_ref(&item))).unwrap();
    rows.ingest(other, &list(std::slice::from_ref(&item))).unwrap();
    assert_eq!(labels(&rows, 0), ["prod", ""]);
    assert_eq!(labels(&rows, 1), ["", ""]);
    // The account is known again, whatever it is called, and so are its rows.
    assert_eq!(rows.add_target("alibaba", "prod", "here", source), target);
    rows.label_target(target, "stage", "pay");
    assert_eq!(labels(&rows, 0), ["prod", ""]);
    walk(&mut rows, &[item]);
    assert_eq!(
        (rows.count(), labels(&rows, 0)),
        (2, ["stage", "pay"].map(str::to_owned))
    );
}
