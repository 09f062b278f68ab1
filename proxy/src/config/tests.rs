mod account_sets;
mod auth;
mod cache;
mod credentials;
mod feeds;
mod hidden;
mod listener;
mod meant;
mod said;
mod settings;
mod store;

use super::*;
use crate::accounts::Account;
use crate::credentials::Keys;
use crate::vendors::FactKey;
use futures_util::FutureExt;
use std::fs;
use std::sync::Arc;

const GOOD: &str = r#"
listen = "127.0.0.1:9000"
[auth]
mode = "none"

[[account]]
id = "prod-cn"
cloud = "alibaba"
regions = ["cn-hangzhou", "cn-beijing"]
credentials = { from = "static", access_key_id = { env = "AK" }, access_key_secret = { file = "sk" }, security_token = { env = "TOKEN" } }
endpoints = { oos = "http://127.0.0.1:9001", cs = "https://cs-vpc.{region}.aliyuncs.com" }
clusters = ["c02b"]

[[account]]
id = "prod-hw"
cloud = "huawei"
regions = ["cn-north-4"]
credentials = { from = "env" }

[[grant]]
groups = ["sre"]
accounts = ["prod-*"]
tables = ["*"]

[cache]
fresh = "0s"
stale = "10m"
"#;

/// An account like any other, for tests of something else.
const ACCOUNT: &str = r#"
[[account]]
id = "a"
cloud = "huawei"
regions = ["cn-north-4"]
credentials = { from = "env" }
"#;

fn environment(more: &[(&str, &str)]) -> Environment {
    let usual = [
        ("AK", "id-1"),
        ("TOKEN", "token"),
        ("HUAWEICLOUD_SDK_AK", "ak"),
        ("HUAWEICLOUD_SDK_SK", "sk"),
    ];
    usual.iter().chain(more).copied().collect()
}

fn read(text: &str, more: &[(&str, &str)]) -> Result<Configuration, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("sk"), "  secret-1\r\n").unwrap();
    fs::write(folder.path().join("empty"), "\n").unwrap();
    parse(text, folder.path(), &environment(more), None, VENDORS)
}

