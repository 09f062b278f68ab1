//! Chromium, its driver, and a font with Chinese characters.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{apt, find};
use crate::process::ask;
use crate::say;

const CHROMIUM: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const BY_HAND: &str = "The browser tests need Chromium (or Chrome) and chromedriver of the same major version on PATH, or named by \
                       SIGNALBOX_CHROMIUM and SIGNALBOX_CHROMEDRIVER. Debian: `apt install chromium chromium-driver`; \
                       macOS: `brew install --cask google-chrome chromedriver`; elsewhere: https://googlechromelabs.github.io/chrome-for-testing";

/// A browser that can be driven.
pub struct Browser {
    /// Chromium or Chrome.
    pub chromium: PathBuf,
    /// The driver of the same major version.
    pub driver: PathBuf,
}

pub fn ensure() -> Result<Browser> {
    let missing = match present() {
        Ok(browser) => return Ok(browser),
        Err(missing) => missing,
    };
    say::note(&missing.to_string());
    apt::install(&["chromium", "chromium-driver"], "the browser tests").context(BY_HAND)?;
    present().context(BY_HAND)
}

fn present() -> Result<Browser> {
    let named = |variable: &str| std::env::var_os(variable).map(PathBuf::from);
    let chromium = named("SIGNALBOX_CHROMIUM").or_else(|| {
        CHROMIUM
            .iter()
            .copied()
            .filter_map(find)
            .find(|path| major(path).is_some())
    });
    let driver = named("SIGNALBOX_CHROMEDRIVER").or_else(|| find("chromedriver"));
    let (Some(chromium), Some(driver)) = (chromium, driver) else {
        bail!("no Chromium or no chromedriver is installed");
    };
    // Also the test that it starts at all: on Ubuntu `chromium-browser` is a stub that only asks for a snap.
    let (Some(one), Some(other)) = (major(&chromium), major(&driver)) else {
        bail!(
            "{} or {} does not answer --version",
            chromium.display(),
            driver.display()
        );
    };
    if one != other {
        bail!("Chromium is version {one}, but chromedriver {other}");
    }
    Ok(Browser { chromium, driver })
}

fn major(program: &Path) -> Option<u32> {
    major_in(&ask(Command::new(program).arg("--version"))?)
}

/// `Chromium 156.0.8078.79 built on Debian`, `ChromeDriver 156.0.8078.79 (…)`, `Google Chrome 156.0.8078.79`.
fn major_in(text: &str) -> Option<u32> {
    text.split_whitespace()
        .find_map(|word| word.split_once('.')?.0.parse().ok())
}

/// Without one the Chinese page shows boxes; tests still pass, pictures do not look right.
pub fn chinese_font() {
    if ask(Command::new("fc-list").args([":lang=zh", "family"])).is_some_and(|families| !families.is_empty()) {
        return;
    }
    let packages = ["fontconfig", "fonts-noto-cjk"];
    if let Err(error) = apt::install(&packages, "Chinese characters in the tests' pictures") {
        say::warning(&format!(
            "no font with Chinese characters ({error:#}); pictures of the Chinese page will show boxes"
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn major_versions_are_found() {
        assert_eq!(
            major_in("Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)"),
            Some(156)
        );
        assert_eq!(
            major_in("ChromeDriver 150.0.7871.100 (abc-refs/branch@{#1})"),
            Some(150)
        );
        assert_eq!(major_in("Google Chrome 156.0.8078.79 "), Some(156));
        assert_eq!(
            major_in("Command '/usr/bin/chromium-browser' requires the chromium snap"),
            None
        );
    }
}
