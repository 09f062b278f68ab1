//! What may follow in a typed text: fields, and values of a field.

use super::words::Head;
use super::{names, value, words};
use crate::condition::{OPERATORS, list, split_items};
use catalog::{Column, Kind, Label, Table};
use std::ops::Range;
use values::{fold, sort};

/// Most suggestions at once.
pub const MOST_SUGGESTIONS: usize = 12;
/// Of these, most that are fields: whoever types a word may mean a value too.
const MOST_FIELDS: usize = 7;

/// A value that rows have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its text form.
    pub value: String,
    /// How many rows have it.
    pub count: u32,
}

/// Something that may be meant by the word before the caret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What it takes the place of, in bytes of the typed text.
    pub range: Range<usize>,
    /// What comes there.
    pub text: String,
    /// The place in [`Table::columns`] of the column that it is about.
    pub column: usize,
    /// The whole condition that the word then is, as it stands behind `field=` in a link; `None` for a field whose condition is still to come.
    pub cond: Option<String>,
    /// The value that it adds to the condition, if it is one that rows have or may have.
    pub value: Option<String>,
    /// How many rows have the value, where that is known.
    pub count: Option<u32>,
}

impl Suggestion {
    /// The typed text with it, and where the caret then is, in bytes; `None` for a text that it is not for.
    pub fn taken(&self, typed: &str) -> Option<(String, usize)> {
        let (before, after) = (typed.get(..self.range.start)?, typed.get(self.range.end..)?);
        let caret = before.len() + self.text.len();
        Some(([before, &self.text, after].concat(), caret))
    }
}

/// What may be meant by the word before the caret, which is at a byte of the typed text. `known` tells some values of a column that rows have: those
/// that begin with a text, in folded form, the likeliest first.
pub fn suggest(
    table: &'static Table,
    typed: &str,
    caret: usize,
    known: &dyn Fn(usize, &str) -> Vec<Known>,
) -> Vec<Suggestion> {
    let Some(before) = typed.get(..caret) else {
        return Vec::new();
    };
    // Quotes that are open at the caret hold their spaces, as they will when they are closed.
    let closed = words::words(table, &[before, "\""].concat());
    let Some(begin) = closed
        .last()
        .map(|word| word.range.start)
        .filter(|begin| *begin < caret)
    else {
        return Vec::new();
    };
    let whole = words::words(table, typed).into_iter().map(|word| word.range);
    let mut end = whole.filter(|word| word.start == begin).map(|word| word.end.max(caret));
    let place = Place {
        before: &before[begin..],
        word: begin..end.next().unwrap_or(caret),
        after: &typed[caret..],
    };
    let mut all = match words::head(table, place.before) {
        Some(head) => place.of_condition(&head, known),
        None => place.of_word(table),
    };
    all.truncate(MOST_SUGGESTIONS);
    all
}

/// Where the caret is.
struct Place<'a> {
    /// The word that holds it.
    word: Range<usize>,
    /// The word up to it.
    before: &'a str,
    /// All behind it.
    after: &'a str,
}

