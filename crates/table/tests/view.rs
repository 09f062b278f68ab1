//! The URL grammar: canonical form, what is not understood, edits; and what must hold for any text.
#![expect(clippy::unwrap_used, reason = "a helper may fail its test")]

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use signalbox_table::view::Since;
use signalbox_table::{Clock, View};

fn parse(table: &str, query: &str) -> View {
    View::parse(catalog::table(table).unwrap(), query)
}

/// The items that are not understood.
fn struck(view: &View) -> Vec<String> {
    let items = view.items().into_iter().filter(|item| !item.understood);
    items.map(|item| item.param).collect()
}

#[test]
fn canonical_form() {
    for (table, query, canonical) in [
        ("plans", "", ""),
        ("plans", "?", ""),
        ("plans", "&&", ""),
        (
            "plans",
            "?start=now..24h&state=Scheduled",
            "state=Scheduled&start=now..24h",
        ),
        (
            "patches",
            "account=prod-cn,prod-intl&region=not.cn-beijing&missing=gt.0&instance=has.web&end=-24h..&sort=-missing,instance&cols=instance,missing,region&row=a/b/c/d",
            "account=prod-cn,prod-intl&region=not.cn-beijing&instance=has.web&missing=gt.0&end=-24h..&row=a/b/c/d&sort=-missing,instance&cols=instance,missing,region",
        ),
        // Values and repeats of a field sort; exact repeats collapse.
        ("plans", "state=b,a,b&state=not.c&state=a,b", "state=a,b&state=not.c"),
        // However it was encoded.
        ("plans", "%73tate=%41%2Cb+c%20d", "state=A,b%20c%20d"),
        ("plans", "state=中", "state=%E4%B8%AD"),
        ("plans", "state=100%&type=%ff", "type=%25ff&state=100%25"),
        // Free text.
        ("plans", "q=+a++b%09&q=c&q=", "q=a%20b%20c"),
        ("plans", "q=%20", ""),
        // Defaults are left out.
        ("plans", "sort=-start", ""),
        ("plans", "sort=start", "sort=start"),
        ("plans", "sort=", ""),
        ("patches", "sort=-failed,-missing,instance", ""),
        ("patches", "sort=-failed&sort=-missing", "sort=-failed,-missing"),
        (
            "operations",
            "cols=state,stack_set,action,created,updated,message,account,region,id",
            "",
        ),
        ("operations", "cols=state&cols=id,state", "cols=state,id"),
        // What is not understood stays.
        (
            "plans",
            "zeta=1&alpha&beta=&alpha=2&zeta=1",
            "alpha&alpha=2&beta=&zeta=1",
        ),
        ("plans", "State=x", "State=x"),
        ("plans", "state", "state"),
        ("plans", "start=gt.~,&start=soon", "start=gt.~,&start=soon"),
        (
            "plans",
            "view=team&group=a&since=-1d&q=x&zz=1&row=r&tz=UTC",
            "zz=1&q=x&tz=UTC&view=team&row=r&group=a&since=-1d",
        ),
        ("plans", "sort=foo,-start", "sort=foo"),
        ("plans", "sort=start,foo,-end,id,task", "sort=start,-end,id,foo,task"),
        ("plans", "sort=start,-start", "sort=start,-start"),
        ("plans", "sort=-start,end,-id,start", "sort=-start,end,-id,start"),
        (
            "patches",
            "sort=-failed,-missing,instance,end",
            "sort=-failed,-missing,instance,end",
        ),
        ("plans", "cols=foo,state,bar,foo", "cols=state,bar,foo"),
        // Zones and rows: the first counts.
        ("plans", "tz=+08:00", "tz=%2B08:00"),
        ("plans", "tz=%2B00:00", "tz=UTC"),
        (
            "plans",
            "tz=Mars&tz=UTC&tz=Asia/Tokyo&tz=UTC",
            "tz=UTC&tz=Asia/Tokyo&tz=Mars",
        ),
        (
            "plans",
            "tz=America/Argentina/Buenos_Aires",
            "tz=America/Argentina/Buenos_Aires",
        ),
        ("plans", "tz=", "tz="),
        ("plans", "row=b&row=a&row=&row=b", "row=b&row=a"),
    ] {
        assert_eq!(parse(table, query).to_query(), canonical, "{query}");
    }
}

