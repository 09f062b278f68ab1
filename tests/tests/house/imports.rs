//! Which file of a crate takes names from which, read from the paths in its text.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result};

/// The files of one crate, by module path (`ask::client`, empty for the crate's root), with the modules that each takes names from.
pub struct Imports(BTreeMap<String, BTreeSet<String>>);

impl Imports {
    /// Reads the Rust files below a `src` folder. Tests are left out: they may know everything.
    pub fn read(source: &Path) -> Result<Self> {
        let mut texts = BTreeMap::new();
        for file in rust_files(source)? {
            let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
            let place = file.strip_prefix(source)?.with_extension("");
            let module: Vec<_> = place.iter().filter_map(|part| part.to_str()).collect();
            if module.iter().any(|part| *part == "tests" || *part == "bin") {
                continue;
            }
            let module = module.join("::");
            let module = if matches!(&*module, "lib" | "main") {
                String::new()
            } else {
                module
            };
            // The library and the program of one crate are both its root.
            texts
                .entry(module)
                .or_insert_with(String::new)
                .push_str(&product(&text));
        }
        let modules: BTreeSet<String> = texts.keys().cloned().collect();
        let imports = texts.into_iter().map(|(module, text)| {
            let taken = named(&module, &text)
                .into_iter()
                .filter_map(|path| home(&modules, &path))
                .filter(|taken| *taken != module)
                .collect();
            (module, taken)
        });
        Ok(Self(imports.collect()))
    }

    /// Every file with what it takes from.
    pub fn all(&self) -> impl Iterator<Item = (&str, &BTreeSet<String>)> {
        self.0.iter().map(|(module, taken)| (module.as_str(), taken))
    }

    /// Sets of files each of which can be reached from each other one. A module that hands on the names of its own children, as Rust's do,
    /// and children that use what their module defines are no circle; children that need each other are one, and so is a way from a child
    /// over a stranger back to its module.
    pub fn circles(&self) -> Vec<Vec<&str>> {
        let mut circles = self.loops(|from, to| !is_inside(to, from));
        let families = |circle: &Vec<&str>| {
            !circle
                .iter()
                .any(|outer| circle.iter().all(|inner| inner == outer || is_inside(inner, outer)))
        };
        for circle in self.loops(|_, _| true).into_iter().filter(families) {
            circles.retain(|smaller| !smaller.iter().all(|module| circle.contains(module)));
            circles.push(circle);
        }
        circles
    }

    /// The strongly connected files along the arrows that count.
    fn loops(&self, counts: impl Fn(&str, &str) -> bool) -> Vec<Vec<&str>> {
        let reached: BTreeMap<&str, BTreeSet<&str>> = (self.0.keys())
            .map(|from| (from.as_str(), self.reached(from, &counts)))
            .collect();
        let mut loops: Vec<Vec<&str>> = Vec::new();
        for (from, to) in &reached {
            if to.contains(from) && !loops.iter().any(|known| known.contains(from)) {
                let known = to.iter().copied().filter(|other| reached[other].contains(from));
                loops.push(known.collect());
            }
        }
        loops
    }

    fn reached<'a>(&'a self, from: &'a str, counts: &impl Fn(&str, &str) -> bool) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        let mut open = vec![from];
        while let Some(module) = open.pop() {
            for next in self.0.get(module).into_iter().flatten() {
                if counts(module, next) && found.insert(next.as_str()) {
                    open.push(next);
                }
            }
        }
        found
    }
}

/// Whether a module stands below another one.
pub fn is_inside(module: &str, outer: &str) -> bool {
    outer.is_empty() || module.strip_prefix(outer).is_some_and(|rest| rest.starts_with("::"))
}

