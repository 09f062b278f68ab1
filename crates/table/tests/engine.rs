//! The engine against a reference that knows no dictionaries, masks or ranks: row objects, filtered, counted and sorted one by one.
#![expect(clippy::unwrap_used, reason = "a helper may fail its test")]

#[path = "engine_parts/fleet.rs"]
mod fleet;
#[path = "engine_parts/groups.rs"]
mod groups;
#[path = "engine_parts/matters.rs"]
mod matters;
#[path = "engine_parts/reference.rs"]
mod reference;

use proptest::prelude::*;
use signalbox_table::engine::{Clock, Count, Engine, FacetValue};
use signalbox_table::rows::Cell;
use signalbox_table::{Rows, View, fold};

const NOW: i64 = 1_795_316_400_000;

/// A table with rows from `items`, which come in batches that end at `cuts`.
fn batches<'a>(items: &'a [serde_json::Value], cuts: &'a [usize]) -> Vec<&'a [serde_json::Value]> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut % (items.len() + 1)).collect();
    places.extend([0, items.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| &items[pair[0]..pair[1]]).collect()
}

fn check(engine: &mut Engine, rows: &Rows, view: &View, clock: &Clock<'_>) {
    let before = (engine.matching().to_vec(), counts(engine, rows, view));
    let changed = engine.update(rows, view, clock);
    let after = (engine.matching().to_vec(), counts(engine, rows, view));
    assert!(changed || before == after, "a change was kept quiet: {view:?}");

    let reference = reference::Reference::new(rows);
    assert_eq!(after.0, reference.matching(view, clock), "{view:?}");
    for (column, found) in after.1.iter().enumerate() {
        assert_eq!(*found, reference.facet(view, clock, column), "{view:?} column {column}");
    }
    for (column, facet) in after.1.iter().enumerate() {
        for (begins, limit) in [("", 3), ("i", 2), ("2", 9), ("失", 1)] {
            beginning(facet, begins, &engine.beginning(rows, column, begins, limit), limit);
        }
    }
    for (place, row) in after.0.iter().enumerate() {
        assert_eq!(engine.position(*row), Some(place));
    }
    assert!(!engine.update(rows, view, clock), "nothing changed: {view:?}");
}

/// The values that begin with a text, held against all values of the facet.
fn beginning(facet: &[FacetValue], begins: &str, found: &[(String, u32)], limit: usize) {
    let fits = |value: &&FacetValue| {
        value.count > 0 && !value.value.is_empty() && fold::text(&value.value).starts_with(begins)
    };
    let all: Vec<_> = facet
        .iter()
        .filter(fits)
        .map(|value| (value.value.clone(), value.count))
        .collect();
    assert!(found.iter().all(|value| all.contains(value)), "{found:?} of {all:?}");
    let mut most: Vec<u32> = all.iter().map(|(_, count)| *count).collect();
    most.sort_unstable_by(|a, b| b.cmp(a));
    most.truncate(limit);
    assert_eq!(
        found.iter().map(|(_, count)| *count).collect::<Vec<_>>(),
        most,
        "{found:?} of {all:?}"
    );
}

