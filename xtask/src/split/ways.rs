//! The ways into the parts, which must stay open.
//!
//! Parts find each other's functions by their places in one table, and in a program most places are known: wasm-opt makes plain calls of calls
//! by place, which are smaller and can be inlined. But it takes a place that nothing is in yet for one that stays empty, and a call by it for
//! a fault. Only the ways into the parts that are fetched later call by such a place, so these are written in a way that it does not see
//! through.

use anyhow::{Result, ensure};

use crate::wasm::{Reader, with_section, write_bytes, write_number};

/// The number of the section of code, as in the [specification](https://webassembly.github.io/spec/core/binary/modules.html), and below those
/// of the instructions.
const CODE: u8 = 10;
const END: u8 = 0x0b;
const CALL_INDIRECT: u8 = 0x11;
const LOCAL_GET: u8 = 0x20;
const MEMORY_SIZE: u8 = 0x3f;
const I32_CONST: u8 = 0x41;
const I32_EQZ: u8 = 0x45;
const I32_ADD: u8 = 0x6a;

/// The first part with ways that stay open. There must be one into each of `parts`.
pub fn keep_open(program: &[u8], parts: usize) -> Result<Vec<u8>> {
    let mut found = 0;
    let program = with_section(program, CODE, |section| {
        let mut reader = Reader(section);
        let count = reader.number()?;
        let mut out = Vec::new();
        write_number(&mut out, count);
        for _ in 0..count {
            let body = reader.bytes()?;
            if let Some(place) = place(body) {
                found += 1;
                let (before, after) = body.split_at(place);
                // Plus one if there is no memory, that is, plus nothing.
                let open = [before, &[MEMORY_SIZE, 0, I32_EQZ, I32_ADD], after].concat();
                write_bytes(&mut out, &open);
            } else {
                write_bytes(&mut out, body);
            }
        }
        Ok(out)
    })?;
    ensure!(
        found == parts,
        "the page's program has {found} ways into {parts} parts; does wasm-split-cli write them otherwise now?"
    );
    Ok(program)
}

/// Where in a function the place that it calls by is known, if it does nothing but hand its one argument on to there.
fn place(body: &[u8]) -> Option<usize> {
    let rest = body.strip_prefix(&[0, LOCAL_GET, 0, I32_CONST])?;
    let mut reader = Reader(rest);
    reader.number().ok()?;
    let at = body.len() - reader.0.len();
    let call = reader.byte().ok()? == CALL_INDIRECT;
    // The type, and the table.
    reader.number().ok()?;
    reader.number().ok()?;
    (call && reader.0 == [END]).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands its argument on to the place 300.
    const WAY: [u8; 10] = [0, 0x20, 0, 0x41, 0xac, 0x02, 0x11, 7, 0, 0x0b];

    fn program(bodies: &[&[u8]]) -> Vec<u8> {
        let mut section = Vec::new();
        write_number(&mut section, u32::try_from(bodies.len()).unwrap());
        for body in bodies {
            write_bytes(&mut section, body);
        }
        let mut program = b"\0asm\x01\0\0\0".to_vec();
        for (number, content) in [(3, &[1, 2][..]), (CODE, &section)] {
            program.push(number);
            write_bytes(&mut program, content);
        }
        program
    }

    #[test]
    fn a_place_that_is_called_by_cannot_be_known_beforehand() {
        // Two arguments; a plain call.
        let others: [&[u8]; 2] = [
            &[0, 0x20, 0, 0x20, 1, 0x41, 5, 0x11, 7, 0, 0x0b],
            &[0, 0x20, 0, 0x10, 5, 0x0b],
        ];
        let open = [0, 0x20, 0, 0x41, 0xac, 0x02, 0x3f, 0, 0x45, 0x6a, 0x11, 7, 0, 0x0b];
        assert_eq!(
            keep_open(&program(&[others[0], &WAY, others[1]]), 1).unwrap(),
            program(&[others[0], &open, others[1]])
        );
    }

    #[test]
    fn a_way_too_few_or_too_many_stops_the_build() {
        for parts in [0, 2] {
            let error = keep_open(&program(&[&WAY]), parts).unwrap_err().to_string();
            assert!(error.contains("1 ways"), "{error}");
        }
    }
}
