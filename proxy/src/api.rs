//! The HTTP interface under `/api`.

pub mod catalog;
pub mod openapi;
pub mod rows;
pub mod session;
