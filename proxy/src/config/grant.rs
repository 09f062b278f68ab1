//! `[[grant]]`: who may read what.

use super::fields::Fields;
use super::meant;
use crate::grants::{Grant, Grants, Holders, Pattern};
use std::collections::HashSet;

/// All grants. Under mode `none` they have no effect, and are read all the same: all faults are told at once.
pub(super) fn read_all(top: &mut Fields<'_>) -> Grants {
    let mut grants = Vec::new();
    for mut fields in top.tables("grant") {
        let named = (fields.list("groups"), fields.list("users"));
        if named == (None, None) {
            fields.fault("", "names neither groups nor users");
        }
        let everyone = holders(&fields, "groups", named.0.as_deref()) | holders(&fields, "users", named.1.as_deref());
        let [accounts, tables] = ["accounts", "tables"].map(|name| patterns(&mut fields, name));
        for pattern in &tables {
            unknown_table(&fields, pattern);
        }
        let set = |names: Option<Vec<String>>| names.into_iter().flatten().collect::<HashSet<_>>();
        grants.push(Grant {
            holders: if everyone {
                Holders::Everyone
            } else {
                Holders::Named {
                    groups: set(named.0),
                    users: set(named.1),
                }
            },
            accounts,
            tables,
        });
        fields.end();
    }
    grants.into_iter().collect()
}

/// Whether a list names everyone. Within a name, a star would be taken for a pattern, which it is not.
fn holders(fields: &Fields<'_>, list: &str, names: Option<&[String]>) -> bool {
    let mut everyone = false;
    for (index, name) in names.into_iter().flatten().enumerate() {
        everyone |= name == "*";
        if name.contains('*') && name != "*" {
            fields.fault(
                &format!("{list}[{index}]"),
                format!("{name:?} is no name: only \"*\" alone stands for everyone who has signed in, and names are compared as they are"),
            );
        }
    }
    everyone
}

/// A name without a star that no table has lets nobody read anything, which nobody means.
fn unknown_table(fields: &Fields<'_>, pattern: &Pattern) {
    let ids: Vec<_> = catalog::tables().iter().map(|table| table.id).collect();
    let Some(name) = pattern.name().filter(|name| !ids.contains(name)) else {
        return;
    };
    let hint = meant::hint(name, ids.iter().copied());
    fields.fault(
        "tables",
        format!("{name:?} is no table, of which there are {}{hint}", ids.join(", ")),
    );
}

fn patterns(fields: &mut Fields<'_>, name: &str) -> Vec<Pattern> {
    let texts = fields.list(name);
    if texts.is_none() {
        fields.missing(name);
    }
    texts.into_iter().flatten().map(Pattern::new).collect()
}
