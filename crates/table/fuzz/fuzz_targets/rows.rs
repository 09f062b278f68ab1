//! Any text as a batch of rows: it is taken or refused, and what is taken can be found, shown and sorted.
//!
//! `cargo +nightly fuzz run rows` in `crates/table`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use table::engine::{Clock, Engine};
use table::{Rows, View};
use wire::{Line, Lines};

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let source = catalog::SOURCES[usize::from(*first) % catalog::SOURCES.len()];
    let mut rows = Rows::new(source.table);
    let target = rows.add_target(source.cloud().id, "account", "region", source);
    let mut lines = Lines::new();
    lines.feed(rest);
    lines.feed(b"\n");
    while let Some(line) = lines.next_line() {
        let _ = Line::parse(line);
        if let Ok(items) = std::str::from_utf8(line) {
            let _ = rows.ingest(target, items);
        }
    }
    for row in 0..u32::try_from(rows.len()).unwrap() {
        assert_eq!(rows.find(&rows.id(row)), Some(row));
        rows.unknown_fields(row);
    }
    let mut engine = Engine::new();
    let view = View::parse(source.table, "q=a&sort=id,-start,account&state=has.a&end=..now");
    engine.update(&rows, &view, &Clock::utc(0));
    engine.update(&rows, &View::new(source.table), &Clock::utc(0));
    assert_eq!(engine.matching().len(), rows.len());
});
