//! The words of the page, by what they are for. `{n}` and the like are filled in by [`fill`].

/// All words of a language.
#[derive(Debug)]
pub struct Words {
    /// The link that keyboard users meet first.
    pub skip: &'static str,
    /// Name of the first page.
    pub overview: &'static str,
    /// The language button: the other language, in its own words.
    pub switch_language: &'static str,
    /// “Dark theme”.
    pub theme_dark: &'static str,
    /// “Light theme”.
    pub theme_light: &'static str,
    /// “Search all columns”.
    pub search: &'static str,
    /// “Press / to search”.
    pub search_hint: &'static str,
    /// “Filters”.
    pub filters: &'static str,
    /// “Close”.
    pub close: &'static str,
    /// “Reload”.
    pub reload: &'static str,
    /// “Columns”.
    pub columns: &'static str,
    /// “Default columns”.
    pub columns_reset: &'static str,
    /// “Move up”.
    pub move_up: &'static str,
    /// “Move down”.
    pub move_down: &'static str,
    /// “Time zone”.
    pub zone: &'static str,
    /// “Local time”.
    pub zone_local: &'static str,
    /// “Copy link”.
    pub copy_link: &'static str,
    /// “Copied”.
    pub copied: &'static str,
    /// “The browser refused to copy”.
    pub copy_failed: &'static str,
    /// “Condition”.
    pub add_condition: &'static str,
    /// “Conditions”.
    pub conditions: &'static str,
    /// “No conditions: all rows. Click a cell, tick a value, or search.”.
    pub no_conditions: &'static str,
    /// “Clear all”.
    pub clear_conditions: &'static str,
    /// “Remove”.
    pub remove: &'static str,
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
    /// “is”.
    pub op_eq: &'static str,
    /// “is not”.
    pub op_not: &'static str,
    /// “contains”.
    pub op_has: &'static str,
    /// “does not contain”.
    pub op_nothas: &'static str,
    /// “begins with”.
    pub op_pre: &'static str,
    /// “does not begin with”.
    pub op_notpre: &'static str,
    /// “greater than”.
    pub op_gt: &'static str,
    /// “at least”.
    pub op_ge: &'static str,
    /// “less than”.
    pub op_lt: &'static str,
    /// “at most”.
    pub op_le: &'static str,
    /// “between”.
    pub op_range: &'static str,
    /// “is empty”.
    pub op_empty: &'static str,
    /// “has a value”.
    pub op_set: &'static str,
    /// “Only this”.
    pub only_this: &'static str,
    /// “Exclude”.
    pub exclude: &'static str,
    /// “Copy”.
    pub copy: &'static str,
    /// “What to do with this value”.
    pub cell_actions: &'static str,
    /// “(empty)”.
    pub empty_value: &'static str,
    /// “Yes”.
    pub yes: &'static str,
    /// “No”.
    pub no: &'static str,
    /// “Show {n} more”.
    pub more_values: &'static str,
    /// “Show fewer”.
    pub fewer_values: &'static str,
    /// Behind the matching count.
    pub rows_of: &'static str,
    /// “One condition was not understood and is not applied: the result may be wider than the sender's.”.
    pub not_understood_one: &'static str,
    /// “{n} conditions were not understood and are not applied: the result may be wider than the sender's.”.
    pub not_understood_many: &'static str,
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
    /// “Coverage”.
    pub coverage: &'static str,
    /// “{n} of {m} sources answered”.
    pub answered: &'static str,
    /// “All {n} sources answered”.
    pub all_answered: &'static str,
    /// “{n} could not be asked”.
    pub gaps: &'static str,
    /// “{n} rows so far”.
    pub rows_so_far: &'static str,
    /// “as of {t}”.
    pub as_of: &'static str,
    /// “still loading”.
    pub state_loading: &'static str,
    /// “complete”.
    pub state_ok: &'static str,
    /// “older answer”.
    pub state_stale: &'static str,
    /// “the cloud cut the list at {n} rows”.
    pub state_capped: &'static str,
    /// “{n} rows arrived before”.
    pub rows_kept: &'static str,
    /// “request {id}”.
    pub request_id: &'static str,
    /// “Asking the clouds”.
    pub loading_title: &'static str,
    /// “Rows appear as soon as the first page arrives.”.
    pub loading_body: &'static str,
    /// “No row matches”.
    pub nothing_matches_title: &'static str,
    /// “{n} rows are loaded; none fulfils all conditions.”.
    pub nothing_matches_body: &'static str,
    /// “Nothing there”.
    pub nothing_there_title: &'static str,
    /// “Every source answered, and none has a row.”.
    pub nothing_there_body: &'static str,
    /// “Nothing from the sources that answered”.
    pub gap_title: &'static str,
    /// “{n} sources could not be asked, so nobody knows whether rows are missing. See the coverage above.”.
    pub gap_body: &'static str,
    /// “{n} sources could not be asked: rows may be missing.”.
    pub gap_note: &'static str,
    /// “No source could be asked”.
    pub could_not_ask_title: &'static str,
    /// “This says nothing about the rows. The coverage above tells what each cloud answered.”.
    pub could_not_ask_body: &'static str,
    /// “No account for this table”.
    pub no_targets_title: &'static str,
    /// “No account that you may read belongs to a cloud of this table. Ask whoever configures Signalbox.”.
    pub no_targets_body: &'static str,
    /// “Signalbox does not answer”.
    pub proxy_lost_title: &'static str,
    /// “The connection to Signalbox broke. Rows that arrived are kept.”.
    pub proxy_lost: &'static str,
    /// “Try again”.
    pub try_again: &'static str,
    /// The later part of the page did not come.
    pub later_failed: &'static str,
    /// “There is no such page”.
    pub not_found_title: &'static str,
    /// “The address may be cut or mistyped. These pages exist:”.
    pub not_found_body: &'static str,
    /// “{n} rows”.
    pub rows_total: &'static str,
    /// “Click sorts, Shift-click adds”.
    pub sort_hint: &'static str,
    /// “sorted ascending”.
    pub sorted_asc: &'static str,
    /// “sorted descending”.
    pub sorted_desc: &'static str,
    /// “sort key {n}”.
    pub sort_key: &'static str,
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
    /// “Looking for the pasted values…”
    pub list_waiting: &'static str,
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
    /// “Command palette”.
    pub palette: &'static str,
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
    /// “Help”.
    pub help: &'static str,
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
    /// “changed”.
    pub changed: &'static str,
    /// “{n} rows kept”.
    pub rows_held: &'static str,
    /// “asking again”.
    pub state_again: &'static str,
    /// “The cloud does not list this row any more. What is shown was its last state.”
    pub row_gone: &'static str,
    /// “Since last visit”.
    pub since_last: &'static str,
    /// “Changed since {t}”.
    pub since_time: &'static str,
    /// “Compare with”.
    pub since_when: &'static str,
    /// “A day ago”.
    pub since_day: &'static str,
    /// “A week ago”.
    pub since_week: &'static str,
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

/// Puts values into a phrase: `fill("{n} rows", &[("n", "5")])`.
pub fn fill(phrase: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(phrase.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value)
    })
}
