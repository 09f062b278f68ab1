//! The modes of profiles and the types of sections.

use super::*;
use crate::credentials::{Credentials, KeyFiles, Part, Renewed};

const CONFIG: &str = r#"{"current": "ak", "profiles": [
    {"name": "ak", "mode": "AK", "access_key_id": "LTAI.ak", "access_key_secret": "CANARY", "sts_token": "CANARY"},
    {"name": "sts", "mode": "StsToken", "access_key_id": "STS.sts", "access_key_secret": "CANARY", "sts_token": "CANARY"},
    {"name": "role", "mode": "RamRoleArn", "access_key_id": "LTAI.role", "access_key_secret": "CANARY", "ram_role_arn": "acs:ram::1:role/r",
        "ram_session_name": "mine", "expired_seconds": 1800, "policy": "{}", "external_id": "ext", "sts_region": "cn-beijing", "enable_vpc": true},
    {"name": "machine", "mode": "EcsRamRole", "ram_role_name": "reader"},
    {"name": "pod", "mode": "OIDC", "ram_role_arn": "acs:ram::1:role/r", "oidc_provider_arn": "acs:ram::1:oidc-provider/p", "oidc_token_file": "TOKEN",
        "role_session_name": "pod"},
    {"name": "chain", "mode": "ChainableRamRoleArn", "source_profile": "machine", "ram_role_arn": "acs:ram::1:role/r"},
    {"name": "program", "mode": "External", "process_command": "sh -c 'cat \"$0\" || exit 7; echo CANARY >&2' PRINTED"},
    {"name": "loop", "mode": "ChainableRamRoleArn", "source_profile": "loop", "ram_role_arn": "acs:ram::1:role/r"},
    {"name": "sso", "mode": "CloudSSO", "access_token": "CANARY"},
    {"name": "oauth", "mode": "OAuth", "oauth_access_token": "CANARY"},
    {"name": "short", "mode": "RamRoleArn", "access_key_id": "a", "access_key_secret": "CANARY", "ram_role_arn": "a", "expired_seconds": 60},
    {"name": "bare", "mode": "StsToken", "access_key_id": "a", "access_key_secret": "CANARY"},
    {"name": "none"}
]}"#;

fn host() -> Host {
    let host = Host::whole().write("token", "CANARY");
    let (token, printed) = (host.at_home("token"), host.at_home("printed"));
    let text = CONFIG.replace("TOKEN", &token).replace("PRINTED", &printed);
    host.write(".aliyun/config.json", &text)
}

#[tokio::test]
async fn every_mode_that_can_be_had_without_a_person_is_read() {
    let host = host();
    for (name, id, asked) in [
        ("ak", "LTAI.ak", &[][..]),
        ("sts", "STS.sts", &[]),
        (
            "role",
            "STS.AssumeRole",
            &["POST sts-vpc.cn-beijing.aliyuncs.com/ AssumeRole"],
        ),
        (
            "machine",
            "STS.machine",
            &[
                "PUT 100.100.100.200/latest/api/token",
                "GET 100.100.100.200/latest/meta-data/ram/security-credentials/reader",
            ],
        ),
        (
            "pod",
            "STS.AssumeRoleWithOIDC",
            &["POST sts.aliyuncs.com/ AssumeRoleWithOIDC"],
        ),
        (
            "chain",
            "STS.AssumeRole",
            &[
                "PUT 100.100.100.200/latest/api/token",
                "GET 100.100.100.200/latest/meta-data/ram/security-credentials/reader",
                "POST sts.aliyuncs.com/ AssumeRole",
            ],
        ),
    ] {
        let before = host.asked().len();
        assert_eq!(host.told("profile", &[("name", name)]).await, id);
        assert_eq!(&host.asked()[before..], asked, "{name}");
    }
    let keys = host.issue("profile", &[]).await.unwrap();
    assert!(
        keys.keys.token.is_none() && keys.expires.is_none(),
        "a token of mode AK is none"
    );
    let role = host.cloud.requests()[0].clone();
    for (name, value) in [
        ("DurationSeconds", "1800"),
        ("ExternalId", "ext"),
        ("Policy", "{}"),
        ("RoleSessionName", "mine"),
    ] {
        assert_eq!(role.query(name).as_deref(), Some(value));
    }
    let chained = host.cloud.requests().pop().unwrap();
    assert_eq!(chained.header("x-acs-accesskey-id"), Some("STS.machine"));
    assert_eq!(chained.query("RoleSessionName").as_deref(), Some("signalbox-prod-cn"));
}

