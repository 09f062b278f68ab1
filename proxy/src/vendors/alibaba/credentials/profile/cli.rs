//! `config.json` of the vendor's command line: profiles of several modes.

use super::{Named, unknown};
use crate::clock::Ambient;
use crate::credentials::{Credentials, FixedKeys, Issued, Issuer, IssuerError, Keys, Renewed, Surroundings};
use crate::error::Advice;
use crate::vendors::alibaba::credentials::external;
use crate::vendors::alibaba::credentials::machine::Machine;
use crate::vendors::alibaba::credentials::oidc::OidcRole;
use crate::vendors::alibaba::credentials::role::AssumedRole;
use crate::vendors::alibaba::credentials::sts::{LEAST_SECONDS, Role, Sts, USUAL_SECONDS};
use crate::vendors::alibaba::credentials::words;
use futures_util::future::{BoxFuture, ready};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// The modes that are read.
const MODES: [&str; 7] = [
    "AK",
    "StsToken",
    "RamRoleArn",
    "EcsRamRole",
    "OIDC",
    "ChainableRamRoleArn",
    "External",
];

/// Profiles that lead on to one another are followed this far.
const DEEPEST: usize = 8;

/// The issuer that a profile stands for.
pub(super) fn issuer(text: &str, name: Option<&str>, around: &Surroundings) -> Result<Named, IssuerError> {
    // What the reader says about a fault may repeat a value.
    let config: Value = serde_json::from_str(text)
        .map_err(|error| IssuerError::new(format!("it is not JSON from line {} on", error.line())))?;
    let current = || config.get("current").and_then(Value::as_str);
    let name = name.or_else(current).filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| IssuerError::new("it has no current profile, and none is named"))?;
    let profiles = Profiles {
        config: &config,
        around,
    };
    Ok(Named {
        name: called(name),
        issuer: profiles.issuer(name, 1)?,
    })
}

fn called(name: &str) -> String {
    format!("profile {name:?}")
}

struct Profiles<'a> {
    config: &'a Value,
    around: &'a Surroundings,
}

impl Profiles<'_> {
    fn issuer(&self, name: &str, depth: usize) -> Result<Arc<dyn Issuer>, IssuerError> {
        let issuer = self.of_profile(name, depth);
        issuer.map_err(|error| error.within(&called(name)))
    }

    fn of_profile(&self, name: &str, depth: usize) -> Result<Arc<dyn Issuer>, IssuerError> {
        let profiles = self.config.get("profiles").and_then(Value::as_array);
        let profiles = profiles.map(Vec::as_slice).unwrap_or_default();
        let named = |profile: &&Value| profile.get("name").and_then(Value::as_str) == Some(name);
        let Some(profile) = profiles.iter().find(named) else {
            let names = profiles.iter().filter_map(|profile| profile.get("name")?.as_str());
            let names: Vec<_> = names.collect();
            return Err(IssuerError::new(format!(
                "there is none: there are {}",
                names.join(", ")
            )));
        };
        let profile = Profile(profile);
        let around = self.around;
        let mode = profile.text("mode").unwrap_or_default();
        Ok(match mode {
            "AK" => Arc::new(Fixed(profile.keys(None)?)),
            "StsToken" => Arc::new(Fixed(profile.keys(Some("sts_token"))?)),
            "RamRoleArn" => {
                let keys = FixedKeys::new(profile.keys(None)?);
                Arc::new(profile.assumed(keys, around)?)
            }
            "EcsRamRole" => Arc::new(Machine::new(profile.text("ram_role_name").map(str::to_owned), around)),
            "OIDC" => {
                let provider = profile.required("oidc_provider_arn")?.to_owned();
                let token_file = profile.required("oidc_token_file")?.into();
                let role = profile.role("role_session_name", around)?;
                Arc::new(OidcRole::new(role, provider, token_file, profile.sts(around)))
            }
            "ChainableRamRoleArn" => {
                let source = profile.required("source_profile")?;
                if depth >= DEEPEST {
                    return Err(IssuerError::new(
                        "source_profile leads from profile to profile without an end",
                    ));
                }
                let source = self.issuer(source, depth + 1)?;
                let source = Arc::new(Renewed::new(source, around.ambient.clone()));
                Arc::new(profile.assumed(source, around)?)
            }
            "External" => Arc::new(External {
                command: profile.required("process_command")?.to_owned(),
                ambient: around.ambient.clone(),
            }),
            mode => {
                return Err(unknown("mode", mode, &MODES).advise(Advice::new(
                    "keys of this mode need a person at a browser or are no longer given: use another profile, or another kind of credentials",
                    "该模式需要人工登录或已停用：请改用其他 profile 或其他凭证方式",
                )));
            }
        })
    }
}

