use super::{Grouping, TimelineView, canonical, tables};
use crate::View;
use catalog::{Column, Kind, Table};
use proptest::prelude::*;
use proptest::sample::select;

fn shown(query: &str) -> Vec<&'static str> {
    let view = TimelineView::parse(query);
    tables()
        .into_iter()
        .filter(|table| view.shows(table) && view.view(table).is_some())
        .map(|table| table.id)
        .collect()
}

fn params(query: &str) -> Vec<(String, bool)> {
    let conditions = TimelineView::parse(query).conditions.into_iter();
    conditions
        .map(|condition| (condition.param, condition.understood))
        .collect()
}

#[test]
fn a_table_without_the_column_is_left_out() {
    let timed: Vec<_> = catalog::TABLES
        .iter()
        .filter(|table| table.span.is_some())
        .map(|table| table.id)
        .collect();
    assert_eq!(shown(""), timed);
    assert_eq!(shown("account=prod&phase=failed&q=x"), timed);
    assert_eq!(shown("creator=li.na"), ["tickets"]);
    assert_eq!(shown("state=Failed"), ["plans", "tickets", "operations"]);
    assert_eq!(shown("end=-1h.."), ["plans", "tickets", "patches"]);
    assert_eq!(shown("cluster=c1&creator=x"), Vec::<&str>::new());
    assert_eq!(shown("table=plans,patches"), ["plans", "patches"]);
    assert_eq!(shown("table=plans&creator=x"), Vec::<&str>::new());
    // Known to the plug-ins only, which have no times.
    assert_eq!(shown("plugin=alihips"), timed);
}

#[test]
fn a_list_is_made_shorter_in_its_place() {
    let view = TimelineView::parse("instance=a,b,c&phase=failed&q=x");
    let shorter = |value| view.with_value("instance=a,b,c", value).to_query();
    assert_eq!(shorter("eq.a,b"), "instance=a,b&phase=failed&q=x");
    // A value that reads like an operator stays a value.
    assert_eq!(shorter("eq.not.a"), "instance=not~.a&phase=failed&q=x");
    assert_eq!(view.with_value("instance=a", "b"), view);
}

#[test]
fn what_no_table_understands_is_kept_and_struck() {
    let query = "account=b,a&colour=red&phase=gt.1&group=colour&table=plugins&since=last&flag";
    assert_eq!(
        params(query),
        [
            ("account=a,b".to_owned(), true),
            ("colour=red".to_owned(), false),
            ("flag".to_owned(), false),
            ("group=colour".to_owned(), false),
            ("phase=gt.1".to_owned(), false),
            ("since=last".to_owned(), false),
            ("table=plugins".to_owned(), false),
        ]
    );
    assert_eq!(
        TimelineView::parse(query).to_query(),
        "account=a,b&colour=red&flag&group=colour&phase=gt.1&since=last&table=plugins"
    );
    let mended = TimelineView::parse(query).without("colour=red").without("since=last");
    assert_eq!(
        mended.to_query(),
        "account=a,b&flag&group=colour&phase=gt.1&table=plugins"
    );
    // The rows are those that the rest asks for.
    let table = tables()[0];
    assert_eq!(
        TimelineView::parse(query)
            .view(table)
            .unwrap()
            .with_q("")
            .conditions
            .len(),
        1
    );
}

#[test]
fn start_is_the_axis_and_group_the_bands() {
    let view = TimelineView::parse("?start=-2h..now&group=resource&q=web&tz=Asia/Shanghai");
    assert_eq!(view.range.text(), "-2h..now");
    assert_eq!(view.grouping, Grouping::Resource);
    assert!(view.conditions.is_empty());
    assert_eq!(view.to_query(), "start=-2h..now&q=web&tz=Asia/Shanghai&group=resource");
    // The patch group is not a band, and no condition either.
    assert_eq!(params("group=prod-web"), [("group=prod-web".to_owned(), false)]);
    assert_eq!(shown("start=is.set"), ["plans", "tickets", "patches"]);
    assert_eq!(params("start=-1h..&start=is.set"), [("start=is.set".to_owned(), true)]);
    assert_eq!(TimelineView::parse("start=-24h..7d&group=account").to_query(), "");
}

#[test]
fn what_means_nothing_here_is_kept() {
    let query = "account=a&cols=id&row=a/b&sort=-id";
    assert_eq!(TimelineView::parse(query).to_query(), query);
    assert_eq!(TimelineView::parse("account%3Da=b").to_query(), "account%3Da=b");
    assert!(params(query).iter().all(|(_, understood)| *understood));
}

#[test]
fn phases_are_ticked_as_in_a_facet() {
    let view = TimelineView::parse("phase=failed&q=x");
    assert!(view.ticked("phase", "failed") && !view.ticked("phase", "running"));
    let both = view.toggled("phase", "running");
    assert_eq!(both.to_query(), "phase=failed,running&q=x");
    assert_eq!(
        both.toggled("phase", "failed").toggled("phase", "running").to_query(),
        "q=x"
    );
    assert_eq!(
        both.only("account", "a,b").to_query(),
        "account=a~,b&phase=failed,running&q=x"
    );
    let hidden = view.with_table_toggled("patches").with_table_toggled("plans");
    assert_eq!(hidden.to_query(), "phase=failed&table=plans,patches&q=x");
    assert_eq!(hidden.with_table_toggled("plans").with_table_toggled("patches"), view);
}

