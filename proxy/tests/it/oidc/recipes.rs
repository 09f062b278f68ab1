//! Each provider that teams have, signed in at by the lines that stand in the documents.

use super::browser::location;
use super::{CLIENT, clock};
use crate::proxy::{Proxy, Setup};
use demo_provider::{Client, Options, Person, Profile, opaque_group};
use signalbox::auth::Configured;
use signalbox::auth::oidc::settings::Settings;
use signalbox::config::{self, Configuration, Environment};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// As providers make them: letters and digits. (Authentik does not decode what RFC 6749 says must be encoded.)
const SECRET: &str = "5f0c1fbc4a0e4b1e9a5d";

const ACCOUNT: &str = r#"
[[account]]
id = "a"
cloud = "huawei"
regions = ["cn-north-4"]
credentials = { from = "env" }
"#;

/// The recipes of a document, by name.
fn recipes(file: &str) -> BTreeMap<String, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(file);
    let text = fs::read_to_string(path).unwrap();
    let fences = text.split("```toml recipe=").skip(1);
    let parts = fences.map(|fence| fence.split("```").next().unwrap());
    let recipes = parts.map(|part| part.split_once('\n').unwrap());
    recipes
        .map(|(name, lines)| (name.to_owned(), lines.to_owned()))
        .collect()
}

/// The base with a recipe's lines in it, read as the program reads it.
fn configuration(base: &str, recipe: &str) -> Configuration {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let base = base
        .replace("/run/secrets/oidc", &file("oidc", SECRET))
        .replace("/run/secrets/session", &file("session", &"ab".repeat(64)));
    // The table has been opened by the base.
    let (lines, grant) = recipe.split_once("\n[[grant]]").unwrap();
    let lines = lines.strip_prefix("[auth.oidc]\n").unwrap();
    let text = format!("{base}{lines}\n[[grant]]{grant}{ACCOUNT}");
    let environment: Environment = [("HUAWEICLOUD_SDK_AK", "ak"), ("HUAWEICLOUD_SDK_SK", "sk")]
        .into_iter()
        .collect();
    config::parse(&text, folder.path(), &environment, None, signalbox::vendors::VENDORS).unwrap()
}

#[test]
fn both_languages_have_the_same_recipes_one_for_each_profile() {
    let english = recipes("sign-in.md");
    assert_eq!(english, recipes("sign-in.zh.md"));
    for profile in Profile::all().iter().filter(|profile| profile.name != "plain") {
        assert!(english.contains_key(profile.name), "{}", profile.name);
    }
}

#[tokio::test]
async fn every_recipe_signs_somebody_in_who_may_read_and_nobody_else() {
    let recipes = recipes("sign-in.md");
    for profile in Profile::all() {
        let name = profile.name;
        let Some(recipe) = recipes.get(name) else { continue };
        let recipe = recipe.replace("GROUP-ID", &opaque_group("platform"));
        let read = configuration(&recipes["base"], &recipe);
        let Configured::Oidc(mut settings) = read.auth.sign_in else {
            panic!("{name}: {:?}", read.auth)
        };
        let ahead: Arc<AtomicU64> = Arc::default();
        let provider = demo_provider::start(Options {
            profile,
            people: Person::three(),
            clock: clock(&ahead),
            ..Options::default()
        });
        let provider = provider.await.unwrap();
        // Only addresses are the simulation's own.
        assert_eq!(
            settings.discovery_url.is_some(),
            provider.discovery_url().is_some(),
            "{name}"
        );
        settings.issuer = provider.issuer();
        settings.discovery_url = provider.discovery_url();
        here(&mut settings, &provider.address(demo_provider::Endpoint::EndSession));
        let proxy = Proxy::start(Setup {
            sign_in: Box::new(move |url| {
                url.clone_into(&mut settings.public_url);
                Configured::Oidc(settings)
            }),
            all_grants: Some(read.grants),
            rows: 60,
            ahead: Arc::clone(&ahead),
            ..Setup::default()
        })
        .await;
        let mut client = Client::at(&proxy.url, CLIENT, SECRET);
        client.redirect_uris.push(format!("{}/", proxy.url));
        provider.register(client);

        let mut lin = super::Browser::new(&proxy.url);
        let there = lin.sign_in("lin", "/patches?missing=gt.0").await;
        assert_eq!(there.status(), 303, "{name}");
        assert_eq!(location(&there), "/patches?missing=gt.0", "{name}");
        let session = lin.get("/api/v1/session").await.text().await.unwrap();
        assert!(session.contains("林晓雨"), "{name}: {session}");
        assert_eq!(lin.status("/api/v1/rows/patches").await, 200, "{name}: {session}");

        // Half an hour later the provider is asked again on the way, by whatever it lists, and asks nobody.
        ahead.store(31 * 60, Ordering::Relaxed);
        let opened = lin.asked("/plans", &[("sec-fetch-dest", "document")]).await;
        let provider_asked = location(&lin.get(&location(&opened)).await);
        let answered = location(&lin.get(&provider_asked).await);
        assert_eq!(location(&lin.get(&answered).await), "/plans", "{name}");
        let renewed = lin.get("/api/v1/session").await.text().await.unwrap();
        assert_eq!(renewed, session, "{name}");

        let mut guo = super::Browser::new(&proxy.url);
        assert_eq!(guo.sign_in("guo", "/").await.status(), 303, "{name}");
        assert_eq!(guo.status("/api/v1/rows/patches").await, 403, "{name}");

        // Out, whatever the provider makes of it.
        let end = location(&lin.ask("POST", "/auth/logout", &[]).await);
        assert_eq!(lin.status("/api/v1/session").await, 401, "{name}");
        if end.contains("logout") || end.contains("end") {
            assert!(lin.get(&end).await.status().as_u16() < 400, "{name}: {end}");
        }
        for delivery in provider.sign_out("guo").await {
            assert_eq!(delivery.status, 200, "{name}");
            assert_eq!(guo.status("/api/v1/session").await, 401, "{name}");
        }
    }
}

/// An address of sign-out that is written out, at the simulation.
fn here(settings: &mut Settings, end_session: &str) {
    if let Some(url) = &mut settings.end_session_url {
        let query = url.split_once('?').unwrap().1;
        *url = format!("{end_session}?{query}");
    }
}
