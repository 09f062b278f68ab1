//! One request to a cloud: built from the catalogue, signed, sent, sent again where that may help, and its answer judged.

pub mod advice;
pub mod answer;
pub mod client;
mod counted;
#[cfg(test)]
pub(crate) mod fake;
pub mod limits;
pub mod parts;
pub mod request;
mod retry;
pub mod shown;
pub mod transport;

pub use client::Client;
pub use limits::Limits;
