//! The life of a session: signing in and out, in one window and in several, its end, another person, and what is not granted.

use anyhow::{Context, ensure};
use serde_json::json;
use signalbox_tests::doubles::{attribute, before, run};
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, Stage, on_page, until};
use std::time::Duration;
use thirtyfour::{Key, WindowHandle};

pub const SESSION: &str = "[data-testid=session] button";
pub const PANEL: &str = "[data-testid=session] .panel";
pub const OUT: &str = "[data-testid=sign-out]";
pub const ENDED: &str = "[data-testid=session-ended]";
pub const RELOAD: &str = ".coverage > button:last-child";
const SEARCH: &str = "[role=searchbox]";

/// With people, and with what the browser logs of requests that nobody has signed in for.
pub fn stage() -> Stage {
    Stage {
        console: &["/api/v1/"],
        ..Stage::demo(&["--auth"])
    }
}

/// Goes to an address of the page, wherever that leads.
pub async fn go(page: &Page, path: &str) -> Result<()> {
    Ok(page.driver.goto(format!("{}{path}", page.origin())).await?)
}

/// Chooses somebody at the identity provider, and gives the provider's address.
pub async fn choose(page: &Page, person: &str) -> Result<String> {
    let button = format!("button[name=person][value={person}]");
    until("the identity provider asks who it is", async || {
        page.exists(&button).await?.then_some(()).context("it does not")
    })
    .await?;
    let provider = run(page, "return location.origin", "").await?;
    page.click(&button).await?;
    Ok(provider.as_str().unwrap_or_default().to_owned())
}

/// Signs somebody in by going to an address of the page, and waits until it is there.
pub async fn sign_in(page: &Page, path: &str, person: &str) -> Result<String> {
    go(page, path).await?;
    let provider = choose(page, person).await?;
    until_equal("the page is there", path.to_owned(), async || page.address().await).await?;
    page.started().await?;
    Ok(provider)
}

pub async fn signed_in(page: &Page) -> Result<()> {
    until("somebody is signed in", async || page.text(SESSION).await).await?;
    Ok(())
}

