//! One page a route.

pub mod not_found;
pub mod overview;
pub mod resource;
pub mod table;
pub mod timeline;
