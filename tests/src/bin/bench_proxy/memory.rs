//! How much memory a walk takes that nobody keeps.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::connection::{Connection, PACKED, read_packed};
use crate::figure::{Figure, quantile};
use crate::process::{forget_peak, peak, resident};
use crate::proxy::{Proxy, Wanted};
use crate::upstream::Upstream;

const ROWS: usize = 1_000_000;
/// In bytes.
const MOST: u64 = 64 << 20;
/// How often memory is looked at.
const PAUSE: Duration = Duration::from_millis(100);

/// The line.
///
/// # Errors
/// When something does not start, or rows are missing.
pub async fn measure() -> Result<Vec<Figure>> {
    let upstream = Upstream::start(ROWS).await?;
    let wanted = Wanted {
        cache: false,
        ..Wanted::ALL
    };
    let proxy = Proxy::start(&upstream, wanted)?;
    let process = proxy.process;
    let before = resident(process)?;
    forget_peak(process)?;
    let over = Arc::new(AtomicBool::new(false));
    let looked = tokio::spawn(look(process, Arc::clone(&over)));
    let mut connection = Connection::open(proxy.address).await?;
    let request = proxy.person("ann@example.com", "/api/v1/rows/patches", &[PACKED])?;
    let seen = read_packed(&mut connection, request).await?;
    over.store(true, Ordering::Relaxed);
    ensure!(
        seen.rows == ROWS as u64 && seen.failed == 0,
        "rows are missing: {seen:?}"
    );
    let looks = looked.await??;
    let most = peak(process)?;
    let (first, second) = looks.split_at(looks.len() / 2);
    let mebibytes = |bytes: f64| bytes / f64::from(1 << 20);
    Ok(vec![Figure {
        what: format!("memory during a walk of {ROWS} rows that nobody caches, peak"),
        goal: "flat, ≤ 64 MiB",
        value: format!("{:.0} MiB", mebibytes(most as f64)),
        made_of: format!(
            "{:.0} MiB before, {:.0} in the middle of the first half and {:.0} of the second; {:.0} MB unpacked",
            mebibytes(before as f64),
            mebibytes(quantile(first, 0.5)),
            mebibytes(quantile(second, 0.5)),
            seen.bytes as f64 / 1e6,
        ),
        met: Some(most <= MOST),
    }])
}

/// The memory of a process again and again, in bytes, until that is over.
async fn look(process: u32, over: Arc<AtomicBool>) -> Result<Vec<f64>> {
    let mut looks = Vec::new();
    while !over.load(Ordering::Relaxed) {
        looks.push(resident(process)? as f64);
        tokio::time::sleep(PAUSE).await;
    }
    Ok(looks)
}
