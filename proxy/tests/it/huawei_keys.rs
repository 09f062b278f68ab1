//! The real program with every kind of Huawei's credentials, in front of servers that give such keys.

use crate::binary::run;
use chrono::TimeDelta;
use demo_clouds::{DemoAccount, DemoClouds, Faults, Options};
use std::fmt::Write;
use tempfile::TempDir;

struct Bench {
    clouds: DemoClouds,
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// Kind of credentials, the account whose keys they are, and what the configuration says besides.
const KINDS: [(&str, &str, &str); 8] = [
    (
        "static",
        "eu-hw",
        "ak = { env = 'AK' }, sk = { file = 'sk' }, security_token = { file = 'session' }",
    ),
    ("env", "prod-hw", ""),
    ("profile", "eu-hw", ""),
    ("default", "prod-hw", ""),
    ("agency", "prod-hw", ""),
    (
        "assume-agency",
        "intl-hw",
        "agency = 'signalbox-reader', domain = 'DOMAIN', source = { from = 'env' }",
    ),
    (
        "oidc-sts",
        "intl-hw",
        "provider_urn = 'iam::1:oidc-provider:cce', agency_urn = 'URN', token_file = 'token'",
    ),
    ("pod-identity", "intl-hw", ""),
];

impl Bench {
    async fn new(faults: &str) -> Self {
        let faults = Faults::parse(faults).unwrap();
        let clouds = demo_clouds::start(Options {
            rows: 10,
            faults,
            ..Options::default()
        });
        let mut bench = Self {
            clouds: clouds.await.unwrap(),
            folder: tempfile::tempdir().unwrap(),
            variables: Vec::new(),
        };
        let (own, european) = (bench.account("prod-hw").clone(), bench.account("eu-hw").clone());
        let session = european.security_token.clone().unwrap();
        let profile = format!(
            "[basic]\nak={}\nsk={}\nsecurity_token={session}\n",
            european.access_key, european.secret_key
        );
        let token = bench.clouds.identity_token("intl-hw", TimeDelta::hours(1));
        for (name, text) in [
            ("sk", &european.secret_key),
            ("session", &session),
            ("profile", &profile),
            ("token", &token),
        ] {
            std::fs::write(bench.folder.path().join(name), text).unwrap();
        }
        let place = |name: &str| bench.folder.path().join(name).display().to_string();
        bench.variables = vec![
            ("AK".to_owned(), european.access_key),
            ("HUAWEICLOUD_SDK_AK".to_owned(), own.access_key),
            ("HUAWEICLOUD_SDK_SK".to_owned(), own.secret_key),
            ("HUAWEICLOUD_SDK_CREDENTIALS_FILE".to_owned(), place("profile")),
            (
                "HC_CONTAINER_CREDENTIALS_FULL_URI".to_owned(),
                format!("{}/v1/credentials", bench.clouds.endpoint("huawei.pods")),
            ),
            ("HC_CONTAINER_AUTHORIZATION_TOKEN_FILE".to_owned(), place("token")),
        ];
        bench
    }

    fn account(&self, id: &str) -> &DemoAccount {
        self.clouds.accounts().iter().find(|account| account.id == id).unwrap()
    }

    /// The exit code, and all that the program prints, when every account is read, with all that it can log.
    async fn check(&self) -> (i32, String) {
        let mut text = String::new();
        for (from, account, more) in KINDS {
            let account = self.account(account);
            let more = more
                .replace("DOMAIN", &account.domain_id)
                .replace("URN", account.agency_urn.as_deref().unwrap());
            let more = if more.is_empty() { more } else { format!(", {more}") };
            let endpoints = self.clouds.endpoints().filter_map(|(name, url)| {
                let service = name.strip_prefix("huawei.").filter(|service| *service != "pods")?;
                Some(format!("{service} = '{url}'"))
            });
            write!(
                text,
                "[[account]]\nid = '{from}'\ncloud = 'huawei'\nregions = ['{}']\ncredentials = {{ from = '{from}'{more} }}\nendpoints = {{ {} }}\n",
                account.regions[0],
                endpoints.collect::<Vec<_>>().join(", "),
            )
            .unwrap();
        }
        let config = self.folder.path().join("signalbox.toml");
        std::fs::write(&config, text).unwrap();
        let variables = self
            .variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let variables: Vec<_> = variables.chain([("RUST_LOG", "trace")]).collect();
        let (code, out, err) = run(&["check", "--online", "--config", config.to_str().unwrap()], &variables).await;
        assert!(err.contains("TRACE"), "nothing is logged: {err}");
        self.holds_no_secret(&format!("{out}{err}"));
        (code, out)
    }

