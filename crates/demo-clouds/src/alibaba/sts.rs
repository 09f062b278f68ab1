//! Security Token Service.

use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};

use super::number;
use crate::fleet::place;
use crate::machine::Session;
use crate::message::{Admitted, Ask, Refusal};
use crate::service::Cloud;
use crate::world::World;

/// The end of the name of a role that is only given to who knows the account's [`external_id`].
const GUARDED: &str = "-guarded";

/// What the guarded role of an account wants to be told.
fn external_id(account: &str) -> String {
    format!("external-{account}")
}

/// `AssumeRole`: a temporary key for the account of the role, whoever asks; for the guarded one who knows its external id.
pub(super) fn assume_role(world: &World, ask: &Ask, request_id: &str) -> Result<String, Refusal> {
    let wanted = Wanted::read(ask)?;
    let name = wanted.role_arn.strip_suffix(GUARDED).unwrap_or(wanted.role_arn);
    let mut accounts = world.fleet.accounts.iter();
    let account = accounts.position(|account| account.role_arn.as_deref() == Some(name));
    let is_member = |id: &str| {
        world
            .directories
            .members(Cloud::Alibaba)
            .iter()
            .any(|member| member.id == id)
    };
    let named = name
        .strip_prefix("acs:ram::")
        .and_then(|rest| rest.split_once(":role/"));
    if account.is_none() && named.is_some_and(|(id, _)| is_member(id)) {
        return Err(refused());
    }
    let account = account.ok_or_else(|| {
        let message = format!("The role not exists: {}. ", wanted.role_arn);
        Refusal::new(404, "EntityNotExist.Role", message)
    })?;
    let guarded = name != wanted.role_arn;
    if guarded && ask.param("ExternalId") != Some(&external_id(&world.fleet.accounts[account].id)) {
        return Err(refused());
    }
    Ok(wanted.answer(world, account, request_id))
}

/// What a role answers that does not trust who asks.
fn refused() -> Refusal {
    let message = "You are not authorized to do this action. You should be authorized by RAM.";
    Refusal::new(403, "NoPermission", message)
}

/// `AssumeRoleWithOIDC`, for an account whose token has been looked at.
pub(super) fn assume_role_with_oidc(
    world: &World,
    ask: &Ask,
    call: &Admitted,
    request_id: &str,
) -> Result<String, Refusal> {
    Ok(Wanted::read(ask)?.answer(world, call.account, request_id))
}

/// The role that a call wants.
struct Wanted<'a> {
    role_arn: &'a str,
    session: &'a str,
    life: TimeDelta,
}

impl<'a> Wanted<'a> {
    fn read(ask: &'a Ask) -> Result<Self, Refusal> {
        let param = |name: &'static str| {
            let message = format!("{name} is mandatory for this action.");
            let missing = || Refusal::new(400, format!("Missing{name}"), message);
            ask.param(name).ok_or_else(missing)
        };
        let role_arn = param("RoleArn")?;
        let session = param("RoleSessionName")?;
        let good = |c: char| c.is_ascii_alphanumeric() || ".@-_".contains(c);
        if !(2..=64).contains(&session.len()) || !session.chars().all(good) {
            let message = "The parameter RoleSessionName must have 2 to 64 letters, digits and . @ - _.";
            return Err(Refusal::new(400, "InvalidParameter.RoleSessionName", message));
        }
        let seconds = number(ask, "DurationSeconds", 900..=3600, 3600).map_err(|refusal| Refusal {
            code: "InvalidParameter.DurationSeconds".into(),
            ..refusal
        })?;
        Ok(Self {
            role_arn,
            session,
            life: TimeDelta::seconds(i64::try_from(seconds).unwrap_or(3600)),
        })
    }

    fn answer(&self, world: &World, account: usize, request_id: &str) -> String {
        let Self {
            role_arn,
            session,
            life,
        } = *self;
        let name = role_arn.rsplit('/').next().unwrap_or_default();
        let keys = open(world, account, life, Some(format!("{name}/{session}")));
        let id = world.dice(place::SESSION).text(17, b"0123456789");
        json!({
            "RequestId": request_id,
            "AssumedRoleUser": {"AssumedRoleId": format!("3{id}:{session}"), "Arn": format!("{}/{session}", role_arn.replace(":role/", ":assumed-role/"))},
            "Credentials": document(&keys),
        })
        .to_string()
    }
}

/// A new temporary key of an account.
pub(super) fn open(world: &World, account: usize, life: TimeDelta, role: Option<String>) -> Session {
    let now = world.now();
    let mut dice = world.dice(place::SESSION);
    let session = Session {
        access: format!("STS.N{}", dice.base36(23)),
        secret: dice.base36(44),
        token: format!("CAIS+{}/{}==", dice.base36(60), dice.base36(60)),
        expires: now + life,
    };
    world.keyring.issue(&session, account, role, now);
    session
}

/// A key as STS, machines and brokers write it.
pub(super) fn document(session: &Session) -> Value {
    json!({
        "AccessKeyId": session.access,
        "AccessKeySecret": session.secret,
        "SecurityToken": session.token,
        "Expiration": session.expires.to_rfc3339_opts(SecondsFormat::Secs, true),
    })
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
