//! `signalbox demo --auth`: three people who may see different things.

use super::super::{CommandError, transport};
use crate::auth::claims::groups::Shape;
use crate::auth::claims::{Claim, ClaimNames};
use crate::auth::oidc::session::Lives;
use crate::auth::oidc::settings;
use crate::auth::sealed::SealingKeys;
use crate::auth::{Configured, SignIn};
use crate::clock::Ambient;
use crate::grants::{Grant, Holders, Pattern};
use crate::http::state::Settings;
use demo_provider::{Client, DemoProvider, Options, Profile};
use sign::Secret;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

const CLIENT: &str = "signalbox";

/// Worth nothing: whoever reaches the simulated provider can be anyone.
const SECRET: &str = "demo";

/// Which group may see which accounts. The people and what their sign-in page says of them are the provider's ([`demo_provider::Person::three`]).
const GRANTS: [(&str, &str); 2] = [("platform", "*"), ("staging", "staging-*")];

/// Starts the provider and lets people sign in at it.
///
/// # Errors
/// See [`CommandError`].
pub async fn sign_in(settings: &mut Settings, address: SocketAddr) -> Result<DemoProvider, CommandError> {
    let public_url = format!("http://{address}");
    let provider = demo_provider::start(Options {
        clients: vec![Client::at(&public_url, CLIENT, SECRET)],
        profile: Profile::plain(),
        ..Options::default()
    });
    let provider = provider.await?;
    let configured = Configured::Oidc(Box::new(oidc(&provider, public_url.clone())));
    settings.sign_in = Arc::new(SignIn::new(configured, transport()?, Ambient::real()));
    settings.public_url = Some(public_url);
    settings.contact = Some("platform@example.com".to_owned());
    settings.grants = GRANTS.into_iter().map(grant).collect();
    Ok(provider)
}

fn grant((group, accounts): (&str, &str)) -> Grant {
    Grant {
        holders: Holders::Named {
            groups: [group.to_owned()].into(),
            users: [].into(),
        },
        accounts: vec![Pattern::new(accounts)],
        tables: vec![Pattern::new("*")],
    }
}

/// As a configuration of the plain provider would have it.
fn oidc(provider: &DemoProvider, public_url: String) -> settings::Settings {
    settings::Settings {
        issuer: provider.issuer(),
        client_id: CLIENT.to_owned(),
        client_secret: Secret::new(SECRET),
        discovery_url: provider.discovery_url(),
        client_auth: None,
        scopes: ["openid", "profile", "email"].map(str::to_owned).into(),
        claims: ClaimNames {
            user: vec![Claim::named("email")],
            name: vec![Claim::named("name")],
            groups: Some(Claim::named("groups")),
            shape: Shape::List,
        },
        userinfo: false,
        end_session_url: None,
        session_keys: SealingKeys::of_this_process(),
        lives: Lives {
            idle: Duration::from_secs(3600),
            absolute: Duration::from_secs(8 * 3600),
        },
        public_url,
    }
}
