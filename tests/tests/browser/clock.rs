//! A device whose clock is wrong: that is said, and what is planned or over is so by the server's time.

use anyhow::ensure;
use signalbox_tests::doubles::before;
use signalbox_tests::{Page, Result, Stage, on_page, until};

const NOTICE: &str = "[data-testid=clock]";

/// From now on, pages believe that it is so many seconds later.
async fn ahead(page: &Page, seconds: i64) -> Result<()> {
    let script = format!("(() => {{ const now = Date.now; Date.now = () => now() + {seconds} * 1000; }})()");
    before(page, &script).await
}

async fn off(page: &Page, seconds: i64, said: [&str; 2]) -> Result<()> {
    let views = ["/plans?start=now..24h", "/tickets?end=-24h.."];
    let mut right = Vec::new();
    for view in views {
        page.open_loaded(view).await?;
        right.push(page.grid().await?.rows);
    }
    ensure!(right.iter().all(|rows| *rows > 0), "nothing to tell by: {right:?}");
    ensure!(!page.exists(NOTICE).await?, "a clock that is right is called wrong");
    ahead(page, seconds).await?;
    for (view, rows) in views.iter().zip(right) {
        page.open_loaded(view).await?;
        let notice = until("the page says so", async || page.text(NOTICE).await).await?;
        ensure!(said.iter().all(|part| notice.contains(part)), "{notice:?}");
        let seen = page.grid().await?.rows;
        // A minute may pass between the two, and with it the end of something.
        ensure!(
            seen.abs_diff(rows) <= 2,
            "{view}: {seen} rows, by the right clock {rows}"
        );
    }
    page.accessible().await?;
    // Words go by it too: what has just come is not of another day.
    page.open("/").await?;
    until("the answers are new", async || {
        ensure!(page.exists(".matrix table[aria-busy=false]").await?, "it is busy");
        let fresh = page.text("[data-table=plans] .whole td.fresh").await?;
        ensure!(fresh == "just now" || fresh == "刚刚", "{fresh:?}");
        Ok(())
    })
    .await?;
    // Said until it has been read.
    page.click(&format!("{NOTICE} button")).await?;
    ensure!(!page.exists(NOTICE).await?, "the notice is still there");
    Ok(())
}

#[test]
fn a_clock_that_is_a_month_slow() -> Result<()> {
    on_page("clock-slow", &Stage::default(), async |page| {
        off(page, -30 * 86_400 - 60, ["30 days", "slow"]).await
    })
}

#[test]
fn a_clock_that_is_a_month_fast_in_chinese() -> Result<()> {
    on_page("clock-fast", &Stage::default().language("zh-CN"), async |page| {
        off(page, 30 * 86_400 + 60, ["30 天", "快"]).await
    })
}

#[test]
fn a_clock_that_is_half_a_minute_off_is_not_worth_a_word() -> Result<()> {
    on_page("clock-little", &Stage::default(), async |page| {
        ahead(page, 30).await?;
        page.open_loaded("/plans").await?;
        // What would say so is there by then.
        until("the page is whole", async || page.text("[data-testid=live]").await).await?;
        ensure!(!page.exists(NOTICE).await?, "it is told");
        Ok(())
    })
}
