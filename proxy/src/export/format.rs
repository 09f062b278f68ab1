//! What every kind of file has in common.

use super::about::About;
use super::exported::Export;
use catalog::Table;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};

/// A kind of file. It appends text to a buffer, piece by piece, and keeps nothing between the pieces.
pub trait Format: Send + Sync {
    /// The ending of the file's name, without a dot.
    fn ending(&self) -> &'static str;

    /// The media type.
    fn content_type(&self) -> &'static str;

    /// Whether rows of a table can be such a file.
    fn fits(&self, _table: &Table) -> bool {
        true
    }

    /// What stands before the rows.
    fn begin(&self, out: &mut Vec<u8>, export: &Export);

    /// One row; `first` if none was written before it.
    fn row(&self, out: &mut Vec<u8>, export: &Export, row: u32, first: bool);

    /// What stands after the rows.
    fn end(&self, out: &mut Vec<u8>);

    /// What the file is, and how to call it.
    fn headers(&self, table: &Table, about: &About) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type()));
        let (stamp, ending) = (about.stamp(), self.ending());
        let name = format!("attachment; filename=\"{}-{stamp}.{ending}\"", table.id);
        if let Ok(name) = name.try_into() {
            headers.insert(CONTENT_DISPOSITION, name);
        }
        headers
    }
}
