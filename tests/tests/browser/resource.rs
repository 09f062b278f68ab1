//! Everything known about one thing, and the ways that lead there.

use anyhow::ensure;
use serde::Deserialize;
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Context, Page, Result, Stage, on_page, until};
use thirtyfour::Key;

/// A link of a section to the rows behind it.
#[derive(Debug, Deserialize)]
struct Section {
    table: String,
    count: usize,
    links: Vec<(String, usize)>,
    rows: Vec<String>,
}

async fn sections(page: &Page) -> Result<Vec<Section>> {
    let script = "return [...document.querySelectorAll('section.rows')].map(section => ({
        table: section.dataset.table,
        count: Number(section.dataset.count),
        links: [...section.querySelectorAll('a.all')].map(link => [link.getAttribute('href'), Number(link.dataset.count)]),
        rows: [...section.querySelectorAll('tr[data-row-id]')].map(row => row.dataset.rowId),
    }))";
    let found = page.driver.execute(script, Vec::new()).await?;
    Ok(serde_json::from_value(found.json().clone())?)
}

/// Waits until every table has answered.
async fn complete(page: &Page) -> Result<()> {
    until("all tables have answered", async || {
        let coverage = page.coverage().await?;
        ensure!(coverage.len() > 20, "{} sources", coverage.len());
        ensure!(
            coverage.iter().all(|target| target.state != "loading"),
            "some still load"
        );
        ensure!(!page.exists("[data-empty=waiting]").await?, "it still looks");
        Ok(())
    })
    .await
}

async fn open(page: &Page, id: &str) -> Result<()> {
    page.open(&format!("/resource/{id}")).await?;
    complete(page).await
}

/// A cluster that has plans and plug-ins, and an instance of it.
async fn cluster(page: &Page) -> Result<(String, String)> {
    page.open_loaded("/plans?target_type=cluster&account=prod-cn").await?;
    let cluster = page.values("cluster").await;
    let cluster = match cluster {
        Ok(values) => values.into_iter().next().context("no plan")?,
        Err(error) => return Err(error),
    };
    open(page, &cluster).await?;
    let instance = "return decodeURIComponent(document.querySelector('[data-things=instance] a.thing').getAttribute('href').split('/').pop())";
    let instance: String = page.driver.execute(instance, Vec::new()).await?.convert()?;
    Ok((cluster, instance))
}

#[test]
fn a_cluster_and_its_instances_lead_to_each_other() -> Result<()> {
    on_page("resource-cluster", &Stage::default(), async |page| {
        let (cluster, instance) = cluster(page).await?;
        assert_eq!(page.text("main h1 span").await?, cluster);
        assert_eq!(page.text("main .kinds").await?, "Cluster");
        let tables: Vec<String> = sections(page).await?.into_iter().map(|section| section.table).collect();
        assert_eq!(tables, ["plans", "plugins"]);
        let console = "return [...document.querySelectorAll('a.outside')].map(link => [link.href, link.target, link.rel].join(' '))";
        let console: Vec<String> = page.driver.execute(console, Vec::new()).await?.convert()?;
        let wanted = format!(
            "https://cs.console.aliyun.com/#/k8s/cluster/{cluster}/v2/info/overview _blank noopener noreferrer"
        );
        ensure!(console.contains(&wanted), "{console:?}");

        page.click("[data-things=instance] a.thing").await?;
        until_equal("the link leads to the instance", instance.clone(), async || {
            page.text("main h1 span").await
        })
        .await?;
        complete(page).await?;
        let tables: Vec<String> = sections(page).await?.into_iter().map(|section| section.table).collect();
        ensure!(tables.contains(&"plugins".to_owned()), "{tables:?}");
        page.click("[data-things=cluster] a.thing").await?;
        until_equal("and back", cluster, async || page.text("main h1 span").await).await
    })
}

/// What a section counts is what its link shows; its rows are the newest of them.
#[test]
fn every_section_counts_the_rows_behind_its_link() -> Result<()> {
    on_page("resource-counts", &Stage::default(), async |page| {
        let (cluster, instance) = cluster(page).await?;
        page.open_loaded("/tickets?document=is.set&targets=is.set").await?;
        let ticket = page.open_detail(0).await?;
        let document = page.text("[role=complementary] [data-field=document] .text").await?;
        page.open_loaded("/operations").await?;
        let set = page
            .values("stack_set")
            .await?
            .into_iter()
            .next()
            .context("no operation")?;
        let ticket_id = ticket.row.rsplit('/').next().unwrap_or_default().to_owned();
        for id in [cluster, instance, document, set, ticket_id] {
            open(page, &id).await?;
            let found = sections(page).await?;
            ensure!(!found.is_empty(), "nothing about {id}");
            for section in found {
                ensure!(section.rows.len() == section.count.min(20), "{section:?}");
                for (href, count) in section.links {
                    page.open_loaded(&href).await?;
                    assert_eq!(page.count().await?, count, "{href}");
                }
            }
        }
        Ok(())
    })
}

