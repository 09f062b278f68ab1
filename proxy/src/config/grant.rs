//! `[[grant]]`: who may read what.

use super::fields::Fields;
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

fn patterns(fields: &mut Fields<'_>, name: &str) -> Vec<Pattern> {
    let texts = fields.list(name);
    if texts.is_none() {
        fields.missing(name);
    }
    texts.into_iter().flatten().map(Pattern::new).collect()
}
