//! Everything around a browser test: program, browser, the checks that always apply, and a picture when it fails.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use futures_util::FutureExt;

use crate::browser::{Browser, Kind, Profile};
use crate::checks;
use crate::page::Page;
use crate::server::Server;

/// What a browser test starts with.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    /// Arguments to `signalbox demo`.
    pub demo: &'static [&'static str],
    /// The browser.
    pub profile: Profile,
    /// Parts of console messages that belong to the test, such as the address of a request that is meant to fail.
    pub console: &'static [&'static str],
}

impl Stage {
    /// With these arguments to `signalbox demo`.
    #[must_use]
    pub fn demo(arguments: &'static [&'static str]) -> Self {
        Self {
            demo: arguments,
            ..Self::default()
        }
    }

    /// In a window of this size.
    #[must_use]
    pub fn window(mut self, width: u32, height: u32) -> Self {
        self.profile.window = (width, height);
        self
    }

    /// In Firefox.
    #[must_use]
    pub fn firefox(mut self) -> Self {
        self.profile.kind = Kind::Firefox;
        self
    }

    /// In a browser that prefers dark pages.
    #[must_use]
    pub fn dark(mut self) -> Self {
        self.profile.dark = true;
        self
    }

    /// In a browser of this language.
    #[must_use]
    pub fn language(mut self, language: &'static str) -> Self {
        self.profile.language = language;
        self
    }
}

/// Runs `test` on a demo of its own browser profile; afterwards the console must be quiet and the page alive.
///
/// # Errors
/// What `test` or these checks say; the page's address and the program's log are then printed, and a picture of the page is
/// in `tests/screenshots/<name>.png`.
///
/// # Panics
/// When `test` does, after the picture has been taken.
pub fn on_page(name: &str, stage: &Stage, test: impl AsyncFnOnce(&Page) -> Result<()>) -> Result<()> {
    if !stage.profile.kind.is_there() {
        eprintln!(
            "skipped: no {:?} to test in; `cargo xtask test` sets it up",
            stage.profile.kind
        );
        return Ok(());
    }
    let server = Server::shared_demo(stage.demo)?;
    on(name, stage, &server.origin, || server.log(), test)
}

/// As [`on_page`], on a program that runs already: where it listens, and what it has printed.
///
/// # Errors
/// As [`on_page`].
///
/// # Panics
/// As [`on_page`].
pub fn on(
    name: &str,
    stage: &Stage,
    origin: &str,
    log: impl Fn() -> String,
    test: impl AsyncFnOnce(&Page) -> Result<()>,
) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let browser = Browser::open(&stage.profile).await?;
        let page = Page::new(browser.driver.clone(), origin);

        let outcome = AssertUnwindSafe(async {
            test(&page).await?;
            checks::not_crashed(&page.driver).await?;
            checks::quiet_console(&browser.console().await?, stage.console)
        })
        .catch_unwind()
        .await;

        let picture = picture_of(name);
        let report = match &outcome {
            Ok(Ok(())) => {
                // A picture of an older failure would mislead.
                let _ = std::fs::remove_file(&picture);
                String::new()
            }
            _ => report(&page, &browser, &picture, &log()).await,
        };
        drop(page);
        let quit = browser.quit().await;
        eprint!("{report}");
        match outcome {
            Err(panic) => resume_unwind(panic),
            Ok(result) => result.and(quit.context("the browser did not end")),
        }
    })
}

fn picture_of(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("screenshots")
        .join(format!("{name}.png"))
}

async fn report(page: &Page, browser: &Browser, picture: &Path, log: &str) -> String {
    let address = page
        .driver
        .current_url()
        .await
        .map_or_else(|error| error.to_string(), |address| address.to_string());
    let taken = page.picture(picture).await;
    let picture = taken.map_or_else(|error| format!("none ({error:#})"), |()| picture.display().to_string());
    let console = browser.console().await.unwrap_or_default();
    let console: String = console
        .iter()
        .map(|entry| format!("  | {} {}\n", entry.level, entry.text))
        .collect();
    format!("at {address}\npicture: {picture}\nconsole:\n{console}log of signalbox:\n{log}")
}
