//! `[[view]]`: the views that a team shares.

use super::fields::Fields;
use crate::saved_views::SavedView;
use std::collections::HashSet;

/// The longest name, in characters.
const LONGEST: usize = 80;

pub(super) fn read_all(top: &mut Fields<'_>) -> Vec<SavedView> {
    let mut names = HashSet::new();
    let mut views = Vec::new();
    for mut fields in top.tables("view") {
        let name = name(&mut fields);
        if let Some(name) = &name
            && !names.insert(name.to_lowercase())
        {
            fields.fault("name", format!("{name:?} is the name of a view before it"));
        }
        let address = fields.required("query");
        // Looked at even if the name is wrong: all faults are told at once.
        let view = address.map(|address| SavedView::at(name.as_deref().unwrap_or_default(), &address));
        match view {
            Some(Ok(view)) => views.push(view),
            Some(Err(faults)) => faults.into_iter().for_each(|fault| fields.fault("query", fault)),
            None => {}
        }
        fields.end();
    }
    views
}

/// A line of text that fits into a menu.
fn name(fields: &mut Fields<'_>) -> Option<String> {
    let text = fields.required("name")?;
    let name = text.trim();
    if name.is_empty() {
        fields.fault("name", "is empty");
    } else if name.chars().any(char::is_control) {
        fields.fault("name", format!("{name:?} holds control characters"));
    } else if name.chars().count() > LONGEST {
        fields.fault("name", format!("{name:?} has more than {LONGEST} characters"));
    } else {
        return Some(name.to_owned());
    }
    None
}
