//! What is written down of who was let in and what they read.

use crate::binary::{code, signal};
use crate::serving::Serving;
use demo_clouds::{Faults, Options};
use nix::sys::signal::Signal;
use serde_json::Value;
use signalbox::auth::api_token::{TokenHash, token};
use std::fs;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(15);

/// People come by a front, and may read patches of everything but plans.
fn lines(audit: &str) -> String {
    let hash = TokenHash::of(token([7; 32]).expose());
    format!(
        r#"public_url = "https://ops.example.com"
        [audit]
        {audit}
        [auth]
        mode = "header"
        [auth.header]
        trusted = ["127.0.0.1"]
        user = "X-User"
        [feeds]
        [[token]]
        name = "nightly"
        owner = "robot"
        hash = "{hash}"
        expires = 2099-01-01T00:00:00Z
        [[grant]]
        users = ["ann", "robot"]
        accounts = ["ali", "hw"]
        tables = ["patches", "operations"]
        "#
    )
}

async fn ask(serving: &Serving, method: &str, path: &str, header: (&str, &str), body: &str) -> (u16, String) {
    let url = format!("{}{path}", serving.url);
    let request = crate::proxy::browser().request(method.parse().unwrap(), url);
    let request = request.header(header.0, header.1).header("host", "localhost");
    let request = request.header("content-type", "application/json").body(body.to_owned());
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

fn events(serving: &Serving, name: &str) -> Vec<Value> {
    let text = fs::read_to_string(serving.folder.path().join(name)).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one life, told from its beginning to its end")]
async fn who_did_what_is_written_down_and_nothing_else_is() {
    let options = Options {
        rows: 300,
        faults: Faults::parse("deny@oos/cn-beijing").unwrap(),
        ..Options::default()
    };
    let mut serving = Serving::with(&lines("file = \"audit.jsonl\""), options).await;
    let ann = ("x-user", "ann");
    let rows = ask(&serving, "GET", "/api/v1/rows/patches?region=cn-hangzhou", ann, "").await;
    assert_eq!(rows.0, 200, "{}", rows.1);
    assert_eq!(ask(&serving, "GET", "/api/v1/export/patches.csv", ann, "").await.0, 200);
    assert_eq!(ask(&serving, "GET", "/api/v1/rows/plans", ann, "").await.0, 403);
    assert_eq!(
        ask(&serving, "GET", "/api/v1/session", ("x-nobody", "1"), "").await.0,
        401
    );
    assert_eq!(
        ask(&serving, "GET", "/api/v1/session", ("X_User", "eve"), "").await.0,
        400
    );
    let secret = token([7; 32]);
    let bearer = format!("Bearer {}", secret.expose());
    let by_token = ("authorization", bearer.as_str());
    assert_eq!(
        ask(&serving, "GET", "/api/v1/rows/operations", by_token, "").await.0,
        200
    );
    let unknown = format!("Bearer {}", token([8; 32]).expose());
    let unknown = ("authorization", unknown.as_str());
    let wrong = ask(&serving, "GET", "/api/v1/session", unknown, "").await;
    assert_eq!(wrong.0, 401);
    let wish = r#"{"view": "/patches?region=cn-hangzhou", "format": "csv"}"#;
    let (status, made) = ask(&serving, "POST", "/api/v1/feeds", ann, wish).await;
    assert_eq!(status, 201, "{made}");
    let made: Value = serde_json::from_str(&made).unwrap();
    let address = made["address"].as_str().unwrap().replace("https://ops.example.com", "");
    assert_eq!(ask(&serving, "GET", &address, ("x-nobody", "1"), "").await.0, 200);
    let other_file = address.replace("patches.csv", "plans.csv");
    assert_ne!(other_file, address);
    assert_eq!(ask(&serving, "GET", &other_file, ("x-nobody", "1"), "").await.0, 404);
    let revoke = format!("/api/v1/feeds/{}", made["id"].as_str().unwrap());
    assert_eq!(ask(&serving, "DELETE", &revoke, ann, "").await.0, 204);
    assert_eq!(ask(&serving, "GET", &address, ("x-nobody", "1"), "").await.0, 404);
    // Rotated while it runs.
    let file = serving.folder.path().join("audit.jsonl");
    fs::rename(&file, serving.folder.path().join("rotated")).unwrap();
    serving.hang_up();
    serving
        .until(SOON, "a reload", async || events(&serving, "audit.jsonl").len() == 1)
        .await;
    signal(&serving.child, Signal::SIGTERM);
    assert_eq!(code(&mut serving.child).await, Some(0));

    let before = events(&serving, "rotated");
    let told: Vec<String> = before
        .iter()
        .map(|event| {
            let word = |field: &str| event[field].as_str().map(str::to_owned);
            let parts = [
                word("event"),
                word("of"),
                word("outcome").or(word("kind")),
                event["who"]["name"].as_str().map(str::to_owned),
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(
        told,
        [
            "started",
            "answered rows whole ann",
            "answered export incomplete ann",
            "denied ann",
            "refused forged",
            "token_used robot",
            "answered rows whole robot",
            "refused unproven",
            "feed_made ann",
            "answered feed whole ann",
            "feed_refused",
            "feed_revoked ann",
            "feed_refused",
        ]
    );
    assert!(
        before.iter().skip(1).all(|event| event["peer"] == "127.0.0.1"),
        "{before:?}"
    );
    let after: Vec<_> = events(&serving, "audit.jsonl");
    assert_eq!(
        (&after[0]["event"], &after[0]["outcome"]),
        (&"reload".into(), &"ok".into())
    );
    assert_eq!(after[1]["event"], "ended");
    // What was asked, and how the cloud calls it.
    let export = &before[2];
    let targets = export["targets"].as_array().unwrap();
    let denied = targets.iter().find(|target| target["region"] == "cn-beijing").unwrap();
    assert_eq!(
        (denied["outcome"].as_str(), denied["code"].as_str()),
        (Some("failed"), Some("NoPermission"))
    );
    for target in targets
        .iter()
        .filter(|target| target["outcome"] == "done" && target["rows"] != 0)
    {
        assert!(!target["request_ids"].as_array().unwrap().is_empty(), "{target}");
    }
    let sum: u64 = targets.iter().map(|target| target["rows"].as_u64().unwrap()).sum();
    assert_eq!(export["rows"].as_u64(), Some(sum));
    // No key, no token, no address of a feed, nothing of a row.
    let all = fs::read_to_string(serving.folder.path().join("rotated")).unwrap();
    let sealed = address.split('/').nth(2).unwrap();
    let instance = rows
        .1
        .split("\"InstanceId\":\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let key = fs::read_to_string(serving.folder.path().join("secret")).unwrap();
    for canary in [unknown.1, sealed, instance, key.trim(), secret.expose()] {
        assert!(!all.contains(canary), "{canary}");
    }
}

#[tokio::test]
async fn where_it_must_be_written_down_nothing_is_answered_without() {
    let serving = Serving::with(&lines("file = \"/dev/full\"\nrequired = true"), Options::default()).await;
    let ann = ("x-user", "ann");
    for path in ["/api/v1/rows/patches", "/api/v1/export/patches.json"] {
        let (status, text) = ask(&serving, "GET", path, ann, "").await;
        assert_eq!(status, 503, "{text}");
        assert!(text.contains("the audit cannot be written"), "{text}");
    }
    assert_eq!(ask(&serving, "GET", "/api/v1/session", ann, "").await.0, 200);
    assert_eq!(serving.get("/healthz").await.status(), 200);
    assert!(serving.metric("signalbox_audit_events_total{outcome=\"lost\"}").await > Some(1.0));
    assert!(serving.log().contains("the audit cannot be written"));
}
