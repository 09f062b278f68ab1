//! Rows in columns: ingest, filter, facets, sort.
//!
//! No I/O, no DOM, no clock of its own: the page gives rows as JSON text and the time as an argument, and gets back which rows match, in
//! which order, with which counts. Runs native and in wasm.
//!
//! - [`rows`]: one table's rows, column by column.
//! - [`engine`]: filter, facets and sort of [`Rows`] by a [`View`].
//! - [`export`]: rows as lines of files.
//!
//! What these speak of comes along: a [`view`] as an address, and [`values`](::values) as people write them.

mod bits;
pub mod engine;
pub mod export;
pub mod rows;

pub use engine::Engine;
pub use rows::Rows;
pub use values::{Clock, clock, fold, number, sort, time, unseen};
pub use view::{self, View};
