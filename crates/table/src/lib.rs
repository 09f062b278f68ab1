//! Rows in columns: ingest, filter, facets, sort; and the grammar that writes a whole view into a URL's query string.
//!
//! No I/O, no DOM, no clock of its own: the page gives rows as JSON text and the time as an argument, and gets back which rows match, in
//! which order, with which counts. Runs native and in wasm.
//!
//! - [`view`]: query string ⇄ [`View`].
//! - [`rows`]: one table's rows, column by column.
//! - [`engine`]: filter, facets and sort of [`Rows`] by a [`View`].
//! - [`fold`]: which texts are the same to readers; [`unseen`]: what they do not see.
//! - [`export`]: rows as lines of files.

mod bits;
pub mod clock;
pub mod engine;
pub mod export;
pub mod fold;
pub mod number;
pub mod rows;
pub mod sort;
pub mod time;
pub mod unseen;
pub mod view;

pub use clock::Clock;
pub use engine::Engine;
pub use rows::Rows;
pub use view::View;
