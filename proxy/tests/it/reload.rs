//! The configuration is read anew while the program runs.

use crate::binary::{code, signal};
use crate::fronts::product::free;
use crate::oidc::Browser;
use crate::serving::Serving;
use demo_clouds::{Cloud, Options};
use nix::sys::signal::Signal;
use std::fs;
use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// What the contract promises.
const SOON: Duration = Duration::from_secs(15);
const SUCCESSFUL: &str = "signalbox_config_last_reload_successful";

fn failed() -> String {
    "signalbox_config_reloads_total{outcome=\"failed\"}".to_owned()
}

#[tokio::test]
async fn another_configuration_counts_and_a_bad_one_never() {
    let serving = Serving::with("", Options::default()).await;
    assert_eq!(serving.ids().await, ["ali", "hw"]);
    assert_eq!(serving.metric(SUCCESSFUL).await, Some(1.0));
    let good = serving.text();
    let renamed = good.replace("\"hw\"", "\"hw-2\"");

    serving.write(&renamed);
    serving.hang_up();
    serving
        .until(SOON, "another one", async || serving.ids().await == ["ali", "hw-2"])
        .await;
    assert!(
        serving
            .log()
            .contains("the configuration was read anew accounts=2 unchanged=1")
    );

    let bad = [
        (good[..good.len() / 2].to_owned(), "TOML"),
        (String::new(), "is empty"),
        (good.replace("cn-", "CN-"), "is not a region id"),
        (good.replace("regions", "regoins"), "did you mean \"regions\"?"),
    ];
    for (times, (text, why)) in (1..).zip(&bad) {
        serving.write(text);
        serving.hang_up();
        serving
            .until(SOON, why, async || {
                serving.metric(&failed()).await == Some(f64::from(times))
            })
            .await;
        assert_eq!(serving.metric(SUCCESSFUL).await, Some(0.0), "{why}");
        assert!(serving.log().contains(why), "{why}: {}", serving.log());
        assert_eq!(serving.ids().await, ["ali", "hw-2"]);
    }
    fs::remove_file(serving.file()).unwrap();
    serving
        .until(SOON, "gone", async || serving.metric(&failed()).await == Some(5.0))
        .await;
    assert_eq!(serving.ids().await, ["ali", "hw-2"]);

    // And without a signal, when it is mended.
    serving.write(&good);
    serving
        .until(SOON, "mended", async || serving.ids().await == ["ali", "hw"])
        .await;
    assert_eq!(serving.metric(SUCCESSFUL).await, Some(1.0));
    let answer = serving.get("/api/v1/rows/patches").await.text().await.unwrap();
    assert!(
        answer.contains("\"done\"") && !answer.contains("\"failed\""),
        "{answer}"
    );
}

#[tokio::test]
async fn an_account_becomes_many_goes_on_as_they_were_and_is_one_again() {
    let clouds = demo_clouds::start(Options::default()).await.unwrap();
    let members: Vec<String> = {
        // Whoever is no member any more is told apart by the state.
        let members = clouds.members(Cloud::Alibaba).into_iter();
        let members = members.filter(|member| member.state == "InviteSuccess" && member.name != "vault");
        members.map(|member| format!("ali-{}", member.id)).collect()
    };
    let (directory, sts) = (
        clouds.endpoint("alibaba.resourcedirectory"),
        clouds.endpoint("alibaba.sts"),
    );
    let endpoints = format!("endpoints = {{ resourcedirectory = {directory:?}, sts = {sts:?}, cs =");
    let serving = Serving::on(clouds, "127.0.0.1:0", &[], &[], "").await;
    let one = serving.text();
    let set = "[account.discover]\nkind = \"resource-directory\"\nrole = \"signalbox-reader\"\nexcept = [\"vault\"]\n";
    let many = one.replacen("endpoints = { cs =", &endpoints, 1);
    let second = many.rfind("[[account]]").unwrap();
    let many = format!("{}{set}{}", &many[..second], &many[second..]);
    let known = "signalbox_account_set_members{set=\"ali\"}";
    let listed = "signalbox_account_set_refreshes_total{outcome=\"ok\",set=\"ali\"}";

    serving.write(&many);
    serving.hang_up();
    let expected = [&["hw".to_owned()], &members[..]].concat();
    serving
        .until(SOON, "the members", async || serving.ids().await == expected)
        .await;
    serving
        .until(SOON, "their number", async || {
            serving.metric(known).await == Some(f64::from(u32::try_from(members.len()).unwrap()))
        })
        .await;
    assert_eq!(serving.metric(listed).await, Some(1.0));
    let answer = serving.get("/api/v1/rows/patches").await.text().await.unwrap();
    assert!(!answer.contains("\"failed\""), "{answer}");

    // Something else has changed: the set goes on, and its directory is not asked again.
    serving.write(&many.replace("\"hw\"", "\"hw-2\""));
    serving.hang_up();
    serving
        .until(SOON, "another name", async || {
            serving.ids().await.first().is_some_and(|id| id == "hw-2")
        })
        .await;
    assert_eq!(serving.ids().await[1..], members);
    assert_eq!(serving.metric(listed).await, Some(1.0));

    serving.write(&one);
    serving.hang_up();
    serving
        .until(SOON, "one account", async || serving.ids().await == ["ali", "hw"])
        .await;
    serving
        .until(SOON, "its number", async || serving.metric(known).await.is_none())
        .await;
}

