//! What is measured: our page, or a peer's. Each is opened in a browser of its own, with the rows in its memory as bytes.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde::de::DeserializeOwned;
use serde_json::Value;
use signalbox_tests::browser::{Browser, Profile};
use signalbox_tests::{Page, until};

/// Slower than that, and it does not bear that many rows.
pub const LIMIT: Duration = Duration::from_secs(120);
/// The part of it that the driver lets a script take at a time.
const SCRIPT: Duration = Duration::from_secs(100);

const OBSERVE: &str = include_str!("scripts/observe.js");
const SIGNALBOX: &str = include_str!("scripts/signalbox.js");

/// A page to be measured.
pub struct Subject {
    /// As the tables call it.
    pub name: String,
    /// Where it is.
    pub address: String,
    /// The files that hold its rows.
    pub rows: Vec<PathBuf>,
    /// How many those are.
    pub count: usize,
    /// Whether it is our page, which the contract's roles and attributes describe; a peer's has buttons instead.
    pub ours: bool,
}

impl Subject {
    /// Opens it. Its rows are in memory, but not yet given to it.
    pub async fn open(&self) -> Result<Opened<'_>> {
        let browser = Browser::open(&Profile::default()).await?;
        let page = Page::new(browser.driver.clone(), "");
        let opened = Opened {
            subject: self,
            browser,
            page,
        };
        match opened.prepare().await {
            Ok(()) => Ok(opened),
            Err(error) => {
                opened.close().await;
                Err(error)
            }
        }
    }
}

/// A subject in its browser; to be [closed](Opened::close).
pub struct Opened<'a> {
    /// What it is.
    pub subject: &'a Subject,
    /// Its page.
    pub page: Page,
    browser: Browser,
}

impl Opened<'_> {
    async fn prepare(&self) -> Result<()> {
        let driver = &self.page.driver;
        driver.set_script_timeout(SCRIPT).await?;
        driver.set_page_load_timeout(SCRIPT).await?;
        let adapter = if self.subject.ours { SIGNALBOX } else { "" };
        let script = serde_json::json!({ "source": format!("{OBSERVE}\n{adapter}") });
        driver
            .cdp()
            .send_raw("Page.addScriptToEvaluateOnNewDocument", script)
            .await?;
        driver.goto(&self.subject.address).await?;
        until("the page asks for its rows", async || {
            let asked: bool = self.read("return window.bench?.page?.asked() ?? false").await?;
            ensure!(asked, "it has not");
            Ok(())
        })
        .await?;
        let paths: Vec<&str> = self.subject.rows.iter().filter_map(|path| path.to_str()).collect();
        ensure!(paths.len() == self.subject.rows.len(), "a path that is no text");
        self.page
            .element("#bench-rows")
            .await?
            .send_keys(paths.join("\n"))
            .await?;
        let deadline = Instant::now() + LIMIT;
        while !self.read::<bool>("return bench.ready").await? {
            ensure!(Instant::now() < deadline, "the bytes are not in memory after {LIMIT:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        // What starting left behind must not be counted.
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok(())
    }

    /// What a script returns.
    pub async fn read<T: DeserializeOwned>(&self, script: &str) -> Result<T> {
        let answer = self.page.driver.execute(script, Vec::new()).await?;
        serde_json::from_value(answer.json().clone()).with_context(|| format!("the page answered {}", answer.json()))
    }

    /// Calls a function of `observe.js` and waits for its result.
    pub async fn call<T: DeserializeOwned>(&self, function: &str, given: &[Value]) -> Result<T> {
        let mut arguments = vec![Value::from(function)];
        arguments.extend_from_slice(given);
        self.page.driver.execute("bench.call(...arguments)", arguments).await?;
        let deadline = Instant::now() + LIMIT;
        loop {
            let answer = self
                .page
                .driver
                .execute_async("bench.result(arguments[0])", Vec::new())
                .await;
            match answer {
                Ok(answer) if answer.json().is_object() => {
                    if let Some(error) = answer.json()["error"].as_str() {
                        bail!("the page says: {error}");
                    }
                    let value = answer.json()["value"].clone();
                    return serde_json::from_value(value).with_context(|| format!("{function}: {}", answer.json()));
                }
                // The main thread may have been busy for longer than the driver waits.
                Ok(_) | Err(_) if Instant::now() < deadline => {
                    ensure!(self.alive().await, "the page has crashed");
                }
                Ok(_) => bail!("{function} takes longer than {LIMIT:?}"),
                Err(error) => return Err(error).with_context(|| format!("{function} does not end")),
            }
        }
    }

    /// A crashed page has no address any more.
    async fn alive(&self) -> bool {
        self.page.driver.current_url().await.is_ok()
    }

    /// What selects the checkbox of a facet's value.
    pub fn tick(facet: &str, value: &str) -> String {
        format!("[data-facet=\"{facet}\"] [data-value=\"{value}\"]")
    }

    /// Ends the browser, whatever state it is in.
    pub async fn close(self) {
        drop(self.page);
        if let Err(error) = self.browser.quit().await {
            eprintln!("   {}: the browser did not end by itself: {error:#}", self.subject.name);
        }
    }
}
