//! Why there are no keys: what is told, and what never is.

use super::*;

#[tokio::test]
async fn files_that_hold_no_keys_are_named_and_not_quoted() {
    let mut bench = Bench::new(Options::default()).await;
    for (text, told_of) in [
        ("", "no section [basic]"),
        ("[default]\nak = canary\nsk = canary\n", "no section [basic]"),
        ("[basic]\nak = canary\n", "[basic] holds no keys"),
        ("[basic]\nak = canary\nsk = \n", "[basic] holds no keys"),
        ("[basic]\nak = canary\nsk = can\u{e4}ry\n", "[basic] holds no keys"),
        ("[basic]\nidp_id = canary\nid_token_file = /nowhere\n", "/nowhere"),
    ] {
        let file = bench.file("profile", text);
        bench.set("HUAWEICLOUD_SDK_CREDENTIALS_FILE", &file.display().to_string());
        let refused = bench.issuer("profile", Told::default()).issue().await.unwrap_err();
        let shown = format!("{refused:?} {refused}");
        assert!(shown.contains(told_of) && shown.contains("profile"), "{text}: {shown}");
        assert!(!shown.contains("canary"), "{shown}");
    }
    let file = bench.file("profile", "[basic]\nak=a\nsk=b\n");
    let section = told(&[("section", "global")], &[("file", file)]);
    let refused = bench.issuer("profile", section).issue().await.unwrap_err();
    assert!(refused.message.contains("no section [global]"), "{refused}");
}

#[tokio::test]
async fn a_token_that_is_missing_empty_or_refused_is_told_by_its_file_or_the_issuers_code() {
    let bench = Bench::new(Options::default()).await;
    let urn = bench.account("intl-hw").agency_urn.clone().unwrap();
    let pods = format!("{}/v1/credentials", bench.clouds.endpoint("huawei.pods"));
    let oidc = |file: &PathBuf| {
        let texts = [
            ("provider_urn", "iam::1:oidc-provider:cce"),
            ("agency_urn", urn.as_str()),
        ];
        bench.issuer("oidc-sts", told(&texts, &[("token_file", file.clone())]))
    };
    let pod = |file: &PathBuf| bench.issuer("pod-identity", told(&[("uri", &pods)], &[("token_file", file.clone())]));
    let (missing, empty) = (bench.folder.path().join("missing"), bench.file("empty", " \n"));
    let canary = bench.file("canary", "canary.canary.canary");
    for issuer in [&oidc as &dyn Fn(&PathBuf) -> Arc<dyn Issuer>, &pod] {
        let refused = issuer(&missing).issue().await.unwrap_err();
        assert!(refused.message.contains("missing"), "{refused}");
        let refused = issuer(&empty).issue().await.unwrap_err();
        assert!(refused.message.contains("empty is empty"), "{refused}");
        let refused = issuer(&canary).issue().await.unwrap_err();
        assert!(
            refused.message.contains("STS5.0013") || refused.message.contains("401"),
            "{refused}"
        );
        assert!(!format!("{refused:?}").contains("canary."), "{refused:?}");
    }
}

#[tokio::test]
async fn a_refusal_tells_the_code_and_nothing_that_was_signed() {
    let bench = Bench::new(Options::default()).await;
    let mut told = to_assume(&bench, "signalbox-reader", None);
    told.source = Some(FixedKeys::new(Keys {
        secret: Secret::new("canary-secret"),
        ..bench.keys("prod-hw")
    }));
    let refused = bench.issuer("assume-agency", told).issue().await.unwrap_err();
    // IAM has its own shape for what its gateway says.
    assert!(refused.message.contains("IAM: 401"), "{refused}");
    let shown = format!("{refused:?}").to_lowercase();
    assert!(
        !shown.contains("canary") && !shown.contains("x-sdk-date") && !shown.contains("signature="),
        "{shown}"
    );
    assert!(refused.advice.unwrap().en.contains("secret"));
    assert_eq!(bench.clouds.calls().len(), 1, "refused once is enough");
}

#[test]
fn what_cannot_be_meant_is_told() {
    for uri in [
        "http://169.254.1.2/x",
        "http://127.0.0.1:9/x",
        "http://localhost/x",
        "http://10.1.2.3/x",
        "http://[fd00::1]/x",
        "https://pods.example.com/x",
        "http://agent.kube-system.svc/x",
    ] {
        assert_eq!(pod::wrong_uri(uri), None, "{uri}");
    }
    for uri in [
        "",
        "x",
        "http://pods.example.com/",
        "http://8.8.8.8/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http://svc.example.com/",
    ] {
        assert!(pod::wrong_uri(uri).is_some(), "{uri}");
    }
    for name in ["signalbox-prod", "a.b@c", "ab"] {
        assert_eq!(issuers::wrong_session_name(name), None, "{name}");
    }
    for name in ["", "a", "a b", "a/b", &"x".repeat(65)] {
        assert!(issuers::wrong_session_name(name).is_some(), "{name}");
    }
    let long = "账号".repeat(60);
    for account in ["prod", "a.b", "", long.as_str()] {
        let name = issuers::session_name(account);
        assert_eq!(issuers::wrong_session_name(&name), None, "{account}: {name}");
        assert!(name.starts_with("signalbox-"));
    }
    assert_eq!(oidc::wrong_agency("iam::abc:agency:reader"), None);
    assert!(oidc::wrong_agency("reader").is_some() && oidc::wrong_provider("acs:ram::1:x/y").is_some());
    assert!(assumed::wrong_domain("a:b").is_some() && assumed::wrong_agency("a:b").is_some());
    assert!(assumed::wrong_external_id("a b").is_some() && assumed::wrong_external_id("a1=b").is_none());
}
