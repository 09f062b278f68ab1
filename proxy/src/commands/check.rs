//! `signalbox check`: is the configuration in order, and do the clouds think so too?

use super::{CommandError, client, transport};
use crate::account_sets::AccountSet;
use crate::accounts::Account;
use crate::ask::Client;
use crate::auth::{Configured, SignIn};
use crate::caller::{Caller, Choice};
use crate::clock::Ambient;
use crate::config::{self, Environment};
use crate::error::TargetError;
use crate::http::state::Settings;
use crate::store::Settings as StoreSettings;
use crate::target::Target;
use crate::walks::{Event, Walks};
use clap::Args;
use futures_util::{Stream, StreamExt, stream};
use std::fmt::{self, Display};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

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
        let configuration = match config::load(&self.config, &Environment::of_process(), None) {
            Ok(configuration) => configuration,
            Err(faults) => {
                writeln!(out, "{faults}")?;
                let count = faults.0.len();
                return Err(CommandError::NotInOrder(format!(
                    "{count} {}",
                    if count == 1 { "fault" } else { "faults" }
                )));
            }
        };
        let sets = match configuration.sets.len() {
            0 => String::new(),
            sets => format!(" and {sets} account sets"),
        };
        writeln!(
            out,
            "{} is in order: {} accounts{sets}",
            self.config.display(),
            configuration.accounts.len()
        )?;
        for remark in configuration.remarks(Ambient::real().now()) {
            writeln!(out, "{remark}")?;
        }
        if !self.online {
            return Ok(());
        }
        let issuer = issuer(configuration.auth.sign_in, &mut out).await?;
        let store = store(configuration.store.as_ref(), &mut out).await?;
        let settings = Settings {
            accounts: configuration.accounts.into_iter().map(Arc::new).collect(),
            sets: configuration.sets.into_iter().map(Arc::new).collect(),
            ..Settings::default()
        };
        let (mut count, mut failed) = (issuer.0 + store.0, issuer.1 + store.1);
        for set in &settings.sets {
            count += 1;
            failed += usize::from(!list(set, &client()?, &mut out).await?);
        }
        let mut reads = std::pin::pin!(online(client()?, &Caller::everyone(Arc::new(settings))));
        while let Some(read) = reads.next().await {
            count += 1;
            failed += usize::from(read.first_page.is_err());
            writeln!(out, "{read}")?;
        }
        match failed {
            0 => Ok(()),
            failed => Err(CommandError::NotInOrder(format!("{failed} of {count} reads failed"))),
        }
    }
}

/// Asks whoever vouches for people, where there is somebody: a provider what it says of itself, and all of them for their keys. How often was asked, and how
/// often in vain.
async fn issuer(configured: Configured, out: &mut impl io::Write) -> Result<(usize, usize), CommandError> {
    let sign_in = SignIn::new(configured, transport()?, Ambient::real());
    let (who, asked) = match &sign_in {
        SignIn::None | SignIn::Header(_) => return Ok((0, 0)),
        SignIn::Oidc(oidc) => {
            for remark in oidc.remarks() {
                writeln!(out, "identity provider: {remark}")?;
            }
            ("identity provider", oidc.can_verify().await)
        }
        SignIn::Jwt(jwt) => ("keys of the front", jwt.ready().await),
    };
    match &asked {
        Ok(()) => writeln!(out, "{who}: ok")?,
        Err(why) => writeln!(out, "{who}: {why}")?,
    }
    Ok((1, usize::from(asked.is_err())))
}

/// Asks the store that replicas share, where there is one. How often was asked, and how often in vain.
async fn store(store: Option<&StoreSettings>, out: &mut impl io::Write) -> Result<(usize, usize), CommandError> {
    let Some(store) = store.filter(|store| store.shares) else {
        return Ok((0, 0));
    };
    let asked = store.try_out().await;
    match &asked {
        Ok(()) => writeln!(out, "store: ok")?,
        Err(why) => writeln!(out, "store: {why}")?,
    }
    Ok((1, usize::from(asked.is_err())))
}

/// Asks a set's directory and tells its members; whether it told all.
async fn list(set: &AccountSet, client: &Client, out: &mut impl io::Write) -> io::Result<bool> {
    set.refresh(client).await;
    let members = set.members();
    let gap = set.gap();
    match &gap {
        None => writeln!(out, "{}: {} members", set.id(), members.len())?,
        Some(gap) => {
            let advice = gap.public.advice.as_ref().map(|advice| format!(" ({advice})"));
            writeln!(
                out,
                "{}: {} members, and there may be others: {}: {}{}",
                set.id(),
                members.len(),
                gap.public.code,
                gap.public.message,
                advice.unwrap_or_default()
            )?;
        }
    }
    for (member, account) in &members {
        let label = |name: &str, label: &Option<String>| label.as_ref().map(|label| format!(" {name}={label}"));
        let labels = [label("env", &account.labels.env), label("team", &account.labels.team)];
        let labels: String = labels.into_iter().flatten().collect();
        writeln!(out, "  {} {:?}{labels}", account.id, member.name)?;
    }
    if set.taken() > 0 {
        writeln!(
            out,
            "  {} members are left out: accounts of the configuration have their ids",
            set.taken()
        )?;
    }
    Ok(gap.is_none())
}

/// What one read came to. Its text is a line of the report.
#[derive(Debug)]
pub struct Read {
    /// What was read.
    pub target: Target,
    /// How many rows the first page has; 0 where there is none.
    pub first_page: Result<u64, TargetError>,
}

impl Display for Read {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Target {
            account,
            source,
            region,
        } = &self.target;
        write!(out, "{} {} {region} {}: ", account.id, source.table.id, source.id)?;
        let error = match &self.first_page {
            Ok(0) => return out.write_str("ok, no rows"),
            Ok(rows) => return write!(out, "ok, {rows} rows on the first page"),
            Err(error) => &error.public,
        };
        out.write_str("failed: ")?;
        if let Some(status) = error.status {
            write!(out, "{status} ")?;
        }
        write!(out, "{}: {}", error.code, error.message)?;
        if let Some(advice) = &error.advice {
            write!(out, " ({advice})")?;
        }
        if let Some(id) = &error.request_id {
            write!(out, " [request {id}]")?;
        }
        Ok(())
    }
}

/// Signs one read for each account and table that it can fill, in the order of both, some side by side.
pub fn online(client: Client, caller: &Caller) -> impl Stream<Item = Read> + use<> {
    let client = Arc::new(client);
    let reads = first_targets(caller)
        .into_iter()
        .map(move |target| read(Arc::clone(&client), target));
    stream::iter(reads).buffered(SIDE_BY_SIDE)
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
async fn read(client: Arc<Client>, target: Target) -> Read {
    let mut walks = Walks::open_first_pages(&client, vec![target.clone()]);
    let first_page = loop {
        match walks.next().await {
            Some(Event::Targets(_)) => {}
            Some(Event::Page(_, rows)) => break Ok(rows.count()),
            Some(Event::Done(..)) => break Ok(0),
            Some(Event::Failed(_, error)) => break Err(error),
            None => break Err(TargetError::cancelled()),
        }
    };
    Read { target, first_page }
}

#[cfg(test)]
mod tests;
