//! Keys of tests, and tokens signed with them in any way, right or wrong.

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

    /// The public half, as a set publishes it.
    pub(crate) fn jwk(&self) -> Value {
        let jwk = Jwk::from_encoding_key(&self.key, self.algorithm).unwrap();
        let mut jwk = serde_json::to_value(jwk).unwrap();
        jwk["kid"] = self.kid.into();
        jwk["use"] = "sig".into();
        jwk
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
