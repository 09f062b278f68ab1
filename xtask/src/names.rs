//! Short names between the program and its JavaScript.
//!
//! wasm-bindgen names each function that the program takes from the browser in full, with a hash, in both files: a fiftieth of what a first
//! visit loads, read by nobody.

use anyhow::{Context, Result, ensure};

use crate::wasm::{Reader, with_section, write_bytes, write_number};

/// The number of the section of imports, as in the specification of WebAssembly.
const IMPORTS: u8 = 2;

/// The number of functions among the kinds of imports.
const FUNCTION: u8 = 0;

/// Renames what `program` imports of its own script, which it calls `module`, and renames it in `script` too.
pub fn shorten(program: &[u8], script: &str, module: &str) -> Result<(Vec<u8>, String)> {
    let mut script = script.to_owned();
    let program = with_section(program, IMPORTS, |section| rename(section, &mut script, module))?;
    Ok((program, script))
}

fn rename(section: &[u8], script: &mut String, module: &str) -> Result<Vec<u8>> {
    const MODULE: &str = "_";
    let mut reader = Reader(section);
    let count = reader.number()?;
    let mut out = Vec::new();
    write_number(&mut out, count);
    for at in 0..count {
        let (from, name) = (reader.bytes()?, reader.bytes()?);
        ensure!(
            reader.byte()? == FUNCTION,
            "the page's program imports something else than functions"
        );
        if from == module.as_bytes() {
            let short = short(at);
            *script = renamed(
                script,
                std::str::from_utf8(name).context("an import's name is not UTF-8")?,
                &short,
            )?;
            write_bytes(&mut out, MODULE.as_bytes());
            write_bytes(&mut out, short.as_bytes());
        } else {
            write_bytes(&mut out, from);
            write_bytes(&mut out, name);
        }
        out.push(FUNCTION);
        write_number(&mut out, reader.number()?);
    }
    *script = renamed(script, &format!("\"{module}\""), &format!("\"{MODULE}\""))?;
    Ok(out)
}

/// `a`, `b`, …, `z`, `ba`, …
fn short(mut number: u32) -> String {
    let mut name = Vec::new();
    loop {
        name.push(char::from(b'a' + u8::try_from(number % 26).unwrap_or_default()));
        number /= 26;
        if number == 0 {
            return name.into_iter().rev().collect();
        }
    }
}

/// The script with its one property `old` under its new name. Anything but exactly one whole word followed by a colon would mean that
/// wasm-bindgen writes its scripts in another way now.
fn renamed(script: &str, old: &str, new: &str) -> Result<String> {
    let part_of_word = |c: char| c.is_ascii_alphanumeric() || "_$".contains(c);
    let places: Vec<usize> = script
        .match_indices(old)
        .map(|(at, _)| at)
        .filter(|at| !script[..*at].ends_with(part_of_word) && !script[at + old.len()..].starts_with(part_of_word))
        .collect();
    ensure!(
        matches!(places[..], [at] if script[at + old.len()..].starts_with(':')),
        "the page's script does not name {old} once, as a property"
    );
    let at = places[0];
    Ok([&script[..at], new, &script[at + old.len()..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODULE: &str = "./page_bg.js";
    const SCRIPT: &str = "const i = { __wbg_now_1: function() { return now(); }, __wbg_now_12: function() {}, };
        const all = { \"./page_bg.js\": i, \"./other.js\": j };";

    /// A program of a custom section, imports, and something behind.
    fn program(imports: &[(&str, &str, u8)]) -> Vec<u8> {
        let mut section = Vec::new();
        write_number(&mut section, u32::try_from(imports.len()).unwrap());
        for (module, name, kind) in imports {
            write_bytes(&mut section, module.as_bytes());
            write_bytes(&mut section, name.as_bytes());
            section.extend([*kind, 0xac, 0x02]);
        }
        let mut program = b"\0asm\x01\0\0\0".to_vec();
        for (id, content) in [(0, &b"\x01xyz"[..]), (IMPORTS, &section), (10, &[7; 200])] {
            program.push(id);
            write_bytes(&mut program, content);
        }
        program
    }

    #[test]
    fn both_files_get_the_same_short_names() {
        let long = program(&[
            (MODULE, "__wbg_now_12", 0),
            ("./other.js", "load", 0),
            (MODULE, "__wbg_now_1", 0),
        ]);
        let (short, script) = shorten(&long, SCRIPT, MODULE).unwrap();
        assert_eq!(
            short,
            program(&[("_", "a", 0), ("./other.js", "load", 0), ("_", "c", 0)])
        );
        assert_eq!(
            script,
            "const i = { c: function() { return now(); }, a: function() {}, };
        const all = { \"_\": i, \"./other.js\": j };"
        );
    }

    #[test]
    fn names_are_all_different() {
        let names: std::collections::BTreeSet<String> = (0..2000).map(short).collect();
        assert_eq!(names.len(), 2000);
        assert_eq!(["a", "z", "ba"], [0, 25, 26].map(short).each_ref().map(String::as_str));
    }

    #[test]
    fn what_is_not_as_expected_stops_the_build() {
        let fails = |program: &[u8], script: &str| shorten(program, script, MODULE).unwrap_err().to_string();
        let good = program(&[(MODULE, "__wbg_now_1", 0)]);
        assert!(fails(&good, &SCRIPT.replace("__wbg_now_1:", "gone:")).contains("__wbg_now_1"));
        assert!(fails(&good, &format!("{SCRIPT} __wbg_now_1();")).contains("__wbg_now_1"));
        assert!(fails(&good, &SCRIPT.replace("./page", "./old")).contains("./page_bg.js"));
        assert!(fails(&program(&[(MODULE, "memory", 2)]), SCRIPT).contains("something else than functions"));
        for length in 0..good.len() {
            // A shorter program may end between two sections, which is as good as whole; it must never panic.
            drop(shorten(&good[..length], SCRIPT, MODULE));
        }
        assert!(fails(&good[..good.len() - 1], SCRIPT).contains("cut off"));
    }
}
