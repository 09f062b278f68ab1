use super::{ConfigError, Configuration};
use crate::auth::Configured;
use crate::grants::{Grants, Rights};

const HEADER: &str = r#"
listen = "0.0.0.0:8080"
public_url = "https://ops.example.com"
[auth]
mode = "header"
contact = "platform@example.com"
[auth.header]
trusted = ["10.0.0.0/8", "::1"]
user = "X-Forwarded-User"
groups = "X-Forwarded-Groups"
groups_separator = "; "
"#;

const ACCOUNT: &str = r#"
[[account]]
id = "a"
cloud = "huawei"
regions = ["cn-north-4"]
credentials = { from = "env" }
"#;

fn read(text: &str) -> Result<Configuration, ConfigError> {
    super::read(&[text, ACCOUNT].concat(), &[])
}

fn faults(text: &str) -> Vec<String> {
    super::faults(&[text, ACCOUNT].concat(), &[])
}

fn grants(text: &str) -> Grants {
    read(text).unwrap().grants
}

fn covers(grants: &Grants, user: &str, groups: &[&str], account: &str, table: &str) -> bool {
    let groups: Vec<String> = groups.iter().map(|&group| group.to_owned()).collect();
    grants.of(&[user.to_owned()], &groups).cover(account, table)
}

#[test]
fn a_trusted_front_is_read() {
    let read = read(HEADER).unwrap();
    assert_eq!(read.auth.contact.as_deref(), Some("platform@example.com"));
    let Configured::Header(header) = read.auth.sign_in else {
        panic!("{:?}", read.auth)
    };
    assert!(header.trusts("10.9.9.9".parse().unwrap()) && header.trusts("::1".parse().unwrap()));
    assert!(!header.trusts("11.0.0.1".parse().unwrap()));
    assert_eq!(
        (header.user.as_str(), header.groups_separator.as_str()),
        ("x-forwarded-user", "; ")
    );
}

#[test]
fn what_would_let_anybody_in_is_a_fault() {
    let told = |from: &str, to: &str| faults(&HEADER.replace(from, to));
    assert_eq!(
        told("10.0.0.0/8", "0.0.0.0/0"),
        ["auth.header.trusted[0]: 0.0.0.0/0 is everybody: anyone could say that they are anyone"]
    );
    assert_eq!(
        told("trusted = [\"10.0.0.0/8\", \"::1\"]", ""),
        ["auth.header.trusted: is missing: which peers may say who somebody is?"]
    );
    assert_eq!(
        told("\"X-Forwarded-User\"", "\"X_Forwarded_User\""),
        ["auth.header.user: \"X_Forwarded_User\" holds `_`, which fronts drop or take for `-`: use a name with `-`"]
    );
    assert_eq!(
        told("X-Forwarded-Groups", "x-forwarded-user"),
        ["auth.header.groups: is the header of the user"]
    );
    assert_eq!(
        told("mode = \"header\"", "mode = \"none\""),
        [
            "auth.mode: \"none\" lets everyone in, so listen must be a loopback address, not 0.0.0.0:8080",
            "auth.header: is without effect under another mode: leave it out, or say mode = \"header\""
        ]
    );
    assert_eq!(told("public_url = \"https://ops.example.com\"", "").len(), 1);
    assert_eq!(
        told("trusted = [\"10.0.0.0/8\", \"::1\"]", "trusted = [\"ten\"]"),
        ["auth.header.trusted[0]: \"ten\" is no address and no network such as 10.0.0.0/8 or fd00::/8"]
    );
}

#[test]
fn grants_are_read() {
    let grants = grants(
        r#"
        [[grant]]
        groups = ["sre"]
        users = ["ann@example.com"]
        accounts = ["prod-*"]
        tables = ["plans", "patches"]
        [[grant]]
        groups = ["*"]
        accounts = ["lab"]
        tables = ["*"]
        "#,
    );
    assert!(covers(&grants, "x", &["sre"], "prod-cn", "plans"));
    assert!(covers(&grants, "ann@example.com", &[], "prod-cn", "patches"));
    assert!(!covers(&grants, "x", &["sre"], "prod-cn", "tickets"));
    assert!(!covers(&grants, "x", &["sres"], "prod-cn", "plans"));
    assert!(covers(&grants, "x", &[], "lab", "tickets"));
    assert_ne!(grants.of(&[], &[]), Rights::Everything);
}

#[test]
fn a_star_within_a_name_is_a_fault() {
    let told = faults("[[grant]]\nusers = [\"*@example.com\"]\ngroups = [\"*\"]\naccounts = [\"*\"]\ntables = [\"*\"]");
    assert_eq!(told.len(), 1);
    assert!(
        told[0].starts_with("grant[0].users[0]: \"*@example.com\" is no name"),
        "{told:?}"
    );
}
