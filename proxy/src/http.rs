//! The door: what the program serves, at which paths, behind which checks.
//!
//! [`routes`] is the way in. [`state`] and [`problem`] are what handlers need of it, and know none of them.

pub mod layers;
pub mod peer;
pub mod problem;
pub mod routes;
pub mod state;
pub mod wishes;
