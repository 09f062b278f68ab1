//! What `docs/links.md` says of links is what the program reads.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use signalbox_view::{COUNT, OPERATORS, RESERVED};

const DOCUMENT: &str = include_str!("../../../docs/links.md");

/// The words behind `name` in the grammar, up to the remarks, which stand apart.
fn words(name: &str) -> Vec<&'static str> {
    let line = DOCUMENT.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    let line = line.trim_start_matches([' ', '=', ':']);
    let words = line.split("   ").next().unwrap().split_whitespace();
    words.filter(|word| *word != "(default)").collect()
}

fn sorted(mut words: Vec<&'static str>) -> Vec<&'static str> {
    words.sort_unstable();
    words
}

#[test]
fn the_document_names_every_reserved_word_and_operator() {
    assert_eq!(words("reserved"), RESERVED);
    assert_eq!(sorted(words("op ")), sorted(OPERATORS.to_vec()));
    for word in RESERVED {
        assert!(
            DOCUMENT.matches(&format!("`{word}`")).count() > 0,
            "{word} is not explained"
        );
    }
}

/// A column of that name could not be asked for by everybody who reads the grammar. On patches, `group` is the patch group.
#[test]
fn no_column_takes_a_reserved_word() {
    let columns = catalog::tables().into_iter().flat_map(|table| {
        let ids = table.columns().map(|column| column.id);
        ids.map(|id| (table.id, id))
    });
    let taken: Vec<_> = columns
        .filter(|(_, id)| RESERVED.contains(id) || *id == COUNT)
        .collect();
    assert_eq!(taken, [("patches", "group")]);
}
