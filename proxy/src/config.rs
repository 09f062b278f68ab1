//! The configuration: a TOML file and the environment over it, checked as a whole.
//!
//! Every fault is reported with its place, not only the first. What the file may say but this version cannot do yet is a fault too:
//! nothing is ignored in silence.

mod account;
mod account_set;
mod audit;
mod auth;
mod cache;
mod credentials;
mod environment;
mod faults;
mod feeds;
mod fields;
mod files;
mod grant;
mod hidden;
mod keys;
mod log;
mod meant;
mod networks;
mod secret;
mod store;
mod tls;
mod token;
mod view;

pub use auth::Auth;
pub use environment::Environment;
pub use faults::{ConfigError, Fault};
pub use files::{Files as ReadFiles, Said};

use crate::account_sets::AccountSet;
use crate::accounts::Account;
use crate::audit::Settings as AuditSettings;
use crate::auth::api_token::ApiTokens;
use crate::cache::Settings as CacheSettings;
use crate::feeds::Settings as FeedSettings;
use crate::grants::{Grants, Pattern};
use crate::logs::Format;
use crate::saved_views::SavedView;
use crate::store::Settings as StoreSettings;
use crate::tls::Files;
use crate::vendors::{VENDORS, Vendor};
use faults::Collector;
use fields::Fields;
use files::Notes;
use ipnet::IpNet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::SystemTime;
use toml::Table;
use url::Url;

/// What the file and the environment say, checked.
#[derive(Debug)]
pub struct Configuration {
    /// Whether the file says nothing at all.
    pub blank: bool,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where the file says to listen, whatever the command line says.
    pub listen_in_file: SocketAddr,
    /// Where the metrics are; nowhere, where no place is named.
    pub metrics: Option<SocketAddr>,
    /// How the log is written.
    pub log: Format,
    /// What is written down of who was let in and what they read; nothing, where nothing is said of it.
    pub audit: Option<AuditSettings>,
    /// Under which address people reach it, without a slash at the end.
    pub public_url: Option<String>,
    /// Who may connect; everybody, where nobody is named.
    pub fronts: Vec<IpNet>,
    /// With what the listener encrypts.
    pub tls: Option<Files>,
    /// The accounts, in the file's order.
    pub accounts: Vec<Account>,
    /// Many accounts each, in the file's order.
    pub sets: Vec<AccountSet>,
    /// Who may come in.
    pub auth: Auth,
    /// Who may read what.
    pub grants: Grants,
    /// Scripts that may come in.
    pub tokens: ApiTokens,
    /// Addresses for programs that cannot sign in; none where there are to be none.
    pub feeds: Option<FeedSettings>,
    /// All that was said of them.
    pub feeds_said: Said,
    /// How long answers are kept.
    pub cache: CacheSettings,
    /// What replicas share; nothing where there is no store.
    pub store: Option<StoreSettings>,
    /// The team's views, in the file's order.
    pub views: Vec<SavedView>,
}

impl Configuration {
    /// What is in order and may still be meant otherwise, and what clients have against the certificate.
    #[must_use]
    pub fn remarks(&self, now: SystemTime) -> Vec<String> {
        let pair = self.tls.as_ref().and_then(|files| files.content().ok()?.pair().ok());
        let url = self.public_url.as_ref().and_then(|url| Url::parse(url).ok());
        let host = url.as_ref().and_then(Url::host_str);
        let doubts = pair
            .map(|pair| crate::tls::doubts(&pair, host, now))
            .unwrap_or_default();
        let doubts = doubts.into_iter().map(|doubt| format!("tls.certificate: {doubt}"));
        self.remarks_on_settings().chain(doubts).collect()
    }

    /// What is in order and may still be meant otherwise.
    pub fn remarks_on_settings(&self) -> impl Iterator<Item = String> {
        let open = !self.listen.ip().is_loopback() && self.tls.is_none() && self.fronts.is_empty();
        let open = open.then(|| {
            format!(
                "listen: whoever reaches {} may connect, and what they say and read is not encrypted on the way. Where a front encrypts, \
                 name its addresses, such as fronts = [\"10.0.0.7\"]; where there is none, give a certificate in [tls]",
                self.listen
            )
        });
        let store = self.store.iter().flat_map(StoreSettings::remarks).map(str::to_owned);
        open.into_iter().chain(store).chain(self.unmatched_grants())
    }

    /// Grants of accounts that there are not, or not yet.
    fn unmatched_grants(&self) -> impl Iterator<Item = String> {
        let ids = || self.accounts.iter().map(|account| account.id.as_str());
        let names = self.grants.accounts().filter_map(Pattern::name);
        // Who is a member of a set is not known here.
        let may_be = |name: &str| self.sets.iter().any(|set| name.starts_with(set.prefix()));
        let unknown = names.filter(move |name| !ids().any(|id| id == *name) && !may_be(name));
        unknown.map(move |name| {
            let hint = meant::hint(name, ids());
            format!("grant: {name:?} is no account of this configuration{hint}")
        })
    }
}

