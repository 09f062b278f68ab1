//! Groups against a reference that goes from row to row and knows no codes.

use super::{NOW, fleet, reference};
use catalog::{Kind, Phase};
use proptest::prelude::*;
use signalbox_table::engine::{Clock, Engine, Figure, Grouping, Groups, Sum};
use signalbox_table::rows::Cell;
use signalbox_table::view::SortKey;
use signalbox_table::{Rows, View, fold, number};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Rows that have the same values, in the view's order.
struct Group {
    values: Vec<String>,
    rows: Vec<u32>,
}

/// What a group shows of a column, as far as it is sorted by it.
enum Shown<'a> {
    Nothing,
    One(Cell<'a>, String),
    Several(u32),
    Number(f64),
    Time(i64),
    /// Failed, and to be acted on.
    Phases(u32, u32),
}

/// The texts that a row stands under in a column.
fn values(rows: &Rows, row: u32, column: usize) -> BTreeSet<String> {
    match rows.cell(row, column) {
        Cell::List(items) if items.len() > 0 => items.map(str::to_owned).collect(),
        Cell::List(_) => BTreeSet::from([String::new()]),
        _ => BTreeSet::from([rows.text(row, column).into_owned()]),
    }
}

fn grouped(rows: &Rows, view: &View, matching: &[u32]) -> Vec<Group> {
    let mut groups: BTreeMap<Vec<String>, Vec<u32>> = BTreeMap::new();
    for row in matching {
        let mut all = vec![Vec::new()];
        for column in &view.by {
            let values = values(rows, *row, *column);
            let longer = all.iter().flat_map(|before: &Vec<String>| {
                values
                    .iter()
                    .map(|value| [before.as_slice(), std::slice::from_ref(value)].concat())
            });
            all = longer.collect();
        }
        for values in all {
            groups.entry(values).or_default().push(*row);
        }
    }
    groups
        .into_iter()
        .map(|(values, rows)| Group { values, rows })
        .collect()
}

fn figure<'a>(rows: &'a Rows, view: &View, group: &Group, column: usize) -> Figure<'a> {
    let facts = rows.table().columns().nth(column).unwrap();
    let cells = || group.rows.iter().map(|row| rows.cell(*row, column));
    if let Some(key) = view.by.iter().position(|by| *by == column) {
        let first = rows.cell(group.rows[0], column);
        return Figure::Value(match first {
            Cell::List(mut items) => items
                .find(|item| **item == group.values[key])
                .map_or(Cell::Empty, Cell::Text),
            cell => cell,
        });
    }
    let has_phases = rows.table().shown.contains(&"phase");
    if facts.id == "phase" || facts.id == "state" && !has_phases {
        let count = |phase: Phase| group.rows.iter().filter(|row| rows.phase(**row) == phase).count() as u32;
        let all = Phase::VALUES.iter().map(|known| (known.phase, count(known.phase)));
        return Figure::Phases(all.filter(|(_, count)| *count > 0).collect());
    }
    match facts.kind {
        Kind::Number => {
            let known: Vec<f64> = cells()
                .filter_map(|cell| {
                    if let Cell::Number(number) = cell {
                        Some(number)
                    } else {
                        None
                    }
                })
                .collect();
            Figure::Sum(Sum {
                sum: known.iter().sum(),
                most: known.iter().copied().reduce(f64::max).unwrap_or(0.0),
                known: known.len() as u32,
                of: group.rows.len() as u32,
            })
        }
        Kind::Time => Figure::Newest(
            cells()
                .filter_map(|cell| {
                    if let Cell::Time(instant) = cell {
                        Some(instant)
                    } else {
                        None
                    }
                })
                .max(),
        ),
        _ => {
            let first = rows.cell(group.rows[0], column);
            if cells().all(|cell| cell == first) {
                return Figure::Value(first);
            }
            let mut different: BTreeSet<String> = BTreeSet::new();
            for row in &group.rows {
                different.extend(values(rows, *row, column));
            }
            different.remove("");
            Figure::Different(different.len() as u32)
        }
    }
}

