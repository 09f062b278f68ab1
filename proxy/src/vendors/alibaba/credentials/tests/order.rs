//! `default`: the order of the vendor's SDKs.

use super::*;

/// Everything that can have keys has some.
fn everything() -> Host {
    let token = |host: Host| {
        let file = host.at_home("token");
        host.set("ALIBABA_CLOUD_OIDC_TOKEN_FILE", &file)
    };
    let host = Host::whole()
        .set("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI.environment")
        .set("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "CANARY")
        .set("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/pod")
        .set("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p")
        .set("ALIBABA_CLOUD_CREDENTIALS_URI", "http://127.0.0.1:9/credentials")
        .write("token", "CANARY")
        .write(
            ".aliyun/config.json",
            r#"{"current": "p", "profiles": [{"name": "p", "mode": "AK", "access_key_id": "LTAI.cli", "access_key_secret": "CANARY"}]}"#,
        )
        .write(
            ".alibabacloud/credentials.ini",
            "[default]\ntype = access_key\naccess_key_id = LTAI.ini\naccess_key_secret = CANARY # mine\n",
        );
    token(host)
}

#[tokio::test]
async fn the_first_that_has_keys_wins_and_those_behind_it_are_not_asked() {
    let host = everything();
    assert_eq!(host.told("default", &[]).await, "LTAI.environment");
    assert!(host.asked().is_empty());
    let host = host.unset("ALIBABA_CLOUD_ACCESS_KEY_ID");
    assert_eq!(host.told("default", &[]).await, "STS.AssumeRoleWithOIDC");
    assert_eq!(host.asked(), ["POST sts.aliyuncs.com/ AssumeRoleWithOIDC"]);
    let host = host.unset("ALIBABA_CLOUD_ROLE_ARN");
    assert_eq!(host.told("default", &[]).await, "LTAI.cli");
    let host = host.set("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true");
    assert_eq!(host.told("default", &[]).await, "LTAI.ini");
    assert_eq!(host.asked().len(), 1, "files need no request");
    std::fs::remove_file(host.at_home(".alibabacloud/credentials.ini")).unwrap();
    assert_eq!(host.told("default", &[]).await, "STS.machine");
    assert_eq!(host.asked().len(), 4);
    let host = host.set("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
    assert_eq!(host.told("default", &[]).await, "STS.uri");
    assert_eq!(host.asked()[4..], ["GET 127.0.0.1:9/credentials"]);
}

#[tokio::test]
async fn one_that_fails_makes_room_for_the_next() {
    let host = Host::new(|asked| match asked.host().as_str() {
        "127.0.0.1:9" => answer(asked),
        _ => nobody_there(),
    });
    let host = host
        .set("ALIBABA_CLOUD_CREDENTIALS_URI", "http://127.0.0.1:9/credentials")
        .write(".aliyun/config.json", "{ half");
    assert_eq!(host.told("default", &[]).await, "STS.uri");
    assert_eq!(
        host.asked(),
        ["PUT 100.100.100.200/latest/api/token", "GET 127.0.0.1:9/credentials"]
    );
}

#[tokio::test]
async fn where_nobody_has_keys_each_says_why() {
    let host = Host::new(|_| nobody_there()).write(
        ".aliyun/config.json",
        r#"{"current": "a", "profiles": [{"name": "a", "mode": "CloudSSO"}]}"#,
    );
    let error = host.issue("default", &[]).await.unwrap_err();
    for part in [
        "environment: ALIBABA_CLOUD_ACCESS_KEY_ID is not set",
        "config.json: profile \"a\": mode \"CloudSSO\" is not supported",
        "credentials file: cannot read ",
        "ECS RAM role: the metadata service: no connection to 100.100.100.200 in time",
    ] {
        assert!(error.message.contains(part), "{part}: {error}");
    }
    assert!(
        !error.message.contains("OIDC role") && !error.message.contains("URI"),
        "{error}"
    );
}

#[tokio::test]
async fn without_a_home_no_file_of_wherever_the_program_runs_is_read() {
    let host = Host::new(|_| nobody_there());
    for home in [None, Some("."), Some("")] {
        let around = Surroundings {
            variables: Arc::new(move |name| home.filter(|_| name == "HOME").map(str::to_owned)),
            ..host.around()
        };
        let error = default::chain(&around).issue().await.unwrap_err();
        assert!(
            error.message.contains("cannot read /nonexistent/.aliyun/config.json: "),
            "{error}"
        );
    }
}

#[tokio::test]
async fn the_profile_is_the_one_that_the_environment_names() {
    let host = everything()
        .unset("ALIBABA_CLOUD_ACCESS_KEY_ID")
        .unset("ALIBABA_CLOUD_ROLE_ARN")
        .set("ALIBABA_CLOUD_PROFILE", "other")
        .write(
            ".alibabacloud/credentials.ini",
            "[other]\ntype=access_key\naccess_key_id=LTAI.other\naccess_key_secret=CANARY",
        );
    // The command line's file has no such profile, so the next one counts.
    assert_eq!(host.told("default", &[]).await, "LTAI.other");
    let file = host.at_home("mine.ini");
    let host = host
        .write(
            "mine.ini",
            "[other]\ntype=access_key\naccess_key_id=LTAI.mine\naccess_key_secret=CANARY",
        )
        .set("ALIBABA_CLOUD_CREDENTIALS_FILE", &file);
    assert_eq!(host.told("default", &[]).await, "LTAI.mine");
}
