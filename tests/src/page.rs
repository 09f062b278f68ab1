//! The page, found by its roles and attributes: what is visible, and what a person can do.
//!
//! Everything visible is read in one script call per question, so that a question never sees half of an update. None of these
//! wait, unless they say so; put them into [`crate::until`].

mod acts;
mod seen;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::de::DeserializeOwned;
use thirtyfour::action_chain::ActionChain;
use thirtyfour::{By, WebDriver, WebElement};

pub use self::seen::{Cell, Condition, Detail, FacetValue, Grid, Header, Row, Target};
use crate::browser::prefer_colors;
use crate::checks;
use crate::wait::until;

/// A window of the browser that shows a page of the program under test.
pub struct Page {
    /// For what is not offered here.
    pub driver: WebDriver,
    origin: String,
}

impl Page {
    /// On a program that listens at `origin`.
    #[must_use]
    pub fn new(driver: WebDriver, origin: &str) -> Self {
        Self {
            driver,
            origin: origin.to_owned(),
        }
    }

    // ---- where we are ----

    /// Scheme, host and port of the program.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Goes to `path`, which may have a query string, and waits until the page has started. Does not wait for rows.
    ///
    /// # Errors
    /// When the page shows that it cannot start, or does not start.
    pub async fn open(&self, path: &str) -> Result<()> {
        self.driver.goto(format!("{}{path}", self.origin)).await?;
        self.started().await
    }

    /// Waits until the page has taken the place of the static shell.
    ///
    /// # Errors
    /// When it does not.
    pub async fn started(&self) -> Result<()> {
        until("the page has started", async || {
            checks::not_crashed(&self.driver).await?;
            ensure!(
                self.exists("[data-testid=language]").await?,
                "there is no language button"
            );
            Ok(())
        })
        .await
    }

    /// Goes to `path` and waits until all its targets have ended.
    ///
    /// # Errors
    /// When they do not.
    pub async fn open_loaded(&self, path: &str) -> Result<()> {
        self.open(path).await?;
        self.loaded().await
    }

    /// Waits until the grid is no longer busy and no target is loading.
    ///
    /// # Errors
    /// When that does not come; names the targets that still load.
    pub async fn loaded(&self) -> Result<()> {
        until("all targets have ended", async || {
            let loading: Vec<Target> = self
                .coverage()
                .await?
                .into_iter()
                .filter(|target| target.state == "loading")
                .collect();
            ensure!(loading.is_empty(), "still loading: {loading:?}");
            ensure!(!self.grid().await?.busy, "the grid is busy");
            Ok(())
        })
        .await
    }