pub async fn search_text(page: &Page) -> Result<String> {
    let text = run(page, "return document.querySelector(arguments[0])?.value ?? ''", SEARCH).await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

pub async fn gone(page: &Page, css: &str) -> Result<()> {
    until(&format!("{css} is gone"), async || {
        ensure!(!page.exists(css).await?, "it is there");
        Ok(())
    })
    .await
}

pub async fn there(page: &Page, css: &str) -> Result<String> {
    until(&format!("{css} is there"), async || page.text(css).await).await
}

pub async fn tab(page: &Page, tab: &WindowHandle) -> Result<()> {
    Ok(page.driver.switch_to_window(tab.clone()).await?)
}

/// The window that has been opened since.
pub async fn opened(page: &Page, known: &[WindowHandle]) -> Result<WindowHandle> {
    until("a window has opened", async || {
        let all = page.driver.windows().await?;
        all.into_iter().find(|one| !known.contains(one)).context("none has")
    })
    .await
}

#[test]
fn a_deep_link_leads_through_signing_in_to_the_same_view() -> Result<()> {
    on_page("sign-in-deep", &stage(), async |page| {
        // Too long to travel through the identity provider and back.
        let ids: Vec<String> = (0..150).map(|id| format!("i-{id:020}")).collect();
        let path = format!(
            "/patches?instance={}&missing=gt.0&sort=-missing,instance",
            ids.join(",")
        );
        ensure!(path.len() > 3000);
        sign_in(page, &path, "lin").await?;
        page.loaded().await?;
        let conditions = page.conditions().await?;
        ensure!(conditions.len() == 2, "{conditions:?}");
        let kept = run(page, "return sessionStorage.getItem('signalbox.resume')", "").await?;
        ensure!(kept.is_null(), "{kept}");

        // A second one asks nobody any more.
        let path = "/patches?missing=gt.0&view=%E5%91%A8%E6%9C%AB%20%26&sort=-missing";
        page.open_loaded(path).await?;
        ensure!(page.count().await? > 0);
        ensure!(page.address().await? == path, "{}", page.address().await?);
        Ok(())
    })
}

#[test]
fn the_menu_says_who_it_is_and_what_they_may_see() -> Result<()> {
    on_page("sign-in-menu", &stage(), async |page| {
        sign_in(page, "/patches", "marta").await?;
        signed_in(page).await?;
        page.click(SESSION).await?;
        let text = until("the menu knows the accounts", async || {
            let text = page.text(PANEL).await?;
            ensure!(text.contains("staging-"), "{text:?}");
            Ok(text)
        })
        .await?;
        for part in [
            "Marta Keller",
            "Groups: staging",
            "Signed in until",
            " h left",
            "identity provider",
            "platform@example.com",
            "Patch",
        ] {
            ensure!(text.contains(part), "no {part:?} in {text:?}");
        }
        ensure!(!text.contains("prod-"), "{text:?}");
        page.accessible().await?;
        // By keys alone: out of it, and back to its button.
        page.press(Key::Escape + "").await?;
        gone(page, PANEL).await?;
        let focused = run(page, "return document.activeElement.matches(arguments[0])", SESSION).await?;
        ensure!(focused == true, "the focus is elsewhere");
        // All rows are of what was granted.
        page.loaded().await?;
        let targets = page.coverage().await?;
        ensure!(
            !targets.is_empty() && targets.iter().all(|target| target.target.starts_with("staging-")),
            "{targets:?}"
        );
        Ok(())
    })
}

#[test]
fn signing_out_empties_other_windows_and_keeps_what_was_typed() -> Result<()> {
    on_page("sign-in-out", &stage(), async |page| {
        sign_in(page, "/patches?missing=gt.0", "lin").await?;
        page.loaded().await?;
        page.search("cn").await?;
        until_equal(
            "the address has it",
            "/patches?missing=gt.0&q=cn".to_owned(),
            async || page.address().await,
        )
        .await?;
        ensure!(page.count().await? > 0);
        let first = page.driver.window().await?;

        let second = page.driver.new_tab().await?;
        tab(page, &second).await?;
        page.open("/").await?;
        signed_in(page).await?;
        page.click(SESSION).await?;
        page.click(OUT).await?;
        let text = there(page, "[data-testid=signed-out]").await?;
        ensure!(text.contains("You are signed out"), "{text:?}");
        ensure!(page.address().await? == "/");
        page.accessible().await?;
        // It stays so, even when the page is asked for once more.
        page.reload().await?;
        there(page, "[data-testid=signed-out]").await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        ensure!(page.exists("[data-testid=signed-out]").await?);

        tab(page, &first).await?;
        until_equal("the other window says it", "signed-out".to_owned(), async || {
            attribute(page, ENDED, "data-reason").await
        })
        .await?;
        ensure!(page.rows().await?.is_empty());
        ensure!(page.coverage().await?.is_empty());
        ensure!(search_text(page).await? == "cn");
        ensure!(page.address().await? == "/patches?missing=gt.0&q=cn");
        let said = until("it is said", async || {
            let said = page.text("[data-testid=announce]").await?;
            ensure!(said.contains("signed out in another window"), "{said:?}");
            Ok(said)
        });
        said.await?;
        page.accessible().await?;

        // The same person again: it goes on where it was.
        tab(page, &second).await?;
        page.click("[data-testid=signed-out] button").await?;
        choose(page, "lin").await?;
        signed_in(page).await?;
        tab(page, &first).await?;
        gone(page, ENDED).await?;
        page.loaded().await?;
        ensure!(page.count().await? > 0 && search_text(page).await? == "cn");
        // Nothing of that counts as new.
        ensure!(!page.exists("[data-testid=changed]").await?);

        // Another person: nothing of the first one stays.
        tab(page, &second).await?;
        page.click(SESSION).await?;
        page.click(OUT).await?;
        page.click("[data-testid=signed-out] button").await?;
        choose(page, "marta").await?;
        signed_in(page).await?;
        tab(page, &first).await?;
        let text = there(page, "[data-testid=session-another]").await?;
        ensure!(text.contains("Marta Keller") && text.contains("林晓雨"), "{text:?}");
        page.loaded().await?;
        ensure!(
            page.coverage()
                .await?
                .iter()
                .all(|target| target.target.starts_with("staging-"))
        );
        page.click("[data-testid=session-another] button").await?;
        gone(page, "[data-testid=session-another]").await?;
        page.reload().await?;
        signed_in(page).await?;
        ensure!(!page.exists("[data-testid=session-another]").await?);
        Ok(())
    })
}

#[test]
fn a_session_that_ends_elsewhere_keeps_the_table_and_goes_on_beside_it() -> Result<()> {
    on_page("sign-in-ended", &stage(), async |page| {
        let provider = sign_in(page, "/patches?missing=gt.0", "lin").await?;
        page.loaded().await?;
        signed_in(page).await?;
        page.search("cn").await?;
        until_equal(
            "the address has it",
            "/patches?missing=gt.0&q=cn".to_owned(),
            async || page.address().await,
        )
        .await?;
        let (count, first) = (page.count().await?, page.driver.window().await?);
        ensure!(count > 0);

        // At the identity provider, which tells the program behind the browser's back.
        let second = page.driver.new_tab().await?;
        tab(page, &second).await?;
        page.driver.goto(format!("{provider}/logout")).await?;
        page.click("button[name=confirm]").await?;
        until("the provider has signed out", async || {
            ensure!(!page.exists("button[name=confirm]").await?);
            Ok(())
        })
        .await?;

        tab(page, &first).await?;
        until("the session is over", async || {
            page.click(RELOAD).await?;
            attribute(page, ENDED, "data-reason").await
        })
        .await?;
        let text = page.text(ENDED).await?;
        ensure!(
            text.contains("Your session has ended. What you see is from "),
            "{text:?}"
        );
        ensure!(page.count().await? == count && !page.rows().await?.is_empty());
        ensure!(search_text(page).await? == "cn");
        page.accessible().await?;

        let known = page.driver.windows().await?;
        page.click(&format!("{ENDED} button")).await?;
        let window = opened(page, &known).await?;
        tab(page, &window).await?;
        choose(page, "lin").await?;
        // It may close itself before anybody has looked.
        tab(page, &first).await?;
        gone(page, ENDED).await?;
        page.loaded().await?;
        ensure!(page.count().await? == count && search_text(page).await? == "cn");
        ensure!(page.address().await? == "/patches?missing=gt.0&q=cn");
        Ok(())
    })
}

#[test]
fn whoever_has_no_grant_is_told_so() -> Result<()> {
    on_page("sign-in-nothing", &stage(), async |page| {
        go(page, "/plans").await?;
        choose(page, "guo").await?;
        let text = there(page, "[data-testid=no-grant]").await?;
        for part in [
            "Nothing is granted to you yet",
            "郭涛",
            "None of your groups has a grant here",
            "platform@example.com",
        ] {
            ensure!(text.contains(part), "no {part:?} in {text:?}");
        }
        ensure!(!text.contains("prod-") && !text.contains("staging-"), "{text:?}");
        page.accessible().await?;
        for path in ["/", "/timeline", "/resource/i-1"] {
            go(page, path).await?;
            there(page, "[data-testid=no-grant]").await?;
        }
        page.click(&format!("[data-testid=no-grant] {OUT}")).await?;
        there(page, "[data-testid=signed-out]").await?;
        Ok(())
    })
}

/// Answers that a plan in the browser's storage changes: of a table that is refused, of a session that does not hold, of one that ends.
const CHANGED: &str = "(() => {
    const plan = () => { try { return JSON.parse(localStorage.getItem('test.plan') ?? '{}'); } catch { return {}; } };
    const problem = (status, more) => new Response(JSON.stringify({ title: 'no', status, detail: 'no', ...more }), { status, headers: { 'content-type': 'application/problem+json' } });
    const ask = window.fetch;
    window.fetch = async (input, init) => {
        const url = String(input.url ?? input);
        const { denied, unsigned, left } = plan();
        if (!url.includes('/api/v1/')) return ask(input, init);
        if (unsigned) return problem(401, unsigned);
        if (denied && url.includes('/rows/' + denied)) return problem(403, { missing: denied, contact: null });
        const answer = await ask(input, init);
        if (denied && url.includes('/catalog')) {
            const catalog = await answer.json();
            return new Response(JSON.stringify({ ...catalog, tables: catalog.tables.filter(table => table.id !== denied) }));
        }
        if (left && url.includes('/session') && answer.ok) {
            const session = await answer.json();
            return new Response(JSON.stringify({ ...session, expires: new Date(Date.now() + left * 1000).toISOString() }));
        }
        return answer;
    };
})()";

