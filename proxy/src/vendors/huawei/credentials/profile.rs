//! The SDK's file of keys: a section `basic` for services of regions, one named `global` for those of the whole account.

use super::federated;
use super::issuers::Issuers;
use crate::credentials::files::Watched;
use crate::credentials::{Issued, Issuer, IssuerError, Keys, Surroundings, Told, ini};
use crate::error::Advice;
use crate::vendors::huawei::identity;
use futures_util::future::BoxFuture;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use url::Url;

const FILE: &str = "HUAWEICLOUD_SDK_CREDENTIALS_FILE";
const BASIC: &str = "basic";
const GLOBAL: &str = "global";

/// A section of the file.
#[derive(Debug)]
pub(super) struct Profile {
    issuers: Issuers,
    /// Whether the account says itself where IAM is.
    has_endpoint: bool,
    file: PathBuf,
    section: Option<String>,
    watched: Watched,
}

/// The file that is meant.
pub(super) fn file(told: &Told, around: &Surroundings) -> PathBuf {
    let named = told.file("file").map(PathBuf::from);
    named
        .or_else(|| around.variable(FILE).map(PathBuf::from))
        .unwrap_or_else(|| around.at_home(".huaweicloud/credentials"))
}

impl Profile {
    pub(super) fn new(told: &Told, around: &Surroundings) -> Self {
        Self {
            issuers: Issuers::new(around),
            has_endpoint: around.endpoint("iam").is_some(),
            file: file(told, around),
            section: told.text("section").map(str::to_owned),
            watched: Watched::default(),
        }
    }

    async fn keys(&self) -> Result<Issued, IssuerError> {
        let mut reading = self.watched.reading();
        let text = reading.text(&self.file).await?;
        let place = self.file.display();
        let Some((section, values)) = section(&text, self.section.as_deref()) else {
            let wanted = self.section.as_deref().unwrap_or(BASIC);
            return Err(
                IssuerError::new(format!("{place} has no section [{wanted}]")).advise(Advice::new(
                    "the SDK's file has the sections [basic] and [global], each with ak and sk",
                    "SDK 凭证文件应包含 [basic] 与 [global] 两节，各有 ak 与 sk",
                )),
            );
        };
        let value = |name: &str| values.get(name).map(String::as_str).filter(|value| !value.is_empty());
        let issued = if let (Some(provider), Some(token_file)) = (value("idp_id"), value("id_token_file")) {
            let iam = self.issuers.iam.clone();
            let named = value("iam_endpoint").filter(|address| !self.has_endpoint && is_address(address));
            // Somebody has set this up: keys of another kind would be somebody else's.
            federated::keys(&self.issuers, &iam.or_at(named), provider, Path::new(token_file))
                .await
                .map_err(|error| error.within(&format!("{place} [{section}]")).decisive())?
        } else {
            let keys = Keys::read(value("ak"), value("sk"), value("security_token"));
            let keys = keys.ok_or_else(|| {
                IssuerError::new(format!(
                    "{place} [{section}] holds no keys: neither ak and sk nor idp_id and id_token_file"
                ))
            })?;
            Issued { keys, expires: None }
        };
        reading.done();
        Ok(issued)
    }
}

fn is_address(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// The section that is meant, with its values: the named one, else `basic`, else `global`.
fn section<'a>(text: &str, named: Option<&'a str>) -> Option<(&'a str, BTreeMap<String, String>)> {
    let wanted = named.map_or(vec![BASIC, GLOBAL], |named| vec![named]);
    wanted
        .into_iter()
        .find_map(|name| Some((name, ini::section(text, name)?)))
}

/// The ids that the file tells beside the keys. They are looked up where it cannot be read now.
pub(super) fn facts(file: &Path, named: Option<&str>) -> Vec<(&'static str, String)> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let value = |section: &str, name: &str| {
        let meant = named.is_none_or(|named| named == section);
        let value = meant.then(|| ini::section(&text, section)?.remove(name)).flatten();
        value.filter(|value| identity::is_id(value))
    };
    let project = value(BASIC, "project_id").map(|id| (identity::PROJECT, id));
    let domain = value(GLOBAL, "domain_id").map(|id| (identity::DOMAIN, id));
    project.into_iter().chain(domain).collect()
}

impl Issuer for Profile {
    fn issue(&self) -> BoxFuture<'_, Result<Issued, IssuerError>> {
        Box::pin(self.keys())
    }

    fn changed(&self) -> BoxFuture<'_, bool> {
        Box::pin(self.watched.changed())
    }
}

/// Why a text cannot name a section.
pub(super) fn wrong_section(name: &str) -> Option<String> {
    let wrong = name.contains(['[', ']']);
    wrong.then(|| "must be the section's name without brackets: basic or global".to_owned())
}
