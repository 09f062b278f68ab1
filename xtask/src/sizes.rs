//! How much a first visit to each kind of page loads, and the limit on it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::process::ask;
use crate::project::Project;
use crate::say;

/// KB, compressed by brotli at its highest quality, that a first visit may load in all, by the part that its kind of page is.
const LIMITS: [(&str, u64); 4] = [("overview", 310), ("resource", 310), ("table", 310), ("timeline", 380)];

/// Node compresses: it is there anyway (wasm-opt runs on it), and an unoptimised xtask would take half a minute for this.
const MEASURE: &str = r"
const { readFileSync } = require('node:fs'), zlib = require('node:zlib');
const quality = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11 } };
console.log(JSON.stringify(process.argv.slice(1).map(path => {
  const bytes = readFileSync(path);
  return [bytes.length, zlib.gzipSync(bytes, { level: 9 }).length, zlib.brotliCompressSync(bytes, quality).length];
})));";

/// Raw, by gzip, by brotli.
type Size = [u64; 3];

/// Prints the size of every file of the page, and of what a first visit loads by kind of page (of `visits`); keeps the table in
/// `target/page-sizes.txt`, and fails when a first visit loads more than its limit.
pub fn check(
    project: &Project,
    page: &BTreeMap<String, Vec<u8>>,
    visits: &BTreeMap<&str, BTreeSet<&str>>,
) -> Result<()> {
    let paths = page.keys().map(|name| project.root.join("dist").join(name));
    let answer = ask(Command::new("node").arg("-e").arg(MEASURE).args(paths))
        .context("cannot measure the page: Node (`node`) does not work. Install Node 18 or newer")?;
    let sizes: Vec<Size> = serde_json::from_str(&answer).context("the measuring script answered nonsense")?;
    ensure!(
        sizes.len() == page.len(),
        "the measuring script answered for {} of {} files",
        sizes.len(),
        page.len()
    );
    let files: Vec<_> = page.keys().map(String::as_str).zip(sizes).collect();
    let visits = sums(&files, visits)?;

    let table = table(&files, &visits)?;
    eprint!("{table}");
    let file = project.target.join("page-sizes.txt");
    std::fs::write(&file, table).with_context(|| format!("cannot write {}", file.display()))?;

    let excess = excess(&visits);
    ensure!(
        excess.is_empty(),
        "a first visit would load more bytes (brotli) than we promise: {}; see {}",
        excess.join(", "),
        file.display()
    );
    let each = visits
        .iter()
        .map(|(kind, [_, _, total], limit)| format!("{kind} {:.1} of {limit}", kilo(*total)));
    say::note(&format!(
        "KB that a first visit loads: {}",
        each.collect::<Vec<_>>().join(", ")
    ));
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "for showing")]
fn kilo(bytes: u64) -> f64 {
    bytes as f64 / 1024.0
}

/// A kind of page, what a first visit to it loads in all, and how many KB by brotli it may.
type Visit = (&'static str, Size, u64);

/// The sum of each visit that has a limit.
fn sums(files: &[(&str, Size)], visits: &BTreeMap<&str, BTreeSet<&str>>) -> Result<Vec<Visit>> {
    let sum = |(kind, limit)| {
        let names: &BTreeSet<&str> = visits
            .get(kind)
            .with_context(|| format!("no part of the page is `{kind}`"))?;
        let loaded = files.iter().filter(|(name, _)| names.contains(name));
        let sum = loaded.fold([0; 3], |sum, (_, size)| [0, 1, 2].map(|i| sum[i] + size[i]));
        Ok((kind, sum, limit))
    };
    LIMITS.into_iter().map(sum).collect()
}

/// The visits beyond their limit, in words.
fn excess(visits: &[Visit]) -> Vec<String> {
    let heavy = visits.iter().filter(|(_, [_, _, total], limit)| *total > limit * 1024);
    heavy
        .map(|(kind, [_, _, total], limit)| format!("`{kind}` {:.1} of {limit} KB", kilo(*total)))
        .collect()
}

fn table(files: &[(&str, Size)], visits: &[Visit]) -> Result<String> {
    let mut text = String::new();
    let visits: Vec<_> = visits.iter().map(|(kind, size, _)| (*kind, *size)).collect();
    for (title, rows) in [("file", files), ("first visit", &visits)] {
        writeln!(text, "   {title:<62} {:>9} {:>9} {:>9}", "raw", "gzip -9", "brotli 11")?;
        for (name, [raw, gzip, brotli]) in rows {
            writeln!(text, "   {name:<62} {raw:>9} {gzip:>9} {brotli:>9}")?;
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [(&str, Size); 3] = [
        ("a.js", [10, 6, 5]),
        ("b.wasm", [100, 50, 40]),
        ("c.wasm", [400_000, 350_000, 317_401]),
    ];

    fn visits() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
        [
            ("later", ["c.wasm"].into()),
            ("overview", ["a.js", "b.wasm"].into()),
            ("resource", ["b.wasm", "c.wasm"].into()),
            ("table", ["c.wasm"].into()),
            ("timeline", ["a.js", "b.wasm", "c.wasm"].into()),
        ]
        .into()
    }

    #[test]
    fn the_table_ends_with_the_sum_of_each_visit() {
        let text = table(&FILES, &sums(&FILES, &visits()).unwrap()).unwrap();
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines.len(), 2 + 3 + 4);
        assert_eq!(lines[2], ["b.wasm", "100", "50", "40"]);
        assert_eq!(lines[5], ["overview", "110", "56", "45"]);
    }

    #[test]
    fn each_visit_has_a_limit_of_its_own() {
        let sums = sums(&FILES, &visits()).unwrap();
        assert_eq!(excess(&sums), ["`resource` 310.0 of 310 KB"]);
    }

    #[test]
    fn a_limit_of_no_part_stops_the_build() {
        let mut visits = visits();
        visits.remove("table");
        assert!(sums(&FILES, &visits).unwrap_err().to_string().contains("`table`"));
    }
}
