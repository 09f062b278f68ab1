//! Pasting a list of ids into the search box: it becomes one condition.

use super::ids::{self, List};
use crate::screen::Screen;
use crate::url_state::Entry;
use leptos::prelude::*;
use table::view::{Test, View, typed};

/// A list that has become a condition, for those who meant it as text.
#[derive(Clone, PartialEq)]
pub struct Pasted {
    /// What was pasted.
    pub text: String,
    /// The condition, as the list of conditions names it.
    pub param: String,
    /// The view before.
    pub before: View,
}

/// What a pasted text was.
#[cfg_attr(
    not(target_arch = "wasm32"),
    expect(clippy::large_enum_variant, reason = "one at a time, on its way from a paste")
)]
pub enum Taken {
    /// Ordinary text.
    Text,
    /// A list, which now is a condition.
    List(Pasted),
    /// A list of which nothing is there yet; rows still arrive.
    Unknown,
}

/// [`paste`], once its part is here.
pub type Paste = fn(Screen, &str) -> Taken;

/// Takes a pasted text.
pub fn paste(screen: Screen, text: &str) -> Taken {
    let typed = typed::read(screen.table, text);
    // Conditions and nothing else are no list, though `cluster:c1` may look like an id.
    if !typed.conditions.is_empty() && typed.text.is_empty() {
        return Taken::Text;
    }
    let Some(list) = screen.data.rows.with_untracked(|rows| ids::read(rows, text)) else {
        return Taken::Text;
    };
    if list.found == 0 && untrack(|| screen.data.loading()) {
        Taken::Unknown
    } else {
        Taken::List(apply(screen, text, &list))
    }
}

/// Makes a list the one condition of its kind on its column.
fn apply(screen: Screen, text: &str, list: &List) -> Pasted {
    let before = screen.view.peek();
    let listed = |view: &View| {
        let params = view.items().into_iter().zip(&view.conditions);
        params
            .filter(|(_, condition)| {
                condition.column == list.column && matches!(condition.test, Some(Test::Equal { not: false, .. }))
            })
            .map(|(item, _)| item.param)
            .collect::<Vec<_>>()
    };
    let base = listed(&before)
        .iter()
        .fold(before.clone(), |view, param| view.without(param));
    let cond = ["eq.", &table::view::list(&list.values)].concat();
    let next = base.with_condition(list.column, &cond);
    screen.view.set(next.clone(), Entry::Step);
    Pasted {
        text: normal(text),
        param: listed(&next).pop().unwrap_or_default(),
        before,
    }
}

/// The words without the spaces around and doubled between them, as the view keeps them.
pub fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
