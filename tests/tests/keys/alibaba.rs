//! Alibaba's credentials SDK.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use signalbox_tests::recorder::Exchange;
use signalbox_tests::{Context, Result};

use crate::bench::{Bench, Trace};

/// What of a request for keys must be the same.
const PARAMETERS: [&str; 8] = [
    "Action",
    "Version",
    "RoleArn",
    "OIDCProviderArn",
    "OIDCToken",
    "ExternalId",
    "Policy",
    "pass",
];

/// The services that only take keys.
const LISTS: [&str; 3] = ["cs", "sas", "oos"];

fn bench() -> Result<Bench> {
    let mut bench = Bench::new("alibaba", &["sts", "metadata", "broker", "cs", "sas", "oos"])?;
    let keys = &bench.said["credentials"]["alibaba"];
    let role = &bench.said["roles"]["alibaba"];
    let words = [
        ("KEY_ID", &keys["access_key_id"]),
        ("KEY_SECRET", &keys["access_key_secret"]),
        ("ROLE", &role["role_arn"]),
        ("PROVIDER", &role["provider_arn"]),
    ];
    let words: Vec<_> = words
        .map(|(word, value)| (word, value.as_str().unwrap_or_default().to_owned()))
        .into();
    bench.words.extend(words);
    bench.words.push(("BROKER", bench.url("broker")));
    Ok(bench)
}

/// What was asked since the last time. The SDK asks a machine for a second session in between, which is left out.
fn trace(bench: &Bench) -> Trace {
    let mut asked = Vec::new();
    let mut issued = None;
    // Nobody asks two of them at once, and each of them only after the one before it in this list.
    for service in ["metadata", "sts", "broker"] {
        for exchange in bench.take(service) {
            let line = told(service, &exchange);
            if !(line.starts_with("metadata PUT") && asked.contains(&line)) {
                asked.push(line);
            }
            let answer: Option<Value> = serde_json::from_str(&exchange.answer).ok();
            let keys = answer
                .as_ref()
                .map(|answer| answer.get("Credentials").unwrap_or(answer));
            let id = keys.and_then(|keys| keys["AccessKeyId"].as_str());
            issued = id.map(str::to_owned).or(issued);
        }
    }
    Trace {
        asked,
        issued,
        used: bench.used(&LISTS, "Credential"),
    }
}

/// What the SDK does.
fn of_the_sdk(bench: &Bench, variables: &[(&str, &str)]) -> Result<(Trace, Value)> {
    let host = |service| bench.url(service).replace("http://", "");
    let (sts, metadata) = (host("sts"), host("metadata"));
    let hosts = json!({"sts.aliyuncs.com": sts, "sts.cn-hangzhou.aliyuncs.com": sts, "100.100.100.200": metadata});
    let said = bench.sdk("alibaba_keys.py", &hosts, variables)?;
    let used = said["id"].as_str().map(str::to_owned);
    Ok((Trace { used, ..trace(bench) }, said))
}

/// What Signalbox does.
fn of_signalbox(bench: &Bench, variables: &[(&str, &str)]) -> Result<(Trace, String)> {
    let endpoints = ["sts", "metadata", "cs", "sas", "oos"].map(|service| (service, bench.url(service)));
    let out = bench.check(&endpoints, "cn-hangzhou", variables)?;
    Ok((trace(bench), out))
}

/// A request for keys as far as it must be the same: whom, what and with which parameters, wherever these stand.
fn told(service: &str, exchange: &Exchange) -> String {
    let (method, url) = exchange.line.split_once(' ').unwrap_or_default();
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    // The older signature has operation and version among the parameters, the newer one in headers, and either may be sent by any method.
    let parameters = [query, &exchange.body].join("&");
    let mut parameters: BTreeMap<String, String> = parameters
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.replace('+', "%20")))
        .collect();
    for (name, header) in [("Action", "x-acs-action"), ("Version", "x-acs-version")] {
        if let Some(value) = exchange.header(header) {
            parameters.insert(name.to_owned(), value.to_owned());
        }
    }
    let method = if service == "sts" { "" } else { method };
    let values = PARAMETERS.iter().filter_map(|name| {
        let value = parameters.get(*name)?;
        Some(format!(" {name}={value}"))
    });
    let session = exchange
        .header("x-aliyun-ecs-metadata-token")
        .map(|_| " with a session");
    format!(
        "{service} {method} {path}{}{}",
        session.unwrap_or_default(),
        values.collect::<String>()
    )
}

const CONFIG: &str = r#"{"current": "keys", "profiles": [
    {"name": "keys", "mode": "AK", "access_key_id": "KEY_ID", "access_key_secret": "KEY_SECRET"},
    {"name": "token", "mode": "StsToken", "access_key_id": "STS.other", "access_key_secret": "s", "sts_token": "t"},
    {"name": "role", "mode": "RamRoleArn", "access_key_id": "KEY_ID", "access_key_secret": "KEY_SECRET", "ram_role_arn": "ROLE-guarded",
        "ram_session_name": "profile", "external_id": "external-prod-cn", "expired_seconds": 900, "sts_region": "cn-hangzhou"},
    {"name": "machine", "mode": "EcsRamRole"},
    {"name": "pod", "mode": "OIDC", "ram_role_arn": "ROLE", "oidc_provider_arn": "PROVIDER", "oidc_token_file": "HOME/token"},
    {"name": "chain", "mode": "ChainableRamRoleArn", "source_profile": "machine", "ram_role_arn": "ROLE"},
    {"name": "program", "mode": "External", "process_command": "cat 'HOME/printed'"}]}"#;

