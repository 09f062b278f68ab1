//! Whoever asks for much keeps nobody else waiting.

use super::*;
use crate::ask::fake::{Cloud as Fake, json};
use crate::ask::{Client, Limits};
use crate::cache;
use crate::clock::Ambient;
use crate::walks::{Event, Walks};
use axum::response::IntoResponse;
use futures_util::StreamExt;
use serde_json::json;
use std::time::Duration;

/// Somebody who may read everything, by the subject that their provider calls them.
fn somebody(settings: &Arc<Settings>, subject: &str) -> Caller {
    let principal = Principal {
        subject: subject.to_owned(),
        ..principal(&["all"])
    };
    Caller::identified(Arc::clone(settings), principal)
}

/// An account with many regions, and a cloud with long lists that takes its time.
fn app(regions: usize, cache: cache::Settings) -> (Arc<App>, Fake) {
    let cloud = Fake::new(|request| {
        let page: u32 = request
            .query("NextToken")
            .and_then(|token| token.parse().ok())
            .unwrap_or_default();
        let row = json!({"InstanceId": format!("i-{page}"), "BaselineId": "pb"});
        json(&json!({"InstancePatchStates": [row], "NextToken": (page + 1).to_string()}))
    });
    let cloud = cloud.delay(Duration::from_millis(10));
    let mut account = account(Cloud::ALIBABA);
    account.regions = (0..regions).map(|number| format!("cn-region{number}")).collect();
    let settings = Settings {
        accounts: vec![Arc::new(account)],
        cache,
        grants: [grant("all", "*", "*")].into_iter().collect(),
        ..Settings::default()
    };
    let client = Client::new(Arc::new(cloud.clone()), Limits::default(), Ambient::real());
    (Arc::new(App::new(settings, client)), cloud)
}

fn walks(app: &App, caller: &Caller) -> Result<Walks, ApiError> {
    let patches = catalog::table("patches").unwrap();
    let targets = caller.targets(patches, &Choice::default());
    Ok(Walks::read(&caller.ask(app)?, targets, |_| true))
}

/// How many requests the cloud answers from the moment at which somebody asks to their first row, while Ann reads so many streams of everything.
async fn requests_before_the_first_row(of: &str, streams: usize) -> usize {
    let (app, cloud) = app(8, cache::Settings::OFF);
    let settings = app.settings();
    let (ann, other) = (somebody(&settings, "ann"), somebody(&settings, of));
    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..streams {
        let mut walks = walks(&app, &ann).unwrap();
        readers.spawn(async move { while walks.next().await.is_some() {} });
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = cloud.requests().len();
    assert!(streams == 0 || before > 100, "Ann keeps the cloud busy");
    let mut walks = walks(&app, &other).unwrap();
    while let Some(event) = walks.next().await {
        if matches!(event, Event::Page(..)) {
            break;
        }
    }
    cloud.requests().len() - before
}

#[tokio::test(start_paused = true)]
async fn a_first_row_comes_as_soon_whatever_others_read() {
    // Those that are open, those that were let in at the same moment, and those beside the first one of Bob's.
    let most = 3 * Limits::default().service_requests;
    for streams in [0, 1, 8, MOST] {
        let requests = requests_before_the_first_row("bob", streams).await;
        assert!(requests <= most, "{requests} beside {streams} streams");
    }
    // Who asks for much waits behind themselves.
    let requests = requests_before_the_first_row("ann", 20).await;
    assert!(requests > 4 * most, "{requests}");
}

/// Ann has opened hundreds of targets. Bob opens the last of them, whose walk stands at the end of Ann's line: it goes on as if he had begun it.
#[tokio::test(start_paused = true)]
async fn who_joins_a_walk_does_not_wait_behind_what_its_first_reader_wants() {
    let (app, cloud) = app(400, cache::Settings::default());
    let settings = app.settings();
    let (ann, bob) = (somebody(&settings, "ann"), somebody(&settings, "bob"));
    let mut everything = walks(&app, &ann).unwrap();
    tokio::spawn(async move { while everything.next().await.is_some() {} });
    tokio::time::sleep(Duration::from_millis(15)).await;
    let before = cloud.requests().len();
    let last = Choice {
        regions: vec!["cn-region399".to_owned()],
        ..Choice::default()
    };
    let targets = bob.targets(catalog::table("patches").unwrap(), &last);
    let mut last = Walks::read(&bob.ask(&app).unwrap(), targets, |_| true);
    while let Some(event) = last.next().await {
        if matches!(event, Event::Page(..)) {
            break;
        }
    }
    let requests = cloud.requests().len() - before;
    assert!(requests <= 3 * Limits::default().service_requests, "{requests}");
    let walked = |asked: &&crate::ask::fake::Asked| {
        asked.query("RegionId").as_deref() == Some("cn-region399") && asked.query("NextToken").is_none()
    };
    assert_eq!(
        cloud.requests().iter().filter(walked).count(),
        1,
        "there is one walk of it"
    );
}

#[tokio::test(start_paused = true)]
async fn who_asks_too_much_at_once_is_told_and_nobody_else_is() {
    let (app, cloud) = app(8, cache::Settings::OFF);
    let settings = app.settings();
    let (ann, bob) = (somebody(&settings, "ann"), somebody(&settings, "bob"));
    let mut open: Vec<Walks> = (0..MOST).map(|_| walks(&app, &ann).unwrap()).collect();
    let refused = walks(&app, &ann).unwrap_err().into_response();
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "5");
    // The same person at another browser, by another name.
    let renamed = Principal {
        name: "Ann Li".to_owned(),
        subject: "ann".to_owned(),
        ..principal(&[])
    };
    assert!(Caller::identified(Arc::clone(&settings), renamed).ask(&app).is_err());
    assert!(walks(&app, &bob).is_ok());
    assert!(Caller::everyone(settings).ask(&app).is_ok());
    drop(open.pop());
    tokio::time::sleep(Duration::from_secs(1)).await;
    let again = walks(&app, &ann);
    assert!(again.is_ok(), "a reading ends with its reader");
    drop((open, again));
    tokio::time::sleep(Duration::from_secs(1)).await;
    let asked = cloud.requests().len();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(cloud.requests().len(), asked);
}