/// What the answers are from the next document on.
async fn plan(page: &Page, plan: serde_json::Value) -> Result<()> {
    run(
        page,
        "localStorage.setItem('test.plan', arguments[0])",
        &plan.to_string(),
    )
    .await?;
    Ok(())
}

#[test]
fn a_table_that_is_not_granted_names_the_right_and_is_offered_nowhere() -> Result<()> {
    on_page("sign-in-denied", &stage(), async |page| {
        before(page, CHANGED).await?;
        sign_in(page, "/patches", "lin").await?;
        signed_in(page).await?;
        plan(page, json!({ "denied": "plugins" })).await?;
        page.open("/plugins?online=false").await?;
        there(page, "[data-testid=denied]").await?;
        // Whom to ask comes with the session.
        until("the right and whom to ask are named", async || {
            let text = page.text("[data-testid=denied]").await?;
            ensure!(
                text.contains("You may not see this table") && text.contains("platform@example.com"),
                "{text:?}"
            );
            Ok(())
        })
        .await?;
        ensure!(page.text("[data-testid=denied] [data-missing=plugins]").await? == "plugins");
        ensure!(!page.exists("[role=grid]").await?);
        page.accessible().await?;
        let shown = "return [...document.querySelectorAll('.top nav a, [data-testid=denied] li a, main [data-table]')]
            .filter(link => link.offsetParent !== null).map(link => link.pathname ?? link.dataset.table)";
        until("it is offered nowhere", async || {
            let links = run(page, shown, "").await?.to_string();
            ensure!(links.contains("patches") && !links.contains("plugins"), "{links}");
            Ok(())
        })
        .await?;
        page.click(".top .brand").await?;
        until("the overview goes without", async || {
            let links = run(page, shown, "").await?.to_string();
            ensure!(
                page.exists("tbody[data-table=patches]").await? && !links.contains("plugins"),
                "{links}"
            );
            Ok(())
        })
        .await?;
        // Granted meanwhile.
        plan(page, json!({})).await?;
        page.open_loaded("/plugins").await?;
        until("it is offered again", async || {
            let links = run(page, shown, "").await?.to_string();
            ensure!(links.contains("/plugins"), "{links}");
            Ok(())
        })
        .await
    })
}

