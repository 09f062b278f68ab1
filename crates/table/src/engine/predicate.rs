//! Conditions on values.

use super::find::{Lowered, find};
use super::sought::Sought;
use crate::bits::Bits;
use crate::rows::{Cell, Dictionary, EMPTY, NewValue};
use std::cmp::Ordering;
use values::Clock;
use values::{fold, number};
use view::{Order, Test, Value, View, When};

/// A column's understood conditions, with every time as an instant.
pub(super) fn resolved(view: &View, clock: &Clock<'_>, column: usize) -> Vec<Test> {
    view.conditions
        .iter()
        .filter(|condition| condition.column == column)
        .filter_map(|condition| condition.test.as_ref())
        .map(|test| test.with_times(|when| When::At(when.resolve(view.zone(), clock))))
        .collect()
}

/// Which codes pass all of a column's conditions.
pub(super) fn passes(
    dict: &Dictionary,
    tests: &[Test],
    lowered: &mut Lowered,
    lowered_words: &mut Lowered,
) -> Vec<bool> {
    let mut passes = vec![true; dict.len()];
    for test in tests {
        let holds = match dict.words() {
            // A list has what one of its items has; only "no value" is about the list.
            Some(words) => {
                let mut of_items = holds(words, test, lowered_words);
                let empty = of_items.first().copied().unwrap_or_default();
                if let Some(first) = of_items.first_mut() {
                    *first = false;
                }
                let of_list = |code: usize| {
                    let items = dict.items(u32::try_from(code).unwrap_or_default());
                    if code == EMPTY as usize {
                        empty
                    } else {
                        items.iter().any(|item| of_items[*item as usize])
                    }
                };
                (0..dict.len()).map(of_list).collect()
            }
            None => holds(dict, test, lowered),
        };
        let not = matches!(test, Test::Equal { not: true, .. } | Test::Text { not: true, .. });
        for (passes, holds) in passes.iter_mut().zip(holds) {
            *passes &= holds != not;
        }
    }
    passes
}

/// For which codes a test holds, before any `not`.
fn holds(dict: &Dictionary, test: &Test, lowered: &mut Lowered) -> Vec<bool> {
    let mut holds = vec![false; dict.len()];
    match test {
        Test::Empty => holds[EMPTY as usize] = true,
        Test::Set => holds[EMPTY as usize + 1..].fill(true),
        Test::Equal { values, .. } => {
            for value in values {
                if let Some(code) = code(dict, value) {
                    holds[code as usize] = true;
                }
            }
        }
        Test::Text { prefix, words, .. } => {
            lowered.extend(dict);
            if *prefix && dict.folded().is_none() {
                lowered.extend_always(dict);
            }
            for word in words {
                let folded = fold::text(word);
                if *prefix {
                    let texts = lowered.texts(dict);
                    for (code, holds) in holds.iter_mut().enumerate() {
                        *holds |= texts.get(code).starts_with(&*folded);
                    }
                } else {
                    let mut found = Bits::none(dict.len());
                    find(dict, lowered, &Sought::new(&folded), 0, &mut found);
                    found.iter().for_each(|code| holds[code] = true);
                }
            }
        }
        Test::Compare { order, bounds } => each(dict, &mut holds, |cell| {
            bounds.iter().any(|bound| {
                compare(cell, bound).is_some_and(|found| match order {
                    Order::Greater => found.is_gt(),
                    Order::AtLeast => found.is_ge(),
                    Order::Less => found.is_lt(),
                    Order::AtMost => found.is_le(),
                })
            })
        }),
        Test::Range { from, to } => each(dict, &mut holds, |cell| {
            // Times count up to the end, without it, so that ranges can follow one another.
            let end = |found: Ordering| found.is_lt() || (found.is_eq() && !matches!(cell, Cell::Time(_)));
            let after = from
                .as_ref()
                .is_none_or(|from| compare(cell, from).is_some_and(Ordering::is_ge));
            let before = to.as_ref().is_none_or(|to| compare(cell, to).is_some_and(end));
            after && before
        }),
    }
    holds
}

fn each(dict: &Dictionary, holds: &mut [bool], mut test: impl FnMut(&Cell<'_>) -> bool) {
    for (code, holds) in holds.iter_mut().enumerate() {
        *holds = test(&dict.cell(u32::try_from(code).unwrap_or_default()));
    }
}

/// The order of two numbers or two times.
#[inline]
fn compare(cell: &Cell<'_>, value: &Value) -> Option<Ordering> {
    match (cell, value) {
        (Cell::Number(number), Value::Number(bound)) => number.partial_cmp(bound),
        (Cell::Time(instant), Value::Time(When::At(bound))) => Some(instant.cmp(bound)),
        _ => compare_digits(cell, value),
    }
}

/// The order of two numbers one of which an `f64` would change.
fn compare_digits(cell: &Cell<'_>, value: &Value) -> Option<Ordering> {
    match (cell, value) {
        (Cell::Number(number), Value::Text(bound)) => number::order(&number::text(*number), bound),
        (Cell::Unreadable(text), Value::Number(_) | Value::Text(_)) => number::order(text, &value.text()),
        _ => None,
    }
}

/// The code that a value has in a dictionary, if it occurs.
fn code(dict: &Dictionary, value: &Value) -> Option<u32> {
    match value {
        Value::Number(number) => dict.find(NewValue::Number(*number)),
        Value::Time(When::At(instant)) => dict.find(NewValue::Time(*instant)),
        Value::Time(_) => None,
        Value::Text(text) if text.is_empty() => Some(EMPTY),
        Value::Text(text) => {
            let flag = match text.as_str() {
                "true" => Some(NewValue::Bool(true)),
                "false" => Some(NewValue::Bool(false)),
                _ => None,
            };
            let text = dict
                .find(NewValue::Text(text))
                .or_else(|| dict.find(NewValue::Unreadable(text)));
            text.or_else(|| dict.find(flag?))
        }
    }
}
