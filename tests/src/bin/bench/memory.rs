//! Memory: the resident set of the process that shows the page, after a garbage collection.

use anyhow::Result;
use signalbox_tests::memory::resident;

use crate::figures::{Figure, Measures};
use crate::subject::Opened;

/// Of the page, right after loading.
pub async fn after_loading(opened: &Opened<'_>, measures: &mut Measures) -> Result<()> {
    let resident = resident(&opened.page.driver).await?;
    measures.add(Figure::Memory, resident.all);
    measures.add(Figure::OwnMemory, resident.own);
    Ok(())
}

/// Of the page, after all that was done to it.
pub async fn after_all(opened: &Opened<'_>, measures: &mut Measures) -> Result<()> {
    measures.add(Figure::MemoryAfter, resident(&opened.page.driver).await?.all);
    Ok(())
}
