//! What a pod of a CCE cluster asks for the keys of its service account.

use super::sessions;
use crate::machine::Session;
use crate::message::{Admitted, Ask, Refusal};
use crate::world::World;

/// The account whose pod it is, by the token that it brings.
///
/// # Errors
/// There is none, or not a right one.
pub(super) fn bearer(world: &World, ask: &Ask) -> Result<usize, Refusal> {
    let token = ask.header("authorization").unwrap_or_default();
    sessions::read_token(world, token).map_err(|why| Refusal::new(401, "401", why))
}

/// Keys, in the words of this service.
pub(super) fn keys(world: &World, call: &Admitted) -> String {
    let session = Session::open(world, call.account, world.key_life, None);
    serde_json::json!({
        "accessKeyId": session.access, "secretAccessKey": session.secret, "securityToken": session.token, "expiration": session.end(),
    })
    .to_string()
}
