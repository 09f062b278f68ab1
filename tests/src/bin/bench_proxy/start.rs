//! From the start of the process until it is ready, and the size of the program.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use http::StatusCode;
use signalbox_tests::server::binary;

use crate::connection::{Connection, get};
use crate::figure::{Figure, millis, quantile};
use crate::proxy::{Folder, Wanted};
use crate::upstream::Upstream;

const STARTS: usize = 20;
const PATIENCE: Duration = Duration::from_secs(20);
const LARGEST: u64 = 25_000_000;

/// The line of the start and that of the size.
///
/// # Errors
/// When the program does not start.
pub async fn measure() -> Result<Vec<Figure>> {
    let upstream = Upstream::start(100).await?;
    let folder = Folder::new(&upstream, Wanted::ALL)?;
    let mut times = Vec::new();
    for _ in 0..STARTS {
        times.push(millis(start(&folder).await?));
    }
    let median = quantile(&times, 0.5);
    Ok(vec![
        Figure {
            what: "start to ready".to_owned(),
            goal: "≤ 100 ms",
            value: format!("{median:.0} ms"),
            made_of: format!(
                "median of {STARTS}, {:.0} to {:.0} ms; until /readyz says 200",
                quantile(&times, 0.0),
                quantile(&times, 1.0)
            ),
            met: Some(median <= 100.0),
        },
        size()?,
    ])
}

async fn start(folder: &Folder) -> Result<Duration> {
    // A port that is known before.
    let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let begun = Instant::now();
    let mut command = folder.command(&address.to_string())?;
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = tokio::process::Command::from(command).kill_on_drop(true).spawn()?;
    let time = loop {
        ensure!(
            begun.elapsed() < PATIENCE && child.try_wait()?.is_none(),
            "it does not get ready"
        );
        if let Ok(mut connection) = Connection::open(address).await {
            let ready = connection.ask(get(address, "/readyz", &[])?, |_| {}).await;
            if matches!(ready, Ok(StatusCode::OK)) {
                break begun.elapsed();
            }
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    };
    child.kill().await?;
    Ok(time)
}

/// Of the program without its symbols.
fn size() -> Result<Figure> {
    let (what, goal) = ("binary, stripped, page included", "≤ 25 MB");
    let folder = tempfile::tempdir()?;
    let stripped = folder.path().join("stripped");
    let done = Command::new("strip").arg("-o").arg(&stripped).arg(binary()?).status();
    if !done.is_ok_and(|status| status.success()) {
        return Ok(Figure::missing(what, goal, "there is no strip"));
    }
    let size = std::fs::metadata(&stripped).context("strip has made nothing")?.len();
    Ok(Figure {
        what: what.to_owned(),
        goal,
        value: format!("{:.1} MB", size as f64 / 1e6),
        made_of: "of this build, which takes the C library from the system".to_owned(),
        met: Some(size <= LARGEST),
    })
}
