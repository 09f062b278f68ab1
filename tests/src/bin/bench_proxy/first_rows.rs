//! A view of one region in a configuration with many: how long its first rows take longer than where there is only that region.

use std::time::Duration;

use anyhow::Result;
use tokio::runtime::Builder;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use crate::connection::{Connection, PACKED, first_rows_of};
use crate::figure::{Figure, millis, quantile};
use crate::proxy::{Account, Proxy, Wanted};
use crate::upstream::Upstream;

const TARGETS: usize = 400;
/// The region that the view is of; no other account has it.
const REGION: &str = "cn-beijing";
const VIEW: &str = "/api/v1/rows/patches?first=region%3Dcn-beijing";
/// Times that each is asked, by turns.
const TIMES: usize = 300;
const WARM_UP: usize = 20;
/// As many rows as one page has in that region.
const ROWS: usize = 270;

/// The line.
///
/// # Errors
/// When something does not start, or an answer has no rows.
pub async fn measure() -> Result<Vec<Figure>> {
    let upstream = Upstream::start(ROWS).await?;
    let names: Vec<String> = (0..TARGETS).map(|number| format!("account-{number:03}")).collect();
    let one: [Account<'_>; 1] = [(&names[0], "prod-cn", &[REGION])];
    let others = names[1..]
        .iter()
        .map(|name| -> Account<'_> { (name, "prod-cn", &["cn-hangzhou"]) });
    let many: Vec<Account<'_>> = one.into_iter().chain(others).collect();
    let start = |accounts| Proxy::start(&upstream, Wanted { accounts, cache: false });
    let proxies = [start(&one)?, start(&many)?];
    let mut times = [Vec::new(), Vec::new()];
    for number in 0..WARM_UP + TIMES {
        for (at, proxy) in proxies.iter().enumerate() {
            let time = first_rows(proxy).await?;
            // What began meanwhile for the other targets ends with the reader.
            sleep(Duration::from_millis(5)).await;
            if number >= WARM_UP {
                times[at].push(millis(time));
            }
        }
    }
    let median = |at: usize| quantile(&times[at], 0.5);
    let ratio = median(1) / median(0);
    Ok(vec![Figure {
        what: format!("a view of 1 region among {TARGETS} targets: first rows"),
        goal: "≤ 1.2×",
        value: format!("{ratio:.2}×"),
        made_of: format!(
            "medians {:.2} ms, alone {:.2} ms; of {TIMES} each by turns, nothing kept",
            median(1),
            median(0)
        ),
        met: Some(ratio <= 1.2),
    }])
}

/// Asks on a new connection, as a browser would, and goes away with the first rows. On a thread of its own: the clouds have theirs full of the other targets.
async fn first_rows(proxy: &Proxy) -> Result<Duration> {
    let (address, request) = (proxy.address, proxy.person("ann@example.com", VIEW, &[PACKED])?);
    spawn_blocking(move || {
        let reader = Builder::new_current_thread().enable_all().build()?;
        reader.block_on(async {
            let mut connection = Connection::open(address).await?;
            first_rows_of(&mut connection, request).await
        })
    })
    .await?
}
