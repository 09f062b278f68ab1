//! Each vendor's provider is as its documents say.

use demo_provider::{Algorithm, ClientAuth, DemoProvider, Endpoint, Person, Profile, opaque_group};
use http::Request;
use serde_json::{Value, json};

use crate::client::{get, parameter, post, send};
use crate::judge;
use crate::party::{CALLBACK, CLIENT, SECRET, STATE, VERIFIER, basic, callback, exchange, provider, request, sign_in};
use crate::verify::read;

async fn of(profile: Profile) -> DemoProvider {
    provider(profile).await
}

/// The discovery document as a client finds it.
async fn document(provider: &DemoProvider) -> Value {
    let issuer = provider.issuer();
    let standard = format!(
        "{}/.well-known/openid-configuration",
        issuer.strip_suffix('/').unwrap_or(&issuer)
    );
    get(&provider.discovery_url().unwrap_or(standard), "").await.json()
}

async fn claims(provider: &DemoProvider, login: &str) -> Value {
    read(&sign_in(provider, login).await.id_token).claims
}

async fn userinfo(provider: &DemoProvider, login: &str) -> Value {
    let access = sign_in(provider, login).await.access_token;
    let ask = Request::get(provider.address(Endpoint::Userinfo)).header("authorization", format!("Bearer {access}"));
    send(ask.body(String::new()).unwrap()).await.unwrap().json()
}

#[tokio::test]
async fn everybody_signs_in_everywhere_and_the_published_keys_verify_it() {
    for profile in Profile::all() {
        let name = profile.name;
        assert_eq!(Profile::named(name).as_ref(), Some(&profile));
        let provider = of(profile).await;
        let document = document(&provider).await;
        assert_eq!(document["issuer"], provider.issuer(), "{name}");
        let keys = get(document["jwks_uri"].as_str().unwrap(), "").await.json();
        for login in ["lin", "marta", "guo"] {
            let signed_in = sign_in(&provider, login).await;
            let judged = judge::of_id_token(&signed_in.id_token, &provider.issuer(), &keys);
            assert_eq!(judged, None, "{name}: {}", signed_in.id_token);
            let parts = read(&signed_in.id_token);
            assert_eq!(parts.claims["sub"], provider.subject(login, CLIENT), "{name}");
            let listed = document["id_token_signing_alg_values_supported"].as_array().unwrap();
            assert!(listed.contains(&parts.header["alg"]), "{name}");
        }
        // What is advertised is what comes.
        let advertised = document["authorization_response_iss_parameter_supported"] == true;
        let came = parameter(&callback(&provider, "lin").await.0, "iss");
        assert_eq!(came, advertised.then(|| provider.issuer()), "{name}");
        let back_channel = document["backchannel_logout_supported"] == true;
        assert_eq!(back_channel, provider.profile().logout_token.is_some(), "{name}");
        let subject = userinfo(&provider, "lin").await["sub"].clone();
        assert_eq!(subject, provider.subject("lin", CLIENT), "{name}");
    }
    assert_eq!(Profile::named("no such provider"), None);
}

