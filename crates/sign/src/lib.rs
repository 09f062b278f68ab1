#![doc = include_str!("../README.md")]

pub mod alibaba;
mod canonical;
pub mod encoding;
mod error;
pub mod huawei;
mod secret;

pub use canonical::payload_hash;
pub use encoding::canonical_query;
pub use error::SignError;
pub use secret::Secret;
