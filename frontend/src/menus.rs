//! What a table page opens from its buttons: saved views, exports, links. None is needed before it is opened.

pub mod export;
pub mod link;
pub mod views;