const SECTIONS: &str = "[default]\ntype = access_key\naccess_key_id = KEY_ID # ours\naccess_key_secret = KEY_SECRET\n\
    [s-role]\ntype = ram_role_arn\naccess_key_id = KEY_ID\naccess_key_secret = KEY_SECRET\nrole_arn = ROLE\n\
    [s-machine]\ntype = ecs_ram_role\nrole_name = signalbox-machine\n\
    [s-pod]\ntype = oidc_role_arn\nrole_arn = ROLE\noidc_provider_arn = PROVIDER\noidc_token_file_path = HOME/token\n";

const POD: [(&str, &str); 3] = [
    ("ALIBABA_CLOUD_ROLE_ARN", "ROLE"),
    ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "PROVIDER"),
    ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "HOME/token"),
];
const KEYS: [(&str, &str); 2] = [
    ("ALIBABA_CLOUD_ACCESS_KEY_ID", "KEY_ID"),
    ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "KEY_SECRET"),
];
const URI: (&str, &str) = ("ALIBABA_CLOUD_CREDENTIALS_URI", "BROKER/credentials?pass=open-sesame");
const NO_PROFILES: (&str, &str) = ("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true");
const NO_FILE: (&str, &str) = ("ALIBABA_CLOUD_CREDENTIALS_FILE", "HOME/none");
const NO_MACHINE: (&str, &str) = ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");

#[test]
fn the_vendors_sdk_asks_the_same_and_gets_the_same_keys() -> Result<()> {
    let bench = bench()?;
    bench.write(".aliyun/config.json", CONFIG)?;
    bench.write(".alibabacloud/credentials.ini", SECTIONS)?;
    bench.write(
        "token",
        bench.said["roles"]["alibaba"]["token"].as_str().context("no token")?,
    )?;
    bench.write(
        "printed",
        r#"{"mode": "AK", "access_key_id": "KEY_ID", "access_key_secret": "KEY_SECRET"}"#,
    )?;
    let profile = |name| ("ALIBABA_CLOUD_PROFILE", name);
    // What the environment says, the provider that the SDK takes, and how many requests for keys that needs.
    let cases = [
        ([&KEYS[..], &POD, &[URI]].concat(), "env", 0),
        ([&POD[..], &[URI]].concat(), "oidc_role_arn", 1),
        (vec![URI], "cli_profile/static_ak", 0),
        (vec![profile("token")], "cli_profile/static_sts", 0),
        (vec![profile("role")], "cli_profile/ram_role_arn/static_ak", 1),
        (vec![profile("machine")], "cli_profile/ecs_ram_role", 3),
        (vec![profile("pod")], "cli_profile/oidc_role_arn", 1),
        (vec![profile("chain")], "cli_profile/ram_role_arn/ecs_ram_role", 4),
        (vec![profile("program")], "cli_profile/external", 0),
        (vec![NO_PROFILES, URI], "profile/static_ak", 0),
        (
            vec![NO_PROFILES, profile("s-role")],
            "profile/ram_role_arn/static_ak",
            1,
        ),
        (vec![profile("s-machine")], "profile/ecs_ram_role", 2),
        (vec![profile("s-pod")], "profile/oidc_role_arn", 1),
        (vec![NO_PROFILES, NO_FILE, URI], "ecs_ram_role", 3),
        (
            vec![
                NO_PROFILES,
                NO_FILE,
                ("ALIBABA_CLOUD_ECS_METADATA", "signalbox-machine"),
            ],
            "ecs_ram_role",
            2,
        ),
        (vec![NO_PROFILES, NO_FILE, NO_MACHINE, URI], "credential_uri", 1),
        (vec![profile("nobody"), NO_MACHINE, URI], "credential_uri", 1),
    ];
    for (variables, provider, requests) in &cases {
        let (sdk, said) = of_the_sdk(&bench, variables)?;
        let (own, out) = of_signalbox(&bench, variables)?;
        let place = format!("{variables:?}\n{said}\n{out}");
        assert_eq!(said["provider"], format!("default/{provider}"), "{place}");
        assert_eq!(own.asked, sdk.asked, "{place}");
        assert_eq!(own.asked.len(), *requests, "{place}");
        // Both use the keys that they were given last; where nobody gave any, these are the same.
        for trace in [&own, &sdk] {
            assert!(
                trace.used.is_some() && (trace.issued.is_none() || trace.used == trace.issued),
                "{trace:?} {place}"
            );
        }
        if own.issued.is_none() || !own.asked.iter().any(|line| !line.starts_with("metadata")) {
            assert_eq!(own.used, sdk.used, "{place}");
        }
        // The keys are good: those of the profile that names some other excepted.
        let good = *provider != "cli_profile/static_sts";
        assert_eq!(out.contains("alibaba.oos.instance-patch-states: ok, "), good, "{place}");
    }

    let nothing = [NO_PROFILES, NO_FILE, NO_MACHINE];
    let ((sdk, said), (own, out)) = (of_the_sdk(&bench, &nothing)?, of_signalbox(&bench, &nothing)?);
    assert!(
        said["error"]
            .as_str()
            .is_some_and(|text| text.contains("unable to load credentials")),
        "{said}"
    );
    assert!(out.contains("Credentials: there are no keys anywhere: "), "{out}");
    assert_eq!((own.used, sdk.used), (None, None));
    Ok(())
}
