//! What must hold for every source, so that one more file cannot break the page, the proxy or old links.

use signalbox_catalog::tables::COMMON;
use signalbox_catalog::{
    Arg, Column, DIRECTORIES, Endpoints, Format, Kind, Method, Paging, Param, PathSegment, Phase, SERVICES, SOURCES,
    Scope, Signing, TABLES, cloud, discovery, table,
};
use std::collections::HashSet;

/// The contract's fourth chapter is the one place where tables, sources and columns are spelt out beside the catalogue itself: links and exports
/// hold these words, so none may change by accident. Everything else derives them.
#[test]
fn the_contract_names_these_tables_sources_and_columns() {
    let contract = include_str!("../../../docs/contract.md");
    let cells = |line: &str| -> Option<[String; 5]> {
        let cells: Vec<_> = line
            .strip_prefix("| `")?
            .split('|')
            .map(|cell| cell.replace('`', "").trim().to_owned())
            .collect();
        cells.get(..5)?.to_vec().try_into().ok()
    };
    let chapter = contract
        .split("\n## ")
        .find(|chapter| chapter.starts_with("4. "))
        .unwrap();
    let found: Vec<_> = chapter
        .lines()
        .filter_map(cells)
        .map(|[table, sources, _, identity, columns]| [table, sources, identity, columns])
        .collect();
    let wanted: Vec<_> = TABLES
        .iter()
        .map(|table| {
            let sources: Vec<_> = table.sources().map(|source| source.id).collect();
            let identity = table.identity.join(", ").replace('|', " or ");
            [
                table.id.to_owned(),
                sources.join(", "),
                identity,
                ids(table.own).join(" "),
            ]
        })
        .collect();
    assert_eq!(found, wanted);
    assert_eq!(ids(COMMON), ["cloud", "account", "region", "phase", "env", "team"]);
}

fn ids(columns: &[Column]) -> Vec<&str> {
    columns.iter().map(|column| column.id).collect()
}

#[test]
fn column_ids_are_unique_words() {
    for table in TABLES {
        let mut seen = HashSet::new();
        for column in table.columns() {
            assert!(seen.insert(column.id), "{}: {} twice", table.id, column.id);
            assert!(
                column.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'),
                "{}",
                column.id
            );
            assert!(
                !column.label.en.is_empty() && !column.label.zh.is_empty(),
                "{}.{}",
                table.id,
                column.id
            );
        }
    }
}

#[test]
fn what_a_table_names_exists() {
    for table in TABLES {
        for id in table.shown {
            assert!(table.column(id).is_some(), "{}: shown {id}", table.id);
        }
        for key in table.sort {
            assert!(
                table.column(key.trim_start_matches('-')).is_some(),
                "{}: sort {key}",
                table.id
            );
        }
        assert!(
            table.sort.len() <= 3,
            "{}: more sort keys than a view may have",
            table.id
        );
        for id in table.identity.iter().flat_map(|id| id.split('|')) {
            assert!(table.column(id).is_some(), "{}: identity {id}", table.id);
        }
    }
}

#[test]
fn what_roles_name_exists() {
    for table in TABLES {
        let roles = table.roles().unwrap();
        for id in roles.reasons.iter().chain(&roles.person) {
            assert!(table.own.iter().any(|column| column.id == *id), "{}: {id}", table.id);
        }
        if let Some(person) = roles.person {
            assert_eq!(
                table.column(person).map(|column| column.kind),
                Some(Kind::Text),
                "{}",
                table.id
            );
        }
        // A row has one value in each, so that it is in one matter.
        assert!(!roles.matter.is_empty(), "{}", table.id);
        for id in roles.matter {
            let column = table.column(id).map(|column| column.kind);
            assert!(column.is_some_and(|kind| kind != Kind::List), "{}: {id}", table.id);
        }
    }
}

#[test]
fn what_references_name_exists() {
    for table in TABLES {
        assert!(!table.references.is_empty(), "{}: its rows are about nothing", table.id);
        for reference in table.references {
            let also = reference
                .names
                .iter()
                .copied()
                .chain(reference.when.map(|(column, _)| column));
            for id in also.chain([reference.column]) {
                assert!(table.column(id).is_some(), "{}: no column {id}", table.id);
            }
            if let Some((column, value)) = reference.when {
                let known = table.column(column).and_then(|column| column.known(value));
                assert!(
                    known.is_some(),
                    "{}: {column} has no documented value {value}",
                    table.id
                );
            }
        }
    }
}

