//! The timeline's query string. It is that of the tables, for several tables at once:
//!
//! - A condition holds for the tables that understand it. A table that does not (it has no such column) is left out: its rows cannot
//!   fulfil the condition. What no table of the timeline understands is kept, struck out, and changes nothing.
//! - `start` with a range is what is in sight; everything that touches it is shown, whichever column of time its table has. Other conditions
//!   on `start` are conditions like any other.
//! - `group` says what makes a band: `account` (the default), `resource` or `table`. `table` lists the tables to show.
//! - `q` and `tz` mean what they mean everywhere. `sort`, `cols`, `row` and `view` mean nothing here, narrow nothing, and are kept. `since`
//!   would narrow, but what changed is known of single tables only: it is struck out.

mod edits;
mod range;
#[cfg(test)]
mod tests;

pub use range::{LONGEST, Range, SHORTEST};

use super::{Condition, Param, SortKey, View, decode_query, encode_query, offset, split_items, with_query};
use catalog::Table;
use values::{Clock, sort};

/// The timeline's path, without its slash.
pub const TIMELINE: &str = "timeline";

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
        .filter(|table| table.span.is_some())
        .collect()
}

/// The tables that a list names, in the catalogue's order; `None` where it names something else.
fn known(list: &str) -> Option<Vec<&'static str>> {
    let asked = split_items(list);
    let all: Vec<&str> = tables().into_iter().map(|table| table.id).collect();
    let known = asked.iter().all(|id| all.contains(&id.as_str()));
    known.then(|| {
        all.into_iter()
            .filter(|id| asked.iter().any(|asked| asked == id))
            .collect()
    })
}

/// How a condition is written that stands alone in the views of several tables: as the first table has it that understands it, or else the first
/// that has the field.
fn canonical(views: &[View]) -> Option<&str> {
    let conditions = || views.iter().filter_map(|view| view.conditions.first());
    let understood = conditions().find(|condition| condition.test.is_some());
    Some(&understood.or_else(|| conditions().next())?.text)
}

/// Name and value.
fn pair(param: &Param) -> (&str, Option<&str>) {
    (&param.name, param.value.as_deref())
}

/// One condition, as it stands in the link.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimelineCondition {
    /// Whether some table understands it.
    pub understood: bool,
    /// In canonical form, decoded: `phase=failed`.
    pub param: String,
    /// Name and value apart, because a name may hold a `=`.
    pair: Param,
    /// The tables that understand it, a bit each.
    knows: u32,
}

impl TimelineCondition {
    /// Name and value.
    fn pair(&self) -> (&str, Option<&str>) {
        pair(&self.pair)
    }

    /// Whether it would count as more than a condition, had not another one said the same before.
    fn says_again(&self) -> bool {
        let value = self.pair.value.as_deref().unwrap_or_default();
        let alone = || encode_query([self.pair()]);
        let mut views = tables().into_iter().map(|table| View::parse(table, &alone()));
        match self.pair.name.as_str() {
            "start" => views.any(|view| view.conditions.first().and_then(Range::of).is_some()),
            "tz" => views.any(|view| view.tz.is_some()),
            "group" => Grouping::from_id(value).is_some(),
            "table" => known(value).is_some(),
            _ => false,
        }
    }

    /// The condition of the first table that understands it.
    pub fn of_table(&self) -> Option<(&'static Table, Condition)> {
        let place = self.knows.trailing_zeros() as usize;
        let table = tables().into_iter().nth(place)?;
        let view = View::parse(table, &encode_query([self.pair()]));
        Some((table, view.conditions.into_iter().next()?))
    }
}

/// What the timeline shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimelineView {
    /// The conditions, in canonical order.
    pub conditions: Vec<TimelineCondition>,
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
    /// Parameters that mean nothing here but are kept: `sort`, `cols`, `row` and `view`.
    pub ignored: Vec<Param>,
}

impl TimelineView {
    /// Reads a query string, with or without the `?`. Takes any text.
    pub fn parse(query: &str) -> Self {
        let mut view = Self::default();
        // Each may be said once; a second time it is a condition like any other, or none.
        let mut said = [false; 3];
        for param in decode_query(query) {
            view.take(param, &mut said);
        }
        sort::by(&mut view.conditions, |a, b| {
            (!a.understood, &a.param).cmp(&(!b.understood, &b.param))
        });
        view.conditions.dedup();
        sort::by(&mut view.ignored, Ord::cmp);
        view.ignored.dedup();
        view
    }

    fn take(&mut self, mut param: Param, said: &mut [bool; 3]) {
        let value = param.value.as_deref().unwrap_or_default();
        let alone = encode_query([pair(&param)]);
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
            "sort" | "cols" | "row" | "view" => {
                param.settle();
                self.ignored.push(param);
            }
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
                let value = canonical(&views).map_or(value, |text| text);
                let value = (!value.is_empty()).then(|| value.to_owned());
                let text = value.as_ref().map(|value| [name, "=", value].concat());
                self.conditions.push(TimelineCondition {
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
        // What says again what another said counts only behind it, which must then stand there even where it says the usual.
        let (again, others): (Vec<_>, Vec<_>) = self.conditions.iter().partition(|condition| condition.says_again());
        let is_said_again = |name: &str| again.iter().any(|condition| condition.pair.name == name);
        let mut out: Vec<(&str, Option<&str>)> = Vec::new();
        if self.range != Range::default() || is_said_again("start") {
            out.push(("start", Some(&range)));
        }
        out.extend(others.into_iter().map(TimelineCondition::pair));
        let tz = self.tz.as_deref().unwrap_or_default();
        let rest = [
            ("table", tables.as_str(), self.tables.is_empty()),
            ("q", &self.q, self.q.is_empty()),
            ("tz", tz, tz.is_empty()),
            ("group", self.grouping.id(), self.grouping == Grouping::default()),
        ];
        let rest = rest
            .into_iter()
            .filter(|(name, _, usual)| !usual || is_said_again(name));
        out.extend(rest.map(|(name, value, _)| (name, Some(value))));
        out.extend(again.iter().map(|condition| condition.pair()));
        out.extend(self.ignored.iter().map(pair));
        encode_query(out)
    }

    /// The path of the page that shows it: `/timeline?phase=failed`.
    pub fn path(&self) -> String {
        with_query(&["/", TIMELINE].concat(), &self.to_query())
    }

    /// First and last instant in sight, in milliseconds since the Unix epoch. Bounds that stand the wrong way round, or too close or far for
    /// anything to be seen, give way.
    pub fn in_sight(&self, clock: &Clock<'_>) -> (i64, i64) {
        self.range.resolve(self.tz.as_deref().and_then(offset), clock)
    }

    /// Whether a table is among those to show.
    pub fn shows(&self, table: &'static Table) -> bool {
        self.tables.is_empty() || self.tables.contains(&table.id)
    }

    /// What the conditions mean for a table, sorted by account, which costs least; `None` for a table that does not know one of them.
    pub fn view(&self, table: &'static Table) -> Option<View> {
        let place = tables().into_iter().position(|known| known.id == table.id)?;
        let knows = |condition: &&TimelineCondition| condition.knows & (1 << place) != 0;
        if self
            .conditions
            .iter()
            .any(|condition| condition.understood && !knows(&condition))
        {
            return None;
        }
        let mut view = View::parse(
            table,
            &encode_query(self.conditions.iter().filter(knows).map(TimelineCondition::pair)),
        )
        .with_q(&self.q);
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
}
