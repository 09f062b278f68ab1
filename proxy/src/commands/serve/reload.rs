//! The configuration is read anew while the program runs: at SIGHUP, and when a file that it comes from has changed.
//!
//! The files are looked at every few seconds instead of being watched. They are few and small, and a look sees what no watch does: a link that is exchanged
//! somewhere on the way to a file, a file on a network or behind a bind mount, one that is gone and comes back.

use super::settings::{Kept, tell};
use crate::audit::{Audit, What, short};
use crate::clock::{Ambient, unix_seconds};
use crate::config::{self, ConfigError, Configuration, Environment, ReadFiles};
use crate::http::state::App;
use crate::server::Fronts;
use crate::store::Settings as StoreSettings;
use crate::telemetry::metrics;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::Signal;
use tokio::time::sleep;

/// Between two looks at the files.
const LOOK: Duration = Duration::from_secs(5);
/// Files that did not change for so long are whole: nobody is in the middle of writing them.
const SETTLED: Duration = Duration::from_secs(1);
/// So long files may go on changing; then they are read as they are. Whoever writes a log into one must not keep the rest from counting.
const RESTLESS: u32 = 5;
/// The most faults of a configuration that the log is told.
const TOLD: usize = 20;

/// What follows the configuration.
pub(super) struct Reload {
    pub(super) file: PathBuf,
    pub(super) environment: Environment,
    /// Where the program listens, whatever the file says by now: what may be said there depends on it.
    pub(super) listen: SocketAddr,
    /// Whether the file says nothing, and the environment all. Otherwise a file that says nothing has been emptied.
    pub(super) blank: bool,
    /// Those of the configuration that holds and of the last that was read, as they were then.
    pub(super) files: ReadFiles,
    pub(super) fixed: Fixed,
    pub(super) kept: Kept,
    pub(super) fronts: Arc<Fronts>,
    pub(super) audit: Arc<Audit>,
    pub(super) app: Arc<App>,
    pub(super) ambient: Ambient,
}

/// What cannot change while the program runs, as text: each with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fixed([(&'static str, String); 6]);

impl Fixed {
    pub(super) fn of(config: &Configuration) -> Self {
        Self([
            ("listen", config.listen_in_file.to_string()),
            ("metrics", format!("{:?}", config.metrics)),
            ("tls", format!("{:?}", config.tls)),
            ("log", format!("{:?}", config.log)),
            ("audit", format!("{:?}", config.audit)),
            (
                "store",
                format!("{:?}", config.store.as_ref().map(StoreSettings::place)),
            ),
        ])
    }

    /// The names of those that are others there.
    fn changed<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'static str> {
        let pairs = self.0.iter().zip(&other.0);
        pairs.filter(|(own, other)| own != other).map(|((name, _), _)| *name)
    }
}

impl Reload {
    /// Follows the files and the signal, for good.
    pub(super) async fn follow(mut self, mut hangup: Signal) -> Infallible {
        metrics().reload_successful.set(1);
        self.took_effect();
        loop {
            let asked = tokio::select! {
                () = sleep(LOOK) => false,
                _ = hangup.recv() => true,
            };
            if asked {
                self.audit.reopen();
            }
            if asked || self.looked_at().await != self.files {
                self.settle().await;
                self.read().await;
            }
        }
    }

    /// The files as they are now, read without holding up anybody.
    async fn looked_at(&self) -> ReadFiles {
        let files = self.files.clone();
        let looked = tokio::task::spawn_blocking(move || files.now()).await;
        looked.unwrap_or_else(|_| self.files.clone())
    }

    /// Waits until nobody is in the middle of writing.
    async fn settle(&self) {
        let mut before = self.looked_at().await;
        for _ in 0..RESTLESS {
            sleep(SETTLED).await;
            let now = self.looked_at().await;
            if now == before {
                return;
            }
            before = now;
        }
    }

    /// Reads the configuration and lets it hold, if it is in order.
    async fn read(&mut self) {
        let (file, environment, listen) = (self.file.clone(), self.environment.clone(), self.listen);
        let blank = self.blank;
        let load = move || match config::load_with_files(&file, &environment, Some(listen)) {
            (_, files) if !blank && std::fs::read(&file).is_ok_and(|bytes| bytes.trim_ascii().is_empty()) => {
                let empty = format!("{} is empty", file.display());
                (Err(ConfigError::broken(empty)), files)
            }
            read => read,
        };
        let (config, files) = match tokio::task::spawn_blocking(load).await {
            Ok(loaded) => loaded,
            Err(panic) => (Err(ConfigError::broken(panic.to_string())), ReadFiles::default()),
        };
        // What the old one came from is looked at too: it may be mended there.
        self.files = self.looked_at().await.and(files);
        match config {
            Ok(config) => self.take(config),
            Err(faults) => self.refuse(&faults),
        }
    }

    fn take(&mut self, mut config: Configuration) {
        let fixed = Fixed::of(&config);
        for name in self.fixed.changed(&fixed) {
            tracing::warn!("{name} is another in the configuration now: that counts from the next start on");
        }
        // Of the certificate others tell.
        tell(&config, config.remarks_on_settings());
        self.fronts.replace(std::mem::take(&mut config.fronts));
        let before = self.app.settings();
        let settings = self.kept.settings(config, Some(&before));
        let accounts = settings.accounts.len();
        let same = |account| before.accounts.iter().any(|known| Arc::ptr_eq(known, account));
        let kept = settings.accounts.iter().filter(|account| same(account)).count();
        self.app.replace(settings);
        metrics().reloads.of(["ok"]).inc();
        let (outcome, faults) = ("ok", Vec::new());
        self.audit.record(None, None, &What::Reload { outcome, faults });
        metrics().reload_successful.set(1);
        self.took_effect();
        tracing::info!(accounts, unchanged = kept, "the configuration was read anew");
    }

    /// The old one stays, and it is said why.
    fn refuse(&self, faults: &ConfigError) {
        metrics().reloads.of(["failed"]).inc();
        metrics().reload_successful.set(0);
        let told = faults.0.iter().take(TOLD);
        let told = told.map(|fault| fault.to_string().lines().collect::<Vec<_>>().join(" "));
        let told: Vec<String> = told.collect();
        for fault in &told {
            tracing::error!("the old configuration stays: {fault}");
        }
        let more = faults.0.len().saturating_sub(TOLD);
        if more > 0 {
            tracing::error!("the old configuration stays: {more} more faults; `signalbox check` tells them all");
        }
        let (outcome, faults) = ("failed", told.iter().map(|fault| short(fault)).collect());
        self.audit.record(None, None, &What::Reload { outcome, faults });
    }

    fn took_effect(&self) {
        metrics().reload_time.set(unix_seconds(self.ambient.now()));
    }
}