    /// Path and query string, as in the address bar.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn address(&self) -> Result<String> {
        self.read("return location.pathname + location.search").await
    }

    /// The browser's back button.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn back(&self) -> Result<()> {
        Ok(self.driver.back().await?)
    }

    /// The browser's forward button.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn forward(&self) -> Result<()> {
        Ok(self.driver.forward().await?)
    }

    /// The browser's reload button; waits for the page to start.
    ///
    /// # Errors
    /// When it does not start again.
    pub async fn reload(&self) -> Result<()> {
        self.driver.refresh().await?;
        self.started().await
    }

    // ---- what is visible ----

    /// The table as a whole.
    ///
    /// # Errors
    /// When there is none.
    pub async fn grid(&self) -> Result<Grid> {
        self.read(seen::GRID).await
    }

    /// The rows in the DOM, in the order of the table.
    ///
    /// # Errors
    /// When there is no grid.
    pub async fn rows(&self) -> Result<Vec<Row>> {
        self.read(seen::ROWS).await
    }

    /// One cell; `row` counts from 0 below the header.
    ///
    /// # Errors
    /// When the row is not in the DOM or has no such column; says which there are.
    pub async fn cell(&self, row: usize, column: &str) -> Result<Cell> {
        let rows = self.rows().await?;
        let indices: Vec<usize> = rows.iter().map(|row| row.index).collect();
        let row = rows
            .into_iter()
            .find(|seen| seen.index == row)
            .with_context(|| format!("no row {row} among {indices:?}"))?;
        row.cell(column).cloned()
    }

    /// The values of one column in all rows of the DOM.
    ///
    /// # Errors
    /// When a row has no such column.
    pub async fn values(&self, column: &str) -> Result<Vec<String>> {
        self.rows()
            .await?
            .iter()
            .map(|row| Ok(row.cell(column)?.value.clone()))
            .collect()
    }

    /// How many rows match, as the page says in words: the first number in `data-testid="count"`.
    ///
    /// # Errors
    /// When it says no number.
    pub async fn count(&self) -> Result<usize> {
        let text = self.text("[data-testid=count]").await?;
        seen::first_number(&text).with_context(|| format!("no number in {text:?}"))
    }

    /// The active conditions.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn conditions(&self) -> Result<Vec<Condition>> {
        self.read(seen::CONDITIONS).await
    }

    /// The values that a facet offers.
    ///
    /// # Errors
    /// When there is no such facet.
    pub async fn facet(&self, id: &str) -> Result<Vec<FacetValue>> {
        let found: Option<Vec<FacetValue>> = self.ask(seen::FACET, &[id]).await?;
        found.with_context(|| format!("there is no facet {id:?}"))
    }

    /// Where the rows come from and how that went.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn coverage(&self) -> Result<Vec<Target>> {
        self.read(seen::COVERAGE).await
    }

    /// The open row, if one is.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn detail(&self) -> Result<Option<Detail>> {
        self.read(seen::DETAIL).await
    }

    /// The visible text of the first element that `css` finds.
    ///
    /// # Errors
    /// When it finds none.
    pub async fn text(&self, css: &str) -> Result<String> {
        let text: Option<String> = self
            .ask("return document.querySelector(arguments[0])?.innerText ?? null", &[css])
            .await?;
        text.with_context(|| format!("nothing is {css}"))
    }

    /// Whether `css` finds anything.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn exists(&self, css: &str) -> Result<bool> {
        self.ask("return document.querySelector(arguments[0]) !== null", &[css])
            .await
    }

    /// `<html lang>`.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn language(&self) -> Result<String> {
        self.read("return document.documentElement.lang").await
    }

    // ---- the rest ----

    /// No violation of WCAG 2.1 AA on the page as it is.
    ///
    /// # Errors
    /// Lists the violations.
    pub async fn accessible(&self) -> Result<()> {
        checks::accessible(&self.driver, &[]).await
    }

    /// The same, but for what breaks one of these rules of axe-core knowingly.
    ///
    /// # Errors
    /// Lists the other violations.
    pub async fn accessible_but(&self, rules: &[&str]) -> Result<()> {
        checks::accessible(&self.driver, rules).await
    }

    /// Writes a picture of the window.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn picture(&self, path: &Path) -> Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        Ok(self.driver.screenshot(path).await?)
    }

    /// The browser prefers this colour scheme from now on (`light` or `dark`), as if set in the operating system. Chromium only.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn prefer_colors(&self, scheme: &str) -> Result<()> {
        prefer_colors(&self.driver, scheme).await
    }

    /// The first element that `css` finds.
    ///
    /// # Errors
    /// When it finds none.
    pub async fn element(&self, css: &str) -> Result<WebElement> {
        self.driver
            .find(By::Css(css))
            .await
            .with_context(|| format!("nothing is {css}"))
    }

    fn actions(&self) -> ActionChain {
        // Without the default pause between keys of a quarter of a second.
        self.driver
            .action_chain_with_delay(Some(Duration::ZERO), Some(Duration::ZERO))
    }

    async fn read<T: DeserializeOwned>(&self, script: &str) -> Result<T> {
        self.ask(script, &[]).await
    }

    async fn ask<T: DeserializeOwned>(&self, script: &str, arguments: &[&str]) -> Result<T> {
        let arguments: Vec<serde_json::Value> = arguments.iter().map(|&argument| argument.into()).collect();
        let answer = self.driver.execute(script, arguments).await?;
        // `convert` would hide what came instead.
        serde_json::from_value(answer.json().clone()).with_context(|| format!("the page answered {}", answer.json()))
    }
}
