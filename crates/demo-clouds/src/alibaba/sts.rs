//! Security Token Service.

use chrono::{SecondsFormat, TimeDelta};
use serde_json::json;

use super::number;
use crate::fleet::place;
use crate::keyring::Key;
use crate::message::{Admitted, Ask, Refusal};
use crate::world::World;

/// `AssumeRole`: a temporary key for the account of the role, whoever asks.
pub(super) fn assume_role(world: &World, ask: &Ask, request_id: &str) -> Result<String, Refusal> {
    let missing = |name: &str| {
        Refusal::new(
            400,
            format!("Missing{name}"),
            format!("{name} is mandatory for this action."),
        )
    };
    let role_arn = ask.param("RoleArn").ok_or_else(|| missing("RoleArn"))?;
    let session = ask.param("RoleSessionName").ok_or_else(|| missing("RoleSessionName"))?;
    let good = |c: char| c.is_ascii_alphanumeric() || ".@-_".contains(c);
    if !(2..=64).contains(&session.len()) || !session.chars().all(good) {
        let message = "The parameter RoleSessionName must have 2 to 64 letters, digits and . @ - _.";
        return Err(Refusal::new(400, "InvalidParameter.RoleSessionName", message));
    }
    let seconds = number(ask, "DurationSeconds", 900..=3600, 3600).map_err(|refusal| Refusal {
        code: "InvalidParameter.DurationSeconds".into(),
        ..refusal
    })?;
    let account = world
        .fleet
        .accounts
        .iter()
        .position(|account| account.role_arn.as_deref() == Some(role_arn));
    let account = account
        .ok_or_else(|| Refusal::new(404, "EntityNotExist.Role", format!("The role not exists: {role_arn}. ")))?;

    let now = world.now();
    let expires = now + TimeDelta::seconds(i64::try_from(seconds).unwrap_or(3600));
    let mut dice = world.dice(place::SESSION);
    let (id, secret) = (format!("STS.N{}", dice.base36(23)), dice.base36(44));
    let token = format!("CAIS+{}/{}==", dice.base36(60), dice.base36(60));
    world.keyring.sweep(now);
    let role = role_arn.rsplit('/').next().map(|name| format!("{name}/{session}"));
    let key = Key {
        account,
        secret: secret.clone(),
        token: Some(token.clone()),
        expires: Some(expires),
        role,
    };
    world.keyring.add(id.clone(), key);
    let answer = json!({
        "RequestId": request_id,
        "AssumedRoleUser": {"AssumedRoleId": format!("3{}:{session}", dice.text(17, b"0123456789")), "Arn": format!("{}/{session}", role_arn.replace(":role/", ":assumed-role/"))},
        "Credentials": {
            "AccessKeyId": id,
            "AccessKeySecret": secret,
            "SecurityToken": token,
            "Expiration": expires.to_rfc3339_opts(SecondsFormat::Secs, true),
        },
    });
    Ok(answer.to_string())
}

/// `GetCallerIdentity`.
pub(super) fn caller_identity(world: &World, call: &Admitted, request_id: &str) -> String {
    let uid = &world.fleet.accounts[call.account].domain_id;
    let (kind, arn) = match &call.role {
        Some(role) => ("AssumedRoleUser", format!("acs:ram::{uid}:assumed-role/{role}")),
        None => ("RAMUser", format!("acs:ram::{uid}:user/signalbox")),
    };
    let principal = format!("2{}", uid.chars().rev().collect::<String>());
    json!({"RequestId": request_id, "IdentityType": kind, "AccountId": uid, "PrincipalId": principal, "Arn": arn})
        .to_string()
}
