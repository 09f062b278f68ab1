//! What every kind of file has in common.

use super::exported::Export;
use bytes::Bytes;
use catalog::Table;
use std::io;

/// A kind of file.
pub trait Format: Send + Sync {
    /// The ending of the file's name, without a dot.
    fn ending(&self) -> &'static str;

    /// The media type.
    fn content_type(&self) -> &'static str;

    /// Whether rows of a table can be such a file.
    fn fits(&self, _table: &Table) -> bool {
        true
    }

    /// Whether such a file has a record a group where the view groups rows; else it has the rows.
    fn has_groups(&self) -> bool {
        true
    }

    /// Makes the file of an export. May take long: not for threads that answer.
    ///
    /// # Errors
    /// What must be known before the answer begins; what goes wrong later is an error among the pieces.
    fn write(&'static self, export: Export) -> Result<Written, WriteError>;
}

/// A file that can be handed out.
pub struct Written {
    /// It, piece by piece.
    pub pieces: Pieces,
    /// Whether it holds all of the export: some kinds of file have limits of their own.
    pub whole: bool,
}

/// The parts of a file, made when they are asked for.
pub type Pieces = Box<dyn Iterator<Item = io::Result<Bytes>> + Send>;

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
#[error("the file could not be written: {0}")]
pub struct WriteError(#[from] Box<dyn std::error::Error + Send + Sync>);
