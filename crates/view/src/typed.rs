//! A view as people type it into a search box: conditions in the words of links, and free text beside them.
//!
//! ```text
//! typed     = *( condition | text )                     divided by spaces
//! condition = field ":" cond | field sign bound         cond and bound as in links
//! sign      = ">" | ">=" | "<" | "<="
//! field     = a column's id or heading
//! ```
//!
//! Whatever is not understood is text to search for: nothing is lost, and nothing narrows a view that does not say so.
//!
//! ```
//! use signalbox_view::{View, typed};
//!
//! let table = catalog::table("tickets").unwrap();
//! let view = View::new(table).with_typed("state:failed creator:ops-bot start<-24h restart ecs");
//! assert_eq!(view.to_query(), "state=Failed&creator=ops-bot&start=lt.-24h&q=restart%20ecs");
//! assert_eq!(typed::read(table, "colour:red").text, "colour:red");
//! ```

mod names;
mod suggest;
mod words;

pub use suggest::{Known, MOST_SUGGESTIONS, Suggestion, suggest};

use crate::View;
use crate::condition::OPERATORS;
use catalog::{Column, Table};
use words::{Meaning, Word};

/// What a typed text says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The columns' places in [`Table::columns`] and what stands behind `field=` in a link, all of it understood, in the order of the text.
    pub conditions: Vec<(usize, String)>,
    /// Text to search for, single spaces between its words.
    pub text: String,
    /// Those of its words that name a field and ask of it what it does not understand.
    pub not_understood: Vec<String>,
}

/// Reads a typed text. Takes any.
pub fn read(table: &'static Table, typed: &str) -> Typed {
    said(typed, words::words(table, typed))
}

/// Reads a text that is still being typed: at its end, a word that begins as a condition does is no text yet.
pub fn read_unfinished(table: &'static Table, typed: &str) -> Typed {
    let mut words = words::words(table, typed);
    let last = |word: &Word| matches!(word.meaning, Meaning::Begun) && word.range.end == typed.len();
    words.pop_if(|word| last(word));
    said(typed, words)
}

fn said(typed: &str, words: Vec<Word>) -> Typed {
    let mut said = Typed::default();
    let mut texts = Vec::new();
    for word in words {
        match word.meaning {
            Meaning::Condition { column, cond } => said.conditions.push((column, cond)),
            Meaning::Text(text) => texts.push(text),
            Meaning::Begun => {
                let word = &typed[word.range];
                said.not_understood.push(word.to_owned());
                texts.push(word.to_owned());
            }
        }
    }
    said.text = normal(&texts.join(" "));
    said
}

/// A text without the spaces around and doubled between its words, as a view keeps it.
fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How free text is typed: as it is, or in quotes where it would read as conditions.
pub fn quote(table: &'static Table, text: &str) -> String {
    if words::is_text(table, text) {
        text.to_owned()
    } else {
        in_quotes(text)
    }
}

/// How a condition is typed, of which `cond` stands behind `field=` in a link.
pub fn condition(column: &Column, cond: &str) -> String {
    // Behind a colon nothing at all is a condition that has only begun.
    let cond = if cond.is_empty() { "is.empty" } else { cond };
    let cond = words::to_the_letter(column, cond);
    let mut out = [column.id, ":"].concat();
    let mut letters = cond.chars();
    while let Some(letter) = letters.next() {
        if letter == '~' {
            out.push(letter);
            out.extend(letters.next());
        } else {
            push(&mut out, letter, |letter| {
                letter.is_whitespace() || words::is_quote(letter)
            });
        }
    }
    out
}

/// How one value of a column is typed behind `field:`.
fn value(column: &Column, value: &str) -> String {
    let words = names::values(column, value);
    if words.len() != 1 || words[0] != value {
        // To the letter.
        let escaped = escaped(value, |letter| {
            matches!(letter, ',' | '~') || letter.is_whitespace() || words::is_quote(letter)
        });
        return if escaped.starts_with('~') {
            escaped
        } else {
            ["~", &escaped].concat()
        };
    }
    let operator = value.split_once('.').is_some_and(|(word, _)| OPERATORS.contains(&word));
    if operator || value.contains(char::is_whitespace) {
        return in_quotes(value);
    }
    escaped(value, |letter| matches!(letter, ',' | '~') || words::is_quote(letter))
}

fn in_quotes(text: &str) -> String {
    let inside = escaped(text, |letter| letter == '~' || words::is_quote(letter));
    ["\"", &inside, "\""].concat()
}

fn escaped(text: &str, means_something: fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|letter| push(&mut out, letter, means_something));
    out
}

fn push(out: &mut String, letter: char, means_something: fn(char) -> bool) {
    if means_something(letter) {
        out.push('~');
    }
    out.push(letter);
}

impl View {
    /// With what a typed text says: its conditions besides those that are there, and its text in place of the free text.
    pub fn with_typed(&self, typed: &str) -> Self {
        let said = read(self.table, typed);
        let view = self.with_q(&said.text);
        let conditions = said.conditions.iter();
        conditions.fold(view, |view, (column, cond)| view.with_condition(*column, cond))
    }
}
