//! The keys of machines, and how long they are kept.

use super::*;

#[tokio::test]
async fn a_machine_is_asked_in_the_way_that_its_metadata_service_wants() {
    let (token, keys) = (
        "huawei.metadata /meta-data/latest/api/token",
        "huawei.metadata /openstack/latest/securitykey",
    );
    for (metadata, asked) in [
        (
            MachineMetadata::Either,
            vec![format!("{token} 200"), format!("{keys} 200")],
        ),
        (
            MachineMetadata::TokenOnly,
            vec![format!("{token} 200"), format!("{keys} 200")],
        ),
        (
            MachineMetadata::WithoutToken,
            vec![format!("{token} 404"), format!("{keys} 200")],
        ),
        (
            MachineMetadata::NoAgency,
            vec![format!("{token} 200"), format!("{keys} 401")],
        ),
    ] {
        let bench = Bench::new(Options {
            metadata,
            ..Options::default()
        })
        .await;
        let issued = bench.issuer("agency", Told::default()).issue().await;
        assert_eq!(bench.asked(), asked, "{metadata:?}");
        match issued {
            Ok(issued) => assert_eq!(bench.whose(&issued.keys).await, "prod-hw"),
            Err(error) => {
                assert_eq!(metadata, MachineMetadata::NoAgency);
                assert!(error.message.contains("no agency") && error.advice.unwrap().en.contains("ECS"));
            }
        }
    }
}

#[tokio::test]
async fn a_metadata_service_that_fails_says_at_what() {
    let bench = Bench::new(Options {
        metadata: MachineMetadata::TokenOnly,
        faults: Faults::parse("error500@huawei.metadata:1").unwrap(),
        ..Options::default()
    })
    .await;
    let issuer = bench.issuer("agency", Told::default());
    let refused = issuer.issue().await.unwrap_err();
    assert!(
        refused.message.contains("500 Internal Server Error for a token"),
        "{refused}"
    );
    let refused = issuer.issue().await.unwrap_err();
    assert!(refused.message.contains("for the keys"), "{refused}");
    assert_eq!(bench.whose(&issuer.issue().await.unwrap().keys).await, "prod-hw");
}

#[tokio::test]
async fn clocks_that_differ_are_told_where_they_matter_and_bridged_where_they_do_not() {
    let ahead = |minutes: i64| move || chrono::Utc::now() + TimeDelta::minutes(minutes);
    let bench = Bench::new(Options {
        clock: Arc::new(ahead(20)),
        ..Options::default()
    })
    .await;
    let refused = bench
        .issuer("assume-agency", to_assume(&bench, "signalbox-reader", None))
        .issue()
        .await;
    let refused = refused.unwrap_err();
    assert!(refused.advice.as_ref().unwrap().en.contains("clock"), "{refused:?}");
    // Nothing is signed for a machine's keys, which hold as long as they hold by the service's own clock.
    let issued = bench.issuer("agency", Told::default()).issue().await.unwrap();
    assert!(issued.expires.unwrap() > chrono::Utc::now());
}

#[tokio::test]
async fn keys_last_over_an_outage_and_are_renewed_before_their_end() {
    let clock = Arc::new(std::sync::atomic::AtomicI64::new(0));
    let now = |clock: &Arc<std::sync::atomic::AtomicI64>| {
        let clock = Arc::clone(clock);
        move || chrono::Utc::now() + TimeDelta::seconds(clock.load(std::sync::atomic::Ordering::Relaxed))
    };
    let time = now(&clock);
    let bench = Bench::new(Options {
        clock: Arc::new(now(&clock)),
        ..Options::default()
    })
    .await;
    let ambient = Ambient::new(move || SystemTime::from(time()), || 0.5, || 1);
    let mut around = bench.around();
    around.ambient = ambient.clone();
    let issuer = (KINDS.iter().find(|kind| kind.from == "agency").unwrap().issuer)(Told::default(), &around);
    let credentials = Renewed::new(issuer, ambient);
    let first = credentials.current().await.unwrap();
    assert_eq!(bench.clouds.calls().len(), 2);
    credentials.current().await.unwrap();
    assert_eq!(bench.clouds.calls().len(), 2, "kept");
    // Near the end of their life there are new ones, made beside who asks.
    clock.store(5 * 3600, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(credentials.current().await.unwrap().id, first.id);
    for _ in 0..200 {
        if credentials.current().await.unwrap().id != first.id {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never renewed: {:?}", bench.asked());
}