fn faults(text: &str, more: &[(&str, &str)]) -> Vec<String> {
    read(text, more)
        .unwrap_err()
        .0
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn a_good_file_is_read_whole() {
    let settings = read(
        GOOD,
        &[
            ("HUAWEICLOUD_SDK_PROJECT_ID", "p1"),
            ("HUAWEICLOUD_SDK_DOMAIN_ID", "d1"),
        ],
    )
    .unwrap();
    assert_eq!(settings.listen, "127.0.0.1:9000".parse().unwrap());
    let [alibaba, huawei] = settings.accounts.as_slice() else {
        panic!("two accounts")
    };
    assert_eq!(alibaba.regions, ["cn-hangzhou", "cn-beijing"]);
    assert_eq!(alibaba.listed["clusters"], ["c02b"]);
    assert_eq!(alibaba.endpoints["cs"], "https://cs-vpc.{region}.aliyuncs.com");
    let keys = keys(alibaba);
    assert_eq!((keys.id.as_str(), keys.secret.expose()), ("id-1", "secret-1"));
    assert_eq!(keys.token.as_ref().map(sign::Secret::expose), Some("token"));
    let keys = self::keys(huawei);
    assert_eq!(
        (keys.id.as_str(), keys.secret.expose(), keys.token.is_none()),
        ("ak", "sk", true)
    );
    let fact = |name, region: Option<&str>| {
        let region = region.map(str::to_owned);
        huawei.facts.known(&FactKey { name, region })
    };
    assert_eq!(fact("domain", None).as_deref(), Some("d1"));
    assert_eq!(fact("project", Some("cn-north-4")).as_deref(), Some("p1"));
    assert!(huawei.listed.is_empty());
}

fn keys(account: &Account) -> Arc<Keys> {
    account.credentials.current().now_or_never().unwrap().unwrap()
}

#[test]
fn every_setting_at_the_top_is_read() {
    for name in fields::TOP {
        let told = faults(&format!("{name} = {{}}"), &[]);
        let unread = told
            .iter()
            .any(|fault| fault.starts_with(&format!("{name}: is not a setting")));
        assert!(!unread, "{told:?}");
    }
}

#[test]
fn every_fault_is_told_with_its_place() {
    let text = r#"
listen = "localhost"
metrics = "127.0.0.1"
colour = "blue"
[auth]
mode = "jwt"
[[account]]
id = "a b"
cloud = "alibaba"
regions = ["cn hangzhou", "cn-beijing", "cn-beijing"]
credentials = { from = "static", access_key_id = "LTAI-secret", access_key_secret = { env = "MISSING" }, extra = 1 }
endpoints = { oos = "ftp://x", coc = "http://x", cs = "http://x/path", sas = "http://u:p@x" }
stack_sets = ["s"]
[[account]]
cloud = "aws"
regions = []
[[account]]
id = "x"
cloud = "huawei"
regions = ["cn-north-4"]
credentials = { from = "agency", agency = "z" }
projects = { "cn-north-9" = "p" }
[[grant]]
accounts = ["*"]
[cache]
fresh = "soon"
[store]
redis = { env = "R" }
"#;
    assert_eq!(
        faults(text, &[]),
        [
            r#"listen: "localhost" is not an address with a port, such as 127.0.0.1:8080 or [::1]:8080"#,
            r#"metrics: "127.0.0.1" is not an address with a port, such as 127.0.0.1:8080 or [::1]:8080"#,
            "auth.jwt: is missing",
            "grant[0]: names neither groups nor users",
            "grant[0].tables: is missing",
            r#"cache.fresh: "soon" is not a time span such as "30s" or "10m": expected number at 0"#,
            "store.redis: the environment variable R is not set",
            r#"account[0].id: "a b" may hold letters, digits, '-', '_' and '.' only"#,
            r#"account[0].regions[0]: "cn hangzhou" is not a region id such as cn-hangzhou: only a-z, 0-9 and '-'"#,
            r#"account[0].regions[2]: "cn-beijing" is there twice"#,
            "account[0].endpoints.coc: is not a service of this cloud, which has cs, sas, oos, sts, resourcedirectory, metadata",
            r#"account[0].endpoints.cs: "http://x/path" must end after the host and port"#,
            r#"account[0].endpoints.oos: "ftp://x" must begin with http:// or https://"#,
            r#"account[0].endpoints.sas: "http://u:p@x" must not hold a user name or password"#,
            "account[0].stack_sets: belongs to huawei accounts",
            r#"account[0].credentials.access_key_id: is written out; a secret must be { env = "NAME" } or { file = "PATH" }"#,
            "account[0].credentials.access_key_secret: the environment variable MISSING is not set",
            "account[0].credentials.extra: is not a setting: is it spelled as in the documentation, and in the right table?",
            "account[1].id: is missing",
            r#"account[1].cloud: "aws" is neither "alibaba" nor "huawei""#,
            "account[1].regions: is an empty list",
            "account[1].credentials: is missing",
            r#"account[2].projects: "cn-north-9" is not a region of the account"#,
            "account[2].credentials.agency: is not a setting: is it spelled as in the documentation, and in the right table?",
            "colour: is not a setting: is it spelled as in the documentation, and in the right table?",
        ]
    );
}

#[test]
fn a_written_secret_is_never_repeated() {
    let told = faults(&GOOD.replace("{ env = \"AK\" }", "\"LTAI-canary\""), &[]).join("\n");
    assert!(told.contains("is written out") && !told.contains("canary"), "{told}");
    let shown = format!("{:?} {:?}", read(GOOD, &[]).unwrap(), environment(&[]));
    assert!(!shown.contains("secret-1") && !shown.contains("token\""), "{shown}");
}

#[test]
fn secrets_that_are_not_there_are_named() {
    let told = faults(&GOOD.replace("\"sk\"", "\"nowhere\""), &[("TOKEN", "")]);
    assert_eq!(told.len(), 2);
    assert!(
        told[0].starts_with("account[0].credentials.access_key_secret: cannot read nowhere: "),
        "{told:?}"
    );
    assert_eq!(
        told[1],
        "account[0].credentials.security_token: the environment variable TOKEN is not set"
    );
    let told = faults(&GOOD.replace("\"sk\"", "\"empty\""), &[]);
    assert_eq!(told, ["account[0].credentials.access_key_secret: the secret is blank"]);
    let told = faults(&GOOD.replace("file = \"sk\"", "file = \"sk\", env = \"AK\""), &[]);
    assert_eq!(
        told,
        [r#"account[0].credentials.access_key_secret: must be { env = "NAME" } or { file = "PATH" }"#]
    );
}

#[test]
fn nobody_is_let_in_from_outside_without_a_check() {
    let open = GOOD.replace("127.0.0.1:9000", "0.0.0.0:9000");
    let open = format!("public_url = \"https://ops.example.com\"\n{open}");
    assert_eq!(
        faults(&open, &[]),
        [r#"auth.mode: "none" lets everyone in, so listen must be a loopback address, not 0.0.0.0:9000"#]
    );
    let silent = open.replace("[auth]\nmode = \"none\"", "");
    assert_eq!(
        faults(&silent, &[]),
        ["auth: is missing: without it everyone could come in at 0.0.0.0:9000"]
    );
    let address = "0.0.0.0:1".parse().unwrap();
    assert!(parse(&silent, Path::new("."), &environment(&[]), Some(address), VENDORS).is_err());
    assert!(read(&GOOD.replace("127.0.0.1", "[::1]"), &[]).is_ok());
}

#[test]
fn the_environment_wins_over_the_file() {
    let more = [
        ("SIGNALBOX_LISTEN", "127.0.0.1:7"),
        ("SIGNALBOX_ACCOUNT__0__ID", "renamed"),
        ("SIGNALBOX_ACCOUNT__0__REGIONS", "[\"cn-shanghai\"]"),
        ("SIGNALBOX_ACCOUNT__0__ENDPOINTS__OOS", "http://127.0.0.1:5"),
        (
            "SIGNALBOX_ACCOUNT__2",
            "{ id = \"third\", cloud = \"huawei\", regions = [\"r-1\"], credentials = { from = \"env\" } }",
        ),
        ("SIGNALBOX_SERVICE_HOST", "10.0.0.1"),
        ("SIGNALBOX_PORT", "tcp://10.0.0.1:80"),
    ];
    let settings = read(GOOD, &more).unwrap();
    assert_eq!(settings.listen.port(), 7);
    assert_eq!(
        settings
            .accounts
            .iter()
            .map(|account| account.id.as_str())
            .collect::<Vec<_>>(),
        ["renamed", "prod-hw", "third"]
    );
    assert_eq!(settings.accounts[0].regions, ["cn-shanghai"]);
    assert_eq!(settings.accounts[0].endpoints["oos"], "http://127.0.0.1:5");
}

#[test]
fn a_file_may_be_empty_when_the_environment_says_it_all() {
    let more = [
        ("SIGNALBOX_ACCOUNT__0__ID", "a"),
        ("SIGNALBOX_ACCOUNT__0__CLOUD", "huawei"),
        ("SIGNALBOX_ACCOUNT__0__REGIONS", "['cn-north-4']"),
        ("SIGNALBOX_ACCOUNT__0__CREDENTIALS__FROM", "env"),
    ];
    assert_eq!(read("", &more).unwrap().accounts[0].id, "a");
    assert_eq!(
        faults("", &[]),
        ["account: there is none: add at least one [[account]]"]
    );
}

#[test]
fn odd_environment_settings_are_faults() {
    let told = faults(
        GOOD,
        &[
            ("SIGNALBOX_ACCOUNT__9__ID", "x"),
            ("SIGNALBOX_AUTH__MODE__X", "y"),
            ("SIGNALBOX_CACHE__FRESH", "["),
        ],
    );
    assert_eq!(told.len(), 3, "{told:?}");
    assert_eq!(
        told[0],
        "SIGNALBOX_ACCOUNT__9__ID: `account` has 2 items: number 9 would leave a gap"
    );
    assert_eq!(told[1], "SIGNALBOX_AUTH__MODE__X: `mode` is no table");
    assert!(told[2].starts_with("SIGNALBOX_CACHE__FRESH: is no TOML value"));
}

#[test]
fn two_accounts_cannot_share_a_name() {
    let twice = GOOD.replace("\"prod-hw\"", "\"prod-cn\"");
    assert_eq!(
        faults(&twice, &[]),
        [r#"account[1].id: "prod-cn" is the id of an account before it"#]
    );
}

#[test]
fn what_is_no_toml_is_told_with_its_line() {
    let told = faults("listen = \n", &[]);
    assert!(told[0].contains("line 1"), "{told:?}");
    let wrong = faults("account = 5\nlisten = 5\nauth = 5\n", &[]);
    assert!(
        wrong.contains(&"account: is integer where [[account]] belongs".to_owned()),
        "{wrong:?}"
    );
    assert!(load(Path::new("/nowhere/at/all.toml"), &environment(&[]), None).is_err());
}

#[test]
fn a_public_listener_needs_a_public_address() {
    let missing = |listen: &str| {
        let all = faults(&format!("listen = {listen:?}\n[auth]\nmode = \"none\""), &[]);
        all.iter().any(|fault| fault.starts_with("public_url: is missing"))
    };
    assert!(missing("0.0.0.0:8080"));
    assert!(!missing("127.0.0.1:8080"));
    assert!(!missing("[::1]:8080"));
}

#[test]
fn views_are_read_in_their_canonical_form() {
    let views = r#"
[[view]]
name = " Unpatched "
query = "/patches?sort=-missing&missing=gt.0"
[[view]]
name = "计划"
query = "/timeline?phase=scheduled"
"#;
    let more = [
        ("SIGNALBOX_VIEW__1__QUERY", "/plans?phase=scheduled"),
        ("SIGNALBOX_VIEW__2__NAME", "Third"),
        ("SIGNALBOX_VIEW__2__QUERY", "/tickets"),
    ];
    let read = read(&format!("{GOOD}{views}"), &more).unwrap().views;
    let parts: Vec<_> = read
        .iter()
        .map(|view| (view.name.as_str(), view.table.as_str(), view.query.as_str()))
        .collect();
    assert_eq!(
        parts,
        [
            ("Unpatched", "patches", "missing=gt.0&sort=-missing"),
            ("计划", "plans", "phase=scheduled"),
            ("Third", "tickets", "")
        ]
    );
}

#[test]
fn every_fault_of_a_view_is_told() {
    let long = "x".repeat(81);
    let views = format!(
        r#"
[[view]]
name = "One"
query = "/patches?missing=gt.x&colour=red"
[[view]]
name = "ONE"
query = "/nothing"
owner = "me"
[[view]]
name = "{long}"
[[view]]
name = "a\tb"
query = "/plans?row=x"
[[view]]
query = "/plans"
"#
    );
    let told = faults(&format!("{GOOD}{views}"), &[]);
    let start = [
        r#"view[0].query: "missing=gt.x" is not understood"#,
        r#"view[0].query: "colour=red" is not understood"#,
        r#"view[1].name: "ONE" is the name of a view before it"#,
        r#"view[1].query: "/nothing" is no page with a view; there are /plans, "#,
        "view[1].owner: is not a setting",
        "view[2].name: ",
        "view[2].query: is missing",
        r#"view[3].name: "a\tb" holds control characters"#,
        "view[3].query: `row` ",
        "view[4].name: is missing",
    ];
    assert_eq!(told.len(), start.len(), "{told:#?}");
    for (told, start) in told.iter().zip(start) {
        assert!(told.starts_with(start), "{told}");
    }
}

#[test]
fn the_public_address_is_a_host_alone() {
    let at = |url: &str| read(&format!("public_url = {url:?}\n{GOOD}"), &[]).map(|settings| settings.public_url);
    assert_eq!(
        at("https://ops.example.com").unwrap().as_deref(),
        Some("https://ops.example.com")
    );
    assert_eq!(
        at("https://ops.example.com:444/").unwrap().as_deref(),
        Some("https://ops.example.com:444")
    );
    for wrong in [
        "ops.example.com",
        "ftp://x",
        "https://x/path",
        "https://x/?a=b",
        "https://x/#a",
    ] {
        assert!(at(wrong).is_err(), "{wrong}");
    }
    assert_eq!(read(GOOD, &[]).unwrap().public_url, None);
}
