//! Which claims say what of somebody, wherever tokens are read.

use super::super::fields::Fields;
use crate::auth::claims::{Claim, ClaimNames};

/// What the settings are called in a table, and what holds without them.
pub(super) struct Keys {
    pub(super) user: &'static str,
    pub(super) usual_user: &'static [&'static str],
    pub(super) name: &'static str,
    pub(super) groups: &'static str,
    pub(super) usual_groups: Option<&'static str>,
}

/// A list of the user's and of the shown name's claims is tried in turn; a list of the groups' is one way inwards.
pub(super) fn read(fields: &mut Fields<'_>, keys: &Keys) -> ClaimNames {
    let tried = |names: Option<Vec<String>>, usual: &[&str]| match names {
        Some(names) => names.into_iter().map(Claim::named).collect(),
        None => usual.iter().map(|&name| Claim::named(name)).collect(),
    };
    let user = fields.text_or_list(keys.user);
    let name = fields.text_or_list(keys.name);
    let groups = match fields.text_or_list(keys.groups) {
        None => keys.usual_groups.map(Claim::named),
        Some(path) => Claim::path(path),
    };
    let shape = fields.text("groups_shape").map(|text| text.parse());
    let shape = shape.transpose().unwrap_or_else(|why: String| {
        fields.fault("groups_shape", why);
        None
    });
    ClaimNames {
        user: tried(user, keys.usual_user),
        name: tried(name, &["name", "preferred_username"]),
        groups,
        shape: shape.unwrap_or_default(),
    }
}
