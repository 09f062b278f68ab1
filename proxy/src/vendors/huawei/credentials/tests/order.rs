//! Which keys count where there are several, and the ids that come with them.

use super::*;

#[tokio::test]
async fn the_sdks_own_order_counts_and_nobody_behind_the_first_is_asked() {
    let mut bench = Bench::new(Options::default()).await;
    let urn = bench.account("intl-hw").agency_urn.clone().unwrap();
    let token_file = bench.token_file("intl-hw").display().to_string();
    let pods = format!("{}/v1/credentials", bench.clouds.endpoint("huawei.pods"));
    let (own, other) = (bench.keys("prod-hw"), bench.keys("eu-hw"));
    for (name, value) in [
        ("HUAWEICLOUD_OIDC_PROVIDER_URN", "iam::1:oidc-provider:cce"),
        ("HUAWEICLOUD_OIDC_AGENCY_URN", &urn),
        ("HUAWEICLOUD_OIDC_TOKEN_FILE", &token_file),
        ("HUAWEICLOUD_SDK_AK", &own.id),
        ("HUAWEICLOUD_SDK_SK", own.secret.expose()),
        ("HC_CONTAINER_CREDENTIALS_FULL_URI", &pods),
        ("HC_CONTAINER_AUTHORIZATION_TOKEN_FILE", &token_file),
    ] {
        bench.set(name, value);
    }
    let profile = format!(
        "[global]\nak={}\nsk={}\nsecurity_token={}\n",
        other.id,
        other.secret.expose(),
        other.token.as_ref().unwrap().expose()
    );
    let profile = bench.file(".huaweicloud/credentials", &profile);
    let first = async |bench: &Bench| {
        bench.clouds.forget_calls();
        let issued = bench.issuer("default", Told::default()).issue().await.unwrap();
        (bench.asked(), bench.whose(&issued.keys).await)
    };

    let (asked, account) = first(&bench).await;
    assert_eq!((asked.len(), account.as_str()), (1, "intl-hw"));
    assert!(
        asked[0].starts_with("huawei.sts /v5/agencies/assume-with-oidc"),
        "{asked:?}"
    );
    bench.unset(&["HUAWEICLOUD_OIDC_AGENCY_URN"]);
    assert_eq!(first(&bench).await, (vec![], "prod-hw".to_owned()));
    bench.unset(&["HUAWEICLOUD_SDK_SK"]);
    assert_eq!(first(&bench).await, (vec![], "eu-hw".to_owned()));
    std::fs::remove_file(profile).unwrap();
    let (asked, account) = first(&bench).await;
    assert!(
        account == "prod-hw" && asked.iter().all(|call| call.starts_with("huawei.metadata ")),
        "{asked:?}"
    );
    // Last comes the pod, once the machine has nothing.
    let mut nowhere = Bench::new(Options {
        metadata: MachineMetadata::NoAgency,
        ..Options::default()
    })
    .await;
    nowhere.variables = bench.variables.clone();
    nowhere.set("HUAWEICLOUD_OIDC_TOKEN_FILE", "/nowhere");
    let pods = format!("{}/v1/credentials", nowhere.clouds.endpoint("huawei.pods"));
    nowhere.set("HC_CONTAINER_CREDENTIALS_FULL_URI", &pods);
    let (asked, account) = first(&nowhere).await;
    assert!(
        account == "intl-hw" && asked.last().unwrap().starts_with("huawei.pods "),
        "{asked:?}"
    );
}

#[tokio::test]
async fn who_has_set_a_token_up_gets_no_other_keys_when_sts_refuses_it() {
    let mut bench = Bench::with_faults("deny@huawei.sts:1").await;
    let urn = bench.account("intl-hw").agency_urn.clone().unwrap();
    let token_file = bench.token_file("intl-hw").display().to_string();
    bench.set("HUAWEICLOUD_OIDC_PROVIDER_URN", "iam::1:oidc-provider:cce");
    bench.set("HUAWEICLOUD_OIDC_AGENCY_URN", &urn);
    bench.set("HUAWEICLOUD_OIDC_TOKEN_FILE", &token_file);
    let issuer = bench.issuer("default", Told::default());
    let refused = issuer.issue().await.unwrap_err();
    assert!(refused.message.contains("oidc-sts: STS: APIGW.0302"), "{refused}");
    assert_eq!(
        bench.clouds.calls().len(),
        1,
        "the machine's own keys are another identity"
    );
    issuer.issue().await.unwrap();
    assert_eq!(bench.clouds.calls().last().unwrap().account.as_deref(), Some("intl-hw"));
    // Without its file the token is not set up: as in the SDK the next has its turn.
    bench.set("HUAWEICLOUD_OIDC_TOKEN_FILE", "/nowhere");
    bench.issuer("default", Told::default()).issue().await.unwrap();
    assert_eq!(
        bench.clouds.calls().last().unwrap().path,
        "/openstack/latest/securitykey"
    );
}

