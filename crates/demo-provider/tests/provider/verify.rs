//! Reads tokens with nothing but what is published.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::Value;

/// The parts of a token.
pub struct Parts {
    pub header: Value,
    pub claims: Value,
}

/// Header and claims, whoever signed.
pub fn read(token: &str) -> Parts {
    let parts: Vec<&str> = token.split('.').collect();
    assert_eq!(parts.len(), 3, "{token}");
    let part = |index: usize| serde_json::from_slice(&decode(parts[index])).unwrap();
    Parts {
        header: part(0),
        claims: part(1),
    }
}

/// Whether the token is signed by a key of the set: the one of its `kid`, or the only one where it names none.
pub fn is_signed(token: &str, keys: &Value) -> bool {
    let parts: Vec<&str> = token.split('.').collect();
    if parts.len() != 3 {
        return false;
    }
    let header = read(token).header;
    let keys = keys["keys"].as_array().unwrap();
    let only = header["kid"].is_null() && keys.len() == 1;
    let Some(key) = keys.iter().find(|key| only || key["kid"] == header["kid"]) else {
        return false;
    };
    let member = |name: &str| key[name].as_str().map(decode).unwrap_or_default();
    let message = format!("{}.{}", parts[0], parts[1]);
    let (message, signature) = (message.as_bytes(), decode(parts[2]));
    let rsa = |parameters| {
        let (n, e) = (member("n"), member("e"));
        RsaPublicKeyComponents { n, e }
            .verify(parameters, message, &signature)
            .is_ok()
    };
    let ecdsa = |parameters| {
        let point = [vec![4], member("x"), member("y")].concat();
        UnparsedPublicKey::new(parameters, point)
            .verify(message, &signature)
            .is_ok()
    };
    match header["alg"].as_str().unwrap() {
        "RS256" => rsa(&RSA_PKCS1_2048_8192_SHA256),
        "RS384" => rsa(&RSA_PKCS1_2048_8192_SHA384),
        "RS512" => rsa(&RSA_PKCS1_2048_8192_SHA512),
        "PS256" => rsa(&RSA_PSS_2048_8192_SHA256),
        "ES256" => ecdsa(&ECDSA_P256_SHA256_FIXED),
        "ES384" => ecdsa(&ECDSA_P384_SHA384_FIXED),
        "EdDSA" => {
            let key = UnparsedPublicKey::new(&ring::signature::ED25519, member("x"));
            key.verify(message, &signature).is_ok()
        }
        _ => false,
    }
}

/// Base64url with or without padding.
pub fn decode(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).unwrap()
}