/// A table that has one field of this kind.
fn with_field(kind: Kind) -> &'static Table {
    let plans = catalog::table("plans").unwrap();
    let own = vec![Column {
        kind,
        ..Column::text("size", "Size", "大小")
    }];
    Box::leak(Box::new(Table {
        own: own.leak(),
        ..*plans
    }))
}

/// Two tables may have one field with two kinds. One view has one form: it is the first table's that understands the condition.
#[test]
fn a_condition_is_written_by_a_table_that_understands_it() {
    let (number, text) = (with_field(Kind::Number), with_field(Kind::Text));
    let written = |tables: [&'static Table; 2], param| {
        let views = tables.map(|table| View::parse(table, param));
        canonical(&views).map(str::to_owned)
    };
    for tables in [[number, text], [text, number]] {
        assert_eq!(written(tables, "size=b,a").as_deref(), Some("a,b"));
        assert_eq!(written(tables, "size=gt.2.0").as_deref(), Some("gt.2"));
        assert_eq!(written(tables, "size=gt.x").as_deref(), Some("gt.x"));
        assert_eq!(written(tables, "colour=b,a"), None);
    }
    // Both understand it: the first one's way.
    assert_eq!(written([number, text], "size=2.0").as_deref(), Some("2"));
    assert_eq!(written([text, number], "size=2.0").as_deref(), Some("2.0"));
}

#[test]
fn every_view_has_a_path() {
    let path = |query: &str| TimelineView::parse(query).path();
    assert_eq!(path(""), "/timeline");
    assert_eq!(path("?start=-24h..7d&group=account"), "/timeline");
    assert_eq!(path("account=b,a&group=table"), "/timeline?account=a,b&group=table");
}

/// Pieces that links are made of, good and bad.
fn piece() -> impl Strategy<Value = String> {
    let fields = select(vec![
        "account", "phase", "start", "end", "state", "missing", "group", "table", "q", "tz", "sort", "cols", "row",
        "view", "since", "colour", "updated", "%73tart", "a%3Db", "",
    ]);
    let values = select(vec![
        "a",
        "b,a",
        "not.a",
        "gt.0",
        "-1h..2d",
        "..",
        "now..",
        "2026-11-22..",
        "is.empty",
        "is.nonsense",
        "failed",
        "resource",
        "plans,tickets",
        "UTC",
        "%2C%26",
        "x+y",
        "",
        "~,",
        "-start",
    ]);
    // A name with an `=` inside must not become another name.
    prop_oneof![
        1 => Just("account%3Da=b".to_owned()),
        9 => (fields, values).prop_map(|(field, value)| format!("{field}={value}")),
        1 => "[a-z%&=.~,+]{0,12}",
    ]
}

proptest! {
    /// A link reads as what it was printed from, and printing it again changes nothing.
    #[test]
    fn links_are_canonical(pieces in prop::collection::vec(piece(), 0..8)) {
        let view = TimelineView::parse(&pieces.join("&"));
        let query = view.to_query();
        let escaped = query.len() > 2 && query.as_bytes()[query.len() - 3] == b'%';
        prop_assert!(query.is_empty() || escaped || query.ends_with(|last: char| last.is_ascii_alphanumeric()), "{}", query);
        let again = TimelineView::parse(&query);
        prop_assert_eq!(again.to_query(), query.clone());
        prop_assert_eq!(&again, &view, "{}", query);
    }

    /// The order of the pieces does not matter, as long as none says again what another said.
    #[test]
    fn order_does_not_matter(pieces in prop::collection::vec(piece(), 0..6)) {
        let mut names = std::collections::HashSet::new();
        let pieces: Vec<String> = pieces
            .into_iter()
            .filter(|piece| names.insert(piece.split('=').next().unwrap_or_default().replace("%73", "s")))
            .collect();
        let reversed: Vec<String> = pieces.iter().rev().cloned().collect();
        prop_assert_eq!(TimelineView::parse(&pieces.join("&")), TimelineView::parse(&reversed.join("&")));
    }
}

#[test]
fn what_is_said_twice_means_the_same_however_often_the_link_is_written() {
    let said = [
        ("tz", ["UTC", "Asia/Shanghai"]),
        ("group", ["account", "table"]),
        ("table", ["", "plans"]),
        ("table", ["tickets", "plans"]),
        ("start", ["-24h..7d", "-7d..7d"]),
    ];
    for (name, [one, other]) in said {
        for (first, second) in [(one, other), (other, one)] {
            for more in ["", "&phase=failed&colour=red", "&a=1"] {
                let link = format!("{name}={first}&{name}={second}{more}");
                let view = TimelineView::parse(&link);
                let query = view.to_query();
                assert_eq!(TimelineView::parse(&query), view, "{link} became {query}");
            }
        }
    }
    // What is no such value stands where conditions do.
    assert_eq!(TimelineView::parse("tz=x&group=row").to_query(), "group=row&tz=x");
}
