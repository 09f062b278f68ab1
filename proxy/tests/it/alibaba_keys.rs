//! The real program with every kind of Alibaba's credentials, in front of servers that give such keys.

use crate::binary::run;
use chrono::{TimeDelta, Utc};
use demo_clouds::{DemoAccount, DemoClouds, Faults, MachineMetadata, Options};
use signalbox::config::{Environment, parse};
use signalbox::vendors::VENDORS;
use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A folder with all files that keys can be in, and clouds.
struct Bench {
    clouds: DemoClouds,
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// What an account is called, its credentials, and the account whose keys these are.
const KINDS: [(&str, &str, &str); 15] = [
    (
        "files",
        "from = 'static', access_key_id = { file = 'id' }, access_key_secret = { file = 'secret' }, security_token = { file = 'session' }",
        "staging-cn",
    ),
    ("env", "from = 'env'", "prod-cn"),
    ("default", "from = 'default'", "prod-cn"),
    ("machine", "from = 'ram-role'", "prod-cn"),
    (
        "machine-by-name",
        "from = 'ram-role', role = 'signalbox-machine'",
        "prod-cn",
    ),
    (
        "pod",
        "from = 'oidc-role', role_arn = 'INTL', provider_arn = 'PROVIDER', token_file = 'token'",
        "prod-intl",
    ),
    (
        "role",
        "from = 'assume-role', role_arn = 'INTL', source = { from = 'env' }",
        "prod-intl",
    ),
    (
        "role-of-role",
        "from = 'assume-role', role_arn = 'INTL-guarded', external_id = 'external-prod-intl', source = { from = 'assume-role', role_arn = 'STAGING', source = { from = 'ram-role' } }",
        "prod-intl",
    ),
    (
        "broker",
        "from = 'uri', url = 'BROKER/credentials?pass=open-sesame'",
        "prod-cn",
    ),
    ("profile-sts", "from = 'profile', name = 'sts'", "staging-cn"),
    ("profile-role", "from = 'profile', name = 'role'", "prod-intl"),
    ("profile-chain", "from = 'profile', name = 'chain'", "prod-intl"),
    ("profile-pod", "from = 'profile', name = 'pod'", "prod-intl"),
    ("profile-program", "from = 'profile', name = 'program'", "staging-cn"),
    (
        "sections",
        "from = 'profile', file = 'credentials.ini', name = 'role'",
        "prod-intl",
    ),
];

impl Bench {
    async fn new(options: Options) -> Self {
        let clouds = demo_clouds::start(Options { rows: 40, ..options });
        let mut bench = Self {
            clouds: clouds.await.unwrap(),
            folder: tempfile::tempdir().unwrap(),
            variables: Vec::new(),
        };
        let (own, staging) = (bench.account("prod-cn").clone(), bench.account("staging-cn").clone());
        let session = staging.security_token.clone().unwrap();
        let printed = format!(
            r#"{{"mode": "StsToken", "access_key_id": "{}", "access_key_secret": "{}", "sts_token": "{session}"}}"#,
            staging.access_key, staging.secret_key
        );
        let keys = format!(
            r#""access_key_id": "{}", "access_key_secret": "{}""#,
            own.access_key, own.secret_key
        );
        let config = r#"{"current": "sts", "profiles": [
            {"name": "sts", "mode": "StsToken", STAGING, "sts_token": "SESSION"},
            {"name": "role", "mode": "RamRoleArn", OWN, "ram_role_arn": "INTL", "ram_session_name": "profile"},
            {"name": "chain", "mode": "ChainableRamRoleArn", "source_profile": "machine", "ram_role_arn": "INTL-guarded", "external_id": "external-prod-intl"},
            {"name": "machine", "mode": "EcsRamRole"},
            {"name": "pod", "mode": "OIDC", "ram_role_arn": "INTL", "oidc_provider_arn": "PROVIDER", "oidc_token_file": "FOLDER/token"},
            {"name": "program", "mode": "External", "process_command": "cat 'FOLDER/printed'"}]}"#;
        let staging_keys = format!(
            r#""access_key_id": "{}", "access_key_secret": "{}""#,
            staging.access_key, staging.secret_key
        );
        let config = config
            .replace("STAGING", &staging_keys)
            .replace("SESSION", &session)
            .replace("OWN", &keys);
        let sections = format!(
            "[role]\ntype = ram_role_arn\naccess_key_id = {}\naccess_key_secret = {} # ours\nrole_arn = INTL\n",
            own.access_key, own.secret_key
        );
        let token = bench.clouds.service_account_token("prod-intl", TimeDelta::hours(1));
        std::fs::create_dir(bench.folder.path().join(".aliyun")).unwrap();
        for (name, text) in [
            ("id", &staging.access_key),
            ("secret", &staging.secret_key),
            ("session", &session),
            ("printed", &printed),
            ("token", &token),
            ("credentials.ini", &bench.fill(&sections)),
            (".aliyun/config.json", &bench.fill(&config)),
        ] {
            std::fs::write(bench.folder.path().join(name), text).unwrap();
        }
        bench.variables = [
            ("HOME", bench.folder.path().to_str().unwrap()),
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", &own.access_key),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", &own.secret_key),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        bench
    }

    fn account(&self, id: &str) -> &DemoAccount {
        self.clouds.accounts().iter().find(|account| account.id == id).unwrap()
    }

    /// Puts in what differs from run to run.
    fn fill(&self, text: &str) -> String {
        let intl = self.account("prod-intl");
        text.replace("INTL", intl.role_arn.as_deref().unwrap())
            .replace("PROVIDER", &self.clouds.oidc_provider_arn(intl))
            .replace("STAGING", self.account("staging-cn").role_arn.as_deref().unwrap())
            .replace("BROKER", self.clouds.endpoint("alibaba.broker"))
            .replace("FOLDER", self.folder.path().to_str().unwrap())
    }

    /// The configuration with these accounts.
    fn text(&self, accounts: &[(&str, &str, &str)]) -> String {
        let mut text = "[auth]\nmode = 'none'\n".to_owned();
        for (id, credentials, owner) in accounts {
            let endpoints = self.clouds.endpoints().filter_map(|(name, url)| {
                let service = name.strip_prefix("alibaba.").filter(|service| *service != "broker")?;
                Some(format!("{service} = '{url}'"))
            });
            write!(
                text,
                "[[account]]\nid = '{id}'\ncloud = 'alibaba'\nregions = ['{}']\ncredentials = {{ {} }}\nendpoints = {{ {} }}\n",
                self.account(owner).regions[0],
                self.fill(credentials),
                endpoints.collect::<Vec<_>>().join(", "),
            )
            .unwrap();
        }
        text
    }

    /// The exit code, and what the program prints, when every account is read while it logs all that it can.
    async fn check(&self, accounts: &[(&str, &str, &str)]) -> (i32, String) {
        let config = self.folder.path().join("signalbox.toml");
        std::fs::write(&config, self.text(accounts)).unwrap();
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
        let secrets = accounts.flat_map(|account| [Some(account.secret_key.clone()), account.security_token.clone()]);
        let token = std::fs::read_to_string(self.folder.path().join("token")).unwrap();
        // Every token that the clouds give begins in this way.
        let issued = "CAIS+".to_owned();
        for secret in secrets.flatten().chain([token, issued, "open-sesame".to_owned()]) {
            assert!(!shown.contains(&secret), "{secret} is in {shown}");
        }
    }

    /// Services that were asked besides those of keys.
    fn lists(&self) -> Vec<String> {
        let calls = self.clouds.calls().into_iter();
        let lists = calls.filter(|call| ["alibaba.cs", "alibaba.sas", "alibaba.oos"].contains(&call.service));
        lists.map(|call| call.service.to_owned()).collect()
    }
}

