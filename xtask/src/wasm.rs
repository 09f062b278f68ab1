//! The little of WebAssembly's binary format that changing a program takes.

use anyhow::{Context, Result, bail};

/// How `\0asm` and the version begin every program.
const PREAMBLE: usize = 8;

/// The program with another content of one section.
pub fn with_section(program: &[u8], section: u8, mut change: impl FnMut(&[u8]) -> Result<Vec<u8>>) -> Result<Vec<u8>> {
    let mut reader = Reader(program);
    let mut out = reader.take(PREAMBLE)?.to_vec();
    while !reader.0.is_empty() {
        let number = reader.byte()?;
        let content = reader.bytes()?;
        out.push(number);
        if number == section {
            write_bytes(&mut out, &change(content)?);
        } else {
            write_bytes(&mut out, content);
        }
    }
    Ok(out)
}

/// Reads what the specification of WebAssembly calls its binary format.
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// As many bytes.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self
            .0
            .split_at_checked(count)
            .context("the page's program is cut off")?;
        self.0 = rest;
        Ok(taken)
    }

    pub fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?[0])
    }

    /// LEB128.
    pub fn number(&mut self) -> Result<u32> {
        let mut number = 0;
        for shift in (0..32).step_by(7) {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        bail!("a number in the page's program is too long")
    }

    /// A length and as many bytes.
    pub fn bytes(&mut self) -> Result<&'a [u8]> {
        let length = self.number()?;
        self.take(usize::try_from(length)?)
    }
}

/// LEB128.
pub fn write_number(out: &mut Vec<u8>, mut number: u32) {
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or_default();
        number >>= 7;
        if number == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

/// A length and as many bytes.
pub fn write_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    write_number(out, u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    out.extend_from_slice(bytes);
}
