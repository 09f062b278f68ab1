//! The page opens at all, on every address that people send each other.

use anyhow::ensure;
use signalbox_tests::{Result, Stage, on_page};

#[test]
fn the_page_opens() -> Result<()> {
    on_page("smoke-open", &Stage::default(), async |page| {
        page.open("/").await?;
        let title = page.driver.title().await?;
        ensure!(title.contains("Signalbox"), "the title is {title:?}");
        Ok(())
    })
}

#[test]
fn every_address_opens_by_itself() -> Result<()> {
    on_page("smoke-addresses", &Stage::default(), async |page| {
        for table in catalog::TABLES {
            let path = format!("/{}", table.id);
            page.open_loaded(&path).await?;
            assert_eq!(page.address().await?, path);
            let rows = page.grid().await?.rows;
            ensure!(rows > 0, "{path} shows no rows");
            assert_eq!(
                page.count().await?,
                rows,
                "{path}: the count in words and aria-rowcount differ"
            );
        }
        for path in ["/", "/timeline"] {
            page.open(path).await?;
            assert_eq!(page.address().await?, path);
        }
        Ok(())
    })
}

/// What the content security policy is for: a script that gets onto the page does not run.
#[test]
fn an_inline_script_does_not_run() -> Result<()> {
    let stage = Stage {
        console: &["Content Security Policy"],
        ..Stage::default()
    };
    on_page("smoke-policy", &stage, async |page| {
        page.open("/").await?;
        let ran = "const script = document.createElement('script');
            script.textContent = 'window.ranInline = true';
            document.body.append(script);
            return window.ranInline === true";
        assert!(!page.driver.execute(ran, Vec::new()).await?.convert::<bool>()?);
        Ok(())
    })
}
