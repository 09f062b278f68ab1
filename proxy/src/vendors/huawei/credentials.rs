//! Where keys come from: the kinds of credentials that the configuration may name, and the SDK's own order.

mod agency;
mod answer;
mod assumed;
mod federated;
mod issuers;
mod oidc;
mod order;
mod pod;
mod profile;

use super::identity;
use crate::credentials::{Field, Issuer, Kind, Surroundings, Told};
use crate::vendors::directory::{self, DirectoryKind};
use catalog::directory::huawei_organization;
use std::sync::Arc;

pub(super) use agency::USUAL as METADATA;

/// The kinds beside `static` and `env`.
pub(super) const KINDS: &[Kind] = &[
    Kind {
        from: "default",
        fields: &[],
        issuer: |_, around| Arc::new(order::order(around)),
    },
    Kind {
        from: "profile",
        fields: &[Field::text("section", profile::wrong_section), Field::file("file")],
        issuer: |told, around| Arc::new(profile::Profile::new(&told, around)),
    },
    Kind {
        from: "agency",
        fields: &[],
        issuer: |_, around| Arc::new(agency::Agency::new(around)),
    },
    Kind {
        from: "assume-agency",
        fields: &[
            Field::text("agency", assumed::wrong_agency).required(),
            Field::text("domain", assumed::wrong_domain).required(),
            Field::text("external_id", assumed::wrong_external_id),
            Field::text("session_name", issuers::wrong_session_name),
            Field::source(),
        ],
        issuer: |told, around| Arc::new(assumed::Assumed::new(told, around)),
    },
    Kind {
        from: "oidc-sts",
        fields: &[
            Field::text("provider_urn", oidc::wrong_provider)
                .required()
                .or_variable(oidc::PROVIDER),
            Field::text("agency_urn", oidc::wrong_agency)
                .required()
                .or_variable(oidc::AGENCY),
            Field::file("token_file").required().or_variable(oidc::TOKEN_FILE),
            Field::text("session_name", issuers::wrong_session_name).or_variable(oidc::SESSION_NAME),
        ],
        issuer: |told, around| Arc::new(oidc::Oidc::of_configuration(&told, around)),
    },
    Kind {
        from: "pod-identity",
        fields: &[
            Field::text("uri", pod::wrong_uri).required().or_variable(pod::URI),
            Field::file("token_file").required().or_variable(pod::TOKEN_FILE),
        ],
        issuer: |told, around| Arc::new(pod::Pod::of_configuration(&told, around)),
    },
];

/// The directories whose members' agencies may be assumed.
pub(super) const DIRECTORIES: &[DirectoryKind] = &[DirectoryKind {
    directory: &huawei_organization::DIRECTORY,
    fields: &[
        Field::text("agency", assumed::wrong_agency).required(),
        Field::text("session_name", issuers::wrong_session_name),
        Field::text("external_id", assumed::wrong_external_id),
    ],
    from: "assume-agency",
    told: |said, member| {
        let fine = !member.is_empty() && assumed::wrong_domain(member).is_none();
        fine.then(|| directory::with(said, [("domain", member.to_owned())]))
    },
}];

/// The identity provider that the environment names, which wins over keys beside it.
pub(super) fn of_environment(around: &Surroundings) -> Option<Arc<dyn Issuer>> {
    let provider = around.variable("HUAWEICLOUD_SDK_IDP_ID")?;
    let token_file = around.variable("HUAWEICLOUD_SDK_ID_TOKEN_FILE")?;
    Some(Arc::new(federated::Federated::new(around, provider, token_file.into())))
}

/// The ids that come with the keys of a kind, where something tells them: then they need not be looked up.
pub(super) fn facts(from: &str, told: &Told, around: &Surroundings) -> Vec<(&'static str, String)> {
    match from {
        "default" => order::facts(around),
        "profile" => profile::facts(&profile::file(told, around), told.text("section")),
        // The domain that the keys act in: the source's own is another.
        "assume-agency" => {
            let domain = told.text("domain").map(|id| (identity::DOMAIN, id.to_owned()));
            domain.into_iter().collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
