//! The program over HTTP: the page's files, the session, the catalogue, the row streams.

mod data;
mod files;

use std::sync::Arc;

use anyhow::{Context, ensure};
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Client, Response};
use serde_json::Value;
use signalbox_tests::{Result, Server};

struct Visitor {
    client: Client,
    server: Arc<Server>,
}

impl Visitor {
    fn new(demo: &[&str]) -> Result<Self> {
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            client,
            server: Server::shared_demo(demo)?,
        })
    }

    async fn get(&self, path: &str, headers: &[(&'static str, &str)]) -> Result<Response> {
        let mut all = HeaderMap::new();
        for (name, value) in headers {
            all.insert(*name, HeaderValue::from_str(value)?);
        }
        Ok(self
            .client
            .get(format!("{}{path}", self.server.origin))
            .headers(all)
            .send()
            .await?)
    }

    async fn page(&self, path: &str) -> Result<String> {
        Ok(self
            .get(path, &[("accept", "text/html")])
            .await?
            .error_for_status()?
            .text()
            .await?)
    }

    async fn json(&self, path: &str) -> Result<Value> {
        let response = self.get(path, &[]).await?;
        ensure!(response.status() == 200, "{path}: {}", response.status());
        Ok(serde_json::from_slice(&response.bytes().await?)?)
    }

    /// The lines of a row stream.
    async fn rows(&self, path: &str) -> Result<Vec<Value>> {
        let response = self.get(path, &[]).await?;
        ensure!(response.status() == 200, "{path}: {}", response.status());
        let text = response.text().await?;
        text.lines()
            .map(|line| serde_json::from_str(line).with_context(|| format!("{path}: {line:?} is no JSON")))
            .collect()
    }
}
