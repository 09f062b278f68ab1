//! What can be wrong with a key set (RFC 7517 §5).

use serde_json::{Value, json};

use crate::chance;

/// Keys that a crowded set has too many.
const CROWD: usize = 5000;

/// What is wrong with the set in which the provider publishes its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeySetFault {
    /// There are no keys.
    Empty,
    /// Thousands of keys stand before the one that signs.
    Crowded,
    /// Keys that nobody can read stand before the one that signs: of an unknown type, without a type, with letters that are
    /// no base64, a shared secret. What can be read must still be used (§5).
    Unreadable,
    /// Another key of the same kind and with the same id stands before the one that signs.
    SharedId,
    /// The keys have no ids.
    WithoutIds,
}

impl KeySetFault {
    /// Makes the set wrong. `stranger` is a key of the kind that signs.
    pub(crate) fn apply(self, set: &mut Value, stranger: &Value) {
        let Some(keys) = set["keys"].as_array_mut() else {
            return;
        };
        let under = |id: Value| {
            let mut key = stranger.clone();
            key["kid"] = id;
            key
        };
        let before = match self {
            Self::Empty => {
                keys.clear();
                Vec::new()
            }
            Self::Crowded => (0..CROWD).map(|_| under(json!(chance::token()))).collect(),
            Self::Unreadable => vec![
                json!({"kty": "PQC", "kid": "1", "alg": "ML-DSA-44", "pub": "AAAA"}),
                json!({"kid": "2"}),
                json!({"kty": "RSA", "kid": "3", "alg": "RS256", "n": "*", "e": "AQAB"}),
                json!({"kty": "oct", "kid": "4", "alg": "HS256", "k": "c2VjcmV0"}),
                json!("no key"),
            ],
            // The provider's own key comes last.
            Self::SharedId => keys.last().map(|own| under(own["kid"].clone())).into_iter().collect(),
            Self::WithoutIds => {
                keys.iter_mut()
                    .filter_map(Value::as_object_mut)
                    .for_each(|key| _ = key.remove("kid"));
                Vec::new()
            }
        };
        keys.splice(0..0, before);
    }
}
