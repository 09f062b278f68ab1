//! Every published, SDK-made and end-to-end vector of both schemes, step by step and through `sign` itself. The vectors' schema
//! stands in the files.
#![expect(clippy::unwrap_used, reason = "a vector that cannot be read must fail the test")]

use chrono::{DateTime, NaiveDateTime};
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use serde_json::Value;
use signalbox_sign::{Secret, alibaba, canonical_query, encoding, huawei};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

fn file(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn alibaba_file() -> Value {
    file(include_str!("vectors/alibaba.json"))
}

fn huawei_file() -> Value {
    file(include_str!("vectors/huawei.json"))
}

/// The vectors that a conformance test must assert; the rest have one test each.
fn normative(file: &Value) -> impl Iterator<Item = &Value> {
    file["vectors"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|vector| vector["informative"] == false)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn pairs(value: &Value) -> Vec<(&str, &str)> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap()))
        .collect()
}

fn headers(request: &Value) -> HeaderMap {
    let header = |(name, value): (&str, &str)| {
        (
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_str(value).unwrap(),
        )
    };
    let mut map = HeaderMap::new();
    for (name, value) in pairs(&request["headers"]).into_iter().map(header) {
        map.append(name, value);
    }
    map
}

fn parts(request: &Value, path: &str, query: &str) -> Parts {
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{query}")
    };
    let origin = request["host"]
        .as_str()
        .map_or(String::new(), |host| format!("https://{host}"));
    let method = request["method"]
        .as_str()
        .filter(|method| !method.is_empty())
        .unwrap_or("GET");
    let (mut parts, ()) = http::Request::builder()
        .method(method)
        .uri(format!("{origin}{path}{query}"))
        .body(())
        .unwrap()
        .into_parts();
    parts.headers = headers(request);
    parts
}

fn seconds(timestamp: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(timestamp.try_into().unwrap())
}

/// Any one difference between what the signer made and what the vector says, named by vector and step.
fn same(vector: &Value, step: &str, made: &str, expected: &Value) {
    assert_eq!(made, expected.as_str().unwrap(), "{}: {step}", vector["id"]);
}

#[test]
fn the_files_hold_what_they_held_when_the_tests_were_written() {
    assert_eq!(
        (normative(&alibaba_file()).count(), normative(&huawei_file()).count()),
        (16, 20)
    );
}

#[test]
fn alibaba_steps() {
    for vector in normative(&alibaba_file()) {
        let (request, full) = (&vector["request"], &vector["expected"]);
        let segments: Vec<_> = request["path_segments"].as_array().unwrap().iter().map(text).collect();
        let path = encoding::path(&segments);
        same(vector, "path", &path, &full["canonical_path"]);
        let query = canonical_query(&pairs(&request["query"]));
        same(vector, "query", &query, &full["canonical_query"]);
        let secret = Secret::new(text(&vector["credentials"]["access_key_secret"]));
        let payload_hash = text(&full["payload_hash"]);
        if vector["source"] != "published" {
            same(
                vector,
                "body",
                &signalbox_sign::payload_hash(text(&request["body"]).as_bytes()),
                &full["payload_hash"],
            );
        }

        // Sent as canonical, and as the vendor's SDK sends it: in its caller's order and with `+` for a space.
        for wire in [Some(query.as_str()), full["sdk_wire_query"].as_str()]
            .into_iter()
            .flatten()
        {
            for expected in [Some(full), vector.get("expected_doc_headers")].into_iter().flatten() {
                let parts = parts(request, &path, wire);
                let names: Vec<_> = text(&expected["signed_headers"]).split(';').collect();
                let canonical = alibaba::canonical_request(
                    text(&request["method"]),
                    &parts.uri,
                    &parts.headers,
                    &names,
                    payload_hash,
                )
                .unwrap();
                same(vector, "canonical request", &canonical, &expected["canonical_request"]);
                let string_to_sign = alibaba::string_to_sign(&canonical);
                same(vector, "string to sign", &string_to_sign, &expected["string_to_sign"]);
                let signature = alibaba::signature(&secret, &string_to_sign);
                same(vector, "signature", &signature, &expected["signature"]);
                let id = text(&vector["credentials"]["access_key_id"]);
                same(
                    vector,
                    "authorization",
                    &alibaba::authorization(id, &names, &signature),
                    &expected["authorization"],
                );
            }
        }
    }
}

