use super::*;
use crate::auth::forge::{Signer, published};
use futures_util::FutureExt;
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::time::{advance, sleep};

/// An issuer that takes a second to answer, and can change what it does.
#[derive(Clone, Default)]
struct Issuer {
    asked: Arc<AtomicU32>,
    answer: Arc<Mutex<Option<Value>>>,
}

impl Issuer {
    fn with(answer: Value) -> Self {
        let issuer = Self::default();
        issuer.answers(Some(answer));
        issuer
    }

    fn answers(&self, answer: Option<Value>) {
        *self.answer.lock().unwrap() = answer;
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }

    fn keys(&self) -> Keys {
        let issuer = self.clone();
        Keys::new(move || {
            let issuer = issuer.clone();
            async move {
                issuer.asked.fetch_add(1, Ordering::SeqCst);
                sleep(Duration::from_secs(1)).await;
                issuer.answer.lock().unwrap().clone().ok_or_else(|| "down".to_owned())
            }
            .boxed()
        })
    }
}

const RS256: Algorithm = Algorithm::RS256;

async fn unfit(keys: &Keys, kid: &str) -> KeysError {
    keys.fitting(Some(kid), RS256).await.unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn keys_are_fetched_when_they_are_needed_once_for_all() {
    let signer = Signer::rsa("a", RS256);
    let issuer = Issuer::with(published(&[&signer]));
    let keys = issuer.keys();
    assert_eq!((issuer.asked(), keys.failure()), (0, None));
    let all = (0..50).map(|_| keys.fitting(Some("a"), RS256));
    for fitting in futures_util::future::join_all(all).await {
        assert!(fitting.is_ok());
    }
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn random_names_of_keys_make_one_request_a_minute() {
    let issuer = Issuer::with(published(&[&Signer::rsa("a", RS256)]));
    let keys = issuer.keys();
    keys.current().await.unwrap();
    advance(COOL_DOWN).await;
    let start = Instant::now();
    // All at once, and then one after the other over two and a half minutes.
    let flood = (0..5_000).map(|number| {
        let keys = keys.clone();
        async move { unfit(&keys, &format!("random-{number}")).await }
    });
    for refused in futures_util::future::join_all(flood).await {
        assert!(matches!(refused, KeysError::Unfit(Unfit::Unknown(_))));
    }
    assert_eq!(issuer.asked(), 2);
    for number in 0..5_000 {
        unfit(&keys, &format!("later-{number}")).await;
        advance(Duration::from_millis(30)).await;
    }
    let minutes = start.elapsed().as_secs() / 60;
    assert_eq!(minutes, 2);
    assert_eq!(u64::from(issuer.asked()), 2 + minutes);
    assert!(keys.fitting(Some("a"), RS256).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_new_key_is_found_at_once_when_the_issuer_was_not_asked_lately() {
    let (old, new) = (Signer::rsa("old", RS256), Signer::other_rsa("new"));
    let issuer = Issuer::with(published(&[&old]));
    let keys = issuer.keys();
    keys.current().await.unwrap();
    issuer.answers(Some(published(&[&new])));
    assert!(keys.fitting(Some("new"), RS256).await.is_err(), "asked a moment ago");
    advance(COOL_DOWN).await;
    assert!(keys.fitting(Some("new"), RS256).await.is_ok());
    assert!(keys.fitting(Some("old"), RS256).await.is_err(), "taken back");
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_was_taken_back_holds_for_an_hour_at_most() {
    let (old, new) = (Signer::rsa("old", RS256), Signer::other_rsa("new"));
    let issuer = Issuer::with(published(&[&old]));
    let keys = issuer.keys();
    keys.current().await.unwrap();
    issuer.answers(Some(published(&[&new])));
    advance(FRESH.checked_sub(Duration::from_secs(2)).unwrap()).await;
    assert!(keys.fitting(Some("old"), RS256).await.is_ok());
    assert_eq!(issuer.asked(), 1);
    advance(Duration::from_secs(2)).await;
    assert!(
        keys.fitting(Some("old"), RS256).await.is_ok(),
        "nobody waits for the newer keys"
    );
    sleep(Duration::from_secs(2)).await;
    assert_eq!(issuer.asked(), 2);
    assert!(keys.fitting(Some("old"), RS256).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn keys_stay_while_their_issuer_is_down_and_it_is_asked_again() {
    let signer = Signer::rsa("a", RS256);
    let issuer = Issuer::default();
    let keys = issuer.keys();
    let down = keys.fitting(Some("a"), RS256).await.unwrap_err();
    assert_eq!(down, KeysError::Unavailable("down".into()));
    assert_eq!(keys.failure().as_deref(), Some("down"));
    unfit(&keys, "a").await;
    assert_eq!(issuer.asked(), 1, "not at every request");
    issuer.answers(Some(published(&[&signer])));
    advance(RETRY).await;
    assert!(keys.fitting(Some("a"), RS256).await.is_ok());
    assert_eq!(keys.failure(), None);

    for broken in [
        None,
        Some(json!({"keys": []})),
        Some(json!([])),
        Some(json!({"keys": [{"kty": "oct", "k": "AA"}]})),
    ] {
        issuer.answers(broken);
        advance(FRESH).await;
        unfit(&keys, "b").await;
        assert!(keys.fitting(Some("a"), RS256).await.is_ok());
    }
    assert_eq!(issuer.asked(), 6);
}

#[tokio::test(start_paused = true)]
async fn who_goes_away_does_not_take_the_keys_along() {
    let issuer = Issuer::with(published(&[&Signer::rsa("a", RS256)]));
    let keys = issuer.keys();
    let hasty = tokio::time::timeout(Duration::from_millis(10), keys.current()).await;
    assert!(hasty.is_err());
    assert!(keys.fitting(Some("a"), RS256).await.is_ok());
    assert_eq!(issuer.asked(), 1);
}

fn set(keys: &[Value]) -> Result<KeySet, String> {
    KeySet::read(&json!({ "keys": keys }))
}

fn with(signer: &Signer, change: &Value) -> Value {
    let mut key = signer.jwk();
    for (name, value) in change.as_object().unwrap() {
        key[name] = value.clone();
    }
    key.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    key
}

#[test]
fn only_public_keys_for_signatures_are_used() {
    let (rsa, p256) = (Signer::rsa("r", RS256), Signer::p256("e"));
    for refused in [
        json!({"kty": "oct", "k": "c2VjcmV0", "kid": "r", "alg": "HS256"}),
        with(&rsa, &json!({"d": "AQAB"})),
        with(&rsa, &json!({"k": "AQAB"})),
        with(&rsa, &json!({"use": "enc"})),
        with(&rsa, &json!({"use": null, "key_ops": ["encrypt"]})),
        with(&rsa, &json!({"alg": "RSA-OAEP"})),
        with(&rsa, &json!({"alg": "HS256"})),
        with(&rsa, &json!({"alg": "ES256"})),
        with(&rsa, &json!({"n": null})),
        with(&rsa, &json!({"n": "!!"})),
        with(&rsa, &json!({"e": ""})),
        Signer::short_rsa("r").jwk(),
        with(&p256, &json!({"crv": "P-521"})),
        with(&p256, &json!({"crv": "secp256k1"})),
        with(&p256, &json!({"x": "AQAB"})),
        with(&p256, &json!({"y": null})),
        with(&Signer::ed25519("o"), &json!({"x": "AQAB"})),
        with(&Signer::ed25519("o"), &json!({"crv": "X25519"})),
        json!({"kty": "AKP", "pub": "AA"}),
        json!({"kid": "r"}),
        json!("r"),
    ] {
        let told = set(std::slice::from_ref(&refused)).unwrap_err();
        assert!(told.contains("no key that can be used"), "{refused}: {told}");
        // It costs nobody else.
        let both = set(&[refused.clone(), Signer::p384("other").jwk()]).unwrap();
        assert!(both.fitting(Some("other"), Algorithm::ES384).is_ok());
        assert_eq!(both.document()["keys"].as_array().unwrap().len(), 1, "{refused}");
    }
    let many = vec![rsa.jwk(); MOST + 1];
    assert!(set(&many).unwrap_err().contains("101 keys"));
}

#[test]
fn a_key_is_chosen_by_its_name_and_then_by_the_algorithm() {
    use Algorithm::{ES256, ES384, EdDSA, PS256, RS384};
    let (rsa, p256) = (Signer::rsa("k", RS256), Signer::p256("k"));
    let all = set(&[
        with(&rsa, &json!({"alg": "RS256"})),
        with(&rsa, &json!({"alg": "RS384"})),
        with(&p256, &json!({"alg": null})),
        with(&Signer::ed25519("ed"), &json!({"alg": "Ed25519"})),
        with(
            &rsa,
            &json!({"alg": null, "use": null, "key_ops": ["verify"], "kid": "any"}),
        ),
    ])
    .unwrap();
    for (kid, algorithm) in [("k", RS256), ("k", RS384), ("k", ES256), ("ed", EdDSA), ("any", PS256)] {
        assert!(all.fitting(Some(kid), algorithm).is_ok(), "{kid} {algorithm:?}");
    }
    assert!(all.fitting(None, ES256).is_ok(), "there is one only");
    assert_eq!(all.fitting(None, RS256).unwrap_err(), Unfit::Ambiguous(2));
    assert_eq!(
        all.fitting(Some("x"), RS256).unwrap_err(),
        Unfit::Unknown(Some("x".into()))
    );
    for (kid, algorithm) in [("k", PS256), ("k", ES384), ("ed", RS256), ("k", Algorithm::HS256)] {
        let told = all.fitting(Some(kid), algorithm).unwrap_err();
        assert!(matches!(told, Unfit::Algorithm { .. }), "{kid} {algorithm:?}");
    }
    let long = Unfit::Unknown(Some("x\n".repeat(1_000))).to_string();
    assert!(long.len() < 250 && !long.contains('\n'), "{long}");
}

#[test]
fn every_kind_of_key_verifies_its_own_signatures_and_no_others() {
    use Algorithm::{PS256, PS384, PS512, RS384, RS512};
    let mut signers = vec![Signer::p256("k"), Signer::p384("k"), Signer::ed25519("k")];
    signers.extend([RS256, RS384, RS512, PS256, PS384, PS512].map(|algorithm| Signer::rsa("k", algorithm)));
    for signer in &signers {
        let keys = set(&[with(signer, &json!({"alg": null}))]).unwrap();
        let fitting = keys.fitting(Some("k"), signer.algorithm).unwrap();
        let signed = signer.signed("text");
        let (_, signature) = signed.split_once('.').unwrap();
        assert!(fitting.verify(b"text", signature), "{:?}", signer.algorithm);
        assert!(!fitting.verify(b"texts", signature));
        for wrong in [
            "",
            "AA",
            "!",
            &signature[1..],
            &format!("{signature}="),
            &format!("{signature}AA"),
        ] {
            assert!(!fitting.verify(b"text", wrong), "{:?} {wrong}", signer.algorithm);
        }
    }
    let other = set(&[Signer::other_rsa("k").jwk()])
        .unwrap()
        .fitting(Some("k"), RS256)
        .unwrap();
    let signed = Signer::rsa("k", RS256).signed("text");
    assert!(!other.verify(b"text", signed.split_once('.').unwrap().1));
}
