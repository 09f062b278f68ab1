//! The row stream, as `GET /api/v1/rows/{table}` sends it: newline-delimited JSON, one [`Line`] an object.
//!
//! The proxy writes with [`Line::to_bytes`]; the page cuts the bytes into lines with [`Lines`] and reads them with [`Line::parse`].

mod error;
mod line;
mod lines;
mod whole;

pub use error::{ErrorCode, TargetError};
pub use line::{Cache, Done, Failed, Line, LineError, Target, TargetNames, rows_head, rows_tail, targets_line};
pub use lines::Lines;
