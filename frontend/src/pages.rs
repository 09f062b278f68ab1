//! One page a route.

pub mod not_found;
pub mod overview;
pub mod table;
