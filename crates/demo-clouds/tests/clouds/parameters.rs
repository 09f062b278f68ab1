//! Parameters and filters of Alibaba Cloud's operations.

use crate::alibaba::{PLANS, error, patches};
use crate::client::bench;

#[tokio::test]
async fn parameters_are_checked() {
    let bench = bench(100, "").await;
    let keys = bench.key("prod-cn");
    let oos = |params: &[(&str, &str)]| bench.rpc(&keys, "oos", "ListInstancePatchStates", params);
    let sas = |params: &[(&str, &str)]| bench.rpc(&keys, "sas", "ListClusterPluginInfo", params);
    let cs = |path: &str, action: &str, params: &[(&str, &str)]| bench.roa(&keys, path, action, params);
    let region = ("RegionId", "cn-hangzhou");
    let cases = [
        (oos(&[]), 400, "MissingRegionId"),
        (oos(&[("RegionId", "cn-nowhere")]), 404, "InvalidRegionId.NotFound"),
        (oos(&[region, ("MaxResults", "101")]), 400, "InvalidParameter"),
        (oos(&[region, ("MaxResults", "0")]), 400, "InvalidParameter"),
        (oos(&[region, ("MaxResults", "many")]), 400, "InvalidParameter"),
        (oos(&[region, ("NextToken", "-")]), 400, "InvalidParameter"),
        (oos(&[region, ("InstanceIds", "i-a,i-b")]), 400, "InvalidParameter"),
        (sas(&[]), 400, "MissingClusterIds"),
        (sas(&[("ClusterIds", "c1")]), 400, "MissingClusterIds"),
        (sas(&[("ClusterIds.1", "c1"), ("Lang", "fr")]), 400, "InvalidParameter"),
        (
            cs(
                "/regions/cn-nowhere/operation/plans",
                "ListOperationPlansForRegion",
                &[],
            ),
            400,
            "InvalidRegionId",
        ),
        (
            cs("/api/v1/clusters", "DescribeClustersV1", &[("region_id", "x")]),
            400,
            "InvalidRegionId",
        ),
        (
            cs("/api/v1/clusters", "DescribeClustersV1", &[("page_number", "0")]),
            400,
            "InvalidParameter",
        ),
    ];
    for (sending, status, code) in cases {
        assert_eq!(
            error(&sending).await,
            (status, code.to_owned()),
            "{}?{}",
            sending.path,
            sending.query
        );
    }
}

#[tokio::test]
async fn filters_take_effect() {
    let bench = bench(100, "").await;
    let keys = bench.key("prod-cn");
    let plans = async |params: &[(&str, &str)]| {
        let answer = bench
            .roa(&keys, PLANS, "ListOperationPlansForRegion", params)
            .send()
            .await
            .unwrap();
        answer.rows("plans").clone()
    };
    let failed = plans(&[("state", "Failed"), ("type", "CVE_FIX")]).await;
    assert!(
        !failed.is_empty()
            && failed
                .iter()
                .all(|plan| plan["state"] == "Failed" && plan["type"] == "CVE_FIX")
    );
    let cluster = failed[0]["cluster_id"].as_str().unwrap();
    let of_cluster = plans(&[("cluster_id", cluster)]).await;
    assert!(!of_cluster.is_empty() && of_cluster.iter().all(|plan| plan["cluster_id"] == cluster));
    assert!(plans(&[("state", "failed")]).await.is_empty());

    let clusters = &bench.account("prod-cn").clusters;
    let params = [
        ("ClusterIds.1", clusters[0].as_str()),
        ("ClusterIds.2", &clusters[1]),
        ("PluginName", "alinet"),
        ("Lang", "en"),
    ];
    let answer = bench
        .rpc(&keys, "sas", "ListClusterPluginInfo", &params)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.rows("Data").len(), 2);
    for cluster in answer.rows("Data") {
        let nodes = cluster["NodePluginInfoList"].as_array().unwrap();
        assert!(!nodes.is_empty() && nodes.iter().all(|node| node["PluginName"] == "alinet"));
    }
}

#[tokio::test]
async fn instances_are_found_by_their_ids() {
    let bench = bench(500, "").await;
    let keys = bench.key("prod-cn");
    let region = ("RegionId", "cn-hangzhou");
    let first = patches(&bench, &keys).send().await.unwrap();
    let id = first.rows("InstancePatchStates")[2]["InstanceId"]
        .as_str()
        .unwrap()
        .to_owned();
    let ids = format!("[\"{id}\", \"i-unknown\"]");
    let found = bench
        .rpc(
            &keys,
            "oos",
            "ListInstancePatchStates",
            &[region, ("InstanceIds", &ids)],
        )
        .send()
        .await
        .unwrap();
    assert_eq!(
        found.rows("InstancePatchStates")[..],
        first.rows("InstancePatchStates")[2..4]
    );
}
