//! The timeline's query string. It is that of the tables, for several tables at once:
//!
//! - A condition holds for the tables that understand it. A table that does not (it has no such column) is left out: its rows cannot
//!   fulfil the condition. What no table of the timeline understands is kept, struck out, and changes nothing.
//! - `start` with a range is what is in sight; everything that touches it is shown, whichever column of time its table has. Other conditions
//!   on `start` are conditions like any other.
//! - `group` says what makes a band: `account` (the default), `resource` or `table`. `table` lists the tables to show.
//! - `q` and `tz` mean what they mean everywhere. `sort`, `cols`, `row` and `view` mean nothing here, narrow nothing, and are kept. `since`
//!   would narrow, but what changed is known of single tables only: it is struck out.

use super::range::Range;
use crate::pages::span::Span;
use catalog::Table;
use table::view::{Condition, Param, SortKey, View, decode_query, encode_query};

/// What makes a band of the timeline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grouping {
    /// Rows of one account.
    #[default]
    Account,
    /// Rows about one cluster, instance, document or stack set.
    Resource,
    /// Rows of one table.
    Table,
}

impl Grouping {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Account, Self::Resource, Self::Table];

    /// The value in links.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Resource => "resource",
            Self::Table => "table",
        }
    }

    /// The grouping of a link.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grouping| grouping.id() == id)
    }
}

/// The tables that have times, in the catalogue's order.
pub fn tables() -> Vec<&'static Table> {
    catalog::tables()
        .into_iter()
        .filter(|table| Span::of(table).is_some())
        .collect()
}

/// The tables that a list names, in the catalogue's order; `None` where it names something else.
fn known(list: &str) -> Option<Vec<&'static str>> {
    let asked = table::view::split_items(list);
    let all: Vec<&str> = tables().into_iter().map(|table| table.id).collect();
    let known = asked.iter().all(|id| all.contains(&id.as_str()));
    known.then(|| {
        all.into_iter()
            .filter(|id| asked.iter().any(|asked| asked == id))
            .collect()
    })
}

/// A parameter as a query string of its own.
fn encode(param: &Param) -> String {
    encode_query([(param.name.as_str(), param.value.as_deref())])
}

/// One condition, as it stands in the link.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// Whether some table understands it.
    pub understood: bool,
    /// In canonical form, decoded: `phase=failed`.
    pub param: String,
    /// Name and value apart, because a name may hold a `=`.
    pair: Param,
    /// The tables that understand it, a bit each.
    knows: u32,
}

impl Part {
    /// Name and value.
    fn pair(&self) -> (&str, Option<&str>) {
        (&self.pair.name, self.pair.value.as_deref())
    }
}

/// What the timeline shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Board {
    /// The conditions, in canonical order.
    pub parts: Vec<Part>,
    /// Free text.
    pub q: String,
    /// The zone of times, as in a table's view.
    pub tz: Option<String>,
    /// What is in sight.
    pub range: Range,
    /// What makes a band.
    pub grouping: Grouping,
    /// Tables to show, as ids; empty for all.
    pub tables: Vec<&'static str>,
    /// What means nothing here but is kept.
    kept: Vec<Param>,
}

impl Board {
    /// Reads a query string, with or without the `?`. Takes any text.
    pub fn parse(query: &str) -> Self {
        let mut board = Self {
            parts: Vec::new(),
            q: String::new(),
            tz: None,
            range: Range::default(),
            grouping: Grouping::default(),
            tables: Vec::new(),
            kept: Vec::new(),
        };
        // Each may be said once; a second time it is a condition like any other, or none.
        let mut said = [false; 3];
        for param in decode_query(query) {
            board.take(param, &mut said);
        }
        table::sort::by(&mut board.parts, |a, b| {
            (!a.understood, &a.param).cmp(&(!b.understood, &b.param))
        });
        board.parts.dedup();
        table::sort::by(&mut board.kept, Ord::cmp);
        board.kept.dedup();
        board
    }

    fn take(&mut self, param: Param, said: &mut [bool; 3]) {
        let value = param.value.as_deref().unwrap_or_default();
        let alone = encode(&param);
        let views: Vec<View> = tables().into_iter().map(|table| View::parse(table, &alone)).collect();
        let range = || views.iter().find_map(|view| Range::of(view.conditions.first()?));
        match param.name.as_str() {
            "q" => {
                self.q = [self.q.as_str(), value]
                    .join(" ")
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ");
            }
            "sort" | "cols" | "row" | "view" => self.kept.push(param),
            "tz" if self.tz.is_none() && views.iter().any(|view| view.tz.is_some()) => {
                self.tz = views.into_iter().find_map(|view| view.tz);
            }
            "start" if !said[0] && range().is_some() => {
                said[0] = true;
                self.range = range().unwrap_or_default();
            }
            "group" if !said[1] && Grouping::from_id(value).is_some() => {
                said[1] = true;
                self.grouping = Grouping::from_id(value).unwrap_or_default();
            }
            "table" if !said[2] && known(value).is_some() => {
                said[2] = true;
                self.tables = known(value).unwrap_or_default();
            }
            name => {
                let knows = views.iter().enumerate().filter(|(_, view)| {
                    // On the timeline `group` is never the patch group.
                    name != "group" && view.conditions.iter().any(|condition| condition.test.is_some())
                });
                let knows = knows.fold(0, |bits, (at, _)| bits | 1 << at);
                // The first table that has the field says how the condition is written.
                let condition = views.iter().find_map(|view| view.conditions.first());
                let value = condition.map_or(param.value.clone(), |condition| Some(condition.text.clone()));
                let text = value.as_ref().map(|value| [name, "=", value].concat());
                self.parts.push(Part {
                    understood: knows != 0,
                    param: text.unwrap_or_else(|| name.to_owned()),
                    pair: Param {
                        name: name.to_owned(),
                        value,
                    },
                    knows,
                });
            }
        }
    }

