//! `signalbox check`: is the configuration in order, and do the clouds think so too?

use super::{CommandError, client};
use crate::accounts::Account;
use crate::ask::Client;
use crate::caller::{Caller, Choice};
use crate::config::{self, Environment};
use crate::crawl::{Gone, Out, Page, walk};
use crate::http::state::Settings;
use crate::target::Target;
use clap::Args;
use futures_util::{StreamExt, stream};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Options of `signalbox check`.
#[derive(Args, Clone, Debug)]
pub struct Check {
    /// The configuration, a TOML file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Also sign one read for each account and table, and report each.
    #[arg(long)]
    online: bool,
}

/// Reads under way at a time.
const SIDE_BY_SIDE: usize = 8;

impl Check {
    /// Prints every fault, and with `--online` every read.
    ///
    /// # Errors
    /// [`CommandError::NotInOrder`] if there is any fault.
    pub async fn run(self) -> Result<(), CommandError> {
        let mut out = io::stdout();
        let settings = match config::load(&self.config, &Environment::of_process(), None) {
            Ok(settings) => settings,
            Err(faults) => {
                writeln!(out, "{faults}")?;
                let count = faults.0.len();
                return Err(CommandError::NotInOrder(format!(
                    "{count} {}",
                    if count == 1 { "fault" } else { "faults" }
                )));
            }
        };
        writeln!(
            out,
            "{} is in order: {} accounts",
            self.config.display(),
            settings.accounts.len()
        )?;
        if !self.online {
            return Ok(());
        }
        let client = client()?;
        let settings = Settings {
            accounts: settings.accounts.into_iter().map(Arc::new).collect(),
            ..Settings::default()
        };
        let targets = first_targets(&Caller::everyone(Arc::new(settings)));
        let mut reads = stream::iter(&targets)
            .map(|target| read(&client, target))
            .buffered(SIDE_BY_SIDE);
        let mut failed = 0;
        while let Some(report) = reads.next().await {
            failed += usize::from(report.is_err());
            let (Ok(line) | Err(line)) = report;
            writeln!(out, "{line}")?;
        }
        match failed {
            0 => Ok(()),
            failed => Err(CommandError::NotInOrder(format!(
                "{failed} of {} reads failed",
                targets.len()
            ))),
        }
    }
}

/// One target for each account and table that it can fill: the first region's.
fn first_targets(caller: &Caller) -> Vec<Target> {
    let first = |account: &Account, table| {
        let choice = Choice {
            accounts: vec![account.id.clone()],
            ..Choice::default()
        };
        caller.targets(table, &choice).into_iter().next()
    };
    caller
        .accounts()
        .flat_map(|account| {
            catalog::tables()
                .into_iter()
                .filter_map(move |table| first(account, table))
        })
        .collect()
}

/// Reads one page.
async fn read(client: &Client, target: &Target) -> Result<String, String> {
    let seen = FirstPage::default();
    let walked = walk(client, target, &seen).await;
    let name = format!(
        "{} {} {} {}",
        target.account.id, target.source.table.id, target.region, target.source.id
    );
    match (seen.0.into_inner(), walked) {
        (0, Err(failure)) => {
            let status = failure.status.map(|status| format!("{status} ")).unwrap_or_default();
            let advice = failure.advice.map(|advice| format!(" ({advice})")).unwrap_or_default();
            let request = failure
                .request_id
                .map(|id| format!(" [request {id}]"))
                .unwrap_or_default();
            Err(format!(
                "{name}: failed: {status}{}: {}{advice}{request}",
                failure.code, failure.message
            ))
        }
        (0, Ok(_)) => Ok(format!("{name}: ok, no rows")),
        (rows, _) => Ok(format!("{name}: ok, {rows} rows on the first page")),
    }
}

/// Takes one page and no more, which ends the walk.
#[derive(Default)]
struct FirstPage(AtomicU64);

impl Out for FirstPage {
    async fn page(&self, page: Page) -> Result<(), Gone> {
        self.0.fetch_add(page.count, Ordering::Relaxed);
        Err(Gone)
    }
}
