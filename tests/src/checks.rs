//! What must hold on every page: accessible, nothing on the console, not crashed.

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use thirtyfour::WebDriver;

use crate::browser::Message;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Violation {
    id: String,
    impact: Option<String>,
    help: String,
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    html: String,
    failure_summary: Option<String>,
}

/// Looks for violations of WCAG 2.0, 2.1 and 2.2, A and AA, with axe-core (<https://github.com/dequelabs/axe-core>).
///
/// # Errors
/// When there are any but of the rules `but`; lists each rule with the elements that break it.
pub async fn accessible(driver: &WebDriver, but: &[&str]) -> Result<()> {
    let script =
        std::env::var_os("SIGNALBOX_AXE").context("SIGNALBOX_AXE names no axe.min.js; type `cargo xtask test`")?;
    let script = std::fs::read_to_string(&script).with_context(|| format!("cannot read {}", script.display()))?;
    driver
        .execute(script, Vec::new())
        .await
        .context("axe-core did not load")?;
    let run = "const done = arguments[arguments.length - 1];
        axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'cat.semantics', 'cat.keyboard'], resultTypes: ['violations'] })
            .then(result => done({ violations: result.violations, passes: result.passes.length }), error => done({ error: String(error) }));";
    let answer = driver.execute_async(run, Vec::new()).await?;
    let answer = answer.json();
    if let Some(error) = answer.get("error") {
        bail!("axe-core failed: {error}");
    }
    // A check that looked at nothing finds nothing.
    ensure!(
        answer["passes"].as_u64().is_some_and(|passes| passes > 0),
        "axe-core found nothing to check"
    );
    let mut violations: Vec<Violation> = serde_json::from_value(answer["violations"].clone())?;
    violations.retain(|violation| !but.contains(&violation.id.as_str()));
    ensure!(
        violations.is_empty(),
        "{} accessibility violations:\n{}",
        violations.len(),
        listed(&violations)
    );
    Ok(())
}

fn listed(violations: &[Violation]) -> String {
    let mut text = String::new();
    for violation in violations {
        let impact = violation.impact.as_deref().unwrap_or("unknown");
        text += &format!("  {} ({impact}): {}\n", violation.id, violation.help);
        for node in &violation.nodes {
            let html: String = node.html.chars().take(200).collect();
            text += &format!("    {html}\n");
            for line in node.failure_summary.iter().flat_map(|summary| summary.lines()) {
                text += &format!("      {line}\n");
            }
        }
    }
    text
}

/// Nothing on the console that a developer would have to look into, but for lines that hold one of `expected`.
///
/// # Errors
/// Lists errors, breaches of the content security policy, and files that were preloaded in vain.
pub fn quiet_console(console: &[Message], expected: &[&str]) -> Result<()> {
    let bad: Vec<String> = console
        .iter()
        .filter(|entry| {
            let policy = entry.text.contains("Content Security Policy");
            let preload = entry.text.contains("preload");
            entry.level == "SEVERE" || policy || (preload && entry.level == "WARNING")
        })
        .filter(|entry| !expected.iter().any(|part| entry.text.contains(part)))
        .map(|entry| format!("  {} {}", entry.level, entry.text))
        .collect();
    ensure!(bad.is_empty(), "the console is not empty:\n{}", bad.join("\n"));
    Ok(())
}

/// Neither the panic hook nor the start-up script has shown its panel.
///
/// # Errors
/// When one has.
pub async fn not_crashed(driver: &WebDriver) -> Result<()> {
    let shown = "return ['crash', 'boot-failed'].filter(id => document.getElementById(id)?.hidden === false)";
    let shown: Vec<String> = driver.execute(shown, Vec::new()).await?.convert()?;
    ensure!(shown.is_empty(), "the page has stopped and shows {shown:?}");
    Ok(())
}
