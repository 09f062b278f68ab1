//! A browser, driven through its `WebDriver` (<https://www.w3.org/TR/webdriver2/>).

mod chromium;
mod firefox;

use std::sync::Arc;

use anyhow::{Context, Result};
use tempfile::TempDir;
use thirtyfour::WebDriver;

pub use self::chromium::prefer_colors;
use crate::program::Program;

/// Which browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Chromium or Chrome. What only its developer tools can do works nowhere else: taking the place of the system's colours, scripts before the page's own.
    #[default]
    Chromium,
    /// Firefox, with scroll bars that take room, as outside of tests.
    Firefox,
}

/// How a browser is set up.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Which one.
    pub kind: Kind,
    /// Width and height of the page's own area in CSS pixels.
    pub window: (u32, u32),
    /// What the browser prefers, e.g. `en-US` or `zh-CN`.
    pub language: &'static str,
    /// Whether it prefers dark pages. Chromium can be told later as well.
    pub dark: bool,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            kind: Kind::default(),
            window: (1280, 800),
            language: "en-US",
            dark: false,
        }
    }
}

/// A browser window with an empty profile of its own. [`Browser::quit`] ends it.
pub struct Browser {
    /// The session.
    pub driver: WebDriver,
    // Dropped after the session has ended.
    runner: Runner,
}

/// What the session runs in.
enum Runner {
    Chromium {
        _driver: Arc<chromium::Chromedriver>,
        _profile: TempDir,
    },
    Firefox(Box<Program>),
}

/// A message on the console of the page.
#[derive(Clone, Debug)]
pub struct Message {
    /// As Chromium names it: `SEVERE`, `WARNING`, …
    pub level: String,
    /// What it says.
    pub text: String,
}

impl Kind {
    /// Whether there is one to test in. Chromium must be there; without Firefox its tests are skipped.
    #[must_use]
    pub fn is_there(self) -> bool {
        self == Self::Chromium || firefox::programs().is_some()
    }
}

impl Browser {
    /// Opens a browser with an empty page.
    ///
    /// # Errors
    /// When the browser or its driver does not start.
    pub async fn open(profile: &Profile) -> Result<Self> {
        match profile.kind {
            Kind::Chromium => chromium::open(profile).await,
            Kind::Firefox => firefox::open(profile).await,
        }
    }

    /// What stands on the console since it was asked last.
    ///
    /// # Errors
    /// When the driver does not answer.
    pub async fn console(&self) -> Result<Vec<Message>> {
        match &self.runner {
            Runner::Chromium { .. } => chromium::console(&self.driver).await,
            Runner::Firefox(driver) => Ok(firefox::console(&driver.log())),
        }
    }

    /// Ends the browser.
    ///
    /// # Errors
    /// When the driver does not answer any more.
    pub async fn quit(self) -> Result<()> {
        self.driver.quit().await.context("the session did not end")
    }
}
