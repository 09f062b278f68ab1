//! From signing in to signing out at a real identity provider, npm's oidc-provider, with two replicas of the program that take turns at every request.

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use signalbox_tests::provider::Provider;
use signalbox_tests::team::{SESSION as COOKIE, Team};
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, Stage, stage, until};
use thirtyfour::{Key, WindowHandle};

use crate::sign_in::{
    ENDED, OUT, PANEL, RELOAD, SESSION, choose, go, gone, opened, search_text, sign_in, signed_in, tab, there,
};

const SOON: &str = "[data-testid=session-soon]";
const YES: &str = "button[name=logout]";

/// At the provider as it is, which does not say what it may be asked to ask people.
fn life(name: &str, test: impl AsyncFnOnce(&Page, &Team) -> Result<()>) -> Result<()> {
    life_with(&[], name, test)
}

fn life_with(prompts: &[&str], name: &str, test: impl AsyncFnOnce(&Page, &Team) -> Result<()>) -> Result<()> {
    let Some(team) = Team::start(|public_url| Provider::of_npm(public_url, prompts))? else {
        return Ok(());
    };
    let test = async |page: &Page| test(page, &team).await;
    stage::on(name, &signing_in(), &team.front.origin, || team.log(), test)
}

/// With what the browser logs of requests that nobody has signed in for, and of the provider's own pages.
pub fn signing_in() -> Stage {
    Stage {
        console: &["/api/v1/", "http://localhost:", "//fonts.googleapis.com"],
        ..Stage::default()
    }
}

/// What has happened at the provider, so often.
async fn happened(team: &Team, what: &Value) -> Result<usize> {
    let journal = team.provider.tell(json!({})).await?;
    let fits = |entry: &&Value| {
        what.as_object()
            .is_some_and(|what| what.iter().all(|(name, value)| entry[name] == *value))
    };
    Ok(journal.iter().filter(fits).count())
}

/// The sealed session, as the browser keeps it.
pub async fn session(page: &Page) -> Result<String> {
    let asked = json!({ "urls": [page.origin()] });
    let kept = page.driver.cdp().send_raw("Network.getCookies", asked).await?;
    let kept = kept["cookies"].as_array().context("no cookies")?;
    let session = kept.iter().find(|cookie| cookie["name"] == COOKIE);
    let value = session.and_then(|session| session["value"].as_str());
    Ok(value.context("there is no session")?.to_owned())
}

/// Of which accounts rows are shown.
async fn accounts(page: &Page) -> Result<Vec<String>> {
    let targets = page.coverage().await?;
    let mut accounts: Vec<_> = targets
        .iter()
        .filter_map(|target| Some(target.target.split_once('/')?.0.to_owned()))
        .collect();
    accounts.sort_unstable();
    accounts.dedup();
    Ok(accounts)
}

/// A table with something typed, and how many rows it shows.
async fn typed(page: &Page) -> Result<usize> {
    sign_in(page, "/patches?missing=gt.0", "lin").await?;
    page.loaded().await?;
    page.search("cn").await?;
    still_typed(page).await?;
    page.count().await
}

/// The table is as it was left.
async fn still_typed(page: &Page) -> Result<()> {
    until_equal(
        "the address has it",
        "/patches?missing=gt.0&q=cn".to_owned(),
        async || page.address().await,
    )
    .await?;
    ensure!(search_text(page).await? == "cn");
    ensure!(!page.rows().await?.is_empty(), "the rows are gone");
    Ok(())
}

