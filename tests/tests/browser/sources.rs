//! The sources one by one: what each has answered, and asking one of them again.

use anyhow::ensure;
use serde_json::Value;
use signalbox_tests::doubles::{before, run};
use signalbox_tests::{Page, Result, Stage, on_page, until};
use thirtyfour::Key;

const OPENER: &str = ".coverage button[aria-haspopup=dialog]";

/// What is copied can be read, and what is asked of the proxy is noted.
const NOTED: &str = r"(() => {
    navigator.clipboard.writeText = async text => { window.copied = text; };
    window.asked = [];
    const ask = window.fetch;
    window.fetch = (input, init) => {
        window.asked.push(String(input.url ?? input));
        return ask(input, init);
    };
})()";

/// A source in the list.
fn of(region: &str) -> String {
    format!("[data-testid=sources] [data-target$='/{region}/alibaba.oos.instance-patch-states']")
}

async fn open(page: &Page, path: &str) -> Result<()> {
    before(page, NOTED).await?;
    page.open(path).await?;
    until("the sources can be opened", async || page.click(OPENER).await).await?;
    until("the sources have answered", async || {
        let (denied, other) = (state(page, "cn-beijing").await?, state(page, "cn-hangzhou").await?);
        ensure!(
            (denied.as_str(), other.as_str()) == ("failed", "ok"),
            "{denied}, {other}"
        );
        Ok(())
    })
    .await
}

async fn state(page: &Page, region: &str) -> Result<String> {
    let target = page.element(&of(region)).await?;
    Ok(target.attr("data-state").await?.unwrap_or_default())
}

async fn noted(page: &Page, what: &str) -> Result<Value> {
    run(page, &format!("return window.{what}"), "").await
}

#[test]
fn a_source_that_failed_is_asked_again_alone_and_comes_back() -> Result<()> {
    let stage = Stage::demo(&["--faults", "deny@oos/cn-beijing:1"]);
    on_page("sources-retry", &stage, async |page| {
        open(page, "/patches").await?;
        page.loaded().await?;
        let rows = page.count().await?;
        page.accessible().await?;
        // Opened anew, what failed stands first.
        page.press(Key::Escape).await?;
        page.click(OPENER).await?;
        let first = page.element("[data-testid=sources] li").await?;
        assert_eq!(first.attr("data-state").await?.as_deref(), Some("failed"));

        let before = noted(page, "asked").await?.as_array().map_or(0, Vec::len);
        page.click(&format!("{} [data-action=retry]", of("cn-beijing"))).await?;
        until("it has answered", async || {
            let state = state(page, "cn-beijing").await?;
            ensure!(state == "ok", "{state}");
            Ok(())
        })
        .await?;
        let asked = noted(page, "asked").await?;
        let asked = &asked.as_array().map(Vec::as_slice).unwrap_or_default()[before..];
        ensure!(
            asked.len() == 1 && asked[0].as_str().is_some_and(|url| url.ends_with("&region=cn-beijing")),
            "{asked:?}"
        );
        until("its rows are there", async || {
            let now = page.count().await?;
            ensure!(now > rows, "{rows} rows before, {now} now");
            Ok(())
        })
        .await?;
        // The focus is still where it was.
        let focused = run(page, "return document.activeElement?.dataset.action ?? ''", "").await?;
        assert_eq!(focused, "retry");
        page.press(Key::Escape).await?;
        until("the sources are closed", async || {
            ensure!(!page.exists("[data-testid=sources]").await?, "still there");
            Ok(())
        })
        .await
    })
}

#[test]
fn a_missing_permission_is_shown_as_a_policy_and_the_request_can_be_copied() -> Result<()> {
    for (language, word) in [("en-US", "Try again"), ("zh-CN", "重试")] {
        let stage = Stage::demo(&["--faults", "deny@oos/cn-beijing"]).language(language);
        on_page(&format!("sources-policy-{language}"), &stage, async |page| {
            open(page, "/").await?;
            let denied = of("cn-beijing");
            let policy = page.text(&format!("{denied} pre")).await?;
            let policy: Value = serde_json::from_str(&policy)?;
            assert_eq!(policy["Statement"][0]["Effect"], "Allow");
            assert_eq!(policy["Statement"][0]["Action"][0], "oos:ListInstancePatchStates");
            ensure!(!page.exists(&format!("{} pre", of("cn-hangzhou"))).await?);
            let text = page.text(&denied).await?;
            ensure!(text.contains("403") && text.contains(word), "{text}");

            let button = format!("{denied} [data-action=copy]");
            let id = page
                .element(&button)
                .await?
                .attr("data-value")
                .await?
                .unwrap_or_default();
            ensure!(text.contains(&id) && id.len() > 8, "{id:?} in {text}");
            page.click(&button).await?;
            until("it is copied", async || {
                let copied = noted(page, "copied").await?;
                ensure!(copied == id.as_str(), "{copied}");
                Ok(())
            })
            .await?;
            page.accessible().await
        })?;
    }
    Ok(())
}

#[test]
fn one_that_hangs_says_for_how_long() -> Result<()> {
    let stage = Stage::demo(&["--faults", "hang@oos/cn-beijing"]);
    on_page("sources-waiting", &stage, async |page| {
        page.open("/patches").await?;
        until("the sources can be opened", async || page.click(OPENER).await).await?;
        let seconds = async || {
            let text = page.text(&format!("{} [role=timer]", of("cn-beijing"))).await?;
            let number: String = text.chars().filter(char::is_ascii_digit).collect();
            Ok::<_, anyhow::Error>(number.parse::<u32>()?)
        };
        let mut first = None;
        until("it counts", async || {
            let now = seconds().await?;
            let before = *first.get_or_insert(now);
            ensure!(now > before, "{before}, then {now}");
            Ok(())
        })
        .await?;
        let text = page.text(&of("cn-beijing")).await?;
        ensure!(!text.contains("NaN"), "{text}");
        page.accessible().await
    })
}
