//! Signed tokens: what a front or a provider sends, what they say, and sets of keys.

use super::world::{NOW, Outside, ambient, choice, now};
use base64::Engine as _;
use base64::prelude::{BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Map, Value, json};
use signalbox::auth::claims::Claims;
use signalbox::auth::fetch::Fetch;
use signalbox::auth::jws::{self, Padding};
use signalbox::auth::jwt::Jwt;
use signalbox::auth::keys::{KeySet, Keys};
use signalbox::auth::oidc::provider::Description;
use signalbox::auth::oidc::settings::Settings;
use signalbox::auth::oidc::verifier::{ALGORITHMS, Verifier};
use signalbox::auth::oidc::{id_token, logout};
use signalbox::auth::principal::Principal;
use signalbox::auth::{Configured, SignIn};
use signalbox::config::{Environment, parse};
use signalbox::vendors::VENDORS;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use tokio::runtime::{Builder, Runtime};

const EC: &[u8] = include_bytes!("../../proxy/tests/keys/p256-1.pem");
const RSA: &[u8] = include_bytes!("../../proxy/tests/keys/rsa-1.pem");
const PUBLIC: &str = include_str!("../../proxy/tests/keys/p256-1.pub.pem");

const ISSUER: &str = "https://front.example.com";
const AUDIENCE: &str = "ops";
const SIGNER: &str = "arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/app/ops/1";

/// `0`: a token as it comes, for a front's header. `1` and a digit for the preset: claims, which are signed. `2`: a set of keys. `3`: a token's header, a
/// line `---`, and claims, which are signed as the identity provider does. Whether it counts.
pub fn run(data: &[u8]) -> bool {
    match choice(data, 4) {
        Some((0, token)) => raw(token),
        Some((1, rest)) => said(rest),
        Some((2, document)) => keys(document),
        Some((_, text)) => provider(&String::from_utf8_lossy(text)),
        None => false,
    }
}

/// How fronts say who asks, by the headers that they put it into.
static FRONTS: LazyLock<Vec<(HeaderName, Jwt)>> = LazyLock::new(|| {
    let generic = format!(
        "preset = \"generic\"\nissuer = \"{ISSUER}\"\njwks_url = \"{ISSUER}/keys\"\nheader = \"X-Front\"\n\
         algorithms = [\"ES256\", \"RS256\", \"EdDSA\"]\nuser = \"email\"\ngroups = \"groups\"\n"
    );
    let presets = [
        ("x-front", generic),
        (
            "cf-access-jwt-assertion",
            format!("preset = \"cloudflare\"\nissuer = \"{ISSUER}\"\n"),
        ),
        ("x-goog-iap-jwt-assertion", "preset = \"iap\"\n".to_owned()),
        (
            "x-amzn-oidc-data",
            format!("preset = \"alb\"\nissuer = \"{ISSUER}\"\nsigner = \"{SIGNER}\"\n"),
        ),
    ];
    let front = |(header, section): (&'static str, String)| {
        let sign_in = configured("jwt", &format!("[auth.jwt]\n{section}audience = \"{AUDIENCE}\"\n"));
        match SignIn::new(sign_in, Arc::new(Outside(published)), ambient()) {
            SignIn::Jwt(jwt) => (HeaderName::from_static(header), *jwt),
            _ => panic!("no front"),
        }
    };
    presets.into_iter().map(front).collect()
});

fn configured(mode: &str, section: &str) -> Configured {
    let text = format!(
        "public_url = \"https://ops.example.com\"\n[auth]\nmode = \"{mode}\"\n{section}\n[[account]]\nid = \"h\"\ncloud = \"huawei\"\n\
         regions = [\"cn-north-4\"]\ncredentials = {{ from = \"static\", ak = {{ env = \"KEY\" }}, sk = {{ env = \"KEY\" }} }}\n"
    );
    let environment: Environment = [("KEY", "5a".repeat(64))].into_iter().collect();
    let read = parse(&text, Path::new(""), &environment, None, VENDORS);
    read.unwrap_or_else(|faults| panic!("{faults}")).auth.sign_in
}

