use super::{Board, Grouping, tables};
use proptest::prelude::*;
use proptest::sample::select;

fn shown(query: &str) -> Vec<&'static str> {
    let board = Board::parse(query);
    tables()
        .into_iter()
        .filter(|table| board.shows(table) && board.view(table).is_some())
        .map(|table| table.id)
        .collect()
}

fn params(query: &str) -> Vec<(String, bool)> {
    let parts = Board::parse(query).parts.into_iter();
    parts.map(|part| (part.param, part.understood)).collect()
}

#[test]
fn a_table_without_the_column_is_left_out() {
    assert_eq!(shown(""), ["plans", "tickets", "patches", "operations"]);
    assert_eq!(
        shown("account=prod&phase=failed&q=x"),
        ["plans", "tickets", "patches", "operations"]
    );
    assert_eq!(shown("creator=li.na"), ["tickets"]);
    assert_eq!(shown("state=Failed"), ["plans", "tickets", "operations"]);
    assert_eq!(shown("end=-1h.."), ["plans", "tickets", "patches"]);
    assert_eq!(shown("cluster=c1&creator=x"), Vec::<&str>::new());
    assert_eq!(shown("table=plans,patches"), ["plans", "patches"]);
    assert_eq!(shown("table=plans&creator=x"), Vec::<&str>::new());
    // Known to the plug-ins only, which have no times.
    assert_eq!(shown("plugin=alihips"), ["plans", "tickets", "patches", "operations"]);
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
        Board::parse(query).to_query(),
        "account=a,b&colour=red&flag&group=colour&phase=gt.1&since=last&table=plugins"
    );
    let mended = Board::parse(query).without("colour=red").without("since=last");
    assert_eq!(
        mended.to_query(),
        "account=a,b&flag&group=colour&phase=gt.1&table=plugins"
    );
    // The rows are those that the rest asks for.
    let table = tables()[0];
    assert_eq!(Board::parse(query).view(table).unwrap().with_q("").conditions.len(), 1);
}

#[test]
fn start_is_the_axis_and_group_the_bands() {
    let board = Board::parse("?start=-2h..now&group=resource&q=web&tz=Asia/Shanghai");
    assert_eq!(board.range.text(), "-2h..now");
    assert_eq!(board.grouping, Grouping::Resource);
    assert!(board.parts.is_empty());
    assert_eq!(board.to_query(), "start=-2h..now&q=web&tz=Asia/Shanghai&group=resource");
    // The patch group is not a band, and no condition either.
    assert_eq!(params("group=prod-web"), [("group=prod-web".to_owned(), false)]);
    assert_eq!(shown("start=is.set"), ["plans", "tickets", "patches"]);
    assert_eq!(params("start=-1h..&start=is.set"), [("start=is.set".to_owned(), true)]);
    assert_eq!(Board::parse("start=-24h..7d&group=account").to_query(), "");
}

#[test]
fn what_means_nothing_here_is_kept() {
    let query = "account=a&cols=id&row=a/b&sort=-id";
    assert_eq!(Board::parse(query).to_query(), query);
    assert_eq!(Board::parse("account%3Da=b").to_query(), "account%3Da=b");
    assert!(params(query).iter().all(|(_, understood)| *understood));
}

#[test]
fn phases_are_ticked_as_in_a_facet() {
    let board = Board::parse("phase=failed&q=x");
    assert!(board.ticked("phase", "failed") && !board.ticked("phase", "running"));
    let both = board.toggled("phase", "running");
    assert_eq!(both.to_query(), "phase=failed,running&q=x");
    assert_eq!(
        both.toggled("phase", "failed").toggled("phase", "running").to_query(),
        "q=x"
    );
    assert_eq!(
        both.only("account", "a,b").to_query(),
        "account=a~,b&phase=failed,running&q=x"
    );
    let hidden = board.with_table_toggled("patches").with_table_toggled("plans");
    assert_eq!(hidden.to_query(), "phase=failed&table=plans,patches&q=x");
    assert_eq!(hidden.with_table_toggled("plans").with_table_toggled("patches"), board);
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
        let board = Board::parse(&pieces.join("&"));
        let query = board.to_query();
        let again = Board::parse(&query);
        prop_assert_eq!(again.to_query(), query.clone());
        prop_assert_eq!(&again, &board, "{}", query);
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
        prop_assert_eq!(Board::parse(&pieces.join("&")), Board::parse(&reversed.join("&")));
    }
}
