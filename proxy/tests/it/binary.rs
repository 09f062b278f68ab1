//! The binary: commands, the line on standard output, signals, exit codes.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn signalbox(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signalbox"));
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

pub(crate) async fn first_line(child: &mut Child) -> String {
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().unwrap()
}

async fn get(url: impl reqwest::IntoUrl) -> reqwest::Result<reqwest::Response> {
    crate::proxy::browser().get(url).send().await
}

pub(crate) fn signal(child: &Child, signal: Signal) {
    kill(Pid::from_raw(child.id().unwrap().cast_signed()), signal).unwrap();
}

pub(crate) async fn code(child: &mut Child) -> Option<i32> {
    timeout(PATIENCE, child.wait()).await.unwrap().unwrap().code()
}

/// Exit code, standard output, standard error.
pub(crate) async fn run(arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
    let output = timeout(PATIENCE, signalbox(arguments).envs(variables.iter().copied()).output())
        .await
        .unwrap()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[tokio::test]
async fn demo_serves_all_tables_and_ends_in_order() {
    for end in [Signal::SIGTERM, Signal::SIGINT] {
        let mut child = signalbox(&["demo", "--rows", "60", "--listen", "127.0.0.1:0"])
            .spawn()
            .unwrap();
        let line = first_line(&mut child).await;
        let url = line.strip_prefix("signalbox listening on ").unwrap().to_owned();
        assert!(url.starts_with("http://127.0.0.1:"));
        for table in catalog::tables().iter().map(|table| table.id) {
            let text = get(format!("{url}/api/v1/rows/{table}"))
                .await
                .unwrap()
                .text()
                .await
                .unwrap();
            assert!(
                text.ends_with("{\"kind\":\"end\"}\n")
                    && !text.contains("\"failed\"")
                    && text.contains("\"kind\":\"rows\""),
                "{table}"
            );
        }
        signal(&child, end);
        assert_eq!(code(&mut child).await, Some(0));
        let mut rest = String::new();
        child.stdout.take().unwrap().read_to_string(&mut rest).await.unwrap();
        assert_eq!(rest, "", "one line on standard output");
    }
}

#[tokio::test]
async fn what_runs_is_finished_after_a_signal() {
    let arguments = [
        "demo",
        "--rows",
        "3000",
        "--listen",
        "127.0.0.1:0",
        "--faults",
        "throttle@oos:1",
    ];
    let mut child = signalbox(&arguments).spawn().unwrap();
    let url = first_line(&mut child).await.replace("signalbox listening on ", "");
    let mut response = get(format!("{url}/api/v1/rows/patches")).await.unwrap();
    let mut text = response.chunk().await.unwrap().unwrap().to_vec();
    signal(&child, Signal::SIGTERM);
    while let Some(chunk) = response.chunk().await.unwrap() {
        text.extend_from_slice(&chunk);
    }
    assert!(text.ends_with(b"{\"kind\":\"end\"}\n"));
    let newcomer = get(&url).await;
    assert!(
        newcomer.is_err() || newcomer.unwrap().status() == 503,
        "a newcomer came in"
    );
    assert_eq!(code(&mut child).await, Some(0));
}

#[tokio::test]
async fn a_taken_port_is_an_error_only_when_it_was_asked_for() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, out, err) = run(&["demo", "--listen", &address], &[]).await;
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains(&address) && err.trim().lines().count() == 1, "{err}");
    // Whether 8080 is free on this machine or not: it must be taken for the second.
    let mut first = signalbox(&["demo", "--rows", "1"]).spawn().unwrap();
    let one = first_line(&mut first).await;
    let mut second = signalbox(&["demo", "--rows", "1"]).spawn().unwrap();
    assert_ne!(first_line(&mut second).await, one);
}