impl Place<'_> {
    /// Fields that begin so, and values that do: somebody who types `failed` may mean `state:Failed`.
    fn of_word(&self, table: &'static Table) -> Vec<Suggestion> {
        let sought = names::bare(self.before.trim_start_matches(words::is_quote));
        if sought.is_empty() {
            return Vec::new();
        }
        let begins = |name: &str| {
            let mut parts = name.split([' ', '_', '-']).skip(1);
            names::bare(name).starts_with(&sought) || parts.any(|part| names::bare(part).starts_with(&sought))
        };
        let columns = || table.columns().enumerate();
        let fields =
            columns().filter(|(_, column)| [column.id, column.label.en, column.label.zh].into_iter().any(begins));
        let field = |(at, column): (usize, &Column)| Suggestion {
            range: self.word.clone(),
            text: [column.id, ":"].concat(),
            column: at,
            cond: None,
            value: None,
            count: None,
        };
        let mut all: Vec<Suggestion> = fields.take(MOST_FIELDS).map(field).collect();
        // One Latin letter begins too many values.
        if sought.is_ascii() && sought.len() == 1 {
            return all;
        }
        for (at, column) in columns().filter(|(_, column)| column.kind != Kind::Bool) {
            let named = names::documented(column).into_iter();
            let named = named.filter(|(known, label)| [*known, label.en, label.zh].into_iter().any(begins));
            all.extend(named.map(|(known, _)| Suggestion {
                range: self.word.clone(),
                text: [column.id, ":", &value(column, known)].concat(),
                column: at,
                cond: Some(["eq.", &list(&[known.to_owned()])].concat()),
                value: Some(known.to_owned()),
                count: None,
            }));
        }
        all
    }

    /// What may stand behind a field.
    fn of_condition(&self, head: &Head, known: &dyn Fn(usize, &str) -> Vec<Known>) -> Vec<Suggestion> {
        match head.column.kind {
            _ if !head.operator.is_empty() => Vec::new(),
            Kind::Number | Kind::Time => self.of_order(head),
            _ => self.of_values(head, known),
        }
    }

    /// Comparisons that are often wanted.
    fn of_order(&self, head: &Head) -> Vec<Suggestion> {
        let forms: &[(&str, &str)] = if head.column.kind == Kind::Number {
            &[(">0", "gt.0"), ("0", "eq.0"), ("is.empty", "is.empty")]
        } else {
            &[
                ("-1h..now", "-1h..now"),
                ("-24h..now", "-24h..now"),
                ("-7d..now", "-7d..now"),
                ("now..24h", "now..24h"),
                ("now..7d", "now..7d"),
                ("is.empty", "is.empty"),
            ]
        };
        let typed = &self.before[head.end..];
        let fitting = forms.iter().filter(|(text, _)| text.starts_with(typed));
        let suggestion = |(text, cond): &(&str, &str)| Suggestion {
            range: self.word.start + head.end..self.word.end,
            text: (*text).to_owned(),
            column: head.at,
            cond: Some((*cond).to_owned()),
            value: None,
            count: None,
        };
        fitting.map(suggestion).collect()
    }

    /// Values that begin so: documented ones in their own order, then what rows have besides; those that rows have before those that none is
    /// known to have.
    fn of_values(&self, head: &Head, known: &dyn Fn(usize, &str) -> Vec<Known>) -> Vec<Suggestion> {
        let typed = &self.before[head.end..];
        let (operator, rest) = match typed.split_once('.') {
            Some((operator @ ("not" | "eq"), rest)) => ([operator, "."].concat(), rest),
            // Parts of values are nobody's to complete.
            Some((word, _)) if OPERATORS.contains(&word) => return Vec::new(),
            _ => (String::new(), typed),
        };
        let (at, sought) = last_item(rest);
        let begin = self.word.start + self.before.len() - rest.len() + at;
        let caret = self.word.start + self.before.len();
        let behind = self.after.get(..self.word.end - caret).unwrap_or_default();
        let end = caret + behind.find(',').unwrap_or(behind.len());
        let mut listed = split_items(&words::tail(&rest[..at]).0);
        listed.retain(|item| !item.is_empty());

        let documented = names::documented(head.column);
        let (bare, folded) = (names::bare(&sought), fold::text(&sought));
        let named = |(value, label): &(&str, Label)| {
            let names = [*value, label.en, label.zh];
            names.into_iter().any(|name| names::bare(name).starts_with(&bare))
        };
        let fitting = documented.iter().filter(|known| named(known));
        let mut values: Vec<(String, Option<u32>)> = fitting.map(|(value, _)| ((*value).to_owned(), None)).collect();
        for Known { value, count } in known(head.at, if documented.is_empty() { &folded } else { "" }) {
            if let Some((_, known)) = values.iter_mut().find(|(documented, _)| *documented == value) {
                *known = Some(count);
            } else if fold::text(&value).starts_with(&*folded) {
                values.push((value, Some(count)));
            }
        }
        values.retain(|(value, _)| !value.is_empty() && !listed.contains(value));
        sort::by_key(&mut values, |(_, count)| count.is_none_or(|count| count == 0));
        let cond = |known: &String| {
            let items: Vec<String> = listed.iter().chain([known]).cloned().collect();
            let operator = if operator.is_empty() { "eq." } else { &operator };
            [operator, &list(&items)].concat()
        };
        let suggestion = |(known, count): (String, Option<u32>)| Suggestion {
            range: begin..end,
            text: value(head.column, &known),
            column: head.at,
            cond: Some(cond(&known)),
            value: Some(known),
            count,
        };
        values.into_iter().map(suggestion).collect()
    }
}

/// Where the last item of a list begins, in bytes, and what of its value is there. Its quotes may still be open.
fn last_item(list: &str) -> (usize, String) {
    let (mut begin, mut at) = (0, 0);
    while let Some(letter) = list[at..].chars().next() {
        if at == begin && words::is_quote(letter) {
            match words::quoted(&list[at..]) {
                Some((_, length)) => at += length,
                None => {
                    return (
                        begin,
                        split_items(&list[at + letter.len_utf8()..].replace(',', "~,")).concat(),
                    );
                }
            }
            continue;
        }
        at += letter.len_utf8();
        match letter {
            ',' => begin = at,
            '~' => at += list[at..].chars().next().map_or(0, char::len_utf8),
            _ => {}
        }
    }
    let value = words::quoted(&list[begin..]).map(|(inside, _)| inside);
    (begin, value.unwrap_or_else(|| split_items(&list[begin..]).concat()))
}
