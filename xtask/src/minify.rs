//! What of the page is text, without what only its readers need: comments, space, long names.

use anyhow::Result;

use crate::files::{self, Files};
use crate::process::run;
use crate::project::Project;
use crate::setup::PageTools;

/// Puts what esbuild makes of them in place of the scripts and style sheets among `files`.
pub fn minify(project: &Project, tools: &PageTools, files: &mut Files) -> Result<()> {
    let is_text = |name: &&String| name.ends_with(".js") || name.ends_with(".css");
    let texts: Files = files
        .keys()
        .filter(is_text)
        .map(|name| (name.clone(), files[name].clone()))
        .collect();
    let work = project.target.join("page-texts");
    files::write(&work, &texts, "")?;
    run(tools
        .command("esbuild")?
        // It warns of what wasm-bindgen writes.
        .args(["--minify", "--log-level=error", "--allow-overwrite"])
        .arg(format!("--outdir={}", work.display()))
        .args(texts.keys().map(|name| work.join(name))))?;
    files.extend(files::read(&work)?);
    Ok(())
}

/// A document without its comments.
pub fn without_comments(document: &str) -> String {
    let mut parts = document.split("<!--");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.split_once("-->").map_or("", |(_, rest)| rest)
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_document_loses_its_comments_only() {
        let document = "<p><!-- a -->b</p><!-- <c> --><d>-->e";
        assert_eq!(super::without_comments(document), "<p>b</p><d>-->e");
    }
}
