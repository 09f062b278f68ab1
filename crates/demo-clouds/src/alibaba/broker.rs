//! What a credentials URI leads to: a service of somebody's own that hands out keys.

use http::Method;

use super::sts;
use crate::message::{Admitted, Ask, Refusal};
use crate::service::Cloud;
use crate::world::World;

/// The account whose keys it hands out. Who does not know the address gets nothing.
///
/// # Errors
/// It is another address.
pub(super) fn owner(world: &World, ask: &Ask) -> Result<usize, Refusal> {
    let mut accounts = world.fleet.accounts.iter();
    let first = accounts.position(|account| account.cloud == Cloud::Alibaba);
    let right = ask.method == Method::GET && ask.path == "/credentials" && ask.param("pass") == Some("open-sesame");
    let not_found = || Refusal::new(404, "404", "404 page not found");
    first.filter(|_| right).ok_or_else(not_found)
}

/// Keys, new ones every time.
pub(super) fn keys(world: &World, call: &Admitted) -> String {
    let session = sts::open(world, call.account, world.key_life, None);
    let mut document = sts::document(&session);
    document["Code"] = "Success".into();
    document.to_string()
}
