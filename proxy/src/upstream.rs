//! Asking the clouds: requests from the catalogue, signing, retries, paging, and what can go wrong.

pub mod advice;
pub mod answer;
pub mod client;
pub mod errors;
#[cfg(test)]
pub(crate) mod fake;
pub mod identity;
pub mod limits;
pub mod outcome;
pub mod request;
pub mod transport;
pub mod vary;
pub mod walk;
pub mod world;

pub use client::Client;
pub use errors::Failure;
pub use limits::Limits;
pub use outcome::outcome;
pub use walk::{Done, Gone, Out, Page, walk};
pub use world::World;
