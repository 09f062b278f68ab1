//! Random rows of every shape, and random views of them.

use catalog::{Decode, Table};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use signalbox_table::{Rows, View};

/// No rows yet, two targets of the table's source.
pub fn empty(table: &'static Table) -> Rows {
    let source = table.sources().next().unwrap();
    let mut rows = Rows::new(table);
    rows.add_target(source.cloud().id, "prod", "here", source);
    rows.add_target(source.cloud().id, "test", "there", source);
    rows
}

fn words() -> Vec<Value> {
    let words = [
        "Running",
        "running",
        "web-1",
        "web-2",
        "WEB",
        "db,web",
        "gt.5",
        "~",
        "a/b",
        "#1",
        "",
        "-",
        "null",
        "ΑΣ",
        "ας",
        "中文",
        "cafe\u{301}",
        "ＷＥＢ（主）",
        "true",
        "scan",
        "Failed",
        "Pending",
        "OPERATION_FAILED",
        "Succeed",
        "İx",
        "a\nb",
    ];
    let mut words: Vec<Value> = words.iter().map(|word| json!(word)).collect();
    words.extend([json!(null), json!(7), json!(true), json!({"odd": 1})]);
    words
}

fn value(how: Decode) -> BoxedStrategy<Value> {
    let pool = match how {
        Decode::Text => words(),
        Decode::Fault => {
            let mut codes = words();
            codes.extend(["0", "OK", "None"].map(|code| json!(code)));
            codes.extend([json!(0), json!(["E1"])]);
            codes
        }
        Decode::Number => vec![
            json!(0),
            json!("0"),
            json!(1),
            json!("10"),
            json!(2.5),
            json!(-3),
            json!(null),
            json!("n/a"),
            json!("-"),
            json!([1]),
            json!(9_007_199_254_740_993_u64),
            json!("9007199254740992"),
            json!(-9_007_199_254_740_993_i64),
            json!("1e400"),
        ],
        Decode::Time => vec![
            json!("2026-11-22T03:00:00Z"),
            json!("2026-11-22T03:00:60Z"),
            json!("0001-01-01T00:00:00Z"),
            json!("2026-11-22T11:00:00.5+08:00"),
            json!("2026-11-22T00:00:00Z"),
            json!("2026-11-21T03:00:00Z"),
            json!("2027-01-01T00:00:00Z"),
            json!("2026-11-22T03:00Z"),
            json!("soon"),
            json!(5),
            json!(0),
            json!(1_795_316_400),
            json!(null),
        ],
        Decode::EpochMs => vec![
            json!(1_795_316_400_000i64),
            json!("1795316400000"),
            json!(1_795_305_600_000i64),
            json!(1e300),
            json!(-1),
            json!(1_795_316_400),
            json!("soon"),
            json!(null),
        ],
        Decode::EpochSeconds => vec![json!(1_795_316_400), json!("1795316400.25"), json!(1e300), json!(null)],
        Decode::Bool => vec![
            json!(true),
            json!(false),
            json!("True"),
            json!(0),
            json!("maybe"),
            json!(null),
        ],
        Decode::Pairs => {
            let pair = prop_oneof![
                (select(vec!["env", "team"]), select(vec!["prod", "Test", ""]))
                    .prop_map(|(key, value)| json!({"key": key, "value": value})),
                select(words()),
            ];
            return prop_oneof![prop::collection::vec(pair, 0..4).prop_map(Value::from), select(words())].boxed();
        }
        Decode::Targets => {
            let target = select(vec![
                json!("i-1"),
                json!({"instance_id": "i-2"}),
                json!({"x": 1}),
                json!(null),
            ]);
            let values = prop::collection::vec(target, 0..3);
            return prop::collection::vec(values.prop_map(|values| json!({"key": "k", "values": values})), 0..3)
                .prop_map(Value::from)
                .boxed();
        }
    };
    select(pool).boxed()
}

