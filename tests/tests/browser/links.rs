//! The whole view is the address: it can be sent, gone back from, and reloaded.

use anyhow::ensure;
use signalbox_tests::doubles::install;
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Context, Page, Result, Stage, on_page, until};

async fn address_becomes(page: &Page, address: &str) -> Result<()> {
    until_equal("the address is right", address.to_owned(), async || {
        page.address().await
    })
    .await
}

/// What a reader would compare two windows by.
async fn looks(page: &Page) -> Result<(usize, Vec<String>, Vec<String>, Vec<String>)> {
    page.loaded().await?;
    let grid = page.grid().await?;
    let headers = grid
        .headers
        .iter()
        .map(|header| format!("{} {}", header.column, header.sort))
        .collect();
    let conditions = page
        .conditions()
        .await?
        .into_iter()
        .map(|seen| seen.condition)
        .collect();
    let rows = page.rows().await?.into_iter().take(10).map(|row| row.id).collect();
    Ok((grid.rows, headers, conditions, rows))
}

#[test]
fn back_forward_and_reload_restore_everything() -> Result<()> {
    on_page("links-history", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        let mut steps = vec![(page.address().await?, looks(page).await?)];
        let value = page
            .facet("account")
            .await?
            .into_iter()
            .next()
            .context("no account")?
            .value;
        page.toggle("account", &value).await?;
        address_becomes(page, &format!("/patches?account={value}")).await?;
        steps.push((page.address().await?, looks(page).await?));

        page.sort_by("missing").await?;
        until("the sort order is in the address", async || {
            let address = page.address().await?;
            ensure!(address.contains("sort="), "{address}");
            Ok(())
        })
        .await?;
        steps.push((page.address().await?, looks(page).await?));
        ensure!(
            steps[0].1 != steps[1].1 && steps[1].1 != steps[2].1,
            "the steps look alike: {steps:?}"
        );

        for (address, look) in steps.iter().rev().skip(1) {
            page.back().await?;
            address_becomes(page, address).await?;
            until_equal("back restores the view", look.clone(), async || looks(page).await).await?;
        }
        for (address, look) in steps.iter().skip(1) {
            page.forward().await?;
            address_becomes(page, address).await?;
            until_equal("forward restores the view", look.clone(), async || looks(page).await).await?;
        }
        page.reload().await?;
        let (address, look) = &steps[2];
        assert_eq!(&page.address().await?, address);
        until_equal("reload restores the view", look.clone(), async || looks(page).await).await
    })
}

/// Typing is one step back, not one a letter.
#[test]
fn typing_is_one_step_back() -> Result<()> {
    on_page("links-typing", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        let all = page.grid().await?.rows;
        page.search("cn-hang").await?;
        address_becomes(page, "/patches?q=cn-hang").await?;
        page.back().await?;
        address_becomes(page, "/patches").await?;
        until_equal("all rows are back", all, async || Ok(page.grid().await?.rows)).await
    })
}

/// What was typed is not in the address yet when another link is followed; it must not come after it.
#[test]
fn a_link_wins_over_what_was_typed_just_before() -> Result<()> {
    on_page("links-typed", &Stage::default(), async |page| {
        page.open_loaded("/patches?missing=gt.0").await?;
        page.search("cn-hang").await?;
        page.click("nav a[href='/patches']").await?;
        // Longer than typing takes to reach the address.
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
        assert_eq!(page.address().await?, "/patches");
        ensure!(page.conditions().await?.is_empty(), "the condition is still there");
        let value = "return document.querySelector('[role=searchbox]').value";
        let value: String = page.driver.execute(value, Vec::new()).await?.convert()?;
        assert_eq!(value, "");
        Ok(())
    })
}

#[test]
fn equal_views_have_equal_addresses() -> Result<()> {
    on_page("links-canonical", &Stage::default(), async |page| {
        let mut addresses = Vec::new();
        for query in [
            "missing=ge.0&account=prod-intl,prod-cn",
            "account=prod-cn,prod-intl&missing=ge.0",
        ] {
            page.open_loaded(&format!("/patches?{query}")).await?;
            page.sort_by("instance").await?;
            addresses.push(
                until("the sort order is in the address", async || {
                    let address = page.address().await?;
                    ensure!(address.contains("sort="), "{address}");
                    Ok(address)
                })
                .await?,
            );
        }
        assert_eq!(addresses[0], addresses[1]);
        Ok(())
    })
}

/// Characters that are special in links, in the grammar, or in neither.
#[test]
fn odd_characters_survive_a_link() -> Result<()> {
    on_page("links-odd", &Stage::default(), async |page| {
        for (typed, encoded) in [
            ("100%25 &=+#?~,.", "100%2525%20%26%3D%2B%23%3F~%2C."),
            ("补丁 a%41", "%E8%A1%A5%E4%B8%81%20a%2541"),
        ] {
            page.open_loaded(&format!("/patches?q={encoded}")).await?;
            let value = "return document.querySelector('[role=searchbox]').value";
            let value: String = page.driver.execute(value, Vec::new()).await?.convert()?;
            assert_eq!(value, typed, "from the link into the search box");
            // And back: typed by hand it makes a link that says the same.
            page.open_loaded("/patches").await?;
            page.search(typed).await?;
            until("the address has it", async || {
                let q = "return new URLSearchParams(location.search.replaceAll('+', '%20')).get('q')";
                let q: Option<String> = page.driver.execute(q, Vec::new()).await?.convert()?;
                ensure!(q.as_deref() == Some(typed), "{q:?}");
                Ok(())
            })
            .await?;
        }
        Ok(())
    })
}

