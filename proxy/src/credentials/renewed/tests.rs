use super::*;
use crate::credentials::tests::{HOUR, Scripted, at, keys};
use futures_util::future::join_all;
use std::time::Duration;
use tokio::time::{advance, sleep};
use wire::ErrorCode;

/// Keys whose issuer and clock a test moves.
fn renewed(issuer: &Arc<Scripted>) -> Arc<Renewed> {
    let start = Instant::now();
    let clock = move || at(0) + start.elapsed();
    let issuer: Arc<dyn Issuer> = Arc::<Scripted>::clone(issuer);
    Arc::new(Renewed::new(issuer, Ambient::new(clock, || 0.5, || 1)))
}

async fn id(renewed: &Renewed) -> String {
    renewed.current().await.unwrap().id.clone()
}

async fn message(renewed: &Renewed) -> String {
    renewed.current().await.unwrap_err().public.message
}

/// What is under way in the background comes to its end.
async fn settle() {
    sleep(Duration::from_millis(1)).await;
}

#[tokio::test(start_paused = true)]
async fn nobody_is_asked_before_keys_are_wanted_and_then_once_for_all() {
    let issuer = Scripted::new(|number| Ok(keys(number, Some(HOUR))));
    issuer.take(Duration::from_secs(3));
    let renewed = renewed(&issuer);
    assert_eq!(issuer.asked(), 0);
    let all = join_all((0..300).map(|_| id(&renewed))).await;
    assert!(all.iter().all(|id| id == "id-1"), "{all:?}");
    assert_eq!(id(&renewed).await, "id-1");
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_request_goes_on_for_the_others_when_the_first_has_gone() {
    let issuer = Scripted::new(|number| Ok(keys(number, Some(HOUR))));
    issuer.take(Duration::from_secs(3));
    let renewed = renewed(&issuer);
    let first = timeout(Duration::from_secs(1), renewed.current()).await;
    assert!(first.is_err());
    let start = Instant::now();
    assert_eq!(id(&renewed).await, "id-1");
    assert_eq!((issuer.asked(), start.elapsed().as_secs()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn keys_are_renewed_in_the_background_well_before_they_end() {
    let issuer = Scripted::new(|number| Ok(keys(number, Some(HOUR * u64::from(number)))));
    let renewed = renewed(&issuer);
    assert_eq!(id(&renewed).await, "id-1");
    advance(Duration::from_secs(2690)).await;
    assert_eq!(id(&renewed).await, "id-1");
    settle().await;
    assert_eq!(issuer.asked(), 1);
    // 75 % of the hour, half of the chance.
    advance(Duration::from_secs(20)).await;
    issuer.take(Duration::from_secs(5));
    assert_eq!(id(&renewed).await, "id-1", "nobody waits for a renewal");
    assert_eq!(id(&renewed).await, "id-1");
    sleep(Duration::from_secs(6)).await;
    assert_eq!(id(&renewed).await, "id-2");
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn old_keys_are_taken_while_they_hold_though_the_issuer_is_down_and_no_longer() {
    let issuer = Scripted::new(|number| match number {
        1 => Ok(keys(1, Some(HOUR))),
        ..1000 => Err(IssuerError::new("ServiceUnavailable")),
        _ => Ok(keys(number, Some(2 * HOUR))),
    });
    let renewed = renewed(&issuer);
    assert_eq!(id(&renewed).await, "id-1");
    advance(Duration::from_secs(2700)).await;
    for _ in 0..850 {
        assert_eq!(id(&renewed).await, "id-1");
        sleep(Duration::from_secs(1)).await;
    }
    // 15 minutes of an outage: first after seconds, then about three times a minute.
    assert!((20..=70).contains(&issuer.asked()), "{}", issuer.asked());
    advance(Duration::from_secs(45)).await;
    let error = renewed.current().await.unwrap_err();
    assert_eq!((error.public.code, error.public.status), (ErrorCode::Credentials, None));
    assert_eq!(error.public.message, "ServiceUnavailable");
    issuer.skip_to(1000);
    sleep(COOL_DOWN[1]).await;
    assert_eq!(id(&renewed).await, "id-1000");
}

#[tokio::test(start_paused = true)]
async fn an_issuer_that_fails_is_left_alone_for_a_while_that_grows() {
    let issuer = Scripted::new(|number| Err(IssuerError::new(format!("no. {number}"))));
    let renewed = renewed(&issuer);
    let mut asked = Vec::new();
    for second in 0..120_u32 {
        let told = join_all((0..20).map(|_| message(&renewed))).await;
        assert!(told.iter().all(|message| *message == told[0]), "{told:?}");
        if asked.last().is_none_or(|(number, _)| *number != issuer.asked()) {
            asked.push((issuer.asked(), second));
        }
        sleep(Duration::from_secs(1)).await;
    }
    let pauses: Vec<_> = asked.windows(2).map(|pair| pair[1].1 - pair[0].1).collect();
    assert!(asked.iter().all(|(number, _)| *number <= 15), "{asked:?}");
    assert!(
        pauses.is_sorted() && pauses.iter().all(|&pause| pause <= 20),
        "{pauses:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_has_changed_counts_within_seconds_and_what_cannot_be_read_does_not() {
    let issuer = Scripted::new(|number| match number {
        3 => Err(IssuerError::new("half written")),
        _ => Ok(keys(number, None)),
    });
    let renewed = renewed(&issuer);
    for _ in 0..100 {
        assert_eq!(id(&renewed).await, "id-1");
        sleep(Duration::from_secs(1)).await;
    }
    issuer.change(true);
    advance(LOOK).await;
    assert_eq!(id(&renewed).await, "id-2", "who finds out waits for the new ones");
    advance(LOOK).await;
    assert_eq!(id(&renewed).await, "id-2");
    assert_eq!(issuer.asked(), 3);
    assert_eq!(id(&renewed).await, "id-2", "it is not looked all the time");
    advance(LOOK).await;
    assert_eq!(id(&renewed).await, "id-4");
}

#[tokio::test(start_paused = true)]
async fn keys_that_have_ended_already_are_none() {
    let issuer = Scripted::new(|_| Ok(keys(1, Some(0))));
    let told = renewed(&issuer).current().await.unwrap_err().public;
    assert!(
        told.message
            .starts_with("the keys that were issued ended at 2026-11-30T"),
        "{told:?}"
    );
    assert!(told.advice.unwrap().contains("clock"));
}

#[tokio::test(start_paused = true)]
async fn an_issuer_that_panics_or_never_ends_is_a_failure_like_others() {
    let issuer = Scripted::new(|number| {
        assert!(number > 1, "broken");
        Ok(keys(number, None))
    });
    let renewed = renewed(&issuer);
    let error = renewed.current().await.unwrap_err();
    assert!(error.to_string().contains("(a panic: broken)"), "{error}");
    sleep(COOL_DOWN[1]).await;
    issuer.take(Duration::from_secs(3600));
    assert_eq!(message(&renewed).await, "no keys within 45 s");
    issuer.take(Duration::ZERO);
    sleep(COOL_DOWN[1]).await;
    assert_eq!(id(&renewed).await, "id-3");
}

#[tokio::test(start_paused = true)]
async fn nothing_shows_a_secret() {
    let issuer = Scripted::new(|_| Ok(keys(1, None)));
    let renewed = renewed(&issuer);
    let keys = renewed.current().await.unwrap();
    let shown = format!("{renewed:?} {keys:?}");
    assert!(shown.contains("id-1") && !shown.contains("hunter2"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn the_metrics_tell_of_an_account_how_long_its_keys_hold_until_it_is_gone() {
    let issuer = Scripted::new(|number| match number {
        1 => Ok(keys(1, Some(HOUR))),
        _ => Err(IssuerError::new("ServiceUnavailable")),
    });
    let account = "an account of this test alone";
    let renewed = renewed(&issuer);
    renewed.count_for(account);
    let metrics = metrics();
    let renewals = |outcome: &str| metrics.credentials_renewals.of([account, outcome]).get();
    assert_eq!(id(&renewed).await, "id-1");
    assert_eq!((renewals("ok"), renewals("failed")), (1, 0));
    assert_eq!(metrics.credentials_issued.of([account]).get(), unix_seconds(at(0)));
    assert_eq!(
        metrics.credentials_expiry.of([account]).get(),
        unix_seconds(at(0) + Duration::from_secs(3_590))
    );
    advance(Duration::from_secs(3_000)).await;
    assert_eq!(id(&renewed).await, "id-1");
    settle().await;
    assert_eq!((renewals("ok"), renewals("failed")), (1, 1));
    assert_eq!(metrics.credentials_issued.of([account]).get(), unix_seconds(at(0)));
    drop(renewed);
    let gone = format!("signalbox_credentials_expiry_timestamp_seconds{{account=\"{account}\"}}");
    assert!(!metrics.text().unwrap().contains(&gone));
}

#[test]
fn a_beginning_of_the_old_keys_is_told_from_new_ones() {
    let keys = |id, secret, token| Keys::read(Some(id), Some(secret), token).unwrap();
    let old = keys("id", "secret", Some("token"));
    for (new, cut_off) in [
        (keys("id", "secret", Some("token")), false),
        (keys("id", "sec", Some("token")), true),
        (keys("id", "sec", None), true),
        (keys("id", "secret", None), true),
        (keys("id", "secret", Some("tok")), true),
        (keys("id", "another", Some("token")), false),
        (keys("id", "secret", Some("token2")), false),
        (keys("other", "sec", None), false),
    ] {
        assert_eq!(is_cut_off(&new, &old), cut_off, "{new:?}");
    }
    assert!(!is_cut_off(
        &keys("id", "secret", Some("token")),
        &keys("id", "secret", None)
    ));
}
