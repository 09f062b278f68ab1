//! Which rows name an id, and the views that show those.

use catalog::{Format, Table};
use table::Rows;
use table::rows::Cell;

/// A row that names the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The row.
    pub row: u32,
    /// The columns that do, a bit each.
    columns: u32,
}

impl Hit {
    /// Whether a column names it.
    pub fn is_in(self, column: usize) -> bool {
        self.columns & (1 << column) != 0
    }
}

/// The columns of a table that may name resources: those that the catalogue says so of, and whatever else holds machine ids.
pub fn places(table: &'static Table) -> Vec<usize> {
    let names = |(at, column): (usize, &catalog::Column)| {
        let id = column.format == Format::Id || table.references_of(column.id).next().is_some();
        id.then_some(at)
    };
    table.columns().enumerate().filter_map(names).collect()
}

/// The rows from number `from` on that name `id`.
pub fn hits(rows: &Rows, id: &str, from: usize) -> Vec<Hit> {
    let places = places(rows.table());
    let numbers = (from..rows.len()).filter_map(|row| u32::try_from(row).ok());
    let found = numbers.filter(|row| !rows.is_gone(*row)).filter_map(|row| {
        let named = places.iter().filter(|place| match rows.cell(row, **place) {
            Cell::Text(text) => text == id,
            Cell::List(mut items) => items.any(|item| item == id),
            _ => false,
        });
        let columns = named.fold(0, |bits, place| bits | 1 << place);
        (columns != 0).then_some(Hit { row, columns })
    });
    found.collect()
}

/// Columns that together name the id in all the given rows, each with the number of rows in which it does: a view with that one condition
/// shows exactly those. One column where one is enough.
pub fn views(table: &'static Table, hits: &[Hit]) -> Vec<(usize, usize)> {
    let counted: Vec<(usize, usize)> = places(table)
        .into_iter()
        .map(|place| (place, hits.iter().filter(|hit| hit.is_in(place)).count()))
        .filter(|(_, count)| *count > 0)
        .collect();
    let whole = counted.iter().find(|(_, count)| *count == hits.len());
    whole.map_or_else(|| counted.clone(), |whole| vec![*whole])
}

#[cfg(test)]
pub(super) mod tests {
    use super::{hits, places, views};
    use table::engine::{Clock, Engine};
    use table::{Rows, View};

    /// What a source of a table answered.
    pub fn rows(table: &str, json: &str) -> Rows {
        let table = catalog::table(table).unwrap();
        let source = table.sources().next().unwrap();
        let mut rows = Rows::new(table);
        let region = if source.scope == catalog::Scope::Region {
            "cn-hangzhou"
        } else {
            "cn-shanghai"
        };
        let target = rows.add_target(source.cloud().id, "prod", region, source);
        rows.ingest(target, json).unwrap();
        rows
    }

    /// Plans of two clusters.
    pub fn plans() -> Rows {
        rows(
            "plans",
            r#"[
                {"plan_id":"P-1","cluster_id":"c1","target_type":"cluster","target_id":"c1"},
                {"plan_id":"P-2","cluster_id":"c1","target_type":"nodepool","target_id":"np1"},
                {"plan_id":"P-3","cluster_id":"c2","target_type":"nodepool","target_id":"np2"}
            ]"#,
        )
    }

    #[test]
    fn the_columns_that_name_things() {
        let names = |id: &str| -> Vec<&str> {
            let table = catalog::table(id).unwrap();
            let columns: Vec<_> = table.columns().collect();
            places(table).into_iter().map(|at| columns[at].id).collect()
        };
        assert_eq!(names("plans"), ["id", "cluster", "target", "task"]);
        assert_eq!(names("tickets"), ["id", "seq", "document", "version_id", "targets"]);
        assert_eq!(names("patches"), ["instance", "baseline"]);
        assert_eq!(names("plugins"), ["cluster", "instance", "machine", "uuid"]);
        assert_eq!(names("operations"), ["id", "stack_set", "stack_set_id"]);
    }

    /// What a section counts is what the view behind its link shows.
    #[test]
    fn links_show_exactly_the_rows_that_were_found() {
        let plans = plans();
        let table = plans.table();
        for (id, columns) in [
            ("c1", vec!["cluster"]),
            ("np1", vec!["target"]),
            ("P-3", vec!["id"]),
            ("nobody", vec![]),
        ] {
            let found = hits(&plans, id, 0);
            let links = views(table, &found);
            let names: Vec<&str> = links
                .iter()
                .map(|(at, _)| table.columns().nth(*at).unwrap().id)
                .collect();
            assert_eq!(names, columns, "{id}");
            for (column, count) in links {
                let view = View::new(table).only(column, id);
                let mut engine = Engine::new();
                engine.update(&plans, &view, &Clock::utc(0));
                assert_eq!(engine.matching().len(), count, "{view:?}");
                assert_eq!(count, found.len());
            }
        }
        // Two columns that name it in different rows are two links.
        let mixed = rows(
            "plans",
            r#"[{"plan_id":"1","cluster_id":"x"},{"plan_id":"2","cluster_id":"y","target_id":"x"}]"#,
        );
        assert_eq!(views(table, &hits(&mixed, "x", 0)).len(), 2);
        assert_eq!(hits(&mixed, "x", 1).len(), 1);
    }
}
