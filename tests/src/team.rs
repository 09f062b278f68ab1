//! As a team has it: two replicas of the program behind a plain front, simulated clouds, and a real identity provider.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::Program;
use crate::provider::{CLIENT, Provider, SECRET, faketime};
use crate::server::{Server, binary};
use crate::turns::Turns;

/// The cookie of a session.
pub const SESSION: &str = "__Host-signalbox-session";

/// A file that says how far the clock of the program is ahead, for the library that moves it.
const AHEAD: &str = "ahead";

/// Everything that runs. Group `platform` may see both accounts, `staging` the second.
pub struct Team {
    /// Where people reach it.
    pub front: Turns,
    /// Where they sign in.
    pub provider: Provider,
    replicas: RefCell<[Option<Server>; 2]>,
    clouds: Value,
    folder: TempDir,
    _clouds: Program,
}

impl Team {
    /// Two replicas with the same session key, `first`. None, with a word, where the provider is not set up.
    ///
    /// # Errors
    /// When something does not start.
    pub fn start(provider: impl FnOnce(&str) -> Result<Option<Provider>>) -> Result<Option<Self>> {
        let front = Turns::before(2)?;
        let Some(provider) = provider(&front.origin)? else {
            eprintln!("skipped: this identity provider is not set up; `cargo xtask test` says why");
            return Ok(None);
        };
        let folder = tempfile::tempdir()?;
        set_ahead(folder.path(), 0)?;
        let mut command = program(folder.path())?;
        command.args(["demo", "--clouds-only", "--rows", "400"]);
        let (running, clouds): (_, Value) = Program::start(command, |line| serde_json::from_str(line).ok())?;
        let keys = &clouds["credentials"]["alibaba"];
        let key = |name: &str| keys[name].as_str().context("the clouds name no keys");
        for (name, content) in [
            ("client.secret", SECRET),
            ("first.key", &"1".repeat(128)),
            ("second.key", &"2".repeat(128)),
            ("key.id", key("access_key_id")?),
            ("key.secret", key("access_key_secret")?),
        ] {
            std::fs::write(folder.path().join(name), content)?;
        }
        let team = Self {
            front,
            provider,
            replicas: RefCell::default(),
            clouds,
            folder,
            _clouds: running,
        };
        for replica in 0..2 {
            team.restart(replica, &["first"])?;
        }
        Ok(Some(team))
    }

    /// Starts a replica anew with these session keys, while the other one serves.
    ///
    /// # Errors
    /// When it does not start.
    pub fn restart(&self, replica: usize, keys: &[&str]) -> Result<()> {
        self.stop(replica);
        let file = self.folder.path().join(format!("{replica}.toml"));
        std::fs::write(&file, self.configuration(keys)?)?;
        let mut command = program(self.folder.path())?;
        command.args(["serve", "--listen", "127.0.0.1:0", "--config"]).arg(file);
        let server = Server::run(command)?;
        let address: SocketAddr = server.origin.trim_start_matches("http://").parse()?;
        self.front.set(replica, Some(address));
        self.replicas.borrow_mut()[replica] = Some(server);
        Ok(())
    }

    /// Stops a replica: from then on the other one serves alone.
    pub fn stop(&self, replica: usize) {
        self.front.set(replica, None);
        self.replicas.borrow_mut()[replica] = None;
    }

    fn configuration(&self, keys: &[&str]) -> Result<String> {
        let keys: Vec<_> = keys.iter().map(|key| json!({"file": format!("{key}.key")})).collect();
        let oidc = json!({
            "issuer": self.provider.issuer,
            "client_id": CLIENT,
            "client_secret": {"file": "client.secret"},
            "session_keys": keys,
            "session_life": "40m",
        });
        let regions = self.clouds["regions"]["alibaba"].as_array().context("no regions")?;
        let account = |id: &str, region: usize| {
            let endpoint = |name: &str| &self.clouds["endpoints"][format!("alibaba.{name}")];
            json!({
                "id": id,
                "cloud": "alibaba",
                "regions": [regions.get(region)],
                "credentials": {
                    "from": "static",
                    "access_key_id": {"file": "key.id"},
                    "access_key_secret": {"file": "key.secret"},
                },
                "endpoints": {"cs": endpoint("cs"), "sas": endpoint("sas"), "oos": endpoint("oos")},
            })
        };
        let grant = |group: &str, accounts: &str| json!({"groups": [group], "accounts": [accounts], "tables": ["*"]});
        let mut configuration = json!({
            "public_url": self.front.origin,
            "auth": {"mode": "oidc", "contact": "platform@example.com", "oidc": oidc},
            "account": [account("prod", 0), account("staging", 1)],
            "grant": [grant("platform", "*"), grant("staging", "staging")],
        });
        let more: toml::Table = self.provider.settings.parse()?;
        for (name, value) in more {
            configuration["auth"]["oidc"][name] = serde_json::to_value(value)?;
        }
        Ok(toml::to_string(&configuration)?)
    }

    /// So many minutes after the start is it now, for the replicas, the clouds and the provider; says whether that can be had here.
    ///
    /// # Errors
    /// When the provider does not answer.
    pub async fn minutes_later(&self, minutes: u32) -> Result<bool> {
        if faketime().is_none() {
            eprintln!("skipped in part: libfaketime is not set up; `cargo xtask test` says why");
            return Ok(false);
        }
        set_ahead(self.folder.path(), minutes * 60)?;
        self.provider.tell(json!({"ahead": minutes * 60})).await?;
        Ok(true)
    }

    /// What a replica answers to somebody's session: its status.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn asked(&self, replica: usize, session: &str) -> Result<u16> {
        let origin = self.replicas.borrow()[replica]
            .as_ref()
            .map(|server| server.origin.clone());
        let client = reqwest::Client::builder().no_proxy().build()?;
        let request = client.get(format!("{}/api/v1/session", origin.context("it is stopped")?));
        let answer = request.header("cookie", format!("{SESSION}={session}")).send().await?;
        Ok(answer.status().as_u16())
    }

    /// The last lines of all logs.
    #[must_use]
    pub fn log(&self) -> String {
        let replica = |(at, server): (usize, &Option<Server>)| {
            let log = server.as_ref().map(Server::log).unwrap_or_default();
            format!("replica {at}:\n{log}")
        };
        let replicas: String = self.replicas.borrow().iter().enumerate().map(replica).collect();
        format!("{replicas}provider:\n{}", self.provider.log())
    }
}

/// The program under test, with a clock that can be set ahead where that can be had.
fn program(folder: &Path) -> Result<Command> {
    let mut command = Command::new(binary()?);
    if let Some(library) = faketime() {
        command.env("LD_PRELOAD", library);
        command.env("FAKETIME_TIMESTAMP_FILE", folder.join(AHEAD));
        command.env("FAKETIME_NO_CACHE", "1");
    }
    Ok(command)
}

/// In one piece: the programs may read it at any time.
fn set_ahead(folder: &Path, seconds: u32) -> Result<()> {
    let unfinished = folder.join("unfinished");
    std::fs::write(&unfinished, format!("+{seconds}\n"))?;
    Ok(std::fs::rename(unfinished, folder.join(AHEAD))?)
}
