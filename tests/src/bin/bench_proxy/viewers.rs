//! Three hundred people who open the same view at once.

use std::time::Duration;

use anyhow::{Result, ensure};
use futures_util::future::try_join_all;
use http::StatusCode;

use crate::connection::{Connection, PACKED, PAST_THE_CACHE, read_packed};
use crate::figure::{Figure, millis};
use crate::process::{cpu, spent};
use crate::proxy::{Proxy, Wanted};
use crate::upstream::Upstream;

const VIEWERS: u32 = 300;
const ROWS: usize = 31_000;
const PATH: &str = "/api/v1/rows/patches";
/// Walks of which the cost of one is taken.
const WALKS: u32 = 5;
/// The last line, which is sent as it is even where the rest is packed.
const END: &[u8] = b"{\"kind\":\"end\"}\n";

/// The line of the walks and that of the cost.
///
/// # Errors
/// When something does not start, or an answer is not whole.
pub async fn measure() -> Result<Vec<Figure>> {
    let upstream = Upstream::start(ROWS).await?;
    let (walk, pages) = one_by_one(&upstream).await?;
    let proxy = Proxy::start(&upstream, Wanted::ALL)?;
    // Nobody comes to a program that has just been started.
    let mut first = Connection::open(proxy.address).await?;
    read_packed(&mut first, proxy.script("/api/v1/rows/plans", &[PACKED])?).await?;
    upstream.pages();
    let mut connections = Vec::new();
    for _ in 0..VIEWERS {
        connections.push(Connection::open(proxy.address).await?);
    }
    let before = cpu(proxy.process)?;
    let view = async |(number, mut connection): (usize, Connection)| {
        let request = proxy.person(&format!("viewer-{number}@example.com"), PATH, &[PACKED])?;
        // One is unpacked and counted; the others must end as it does.
        if number == 0 {
            let seen = read_packed(&mut connection, request).await?;
            ensure!(seen.rows == ROWS as u64, "rows are missing: {seen:?}");
            return Ok(());
        }
        let mut last = Vec::new();
        let status = connection
            .ask(request, |piece| {
                last.extend_from_slice(piece);
                last.drain(..last.len().saturating_sub(END.len()));
            })
            .await?;
        ensure!(
            status == StatusCode::OK && last == END,
            "an answer is not whole: {status}"
        );
        anyhow::Ok(())
    };
    try_join_all(connections.into_iter().enumerate().map(view)).await?;
    let each = spent(proxy.process, before)? / VIEWERS;
    let asked = upstream.pages();
    let walks = asked as f64 / pages as f64;
    let part = walk.as_secs_f64() / each.as_secs_f64();
    Ok(vec![
        Figure {
            what: format!("{VIEWERS} viewers of one view at once: walks"),
            goal: "1",
            value: format!("{walks}"),
            made_of: format!("{asked} pages asked for, {pages} in a walk of {ROWS} rows over all targets"),
            met: Some(asked == pages),
        },
        Figure {
            what: format!("{VIEWERS} viewers of one view at once: CPU per viewer"),
            goal: "≤ 1/20 of an own walk",
            value: format!("1/{part:.0}"),
            made_of: format!("{:.2} ms, an own walk {:.1} ms", millis(each), millis(walk)),
            met: Some(part >= 20.0),
        },
    ])
}

/// What a walk costs that is somebody's own, and how many pages it has.
async fn one_by_one(upstream: &Upstream) -> Result<(Duration, usize)> {
    let proxy = Proxy::start(upstream, Wanted::ALL)?;
    let mut connection = Connection::open(proxy.address).await?;
    let mut walk = async || {
        let request = proxy.person("ann@example.com", PATH, &[PACKED, PAST_THE_CACHE])?;
        let seen = read_packed(&mut connection, request).await?;
        ensure!(seen.rows == ROWS as u64, "rows are missing: {seen:?}");
        anyhow::Ok(upstream.pages())
    };
    let pages = walk().await?;
    let before = cpu(proxy.process)?;
    for _ in 0..WALKS {
        walk().await?;
    }
    Ok((spent(proxy.process, before)? / WALKS, pages))
}