    /// The canonical query string, without `?`; empty for the default.
    pub fn to_query(&self) -> String {
        let range = self.range.text();
        let tables = self.tables.join(",");
        let mut out: Vec<(&str, Option<&str>)> = Vec::new();
        if self.range != Range::default() {
            out.push(("start", Some(&range)));
        }
        out.extend(self.parts.iter().map(Part::pair));
        let rest = [
            ("table", tables.as_str()),
            ("q", &self.q),
            ("tz", self.tz.as_deref().unwrap_or_default()),
            (
                "group",
                if self.grouping == Grouping::default() {
                    ""
                } else {
                    self.grouping.id()
                },
            ),
        ];
        out.extend(
            rest.into_iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(name, value)| (name, Some(value))),
        );
        out.extend(
            self.kept
                .iter()
                .map(|param| (param.name.as_str(), param.value.as_deref())),
        );
        encode_query(out)
    }

    /// A condition as the first table that understands it has it.
    pub fn condition(part: &Part) -> Option<(&'static Table, Condition)> {
        let place = part.knows.trailing_zeros() as usize;
        let table = tables().into_iter().nth(place)?;
        let view = View::parse(table, &encode_query([part.pair()]));
        Some((table, view.conditions.into_iter().next()?))
    }

    /// Whether a table is among those to show.
    pub fn shows(&self, table: &'static Table) -> bool {
        self.tables.is_empty() || self.tables.contains(&table.id)
    }

    /// What the conditions mean for a table, in the order that costs least; `None` for a table that does not know one of them.
    pub fn view(&self, table: &'static Table) -> Option<View> {
        let place = tables().into_iter().position(|known| known.id == table.id)?;
        let knows = |part: &&Part| part.knows & (1 << place) != 0;
        if !self
            .parts
            .iter()
            .filter(|part| part.understood)
            .all(|part| knows(&part))
        {
            return None;
        }
        let mut view =
            View::parse(table, &encode_query(self.parts.iter().filter(knows).map(Part::pair))).with_q(&self.q);
        view.tz.clone_from(&self.tz);
        view.sort = table
            .index("account")
            .map(|column| SortKey {
                column,
                descending: false,
            })
            .into_iter()
            .collect();
        Some(view)
    }

    /// Whether any condition moves as time passes.
    pub fn relative(&self) -> bool {
        tables()
            .into_iter()
            .filter_map(|table| self.view(table))
            .any(|view| view.relative())
    }

    /// Without one of its conditions.
    pub fn without(&self, param: &str) -> Self {
        self.edited(|board| board.parts.retain(|part| part.param != param))
    }

    /// Without any conditions, free text or choice of tables.
    pub fn cleared(&self) -> Self {
        self.edited(|board| {
            board.parts.clear();
            board.q.clear();
            board.tables.clear();
        })
    }

    /// Ticks or unticks a value of a column that every table has.
    pub fn toggled(&self, column: &str, value: &str) -> Self {
        self.changed(column, |view, at| view.toggle(at, value))
    }

    /// Only rows with a value in a column that every table has, in place of all that was asked of the column.
    pub fn only(&self, column: &str, value: &str) -> Self {
        self.changed(column, |view, at| view.only(at, value))
    }

    /// Whether a value of a column that every table has is ticked.
    pub fn ticked(&self, column: &str, value: &str) -> bool {
        let found = self.of(column);
        found.is_some_and(|(view, at, _)| view.ticked(at, value))
    }

    /// The conditions on a column as a view of the first table, the column's place there, and all other conditions.
    fn of(&self, column: &str) -> Option<(View, usize, Vec<Part>)> {
        let table = tables().into_iter().next()?;
        let at = table.index(column)?;
        let (mine, others): (Vec<Part>, Vec<Part>) = self
            .parts
            .iter()
            .cloned()
            .partition(|part| part.understood && part.pair().0 == column);
        Some((
            View::parse(table, &encode_query(mine.iter().map(Part::pair))),
            at,
            others,
        ))
    }

    fn changed(&self, column: &str, change: impl FnOnce(&View, usize) -> View) -> Self {
        let Some((view, at, others)) = self.of(column) else {
            return self.clone();
        };
        let query = change(&view, at).to_query();
        self.edited(|board| {
            board.parts = others;
            for param in decode_query(&query) {
                board.take(param, &mut [true; 3]);
            }
        })
    }

    /// Ticks or unticks a table. None ticked is all shown, as in a facet.
    pub fn with_table_toggled(&self, id: &'static str) -> Self {
        self.edited(|board| {
            if board.tables.contains(&id) {
                board.tables.retain(|known| *known != id);
            } else {
                board.tables.push(id);
            }
        })
    }

    /// With another free text.
    pub fn with_q(&self, q: &str) -> Self {
        self.edited(|board| board.q = q.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// In this zone, or the reader's own.
    pub fn with_tz(&self, tz: Option<&str>) -> Self {
        self.edited(|board| board.tz = tz.map(str::to_owned))
    }

    /// With another stretch of time in sight.
    pub fn with_range(&self, range: Range) -> Self {
        Self { range, ..self.clone() }
    }

    /// In other bands.
    pub fn with_grouping(&self, grouping: Grouping) -> Self {
        Self {
            grouping,
            ..self.clone()
        }
    }

    /// Every edit ends in the canonical form, which is what its link reads as.
    fn edited(&self, edit: impl FnOnce(&mut Self)) -> Self {
        let mut board = self.clone();
        edit(&mut board);
        Self::parse(&board.to_query())
    }
}

#[cfg(test)]
mod tests {
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
}