#[tokio::test]
async fn headers_must_come_in_time() {
    let mut child = signalbox(&["demo", "--rows", "1", "--listen", "127.0.0.1:0"])
        .spawn()
        .unwrap();
    let address = first_line(&mut child)
        .await
        .replace("signalbox listening on http://", "");
    let mut slow = tokio::net::TcpStream::connect(address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: localh").await.unwrap();
    let mut rest = Vec::new();
    // Ten seconds, and the connection ends.
    timeout(PATIENCE, slow.read_to_end(&mut rest)).await.unwrap().unwrap();
}

#[tokio::test]
async fn faults_are_explained() {
    let (code, _, err) = run(&["demo", "--faults", "explode@oos"], &[]).await;
    assert_eq!(code, 1);
    assert!(err.contains("throttle"), "{err}");
}

#[tokio::test]
async fn clouds_only_prints_what_an_sdk_needs() {
    let mut child = signalbox(&["demo", "--clouds-only"]).spawn().unwrap();
    let shown: Value = serde_json::from_str(&first_line(&mut child).await).unwrap();
    for service in [
        "alibaba.cs",
        "alibaba.sas",
        "alibaba.oos",
        "alibaba.sts",
        "huawei.coc",
        "huawei.rfs",
        "huawei.iam",
    ] {
        assert!(
            shown["endpoints"][service]
                .as_str()
                .is_some_and(|url| url.starts_with("http://127.0.0.1:")),
            "{service}"
        );
    }
    assert!(shown["credentials"]["huawei"]["domain_id"].is_string() && shown["clusters"].is_array());
    signal(&child, Signal::SIGTERM);
    assert_eq!(code(&mut child).await, Some(0));
}

pub(crate) fn write(folder: &Path, text: &str) -> String {
    let path = folder.join("signalbox.toml");
    std::fs::File::create(&path)
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn check_prints_every_fault() {
    let folder = tempfile::tempdir().unwrap();
    let config = write(
        folder.path(),
        "listen = 5\n[[account]]\nid = \"a\"\ncloud = \"huawei\"\nregions = [\"UPPER\"]\ncredentials = { from = \"env\" }\n",
    );
    let (code, out, err) = run(&["check", "--config", &config], &[]).await;
    assert_eq!(code, 1);
    assert_eq!(out.lines().count(), 4, "{out}");
    assert!(out.contains("listen: ") && out.contains("account[0].regions[0]: ") && out.contains("HUAWEICLOUD_SDK_AK"));
    assert_eq!(err, "signalbox: 4 faults\n");
    let (code, out, err) = run(&["serve", "--config", &config], &[]).await;
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("account[0].regions[0]: "), "{err}");
    assert_eq!(run(&["check", "--config", "/nowhere.toml"], &[]).await.0, 1);
}

#[tokio::test]
async fn a_first_configuration_is_written_once_and_is_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("first.toml");
    let config = config.to_str().unwrap();
    let home = folder.path().to_str().unwrap();
    let variables = [
        ("HOME", home),
        ("HUAWEICLOUD_SDK_AK", "canary-ak"),
        ("HUAWEICLOUD_SDK_SK", "canary-sk"),
    ];
    let (code, out, _) = run(&["init", "--config", config], &variables).await;
    assert_eq!(code, 0);
    assert!(
        out.contains("found the variables HUAWEICLOUD_SDK_AK") && out.contains("check --config"),
        "{out}"
    );
    let text = std::fs::read_to_string(config).unwrap();
    assert!(
        text.contains("credentials = { from = \"env\" }") && !text.contains("canary"),
        "{text}"
    );
    assert_eq!(run(&["check", "--config", config], &variables).await.0, 0);
    let (code, _, err) = run(&["init", "--config", config], &variables).await;
    assert!(code == 1 && err.contains("cannot write"), "{err}");
    assert_eq!(std::fs::read_to_string(config).unwrap(), text);
}

/// A configuration of the first account of each simulated cloud.
pub(crate) fn config_for(clouds: &Value) -> String {
    let url = |service: &str| clouds["endpoints"][service].to_string();
    format!(
        r#"
        [[account]]
        id = "ali"
        cloud = "alibaba"
        regions = {}
        credentials = {{ from = "static", access_key_id = {{ env = "ID" }}, access_key_secret = {{ file = "secret" }} }}
        endpoints = {{ cs = {}, sas = {}, oos = {} }}
        [[account]]
        id = "hw"
        cloud = "huawei"
        regions = {}
        credentials = {{ from = "env" }}
        endpoints = {{ coc = {}, rfs = {}, iam = {} }}
        "#,
        clouds["regions"]["alibaba"],
        url("alibaba.cs"),
        url("alibaba.sas"),
        url("alibaba.oos"),
        clouds["regions"]["huawei"],
        url("huawei.coc"),
        url("huawei.rfs"),
        url("huawei.iam"),
    )
}

