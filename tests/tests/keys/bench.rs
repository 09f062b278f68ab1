//! The simulated clouds, a home folder, and a recorder before each service that gives keys or takes them.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use signalbox_tests::program::Program;
use signalbox_tests::recorder::{Exchange, Recorder};
use signalbox_tests::{Context, Result, server};
use tempfile::TempDir;

pub struct Bench {
    _clouds: Program,
    /// What the clouds say about themselves.
    pub said: Value,
    home: TempDir,
    cloud: &'static str,
    recorders: BTreeMap<&'static str, Recorder>,
    /// Words in files and variables, and what stands for them in this run.
    pub words: Vec<(&'static str, String)>,
}

/// Whoever was asked for keys and how; the id of the keys that came last, and that of the keys that were used.
#[derive(Debug, PartialEq)]
pub struct Trace {
    pub asked: Vec<String>,
    pub issued: Option<String>,
    pub used: Option<String>,
}

impl Bench {
    /// With a recorder before each of these services of a cloud.
    pub fn new(cloud: &'static str, services: &[&'static str]) -> Result<Self> {
        let mut command = Command::new(server::binary()?);
        command.args(["demo", "--clouds-only", "--rows", "40"]);
        let (clouds, said): (_, Value) = Program::start(command, |line| serde_json::from_str(line).ok())?;
        let mut recorders = BTreeMap::new();
        for service in services {
            let url = said["endpoints"][format!("{cloud}.{service}")].as_str();
            recorders.insert(*service, Recorder::before(url.context("no such service")?)?);
        }
        let home = tempfile::tempdir()?;
        let words = vec![("HOME", home.path().display().to_string())];
        Ok(Self {
            _clouds: clouds,
            said,
            home,
            cloud,
            recorders,
            words,
        })
    }

    pub fn url(&self, service: &str) -> String {
        self.recorders[service].url()
    }

    pub fn take(&self, service: &str) -> Vec<Exchange> {
        self.recorders[service].take()
    }

    fn fill(&self, text: &str) -> String {
        let words = self.words.iter();
        words.fold(text.to_owned(), |text, (word, value)| text.replace(word, value))
    }

    /// Writes a file at home.
    pub fn write(&self, file: &str, text: &str) -> Result<()> {
        let path = self.home.path().join(file);
        std::fs::create_dir_all(path.parent().context("no folder")?)?;
        Ok(std::fs::write(path, self.fill(text))?)
    }

    /// A program that finds nothing but these variables and the files at home.
    fn command(&self, program: &Path, variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", "/usr/bin:/bin");
        for (name, value) in variables {
            command.env(name, self.fill(value));
        }
        command
    }

    /// What a script with the vendor's SDK prints.
    pub fn sdk(&self, script: &str, argument: &Value, variables: &[(&str, &str)]) -> Result<Value> {
        let python = std::env::var_os("SIGNALBOX_PYTHON").context(
            "SIGNALBOX_PYTHON names no Python with the clouds' official SDKs. Type `cargo xtask test`, or install tests/sdk/requirements.txt \
             into a virtual environment and set it to its bin/python",
        )?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("sdk").join(script);
        let mut command = self.command(Path::new(&python), variables);
        let output = command.arg(script).arg(argument.to_string()).output()?;
        let said = serde_json::from_slice(&output.stdout);
        said.with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// What Signalbox prints when it reads an account with `default` credentials, whose services are at these addresses.
    pub fn check(&self, endpoints: &[(&str, String)], region: &str, variables: &[(&str, &str)]) -> Result<String> {
        let endpoints = endpoints.iter().map(|(service, url)| format!("{service} = '{url}'"));
        let text = format!(
            "[auth]\nmode = 'none'\n[[account]]\nid = 'a'\ncloud = '{}'\nregions = ['{region}']\n\
             credentials = {{ from = 'default' }}\nendpoints = {{ {} }}\n",
            self.cloud,
            endpoints.collect::<Vec<_>>().join(", ")
        );
        let config = self.home.path().join("signalbox.toml");
        std::fs::write(&config, text)?;
        let mut command = self.command(&server::binary()?, variables);
        let output = command.args(["check", "--online", "--config"]).arg(config).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// With whose keys these services were asked since the last time: one id, where all were asked with the same.
    pub fn used(&self, services: &[&str], name: &str) -> Option<String> {
        let asked: Vec<_> = services.iter().flat_map(|service| self.take(service)).collect();
        let ids = asked.iter().filter_map(|exchange| {
            let (_, rest) = exchange.header("authorization")?.split_once(&format!("{name}="))?;
            rest.split(',').next().map(str::to_owned)
        });
        let mut ids: Vec<_> = ids.collect();
        ids.dedup();
        (!ids.is_empty()).then(|| ids.join(" and "))
    }
}
