//! `[store]`: what replicas share.

use super::auth::Auth;
use super::fields::Fields;
use super::{keys, secret};
use crate::auth::Configured;
use crate::auth::sealed::SealingKeys;
use crate::store::{Settings, TIMEOUT};
use std::time::Duration;

/// How long a command may be given: whoever waits for the store waits so long once.
const TIMEOUTS: [Duration; 2] = [Duration::from_millis(10), Duration::from_secs(10)];

/// Without the section replicas share nothing.
pub(super) fn read(
    fields: Option<Fields<'_>>,
    auth: &Auth,
    public_url: Option<&str>,
    secrets: secret::Source<'_>,
) -> Option<Settings> {
    let mut fields = fields?;
    let url = secrets.required(&mut fields, "redis");
    let timeout = fields.span("timeout").unwrap_or(TIMEOUT);
    if timeout < TIMEOUTS[0] || timeout > TIMEOUTS[1] {
        fields.fault("timeout", "must be between 10ms and 10s");
    }
    // Keys of its own that cannot be used are a fault already, and so is an [auth] that cannot be.
    let known = !fields.has("keys") && !auth.is_broken();
    let own = keys::read(&mut fields, "keys", secrets);
    let keys = own.or_else(|| match &auth.sign_in {
        Configured::Oidc(settings) => Some(settings.session_keys.clone()),
        Configured::None | Configured::Header(_) | Configured::Jwt(_) => None,
    });
    let shares = keys.is_some() || !auth.is_open;
    if keys.is_none() && known && shares {
        let what = "without the session keys of [auth.oidc], what lies in the store is sealed with";
        fields.fault("keys", keys::missing(what));
    }
    let keys = keys.or_else(|| (!shares && known).then(SealingKeys::of_this_process));
    let keys = keys.and_then(|keys| keys.for_the_store());
    let settings = url
        .zip(keys)
        .map(|(url, keys)| Settings::new(url.expose(), keys, public_url));
    let settings = settings.transpose();
    let settings = settings.map_err(|why| fields.fault("redis", format!("the secret {why}")));
    fields.end();
    let settings = settings.ok().flatten().map(|settings| settings.timeout(timeout));
    if shares {
        settings
    } else {
        settings.map(Settings::alone)
    }
}
