mod machine;
mod order;
mod refused;

use super::*;
use crate::ask::Limits;
use crate::ask::transport::Http;
use crate::clock::Ambient;
use crate::credentials::{Credentials, FixedKeys, Issuer, Keys, Renewed};
use chrono::TimeDelta;
use demo_clouds::{Call, DemoClouds, Faults, MachineMetadata, Options};
use sign::Secret;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// Clouds, and what is around an account in them.
struct Bench {
    clouds: DemoClouds,
    folder: TempDir,
    variables: BTreeMap<String, String>,
}

impl Bench {
    async fn new(options: Options) -> Self {
        let clouds = demo_clouds::start(Options { rows: 10, ..options }).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut bench = Self {
            clouds,
            folder,
            variables: BTreeMap::new(),
        };
        bench.set("HOME", &bench.folder.path().display().to_string());
        bench
    }

    async fn with_faults(faults: &str) -> Self {
        let faults = Faults::parse(faults).unwrap();
        Self::new(Options {
            faults,
            ..Options::default()
        })
        .await
    }

    fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    fn unset(&mut self, names: &[&str]) {
        self.variables.retain(|name, _| !names.contains(&name.as_str()));
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    fn account(&self, id: &str) -> &demo_clouds::DemoAccount {
        self.clouds.accounts().iter().find(|account| account.id == id).unwrap()
    }

    fn keys(&self, account: &str) -> Keys {
        let account = self.account(account);
        let token = account.security_token.clone();
        Keys::read(Some(&account.access_key), Some(&account.secret_key), token.as_deref()).unwrap()
    }

    fn around(&self) -> Surroundings {
        let variables = self.variables.clone();
        let http = Arc::new(Http::new(&Limits::default()).unwrap());
        let service = |(name, url): (&str, &str)| Some((name.strip_prefix("huawei.")?.to_owned(), url.to_owned()));
        Surroundings {
            variables: Arc::new(move |name| variables.get(name).cloned()),
            transport: Arc::clone(&http) as _,
            link_local: http,
            ambient: Ambient::real(),
            account: "prod-hw".to_owned(),
            regions: vec!["cn-north-4".to_owned()],
            endpoints: self.clouds.endpoints().filter_map(service).collect(),
        }
    }

    /// A token in a file, with which somebody of an account comes for keys.
    fn token_file(&self, account: &str) -> PathBuf {
        self.file("token", &self.clouds.identity_token(account, TimeDelta::hours(1)))
    }

    fn issuer(&self, from: &str, told: Told) -> Arc<dyn Issuer> {
        let kind = KINDS.iter().find(|kind| kind.from == from).unwrap();
        (kind.issuer)(told, &self.around())
    }

    /// The account whose keys these are, as STS knows it.
    async fn whose(&self, keys: &Keys) -> String {
        let issuers = issuers::Issuers::new(&self.around());
        let request = issuers.sts.get("/v5/caller-identity").unwrap();
        let answer = issuers.ask_signed(&issuers.sts, request, keys, None).await;
        let answer = answer.map_err(|refused| refused.error).unwrap();
        let said: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
        let mut accounts = self.clouds.accounts().iter();
        accounts
            .find(|account| account.domain_id == said["account_id"])
            .unwrap()
            .id
            .clone()
    }

    /// The paths that were asked, service by service.
    fn asked(&self) -> Vec<String> {
        let place = |call: &Call| format!("{} {} {}", call.service, call.path, call.status);
        self.clouds.calls().iter().map(place).collect()
    }
}

/// What the configuration says in a kind's fields.
fn told(texts: &[(&'static str, &str)], files: &[(&'static str, PathBuf)]) -> Told {
    Told {
        texts: texts.iter().map(|(name, text)| (*name, (*text).to_owned())).collect(),
        files: files.iter().cloned().collect(),
        source: None,
    }
}

fn to_assume(bench: &Bench, agency: &str, external_id: Option<&str>) -> Told {
    let domain = bench.account("intl-hw").domain_id.clone();
    let mut told = told(&[("agency", agency), ("domain", &domain)], &[]);
    told.texts.extend(external_id.map(|id| ("external_id", id.to_owned())));
    told.source = Some(FixedKeys::new(bench.keys("prod-hw")));
    told
}

#[tokio::test]
async fn every_kind_has_the_keys_that_its_server_gives() {
    let bench = Bench::new(Options::default()).await;
    let own = bench.keys("eu-hw");
    let profile = format!(
        "[basic]\nak = {}\nsk = {}\nsecurity_token = {}\n",
        own.id,
        own.secret.expose(),
        own.token.as_ref().unwrap().expose()
    );
    bench.file(".huaweicloud/credentials", &profile);
    let urn = bench.account("intl-hw").agency_urn.clone().unwrap();
    let token = ("token_file", bench.token_file("intl-hw"));
    let pods = format!("{}/v1/credentials", bench.clouds.endpoint("huawei.pods"));
    for kind in KINDS {
        let (told, account, temporary) = match kind.from {
            "default" | "profile" => (Told::default(), "eu-hw", false),
            "agency" => (Told::default(), "prod-hw", true),
            "assume-agency" => (to_assume(&bench, "signalbox-reader", None), "intl-hw", true),
            "oidc-sts" => {
                let texts = [
                    ("provider_urn", "iam::1:oidc-provider:cce"),
                    ("agency_urn", urn.as_str()),
                ];
                (told(&texts, std::slice::from_ref(&token)), "intl-hw", true)
            }
            "pod-identity" => (told(&[("uri", &pods)], std::slice::from_ref(&token)), "intl-hw", true),
            other => panic!("no test of {other}"),
        };
        let issuer = bench.issuer(kind.from, told);
        let issued = issuer.issue().await.unwrap();
        assert_eq!(bench.whose(&issued.keys).await, account, "{}", kind.from);
        assert_eq!(issued.expires.is_some(), temporary, "{}", kind.from);
        let shown = format!("{issuer:?} {issued:?}");
        for secret in issued
            .keys
            .secrets()
            .into_iter()
            .chain([bench.keys("prod-hw").secret.expose()])
        {
            assert!(!shown.contains(secret), "{}: {shown}", kind.from);
        }
    }
}

#[tokio::test]
async fn an_agency_is_asked_for_in_the_name_of_the_account_and_where_it_is_known() {
    let bench = Bench::new(Options::default()).await;
    let issued = bench
        .issuer("assume-agency", to_assume(&bench, "signalbox-reader", None))
        .issue()
        .await
        .unwrap();
    assert_eq!(bench.whose(&issued.keys).await, "intl-hw");
    assert_eq!(
        bench.asked()[..2],
        [
            "huawei.iam /v3/auth/domains 200",
            "huawei.iam /v3.0/OS-CREDENTIAL/securitytokens 201"
        ]
    );
    // An agency that only STS knows, and that is given to who knows the right word.
    let guarded = |id| bench.issuer("assume-agency", to_assume(&bench, "signalbox-guarded", id));
    let issued = guarded(Some("external-intl-hw")).issue().await.unwrap();
    assert_eq!(bench.whose(&issued.keys).await, "intl-hw");
    let refused = guarded(Some("external-eu-hw")).issue().await.unwrap_err();
    assert!(
        refused.message.contains("signalbox-guarded") && refused.message.contains("STS5.0003"),
        "{refused}"
    );
    assert!(refused.request_id.is_some());
    let refused = guarded(None).issue().await.unwrap_err();
    assert!(
        refused.message.contains("IAM: 404") && refused.message.contains("STS5.0003"),
        "{refused}"
    );
}

#[tokio::test]
async fn agencies_can_be_reached_by_keys_that_are_temporary_themselves() {
    let bench = Bench::new(Options::default()).await;
    let urn = bench.account("prod-hw").agency_urn.clone().unwrap();
    let texts = [
        ("provider_urn", "iam::1:oidc-provider:cce"),
        ("agency_urn", urn.as_str()),
    ];
    let first = bench.issuer("oidc-sts", told(&texts, &[("token_file", bench.token_file("prod-hw"))]));
    let mut told = to_assume(&bench, "signalbox-reader", None);
    told.source = Some(Arc::new(Renewed::new(first, Ambient::real())));
    let issuer = bench.issuer("assume-agency", told);
    assert_eq!(bench.whose(&issuer.issue().await.unwrap().keys).await, "intl-hw");
    // IAM does not know the domain of such keys; STS does.
    let asked = bench.asked();
    assert!(
        asked.contains(&"huawei.sts /v5/caller-identity 200".to_owned()),
        "{asked:?}"
    );
    assert!(
        asked.contains(&"huawei.iam /v3.0/OS-CREDENTIAL/securitytokens 201".to_owned()),
        "{asked:?}"
    );
    // It does not change: the next keys cost one request.
    bench.clouds.forget_calls();
    issuer.issue().await.unwrap();
    assert_eq!(bench.clouds.calls().len(), 1);
}
