//! The words of a typed text: which are conditions, and which are text.

use super::names;
use crate::condition::{Condition, OPERATORS, list, split_items};
use catalog::{Column, Kind, Table};
use std::borrow::Cow;
use std::ops::Range;

/// A word of a typed text. What stands in quotes is one word.
pub(super) struct Word {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// What it says.
    pub meaning: Meaning,
}

/// What a word says.
pub(super) enum Meaning {
    /// Text to search for.
    Text(String),
    /// A condition in the words of links, which is understood.
    Condition {
        /// The column's place in [`Table::columns`].
        column: usize,
        /// What stands behind `field=` in a link.
        cond: String,
    },
    /// It begins as a condition does and is not understood, or not yet: text to search for.
    Begun,
}

/// The beginning of a condition: a field and what stands between it and its values.
pub(super) struct Head {
    /// The column.
    pub column: &'static Column,
    /// Its place in [`Table::columns`].
    pub at: usize,
    /// The operator of the links that a sign stands for; empty behind a colon, where the words of links follow.
    pub operator: &'static str,
    /// Where the rest begins, in bytes.
    pub end: usize,
}

/// The words of a text, in order.
pub(super) fn words(table: &'static Table, text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(begin) = text[at..].find(|letter: char| !letter.is_whitespace()) {
        let begin = at + begin;
        let (meaning, length) = word(table, &text[begin..]);
        at = begin + length;
        words.push(Word {
            range: begin..at,
            meaning,
        });
    }
    words
}

/// The word at the beginning of a text, and its bytes.
fn word(table: &'static Table, text: &str) -> (Meaning, usize) {
    let space = |letter: char| letter.is_whitespace();
    if let Some(head) = head(table, text) {
        let (cond, length) = tail(&text[head.end..]);
        let meaning =
            understood(&head, cond).map_or(Meaning::Begun, |cond| Meaning::Condition { column: head.at, cond });
        return (meaning, head.end + length);
    }
    if let Some((inside, length)) = quoted(text).filter(|(_, length)| text[*length..].chars().next().is_none_or(space))
    {
        let as_it_is = is_text(table, &inside);
        let word = if as_it_is { text[..length].to_owned() } else { inside };
        return (Meaning::Text(word), length);
    }
    let length = text.find(space).unwrap_or(text.len());
    (Meaning::Text(text[..length].to_owned()), length)
}

/// Whether all of a text is text.
pub(super) fn is_text(table: &'static Table, text: &str) -> bool {
    let words = words(table, text);
    words.iter().all(|word| match &word.meaning {
        Meaning::Text(said) => *said == text[word.range.clone()],
        Meaning::Begun => true,
        Meaning::Condition { .. } => false,
    })
}

/// The beginning of a condition at the beginning of a text, if it names a column.
pub(super) fn head(table: &'static Table, text: &str) -> Option<Head> {
    let (name, end) = quoted(text).or_else(|| {
        let end = text.find(|letter: char| letter.is_whitespace() || is_sign(letter))?;
        Some((text[..end].to_owned(), end))
    })?;
    let sign = text[end..].chars().next().filter(|letter| is_sign(*letter))?;
    let at = names::column(table, &name)?;
    let column = table.columns().nth(at)?;
    let colon = if matches!(sign, ':' | '：') {
        sign.len_utf8()
    } else {
        0
    };
    // Many write both: `missing:>0`. A text may begin with such a sign.
    let ordered = colon == 0 || matches!(column.kind, Kind::Number | Kind::Time);
    let order = order(&text[end + colon..]).filter(|_| ordered);
    let (operator, length) = order.unwrap_or_default();
    Some(Head {
        column,
        at,
        operator,
        end: end + colon + length,
    })
}

/// Whether a letter ends the name of a field: as keyboards have it, or as Chinese input methods do.
const fn is_sign(letter: char) -> bool {
    matches!(letter, ':' | '：' | '>' | '＞' | '<' | '＜' | '≥' | '≤')
}

/// The operator that a sign of order at the beginning of a text stands for, and its bytes.
fn order(text: &str) -> Option<(&'static str, usize)> {
    let mut letters = text.chars();
    let first = letters.next()?;
    let equal = letters.next().filter(|letter| matches!(letter, '=' | '＝'));
    let length = first.len_utf8() + equal.map_or(0, char::len_utf8);
    match (first, equal) {
        ('>' | '＞', None) => Some(("gt.", length)),
        ('>' | '＞', Some(_)) => Some(("ge.", length)),
        ('<' | '＜', None) => Some(("lt.", length)),
        ('<' | '＜', Some(_)) => Some(("le.", length)),
        ('≥', _) => Some(("ge.", first.len_utf8())),
        ('≤', _) => Some(("le.", first.len_utf8())),
        _ => None,
    }
}

