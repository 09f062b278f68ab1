//! Takes out of the page's texts what only their readers in the repository need: comments, indentation, empty lines.

use anyhow::{Context, Result, ensure};

use crate::page::Files;

/// Squeezes every script, style sheet and document.
pub fn squeeze(files: &mut Files) -> Result<()> {
    for (name, content) in files {
        let text = || std::str::from_utf8(content).with_context(|| format!("{name} is not UTF-8"));
        *content = match name.rsplit('.').next() {
            Some("js") => script(text()?).with_context(|| format!("cannot squeeze {name}"))?,
            Some("css") => lines(&without(text()?, "/*", "*/"), |_| true),
            Some("html") => lines(&without(text()?, "<!--", "-->"), |_| true),
            _ => continue,
        }
        .into_bytes();
    }
    Ok(())
}

/// Only comments that have lines of their own: telling others from text takes a parser.
fn script(text: &str) -> Result<String> {
    let mut inside = false;
    let text = lines(text, |line| {
        let starts = inside || line.starts_with("/*");
        inside = starts && !line.ends_with("*/");
        !starts && !line.starts_with("//")
    });
    ensure!(!inside, "a comment does not end, or not at the end of a line");
    ensure!(
        text.lines().all(|line| line.matches('`').count() % 2 == 0),
        "it holds a text of several lines, whose indentation may matter"
    );
    Ok(text)
}

/// The lines to keep, without the spaces around them.
fn lines(text: &str, mut keep: impl FnMut(&str) -> bool) -> String {
    let kept = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && keep(line));
    kept.flat_map(|line| [line, "\n"]).collect()
}

fn without(text: &str, open: &str, close: &str) -> String {
    let mut parts = text.split(open);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(part.split_once(close).map_or("", |(_, rest)| rest));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squeezed(name: &str, text: &str) -> Result<String> {
        let mut files = Files::from([(name.to_owned(), text.into())]);
        squeeze(&mut files)?;
        Ok(String::from_utf8(files.remove(name).unwrap()).unwrap())
    }

    #[test]
    fn scripts_lose_comments_on_lines_of_their_own() {
        let text =
            "// about\n\nif (a) {\n    /**\n     * b\n     */\n    b(\"// no /* comment\"); // c\n    /* d */\n}\n";
        assert_eq!(
            squeezed("a.js", text).unwrap(),
            "if (a) {\nb(\"// no /* comment\"); // c\n}\n"
        );
    }

    #[test]
    fn a_script_that_could_be_harmed_stops_the_build() {
        for bad in ["a = `one\n  two`;", "/* never", "/* a */ b();\n"] {
            assert!(squeezed("a.js", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn styles_and_documents_lose_comments_anywhere() {
        assert_eq!(
            squeezed("a.css", "/* a\n b */\na {\n  top: 0; /* why */\n}\n\n.b\n  .c {}").unwrap(),
            "a {\ntop: 0;\n}\n.b\n.c {}\n"
        );
        assert_eq!(
            squeezed("a.html", "<p>\n  <!-- a\n b -->\n  text\n</p>").unwrap(),
            "<p>\ntext\n</p>\n"
        );
    }

    #[test]
    fn other_files_stay() {
        assert_eq!(squeezed("a.svg", "  <svg/>").unwrap(), "  <svg/>");
    }
}
