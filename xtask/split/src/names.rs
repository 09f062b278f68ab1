//! Names of what the program takes from its script, without the hash that wasm-bindgen puts behind each.
//!
//! The hash tells versions of a crate apart that a program may hold at once. It is sixteen digits that nothing compresses, three hundred times in the program and
//! again in the script: 7 KB of what every visit loads.

use std::collections::{BTreeMap, BTreeSet};
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{ImportSection, Module};
use wasmparser::{Imports, Parser, Payload};

/// The hash's length, in digits.
const HASH: usize = 16;

/// The program and its script with shorter names; where two would be the same, both keep theirs.
///
/// # Errors
/// The program cannot be read.
pub fn shorten(program: &[u8], script: &str) -> Result<(Vec<u8>, String), Error> {
    let mut names = Names(shorter(&imported(program)?));
    let mut module = Module::new();
    names.parse_core_module(&mut module, Parser::new(0), program)?;
    let all = names.0.iter();
    let script = all.fold(script.to_owned(), |script, (long, short)| script.replace(long, short));
    Ok((module.finish(), script))
}

fn imported(program: &[u8]) -> Result<BTreeSet<String>, Error> {
    let mut names = BTreeSet::new();
    for payload in Parser::new(0).parse_all(program) {
        if let Payload::ImportSection(section) = payload? {
            for import in section.into_imports() {
                names.insert(import?.name.to_owned());
            }
        }
    }
    Ok(names)
}

/// Each name that ends in a hash, and what it is without.
fn shorter(names: &BTreeSet<String>) -> BTreeMap<String, String> {
    let hashed = |name: &&String| {
        let (_, hash) = name.rsplit_once('_')?;
        let is_hash = hash.len() == HASH && hash.bytes().all(|sign| sign.is_ascii_hexdigit());
        is_hash.then(|| name[..name.len() - HASH - 1].to_owned())
    };
    let short: Vec<_> = names.iter().filter_map(|name| Some((name, hashed(&name)?))).collect();
    let alone = |name: &str| !names.contains(name) && short.iter().filter(|(_, short)| short == name).count() == 1;
    let short = short.iter().filter(|(_, short)| alone(short));
    short.map(|(long, short)| ((*long).clone(), short.clone())).collect()
}

/// Long names, and what they are to be.
struct Names(BTreeMap<String, String>);

impl Reencode for Names {
    type Error = std::convert::Infallible;

    fn parse_imports(&mut self, section: &mut ImportSection, imports: Imports<'_>) -> Result<(), Error> {
        let Imports::Single(_, import) = imports else {
            return wasm_encoder::reencode::utils::parse_imports(self, section, imports);
        };
        let ty = self.entity_type(import.ty)?;
        let name = self.0.get(import.name).map_or(import.name, String::as_str);
        section.import(import.module, name, ty);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{EntityType, TypeSection};

    fn program(names: &[&str]) -> Vec<u8> {
        let (mut module, mut types, mut imports) = (Module::new(), TypeSection::new(), ImportSection::new());
        types.ty().function([], []);
        for name in names {
            imports.import("./page.js", name, EntityType::Function(0));
        }
        module.section(&types).section(&imports);
        module.finish()
    }

    #[test]
    fn hashes_go_where_the_names_stay_apart() {
        let long = [
            "__wbg_item_0123456789abcdef",
            "__wbg_get_0123456789abcdef",
            "__wbg_get_fedcba9876543210",
            "__wbg_new_0123456789abcdef",
            "__wbg_new",
            "__wbindgen_init",
        ];
        let script = "a.__wbg_item_0123456789abcdef(); b.__wbg_get_0123456789abcdef(); __wbg_new_0123456789abcdef";
        let (short, text) = shorten(&program(&long), script).unwrap();
        let names = imported(&short).unwrap();
        let kept = long[1..].iter().copied().chain(["__wbg_item"]);
        assert_eq!(names, kept.map(str::to_owned).collect());
        assert_eq!(text, script.replace(long[0], "__wbg_item"));
    }
}
