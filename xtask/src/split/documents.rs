//! One document for each kind of page: all are Trunk's `index.html`, each with the program of its kind.

use anyhow::{Context, Result, bail};

use super::loader;

/// The kind of page that has Trunk's own name, and which the proxy answers with for all that is of no other kind.
const MAIN: &str = "table";

/// The name of the document for a kind of page.
pub fn name(kind: &str) -> String {
    if kind == MAIN {
        "index.html".to_owned()
    } else {
        format!("{kind}.html")
    }
}

/// The document for a kind of page, made of `index`: with `program` in the place of `trunks`, the names of what that has of the files the
/// loader knows (`here`), and the style sheets that only this kind needs.
pub fn of_kind(index: &str, trunks: &str, kind: &str, program: &str, here: &[String]) -> Result<String> {
    let tag_start = index
        .match_indices("<script")
        .map(|(start, _)| start)
        .find(|start| {
            index[*start..]
                .split('>')
                .next()
                .is_some_and(|tag| tag.contains(" data-wasm=\""))
        })
        .context("no script in index.html has `data-wasm`; see pattern_script in Trunk.toml")?;
    let (before, tag) = index.split_at(tag_start);
    let attribute = |name: &str| tag.split_once(&format!(" data-{name}=\""))?.1.split('"').next();
    let folder = attribute("wasm")
        .and_then(|address| address.strip_suffix(trunks))
        .with_context(|| format!("`data-wasm` in index.html does not name {trunks}"))?;
    let styles: String = attribute(kind)
        .unwrap_or_default()
        .split_whitespace()
        .map(|name| format!("<link rel=\"stylesheet\" href=\"{folder}{name}\"/>"))
        .collect();
    let tag = tag.replacen(
        " data-wasm=",
        &format!(" data-here=\"{}\" data-wasm=", here.join(" ")),
        1,
    );
    Ok(format!("{before}{styles}{tag}").replace(trunks, program))
}

/// The browser would only hear of the loader after it has read the script that imports it: one more way to the server and back.
pub fn preload(index: &str, script: &str) -> Result<String> {
    let tags = index
        .match_indices("<link rel=\"modulepreload\"")
        .filter_map(|(start, _)| Some((start, &index[start..start + index[start..].find('>')? + 1])));
    for (start, tag) in tags {
        if tag.contains(&format!("/{script}\"")) {
            let end = start + tag.len();
            let loader = tag.replace(script, loader::FILE);
            return Ok(format!("{}{loader}{}", &index[..end], &index[end..]));
        }
    }
    bail!("index.html does not preload {script}; does Trunk still write `modulepreload` links?")
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub const INDEX: &str = concat!(
        r#"<script src="/assets/h/theme.js"></script>"#,
        r#"<script src="/assets/h/boot.js" data-js="/assets/h/page-1.js" data-wasm="/assets/h/page-1_bg.wasm" data-front="a.css b.css"></script>"#,
        r#"<link rel="modulepreload" href="/assets/h/page-1.js" crossorigin="anonymous">"#,
        r#"<link rel="preload" href="/assets/h/page-1_bg.wasm">"#,
    );

    #[test]
    fn a_document_has_the_program_and_the_style_sheets_of_its_kind() {
        let here = ["x.wasm".to_owned(), "y.wasm".to_owned()];
        let mut text = of_kind(INDEX, "page-1_bg.wasm", "front", "front.wasm", &here).unwrap();
        for added in [
            r#"<link rel="stylesheet" href="/assets/h/a.css"/><link rel="stylesheet" href="/assets/h/b.css"/>"#,
            r#" data-here="x.wasm y.wasm""#,
        ] {
            assert!(text.contains(added), "{text}");
            text = text.replacen(added, "", 1);
        }
        assert_eq!(text, INDEX.replace("page-1_bg.wasm", "front.wasm"));
        let other = of_kind(INDEX, "page-1_bg.wasm", "back", "back.wasm", &here).unwrap();
        assert!(!other.contains("stylesheet"), "{other}");
    }

    #[test]
    fn a_document_that_names_no_program_stops_the_build() {
        for (index, word) in [
            (INDEX.replace("data-wasm", "data-program"), "has `data-wasm`"),
            (INDEX.replace("page-1_bg", "page-2_bg"), "page-1_bg.wasm"),
        ] {
            let error = of_kind(&index, "page-1_bg.wasm", "front", "front.wasm", &[]).unwrap_err();
            assert!(error.to_string().contains(word), "{error}");
        }
    }

    #[test]
    fn the_loader_is_fetched_together_with_who_imports_it() {
        let text = preload(INDEX, "page-1.js").unwrap();
        let added = r#"<link rel="modulepreload" href="/assets/h/__wasm_split.js" crossorigin="anonymous">"#;
        assert_eq!(text.replacen(added, "", 1), INDEX);
        let error = preload(&INDEX.replace("modulepreload", "prefetch"), "page-1.js").unwrap_err();
        assert!(error.to_string().contains("does not preload page-1.js"), "{error}");
    }

    #[test]
    fn tables_have_the_main_document() {
        assert_eq!(
            (name("table"), name("front")),
            ("index.html".to_owned(), "front.html".to_owned())
        );
    }
}
