//! The order in which the vendor's SDKs look for keys:
//! <https://www.alibabacloud.com/help/en/sdk/developer-reference/v2-manage-python-access-credentials>.

use super::machine::Machine;
use super::oidc::OidcRole;
use super::profile::Profile;
use super::sts::{Role, Sts, USUAL_SECONDS};
use super::uri::CredentialsUri;
use super::words;
use crate::credentials::{Chain, Issued, Issuer, IssuerError, Keys, Link, Surroundings};
use futures_util::future::{BoxFuture, ready};

/// Environment, OIDC role, the command line's profile, the SDKs' credentials file, the machine's role, a credentials URI. Those that the
/// environment does not speak of, or turns off, are left out as the SDKs do.
pub(super) fn chain(around: &Surroundings) -> Chain {
    let mut links = vec![Link::new("environment", Environment(around.clone()))];
    links.extend(oidc(around).map(|role| Link::new("OIDC role", role)));
    if !around.is_on("ALIBABA_CLOUD_CLI_PROFILE_DISABLED") {
        links.push(Link::new("profile", Profile::command_line(around)));
    }
    links.push(Link::new("credentials file", Profile::credentials_file(around)));
    if !around.is_on("ALIBABA_CLOUD_ECS_METADATA_DISABLED") {
        links.push(Link::new("ECS RAM role", Machine::new(None, around)));
    }
    if let Some(url) = around.variable("ALIBABA_CLOUD_CREDENTIALS_URI") {
        links.push(Link::new("credentials URI", CredentialsUri::new(&url, around)));
    }
    Chain::new(links)
}

/// The role of a pod, where all three variables are set.
fn oidc(around: &Surroundings) -> Option<OidcRole> {
    let arn = around.variable("ALIBABA_CLOUD_ROLE_ARN")?;
    let provider = around.variable("ALIBABA_CLOUD_OIDC_PROVIDER_ARN")?;
    let token_file = around.variable("ALIBABA_CLOUD_OIDC_TOKEN_FILE")?;
    let session = around.variable("ALIBABA_CLOUD_ROLE_SESSION_NAME");
    let role = Role {
        arn,
        session: words::session_name(session.as_deref(), around),
        seconds: USUAL_SECONDS,
        policy: None,
        external_id: None,
    };
    Some(OidcRole::new(role, provider, token_file.into(), Sts::new(around)))
}

/// The keys in the variables of the environment.
#[derive(Debug)]
struct Environment(Surroundings);

impl Environment {
    fn keys(&self) -> Result<Issued, IssuerError> {
        let [id, secret, token] = super::super::ACCOUNT_FIELDS.key_variables;
        let variable = |name: &str| {
            let value = self.0.variable(name);
            value.ok_or_else(|| IssuerError::new(format!("{name} is not set")))
        };
        let (id_text, secret_text, token) = (variable(id)?, variable(secret)?, self.0.variable(token));
        let keys = Keys::read(Some(&id_text), Some(&secret_text), token.as_deref());
        let keys = keys.ok_or_else(|| IssuerError::new(format!("{id} and {secret} hold no keys")))?;
        Ok(Issued { keys, expires: None })
    }
}

impl Issuer for Environment {
    fn issue(&self) -> BoxFuture<'_, Result<Issued, IssuerError>> {
        Box::pin(ready(self.keys()))
    }
}
