mod kinds;
mod order;
mod profiles;
mod refusals;

use super::*;
use crate::ask::fake::{Asked, Cloud, Reply, error, json};
use crate::ask::transport::{Transport, TransportError};
use crate::clock::Ambient;
use crate::credentials::{Issued, IssuerError};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// Half past one in the night of 2026-11-30.
const NOW: u64 = 1_796_002_200;

/// Everything that must not be seen.
const SECRETS: [&str; 5] = ["hunter2", "CANARY", "token-secret", "open-sesame", "ext/1"];

/// A machine in the cloud with a home folder, whose services answer as a function says.
struct Host {
    cloud: Cloud,
    home: TempDir,
    variables: BTreeMap<&'static str, String>,
    endpoints: BTreeMap<String, String>,
}

impl Host {
    fn new(answers: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self {
            cloud: Cloud::new(answers),
            home: tempfile::tempdir().unwrap(),
            variables: BTreeMap::new(),
            endpoints: BTreeMap::new(),
        }
    }

    /// One whose services answer as they should.
    fn whole() -> Self {
        Self::new(answer)
    }

    fn set(mut self, name: &'static str, value: &str) -> Self {
        self.variables.insert(name, value.to_owned());
        self
    }

    fn unset(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    /// Puts a file into the home folder.
    fn write(self, file: &str, text: &str) -> Self {
        let path = self.home.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    fn at_home(&self, file: &str) -> String {
        self.home.path().join(file).display().to_string()
    }

    fn around(&self) -> Surroundings {
        let mut variables = self.variables.clone();
        variables.insert("HOME", self.home.path().display().to_string());
        let transport: Arc<dyn Transport> = Arc::new(self.cloud.clone());
        Surroundings {
            variables: Arc::new(move |name| variables.get(name).cloned()),
            transport: Arc::clone(&transport),
            link_local: transport,
            ambient: Ambient::new(|| SystemTime::UNIX_EPOCH + Duration::from_secs(NOW), || 0.5, || 7),
            account: "prod-cn".to_owned(),
            regions: vec!["cn-hangzhou".to_owned()],
            endpoints: self.endpoints.clone(),
        }
    }

    /// Has keys issued by a kind of credentials with these fields.
    async fn issue(&self, from: &str, fields: &[(&'static str, &str)]) -> Result<Issued, IssuerError> {
        self.issue_with(from, fields, None).await
    }

    async fn issue_with(
        &self,
        from: &str,
        fields: &[(&'static str, &str)],
        source: Option<Arc<dyn crate::credentials::Credentials>>,
    ) -> Result<Issued, IssuerError> {
        let kind = KINDS.iter().find(|kind| kind.from == from).unwrap();
        let mut told = Told {
            source,
            ..Told::default()
        };
        for &(name, value) in fields {
            told.texts.insert(name, value.to_owned());
            told.files.insert(name, Path::new(value).to_owned());
        }
        let issuer = (kind.issuer)(told, &self.around());
        let issued = issuer.issue().await;
        let shown = format!("{issuer:?} {issued:?}");
        for secret in SECRETS {
            assert!(!shown.contains(secret), "{shown}");
        }
        issued
    }

    /// The ids of the keys that are issued, or the message.
    async fn told(&self, from: &str, fields: &[(&'static str, &str)]) -> String {
        match self.issue(from, fields).await {
            Ok(issued) => issued.keys.id,
            Err(error) => error.message,
        }
    }

    /// Hosts and paths that were asked, with the action where there is one.
    fn asked(&self) -> Vec<String> {
        let asked = self.cloud.requests();
        asked.iter().map(line).collect()
    }
}

fn line(asked: &Asked) -> String {
    let action = asked.header("x-acs-action").map(str::to_owned);
    let action = action.or_else(|| asked.query("Action")).unwrap_or_default();
    format!("{} {}{} {action}", asked.0.method(), asked.host(), asked.path())
        .trim_end()
        .to_owned()
}

fn document(id: &str) -> serde_json::Value {
    json!({
        "Code": "Success", "AccessKeyId": id, "AccessKeySecret": "hunter2", "SecurityToken": "token-secret",
        "Expiration": "2026-11-30T02:30:00Z", "LastUpdated": "2026-11-30T01:30:00Z",
    })
}

/// What all services of a machine in the cloud answer.
fn answer(asked: &Asked) -> Reply {
    let path = asked.path();
    match (asked.0.method().as_str(), asked.host().as_str(), path.as_str()) {
        ("PUT", "100.100.100.200", "/latest/api/token") => text("session"),
        ("GET", "100.100.100.200", "/latest/meta-data/ram/security-credentials/") => text("reader\n"),
        ("GET", "100.100.100.200", path) if path.ends_with("/security-credentials/reader") => {
            json(&document("STS.machine"))
        }
        ("POST", host, "/") if host.starts_with("sts") => {
            let id = format!("STS.{}", line(asked).split(' ').next_back().unwrap());
            json(&json!({"RequestId": "R", "Credentials": document(&id)}))
        }
        ("GET", "127.0.0.1:9", "/credentials") => json(&document("STS.uri")),
        _ => error(404, "not found"),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "an answer as a transport gives it")]
fn text(text: &str) -> Reply {
    Ok(http::Response::new(bytes::Bytes::from(text.to_owned())))
}

fn nobody_there() -> Reply {
    Err(TransportError::ConnectTimeout {
        host: "100.100.100.200".to_owned(),
    })
}
