use super::{ACCOUNT, ConfigError, Configuration, Environment, VENDORS, parse};
use std::fs;

const OIDC: &str = r#"
public_url = "https://ops.example.com"
[auth]
mode = "oidc"
[auth.oidc]
issuer = "https://idp.example.com"
client_id = "signalbox"
client_secret = { env = "SECRET" }
session_keys = [{ file = "key" }]
"#;

/// Reads a text in a folder with a key, where the store is at `url`.
fn parsed(text: &str, url: &str) -> Result<Configuration, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("key"), "5a".repeat(64)).unwrap();
    let environment: Environment = [
        ("HUAWEICLOUD_SDK_AK", "ak"),
        ("HUAWEICLOUD_SDK_SK", "sk"),
        ("SECRET", "x"),
        ("REDIS_URL", url),
    ]
    .into_iter()
    .collect();
    let text = [text, ACCOUNT].concat();
    parse(&text, folder.path(), &environment, None, VENDORS)
}

fn told(text: &str, url: &str) -> Vec<String> {
    let faults = parsed(text, url).unwrap_err().0;
    faults.iter().map(ToString::to_string).collect()
}

const STORE: &str = "[store]\nredis = { env = \"REDIS_URL\" }\n";

#[test]
fn a_store_is_sealed_with_the_session_keys_or_keys_of_its_own() {
    let missing = "store.keys: is missing: without the session keys of [auth.oidc], what lies in the store is sealed with, such as \
        [{ file = \"session.key\" }] made by `openssl rand -hex 64`";
    assert!(parsed("", "").unwrap().store.is_none());
    let header = "[auth]\nmode = \"header\"\n[auth.header]\ntrusted = [\"127.0.0.1\"]\nuser = \"X-User\"\n";
    assert_eq!(told(&format!("{header}{STORE}"), "redis://r"), [missing]);
    let own = format!("{STORE}keys = [{{ file = \"key\" }}]\n");
    assert!(parsed(&own, "redis://r").unwrap().store.unwrap().shares);
    let oidc = format!("{OIDC}{STORE}");
    assert!(parsed(&oidc, "redis://r").unwrap().store.is_some());
    assert_eq!(
        told("[store]\nkeys = [{ file = \"key\" }]\n", ""),
        ["store.redis: is missing"]
    );
}

#[test]
fn without_keys_and_people_nothing_is_shared() {
    let config = parsed(STORE, "redis://localhost").unwrap();
    assert!(!config.store.as_ref().unwrap().shares);
    let remarks: Vec<_> = config.remarks_on_settings().collect();
    assert!(
        remarks.len() == 1 && remarks[0].starts_with("store.keys: is missing"),
        "{remarks:?}"
    );
    let feeds = format!("[feeds]\n{STORE}");
    assert!(parsed(&feeds, "redis://localhost").is_ok());
    let kept = format!("{feeds}keys = [{{ file = \"key\" }}]\n");
    let told = told(&kept, "redis://localhost");
    assert!(
        told.len() == 1 && told[0].starts_with("feeds.keys: is missing"),
        "{told:?}"
    );
}

#[test]
fn a_url_may_have_all_forms_and_is_never_told() {
    let oidc = format!("{OIDC}{STORE}");
    for url in [
        "redis://r",
        "redis://127.0.0.1:6379/3",
        "redis://:hunter2@r:7000",
        "rediss://signalbox:hunter2@r.example.com:6380/0",
        "valkey://r",
        "valkeys://ann:hunter2@[2001:db8::1]:6380",
        "redis+unix:///run/redis.sock",
    ] {
        let config = parsed(&oidc, url).unwrap_or_else(|error| panic!("{url}: {error}"));
        assert!(!format!("{config:?}").contains("hunter2"), "{url}");
    }
    for (url, what) in [
        ("hunter2", "is no URL"),
        ("http://hunter2@r", "begins with none of redis://"),
        ("rediss://:hunter2@r#insecure", "always verified"),
        ("redis://:hunter2@r/three", "cannot be used"),
        ("redis://:hunter2@0.0.0.0", "cannot be used"),
    ] {
        let told = told(&oidc, url);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].starts_with("store.redis: the secret ") && told[0].contains(what),
            "{told:?}"
        );
        assert!(!told[0].contains("hunter2"), "{told:?}");
    }
}

#[test]
fn commands_may_take_some_time_and_not_any() {
    for (timeout, fine) in [
        ("10ms", true),
        ("10s", true),
        ("9ms", false),
        ("11s", false),
        ("soon", false),
    ] {
        let read = parsed(&format!("{OIDC}{STORE}timeout = {timeout:?}\n"), "redis://r");
        assert_eq!(read.is_ok(), fine, "{timeout}");
        if let Err(faults) = read {
            assert!(
                faults.0.len() == 1 && faults.to_string().contains("store.timeout: "),
                "{faults}"
            );
        }
    }
}

#[test]
fn a_password_that_others_can_read_on_the_way_is_remarked() {
    let oidc = format!("{OIDC}{STORE}");
    let remarks = |url: &str| {
        let config = parsed(&oidc, url).unwrap();
        config
            .remarks_on_settings()
            .filter(|remark| remark.starts_with("store.redis"))
            .count()
    };
    for (url, count) in [
        ("redis://:p@r", 1),
        ("valkey://:p@10.0.0.1", 1),
        ("rediss://:p@r", 0),
        ("redis://:p@127.0.0.1", 0),
        ("redis://localhost", 0),
        ("redis+unix:///run/redis.sock", 0),
    ] {
        assert_eq!(remarks(url), count, "{url}");
    }
}

#[test]
fn the_place_tells_servers_and_deployments_apart_and_no_secret() {
    let oidc = format!("{OIDC}{STORE}");
    let place = |text: &str, url: &str| parsed(text, url).unwrap().store.unwrap().place();
    let one = place(&oidc, "redis://:hunter2@r");
    assert_eq!(place(&oidc, "redis://:hunter2@r"), one);
    assert_ne!(place(&oidc, "redis://:hunter3@r"), one);
    assert_ne!(place(&format!("{oidc}timeout = \"1s\"\n"), "redis://:hunter2@r"), one);
    assert_ne!(place(&oidc.replace("ops.", "dev."), "redis://:hunter2@r"), one);
    assert!(!one.contains("hunter2") && !one.contains("ops"));
}
