//! An export as text, chunk by chunk.

use super::exported::Export;
use super::format::Written;
use bytes::Bytes;
use std::io;

/// A kind of text. It appends to a buffer, piece by piece, and keeps nothing between the pieces.
pub trait Print: Send + Sync {
    /// What stands before the rows.
    fn begin(&self, out: &mut Vec<u8>, export: &Export);

    /// One of [`Export::order`], a row or a group; `first` if none was written before it.
    fn row(&self, out: &mut Vec<u8>, export: &Export, line: u32, first: bool);

    /// What stands after the rows.
    fn end(&self, out: &mut Vec<u8>);
}

/// Bytes after which a chunk ends.
const CHUNK: usize = 64 << 10;

/// An export that is being written.
pub struct Printer {
    export: Export,
    print: &'static dyn Print,
    /// How many rows have been written.
    written: usize,
    begun: bool,
    ended: bool,
}

impl Printer {
    /// At its beginning.
    pub fn new(export: Export, print: &'static dyn Print) -> Self {
        Self {
            export,
            print,
            written: 0,
            begun: false,
            ended: false,
        }
    }

    /// The text as a file. Text has no limits.
    pub fn written(self) -> Written {
        Written {
            pieces: Box::new(self),
            whole: true,
        }
    }

    /// The next part of the file; none after the last.
    fn chunk(&mut self) -> Option<Bytes> {
        if self.ended {
            return None;
        }
        let mut out = Vec::with_capacity(CHUNK + (CHUNK >> 3));
        if !self.begun {
            self.print.begin(&mut out, &self.export);
            self.begun = true;
        }
        while let Some(row) = self.export.order.get(self.written) {
            if out.len() >= CHUNK {
                return Some(out.into());
            }
            self.print.row(&mut out, &self.export, *row, self.written == 0);
            self.written += 1;
        }
        self.print.end(&mut out);
        self.ended = true;
        Some(out.into())
    }
}

impl Iterator for Printer {
    type Item = io::Result<Bytes>;

    fn next(&mut self) -> Option<Self::Item> {
        self.chunk().map(Ok)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::export::csv::Csv;
    use crate::export::exported::tests::large;

    /// The whole file.
    pub(in crate::export) fn printed(export: Export, print: &'static dyn Print) -> String {
        let mut printer = Printer::new(export, print);
        let chunks: Vec<Bytes> = std::iter::from_fn(|| printer.chunk()).collect();
        assert!(printer.chunk().is_none());
        String::from_utf8(chunks.concat()).unwrap()
    }

    #[test]
    fn large_files_come_in_chunks() {
        let mut printer = Printer::new(large(), &Csv);
        let chunks: Vec<Bytes> = std::iter::from_fn(|| printer.chunk()).collect();
        assert!(chunks.len() > 4, "{}", chunks.len());
        assert!(chunks.iter().all(|chunk| chunk.len() < CHUNK + 1024));
        let text = String::from_utf8(chunks.concat()).unwrap();
        assert_eq!(text.lines().count(), 20_001);
    }
}