#[tokio::test]
async fn files_behind_swapped_links_count_and_so_do_secrets() {
    let mut serving = Serving::with("", Options::default()).await;
    // As Kubernetes lays a volume: names that lead through a link that is swapped.
    let folder = serving.folder.path().to_owned();
    let lay = |version: &str, text: &str, secret: &str| {
        fs::create_dir(folder.join(version)).unwrap();
        fs::write(folder.join(version).join("signalbox.toml"), text).unwrap();
        fs::write(folder.join(version).join("secret"), secret).unwrap();
        symlink(version, folder.join("..new")).unwrap();
        fs::rename(folder.join("..new"), folder.join("..data")).unwrap();
    };
    let (good, secret) = (serving.text(), fs::read_to_string(folder.join("secret")).unwrap());
    lay("..v1", &good, &secret);
    for name in ["signalbox.toml", "secret"] {
        fs::remove_file(folder.join(name)).unwrap();
        symlink(format!("..data/{name}"), folder.join(name)).unwrap();
    }
    let rows = async |serving: &Serving| serving.get("/api/v1/rows/patches").await.text().await.unwrap();
    assert!(!rows(&serving).await.contains("\"failed\""));

    lay("..v2", &good, "another");
    serving
        .until(SOON, "a wrong key", async || {
            rows(&serving).await.contains("\"failed\"")
        })
        .await;
    lay("..v3", &good.replace("\"hw\"", "\"hw-2\""), &secret);
    serving
        .until(SOON, "the right key", async || {
            !rows(&serving).await.contains("\"failed\"") && serving.ids().await == ["ali", "hw-2"]
        })
        .await;
    // An emptied secret is a fault, and the old one goes on.
    fs::write(folder.join("..v3/secret"), "").unwrap();
    serving
        .until(SOON, "an empty secret", async || {
            serving.metric(SUCCESSFUL).await == Some(0.0)
        })
        .await;
    assert!(!rows(&serving).await.contains("\"failed\""));
    signal(&serving.child, Signal::SIGTERM);
    assert_eq!(code(&mut serving.child).await, Some(0));
}