/// Reads and checks `file` under `environment`. `listen` is the address of the command line, which wins.
///
/// # Errors
/// Every fault there is.
pub fn load(file: &Path, environment: &Environment, listen: Option<SocketAddr>) -> Result<Configuration, ConfigError> {
    load_with_files(file, environment, listen).0
}

/// As [`load`], with the files that were read for it, whatever came of that.
pub fn load_with_files(
    file: &Path,
    environment: &Environment,
    listen: Option<SocketAddr>,
) -> (Result<Configuration, ConfigError>, ReadFiles) {
    let notes = Notes::default();
    let folder = file.parent().unwrap_or(Path::new(""));
    let text = notes
        .read(file)
        .map_err(|error| ConfigError::one("", format!("cannot read {}: {error}", file.display())));
    let read = text.and_then(|text| parse_noting(&text, folder, environment, listen, VENDORS, &notes));
    (read, notes.files())
}

/// Checks the text of a configuration, whose accounts are of these vendors. Secrets' files are looked for from `folder`.
///
/// # Errors
/// Every fault there is.
pub fn parse(
    text: &str,
    folder: &Path,
    environment: &Environment,
    listen: Option<SocketAddr>,
    vendors: &[&'static dyn Vendor],
) -> Result<Configuration, ConfigError> {
    parse_noting(text, folder, environment, listen, vendors, &Notes::default())
}

fn parse_noting(
    text: &str,
    folder: &Path,
    environment: &Environment,
    listen: Option<SocketAddr>,
    vendors: &[&'static dyn Vendor],
    notes: &Notes,
) -> Result<Configuration, ConfigError> {
    let mut table: Table = text
        .parse()
        .map_err(|error: toml::de::Error| ConfigError::one("", error.to_string().trim().to_owned()))?;
    let blank = table.is_empty();
    let faults = Collector::default();
    environment.lay_over(&mut table, &faults);
    let secrets = secret::Source {
        folder,
        environment,
        notes,
    };
    let mut top = Fields::new(String::new(), table, &faults);

    let listen_in_file = address(&mut top, "listen").unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)));
    let listen = listen.unwrap_or(listen_in_file);
    let metrics = address(&mut top, "metrics");
    let log = log::read(top.table("log"));
    let audit = audit::read(top.table("audit"), folder);
    let public_url = public_url(&mut top, listen);
    let fronts = networks::read(&mut top, "fronts", "everybody may connect where it is left out").unwrap_or_default();
    let tls = top.table("tls").and_then(|fields| tls::read(fields, folder));
    if tls.is_some() && !public_url.as_ref().is_some_and(|url| url.starts_with("https://")) {
        top.fault(
            "public_url",
            "must begin with https:// where there is [tls]: people reach it under no other",
        );
    }
    let auth = auth::read(top.table("auth"), listen, public_url.as_deref(), secrets, &top);
    if auth.is_broken() && faults.is_empty() {
        // Faults are told where they are found. One that nobody has told must not open the door to everybody.
        top.fault("auth", "cannot be used");
    }
    let (feeds, store) = (top.table("feeds"), top.table("store"));
    // A store that is sealed with a key of this process alone shares nothing.
    let shared = store.as_ref().is_some_and(|store| store.has("keys") || !auth.is_open);
    let (text, mark) = (feeds.as_ref().map(Fields::said), notes.mark());
    let feeds = feeds::read(feeds, &auth, shared, secrets);
    let feeds_said = notes.said(&format!("{:?} {text:?}", auth.said), mark);
    let tokens = token::read_all(&mut top, auth.is_open);
    let grants = grant::read_all(&mut top);
    let cache = cache::read(top.table("cache"));
    let store = store::read(store, &auth, public_url.as_deref(), secrets);
    let (accounts, sets) = account::read_all(&mut top, secrets, vendors);
    let views = view::read_all(&mut top);
    top.end();
    #[cfg(test)]
    notes.learn(faults.asked().iter().cloned());
    faults.result(Configuration {
        blank,
        listen,
        listen_in_file,
        metrics,
        log,
        audit,
        public_url,
        fronts,
        tls,
        accounts,
        sets,
        auth,
        grants,
        tokens,
        feeds,
        feeds_said,
        cache,
        store,
        views,
    })
}

fn address(top: &mut Fields<'_>, name: &str) -> Option<SocketAddr> {
    let text = top.text(name)?;
    let address = text.parse().ok();
    if address.is_none() {
        top.fault(
            name,
            format!("{text:?} is not an address with a port, such as 127.0.0.1:8080 or [::1]:8080"),
        );
    }
    address
}

fn public_url(top: &mut Fields<'_>, listen: SocketAddr) -> Option<String> {
    let Some(text) = top.text("public_url") else {
        if !listen.ip().is_loopback() {
            top.fault(
                "public_url",
                "is missing: say under which address people reach Signalbox, unless it listens on loopback only",
            );
        }
        return None;
    };
    let url = Url::parse(&text).ok();
    let fine = |url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
    };
    let url = url.filter(fine);
    if url.is_none() {
        top.fault(
            "public_url",
            format!("{text:?} is not an http or https URL of a host alone"),
        );
    }
    url.map(|url| url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests;
