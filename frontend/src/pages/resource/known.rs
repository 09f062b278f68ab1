//! What rows say about an id: what it is, what it is called, where it is, and what it belongs to.

use super::find::Hit;
use crate::consoles::{self, Outside};
use catalog::{Label, Reference, ResourceKind, Scope};
use std::borrow::Cow;
use table::Rows;
use table::rows::Cell;

/// Another resource in the same rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relative {
    /// Its id.
    pub id: String,
    /// Another name for it, or nothing.
    pub name: String,
}

/// What is known of an id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// What it is, in words.
    pub kinds: Vec<Label>,
    /// Its other names and addresses, as rows say them.
    pub names: Vec<String>,
    /// Its other ids, which other rows may know it by.
    pub aliases: Vec<String>,
    /// The clouds whose rows name it.
    pub clouds: Vec<&'static str>,
    /// Account, and region where the rows have their own.
    pub homes: Vec<(String, String)>,
    /// Other resources in its rows, by kind, in order of appearance.
    pub related: Vec<(ResourceKind, Vec<Relative>)>,
    /// Where the clouds themselves show it.
    pub outside: Vec<Outside>,
}

/// Gathers what rows say. May be called for one table after another.
pub fn learn(known: &mut Known, rows: &Rows, id: &str, hits: &[Hit]) {
    let table = rows.table();
    let text = |row: u32, column: &str| table.index(column).map_or(Cow::Borrowed(""), |at| rows.text(row, at));
    for hit in hits {
        let row = hit.row;
        let named = |reference: &Reference| table.index(reference.column).is_some_and(|at| hit.is_in(at));
        let present: Vec<&'static Reference> = table
            .references
            .iter()
            .filter(|reference| consoles::holds(rows, row, reference))
            .collect();
        let mut own: Vec<ResourceKind> = Vec::new();
        for reference in present.iter().filter(|reference| named(reference)) {
            add(&mut own, reference.kind);
            add(&mut known.kinds, reference.kind.label());
            for name in reference.names {
                let name = text(row, name);
                if !name.is_empty() && name != id {
                    add(&mut known.names, name.into_owned());
                }
            }
        }
        if own.is_empty() {
            // An id that names nothing but its row: a plan, a task, a ticket.
            let columns = table.columns().enumerate();
            for (_, column) in columns.filter(|(at, _)| hit.is_in(*at)) {
                add(&mut known.kinds, column.label);
            }
        }
        let source = consoles::source(table, &text(row, "cloud"));
        if let Some(source) = source {
            add(&mut known.clouds, source.cloud().id);
        }
        let regional = source.is_some_and(|source| source.scope == Scope::Region);
        let region = text(row, "region");
        let own_region = Some(&*region).filter(|_| regional).unwrap_or_default();
        add(
            &mut known.homes,
            (text(row, "account").into_owned(), own_region.to_owned()),
        );
        if let Some(source) = source {
            consoles::show(&mut known.outside, source, &own, &region, id);
        }
        relate(known, rows, row, id, &present, &own);
    }
    // A name that rows can be found by is a name all the same.
    let names = &known.names;
    known.aliases.retain(|alias| !names.contains(alias));
    // A region says more than its absence.
    let homes = known.homes.clone();
    known
        .homes
        .retain(|home| !home.1.is_empty() || !homes.iter().any(|other| other.0 == home.0 && !other.1.is_empty()));
}

