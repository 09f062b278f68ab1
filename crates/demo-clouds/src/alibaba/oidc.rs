//! Tokens of an OIDC provider that the roles of the accounts trust: those of service accounts in a cluster (RRSA).

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::canonical::hmac_hex;
use crate::fleet::{DemoAccount, place};
use crate::message::{Ask, Refusal};
use crate::world::World;

/// For whom tokens must have been made.
const AUDIENCE: &str = "sts.aliyuncs.com";

/// The provider that an account trusts.
pub(crate) fn provider_arn(account: &DemoAccount) -> String {
    format!("acs:ram::{}:oidc-provider/ack-rrsa-demo", account.domain_id)
}

/// A token of a pod in a cluster of an account. To whom carries it, it is a text without a meaning.
pub(crate) fn service_account_token(world: &World, account: &str, life: TimeDelta) -> String {
    let said = json!({
        "sub": "system:serviceaccount:signalbox:signalbox", "aud": [AUDIENCE], "account": account,
        "exp": (world.now() + life).timestamp(), "jti": world.dice(place::SESSION).hex(16),
    });
    let said = hex::encode(said.to_string());
    let seal = hmac_hex(&world.seal(), &format!("pod {said}"));
    format!("eyJhbGciOiJIUzI1NiJ9.{said}.{seal}")
}

/// The account whose role may be had for the token of a call.
///
/// # Errors
/// What is wrong with token, provider or role, in the vendor's words.
pub(super) fn bearer(world: &World, ask: &Ask) -> Result<usize, Refusal> {
    let token = ask.param("OIDCToken");
    let token = token.ok_or_else(|| {
        let message = "OIDCToken is mandatory for this action.";
        Refusal::new(400, "MissingOIDCToken", message)
    })?;
    let refuse = |code: &'static str, message: &str| Refusal::new(400, code, message);
    let said = read(world, token)
        .ok_or_else(|| refuse("AuthenticationFail.OIDCToken.Invalid", "This OIDC token is invalid."))?;
    if said["exp"].as_i64().is_none_or(|end| end <= world.now().timestamp()) {
        return Err(refuse(
            "AuthenticationFail.OIDCToken.Expired",
            "This JWT token is expired.",
        ));
    }
    let account = said["account"].as_str();
    let account = world
        .fleet
        .accounts
        .iter()
        .position(|known| Some(known.id.as_str()) == account);
    let trusted = account.filter(|&account| {
        let account = &world.fleet.accounts[account];
        ask.param("OIDCProviderArn") == Some(&provider_arn(account))
            && ask.param("RoleArn") == account.role_arn.as_deref()
    });
    trusted.ok_or_else(|| {
        Refusal::new(
            403,
            "AuthenticationFail.NoPermission",
            "This operation is forbidden by permission system.",
        )
    })
}

fn read(world: &World, token: &str) -> Option<Value> {
    let mut parts = token.split('.').skip(1);
    let (Some(said), Some(seal), None) = (parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    let sealed = hmac_hex(&world.seal(), &format!("pod {said}")) == seal;
    let bytes = sealed.then(|| hex::decode(said).ok()).flatten()?;
    serde_json::from_slice(&bytes).ok()
}
