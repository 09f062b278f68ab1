//! `credentials.ini` of the vendor's SDKs: sections of several types.

use super::cli::Fixed;
use super::{Named, unknown};
use crate::credentials::ini::{section, sections};
use crate::credentials::{FixedKeys, Issuer, IssuerError, Keys, Surroundings};
use crate::vendors::alibaba::credentials::machine::Machine;
use crate::vendors::alibaba::credentials::oidc::OidcRole;
use crate::vendors::alibaba::credentials::role::AssumedRole;
use crate::vendors::alibaba::credentials::sts::{Role, Sts, USUAL_SECONDS};
use crate::vendors::alibaba::credentials::words;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The types that are read.
const TYPES: [&str; 4] = ["access_key", "ram_role_arn", "oidc_role_arn", "ecs_ram_role"];

/// The issuer that a section stands for.
pub(super) fn issuer(text: &str, name: &str, around: &Surroundings) -> Result<Named, IssuerError> {
    let Some(values) = section(text, name) else {
        let names = sections(text).join(", ");
        return Err(IssuerError::new(format!(
            "there is no section {name:?}: there are {names}"
        )));
    };
    let issuer = of_section(&Section(values), around);
    let called = format!("section {name:?}");
    match issuer {
        Ok(issuer) => Ok(Named { name: called, issuer }),
        Err(error) => Err(error.within(&called)),
    }
}

fn of_section(section: &Section, around: &Surroundings) -> Result<Arc<dyn Issuer>, IssuerError> {
    Ok(match section.text("type").unwrap_or_default() {
        "access_key" => Arc::new(Fixed(section.keys()?)),
        "ram_role_arn" => {
            let keys = FixedKeys::new(section.keys()?);
            Arc::new(AssumedRole::new(section.role(around)?, Some(keys), Sts::new(around)))
        }
        "oidc_role_arn" => {
            let provider = section.required("oidc_provider_arn")?.to_owned();
            let token_file = section.required("oidc_token_file_path")?.into();
            Arc::new(OidcRole::new(
                section.role(around)?,
                provider,
                token_file,
                Sts::new(around),
            ))
        }
        "ecs_ram_role" => Arc::new(Machine::new(section.text("role_name").map(str::to_owned), around)),
        other => return Err(unknown("type", other, &TYPES)),
    })
}

struct Section(BTreeMap<String, String>);

impl Section {
    /// A text that is not empty. As in the SDKs a number sign begins a comment.
    fn text(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name)?;
        let value = value.split('#').next().unwrap_or_default().trim();
        Some(value).filter(|value| !value.is_empty())
    }

    fn required(&self, name: &str) -> Result<&str, IssuerError> {
        self.text(name)
            .ok_or_else(|| IssuerError::new(format!("{name} is missing")))
    }

    fn keys(&self) -> Result<Keys, IssuerError> {
        let (id, secret) = (self.required("access_key_id")?, self.required("access_key_secret")?);
        Keys::read(Some(id), Some(secret), None)
            .ok_or_else(|| IssuerError::new("access_key_id and access_key_secret hold no keys"))
    }

    fn role(&self, around: &Surroundings) -> Result<Role, IssuerError> {
        let session = self.text("role_session_name").map(str::to_owned);
        let session = session.or_else(|| around.variable("ALIBABA_CLOUD_ROLE_SESSION_NAME"));
        Ok(Role {
            arn: self.required("role_arn")?.to_owned(),
            session: words::session_name(session.as_deref(), around),
            seconds: USUAL_SECONDS,
            policy: self.text("policy").map(str::to_owned),
            external_id: None,
        })
    }
}