fn counts(engine: &Engine, rows: &Rows, view: &View) -> Vec<Vec<FacetValue>> {
    let columns = 0..rows.table().columns().len();
    columns.map(|column| engine.facet(rows, view, column)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    /// One engine follows rows that arrive in any batches while the view changes, and is always right.
    #[test]
    fn follows_rows_and_views(
        (table, items, views) in fleet::table_items_views(),
        cuts in prop::collection::vec(any::<usize>(), 0..4),
        offset in -2i64..3,
    ) {
        let midnight = move |date| signalbox_table::time::midnight(date) - offset * 3_600_000;
        let mut rows = fleet::empty(table);
        let mut engine = Engine::new();
        let mut views = views.iter().cycle();
        for (step, batch) in batches(&items, &cuts).into_iter().enumerate() {
            let clock = Clock { now: NOW + step as i64 * 3_600_000, midnight: &midnight };
            rows.ingest(step as u32 % 2, &serde_json::to_string(batch).unwrap()).unwrap();
            for _ in 0..2 {
                check(&mut engine, &rows, views.next().unwrap(), &clock);
            }
        }
    }

    /// What a link counts is what its view shows, with one engine for one view after the other.
    #[test]
    fn counts_are_those_of_the_view(
        (table, items, views) in fleet::table_items_views(),
        cuts in prop::collection::vec(any::<usize>(), 0..3),
    ) {
        let clock = Clock::utc(NOW);
        let mut rows = fleet::empty(table);
        let mut counting = Engine::new();
        for (step, batch) in batches(&items, &cuts).into_iter().enumerate() {
            rows.ingest(step as u32 % 2, &serde_json::to_string(batch).unwrap()).unwrap();
            for view in &views {
                let matching = reference::Reference::new(&rows).matching(view, &clock);
                for column in 0..table.columns().len() {
                    let mut values = std::collections::BTreeSet::new();
                    for row in &matching {
                        match rows.cell(*row, column) {
                            Cell::List(items) => values.extend(items.map(str::to_owned)),
                            Cell::Empty => {}
                            _ => _ = values.insert(rows.text(*row, column).into_owned()),
                        }
                    }
                    let wanted = Count { rows: matching.len(), different: values.len() };
                    prop_assert_eq!(counting.count(&rows, view, &clock, Some(column)), wanted, "{:?} column {}", view, column);
                }
                prop_assert_eq!(counting.count(&rows, view, &clock, None).rows, matching.len());
            }
        }
    }

    /// The same items make the same rows, however they are cut into batches. (Where a list moves while it is read, what comes again in a later batch is
    /// newer; here nothing does.)
    #[test]
    fn batches_do_not_matter(
        (table, mut items, _) in fleet::table_items_views(),
        cuts in prop::collection::vec(any::<usize>(), 0..6),
    ) {
        let mut seen = std::collections::HashSet::new();
        let moves = table.sources().any(|source| source.moves);
        items.retain(|item| !moves || seen.insert(item["execution_id"].to_string().trim_matches('"').to_owned()));
        let mut once = fleet::empty(table);
        let all = once.ingest(0, &serde_json::to_string(&items).unwrap()).unwrap();
        prop_assert_eq!(all, once.len());
        let mut bit_by_bit = fleet::empty(table);
        let mut new = 0;
        for batch in batches(&items, &cuts) {
            new += bit_by_bit.ingest(0, &serde_json::to_string(batch).unwrap()).unwrap();
        }
        prop_assert_eq!(new, all);
        let mut ids = std::collections::HashSet::new();
        for row in 0..once.len() as u32 {
            for column in 0..table.columns().len() {
                prop_assert_eq!(once.cell(row, column), bit_by_bit.cell(row, column));
            }
            let id = once.id(row);
            prop_assert_eq!(&id, &bit_by_bit.id(row));
            prop_assert_eq!(once.raw(row), bit_by_bit.raw(row));
            prop_assert_eq!(once.find(&id), Some(row), "{}", id);
            prop_assert!(ids.insert(id), "one id for two rows");
        }
    }

    /// Letters come and go in the search box while rows arrive and change in place: what a word was found in before is of use only as far as it is
    /// still true.
    #[test]
    fn letters_come_and_go(steps in prop::collection::vec((0usize..8, 0u8..6, 0usize..6), 1..24)) {
        let table = catalog::table("patches").unwrap();
        let (clock, groups) = (Clock::utc(NOW), ["web-1", "web-2", "WEB", "db", "we", ""]);
        let mut rows = fleet::empty(table);
        let mut engine = Engine::new();
        for (letters, instance, group) in steps {
            let word = ["", "", "w", "we", "web", "web-", "web-1", "d"][letters];
            check(&mut engine, &rows, &View::parse(table, &format!("q={word}")), &clock);
            let item = serde_json::json!([{"InstanceId": format!("i{instance}"), "PatchGroup": groups[group]}]);
            rows.ingest(0, &item.to_string()).unwrap();
        }
    }
}

#[test]
fn another_table_begins_anew() {
    let clock = Clock::utc(NOW);
    let mut engine = Engine::new();
    for id in ["patches", "tickets", "patches"] {
        let table = catalog::table(id).unwrap();
        let mut rows = fleet::empty(table);
        rows.ingest(0, "[{},{},{}]").unwrap();
        assert!(engine.update(&rows, &View::new(table), &clock));
        assert_eq!(engine.matching(), [0, 1, 2]);
    }
}

#[test]
fn time_passing_changes_only_what_it_touches() {
    let table = catalog::table("patches").unwrap();
    let mut rows = fleet::empty(table);
    rows.ingest(0, r#"[{"InstanceId":"a","OperationEndTime":"2026-11-22T02:30:00Z"}]"#)
        .unwrap();
    let view = View::parse(table, "end=-1h..");
    let mut engine = Engine::new();
    assert!(engine.update(&rows, &view, &Clock::utc(NOW)));
    assert!(!engine.update(&rows, &view, &Clock::utc(NOW + 60_000)));
    assert_eq!(engine.matching(), [0]);
    assert!(engine.update(&rows, &view, &Clock::utc(NOW + 1_860_000)));
    assert_eq!(engine.matching(), [0u32; 0]);
}

#[test]
fn suggestions_are_documented_values_first_then_frequent_ones() {
    let table = catalog::table("patches").unwrap();
    let mut rows = fleet::empty(table);
    let operations = ["zap", "install", "zap", "scan", "other", "", "-"];
    let items: Vec<_> = operations
        .iter()
        .enumerate()
        .map(|(at, operation)| serde_json::json!({"InstanceId": at, "OperationType": operation}))
        .collect();
    rows.ingest(0, &serde_json::to_string(&items).unwrap()).unwrap();
    let column = table.index("operation").unwrap();
    let engine = Engine::new();
    assert_eq!(engine.distinct(&rows, column, 9), ["scan", "install", "zap", "other"]);
    assert_eq!(engine.distinct(&rows, column, 3), ["scan", "install", "zap"]);
    assert!(engine.distinct(&rows, 999, 3).is_empty());
}

/// What is no number has no list of values to stand in, so its tick is a search of its own.
#[test]
fn a_ticked_value_of_another_kind_stays_though_no_row_is_left() {
    let table = catalog::table("patches").unwrap();
    let mut rows = fleet::empty(table);
    let items = r#"[{"InstanceId": "a", "MissingCount": "n/a"}, {"InstanceId": "b", "MissingCount": 2}]"#;
    rows.ingest(0, items).unwrap();
    let (mut engine, clock) = (Engine::new(), Clock::utc(NOW));
    let view = View::parse(table, "missing=has.n/a&q=nowhere");
    check(&mut engine, &rows, &view, &clock);
    let missing = engine.facet(&rows, &view, table.index("missing").unwrap());
    let ticked = missing
        .iter()
        .find(|value| value.value == "n/a")
        .map(|value| (value.count, value.ticked));
    assert_eq!(ticked, Some((0, true)));
}

#[test]
fn a_row_that_changes_in_place_moves() {
    let table = catalog::table("patches").unwrap();
    let clock = Clock::utc(NOW);
    let view = View::parse(table, "sort=-missing&missing=gt.0&q=web");
    let mut rows = fleet::empty(table);
    let mut engine = Engine::new();
    let batch = |first: u32, group: &str| {
        serde_json::json!([
            {"InstanceId": "a", "BaselineId": "pb", "MissingCount": first, "PatchGroup": group},
            {"InstanceId": "b", "BaselineId": "pb", "MissingCount": 2, "PatchGroup": "web"},
        ])
    };
    for (first, group, found) in [
        (1, "web", &[1, 0][..]),
        (3, "web", &[0, 1]),
        (3, "db", &[1]),
        (0, "web", &[1]),
        (9, "web", &[0, 1]),
    ] {
        rows.begin(0);
        rows.ingest(0, &batch(first, group).to_string()).unwrap();
        assert_eq!(rows.len(), 2);
        assert!(engine.update(&rows, &view, &clock));
        assert_eq!(engine.matching(), found);
        check(&mut engine, &rows, &view, &clock);
    }
    rows.ingest(0, &batch(9, "web").to_string()).unwrap();
    assert!(!engine.update(&rows, &view, &clock), "the same again");
}

/// Which target answers first is chance; what a link shows is not.
#[test]
fn the_order_does_not_depend_on_which_target_answers_first() {
    let table = catalog::table("patches").unwrap();
    let shown = |answers: &[u32]| {
        let mut rows = fleet::empty(table);
        for target in answers {
            let batch =
                serde_json::json!([{"InstanceId": "b", "MissingCount": 1}, {"InstanceId": "a", "MissingCount": 1}]);
            rows.ingest(*target, &batch.to_string()).unwrap();
        }
        let mut engine = Engine::new();
        engine.update(&rows, &View::parse(table, "sort=missing"), &Clock::utc(NOW));
        engine.matching().iter().map(|row| rows.id(*row)).collect::<Vec<_>>()
    };
    assert_eq!(shown(&[0, 1]), shown(&[1, 0]));
    assert_eq!(shown(&[1, 0]).len(), 4);
}

/// Thousands of texts that begin alike, in several ways and again further on; some are equal but for their case, some but for what ends them.
#[test]
fn many_texts_that_begin_alike_are_in_order() {
    let table = catalog::table("patches").unwrap();
    let mut rows = fleet::empty(table);
    let mut items = Vec::new();
    for number in (0..520).rev() {
        for group in [
            format!("cluster-of-many-machines-{number}"),
            format!("Cluster-of-many-machines-{number}"),
            format!(
                "cluster-of-MORE-machines-that-all-have-long-names-{:x}",
                number * 7919 % 520
            ),
            format!("cluster{}", "\0".repeat(number)),
            "x".repeat(number % 40),
        ] {
            items.push(serde_json::json!({"InstanceId": format!("i-{}", items.len()), "PatchGroup": group}));
        }
    }
    rows.ingest(0, &serde_json::json!(items).to_string()).unwrap();
    let (mut engine, clock) = (Engine::new(), Clock::utc(NOW));
    for query in ["sort=group", "sort=-group", "sort=group,-instance"] {
        let view = View::parse(table, query);
        engine.update(&rows, &view, &clock);
        assert_eq!(
            engine.matching(),
            reference::Reference::new(&rows).matching(&view, &clock),
            "{query}"
        );
    }
}
