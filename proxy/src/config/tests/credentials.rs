//! Kinds of credentials, their fields, and what is wrong with them.

use super::*;

/// An account with these credentials, and with the token file that some want.
fn with(cloud: &str, credentials: &str) -> String {
    format!(
        "[auth]\nmode = \"none\"\n[[account]]\nid = \"a\"\ncloud = \"{cloud}\"\nregions = [\"cn-hangzhou\"]\ncredentials = {{ {credentials} }}\n"
    )
}

/// The faults of these credentials, without their place.
fn wrong(cloud: &str, credentials: &str, more: &[(&str, &str)]) -> Vec<String> {
    let told = faults(&with(cloud, credentials), more);
    let place = "account[0].credentials";
    told.iter()
        .map(|fault| {
            fault
                .strip_prefix(place)
                .unwrap_or_else(|| panic!("{fault}"))
                .to_owned()
        })
        .collect()
}

#[test]
fn the_vendor_says_which_kinds_there_are() {
    for (credentials, more) in [
        (r#"from = "default""#, &[][..]),
        (r#"from = "profile""#, &[]),
        (r#"from = "profile", name = "x", file = "config.json""#, &[]),
        (r#"from = "ram-role""#, &[]),
        (r#"from = "ram-role", role = "reader""#, &[]),
        (
            r#"from = "oidc-role", role_arn = "acs:ram::1:role/r", provider_arn = "acs:ram::1:oidc-provider/p", token_file = "t", session_name = "s1""#,
            &[],
        ),
        (
            r#"from = "oidc-role""#,
            &[
                ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/r"),
                ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p"),
                ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/var/run/token"),
            ],
        ),
        (
            r#"from = "assume-role", role_arn = "acs:ram::1:role/r", external_id = "e1", source = { from = "assume-role", role_arn = "acs:ram::1:role/q", source = { from = "ram-role" } }"#,
            &[],
        ),
        (
            r#"from = "assume-role", role_arn = "acs:ram::1:role/r", source = { from = "static", access_key_id = { env = "AK" }, access_key_secret = { file = "sk" } }"#,
            &[],
        ),
        (r#"from = "uri", url = "http://127.0.0.1:9/x?y=z""#, &[]),
    ] {
        let read = read(&with("alibaba", credentials), more);
        assert!(read.is_ok(), "{credentials}: {}", read.unwrap_err());
    }
}

#[test]
fn a_kind_that_is_none_of_the_clouds_is_told_with_those_that_are() {
    let there = r#"there are "static", "env", "default", "profile", "ram-role", "oidc-role", "assume-role", "uri""#;
    for (kind, meant) in [
        ("key", ""),
        ("ram_role", ": did you mean \"ram-role\"?"),
        ("", ""),
        ("STATIC", ": did you mean \"static\"?"),
    ] {
        let told = wrong("alibaba", &format!("from = {kind:?}"), &[]);
        let why = if kind.is_empty() {
            ".from: is empty".to_owned()
        } else {
            format!(".from: {kind:?} is no kind of credentials: {there}{meant}")
        };
        assert_eq!(told, [why]);
    }
    let told = wrong("huawei", r#"from = "ram-role""#, &[]);
    assert!(
        told[0].starts_with(r#".from: "ram-role" belongs to alibaba accounts: there are "static", "env""#),
        "{told:?}"
    );
    assert_eq!(wrong("alibaba", "x = 1", &[]), [".from: is missing"]);
}

#[test]
fn what_is_wrong_with_a_field_is_told_inside_of_sources_too() {
    for (credentials, expected) in [
        (
            r#"from = "profile", profile = "x""#,
            &[".profile: is not a setting"][..],
        ),
        (
            r#"from = "profile", name = 5"#,
            &[".name: is integer where a text belongs"],
        ),
        (
            r#"from = "ram-role", role = "../x""#,
            &[r#".role: "../x" is no name of a role"#],
        ),
        (
            r#"from = "oidc-role", session_name = "a b""#,
            &[
                ".role_arn: is missing, and the environment variable ALIBABA_CLOUD_ROLE_ARN is not set",
                ".provider_arn: is missing, and",
                ".token_file: is missing, and",
                r#".session_name: "a b" is no name of a session"#,
            ],
        ),
        (
            r#"from = "assume-role""#,
            &[".role_arn: is missing", ".source: is missing"],
        ),
        (
            r#"from = "assume-role", role_arn = "reader", external_id = "x", source = { from = "static", access_key_id = "LTAI-canary" }"#,
            &[
                r#".role_arn: "reader" is no role, such as acs:ram::"#,
                r#".external_id: "x" is no external id"#,
                ".source.access_key_id: is written out",
                ".source.access_key_secret: is missing",
            ],
        ),
        (
            r#"from = "assume-role", role_arn = "acs:ram::1:role/r", source = { from = "agency" }"#,
            &[r#".source.from: "agency""#],
        ),
        (
            r#"from = "assume-role", role_arn = "acs:ram::1:role/r", source = { from = "ram-role", extra = 1 }"#,
            &[".source.extra: is not a setting"],
        ),
        (
            r#"from = "assume-role", role_arn = "acs:ram::1:role/r", source = "env""#,
            &[".source: is string where a table belongs"],
        ),
        (
            r#"from = "uri""#,
            &[".url: is missing, and the environment variable ALIBABA_CLOUD_CREDENTIALS_URI is not set"],
        ),
        (
            r#"from = "uri", url = "ftp://x""#,
            &[r#".url: "ftp://x" is no http or https address"#],
        ),
        (
            r#"from = "env""#,
            &[
                ": the environment variable ALIBABA_CLOUD_ACCESS_KEY_ID is not set",
                ": the environment variable",
            ],
        ),
    ] {
        let told = wrong("alibaba", credentials, &[]);
        assert_eq!(told.len(), expected.len(), "{told:#?}");
        for (told, expected) in told.iter().zip(expected) {
            assert!(told.starts_with(expected) && !told.contains("canary"), "{told}");
        }
    }
}

#[test]
fn a_variable_that_stands_in_for_a_field_is_checked_as_the_field() {
    let told = wrong(
        "alibaba",
        r#"from = "uri""#,
        &[("ALIBABA_CLOUD_CREDENTIALS_URI", "nowhere")],
    );
    assert_eq!(told, [r#".url: "nowhere" is no http or https address"#]);
}

#[tokio::test(start_paused = true)]
async fn keys_in_a_file_are_there_at_once_and_follow_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sk");
    fs::write(&file, "secret-1\n").unwrap();
    let text = with(
        "alibaba",
        r#"from = "static", access_key_id = { env = "AK" }, access_key_secret = { file = "sk" }"#,
    );
    let accounts = parse(&text, folder.path(), &environment(&[]), None, VENDORS)
        .unwrap()
        .accounts;
    assert_eq!(keys(&accounts[0]).secret.expose(), "secret-1");
    fs::write(&file, "secret-2\n").unwrap();
    let time = SystemTime::now() - std::time::Duration::from_secs(5);
    fs::File::options()
        .write(true)
        .open(&file)
        .unwrap()
        .set_modified(time)
        .unwrap();
    let start = tokio::time::Instant::now();
    while accounts[0].credentials.current().await.unwrap().secret.expose() != "secret-2" {
        assert!(start.elapsed().as_secs() < 30, "a changed file counts within 30 s");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}
