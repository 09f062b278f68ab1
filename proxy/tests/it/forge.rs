//! Keys of tests, and tokens signed with them in any way, right or wrong.

use base64::Engine as _;
use base64::prelude::{BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

/// A private key with the name under which its public half is published.
pub(crate) struct Signer {
    pub(crate) kid: &'static str,
    pub(crate) algorithm: Algorithm,
    key: EncodingKey,
}

macro_rules! pem {
    ($name:literal) => {
        include_bytes!(concat!("../keys/", $name, ".pem"))
    };
}

impl Signer {
    pub(crate) fn rsa(kid: &'static str, algorithm: Algorithm) -> Self {
        let key = EncodingKey::from_rsa_pem(pem!("rsa-1")).unwrap();
        Self { kid, algorithm, key }
    }

    pub(crate) fn other_rsa(kid: &'static str) -> Self {
        let key = EncodingKey::from_rsa_pem(pem!("rsa-2")).unwrap();
        let algorithm = Algorithm::RS256;
        Self { kid, algorithm, key }
    }

    pub(crate) fn short_rsa(kid: &'static str) -> Self {
        let key = EncodingKey::from_rsa_pem(pem!("rsa-short")).unwrap();
        let algorithm = Algorithm::RS256;
        Self { kid, algorithm, key }
    }

    pub(crate) fn p256(kid: &'static str) -> Self {
        let key = EncodingKey::from_ec_pem(pem!("p256-1")).unwrap();
        let algorithm = Algorithm::ES256;
        Self { kid, algorithm, key }
    }

    pub(crate) fn other_p256(kid: &'static str) -> Self {
        let key = EncodingKey::from_ec_pem(pem!("p256-2")).unwrap();
        let algorithm = Algorithm::ES256;
        Self { kid, algorithm, key }
    }

    pub(crate) fn p384(kid: &'static str) -> Self {
        let key = EncodingKey::from_ec_pem(pem!("p384")).unwrap();
        let algorithm = Algorithm::ES384;
        Self { kid, algorithm, key }
    }

    pub(crate) fn ed25519(kid: &'static str) -> Self {
        let key = EncodingKey::from_ed_pem(pem!("ed25519")).unwrap();
        let algorithm = Algorithm::EdDSA;
        Self { kid, algorithm, key }
    }

    /// With a secret that both sides know.
    pub(crate) fn hmac(kid: &'static str, secret: &[u8]) -> Self {
        let key = EncodingKey::from_secret(secret);
        let algorithm = Algorithm::HS256;
        Self { kid, algorithm, key }
    }

    /// The public half, as a set publishes it.
    pub(crate) fn jwk(&self) -> Value {
        let jwk = Jwk::from_encoding_key(&self.key, self.algorithm).unwrap();
        let mut jwk = serde_json::to_value(jwk).unwrap();
        jwk["kid"] = self.kid.into();
        jwk["use"] = "sig".into();
        jwk
    }

    /// A token with these claims under the usual header.
    pub(crate) fn token(&self, claims: &Value) -> String {
        self.token_with(&json!({}), claims)
    }

    /// The same with members of the header changed, or taken out with null.
    pub(crate) fn token_with(&self, change: &Value, claims: &Value) -> String {
        let mut header = json!({"alg": self.algorithm, "kid": self.kid, "typ": "JWT"});
        for (name, value) in change.as_object().unwrap() {
            header[name] = value.clone();
        }
        header.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        let encoded = [&header, claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part.to_string()));
        self.signed(&encoded.join("."))
    }

    /// A token as AWS load balancers write it, with the padding that the standard forbids.
    pub(crate) fn padded(&self, header: &Value, claims: &Value) -> String {
        let encoded = [header, claims].map(|part| BASE64_URL_SAFE.encode(part.to_string()));
        format!("{}==", self.signed(&encoded.join(".")))
    }

    /// A signature put behind a text.
    pub(crate) fn signed(&self, text: &str) -> String {
        let signature = jsonwebtoken::crypto::sign(text.as_bytes(), &self.key, self.algorithm).unwrap();
        format!("{text}.{signature}")
    }
}

/// The set that publishes these keys.
pub(crate) fn published(signers: &[&Signer]) -> Value {
    json!({"keys": signers.iter().map(|signer| signer.jwk()).collect::<Vec<_>>()})
}

/// A public key in the form of a file.
pub(crate) const P256_PUBLIC: &str = include_str!("../keys/p256-1.pub.pem");