#[tokio::test]
async fn nothing_anywhere_is_told_kind_by_kind() {
    let bench = Bench::with_faults("error500@huawei.metadata").await;
    let refused = bench.issuer("default", Told::default()).issue().await.unwrap_err();
    for part in [
        "HUAWEICLOUD_OIDC_PROVIDER_URN",
        "HUAWEICLOUD_SDK_AK",
        ".huaweicloud/credentials",
        "the metadata service answered 500",
        "HC_CONTAINER_CREDENTIALS_FULL_URI",
    ] {
        assert!(refused.message.contains(part), "{part}: {refused}");
    }
}

#[tokio::test]
async fn a_file_may_name_an_identity_provider_and_so_may_the_environment() {
    let mut bench = Bench::new(Options::default()).await;
    let token_file = bench.token_file("intl-hw").display().to_string();
    let file = bench.file(
        "profile",
        &format!("[basic]\nidp_id = sso\nid_token_file = {token_file}\nak = x\nsk = y\n"),
    );
    let issued = bench
        .issuer("profile", told(&[], &[("file", file)]))
        .issue()
        .await
        .unwrap();
    assert_eq!(bench.whose(&issued.keys).await, "intl-hw");
    bench.set("HUAWEICLOUD_SDK_AK", "x");
    bench.set("HUAWEICLOUD_SDK_SK", "y");
    bench.set("HUAWEICLOUD_SDK_IDP_ID", "sso");
    bench.set("HUAWEICLOUD_SDK_ID_TOKEN_FILE", &token_file);
    let issued = bench.issuer("default", Told::default()).issue().await.unwrap();
    assert_eq!(
        bench.whose(&issued.keys).await,
        "intl-hw",
        "the provider wins over keys"
    );
}

#[test]
fn ids_are_told_by_who_has_the_keys() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("credentials");
    std::fs::write(
        &file,
        "[basic]\nproject_id = p1\ndomain_id = no\n[global]\ndomain_id = d1\nproject_id = no\n",
    )
    .unwrap();
    let around = |variables: &[(&str, &str)]| {
        let variables: BTreeMap<String, String> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let http = Arc::new(Http::new(&Limits::default()).unwrap());
        Surroundings {
            variables: Arc::new(move |name| variables.get(name).cloned()),
            transport: Arc::clone(&http) as _,
            link_local: http,
            ambient: Ambient::real(),
            account: "a".into(),
            regions: vec!["cn-north-4".into()],
            endpoints: BTreeMap::new(),
        }
    };
    let place = file.display().to_string();
    let ids = |from, told: &Told, variables: &[(&str, &str)]| facts(from, told, &around(variables));
    let (project, domain) = (
        (identity::PROJECT, "p1".to_owned()),
        (identity::DOMAIN, "d1".to_owned()),
    );
    let named = told(&[], &[("file", file.clone())]);
    assert_eq!(ids("profile", &named, &[]), [project.clone(), domain.clone()]);
    let global = told(&[("section", "global")], &[("file", file)]);
    assert_eq!(ids("profile", &global, &[]).as_slice(), std::slice::from_ref(&domain));
    let at = ("HUAWEICLOUD_SDK_CREDENTIALS_FILE", place.as_str());
    assert_eq!(ids("default", &Told::default(), &[at]), [project, domain]);
    // What the environment says goes with its own keys only.
    let (ak, sk) = (("HUAWEICLOUD_SDK_AK", "a"), ("HUAWEICLOUD_SDK_SK", "s"));
    let id = ("HUAWEICLOUD_SDK_DOMAIN_ID", "d2");
    assert_eq!(
        ids("default", &Told::default(), &[at, ak, sk, id]),
        [(identity::DOMAIN, "d2".to_owned())]
    );
    assert_eq!(ids("agency", &Told::default(), &[ak, sk, id]), []);
    let agency = told(&[("agency", "x"), ("domain", "d3")], &[]);
    assert_eq!(
        ids("assume-agency", &agency, &[id]),
        [(identity::DOMAIN, "d3".to_owned())]
    );
}
