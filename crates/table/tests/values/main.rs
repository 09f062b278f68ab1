//! What cannot be read is never good, never lost, and shown as it came.
#![expect(clippy::unwrap_used, reason = "a helper may fail its test")]

mod answers;
mod given;
mod own_rows;
mod reading;
