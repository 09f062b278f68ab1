//! What is written is read, however the network cuts it.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::Value;
use signalbox_wire::{Cache, Done, ErrorCode, Failed, Line, Lines, Target, TargetError, TargetNames, targets_line};

/// A line that owns its rows.
#[derive(Clone, Debug)]
enum Sent {
    Rows(u32, String, Option<u64>),
    Other(Line<'static>),
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        "[\\]\\[{}\",:\\\\\n\r]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((".{0,6}", inner), 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn row() -> impl Strategy<Value = Value> {
    vec((".{0,6}", value()), 0..5).prop_map(|fields| Value::Object(fields.into_iter().collect()))
}

/// The text of a list of rows, on one line or on many.
fn rows() -> impl Strategy<Value = String> {
    let print = |(rows, pretty): (Vec<Value>, bool)| {
        let rows = Value::Array(rows);
        if pretty { format!("{rows:#}") } else { rows.to_string() }
    };
    (vec(row(), 0..4), any::<bool>()).prop_map(print)
}

fn target() -> impl Strategy<Value = Target> {
    let names = [".{0,8}", ".{0,8}", ".{0,8}", ".{0,8}"];
    let labels = [".{0,8}", ".{0,8}"].map(option::of);
    (names, labels, any::<bool>()).prop_map(|([account, cloud, region, source], [env, team], unlisted)| Target {
        account,
        cloud,
        region,
        source,
        env,
        team,
        unlisted,
    })
}

fn code() -> impl Strategy<Value = ErrorCode> {
    prop_oneof![
        Just(ErrorCode::Timeout),
        Just(ErrorCode::LoopingCursor),
        Just(ErrorCode::Cancelled),
        // A cloud's code that is one of ours is read as ours: their text is the same.
        ".{0,12}".prop_map(ErrorCode::from),
    ]
}

fn error() -> impl Strategy<Value = TargetError> {
    let optional = || option::of(".{0,20}");
    let texts = (".{0,20}", optional(), optional(), optional(), optional());
    (option::of(any::<u16>()), code(), texts).prop_map(|(status, code, texts)| {
        let (message, request_id, permission, advice, advice_zh) = texts;
        TargetError {
            status,
            code,
            message,
            request_id,
            permission,
            advice,
            advice_zh,
        }
    })
}

fn done() -> impl Strategy<Value = Done> {
    let cache = prop_oneof![Just(Cache::Miss), Just(Cache::Fresh), Just(Cache::Stale)];
    (any::<u32>(), ".{0,20}", any::<u64>(), cache, option::of(any::<u64>())).prop_map(
        |(target, as_of, rows, cache, capped)| Done {
            target,
            as_of,
            rows,
            cache,
            capped,
        },
    )
}

fn sent() -> impl Strategy<Value = Sent> {
    let other = prop_oneof![
        vec(target(), 0..4).prop_map(|targets| Line::Targets { targets }),
        done().prop_map(Line::Done),
        (any::<u32>(), error()).prop_map(|(target, error)| Line::Failed(Failed { target, error })),
        Just(Line::End),
    ];
    prop_oneof![
        (any::<u32>(), rows(), option::of(any::<u64>()))
            .prop_map(|(target, rows, total)| Sent::Rows(target, rows, total)),
        other.prop_map(Sent::Other),
    ]
}

proptest! {
    #[test]
    fn targets_are_written_the_same_where_their_names_stand(targets in vec(target(), 0..4)) {
        let names = targets.iter().map(|target| TargetNames {
            account: &target.account,
            cloud: &target.cloud,
            region: &target.region,
            source: &target.source,
            env: target.env.as_deref(),
            team: target.team.as_deref(),
            unlisted: target.unlisted,
        });
        let line = targets_line(names);
        prop_assert_eq!(line, Line::Targets { targets }.to_bytes());
    }

    #[test]
    fn what_is_written_is_read(sent in vec(sent(), 0..8), chunks in vec(1usize..200, 1..20)) {
        let line = |sent: &Sent| match sent {
            Sent::Rows(target, rows, total) => Line::Rows { target: *target, rows, total: *total }.to_bytes(),
            Sent::Other(line) => line.to_bytes(),
        };
        let stream: Vec<u8> = sent.iter().flat_map(line).collect();
        let mut lines = Lines::new();
        let mut expected = sent.iter();
        let mut chunks = chunks.iter().cycle();
        let mut rest = &stream[..];
        while !rest.is_empty() {
            let (chunk, more) = rest.split_at(rest.len().min(*chunks.next().unwrap()));
            rest = more;
            lines.feed(chunk);
            while let Some(line) = lines.next_line() {
                match (Line::parse(line).unwrap(), expected.next().unwrap()) {
                    (Line::Rows { target, rows, total }, Sent::Rows(of, sent, all)) => {
                        let one_line = sent.replace(['\n', '\r'], " ");
                        prop_assert_eq!((target, rows, total), (*of, one_line.as_str(), *all));
                        // With a JSON parser it comes to the same, both ways.
                        let read = Line::Rows { target, rows, total };
                        prop_assert_eq!(&serde_json::from_slice::<Line<'_>>(line).unwrap(), &read);
                        prop_assert_eq!(&serde_json::to_vec(&read).unwrap()[..], line);
                    }
                    (line, Sent::Other(other)) => prop_assert_eq!(&line, other),
                    (line, sent) => prop_assert!(false, "{:?} was read as {:?}", sent, line),
                }
            }
        }
        prop_assert!(expected.next().is_none());
        prop_assert!(lines.rest().is_empty());
    }
}
