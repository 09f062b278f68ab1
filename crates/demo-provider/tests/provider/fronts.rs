//! Headers of fronts.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use demo_provider::{Front, Profile, TokenFault};
use serde_json::json;

use crate::client::get;
use crate::judge;
use crate::party::{CLIENT, provider};
use crate::verify::{is_signed, read};

#[tokio::test]
async fn each_front_signs_with_the_keys_that_it_publishes_and_says_what_its_documents_say() {
    let provider = provider(Profile::plain()).await;
    for front in Front::ALL {
        let keys = get(&provider.front_keys(front), "").await.json();
        let token = provider.mint(&provider.front_token(front, "lin").unwrap());
        assert!(is_signed(&token, &keys), "{front:?}");
        assert!(!is_signed(&token, &provider.keys()), "{front:?}");
        let parts = read(&token);
        assert_eq!(parts.claims["iss"], front.issuer());
        assert_eq!(parts.header["alg"], front.algorithm().name());
        let audience = match front {
            Front::AwsAlb => parts.header["signer"].clone(),
            Front::CloudflareAccess | Front::Teleport => parts.claims["aud"][0].clone(),
            Front::GoogleIap | Front::Pomerium => parts.claims["aud"].clone(),
        };
        assert_eq!(audience, front.audience(), "{front:?}");
        for fault in TokenFault::OF_FRONTS {
            let draft = provider.front_token(front, "lin").unwrap();
            let wrong = provider.mint_wrong(draft, CLIENT, &fault);
            assert!(
                judge::of_front(&wrong, front.issuer(), &keys).is_some(),
                "{front:?} {fault:?}"
            );
        }
        assert_eq!(judge::of_front(&token, front.issuer(), &keys), None, "{front:?}");
    }
    let groups = |front, name: &str| {
        let token = provider.mint(&provider.front_token(front, "lin").unwrap());
        read(&token).claims[name].clone()
    };
    assert_eq!(groups(Front::Teleport, "roles"), json!(["platform", "on-call"]));
    assert_eq!(groups(Front::Pomerium, "groups"), json!(["platform", "on-call"]));
    assert!(groups(Front::CloudflareAccess, "groups").is_null() && groups(Front::GoogleIap, "groups").is_null());
    let teleport = read(&provider.mint(&provider.front_token(Front::Teleport, "lin").unwrap()));
    assert!(teleport.header["kid"].is_null() && teleport.claims["iat"].is_null());
    assert_eq!(provider.front_token(Front::Teleport, "nobody"), None);
}

#[tokio::test]
async fn the_load_balancer_pads_its_parts_and_publishes_its_key_as_pem() {
    let provider = provider(Profile::plain()).await;
    let draft = provider.front_token(Front::AwsAlb, "lin").unwrap();
    let token = provider.mint(&draft);
    let parts: Vec<&str> = token.split('.').collect();
    assert!(parts.iter().all(|part| part.len() % 4 == 0), "{token}");
    assert!(parts.iter().any(|part| part.ends_with('=')), "{token}");

    let id = read(&token).header["kid"].as_str().unwrap().to_owned();
    let pem = get(&format!("{}/{id}", provider.front_pem(Front::AwsAlb)), "").await;
    let lines: String = pem.body.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(lines).unwrap();
    // The point ends the key: it must be the one of the key set.
    let keys = get(&provider.front_keys(Front::AwsAlb), "").await.json();
    let half = |name: &str| URL_SAFE_NO_PAD.decode(keys["keys"][0][name].as_str().unwrap()).unwrap();
    assert_eq!(der[der.len() - 64..], [half("x"), half("y")].concat());
    // The length of what comes before it is that of every P-256 key.
    assert_eq!((der.len(), &der[..2]), (91, &[0x30, 0x59][..]));
    assert_eq!(
        get(&format!("{}/other", provider.front_pem(Front::AwsAlb)), "")
            .await
            .status,
        404
    );

    let expired = provider.mint_wrong(draft, CLIENT, &TokenFault::Expired);
    let parts = read(&expired);
    assert!(parts.header["exp"] == parts.claims["exp"]);
}