/// Whatever shows links in running text leaves the last character of this one alone.
fn ends_safely(address: &str) -> bool {
    let escaped = address.len() >= 3 && address.as_bytes()[address.len() - 3] == b'%';
    escaped || address.ends_with(|last: char| last.is_ascii_alphanumeric())
}

/// What is copied from the address bar is the canonical form, and it is no step in the history.
#[test]
fn the_address_bar_shows_the_canonical_form() -> Result<()> {
    on_page("links-bar", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        let steps = "return history.length";
        for (given, canonical) in [
            ("/plans?start=-24h..&state=b,a", "/plans?state=a,b&start=-24h.%2E"),
            ("/patches/?q=web-&sort=-failed,-missing,instance", "/patches?q=web%2D"),
            ("/tickets?colour=&end=-24h..", "/tickets?end=-24h..&colour"),
            (
                "/timeline?start=now..&phase=failed.",
                "/timeline?start=now..7d&phase=failed%2E",
            ),
            ("/resource/i-1(a).", "/resource/i-1%28a%29%2E"),
            ("/resource/a%2Fb!", "/resource/a%2Fb%21"),
        ] {
            page.open(given).await?;
            let before: u64 = page.driver.execute(steps, Vec::new()).await?.convert()?;
            address_becomes(page, canonical).await?;
            ensure!(ends_safely(canonical), "{canonical}");
            let after: u64 = page.driver.execute(steps, Vec::new()).await?.convert()?;
            assert_eq!(before, after, "{given} made a step in the history");
        }
        page.back().await?;
        address_becomes(page, "/resource/i-1%28a%29%2E").await
    })
}

/// A range that was cut on its way asks for something that nobody means: it is struck, and hides nothing.
#[test]
fn a_link_that_was_cut_is_struck() -> Result<()> {
    on_page("links-cut", &Stage::default(), async |page| {
        page.open_loaded("/plans").await?;
        let all = page.grid().await?.rows;
        for cut in ["start=-24h", "start=-24h."] {
            page.open_loaded(&format!("/plans?{cut}")).await?;
            assert_eq!(page.grid().await?.rows, all, "{cut} hides rows");
            let condition = page.conditions().await?.into_iter().next().context("no condition")?;
            ensure!(!condition.understood, "{cut} looks as if it were in force");
        }
        Ok(())
    })
}

/// Takes the way out that keeps only as many ids as fit.
async fn shorten(page: &Page) -> Result<()> {
    page.click("[data-testid=long-link] [data-way=fewer]").await?;
    until("the link is short enough", async || {
        let length = page.driver.current_url().await?.as_str().len();
        ensure!((4000..=6 * 1024).contains(&length), "{length} bytes");
        ensure!(
            !page.exists("[data-testid=long-link]").await?,
            "the notice is still there"
        );
        Ok(())
    })
    .await
}

/// A list of ids that is too long for some proxies on the way: said, with two ways out.
#[test]
fn a_link_that_is_too_long_for_some_is_told() -> Result<()> {
    on_page("links-long", &Stage::default(), async |page| {
        install(page).await?;
        let ids = |count: usize| {
            (0..count)
                .map(|id| format!("i-bp1{id:018}"))
                .collect::<Vec<_>>()
                .join(",")
        };
        page.open_loaded(&format!("/patches?instance={}", ids(200))).await?;
        page.text("[data-testid=list-report]").await?;
        ensure!(
            !page.exists("[data-testid=long-link]").await?,
            "a link of 5 KB is called long"
        );
        page.open_loaded(&format!("/patches?instance={}", ids(500))).await?;
        let notice = until("the page says so", async || page.text("[data-testid=long-link]").await).await?;
        ensure!(notice.contains("KB") && notice.contains("500"), "{notice:?}");
        page.accessible().await?;
        page.click("[data-testid=long-link] [data-way=file]").await?;
        let lines = "const done = arguments[arguments.length - 1]; window.file.text().then(text => done(text.trimEnd().split('\\n').length))";
        until("the file has every id", async || {
            let lines = page.driver.execute_async(lines, Vec::new()).await?;
            ensure!(lines.json().as_u64() == Some(500), "{:?}", lines.json());
            Ok(())
        })
        .await?;
        shorten(page).await?;
        // The timeline has such links too.
        page.open(&format!("/timeline?instance={}&phase=failed", ids(500)))
            .await?;
        until("it says so too", async || page.text("[data-testid=long-link]").await).await?;
        page.accessible().await?;
        shorten(page).await?;
        let address = page.address().await?;
        ensure!(
            address.starts_with("/timeline?instance=i-bp1") && address.ends_with("&phase=failed"),
            "{address}"
        );
        Ok(())
    })
}
