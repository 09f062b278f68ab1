//! Where packages are tried: simulated clouds with an identity provider on this machine, and a Signalbox in another root that sends people there.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::visitor::{get, origin};
use crate::process::Running;

/// How long a program may take until it listens.
const PATIENCE: Duration = Duration::from_secs(20);

/// A program that has said where it listens.
pub struct Service {
    address: SocketAddr,
    _running: Running,
}

impl Service {
    /// Starts it and waits. `log` gets what it prints.
    pub fn start(command: &mut Command, log: &Path) -> Result<Self> {
        command
            .stdout(File::create(log)?)
            .stderr(File::options().append(true).open(log)?);
        let mut running = Running::start(command)?;
        let end = Instant::now() + PATIENCE;
        loop {
            let said = std::fs::read_to_string(log)?;
            let address = said
                .lines()
                .find_map(|line| line.strip_prefix("signalbox listening on http://"));
            if let Some(address) = address {
                return Ok(Self {
                    address: address.parse().with_context(|| format!("{address} is no address"))?,
                    _running: running,
                });
            }
            if running.try_wait()?.is_some() || Instant::now() > end {
                bail!("it does not listen:\n{said}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// What a Signalbox needs around it.
pub struct Host {
    demo: Service,
    issuer: String,
}

impl Host {
    /// The program's own demonstration: clouds, and people who sign in at a provider.
    pub fn start(program: &Path, work: &Path) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(["demo", "--auth", "--listen", "127.0.0.1:0"]);
        let demo = Service::start(&mut command, &work.join("demo.log"))?;
        let answer = get(demo.address, &demo.address.to_string(), "/auth/login")?;
        let issuer = origin(answer.header("location")?)?.to_owned();
        Ok(Self { demo, issuer })
    }

    /// Writes a configuration and its secrets below a folder, as its operator would. It listens beside the demonstration at the same port, and tells people the
    /// address of that, which is the one that the provider knows.
    pub fn configure(&self, folder: &Path) -> Result<PathBuf> {
        let port = self.demo.address.port();
        let text = format!(
            "listen = \"127.0.0.2:{port}\"\npublic_url = \"http://127.0.0.1:{port}\"\n\n\
             [auth]\nmode = \"oidc\"\n\n\
             [auth.oidc]\nissuer = \"{}\"\nclient_id = \"signalbox\"\nclient_secret = {{ file = \"secrets/oidc\" }}\n\
             session_keys = [{{ file = \"secrets/session\" }}]\n\n\
             [[account]]\nid = \"trial\"\ncloud = \"huawei\"\nregions = [\"cn-north-4\"]\n\
             credentials = {{ from = \"static\", ak = {{ file = \"secrets/huawei-ak\" }}, sk = {{ file = \"secrets/huawei-sk\" }} }}\n\n\
             [[grant]]\ngroups = [\"platform\"]\naccounts = [\"*\"]\ntables = [\"*\"]\n",
            self.issuer
        );
        let secrets = folder.join("secrets");
        std::fs::create_dir_all(&secrets)?;
        for (name, content) in [
            ("oidc", "demo".to_owned()),
            ("session", "5e".repeat(64)),
            ("huawei-ak", "trial".to_owned()),
            ("huawei-sk", "trial".to_owned()),
        ] {
            std::fs::write(secrets.join(name), content)?;
        }
        let file = folder.join("signalbox.toml");
        std::fs::write(&file, text)?;
        Ok(file)
    }

    /// Follows somebody from the page to where they sign in.
    pub fn visit(&self, service: &Service) -> Result<()> {
        let port = self.demo.address.port();
        ensure!(
            service.address.to_string() == format!("127.0.0.2:{port}"),
            "it listens at {}, not where its configuration says",
            service.address
        );
        let name = format!("127.0.0.1:{port}");
        let ask = |path: &str| get(service.address, &name, path);
        let page = ask("/patches")?;
        ensure!(
            page.status == 200 && page.header("content-type")?.starts_with("text/html"),
            "the page is not there: {page:?}"
        );
        let session = ask("/api/v1/session")?;
        ensure!(session.status == 401, "somebody is signed in already: {session:?}");
        let ready = ask("/readyz")?;
        ensure!(ready.status == 200, "it cannot serve: {ready:?}");
        let sent = ask("/auth/login?return=%2Fpatches")?;
        let to = sent.header("location")?;
        let provider = origin(to)?;
        ensure!(
            provider == self.issuer,
            "people are sent to {to}, not to {}",
            self.issuer
        );
        let address = provider.trim_start_matches("http://");
        let sign_in = get(address.parse()?, address, &to[provider.len()..])?;
        ensure!(
            sign_in.status == 200 && sign_in.body.contains("value=\"lin\""),
            "the provider shows no page to sign in at: {sign_in:?}"
        );
        Ok(())
    }
}
