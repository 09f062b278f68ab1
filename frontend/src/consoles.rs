//! Where the clouds' own consoles show what rows are about. The addresses are the catalogue's ([`catalog::Console`]).
#![expect(
    clippy::inline_always,
    reason = "two parts of the page need these, and what parts share is a file more, which costs both more than a copy each"
)]

use catalog::{Label, Reference, ResourceKind, Scope, Source, Table};
use std::borrow::Cow;
use table::Rows;
use table::rows::Cell;

/// A place on a cloud's own console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// The console's name.
    pub label: Label,
    /// The region that it opens in, where that makes a difference.
    pub region: String,
    /// The address.
    pub address: String,
}

/// The source of a row, by its cloud: no table has two sources of one cloud.
#[inline(always)]
pub fn source(table: &'static Table, cloud: &str) -> Option<&'static Source> {
    table.sources().find(|source| source.cloud().id == cloud)
}

/// Whether what a column of a row names is of the reference's kind.
#[inline(always)]
pub fn holds(rows: &Rows, row: u32, reference: &Reference) -> bool {
    reference
        .when
        .is_none_or(|(column, value)| text(rows, row, column).eq_ignore_ascii_case(value))
}

/// Adds the places that show a resource, which rows of a source name in a region. That of a site which answers for a whole account is not the
/// resource's own.
#[inline(always)]
pub fn show(all: &mut Vec<Outside>, source: &Source, kinds: &[ResourceKind], region: &str, id: &str) {
    let region = Some(region).filter(|_| source.scope == Scope::Region);
    let fitting = |console: &&catalog::Console| console.kinds.iter().any(|kind| kinds.contains(kind));
    for console in source.consoles.iter().filter(fitting) {
        let Some(address) = console.address(region, id) else {
            continue;
        };
        if all.iter().all(|other| other.address != address) {
            all.push(Outside {
                label: console.label,
                region: region
                    .filter(|region| address.contains(*region))
                    .unwrap_or_default()
                    .to_owned(),
                address,
            });
        }
    }
}

/// The places that show what a row is about, above all else first.
pub fn of_row(rows: &Rows, row: u32) -> Vec<Outside> {
    let table = rows.table();
    let mut all = Vec::new();
    let Some(source) = source(table, &text(rows, row, "cloud")) else {
        return all;
    };
    let region = text(rows, row, "region");
    for reference in table.references.iter().filter(|reference| holds(rows, row, reference)) {
        // Of several resources none is the one.
        if let Some(Cell::Text(id)) = table.index(reference.column).map(|at| rows.cell(row, at))
            && !id.starts_with(['{', '['])
        {
            show(&mut all, source, &[reference.kind], &region, id);
        }
    }
    all
}

#[inline(always)]
fn text<'r>(rows: &'r Rows, row: u32, column: &str) -> Cow<'r, str> {
    let at = rows.table().index(column);
    at.map_or(Cow::Borrowed(""), |at| rows.text(row, at))
}

#[cfg(test)]
mod tests {
    use super::of_row;
    use table::Rows;

    /// The places for the first row that a source of the table answers from a region.
    fn places(table: &str, region: &str, json: &str) -> Vec<String> {
        let table = catalog::table(table).unwrap();
        let source = table.sources().next().unwrap();
        let mut rows = Rows::new(table);
        let target = rows.add_target(source.cloud().id, "prod", region, source);
        rows.ingest(target, json).unwrap();
        of_row(&rows, 0).into_iter().map(|place| place.address).collect()
    }

    #[test]
    fn a_row_opens_where_what_it_is_about_above_all_is_shown() {
        let plan = r#"[{"plan_id":"P-1","cluster_id":"c1","target_type":"nodepool","target_id":"np1"}]"#;
        assert_eq!(
            places("plans", "cn-hangzhou", plan),
            ["https://cs.console.aliyun.com/#/k8s/cluster/c1/v2/info/overview"]
        );
        assert_eq!(
            places(
                "patches",
                "cn-hangzhou",
                r#"[{"InstanceId":"i-1","BaselineId":"pb-1"}]"#
            ),
            [
                "https://ecs.console.aliyun.com/server/i-1/detail?regionId=cn-hangzhou",
                "https://oos.console.aliyun.com/"
            ]
        );
        let operation = r#"[{"operation_id":"o-1","stack_set_name":"s"}]"#;
        assert_eq!(
            places("operations", "cn-north-4", operation),
            ["https://console.huaweicloud.com/rf/?region=cn-north-4"]
        );
    }

    #[test]
    fn where_no_address_is_known_there_is_none() {
        let ticket = r#"[{"execution_id":"EX1","document_id":"DM1"}]"#;
        assert!(places("tickets", "cn-north-4", ticket).is_empty());
        let operation = r#"[{"operation_id":"o-1","stack_set_name":"s"}]"#;
        assert!(places("operations", "eu-west-101", operation).is_empty());
        // What the catalogue could make no id of is the cloud's own JSON.
        assert!(places("plans", "cn-hangzhou", r#"[{"plan_id":"P-1","cluster_id":{"odd":1}}]"#).is_empty());
        assert!(places("plans", "cn-hangzhou", r#"[{"plan_id":"P-1"}]"#).is_empty());
    }
}