    fn holds_no_secret(&self, shown: &str) {
        let accounts = self.clouds.accounts().iter();
        let secrets = accounts.flat_map(|account| [Some(&account.secret_key), account.security_token.as_ref()]);
        let token = std::fs::read_to_string(self.folder.path().join("token")).unwrap();
        for secret in secrets.flatten().chain([&token]) {
            assert!(!shown.contains(secret.as_str()), "{secret} is in {shown}");
        }
    }
}

#[tokio::test]
async fn every_kind_reads_every_table_and_finds_its_ids_itself() {
    let bench = Bench::new("").await;
    let (code, out) = bench.check().await;
    assert_eq!(code, 0, "{out}");
    for (from, account, _) in KINDS {
        for table in ["tickets", "operations"] {
            let line = format!("{from} {table} {}", bench.account(account).regions[0]);
            let read = out.lines().find(|read| read.starts_with(&line));
            assert!(read.is_some_and(|read| read.contains(": ok, ")), "{line}: {out}");
        }
    }
    // Whose rows they are.
    let calls = bench.clouds.calls();
    let read = |account: &str| {
        calls
            .iter()
            .filter(|call| call.service == "huawei.coc" && call.account.as_deref() == Some(account))
            .count()
    };
    assert_eq!((read("eu-hw"), read("prod-hw"), read("intl-hw")), (2, 3, 3));
    // Sessions of STS are not known to IAM's list of domains.
    assert!(
        calls
            .iter()
            .any(|call| call.path == "/v5/caller-identity" && call.status == 200)
    );
}

#[tokio::test]
async fn without_keys_the_issuers_own_code_is_told_and_nothing_is_asked() {
    let mut bench = Bench::new("deny@huawei.sts,error500@huawei.metadata,deny@huawei.pods").await;
    // Half written.
    std::fs::write(bench.folder.path().join("profile"), "[basic]\nak=canary\n").unwrap();
    bench.variables.retain(|(name, _)| name != "HUAWEICLOUD_SDK_SK");
    bench
        .variables
        .push(("HUAWEICLOUD_SDK_SK".to_owned(), "canary".to_owned()));
    let (code, out) = bench.check().await;
    assert_eq!(code, 1, "{out}");
    for (from, part) in [
        ("profile", "profile [basic] holds no keys"),
        ("agency", "the metadata service answered 500"),
        ("assume-agency", "IAM: 401: "),
        ("oidc-sts", "STS: APIGW.0302: "),
        ("pod-identity", "pod identity: 403: "),
    ] {
        for table in ["tickets", "operations"] {
            let line = out.lines().find(|line| line.starts_with(&format!("{from} {table} ")));
            let line = line.unwrap();
            assert!(
                line.contains(": failed: Credentials: ") && line.contains(part),
                "{line}"
            );
        }
    }
    assert!(!out.contains("canary"), "{out}");
    // `env` and `default` have keys, which are wrong.
    let asked = bench
        .clouds
        .calls()
        .into_iter()
        .filter(|call| ["huawei.coc", "huawei.rfs"].contains(&call.service));
    let asked: Vec<_> = asked.filter(|call| call.account.as_deref() != Some("eu-hw")).collect();
    assert_eq!(asked, [], "keys of nobody");
}

#[tokio::test]
async fn check_finds_what_is_missing_in_a_kind_without_asking_anybody() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("signalbox.toml");
    for (credentials, fault) in [
        (
            "from = 'assume-agency', agency = 'a', source = { from = 'agency' }",
            "credentials.domain: is missing",
        ),
        (
            "from = 'assume-agency', agency = 'a', domain = 'd'",
            "credentials.source: is missing",
        ),
        (
            "from = 'assume-agency', agency = 'a/b', domain = 'd', source = { from = 'agency' }",
            "credentials.agency: ",
        ),
        (
            "from = 'assume-agency', agency = 'a', domain = 'd', source = { from = 'agency', x = 1 }",
            "credentials.source.x: is not a setting",
        ),
        (
            "from = 'assume-agency', agency = 'a', domain = 'd', source = { from = 'static', ak = 'x' }",
            "credentials.source.ak: is written out",
        ),
        (
            "from = 'oidc-sts', agency_urn = 'iam::1:agency:a', token_file = 't'",
            "credentials.provider_urn: is missing, and the environment variable HUAWEICLOUD_OIDC_PROVIDER_URN is not set",
        ),
        (
            "from = 'oidc-sts', provider_urn = 'iam::1:oidc-provider:c', agency_urn = 'a', token_file = 't'",
            "credentials.agency_urn: ",
        ),
        (
            "from = 'pod-identity'",
            "credentials.uri: is missing, and the environment variable HC_CONTAINER_CREDENTIALS_FULL_URI is not set",
        ),
        ("from = 'profile', name = 'x'", "credentials.name: is not a setting"),
        ("from = 'ram-role'", "credentials.from: "),
        ("from = 'agency', role = 'x'", "credentials.role: is not a setting"),
    ] {
        let text = format!(
            "[[account]]\nid = 'a'\ncloud = 'huawei'\nregions = ['cn-north-4']\ncredentials = {{ {credentials} }}\n"
        );
        std::fs::write(&config, text).unwrap();
        let (code, out, _) = run(&["check", "--config", config.to_str().unwrap()], &[]).await;
        assert!(
            code == 1 && out.contains(&format!("account[0].{fault}")),
            "{credentials}: {out}"
        );
    }
}
