use super::{ACCOUNT, ConfigError, Configuration, Environment, VENDORS, parse};
use crate::ask::fake::{Cloud as Fake, json};
use crate::auth::SignIn;
use crate::clock::Ambient;
use serde_json::json;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

const HEADER: &str = r#"
[auth]
mode = "header"
[auth.header]
trusted = ["10.0.0.7"]
user = "X-Forwarded-User"
"#;

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

/// Reads a text in a folder with two keys, a broken list, and one that is empty.
fn parsed(text: &str) -> Result<Configuration, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let keep = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    keep("key", &"5a".repeat(64));
    keep("short", &"5a".repeat(63));
    keep("broken.json", "{");
    keep("feeds.json", "{\"feeds\": []}");
    let environment: Environment = [
        ("HUAWEICLOUD_SDK_AK", "ak"),
        ("HUAWEICLOUD_SDK_SK", "sk"),
        ("SECRET", "x"),
    ]
    .into_iter()
    .collect();
    let text = [text, ACCOUNT].concat();
    parse(&text, folder.path(), &environment, None, VENDORS)
}

fn read(text: &str) -> Configuration {
    parsed(text).unwrap()
}

fn told(text: &str) -> Vec<String> {
    let faults = parsed(text).unwrap_err().0;
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn there_are_feeds_where_the_configuration_says_so() {
    assert!(read("").feeds.is_none());
    for (more, max_age) in [("", 90), ("max_age = \"90d\"", 90), ("max_age = \"7d\"", 7)] {
        for auth in ["", HEADER, OIDC] {
            let feeds = read(&format!("{auth}[feeds]\n{more}\n")).feeds.unwrap();
            assert_eq!(feeds.max_age, Duration::from_secs(max_age * 24 * 3600), "{more}");
            assert_eq!(feeds.file, None);
        }
    }
}

#[test]
fn a_list_in_a_file_needs_keys_that_outlive_the_process() {
    let missing = "feeds.keys: is missing: without the session keys of [auth.oidc], what addresses are sealed with, such as \
        [{ file = \"session.key\" }] made by `openssl rand -hex 64`";
    for auth in ["", HEADER] {
        assert_eq!(told(&format!("{auth}[feeds]\nfile = \"feeds.json\"\n")), [missing]);
        let own = read(&format!(
            "{auth}[feeds]\nfile = \"new.json\"\nkeys = [{{ file = \"key\" }}]\n"
        ));
        assert!(own.feeds.unwrap().file.unwrap().ends_with("new.json"));
    }
    let session_keys = read(&format!("{OIDC}[feeds]\nfile = \"feeds.json\"\n")).feeds.unwrap();
    let sealed = session_keys.keys.seal("x", "text");
    let own = read("[feeds]\nkeys = [{ file = \"key\" }]\n").feeds.unwrap();
    assert_eq!(
        own.keys.open("x", &sealed).as_deref(),
        Some("text"),
        "the same key, named twice"
    );
    let of_the_process = read("[feeds]\n").feeds.unwrap();
    assert_eq!(of_the_process.keys.open("x", &sealed), None);
}

#[test]
fn what_is_wrong_with_feeds_is_told_with_its_place() {
    let one = |feeds: &str| {
        let faults = told(&format!("[feeds]\n{feeds}\n"));
        assert_eq!(faults.len(), 1, "{faults:?}");
        faults.concat()
    };
    for (feeds, words) in [
        (
            "max_age = \"91d\"",
            "feeds.max_age: must be between a minute and 90 days",
        ),
        (
            "max_age = \"59s\"",
            "feeds.max_age: must be between a minute and 90 days",
        ),
        (
            "max_age = \"ninety days\"",
            "feeds.max_age: \"ninety days\" is not a time span",
        ),
        ("max_age = 90", "feeds.max_age: is integer where a text belongs"),
        ("keys = []", "feeds.keys: holds no key"),
        (
            "file = \"x.json\"\nkeys = [{ file = \"short\" }]",
            "feeds.keys[0]: must hold at least 64 random bytes",
        ),
        ("keys = [{ file = \"nowhere\" }]", "feeds.keys[0]: cannot read nowhere"),
        ("path = \"x\"", "feeds.path: is not a setting"),
        (
            "file = \"broken.json\"\nkeys = [{ file = \"key\" }]",
            "broken.json cannot hold the list of feeds: EOF",
        ),
        (
            "file = \"nowhere/x.json\"\nkeys = [{ file = \"key\" }]",
            "nowhere/x.json cannot hold the list of feeds: No such file",
        ),
    ] {
        assert!(one(feeds).contains(words), "{feeds}: {}", one(feeds));
    }
    let broken = OIDC.replace("client_id = \"signalbox\"", "");
    let faults = told(&format!("{broken}[feeds]\nfile = \"feeds.json\"\n"));
    assert_eq!(faults, ["auth.oidc.client_id: is missing"], "and nothing about keys");
}

#[test]
fn each_way_to_sign_in_vouches_for_its_own_people_alone() {
    let cloudflare = r#"
        [auth]
        mode = "jwt"
        [auth.jwt]
        preset = "cloudflare"
        issuer = "https://x.cloudflareaccess.com"
        audience = "a"
    "#;
    for (auth, own) in [
        ("", None),
        (HEADER, Some("header")),
        (OIDC, Some("https://idp.example.com")),
        (cloudflare, Some("https://x.cloudflareaccess.com")),
    ] {
        let transport = Arc::new(Fake::new(|_| json(&json!({}))));
        let sign_in = SignIn::new(read(auth).auth.sign_in, transport, Ambient::real());
        for issuer in [
            "",
            "header",
            "token",
            "https://idp.example.com",
            "https://x.cloudflareaccess.com",
        ] {
            assert_eq!(sign_in.vouches_for(issuer), own == Some(issuer), "{auth} {issuer}");
        }
    }
}
