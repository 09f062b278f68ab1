//! The program that is measured, with a configuration as a team would have it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http::Request;
use http_body_util::Empty;
use serde_json::{Value, json};
use signalbox_tests::server::binary;
use signalbox_tests::{Server, until};
use tempfile::TempDir;

use crate::connection;
use crate::upstream::Upstream;

/// The header by which a front says who asks.
pub const USER: &str = "x-forwarded-user";

/// In the folder of the configuration.
const AUDIT: &str = "audit.jsonl";

/// People who own a script's token. Each may have only so many readings under way, and when the machine falters, more than those of one come together.
const OWNERS: usize = 4;

/// An account of the configuration: its name, whose keys it has, and its regions.
pub type Account<'a> = (&'a str, &'a str, &'a [&'a str]);

/// What differs from configuration to configuration.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// The accounts; all of the clouds where there are none.
    pub accounts: &'a [Account<'a>],
    /// Whether lists are kept and shared.
    pub cache: bool,
}

impl Wanted<'_> {
    /// All accounts of the clouds, and the cache as it is where nothing is said of it.
    pub const ALL: Self = Self {
        accounts: &[],
        cache: true,
    };
}

/// A running program.
pub struct Proxy {
    server: Server,
    /// Where it listens.
    pub address: SocketAddr,
    /// Its process.
    pub process: u32,
    folder: Arc<Folder>,
}

/// A folder with a configuration and the secrets that it names.
pub struct Folder {
    directory: TempDir,
    tokens: Vec<String>,
    /// How often a script has asked: they take turns.
    asked: AtomicUsize,
}

/// A new token of the owner with this number, and the section of the configuration that lets it in.
fn new_token(owner: usize) -> Result<(String, String)> {
    let owner = format!("bench-{owner}@example.com");
    let made = Command::new(binary()?)
        .args(["token", "new", "--owner", &owner, "--name", &owner])
        .output()?;
    ensure!(made.status.success(), "no token could be made");
    let made = String::from_utf8(made.stdout)?;
    let (token, section) = made.split_once('\n').context("no token was printed")?;
    Ok((token.to_owned(), section.to_owned()))
}

