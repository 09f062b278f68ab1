//! Values as people and clouds write them: how they are read, printed, ordered, and when two are the same.
//!
//! No I/O, no clock of its own. Runs native and in wasm.
//!
//! - [`number`], [`time`]: text ⇄ value.
//! - [`fold`]: which texts are the same to readers; [`unseen`]: what they do not see.
//! - [`sort`]: one sort for all lists.
//! - [`clock`]: what time it is, as an argument.

pub mod clock;
pub mod fold;
pub mod number;
pub mod sort;
pub mod time;
pub mod unseen;

pub use clock::Clock;