/// The keys, as a set and as a file.
fn published(request: &Request<Bytes>) -> Response<Bytes> {
    let answer = |text: String| Response::new(text.into());
    match request.uri().path() {
        "/k" => answer(PUBLIC.to_owned()),
        _ => answer(SET.to_string()),
    }
}

/// Keys by the names under which they are published.
static KEYS: LazyLock<[(&str, Algorithm, EncodingKey); 2]> = LazyLock::new(|| {
    let read = (EncodingKey::from_ec_pem(EC), EncodingKey::from_rsa_pem(RSA));
    let (Ok(ec), Ok(rsa)) = read else { panic!("no keys") };
    [("k", Algorithm::ES256, ec), ("r", Algorithm::RS256, rsa)]
});

static SET: LazyLock<Value> = LazyLock::new(|| {
    let jwk = |(name, algorithm, key): &(&str, Algorithm, EncodingKey)| {
        let jwk = Jwk::from_encoding_key(key, *algorithm).unwrap_or_else(|error| panic!("{error}"));
        let mut jwk = serde_json::to_value(jwk).unwrap_or_default();
        jwk["kid"] = (*name).into();
        jwk
    };
    json!({ "keys": KEYS.iter().map(jwk).collect::<Vec<_>>() })
});

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_time().build();
    runtime.unwrap_or_else(|error| panic!("no runtime: {error}"))
});

fn identified(preset: usize, token: &[u8]) -> Option<Principal> {
    let (header, jwt) = &FRONTS[preset];
    let value = HeaderValue::from_bytes(token).ok()?;
    let headers = HeaderMap::from_iter([(header.clone(), value)]);
    let found = RUNTIME.block_on(jwt.identify(&headers));
    let principal = found.inspect_err(|refusal| assert!(!refusal.reason.is_empty())).ok()?;
    assert!(!principal.subject.is_empty() && !principal.name.is_empty());
    for name in principal.users.iter().chain(&principal.groups) {
        assert!(
            !name.is_empty() && name.len() <= 256 && !name.contains(char::is_control),
            "{name:?}"
        );
    }
    Some(principal)
}

/// The one token that counts is the seed's: nobody else has the key.
fn raw(token: &[u8]) -> bool {
    if let Ok(text) = std::str::from_utf8(token) {
        for padding in [Padding::None, Padding::Allowed] {
            if let Ok(read) = jws::read(text, &ALGORITHMS, padding) {
                assert!(ALGORITHMS.contains(&read.algorithm()));
                assert!(!read.header().contains_key("crit"));
            }
        }
    }
    let Some(principal) = identified(0, token) else {
        return false;
    };
    assert_eq!(
        (principal.subject.as_str(), principal.users.as_slice()),
        ("s-1", &["ann@example.com".to_owned()][..])
    );
    true
}

/// Signed with one of the keys, whatever the header says.
fn signed(key: usize, header: &str, claims: &str) -> String {
    behind(&[header, claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part)), key)
}

fn behind(parts: &[String; 2], key: usize) -> String {
    let (_, algorithm, key) = &KEYS[key];
    let text = parts.join(".");
    let signature = jsonwebtoken::crypto::sign(text.as_bytes(), key, *algorithm);
    format!("{text}.{}", signature.unwrap_or_default())
}

const HEADERS: [&str; 2] = [
    r#"{"alg":"ES256","kid":"k","typ":"JWT"}"#,
    r#"{"alg":"RS256","kid":"r","typ":"JWT"}"#,
];

/// Of load balancers' tokens the members that matter stand in the header.
fn of_a_load_balancer(claims: &str) -> Option<String> {
    let said: Map<String, Value> = serde_json::from_str(claims).ok()?;
    let mut header: Map<String, Value> = serde_json::from_str(HEADERS[0]).ok()?;
    for name in ["iss", "client", "signer", "exp"] {
        header.extend(said.get(name).map(|value| (name.to_owned(), value.clone())));
    }
    let parts = [serde_json::to_string(&header).ok()?, claims.to_owned()];
    Some(behind(&parts.map(|part| BASE64_URL_SAFE.encode(part)), 0) + "==")
}