/// Whether a letter opens or closes quotes: those of keyboards, and the round ones that phones and input methods put in their place.
pub(super) const fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '“' | '”')
}

/// What stands in the quotes at the beginning of a text, and their bytes with all inside. `~` takes the next letter as it is.
pub(super) fn quoted(text: &str) -> Option<(String, usize)> {
    let mut letters = text.char_indices();
    let (_, opening) = letters.next().filter(|(_, letter)| is_quote(*letter))?;
    let mut inside = String::new();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '~' => inside.push(letters.next()?.1),
            '"' if opening == '"' => return Some((inside, at + 1)),
            '“' | '”' if opening != '"' => return Some((inside, at + letter.len_utf8())),
            _ => inside.push(letter),
        }
    }
    None
}

/// What stands behind the head of a condition, up to the next space: in the words of links, where quotes are escapes, and its bytes.
pub(super) fn tail(text: &str) -> (String, usize) {
    let mut cond = String::new();
    let mut at = 0;
    // Whether a value may begin here, and with it quotes.
    let mut begins = true;
    while let Some(letter) = text[at..].chars().next().filter(|letter| !letter.is_whitespace()) {
        if let Some((inside, length)) = quoted(&text[at..]).filter(|_| begins) {
            for letter in inside.chars() {
                if matches!(letter, ',' | '~' | '.') {
                    cond.push('~');
                }
                cond.push(letter);
            }
            // Nothing in quotes is no value, where nothing at all is a condition that has only begun.
            if inside.is_empty() && cond.is_empty() {
                cond.push_str("eq.");
            }
            at += length;
            begins = false;
            continue;
        }
        let next = text[at + letter.len_utf8()..].chars().next();
        begins = matches!(letter, ',' | '.');
        cond.push(letter);
        at += letter.len_utf8();
        if let Some(next) = next.filter(|_| letter == '~') {
            cond.push(next);
            at += next.len_utf8();
        }
    }
    (cond, at)
}

/// A condition in the words of links, with values as the cloud writes them; `None` for one that links do not understand.
fn understood(head: &Head, cond: String) -> Option<String> {
    if cond.is_empty() {
        return None;
    }
    let cond = if head.operator.is_empty() {
        by_name(head.column, &cond).unwrap_or(cond)
    } else {
        [head.operator, &cond].concat()
    };
    let read = Condition::parse(head.at, head.column.kind, &cond);
    read.test.is_some().then_some(cond)
}

/// The operator and the items of a condition that compares with values as they are.
fn listed(cond: &str) -> Option<(&'static str, Vec<&str>)> {
    let (operator, list) = match cond.split_once('.') {
        Some(("not", list)) => ("not.", list),
        Some(("eq", list)) => ("eq.", list),
        Some((word, _)) if OPERATORS.contains(&word) => return None,
        _ => ("eq.", cond),
    };
    let mut items = Vec::new();
    let (mut begin, mut escaped) = (0, false);
    for (at, letter) in list.char_indices() {
        if letter == ',' && !escaped {
            items.push(&list[begin..at]);
            begin = at + 1;
        }
        escaped = letter == '~' && !escaped;
    }
    items.push(&list[begin..]);
    Some((operator, items))
}

/// A condition on a column of documented values with those that are meant by its words; `None` for any other.
fn by_name(column: &Column, cond: &str) -> Option<String> {
    let (operator, items) = listed(cond).filter(|_| !names::documented(column).is_empty())?;
    let meant = items.into_iter().map(|item| {
        // Whoever escapes a value means it to the letter.
        if item.starts_with('~') {
            return item.to_owned();
        }
        let word = split_items(item).concat();
        let values = names::values(column, &word).into_iter();
        list(&values.map(Cow::into_owned).collect::<Vec<_>>())
    });
    Some([operator, &meant.collect::<Vec<_>>().join(",")].concat())
}

/// The other way round: the same condition with an escape before each value that would be taken for the name of others.
pub(super) fn to_the_letter<'a>(column: &Column, cond: &'a str) -> Cow<'a, str> {
    let Some((operator, items)) = listed(cond).filter(|_| !names::documented(column).is_empty()) else {
        return Cow::Borrowed(cond);
    };
    let mut changed = false;
    let items = items.into_iter().map(|item| {
        let word = split_items(item).concat();
        if item.starts_with('~') || names::values(column, &word) == [word.as_str()] {
            return item.to_owned();
        }
        changed = true;
        ["~", item].concat()
    });
    let items = items.collect::<Vec<_>>().join(",");
    if changed {
        Cow::Owned([operator, &items].concat())
    } else {
        Cow::Borrowed(cond)
    }
}
