//! `[[token]]`: scripts that may come in.

use super::fields::Fields;
use crate::auth::api_token::{ApiToken, ApiTokens};
use std::collections::HashSet;

/// All tokens. Where nobody signs in, everyone may read everything without.
pub(super) fn read_all(top: &mut Fields<'_>, is_open: bool) -> ApiTokens {
    let mut tokens = Vec::new();
    let mut names = HashSet::new();
    let mut hashes = HashSet::new();
    for mut fields in top.tables("token") {
        if is_open {
            fields.fault(
                "",
                "is without effect under auth.mode = \"none\": leave it out, or let people sign in",
            );
        }
        let name = fields.required_id("name");
        let owner = fields.required_id("owner");
        let groups = fields.list("groups").unwrap_or_default();
        let expires = fields.required_time("expires");
        let hash = fields.required("hash").and_then(|text| {
            let hash = text.parse().map_err(|why: String| fields.fault("hash", why));
            hash.ok()
        });
        if groups.iter().any(|group| group.contains('*')) {
            fields.fault(
                "groups",
                "holds a `*`: name the groups of grants; those of everyone hold without",
            );
        }
        if name.as_ref().is_some_and(|name| !names.insert(name.clone())) {
            fields.fault("name", "is the name of another token too");
        }
        if hash.is_some_and(|hash| !hashes.insert(hash)) {
            fields.fault("hash", "is the hash of another token too");
        }
        fields.end();
        if let (Some(name), Some(owner), Some(hash), Some(expires)) = (name, owner, hash, expires) {
            tokens.push(ApiToken {
                name,
                owner,
                groups,
                hash,
                expires,
            });
        }
    }
    tokens.into_iter().collect()
}
