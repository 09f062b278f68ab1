//! `[auth.oidc]`.

use super::super::fields::Fields;
use super::super::{keys, secret};
use super::claims;
use crate::auth::fetch::may_be_asked;
use crate::auth::oidc::session::Lives;
use crate::auth::oidc::settings::{ClientAuth, Settings};
use std::time::Duration;

/// A working day: where the provider does not tell us that somebody has signed out there, this is how long they stay.
const LIFE: Duration = Duration::from_secs(8 * 3600);

/// Without any request of the browser.
const IDLE: Duration = Duration::from_secs(3600);

/// Beyond this a session is no session.
const LONGEST_LIFE: Duration = Duration::from_secs(7 * 24 * 3600);

const CLAIMS: claims::Keys = claims::Keys {
    user: "user_claim",
    usual_user: &["email"],
    name: "name_claim",
    groups: "groups_claim",
    usual_groups: Some("groups"),
};

pub(super) fn read(mut fields: Fields<'_>, public_url: Option<&str>, secrets: secret::Source<'_>) -> Option<Settings> {
    let issuer = fields.required("issuer");
    let discovery_url = fields.text("discovery_url");
    let end_session_url = fields.text("end_session_url");
    let urls = [
        ("issuer", &issuer),
        ("discovery_url", &discovery_url),
        ("end_session_url", &end_session_url),
    ];
    for (name, url) in urls {
        if let Some(url) = url
            && let Err(why) = may_be_asked(&url.replace("{return}", ""))
        {
            fields.fault(name, format!("{url:?} cannot be used: {why}"));
        }
    }
    if public_url.is_none() {
        fields.fault("", "needs public_url: the identity provider sends people back to it");
    } else if let Some(url) = public_url
        && let Err(why) = may_be_asked(url)
    {
        fields.fault(
            "",
            format!("cannot be used under {url}, where browsers would not keep a session: {why}"),
        );
    }
    let client_id = fields.required("client_id");
    let client_secret = secrets.required(&mut fields, "client_secret");
    let client_auth = fields.one_of(
        "client_auth",
        &[("basic", ClientAuth::Basic), ("post", ClientAuth::Post)],
    );
    let scopes = scopes(&mut fields);
    let claims = claims::read(&mut fields, &CLAIMS);
    let userinfo = fields.flag("userinfo").unwrap_or_default();
    if !fields.has("session_keys") {
        fields.fault("session_keys", keys::missing("what sessions are sealed with"));
    }
    let session_keys = keys::read(&mut fields, "session_keys", secrets);
    let lives = lives(&mut fields);
    fields.end();
    Some(Settings {
        issuer: issuer?,
        client_id: client_id?,
        client_secret: client_secret?,
        discovery_url,
        client_auth,
        scopes,
        claims,
        userinfo,
        end_session_url,
        session_keys: session_keys?,
        lives,
        public_url: public_url?.to_owned(),
    })
}

fn scopes(fields: &mut Fields<'_>) -> Vec<String> {
    let usual = || ["openid", "profile", "email"].map(str::to_owned).into();
    let scopes = fields.list("scopes").unwrap_or_else(usual);
    if !scopes.iter().any(|scope| scope == "openid") {
        fields.fault("scopes", "must hold \"openid\": without it there is no ID token");
    }
    if scopes.iter().any(|scope| scope == "offline_access") {
        fields.fault(
            "scopes",
            "must not hold \"offline_access\": no token is kept after signing in",
        );
    }
    scopes
}

fn lives(fields: &mut Fields<'_>) -> Lives {
    let absolute = fields.span("session_life").unwrap_or(LIFE);
    let idle = fields.span("session_idle").unwrap_or(IDLE.min(absolute));
    for (name, life) in [("session_life", absolute), ("session_idle", idle)] {
        if life < Duration::from_secs(60) || life > LONGEST_LIFE {
            fields.fault(name, "must be between a minute and seven days");
        }
    }
    if idle > absolute {
        fields.fault("session_idle", "is longer than session_life");
    }
    Lives { idle, absolute }
}
