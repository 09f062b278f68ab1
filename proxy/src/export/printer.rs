//! An export as text, chunk by chunk.

use super::exported::Export;
use super::format::Format;
use bytes::Bytes;

/// Bytes after which a chunk ends.
const CHUNK: usize = 64 << 10;

/// An export that is being written.
pub struct Printer {
    export: Export,
    format: &'static dyn Format,
    /// How many rows have been written.
    written: usize,
    begun: bool,
    ended: bool,
}

impl Printer {
    /// At its beginning.
    pub fn new(export: Export, format: &'static dyn Format) -> Self {
        Self {
            export,
            format,
            written: 0,
            begun: false,
            ended: false,
        }
    }

    /// The next part of the file; none after the last.
    pub fn chunk(&mut self) -> Option<Bytes> {
        if self.ended {
            return None;
        }
        let mut out = Vec::with_capacity(CHUNK + (CHUNK >> 3));
        if !self.begun {
            self.format.begin(&mut out, &self.export);
            self.begun = true;
        }
        while let Some(row) = self.export.order.get(self.written) {
            if out.len() >= CHUNK {
                return Some(out.into());
            }
            self.format.row(&mut out, &self.export, *row, self.written == 0);
            self.written += 1;
        }
        self.format.end(&mut out);
        self.ended = true;
        Some(out.into())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::export::csv::Csv;
    use crate::export::exported::tests::large;

    /// The whole file.
    pub(in crate::export) fn printed(export: Export, format: &'static dyn Format) -> String {
        let mut printer = Printer::new(export, format);
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