#[tokio::test]
async fn what_cannot_be_had_is_refused_by_its_name() {
    let host = host();
    let file = host.at_home(".aliyun/config.json");
    for (name, reason) in [
        (
            "sso",
            r#"mode "CloudSSO" is not supported: there are AK, StsToken, RamRoleArn, EcsRamRole, OIDC, ChainableRamRoleArn, External"#,
        ),
        ("oauth", r#"mode "OAuth" is not supported"#),
        ("none", "mode is missing: there are AK, "),
        ("bare", "sts_token is missing"),
        ("short", "expired_seconds must be 900 or more"),
        ("nobody", "there is none: there are ak, sts, role, "),
        ("program", "process_command failed: exit status: 7"),
    ] {
        let told = host.told("profile", &[("name", name)]).await;
        assert!(
            told.starts_with(&format!("{file}: profile {name:?}: {reason}")),
            "{told}"
        );
    }
    let told = host.told("profile", &[("name", "loop")]).await;
    assert!(told.ends_with("leads from profile to profile without an end"), "{told}");
    for (text, reason) in [
        ("", "it is empty"),
        ("{\"a\":\n \"CANARY", "it is not JSON from line 2 on"),
        ("{\"profiles\": []}", "it has no current profile, and none is named"),
    ] {
        let host = Host::whole().write(".aliyun/config.json", text);
        let told = host.told("profile", &[]).await;
        assert!(told.ends_with(reason), "{told}");
    }
}

#[tokio::test]
async fn a_program_prints_keys_and_nothing_of_what_else_it_says_is_shown() {
    for (printed, end) in [
        (
            r#"{"mode": "StsToken", "access_key_id": "STS.p", "access_key_secret": "CANARY", "sts_token": "CANARY", "expiration": "2026-11-30T02:30:00Z"}"#,
            3600,
        ),
        (
            r#"{"mode": "AK", "access_key_id": "STS.p", "access_key_secret": "CANARY"}"#,
            900,
        ),
    ] {
        let host = host().write("printed", printed);
        let issued = host.issue("profile", &[("name", "program")]).await.unwrap();
        assert_eq!(issued.keys.id, "STS.p");
        assert_eq!(issued.expires.unwrap().timestamp() - NOW as i64, end);
    }
    for (printed, reason) in [
        ("CANARY", "prints something else than the JSON of keys"),
        (
            r#"{"access_key_id": "CANARY"}"#,
            "prints no usable access_key_id and access_key_secret",
        ),
        (
            r#"{"mode": "StsToken", "access_key_id": "a", "access_key_secret": "CANARY"}"#,
            "prints mode StsToken without sts_token",
        ),
        (
            r#"{"access_key_id": "a", "access_key_secret": "CANARY", "expiration": "CANARY"}"#,
            "prints an expiration that is no time",
        ),
    ] {
        let told = host()
            .write("printed", printed)
            .told("profile", &[("name", "program")])
            .await;
        assert!(told.ends_with(&format!("process_command {reason}")), "{told}");
    }
    let missing = Host::whole().write(
        ".aliyun/config.json",
        r#"{"current": "a", "profiles": [{"name": "a", "mode": "External", "process_command": "/nowhere/at-all --secret CANARY"}]}"#,
    );
    let told = missing.told("profile", &[]).await;
    assert!(
        told.contains("process_command cannot be run: /nowhere/at-all: "),
        "{told}"
    );
}

#[tokio::test]
async fn a_file_of_sections_is_read_as_the_credentials_file_of_the_sdks() {
    let text = "[default]\ntype = access_key\naccess_key_id = LTAI.ini # mine\naccess_key_secret = CANARY#x\n\
        [role]\ntype = ram_role_arn\naccess_key_id = LTAI.role\naccess_key_secret = CANARY\nrole_arn = acs:ram::1:role/r\nrole_session_name = s1\n\
        [pod]\ntype = oidc_role_arn\nrole_arn = acs:ram::1:role/r\noidc_provider_arn = acs:ram::1:oidc-provider/p\noidc_token_file_path = TOKEN\n\
        [machine]\ntype = ecs_ram_role\nrole_name = reader\n\
        [rsa]\ntype = rsa_key_pair\npublic_key_id = a\nprivate_key_file = b\n\
        [none]\naccess_key_id = a\n";
    let host = Host::whole().write("token", "CANARY");
    let text = text.replace("TOKEN", &host.at_home("token"));
    let host = host.write("some.file", &text);
    let file = host.at_home("some.file");
    let told = async |name: &'static str| host.told("profile", &[("name", name), ("file", &file)]).await;
    assert_eq!(host.told("profile", &[("file", &file)]).await, "LTAI.ini");
    assert_eq!(told("role").await, "STS.AssumeRole");
    assert_eq!(told("pod").await, "STS.AssumeRoleWithOIDC");
    assert_eq!(told("machine").await, "STS.machine");
    assert!(
        told("rsa")
            .await
            .contains(r#"section "rsa": type "rsa_key_pair" is not supported: there are access_key, "#)
    );
    assert!(
        told("none")
            .await
            .ends_with("type is missing: there are access_key, ram_role_arn, oidc_role_arn, ecs_ram_role")
    );
    assert!(
        told("nobody")
            .await
            .contains(r#"there is no section "nobody": there are default, role, pod, machine, rsa, none"#)
    );
    let role = host.cloud.requests()[0].clone();
    assert_eq!(role.query("RoleSessionName").as_deref(), Some("s1"));
}

#[tokio::test]
async fn without_a_file_the_command_lines_is_read_and_else_that_of_the_sdks() {
    let ini = "[default]\ntype = access_key\naccess_key_id = LTAI.ini\naccess_key_secret = CANARY\n";
    let host = Host::whole().write(".alibabacloud/credentials", ini);
    assert_eq!(host.told("profile", &[]).await, "LTAI.ini");
    let host = host.write(".aliyun/config.json", CONFIG);
    assert_eq!(host.told("profile", &[]).await, "LTAI.ak");
    assert!(Host::whole().told("profile", &[]).await.contains("cannot read "));
}

/// Puts a file into the home folder that was written a while ago.
fn put(host: &Host, file: &str, text: &str) {
    let path = host.home.path().join(file);
    std::fs::write(&path, text).unwrap();
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(5)).unwrap();
}

fn profile(id: &str) -> String {
    format!(
        r#"{{"current": "a", "profiles": [{{"name": "a", "mode": "AK", "access_key_id": "{id}", "access_key_secret": "CANARY"}}]}}"#
    )
}

#[tokio::test(start_paused = true)]
async fn a_profile_that_changes_counts_within_seconds_and_one_that_is_broken_leaves_the_old_keys() {
    let host = Host::whole();
    std::fs::create_dir(host.home.path().join(".aliyun")).unwrap();
    let file = ".aliyun/config.json";
    put(&host, file, &profile("LTAI.one"));
    let chain: Arc<dyn Issuer> = Arc::new(default::chain(&host.around()));
    let renewed = Renewed::new(chain, host.around().ambient);
    let later = async || {
        tokio::time::advance(Duration::from_secs(30)).await;
        renewed.current().await.unwrap().id.clone()
    };
    assert_eq!(later().await, "LTAI.one");
    put(&host, file, &profile("LTAI.two"));
    assert_eq!(later().await, "LTAI.two");
    for broken in ["", "{\"current\": \"a\", \"profiles\": [{\"name\"", "{}", &profile("")] {
        put(&host, file, broken);
        assert_eq!(later().await, "LTAI.two", "{broken}");
        assert_eq!(later().await, "LTAI.two", "{broken}");
    }
    std::fs::remove_file(host.home.path().join(file)).unwrap();
    assert_eq!(later().await, "LTAI.two");
    put(&host, file, &profile("LTAI.three"));
    assert_eq!(later().await, "LTAI.three");
    assert_eq!(host.asked(), [""; 0], "no other link is asked in between");
}

#[tokio::test(start_paused = true)]
async fn a_role_is_assumed_anew_when_the_keys_of_its_source_are_others() {
    let host = Host::whole();
    put(&host, "id", "LTAI.one");
    put(&host, "secret", "CANARY");
    let at = |name: &str| Part::File(host.home.path().join(name));
    let files: Arc<dyn Issuer> = Arc::new(KeyFiles::new(at("id"), at("secret"), None));
    let source: Arc<dyn Credentials> = Arc::new(Renewed::new(files, host.around().ambient));
    let told = Told {
        source: Some(source),
        texts: BTreeMap::from([("role_arn", "acs:ram::1:role/r".to_owned())]),
        ..Told::default()
    };
    let renewed = Renewed::new(assume_role(told, &host.around()), host.around().ambient);
    let signers = async || {
        tokio::time::advance(Duration::from_secs(30)).await;
        renewed.current().await.unwrap();
        let asked = host.cloud.requests();
        let signer = |asked: &Asked| {
            asked
                .header("authorization")
                .unwrap()
                .split(['=', ','])
                .nth(1)
                .unwrap()
                .to_owned()
        };
        asked.iter().map(signer).collect::<Vec<_>>()
    };
    assert_eq!(signers().await, ["LTAI.one"]);
    assert_eq!(signers().await, ["LTAI.one"]);
    put(&host, "id", "LTAI.two");
    assert_eq!(signers().await, ["LTAI.one", "LTAI.two"]);
    assert_eq!(signers().await, ["LTAI.one", "LTAI.two"]);
}
