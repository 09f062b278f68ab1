//! What must hold for every request.
#![expect(clippy::unwrap_used, reason = "the requests here are valid by construction")]

use http::request::Parts;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use signalbox_sign::{Secret, SignError, alibaba, canonical_query, encoding, huawei};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Text with all that encoding can get wrong, often.
fn awkward() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[ab .*~+/%&=?#-]{0,6}", "\\PC{0,4}"]
}

fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    vec((awkward(), awkward()), 0..6)
}

#[derive(Clone, Debug, PartialEq)]
struct Request {
    method: &'static str,
    segments: Vec<String>,
    query: Vec<(String, String)>,
    header: String,
    body: Vec<u8>,
    seconds: u64,
    nonce: String,
    key: String,
    secret: String,
    token: Option<String>,
    project: String,
}

prop_compose! {
    fn request()(
        method in prop_oneof![Just("GET"), Just("POST"), Just("PUT")],
        segments in vec("\\PC{1,5}", 0..4),
        query in pairs(),
        (header, nonce, key, project) in ("[!-~]{1,9}", "[0-9a-f]{1,9}", "[A-Za-z0-9]{1,9}", "[0-9a-f]{1,9}"),
        body in vec(any::<u8>(), 0..20),
        seconds in 0u64..4_000_000_000,
        secret in "[!-~]{1,90}",
        token in proptest::option::of("[!-~]{1,9}"),
    ) -> Request {
        Request { method, segments, query, header, body, seconds, nonce, key, secret, token, project }
    }
}

impl Request {
    fn parts(&self) -> Parts {
        let uri = format!(
            "https://example.com{}?{}",
            encoding::path(&self.segments),
            canonical_query(&self.query)
        );
        let request = http::Request::builder().method(self.method).uri(uri);
        let request = request
            .header("x-acs-action", self.header.as_str())
            .header("x-acs-version", "1");
        request.body(()).unwrap().into_parts().0
    }

    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.seconds)
    }

    fn alibaba(&self) -> Parts {
        let mut parts = self.parts();
        let security_token = self.token.as_deref().map(Secret::new);
        let credentials = alibaba::Credentials {
            access_key_id: self.key.clone(),
            access_key_secret: Secret::new(self.secret.as_str()),
            security_token,
        };
        alibaba::sign(&mut parts, &self.body, &credentials, self.now(), &self.nonce).unwrap();
        parts
    }

    fn huawei(&self) -> Parts {
        let mut parts = self.parts();
        let security_token = self.token.as_deref().map(Secret::new);
        let credentials = huawei::Credentials {
            ak: self.key.clone(),
            sk: Secret::new(self.secret.as_str()),
            security_token,
        };
        let scope = huawei::Scope::Project(&self.project);
        huawei::sign_selecting(&mut parts, &self.body, &credentials, scope, self.now(), |name| {
            name == "x-acs-action"
        })
        .unwrap();
        parts
    }
}

fn signature(parts: &Parts) -> String {
    let authorization = parts.headers["authorization"].to_str().unwrap();
    authorization.split_once("Signature=").unwrap().1.to_owned()
}

