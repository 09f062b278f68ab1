//! Words that only the later part of the page shows. Of their own, so that they come with it; every other word is behind them.

mod en;
mod zh;

use super::{Lang, Locale, Words};
use std::ops::Deref;

/// The words of the later part, and by way of them all others.
#[derive(Debug)]
pub struct Tools {
    /// The words of the first part.
    words: &'static Words,
    /// “Columns”.
    pub columns: &'static str,
    /// “Default columns”.
    pub columns_reset: &'static str,
    /// “Move up”.
    pub move_up: &'static str,
    /// “Move down”.
    pub move_down: &'static str,
    /// “Apply”.
    pub apply: &'static str,
    /// “Cancel”.
    pub cancel: &'static str,
    /// “Column”.
    pub column: &'static str,
    /// “Comparison”.
    pub operator: &'static str,
    /// “Value”.
    pub value: &'static str,
    /// “Several values: one a line”.
    pub value_hint: &'static str,
    /// “From”.
    pub from: &'static str,
    /// “To”.
    pub to: &'static str,
    /// “-24h, now, 7d, 2026-11-22 or 2026-11-22T08:00Z”.
    pub time_hint: &'static str,
    /// “This comparison does not understand the value.”.
    pub bad_condition: &'static str,
    /// “Row details”.
    pub details: &'static str,
    /// “Previous row”.
    pub previous: &'static str,
    /// “Next row”.
    pub next: &'static str,
    /// “{n} of {m}”.
    pub position: &'static str,
    /// “not among the matching rows”.
    pub not_in_result: &'static str,
    /// “This row is not (or no longer) in the answer of the clouds.”.
    pub row_not_found: &'static str,
    /// “Looking for this row…”.
    pub row_waiting: &'static str,
    /// “Fields new to Signalbox”.
    pub other_fields: &'static str,
    /// “The cloud's own object”.
    pub raw: &'static str,
    /// “Vendor's API page”.
    pub vendor_page: &'static str,
    /// “Values in the data”.
    pub suggestions: &'static str,
    /// “Copy frozen link”.
    pub copy_frozen: &'static str,
    /// “Views”.
    pub views: &'static str,
    /// “{name} · edited”.
    pub view_edited: &'static str,
    /// “Team's views”.
    pub views_team: &'static str,
    /// “My views”.
    pub views_own: &'static str,
    /// “None yet.”
    pub views_none: &'static str,
    /// “The team's views could not be loaded.”
    pub views_lost: &'static str,
    /// “There is no saved view “{name}” here: all rows are shown. It may be kept in another person's browser.”
    pub view_missing: &'static str,
    /// “Name of a new view”.
    pub view_name: &'static str,
    /// “Save”.
    pub view_save: &'static str,
    /// “Save changes”.
    pub view_update: &'static str,
    /// “Reset to view”.
    pub view_reset: &'static str,
    /// “A view needs a name.”
    pub view_nameless: &'static str,
    /// “There is a view of this name already.”
    pub view_taken: &'static str,
    /// “This browser does not keep data of this page, so the view was not saved.”
    pub view_unkept: &'static str,
    /// “Rename”.
    pub rename: &'static str,
    /// “Delete”.
    pub delete: &'static str,
    /// “Really delete”.
    pub delete_sure: &'static str,
    /// “{n} of {m} found”.
    pub list_found: &'static str,
    /// “{n} of {m} found so far”.
    pub list_found_so_far: &'static str,
    /// “{n} not there”.
    pub list_missing: &'static str,
    /// “Search as text instead”.
    pub search_as_text: &'static str,
    /// “Export”.
    pub export: &'static str,
    /// “The rows, order and columns on screen. The addresses work in scripts too.”
    pub export_about: &'static str,
    /// “for spreadsheets”.
    pub export_csv: &'static str,
    /// “with link, times and gaps”.
    pub export_json: &'static str,
    /// “a row a line”.
    pub export_ndjson: &'static str,
    /// “the planned windows”.
    pub export_ics: &'static str,
    /// “Go to, open, switch…”
    pub palette_hint: &'static str,
    /// “page”.
    pub palette_page: &'static str,
    /// “view”.
    pub palette_view: &'static str,
    /// “command”.
    pub palette_do: &'static str,
    /// “resource”.
    pub palette_resource: &'static str,
    /// “Everything about {id}”.
    pub palette_open: &'static str,
    /// “Nothing of that name.”
    pub palette_nothing: &'static str,
    /// “Timeline”.
    pub palette_timeline: &'static str,
    /// “Keys”.
    pub help_keys: &'static str,
    /// “Conditions in links and in the condition editor”.
    pub help_conditions: &'static str,
    /// “Move through the table”.
    pub key_arrows: &'static str,
    /// “A screen up or down”.
    pub key_pages: &'static str,
    /// “First or last column”.
    pub key_ends: &'static str,
    /// “First or last cell”.
    pub key_corners: &'static str,
    /// “Open the row; on a heading, sort”.
    pub key_enter: &'static str,
    /// “Next or previous row”.
    pub key_steps: &'static str,
    /// “Close what is open”.
    pub key_escape: &'static str,
    /// “On a heading: sort by one more column”.
    pub key_shift: &'static str,
    /// “To the next part of the page”.
    pub key_tab: &'static str,
    /// “greater than, at least, less than, at most”.
    pub grammar_order: &'static str,
    /// “relative times; also dates and 7d for ahead”.
    pub grammar_time: &'static str,
    /// “one of several”.
    pub grammar_or: &'static str,
    /// “the same field twice: both hold”.
    pub grammar_and: &'static str,
    /// “a comma inside a value”.
    pub grammar_escape: &'static str,
    /// “Live: ask again every…”
    pub live: &'static str,
    /// “Live: off”.
    pub live_off: &'static str,
    /// “Live: {n} s”.
    pub live_seconds: &'static str,
    /// “Live: {n} min”.
    pub live_minutes: &'static str,
    /// “Pause live”.
    pub live_pause: &'static str,
    /// “Resume live”.
    pub live_resume: &'static str,
    /// “{n} new”.
    pub count_new: &'static str,
    /// “{n} changed”.
    pub count_changed: &'static str,
    /// “{n} gone”.
    pub count_gone: &'static str,
    /// “show”.
    pub show_changes: &'static str,
    /// “clear marks”.
    pub clear_marks: &'static str,
    /// “The cloud does not list this row any more. What is shown was its last state.”
    pub row_gone: &'static str,
    /// “Compare with”.
    pub since_when: &'static str,
    /// “A day ago”.
    pub since_day: &'static str,
    /// “A week ago”.
    pub since_week: &'static str,
    /// “Keep the present state”.
    pub since_keep: &'static str,
    /// “Gone since then”.
    pub since_gone: &'static str,
    /// “{n} sources could not be asked then: their rows count as new.”
    pub since_gaps_then: &'static str,
    /// “{n} sources cannot be asked now: their rows are not counted as gone.”
    pub since_gaps_now: &'static str,
    /// “This browser does not keep data of this page, so nothing can be compared with: all rows are shown.”
    pub since_unkept: &'static str,
    /// “This browser sees the table for the first time, so there is nothing to compare with yet: all rows are shown.”
    pub since_first: &'static str,
    /// “This browser has kept nothing that old of this table; the oldest is of {t}. All rows are shown.”
    pub since_too_young: &'static str,
}

impl Deref for Tools {
    type Target = Words;

    fn deref(&self) -> &Words {
        self.words
    }
}

impl Locale {
    /// The words for the later part; tracked.
    pub fn tools(self) -> &'static Tools {
        match self.lang() {
            Lang::En => &en::TOOLS,
            Lang::Zh => &zh::TOOLS,
        }
    }

    /// A word that follows the language; see [`Locale::word`].
    pub fn tool(
        self,
        word: fn(&'static Tools) -> &'static str,
    ) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
        move || word(self.tools())
    }
}
