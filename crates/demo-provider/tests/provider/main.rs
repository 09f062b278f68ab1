//! The provider as a relying party meets it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say where"
)]

mod client;
mod flow;
mod fronts;
mod hostile;
mod judge;
mod logout;
mod party;
mod profiles;
mod verify;
