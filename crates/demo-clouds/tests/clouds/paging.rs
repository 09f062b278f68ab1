//! Every list to its end, with exact counts.

use std::collections::HashSet;

use crate::client::{Bench, bench};

/// Walks the patch states of a region: instance and baseline of every row, and the length of every page.
pub async fn patch_states(
    bench: &Bench,
    account: &str,
    region: &str,
) -> (Vec<(String, String)>, Vec<usize>, Option<String>) {
    let keys = bench.key(account);
    let (mut rows, mut pages, mut token) = (Vec::new(), Vec::new(), None::<String>);
    loop {
        let mut params = vec![("RegionId", region), ("MaxResults", "50")];
        params.extend(token.as_deref().map(|token| ("NextToken", token)));
        let answer = bench
            .rpc(&keys, "oos", "ListInstancePatchStates", &params)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.json["MaxResults"], 50);
        let page = answer.rows("InstancePatchStates");
        pages.push(page.len());
        let text = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap().to_owned();
        rows.extend(
            page.iter()
                .map(|row| (text(row, "InstanceId"), text(row, "BaselineId"))),
        );
        let next = answer
            .json
            .get("NextToken")
            .map(|token| token.as_str().unwrap().to_owned());
        match next.as_deref() {
            None | Some("" | "-") => return (rows, pages, next),
            same if same == token.as_deref() => panic!("{token:?} came twice"),
            _ => token = next,
        }
    }
}

#[tokio::test]
async fn patch_states_are_complete_over_all_accounts() {
    let bench = bench(5003, "").await;
    let (mut total, mut ends) = (0, HashSet::new());
    for account in ["prod-cn", "prod-intl", "staging-cn"] {
        for region in bench.account(account).regions.clone() {
            let (rows, pages, end) = patch_states(&bench, account, &region).await;
            assert_eq!(
                rows.iter().collect::<HashSet<_>>().len(),
                rows.len(),
                "{account} {region}"
            );
            assert!(pages.iter().all(|rows| *rows <= 50));
            total += rows.len();
            ends.insert(end);
            if account == "staging-cn" {
                assert_eq!(pages[1], 0, "an empty page in the middle");
            }
            if region == "cn-beijing" {
                assert!(
                    pages[..pages.len() - 1].iter().any(|rows| (1..50).contains(rows)),
                    "a page with fewer rows: {pages:?}"
                );
            }
        }
    }
    assert_eq!(total, 5003);
    assert_eq!(ends.len(), 3, "all three ways to say that there is no more: {ends:?}");
}

#[tokio::test]
async fn a_token_belongs_to_its_region_and_account() {
    let bench = bench(5000, "").await;
    let ask = async |account: &str, region: &str, token: &str| {
        let params = [("RegionId", region), ("NextToken", token)];
        bench
            .rpc(&bench.key(account), "oos", "ListInstancePatchStates", &params)
            .send()
            .await
            .unwrap()
    };
    let first = bench
        .rpc(
            &bench.key("prod-cn"),
            "oos",
            "ListInstancePatchStates",
            &[("RegionId", "cn-hangzhou")],
        )
        .send()
        .await
        .unwrap();
    let token = first.json["NextToken"].as_str().unwrap();
    assert!(["+", "/", "="].iter().all(|odd| token.contains(odd)), "{token}");
    assert_eq!(ask("prod-cn", "cn-hangzhou", token).await.status, 200);
    assert_eq!(
        ask("prod-cn", "cn-beijing", token).await.error(),
        (400, "InvalidParameter")
    );
    assert_eq!(
        ask("staging-cn", "cn-hangzhou", token).await.error(),
        (400, "InvalidParameter")
    );
}

#[tokio::test]
async fn plans_stop_at_the_newest_hundred() {
    let bench = bench(10, "").await;
    let plans = async |account: &str, region: &str, params: &[(&str, &str)]| {
        let path = format!("/regions/{region}/operation/plans");
        let answer = bench
            .roa(&bench.key(account), &path, "ListOperationPlansForRegion", params)
            .send()
            .await
            .unwrap();
        answer.rows("plans").clone()
    };
    let capped = plans("prod-cn", "cn-hangzhou", &[]).await;
    assert_eq!(capped.len(), 100);
    let created: Vec<_> = capped
        .iter()
        .map(|plan| chrono::DateTime::parse_from_rfc3339(plan["created"].as_str().unwrap()).unwrap())
        .collect();
    assert!(created.is_sorted_by(|a, b| a >= b));
    let mut by_state = 0;
    for state in [
        "Scheduled",
        "Failed",
        "ValidatingFailed",
        "Executing",
        "Canceled",
        "Executed",
        "Paused",
    ] {
        by_state += plans("prod-cn", "cn-hangzhou", &[("state", state)]).await.len();
    }
    assert_eq!(by_state, 137, "narrowed by state, the ones behind the cap show");
    assert!(plans("prod-cn", "cn-beijing", &[]).await.len() < 100);
}