/// An object with some of the source's fields.
fn item(table: &'static Table) -> BoxedStrategy<Value> {
    let source = table.sources().next().unwrap();
    let fields: Vec<_> = source
        .fields
        .iter()
        .map(|field| (Just(field.path), prop::option::weighted(0.8, value(field.decode))))
        .collect();
    let object = fields.prop_map(|fields| {
        let mut object = json!({"new_field": [1, {"x": null}]});
        for (path, value) in fields {
            if let Some(value) = value {
                let mut place = &mut object;
                for key in path {
                    place = &mut place[*key];
                }
                *place = value;
            }
        }
        object
    });
    match source.explode {
        None => prop_oneof![9 => object, 1 => select(words())].boxed(),
        Some(explode) => {
            let nodes = prop::collection::vec(object.clone(), 0..3);
            let nodes = prop_oneof![4 => nodes.prop_map(Value::from), 1 => select(words())];
            (object, nodes)
                .prop_map(move |(mut object, nodes)| {
                    object[explode] = nodes;
                    object
                })
                .boxed()
        }
    }
}

fn condition(table: &'static Table) -> impl Strategy<Value = String> {
    let ids: Vec<&str> = table.columns().map(|column| column.id).collect();
    let operators = vec![
        "", "", "not.", "has.", "nothas.", "pre.", "notpre.", "gt.", "ge.", "lt.", "le.",
    ];
    let values = vec![
        "",
        "Running",
        "web",
        "WEB",
        "0",
        "1",
        "2.5",
        "-3",
        "true",
        "n/a",
        "prod",
        "env=prod",
        "now",
        "-1h",
        "1h",
        "2026-11-22",
        "2026-11-22T03:00:00Z",
        "ας",
        "ΑΣ",
        "café",
        "ｗ",
        "ix",
        "db~,web",
        "gt~.5",
        "~~",
        "#1",
        "中",
        "a",
        "b\nweb",
        "scan",
        "maybe",
        "i-2",
        "failed",
        "9007199254740993",
        "1e400",
    ];
    let bounds = vec![
        "",
        "0",
        "1",
        "-3",
        "2.5",
        "now",
        "-1h",
        "24h",
        "2026-11-22",
        "2026-11-22T03:00:00Z",
        "9007199254740993",
        "-9007199254740993",
    ];
    let list = prop::collection::vec(select(values), 1..4).prop_map(|values| values.join(","));
    let cond = prop_oneof![
        6 => (select(operators), list).prop_map(|(operator, list)| format!("{operator}{list}")),
        1 => (select(bounds.clone()), select(bounds)).prop_map(|(from, to)| format!("{from}..{to}")),
        1 => select(vec!["is.empty".to_owned(), "is.set".to_owned(), "is.odd".to_owned()]),
    ];
    (select(ids), cond).prop_map(|(id, cond)| format!("{id}={}", cond.replace('+', "%2B").replace('#', "%23")))
}

fn view(table: &'static Table) -> impl Strategy<Value = View> {
    let ids: Vec<String> = table
        .columns()
        .flat_map(|column| [column.id.to_owned(), format!("-{}", column.id)])
        .collect();
    let q = select(vec![
        "",
        "",
        "",
        "w",
        "we",
        "web",
        "WEB 1",
        "web-1",
        "prod r",
        "2",
        "2026-11",
        "2026-11-22t",
        "22T03:0",
        "t03 0",
        ".5",
        "00z",
        "-",
        "ας",
        "Σ",
        "CAFÉ",
        "ｗeb(",
        "ı",
        "\u{200b}",
        "中",
        "a a a",
        "\n",
        "zzz",
        "db,web",
    ]);
    let tz = select(vec!["", "&tz=UTC", "&tz=%2B08:00", "&tz=local"]);
    (
        prop::collection::vec(condition(table), 0..4),
        q,
        prop::collection::vec(select(ids), 0..4),
        tz,
    )
        .prop_map(move |(conditions, q, sort, tz)| {
            View::parse(
                table,
                &format!("{}&q={q}&sort={}{tz}", conditions.join("&"), sort.join(",")),
            )
        })
}

/// A table, items for it, and a few views of it.
pub fn table_items_views() -> impl Strategy<Value = (&'static Table, Vec<Value>, Vec<View>)> {
    select(catalog::tables()).prop_flat_map(|table| {
        (
            Just(table),
            prop::collection::vec(item(table), 0..24),
            prop::collection::vec(view(table), 1..5),
        )
    })
}