#[test]
fn what_is_not_understood_is_struck() {
    let view = parse(
        "plans",
        "state=x&start=soon&foo=bar&flag&view=team&view=b&group=g&since=s&since=now&sort=-start,foo&cols=id,nope&tz=Mars&row=a&row=b&q=text",
    );
    assert_eq!(
        struck(&view),
        [
            "start=soon",
            "flag",
            "foo=bar",
            "tz=Mars",
            "view=b",
            "row=b",
            "group=g",
            "since=s",
            "sort=foo",
            "cols=nope"
        ]
    );
    assert_eq!(view.items()[0].param, "state=x");
    for item in view.items() {
        let without = view.without(&item.param);
        assert_eq!(without.items().len(), view.items().len() - 1, "{}", item.param);
        assert!(!without.items().contains(&item), "{}", item.param);
    }
    let cleared = view.cleared();
    assert_eq!(cleared.to_query(), "view=team&row=a&cols=id");
}

#[test]
fn a_value_in_several_lists_is_unticked_in_all() {
    let view = parse("plans", "state=a,b&state=a&state=c");
    let state = view.table.index("state").unwrap();
    assert!(view.ticked(state, "a"));
    let without = view.toggle(state, "a");
    assert!(!without.ticked(state, "a"));
    assert_eq!(without.to_query(), "state=b&state=c");
    assert_eq!(without.toggle(state, "d").to_query(), "state=b,d&state=c");
}

#[test]
fn since_is_a_condition_and_a_saved_view_is_a_name() {
    let view = parse("plans", "since=last&view=%20our%20plans&state=x");
    assert_eq!(
        (view.since, view.name.as_deref()),
        (Some(Since::Last), Some("our plans"))
    );
    let item = |param: &str| view.items().into_iter().find(|item| item.param == param).unwrap();
    assert!(item("since=last").understood);
    assert_eq!(view.items().len(), 2);
    assert_eq!(view.without("since=last").to_query(), "state=x&view=our%20plans");
    assert_eq!(view.with_name(None).to_query(), "state=x&since=last");
    assert_eq!(
        view.with_name(Some("")).with_since(Some("0h")).to_query(),
        "state=x&since=now"
    );
    assert_eq!(view.with_since(Some("soon")), view);
    let broken = parse("plans", "since=soon");
    assert_eq!(
        (struck(&broken), broken.with_since(None).to_query()),
        (vec!["since=soon".to_owned()], String::new())
    );
    assert_eq!(broken.with_since(Some("2026-11-22")).to_query(), "since=2026-11-22");
    assert_eq!(view.cleared().to_query(), "view=our%20plans");
}

#[test]
fn a_frozen_view_means_the_same_tomorrow() {
    let clock = Clock::utc(1_795_316_400_000);
    for (query, frozen) in [
        (
            "start=now..24h&q=x",
            "start=2026-11-22T03:00:00Z..2026-11-23T03:00:00Z&q=x",
        ),
        ("start=-1h..&end=is.empty", "start=2026-11-22T02:00:00Z..&end=is.empty"),
        ("start=2026-11-22", "start=2026-11-22T00:00:00Z"),
        ("start=2026-11-22&tz=local", "start=2026-11-22T00:00:00Z&tz=local"),
        // A date in the view's own zone is the same day for everyone.
        (
            "start=2026-11-22..now&tz=%2B08:00",
            "start=2026-11-22..2026-11-22T03:00:00Z&tz=%2B08:00",
        ),
        (
            "start=gt.-1d,now&since=-1d",
            "start=gt.2026-11-21T03:00:00Z,2026-11-22T03:00:00Z&since=2026-11-21T03:00:00Z",
        ),
        ("since=last&state=not.a", "state=not.a&since=last"),
        ("start=soon", "start=soon"),
    ] {
        let view = parse("plans", query).frozen(&clock);
        assert_eq!(view.to_query(), frozen, "{query}");
        assert_eq!(view.frozen(&Clock::utc(0)), view, "{query}");
        assert!(!view.relative());
    }
}