fn shown<'a>(rows: &'a Rows, view: &View, group: &Group, column: usize) -> Shown<'a> {
    if column == rows.table().columns().len() {
        return Shown::Number(group.rows.len() as f64);
    }
    match figure(rows, view, group, column) {
        Figure::Value(Cell::Empty) | Figure::Newest(None) | Figure::Sum(Sum { known: 0, .. }) => Shown::Nothing,
        Figure::Value(cell) => {
            let key = view.by.iter().position(|by| *by == column);
            let text = key.map_or_else(
                || rows.text(group.rows[0], column).into_owned(),
                |key| group.values[key].clone(),
            );
            Shown::One(cell, text)
        }
        Figure::Different(count) => Shown::Several(count),
        Figure::Sum(sum) => Shown::Number(sum.sum),
        Figure::Newest(Some(newest)) => Shown::Time(newest),
        Figure::Phases(phases) => {
            let count = |phase: Phase| {
                phases
                    .iter()
                    .find(|(known, _)| *known == phase)
                    .map_or(0, |(_, count)| *count)
            };
            Shown::Phases(count(Phase::Failed), count(Phase::Action))
        }
    }
}

/// The order of two single values in a column.
fn order_of_values(kind: Kind, (a, a_text): (&Cell<'_>, &str), (b, b_text): (&Cell<'_>, &str)) -> Ordering {
    let is_number = |text: &str| kind == Kind::Number && number::order(text, text).is_some();
    let measured = |cell: &Cell<'_>, text: &str| matches!(cell, Cell::Time(_)) || is_number(text);
    match (a, b) {
        _ if is_number(a_text) && is_number(b_text) => number::order(a_text, b_text).unwrap(),
        (Cell::Time(a), Cell::Time(b)) => a.cmp(b),
        _ if measured(a, a_text) != measured(b, b_text) => measured(b, b_text).cmp(&measured(a, a_text)),
        _ => fold::text(a_text).cmp(&fold::text(b_text)),
    }
}

fn compare(rows: &Rows, view: &View, groups: (&Group, &Group), column: usize, descending: bool) -> Ordering {
    let kind = rows
        .table()
        .columns()
        .nth(column)
        .map_or(Kind::Number, |column| column.kind);
    let [a, b] = [groups.0, groups.1].map(|group| shown(rows, view, group, column));
    let order = match (&a, &b) {
        (Shown::Nothing, Shown::Nothing) => return Ordering::Equal,
        (Shown::Nothing, _) => return Ordering::Greater,
        (_, Shown::Nothing) => return Ordering::Less,
        (Shown::One(a, a_text), Shown::One(b, b_text)) => order_of_values(kind, (a, a_text), (b, b_text)),
        (Shown::One(..), _) => Ordering::Less,
        (_, Shown::One(..)) => Ordering::Greater,
        (Shown::Several(a), Shown::Several(b)) => a.cmp(b),
        (Shown::Number(a), Shown::Number(b)) => a.partial_cmp(b).unwrap(),
        (Shown::Time(a), Shown::Time(b)) => a.cmp(b),
        (Shown::Phases(a, b), Shown::Phases(c, d)) => (a, b).cmp(&(c, d)),
        _ => unreachable!("two lines show different things"),
    };
    if descending { order.reverse() } else { order }
}

