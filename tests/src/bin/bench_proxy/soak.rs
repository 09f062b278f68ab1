//! A long load, as a team would put it on three replicas: `cargo xtask bench soak`, or `… -- MINUTES`.
//!
//! Three hundred people read all tables again and again through nginx, while clouds fail by chance, the configuration is read anew twice, and one replica is killed and
//! comes back. Afterwards: what was lost beyond what the killed replica had under way, whether memory and open files are what they were, and whether the audit
//! tells as many answers as there were.

mod faults;
mod replicas;
mod report;
mod viewers;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use demo_clouds::Options;
use tokio::sync::watch;
use tokio::time::{sleep, sleep_until};

use crate::front::Nginx;
use crate::process::load;
use crate::upstream::Upstream;
use replicas::Replicas;
use viewers::Tally;

/// How many people read.
const VIEWERS: usize = 300;
/// Patch states over all accounts.
const ROWS: usize = 6_000;
/// After this part of the time memory and files are taken as what they should be at the end: everything has been in use, and kept, once.
const SETTLED: f64 = 0.25;
/// The configuration is read anew, the first time by a signal, the second by itself.
const RELOADS: [f64; 2] = [0.3, 0.7];
/// A replica is killed, and started again a tenth later.
const KILLED: f64 = 0.5;
const BACK: f64 = 0.6;
/// When nobody reads any more, lists are forgotten after this time.
const FORGOTTEN: Duration = Duration::from_secs(40);

/// What is passed on comes as it comes, and answers say who gave them.
const NGINX: &str = "proxy_buffering off; proxy_read_timeout 150s; add_header x-replica $upstream_addr always;";

/// Puts the load on for so many minutes.
///
/// # Errors
/// When something does not start; when requests were lost, an answer was not whole, or something leaked.
pub async fn run(minutes: Option<&str>) -> Result<()> {
    let minutes: f64 = minutes.unwrap_or("10").parse().context("not a number of minutes")?;
    let time = Duration::from_secs_f64(minutes * 60.0);
    ensure!(time >= Duration::from_secs(30), "nothing is learned in so short a time");
    println!("The machine's load average is {}.", load());
    let options = Options {
        rows: ROWS,
        pause: Duration::from_millis(50),
        ..Options::default()
    };
    let upstream = Upstream::of(options).await?;
    let mut replicas = Replicas::start(&upstream)?;
    let Some(nginx) = Nginx::before(&replicas.addresses(), NGINX)? else {
        bail!("there is no nginx: `cargo xtask bench soak` sets it up");
    };
    let upstream = Arc::new(upstream);
    let begun = Instant::now();
    let (ending, over) = watch::channel(false);
    let faults = tokio::spawn(faults::strike(Arc::clone(&upstream), over.clone()));
    let reading: Vec<_> = (0..VIEWERS)
        .map(|number| tokio::spawn(viewers::read(number, nginx.address, begun, over.clone())))
        .collect();
    let at = |part: f64| sleep_until((begun + time.mul_f64(part)).into());

    at(SETTLED).await;
    replicas.remember()?;
    at(RELOADS[0]).await;
    replicas.reload_by_signal()?;
    at(KILLED).await;
    let killed = replicas.kill(begun)?;
    at(BACK).await;
    replicas.restart()?;
    at(RELOADS[1]).await;
    replicas.reload_by_file()?;
    at(1.0).await;
    let in_the_end = replicas.look()?;
    ending.send(true)?;

    let mut tally = Tally::default();
    for viewer in reading {
        tally.add(viewer.await?);
    }
    let struck = faults.await?;
    drop(nginx);
    sleep(FORGOTTEN).await;
    let report = report::Report {
        time,
        tally,
        struck,
        killed,
        in_the_end,
        replicas: replicas.end().await?,
    };
    println!("{}", report.table());
    println!("The machine's load average was {}.", load());
    let faults = report.faults();
    ensure!(faults.is_empty(), "the load was not borne:\n{}", faults.join("\n"));
    Ok(())
}
