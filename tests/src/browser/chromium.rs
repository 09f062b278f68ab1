//! Chromium, driven through chromedriver.

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use anyhow::{Context, Result};
use tempfile::TempDir;
use thirtyfour::{ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver};

use super::{Browser, Message, Profile, Runner};
use crate::program::Program;

pub struct Chromedriver {
    _program: Program,
    origin: String,
}

fn program(variable: &str, otherwise: &str) -> PathBuf {
    std::env::var_os(variable).unwrap_or_else(|| otherwise.into()).into()
}

/// One chromedriver serves all tests of a process that run at the time.
fn chromedriver() -> Result<Arc<Chromedriver>> {
    static RUNNING: Mutex<Weak<Chromedriver>> = Mutex::new(Weak::new());
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(driver) = running.upgrade() {
        return Ok(driver);
    }
    let start = || {
        let mut command = Command::new(program("SIGNALBOX_CHROMEDRIVER", "chromedriver"));
        // Times in pictures and on hover must not depend on where the test runs.
        command.arg("--port=0").env("TZ", "UTC");
        Program::start(command, |line| {
            let port = line.split_once("started successfully on port ")?.1;
            port.trim_end_matches('.').parse::<u16>().ok()
        })
    };
    // It takes a port that is free under IPv6 and wants the same under IPv4, where another program may have it.
    let (program, port) = start().or_else(|_| start())?;
    let driver = Arc::new(Chromedriver {
        _program: program,
        origin: format!("http://127.0.0.1:{port}"),
    });
    *running = Arc::downgrade(&driver);
    Ok(driver)
}

pub(super) async fn open(profile: &Profile) -> Result<Browser> {
    let chromedriver = chromedriver()?;
    let folder = TempDir::with_prefix("signalbox-browser-")?;
    let (width, height) = profile.window;
    let mut capabilities = DesiredCapabilities::chrome();
    let chromium = program("SIGNALBOX_CHROMIUM", "chromium");
    if chromium.is_absolute() {
        capabilities.set_binary(&chromium.to_string_lossy())?;
    }
    for argument in [
        "--headless",
        // Needed as root, as in containers; the page under test is our own.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-proxy-server",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--force-device-scale-factor=1",
        "--force-prefers-reduced-motion",
        &format!("--window-size={width},{height}"),
        &format!("--lang={}", profile.language),
        &format!("--accept-lang={}", profile.language),
        &format!("--user-data-dir={}", folder.path().display()),
    ] {
        capabilities.add_arg(argument)?;
    }
    capabilities.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    let driver = WebDriver::new(&chromedriver.origin, capabilities)
        .await
        .context("Chromium did not start")?;
    // `--window-size` includes the frame, and a window is never narrower than 500 pixels.
    let size = serde_json::json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    driver
        .cdp()
        .send_raw("Emulation.setDeviceMetricsOverride", size)
        .await?;
    prefer_colors(&driver, if profile.dark { "dark" } else { "light" }).await?;
    Ok(Browser {
        driver,
        runner: Runner::Chromium {
            _driver: chromedriver,
            _profile: folder,
        },
    })
}

/// The browser prefers this colour scheme from now on (`light` or `dark`), as if set in the operating system.
///
/// # Errors
/// When the browser does not answer.
pub async fn prefer_colors(driver: &WebDriver, scheme: &str) -> Result<()> {
    let media = serde_json::json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
    driver.cdp().send_raw("Emulation.setEmulatedMedia", media).await?;
    Ok(())
}

pub(super) async fn console(driver: &WebDriver) -> Result<Vec<Message>> {
    let log = driver.browser_log().await?;
    let message = |entry: thirtyfour::BrowserLogEntry| Message {
        level: entry.level,
        text: entry.message,
    };
    Ok(log.into_iter().map(message).collect())
}