fn said(rest: &[u8]) -> bool {
    let Some((preset, claims)) = choice(rest, FRONTS.len()) else {
        return false;
    };
    let text = String::from_utf8_lossy(claims);
    let token = match preset {
        0 | 2 => Some(signed(0, HEADERS[0], &text)),
        1 => Some(signed(1, HEADERS[1], &text)),
        _ => of_a_load_balancer(&text),
    };
    if token.and_then(|token| identified(preset, token.as_bytes())).is_none() {
        return false;
    }
    let claims: Claims = serde_json::from_str(&text).unwrap_or_default();
    let issuer = if preset == 2 {
        "https://cloud.google.com/iap"
    } else {
        ISSUER
    };
    assert_eq!(claims.get("iss"), Some(&json!(issuer)));
    let audience = if preset == 3 { "client" } else { "aud" };
    is_for_us(claims.get(audience));
    assert!(
        claims
            .get("exp")
            .and_then(Value::as_f64)
            .is_some_and(|end| end > NOW as f64 - 61.0)
    );
    assert!(!claims.contains_key("events"));
    true
}

fn is_for_us(audience: Option<&Value>) {
    let fits = match audience {
        Some(Value::Array(all)) => all.contains(&json!(AUDIENCE)),
        one => one == Some(&json!(AUDIENCE)),
    };
    assert!(fits, "{audience:?}");
}

/// Whatever keys an issuer publishes: none of them verifies what nobody has signed.
fn keys(document: &[u8]) -> bool {
    let Ok(document) = serde_json::from_slice::<Value>(document) else {
        return false;
    };
    let Ok(set) = KeySet::read(&document) else {
        return false;
    };
    let names = document["keys"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|key| key["kid"].as_str());
    let names: Vec<_> = names.chain([None]).take(4).collect();
    for kid in names {
        for algorithm in ALGORITHMS {
            if let Ok(fitting) = set.fitting(kid, algorithm) {
                for bytes in [0, 1, 64, 96, 256, 512] {
                    let signature = BASE64_URL_SAFE_NO_PAD.encode(vec![1; bytes]);
                    assert!(!fitting.verify(b"e30.e30", &signature), "{document}");
                }
            }
        }
    }
    // What is kept is again a set.
    assert!(KeySet::read(set.document()).is_ok(), "{document}");
    true
}

struct Provider {
    settings: Settings,
    description: Description,
    keys: Keys,
}

static PROVIDER: LazyLock<Provider> = LazyLock::new(|| {
    let section = format!(
        "[auth.oidc]\nissuer = \"{ISSUER}\"\nclient_id = \"{AUDIENCE}\"\nclient_secret = {{ env = \"KEY\" }}\n\
         session_keys = [{{ env = \"KEY\" }}]\n"
    );
    let Configured::Oidc(settings) = configured("oidc", &section) else {
        panic!("no provider")
    };
    let description = Description {
        issuer: ISSUER.to_owned(),
        ..Description::default()
    };
    Provider {
        settings: *settings,
        description,
        keys: Keys::at(Fetch::new(Arc::new(Outside(published))), format!("{ISSUER}/keys")),
    }
});

fn provider(text: &str) -> bool {
    let (header, claims) = text.split_once("\n---\n").unwrap_or((HEADERS[0], text));
    let token = signed(0, header, claims);
    let verifier = Verifier {
        settings: &PROVIDER.settings,
        description: &PROVIDER.description,
        keys: &PROVIDER.keys,
        now: now(),
    };
    let (found, ended) = RUNTIME.block_on(async {
        let found = verifier.claims(&token, &["JWT"]).await;
        (found, logout::verify(verifier, &format!("logout_token={token}")).await)
    });
    if let Ok(ended) = &ended {
        assert!(!ended.whom.is_empty() && ended.issued <= NOW + 60 && ended.issued + 1_000 > NOW);
    }
    let Ok(claims) = found else {
        return ended.is_ok();
    };
    assert_eq!(claims.get("iss"), Some(&json!(ISSUER)));
    is_for_us(claims.get("aud"));
    // The header is ours to choose here, but for what makes it ours.
    let header: Claims = serde_json::from_str(header).unwrap_or_default();
    assert_eq!(header.get("alg"), Some(&json!("ES256")));
    if let Ok(subject) = id_token::subject(&claims) {
        assert!((1..=255).contains(&subject.len()));
    }
    _ = PROVIDER.settings.claims.read(&claims);
    true
}
