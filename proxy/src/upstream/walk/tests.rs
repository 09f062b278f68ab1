use super::*;
use crate::accounts::tests::account;
use crate::upstream::fake::{Asked, Cloud as Fake, error, json};
use crate::upstream::{Limits, World};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Keeps the pages of a walk.
#[derive(Default)]
pub(super) struct Kept(Mutex<Vec<Page>>);

impl Kept {
    fn rows(&self) -> Vec<Value> {
        let pages = self.0.lock().unwrap();
        pages
            .iter()
            .flat_map(|page| serde_json::from_str::<Vec<Value>>(&page.rows).unwrap())
            .collect()
    }

    fn pages(&self) -> Vec<(u64, Option<u64>)> {
        self.0
            .lock()
            .unwrap()
            .iter()
            .map(|page| (page.count, page.total))
            .collect()
    }
}

impl Out for Kept {
    async fn page(&self, page: Page) -> Result<(), Gone> {
        self.0.lock().unwrap().push(page);
        Ok(())
    }
}

fn target(id: &str, change: impl FnOnce(&mut Account)) -> Target {
    let source = catalog::source(id).unwrap();
    let mut account = account(source.cloud);
    account.domain_id = Some("d1".into());
    account.projects.insert("cn-north-4".into(), "p1".into());
    change(&mut account);
    Target {
        account: Arc::new(account),
        source,
        region: "cn-north-4".into(),
    }
}

fn patches() -> Target {
    target("alibaba.oos.instance-patch-states", |_| {})
}

async fn run(fake: &Fake, target: &Target, limits: Limits) -> (Result<Done, Failure>, Kept) {
    let kept = Kept::default();
    let world = World::new(
        || SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000),
        || 0.5,
        crate::upstream::fake::counter(),
    );
    let client = Client::new(Arc::new(fake.clone()), limits, world);
    (walk(&client, target, &kept).await, kept)
}

async fn walked(fake: &Fake, target: &Target) -> (Result<Done, Failure>, Kept) {
    run(fake, target, Limits::default()).await
}

fn rows(from: u64, to: u64) -> Vec<Value> {
    (from..to).map(|n| json!({ "n": n })).collect()
}

