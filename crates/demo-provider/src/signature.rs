//! Signing, in good form and in bad (RFC 7515).

use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use ring::hmac;
use serde_json::{Map, Value, json};

use crate::chance;
use crate::draft::{Draft, Form, Signer};
use crate::key_ring::KeyRing;

/// The token of a draft, signed by whoever signs it.
pub(crate) fn sign(draft: &Draft, keys: &mut KeyRing) -> String {
    let key = keys.find(&draft.signer);
    let mut header = draft.header.clone();
    let (algorithm, id) = match (&draft.signer, &key) {
        (_, Some(key)) => (key.algorithm.name(), Some(key.id.clone())),
        (Signer::Nobody, None) => ("none", None),
        (_, None) => ("HS256", None),
    };
    header.entry("alg").or_insert_with(|| json!(algorithm));
    if let Some(id) = id {
        header.entry("kid").or_insert_with(|| json!(id));
    }
    header.retain(|_, value| !value.is_null());

    let encode = |bytes: &[u8]| match draft.form {
        Form::Padded => URL_SAFE.encode(bytes),
        _ => URL_SAFE_NO_PAD.encode(bytes),
    };
    let part = |members: &Map<String, Value>| encode(Value::Object(members.clone()).to_string().as_bytes());
    let (head, mut body) = (part(&header), part(&draft.claims));
    let message = format!("{head}.{body}");
    let mut signature = match (&draft.signer, key) {
        (_, Some(key)) => key.sign(message.as_bytes()),
        (Signer::Secret(secret), None) => hmac_of(secret, &message),
        (Signer::PublicKeyOf(other), None) => keys
            .find(other)
            .map_or_else(Vec::new, |key| hmac_of(key.pem().as_bytes(), &message)),
        (_, None) => Vec::new(),
    };
    match draft.form {
        Form::BrokenSignature => {
            if let Some(byte) = signature.last_mut() {
                *byte ^= 1;
            }
        }
        Form::ChangedAfterwards => {
            let mut claims = draft.claims.clone();
            claims.insert("sub".to_owned(), json!(chance::token()));
            body = part(&claims);
        }
        Form::Encrypted => {
            let header = encode(br#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#);
            let noise = |length| encode(chance::token().repeat(length).as_bytes());
            return format!("{header}.{}.{}.{}.{}", noise(8), noise(1), noise(20), noise(1));
        }
        Form::Compact | Form::Padded => {}
    }
    format!("{head}.{body}.{}", encode(&signature))
}

fn hmac_of(secret: &[u8], message: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    hmac::sign(&key, message.as_bytes()).as_ref().to_vec()
}
