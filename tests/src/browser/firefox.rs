//! Firefox, driven through geckodriver (<https://firefox-source-docs.mozilla.org/testing/geckodriver/>).

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use thirtyfour::common::capabilities::firefox::FirefoxPreferences;
use thirtyfour::{DesiredCapabilities, WebDriver};

use super::{Browser, Message, Profile, Runner};
use crate::program::Program;

/// Firefox and its driver, where the environment names both.
pub(super) fn programs() -> Option<(PathBuf, PathBuf)> {
    let named = |variable: &str| std::env::var_os(variable).map(PathBuf::from);
    Some((named("SIGNALBOX_FIREFOX")?, named("SIGNALBOX_GECKODRIVER")?))
}

pub(super) async fn open(profile: &Profile) -> Result<Browser> {
    let (firefox, geckodriver) =
        programs().context("SIGNALBOX_FIREFOX or SIGNALBOX_GECKODRIVER is not set; type `cargo xtask test`")?;
    // One session is all that a geckodriver can do.
    let mut command = Command::new(geckodriver);
    // Times on screen must not depend on where the test runs.
    command.arg("--port=0").env("TZ", "UTC");
    let (program, origin) = Program::start(command, |line| {
        Some(format!("http://{}", line.split_once("Listening on ")?.1.trim()))
    })?;
    let mut capabilities = DesiredCapabilities::firefox();
    capabilities.set_firefox_binary(&firefox.to_string_lossy())?;
    capabilities.add_arg("-headless")?;
    let mut preferences = FirefoxPreferences::new();
    preferences.set("intl.accept_languages", profile.language)?;
    preferences.set(
        "layout.css.prefers-color-scheme.content-override",
        i32::from(!profile.dark),
    )?;
    preferences.set("ui.prefersReducedMotion", 1)?;
    // Scroll bars beside what they scroll, as most people have them.
    preferences.set("widget.gtk.overlay-scrollbars.enabled", false)?;
    preferences.set("ui.useOverlayScrollbars", 0)?;
    preferences.set("network.proxy.type", 0)?;
    // What the page says, not what Firefox's own programs do.
    preferences.set("devtools.console.stdout.content", true)?;
    preferences.set("devtools.console.stdout.chrome", false)?;
    capabilities.set_preferences(preferences)?;
    let driver = WebDriver::new(&origin, capabilities)
        .await
        .context("Firefox did not start")?;
    resize(&driver, profile.window).await?;
    Ok(Browser {
        driver,
        runner: Runner::Firefox(Box::new(program)),
    })
}

/// Gives the page's own area a size: the window's includes its frame.
async fn resize(driver: &WebDriver, (width, height): (u32, u32)) -> Result<()> {
    driver.set_window_rect(0, 0, width, height).await?;
    let frame = "return [window.outerWidth - window.innerWidth, window.outerHeight - window.innerHeight]";
    let (beside, above): (u32, u32) = serde_json::from_value(driver.execute(frame, Vec::new()).await?.json().clone())?;
    driver.set_window_rect(0, 0, width + beside, height + above).await?;
    Ok(())
}

/// What Firefox says when it stops a script: of a page that is being left, wherever it is, without a word to it.
const STOPPED: &str = "Script terminated by timeout";
/// What the page's queue of tasks then says if it still gets a turn, because the turn before has not come to its end.
const UNFINISHED: &str = "closure invoked recursively or after being dropped";

/// What Firefox prints of the page's console. It prints faults of its own programs too.
pub(super) fn console(log: &str) -> Vec<Message> {
    let mut stopped = false;
    let ours = |line: &&str| {
        stopped |= line.contains(STOPPED);
        !(stopped && line.contains(UNFINISHED))
    };
    let fault = |line: &&str| {
        // The last is the loader of its remote settings, which tests do not have.
        let own = ["resource://", "chrome://", "moz-extension://", "RSLoader"];
        let fault = line.contains("JavaScript error:") || line.contains("console.error:");
        fault && !own.iter().any(|scheme| line.contains(scheme))
    };
    let message = |line: &str| Message {
        level: "SEVERE".to_owned(),
        text: line.to_owned(),
    };
    log.lines().filter(ours).filter(fault).map(message).collect()
}

#[cfg(test)]
mod tests {
    use super::console;

    #[test]
    fn only_the_pages_own_faults_count() {
        let log = "  | JavaScript error: resource://gre/modules/PrivateBrowsingUtils.sys.mjs, line 50: TypeError\n\
                   \x20 | console.log: \"x\"\n\
                   \x20 | JavaScript error: http://127.0.0.1:9/boot.js, line 1: TypeError: x is undefined\n\
                   \x20 | console.error: \"signalbox: no\"\n";
        let found: Vec<String> = console(log).into_iter().map(|message| message.text).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("boot.js") && found[1].contains("signalbox: no"));
    }

    #[test]
    fn a_closure_is_no_fault_only_where_its_page_was_stopped() {
        let fault =
            "JavaScript error: http://a/b.js, line 3: Error: closure invoked recursively or after being dropped";
        let stop = "JavaScript warning: http://a/b.js, line 9: Script terminated by timeout at:";
        assert_eq!(console(fault).len(), 1);
        assert_eq!(console(&[fault, stop, fault].join("\n")).len(), 1);
        assert_eq!(
            console(&[stop, "JavaScript error: http://a/b.js, line 3: Error: no"].join("\n")).len(),
            1
        );
    }
}
