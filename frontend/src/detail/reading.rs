//! In which order a row is read: its state and why, when and where, all else, and last what has no value.

use catalog::{Format, Kind, Table};
use table::Rows;
use table::rows::Cell;

/// The common columns that say where, those that people tell things apart by first.
const WHERE: [&str; 5] = ["account", "region", "env", "team", "cloud"];

/// A table's columns in the order in which one of its rows is read, as places in [`Table::columns`]. Each stands in one of the lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The state, and what says why it is so.
    pub state: Vec<usize>,
    /// When and where.
    pub place: Vec<usize>,
    /// All others that have a value.
    pub others: Vec<usize>,
    /// Those without a value.
    pub empty: Vec<usize>,
}

impl Reading {
    /// Of a row.
    pub fn of(rows: &Rows, row: u32) -> Self {
        let table = rows.table();
        let mut reading = Self::default();
        for (begin, columns) in [state(table), place(table), others(table)].iter().enumerate() {
            for (at, column) in columns.iter().enumerate() {
                if reading.has(*column) {
                    continue;
                }
                // A row without a state says so: nobody looks for that among what is empty.
                let is_state = begin == 0 && at == 0;
                let list = match begin {
                    _ if !is_state && rows.cell(row, *column) == Cell::Empty => &mut reading.empty,
                    0 => &mut reading.state,
                    1 => &mut reading.place,
                    _ => &mut reading.others,
                };
                list.push(*column);
            }
        }
        reading
    }

    fn has(&self, column: usize) -> bool {
        [&self.state, &self.place, &self.others, &self.empty]
            .iter()
            .any(|list| list.contains(&column))
    }
}

/// The first status column that a table shows, which is about the row and nothing larger; then why.
fn state(table: &'static Table) -> Vec<usize> {
    let is_status = |id: &&&str| table.column(id).is_some_and(|column| column.format == Format::Status);
    let state = table.shown.iter().find(is_status);
    let reasons = table.roles().map_or(&[][..], |roles| roles.reasons);
    state
        .into_iter()
        .chain(reasons)
        .filter_map(|id| table.index(id))
        .collect()
}

/// From when to when, other times, and where.
fn place(table: &'static Table) -> Vec<usize> {
    let times = table.columns().enumerate();
    let times = times.filter(|(_, column)| column.kind == Kind::Time).map(|(at, _)| at);
    let places = WHERE.iter().filter_map(|id| table.index(id));
    let span = table.span.iter().flat_map(|span| [span.begin, span.end]);
    span.filter_map(|id| table.index(id))
        .chain(times)
        .chain(places)
        .collect()
}

/// What the table shows before what it does not.
fn others(table: &'static Table) -> Vec<usize> {
    let shown = table.shown.iter().filter_map(|id| table.index(id));
    shown.chain(0..table.columns().len()).collect()
}

#[cfg(test)]
mod tests {
    use super::Reading;
    use table::Rows;

    fn rows(table: &str, json: &str) -> Rows {
        let table = catalog::table(table).unwrap();
        let source = table.sources().next().unwrap();
        let mut rows = Rows::new(table);
        let target = rows.add_target(source.cloud().id, "prod", "cn-hangzhou", source);
        rows.ingest(target, json).unwrap();
        rows
    }

    fn names(rows: &Rows, columns: &[usize]) -> Vec<&'static str> {
        let all: Vec<_> = rows.table().columns().map(|column| column.id).collect();
        columns.iter().map(|at| all[*at]).collect()
    }

    #[test]
    fn state_and_reason_come_first_and_what_is_empty_last() {
        let plans = rows(
            "plans",
            r#"[{"plan_id":"P-1","cluster_id":"c1","type":"KUBELET_UPGRADE","state":"Failed",
                "state_reason":{"code":"NodeNotReady","message":"2 nodes"},"start_time":"2026-11-22T03:00:00Z","target_id":""}]"#,
        );
        let reading = Reading::of(&plans, 0);
        assert_eq!(names(&plans, &reading.state), ["state", "reason", "reason_message"]);
        assert_eq!(names(&plans, &reading.place), ["start", "account", "region", "cloud"]);
        assert_eq!(names(&plans, &reading.others), ["type", "cluster", "id", "phase"]);
        assert_eq!(
            names(&plans, &reading.empty),
            ["end", "created", "env", "team", "target_type", "target", "task"]
        );
    }

    /// What a row's state follows from is why; a state that is a cluster's is not the row's.
    #[test]
    fn counts_and_flags_are_reasons_too() {
        let patches = rows(
            "patches",
            r#"[{"InstanceId":"i-1","MissingCount":"0","FailedCount":"2"}]"#,
        );
        let reading = Reading::of(&patches, 0);
        assert_eq!(names(&patches, &reading.state), ["phase", "failed", "missing"]);
        assert!(names(&patches, &reading.empty).contains(&"pending_reboot"));
        let plugins = rows(
            "plugins",
            r#"[{"ClusterId":"c1","ClusterStatus":"NORMAL","NodePluginInfoList":[{"PluginName":"alihips","Installed":true,"Online":false}]}]"#,
        );
        let reading = Reading::of(&plugins, 0);
        assert_eq!(names(&plugins, &reading.state), ["phase", "installed", "online"]);
        assert_eq!(names(&plugins, &reading.others)[..2], ["plugin", "state"]);
    }

    #[test]
    fn every_column_stands_in_one_place_and_a_row_without_a_state_says_so() {
        for table in catalog::TABLES {
            let rows = rows(table.id, r#"[{"odd":1}]"#);
            let Reading {
                state,
                place,
                others,
                empty,
            } = Reading::of(&rows, 0);
            assert!(!state.is_empty(), "{}", table.id);
            let mut all = [state, place, others, empty].concat();
            all.sort_unstable();
            assert_eq!(all, (0..table.columns().len()).collect::<Vec<_>>(), "{}", table.id);
        }
    }
}
