//! The metadata service of one machine, at which it finds the keys of its role: with the token of a session (hardened mode), without one, or
//! either way. <https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata>

use chrono::{SecondsFormat, TimeDelta};
use http::Method;

use super::sts;
use crate::fleet::place;
use crate::lock::locked;
use crate::machine::MachineMetadata;
use crate::message::{Admitted, Ask, Refusal, Reply};
use crate::service::{Action, Cloud};
use crate::world::World;

/// The role that the machine has.
pub(crate) const ROLE: &str = "signalbox-machine";

/// The longest that the token of a session may live, in seconds.
const LONGEST: i64 = 21_600;

/// What is asked for, and the account that the machine is of.
///
/// # Errors
/// It may not be asked, or not like this.
pub(super) fn admit(world: &World, ask: &Ask) -> Result<(Action, usize), Refusal> {
    let manner = world.metadata;
    let not_found = || Refusal::new(404, "404", "404 - Not Found");
    let segments = ask.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let action = match (&ask.method, segments.as_slice()) {
        (&Method::PUT, ["latest", "api", "token"]) => Action::MetadataToken,
        (&Method::GET, ["latest", "meta-data", "ram", "security-credentials", ""]) => Action::MachineRole,
        (&Method::GET, ["latest", "meta-data", "ram", "security-credentials", role]) if *role == ROLE => {
            Action::MachineKeys
        }
        _ => return Err(not_found()),
    };
    match (action, ask.header("x-aliyun-ecs-metadata-token")) {
        (Action::MetadataToken, _) if manner == MachineMetadata::WithoutToken => return Err(not_found()),
        (Action::MetadataToken, _) => {}
        (_, Some(token)) if manner != MachineMetadata::WithoutToken => {
            let until = locked(&world.alibaba_machine.tokens).get(token).copied();
            if until.is_none_or(|until| until <= world.now()) {
                return Err(Refusal::new(401, "401", "401 - Unauthorized"));
            }
        }
        (_, None) if manner == MachineMetadata::TokenOnly => {
            return Err(Refusal::new(403, "403", "403 - Forbidden"));
        }
        _ => {}
    }
    if manner == MachineMetadata::NoAgency && action != Action::MetadataToken {
        return Err(not_found());
    }
    let owner = world
        .fleet
        .accounts
        .iter()
        .position(|account| account.cloud == Cloud::Alibaba);
    Ok((action, owner.ok_or_else(not_found)?))
}

/// The token of a session.
pub(super) fn token(world: &World, ask: &Ask) -> Result<Reply, Refusal> {
    let seconds = ask.header("x-aliyun-ecs-metadata-token-ttl-seconds");
    let seconds = seconds.and_then(|seconds| seconds.parse().ok());
    let seconds = seconds.filter(|seconds| (1..=LONGEST).contains(seconds));
    let seconds = seconds.ok_or_else(|| Refusal::new(400, "400", "400 - Bad Request"))?;
    let token = world.dice(place::SESSION).base36(56);
    let now = world.now();
    let mut tokens = locked(&world.alibaba_machine.tokens);
    tokens.retain(|_, until| now < *until);
    tokens.insert(token.clone(), now + TimeDelta::seconds(seconds));
    Ok(Reply::text(token))
}

/// The keys, which are the same for everybody until they are a quarter of their life from its end.
pub(super) fn keys(world: &World, call: &Admitted) -> String {
    let mut session = locked(&world.alibaba_machine.session);
    let soon = world.now() + world.key_life / 4;
    let session = match session.as_ref().filter(|session| soon < session.expires) {
        Some(session) => session,
        None => session.insert(sts::open(
            world,
            call.account,
            world.key_life,
            Some(format!("{ROLE}/i-demo")),
        )),
    };
    let mut document = sts::document(session);
    document["Code"] = "Success".into();
    document["LastUpdated"] = (session.expires - world.key_life)
        .to_rfc3339_opts(SecondsFormat::Secs, true)
        .into();
    document.to_string()
}
