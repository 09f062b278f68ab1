//! SDK-HMAC-SHA256, Huawei Cloud's scheme.

use crate::{normative, pairs, parts, read, same, seconds, text};
use chrono::NaiveDateTime;
use serde_json::Value;
use signalbox_sign::{Secret, canonical_query, encoding, huawei};

pub fn file() -> Value {
    read(include_str!("huawei.json"))
}

#[test]
fn published_canonical_query() {
    let file = file();
    let published = &file["published_canonical_query"];
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut query = Vec::new();
    for pair in published["query"].as_array().unwrap() {
        match &pair[1] {
            Value::Array(values) => query.extend(values.iter().map(|value| (text(&pair[0]), plain(value)))),
            value => query.push((text(&pair[0]), plain(value))),
        }
    }
    assert_eq!(canonical_query(&query), published["expected"].as_str().unwrap());
}

#[test]
fn steps() {
    for vector in normative(&file()) {
        let (request, full) = (&vector["request"], &vector["expected"]);
        let segments: Vec<_> = text(&request["path"]).split('/').skip(1).collect();
        assert_eq!(
            encoding::path(&segments),
            text(&request["wire_path"]),
            "{}: path",
            vector["id"]
        );
        let query = canonical_query(&pairs(&request["query"]));
        same(vector, "query", &query, &full["canonical_query"]);
        let parts = parts(request, text(&request["wire_path"]), &query);
        if let Some(wire) = full["wire_uri"].as_str() {
            assert_eq!(parts.uri.path_and_query().unwrap(), wire, "{}: URI", vector["id"]);
        }
        let payload_hash = huawei::payload_hash(&parts.headers, text(&request["body"]).as_bytes()).unwrap();
        same(vector, "body", &payload_hash, &full["payload_hash"]);

        for expected in [Some(full), vector.get("expected_minimal_headers")]
            .into_iter()
            .flatten()
        {
            let names: Vec<_> = text(&expected["signed_headers"]).split(';').collect();
            let canonical = huawei::canonical_request(
                text(&request["method"]),
                &parts.uri,
                &parts.headers,
                &names,
                &payload_hash,
            )
            .unwrap();
            same(vector, "canonical request", &canonical, &expected["canonical_request"]);
            let date = parts.headers["x-sdk-date"].to_str().unwrap();
            let string_to_sign = huawei::string_to_sign(date, &canonical);
            same(vector, "string to sign", &string_to_sign, &expected["string_to_sign"]);
            let signature = huawei::signature(&Secret::new(text(&vector["credentials"]["sk"])), &string_to_sign);
            same(vector, "signature", &signature, &expected["signature"]);
            let ak = text(&vector["credentials"]["ak"]);
            same(
                vector,
                "authorization",
                &huawei::authorization(ak, &names, &signature),
                &expected["authorization"],
            );
        }
    }
}

#[test]
fn sign() {
    let (mut all, mut minimal) = (0, 0);
    // The Go SDK's unit test signs no host, which `sign` always does.
    for vector in normative(&file()).filter(|vector| text(&vector["expected"]["signed_headers"]).contains("host")) {
        let (request, credentials) = (&vector["request"], &vector["credentials"]);
        let given = parts(
            request,
            text(&request["wire_path"]),
            &canonical_query(&pairs(&request["query"])),
        );
        let date = given.headers["x-sdk-date"].to_str().unwrap();
        let now = seconds(
            NaiveDateTime::parse_from_str(date, "%Y%m%dT%H%M%SZ")
                .unwrap()
                .and_utc()
                .timestamp(),
        );
        let scope = match (credentials["project_id"].as_str(), credentials["domain_id"].as_str()) {
            (Some(project), _) => huawei::Scope::Project(project),
            (None, Some(domain)) => huawei::Scope::Domain(domain),
            (None, None) => huawei::Scope::None,
        };
        let credentials = huawei::Credentials {
            ak: text(&credentials["ak"]).into(),
            sk: Secret::new(text(&credentials["sk"])),
            security_token: credentials["security_token"].as_str().map(Secret::new),
        };
        let sign = |also: fn(&str) -> bool| {
            let mut parts = given.clone();
            for own in ["host", "x-sdk-date", "x-project-id", "x-domain-id", "x-security-token"] {
                parts.headers.remove(own);
            }
            huawei::sign_selecting(
                &mut parts,
                text(&request["body"]).as_bytes(),
                &credentials,
                scope,
                now,
                also,
            )
            .unwrap();
            parts
        };
        let signed = sign(|name| !name.contains('_'));
        same(
            vector,
            "sign",
            signed.headers["authorization"].to_str().unwrap(),
            &vector["expected"]["authorization"],
        );
        all += 1;
        for (name, value) in &given.headers {
            assert_eq!(signed.headers[name], value, "{}: {name}", vector["id"]);
        }
        if let Some(expected) = vector.get("expected_minimal_headers") {
            let signed = sign(|_| false);
            same(
                vector,
                "sign",
                signed.headers["authorization"].to_str().unwrap(),
                &expected["authorization"],
            );
            minimal += 1;
        }
    }
    assert_eq!((all, minimal), (18, 1));
}