#[test]
fn cells_narrow_the_view() {
    let table = catalog::table("patches").unwrap();
    let at = |id: &str| table.index(id).unwrap();
    let view = View::new(table);
    assert_eq!(view.only(at("group"), "a,b").to_query(), "group=a~,b");
    assert_eq!(view.only(at("group"), "not.a").to_query(), "group=not~.a");
    assert_eq!(view.only(at("group"), "").to_query(), "group=is.empty");
    assert_eq!(view.only(at("missing"), "07").to_query(), "missing=7");
    assert_eq!(view.only(at("missing"), "n/a").to_query(), "missing=has.n/a");
    assert_eq!(view.exclude(at("missing"), "n/a").to_query(), "missing=nothas.n/a");
    assert_eq!(
        parse("patches", "group=has.x&group=not.y&owner=o")
            .only(at("group"), "a")
            .to_query(),
        "group=a&owner=o"
    );

    let view = view.exclude(at("group"), "b").exclude(at("group"), "a");
    assert_eq!(view.to_query(), "group=not.a,b");
    assert_eq!(view.exclude(at("group"), "a"), view);
    assert_eq!(view.exclude(at("group"), "").to_query(), "group=is.set&group=not.a,b");
    assert_eq!(
        view.with_condition(at("missing"), "gt.0").to_query(),
        "group=not.a,b&missing=gt.0"
    );
}

#[test]
fn facets_tick_and_untick() {
    let table = catalog::table("patches").unwrap();
    let group = table.index("group").unwrap();
    let view = parse("patches", "group=has.x");
    assert!(!view.ticked(group, "a"));
    let one = view.toggle(group, "a");
    assert_eq!(one.to_query(), "group=a&group=has.x");
    let two = one.toggle(group, "").toggle(group, "gt.1");
    assert_eq!(two.to_query(), "group=,a,gt.1&group=has.x");
    for (value, ticked) in [("", true), ("a", true), ("gt.1", true), ("A", false)] {
        assert_eq!(two.ticked(group, value), ticked, "{value}");
    }
    assert_eq!(two.toggle(group, "gt.1").toggle(group, ""), one);
    assert_eq!(one.toggle(group, "a"), view);
    let empty = View::new(table).toggle(group, "");
    assert_eq!(empty.to_query(), "group=is.empty");
    assert!(empty.ticked(group, ""));
    assert_eq!(empty.toggle(group, "b").to_query(), "group=,b");
    assert_eq!(empty.toggle(group, ""), View::new(table));

    let missing = table.index("missing").unwrap();
    let odd = View::new(table).toggle(missing, "n/a");
    assert!(odd.ticked(missing, "n/a"));
    assert_eq!(odd.toggle(missing, "n/a"), View::new(table));
}

