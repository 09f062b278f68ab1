//! Memory: the resident set of the process that shows the page, after a garbage collection.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::figures::{Figure, Measures};
use crate::subject::Opened;

/// Memory is given back some time after it has become free.
const SETTLE: Duration = Duration::from_secs(3);

/// What Linux says of a process, in bytes.
struct Resident {
    /// `VmRSS`: everything, with the browser's own code.
    all: f64,
    /// `RssAnon` and `RssShmem`: without what is mapped from files.
    own: f64,
}

/// Of the page, right after loading.
pub async fn after_loading(opened: &Opened<'_>, measures: &mut Measures) -> Result<()> {
    let resident = settled(opened).await?;
    measures.add(Figure::Memory, resident.all);
    measures.add(Figure::OwnMemory, resident.own);
    Ok(())
}

/// Of the page, after all that was done to it.
pub async fn after_all(opened: &Opened<'_>, measures: &mut Measures) -> Result<()> {
    measures.add(Figure::MemoryAfter, settled(opened).await?.all);
    Ok(())
}

async fn settled(opened: &Opened<'_>) -> Result<Resident> {
    ensure!(
        cfg!(target_os = "linux"),
        "memory is read from /proc, which only Linux has"
    );
    for _ in 0..2 {
        let cdp = opened.page.driver.cdp();
        cdp.send_raw("HeapProfiler.collectGarbage", serde_json::json!({}))
            .await?;
        tokio::time::sleep(SETTLE).await;
    }
    let mut renderers = Vec::new();
    for process in descendants(std::process::id())? {
        let arguments = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        // Chromium writes spaces between the arguments of the processes that it forks.
        let mut words = arguments.split(|&byte| byte == 0 || byte == b' ');
        let is_renderer = words.any(|word| word == b"--type=renderer");
        if let Some(resident) = is_renderer.then(|| resident(process)).flatten() {
            renderers.push(resident);
        }
    }
    // A browser keeps a second one in reserve, which holds nothing yet.
    renderers
        .into_iter()
        .max_by(|a, b| a.all.total_cmp(&b.all))
        .context("no process shows the page")
}

/// All processes that `root` started, and those that they did.
fn descendants(root: u32) -> Result<Vec<u32>> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in fs::read_dir("/proc").context("cannot read /proc")? {
        let name = entry?.file_name();
        let Some(process) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        if let Some(parent) = parent(process) {
            children.entry(parent).or_default().push(process);
        }
    }
    let mut found = vec![root];
    let mut next = 0;
    while let Some(&process) = found.get(next) {
        found.extend(children.remove(&process).unwrap_or_default());
        next += 1;
    }
    Ok(found)
}

/// A process may end while it is looked at.
fn parent(process: u32) -> Option<u32> {
    field(&fs::read_to_string(format!("/proc/{process}/status")).ok()?, "PPid")
}

fn resident(process: u32) -> Option<Resident> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let bytes = |name| field::<u32>(&status, name).map(|kibibytes| f64::from(kibibytes) * 1024.0);
    Some(Resident {
        all: bytes("VmRSS")?,
        own: bytes("RssAnon")? + bytes("RssShmem")?,
    })
}

fn field<T: std::str::FromStr>(status: &str, name: &str) -> Option<T> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_a_status_are_read() {
        let status = "Name:\tchromium\nPPid:\t12\nVmRSS:\t  1024 kB\n";
        assert_eq!(field::<u32>(status, "VmRSS"), Some(1024));
        assert_eq!(field::<u32>(status, "PPid"), Some(12));
        assert_eq!(field::<u32>(status, "Vm"), None);
        assert_eq!(field::<u32>(status, "RssAnon"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_child_is_found_with_its_memory() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let found = descendants(std::process::id()).unwrap();
        assert!(found.contains(&child.id()), "{found:?}");
        assert!(resident(std::process::id()).unwrap().all > 1024.0 * 1024.0);
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
