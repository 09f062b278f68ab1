//! `[feeds]`: addresses for programs that cannot sign in.

use super::auth::Auth;
use super::fields::Fields;
use super::{keys, secret};
use crate::auth::Configured;
use crate::auth::sealed::SealingKeys;
use crate::feeds::{LONGEST_LIFE, Settings, list};
use std::time::Duration;

/// A feed that ends sooner is one that nobody has subscribed to yet.
const SHORTEST_LIFE: Duration = Duration::from_secs(60);

/// Without the section there are no feeds. They are `shared` where there is a store.
pub(super) fn read(
    fields: Option<Fields<'_>>,
    auth: &Auth,
    shared: bool,
    secrets: secret::Source<'_>,
) -> Option<Settings> {
    let mut fields = fields?;
    let max_age = fields.span("max_age").unwrap_or(LONGEST_LIFE);
    if max_age < SHORTEST_LIFE || max_age > LONGEST_LIFE {
        fields.fault("max_age", "must be between a minute and 90 days");
    }
    let file = fields.text("file").map(|file| secrets.folder.join(file));
    if let Some(file) = &file
        && let Err(error) = list::check(file)
    {
        fields.fault(
            "file",
            format!("{} cannot hold the list of feeds: {error}", file.display()),
        );
    }
    // Keys of its own that cannot be used are a fault already, and so is an [auth] that cannot be.
    let known = !fields.has("keys") && !auth.is_broken();
    let own = keys::read(&mut fields, "keys", secrets);
    let keys = own.or_else(|| match &auth.sign_in {
        Configured::Oidc(settings) => Some(settings.session_keys.clone()),
        Configured::None | Configured::Header(_) | Configured::Jwt(_) => None,
    });
    if (file.is_some() || shared) && keys.is_none() && known {
        let what = "without the session keys of [auth.oidc], what addresses are sealed with";
        fields.fault("keys", keys::missing(what));
    }
    fields.end();
    Some(Settings {
        max_age,
        // Where the list ends with this process, its key may too.
        keys: keys.unwrap_or_else(SealingKeys::of_this_process),
        file,
    })
}
