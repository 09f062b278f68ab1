//! What is exported, whatever the format.

use super::about::About;
use super::wanted::Wanted;
use super::zone::Zone;
use crate::memory::Held;
use table::export::GroupRecords;
use table::{Engine, Rows, View};

/// The rows of a view, arranged.
pub struct Export {
    /// All rows that came.
    pub rows: Rows,
    /// Its lines in the view's order: rows that it shows, or where it groups them, the places of groups.
    pub order: Vec<u32>,
    /// The groups, where lines are such.
    pub groups: Option<GroupRecords>,
    /// How many rows the view shows.
    pub matching: usize,
    /// The columns on screen, as places in the table.
    pub columns: Vec<usize>,
    /// How the file is wanted.
    pub wanted: Wanted,
    /// The view behind it.
    pub view: View,
    /// The zone in which its dates begin, and in which a format for people writes times.
    pub zone: Zone,
    /// The rest.
    pub about: About,
    /// The memory of the rows, as long as they are there.
    pub held: Held,
}

/// What stands in an export, line by line.
pub struct Lines {
    /// As [`Export::order`].
    pub order: Vec<u32>,
    /// As [`Export::groups`].
    pub groups: Option<GroupRecords>,
    /// As [`Export::matching`].
    pub matching: usize,
}

impl Lines {
    /// Those of rows that an engine has arranged for a view: groups where it asks for them and the format `has_groups`.
    pub fn of(engine: &mut Engine, rows: &Rows, view: &View, has_groups: bool) -> Self {
        let groups = (has_groups && !view.by.is_empty()).then(|| GroupRecords::new(engine, rows, view));
        let matching = engine.matching();
        let order = match &groups {
            Some(groups) => (0..groups.len())
                .filter_map(|place| u32::try_from(place).ok())
                .collect(),
            None => matching.to_vec(),
        };
        Self {
            order,
            groups,
            matching: matching.len(),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::accounts::tests::account;
    use crate::crawl::Done;
    use crate::export::arrange;
    use crate::export::coverage::Covered;
    use crate::memory::Memory;
    use crate::target::Target;
    use std::sync::Arc;
    use std::time::{Duration, UNIX_EPOCH};

    /// The export of a table's view over these items of its first source.
    pub(in crate::export) fn export(table: &str, query: &str, items: &str) -> Export {
        let source = catalog::table(table).unwrap().sources().next().unwrap();
        let mut rows = Rows::new(source.table);
        rows.add_target(source.cloud().id, "prod", "cn-north-4", source);
        let count = rows.ingest(0, items).unwrap() as u64;
        let (wanted, query) = Wanted::split(query);
        let view = View::parse(source.table, &query);
        let zone = Zone::of(view.tz.as_deref());
        let Lines {
            order,
            groups,
            matching,
        } = arrange(&rows, &view, 0, &zone, true);
        let target = Target {
            account: Arc::new(account(source.cloud())),
            source,
            region: "cn-north-4".into(),
        };
        let now = UNIX_EPOCH + Duration::from_secs(1_795_540_800);
        let done = Done {
            as_of: now,
            rows: count,
            capped: None,
        };
        let mut covered = Covered::new(&target, count, Ok(done));
        covered.unreadable = rows.unreadable()[0];
        let targets = vec![covered];
        let origin = "https://ops.example.com".into();
        Export {
            rows,
            order,
            groups,
            matching,
            columns: view.effective_cols(),
            about: About::new(&view, &wanted, &zone, origin, targets, now),
            wanted,
            view,
            zone,
            held: Held::nothing(&Memory::new(0)),
        }
    }

    /// An export of 20,000 rows: more than a chunk or two of any format.
    pub(in crate::export) fn large() -> Export {
        let items: Vec<String> = (0..20_000)
            .map(|at| format!(r#"{{"InstanceId": "i-{at:08}", "MissingCount": {at}}}"#))
            .collect();
        export("patches", "cols=instance,missing", &format!("[{}]", items.join(",")))
    }

    /// Three patch states: one with what a spreadsheet would take for a formula, one with a count that is none.
    pub(in crate::export) const ITEMS: &str = r#"[
        {"InstanceId": "i-1", "MissingCount": 3, "OperationStartTime": "2026-11-24T17:20:00Z"},
        {"InstanceId": "i-2", "MissingCount": "many"},
        {"InstanceId": "=i", "MissingCount": 0}
    ]"#;
    /// A view of them.
    pub(in crate::export) const QUERY: &str = "cols=missing,instance,start&sort=instance";
}
