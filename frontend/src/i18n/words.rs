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
    /// “Looking for the pasted values…”
    pub list_waiting: &'static str,
    /// “Command palette”.
    pub palette: &'static str,
    /// “Help”.
    pub help: &'static str,
    /// “changed”.
    pub changed: &'static str,
    /// “{n} rows kept”.
    pub rows_held: &'static str,
    /// “asking again”.
    pub state_again: &'static str,
    /// “Since last visit”.
    pub since_last: &'static str,
    /// “Changed since {t}”.
    pub since_time: &'static str,
}

/// Puts values into a phrase: `fill("{n} rows", &[("n", "5")])`.
pub fn fill(phrase: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(phrase.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value)
    })
}
