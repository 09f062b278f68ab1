//! What is planned for the resources that rows name.

use crate::rows::{Cell, NewValue, Rows};
use catalog::{ResourceKind, Table};

/// The next thing that is planned for a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// When it begins, in milliseconds since the Unix epoch.
    pub begin: i64,
    /// The row that says so.
    pub row: u32,
}

/// What is planned, by the resources that are named.
#[derive(Default)]
pub(super) struct Planned {
    references: Vec<Named>,
}

/// What is planned for the resources that one column names.
struct Named {
    column: usize,
    kind: ResourceKind,
    /// Only in rows with this value in that column.
    when: Option<(usize, &'static str)>,
    /// The earliest, by the code of the resource's id.
    next: Vec<Option<Next>>,
}

impl Planned {
    /// Nothing yet, of a table whose rows are work that is planned; of any other there is nothing to be known.
    pub(super) fn of(table: &'static Table) -> Self {
        if !table.span.is_some_and(|span| span.work && span.planned) {
            return Self::default();
        }
        let named = table.references.iter().filter_map(|reference| {
            let when = reference
                .when
                .map(|(column, value)| Some((table.index(column)?, value)));
            Some(Named {
                column: table.index(reference.column)?,
                kind: reference.kind,
                when: when.unwrap_or_default(),
                next: Vec::new(),
            })
        });
        Self {
            references: named.collect(),
        }
    }

    /// Whether nothing would be learned from any row.
    pub(super) fn is_empty(&self) -> bool {
        self.references.is_empty()
    }

    /// Learns from a row that begins then.
    pub(super) fn add(&mut self, rows: &Rows, row: u32, begin: i64) {
        for named in &mut self.references {
            let holds = |(column, value): (usize, &str)| rows.text(row, column).eq_ignore_ascii_case(value);
            if !named.when.is_none_or(holds) || !matches!(rows.cell(row, named.column), Cell::Text(_)) {
                continue;
            }
            let Some(code) = rows.column(named.column).and_then(|own| own.codes.get(row as usize)) else {
                continue;
            };
            let code = code as usize;
            if named.next.len() <= code {
                named.next.resize(code + 1, None);
            }
            let earlier = |next: &Next| (begin, row) < (next.begin, next.row);
            if let Some(next) = named.next.get_mut(code)
                && next.as_ref().is_none_or(earlier)
            {
                *next = Some(Next { begin, row });
            }
        }
    }

    /// The next thing for any of these resources.
    pub(super) fn next(&self, rows: &Rows, kind: ResourceKind, ids: &[String]) -> Option<Next> {
        let named = self.references.iter().filter(|named| named.kind == kind);
        let found = named.flat_map(|named| {
            let dict = rows.column(named.column).map(|own| &own.dict);
            let code = move |id: &String| dict?.find(NewValue::Text(id));
            ids.iter()
                .filter_map(move |id| named.next.get(code(id)? as usize)?.as_ref())
        });
        found.min_by_key(|next| (next.begin, next.row)).cloned()
    }
}
