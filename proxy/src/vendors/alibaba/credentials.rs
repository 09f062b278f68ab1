//! Where Alibaba's keys come from, kind by kind, as the vendor's SDKs do it.

mod default;
mod document;
mod external;
mod machine;
mod oidc;
mod profile;
mod role;
mod sts;
mod uri;
mod words;

use crate::credentials::{Field, Issuer, Kind, Surroundings, Told};
use crate::vendors::directory::{self, DirectoryKind};
use catalog::directory::alibaba_resource_directory;
use machine::Machine;
use oidc::OidcRole;
use profile::Profile;
use role::AssumedRole;
use std::sync::Arc;
use sts::{LEAST_SECONDS, Role, Sts, USUAL_SECONDS};
use uri::CredentialsUri;

/// The host of the metadata service.
pub(super) const METADATA: &str = "http://100.100.100.200";

/// The kinds that an account may name.
pub(super) const KINDS: &[Kind] = &[
    Kind {
        from: "default",
        fields: &[],
        issuer: |_, around| Arc::new(default::chain(around)),
    },
    Kind {
        from: "profile",
        fields: &[Field::text("name", words::fine), Field::file("file")],
        issuer: |told, around| Arc::new(Profile::configured(told.text("name"), told.file("file"), around)),
    },
    Kind {
        from: "ram-role",
        fields: &[Field::text("role", words::wrong_role)],
        issuer: |told, around| Arc::new(Machine::new(told.text("role").map(str::to_owned), around)),
    },
    Kind {
        from: "oidc-role",
        fields: &[
            Field::text("role_arn", words::wrong_role_arn)
                .required()
                .or_variable("ALIBABA_CLOUD_ROLE_ARN"),
            Field::text("provider_arn", words::wrong_provider_arn)
                .required()
                .or_variable("ALIBABA_CLOUD_OIDC_PROVIDER_ARN"),
            Field::file("token_file")
                .required()
                .or_variable("ALIBABA_CLOUD_OIDC_TOKEN_FILE"),
            Field::text("session_name", words::wrong_session_name).or_variable("ALIBABA_CLOUD_ROLE_SESSION_NAME"),
        ],
        issuer: oidc_role,
    },
    Kind {
        from: "assume-role",
        fields: &[
            Field::text("role_arn", words::wrong_role_arn).required(),
            Field::text("session_name", words::wrong_session_name),
            Field::text("external_id", words::wrong_external_id),
            Field::source(),
        ],
        issuer: assume_role,
    },
    Kind {
        from: "uri",
        fields: &[Field::text("url", words::wrong_url)
            .required()
            .or_variable("ALIBABA_CLOUD_CREDENTIALS_URI")],
        issuer: |told, around| Arc::new(CredentialsUri::new(told.text("url").unwrap_or_default(), around)),
    },
];

/// The directories whose members' roles may be assumed.
pub(super) const DIRECTORIES: &[DirectoryKind] = &[DirectoryKind {
    directory: &alibaba_resource_directory::DIRECTORY,
    fields: &[
        Field::text("role", words::wrong_role).required(),
        Field::text("session_name", words::wrong_session_name),
        Field::text("external_id", words::wrong_external_id),
    ],
    from: "assume-role",
    told: |said, member| {
        let arn = format!("acs:ram::{member}:role/{}", said.get("role")?);
        let fine = words::wrong_role_arn(&arn).is_none();
        fine.then(|| directory::with(said, [("role_arn", arn)]))
    },
}];

fn oidc_role(mut told: Told, around: &Surroundings) -> Arc<dyn Issuer> {
    let role = Role {
        arn: told.text("role_arn").unwrap_or_default().to_owned(),
        session: words::session_name(told.text("session_name"), around),
        seconds: USUAL_SECONDS,
        policy: None,
        external_id: None,
    };
    let provider = told.text("provider_arn").unwrap_or_default().to_owned();
    let token_file = told.files.remove("token_file").unwrap_or_default();
    Arc::new(OidcRole::new(role, provider, token_file, Sts::new(around)))
}

/// The role is asked for as short a time as it can be had: what is known of it elsewhere is soon worth nothing.
fn assume_role(told: Told, around: &Surroundings) -> Arc<dyn Issuer> {
    let role = Role {
        arn: told.text("role_arn").unwrap_or_default().to_owned(),
        session: words::session_name(told.text("session_name"), around),
        seconds: LEAST_SECONDS,
        policy: None,
        external_id: told.text("external_id").map(str::to_owned),
    };
    Arc::new(AssumedRole::new(role, told.source, Sts::new(around)))
}

#[cfg(test)]
mod tests;
