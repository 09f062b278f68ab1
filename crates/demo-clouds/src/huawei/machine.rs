//! The metadata service of one machine, at which it finds the keys of its agency: with a token, without one, or either way.

use chrono::TimeDelta;

use crate::fleet::place;
use crate::lock::locked;
use crate::machine::{MachineMetadata, Session};
use crate::message::{Admitted, Ask, Refusal, Reply};
use crate::service::{Action, Cloud};
use crate::world::World;

/// The longest that a token may live, in seconds.
const LONGEST: i64 = 21_600;

/// The account that the machine is of.
///
/// # Errors
/// The question may not be asked, or not like this.
pub(super) fn owner(world: &World, ask: &Ask, action: Action) -> Result<usize, Refusal> {
    let manner = world.metadata;
    if action == Action::MetadataToken {
        if manner == MachineMetadata::WithoutToken {
            return Err(Refusal::new(404, "404", "404 page not found"));
        }
    } else {
        let token = ask.header("x-metadata-token");
        let valid = token.is_some_and(|token| {
            let tokens = locked(&world.machine.tokens);
            tokens.get(token).is_some_and(|until| world.now() < *until)
        });
        // Where tokens are unknown, nobody looks at one.
        let looked_at = manner != MachineMetadata::WithoutToken;
        if looked_at && !valid && (token.is_some() || manner == MachineMetadata::TokenOnly) {
            return Err(Refusal::new(401, "401", "Unauthorized"));
        }
        if manner == MachineMetadata::NoAgency {
            return Err(Refusal::new(401, "401", "Please configure Cloud Service Agency first."));
        }
    }
    let mut accounts = world.fleet.accounts.iter();
    let first = accounts.position(|account| account.cloud == Cloud::Huawei);
    first.ok_or_else(|| Refusal::new(404, "404", "404 page not found"))
}

/// A token for the questions after it.
pub(super) fn token(world: &World, ask: &Ask) -> Result<Reply, Refusal> {
    let seconds = ask.header("x-metadata-token-ttl-seconds");
    let seconds = seconds.and_then(|seconds| seconds.parse().ok());
    let seconds = seconds
        .filter(|seconds| (1..=LONGEST).contains(seconds))
        .ok_or_else(|| Refusal::new(400, "400", "X-Metadata-Token-Ttl-Seconds must be from 1 to 21600"))?;
    let token = world.dice(place::SESSION).base36(56);
    let now = world.now();
    let mut tokens = locked(&world.machine.tokens);
    tokens.retain(|_, until| now < *until);
    tokens.insert(token.clone(), now + TimeDelta::seconds(seconds));
    Ok(Reply::text(token))
}

/// The keys, which are the same for everybody until they are a quarter of their life from its end.
pub(super) fn keys(world: &World, call: &Admitted) -> String {
    let mut session = locked(&world.machine.session);
    let soon = world.now() + world.key_life / 4;
    let session = match session.as_ref().filter(|session| soon < session.expires) {
        Some(session) => session.clone(),
        None => session
            .insert(Session::open(world, call.account, world.key_life, None))
            .clone(),
    };
    session.older().to_string()
}
