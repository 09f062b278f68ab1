//! The HTTP interface under `/api`.

pub mod catalog;
pub mod feeds;
pub mod metrics;
pub mod openapi;
pub mod ready;
pub mod rows;
pub mod session;
pub mod sign_in;
