//! Signing in and out at another real identity provider, Debian's glewlwyd, by its own pages.

use anyhow::ensure;
use signalbox_tests::provider::{PASSWORD, Provider};
use signalbox_tests::team::Team;
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, stage, until};
use thirtyfour::By;

use crate::sign_in::{OUT, PANEL, SESSION, go, signed_in, there};
use crate::whole_life::{session, signing_in};

const PATH: &str = "/patches?missing=gt.0&sort=-missing,instance";

/// Writes into a field of the provider's page.
async fn write(page: &Page, field: &str, text: &str) -> Result<()> {
    until(&format!("there is a field {field}"), async || {
        Ok(page.driver.find(By::Id(field)).await?.send_keys(text).await?)
    })
    .await
}

#[test]
fn a_second_provider_signs_in_and_out_by_its_own_pages() -> Result<()> {
    let Some(team) = Team::start(Provider::of_debian)? else {
        return Ok(());
    };
    stage::on(
        "second-provider",
        &signing_in(),
        &team.front.origin,
        || team.log(),
        async |page| {
            go(page, PATH).await?;
            write(page, "username", "lin").await?;
            write(page, "password", PASSWORD).await?;
            page.click("#loginbut").await?;
            // It greets them, and asks whether to go on.
            page.click(".btn-success").await?;
            until_equal("the page is there", PATH.to_owned(), async || page.address().await).await?;
            page.started().await?;
            signed_in(page).await?;
            page.loaded().await?;
            ensure!(page.count().await? > 0);
            page.click(SESSION).await?;
            let text = there(page, PANEL).await?;
            for part in ["林晓雨", "Groups: platform"] {
                ensure!(text.contains(part), "no {part:?} in {text:?}");
            }
            let left = session(page).await?;
            page.click(OUT).await?;
            // It asks whether its own session is to end too, and tells the program so, by the person's id alone.
            page.click(".btn-danger").await?;
            until("the program is told", async || {
                let passed = team.front.passed();
                let told = passed
                    .iter()
                    .any(|passed| passed.request == "POST /auth/backchannel-logout");
                ensure!(told, "{passed:?}");
                Ok(())
            })
            .await?;
            // One by the person, the other by the provider.
            until_equal("both replicas know", [401, 401], async || {
                Ok([team.asked(0, &left).await?, team.asked(1, &left).await?])
            })
            .await
        },
    )
}
