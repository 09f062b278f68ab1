//! Signing in at a simulated identity provider.

mod browser;
mod life;
mod recipes;
mod refused;

use crate::proxy::{Proxy, Setup};
pub(crate) use browser::{Browser, location};
use chrono::{TimeDelta, Utc};
use demo_provider::{Client, DemoProvider, Options, Person, Profile};
use sign::Secret;
use signalbox::auth::Configured;
use signalbox::auth::claims::{Claim, ClaimNames};
use signalbox::auth::oidc::session::Lives;
use signalbox::auth::oidc::settings::Settings;
use signalbox::auth::sealed::SealingKeys;
use signalbox::grants::{Grant, Holders, Pattern};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub(crate) const CLIENT: &str = "signalbox";
pub(crate) const SECRET: &str = "a+secret/with=odd:signs%";

/// A provider and a proxy behind it. `change` is what the configuration says otherwise.
pub(crate) struct World {
    pub(crate) provider: DemoProvider,
    pub(crate) proxy: Proxy,
    ahead: Arc<AtomicU64>,
}

pub(crate) fn keys(first: u8) -> SealingKeys {
    SealingKeys::new(&[vec![first; 64]]).unwrap()
}

/// Without an address of its own, the proxy's is taken.
pub(crate) fn settings(provider: &DemoProvider) -> Settings {
    Settings {
        issuer: provider.issuer(),
        client_id: CLIENT.to_owned(),
        client_secret: Secret::new(SECRET),
        discovery_url: provider.discovery_url(),
        client_auth: None,
        scopes: ["openid", "profile", "email"].map(str::to_owned).into(),
        claims: ClaimNames {
            user: vec![
                Claim::named("email"),
                Claim::named("preferred_username"),
                Claim::named("sub"),
            ],
            name: vec![Claim::named("name")],
            groups: Some(Claim::named("groups")),
            shape: "list".parse().unwrap(),
        },
        userinfo: false,
        end_session_url: None,
        session_keys: keys(1),
        lives: Lives {
            idle: Duration::from_secs(3600),
            absolute: Duration::from_secs(8 * 3600),
        },
        public_url: String::new(),
    }
}

/// A grant of everything for a group.
pub(crate) fn grant(group: &str) -> Grant {
    Grant {
        holders: Holders::Named {
            groups: [group.to_owned()].into(),
            users: [].into(),
        },
        accounts: vec![Pattern::new("*")],
        tables: vec![Pattern::new("*")],
    }
}

impl World {
    pub(crate) async fn new(profile: Profile, change: impl FnOnce(&mut Settings)) -> Self {
        let ahead: Arc<AtomicU64> = Arc::default();
        let provider = demo_provider::start(Options {
            profile,
            people: Person::three(),
            clock: clock(&ahead),
            ..Options::default()
        });
        let provider = provider.await.unwrap();
        let proxy = replica_ahead(&provider, Arc::clone(&ahead), change).await;
        provider.register(Client::at(&proxy.url, CLIENT, SECRET));
        Self { provider, proxy, ahead }
    }

    pub(crate) async fn plain() -> Self {
        Self::new(Profile::plain(), |_| ()).await
    }

    /// Lets time pass, here and at the provider.
    pub(crate) fn pass(&self, minutes: u64) {
        self.ahead.fetch_add(minutes * 60, Ordering::Relaxed);
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.proxy.url)
    }
}

/// A provider's clock, so many seconds ahead.
fn clock(ahead: &Arc<AtomicU64>) -> Arc<demo_provider::Clock> {
    let ahead = Arc::clone(ahead);
    Arc::new(move || Utc::now() + TimeDelta::seconds(ahead.load(Ordering::Relaxed).cast_signed()))
}

/// A proxy in front of the provider.
pub(crate) async fn replica(provider: &DemoProvider, change: impl FnOnce(&mut Settings)) -> Proxy {
    replica_ahead(provider, Arc::default(), change).await
}

async fn replica_ahead(provider: &DemoProvider, ahead: Arc<AtomicU64>, change: impl FnOnce(&mut Settings)) -> Proxy {
    let mut settings = settings(provider);
    change(&mut settings);
    let make = move |url: &str| {
        if settings.public_url.is_empty() {
            url.clone_into(&mut settings.public_url);
        }
        Configured::Oidc(Box::new(settings))
    };
    Proxy::start(Setup {
        sign_in: Box::new(make),
        grants: vec![grant("platform"), grant("on-call")],
        rows: 60,
        ahead,
        ..Setup::default()
    })
    .await
}