#[test]
fn consoles_are_the_vendors_and_name_a_region_only_where_rows_have_their_own() {
    for source in SOURCES {
        for console in source.consoles {
            for (_, pattern) in console.sites {
                let host = pattern.strip_prefix("https://").and_then(|rest| rest.split('/').next());
                assert!(
                    host.is_some_and(|host| host.ends_with(source.cloud().domains.consoles)),
                    "{}: {pattern}",
                    source.id
                );
                assert!(
                    !pattern.contains("{region}") || source.scope == Scope::Region,
                    "{}: {pattern}",
                    source.id
                );
                let rest = pattern.replace("{region}", "").replace("{id}", "");
                assert!(!rest.contains(['{', '}']), "{}: {pattern}", source.id);
            }
            for kind in console.kinds {
                assert!(
                    source.table.references.iter().any(|reference| reference.kind == *kind),
                    "{}: its rows name no {kind:?}",
                    source.id
                );
            }
        }
    }
}

#[test]
fn every_own_column_is_filled_by_some_source_and_none_by_a_source_twice() {
    for table in TABLES {
        let mut filled = HashSet::new();
        for source in table.sources() {
            let mut own = HashSet::new();
            for field in source.fields {
                assert!(
                    own.insert(field.column),
                    "{}: {} is read twice",
                    source.id,
                    field.column
                );
                let exists = table.own.iter().any(|column| column.id == field.column);
                assert!(exists, "{}: {} has no column {}", source.id, table.id, field.column);
            }
            filled.extend(own);
        }
        for column in table.own {
            assert!(filled.contains(column.id), "{}: nobody fills {}", table.id, column.id);
        }
    }
}

#[test]
fn a_span_is_between_two_columns_of_times() {
    for table in TABLES {
        let Some(span) = table.span else { continue };
        assert_ne!(span.begin, span.end, "{}", table.id);
        for id in [span.begin, span.end] {
            let kind = table.column(id).map(|column| column.kind);
            assert_eq!(kind, Some(Kind::Time), "{}: {id}", table.id);
        }
        // Only a column of states can follow a row to its end.
        let state = table.column("state").map(|state| state.format);
        assert!(!span.work || state == Some(Format::Status), "{}", table.id);
    }
}

#[test]
fn source_ids_say_cloud_and_service() {
    for source in SOURCES {
        let prefix = format!("{}.{}.", source.cloud().id, source.call.service.id);
        assert!(source.id.starts_with(&prefix), "{}", source.id);
    }
}

#[test]
fn every_call_only_reads() {
    let lookups = [
        &discovery::huawei_iam_domains::DISCOVERY.call,
        &discovery::huawei_iam_projects::DISCOVERY.call,
        &discovery::huawei_sts_caller::DISCOVERY.call,
    ];
    for call in lookups {
        let signing = call.service.signing;
        assert_eq!(
            signing,
            Signing::KeysOnly,
            "{} finds what others are signed for",
            call.action
        );
    }
    let directories = DIRECTORIES.iter().flat_map(|directory| directory.lists());
    let sources = SOURCES.iter().flat_map(|source| {
        let discovery = source.fan_out.map(|fan_out| &fan_out.discovery.call);
        discovery.into_iter().chain([&source.call])
    });
    for call in lookups
        .into_iter()
        .chain(directories.map(|list| &list.call))
        .chain(sources)
    {
        assert!(
            ["List", "Describe", "Get", "Show", "KeystoneList"]
                .iter()
                .any(|verb| call.action.starts_with(verb)),
            "{}",
            call.action
        );
        // Who reads by POST does so in RPC style, without a path, or sends a filter.
        let filter = call.path.last() == Some(&PathSegment::Is("filter"));
        assert!(
            call.method == Method::Get || call.path.is_empty() || filter,
            "{}",
            call.action
        );
        assert!(
            call.doc.starts_with("https://") && call.permission.contains(':'),
            "{}",
            call.action
        );
    }
}

#[test]
fn hosts_belong_to_the_vendor() {
    let regions = [
        "cn-hangzhou",
        "cn-hongkong",
        "cn-wuhan",
        "ap-southeast-1",
        "eu-central-1",
        "cn-north-4",
        "eu-west-101",
        "ap-southeast-3",
    ];
    for service in SERVICES {
        let hosts = service.cloud.domains.hosts;
        for region in regions {
            let host = service.hosts.host(region);
            assert!(
                hosts.iter().any(|suffix| host.ends_with(suffix)),
                "{}: {host}",
                service.id
            );
        }
    }
    for source in SOURCES {
        let sites = matches!(source.call.service.hosts, Endpoints::Sites(_));
        assert_eq!(source.scope == Scope::Account, sites, "{}", source.id);
    }
}