#[test]
fn a_row_of_a_section_opens_in_its_table() -> Result<()> {
    on_page("resource-row", &Stage::default(), async |page| {
        let (cluster, _) = cluster(page).await?;
        open(page, &cluster).await?;
        let row = sections(page)
            .await?
            .into_iter()
            .next()
            .and_then(|section| section.rows.into_iter().next());
        page.click("section.rows tr[data-row-id] a").await?;
        let detail = until("the detail opens", async || page.detail().await?.context("no detail")).await?;
        assert_eq!(Some(detail.row), row);
        page.back().await?;
        complete(page).await
    })
}

#[test]
fn details_and_cells_lead_to_the_thing() -> Result<()> {
    on_page("resource-crosslinks", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        let instance = page.values("instance").await?.into_iter().next().context("no row")?;
        page.open_detail(0).await?;
        // Only what names a thing has the link.
        ensure!(
            !page.exists("[data-field=missing] a.thing").await?,
            "a number is no thing"
        );
        page.click("[role=complementary] [data-field=instance] a.thing").await?;
        until_equal("the detail leads there", format!("/resource/{instance}"), async || {
            page.address().await
        })
        .await?;
        // The same by the keyboard, from the grid.
        page.open_loaded("/patches").await?;
        page.click("[role=gridcell][data-column=instance]").await?;
        page.press(Key::Escape + "").await?;
        until("the detail is closed", async || {
            ensure!(page.detail().await?.is_none(), "it is open");
            Ok(())
        })
        .await?;
        page.press(".").await?;
        until("the cell offers the thing", async || {
            ensure!(
                page.exists("[data-action=only]:focus").await?,
                "no button has the focus"
            );
            Ok(())
        })
        .await?;
        for _ in 0..3 {
            page.press(Key::Right + "").await?;
        }
        page.press(Key::Enter + "").await?;
        until_equal("the cell leads there", format!("/resource/{instance}"), async || {
            page.address().await
        })
        .await
    })
}

#[test]
fn an_unknown_id_is_said_to_be_so() -> Result<()> {
    on_page("resource-unknown", &Stage::default(), async |page| {
        for (path, id) in [
            ("/resource/i-nobody", "i-nobody"),
            ("/resource/a%2Fb%20%25%E5%AE%9E", "a/b %实"),
        ] {
            page.open(path).await?;
            complete(page).await?;
            assert_eq!(page.text("main h1 span").await?, id);
            ensure!(
                page.exists("[data-empty=none]").await?,
                "it does not say that nobody knows {id}"
            );
            ensure!(sections(page).await?.is_empty(), "there are rows about {id}");
        }
        page.accessible().await
    })
}

/// "Nobody knows it" may only be said when everybody was asked.
#[test]
fn a_gap_is_not_called_unknown() -> Result<()> {
    let stage = Stage::demo(&["--faults", "deny@oos/cn-beijing"]);
    on_page("resource-gap", &stage, async |page| {
        open(page, "i-nobody").await?;
        ensure!(
            page.exists("[data-empty=gap]").await?,
            "it does not say that someone could not be asked"
        );
        let strip = page.text("[data-testid=coverage]").await?;
        ensure!(strip.contains("Patch states · prod-cn / cn-beijing"), "{strip}");
        Ok(())
    })
}

async fn looks(page: &Page) -> Result<()> {
    let (cluster, instance) = cluster(page).await?;
    for id in [cluster, instance] {
        open(page, &id).await?;
        page.accessible().await?;
        let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let wide: i64 = page.driver.execute(wide, Vec::new()).await?.convert()?;
        assert_eq!(wide, 0, "{id} is {wide} pixels too wide");
    }
    Ok(())
}

#[test]
fn the_resource_page_is_accessible_in_english() -> Result<()> {
    on_page("resource-looks-en", &Stage::default(), async |page| {
        page.prefer_colors("light").await?;
        looks(page).await
    })
}

#[test]
fn the_resource_page_is_accessible_in_chinese_and_dark() -> Result<()> {
    on_page("resource-looks-zh", &Stage::default().language("zh-CN"), async |page| {
        page.prefer_colors("dark").await?;
        looks(page).await?;
        assert_eq!(page.text("main .kinds").await?, "实例");
        Ok(())
    })
}

#[test]
fn the_resource_page_fits_a_phone() -> Result<()> {
    on_page("resource-phone", &Stage::default().window(390, 844), async |page| {
        looks(page).await
    })
}
