//! Targets made of several lists: clusters in chunks, stack sets one by one.

use super::*;
use std::collections::HashSet;

/// ACK with `clusters` in pages of 50, and Security Center.
fn sas(clusters: usize) -> Fake {
    Fake::new(move |request| match request.header("x-acs-action") {
        Some("DescribeClustersV1") => {
            let page: usize = request.query("page_number").unwrap().parse().unwrap();
            let ids = (0..clusters).skip((page - 1) * 50).take(50);
            let items: Vec<_> = ids.map(|n| json!({"cluster_id": format!("c{n}")})).collect();
            json(&json!({"clusters": items, "page_info": {"total_count": clusters}}))
        }
        Some("ListClusterPluginInfo") => {
            let ids = (1..).map_while(|n| request.query(&format!("ClusterIds.{n}")));
            json(&json!({"Data": ids.map(|id| json!({"ClusterId": id})).collect::<Vec<_>>()}))
        }
        other => panic!("unexpected {other:?}"),
    })
}

fn plugins(clusters: Option<Vec<String>>) -> Target {
    Target {
        region: "cn-shanghai".into(),
        ..target("alibaba.sas.cluster-plugins", |account| {
            account.regions = ["cn-hangzhou", "cn-beijing", "eu-central-1"].map(Into::into).into();
            account.listed.extend(clusters.map(|ids| ("clusters", ids)));
        })
    }
}

#[tokio::test(start_paused = true)]
async fn clusters_are_discovered_in_the_sites_regions_and_asked_in_chunks() {
    let fake = sas(70);
    let (done, kept) = walked(&fake, &plugins(None)).await;
    assert_eq!(done.unwrap().rows, 70, "each once, although both regions know them");
    let mut sizes: Vec<_> = kept.pages().iter().map(|page| page.0).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [10, 20, 20, 20]);
    let hosts: Vec<_> = fake.requests().iter().map(Asked::host).collect();
    let cs = [
        "cs.cn-hangzhou.aliyuncs.com",
        "cs.cn-hangzhou.aliyuncs.com",
        "cs.cn-beijing.aliyuncs.com",
        "cs.cn-beijing.aliyuncs.com",
    ];
    assert_eq!(hosts[..4], cs);
    assert!(hosts[4..].iter().all(|host| host == "tds.cn-shanghai.aliyuncs.com"));
}

#[tokio::test(start_paused = true)]
async fn configured_clusters_are_not_looked_up_and_none_is_no_question() {
    let fake = sas(0);
    let (done, _) = walked(&fake, &plugins(Some(vec!["a".into()]))).await;
    assert_eq!((done.unwrap().rows, fake.requests().len()), (1, 1));
    let fake = sas(0);
    let (done, _) = walked(&fake, &plugins(None)).await;
    assert_eq!(
        (done.unwrap().rows, fake.requests().len()),
        (0, 2),
        "Security Center answers a question about no cluster with an error"
    );
}

#[tokio::test(start_paused = true)]
async fn what_could_be_discovered_is_walked_before_the_failure_is_told() {
    let well = sas(3);
    let fake = Fake::new(move |request| match request.host().as_str() {
        "cs.cn-hangzhou.aliyuncs.com" => error(403, r#"{"code":"Forbidden.RAM","message":"no","requestId":"R"}"#),
        _ => well.answer(request),
    });
    let (failed, kept) = walked(&fake, &plugins(None)).await;
    let failure = failed.unwrap_err();
    assert_eq!(
        (failure.public.status, failure.public.code.as_str()),
        (Some(403), "Forbidden.RAM")
    );
    assert_eq!(failure.public.message, "DescribeClustersV1 in cn-hangzhou: no");
    assert_eq!(failure.public.advice.as_deref(), Some("needs cs:DescribeClustersV1"));
    assert_eq!(kept.rows().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn stack_sets_are_asked_one_by_one() {
    let fake = Fake::new(|request| match request.path().as_str() {
        "/v1/stack-sets" => match request.query("marker").as_deref() {
            None => json(
                &json!({"stack_sets": [{"stack_set_name": "a"}, {"stack_set_name": null}], "page_info": {"next_marker": "m"}}),
            ),
            _ => json(&json!({"stack_sets": [{"stack_set_name": "b 测"}]})),
        },
        "/v1/stack-sets/a/operations" => json(&json!({"stack_set_operations": rows(0, 2)})),
        "/v1/stack-sets/b%20%E6%B5%8B/operations" => {
            json(&json!({"stack_set_operations": rows(2, 3), "page_info": null}))
        }
        other => panic!("unexpected {other}"),
    });
    let (done, kept) = walked(&fake, &target("huawei.rfs.stack-set-operations", |_| {})).await;
    assert_eq!((done.unwrap().rows, kept.rows().len()), (3, 3));
    let ids: HashSet<_> = fake
        .requests()
        .iter()
        .map(|request| request.header("client-request-id").unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 4, "fresh for every request");
    assert!(
        fake.requests()
            .iter()
            .all(|request| request.header("x-project-id") == Some("p1"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_stack_set_that_is_gone_hides_no_other() {
    let sets = target("huawei.rfs.stack-set-operations", |account| {
        account
            .listed
            .insert("stack_sets", ["a", "b", "c"].map(Into::into).into());
    });
    let with = |status: u16| {
        Fake::new(move |request| match request.path().as_str() {
            "/v1/stack-sets/a/operations" => error(status, r#"{"error_code":"RFS.1","error_msg":"no"}"#),
            _ => json(&json!({"stack_set_operations": rows(0, 1)})),
        })
    };
    // One walk at a time, so that what is asked after the failure is clear.
    let limits = Limits {
        target_crawls: 1,
        ..Limits::default()
    };
    let (failed, kept) = run(&with(404), &sets, limits).await;
    let failure = failed.unwrap_err();
    assert_eq!(
        (failure.public.status, failure.public.message.as_str()),
        (Some(404), "stack set a: no")
    );
    assert_eq!(kept.rows().len(), 2);
    let (failed, kept) = run(&with(429), &sets, limits).await;
    assert_eq!(failed.unwrap_err().public.status, Some(429));
    assert_eq!(kept.rows().len(), 0, "a cloud that throttles is not asked on");
}
