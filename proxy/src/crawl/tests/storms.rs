//! Clouds that are down, or that want to be asked less.

use super::*;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::task::JoinSet;

/// Walks so many regions of one account side by side.
async fn side_by_side(fake: &Fake, target: &Target, regions: usize) -> Vec<Result<Done, TargetError>> {
    let mut walks = JoinSet::new();
    for number in 0..regions {
        let target = Target {
            region: format!("cn-region{number}"),
            ..target.clone()
        };
        let fake = fake.clone();
        walks.spawn(async move { walked(&fake, &target).await.0 });
    }
    walks.join_all().await
}

#[tokio::test(start_paused = true)]
async fn a_cloud_that_is_down_is_not_asked_much_more_often_than_there_are_targets() {
    let fake = Fake::new(|_| error(503, "busy"));
    let ended = side_by_side(&fake, &patches(), 300).await;
    assert!(ended.iter().all(Result::is_err));
    let asked = fake.requests().len();
    assert!((300..=330).contains(&asked), "{asked} requests for 300 targets");
}

#[tokio::test(start_paused = true)]
async fn a_cloud_that_fails_now_and_then_is_asked_again_as_often_as_it_helps() {
    // Every region once.
    let failed = Mutex::new(HashSet::new());
    let fake = Fake::new(move |request| {
        if failed.lock().unwrap().insert(request.query("RegionId")) {
            return error(500, r#"{"Code":"ServerError","Message":"m"}"#);
        }
        json(&json!({"InstancePatchStates": []}))
    });
    let ended = side_by_side(&fake, &patches(), 300).await;
    let failed = ended.iter().filter(|ended| ended.is_err()).count();
    assert_eq!(failed, 0);
}

#[tokio::test(start_paused = true)]
async fn a_region_that_throttles_all_gets_few_requests_and_the_others_all_of_theirs() {
    let fake = Fake::new(|request| {
        if request.query("RegionId").as_deref() == Some("cn-region7") {
            return error(400, r#"{"Code":"Throttling.User","Message":"flow control"}"#);
        }
        json(&json!({"InstancePatchStates": [{}]}))
    });
    let ended = side_by_side(&fake, &patches(), 20).await;
    assert_eq!(ended.iter().filter(|ended| ended.is_ok()).count(), 19);
    let asked = fake.requests().len() - 19;
    assert!(asked <= 12, "{asked} requests where all are refused");
}

#[tokio::test(start_paused = true)]
async fn a_target_that_fails_again_and_again_is_left_alone_and_found_well_again() {
    let down = Arc::new(AtomicBool::new(true));
    let is_down = Arc::clone(&down);
    let fake = Fake::new(move |_| {
        if is_down.load(Ordering::Relaxed) {
            return Err(TransportError::ConnectTimeout { host: "h".into() });
        }
        json(&json!({"InstancePatchStates": [{}]}))
    });
    let target = patches();
    for _ in 0..5 {
        walked(&fake, &target).await.0.unwrap_err();
    }
    let asked = fake.requests().len();
    let left_alone = walked(&fake, &target).await.0.unwrap_err().public;
    assert_eq!(
        (fake.requests().len(), left_alone.code.as_str()),
        (asked, "ConnectFailed")
    );
    assert!(
        left_alone.message.starts_with("not asked, after 5 failures"),
        "{}",
        left_alone.message
    );
    assert!(left_alone.advice.unwrap().starts_with("more after 15 s"));
    down.store(false, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_secs(15)).await;
    for _ in 0..3 {
        assert!(walked(&fake, &target).await.0.is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_cloud_refuses_or_answers_in_part_is_asked_every_time() {
    let next = crate::ask::fake::counter();
    let refuses = Fake::new(|_| error(403, r#"{"Code":"NoPermission","Message":"no"}"#));
    let in_part = Fake::new(move |_| {
        if next().is_multiple_of(2) {
            return Err(TransportError::ConnectTimeout { host: "h".into() });
        }
        json(&json!({"InstancePatchStates": [{}], "NextToken": "2"}))
    });
    for fake in [refuses, in_part] {
        let target = patches();
        for _ in 0..20 {
            let failed = walked(&fake, &target).await.0.unwrap_err().public;
            assert!(!failed.message.starts_with("not asked"), "{}", failed.message);
        }
    }
}
