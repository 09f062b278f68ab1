//! Any bytes as a query string: reading and printing must come to rest after one round, and never panic.
//!
//! `cargo +nightly fuzz run view` in `crates/table`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use table::View;
use table::engine::{Clock, Engine};

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let tables = catalog::tables();
    let known = tables[usize::from(*first) % tables.len()];
    let view = View::parse(known, &String::from_utf8_lossy(rest));
    let query = view.to_query();
    let again = View::parse(known, &query);
    assert_eq!(again.to_query(), query);
    assert_eq!(again.conditions, view.conditions);
    assert_eq!(again.sort, view.sort);
    assert_eq!(again.items(), view.items());
    for item in view.items() {
        assert!(!view.without(&item.param).items().contains(&item));
    }
    Engine::new().update(&table::Rows::new(known), &view, &Clock::utc(0));
});
