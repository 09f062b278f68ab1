//! What is missing from a target because some of what it is made of could not be had.

use crate::error::TargetError;
use std::fmt::Write as _;

/// The parts that could not be had, and the first reason.
#[derive(Debug, Default)]
pub struct Gaps {
    names: Vec<String>,
    first: Option<TargetError>,
}

/// So many are named.
const NAMED: usize = 5;
/// So many characters of a name are shown.
const SHOWN: usize = 64;

impl Gaps {
    /// Notes what could not be had, and why.
    pub fn add<'a>(&mut self, names: impl IntoIterator<Item = &'a str>, error: TargetError) {
        self.names.extend(names.into_iter().map(str::to_owned));
        self.first.get_or_insert(error);
    }

    /// The first reason, which begins with what is missing: `before` is where, `what` one of it, `of` how many there are of it.
    pub fn into_error(self, before: &str, what: &str, of: usize) -> Option<TargetError> {
        let first = self.first?;
        let mut names: Vec<String> = self.names.iter().take(NAMED).map(|name| shown(name)).collect();
        let place = if let [name] = self.names.as_slice() {
            format!("{before}{what} {}", shown(name))
        } else {
            let others = self.names.len() - names.len();
            let last = if others > 0 {
                format!("{others} more")
            } else {
                names.pop().unwrap_or_default()
            };
            let count = self.names.len();
            format!("{before}{count} of {of} {what}s ({} and {last})", names.join(", "))
        };
        Some(first.within(&place))
    }
}

/// A name that fits into a message.
fn shown(name: &str) -> String {
    let mut shown: String = name.chars().filter(|sign| !sign.is_control()).take(SHOWN).collect();
    if name.chars().count() > SHOWN {
        _ = shown.write_char('…');
    }
    shown
}
