//! What is shown of one matter.

use super::Matters;
use crate::engine::groups::Sum;
use crate::engine::groups::figure::{self, Different, Seen};
use crate::rows::{EMPTY, Rows};
use catalog::{Kind, Phase, ResourceKind};
use hashbrown::HashSet;
use std::borrow::Cow;
use values::sort;
use view::View;

/// Most resources of a matter that are named one by one.
const NAMED: usize = 100;

/// How many resources of a kind.
pub type Counted = (ResourceKind, usize);
/// The ids of resources of a kind.
pub type Named = (ResourceKind, Vec<String>);

/// Rows that need someone, and are one thing to whoever is on duty.
#[derive(Clone, Debug)]
pub struct Matter {
    /// What tells it from all others, in this browser and the next: of table, phase and values.
    pub key: u64,
    /// Failed, or to be acted on.
    pub phase: Phase,
    /// The view of exactly its rows.
    pub view: View,
    /// How many rows it has.
    pub rows: usize,
    /// How many rows of any phase are about the same, where they are runs of one thing.
    pub runs: Option<usize>,
    /// The values that make it: columns and text forms, the phase aside.
    pub values: Vec<(usize, String)>,
    /// What the resource that makes it is called, where a row says so.
    pub name: Option<String>,
    /// How many different resources its rows name, most important kind first; kinds of which they name none are left out.
    pub resources: Vec<Counted>,
    /// The same by their ids, with those that make the matter; kinds with very many are left out.
    pub ids: Vec<Named>,
    /// Where its rows are, most rows first.
    pub places: Vec<Place>,
    /// Why, in the cloud's words, beyond the values that make it.
    pub reasons: Vec<Reason>,
    /// When the first and the last of its rows began, where they are work.
    pub begun: Option<(i64, i64)>,
    /// How many rows are new, or need someone newly, since the last visit; `None` where nothing was compared.
    pub fresh: Option<usize>,
    /// Whether it was marked as seen, and no row has come since.
    pub seen: bool,
    /// Whether it was ever marked as seen, as far as that is remembered.
    pub known: bool,
}

/// An account and a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The account's id.
    pub account: String,
    /// The region's; empty where none is known.
    pub region: String,
    /// How many rows.
    pub rows: usize,
}

/// What a column says of why rows need someone.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// A text; that of the newest row where there are several.
    Text {
        /// The column.
        column: usize,
        /// The cloud's words.
        text: String,
        /// Whether other rows say something else.
        several: bool,
    },
    /// The sum of counts.
    Sum {
        /// The column.
        column: usize,
        /// What they add up to.
        sum: Sum,
    },
}

impl Matters {
    /// What there is to say of a matter; nothing where others stand in the place of its rows. Costs a look at each of them.
    pub fn matter(&self, rows: &Rows, at: usize) -> Option<Matter> {
        let weight = self.weights.get(at).filter(|_| self.are_of(rows))?;
        let (dealt, group) = self.place(at)?;
        let of = dealt.rows(group);
        let table = rows.table();
        let mut values = dealt.by().iter().copied().zip(dealt.values(rows, group));
        let mut view = View::new(table);
        let mut own = Vec::new();
        for (column, value) in values.by_ref() {
            view = view.only(column, &value);
            if column != self.columns.phase {
                own.push((column, value.into_owned()));
            }
        }
        let runs = self.columns.runs.then(|| {
            let code = dealt.code(group, 1) as usize;
            self.runs.get(code).map_or(0, |count| *count as usize)
        });
        let (resources, ids) = resources(rows, of, &own);
        Some(Matter {
            key: weight.key,
            phase: weight.phase,
            view,
            rows: of.len(),
            // Runs of nothing in particular are runs of nothing.
            runs: runs.filter(|_| own.first().is_some_and(|(_, value)| !value.is_empty())),
            name: name(rows, weight.last, &own),
            resources,
            ids,
            places: places(rows, of),
            reasons: reasons(rows, of, weight.last, &own),
            values: own,
            begun: weight.begun,
            fresh: self.compared.map(|_| weight.fresh as usize),
            seen: weight.seen == Some(true),
            known: weight.seen.is_some(),
        })
    }
}

/// What the resource that makes a matter is called: in the row, by the first other name that has a value.
fn name(rows: &Rows, row: u32, values: &[(usize, String)]) -> Option<String> {
    let table = rows.table();
    let (column, _) = values.first().filter(|(_, value)| !value.is_empty())?;
    let id = table.columns().nth(*column)?.id;
    let names = table.references_of(id).flat_map(|reference| reference.names);
    let texts = names.filter_map(|name| Some(rows.text(row, table.index(name)?)));
    texts.into_iter().find(|text| !text.is_empty()).map(Cow::into_owned)
}