/// All Rust files below a folder, in order.
pub fn rust_files(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// A file's text without comments and without its test module, which stands last.
pub fn product(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let code = line.trim_start();
        if code.starts_with("#[cfg(test)]") {
            // A test module in place ends the file; one in a file of its own, or a function for tests, is one item.
            if lines.peek().is_some_and(|next| next.ends_with("mod tests {")) {
                break;
            }
            lines.next();
        } else if !code.starts_with("//") {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// The paths from the crate's root that a module's text names: those of `crate::…` and `super::…`, groups in braces taken apart.
fn named(module: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let above = |module: &str| {
        module
            .rsplit_once("::")
            .map(|(above, _)| above.to_owned())
            .unwrap_or_default()
    };
    for (word, start) in [("crate::", String::new()), ("super::", above(module))] {
        for (at, _) in text.match_indices(word) {
            let before = text[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let mut start = start.clone();
            let mut rest = &text[at + word.len()..];
            while let Some(higher) = rest.strip_prefix("super::") {
                start = above(&start);
                rest = higher;
            }
            take(&start, rest, &mut found);
        }
    }
    found
}

/// Reads one path, or the paths of one group; gives back what follows.
fn take<'a>(start: &str, text: &'a str, found: &mut Vec<String>) -> &'a str {
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(text.len());
    let (segment, rest) = text.split_at(end);
    let path = match (start, segment) {
        (start, "" | "self") => start.to_owned(),
        ("", segment) => segment.to_owned(),
        (start, segment) => format!("{start}::{segment}"),
    };
    if let Some(rest) = rest.strip_prefix("::") {
        return take(&path, rest, found);
    }
    if segment.is_empty()
        && let Some(group) = rest.strip_prefix('{')
    {
        let mut rest = group.trim_start();
        while !rest.is_empty() && !rest.starts_with('}') {
            rest = take(&path, rest, found).trim_start();
            // Renamed or finished: on to the next one.
            let next = rest.find([',', '}']).unwrap_or(rest.len());
            rest = rest[next..].trim_start_matches(',').trim_start();
        }
        return rest.strip_prefix('}').unwrap_or(rest);
    }
    found.push(path);
    rest
}

/// The module that a path leads to: its longest beginning that is one.
fn home(modules: &BTreeSet<String>, path: &str) -> Option<String> {
    let mut path = path;
    loop {
        if modules.contains(path) {
            return Some(path.to_owned());
        }
        path = path.rsplit_once("::").map_or("", |(above, _)| above);
        if path.is_empty() {
            // A name of the root itself, such as a macro: no file is hidden behind it.
            return None;
        }
    }
}

#[test]
fn paths_and_groups_are_taken_apart() {
    let text = "use crate::a::b::C;\nuse crate::{d, e::{self, f as g, h}};\nuse super::super::i::J;\nlet x = super::k();\nmycrate::l;";
    assert_eq!(
        named("m::n::o", text),
        ["a::b::C", "d", "e", "e::f", "e::h", "m::i::J", "m::n::k"]
    );
}

#[test]
fn tests_and_comments_are_no_product() {
    let text = "a\n// crate::b\n#[cfg(test)]\nmod fake;\nc\n#[cfg(test)]\nmod tests {\n    use crate::d;\n}\n";
    assert_eq!(product(text), "a\nc\n");
}

#[test]
fn families_are_no_circles_and_strangers_and_siblings_are() {
    let circles = |arrows: &[(&str, &str)]| {
        let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (from, to) in arrows {
            imports.entry((*from).to_owned()).or_default().insert((*to).to_owned());
            imports.entry((*to).to_owned()).or_default();
        }
        let imports = Imports(imports);
        let found = imports.circles().into_iter().map(|circle| circle.join(" "));
        found.collect::<Vec<_>>()
    };
    assert_eq!(circles(&[("a", "a::b"), ("a::b", "a"), ("c", "a")]), [""; 0]);
    assert_eq!(circles(&[("b", "c"), ("c", "b")]), ["b c"]);
    assert_eq!(
        circles(&[("a", "a::b"), ("a::b", "a::c"), ("a::c", "a::b")]),
        ["a::b a::c"]
    );
    assert_eq!(circles(&[("a", "a::b"), ("a::b", "c"), ("c", "a")]), ["a a::b c"]);
}