#[test]
fn alibaba_sign() {
    let mut signed = 0;
    // The unit tests of the vendor's SDKs sign bare headers, without action and host: no request that `sign` would take.
    for vector in normative(&alibaba_file()).filter(|vector| !vector["request"]["host"].is_null()) {
        let (request, credentials) = (&vector["request"], &vector["credentials"]);
        let segments: Vec<_> = request["path_segments"].as_array().unwrap().iter().map(text).collect();
        let given = parts(
            request,
            &encoding::path(&segments),
            &canonical_query(&pairs(&request["query"])),
        );
        let now = seconds(
            DateTime::parse_from_rfc3339(given.headers["x-acs-date"].to_str().unwrap())
                .unwrap()
                .timestamp(),
        );
        let nonce = given.headers["x-acs-signature-nonce"].to_str().unwrap().to_owned();
        let credentials = alibaba::Credentials {
            access_key_id: text(&credentials["access_key_id"]).into(),
            access_key_secret: Secret::new(text(&credentials["access_key_secret"])),
            security_token: credentials["security_token"].as_str().map(Secret::new),
        };

        let sign = |also: fn(&str) -> bool| {
            let mut parts = given.clone();
            for own in [
                "host",
                "x-acs-date",
                "x-acs-signature-nonce",
                "x-acs-content-sha256",
                "x-acs-security-token",
                "x-acs-accesskey-id",
            ] {
                parts.headers.remove(own);
            }
            alibaba::sign_selecting(
                &mut parts,
                text(&request["body"]).as_bytes(),
                &credentials,
                now,
                &nonce,
                also,
            )
            .unwrap();
            parts
        };
        let by_document = sign(|_| false);
        let expected = vector.get("expected_doc_headers").unwrap_or(&vector["expected"]);
        same(
            vector,
            "sign",
            by_document.headers["authorization"].to_str().unwrap(),
            &expected["authorization"],
        );
        let all = sign(|_| true);
        same(
            vector,
            "sign all",
            all.headers["authorization"].to_str().unwrap(),
            &vector["expected"]["authorization"],
        );
        signed += 1;

        for (name, value) in &given.headers {
            assert!(
                by_document.headers.get_all(name).iter().any(|made| made == value),
                "{}: {name}",
                vector["id"]
            );
        }
    }
    assert_eq!(signed, 14);
}

/// The SDKs leave a key as it is in the canonical query, the document says to encode it: we follow the document.
#[test]
fn alibaba_key_that_needs_encoding_follows_the_document() {
    let file = alibaba_file();
    let vector = file["vectors"]
        .as_array()
        .unwrap()
        .iter()
        .find(|vector| vector["id"] == "ali-key-encoding")
        .unwrap();
    let request = &vector["request"];
    let parts = parts(request, "/x", &canonical_query(&pairs(&request["query"])));
    let names = alibaba::signed_headers(&parts.headers, |_| false);
    let canonical = alibaba::canonical_request(
        "GET",
        &parts.uri,
        &parts.headers,
        &names,
        &signalbox_sign::payload_hash(b""),
    )
    .unwrap();
    let secret = Secret::new(text(&vector["credentials"]["access_key_secret"]));
    let signature = alibaba::signature(&secret, &alibaba::string_to_sign(&canonical));
    same(
        vector,
        "signature",
        &signature,
        &vector["diverges"]["document_signature"],
    );
}

#[test]
fn alibaba_arrays() {
    let mut arrays = 0;
    for vector in normative(&alibaba_file()) {
        let Some(values) = vector["request"]["params"]["ClusterIds"].as_array() else {
            continue;
        };
        let mut sent = alibaba::flatten_array("ClusterIds", &values.iter().map(text).collect::<Vec<_>>());
        sent.extend(
            vector["request"]["params"]["Lang"]
                .as_str()
                .map(|lang| ("Lang".into(), lang.into())),
        );
        same(
            vector,
            "array",
            &canonical_query(&sent),
            &vector["expected"]["canonical_query"],
        );
        arrays += 1;
    }
    assert_eq!(arrays, 3);
}

#[test]
fn huawei_published_canonical_query() {
    let file = huawei_file();
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
fn huawei_steps() {
    for vector in normative(&huawei_file()) {
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
fn huawei_sign() {
    let (mut all, mut minimal) = (0, 0);
    // The Go SDK's unit test signs no host, which `sign` always does.
    for vector in
        normative(&huawei_file()).filter(|vector| text(&vector["expected"]["signed_headers"]).contains("host"))
    {
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
