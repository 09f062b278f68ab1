//! `[auth.header]`.

use super::super::fields::Fields;
use crate::auth::header::TrustedHeader;
use http::header::HeaderName;
use ipnet::IpNet;
use std::net::IpAddr;

pub(super) fn read(mut fields: Fields<'_>) -> Option<TrustedHeader> {
    let trusted = networks(&mut fields, "trusted");
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

/// A list of addresses and networks. A network of everybody would make the mode pointless.
fn networks(fields: &mut Fields<'_>, name: &str) -> Option<Vec<IpNet>> {
    let Some(texts) = fields.list(name) else {
        fields.fault(name, "is missing: which peers may say who somebody is?");
        return None;
    };
    let mut networks = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let name = format!("{name}[{index}]");
        let network = text
            .parse::<IpNet>()
            .ok()
            .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        match network {
            Some(network) if network.prefix_len() == 0 => fields.fault(
                &name,
                format!("{text} is everybody: anyone could say that they are anyone"),
            ),
            Some(network) => networks.push(network),
            None => fields.fault(
                &name,
                format!("{text:?} is no address and no network such as 10.0.0.0/8 or fd00::/8"),
            ),
        }
    }
    Some(networks)
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
