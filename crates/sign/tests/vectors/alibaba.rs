//! ACS3, Alibaba Cloud's scheme.

use crate::{normative, pairs, parts, read, same, seconds, text};
use chrono::DateTime;
use serde_json::Value;
use signalbox_sign::{Secret, alibaba, canonical_query, encoding};

pub fn file() -> Value {
    read(include_str!("alibaba.json"))
}

#[test]
fn steps() {
    for vector in normative(&file()) {
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
fn sign() {
    let mut signed = 0;
    // The unit tests of the vendor's SDKs sign bare headers, without action and host: no request that `sign` would take.
    for vector in normative(&file()).filter(|vector| !vector["request"]["host"].is_null()) {
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
fn key_that_needs_encoding_follows_the_document() {
    let file = file();
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
fn arrays() {
    let mut arrays = 0;
    for vector in normative(&file()) {
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
