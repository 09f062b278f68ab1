//! The URL grammar: what must hold for any text.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use signalbox_view::{Since, View, decode_query, resource_path};
use values::Clock;

/// Conditions and other values, right and wrong.
const VALUES: &[&str] = &[
    "",
    "a",
    "b,a",
    "a,,b",
    "not.",
    "not.a",
    "has.",
    "has.a,b",
    "nothas.,",
    "pre.A",
    "gt.0",
    "gt.1,00",
    "ge.",
    "lt.x",
    "is.empty",
    "is.set",
    "is.",
    "..",
    "1..2",
    "-2.50..",
    "..now",
    "-24h..now",
    "0h..",
    "now",
    "2026-11-22",
    "2026-11-22T03:00:00+08:00",
    "2026-11-22T03:00:00.120Z",
    "~",
    "~~",
    "a~",
    "~,",
    "~a~",
    "gt~.5",
    "~gt.5",
    "eq.gt.5",
    "eq.eq.eq",
    "..~..",
    "~...",
    "1~..2",
    "state,-start,foo",
    "-start",
    "-failed,-missing,instance",
    "-failed,-missing,instance,end",
    "start,-start",
    "id,id",
    "account,region",
    "state,foo,start,account,id,region",
    "count",
    "-count,start",
    "-start,end,id,count",
    "foo,foo",
    "UTC",
    "local",
    "+08:00",
    "%2B08:00",
    "-00:00",
    "Mars",
    "Asia/Tokyo",
    "+",
    "%",
    "%F",
    "%FF",
    "%e4%b8",
    "中",
    "a%00b",
    "%0a",
    "a b",
    "  ",
    "1e400",
    "1e21",
    "-0",
    "99999999999999999999m",
    "4294967295w",
    "0000-01-01",
    "9999-12-31T23:59:59Z",
];

/// Queries that look like queries.
fn query() -> impl Strategy<Value = String> {
    let names = vec![
        "state",
        "missing",
        "end",
        "start",
        "tags",
        "installed",
        "group",
        "q",
        "sort",
        "cols",
        "tz",
        "row",
        "view",
        "group",
        "since",
        "by",
        "by",
        "sort",
        "foo",
        "State",
        "",
        "%73tate",
        "m%69ssing",
    ];
    let param = (
        select(names),
        prop::option::weighted(0.9, prop::collection::vec(select(VALUES), 1..3)),
    );
    prop::collection::vec(param, 0..8).prop_map(|params| {
        let params = params.into_iter().map(|(name, values)| match values {
            Some(values) => format!("{name}={}", values.concat()),
            None => name.to_owned(),
        });
        params.collect::<Vec<_>>().join("&")
    })
}

fn table() -> impl Strategy<Value = &'static catalog::Table> {
    select(catalog::tables())
}

/// Whether nothing that shows links in running text takes the end of this one for punctuation.
fn ends_safely(link: &str) -> bool {
    let escaped = link.len() >= 3 && link.as_bytes()[link.len() - 3] == b'%';
    link.is_empty() || escaped || link.ends_with(|last: char| last.is_ascii_alphanumeric())
}