#[tokio::test]
async fn serve_and_check_online_work_from_a_file() {
    let clouds = demo_clouds::start(demo_clouds::Options::default()).await.unwrap();
    let shown: Value = serde_json::from_str(&clouds.clouds_only_json()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (alibaba, huawei) = (&shown["credentials"]["alibaba"], &shown["credentials"]["huawei"]);
    std::fs::write(folder.path().join("secret"), text(&alibaba["access_key_secret"]) + "\n").unwrap();
    let config = write(folder.path(), &config_for(&shown));
    let (id, ak, sk) = (
        text(&alibaba["access_key_id"]),
        text(&huawei["ak"]),
        text(&huawei["sk"]),
    );
    let variables = [
        ("ID", id.as_str()),
        ("HUAWEICLOUD_SDK_AK", &ak),
        ("HUAWEICLOUD_SDK_SK", &sk),
    ];

    assert_eq!(run(&["check", "--config", &config], &variables).await.0, 0);
    let (code, out, _) = run(&["check", "--config", &config, "--online"], &variables).await;
    assert_eq!((code, out.lines().count()), (0, 6), "{out}");
    assert_eq!(out.matches(": ok, ").count(), 5, "{out}");

    let wrong = [
        ("ID", id.as_str()),
        ("HUAWEICLOUD_SDK_AK", &ak),
        ("HUAWEICLOUD_SDK_SK", "canary"),
    ];
    let (code, out, err) = run(&["check", "--config", &config, "--online"], &wrong).await;
    assert_eq!(code, 1);
    assert_eq!(
        (out.matches(": ok, ").count(), out.matches(": failed: ").count()),
        (3, 2),
        "{out}"
    );
    assert!(!out.contains("canary") && !err.contains("canary"));

    let mut child = signalbox(&["serve", "--config", &config, "--listen", "127.0.0.1:0"])
        .envs(variables)
        .spawn()
        .unwrap();
    let url = first_line(&mut child).await.replace("signalbox listening on ", "");
    for table in catalog::tables().iter().map(|table| table.id) {
        let text = get(format!("{url}/api/v1/rows/{table}"))
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        assert!(
            !text.contains("\"failed\"") && text.contains("\"kind\":\"done\""),
            "{table}"
        );
    }
    signal(&child, Signal::SIGTERM);
    assert_eq!(self::code(&mut child).await, Some(0));
}

#[tokio::test]
async fn a_demo_with_people_lets_them_see_what_they_may() {
    let mut child = signalbox(&["demo", "--auth", "--rows", "60", "--listen", "127.0.0.1:0"])
        .spawn()
        .unwrap();
    let line = first_line(&mut child).await;
    let url = line.strip_prefix("signalbox listening on ").unwrap();
    for (login, catalog) in [("lin", Some("prod-cn")), ("marta", Some("staging-cn")), ("guo", None)] {
        let mut browser = crate::oidc::Browser::new(url);
        assert_eq!(browser.status("/api/v1/catalog").await, 401);
        browser.sign_in(login, "/").await;
        let seen = browser.get("/api/v1/catalog").await.text().await.unwrap();
        let seen: Value = serde_json::from_str(&seen).unwrap();
        let accounts = seen["accounts"].as_array().unwrap();
        assert_eq!(
            accounts.first().and_then(|account| account["id"].as_str()),
            catalog,
            "{login}"
        );
        assert_eq!(
            accounts.iter().any(|account| account["id"] == "prod-cn"),
            login == "lin",
            "{login}"
        );
    }
    signal(&child, Signal::SIGTERM);
    assert_eq!(code(&mut child).await, Some(0));
}

#[tokio::test]
async fn a_token_that_was_made_opens_a_proxy_that_has_its_lines_in_the_configuration() {
    let (code_of_exit, made, _) = run(
        &[
            "token",
            "new",
            "--owner",
            "ann@example.com",
            "--group",
            "sre",
            "--expires",
            "1d",
        ],
        &[],
    )
    .await;
    assert_eq!(code_of_exit, 0);
    let (token, lines) = made.split_once('\n').unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signalbox.toml");
    let rest = r#"
        [auth]
        mode = "header"
        [auth.header]
        trusted = ["::1"]
        user = "X-Forwarded-User"
        [[grant]]
        groups = ["sre"]
        accounts = ["*"]
        tables = ["tickets"]
        [[account]]
        id = "hw"
        cloud = "huawei"
        regions = ["cn-north-4"]
        credentials = { from = "env" }
    "#;
    std::fs::write(&file, format!("{rest}{lines}")).unwrap();
    let config = ["--config", file.to_str().unwrap()];
    let keys = [("HUAWEICLOUD_SDK_AK", "a"), ("HUAWEICLOUD_SDK_SK", "s")];
    let (checked, _, faults) = run(&["check", config[0], config[1]], &keys).await;
    assert_eq!(checked, 0, "{faults}");
    let arguments = ["serve", config[0], config[1], "--listen", "127.0.0.1:0"];
    let mut child = signalbox(&arguments).envs(keys).spawn().unwrap();
    let line = first_line(&mut child).await;
    let url = line.strip_prefix("signalbox listening on ").unwrap();
    let ask = async |token: &str| {
        let request = crate::proxy::browser().get(format!("{url}/api/v1/catalog"));
        request.bearer_auth(token).send().await.unwrap()
    };
    let catalog: Value = serde_json::from_str(&ask(token).await.text().await.unwrap()).unwrap();
    assert_eq!(catalog["tables"][0]["id"], "tickets");
    assert_eq!(catalog["accounts"][0]["id"], "hw");
    for wrong in [
        token.to_uppercase(),
        token[..token.len() - 1].to_owned(),
        lines.to_owned().replace('\n', ""),
    ] {
        assert_eq!(ask(&wrong).await.status(), 401, "{wrong}");
    }
    signal(&child, Signal::SIGTERM);
    assert_eq!(code(&mut child).await, Some(0));
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).await.unwrap();
    assert!(log.contains("checksum") && !log.contains(token), "{log}");
    for wrong in [
        &["token", "new"][..],
        &["token", "new", "--owner", "*"],
        &["token", "new", "--owner", "a", "--expires", "0d"],
    ] {
        assert_ne!(run(wrong, &[]).await.0, 0, "{wrong:?}");
    }
}

