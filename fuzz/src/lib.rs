//! What is fed with arbitrary bytes, and what must hold whatever they are: that nothing panics, and the sentences asserted here.
//!
//! Each module is a target: its `run` takes an input and says whether the program has accepted it, so that a test can tell that the seeds still are
//! what they were written for. The first bytes of an input choose what is fed; they are letters and digits, so that seeds can be written by hand.

pub mod config;
pub mod cookie;
pub mod feed;
pub mod jwt;
pub mod query;
pub mod upstream;
mod world;

/// A target: takes an input and says whether it was accepted.
pub type Target = fn(&[u8]) -> bool;

/// All targets by their names.
pub const TARGETS: [(&str, Target); 6] = [
    ("config", config::run),
    ("cookie", cookie::run),
    ("feed", feed::run),
    ("jwt", jwt::run),
    ("query", query::run),
    ("upstream", upstream::run),
];
