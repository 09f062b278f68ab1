//! Who may read what: nothing, unless a grant of the configuration says so.
//!
//! A grant names people (by groups, by users, or everyone who has signed in) and what they may read: accounts × tables. It is asked with typed
//! names only, before anything is fetched, looked up or named to somebody.

use std::collections::HashSet;
use std::sync::Arc;

/// A pattern of account or table ids, where `*` stands for any number of characters, none included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// Every text is a pattern.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The one name that it covers, where it holds no `*`.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        (!self.0.contains('*')).then_some(self.0.as_str())
    }

    /// Whether there can be a name that begins like this and is as the pattern says.
    #[must_use]
    pub fn covers_some(&self, beginning: &str) -> bool {
        let (literal, open) = match self.0.split_once('*') {
            Some((literal, _)) => (literal, true),
            None => (self.0.as_str(), false),
        };
        literal.starts_with(beginning) || open && beginning.starts_with(literal)
    }

    /// Whether the whole of a name is as the pattern says, to the byte.
    #[must_use]
    pub fn covers(&self, name: &str) -> bool {
        let mut pieces = self.0.split('*');
        let Some(mut rest) = pieces.next().and_then(|first| name.strip_prefix(first)) else {
            return false;
        };
        let Some(last) = pieces.next_back() else {
            // There is no `*`.
            return rest.is_empty();
        };
        for piece in pieces {
            // The first place leaves the most for the pieces behind.
            match rest.find(piece) {
                Some(at) => rest = &rest[at + piece.len()..],
                None => return false,
            }
        }
        rest.ends_with(last)
    }
}

/// Whom a grant is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holders {
    /// Everyone who has signed in: `"*"`.
    Everyone,
    /// Who is in one of these groups, or is one of these users. Names are compared to the byte: a group is no pattern, and neither is an e-mail address,
    /// which at some providers anybody can make up within a domain.
    Named {
        /// As the identity provider calls them.
        groups: HashSet<String>,
        /// By one of the names that the identity provider vouches for.
        users: HashSet<String>,
    },
}

/// One `[[grant]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Whom it is for.
    pub holders: Holders,
    /// Which accounts may be read.
    pub accounts: Vec<Pattern>,
    /// Which tables may be read of them.
    pub tables: Vec<Pattern>,
}

impl Grant {
    fn is_held_by(&self, users: &[String], groups: &[String]) -> bool {
        match &self.holders {
            Holders::Everyone => true,
            Holders::Named {
                groups: named,
                users: people,
            } => groups.iter().any(|group| named.contains(group)) || users.iter().any(|user| people.contains(user)),
        }
    }

    fn covers(&self, account: &str, table: &str) -> bool {
        let any = |patterns: &[Pattern], name: &str| patterns.iter().any(|pattern| pattern.covers(name));
        any(&self.accounts, account) && any(&self.tables, table)
    }

    fn covers_some(&self, beginning: &str, table: &str) -> bool {
        self.accounts.iter().any(|pattern| pattern.covers_some(beginning))
            && self.tables.iter().any(|pattern| pattern.covers(table))
    }
}

/// All grants of a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants(Vec<Arc<Grant>>);

impl FromIterator<Grant> for Grants {
    fn from_iter<I: IntoIterator<Item = Grant>>(grants: I) -> Self {
        Self(grants.into_iter().map(Arc::new).collect())
    }
}

impl Grants {
    /// The accounts that grants name, as they name them.
    pub fn accounts(&self) -> impl Iterator<Item = &Pattern> {
        self.0.iter().flat_map(|grant| &grant.accounts)
    }

    /// The rights of somebody with these names and groups.
    #[must_use]
    pub fn of(&self, users: &[String], groups: &[String]) -> Rights {
        let held = self.0.iter().filter(|grant| grant.is_held_by(users, groups));
        Rights::Granted(held.cloned().collect())
    }

    /// The groups of a list that some grant names; what is said of the others is not needed and not kept.
    #[must_use]
    pub fn known_groups(&self, groups: impl IntoIterator<Item = String>) -> Vec<String> {
        let named = |group: &String| {
            let holders = self.0.iter().map(|grant| &grant.holders);
            holders.into_iter().any(|holders| match holders {
                Holders::Everyone => false,
                Holders::Named { groups, .. } => groups.contains(group),
            })
        };
        let mut known: Vec<String> = groups.into_iter().filter(named).collect();
        known.sort_unstable();
        known.dedup();
        known
    }
}

/// What somebody may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rights {
    /// All there is: everyone under `auth.mode = "none"`, and who runs the program.
    Everything,
    /// What these grants say, and nothing else.
    Granted(Vec<Arc<Grant>>),
}

