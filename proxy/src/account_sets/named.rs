//! What members of a set are called in Signalbox: in grants, in addresses, on the page.

use super::member::Member;
use std::collections::HashMap;

/// After which of its names a member is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NamedBy {
    /// The vendor's id, which nobody can change: a grant stays what it is.
    #[default]
    Id,
    /// Its name for people, which whoever may write the directory can change.
    Name,
}

/// The ids of a set's members, each another: `{set}-` and the vendor's id, or the member's name where that is meant and no other has it.
pub(super) fn ids(prefix: &str, by: NamedBy, members: &[Member]) -> Vec<String> {
    let mut bearers: HashMap<String, usize> = HashMap::new();
    let names: Vec<String> = members.iter().map(|member| plain(&member.name)).collect();
    for name in names.iter().chain(members.iter().map(|member| &member.id)) {
        *bearers.entry(name.clone()).or_default() += 1;
    }
    let own = |(member, name): (&Member, &String)| {
        let named = by == NamedBy::Name && !name.is_empty() && bearers.get(name) == Some(&1);
        format!("{prefix}{}", if named { name } else { &member.id })
    };
    members.iter().zip(&names).map(own).collect()
}

/// A name as it may stand in an id.
fn plain(name: &str) -> String {
    let fine = |sign: char| {
        if sign.is_alphanumeric() || matches!(sign, '-' | '_' | '.') {
            sign
        } else {
            '-'
        }
    };
    name.trim().chars().map(fine).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn member(id: &str, name: &str) -> Member {
        Member {
            id: id.to_owned(),
            name: name.to_owned(),
            tags: None,
        }
    }

    #[test]
    fn a_name_that_two_have_is_nobodys() {
        let members = [
            member("1", "pay ments"),
            member("2", "twice"),
            member("3", "twice"),
            member("4", "1"),
            member("5", ""),
        ];
        let named = ids("corp-", NamedBy::Name, &members);
        assert_eq!(named, ["corp-pay-ments", "corp-2", "corp-3", "corp-4", "corp-5"]);
        let by_id = ids("corp-", NamedBy::Id, &members);
        assert_eq!(by_id, ["corp-1", "corp-2", "corp-3", "corp-4", "corp-5"]);
    }

    proptest! {
        #[test]
        fn no_two_members_are_called_the_same(
            members in proptest::collection::hash_map("[ab1]{1,2}", "[ab1 /]{0,2}", 0..8),
            by in prop_oneof![Just(NamedBy::Id), Just(NamedBy::Name)],
        ) {
            let members: Vec<Member> = members.iter().map(|(id, name)| member(id, name)).collect();
            let ids = ids("x-", by, &members);
            prop_assert_eq!(ids.len(), members.len());
            prop_assert_eq!(ids.iter().collect::<HashSet<_>>().len(), members.len());
        }
    }
}