/// What must hold for any text.
fn check(table: &'static catalog::Table, text: &str) {
    let view = View::parse(table, text);
    let query = view.to_query();
    let again = View::parse(table, &query);
    assert_eq!(again.to_query(), query, "not canonical: {text}");
    assert_eq!(again, view);
    assert_eq!(again.conditions, view.conditions, "{text}");
    assert_eq!(
        (&again.q, &again.tz, &again.row),
        (&view.q, &view.tz, &view.row),
        "{text}"
    );
    assert_eq!((&again.sort, &again.cols), (&view.sort, &view.cols), "{text}");
    assert_eq!(again.by, view.by, "{text}");
    assert_eq!(again.items(), view.items(), "{text}");
    assert_eq!(again.effective_sort(), view.effective_sort(), "{text}");
    assert!(query.is_ascii());
    assert!(ends_safely(&query), "{query}");
    assert!(!query.contains(['#', '"', '<', '>', ' ', '+', '\'']), "{query}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn printing_is_canonical_for_queries(table in table(), text in query()) {
        check(table, &text);
    }

    #[test]
    fn printing_is_canonical_for_any_text(table in table(), text in any::<String>()) {
        check(table, &text);
        check(table, &format!("state={text}"));
        check(table, &format!("start={text}&sort={text}&{text}"));
    }

    /// Everything about a thing has a link, whatever its id is made of, and the id can be read from it.
    #[test]
    fn ids_survive_their_link(id in "[ -~中é\n]{1,12}") {
        let path = resource_path(&id);
        let segment = path.strip_prefix("/resource/").unwrap();
        prop_assert!(ends_safely(&path), "{}", path);
        prop_assert!(segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~,:@%".contains(&byte)), "{}", path);
        let read = decode_query(&segment.replace('=', "%3D")).next().map(|param| param.name);
        prop_assert_eq!(read, Some(id));
    }

    /// The order of parameters and of values in a list does not matter, but for sort keys and columns, and for the first of `tz`, `view`, `row` and `since`.
    #[test]
    fn order_does_not_matter(
        table in table(),
        (plain, shuffled) in prop::collection::vec(
            (select(vec!["state", "missing", "end", "tags", "foo", "bar"]), subsequence(vec!["a", "1", "2026-11-22", "x~,y", "", "中"], 1..6).prop_shuffle()),
            0..6,
        ).prop_flat_map(|params| (Just(params.clone()), Just(params).prop_shuffle())),
        operator in select(vec!["", "not.", "has.", "gt."]),
    ) {
        let text = |params: &[(&str, Vec<&str>)], turned: bool| {
            let params = params.iter().map(|(name, values)| {
                let mut values = values.clone();
                // Lists that are not understood stay as they came, so only understood ones may turn.
                let kind = table.column(name).map(|column| column.kind);
                let free = matches!(kind, Some(catalog::Kind::Text | catalog::Kind::List)) && (operator.is_empty() || operator == "not.");
                if turned && free {
                    values.reverse();
                }
                format!("{name}={operator}{}", values.join(","))
            });
            View::parse(table, &params.collect::<Vec<_>>().join("&"))
        };
        prop_assert_eq!(text(&plain, false).to_query(), text(&shuffled, true).to_query());
    }

    /// Nothing that came in is lost: each parameter is in the canonical string, or means something there.
    #[test]
    fn nothing_is_lost(table in table(), text in query()) {
        let view = View::parse(table, &text);
        let items: Vec<String> = view.items().into_iter().map(|item| item.param).collect();
        for param in text.split('&').filter(|param| !param.is_empty()) {
            let alone = View::parse(table, param);
            for item in alone.items() {
                // A known column that is one sort key too many here may be one of the keys there.
                let word = item.param.strip_prefix("sort=").map(|word| word.trim_start_matches('-'));
                let key = word.and_then(|word| table.index(word));
                // How many rows a group has is a key where there are groups.
                let key = key.or_else(|| (word == Some("count")).then(|| table.columns().len()));
                let used = key.is_some_and(|key| view.sort.iter().any(|used| used.column == key));
                let grouped = item.param.strip_prefix("by=").and_then(|word| table.index(word));
                let used = used || grouped.is_some_and(|column| view.by.contains(&column));
                prop_assert!(items.contains(&item.param) || used, "{} lost from {}", item.param, text);
            }
            for word in alone.q.split(' ') {
                prop_assert!(view.q.contains(word), "{} lost from {}", word, text);
            }
            for key in alone.effective_sort().iter().filter(|_| param.starts_with("sort=")) {
                let column = table.columns().nth(key.column).unwrap().id;
                let kept = items.iter().any(|item| item.trim_start_matches("sort=").trim_start_matches('-') == column);
                let used = view.effective_sort().iter().any(|used| used.column == key.column);
                prop_assert!(kept || used || alone.sort.is_empty(), "{} lost from {}", column, text);
            }
            for column in &alone.by {
                let id = table.columns().nth(*column).unwrap().id;
                prop_assert!(view.by.contains(column) || items.contains(&format!("by={id}")), "{} lost from {}", id, text);
            }
            for column in &alone.cols {
                prop_assert!(view.effective_cols().contains(column), "{} lost from {}", column, text);
            }
            let since = [alone.since, view.since].map(|since| since.map(Since::text));
            for (name, one, all) in [
                ("tz", &alone.tz, &view.tz),
                ("row", &alone.row, &view.row),
                ("view", &alone.name, &view.name),
                ("since", &since[0], &since[1]),
            ] {
                if let Some(value) = one {
                    prop_assert!(one == all || items.iter().any(|item| item.starts_with(name)), "{} lost from {}", value, text);
                }
            }
        }
    }

    /// Edits give canonical views too.
    #[test]
    fn edits_are_canonical(table in table(), text in query(), column in 0usize..24, value in select(vec!["", "a", "gt.1", "7", "now", "x,~y", "a/b"])) {
        let view = View::parse(table, &text);
        let column = column % table.columns().len();
        let edits = [
            view.only(column, value),
            view.exclude(column, value),
            view.toggle_excluded(column, value),
            view.toggle(column, value),
            view.with_condition(column, value),
            view.sorted_by(column, false),
            view.sorted_by(column, true),
            view.with_cols(&[column, 0]),
            view.with_q(value),
            view.with_row(Some(value)),
            view.with_tz(Some("UTC")),
            view.with_tz(None),
            view.with_name(Some(value)),
            view.with_since(Some(value)),
            view.with_since(None),
            view.frozen(&Clock::utc(0)),
            view.with_by(&[column, 0]),
            view.with_by(&[]),
            view.most_first(),
            view.of_group(&[value, value, value]),
            view.cleared(),
        ];
        for edit in edits {
            check(table, &edit.to_query());
            let again = View::parse(table, &edit.to_query());
            prop_assert_eq!(&again.conditions, &edit.conditions);
            prop_assert_eq!((&again.sort, &again.by), (&edit.sort, &edit.by));
            prop_assert_eq!(again.items(), edit.items());
        }
        let (ticked, excluded) = (view.toggle(column, value), view.toggle_excluded(column, value));
        prop_assert!(ticked.ticked(column, value) != view.ticked(column, value));
        prop_assert!(excluded.excludes(column, value) != view.excludes(column, value));
        prop_assert!(!ticked.ticked(column, value) || !ticked.excludes(column, value));
        prop_assert!(!excluded.excludes(column, value) || !excluded.ticked(column, value));
        prop_assert!(view.only(column, value).items().iter().all(|item| item.column != Some(column) || item.understood));
        for item in view.items() {
            prop_assert!(!view.without(&item.param).items().contains(&item), "{}", item.param);
        }
    }
}
