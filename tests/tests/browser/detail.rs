//! The detail of a row: every field, also those that nobody knew of.

use anyhow::ensure;
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Context, Page, Result, Stage, on_page};

async fn open_row(page: &Page) -> Result<Option<String>> {
    Ok(page.detail().await?.map(|detail| detail.row))
}

#[test]
fn every_table_has_details_with_every_field() -> Result<()> {
    on_page("detail-fields", &Stage::default(), async |page| {
        for (table, columns) in catalog::TABLES.iter().map(|table| (table.id, table.own)) {
            page.open_loaded(&format!("/{table}")).await?;
            let detail = page.open_detail(0).await?;
            let raw = page.text("[role=complementary] [data-testid=raw]").await;
            let raw = match raw {
                Ok(raw) if !raw.is_empty() => raw,
                // Folded away: still in the document.
                _ => {
                    let raw =
                        "return document.querySelector('[role=complementary] [data-testid=raw]')?.textContent ?? ''";
                    page.driver.execute(raw, Vec::new()).await?.convert()?
                }
            };
            let raw: serde_json::Value =
                serde_json::from_str(&raw).with_context(|| format!("{table}: the raw JSON is {raw:?}"))?;
            ensure!(
                raw.as_object().is_some_and(|fields| fields.len() > 3),
                "{table}: the raw JSON is {raw}"
            );
            let row = page.rows().await?.into_iter().next().context("no row")?;
            for column in columns.iter().map(|column| column.id) {
                let Ok(cell) = row.cell(column) else { continue };
                ensure!(
                    detail.text.contains(&cell.value) || detail.text.contains(&cell.text),
                    "{table}: {column} ({:?}) is not in the detail:\n{}",
                    cell.value,
                    detail.text
                );
            }
        }
        Ok(())
    })
}

/// The simulated clouds send fields that the catalogue does not know, with some of the rows.
#[test]
fn unknown_fields_are_shown() -> Result<()> {
    on_page("detail-unknown", &Stage::default(), async |page| {
        for (table, field) in [
            ("plans", "risk_level"),
            ("tickets", "agency_name"),
            ("patches", "ComplianceLevel"),
        ] {
            page.open_loaded(&format!("/{table}")).await?;
            page.open_detail(0).await?;
            let shown = format!("[role=complementary] [data-field={field}]");
            let mut walked = 1;
            while !page.exists(&shown).await? {
                ensure!(walked < 60, "none of the first {walked} rows of {table} shows {field}");
                let before = open_row(page).await?;
                page.press("j").await?;
                signalbox_tests::until("the next row is open", async || {
                    ensure!(open_row(page).await? != before, "still {before:?}");
                    Ok(())
                })
                .await?;
                walked += 1;
            }
            let text = page.text(&shown).await?;
            ensure!(
                text.contains(field) && text.len() > field.len() + 1,
                "{table} shows {text:?}"
            );
        }
        Ok(())
    })
}

#[test]
fn keys_walk_through_rows_and_escape_closes() -> Result<()> {
    on_page("detail-keys", &Stage::default(), async |page| {
        page.open_loaded("/patches?sort=instance").await?;
        let ids: Vec<String> = page.rows().await?.into_iter().map(|row| row.id).collect();
        page.open_detail(0).await?;
        // The click may have opened the cell's menu; its Escape is not the detail's.
        page.press("j").await?;
        until_equal("j shows the next row", Some(ids[1].clone()), async || {
            open_row(page).await
        })
        .await?;
        page.press("j").await?;
        until_equal("and the next", Some(ids[2].clone()), async || open_row(page).await).await?;
        page.press("k").await?;
        until_equal("k goes back", Some(ids[1].clone()), async || open_row(page).await).await?;
        let named = format!("row={}", ids[1]);
        signalbox_tests::until("the address names the row", async || {
            let address = page.address().await?;
            ensure!(address.contains(&named), "{address}");
            Ok(())
        })
        .await?;
        page.reload().await?;
        page.loaded().await?;
        until_equal("reload opens it again", Some(ids[1].clone()), async || {
            open_row(page).await
        })
        .await?;
        page.press(thirtyfour::Key::Escape + "").await?;
        until_equal("Escape closes", None, async || open_row(page).await).await?;
        signalbox_tests::until("the address forgets the row", async || {
            let address = page.address().await?;
            ensure!(!address.contains("row="), "{address}");
            Ok(())
        })
        .await
    })
}

/// A link to a row that is gone opens the table and says so, or shows nothing; it does not break.
#[test]
fn a_link_to_a_row_that_is_gone_opens_the_table() -> Result<()> {
    on_page("detail-gone", &Stage::default(), async |page| {
        page.open_loaded("/patches?row=no-such-row").await?;
        ensure!(page.grid().await?.rows > 0, "no rows");
        Ok(())
    })
}
