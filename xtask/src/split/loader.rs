//! The script that loads parts of the page: what it loads, and what it need not.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};

/// Its name. The program's own script imports it.
pub const FILE: &str = "__wasm_split.js";

/// How it names the functions that load a part.
const LOAD: &str = "export const __wasm_split_load_";

/// How it begins to fetch a file; the name follows.
const FETCH: &str = "const src = fetch(new URL(\"./";

/// The parts by name, each with its files. What several of them share lies in files of its own (`chunk_2.wasm`, loaded by `__chunk_2`).
pub fn parts(loader: &str) -> Result<Vec<(String, Vec<String>)>> {
    let statements = loader
        .match_indices(LOAD)
        .map(|(start, _)| &loader[start + LOAD.len()..]);
    let parts = statements.map(|rest| {
        let (name, rest) = rest.split_once(" = ")?;
        let (body, _) = rest.split_once("]))")?;
        let (fetch, shared) = body.rsplit_once('[')?;
        // Nothing is left of a part whose all is shared.
        let own = fetch.split('"').find_map(|text| text.strip_prefix("./"));
        let shared = shared.split(", ").filter_map(|name| name.strip_prefix("__"));
        let files = own.map(str::to_owned).into_iter();
        Some((
            name.to_owned(),
            files.chain(shared.map(|name| format!("{name}.wasm"))).collect(),
        ))
    });
    let parts: Option<Vec<_>> = parts.collect();
    parts
        .filter(|parts| !parts.is_empty())
        .with_context(|| format!("{FILE} does not say what it loads; does wasm-split-cli write it otherwise now?"))
}

/// The loader, but it does not fetch what came with the program: of the parts' files those that are not `made`, because every program has them,
/// and those that the attribute `data-here` of the document's script names.
pub fn sparing(loader: &str, made: impl Fn(&str) -> bool) -> Result<String> {
    let here = "const here = document.querySelector(\"script[data-here]\")?.dataset.here.split(\" \") ?? [];\n";
    let mut text = loader.to_owned();
    let files: BTreeSet<String> = parts(loader)?.into_iter().flat_map(|(_, files)| files).collect();
    for file in files {
        let fetch = format!("{FETCH}{file}\"");
        ensure!(
            text.matches(&fetch).count() == 1,
            "{FILE} does not fetch {file} once; does wasm-split-cli write it otherwise now?"
        );
        let when = if made(&file) {
            format!("if (here.includes(\"{file}\")) ")
        } else {
            String::new()
        };
        text = text.replace(&fetch, &format!("{when}return async () => {{}};\n{fetch}"));
    }
    // After the imports, of which there is one.
    let end = text.find(";\n").context("the loader imports nothing")? + 2;
    text.insert_str(end, here);
    Ok(text)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// As wasm-split-cli writes it.
    pub const TEXT: &str = r#"import { initSync } from "./page-1.js";
/* front, later */
const __chunk_3 = makeLoad(() => {
    const src = fetch(new URL("./chunk_3.wasm", import.meta.url));
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}
, []);
/* later, and one that is empty but for it */
const __chunk_4 = makeLoad(() => {
    const src = fetch(new URL("./chunk_4.wasm", import.meta.url));
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}
, []);
export const __wasm_split_load_later = wrapAsyncCb(makeLoad(() => {
    const src = fetch(new URL("./split_later.wasm", import.meta.url));
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}
, [__chunk_3, __chunk_4]));
export const __wasm_split_load_front = wrapAsyncCb(makeLoad(() => {
    const src = fetch(new URL("./split_front.wasm", import.meta.url));
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}
, [__chunk_3]));
"#;

    #[test]
    fn a_part_is_its_own_file_and_what_it_shares() {
        let found = parts(TEXT).unwrap();
        let found: Vec<(&str, String)> = found
            .iter()
            .map(|(name, files)| (name.as_str(), files.join(" ")))
            .collect();
        assert_eq!(
            found,
            [
                ("later", "split_later.wasm chunk_3.wasm chunk_4.wasm".to_owned()),
                ("front", "split_front.wasm chunk_3.wasm".to_owned())
            ]
        );
    }

    #[test]
    fn a_part_whose_all_is_shared_has_no_file_of_its_own() {
        let empty =
            "export const __wasm_split_load_empty = wrapAsyncCb(makeLoad(() => async (_imp) => ({}), [__chunk_4]));\n";
        let found = parts(&(TEXT.to_owned() + empty)).unwrap();
        assert_eq!(found[2], ("empty".to_owned(), vec!["chunk_4.wasm".to_owned()]));
    }

    #[test]
    fn a_file_that_is_here_is_not_fetched() {
        let text = sparing(TEXT, |file| file != "chunk_3.wasm").unwrap();
        let nothing = "return async () => {};\n";
        for file in ["chunk_4.wasm", "split_front.wasm", "split_later.wasm"] {
            let check = format!("if (here.includes(\"{file}\")) {nothing}{FETCH}{file}");
            assert!(text.contains(&check), "{text}");
        }
        // Every program has it.
        assert!(text.contains(&format!("    {nothing}{FETCH}chunk_3.wasm")), "{text}");
        assert!(text.starts_with("import { initSync } from \"./page-1.js\";\nconst here = "));
    }

    #[test]
    fn a_file_that_is_fetched_in_another_way_stops_the_build() {
        let other = TEXT.replace(
            "const src = fetch(new URL(\"./chunk_3",
            "const src = get(new URL(\"./chunk_3",
        );
        let error = sparing(&other, |_| true).unwrap_err().to_string();
        assert!(error.contains("chunk_3.wasm"), "{error}");
    }
}
