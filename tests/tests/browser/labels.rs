//! Labels of accounts: facets and columns of every table.

use anyhow::ensure;
use signalbox_tests::{Result, Stage, on_page, wait};

#[test]
fn labels_are_facets_and_columns_of_every_table() -> Result<()> {
    on_page("labels", &Stage::default(), async |page| {
        for table in catalog::TABLES.iter().map(|table| table.id) {
            page.open_loaded(&format!("/{table}?cols=account,env,team")).await?;
            let rows = page.grid().await?.rows;
            for (facet, wanted) in [("env", "prod"), ("team", "payments")] {
                let values = page.facet(facet).await?;
                let sum: usize = values.iter().map(|value| value.count).sum();
                assert_eq!(sum, rows, "{table}: the counts of {facet} are all rows");
                ensure!(values.iter().any(|value| value.value == wanted), "{table}: {values:?}");
            }
            ensure!(
                page.values("env").await?.iter().all(|env| !env.is_empty()),
                "{table} has rows without a label"
            );
        }
        page.open_loaded("/patches?cols=account,env").await?;
        page.toggle("env", "staging").await?;
        wait::until_equal("only rows of staging are there", true, async || {
            let accounts = page.values("account").await?;
            Ok(!accounts.is_empty() && accounts.iter().all(|account| account == "staging-cn"))
        })
        .await?;
        assert_eq!(page.address().await?, "/patches?env=staging&cols=account,env");
        Ok(())
    })
}