#[tokio::test]
async fn a_file_with_an_identity_provider_is_served_and_checked() {
    let clouds = demo_clouds::start(demo_clouds::Options::default()).await.unwrap();
    let shown: Value = serde_json::from_str(&clouds.clouds_only_json()).unwrap();
    let provider = demo_provider::start(demo_provider::Options::default()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let keep = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    keep("oidc", "odd+secret\n");
    keep("key", &"5a".repeat(64));
    keep(
        "secret",
        shown["credentials"]["alibaba"]["access_key_secret"].as_str().unwrap(),
    );
    // A port of one's own is known before the program runs.
    let listen = crate::fronts::product::free();
    let public_url = format!("http://{listen}");
    provider.register(demo_provider::Client::at(&public_url, "signalbox", "odd+secret"));
    let accounts = config_for(&shown);
    let accounts = &accounts[accounts.find("[[account]]").unwrap()..];
    let text = format!(
        r#"
        listen = "{listen}"
        public_url = "{public_url}"
        [auth]
        mode = "oidc"
        [auth.oidc]
        issuer = "{}"
        client_id = "signalbox"
        client_secret = {{ file = "oidc" }}
        session_keys = [{{ file = "key" }}]
        [[grant]]
        groups = ["platform"]
        accounts = ["*"]
        tables = ["*"]
        {accounts}
        "#,
        provider.issuer()
    );
    let config = write(folder.path(), &text);
    let credentials = &shown["credentials"];
    let variables = [
        ("ID", credentials["alibaba"]["access_key_id"].as_str().unwrap()),
        ("HUAWEICLOUD_SDK_AK", credentials["huawei"]["ak"].as_str().unwrap()),
        ("HUAWEICLOUD_SDK_SK", credentials["huawei"]["sk"].as_str().unwrap()),
    ];
    let (ended, out, err) = run(&["check", "--config", &config, "--online"], &variables).await;
    assert_eq!(ended, 0, "{out}{err}");
    assert!(
        out.contains("identity provider: ok") && out.contains("client_auth = \"post\""),
        "{out}"
    );

    let mut child = signalbox(&["serve", "--config", &config])
        .envs(variables)
        .spawn()
        .unwrap();
    let line = first_line(&mut child).await;
    assert_eq!(line, format!("signalbox listening on {public_url}"));
    let mut browser = crate::oidc::Browser::new(&public_url);
    assert_eq!(browser.status("/api/v1/rows/plans").await, 401);
    browser.sign_in("lin", "/plans").await;
    assert_eq!(browser.status("/api/v1/rows/plans").await, 200);
    signal(&child, Signal::SIGTERM);
    assert_eq!(code(&mut child).await, Some(0));

    provider.down();
    let (ended, out, _) = run(&["check", "--config", &config, "--online"], &variables).await;
    assert_eq!(ended, 1);
    assert!(
        out.contains("identity provider: the identity provider's description cannot be used"),
        "{out}"
    );
}