fn line<'a>(out: &'a str, account: &str, table: &str) -> &'a str {
    let start = format!("{account} {table} ");
    out.lines()
        .find(|line| line.starts_with(&start))
        .unwrap_or_else(|| panic!("{start} is not in {out}"))
}

#[tokio::test]
async fn every_kind_reads_the_rows_of_its_account() {
    let bench = Bench::new(Options::default()).await;
    let (code, out) = bench.check(&KINDS).await;
    assert_eq!(code, 0, "{out}");
    for (id, _, _) in KINDS {
        for table in ["patches", "plans", "plugins"] {
            let line = line(&out, id, table);
            assert!(line.contains(": ok, "), "{line}");
        }
    }
    // Whose keys they were.
    let calls = bench.clouds.calls();
    for owner in ["prod-cn", "prod-intl", "staging-cn"] {
        let read = calls
            .iter()
            .filter(|call| call.service == "alibaba.oos" && call.account.as_deref() == Some(owner));
        let kinds = KINDS.iter().filter(|(_, _, whose)| *whose == owner);
        assert_eq!(read.count(), kinds.count(), "{owner}");
    }
    // Keys are asked for once, though three tables are read.
    let asked = |service: &str| calls.iter().filter(|call| call.service == service).count();
    assert_eq!((asked("alibaba.broker"), asked("alibaba.sts")), (1, 8), "{calls:#?}");
    // What stands for a pod is nowhere in an address.
    assert!(calls.iter().all(|call| !call.query.contains("OIDCToken")));
}