#[tokio::test]
async fn no_request_is_lost_while_files_are_swapped_and_cut_off() {
    let serving = Serving::with("", Options::default()).await;
    let good = serving.text();
    let (over, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    let ask = async |table: &str| {
        while !over.load(Ordering::Relaxed) {
            let answer = serving.get(&format!("/api/v1/rows/{table}")).await;
            assert_eq!(answer.status(), 200);
            let text = answer.text().await.unwrap();
            assert!(
                text.ends_with("{\"kind\":\"end\"}\n") && !text.contains("\"failed\""),
                "{text}"
            );
            asked.fetch_add(1, Ordering::Relaxed);
        }
    };
    let swap = async {
        for round in 0..6 {
            // Cut off anywhere, in place; then whole again, with another name or without.
            let cut = good.len() * (round + 1) / 8;
            serving.write(&good[..cut]);
            serving.hang_up();
            tokio::time::sleep(Duration::from_millis(1_300)).await;
            serving.write(&good.replace("\"hw\"", &format!("\"hw-{round}\"")));
            serving.hang_up();
            let ids = ["ali".to_owned(), format!("hw-{round}")];
            serving
                .until(SOON, "whole again", async || serving.ids().await == ids)
                .await;
        }
        over.store(true, Ordering::Relaxed);
    };
    tokio::join!(swap, ask("patches"), ask("operations"), ask("plans"));
    assert!(asked.load(Ordering::Relaxed) > 20, "{asked:?}");
    assert!(serving.metric(&failed()).await > Some(0.0));
}

#[tokio::test]
async fn what_cannot_change_is_said() {
    let serving = Serving::with("", Options::default()).await;
    serving.write(&format!("listen = \"127.0.0.1:1\"\n{}", serving.text()));
    serving.hang_up();
    let said = "listen is another in the configuration now: that counts from the next start on";
    serving.until(SOON, said, async || serving.log().contains(said)).await;
    // What lets everyone in is judged by where the program does listen.
    let open = serving.text().replace("127.0.0.1:1", "0.0.0.0:1");
    serving.write(&open);
    serving.hang_up();
    serving
        .until(SOON, "refused", async || serving.metric(SUCCESSFUL).await == Some(1.0))
        .await;
    assert_eq!(serving.ids().await, ["ali", "hw"]);
}

#[tokio::test]
async fn sessions_go_on_and_what_has_been_signed_out_stays_so() {
    let provider = demo_provider::start(demo_provider::Options::default()).await.unwrap();
    let listen = free().to_string();
    let home = format!("http://{listen}");
    provider.register(demo_provider::Client::at(&home, "signalbox", "a-secret"));
    let lines = format!(
        r#"public_url = "{home}"
        [audit]
        file = "audit.jsonl"
        [auth]
        mode = "oidc"
        [auth.oidc]
        issuer = "{}"
        client_id = "signalbox"
        client_secret = {{ file = "oidc" }}
        session_keys = [{{ file = "key" }}]
        session_idle = "1h"
        [[grant]]
        groups = ["platform"]
        accounts = ["*"]
        tables = ["*"]
        "#,
        provider.issuer()
    );
    let (old, new) = ("5a".repeat(64), "6b".repeat(64));
    let files = [("oidc", "a-secret"), ("key", old.as_str()), ("new", new.as_str())];
    let serving = Serving::at(&listen, &files, &lines, Options::default()).await;
    let mut gone = Browser::new(&home);
    gone.sign_in("lin", "/plans").await;
    let mut copy = gone.copy();
    assert_eq!(gone.ask("POST", "/auth/logout", &[]).await.status(), 303);
    let mut inside = Browser::new(&home);
    inside.sign_in("lin", "/plans").await;
    let path = "/api/v1/session";
    for (times, (said, instead)) in (1..).zip([
        ("session_idle = \"1h\"", "session_idle = \"2h\""),
        ("{ file = \"key\" }", "{ file = \"new\" }, { file = \"key\" }"),
        ("[\"platform\"]", "[\"nobody\"]"),
    ]) {
        assert_eq!(
            (copy.status(path).await, inside.status(path).await),
            (401, 200),
            "{said}"
        );
        serving.write(&serving.text().replace(said, instead));
        serving.hang_up();
        let reloads = "signalbox_config_reloads_total{outcome=\"ok\"}";
        serving
            .until(SOON, said, async || {
                serving.metric(reloads).await == Some(f64::from(times))
            })
            .await;
    }
    assert_eq!((copy.status(path).await, inside.status(path).await), (401, 200));
    // Grants are those of now, whatever held when somebody came in.
    assert_eq!(inside.status("/api/v1/rows/plans").await, 403);
    let denied = "signalbox_refused_requests_total{reason=\"denied\"}";
    assert_eq!(serving.metric(denied).await, Some(1.0));
    // Written by a thread of its own, after the answer.
    let audit = || fs::read_to_string(serving.folder.path().join("audit.jsonl")).unwrap();
    let told = |event: &str| audit().matches(&format!("\"event\":\"{event}\"")).count();
    serving
        .until(SOON, "all is written down", async || {
            ["sign_in", "sign_out", "denied", "reload"].map(told) == [2, 1, 1, 3]
        })
        .await;
    let audit = audit();
    assert!(!audit.contains("a-secret") && !audit.contains("code="), "{audit}");
}

#[tokio::test]
async fn who_may_connect_is_another_at_once() {
    let serving = Serving::with("fronts = [\"127.0.0.1\"]", Options::default()).await;
    assert_eq!(serving.get("/healthz").await.status(), 200);
    serving.write(&serving.text().replace("[\"127.0.0.1\"]", "[\"10.0.0.7\"]"));
    serving.hang_up();
    let closed = async || {
        let url = format!("{}/healthz", serving.url);
        crate::proxy::browser().get(url).send().await.is_err()
    };
    serving.until(SOON, "closed", closed).await;
}
