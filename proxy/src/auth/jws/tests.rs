use super::keys::KeySet;
use super::*;
use crate::auth::forge::{Signer, published};
use jsonwebtoken::Algorithm::{ES256, EdDSA, RS256};
use proptest::prelude::*;
use serde_json::json;
use std::sync::LazyLock;

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=";

static TOKEN: LazyLock<String> = LazyLock::new(|| Signer::p256("k").token(&json!({"sub": "ann", "exp": 1})));
static KEYS: LazyLock<KeySet> = LazyLock::new(|| KeySet::read(&published(&[&Signer::p256("k")])).unwrap());

/// As [`verify`], with keys that are there.
fn taken(token: &str, algorithms: &[Algorithm], padding: Padding) -> Result<Jws, JwsError> {
    let token = read(token, algorithms, padding)?;
    let fitting = KEYS.fitting(token.kid(), token.algorithm()).map_err(KeysError::from)?;
    token.verify(&fitting)
}

#[test]
fn a_token_is_taken_apart_and_its_claims_come_with_the_signature_alone() {
    let jws = taken(&TOKEN, &[ES256], Padding::None).unwrap();
    assert_eq!((&jws.header["kid"], &jws.claims["sub"]), (&json!("k"), &json!("ann")));
    assert!(
        taken(&TOKEN, &[RS256, EdDSA], Padding::None).is_err(),
        "whoever verifies says what counts"
    );
    assert!(taken(&TOKEN, &[], Padding::None).is_err());
    let forged = Signer::other_p256("k").token(&json!({"sub": "eve"}));
    assert!(matches!(
        taken(&forged, &[ES256], Padding::None),
        Err(JwsError::Signature)
    ));
}

#[test]
fn padding_is_for_those_who_ask_for_it() {
    let header = json!({"alg": "ES256", "kid": "k"});
    let padded = Signer::p256("k").padded(&header, &json!({"sub": "ann"}));
    assert_eq!(padded.matches("==").count(), 3);
    assert!(taken(&padded, &[ES256], Padding::Allowed).is_ok());
    assert!(taken(&TOKEN, &[ES256], Padding::Allowed).is_ok());
    assert!(taken(&padded, &[ES256], Padding::None).is_err());
    // What was signed was the padded text.
    assert!(taken(&padded.replace('=', ""), &[ES256], Padding::Allowed).is_err());
}

#[test]
fn the_name_of_ed25519_may_be_the_old_or_the_new_one() {
    let signer = Signer::ed25519("e");
    let keys = KeySet::read(&published(&[&signer])).unwrap();
    for name in ["EdDSA", "Ed25519"] {
        let token = signer.token_with(&json!({ "alg": name }), &json!({}));
        let token = read(&token, &[EdDSA], Padding::None).unwrap();
        let fitting = keys.fitting(token.kid(), token.algorithm()).unwrap();
        assert!(token.verify(&fitting).is_ok(), "{name}");
    }
}

proptest! {
    #[test]
    fn no_token_with_one_sign_changed_is_taken(at in 0_usize..1_000, letter in 0..LETTERS.len()) {
        let at = at % TOKEN.len();
        let mut changed = TOKEN.clone();
        changed.replace_range(at..=at, &LETTERS[letter..=letter]);
        let same = changed == *TOKEN;
        prop_assert_eq!(taken(&changed, &[ES256], Padding::None).is_ok(), same);
    }

    #[test]
    fn no_token_that_is_cut_or_longer_is_taken(cut in 0_usize..1_000, more in "[A-Za-z0-9_.=-]{1,8}") {
        let shorter = &TOKEN[..cut % TOKEN.len()];
        prop_assert!(taken(shorter, &[ES256], Padding::None).is_err());
        let longer = format!("{}{more}", *TOKEN);
        prop_assert!(taken(&longer, &[ES256], Padding::None).is_err());
    }

    #[test]
    fn no_text_breaks_the_reading(text in "\\PC{0,80}", parts in proptest::collection::vec("[A-Za-z0-9_=-]{0,12}", 0..6)) {
        for padding in [Padding::None, Padding::Allowed] {
            prop_assert!(taken(&text, &[ES256], padding).is_err());
            prop_assert!(taken(&parts.join("."), &[ES256], padding).is_err());
        }
    }
}