proptest! {
    #[test]
    fn encoding_round_trips(text: String, bytes: Vec<u8>) {
        prop_assert_eq!(encoding::decode(&encoding::encode(&text)).unwrap(), text.as_bytes());
        prop_assert_eq!(encoding::decode(&encoding::encode(&bytes)).unwrap(), bytes);
    }

    #[test]
    fn only_unreserved_and_upper_case_triplets_appear(text in awkward()) {
        let encoded = encoding::encode(&text);
        let mut left = encoded.as_bytes();
        while let Some((&byte, rest)) = left.split_first() {
            left = if byte == b'%' {
                prop_assert!(rest[..2].iter().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F')), "{}", encoded);
                let decoded = u8::from_str_radix(std::str::from_utf8(&rest[..2]).unwrap(), 16).unwrap();
                prop_assert!(!(decoded.is_ascii_alphanumeric() || b"-._~".contains(&decoded)), "{} needs no encoding", decoded as char);
                &rest[2..]
            } else {
                prop_assert!(byte.is_ascii_alphanumeric() || b"-._~".contains(&byte), "{}", encoded);
                rest
            };
        }
    }

    #[test]
    fn canonical_query_does_not_depend_on_order(pairs in pairs(), shuffled in any::<Vec<Index>>()) {
        let mut other = pairs.clone();
        for (at, with) in shuffled.iter().enumerate().take(other.len()) {
            let with = with.index(other.len());
            other.swap(at, with);
        }
        prop_assert_eq!(canonical_query(&pairs), canonical_query(&other));
    }

    #[test]
    fn canonical_forms_are_fixed_points(pairs in pairs(), segments in vec("\\PC{0,5}", 0..4)) {
        let query = canonical_query(&pairs);
        prop_assert_eq!(&encoding::recode_query(&query).unwrap(), &query);
        let path = encoding::path(&segments);
        prop_assert_eq!(&encoding::recode_path(&path).unwrap(), &path);
    }

    #[test]
    fn canonical_query_keeps_every_pair_in_byte_order(pairs in pairs()) {
        let query = canonical_query(&pairs);
        let decode = |text| String::from_utf8(encoding::decode(text).unwrap()).unwrap();
        let sent: Vec<_> = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (key, value) = pair.split_once('=').unwrap();
            (decode(key), decode(value))
        }).collect();
        prop_assert!(sent.is_sorted());
        let mut pairs = pairs;
        pairs.sort();
        prop_assert_eq!(sent, pairs);
    }

    /// By bytes, so .10 before .2: the order of the text, not of the numbers.
    #[test]
    fn array_keys_are_in_byte_order(values in vec("[a-z]{1,3}", 0..130)) {
        let flat = alibaba::flatten_array("ClusterIds", &values);
        let query = canonical_query(&flat);
        let sent: Vec<_> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let expected: BTreeMap<_, _> = (1..).map(|at| format!("ClusterIds.{at}")).zip(&values).collect();
        prop_assert_eq!(sent, expected.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect::<Vec<_>>());
    }

    #[test]
    fn signing_is_a_function_of_its_arguments(request in request()) {
        prop_assert_eq!(request.alibaba().headers, request.alibaba().headers);
        prop_assert_eq!(request.huawei().headers, request.huawei().headers);
    }

    /// One part of a request changed: another signature. Each is tried in turn, so that none hides behind another.
    #[test]
    fn every_part_of_a_request_is_signed(one in request(), two in request()) {
        let mutants: [(&str, Request); 9] = [
            ("method", Request { method: two.method, ..one.clone() }),
            ("path", Request { segments: two.segments, ..one.clone() }),
            ("query", Request { query: two.query, ..one.clone() }),
            ("header", Request { header: two.header, ..one.clone() }),
            ("body", Request { body: two.body, ..one.clone() }),
            ("date", Request { seconds: two.seconds, ..one.clone() }),
            ("secret", Request { secret: two.secret, ..one.clone() }),
            ("token", Request { token: two.token, ..one.clone() }),
            ("one more second", Request { seconds: one.seconds + 1, ..one.clone() }),
        ];
        for (what, other) in mutants {
            let same = canonical_query(&one.query) == canonical_query(&other.query) && Request { query: one.query.clone(), ..other.clone() } == one;
            prop_assert_eq!(signature(&one.alibaba()) == signature(&other.alibaba()), same, "Alibaba: {}", what);
            prop_assert_eq!(signature(&one.huawei()) == signature(&other.huawei()), same, "Huawei: {}", what);
        }
        let nonce = Request { nonce: two.nonce, ..one.clone() };
        prop_assert_eq!(signature(&one.alibaba()) == signature(&nonce.alibaba()), one == nonce);
        let project = Request { project: two.project, ..one.clone() };
        prop_assert_eq!(signature(&one.huawei()) == signature(&project.huawei()), one == project);
    }

    #[test]
    fn nothing_panics(
        uri in prop_oneof![any::<String>(), "(http://h)?(/[a%+2*]{0,4}){0,3}(\\?[a=&%+2]{0,9})?"],
        header in vec(any::<u8>(), 0..9),
        (text, body) in any::<(String, Vec<u8>)>(),
        (seconds, nanos) in (any::<u64>(), 0u32..1_000_000_000),
    ) {
        let _ = encoding::recode_query(&uri);
        let _ = encoding::recode_path(&uri);
        let _ = encoding::decode(&uri);
        let Ok(uri) = uri.parse() else { return Ok(()) };
        let Ok(header) = http::HeaderValue::from_bytes(&header) else { return Ok(()) };
        let now = UNIX_EPOCH.checked_add(Duration::new(seconds, nanos)).unwrap_or(UNIX_EPOCH);
        let mut parts = http::Request::new(()).into_parts().0;
        parts.uri = uri;
        parts.headers.insert("x-acs-action", header.clone());
        parts.headers.insert("x-acs-version", header);
        let secret = Secret::new(text.as_str());
        let one = alibaba::Credentials { access_key_id: text.clone(), access_key_secret: secret.clone(), security_token: Some(secret.clone()) };
        let two = huawei::Credentials { ak: text.clone(), sk: secret.clone(), security_token: None };
        let results: [Result<(), SignError>; 2] = [
            alibaba::sign_selecting(&mut parts.clone(), &body, &one, now, &text, |_| true),
            huawei::sign_selecting(&mut parts, &body, &two, huawei::Scope::Domain(&text), now, |_| true),
        ];
        for error in results.into_iter().filter_map(Result::err) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
