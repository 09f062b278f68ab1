//! A million rows must cost nothing until they are asked for.

use crate::client::bench;
use crate::paging::patch_states;

#[tokio::test]
async fn a_million_rows_are_there_at_once_and_reachable_to_the_last() {
    let begin = std::time::Instant::now();
    let bench = bench(1_000_000, "").await;
    // Generous: this is an unoptimised build on a busy machine. Making a million rows would take far longer.
    assert!(begin.elapsed().as_secs() < 5, "{:?}", begin.elapsed());
    let (rows, pages, _) = patch_states(&bench, "prod-intl", "eu-central-1").await;
    assert_eq!(rows.len(), 100_000);
    assert!(pages.len() < 2200, "{}", pages.len());
}
