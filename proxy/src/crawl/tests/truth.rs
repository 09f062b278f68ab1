//! Clouds whose every hint may be wrong. Whoever makes them up knows what they have: no row that came may be missing, and no walk may call itself
//! whole that is not.

mod list;
mod manner;

use super::*;
use crate::ask::fake::Reply;
use http::Response;
use list::{List, Told, place};
use manner::{Fault, Manner, Token, Total, manners};
use proptest::prelude::*;
use proptest::sample::select;
use table::Rows;

/// A member whose rows cannot be had.
type Broken = (usize, u16, &'static str);

/// A cloud, and what of it came.
struct World {
    lists: HashMap<String, (List, Told)>,
    came: HashSet<String>,
    broken: Vec<(String, u16, &'static str)>,
}

impl World {
    fn answer(&mut self, request: &Asked) -> Reply {
        let number = |name: &str| request.query(name).map(|value| value.parse::<usize>().unwrap());
        let path = request.path();
        let (key, size, start) = match request.header("x-acs-action") {
            Some("ListClusterPluginInfo") => return self.plugins(request),
            Some("DescribeClustersV1") => {
                let size = number("page_size").unwrap();
                // By the pages that the cloud really has.
                let really = size.min(self.lists["members"].1.manner.page);
                (
                    "members".to_owned(),
                    size,
                    Some((number("page_number").unwrap() - 1) * really),
                )
            }
            Some("ListOperationPlansForRegion") => ("rows".to_owned(), 100, Some(0)),
            Some(_) => (
                "rows".to_owned(),
                number("MaxResults").unwrap(),
                place(request.query("NextToken").as_deref()),
            ),
            None => match path.split('/').collect::<Vec<_>>()[..] {
                ["", "v1", "stack-sets"] => {
                    let start = place(request.query("marker").as_deref());
                    ("members".to_owned(), number("limit").unwrap(), start)
                }
                ["", "v1", "stack-sets", name, _] => {
                    if let Some(broken) = self.is_broken(&[name.to_owned()]) {
                        return broken;
                    }
                    (
                        name.to_owned(),
                        number("limit").unwrap(),
                        place(request.query("marker").as_deref()),
                    )
                }
                _ => ("rows".to_owned(), number("limit").unwrap(), number("offset")),
            },
        };
        let (list, told) = self.lists.get_mut(&key).unwrap();
        let start = start.unwrap_or(told.place);
        // Members that come are no rows.
        let mut members = HashSet::new();
        let came = if key == "members" { &mut members } else { &mut self.came };
        let answer = told.page(list, size, start, came)?;
        if answer.status().is_success() {
            told.place = start + size.min(told.manner.page);
        }
        Ok(answer)
    }

    fn is_broken(&self, members: &[String]) -> Option<Reply> {
        let (_, status, body) = self.broken.iter().find(|(name, ..)| members.contains(name))?;
        Some(error(*status, body))
    }

    fn plugins(&mut self, request: &Asked) -> Reply {
        let ids: Vec<String> = (1..).map_while(|n| request.query(&format!("ClusterIds.{n}"))).collect();
        if let Some(broken) = self.is_broken(&ids) {
            return broken;
        }
        let items: Vec<String> = ids.iter().map(|id| format!(r#"{{"ClusterId":"{id}"}}"#)).collect();
        self.came.extend(ids);
        Ok(Response::new(format!(r#"{{"Data":[{}]}}"#, items.join(",")).into()))
    }
}

/// The number of rows where there is one list; of members, and of the rows of each, where there are several.
#[derive(Clone, Copy, Debug)]
struct Sizes {
    rows: usize,
    members: usize,
}

/// A cloud with a target on it, all ids of the target's rows, and the column that holds them.
fn world(
    source: &'static str,
    sizes: Sizes,
    manner: &Manner,
    broken: &[Broken],
) -> (World, Target, HashSet<String>, &'static str) {
    let text = |field: &str, id: &str| match field {
        "InstanceId" => format!(r#"{{"InstanceId":"{id}","BaselineId":"b","MissingCount":"1"}}"#),
        field => format!(r#"{{"{field}":"{id}","other":[1,{{"a":null}}]}}"#),
    };
    let list = |name: &'static str, field: &str, prefix: &str, count: usize, paging: Paging| List {
        name,
        items: (0..count)
            .map(|n| format!("{prefix}{n}"))
            .map(|id| (id.clone(), text(field, &id)))
            .collect(),
        paging,
    };
    // Security Center is asked at the site of the region.
    let (region, site) = if source.contains(".sas.") {
        ("cn-hangzhou", "cn-shanghai")
    } else {
        ("cn-north-4", "cn-north-4")
    };
    let target = Target {
        region: site.into(),
        ..target(source, |account| account.regions = [region].map(Into::into).into())
    };
    let call = &target.source.call;
    let (field, column) = match source {
        "alibaba.cs.operation-plans" => ("plan_id", "id"),
        "alibaba.oos.instance-patch-states" => ("InstanceId", "instance"),
        "alibaba.sas.cluster-plugins" => ("ClusterId", "cluster"),
        "huawei.coc.executions" => ("execution_id", "id"),
        _ => ("operation_id", "id"),
    };
    let mut lists = HashMap::new();
    let mut all = HashSet::new();
    if let Some(fan_out) = target.source.fan_out {
        let discovery = fan_out.discovery;
        let members = list(
            discovery.call.items,
            discovery.wanted,
            "m",
            sizes.members,
            discovery.call.paging,
        );
        for (name, _) in &members.items {
            if source.contains(".sas.") {
                all.insert(name.clone());
            } else {
                let rows = list(call.items, field, &format!("{name}-r"), sizes.rows / 20, call.paging);
                all.extend(rows.items.iter().map(|(id, _)| id.clone()));
                lists.insert(
                    name.clone(),
                    (
                        rows,
                        Told::new(Manner {
                            fault: (0, Fault::None),
                            ..manner.clone()
                        }),
                    ),
                );
            }
        }
        lists.insert("members".to_owned(), (members, Told::new(manner.clone())));
    } else {
        let rows = list(call.items, field, "r", sizes.rows, call.paging);
        all.extend(rows.items.iter().map(|(id, _)| id.clone()));
        lists.insert("rows".to_owned(), (rows, Told::new(manner.clone())));
    }
    let broken = broken
        .iter()
        .map(|(number, status, body)| (format!("m{number}"), *status, *body))
        .collect();
    let world = World {
        lists,
        came: HashSet::new(),
        broken,
    };
    (world, target, all, column)
}

/// What nobody could find out: several lies that fit together.
fn beyond_proof(manner: &Manner, paging: Paging, count: usize) -> bool {
    let (at, fault) = manner.fault;
    let hole = matches!(fault, Fault::Empty | Fault::EmptyOnce);
    match paging {
        Paging::None { .. } => hole,
        // A page that is shorter than was asked for, and nothing about where to go on; or rows in the place of others.
        Paging::Cursor { size, .. } => {
            let short = manner.page < size.1 as usize || hole;
            short && matches!(manner.token, Token::Lost(_)) || matches!(fault, Fault::Slides(_)) || hole
        }
        // A page without rows, or with those of the one before, where nothing honest says that it should have others: the first, the last, or one
        // that is shorter than was asked for.
        Paging::Offset { size, .. } | Paging::Page { size, .. } => {
            let honest = matches!(manner.total, Total::Honest | Total::More);
            let size = size.1 as usize;
            let last = (at + 1) * manner.page.min(size) >= count;
            let nothing_new =
                hole && (manner.page < size || at == 0 || last) || fault == Fault::Again && manner.page < size;
            nothing_new && !honest
        }
    }
}

async fn check(source: &'static str, sizes: Sizes, manner: Manner, broken: Vec<Broken>) -> Result<(), TestCaseError> {
    let (world, target, all, column) = world(source, sizes, &manner, &broken);
    let paging = target
        .source
        .fan_out
        .map_or(target.source.call.paging, |fan_out| fan_out.discovery.call.paging);
    let world = Arc::new(Mutex::new(world));
    let fake = {
        let world = Arc::clone(&world);
        Fake::new(move |request| world.lock().unwrap().answer(request))
    };
    let (walked, kept) = walked(&fake, &target).await;

    let mut rows = Rows::new(target.source.table);
    let number = rows.add_target("cloud", "account", "region", target.source);
    for page in kept.0.lock().unwrap().iter() {
        prop_assert!(!page.rows.contains('\n'));
        rows.ingest(number, &page.rows).unwrap();
    }
    let column = target.source.table.index(column).unwrap();
    let shown: HashSet<String> = (0..rows.len() as u32)
        .map(|row| rows.text(row, column).into_owned())
        .collect();
    let world = world.lock().unwrap();
    let lost: Vec<_> = world.came.difference(&shown).collect();
    prop_assert!(lost.is_empty(), "came and are not shown: {lost:?}, {walked:?}");
    if let Ok(Done { capped: None, .. }) = walked
        && !beyond_proof(
            &manner,
            paging,
            if target.source.fan_out.is_some() {
                sizes.members
            } else {
                sizes.rows
            },
        )
    {
        let missing: Vec<_> = all.difference(&shown).collect();
        prop_assert!(
            missing.is_empty(),
            "called whole without {missing:?}, asked {}",
            fake.requests().len()
        );
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_row_that_came_is_missing_and_no_part_is_called_the_whole(
        source in select(catalog::SOURCES.iter().map(|source| source.id).collect::<Vec<_>>()),
        rows in prop_oneof![Just(0), Just(50), Just(100), Just(200), 0..330_usize],
        members in prop_oneof![Just(50), 0..130_usize],
        manner in manners(),
        broken in proptest::collection::vec((0..60_usize, select(vec![400, 404, 500]), select(vec!["{}", r#"{"Code":"Bad","error_code":"Bad"}"#, "<html>"])), 0..3),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(check(source, Sizes { rows, members }, manner, broken))?;
    }
}