fn check(engine: &mut Engine, rows: &Rows, view: &View, clock: &Clock<'_>) {
    let matching = reference::Reference::new(rows).matching(view, clock);
    let mut expected = grouped(rows, view, &matching);
    expected.sort_by(|a, b| {
        let keys = view.effective_sort();
        let by = view.by.iter().map(|column| (*column, false));
        let keys = keys.iter().map(|key| (key.column, key.descending)).chain(by);
        keys.fold(Ordering::Equal, |found, (column, descending)| {
            found.then_with(|| compare(rows, view, (a, b), column, descending))
        })
        .then_with(|| a.values.cmp(&b.values))
    });
    let groups = engine.groups(rows, view);
    assert_eq!(groups.len(), expected.len(), "{view:?}");
    assert_eq!(groups.is_empty(), matching.is_empty());
    for (place, group) in expected.iter().enumerate() {
        let values = groups.values(rows, place);
        assert_eq!(values, group.values, "{view:?}");
        assert_eq!(groups.count(place), group.rows.len(), "{view:?}");
        assert_eq!(groups.members(engine, place), group.rows, "{view:?}");
        for column in 0..rows.table().columns().len() {
            let found = groups.figure(rows, place, column);
            let expected = figure(rows, view, group, column);
            match (&found, &expected) {
                // What is added in another order may differ in its last digit.
                (Figure::Sum(found), Figure::Sum(expected)) => {
                    assert!(
                        (found.sum - expected.sum).abs() <= expected.sum.abs() * 1e-12,
                        "{view:?}"
                    );
                    assert_eq!(
                        (found.most, found.known, found.of),
                        (expected.most, expected.known, expected.of)
                    );
                    assert_eq!(found.at_least(), expected.known < expected.of);
                    assert_eq!(found.value().is_some(), expected.known > 0);
                }
                _ => assert_eq!(found, expected, "{view:?} column {column}"),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    /// Groups of any rows by any columns, under any conditions and orders, are those that one finds by going through the rows.
    #[test]
    fn groups_are_those_of_the_rows(
        (table, items, views) in fleet::table_items_views(),
        by in prop::collection::vec(any::<usize>(), 1..4),
        count in prop::option::of(any::<bool>()),
    ) {
        let clock = Clock::utc(NOW);
        let mut rows = fleet::empty(table);
        let (some, more) = items.split_at(items.len() / 2);
        rows.ingest(0, &serde_json::to_string(some).unwrap()).unwrap();
        let mut engine = Engine::new();
        let by: Vec<usize> = by.iter().map(|column| column % table.columns().len()).collect();
        for batch in [&[][..], more] {
            rows.ingest(1, &serde_json::to_string(batch).unwrap()).unwrap();
            for view in &views {
                let mut view = view.with_by(&by);
                if let Some(descending) = count {
                    view.sort.insert(0, SortKey { column: table.columns().len(), descending });
                }
                engine.update(&rows, &view, &clock);
                check(&mut engine, &rows, &view, &clock);
            }
        }
    }

    /// The rows of a group are those that its link shows.
    #[test]
    fn a_groups_link_shows_its_rows(
        (table, items, views) in fleet::table_items_views(),
        by in prop::collection::vec(any::<usize>(), 1..4),
    ) {
        let clock = Clock::utc(NOW);
        let mut rows = fleet::empty(table);
        rows.ingest(0, &serde_json::to_string(&items).unwrap()).unwrap();
        let columns: Vec<_> = table.columns().collect();
        let by: Vec<usize> = by.iter().map(|column| column % columns.len()).collect();
        for view in &views {
            let view = view.with_by(&by);
            let mut engine = Engine::new();
            engine.update(&rows, &view, &clock);
            let groups = engine.groups(&rows, &view);
            for place in 0..groups.len() {
                let values = groups.values(&rows, place);
                // What is no number or time in a column of such can only be found by its text.
                let odd = view.by.iter().any(|column| {
                    let cell = groups.figure(&rows, place, *column);
                    matches!(cell, Figure::Value(Cell::Unreadable(_)))
                });
                if odd {
                    continue;
                }
                let alone = view.of_group(&values);
                let mut engine = Engine::new();
                engine.update(&rows, &alone, &clock);
                prop_assert_eq!(engine.matching().len(), groups.count(place), "{:?} {:?}", alone, view);
                let own = View::parse(table, &view.group_query(&values));
                prop_assert_eq!(own.conditions.len(), view.by.len());
            }
        }
    }
}

/// A count that nobody can read is not none: the sum says so.
#[test]
fn what_is_not_known_is_no_zero() {
    let table = catalog::table("patches").unwrap();
    let mut rows = fleet::empty(table);
    let item = |instance: &str, group: &str, missing: serde_json::Value| serde_json::json!({"InstanceId": instance, "BaselineId": "b", "PatchGroup": group, "MissingCount": missing});
    let items = serde_json::json!([
        item("a", "web", 3.into()),
        item("b", "web", "many".into()),
        item("c", "db", serde_json::Value::Null),
        item("d", "", 1.into()),
        item("e", "", 4.into()),
    ]);
    rows.ingest(0, &items.to_string()).unwrap();
    let view = View::parse(table, "by=group&sort=-missing");
    let mut engine = Engine::new();
    engine.update(&rows, &view, &Clock::utc(NOW));
    let groups = engine.groups(&rows, &view);
    let missing = table.index("missing").unwrap();
    let shown: Vec<_> = (0..groups.len())
        .map(|place| match groups.figure(&rows, place, missing) {
            Figure::Sum(sum) => (
                groups.values(&rows, place)[0].to_string(),
                sum.value(),
                sum.most,
                sum.at_least(),
            ),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        shown,
        [
            (String::new(), Some(5.0), 4.0, false),
            ("web".to_owned(), Some(3.0), 3.0, true),
            ("db".to_owned(), None, 0.0, true),
        ]
    );
    let instance = table.index("instance").unwrap();
    assert_eq!(groups.figure(&rows, 0, instance), Figure::Different(2));
    assert_eq!(groups.figure(&rows, 2, instance), Figure::Value(Cell::Text("c")));
}

/// Groups that are made in parts are those that are made at once, whatever comes in between.
#[test]
fn groups_are_made_in_parts() {
    let table = catalog::table("patches").unwrap();
    let clock = Clock::utc(NOW);
    let item = |instance: usize, group: &str, missing: usize| serde_json::json!({"InstanceId": format!("i-{instance}"), "BaselineId": "b", "PatchGroup": group, "MissingCount": missing});
    let items: Vec<_> = (0..60)
        .map(|at| item(at, ["web", "db", "batch"][at % 3], at % 7))
        .collect();
    let mut rows = fleet::empty(table);
    rows.ingest(0, &serde_json::to_string(&items).unwrap()).unwrap();
    let view = View::parse(table, "by=group,baseline&sort=-missing,operation");
    let mut engine = Engine::new();
    engine.update(&rows, &view, &clock);
    let described = |groups: &Groups, rows: &Rows| -> Vec<(String, usize)> {
        let line = |place| (groups.values(rows, place).join("/"), groups.count(place));
        (0..groups.len()).map(line).collect()
    };
    let at_once = engine.groups(&rows, &view);
    let at_once = described(&at_once, &rows);
    let begin = |engine: &Engine, rows: &Rows| Grouping::begin(engine, rows, &view.by, &view.effective_sort());

    // Rows that come are in no group yet, and change none.
    let mut grouping = begin(&engine, &rows);
    let mut parts = 0;
    let groups = loop {
        if let Some(groups) = grouping.step(&mut engine, &rows) {
            break groups;
        }
        parts += 1;
        let more = serde_json::json!([item(100 + parts, &format!("new-{parts}"), 9)]);
        rows.ingest(0, &more.to_string()).unwrap();
    };
    assert!(parts > 6, "{parts} parts");
    assert_eq!(described(&groups, &rows), at_once);

    // What changes is dealt anew, or it would stand where it was.
    engine.update(&rows, &view, &clock);
    let mut grouping = begin(&engine, &rows);
    assert!(grouping.step(&mut engine, &rows).is_none());
    let moved = serde_json::json!([item(0, "moved", 1)]);
    rows.begin(0);
    rows.ingest(0, &moved.to_string()).unwrap();
    let groups = loop {
        if let Some(groups) = grouping.step(&mut engine, &rows) {
            break groups;
        }
    };
    let lines = described(&groups, &rows);
    assert!(
        lines.contains(&("moved/b".to_owned(), 1)) && lines.contains(&("web/b".to_owned(), 19)),
        "{lines:?}"
    );

    // A group is known by its key, for as long as the rows are these.
    let keys: Vec<_> = [2, 0].into_iter().filter_map(|place| groups.key(place)).collect();
    assert_eq!(groups.find(&keys), [0, 2]);
    assert!(groups.find(&[]).is_empty() && groups.key(groups.len()).is_none());
    assert!(groups.are_of(&rows) && !groups.are_of(&fleet::empty(table)));
}

/// A row with several tags stands under each of them, once.
#[test]
fn a_list_stands_under_each_of_its_items() {
    let table = catalog::table("tickets").unwrap();
    let source = table.sources().next().unwrap();
    let field = source.fields.iter().find(|field| field.column == "tags").unwrap();
    let item = |id: &str, tags: &[&str]| {
        let pairs: Vec<_> = tags
            .iter()
            .map(|tag| serde_json::json!({"key": tag, "value": "x"}))
            .collect();
        let mut object = serde_json::json!({"execution_id": id});
        let mut place = &mut object;
        for key in field.path {
            place = &mut place[*key];
        }
        *place = pairs.into();
        object
    };
    let mut rows = fleet::empty(table);
    let items = serde_json::json!([item("1", &["a", "b"]), item("2", &["b", "b"]), item("3", &[])]);
    rows.ingest(0, &items.to_string()).unwrap();
    let view = View::parse(table, "by=tags&sort=tags");
    let mut engine = Engine::new();
    engine.update(&rows, &view, &Clock::utc(NOW));
    let groups = engine.groups(&rows, &view);
    let lines: Vec<_> = (0..groups.len())
        .map(|place| (groups.values(&rows, place).concat(), groups.count(place)))
        .collect();
    assert_eq!(
        lines,
        [("a=x".to_owned(), 1), ("b=x".to_owned(), 2), (String::new(), 1)]
    );
}