impl Rights {
    /// Whether a table may be read of an account.
    #[must_use]
    pub fn cover(&self, account: &str, table: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Granted(grants) => grants.iter().any(|grant| grant.covers(account, table)),
        }
    }

    /// Whether a table may be read of some account whose id begins like this, should there be one.
    #[must_use]
    pub fn cover_some(&self, beginning: &str, table: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Granted(grants) => grants.iter().any(|grant| grant.covers_some(beginning, table)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The obvious way, which takes exponential time.
    fn naive(pattern: &[u8], name: &[u8]) -> bool {
        match (pattern, name) {
            ([], []) => true,
            ([b'*', pattern @ ..], _) => (0..=name.len()).any(|from| naive(pattern, &name[from..])),
            ([sign, pattern @ ..], [first, name @ ..]) => sign == first && naive(pattern, name),
            _ => false,
        }
    }

    fn set(names: &[&str]) -> HashSet<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    fn own(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    fn grant(groups: &[&str], users: &[&str], accounts: &[&str], tables: &[&str]) -> Grant {
        let patterns = |texts: &[&str]| texts.iter().map(|&text| Pattern::new(text)).collect();
        Grant {
            holders: Holders::Named {
                groups: set(groups),
                users: set(users),
            },
            accounts: patterns(accounts),
            tables: patterns(tables),
        }
    }

    #[test]
    fn without_a_grant_nothing_is_readable() {
        let rights = Grants::default().of(&own(&["a"]), &own(&["sre"]));
        assert!(!rights.cover("prod", "plans"));
        assert!(!rights.cover_some("", "plans"));
        assert_eq!(rights, Rights::Granted(Vec::new()));
        assert!(Rights::Everything.cover("prod", "plans") && Rights::Everything.cover_some("", "plans"));
    }

    #[test]
    fn a_star_is_a_pattern_of_accounts_and_tables_and_of_nobody() {
        let grants: Grants = [grant(&["*"], &["*@example.com"], &["prod-*"], &["*"])]
            .into_iter()
            .collect();
        let none = grants.of(&own(&["eve@example.com"]), &own(&["sre"]));
        assert!(!none.cover("prod-cn", "plans"));
        // The configuration makes another value of a lone star.
        let everyone = Grant {
            holders: Holders::Everyone,
            ..grant(&[], &[], &["prod-*"], &["*"])
        };
        let grants: Grants = [everyone].into_iter().collect();
        assert!(grants.of(&[], &[]).cover("prod-cn", "plans"));
        assert!(!grants.of(&[], &[]).cover("test-cn", "plans"));
    }

    #[test]
    fn groups_that_no_grant_names_are_not_kept() {
        let grants: Grants = [grant(&["b", "a"], &["u"], &["*"], &["*"])].into_iter().collect();
        assert_eq!(grants.known_groups(own(&["z", "b", "a", "b", "u"])), ["a", "b"]);
    }

    /// A small world, in which names often meet.
    fn names() -> impl Strategy<Value = String> {
        "[ab]{0,2}"
    }

    fn patterns() -> impl Strategy<Value = Vec<String>> {
        proptest::collection::vec("[ab*]{0,3}", 0..3)
    }

    type Plain = (Vec<String>, Vec<String>, Vec<String>, Vec<String>);

    fn plain() -> impl Strategy<Value = Plain> {
        let named = || proptest::collection::vec(names(), 0..3);
        (named(), named(), patterns(), patterns())
    }

    /// What a name may end with. No shortest one that a pattern wants is longer than the pattern.
    fn endings() -> Vec<String> {
        let mut endings = vec![String::new()];
        for length in 0..4 {
            let longer: Vec<_> = endings
                .iter()
                .filter(|ending| ending.len() == length)
                .cloned()
                .collect();
            endings.extend(
                longer
                    .iter()
                    .flat_map(|ending| ["a", "b"].map(|sign| format!("{ending}{sign}"))),
            );
        }
        endings
    }

    proptest! {
        #[test]
        fn patterns_are_what_they_naively_are(pattern in "[ab*]{0,8}", name in "[ab]{0,8}") {
            prop_assert_eq!(Pattern::new(pattern.clone()).covers(&name), naive(pattern.as_bytes(), name.as_bytes()));
        }

        #[test]
        fn some_name_is_covered_where_one_is_found(pattern in "[ab*]{0,4}", beginning in "[ab]{0,3}") {
            let found = endings().iter().any(|rest| naive(pattern.as_bytes(), format!("{beginning}{rest}").as_bytes()));
            prop_assert_eq!(Pattern::new(pattern).covers_some(&beginning), found);
        }

        #[test]
        fn grants_are_what_they_naively_are(
            plain in proptest::collection::vec(plain(), 0..4),
            users in proptest::collection::vec(names(), 0..3),
            groups in proptest::collection::vec(names(), 0..3),
            account in names(),
            table in names(),
        ) {
            let grants: Grants = plain.iter().map(|(named, people, accounts, tables)| {
                let of = |texts: &Vec<String>| texts.iter().map(Pattern::new).collect();
                let set = |texts: &Vec<String>| texts.iter().cloned().collect();
                Grant {
                    holders: Holders::Named { groups: set(named), users: set(people) },
                    accounts: of(accounts),
                    tables: of(tables),
                }
            }).collect();
            let expected = |account: &str| plain.iter().any(|(named, people, accounts, tables)| {
                let held = groups.iter().any(|group| named.contains(group)) || users.iter().any(|user| people.contains(user));
                let covers = |texts: &Vec<String>, name: &str| texts.iter().any(|text| naive(text.as_bytes(), name.as_bytes()));
                held && covers(accounts, account) && covers(tables, &table)
            });
            let rights = grants.of(&users, &groups);
            prop_assert_eq!(rights.cover(&account, &table), expected(&account));
            let some = endings().iter().any(|ending| expected(&format!("{account}{ending}")));
            prop_assert_eq!(rights.cover_some(&account, &table), some);
            // Groups that were cut to the known ones give the same rights.
            let known = grants.known_groups(groups.clone());
            prop_assert_eq!(grants.of(&users, &known).cover(&account, &table), expected(&account));
        }
    }
}
