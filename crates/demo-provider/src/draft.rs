//! Tokens before they are signed (RFC 7515, RFC 7519).

use serde_json::{Map, Value, json};

use crate::front::Front;
use crate::key::Algorithm;

/// Who signs a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signer {
    /// The provider with the key of the hour.
    Provider,
    /// A front that signs headers.
    Front(Front),
    /// A key that is published nowhere but behind [`crate::DemoProvider::stranger_keys`].
    Stranger(Algorithm),
    /// HMAC with this secret.
    Secret(Vec<u8>),
    /// HMAC with the public key of this signer as text: the confusion of algorithms.
    PublicKeyOf(Box<Signer>),
    /// Nobody: the signature is empty.
    Nobody,
}

/// How the parts are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Three parts, as RFC 7515 §7.1 wants them.
    Compact,
    /// With `=` at the end of the parts, as AWS load balancers do.
    Padded,
    /// Five parts, like an encrypted token (RFC 7516 §7.1).
    Encrypted,
    /// With one bit of the signature turned.
    BrokenSignature,
    /// With the claim `sub` changed after signing.
    ChangedAfterwards,
}

/// A token before it is signed: everything can still be changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The header. `alg` and `kid` are filled in when they are not there; a member that is null is left out.
    pub header: Map<String, Value>,
    /// The claims, as they stand.
    pub claims: Map<String, Value>,
    /// Who signs.
    pub signer: Signer,
    /// How the parts are put together.
    pub form: Form,
}

impl Draft {
    /// A token of the provider with these claims and, where given, this `typ`.
    #[must_use]
    pub fn new(claims: Map<String, Value>, kind: Option<&str>) -> Self {
        let mut header = Map::new();
        if let Some(kind) = kind {
            header.insert("typ".to_owned(), json!(kind));
        }
        Self {
            header,
            claims,
            signer: Signer::Provider,
            form: Form::Compact,
        }
    }

    /// The same with another claim; null takes it away.
    #[must_use]
    pub fn with(mut self, claim: &str, value: Value) -> Self {
        set(&mut self.claims, claim, value);
        self
    }
}

/// Sets a member, or takes it away when the value is null.
pub(crate) fn set(members: &mut Map<String, Value>, name: &str, value: Value) {
    if value.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), value);
    }
}