/// How many resources of each kind rows name, and which, beyond those that make the matter.
fn resources(rows: &Rows, of: &[u32], values: &[(usize, String)]) -> (Vec<Counted>, Vec<Named>) {
    let table = rows.table();
    let mut kinds: Vec<(ResourceKind, Vec<usize>)> = Vec::new();
    for reference in table.references.iter().filter(|reference| reference.when.is_none()) {
        let Some(column) = table.index(reference.column) else {
            continue;
        };
        match kinds.iter_mut().find(|(kind, _)| *kind == reference.kind) {
            Some((_, columns)) => columns.push(column),
            None => kinds.push((reference.kind, vec![column])),
        }
    }
    let (mut counts, mut ids) = (Vec::new(), Vec::new());
    for (kind, columns) in kinds {
        if let Some((_, value)) = values
            .iter()
            .find(|(column, value)| columns.contains(column) && !value.is_empty())
        {
            ids.push((kind, vec![value.clone()]));
            continue;
        }
        let (count, named) = named(rows, of, &columns);
        if count == 0 {
            continue;
        }
        counts.push((kind, count));
        if count == named.len() {
            ids.push((kind, named));
        }
    }
    (counts, ids)
}

/// How many different things rows name in the first of these columns that has a value in each, and the first hundred of them.
fn named(rows: &Rows, of: &[u32], columns: &[usize]) -> (usize, Vec<String>) {
    let (mut count, mut ids) = (0, Vec::new());
    let mut left = Cow::Borrowed(of);
    for column in columns {
        let Some(own) = rows.column(*column) else { continue };
        let code = |row: u32| own.codes.get(row as usize).unwrap_or(EMPTY);
        let (named, without): (Vec<u32>, Vec<u32>) = left.iter().partition(|row| code(**row) != EMPTY);
        let items = |code: u32| own.dict.words().map(|_| own.dict.items(code));
        count += match figure::different(rows, &named, *column, &mut Seen::of(own)) {
            Different::One(EMPTY) => 0,
            Different::One(code) => items(code).map_or(1, |items| items.iter().collect::<HashSet<_>>().len()),
            Different::Several(count) => count as usize,
        };
        if count <= NAMED {
            let mut known = HashSet::new();
            for row in named {
                let code = code(row);
                let words = own.dict.words().unwrap_or(&own.dict);
                let codes = items(code).map_or_else(|| Cow::Owned(vec![code]), Cow::Borrowed);
                for code in codes.iter().filter(|code| known.insert(**code)) {
                    ids.push(words.text(*code).into_owned());
                }
            }
        }
        left = Cow::Owned(without);
    }
    (count, ids)
}

/// Where rows are.
fn places(rows: &Rows, of: &[u32]) -> Vec<Place> {
    let mut counts = vec![(0, 0); rows.targets()];
    for row in of {
        if let Some((count, of)) = counts.get_mut(rows.target(*row) as usize) {
            (*count, *of) = (*count + 1, *row);
        }
    }
    let text = |row: u32, column: &str| {
        let column = rows.table().index(column);
        column.map_or_else(String::new, |column| rows.text(row, column).into_owned())
    };
    let mut places: Vec<Place> = Vec::new();
    for (count, row) in counts.into_iter().filter(|(count, _)| *count > 0) {
        let (account, region) = (text(row, "account"), text(row, "region"));
        let known = |place: &&mut Place| (&place.account, &place.region) == (&account, &region);
        match places.iter_mut().find(known) {
            Some(place) => place.rows += count,
            None => places.push(Place {
                account,
                region,
                rows: count,
            }),
        }
    }
    sort::by(&mut places, |a, b| {
        (b.rows, &a.account, &a.region).cmp(&(a.rows, &b.account, &b.region))
    });
    places
}

/// What says why: the columns of the catalogue, those that make the matter aside.
fn reasons(rows: &Rows, of: &[u32], last: u32, values: &[(usize, String)]) -> Vec<Reason> {
    let table = rows.table();
    let columns = table.roles().map_or(&[][..], |roles| roles.reasons);
    let columns = columns.iter().filter_map(|id| table.index(id));
    let others = columns.filter(|column| values.iter().all(|(own, _)| own != column));
    let reason = |column: usize| {
        let own = rows.column(column)?;
        match table.columns().nth(column)?.kind {
            Kind::Number => {
                let sum = figure::sum(rows, of, column);
                (sum.sum > 0.0).then_some(Reason::Sum { column, sum })
            }
            Kind::Text => {
                let several = matches!(
                    figure::different(rows, of, column, &mut Seen::of(own)),
                    Different::Several(_)
                );
                // The newest row may be the one that says nothing.
                let newest_first = std::iter::once(&last).chain(of.iter().rev());
                let text = newest_first
                    .map(|row| rows.text(*row, column))
                    .find(|text| !text.is_empty())?;
                Some(Reason::Text {
                    column,
                    text: text.into_owned(),
                    several,
                })
            }
            _ => None,
        }
    };
    others.filter_map(reason).collect()
}