#[test]
fn headings_sort() {
    let table = catalog::table("plans").unwrap();
    let at = |id: &str| table.index(id).unwrap();
    let view = View::new(table);
    let asc = view.sorted_by(at("state"), false);
    assert_eq!(asc.to_query(), "sort=state");
    let desc = asc.sorted_by(at("state"), false);
    assert_eq!(desc.to_query(), "sort=-state");
    assert_eq!(desc.sorted_by(at("state"), false), view);
    // The table's own order is -start.
    assert_eq!(view.sorted_by(at("start"), false).to_query(), "sort=start");
    assert_eq!(view.sorted_by(at("start"), false).sorted_by(at("start"), false), view);

    let two = view.sorted_by(at("state"), true);
    assert_eq!(two.to_query(), "sort=-start,state");
    assert_eq!(two.sorted_by(at("state"), true).to_query(), "sort=-start,-state");
    assert_eq!(two.sorted_by(at("state"), true).sorted_by(at("state"), true), view);
    assert_eq!(two.sorted_by(at("start"), true).to_query(), "sort=state");
    assert_eq!(view.sorted_by(at("start"), true).to_query(), "sort=start");
    let four = two.sorted_by(at("id"), true).sorted_by(at("end"), true);
    assert_eq!(four.to_query(), "sort=-start,state,end");
    assert_eq!(two.sorted_by(at("id"), false).to_query(), "sort=id");
    // Known columns beyond the third do not slip in.
    assert_eq!(
        parse("plans", "sort=id,state,end,task,foo")
            .sorted_by(at("id"), false)
            .to_query(),
        "sort=id,foo"
    );

    // A table whose order begins upwards.
    let table = catalog::table("plugins").unwrap();
    let one = View::parse(table, "sort=version");
    assert_eq!(
        one.sorted_by(table.index("version").unwrap(), false).to_query(),
        "sort=-version"
    );
}

#[test]
fn columns_zone_and_row() {
    let table = catalog::table("plans").unwrap();
    let view = View::new(table);
    let shown = view.effective_cols();
    assert_eq!(shown.len(), table.shown.len());
    assert_eq!(view.with_cols(&[4, 0, 4, 999]).to_query(), "cols=id,cloud");
    assert_eq!(view.with_cols(&[4]).with_cols(&shown), view);
    assert_eq!(view.with_cols(&[4]).with_cols(&[]), view);
    assert_eq!(view.with_tz(Some("Asia/Shanghai")).to_query(), "tz=Asia/Shanghai");
    assert_eq!(view.with_tz(Some("Mars")), view);
    assert_eq!(parse("plans", "tz=Mars").with_tz(Some("UTC")).to_query(), "tz=UTC");
    assert_eq!(parse("plans", "tz=Mars&tz=UTC").with_tz(None), view);
    assert_eq!(view.with_row(Some("a/b&c")).to_query(), "row=a/b%26c");
    assert_eq!(view.with_row(Some("x")).with_row(Some("")), view);
    assert_eq!(view.with_q("  a   b ").to_query(), "q=a%20b");
    assert!(parse("plans", "start=-1h..").relative());
    assert!(parse("plans", "start=gt.now").relative());
    assert!(!parse("plans", "start=2026-11-22..&state=now&q=now").relative());
}

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
        "foo",
        "State",
        "",
        "%73tate",
        "m%69ssing",
    ];
    let values = vec![
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
    let param = (
        select(names),
        prop::option::weighted(0.9, prop::collection::vec(select(values), 1..3)),
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
    assert_eq!(again.items(), view.items(), "{text}");
    assert_eq!(again.effective_sort(), view.effective_sort(), "{text}");
    assert!(query.is_ascii());
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
                let used = key.is_some_and(|key| view.sort.iter().any(|used| used.column == key));
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
            view.cleared(),
        ];
        for edit in edits {
            check(table, &edit.to_query());
            let again = View::parse(table, &edit.to_query());
            prop_assert_eq!(&again.conditions, &edit.conditions);
            prop_assert_eq!(&again.sort, &edit.sort);
            prop_assert_eq!(again.items(), edit.items());
        }
        prop_assert!(view.toggle(column, value).ticked(column, value) != view.ticked(column, value));
        prop_assert!(view.only(column, value).items().iter().all(|item| item.column != Some(column) || item.understood));
        for item in view.items() {
            prop_assert!(!view.without(&item.param).items().contains(&item), "{}", item.param);
        }
    }
}
