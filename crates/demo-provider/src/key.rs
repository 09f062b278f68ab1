//! Keys that sign, and how they are published (RFC 7517, RFC 7518 §6, RFC 8037 §2).

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use serde_json::{Value, json};

use crate::chance;

/// An algorithm of RFC 7518 §3.1 or RFC 8037.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RSA, PKCS #1 v1.5, SHA-256.
    Rs256,
    /// RSA, PKCS #1 v1.5, SHA-384.
    Rs384,
    /// RSA, PKCS #1 v1.5, SHA-512.
    Rs512,
    /// RSA, PSS, SHA-256.
    Ps256,
    /// ECDSA on P-256.
    Es256,
    /// ECDSA on P-384.
    Es384,
    /// Ed25519.
    EdDsa,
    /// HMAC with the client's secret: what no relying party of ours may take.
    Hs256,
}

impl Algorithm {
    /// Its name in `alg`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
            Self::Hs256 => "HS256",
        }
    }
}

/// RSA keys made once with OpenSSL: making them takes seconds in an unoptimised build. Everybody can read them, so they
/// protect nothing.
static RSA: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    include_str!("../keys/worthless-rsa.pem")
        .split("-----END PRIVATE KEY-----")
        .filter_map(|block| block.split_once("-----BEGIN PRIVATE KEY-----"))
        .filter_map(|(_, lines)| STANDARD.decode(lines.split_whitespace().collect::<String>()).ok())
        .collect()
});

enum Pair {
    Rsa(Box<RsaKeyPair>, &'static dyn RsaEncoding),
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// A private key with the name under which its public half is published.
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) algorithm: Algorithm,
    pair: Pair,
}

impl Key {
    /// A new key. RSA keys are the fixed ones in turn: the same `turn` gives the same key under another id.
    #[expect(
        clippy::expect_used,
        reason = "the keys are made here or are constants, and the tests make one of each"
    )]
    pub(crate) fn new(algorithm: Algorithm, turn: usize) -> Self {
        let chance = SystemRandom::new();
        let rsa = |encoding| {
            let pair = RsaKeyPair::from_pkcs8(&RSA[turn % RSA.len()]).expect("an RSA key");
            Pair::Rsa(Box::new(pair), encoding)
        };
        let ecdsa = |curve| {
            let document = EcdsaKeyPair::generate_pkcs8(curve, &chance).expect("random numbers");
            Pair::Ecdsa(EcdsaKeyPair::from_pkcs8(curve, document.as_ref(), &chance).expect("an ECDSA key"))
        };
        let pair = match algorithm {
            // A shared secret is no key of the provider; whoever asks for one gets the key that RS256 would have.
            Algorithm::Rs256 | Algorithm::Hs256 => rsa(&RSA_PKCS1_SHA256),
            Algorithm::Rs384 => rsa(&RSA_PKCS1_SHA384),
            Algorithm::Rs512 => rsa(&RSA_PKCS1_SHA512),
            Algorithm::Ps256 => rsa(&RSA_PSS_SHA256),
            Algorithm::Es256 => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING),
            Algorithm::Es384 => ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING),
            Algorithm::EdDsa => {
                let document = Ed25519KeyPair::generate_pkcs8(&chance).expect("random numbers");
                Pair::Ed25519(Ed25519KeyPair::from_pkcs8(document.as_ref()).expect("an Ed25519 key"))
            }
        };
        let algorithm = if algorithm == Algorithm::Hs256 {
            Algorithm::Rs256
        } else {
            algorithm
        };
        Self {
            id: chance::token(),
            algorithm,
            pair,
        }
    }

    /// The signature as JWS wants it: ECDSA as two numbers of fixed length (RFC 7518 §3.4).
    #[expect(clippy::expect_used, reason = "keys and buffers fit each other by construction")]
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let chance = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(*encoding, &chance, message, &mut signature)
                    .expect("a buffer of the key's length");
                signature
            }
            Pair::Ecdsa(pair) => pair.sign(&chance, message).expect("random numbers").as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }

    /// The public half as a member of a key set.
    pub(crate) fn jwk(&self) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let mut jwk = match &self.pair {
            Pair::Rsa(pair, _) => {
                let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(pair.public());
                json!({"kty": "RSA", "n": text(&n), "e": text(&e)})
            }
            Pair::Ecdsa(pair) => {
                // An uncompressed point: one byte that says so, then two halves.
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                let curve = if x.len() == 32 { "P-256" } else { "P-384" };
                json!({"kty": "EC", "crv": curve, "x": text(x), "y": text(y)})
            }
            Pair::Ed25519(pair) => json!({"kty": "OKP", "crv": "Ed25519", "x": text(pair.public_key().as_ref())}),
        };
        jwk["kid"] = json!(self.id);
        jwk["alg"] = json!(self.algorithm.name());
        jwk["use"] = json!("sig");
        jwk
    }

    /// The public half as PEM (RFC 5280 §4.1, "`SubjectPublicKeyInfo`"), as AWS publishes the keys of its load
    /// balancers; also what an attacker who confuses algorithms takes for an HMAC key.
    pub(crate) fn pem(&self) -> String {
        /// Algorithm identifiers in DER: rsaEncryption, P-256, P-384, Ed25519.
        const RSA: &[u8] = &[0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
        const P256: &[u8] = &[
            0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7,
        ];
        const P384: &[u8] = &[
            0x30, 0x10, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 5, 0x2b, 0x81, 4, 0, 0x22,
        ];
        const ED25519: &[u8] = &[0x30, 5, 6, 3, 0x2b, 0x65, 0x70];
        let (identifier, public) = match &self.pair {
            Pair::Rsa(pair, _) => (RSA, pair.public().as_ref()),
            Pair::Ecdsa(pair) if self.algorithm == Algorithm::Es256 => (P256, pair.public_key().as_ref()),
            Pair::Ecdsa(pair) => (P384, pair.public_key().as_ref()),
            Pair::Ed25519(pair) => (ED25519, pair.public_key().as_ref()),
        };
        // A bit string begins with the number of bits that are left over.
        let bits = der(3, &[&[0], public].concat());
        let encoded = STANDARD.encode(der(0x30, &[identifier, &bits].concat()));
        let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
        for line in encoded.as_bytes().chunks(64) {
            pem.push_str(&String::from_utf8_lossy(line));
            pem.push('\n');
        }
        pem + "-----END PUBLIC KEY-----\n"
    }
}

