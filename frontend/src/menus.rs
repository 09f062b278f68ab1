//! What a table page opens from its buttons: saved views, exports, links. None is needed before it is opened.

pub mod export;
mod file;
pub mod link;
pub mod views;