/// What a profile says.
struct Profile<'a>(&'a Value);

impl Profile<'_> {
    /// A text that is not empty.
    fn text(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)?
            .as_str()
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }

    fn required(&self, name: &str) -> Result<&str, IssuerError> {
        self.text(name)
            .ok_or_else(|| IssuerError::new(format!("{name} is missing")))
    }

    /// The keys in the profile, with the token of this field where there must be one.
    fn keys(&self, token: Option<&str>) -> Result<Keys, IssuerError> {
        let id = self.required("access_key_id")?;
        let secret = self.required("access_key_secret")?;
        let token = token.map(|token| self.required(token)).transpose()?;
        Keys::read(Some(id), Some(secret), token)
            .ok_or_else(|| IssuerError::new("access_key_id, access_key_secret or sts_token hold no keys"))
    }

    fn assumed(&self, source: Arc<dyn Credentials>, around: &Surroundings) -> Result<AssumedRole, IssuerError> {
        let role = self.role("ram_session_name", around)?;
        Ok(AssumedRole::new(role, Some(source), self.sts(around)))
    }

    fn role(&self, session: &str, around: &Surroundings) -> Result<Role, IssuerError> {
        let seconds = match self.0.get("expired_seconds") {
            Some(Value::Number(seconds)) => seconds.as_u64(),
            Some(Value::String(seconds)) => seconds.trim().parse().ok(),
            _ => None,
        };
        let seconds = seconds.filter(|&seconds| seconds > 0).unwrap_or(USUAL_SECONDS);
        if seconds < LEAST_SECONDS {
            return Err(IssuerError::new(format!(
                "expired_seconds must be {LEAST_SECONDS} or more"
            )));
        }
        let from_environment = |name| around.variable(name);
        let arn = self.text("ram_role_arn").map(str::to_owned);
        let arn = arn.or_else(|| from_environment("ALIBABA_CLOUD_ROLE_ARN"));
        let session = self.text(session).map(str::to_owned);
        let session = session.or_else(|| from_environment("ALIBABA_CLOUD_ROLE_SESSION_NAME"));
        Ok(Role {
            arn: arn.ok_or_else(|| IssuerError::new("ram_role_arn is missing"))?,
            session: words::session_name(session.as_deref(), around),
            seconds,
            policy: self.text("policy").map(str::to_owned),
            external_id: self.text("external_id").map(str::to_owned),
        })
    }

    fn sts(&self, around: &Surroundings) -> Sts {
        let vpc = self.0.get("enable_vpc").and_then(Value::as_bool);
        Sts::of_region(around, self.text("sts_region"), vpc)
    }
}

/// Keys that stand in the profile itself.
#[derive(Debug)]
pub(super) struct Fixed(pub(super) Keys);

impl Issuer for Fixed {
    fn issue(&self) -> BoxFuture<'_, Result<Issued, IssuerError>> {
        let keys = self.0.clone();
        Box::pin(ready(Ok(Issued { keys, expires: None })))
    }
}

/// Keys that a program prints. The command may hold anything, so it is not shown.
struct External {
    command: String,
    ambient: Ambient,
}

impl fmt::Debug for External {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("External")
    }
}

impl Issuer for External {
    fn issue(&self) -> BoxFuture<'_, Result<Issued, IssuerError>> {
        Box::pin(external::run(&self.command, &self.ambient))
    }
}
