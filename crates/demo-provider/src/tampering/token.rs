//! What can be wrong with a signed token (RFC 8725, OpenID Connect Core 1.0 §3.1.3.7).

use serde_json::{Map, Value, json};

use crate::chance;
use crate::draft::{Draft, Form, Signer, set};
use crate::key::Algorithm;

/// One thing that is wrong with a token; unless a line says otherwise a relying party must refuse it.
#[derive(Debug, Clone, PartialEq)]
pub enum TokenFault {
    /// `iss` is somebody else's.
    OtherIssuer,
    /// `iss` has a slash at its end where it has none, and none where it has one.
    IssuerSlash,
    /// `iss` without `http://` or `https://`, as Google's once was.
    IssuerWithoutScheme,
    /// `iss` is missing.
    NoIssuer,
    /// `aud` is somebody else's.
    OtherAudience,
    /// `aud` is missing.
    NoAudience,
    /// `aud` is an empty list.
    EmptyAudience,
    /// Strangers beside us in `aud`, and `azp` is ours. **Must be taken.**
    Strangers,
    /// Strangers beside us in `aud`, and no `azp`.
    StrangersWithoutParty,
    /// Strangers beside us in `aud`, and `azp` is one of them.
    StrangerAsParty,
    /// We are alone in `aud`, and `azp` is somebody else's.
    OtherParty,
    /// `nonce` is missing.
    NoNonce,
    /// `nonce` is empty.
    EmptyNonce,
    /// `nonce` is another attempt's.
    OtherNonce,
    /// `exp` is two minutes ago.
    Expired,
    /// `exp` is missing.
    NoExpiry,
    /// `iat` and `exp` are ten minutes later than now.
    IssuedAhead,
    /// `nbf` is in ten minutes.
    NotYet,
    /// `sub` is missing.
    NoSubject,
    /// `sub` is empty.
    EmptySubject,
    /// `alg` is `none` and there is no signature.
    Unsigned,
    /// `alg` and `kid` are as always, and there is no signature.
    WithoutSignature,
    /// HS256 with the public key's text as secret.
    HmacOfPublicKey,
    /// HS256 with the client's secret.
    HmacOfSecret,
    /// Signed by a key that is not published, under its own id.
    UnknownKey,
    /// Signed by a key that is not published, under the id of the one that is.
    ForgedKey,
    /// As [`TokenFault::UnknownKey`], with the address of the key in `jku`.
    KeyAddress,
    /// As [`TokenFault::UnknownKey`], with an address in `x5u`.
    CertificateAddress,
    /// As [`TokenFault::UnknownKey`], with the key itself in `jwk`.
    KeyInside,
    /// No `kid`, rightly signed. **May be taken** where one key of the set fits.
    NoKeyId,
    /// Five parts.
    Encrypted,
    /// One bit of the signature is turned.
    BrokenSignature,
    /// `sub` was changed after signing.
    ChangedAfterwards,
    /// `crit` names an extension that nobody knows (RFC 7515 §4.1.11).
    Critical,
    /// The header's `typ` is this.
    Kind(&'static str),
    /// A logout token in place of an ID token, and an ID token in place of a logout token.
    OtherToken,
    /// The claim has this value, or is away when the value is null. Whether it must be refused depends.
    Claim(&'static str, Value),
    /// The header's member has this value, or is away when the value is null. Whether it must be refused depends.
    Header(&'static str, Value),
}

/// What a fault needs to know of the place where it strikes.
pub(crate) struct Surroundings<'a> {
    /// Where the provider is.
    pub(crate) origin: &'a str,
    /// Seconds since 1970.
    pub(crate) now: i64,
    /// The secret of the client that the token is for.
    pub(crate) secret: &'a str,
    /// Id of the key that signs.
    pub(crate) key_id: &'a str,
    /// Algorithm of the key that signs.
    pub(crate) algorithm: Algorithm,
    /// The public half of [`Signer::Stranger`] for that algorithm.
    pub(crate) stranger: Value,
    /// What [`TokenFault::OtherToken`] puts in this one's place.
    pub(crate) other: Option<Draft>,
}

impl TokenFault {
    /// Every fault of this list makes an ID token that must be refused, whoever the provider is.
    pub const OF_ID_TOKENS: [Self; 33] = [
        Self::OtherIssuer,
        Self::IssuerSlash,
        Self::IssuerWithoutScheme,
        Self::NoIssuer,
        Self::OtherAudience,
        Self::NoAudience,
        Self::EmptyAudience,
        Self::StrangersWithoutParty,
        Self::StrangerAsParty,
        Self::OtherParty,
        Self::NoNonce,
        Self::EmptyNonce,
        Self::OtherNonce,
        Self::Expired,
        Self::NoExpiry,
        Self::IssuedAhead,
        Self::NoSubject,
        Self::EmptySubject,
        Self::Unsigned,
        Self::WithoutSignature,
        Self::HmacOfPublicKey,
        Self::HmacOfSecret,
        Self::UnknownKey,
        Self::ForgedKey,
        Self::KeyAddress,
        Self::CertificateAddress,
        Self::KeyInside,
        Self::Encrypted,
        Self::BrokenSignature,
        Self::ChangedAfterwards,
        Self::Critical,
        Self::Kind("at+jwt"),
        Self::OtherToken,
    ];

    /// Every fault of this list makes a logout token that must be refused.
    pub const OF_LOGOUT_TOKENS: [Self; 18] = [
        Self::OtherIssuer,
        Self::NoIssuer,
        Self::OtherAudience,
        Self::NoAudience,
        Self::Expired,
        Self::IssuedAhead,
        Self::Unsigned,
        Self::WithoutSignature,
        Self::HmacOfPublicKey,
        Self::HmacOfSecret,
        Self::UnknownKey,
        Self::ForgedKey,
        Self::KeyInside,
        Self::Encrypted,
        Self::BrokenSignature,
        Self::ChangedAfterwards,
        Self::Kind("at+jwt"),
        Self::OtherToken,
    ];

    /// Every fault of this list makes a token of a front that must be refused. One without an audience (AWS) is told by
    /// the `signer` in its header, so faults of `aud` are not here.
    pub const OF_FRONTS: [Self; 15] = [
        Self::OtherIssuer,
        Self::NoIssuer,
        Self::Expired,
        Self::Unsigned,
        Self::WithoutSignature,
        Self::HmacOfPublicKey,
        Self::UnknownKey,
        Self::ForgedKey,
        Self::KeyAddress,
        Self::CertificateAddress,
        Self::KeyInside,
        Self::Encrypted,
        Self::BrokenSignature,
        Self::ChangedAfterwards,
        Self::Critical,
    ];

    /// Makes the draft wrong.
    pub(crate) fn apply(&self, draft: &mut Draft, at: &Surroundings<'_>) {
        let issuer = draft
            .claims
            .get("iss")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let ours = match draft.claims.get("aud") {
            Some(Value::Array(list)) => list.first().cloned().unwrap_or_default(),
            other => other.cloned().unwrap_or_default(),
        };
        let stranger = || json!(format!("client-{}", chance::token()));
        let strangers = || json!([stranger(), ours, stranger(), "328120847263170562"]);
        let claims = &mut draft.claims;
        let mut put = |name: &str, value: Value| set(claims, name, value);
        match self {
            Self::OtherIssuer => put("iss", json!("https://other.demo.example")),
            Self::IssuerSlash => put("iss", json!(toggle_slash(&issuer))),
            Self::IssuerWithoutScheme => put(
                "iss",
                json!(issuer.split_once("://").map_or(&*issuer, |(_, rest)| rest)),
            ),
            Self::NoIssuer => put("iss", Value::Null),
            Self::OtherAudience => put("aud", stranger()),
            Self::NoAudience => put("aud", Value::Null),
            Self::EmptyAudience => put("aud", json!([])),
            Self::Strangers => {
                put("aud", strangers());
                put("azp", ours);
            }
            Self::StrangersWithoutParty => {
                put("aud", strangers());
                put("azp", Value::Null);
            }
            Self::StrangerAsParty => {
                let azp = stranger();
                put("aud", json!([ours, azp]));
                put("azp", azp);
            }
            Self::OtherParty => {
                put("aud", ours);
                put("azp", stranger());
            }
            Self::NoNonce => put("nonce", Value::Null),
            Self::EmptyNonce => put("nonce", json!("")),
            Self::OtherNonce => put("nonce", json!(chance::token().repeat(2))),
            Self::Expired => {
                put("exp", json!(at.now - 120));
                put("iat", json!(at.now - 420));
                if draft.header.contains_key("exp") {
                    draft.header.insert("exp".to_owned(), json!(at.now - 120));
                }
            }
            Self::NoExpiry => put("exp", Value::Null),
            Self::IssuedAhead => {
                put("iat", json!(at.now + 600));
                put("exp", json!(at.now + 900));
            }
            Self::NotYet => put("nbf", json!(at.now + 600)),
            Self::NoSubject => put("sub", Value::Null),
            Self::EmptySubject => put("sub", json!("")),
            Self::Claim(name, value) => put(name, value.clone()),
            Self::Header(name, value) => _ = draft.header.insert((*name).to_owned(), value.clone()),
            Self::Kind(kind) => _ = draft.header.insert("typ".to_owned(), json!(kind)),
            Self::OtherToken => {
                if let Some(other) = &at.other {
                    *draft = other.clone();
                }
            }
            Self::Encrypted => draft.form = Form::Encrypted,
            Self::BrokenSignature => draft.form = Form::BrokenSignature,
            Self::ChangedAfterwards => draft.form = Form::ChangedAfterwards,
            _ => self.sign_wrongly(draft, at),
        }
    }

    /// The faults of signature and header.
    fn sign_wrongly(&self, draft: &mut Draft, at: &Surroundings<'_>) {
        let header: &mut Map<String, Value> = &mut draft.header;
        let mut put = |name: &str, value: Value| _ = header.insert(name.to_owned(), value);
        let unpublished = Signer::Stranger(at.algorithm);
        match self {
            Self::Unsigned => draft.signer = Signer::Nobody,
            Self::WithoutSignature => {
                put("alg", json!(at.algorithm.name()));
                put("kid", json!(at.key_id));
                draft.signer = Signer::Nobody;
            }
            Self::HmacOfPublicKey => {
                put("kid", json!(at.key_id));
                draft.signer = Signer::PublicKeyOf(Box::new(draft.signer.clone()));
            }
            Self::HmacOfSecret => draft.signer = Signer::Secret(at.secret.as_bytes().to_vec()),
            Self::UnknownKey => draft.signer = unpublished,
            Self::ForgedKey => {
                put("kid", json!(at.key_id));
                draft.signer = unpublished;
            }
            Self::KeyAddress => {
                put("jku", json!(format!("{}{}", at.origin, crate::STRANGER_KEYS)));
                draft.signer = unpublished;
            }
            Self::CertificateAddress => {
                put("x5u", json!(format!("{}{}", at.origin, crate::STRANGER_KEYS)));
                draft.signer = unpublished;
            }
            Self::KeyInside => {
                put("jwk", at.stranger.clone());
                draft.signer = unpublished;
            }
            Self::NoKeyId => put("kid", Value::Null),
            Self::Critical => {
                put("crit", json!(["demo"]));
                put("demo", json!(true));
            }
            _ => {}
        }
    }
}

/// The text with a slash at its end where it has none, and without where it has one.
pub(crate) fn toggle_slash(text: &str) -> String {
    text.strip_suffix('/').map_or_else(|| format!("{text}/"), str::to_owned)
}
