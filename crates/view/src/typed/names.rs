//! What people call columns and values: by their ids, by their words in either language, capitals and joints aside.

use catalog::{Column, Format, Kind, Label, Phase, Table};
use std::borrow::Cow;
use values::fold;

/// A name as names are compared: folded, without spaces and joints behind its first letter (`Pending reboot`, `pending_reboot`).
pub(super) fn bare(name: &str) -> String {
    let joint = |letter: char| letter.is_whitespace() || matches!(letter, '_' | '-');
    let folded = fold::text(name);
    let letters = folded.trim().char_indices();
    // A minus before a number is none.
    letters
        .filter(|(at, letter)| *at == 0 || !joint(*letter))
        .map(|(_, letter)| letter)
        .collect()
}

/// The place of the column that somebody means by a name: its id, or the heading that it alone has.
pub(super) fn column(table: &Table, name: &str) -> Option<usize> {
    let name = bare(name);
    let is = |other: &str| bare(other) == name;
    if let Some(at) = table.columns().position(|column| is(column.id)) {
        return Some(at);
    }
    let mut headed = table
        .columns()
        .enumerate()
        .filter(|(_, column)| is(column.label.en) || is(column.label.zh));
    let (at, _) = headed.next()?;
    headed.next().is_none().then_some(at)
}

/// Yes and no as cells have them, with what people say.
pub(super) const FLAGS: [(&str, Label); 2] = [
    ("true", Label { en: "Yes", zh: "是" }),
    ("false", Label { en: "No", zh: "否" }),
];

/// The values that are known of a column before any row comes, with what people read.
pub(super) fn documented(column: &Column) -> Vec<(&'static str, Label)> {
    match column.kind {
        Kind::Bool => FLAGS.to_vec(),
        _ => column.values.iter().map(|known| (known.value, known.label)).collect(),
    }
}

/// The values of a column that somebody means by a word. A word that is exactly one of the documented values is that; else it means all that it is
/// in another spelling or by their words; else, of a status column, all that come to that phase; else itself.
pub(super) fn values<'a>(column: &Column, word: &'a str) -> Vec<Cow<'a, str>> {
    let documented = documented(column);
    if documented.is_empty() || documented.iter().any(|(value, _)| *value == word) {
        return vec![Cow::Borrowed(word)];
    }
    let sought = bare(word);
    let is = |other: &str| bare(other) == sought;
    let named = |value: &str, label: &Label| is(value) || is(label.en) || is(label.zh);
    let mut meant: Vec<Cow<'a, str>> = documented
        .iter()
        .filter(|(value, label)| named(value, label))
        .map(|(value, _)| Cow::Borrowed(*value))
        .collect();
    if meant.is_empty() && column.format == Format::Status {
        let phase = Phase::VALUES
            .iter()
            .find(|phase| named(phase.value, &phase.label))
            .map(|phase| phase.phase);
        let of_phase = column.values.iter().filter(|known| Some(known.phase) == phase);
        meant.extend(of_phase.map(|known| Cow::Borrowed(known.value)));
    }
    if meant.is_empty() {
        meant.push(Cow::Borrowed(word));
    }
    meant
}

#[cfg(test)]
mod tests {
    use super::{column, values};

    #[test]
    fn every_column_has_its_names() {
        let mut shadowed = Vec::new();
        for table in catalog::tables() {
            for (at, facts) in table.columns().enumerate() {
                for name in [
                    facts.id.to_owned(),
                    facts.id.to_uppercase(),
                    facts.id.replace('_', "-"),
                    facts.id.replace('_', " "),
                ] {
                    assert_eq!(column(table, &name), Some(at), "{} {name}", table.id);
                }
                for label in [facts.label.en, facts.label.zh] {
                    if column(table, label) != Some(at) {
                        shadowed.push((table.id, facts.id, label));
                    }
                }
            }
            for none in ["", " ", "-", "colour", "http", "状"] {
                assert_eq!(column(table, none), None, "{} {none:?}", table.id);
            }
        }
        // Headings that other columns have too.
        assert_eq!(shadowed, []);
    }

    #[test]
    fn a_word_means_what_reads_so() {
        for (table, field, word, meant) in [
            ("plans", "state", "Failed", &["Failed"][..]),
            ("plans", "state", "failed", &["Failed"]),
            ("plans", "state", "ＦＡＩＬＥＤ", &["Failed"]),
            ("plans", "state", "失败", &["Failed"]),
            ("plans", "state", "pre-check failed", &["ValidatingFailed"]),
            ("plans", "state", "Pre-check-failed", &["ValidatingFailed"]),
            ("plans", "state", "validating_failed", &["ValidatingFailed"]),
            ("plans", "state", "前置检查失败", &["ValidatingFailed"]),
            // Of the phases, where no state is called so.
            ("plans", "state", "running", &["Executing"]),
            ("operations", "state", "failed", &["OPERATION_FAILED"]),
            ("operations", "state", "scheduled", &["QUEUE_IN_PROGRESS"]),
            (
                "operations",
                "state",
                "running",
                &["OPERATION_IN_PROGRESS", "STOP_IN_PROGRESS"],
            ),
            ("tickets", "state", "待处理", &["Pending"]),
            // Two words of the cloud that read alike.
            ("tickets", "state", "succeeded", &["Succeed", "Succeeded"]),
            ("tickets", "state", "成功", &["Succeed", "Succeeded"]),
            ("tickets", "state", "Succeeded", &["Succeeded"]),
            ("tickets", "state", "Succeed", &["Succeed"]),
            ("plugins", "state", "normal", &["1", "NORMAL"]),
            ("plugins", "state", "NORMAL", &["NORMAL"]),
            ("plugins", "state", "-1", &["-1"]),
            ("patches", "phase", "needs action", &["action"]),
            ("patches", "cloud", "阿里云", &["alibaba"]),
            ("plugins", "online", "no", &["false"]),
            ("plugins", "online", "是", &["true"]),
            ("plugins", "online", "TRUE", &["true"]),
            ("plugins", "online", "maybe", &["maybe"]),
            // Nothing known reads so.
            ("plans", "state", "Frozen", &["Frozen"]),
            ("plans", "state", "", &[""]),
            ("tickets", "creator", "Failed", &["Failed"]),
        ] {
            let facts = catalog::table(table).and_then(|table| table.column(field)).unwrap();
            assert_eq!(values(facts, word), meant, "{table} {field} {word}");
        }
    }
}
