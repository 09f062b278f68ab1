//! What every walk is like; the ways through a list and through several have files of their own.

mod fan_out;
mod paging;
mod storms;
mod truth;

use super::*;
use crate::accounts::tests::account;
use crate::accounts::{Account, Facts};
use crate::ask::Limits;
use crate::ask::fake::{Asked, Cloud as Fake, error, json};
use crate::ask::transport::TransportError;
use crate::clock::Ambient;
use crate::vendors::FactKey;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Keeps the pages of a walk.
#[derive(Default)]
struct Kept(Mutex<Vec<Page>>);

impl Kept {
    fn rows(&self) -> Vec<Value> {
        let pages = self.0.lock().unwrap();
        pages
            .iter()
            .flat_map(|page| serde_json::from_str::<Vec<Value>>(&page.rows).unwrap())
            .collect()
    }

    /// How many different rows there are.
    fn distinct(&self) -> usize {
        let rows: HashSet<String> = self.rows().iter().map(Value::to_string).collect();
        rows.len()
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

impl PageSink for Kept {
    async fn page(&self, page: Page) -> Result<(), GoneError> {
        self.0.lock().unwrap().push(page);
        Ok(())
    }
}

fn target(id: &str, change: impl FnOnce(&mut Account)) -> Target {
    let source = catalog::source(id).unwrap();
    let mut account = account(source.cloud());
    for (name, region, id) in [("domain", None, "d1"), ("project", Some("cn-north-4".to_owned()), "p1")] {
        account.facts.tell(FactKey { name, region }, id.into());
    }
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

async fn run(fake: &Fake, target: &Target, limits: Limits) -> (Result<Done, TargetError>, Kept) {
    let kept = Kept::default();
    let ambient = Ambient::new(
        || SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000),
        || 0.5,
        crate::ask::fake::counter(),
    );
    let client = Client::new(Arc::new(fake.clone()), limits, ambient);
    (walk(&client, target, &kept).await, kept)
}

async fn walked(fake: &Fake, target: &Target) -> (Result<Done, TargetError>, Kept) {
    run(fake, target, Limits::default()).await
}

fn rows(from: u64, to: u64) -> Vec<Value> {
    (from..to).map(|n| json!({ "n": n })).collect()
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
    let client = Client::new(Arc::new(fake.clone()), Limits::default(), Ambient::real());
    let tickets = target("huawei.coc.executions", |account| account.facts = Facts::default());
    let operations = Target {
        account: Arc::clone(&tickets.account),
        ..target("huawei.rfs.stack-set-operations", |_| {})
    };
    for target in [&tickets, &operations] {
        for _ in 0..2 {
            walk(&client, target, &Kept::default()).await.unwrap();
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
async fn another_account_of_the_same_name_is_looked_up_anew() {
    let fresh = crate::ask::fake::counter();
    let fake = Fake::new(move |request| match request.path().as_str() {
        "/v3/auth/domains" => json(&json!({"domains": [{"id": format!("d{}", fresh())}]})),
        _ => json(&json!({"total": 0, "data": []})),
    });
    let client = Client::new(Arc::new(fake.clone()), Limits::default(), Ambient::real());
    for id in ["d1", "d2"] {
        let reloaded = target("huawei.coc.executions", |account| account.facts = Facts::default());
        walk(&client, &reloaded, &Kept::default()).await.unwrap();
        assert_eq!(fake.requests().last().unwrap().header("x-domain-id"), Some(id));
    }
}

#[tokio::test(start_paused = true)]
async fn an_account_without_a_project_is_told_what_to_do() {
    let fake = Fake::new(|_| json(&json!({"projects": []})));
    let nothing = target("huawei.rfs.stack-set-operations", |account| {
        account.facts = Facts::default();
    });
    let failure = walked(&fake, &nothing).await.0.unwrap_err();
    assert_eq!(
        (failure.public.status, failure.public.code.as_str()),
        (None, "Credentials")
    );
    assert!(failure.public.advice.unwrap().contains("projects.\"cn-north-4\""));
}

#[tokio::test(start_paused = true)]
async fn a_project_is_the_one_with_exactly_the_regions_name() {
    let named = |names: &[&str]| {
        let projects: Vec<Value> = names
            .iter()
            .map(|name| json!({"id": format!("id of {name}"), "name": name}))
            .collect();
        Fake::new(move |request| match request.path().as_str() {
            "/v3/projects" => json(&json!({ "projects": projects })),
            _ => json(&json!({"stack_sets": []})),
        })
    };
    let nothing = || {
        target("huawei.rfs.stack-set-operations", |account| {
            account.facts = Facts::default();
        })
    };
    let fake = named(&["cn-north-4_sub", "cn-north-4", "CN-NORTH-4", "xcn-north-4"]);
    assert!(walked(&fake, &nothing()).await.0.is_ok());
    assert_eq!(fake.requests()[1].header("x-project-id"), Some("id of cn-north-4"));
    for names in [&["cn-north-4_sub"][..], &[]] {
        let failure = walked(&named(names), &nothing()).await.0.unwrap_err();
        assert!(
            failure
                .public
                .message
                .ends_with("IAM knows 0 projects named cn-north-4"),
            "{failure}"
        );
    }
    // Which of several accounts the keys belong to cannot be guessed.
    let fake = Fake::new(|_| json(&json!({"domains": [{"id": "a"}, {"id": "b"}]})));
    let nothing = target("huawei.coc.executions", |account| account.facts = Facts::default());
    let failure = walked(&fake, &nothing).await.0.unwrap_err();
    assert_eq!(failure.public.message, "IAM names 2 accounts for these keys");
    assert!(failure.public.advice.unwrap().contains("domain_id"));
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
            (
                failure.public.status,
                failure.public.code.as_str(),
                failure.public.request_id.as_deref()
            ),
            (None, "BadAnswer", Some("R1"))
        );
        assert_eq!(fake.requests().len(), 1, "asking again would not help");
    }
}

/// Takes an hour for each page.
struct Slow(Kept);

impl PageSink for Slow {
    async fn page(&self, page: Page) -> Result<(), GoneError> {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        self.0.page(page).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_target_has_its_time_and_a_slow_reader_does_not_use_it() {
    let slow = || {
        let fresh = crate::ask::fake::counter();
        let page = move |_: &_| {
            let number = fresh() as u64;
            json(&json!({"InstancePatchStates": rows(number, number + 1), "NextToken": number.to_string()}))
        };
        Fake::new(page).delay(Duration::from_secs(25))
    };
    let start = tokio::time::Instant::now();
    let (failed, kept) = walked(&slow(), &patches()).await;
    assert_eq!(failed.unwrap_err().public.code, ErrorCode::Timeout);
    assert_eq!((start.elapsed(), kept.rows().len()), (Duration::from_secs(120), 4));

    let out = Slow(Kept::default());
    let client = Client::new(Arc::new(slow()), Limits::default(), Ambient::real());
    assert_eq!(
        walk(&client, &patches(), &out).await.unwrap_err().public.code,
        ErrorCode::Timeout
    );
    assert_eq!(out.0.rows().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_reader_who_leaves_ends_the_walk() {
    struct Leaves;
    impl PageSink for Leaves {
        async fn page(&self, _: Page) -> Result<(), GoneError> {
            Err(GoneError)
        }
    }
    let fake = coc(500, 100, |total| json!(total));
    let client = Client::new(Arc::new(fake.clone()), Limits::default(), Ambient::real());
    assert_eq!(
        walk(&client, &tickets(), &Leaves).await.unwrap_err().public.code,
        ErrorCode::Cancelled
    );
    assert_eq!(fake.requests().len(), 1);
}
