//! One page a route.

pub mod asked;
pub mod not_found;
pub mod overview;
pub mod resource;
mod rows;
pub mod table;
pub mod timeline;
