//! Memory of the page, after a garbage collection: of the process that shows it, of its scripts, and what there is of nodes and listeners.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use thirtyfour::WebDriver;

use crate::doubles;
use crate::page::Page;

/// Memory is given back some time after it has become free.
const SETTLE: Duration = Duration::from_secs(3);

/// What Linux says of a process, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Resident {
    /// `VmRSS`: everything, with the browser's own code.
    pub all: f64,
    /// `RssAnon` and `RssShmem`: without what is mapped from files.
    pub own: f64,
}

/// What the page holds, as the browser counts it.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// Bytes that scripts hold.
    pub scripts: f64,
    /// Bytes of WebAssembly memory, which never shrinks: the most that was ever needed.
    pub wasm: f64,
    /// Nodes, whether they are part of the document or only something still refers to them.
    pub nodes: f64,
    /// Listeners of events.
    pub listeners: f64,
}

/// Of the process that shows the page, once it has given back what is free.
///
/// # Errors
/// When the browser does not answer, or its processes cannot be read.
pub async fn resident(driver: &WebDriver) -> Result<Resident> {
    ensure!(
        cfg!(target_os = "linux"),
        "memory is read from /proc, which only Linux has"
    );
    for _ in 0..2 {
        collect(driver).await?;
        tokio::time::sleep(SETTLE).await;
    }
    let mut renderers = Vec::new();
    for process in descendants(browser(driver).await?)? {
        let is_renderer = words(process).any(|word| word == "--type=renderer");
        if let Some(resident) = is_renderer.then(|| of_process(process)).flatten() {
            renderers.push(resident);
        }
    }
    // A browser keeps a second one in reserve, which holds nothing yet.
    renderers
        .into_iter()
        .max_by(|a, b| a.all.total_cmp(&b.all))
        .context("no process shows the page")
}

/// Of a page that is [watched](watch), as the browser counts it.
///
/// # Errors
/// When the browser does not answer, or the page is not watched.
pub async fn held(driver: &WebDriver) -> Result<Held> {
    let size = driver
        .execute("return window.wasmMemory?.buffer.byteLength ?? null", Vec::new())
        .await?;
    let wasm = size.json().as_f64().context("the page's memory is not watched")?;
    collect(driver).await?;
    let cdp = driver.cdp();
    cdp.send_raw("Performance.enable", json!({})).await?;
    let metrics = cdp.send_raw("Performance.getMetrics", json!({})).await?;
    let metric = |name: &str| {
        let list = metrics["metrics"].as_array().into_iter().flatten();
        let found = list.clone().find(|metric| metric["name"] == name);
        found
            .and_then(|metric| metric["value"].as_f64())
            .with_context(|| format!("no metric {name}"))
    };
    Ok(Held {
        scripts: metric("JSHeapUsedSize")?,
        wasm,
        nodes: metric("Nodes")?,
        listeners: metric("JSEventListeners")?,
    })
}

/// Makes the pages of this window note the WebAssembly memory that they use; the browser names it nowhere.
///
/// # Errors
/// When the browser does not answer.
pub async fn watch(page: &Page) -> Result<()> {
    let note = "for (const name of ['instantiate', 'instantiateStreaming']) {
        const original = WebAssembly[name];
        WebAssembly[name] = async (...given) => {
            const made = await original.apply(WebAssembly, given);
            const { exports } = made.instance ?? made;
            window.wasmMemory = Object.values(exports).find(thing => thing instanceof WebAssembly.Memory) ?? window.wasmMemory;
            return made;
        };
    }";
    doubles::before(page, note).await
}

async fn collect(driver: &WebDriver) -> Result<()> {
    driver.cdp().send_raw("HeapProfiler.collectGarbage", json!({})).await?;
    Ok(())
}

/// The process of the page's own browser: tests that run beside this one have theirs.
async fn browser(driver: &WebDriver) -> Result<u32> {
    let line = driver
        .cdp()
        .send_raw("Browser.getBrowserCommandLine", json!({}))
        .await?;
    let mut given = line["arguments"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    let profile = given.find(|word| word.starts_with("--user-data-dir="));
    let profile = profile.context("the browser has no profile of its own")?;
    let is_browser = |process: &u32| {
        words(*process).any(|word| word == profile) && !words(*process).any(|word| word.starts_with("--type="))
    };
    let mut all = descendants(std::process::id())?.into_iter();
    all.find(is_browser)
        .context("the browser's process is not among those that this one started")
}

/// The arguments of a process; none once it has ended.
fn words(process: u32) -> impl Iterator<Item = String> {
    let line = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    // Chromium writes spaces between the arguments of the processes that it forks.
    let words = line.split(|&byte| byte == 0 || byte == b' ');
    let words: Vec<String> = words.map(|word| String::from_utf8_lossy(word).into_owned()).collect();
    words.into_iter()
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

fn of_process(process: u32) -> Option<Resident> {
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
        assert!(of_process(std::process::id()).unwrap().all > 1024.0 * 1024.0);
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
