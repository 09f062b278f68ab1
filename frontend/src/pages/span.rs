//! When what a row tells about begins and ends.

use catalog::{Format, Table};

/// The pairs of columns that say so, by the tables' own names for them.
const PAIRS: [(&str, &str); 2] = [("start", "end"), ("created", "updated")];

/// A table's columns of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Where the beginning stands.
    pub begin: usize,
    /// Where the end stands.
    pub end: usize,
    /// Whether the beginning is planned and may lie ahead. Otherwise it is when the row was made.
    pub planned: bool,
    /// Whether a row is one piece of work that its state follows to the end. Otherwise it tells how something is since it was last looked at,
    /// and its phase says nothing about the run that found it.
    pub work: bool,
}

impl Span {
    /// The columns of a table; `None` for one without times.
    pub fn of(table: &'static Table) -> Option<Self> {
        PAIRS.into_iter().find_map(|(begin, end)| {
            Some(Self {
                begin: table.index(begin)?,
                end: table.index(end)?,
                planned: begin == "start",
                work: table
                    .column("state")
                    .is_some_and(|state| state.format == Format::Status),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[test]
    fn every_table_but_the_plug_ins_has_times() {
        let spans: Vec<_> = catalog::tables()
            .into_iter()
            .map(|table| (table.id, Span::of(table).map(|span| (span.planned, span.work))))
            .collect();
        assert_eq!(
            spans,
            [
                ("plans", Some((true, true))),
                ("tickets", Some((true, true))),
                ("patches", Some((true, false))),
                ("plugins", None),
                ("operations", Some((false, true))),
            ]
        );
    }
}
