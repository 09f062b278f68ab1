//! How much a first visit loads, and the limit on it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::process::ask;
use crate::project::Project;
use crate::say;

/// Bytes, compressed by brotli at its highest quality, that a first visit may load in all.
const LIMIT: u64 = 300 * 1024;

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

/// Prints the size of every file of the page, keeps the table in `target/page-sizes.txt`, and fails when a first visit, which loads all
/// but `later`, loads more than the limit.
pub fn check(project: &Project, page: &BTreeMap<String, Vec<u8>>, later: &BTreeSet<&str>) -> Result<()> {
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
    let (later, first): (Vec<_>, Vec<_>) = page
        .keys()
        .map(String::as_str)
        .zip(sizes)
        .partition(|(name, _)| later.contains(name));

    let table = table(&first, &later)?;
    eprint!("{table}");
    let file = project.target.join("page-sizes.txt");
    std::fs::write(&file, table).with_context(|| format!("cannot write {}", file.display()))?;

    let [_, _, total] = sum(&first);
    ensure!(
        total <= LIMIT,
        "a first visit would load {total} bytes (brotli), more than the {LIMIT} that we promise; see {}",
        file.display()
    );
    say::note(&format!(
        "a first visit, overview included, loads {:.1} KB of at most {} KB, and {:.1} KB more once the page is idle",
        kilo(total),
        LIMIT / 1024,
        kilo(sum(&later)[2])
    ));
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "for showing")]
fn kilo(bytes: u64) -> f64 {
    bytes as f64 / 1024.0
}

fn sum(rows: &[(&str, Size)]) -> Size {
    rows.iter()
        .fold([0; 3], |sum, (_, size)| [0, 1, 2].map(|i| sum[i] + size[i]))
}

fn table(first: &[(&str, Size)], later: &[(&str, Size)]) -> Result<String> {
    let mut text = format!("   {:<62} {:>9} {:>9} {:>9}\n", "file", "raw", "gzip -9", "brotli 11");
    for (rows, total) in [(first, "first visit"), (later, "later")] {
        for (name, [raw, gzip, brotli]) in rows.iter().chain(&[(total, sum(rows))]) {
            writeln!(text, "   {name:<62} {raw:>9} {gzip:>9} {brotli:>9}")?;
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_half_of_the_table_ends_with_its_sums() {
        let first = [("a.js", [10, 6, 5]), ("b.wasm", [100, 50, 40])];
        let text = table(&first, &[("c.wasm", [30, 20, 15])]).unwrap();
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines.len(), 6);
        assert_eq!(lines[3], ["first", "visit", "110", "56", "45"]);
        assert_eq!(lines[5], ["later", "30", "20", "15"]);
    }
}