#[test]
fn every_service_stands_in_the_list_once() {
    let mut seen = HashSet::new();
    for service in SERVICES {
        assert!(cloud(service.cloud.id).is_some(), "{}", service.id);
        assert!(seen.insert((service.cloud.id, service.id)), "{} twice", service.id);
    }
    for source in SOURCES {
        assert!(
            seen.contains(&(source.cloud().id, source.call.service.id)),
            "{}",
            source.id
        );
    }
}

#[test]
fn odd_hosts_and_sites() {
    let host = |id: &str, region: &str| signalbox_catalog::source(id).unwrap().call.service.hosts.host(region);
    assert_eq!(
        host("alibaba.cs.operation-plans", "cn-beijing"),
        "cs.cn-beijing.aliyuncs.com"
    );
    assert_eq!(host("alibaba.cs.operation-plans", "cn-wuhan"), "cs.aliyuncs.com");
    assert_eq!(
        host("alibaba.sas.cluster-plugins", "cn-hongkong"),
        "tds.cn-shanghai.aliyuncs.com"
    );
    assert_eq!(
        host("alibaba.sas.cluster-plugins", "us-west-1"),
        "tds.ap-southeast-1.aliyuncs.com"
    );
    assert_eq!(host("huawei.coc.executions", "cn-east-3"), "coc.myhuaweicloud.com");
    assert_eq!(
        host("huawei.coc.executions", "ap-southeast-1"),
        "coc-intl.myhuaweicloud.com"
    );
    assert_eq!(
        host("huawei.coc.executions", "eu-west-101"),
        "coc-eu-west-101-open-api.myhuaweicloud.eu"
    );
    assert_eq!(
        host("huawei.rfs.stack-set-operations", "eu-west-101"),
        "aos.myhuaweicloud.eu"
    );

    let sites = |id: &str, regions: &[&'static str]| {
        signalbox_catalog::source(id)
            .unwrap()
            .call
            .service
            .hosts
            .target_regions(regions.iter().copied())
    };
    assert_eq!(
        sites("huawei.coc.executions", &["cn-east-3", "cn-north-4"]),
        ["cn-north-4"]
    );
    assert_eq!(
        sites("huawei.coc.executions", &["ap-southeast-1", "cn-north-4"]),
        ["ap-southeast-3", "cn-north-4"]
    );
    assert_eq!(
        sites(
            "alibaba.sas.cluster-plugins",
            &["eu-central-1", "cn-beijing", "us-west-1"]
        ),
        ["ap-southeast-1", "cn-shanghai"]
    );
    assert_eq!(
        sites("alibaba.oos.instance-patch-states", &["eu-central-1", "cn-beijing"]),
        ["eu-central-1", "cn-beijing"]
    );
}

#[test]
fn page_sizes_and_bounds_are_the_contracts() {
    for source in SOURCES {
        let wanted = match source.id {
            "alibaba.oos.instance-patch-states" => Some((50, 10_000)),
            "huawei.coc.executions" | "huawei.rfs.stack-set-operations" => Some((100, 2_000)),
            _ => None,
        };
        let found = match source.call.paging {
            Paging::None { .. } => None,
            Paging::Cursor { size, .. } | Paging::Offset { size, .. } | Paging::Page { size, .. } => {
                Some((size.1, source.call.paging.max_pages()))
            }
        };
        assert_eq!(found, wanted, "{}", source.id);
    }
}

#[test]
fn required_arguments_are_sent() {
    let sas = signalbox_catalog::source("alibaba.sas.cluster-plugins").unwrap();
    assert!(
        sas.call
            .params
            .contains(&Param::QueryIndexed("ClusterIds", Arg::Listed))
    );
    let rfs = signalbox_catalog::source("huawei.rfs.stack-set-operations").unwrap();
    assert!(
        rfs.call
            .params
            .contains(&Param::Header("Client-Request-Id", Arg::RequestId))
    );
    assert!(rfs.call.path.contains(&PathSegment::Of(Arg::Listed)));
}

#[test]
fn status_columns_know_what_their_values_mean() {
    for table in TABLES {
        for column in table.columns().filter(|column| column.format == Format::Status) {
            assert!(!column.values.is_empty(), "{}.{}", table.id, column.id);
            let known = column
                .values
                .iter()
                .filter(|value| value.phase != Phase::Unknown || value.value == "unknown");
            assert_eq!(
                known.count(),
                column.values.len(),
                "{}.{} has a value without a phase",
                table.id,
                column.id
            );
        }
    }
    assert_eq!(
        table("plans")
            .unwrap()
            .column("state")
            .unwrap()
            .known("executed")
            .unwrap()
            .phase,
        Phase::Succeeded
    );
}
