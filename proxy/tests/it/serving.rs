//! `signalbox serve` on simulated clouds, with its log and its metrics.

use crate::binary::{config_for, first_line, signal, signalbox, write};
use crate::fronts::product::free;
use demo_clouds::{DemoClouds, Options};
use nix::sys::signal::Signal;
use serde_json::Value;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::process::Child;
use tokio::time::sleep;

/// The program, running by a file in a folder of its own.
pub(crate) struct Serving {
    pub(crate) folder: TempDir,
    pub(crate) child: Child,
    pub(crate) url: String,
    metrics: SocketAddr,
    _clouds: DemoClouds,
}

impl Serving {
    /// By these lines and the simulated accounts, at a port that is free.
    pub(crate) async fn with(lines: &str, options: Options) -> Self {
        Self::at("127.0.0.1:0", &[], lines, options).await
    }

    /// The same at an address, with these files beside.
    pub(crate) async fn at(listen: &str, files: &[(&str, &str)], lines: &str, options: Options) -> Self {
        Self::start(listen, files, &[], lines, options).await
    }

    /// The same, with these variables in the environment.
    pub(crate) async fn start(
        listen: &str,
        files: &[(&str, &str)],
        variables: &[(&str, &str)],
        lines: &str,
        options: Options,
    ) -> Self {
        let clouds = demo_clouds::start(options).await.unwrap();
        Self::on(clouds, listen, files, variables, lines).await
    }

    /// The same, on clouds that there are.
    pub(crate) async fn on(
        clouds: DemoClouds,
        listen: &str,
        files: &[(&str, &str)],
        variables: &[(&str, &str)],
        lines: &str,
    ) -> Self {
        let shown: Value = serde_json::from_str(&clouds.clouds_only_json()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let credentials = &shown["credentials"];
        let secret = credentials["alibaba"]["access_key_secret"].as_str().unwrap();
        fs::write(folder.path().join("secret"), secret).unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let metrics = free();
        let accounts = config_for(&shown);
        let config = write(folder.path(), &format!("metrics = \"{metrics}\"\n{lines}\n{accounts}"));
        let mut child = signalbox(&["serve", "--config", &config, "--listen", listen])
            .env("ID", credentials["alibaba"]["access_key_id"].as_str().unwrap())
            .env("HUAWEICLOUD_SDK_AK", credentials["huawei"]["ak"].as_str().unwrap())
            .env("HUAWEICLOUD_SDK_SK", credentials["huawei"]["sk"].as_str().unwrap())
            .envs(variables.iter().copied())
            .stderr(fs::File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let line = first_line(&mut child).await;
        let url = line.strip_prefix("signalbox listening on ").unwrap().to_owned();
        Self {
            folder,
            child,
            url,
            metrics,
            _clouds: clouds,
        }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("signalbox.toml")
    }

    /// What the file holds.
    pub(crate) fn text(&self) -> String {
        fs::read_to_string(self.file()).unwrap()
    }

    pub(crate) fn write(&self, text: &str) {
        fs::write(self.file(), text).unwrap();
    }

    pub(crate) fn hang_up(&self) {
        signal(&self.child, Signal::SIGHUP);
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> reqwest::Response {
        let url = format!("{}{path}", self.url);
        crate::proxy::browser().get(url).send().await.unwrap()
    }

    /// The ids of the accounts that the page is told of.
    pub(crate) async fn ids(&self) -> Vec<String> {
        let catalog = self.get("/api/v1/catalog").await.text().await.unwrap();
        let catalog: Value = serde_json::from_str(&catalog).unwrap();
        let accounts = catalog["accounts"].as_array().unwrap().iter();
        accounts
            .map(|account| account["id"].as_str().unwrap().to_owned())
            .collect()
    }

    /// All metrics.
    pub(crate) async fn metrics(&self) -> String {
        let url = format!("http://{}/metrics", self.metrics);
        let answer = crate::proxy::browser().get(url).send().await.unwrap();
        assert_eq!(
            answer.headers()["content-type"],
            "text/plain; version=0.0.4; charset=utf-8"
        );
        answer.text().await.unwrap()
    }

    /// The value of the metric with this name and these labels.
    pub(crate) async fn metric(&self, series: &str) -> Option<f64> {
        let text = self.metrics().await;
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.map(|value| value.parse().unwrap())
    }

    /// Waits until something is so.
    pub(crate) async fn until(&self, within: Duration, what: &str, so: impl AsyncFn() -> bool) {
        let start = Instant::now();
        while !so().await {
            assert!(start.elapsed() < within, "{what}: {}", self.log());
            sleep(Duration::from_millis(100)).await;
        }
    }
}
