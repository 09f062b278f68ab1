//! A published set of keys, and which of its keys fits a token.

use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::{Value, json};
use std::fmt;

/// More keys than any issuer publishes; Casdoor has one for each application.
pub const MOST: usize = 100;

/// A set of public keys ([RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5)): those of it that verify signatures.
#[derive(Clone, Debug)]
pub struct KeySet {
    keys: Vec<PublicKey>,
    document: Value,
}

/// One key.
#[derive(Clone)]
pub struct PublicKey {
    kid: Option<String>,
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({:?}, {:?})", self.kid, self.algorithms)
    }
}

/// Why no key is chosen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// None is called so.
    #[error("no key of the issuer is called {}", shown(.0.as_deref()))]
    Unknown(Option<String>),
    /// Those that are called so are for something else.
    #[error("the issuer's key {} is not for {algorithm:?}", shown(.kid.as_deref()))]
    Algorithm {
        /// Its name.
        kid: Option<String>,
        /// What the token is signed with.
        algorithm: Algorithm,
    },
    /// The token names none, and there are several.
    #[error("the token names no key, and the issuer has {0} that fit")]
    Ambiguous(usize),
}

/// What a token says is shortened before it is written to a log.
fn shown(kid: Option<&str>) -> String {
    kid.map_or_else(
        || "as the token says (it names none)".to_owned(),
        |kid| format!("{:?}", kid.chars().take(80).collect::<String>()),
    )
}

/// As published. Members of a private or symmetric key are read to find them out.
#[derive(Deserialize)]
struct Published {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
    d: Option<Value>,
    k: Option<Value>,
}

impl KeySet {
    /// Reads a set. Keys of other kinds are left out: issuers add some before anybody knows them.
    ///
    /// # Errors
    /// It is no set, holds no key that can be used, or absurdly many. Text for the log.
    pub fn read(document: &Value) -> Result<Self, String> {
        let Some(published) = document.get("keys").and_then(Value::as_array) else {
            return Err("the document is no set of keys: it has no list `keys`".to_owned());
        };
        if published.len() > MOST {
            return Err(format!(
                "the set holds {} keys, and {MOST} are the most",
                published.len()
            ));
        }
        let mut keys = Vec::new();
        let mut kept = Vec::new();
        let mut left_out = Vec::new();
        for entry in published {
            match PublicKey::read(entry) {
                Ok(key) => {
                    keys.push(key);
                    kept.push(entry.clone());
                }
                Err(why) => left_out.push(why),
            }
        }
        if keys.is_empty() {
            left_out.dedup();
            return Err(format!(
                "the set holds no key that can be used: {}",
                left_out.join("; ")
            ));
        }
        Ok(Self {
            keys,
            document: json!({ "keys": kept }),
        })
    }

    /// The set as published, without the keys that are not used.
    #[must_use]
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// The keys that a token may be signed with, by the name of the key and the algorithm that it states. (Some issuers have several keys of one
    /// name, one for each algorithm.)
    ///
    /// # Errors
    /// None fits. See [`Unfit`].
    pub fn fitting(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<Fitting, Unfit> {
        let named: Vec<_> = match kid {
            Some(kid) => self.keys.iter().filter(|key| key.kid.as_deref() == Some(kid)).collect(),
            None => self.keys.iter().collect(),
        };
        let unknown = named.is_empty();
        let fitting = named.into_iter().filter(|key| key.algorithms.contains(&algorithm));
        let keys: Vec<_> = fitting.map(|key| key.key.clone()).collect();
        let kid = kid.map(str::to_owned);
        match (keys.len(), kid) {
            (0, kid) if unknown => Err(Unfit::Unknown(kid)),
            (0, kid) => Err(Unfit::Algorithm { kid, algorithm }),
            (several, None) if several > 1 => Err(Unfit::Ambiguous(several)),
            _ => Ok(Fitting { algorithm, keys }),
        }
    }
}

/// The keys, nearly always one, that a token may be signed with.
#[derive(Clone, Debug)]
pub struct Fitting {
    algorithm: Algorithm,
    keys: Vec<DecodingKey>,
}

impl Fitting {
    /// Whether one of them made a signature, which is in the letters of Base64 for URLs, without padding.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &str) -> bool {
        let by = |key: &DecodingKey| jsonwebtoken::crypto::verify(signature, message, key, self.algorithm);
        self.keys.iter().any(|key| by(key).unwrap_or(false))
    }
}

impl PublicKey {
    fn read(entry: &Value) -> Result<Self, String> {
        let published: Published = serde_json::from_value(entry.clone()).map_err(|error| error.to_string())?;
        if published.d.is_some() || published.k.is_some() || published.kty == "oct" {
            return Err("a private or shared key, which must never be published".to_owned());
        }
        let signs = |operations: &Vec<String>| operations.iter().any(|operation| operation == "verify");
        if published.purpose.as_ref().is_some_and(|purpose| purpose != "sig")
            || published.key_ops.as_ref().is_some_and(|operations| !signs(operations))
        {
            return Err("a key that is not for signatures".to_owned());
        }
        let (algorithms, key) = published.material()?;
        let said = published.alg.as_deref();
        let algorithms: Vec<_> = algorithms
            .iter()
            .copied()
            .filter(|&can| said.is_none_or(|said| algorithm(said) == Some(can)))
            .collect();
        if algorithms.is_empty() {
            return Err(format!("a key for {}", said.unwrap_or("nothing")));
        }
        Ok(Self {
            kid: published.kid,
            algorithms,
            key,
        })
    }
}

impl Published {
    /// What the key can verify, and the key.
    fn material(&self) -> Result<(&'static [Algorithm], DecodingKey), String> {
        use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
        let part = |part: &Option<String>, bytes: std::ops::RangeInclusive<usize>| {
            let decoded = part.as_deref().and_then(decode);
            let fits = |decoded: &Vec<u8>| bytes.contains(&decoded.len());
            decoded
                .filter(fits)
                .ok_or_else(|| format!("a faulty key of kind {}", self.kty))
        };
        match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => {
                // 2048 to 4096 bits: less is broken, more is what the arithmetic refuses.
                let (n, e) = (part(&self.n, 256..=512)?, part(&self.e, 1..=4)?);
                let algorithms = &[RS256, RS384, RS512, PS256, PS384, PS512];
                Ok((algorithms, DecodingKey::from_rsa_raw_components(&n, &e)))
            }
            ("EC", Some("P-256")) => {
                let point = [vec![4], part(&self.x, 32..=32)?, part(&self.y, 32..=32)?].concat();
                Ok((&[ES256], DecodingKey::from_ec_der(&point)))
            }
            ("EC", Some("P-384")) => {
                let point = [vec![4], part(&self.x, 48..=48)?, part(&self.y, 48..=48)?].concat();
                Ok((&[ES384], DecodingKey::from_ec_der(&point)))
            }
            ("OKP", Some("Ed25519")) => Ok((&[EdDSA], DecodingKey::from_ed_der(&part(&self.x, 32..=32)?))),
            (kind, curve) => Err(format!("a key of kind {kind} {}", curve.unwrap_or_default())),
        }
    }
}

/// An algorithm by its name in tokens and keys. Ed25519 has a name of its own since [RFC 9864](https://www.rfc-editor.org/rfc/rfc9864).
#[must_use]
pub fn algorithm(name: &str) -> Option<Algorithm> {
    match name {
        "Ed25519" => Some(Algorithm::EdDSA),
        name => name.parse().ok(),
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(text).ok()
}
