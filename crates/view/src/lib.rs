//! A view of a table, and the URL grammar that writes it down: one view, one canonical query string.
//!
//! A crate of its own, because the page has it compiled small, where the rows and the engine are compiled fast.
//!
//! Nothing is ever dropped: a parameter, field, operator or value that is not understood is kept, printed again, and listed among
//! [`View::items`] as not understood.
//!
//! ```
//! use signalbox_view::View;
//!
//! let table = catalog::table("patches").unwrap();
//! let view = View::parse(table, "?sort=-missing&region=not.cn-beijing&missing=gt.0&account=b,a&colour=red");
//! assert_eq!(view.to_query(), "account=a,b&region=not.cn-beijing&missing=gt.0&colour=red&sort=-missing");
//! assert!(!view.items().iter().find(|item| item.param == "colour=red").unwrap().understood);
//! ```

mod admit;
mod by;
mod condition;
mod edit;
mod encoding;
mod path;
mod print;
mod query;
mod since;
pub mod timeline;
pub mod typed;
mod value;

pub use condition::{Condition, OPERATORS, Order, Test, list, split_items};
pub use path::{export_path, resource_path, row_path, with_query};
pub use query::{decode_query, encode_query};
pub use since::Since;
pub use value::{Unit, Value, When};

use catalog::{Column, Table};
use std::fmt;
use values::{sort, time};

/// Parameters that are no fields, in canonical order. A column of that name wins.
pub const RESERVED: [&str; 9] = ["q", "tz", "view", "row", "group", "since", "by", "sort", "cols"];

/// Most keys that a sort order has.
pub const MAX_SORT: usize = 3;

/// Most columns that rows are grouped by.
pub const MAX_BY: usize = 3;

/// The word of `sort` for how many rows a group has. It is known where rows are grouped.
pub const COUNT: &str = "count";

/// What the page shows of a table. Equal views have equal strings, and the other way round.
#[derive(Clone)]
pub struct View {
    /// The table.
    pub table: &'static Table,
    /// The conditions, by column and text. A row must pass all that are understood.
    pub conditions: Vec<Condition>,
    /// Free text, single spaces between its words. A row must have every word in some column.
    pub q: String,
    /// The columns that rows are grouped by, in column order: a line a group. Empty where each row is a line.
    pub by: Vec<ColRef>,
    /// Words of `by` that have no effect: unknown columns, and known ones beyond [`MAX_BY`]. Sorted.
    pub unknown_by: Vec<String>,
    /// Sort keys; empty for the table's own order.
    pub sort: Vec<SortKey>,
    /// Words of `sort` that have no effect: unknown columns, and known ones beyond [`MAX_SORT`] or named twice. Sorted.
    pub unknown_sort: Vec<String>,
    /// Columns on screen, in order; empty for the table's own choice.
    pub cols: Vec<ColRef>,
    /// Words of `cols` that name no column. Sorted.
    pub unknown_cols: Vec<String>,
    /// The zone in which times are shown and dates begin: `UTC`, `local`, `±HH:MM`, or an IANA name such as `Asia/Shanghai`.
    pub tz: Option<String>,
    /// The saved view that this one started from. It has no effect by itself.
    pub name: Option<String>,
    /// The open row's id.
    pub row: Option<String>,
    /// Only rows that are new or have changed since the reader's browser kept the table.
    pub since: Option<Since>,
    /// Parameters without a meaning, in the order in which they are printed.
    pub unknown: Vec<Param>,
}

/// A column's place in [`Table::columns`].
pub type ColRef = usize;

/// One key of a sort order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SortKey {
    /// The column's place in [`Table::columns`], or the one behind them for how many rows a group has ([`COUNT`]).
    pub column: usize,
    /// Largest first. Rows without a value come last either way.
    pub descending: bool,
}

/// A decoded parameter that is not understood.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Param {
    /// What stands before the `=`.
    pub name: String,
    /// What stands behind it; `None` without one.
    pub value: Option<String>,
}

/// One entry of the page's list of conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The decoded parameter, for example `missing=gt.0`. Unknown words of `by`, `sort` and `cols` stand alone: `sort=colour`.
    pub param: String,
    /// Whether it narrows the result. If not, the result may be wider than the sender's.
    pub understood: bool,
    /// The column that it is about, as its place in [`Table::columns`].
    pub column: Option<usize>,
}