#[tokio::test]
async fn accounts_whose_roles_have_the_same_source_share_its_keys() {
    let bench = Bench::new(Options::default()).await;
    let source = "source = { from = 'uri', url = 'BROKER/credentials?pass=open-sesame' }";
    let role = |role: &str| format!("from = 'assume-role', role_arn = '{role}', {source}");
    let (intl, staging, other) = (role("INTL"), role("STAGING"), role("INTL").replace("url =", "url  ="));
    let accounts = [
        ("a", intl.as_str(), "prod-intl"),
        ("b", &staging, "staging-cn"),
        ("c", &other, "prod-intl"),
    ];
    let (code, out) = bench.check(&accounts).await;
    assert_eq!(code, 0, "{out}");
    let calls = bench.clouds.calls();
    let asked = |service: &str| calls.iter().filter(|call| call.service == service).count();
    // Of another region, the last one could be told of another service.
    assert_eq!((asked("alibaba.broker"), asked("alibaba.sts")), (2, 3), "{calls:#?}");
}

#[tokio::test]
async fn a_machine_is_asked_in_the_way_that_it_wants() {
    let machine = &KINDS[3..4];
    for (metadata, fine) in [
        (MachineMetadata::Either, true),
        (MachineMetadata::TokenOnly, true),
        (MachineMetadata::WithoutToken, true),
        (MachineMetadata::NoAgency, false),
    ] {
        let bench = Bench::new(Options {
            metadata,
            ..Options::default()
        })
        .await;
        let (code, out) = bench.check(machine).await;
        assert_eq!(code == 0, fine, "{metadata:?}: {out}");
        if !fine {
            let line = line(&out, "machine", "plans");
            assert!(
                line.contains("Credentials: the metadata service answered 404") && line.contains("RAM role"),
                "{line}"
            );
            assert_eq!(bench.lists(), [""; 0]);
        }
    }
}

#[tokio::test]
async fn clocks_that_differ_do_not_matter_until_the_cloud_minds() {
    let bench = |minutes: i64| {
        Bench::new(Options {
            clock: Arc::new(move || Utc::now() + TimeDelta::minutes(minutes)),
            key_life: TimeDelta::minutes(10),
            ..Options::default()
        })
    };
    // A machine's keys seem to have ended when they come, or to hold for longer than they do.
    for minutes in [-13, 13] {
        let bench = bench(minutes).await;
        let (code, out) = bench.check(&KINDS[3..9]).await;
        assert_eq!(code, 0, "{minutes}: {out}");
    }
    let bench = bench(20).await;
    let (_, out) = bench.check(&KINDS[6..7]).await;
    let line = line(&out, "role", "plans");
    assert!(
        line.contains("InvalidTimeStamp.Expired") && line.contains("clock of this host"),
        "{line}"
    );
    assert_eq!(bench.lists(), [""; 0]);
}

#[tokio::test]
async fn without_keys_the_issuers_own_code_is_told_and_no_list_is_asked() {
    let bench = Bench::new(Options {
        faults: Faults::parse("deny@sts,error500@metadata,reset@broker").unwrap(),
        ..Options::default()
    })
    .await;
    std::fs::write(
        bench.folder.path().join(".aliyun/config.json"),
        "{\"current\": \"canary",
    )
    .unwrap();
    std::fs::write(bench.folder.path().join("credentials.ini"), "").unwrap();
    let without = [&KINDS[3..]].concat();
    let (code, out) = bench.check(&without).await;
    assert_eq!(code, 1, "{out}");
    for (id, part) in [
        ("machine", "the metadata service answered 500"),
        ("machine-by-name", "the metadata service answered 500"),
        ("pod", "AssumeRoleWithOIDC of acs:ram::"),
        ("role", "NoPermission: "),
        ("role-of-role", "the metadata service answered 500"),
        ("broker", "the credentials URI at http://127.0.0.1:"),
        ("profile-sts", "config.json: it is not JSON from line 1 on"),
        ("sections", "credentials.ini: it is empty"),
    ] {
        for table in ["patches", "plans", "plugins"] {
            let line = line(&out, id, table);
            assert!(
                line.contains(": failed: Credentials: ") && line.contains(part),
                "{line}"
            );
        }
    }
    assert!(!out.contains("canary"), "{out}");
    assert_eq!(bench.lists(), [""; 0]);
}

#[tokio::test]
async fn keys_that_end_are_followed_by_others() {
    let bench = Bench::new(Options {
        key_life: TimeDelta::seconds(4),
        ..Options::default()
    })
    .await;
    let environment: Environment = bench
        .variables
        .iter()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let text = bench.text(&KINDS[3..4]);
    let account = parse(&text, bench.folder.path(), &environment, None, VENDORS)
        .unwrap()
        .accounts
        .remove(0);
    let id = async || account.credentials.current().await.unwrap().id.clone();
    let (first, start) = (id().await, Instant::now());
    let mut seen = vec![first];
    while start.elapsed() < Duration::from_secs(9) {
        let id = id().await;
        if !seen.contains(&id) {
            seen.push(id);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!((3..=6).contains(&seen.len()), "{seen:?}");
}
