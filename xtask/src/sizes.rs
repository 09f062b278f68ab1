//! How much a first visit loads, and the limit on it.

use std::collections::BTreeMap;
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

/// Prints the size of every file of the page, keeps the table in `target/page-sizes.txt`, and fails beyond the limit.
pub fn check(project: &Project, page: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    let paths = page.keys().map(|name| project.root.join("dist").join(name));
    let answer = ask(Command::new("node").arg("-e").arg(MEASURE).args(paths))
        .context("cannot measure the page: Node (`node`) does not work. Install Node 18 or newer")?;
    let sizes: Vec<[u64; 3]> = serde_json::from_str(&answer).context("the measuring script answered nonsense")?;
    ensure!(
        sizes.len() == page.len(),
        "the measuring script answered for {} of {} files",
        sizes.len(),
        page.len()
    );

    let table = table(page.keys().map(String::as_str).zip(sizes.iter().copied()))?;
    eprint!("{table}");
    let file = project.target.join("page-sizes.txt");
    std::fs::write(&file, table).with_context(|| format!("cannot write {}", file.display()))?;

    let total: u64 = sizes.iter().map(|size| size[2]).sum();
    ensure!(
        total <= LIMIT,
        "a first visit would load {total} bytes (brotli), more than the {LIMIT} that we promise; see {}",
        file.display()
    );
    say::note(&format!(
        "a first visit loads {:.1} KB of at most {} KB",
        kilo(total),
        LIMIT / 1024
    ));
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "for showing")]
fn kilo(bytes: u64) -> f64 {
    bytes as f64 / 1024.0
}

fn table<'a>(rows: impl Iterator<Item = (&'a str, [u64; 3])> + Clone) -> Result<String> {
    let mut text = format!("   {:<62} {:>9} {:>9} {:>9}\n", "file", "raw", "gzip -9", "brotli 11");
    let total = rows
        .clone()
        .fold([0; 3], |sum, (_, size)| [0, 1, 2].map(|i| sum[i] + size[i]));
    for (name, [raw, gzip, brotli]) in rows.chain([("total", total)]) {
        writeln!(text, "   {name:<62} {raw:>9} {gzip:>9} {brotli:>9}")?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_ends_with_the_sums() {
        let text = table([("a.js", [10, 6, 5]), ("b.wasm", [100, 50, 40])].into_iter()).unwrap();
        let last: Vec<&str> = text.lines().last().unwrap().split_whitespace().collect();
        assert_eq!(last, ["total", "110", "56", "45"]);
        assert_eq!(text.lines().count(), 4);
    }
}
