//! Huawei's SDK.

use serde_json::{Value, json};
use signalbox_tests::recorder::Exchange;
use signalbox_tests::{Context, Result};

use crate::bench::{Bench, Trace};

/// The services that only take keys.
const LISTS: [&str; 2] = ["coc", "rfs"];

fn bench() -> Result<Bench> {
    let mut bench = Bench::new("huawei", &["sts", "iam", "metadata", "pods", "coc", "rfs"])?;
    let keys = &bench.said["credentials"]["huawei"];
    let word = |name: &str| keys[name].as_str().unwrap_or_default().to_owned();
    let words = [
        ("KEY_ID", word("ak")),
        ("KEY_SECRET", word("sk")),
        ("AGENCY", word("agency_urn")),
        ("TOKEN", word("identity_token")),
    ];
    bench.words.extend(words);
    for service in ["sts", "iam", "pods"] {
        let word = match service {
            "sts" => "STS_URL",
            "iam" => "IAM_URL",
            _ => "POD_URL",
        };
        bench.words.push((word, bench.url(service)));
    }
    Ok(bench)
}

/// What was asked since the last time. The ids of projects and accounts, which Signalbox looks up, are no keys.
fn trace(bench: &Bench) -> Trace {
    let mut asked = Vec::new();
    let mut issued = None;
    for service in ["sts", "iam", "metadata", "pods"] {
        for exchange in bench.take(service) {
            let looked_up = ["/v3/projects", "/v3/auth/domains", "/v5/caller-identity"];
            if looked_up.iter().any(|path| exchange.line.contains(path)) {
                continue;
            }
            asked.push(told(service, &exchange));
            let answer: Value = serde_json::from_str(&exchange.answer).unwrap_or_default();
            let keys = ["credential", "credentials"].iter().find_map(|name| answer.get(name));
            let keys = keys.unwrap_or(&answer);
            let names = ["access", "access_key_id", "accessKeyId"];
            let id = names.iter().find_map(|name| keys[*name].as_str());
            issued = id.map(str::to_owned).or(issued);
        }
    }
    Trace {
        asked,
        issued,
        used: bench.used(&LISTS, "Access"),
    }
}

/// A request for keys as far as it must be the same: not the name of the session, and for how long.
fn told(service: &str, exchange: &Exchange) -> String {
    let body: Value = serde_json::from_str(&exchange.body).unwrap_or_default();
    let identity = &body["auth"]["identity"];
    let parts = [
        ("provider", body["provider_urn"].as_str()),
        ("agency", body["agency_urn"].as_str()),
        ("token", body["id_token"].as_str()),
        ("token", body["auth"]["id_token"]["id"].as_str()),
        ("by", identity["methods"][0].as_str()),
        ("idp", exchange.header("x-idp-id")),
        ("authorization", exchange.header("authorization")),
        ("session", exchange.header("x-metadata-token").map(|_| "yes")),
    ];
    let parts = parts
        .iter()
        .filter_map(|(name, value)| Some(format!(" {name}={}", (*value)?)));
    format!("{service} {}{}", exchange.line, parts.collect::<String>())
}

fn of_the_sdk(bench: &Bench, metadata: &str, variables: &[(&str, &str)]) -> Result<(Trace, Value)> {
    let ours = [
        ("HUAWEICLOUD_SDK_IAM_ENDPOINT", "IAM_URL"),
        ("HUAWEICLOUD_SDK_STS_ENDPOINT", "STS_URL"),
    ];
    let variables = [variables, &ours].concat();
    let said = bench.sdk("huawei_keys.py", &json!({"metadata": bench.url(metadata)}), &variables)?;
    let used = said["id"].as_str().map(str::to_owned);
    Ok((Trace { used, ..trace(bench) }, said))
}

fn of_signalbox(bench: &Bench, metadata: &str, variables: &[(&str, &str)]) -> Result<(Trace, String)> {
    let mut endpoints: Vec<_> = ["sts", "iam", "coc", "rfs"]
        .map(|service| (service, bench.url(service)))
        .into();
    endpoints.push(("metadata", bench.url(metadata)));
    let out = bench.check(&endpoints, "cn-north-4", variables)?;
    Ok((trace(bench), out))
}

