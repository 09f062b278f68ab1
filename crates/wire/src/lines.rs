//! From chunks of bytes to lines.

/// Cuts a stream of bytes into lines.
#[derive(Debug, Default)]
pub struct Lines {
    /// Only grows: what stands behind `end` is from before.
    buffer: Vec<u8>,
    /// Where the bytes of the stream end.
    end: usize,
    /// Where the next line begins.
    start: usize,
    /// Up to where there is no line feed.
    searched: usize,
}

impl Lines {
    /// A reader that has got nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes of the stream.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.feed_with(bytes.len(), |room| room.copy_from_slice(bytes));
    }

    /// Takes the next `length` bytes of the stream, which `fill` writes: whoever has them elsewhere need not copy them twice.
    pub fn feed_with(&mut self, length: usize, fill: impl FnOnce(&mut [u8])) {
        self.buffer.copy_within(self.start..self.end, 0);
        self.searched -= self.start;
        let end = self.end - self.start;
        self.start = 0;
        self.end = end + length;
        if self.buffer.len() < self.end {
            self.buffer.resize(self.end, 0);
        }
        fill(&mut self.buffer[end..self.end]);
    }

    /// The next whole line, without its line feed; empty lines are left out.
    pub fn next_line(&mut self) -> Option<&[u8]> {
        loop {
            let Some(length) = memchr::memchr(b'\n', &self.buffer[self.searched..self.end]) else {
                self.searched = self.end;
                return None;
            };
            let (start, end) = (self.start, self.searched + length);
            self.start = end + 1;
            self.searched = self.start;
            if !self.buffer[start..end].trim_ascii().is_empty() {
                return Some(&self.buffer[start..end]);
            }
        }
    }

    /// What has come of a line that is not whole yet.
    pub fn rest(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn lines_do_not_depend_on_chunks() {
        let stream = b"one\n\n two \r\nthree\n\nrest";
        for size in 1..=stream.len() {
            let mut lines = Lines::new();
            let mut found = Vec::new();
            for chunk in stream.chunks(size) {
                lines.feed(chunk);
                while let Some(line) = lines.next_line() {
                    found.push(line.to_vec());
                }
            }
            assert_eq!(found, [&b"one"[..], b" two \r", b"three"], "{size}");
            assert_eq!(lines.rest(), b"rest");
        }
    }
}
