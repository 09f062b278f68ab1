//! `[auth.header]`.

use super::super::fields::Fields;
use super::super::networks;
use crate::auth::header::TrustedHeader;
use http::header::HeaderName;

pub(super) fn read(mut fields: Fields<'_>) -> Option<TrustedHeader> {
    let trusted = networks::read(&mut fields, "trusted", "anyone could say that they are anyone");
    if trusted.is_none() {
        fields.fault("trusted", "is missing: which peers may say who somebody is?");
    }
    let user = fields.required("user").and_then(|text| name(&fields, "user", &text));
    let groups = fields.text("groups").and_then(|text| name(&fields, "groups", &text));
    let groups_separator = fields.separator("groups_separator").unwrap_or_else(|| ",".to_owned());
    if user.is_some() && user == groups {
        fields.fault("groups", "is the header of the user");
    }
    fields.end();
    Some(TrustedHeader {
        trusted: trusted?,
        user: user?,
        groups,
        groups_separator,
    })
}

/// The name of a header that is for this purpose alone.
pub(super) fn name(fields: &Fields<'_>, name: &str, text: &str) -> Option<HeaderName> {
    let Ok(header) = HeaderName::try_from(text) else {
        fields.fault(name, format!("{text:?} is no name of a header"));
        return None;
    };
    if text.contains('_') {
        fields.fault(
            name,
            format!("{text:?} holds `_`, which fronts drop or take for `-`: use a name with `-`"),
        );
    }
    Some(header)
}