/// A value in DER: tag, length, content.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut out = vec![tag];
    match length {
        0..0x80 => out.push(length as u8),
        0x80..0x100 => out.extend([0x81, length as u8]),
        _ => out.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    out.extend_from_slice(content);
    out
}

#[cfg(test)]
mod tests {
    use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
    use ring::signature::{ED25519, UnparsedPublicKey};

    use super::*;

    fn member(jwk: &Value, name: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap()
    }

    #[test]
    fn what_is_published_verifies_what_is_signed() {
        let key = Key::new(Algorithm::Rs256, 0);
        let jwk = key.jwk();
        let (n, e) = (member(&jwk, "n"), member(&jwk, "e"));
        RsaPublicKeyComponents { n: &n, e: &e }
            .verify(&RSA_PKCS1_2048_8192_SHA256, b"text", &key.sign(b"text"))
            .unwrap();

        let key = Key::new(Algorithm::Es256, 0);
        let jwk = key.jwk();
        let point = [vec![4], member(&jwk, "x"), member(&jwk, "y")].concat();
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
            .verify(b"text", &key.sign(b"text"))
            .unwrap();

        let key = Key::new(Algorithm::EdDsa, 0);
        UnparsedPublicKey::new(&ED25519, member(&key.jwk(), "x"))
            .verify(b"text", &key.sign(b"text"))
            .unwrap();
    }

    #[test]
    fn the_fixed_rsa_keys_are_all_different() {
        assert!(RSA.len() >= 5);
        let moduli: std::collections::HashSet<String> = (0..RSA.len())
            .map(|turn| Key::new(Algorithm::Rs512, turn).jwk()["n"].to_string())
            .collect();
        assert_eq!(moduli.len(), RSA.len());
    }
}
