//! One request to a cloud: built from the catalogue, signed, sent, sent again where that may help, its error answers read.

pub mod advice;
pub mod client;
#[cfg(test)]
pub(crate) mod fake;
pub mod identity;
pub mod limits;
pub mod request;
pub mod transport;

pub use client::Client;
pub use limits::Limits;