#[test]
fn a_deep_link_leads_through_the_provider_and_both_replicas() -> Result<()> {
    life("whole-life-deep", async |page, team| {
        // Too long to travel through the identity provider and back.
        let ids: Vec<String> = (0..150).map(|id| format!("i-{id:020}")).collect();
        let path = format!(
            "/patches?instance={}&missing=gt.0&sort=-missing,instance",
            ids.join(",")
        );
        sign_in(page, &path, "lin").await?;
        page.loaded().await?;
        ensure!(page.conditions().await?.len() == 2);
        ensure!(accounts(page).await? == ["prod", "staging"]);
        let authorized = json!({"event": "authorized", "prompt": null, "challenge": "S256"});
        ensure!(happened(team, &authorized).await? == 1 && happened(team, &json!({"event": "exchanged"})).await? == 1);
        // Where signing in began is not where it ended.
        let passed = team.front.passed();
        let replica = |request: &str| {
            let found = passed.iter().find(|passed| passed.request == request);
            found
                .map(|passed| passed.replica)
                .with_context(|| format!("nobody asked {request}"))
        };
        ensure!(replica("GET /auth/login")? != replica("GET /auth/callback")?);
        for at in 0..2 {
            ensure!(
                passed.iter().filter(|passed| passed.replica == at).count() > 5,
                "{passed:?}"
            );
        }

        page.click(SESSION).await?;
        let text = there(page, PANEL).await?;
        for part in ["林晓雨", "Groups: platform", "platform@example.com"] {
            ensure!(text.contains(part), "no {part:?} in {text:?}");
        }
        ensure!(!text.contains("on-call"), "no grant names that group: {text:?}");

        // A second link asks nobody any more.
        let path = "/patches?missing=gt.0&view=%E5%91%A8%E6%9C%AB%20%26&sort=-missing";
        page.open_loaded(path).await?;
        ensure!(page.count().await? > 0 && page.address().await? == path);
        ensure!(happened(team, &authorized).await? == 1);
        Ok(())
    })
}

#[test]
fn a_session_is_renewed_beside_an_open_table_with_the_groups_of_now() -> Result<()> {
    life("whole-life-renewed", async |page, team| {
        let Some(first) = renewed(page, team, &Value::Null).await? else {
            return Ok(());
        };
        page.click(RELOAD).await?;
        until("the rows are of what is granted now", async || {
            page.loaded().await?;
            let accounts = accounts(page).await?;
            ensure!(accounts == ["staging"], "{accounts:?}");
            Ok(())
        })
        .await?;
        still_typed(page).await?;

        // Near its end it is prolonged by a small window, in which nobody is asked anything.
        team.minutes_later(36).await?;
        // The page goes by the server's clock, of which it hears with the next answer.
        page.click(RELOAD).await?;
        there(page, SOON).await?;
        page.click(&format!("{SOON} button")).await?;
        gone(page, SOON).await?;
        still_typed(page).await?;
        ensure!(!page.exists(ENDED).await?);
        until("the small window has closed itself", async || {
            let open = page.driver.windows().await?;
            ensure!(open == [first.clone()], "{open:?}");
            Ok(())
        })
        .await
    })
}

#[test]
fn a_provider_that_lists_prompts_is_told_to_ask_nothing() -> Result<()> {
    life_with(&["none", "login"], "whole-life-none", async |page, team| {
        renewed(page, team, &json!("none")).await.map(|_| ())
    })
}

/// Half an hour after a table was opened another window is opened: on its way the provider is asked, and does not ask anybody. The table stays as it was.
/// Gives its window; none where time cannot pass.
async fn renewed(page: &Page, team: &Team, prompt: &Value) -> Result<Option<WindowHandle>> {
    let count = typed(page).await?;
    let first = page.driver.window().await?;
    team.provider.tell(json!({"groups": {"lin": ["staging"]}})).await?;
    if !team.minutes_later(31).await? {
        return Ok(None);
    }
    let authorized = json!({"event": "authorized", "prompt": prompt});
    let before = happened(team, &authorized).await?;
    let second = page.driver.new_tab().await?;
    tab(page, &second).await?;
    page.open_loaded("/plans?phase=scheduled").await?;
    ensure!(page.address().await? == "/plans?phase=scheduled");
    ensure!(accounts(page).await? == ["staging"], "the groups are of before");
    ensure!(happened(team, &authorized).await? == before + 1);
    page.driver.close_window().await?;

    tab(page, &first).await?;
    still_typed(page).await?;
    ensure!(page.count().await? == count && !page.exists(ENDED).await?);
    page.click(SESSION).await?;
    until("this window has heard of it", async || {
        let text = page.text(PANEL).await?;
        ensure!(text.contains("Groups: staging"), "{text:?}");
        Ok(())
    })
    .await?;
    page.press(Key::Escape + "").await?;
    gone(page, PANEL).await?;
    Ok(Some(first))
}