impl View {
    /// The default view: every row, in the table's own order and columns.
    pub fn new(table: &'static Table) -> Self {
        Self {
            table,
            conditions: Vec::new(),
            q: String::new(),
            by: Vec::new(),
            unknown_by: Vec::new(),
            sort: Vec::new(),
            unknown_sort: Vec::new(),
            cols: Vec::new(),
            unknown_cols: Vec::new(),
            tz: None,
            name: None,
            row: None,
            since: None,
            unknown: Vec::new(),
        }
    }

    /// Reads a query string, with or without the `?`. Takes any text.
    pub fn parse(table: &'static Table, query: &str) -> Self {
        let mut view = Self::new(table);
        // Whether rows are grouped decides what a sort order may name.
        for param in decode_query(query).filter(|param| param.name == "by") {
            view.take_by(param.value.as_deref().unwrap_or_default());
        }
        for param in decode_query(query) {
            match param.value {
                Some(value) => view.take(param.name, value),
                None => view.unknown.push(param),
            }
        }
        view.settle();
        view
    }

    /// Takes one decoded parameter.
    fn take(&mut self, name: String, value: String) {
        match name.as_str() {
            "q" => {
                self.q.push(' ');
                self.q.push_str(&value);
            }
            "by" => {}
            "sort" => value.split(',').for_each(|word| self.take_sort(word)),
            "cols" => value.split(',').for_each(|word| self.take_col(word)),
            "row" if value.is_empty() || self.row.as_ref() == Some(&value) => {}
            "row" if self.row.is_none() => self.row = Some(value),
            "view" if value.trim().is_empty() || self.name.as_deref() == Some(value.trim()) => {}
            "view" if self.name.is_none() => self.name = Some(value.trim().to_owned()),
            "since" if self.since.is_some() && self.since == Since::parse(&value) => {}
            "since" if self.since.is_none() && Since::parse(&value).is_some() => self.since = Since::parse(&value),
            "tz" if self.tz.is_some() && self.tz == zone(&value) => {}
            "tz" if self.tz.is_none() && zone(&value).is_some() => self.tz = zone(&value),
            _ => match self.table.index(&name).zip(self.table.column(&name)) {
                Some((at, column)) => self.conditions.push(Condition::parse(at, column.kind, &value)),
                None => self.unknown.push(Param {
                    name,
                    value: Some(value),
                }),
            },
        }
    }

    fn take_sort(&mut self, word: &str) {
        match self.sort_key(word) {
            _ if word.is_empty() => {}
            Some(key) if self.sort.contains(&key) => {}
            Some(key) if self.sort.len() < MAX_SORT && self.sort.iter().all(|known| known.column != key.column) => {
                self.sort.push(key);
            }
            _ => self.unknown_sort.push(word.to_owned()),
        }
    }

    fn take_col(&mut self, word: &str) {
        match self.table.index(word) {
            _ if word.is_empty() => {}
            Some(column) if self.cols.contains(&column) => {}
            Some(column) => self.cols.push(column),
            None => self.unknown_cols.push(word.to_owned()),
        }
    }

    /// Brings everything into its one canonical form.
    fn settle(&mut self) {
        sort::by(&mut self.conditions, |a, b| {
            (a.column, &a.text).cmp(&(b.column, &b.text))
        });
        self.conditions
            .dedup_by(|a, b| (a.column, &a.text) == (b.column, &b.text));
        self.q = self.q.split_whitespace().collect::<Vec<_>>().join(" ");
        for words in [&mut self.unknown_by, &mut self.unknown_sort, &mut self.unknown_cols] {
            sort::by(words, Ord::cmp);
            words.dedup();
        }
        // A default order must stay written out before known words beyond it, or they would become the order.
        if self.sort == self.default_sort() && !self.unknown_sort.iter().any(|word| self.sort_key(word).is_some()) {
            self.sort.clear();
        }
        if self.cols == self.default_cols() {
            self.cols.clear();
        }
        self.unknown.iter_mut().for_each(Param::settle);
        sort::by(&mut self.unknown, |a, b| {
            (print::rank(&a.name), a).cmp(&(print::rank(&b.name), b))
        });
        self.unknown.dedup();
    }