const OIDC: [(&str, &str); 3] = [
    ("HUAWEICLOUD_OIDC_PROVIDER_URN", "iam::1:oidc-provider:cce"),
    ("HUAWEICLOUD_OIDC_AGENCY_URN", "AGENCY"),
    ("HUAWEICLOUD_OIDC_TOKEN_FILE", "HOME/token"),
];
const KEYS: [(&str, &str); 2] = [("HUAWEICLOUD_SDK_AK", "KEY_ID"), ("HUAWEICLOUD_SDK_SK", "KEY_SECRET")];
const FEDERATION: [(&str, &str); 2] = [
    ("HUAWEICLOUD_SDK_IDP_ID", "idp"),
    ("HUAWEICLOUD_SDK_ID_TOKEN_FILE", "HOME/token"),
];
const POD: [(&str, &str); 2] = [
    ("HC_CONTAINER_CREDENTIALS_FULL_URI", "POD_URL/v1/credentials"),
    ("HC_CONTAINER_AUTHORIZATION_TOKEN_FILE", "HOME/token"),
];

#[test]
fn the_vendors_sdk_asks_the_same_and_gets_the_same_keys() -> Result<()> {
    let bench = bench()?;
    let token = bench.said["credentials"]["huawei"]["identity_token"].as_str();
    bench.write("token", token.context("no token")?)?;
    bench.write("keys", "[basic]\nak = KEY_ID\nsk = KEY_SECRET\n")?;
    bench.write("federation", "[basic]\nidp_id = idp\nid_token_file = HOME/token\n")?;
    bench.write("empty", "[other]\nak = x\n")?;
    let file = |name| ("HUAWEICLOUD_SDK_CREDENTIALS_FILE", name);
    // What the environment says, whether there is a machine, and who is asked for keys how often.
    let cases = [
        ([&OIDC[..], &KEYS, &POD].concat(), "sts", 1),
        ([&KEYS[..], &POD, &[file("HOME/federation")]].concat(), "", 0),
        ([&FEDERATION[..], &KEYS].concat(), "iam", 2),
        (vec![file("HOME/keys")], "", 0),
        (vec![file("HOME/federation")], "iam", 2),
        ([&POD[..], &[file("HOME/empty")]].concat(), "metadata", 2),
        (vec![], "metadata", 2),
        (POD.into(), "pods", 3),
    ];
    for (variables, service, requests) in &cases {
        // Who has no machine finds at its address somebody who knows nothing of metadata.
        let metadata = if *service == "pods" { "pods" } else { "metadata" };
        let (sdk, said) = of_the_sdk(&bench, metadata, variables)?;
        let (own, out) = of_signalbox(&bench, metadata, variables)?;
        let place = format!("{variables:?}\n{said}\n{out}");
        assert_eq!(own.asked, sdk.asked, "{place}");
        assert_eq!(own.asked.len(), *requests, "{place}");
        assert!(own.asked.iter().all(|line| line.starts_with(service)), "{place}");
        for trace in [&own, &sdk] {
            assert!(
                trace.used.is_some() && (trace.issued.is_none() || trace.used == trace.issued),
                "{trace:?} {place}"
            );
        }
        if ["", "metadata"].contains(service) {
            assert_eq!(own.used, sdk.used, "{place}");
        }
        assert!(
            out.contains("tickets cn-north-4 huawei.coc.executions: ok, "),
            "{place}"
        );
    }
    // The file that is found without its name.
    bench.write(".huaweicloud/credentials", "[basic]\nak = KEY_ID\nsk = KEY_SECRET\n")?;
    let ((sdk, said), (own, out)) = (
        of_the_sdk(&bench, "metadata", &[])?,
        of_signalbox(&bench, "metadata", &[])?,
    );
    assert_eq!((own.used, own.asked.len()), (sdk.used, 0), "{said}\n{out}");

    bench.write(".huaweicloud/credentials", "")?;
    let ((sdk, said), (own, out)) = (of_the_sdk(&bench, "pods", &[])?, of_signalbox(&bench, "pods", &[])?);
    assert!(said["error"].is_string(), "{said}");
    assert!(out.contains("Credentials: there are no keys anywhere: "), "{out}");
    assert_eq!((own.used, sdk.used), (None, None));
    Ok(())
}