impl Folder {
    /// Writes one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(upstream: &Upstream, wanted: Wanted<'_>) -> Result<Self> {
        let mut tokens = Vec::new();
        let mut sections = String::new();
        for owner in 0..OWNERS {
            let (token, section) = new_token(owner)?;
            tokens.push(token);
            sections += &section;
        }
        let folder = Self {
            directory: tempfile::tempdir()?,
            tokens,
            asked: AtomicUsize::new(0),
        };
        let own: Vec<(&str, &str, Vec<&str>)> = match wanted.accounts {
            [] => {
                let all = upstream.clouds.accounts().iter();
                all.map(|account| {
                    let regions = account.regions.iter().map(String::as_str).collect();
                    (account.id.as_str(), account.id.as_str(), regions)
                })
                .collect()
            }
            some => some
                .iter()
                .map(|&(id, keys, regions)| (id, keys, regions.to_vec()))
                .collect(),
        };
        let accounts = own
            .iter()
            .map(|(id, keys, regions)| folder.account(upstream, id, keys, regions));
        let mut configuration = json!({
            "audit": {"file": AUDIT},
            "auth": {"mode": "header", "header": {"trusted": ["127.0.0.1"], "user": USER}},
            "account": accounts.collect::<Result<Vec<_>>>()?,
            "grant": [{"users": ["*"], "accounts": ["*"], "tables": ["*"]}],
        });
        if !wanted.cache {
            configuration["cache"] = json!({"fresh": "0s"});
        }
        std::fs::write(
            folder.configuration(),
            format!("{}\n{sections}", toml::to_string(&configuration)?),
        )?;
        Ok(folder)
    }

    fn account(&self, upstream: &Upstream, id: &str, keys: &str, regions: &[&str]) -> Result<Value> {
        let keys = upstream.account(keys)?;
        let cloud = keys.cloud.as_str();
        let [key, secret] = match cloud {
            "alibaba" => ["access_key_id", "access_key_secret"],
            _ => ["ak", "sk"],
        };
        let mut credentials = json!({"from": "static"});
        let token = keys.security_token.as_ref();
        for (name, value) in [
            (key, Some(&keys.access_key)),
            (secret, Some(&keys.secret_key)),
            ("security_token", token),
        ] {
            let Some(value) = value else { continue };
            let file = format!("{}.{name}", keys.id);
            std::fs::write(self.path().join(&file), value)?;
            credentials[name] = json!({ "file": file });
        }
        let endpoints = upstream.clouds.endpoints().filter_map(|(service, url)| {
            let (of, service) = service.split_once('.')?;
            (of == cloud && service != "broker" && service != "pods").then(|| (service.to_owned(), url.into()))
        });
        Ok(json!({
            "id": id,
            "cloud": cloud,
            "regions": regions,
            "credentials": credentials,
            "endpoints": Value::Object(endpoints.collect()),
        }))
    }

    /// Adds something to the configuration.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&self, section: &str) -> Result<()> {
        let text = std::fs::read_to_string(self.configuration())?;
        Ok(std::fs::write(self.configuration(), format!("{text}\n{section}"))?)
    }

    /// Where the audit is written.
    pub fn audit(&self) -> PathBuf {
        self.path().join(AUDIT)
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    /// The configuration's file.
    pub fn configuration(&self) -> PathBuf {
        self.path().join("signalbox.toml")
    }

    /// The program with this configuration, listening there.
    ///
    /// # Errors
    /// When nobody has said where the program is.
    pub fn command(&self, listen: &str) -> Result<Command> {
        let mut command = Command::new(binary()?);
        command
            .args(["serve", "--listen", listen, "--config"])
            .arg(self.configuration())
            .env("RUST_LOG", "warn");
        Ok(command)
    }
}

impl Proxy {
    /// Starts the program with a configuration of its own.
    ///
    /// # Errors
    /// When it does not listen.
    pub fn start(upstream: &Upstream, wanted: Wanted<'_>) -> Result<Self> {
        Self::of(&Arc::new(Folder::new(upstream, wanted)?), "127.0.0.1:0")
    }

    /// Starts the program with this configuration, listening there.
    ///
    /// # Errors
    /// When it does not listen.
    pub fn of(folder: &Arc<Folder>, listen: &str) -> Result<Self> {
        let mut server = Server::run(folder.command(listen)?)?;
        Ok(Self {
            address: server.origin.trim_start_matches("http://").parse()?,
            process: server.program().id(),
            server,
            folder: Arc::clone(folder),
        })
    }

    /// Waits until it has ended, in order.
    ///
    /// # Errors
    /// When it does not, or not in order.
    pub async fn ended(mut self) -> Result<()> {
        until("the program has ended", async || {
            let ended = self.server.program().try_wait()?.context("it runs")?;
            Ok(ended)
        })
        .await
        .and_then(|status| {
            ensure!(
                status.success(),
                "the program ended with {status}:\n{}",
                self.server.log()
            );
            Ok(())
        })
    }

    /// A request of somebody for whom a front vouches.
    ///
    /// # Errors
    /// When the path cannot stand in one.
    pub fn person(&self, name: &str, path: &str, headers: &[(&str, &str)]) -> Result<Request<Empty<Bytes>>> {
        let headers = [&[(USER, name)], headers].concat();
        connection::get(self.address, path, &headers)
    }

    /// A request of the next owner's script, with its token.
    ///
    /// # Errors
    /// When the path cannot stand in one.
    pub fn script(&self, path: &str, headers: &[(&str, &str)]) -> Result<Request<Empty<Bytes>>> {
        let asked = self.folder.asked.fetch_add(1, Ordering::Relaxed);
        let bearer = format!("Bearer {}", self.folder.tokens[asked % OWNERS]);
        let headers = [&[("authorization", bearer.as_str())], headers].concat();
        connection::get(self.address, path, &headers)
    }
}