#[tokio::test]
async fn clusters_are_paged_by_number() {
    let bench = bench(10, "").await;
    for (account, size) in [("staging-cn", 50), ("staging-cn", 7), ("prod-cn", 10)] {
        let known = bench.account(account).clusters.clone();
        let mut seen = Vec::new();
        for page in 1.. {
            let params = [("page_number", page.to_string()), ("page_size", size.to_string())];
            let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let answer = bench
                .roa(&bench.key(account), "/api/v1/clusters", "DescribeClustersV1", &params)
                .send()
                .await
                .unwrap();
            assert_eq!(answer.json["page_info"]["total_count"], known.len());
            assert_eq!(answer.json["page_info"]["page_number"], page);
            let rows = answer.rows("clusters");
            if rows.is_empty() {
                break;
            }
            seen.extend(rows.iter().map(|row| row["cluster_id"].as_str().unwrap().to_owned()));
        }
        assert_eq!(seen, known);
    }
    let params = [("region_id", "cn-beijing"), ("page_size", "50")];
    let one = bench
        .roa(&bench.key("prod-cn"), "/api/v1/clusters", "DescribeClustersV1", &params)
        .send()
        .await
        .unwrap();
    assert_eq!(one.rows("clusters").len(), 5);
    assert!(one.rows("clusters").iter().all(|row| row["region_id"] == "cn-beijing"));
}

#[tokio::test]
async fn tickets_are_paged_by_offset() {
    let bench = bench(10, "").await;
    let mut all = 0;
    for account in ["prod-hw", "intl-hw", "eu-hw"] {
        let mut seen: Vec<serde_json::Value> = Vec::new();
        loop {
            let offset = seen.len().to_string();
            let params = [("limit", "100"), ("offset", offset.as_str())];
            let answer = bench
                .huawei(account, "coc", "/v1/executions", None, &params)
                .send()
                .await
                .unwrap();
            let rows = answer.rows("data");
            if rows.is_empty() {
                assert_eq!(answer.json["total"], seen.len());
                break;
            }
            seen.extend(rows.iter().cloned());
        }
        let ids: HashSet<&str> = seen.iter().map(|row| row["execution_id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), seen.len());
        assert!(
            seen.iter()
                .map(|row| row["start_time"].as_i64().unwrap())
                .is_sorted_by(|a, b| a >= b)
        );
        all += seen.len();
    }
    assert_eq!(all, 718);
}

#[tokio::test]
async fn operations_and_stack_sets_are_paged_by_marker() {
    let bench = bench(10, "").await;
    let region = Some("cn-north-4");
    let walks: [(&str, &str, Option<&str>, usize); 3] = [
        (
            "/v1/stack-sets/网络基线-生产/operations",
            "stack_set_operations",
            None,
            112,
        ),
        (
            "/v1/stack-sets/网络基线-生产/operations",
            "stack_set_operations",
            Some("25"),
            112,
        ),
        ("/v1/stack-sets", "stack_sets", Some("2"), 5),
    ];
    for (path, list, limit, total) in walks {
        let (mut seen, mut marker, mut pages) = (HashSet::new(), None::<String>, 0);
        loop {
            let mut params: Vec<(&str, &str)> = limit.map(|limit| ("limit", limit)).into_iter().collect();
            params.extend(marker.as_deref().map(|marker| ("marker", marker)));
            let answer = bench
                .huawei("prod-hw", "rfs", path, region, &params)
                .send()
                .await
                .unwrap();
            let rows = answer.rows(list);
            assert_eq!(answer.json["page_info"]["current_count"], rows.len());
            assert_eq!(
                answer.json["page_info"]["previous_marker"].is_string(),
                marker.is_some()
            );
            seen.extend(rows.iter().map(ToString::to_string));
            pages += 1;
            match answer.json["page_info"]["next_marker"].as_str() {
                None => break,
                next => marker = next.map(str::to_owned),
            }
        }
        let size: usize = limit.map_or(100, |limit| limit.parse().unwrap());
        assert_eq!((seen.len(), pages), (total, total.div_ceil(size)), "{path}");
    }
}
