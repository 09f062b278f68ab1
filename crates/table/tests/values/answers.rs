//! Answers in which types, capitals and fields are wrong.

use crate::given::{cell, empty, matching, nonsense, text};
use catalog::{Phase, Source};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use signalbox_table::Rows;
use signalbox_table::rows::Cell;

/// A value of a field: right, wrong, or not there.
fn value() -> impl Strategy<Value = Option<Value>> {
    let mut values = nonsense();
    values.extend(
        [
            "0",
            "1",
            "i-1",
            "Succeed",
            "Executed",
            "OPERATION_COMPLETE",
            "2026-11-20T09:41:00Z",
            "中",
            "\u{0}",
        ]
        .map(|text| json!(text)),
    );
    values.extend([
        json!(true),
        json!(false),
        json!(0),
        json!([[null]]),
        json!([{"key": 1}, {"values": {"a": []}}]),
    ]);
    prop::option::weighted(0.8, select(values))
}

/// The same name in another way to write it.
fn written(name: &str, way: u8) -> String {
    match way % 4 {
        0 | 1 => name.to_owned(),
        2 => name.to_uppercase(),
        _ => name.to_lowercase(),
    }
}

/// An answer's list: objects of which each field may be anything, and things that are none.
fn answer() -> impl Strategy<Value = (&'static Source, Vec<Value>, usize)> {
    select(catalog::SOURCES.to_vec()).prop_flat_map(|source| {
        let fields: Vec<_> = source.fields.iter().map(|field| (Just(field.path), any::<u8>(), value())).collect();
        let object = fields.prop_map(|fields| {
            let mut object = json!({});
            for (path, way, value) in fields {
                let Some(value) = value else { continue };
                let (last, outer) = path.split_last().unwrap();
                let place = outer.iter().fold(&mut object, |place, key| &mut place[*key]);
                if place.is_object() || place.is_null() {
                    place[written(last, way)] = value;
                }
            }
            object
        });
        let item = prop_oneof![8 => object, 1 => value().prop_map(Option::unwrap_or_default)];
        let items = prop::collection::vec(item, 0..12);
        match source.explode {
            None => items.prop_map(move |items| (source, items.clone(), items.len())).boxed(),
            Some(explode) => prop::collection::vec((items, any::<u8>()), 0..4)
                .prop_map(move |clusters| {
                    let count = clusters.iter().map(|(nodes, _)| nodes.len().max(1)).sum();
                    let cluster = |(nodes, way): (Vec<Value>, u8)| json!({"ClusterId": format!("c-{way}"), written(explode, way): nodes});
                    (source, clusters.into_iter().map(cluster).collect(), count)
                })
                .boxed(),
        }
    })
}

/// Whether a row may be called good: what its phase follows from stands there in a readable form.
fn may_be_good(rows: &Rows, row: u32) -> bool {
    let count = |column| matches!(cell(rows, row, column), Cell::Number(count) if count == 0.0);
    let yes = |column| cell(rows, row, column) == Cell::Bool(true);
    match rows.table().id {
        "patches" => count("missing") && count("failed") && count("pending_reboot"),
        "plugins" => yes("installed") && yes("online") && cell(rows, row, "error") == Cell::Empty,
        _ => matches!(
            text(rows, row, "state").as_str(),
            "Succeed" | "Executed" | "OPERATION_COMPLETE"
        ),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever is wrong with an answer: each object that came is a row that a view without conditions shows and a link finds again, no two objects
    /// are one row unless they are the same, and none is good that cannot be read.
    #[test]
    fn no_object_is_lost_and_none_is_good_that_cannot_be_read((source, items, count) in answer(), again in 1_usize..4) {
        let mut rows = empty(source.id);
        for _ in 0..again {
            rows.begin(0);
            rows.ingest(0, &json!(items).to_string()).unwrap();
            rows.finish(0);
            let shown = matching(&rows, "");
            let mut raw: Vec<String> = shown.iter().map(|row| rows.raw(*row).into_owned()).collect();
            raw.sort();
            raw.dedup();
            if source.explode.is_none() {
                let mut came: Vec<String> = items.iter().map(ToString::to_string).collect();
                came.sort();
                came.dedup();
                prop_assert_eq!(&raw, &came, "{}", source.id);
            }
            prop_assert!(shown.len() <= count && raw.len() <= shown.len());
            for row in &shown {
                prop_assert_eq!(rows.find(&rows.id(*row)), Some(*row), "{}", rows.id(*row));
                let good = matches!(rows.phase(*row), Phase::Succeeded | Phase::Scheduled | Phase::Running);
                prop_assert!(!good || may_be_good(&rows, *row), "{} of {}", rows.phase(*row).id(), rows.raw(*row));
            }
            prop_assert!(rows.unreadable()[0] <= shown.len());
        }
        // Nothing changes where nothing did.
        rows.acknowledge();
        rows.begin(0);
        rows.ingest(0, &json!(items).to_string()).unwrap();
        rows.finish(0);
        prop_assert_eq!(rows.changes().all(), 0);
    }
}
