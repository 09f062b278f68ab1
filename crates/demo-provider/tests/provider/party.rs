//! A sign-in from the first address to the ID token.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use demo_provider::{Client, ClientAuth, DemoProvider, Endpoint, Options, Profile, start};
use ring::digest::{SHA256, digest};
use url::Url;

use crate::client::{Answer, get, parameter, post};

pub const CLIENT: &str = "signalbox";
pub const SECRET: &str = "a+b%63:d/é";
pub const CALLBACK: &str = "http://127.0.0.1:9/auth/callback";
pub const RETURN: &str = "http://127.0.0.1:9/";
pub const VERIFIER: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG-._~";
pub const STATE: &str = "5f0a";
pub const NONCE: &str = "77cd";

/// A provider of this profile that knows one client.
pub async fn provider(profile: Profile) -> DemoProvider {
    let options = Options {
        clients: vec![client()],
        profile,
        ..Options::default()
    };
    start(options).await.unwrap()
}

pub fn client() -> Client {
    let mut client = Client::at("http://127.0.0.1:9", CLIENT, SECRET);
    // Where return addresses are those for codes.
    client.redirect_uris.push(RETURN.to_owned());
    client
}

/// The authorization request with these parameters in addition, or instead of the usual ones; an empty value leaves one
/// out.
pub fn request(provider: &DemoProvider, more: &[(&str, &str)]) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()));
    // OpenID and what else the profile knows.
    let scopes = ["openid", "profile", "email", "groups", "roles", "aliuid"];
    let known = provider.profile().scopes;
    let scope = scopes
        .iter()
        .filter(|scope| known.contains(scope))
        .copied()
        .collect::<Vec<_>>()
        .join(" ");
    let usual = [
        ("client_id", CLIENT),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", &scope),
        ("state", STATE),
        ("nonce", NONCE),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let mut address: Url = provider.address(Endpoint::Authorize).parse().unwrap();
    for (name, value) in usual {
        if !more.iter().any(|(other, _)| *other == name) {
            address.query_pairs_mut().append_pair(name, value);
        }
    }
    for (name, value) in more.iter().filter(|(_, value)| !value.is_empty()) {
        address.query_pairs_mut().append_pair(name, value);
    }
    address.into()
}

/// The callback for somebody with this code.
pub async fn callback(provider: &DemoProvider, login: &str) -> (Url, Answer) {
    let answer = get(&request(provider, &[("login_hint", login)]), "").await;
    (answer.location(), answer)
}

/// Changes a code for tokens in the way that the profile wants, with these parameters instead of the usual ones.
pub async fn exchange(provider: &DemoProvider, code: &str, instead: &[(&str, &str)]) -> Answer {
    let usual = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let mut form: Vec<(&str, &str)> = usual
        .into_iter()
        .filter(|(name, _)| !instead.iter().any(|(other, _)| other == name))
        .chain(instead.iter().copied())
        .collect();
    let mut authorization = String::new();
    if provider.profile().client_auth.contains(&ClientAuth::Basic) {
        authorization = basic(provider.profile().basic_decoded, SECRET);
    } else {
        form.extend([("client_id", CLIENT), ("client_secret", SECRET)]);
    }
    post(&provider.address(Endpoint::Token), &authorization, &form).await
}

/// `Authorization` with the secret encoded as in a form, or as it stands.
pub fn basic(encoded: bool, secret: &str) -> String {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let secret = if encoded { encode(secret) } else { secret.to_owned() };
    format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{secret}")))
}

/// What a whole sign-in gives.
pub struct SignedIn {
    pub callback: Url,
    pub cookie: String,
    pub id_token: String,
    pub access_token: String,
}

/// Somebody signs in.
pub async fn sign_in(provider: &DemoProvider, login: &str) -> SignedIn {
    let (callback, answer) = callback(provider, login).await;
    let code = parameter(&callback, "code").unwrap_or_else(|| panic!("{callback}"));
    let tokens = exchange(provider, &code, &[]).await;
    assert_eq!(tokens.status, 200, "{tokens:?}");
    let tokens = tokens.json();
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    SignedIn {
        callback,
        cookie: answer.cookie().unwrap(),
        id_token: text("id_token"),
        access_token: text("access_token"),
    }
}