#[tokio::test]
async fn issuers_and_addresses_have_the_vendors_forms() {
    let authentik = of(Profile::authentik()).await;
    assert!(authentik.issuer().ends_with("/application/o/signalbox/"));
    let entra = of(Profile::entra()).await;
    assert!(entra.issuer().ends_with("/v2.0"));
    let document_of_entra = document(&entra).await;
    assert_eq!(document_of_entra["code_challenge_methods_supported"], Value::Null);
    assert!(
        document_of_entra["userinfo_endpoint"]
            .as_str()
            .unwrap()
            .starts_with("http://localhost:")
    );

    let maxkey = of(Profile::maxkey()).await;
    assert_eq!(maxkey.issuer(), "https://sso.demo.example/maxkey");
    assert!(maxkey.discovery_url().unwrap().starts_with(&maxkey.origin()));
    let own = get(
        &format!("{}/maxkey/.well-known/openid-configuration", maxkey.origin()),
        "",
    )
    .await;
    assert_eq!(own.status, 404);

    // Casdoor states the root's issuer at both addresses, and the root's keys are not the application's.
    let casdoor = of(Profile::casdoor()).await;
    let root = get(&format!("{}/.well-known/openid-configuration", casdoor.origin()), "")
        .await
        .json();
    assert_eq!(root["issuer"], casdoor.origin());
    assert_eq!(document(&casdoor).await["issuer"], casdoor.origin());
    let (root_keys, own) = (get(root["jwks_uri"].as_str().unwrap(), "").await.json(), casdoor.keys());
    let token = sign_in(&casdoor, "lin").await.id_token;
    assert_eq!(
        judge::of_id_token(&token, &casdoor.issuer(), &root_keys),
        Some("signature")
    );
    assert_eq!(judge::of_id_token(&token, &casdoor.issuer(), &own), None);

    for profile in [Profile::alibaba_eiam(), Profile::huawei_oneaccess()] {
        let document = document(&of(profile).await).await;
        assert!(
            document["authorization_endpoint"]
                .as_str()
                .unwrap()
                .starts_with("http://localhost:")
        );
        assert!(
            document["token_endpoint"]
                .as_str()
                .unwrap()
                .starts_with("http://127.0.0.1:")
        );
    }
    let ram = document(&of(Profile::alibaba_ram()).await).await;
    assert_eq!(
        (&ram["userinfo_endpoint"], &ram["token_endpoint_auth_methods_supported"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn oneaccess_takes_the_secret_in_the_form_only_and_gives_numbers_as_text() {
    let provider = of(Profile::huawei_oneaccess()).await;
    let code = parameter(&callback(&provider, "lin").await.0, "code").unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let refused = post(&provider.address(Endpoint::Token), &basic(true, SECRET), &form).await;
    assert_eq!(
        (refused.status.as_u16(), refused.json()["error"].as_str()),
        (401, Some("invalid_client"))
    );
    let tokens = exchange(&provider, &code, &[]).await.json();
    assert_eq!(tokens["expires_in"], "1200");
    assert_eq!(read(tokens["id_token"].as_str().unwrap()).header["alg"], "RS512");
    assert_eq!(provider.keys()["keys"].as_array().unwrap().len(), 4);

    // A state of base64url is refused, one of hexadecimal digits is not; `openid` is the only scope.
    let odd = get(&request(&provider, &[("state", "a-b_c"), ("login_hint", "lin")]), "")
        .await
        .location();
    assert_eq!(parameter(&odd, "error").unwrap(), "invalid_request");
    let more = get(&request(&provider, &[("scope", "openid profile")]), "")
        .await
        .location();
    assert_eq!(parameter(&more, "error").unwrap(), "invalid_scope");
    // Nobody is signed in, and `prompt=none` is not understood.
    assert_eq!(get(&request(&provider, &[("prompt", "none")]), "").await.status, 200);
}

#[tokio::test]
async fn the_secret_is_read_as_each_provider_reads_it() {
    // A secret with signs that a form encodes: encoded as RFC 6749 has it for most, as it stands for Authentik.
    for (profile, encoded, right) in [
        (Profile::plain(), true, true),
        (Profile::plain(), false, false),
        (Profile::authentik(), true, false),
        (Profile::authentik(), false, true),
    ] {
        let provider = of(profile).await;
        let code = parameter(&callback(&provider, "lin").await.0, "code").unwrap();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        let answer = post(&provider.address(Endpoint::Token), &basic(encoded, SECRET), &form).await;
        assert_eq!(answer.status == 200, right, "{} {encoded}", provider.profile().name);
    }
    // Authing lists more than an application takes; Casdoor takes the form where both come.
    assert_eq!(Profile::authing().client_auth, [ClientAuth::Post]);
    assert!(Profile::authing().client_auth_listed.contains(&"client_secret_basic"));
    let casdoor = of(Profile::casdoor()).await;
    let code = parameter(&callback(&casdoor, "lin").await.0, "code").unwrap();
    let both = exchange(&casdoor, &code, &[("client_id", CLIENT), ("client_secret", SECRET)]).await;
    assert_eq!(both.status, 200);
}

#[tokio::test]
async fn groups_come_as_each_provider_sends_them() {
    let ids = json!([opaque_group("platform"), opaque_group("on-call")]);
    for (profile, pointer, groups) in [
        (Profile::plain(), "/groups", json!(["platform", "on-call"])),
        (Profile::alibaba_eiam(), "/groups", ids.clone()),
        (Profile::alibaba_ram(), "/groups", Value::Null),
        (Profile::casdoor(), "/groups", json!(["demo/platform", "demo/on-call"])),
        (Profile::casdoor(), "/roles/1/name", json!("on-call")),
        (Profile::maxkey(), "/groups", Value::Null),
        (Profile::keycloak(), "/groups", json!(["/platform", "/on-call"])),
        (
            Profile::keycloak(),
            "/realm_access/roles",
            json!(["platform", "on-call"]),
        ),
        (Profile::dex(), "/groups", json!(["platform", "on-call"])),
        (
            Profile::zitadel(),
            "/urn:zitadel:iam:org:project:roles/platform/328120847263100001",
            json!("demo.zitadel.example"),
        ),
        (Profile::logto(), "/roles", json!(["platform", "on-call"])),
        (Profile::entra(), "/roles", json!(["platform", "on-call"])),
        (Profile::entra(), "/groups", ids),
        (Profile::okta(), "/groups", json!(["platform", "on-call"])),
        (Profile::google(), "/groups", Value::Null),
        (Profile::gitlab(), "/groups_direct", json!(["platform", "on-call"])),
        (Profile::gitlab(), "/groups", Value::Null),
    ] {
        let provider = of(profile).await;
        let claims = claims(&provider, "lin").await;
        assert_eq!(
            claims.pointer(pointer).unwrap_or(&Value::Null),
            &groups,
            "{}",
            provider.profile().name
        );
    }
    let gitlab = of(Profile::gitlab()).await;
    assert_eq!(userinfo(&gitlab, "lin").await["groups"], json!(["platform", "on-call"]));
    let okta = of(Profile::okta()).await;
    assert_eq!(claims(&okta, "guo").await["groups"], "finance");

    // Without its scope a group does not come.
    let dex = of(Profile::dex()).await;
    let bare = get(&request(&dex, &[("scope", "openid"), ("login_hint", "lin")]), "")
        .await
        .location();
    let tokens = exchange(&dex, &parameter(&bare, "code").unwrap(), &[]).await.json();
    let claims = read(tokens["id_token"].as_str().unwrap()).claims;
    assert!(claims["groups"].is_null() && claims["name"].is_null() && claims["email"].is_null());
}

#[tokio::test]
async fn entra_points_elsewhere_where_there_are_too_many_groups() {
    let provider = of(Profile::entra()).await;
    let many: Vec<String> = (0..201).map(|index| format!("group {index}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    provider.set_groups("lin", &many[..200]);
    assert_eq!(claims(&provider, "lin").await["groups"].as_array().unwrap().len(), 200);
    provider.set_groups("lin", &many);
    let claims = claims(&provider, "lin").await;
    assert!(claims["groups"].is_null());
    assert_eq!(claims["_claim_names"]["groups"], "src1");
    assert_ne!(provider.subject("lin", "one"), provider.subject("lin", "two"));
    // Its keys do not say what they are for.
    assert!(provider.keys()["keys"][0]["alg"].is_null());
}

#[tokio::test]
async fn tokens_have_the_vendors_oddities() {
    let zitadel = claims(&of(Profile::zitadel()).await, "lin").await;
    assert_eq!(
        (zitadel["aud"].as_array().unwrap().len(), &zitadel["azp"]),
        (4, &json!(CLIENT))
    );
    let casdoor = of(Profile::casdoor()).await;
    let signed_in = sign_in(&casdoor, "lin").await;
    assert_eq!(signed_in.id_token, signed_in.access_token);
    assert_eq!(read(&signed_in.id_token).claims["aud"], json!([CLIENT]));
    let maxkey = of(Profile::maxkey()).await;
    let bare = claims(&maxkey, "lin").await;
    assert!(bare["name"].is_null() && bare["preferred_username"].is_null());
    assert_eq!(userinfo(&maxkey, "lin").await["preferred_username"], "lin");
    assert_eq!(
        read(&sign_in(&of(Profile::logto()).await, "lin").await.id_token).header["alg"],
        "ES384"
    );
    assert_eq!(
        read(&sign_in(&of(Profile::okta()).await, "lin").await.id_token).header["typ"],
        Value::Null
    );
    let gitlab = claims(&of(Profile::gitlab()).await, "lin").await;
    assert!(gitlab["sub"].as_str().unwrap().parse::<u64>().is_ok());
    let ram = claims(&of(Profile::alibaba_ram()).await, "lin").await;
    assert!(ram["email"].is_null() && ram["upn"] == "lin@demo.onaliyun.com");
    assert_eq!(
        claims(&of(Profile::authentik()).await, "lin").await["email_verified"],
        false
    );
    let google = of(Profile::google()).await;
    let back = callback(&google, "lin").await.0;
    assert_eq!(parameter(&back, "hd").unwrap(), "demo.example");

    let without_address = Person {
        email: None,
        ..Person::new("wu", "吴", &[])
    };
    let plain = of(Profile::plain()).await;
    plain.set_person(without_address);
    let claims = claims(&plain, "wu").await;
    assert!(claims["email"].is_null() && claims["email_verified"].is_null());
}

#[tokio::test]
async fn a_shared_secret_signs_where_no_key_was_chosen() {
    let authentik = Profile {
        algorithm: Algorithm::Hs256,
        algorithms_listed: &["HS256"],
        ..Profile::authentik()
    };
    let provider = of(authentik).await;
    let token = sign_in(&provider, "lin").await.id_token;
    assert_eq!(read(&token).header["alg"], "HS256");
    assert_eq!(provider.keys(), json!({"keys": []}));
    let (message, signature) = token.rsplit_once('.').unwrap();
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET.as_bytes());
    ring::hmac::verify(&key, message.as_bytes(), &crate::verify::decode(signature)).unwrap();
}

#[tokio::test]
async fn where_nobody_is_signed_in_each_provider_answers_in_its_own_way() {
    for (profile, status, error) in [
        (Profile::keycloak(), 302, Some("login_required")),
        (Profile::zitadel(), 400, None),
        (Profile::casdoor(), 200, None),
        (Profile::google(), 302, Some("login_required")),
    ] {
        let provider = of(profile).await;
        let answer = get(&request(&provider, &[("prompt", "none")]), "").await;
        assert_eq!(answer.status, status, "{}", provider.profile().name);
        if let Some(error) = error {
            let location = answer.location();
            assert_eq!(parameter(&location, "error").as_deref(), Some(error));
            assert_eq!(parameter(&location, "state").as_deref(), Some(STATE));
        }
    }
    // Whoever shows the page in spite of `prompt=none` takes the answer.
    let casdoor = of(Profile::casdoor()).await;
    let chosen = post(&request(&casdoor, &[("prompt", "none")]), "", &[("person", "lin")])
        .await
        .location();
    assert!(parameter(&chosen, "code").is_some());
    // Unknown scopes are refused by those that say so.
    for (profile, refused) in [
        (Profile::google(), true),
        (Profile::dex(), true),
        (Profile::zitadel(), false),
    ] {
        let provider = of(profile).await;
        let asked = request(&provider, &[("scope", "openid nonsense"), ("login_hint", "lin")]);
        let location = get(&asked, "").await.location();
        assert_eq!(
            parameter(&location, "error").is_some(),
            refused,
            "{}",
            provider.profile().name
        );
    }
    // MaxKey takes an address that only begins like the registered one, and asks for no challenge.
    let provider = of(Profile::maxkey()).await;
    let longer = format!("{CALLBACK}/more");
    let asked = request(
        &provider,
        &[
            ("redirect_uri", &longer),
            ("code_challenge", ""),
            ("code_challenge_method", ""),
            ("login_hint", "lin"),
        ],
    );
    assert!(get(&asked, "").await.location().as_str().starts_with(&longer));
}