#[test]
fn a_session_that_does_not_hold_sends_nobody_round_in_circles() -> Result<()> {
    on_page("sign-in-unheld", &stage(), async |page| {
        before(page, CHANGED).await?;
        sign_in(page, "/patches", "lin").await?;
        signed_in(page).await?;
        plan(page, json!({ "unsigned": { "login_url": "/auth/login" } })).await?;
        // The identity provider still knows them, so that signing in is over at once.
        go(page, "/patches").await?;
        let text = there(page, "[data-testid=session-unheld]").await?;
        ensure!(text.contains("cookies"), "{text:?}");
        page.accessible().await?;
        ensure!(page.address().await? == "/patches");
        // No front that says who it is: nobody is sent anywhere.
        plan(page, json!({ "unsigned": {} })).await?;
        go(page, "/patches").await?;
        there(page, "[data-testid=session-unnamed]").await?;
        page.accessible().await?;
        plan(page, json!({})).await?;
        page.click("[data-testid=session-unnamed] button").await?;
        page.loaded().await
    })
}

#[test]
fn a_session_that_will_end_can_be_prolonged_and_one_that_has_ended_says_so() -> Result<()> {
    on_page("sign-in-soon", &stage(), async |page| {
        before(page, CHANGED).await?;
        sign_in(page, "/patches", "lin").await?;
        signed_in(page).await?;
        plan(page, json!({ "left": 200 })).await?;
        page.open_loaded("/patches").await?;
        let text = there(page, "[data-testid=session-soon]").await?;
        ensure!(
            text.contains("Your session ends at") && text.contains("Stay signed in"),
            "{text:?}"
        );
        page.accessible().await?;
        // Beside the page, at an identity provider that asks nothing.
        plan(page, json!({})).await?;
        page.click("[data-testid=session-soon] button").await?;
        gone(page, "[data-testid=session-soon]").await?;
        // One whose end has come, with nobody asking for anything.
        plan(page, json!({ "left": -1 })).await?;
        page.open("/patches").await?;
        let text = there(page, ENDED).await?;
        ensure!(text.contains("Your session has ended."), "{text:?}");
        Ok(())
    })
}

#[test]
fn what_was_kept_for_one_person_is_not_there_for_another() -> Result<()> {
    on_page("sign-in-kept", &stage(), async |page| {
        sign_in(page, "/patches?missing=gt.0", "lin").await?;
        page.loaded().await?;
        crate::since::kept(page).await?;
        let lin = run(page, "return localStorage.getItem('signalbox.person')", "").await?;
        let lin = lin.as_str().context("nobody is named")?.to_owned();
        let views =
            "localStorage.setItem('signalbox.views.' + arguments[0], 'name=Mine&table=patches&query=missing%3Dgt.0')";
        run(page, views, &lin).await?;
        page.click(SESSION).await?;
        page.click(OUT).await?;
        page.click("[data-testid=signed-out] button").await?;
        choose(page, "marta").await?;
        signed_in(page).await?;
        page.open_loaded("/patches").await?;
        crate::since::kept(page).await?;
        let kept = "const done = arguments[arguments.length - 1];
            const open = indexedDB.open('signalbox', 1);
            open.onsuccess = () => {
                const keys = open.result.transaction('visits').objectStore('visits').getAllKeys();
                keys.onsuccess = () => { open.result.close(); done(keys.result.join()); };
            }";
        let keys = page.driver.execute_async(kept, Vec::new()).await?;
        let keys = keys.json().as_str().unwrap_or_default();
        ensure!(!keys.is_empty() && !keys.contains(&lin), "{keys:?}");
        // Views of one's own are nobody else's, and wait for whom they are of.
        page.click("[data-testid=views] button").await?;
        let text = there(page, "[data-testid=views] .panel").await?;
        ensure!(!text.contains("Mine"), "{text:?}");
        let waiting = run(
            page,
            "return localStorage.getItem('signalbox.views.' + arguments[0])",
            &lin,
        )
        .await?;
        ensure!(waiting.is_string());
        Ok(())
    })
}