    fn sort_key(&self, word: &str) -> Option<SortKey> {
        let (descending, id) = word.strip_prefix('-').map_or((false, word), |id| (true, id));
        let count = (id == COUNT && !self.by.is_empty()).then(|| self.table.columns().len());
        let column = self.table.index(id).or(count)?;
        Some(SortKey { column, descending })
    }

    fn default_sort(&self) -> Vec<SortKey> {
        self.table.sort.iter().filter_map(|word| self.sort_key(word)).collect()
    }

    fn default_cols(&self) -> Vec<usize> {
        self.table.shown.iter().filter_map(|id| self.table.index(id)).collect()
    }

    /// The sort keys in force: the view's, or the table's.
    pub fn effective_sort(&self) -> Vec<SortKey> {
        if self.sort.is_empty() {
            self.default_sort()
        } else {
            self.sort.clone()
        }
    }

    /// The columns on screen, as places in [`Table::columns`]: the view's, or the table's.
    pub fn effective_cols(&self) -> Vec<usize> {
        if self.cols.is_empty() {
            self.default_cols()
        } else {
            self.cols.clone()
        }
    }

    /// What the list of conditions shows, in canonical order, with everything that is not understood. `q`, `tz`, `view`, `row` and understood
    /// words of `by`, `sort` and `cols` are no conditions.
    pub fn items(&self) -> Vec<Item> {
        let item = |param: String, column: Option<usize>, understood: bool| Item {
            param,
            understood,
            column,
        };
        let mut items: Vec<Item> = self
            .conditions
            .iter()
            .map(|condition| item(self.param(condition), Some(condition.column), condition.test.is_some()))
            .collect();
        items.extend(self.since.map(|since| item(since.param(), None, true)));
        items.extend(self.unknown.iter().map(|param| item(param.text(), None, false)));
        for (name, words) in [
            ("by=", &self.unknown_by),
            ("sort=", &self.unknown_sort),
            ("cols=", &self.unknown_cols),
        ] {
            items.extend(words.iter().map(|word| item([name, word].concat(), None, false)));
        }
        items
    }

    /// The decoded parameter of a condition: `missing=gt.0`.
    fn param(&self, condition: &Condition) -> String {
        [
            self.column(condition.column).map_or("", |column| column.id),
            "=",
            &condition.text,
        ]
        .concat()
    }

    fn column(&self, at: usize) -> Option<&'static Column> {
        self.table.columns().nth(at)
    }

    /// Whether a condition has a relative time, so that the result changes as time passes.
    pub fn relative(&self) -> bool {
        self.conditions.iter().any(Condition::is_relative)
    }

    /// The view's zone as minutes east of UTC, where it names a fixed one.
    pub fn zone(&self) -> Option<i32> {
        offset(self.tz.as_deref()?)
    }
}

/// A zone as minutes east of UTC, where it is a fixed one.
fn offset(tz: &str) -> Option<i32> {
    match tz {
        "UTC" => Some(0),
        other => time::offset(other.as_bytes()),
    }
}

impl Param {
    /// Where nothing is known of a name, an empty value is none: nothing that shows links in running text leaves a `=` at their end alone.
    fn settle(&mut self) {
        self.value.take_if(|value| value.is_empty());
    }

    /// Name and value as one text.
    pub fn text(&self) -> String {
        match &self.value {
            Some(value) => [&self.name, "=", value].concat(),
            None => self.name.clone(),
        }
    }
}

/// The canonical name of a time zone: `UTC`, `local`, `±HH:MM`, or what looks like an IANA name. No list of zones is kept here, the page knows
/// the browser's.
fn zone(text: &str) -> Option<String> {
    if text == "UTC" || text == "local" {
        return Some(text.to_owned());
    }
    if let Some(minutes) = time::offset(text.as_bytes()) {
        // The `+` of a link typed by hand arrives as a space.
        return Some(if minutes == 0 {
            "UTC".to_owned()
        } else {
            text.replace(' ', "+")
        });
    }
    let part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+'))
    };
    (text.contains('/') && text.len() <= 64 && text.split('/').all(part)).then(|| text.to_owned())
}

impl PartialEq for View {
    fn eq(&self, other: &Self) -> bool {
        self.table.id == other.table.id && self.to_query() == other.to_query()
    }
}

impl Eq for View {}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}?{}", self.table.id, self.to_query())
    }
}