#[test]
fn keys_of_the_provider_and_of_sessions_change_under_an_open_table() -> Result<()> {
    life("whole-life-keys", async |page, team| {
        let count = typed(page).await?;
        // The provider signs with another key from now on, and has none of before.
        team.provider.tell(json!({"rotate": true})).await?;
        if !team.minutes_later(2).await? {
            return Ok(());
        }
        for at in 1..=2 {
            go(page, "/auth/login?return=%2Fpatches%3Fmissing%3Dgt.0%26q%3Dcn").await?;
            until("somebody is signed in anew", async || {
                let exchanged = happened(team, &json!({"event": "exchanged"})).await?;
                ensure!(exchanged == 1 + at, "{exchanged}");
                Ok(())
            })
            .await?;
            page.started().await?;
            page.loaded().await?;
            still_typed(page).await?;
        }

        // As the documents say: the new key is added everywhere, then seals everywhere, then is alone.
        let copied = session(page).await?;
        let again = async || {
            page.click(RELOAD).await?;
            until("the table is whole again", async || {
                page.loaded().await?;
                ensure!(page.count().await? == count && !page.exists(ENDED).await?);
                Ok(())
            })
            .await?;
            still_typed(page).await
        };
        for (minutes, keys) in [(2, &["first", "second"][..]), (4, &["second", "first"])] {
            team.minutes_later(minutes).await?;
            for replica in 0..2 {
                team.restart(replica, keys)?;
                again().await?;
                let newest = session(page).await?;
                for at in 0..2 {
                    for (which, cookie) in [("newest", &newest), ("copied", &copied)] {
                        let status = team.asked(at, cookie).await?;
                        ensure!(
                            status == 200,
                            "{which} session at {at} with {keys:?} at {replica}: {status}"
                        );
                    }
                }
            }
        }
        // Sealed anew on the way, as sessions are that are used.
        team.minutes_later(6).await?;
        again().await?;
        let newest = until("the session is sealed anew", async || {
            let newest = session(page).await?;
            ensure!(newest != copied);
            Ok(newest)
        })
        .await?;
        for replica in 0..2 {
            team.restart(replica, &["second"])?;
            ensure!(team.asked(replica, &newest).await? == 200);
            ensure!(
                team.asked(replica, &copied).await? == 401,
                "a key that is gone still opens"
            );
        }
        again().await?;
        ensure!(
            happened(team, &json!({"event": "authorized"})).await? == 3,
            "somebody was sent to the provider"
        );
        Ok(())
    })
}

#[test]
fn signing_out_here_ends_it_there_and_signing_out_there_ends_it_here() -> Result<()> {
    life("whole-life-out", async |page, team| {
        sign_in(page, "/patches", "lin").await?;
        signed_in(page).await?;
        let left = session(page).await?;
        page.click(SESSION).await?;
        page.click(OUT).await?;
        // The provider knows whose session that was, and asks whether it is to end there too.
        page.click(YES).await?;
        there(page, "[data-testid=signed-out]").await?;
        ensure!(page.address().await? == "/");
        ensure!(session(page).await.is_err());
        ensure!(happened(team, &json!({"event": "signed out"})).await? == 1);
        let at = team
            .front
            .passed()
            .into_iter()
            .rfind(|passed| passed.request == "POST /auth/logout");
        ensure!(team.asked(at.context("nobody signed out")?.replica, &left).await? == 401);

        // Who it is is asked again, and may be somebody else.
        page.click("[data-testid=signed-out] button").await?;
        choose(page, "marta").await?;
        signed_in(page).await?;
        page.open_loaded("/patches").await?;
        ensure!(accounts(page).await? == ["staging"]);
        let count = page.count().await?;
        let first = page.driver.window().await?;

        let known = page.driver.windows().await?;
        page.driver.new_tab().await?;
        tab(page, &opened(page, &known).await?).await?;
        page.driver
            .goto(format!("{}/session/end", team.provider.issuer))
            .await?;
        let told = happened(team, &json!({"event": "told"})).await?;
        page.click(YES).await?;
        until_equal("the provider has told it", told + 1, async || {
            happened(team, &json!({"event": "told"})).await
        })
        .await?;
        ensure!(happened(team, &json!({"event": "not told"})).await? == 0);

        // The list of what has ended is of one process: the one that was told.
        let told = team
            .front
            .passed()
            .into_iter()
            .rfind(|passed| passed.request == "POST /auth/backchannel-logout");
        let replica = told.context("nobody was told")?.replica;
        tab(page, &first).await?;
        ensure!(team.asked(replica, &session(page).await?).await? == 401);
        team.stop(1 - replica);
        page.click(RELOAD).await?;
        there(page, ENDED).await?;
        ensure!(page.count().await? == count && !page.rows().await?.is_empty());
        page.accessible().await
    })
}