/// The other resources in a row: those of its own kind are other ids of the same one, the rest are related.
fn relate(known: &mut Known, rows: &Rows, row: u32, id: &str, present: &[&'static Reference], own: &[ResourceKind]) {
    let table = rows.table();
    let mut seen: Vec<ResourceKind> = Vec::new();
    for reference in present {
        let Some(at) = table.index(reference.column) else {
            continue;
        };
        let (several, values) = match rows.cell(row, at) {
            Cell::List(items) => (true, items.collect()),
            Cell::Text(text) => (false, vec![text]),
            _ => continue,
        };
        // What the catalogue could make no id of is the cloud's own JSON.
        let values = values
            .into_iter()
            .filter(|value| *value != id && !value.starts_with(['{', '[']));
        if own.contains(&reference.kind) {
            if !several {
                values.for_each(|value| add(&mut known.aliases, value.to_owned()));
            }
            continue;
        }
        // Of several ids of one resource the first is the best known.
        if seen.contains(&reference.kind) {
            continue;
        }
        let name = || {
            let names = reference.names.iter().filter_map(|name| table.index(name));
            let mut names = names.map(|at| rows.text(row, at)).filter(|name| !name.is_empty());
            names.next().map(Cow::into_owned).unwrap_or_default()
        };
        for value in values {
            add(&mut seen, reference.kind);
            let place = known.related.iter().position(|(kind, _)| *kind == reference.kind);
            let place = place.unwrap_or_else(|| {
                known.related.push((reference.kind, Vec::new()));
                known.related.len() - 1
            });
            let all = &mut known.related[place].1;
            match all.iter_mut().find(|relative| relative.id == value) {
                Some(relative) if relative.name.is_empty() => relative.name = name(),
                Some(_) => {}
                None => all.push(Relative {
                    id: value.to_owned(),
                    name: name(),
                }),
            }
        }
    }
}

/// Adds what is not there yet.
fn add<T: PartialEq>(all: &mut Vec<T>, one: T) {
    if !all.contains(&one) {
        all.push(one);
    }
}

#[cfg(test)]
mod tests {
    use super::{Known, learn};
    use crate::pages::resource::find::hits;
    use crate::pages::resource::find::tests::{plans, rows};
    use catalog::ResourceKind;
    use table::Rows;

    fn plugins() -> Rows {
        rows(
            "plugins",
            r#"[{"ClusterId":"c1","ClusterName":"core","NodePluginInfoList":[
                {"PluginName":"alihips","instanceId":"i-1","Uuid":"u-1","MachineName":"web-1","MachineIntranetIp":"10.0.0.1"},
                {"PluginName":"alinet","instanceId":"i-1","Uuid":"u-1","MachineName":"web-1","MachineIntranetIp":"10.0.0.1"},
                {"PluginName":"alihips","Uuid":"u-2","MachineName":"web-2"}
            ]}]"#,
        )
    }

    fn known(id: &str, all: &[&Rows]) -> Known {
        let mut known = Known::default();
        for rows in all {
            learn(&mut known, rows, id, &hits(rows, id, 0));
        }
        known
    }

    fn ids(known: &Known, wanted: ResourceKind) -> Vec<&str> {
        let found = known.related.iter().find(|(kind, _)| *kind == wanted);
        found.map_or_else(Vec::new, |(_, all)| {
            all.iter().map(|relative| relative.id.as_str()).collect()
        })
    }

    #[test]
    fn a_cluster_is_known_by_its_plans_and_plug_ins() {
        let known = known("c1", &[&plans(), &plugins()]);
        assert_eq!(known.kinds, [ResourceKind::Cluster.label()]);
        assert_eq!(known.names, ["core"]);
        assert_eq!(known.homes, [("prod".to_owned(), "cn-hangzhou".to_owned())]);
        assert_eq!(ids(&known, ResourceKind::NodePool), ["np1"]);
        // An instance that has no id is known by its machine.
        assert_eq!(ids(&known, ResourceKind::Instance), ["i-1", "web-2"]);
        assert!(known.aliases.is_empty());
        let addresses: Vec<&str> = known.outside.iter().map(|outside| outside.address.as_str()).collect();
        assert_eq!(
            addresses,
            [
                "https://cs.console.aliyun.com/#/k8s/cluster/c1/v2/info/overview",
                "https://yundun.console.aliyun.com/?p=sas"
            ]
        );
    }

    #[test]
    fn an_instance_has_other_ids_names_and_a_cluster() {
        let patches = rows(
            "patches",
            r#"[{"InstanceId":"i-1","BaselineId":"pb-1"},{"InstanceId":"i-2","BaselineId":"pb-1"}]"#,
        );
        let known = known("i-1", &[&patches, &plugins()]);
        assert_eq!(known.aliases, ["u-1"]);
        assert_eq!(known.names, ["web-1", "10.0.0.1"]);
        assert_eq!(ids(&known, ResourceKind::Cluster), ["c1"]);
        assert_eq!(ids(&known, ResourceKind::Baseline), ["pb-1"]);
        let ecs = &known.outside[0];
        assert_eq!(
            (ecs.address.as_str(), ecs.region.as_str()),
            (
                "https://ecs.console.aliyun.com/server/i-1/detail?regionId=cn-hangzhou",
                "cn-hangzhou"
            )
        );
    }

    /// The region of a site is not that of the instance: no address can be made of it.
    #[test]
    fn a_sites_region_makes_no_address() {
        let known = known("i-1", &[&plugins()]);
        assert_eq!(known.homes, [("prod".to_owned(), String::new())]);
        assert!(
            known
                .outside
                .iter()
                .all(|outside| !outside.address.contains("cn-shanghai"))
        );
        assert_eq!(known.outside.len(), 1);
    }

    #[test]
    fn a_tickets_targets_are_instances_but_not_each_other() {
        let tickets = rows(
            "tickets",
            r#"[{"execution_id":"EX1","document_id":"DM1","document_name":"clean","targets":[{"key":"InstanceValues","values":[
                {"resource_id":"s-1"},{"resource_id":"s-2"},{"odd":1}]}]}]"#,
        );
        let server = known("s-1", &[&tickets]);
        assert_eq!(server.kinds, [ResourceKind::Instance.label()]);
        assert!(server.aliases.is_empty());
        assert_eq!(ids(&server, ResourceKind::Document), ["DM1"]);
        let document = known("DM1", &[&tickets]);
        assert_eq!(ids(&document, ResourceKind::Instance), ["s-1", "s-2"]);
        assert_eq!(document.names, ["clean"]);
        let ticket = known("EX1", &[&tickets]);
        assert_eq!(
            ticket.kinds,
            [catalog::table("tickets").unwrap().column("id").unwrap().label]
        );
        assert!(known("s-9", &[&tickets]).kinds.is_empty());
    }
}