#[tokio::test(start_paused = true)]
async fn a_cursor_is_followed_to_its_end() {
    for end in [json!(null), json!(""), json!("-"), json!("null")] {
        let fake = Fake::new(move |request| match request.query("NextToken").as_deref() {
            None => json(&json!({"InstancePatchStates": rows(0, 50), "NextToken": "t1"})),
            Some("t1") => json(&json!({"InstancePatchStates": [], "NextToken": "t2"})),
            Some("t2") => json(&json!({"InstancePatchStates": rows(50, 53), "NextToken": end})),
            other => panic!("unexpected {other:?}"),
        });
        let (done, kept) = walked(&fake, &patches()).await;
        assert_eq!(done.unwrap().rows, 53);
        assert_eq!(kept.rows(), rows(0, 53));
        assert_eq!(kept.pages(), [(50, None), (3, None)]);
        assert!(
            fake.requests()
                .iter()
                .all(|request| request.query("MaxResults").as_deref() == Some("50"))
        );
        assert!(
            fake.requests()
                .iter()
                .all(|request| request.query("RegionId").as_deref() == Some("cn-north-4"))
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_cursor_that_comes_again_ends_the_walk() {
    let fake = Fake::new(|request| match request.query("NextToken").as_deref() {
        None | Some("b") => json(&json!({"InstancePatchStates": rows(0, 1), "NextToken": "a"})),
        Some(_) => json(&json!({"InstancePatchStates": rows(1, 2), "NextToken": "b"})),
    });
    let (failed, kept) = walked(&fake, &patches()).await;
    let failure = failed.unwrap_err();
    assert_eq!(
        (failure.status, failure.code.as_str(), failure.request_id.as_deref()),
        (None, "LoopingCursor", Some("R3"))
    );
    assert_eq!(kept.rows().len(), 3);
    assert_eq!(fake.requests().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn endless_lists_are_cut() {
    let endless = || {
        let fresh = crate::upstream::fake::counter();
        Fake::new(move |_| json(&json!({"InstancePatchStates": rows(0, 50), "NextToken": fresh().to_string()})))
    };
    let fake = endless();
    let (failed, kept) = run(
        &fake,
        &patches(),
        Limits {
            pages: 7,
            ..Limits::default()
        },
    )
    .await;
    assert_eq!(failed.unwrap_err().code, "TooLarge");
    assert_eq!((kept.rows().len(), fake.requests().len()), (350, 7));
    let fake = endless();
    let (failed, kept) = run(
        &fake,
        &patches(),
        Limits {
            items: 120,
            ..Limits::default()
        },
    )
    .await;
    assert_eq!(failed.unwrap_err().code, "TooLarge");
    assert_eq!(kept.rows().len(), 150);
    assert!(
        Place::start(Paging::Cursor {
            send: "",
            read: &["c"],
            size: ("", 1),
            max_pages: 1
        })
        .advance(
            &Sheet::read(
                catalog::Cloud::Alibaba,
                &json!({"c": "x".repeat(9000)}).to_string().into()
            )
            .unwrap(),
            1,
            b""
        )
        .is_err()
    );
}

fn tickets() -> Target {
    target("huawei.coc.executions", |_| {})
}

/// COC with `total` tickets, `size` a page.
fn coc(total: u64, size: u64, says: impl Fn(u64) -> Value + Send + Sync + 'static) -> Fake {
    Fake::new(move |request| {
        let offset: u64 = request.query("offset").unwrap().parse().unwrap();
        json(&json!({"total": says(total), "data": rows(offset, total.min(offset + size).max(offset))}))
    })
}

#[tokio::test(start_paused = true)]
async fn offsets_count_what_came_and_stop_at_the_total() {
    let fake = coc(250, 100, |total| json!(total));
    let (done, kept) = walked(&fake, &tickets()).await;
    assert_eq!(
        done.unwrap(),
        Done {
            as_of: SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000),
            rows: 250,
            capped: None
        }
    );
    assert_eq!(kept.pages(), [(100, Some(250)), (100, Some(250)), (50, Some(250))]);
    assert!(
        fake.requests()
            .iter()
            .all(|request| request.header("x-domain-id") == Some("d1"))
    );
    // A cloud that gives smaller pages than asked for loses nothing.
    let (done, kept) = walked(&coc(250, 40, |total| json!(total.to_string())), &tickets()).await;
    assert_eq!((done.unwrap().rows, kept.rows()), (250, rows(0, 250)));
    // One that says no total is asked until an empty page.
    let fake = coc(200, 100, |_| json!(null));
    let (done, _) = walked(&fake, &tickets()).await;
    assert_eq!((done.unwrap().rows, fake.requests().len()), (200, 3));
    // One that promises more than it has ends with its empty page.
    let fake = coc(100, 100, |_| json!(1_000));
    let (done, _) = walked(&fake, &tickets()).await;
    assert_eq!((done.unwrap().rows, fake.requests().len()), (100, 2));
}

#[tokio::test(start_paused = true)]
async fn an_offset_that_is_ignored_is_noticed() {
    let fake = Fake::new(|_| json(&json!({"total": 100_000, "data": rows(0, 100)})));
    let (failed, _) = walked(&fake, &tickets()).await;
    assert_eq!(failed.unwrap_err().code, "LoopingCursor");
    assert_eq!(fake.requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_full_list_without_pages_is_capped() {
    let plans = target("alibaba.cs.operation-plans", |_| {});
    for (count, capped) in [(0, None), (99, None), (100, Some(100))] {
        let fake = Fake::new(move |_| json(&json!({"plans": rows(0, count)})));
        let (done, kept) = walked(&fake, &plans).await;
        let done = done.unwrap();
        assert_eq!(
            (done.rows, done.capped, kept.pages().len()),
            (count, capped, usize::from(count > 0))
        );
    }
}

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
            account.clusters = clusters;
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
    assert_eq!((failure.status, failure.code.as_str()), (Some(403), "Forbidden.RAM"));
    assert_eq!(failure.message, "DescribeClustersV1 in cn-hangzhou: no");
    assert_eq!(failure.advice.as_deref(), Some("needs cs:DescribeClustersV1"));
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
        account.stack_sets = Some(["a", "b", "c"].map(Into::into).into());
    });
    let with = |status: u16| {
        Fake::new(move |request| match request.path().as_str() {
            "/v1/stack-sets/a/operations" => error(status, r#"{"error_code":"RFS.1","error_msg":"no"}"#),
            _ => json(&json!({"stack_set_operations": rows(0, 1)})),
        })
    };
    // One walk at a time, so that what is asked after the failure is clear.
    let limits = Limits {
        target_walks: 1,
        ..Limits::default()
    };
    let (failed, kept) = run(&with(404), &sets, limits).await;
    let failure = failed.unwrap_err();
    assert_eq!(
        (failure.status, failure.message.as_str()),
        (Some(404), "stack set a: no")
    );
    assert_eq!(kept.rows().len(), 2);
    let (failed, kept) = run(&with(429), &sets, limits).await;
    assert_eq!(failed.unwrap_err().status, Some(429));
    assert_eq!(kept.rows().len(), 0, "a cloud that throttles is not asked on");
}

#[tokio::test(start_paused = true)]
async fn ids_are_looked_up_once() {
    let fake = Fake::new(|request| match (request.host().as_str(), request.path().as_str()) {
        ("iam.cn-north-4.myhuaweicloud.com", "/v3/auth/domains") => json(&json!({"domains": [{"id": "d9"}]})),
        ("iam.cn-north-4.myhuaweicloud.com", "/v3/projects") => {
            assert_eq!(request.query("name").as_deref(), Some("cn-north-4"));
            json(&json!({"projects": [{"id": "p9"}]}))
        }
        ("coc.myhuaweicloud.com", _) => json(&json!({"total": 0, "data": []})),
        _ => json(&json!({"stack_sets": []})),
    });
    let forget = |account: &mut Account| {
        account.domain_id = None;
        account.projects.clear();
    };
    let client = Client::new(Arc::new(fake.clone()), Limits::default(), World::real());
    for id in ["huawei.coc.executions", "huawei.rfs.stack-set-operations"] {
        for _ in 0..2 {
            walk(&client, &target(id, forget), &Kept::default()).await.unwrap();
        }
    }
    let requests = fake.requests();
    let asked = |host: &str| {
        requests
            .iter()
            .filter(|request| request.host().starts_with(host))
            .count()
    };
    assert_eq!((asked("iam."), asked("coc."), asked("rfs.")), (2, 2, 2));
    let with = |header: &str, id: &str| {
        requests
            .iter()
            .filter(|request| request.header(header) == Some(id))
            .count()
    };
    assert_eq!((with("x-domain-id", "d9"), with("x-project-id", "p9")), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn an_account_without_a_project_is_told_what_to_do() {
    let fake = Fake::new(|_| json(&json!({"projects": []})));
    let nothing = target("huawei.rfs.stack-set-operations", |account| account.projects.clear());
    let failure = walked(&fake, &nothing).await.0.unwrap_err();
    assert_eq!((failure.status, failure.code.as_str()), (None, "Credentials"));
    assert!(failure.advice.unwrap().contains("projects.\"cn-north-4\""));
}

#[tokio::test(start_paused = true)]
async fn nonsense_is_a_bad_answer_with_its_request_id() {
    for nonsense in [
        json!({"InstancePatchStates": 5}),
        json!([]),
        json!({"InstancePatchStates": [], "NextToken": {}}),
    ] {
        let fake = Fake::new(move |_| json(&nonsense));
        let failure = walked(&fake, &patches()).await.0.unwrap_err();
        assert_eq!(
            (failure.status, failure.code.as_str(), failure.request_id.as_deref()),
            (None, "BadAnswer", Some("R1"))
        );
        assert_eq!(fake.requests().len(), 1, "asking again would not help");
    }
}

#[tokio::test(start_paused = true)]
async fn a_target_has_its_time_and_a_slow_reader_does_not_use_it() {
    let slow = || {
        let fresh = crate::upstream::fake::counter();
        let page = move |_: &_| json(&json!({"InstancePatchStates": rows(0, 1), "NextToken": fresh().to_string()}));
        Fake::new(page).delay(Duration::from_secs(25))
    };
    let start = tokio::time::Instant::now();
    let (failed, kept) = walked(&slow(), &patches()).await;
    assert_eq!(failed.unwrap_err().code, "Timeout");
    assert_eq!((start.elapsed(), kept.rows().len()), (Duration::from_secs(120), 4));

    /// Takes an hour for each page.
    struct Slow(Kept);
    impl Out for Slow {
        async fn page(&self, page: Page) -> Result<(), Gone> {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            self.0.page(page).await
        }
    }
    let out = Slow(Kept::default());
    let client = Client::new(Arc::new(slow()), Limits::default(), World::real());
    assert_eq!(walk(&client, &patches(), &out).await.unwrap_err().code, "Timeout");
    assert_eq!(out.0.rows().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_reader_who_leaves_ends_the_walk() {
    struct Leaves;
    impl Out for Leaves {
        async fn page(&self, _: Page) -> Result<(), Gone> {
            Err(Gone)
        }
    }
    let fake = coc(500, 100, |total| json!(total));
    let client = Client::new(Arc::new(fake.clone()), Limits::default(), World::real());
    assert_eq!(walk(&client, &tickets(), &Leaves).await.unwrap_err().code, "Cancelled");
    assert_eq!(fake.requests().len(), 1);
}
