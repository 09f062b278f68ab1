//! Targets made of several lists: clusters in chunks, stack sets one by one.

use super::*;
use crate::ask::fake::Reply;
use crate::ask::transport::{Connection, Transport, TransportError};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};

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
    let discovered: HashSet<_> = hosts[..4].iter().map(String::as_str).collect();
    let regions = ["cs.cn-hangzhou.aliyuncs.com", "cs.cn-beijing.aliyuncs.com"];
    assert_eq!(discovered, HashSet::from(regions));
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
    assert_eq!(failure.public.message, "DescribeClustersV1 in region cn-hangzhou: no");
    assert_eq!(failure.public.advice.as_deref(), Some("needs cs:DescribeClustersV1"));
    assert_eq!(kept.rows().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn stack_sets_are_asked_one_by_one() {
    let fake = Fake::new(|request| match request.path().as_str() {
        "/v1/stack-sets" => match request.query("marker").as_deref() {
            None => json(&json!({"stack_sets": [{"stack_set_name": "a"}], "page_info": {"next_marker": "m"}})),
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

/// Stack sets `set00` …, as the account lists them.
fn sets(count: usize) -> Target {
    target("huawei.rfs.stack-set-operations", |account| {
        let names = (0..count).map(|n| format!("set{n:02}")).collect();
        account.listed.insert("stack_sets", names);
    })
}

/// RFS whose stack sets have an operation each, but for those that are answered by `broken`.
fn rfs(broken: impl Fn(&str) -> Option<Reply> + Send + Sync + 'static) -> Fake {
    Fake::new(move |request| {
        let path = request.path();
        let name = path.split('/').nth(3).unwrap();
        broken(name).unwrap_or_else(|| json(&json!({"stack_set_operations": [{"operation_id": name}]})))
    })
}

type Answers = Box<dyn Fn() -> Reply + Send + Sync>;

/// The answers of a member that cannot be had, and the code that is told.
fn broken_answers() -> Vec<(Answers, &'static str)> {
    let refusal = |status: u16| move || error(status, r#"{"error_code":"RFS.1","error_msg":"no"}"#);
    let text = |text: &'static str| move || Ok(Response::new(text.into()));
    let host = || "rfs".to_owned();
    vec![
        (Box::new(refusal(400)), "RFS.1"),
        (Box::new(refusal(403)), "RFS.1"),
        (Box::new(refusal(404)), "RFS.1"),
        (Box::new(refusal(409)), "RFS.1"),
        (Box::new(refusal(500)), "RFS.1"),
        (Box::new(refusal(503)), "RFS.1"),
        (Box::new(|| error(302, "")), "Redirected"),
        (Box::new(text("<html>maintenance</html>")), "BadAnswer"),
        (Box::new(text(r#"{"stack_set_operations":[{"#)), "BadAnswer"),
        (
            Box::new(text(r#"{"stack_set_operations":"none","Data":"none"}"#)),
            "BadAnswer",
        ),
        (Box::new(text(r#"{"error_code":"RFS.2","error_msg":"no"}"#)), "RFS.2"),
        (
            Box::new(move || {
                Err(TransportError::Reset {
                    host: host(),
                    why: "reset".into(),
                })
            }),
            "ConnectFailed",
        ),
        (Box::new(|| Err(TransportError::Garbled("gzip".into()))), "BadAnswer"),
        (Box::new(|| Err(TransportError::TooLarge(64))), "TooLarge"),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_broken_member_costs_its_own_rows() {
    for (answer, code) in broken_answers() {
        let fake = rfs(move |name| (name == "set00").then(&answer)).delay(Duration::from_secs(3));
        let (failed, kept) = walked(&fake, &sets(12)).await;
        let failed = failed.unwrap_err().public;
        assert_eq!((kept.distinct(), failed.code.as_str()), (11, code), "{failed}");
        assert!(failed.message.starts_with("stack set set00: "), "{failed}");
    }
}

#[tokio::test(start_paused = true)]
async fn several_broken_members_are_counted_and_the_first_are_named() {
    let fake = rfs(|name| {
        let number: u32 = name[3..].parse().unwrap();
        let status = if number == 0 { 404 } else { 400 };
        number
            .is_multiple_of(2)
            .then(|| error(status, r#"{"error_code":"RFS.1","error_msg":"no"}"#))
    });
    let (failed, kept) = walked(&fake, &sets(30)).await;
    let failed = failed.unwrap_err().public;
    assert_eq!((kept.distinct(), failed.status), (15, Some(404)));
    assert_eq!(
        failed.message,
        "15 of 30 stack sets (set00, set02, set04, set06, set08 and 10 more): no"
    );
    let fake = rfs(|name| (name < "set02").then(|| error(400, "{}")));
    let failed = walked(&fake, &sets(3)).await.0.unwrap_err().public;
    assert_eq!(failed.message, "2 of 3 stack sets (set00 and set01): Bad Request");
}

/// Never answers about one stack set.
struct Silent(Fake);

impl Transport for Silent {
    fn send(&self, request: Request<Bytes>, most: usize, connection: Connection) -> BoxFuture<'_, Reply> {
        if request.uri().path().contains("set00") {
            return Box::pin(std::future::pending());
        }
        self.0.send(request, most, connection)
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_member_costs_its_own_rows() {
    let client = Client::new(Arc::new(Silent(rfs(|_| None))), Limits::default(), Ambient::real());
    let kept = Kept::default();
    let failed = walk(&client, &sets(12), &kept).await.unwrap_err().public;
    assert_eq!((kept.distinct(), failed.code), (11, ErrorCode::Timeout));
    assert!(failed.message.starts_with("stack set set00: "));
}

#[tokio::test(start_paused = true)]
async fn what_concerns_the_account_is_not_asked_member_by_member() {
    // One walk at a time, so that what is asked after the failure is clear.
    let limits = Limits {
        target_crawls: 1,
        ..Limits::default()
    };
    for (status, code) in [(429, "APIGW.0308"), (401, "APIGW.0301"), (404, "APIGW.0101")] {
        let body = format!(r#"{{"error_code":"{code}","error_msg":"no"}}"#);
        let fake = rfs(move |name| (name == "set00").then(|| error(status, &body)));
        let (failed, kept) = run(&fake, &sets(3), limits).await;
        assert_eq!(
            (failed.unwrap_err().public.status, kept.rows().len()),
            (Some(status), 0),
            "{code}"
        );
    }
    let unreachable = || Some(Err(TransportError::ConnectTimeout { host: "rfs".into() }));
    let fake = rfs(move |_| unreachable());
    let failed = run(&fake, &sets(30), limits).await.0.unwrap_err().public;
    assert!(failed.message.starts_with("30 of 30 stack sets (set00, "), "{failed}");
    assert_eq!(fake.requests().len(), 4, "nobody is there");
    let keyless = target("huawei.rfs.stack-set-operations", |account| {
        account.facts = Facts::default();
        account
            .listed
            .insert("stack_sets", ["a", "b", "c"].map(Into::into).into());
    });
    let fake = Fake::new(|_| error(403, r#"{"error":{"code":"IAM.1","message":"no"}}"#));
    walked(&fake, &keyless).await.0.unwrap_err();
    assert_eq!(
        fake.requests().len(),
        1,
        "what all requests must carry is looked up once"
    );
}

/// Security Center that answers a question about a bad cluster with `answer`.
fn sas_without(bad: &'static [&'static str], answer: impl Fn() -> Reply + Send + Sync + 'static) -> Fake {
    let well = sas(0);
    Fake::new(move |request| {
        let mut ids = (1..).map_while(|n| request.query(&format!("ClusterIds.{n}")));
        if ids.any(|id| bad.contains(&id.as_str())) {
            answer()
        } else {
            well.answer(request)
        }
    })
}

fn clusters(count: usize) -> Target {
    plugins(Some((0..count).map(|n| format!("c{n}")).collect()))
}

#[tokio::test(start_paused = true)]
async fn a_chunk_is_halved_until_the_bad_clusters_are_found() {
    for bad in [
        &["c7"][..],
        &["c0", "c19"],
        &["c0", "c5", "c10", "c15", "c39"],
        &["c20", "c21", "c22", "c23", "c24", "c25", "c44"],
    ] {
        for (answer, code) in broken_answers() {
            // Redirects are the address's, not a cluster's.
            if code == "Redirected" {
                continue;
            }
            let fake = sas_without(bad, answer);
            let (failed, kept) = walked(&fake, &clusters(45)).await;
            let failed = failed.unwrap_err().public;
            assert_eq!(kept.distinct(), 45 - bad.len(), "{bad:?} {failed}");
            assert!(failed.message.contains(bad[0]), "{failed}");
            let named = if bad.len() > 1 {
                format!("{} of 45 clusters (", bad.len())
            } else {
                "cluster c7: ".into()
            };
            assert!(failed.message.starts_with(&named), "{failed}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_all_clusters_is_not_tried_out_on_each() {
    let refused = || error(403, r#"{"Code":"NotBought","Message":"no"}"#);
    let fake = Fake::new(move |_| refused());
    let failed = walked(&fake, &clusters(200)).await.0.unwrap_err().public;
    assert!(
        failed
            .message
            .starts_with("200 of 200 clusters (c0, c1, c2, c3, c4 and 195 more): "),
        "{failed}"
    );
    let asked = fake.requests().len();
    assert!(asked <= 40, "{asked} requests");
    for (status, code, most) in [
        // One request through the window of a quota.
        (400, "Throttling.User", 12),
        (404, "InvalidAccessKeyId.NotFound", 1),
        (400, "SignatureDoesNotMatch", 1),
        (403, "FreeVersionNotPermit", 1),
    ] {
        let body = format!(r#"{{"Code":"{code}","Message":"no"}}"#);
        let fake = Fake::new(move |_| error(status, &body));
        walked(&fake, &clusters(20)).await.0.unwrap_err();
        assert!(
            fake.requests().len() <= most,
            "{code}: {} requests",
            fake.requests().len()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_discovery_that_fails_in_some_regions_costs_their_members() {
    for rubbish in ["<html>", "{\"clusters\":[{\"cluster_id\":\"c", "{\"clusters\":7}"] {
        let well = sas(3);
        let fake = Fake::new(move |request| match request.host().as_str() {
            "cs.cn-hangzhou.aliyuncs.com" => Ok(Response::new(rubbish.into())),
            _ => well.answer(request),
        });
        let (failed, kept) = walked(&fake, &plugins(None)).await;
        let failed = failed.unwrap_err().public;
        assert_eq!(kept.distinct(), 3);
        assert!(
            failed.message.starts_with("DescribeClustersV1 in region cn-hangzhou: "),
            "{failed}"
        );
    }
    // And a member of what was found is broken too.
    let fake = Fake::new(|request| match request.header("x-acs-action") {
        Some("DescribeClustersV1") if request.host().contains("beijing") => error(500, "{}"),
        Some("DescribeClustersV1") => {
            json(&json!({"clusters": [{"cluster_id": "c1"}, {"cluster_id": 2}], "page_info": {"total_count": 2}}))
        }
        _ if request.query("ClusterIds.1").as_deref() == Some("c1") => error(400, r#"{"Code":"Bad","Message":"no"}"#),
        _ => json(&json!({"Data": [{"ClusterId": "2"}]})),
    });
    let (failed, kept) = walked(&fake, &plugins(None)).await;
    let failed = failed.unwrap_err().public;
    assert_eq!(kept.distinct(), 1);
    assert_eq!(
        failed.message,
        "DescribeClustersV1 in region cn-beijing: Internal Server Error; cluster c1: no"
    );
}

#[tokio::test(start_paused = true)]
async fn a_field_that_nobody_needs_is_not_looked_into() {
    let odd = r#""note":"clean up \ud83d","\udc00":1,"n":1e999,"n":2,"deep":[[[[[[[[{}]]]]]]]]"#;
    let fake = Fake::new(move |request| match request.path().as_str() {
        "/v1/stack-sets" => {
            let list = format!(
                r#"{{"stack_sets":[{{"stack_set_name":"a",{odd}}},{{{odd},"Stack_Set_Name":"b"}}],"page_info":{{{odd},"next_marker":null}},{odd}}}"#
            );
            Ok(Response::new(list.into()))
        }
        path => json(&json!({"stack_set_operations": [{"operation_id": path}]})),
    });
    let (done, kept) = walked(&fake, &target("huawei.rfs.stack-set-operations", |_| {})).await;
    assert_eq!((done.unwrap().capped, kept.distinct()), (None, 2));
}

#[tokio::test(start_paused = true)]
async fn what_has_no_name_cannot_be_asked_about_and_is_told() {
    for nameless in [
        r#"{"stack_set_name":null}"#,
        "{}",
        r#"{"stack_set_name":"\ud83d"}"#,
        r#"{"stack_set_name":["a"]}"#,
        "null",
    ] {
        let fake = Fake::new(move |request| match request.path().as_str() {
            "/v1/stack-sets" => Ok(Response::new(
                format!(r#"{{"stack_sets":[{{"stack_set_name":"a"}},{nameless}]}}"#).into(),
            )),
            _ => json(&json!({"stack_set_operations": rows(0, 1)})),
        });
        let (failed, kept) = walked(&fake, &target("huawei.rfs.stack-set-operations", |_| {})).await;
        let failed = failed.unwrap_err().public;
        assert_eq!(
            (kept.rows().len(), failed.code),
            (1, ErrorCode::BadAnswer),
            "{nameless}"
        );
        assert!(
            failed.message.starts_with("ListStackSets in region cn-north-4: "),
            "{}",
            failed.message
        );
    }
}

#[tokio::test(start_paused = true)]
async fn members_that_may_not_be_all_make_rows_that_may_not_be_all() {
    let fake = Fake::new(|request| match request.path().as_str() {
        // As many as were asked for, and no word of more or no more.
        "/v1/stack-sets" => json(
            &json!({"stack_sets": (0..100).map(|n| json!({"stack_set_name": format!("s{n}")})).collect::<Vec<_>>()}),
        ),
        path => json(&json!({"stack_set_operations": [{"operation_id": path}]})),
    });
    let (done, kept) = walked(&fake, &target("huawei.rfs.stack-set-operations", |_| {})).await;
    assert_eq!((done.unwrap().capped, kept.distinct()), (Some(100), 100));
}
