//! A page of rows as it is kept: compressed, in the form in which it is sent.

use crate::crawl::{Page, PageRows};
use bytes::Bytes;
use std::io;

/// As fast as the format goes. Pages are small, and mostly alike within.
const LEVEL: i32 = 1;

/// What a page takes beside its bytes.
const AROUND: usize = 192;

/// One page of rows, compressed once for all who read it.
#[derive(Debug)]
pub struct KeptPage {
    /// How many rows.
    pub count: u64,
    /// How many bytes of text its rows are.
    pub length: usize,
    /// How many rows the target has in all, if the cloud says it.
    total: Option<u64>,
    /// The cloud's id of the request that brought it.
    pub request_id: Option<String>,
    /// The rest of its line behind [`wire::rows_head`], as one frame of Zstandard.
    frame: Bytes,
}

/// One frame of Zstandard ([RFC 8878](https://www.rfc-editor.org/rfc/rfc8878#section-3)). Frames one after the other are the frame of all their content, so that each
/// piece of an answer can be compressed by itself.
///
/// # Errors
/// There is no memory for it.
pub fn frame(content: &[u8]) -> io::Result<Bytes> {
    // Copied, because what it was written into has room for content that cannot be compressed.
    zstd::bulk::compress(content, LEVEL).map(|frame| Bytes::copy_from_slice(&frame))
}

/// The same for a few bytes, which are not worth compressing: a frame whose only block is what it is.
#[must_use]
pub fn small_frame(content: &[u8]) -> Option<Vec<u8>> {
    let length = u8::try_from(content.len()).ok()?;
    // The magic number; one segment, whose length is told in one byte; the last block, raw, with its length from the fourth bit on.
    let block = (u32::from(length) << 3 | 1).to_le_bytes();
    let head = [0x28, 0xb5, 0x2f, 0xfd, 0x20, length, block[0], block[1], block[2]];
    Some([&head[..], content].concat())
}

impl KeptPage {
    /// Compresses a page.
    ///
    /// # Errors
    /// As for [`frame`].
    pub fn new(page: &Page) -> io::Result<Self> {
        Ok(Self {
            count: page.count,
            length: page.rows.len(),
            total: page.total,
            request_id: page.request_id.clone(),
            frame: frame(&wire::rows_tail(&page.rows, page.total))?,
        })
    }

    /// As it lies in the store.
    pub fn to_bytes(&self) -> Vec<u8> {
        let id = self.request_id.as_deref().unwrap_or_default();
        let numbers = [
            self.count,
            self.length as u64,
            self.total.map_or(u64::MAX, |total| total),
            id.len() as u64,
        ];
        let numbers = numbers.iter().flat_map(|number| number.to_be_bytes());
        numbers.chain(id.bytes()).chain(self.frame.iter().copied()).collect()
    }

    /// From what lies in the store; none where that is no page.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (numbers, rest) = bytes.split_at_checked(4 * size_of::<u64>())?;
        let mut numbers = numbers.chunks_exact(size_of::<u64>());
        let mut number = || Some(u64::from_be_bytes(numbers.next()?.try_into().ok()?));
        let (count, length, total, id) = (number()?, number()?, number()?, number()?);
        let (id, frame) = rest.split_at_checked(usize::try_from(id).ok()?)?;
        let id = std::str::from_utf8(id).ok()?;
        Some(Self {
            count,
            length: usize::try_from(length).ok()?,
            total: (total != u64::MAX).then_some(total),
            request_id: (!id.is_empty()).then(|| id.to_owned()),
            frame: Bytes::copy_from_slice(frame),
        })
    }

    /// The bytes that it takes.
    pub fn bytes(&self) -> usize {
        self.frame.len() + AROUND
    }

    /// The rest of its line behind [`wire::rows_head`], as one frame.
    pub fn frame(&self) -> &Bytes {
        &self.frame
    }

    /// The same as text.
    ///
    /// # Errors
    /// The frame cannot be read: the memory is not what it was.
    pub fn tail(&self) -> io::Result<Vec<u8>> {
        // The frame says how long its content is; beside the rows it is a few words.
        let most = zstd::zstd_safe::get_frame_content_size(&self.frame);
        let most = most.ok().flatten().and_then(|size| usize::try_from(size).ok());
        zstd::bulk::decompress(&self.frame, most.unwrap_or_default())
    }

    /// The page as it came.
    ///
    /// # Errors
    /// As for [`Self::tail`].
    pub fn page(&self) -> io::Result<Page> {
        let mut rows = self.tail()?;
        rows.truncate(self.length);
        let rows = String::from_utf8(rows).map_err(io::Error::other)?;
        Ok(Page {
            rows: PageRows::from(rows),
            count: self.count,
            total: self.total,
            request_id: self.request_id.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_the_same_after_it_was_kept() {
        for (rows, total) in [
            ("[]", None),
            (r#"[{"a": 1.50, "名": "补丁"}, {}]"#, Some(718)),
            (r#"[{"x":"],\"total\":5}"}]"#, None),
        ] {
            let page = Page {
                rows: rows.into(),
                count: 2,
                total,
                request_id: Some("R7".to_owned()),
            };
            let kept = KeptPage::new(&page).unwrap();
            assert_eq!(kept.page().unwrap(), page);
            let laid = kept.to_bytes();
            assert_eq!(KeptPage::from_bytes(&laid).unwrap().page().unwrap(), page);
            assert!((0..34).all(|length| KeptPage::from_bytes(&laid[..length]).is_none()));
            let line = [frame(wire::rows_head(7).as_bytes()).unwrap(), kept.frame().clone()].concat();
            let line = zstd::stream::decode_all(&*line).unwrap();
            let (rows, target) = (&*page.rows, 7);
            assert_eq!(line, wire::Line::Rows { target, rows, total }.to_bytes());
        }
    }

    #[test]
    fn a_small_frame_is_one() {
        for length in 0..256 {
            let content = vec![b'x'; length];
            let framed = [small_frame(&content).unwrap(), small_frame(b"y").unwrap()].concat();
            let read = zstd::stream::decode_all(&*framed).unwrap();
            assert_eq!(read, [&content[..], b"y"].concat());
        }
        assert_eq!(small_frame(&[0; 256]), None);
    }

    #[test]
    fn what_repeats_itself_takes_little() {
        let row = r#"{"InstanceId":"i-bp1","BaselineId":"pb-1","MissingCount":"0"}"#;
        let rows = format!("[{}]", vec![row; 1000].join(","));
        let length = rows.len();
        let kept = KeptPage::new(&Page {
            rows: rows.into(),
            count: 1000,
            total: None,
            request_id: None,
        });
        let kept = kept.unwrap();
        let held = kept.frame.clone();
        assert_eq!(kept.length, length);
        let bytes = kept.bytes();
        assert!(bytes < length / 20, "{bytes} of {length}");
        // What is counted is all that is held.
        drop(kept);
        assert!(held.try_into_mut().unwrap().capacity() <= bytes);
    }
}
