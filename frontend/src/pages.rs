//! One page a route.

pub mod not_found;
pub mod overview;
mod span;
pub mod table;
pub mod timeline;
