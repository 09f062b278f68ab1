//! Who the members of a set are, as far as that is known, and how it goes on when the directory has been asked again.

use super::discover::Discover;
use super::listing::Listed;
use super::member::Member;
use super::named::ids;
use crate::accounts::{Account, Labels};
use crate::error::TargetError;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// For so long what a directory has told is taken for all there is, though it cannot be asked.
pub(super) const BELIEVED: Duration = Duration::from_secs(3600);

/// A member with the account that it is here.
#[derive(Clone, Debug)]
pub(super) struct Entered {
    pub(super) member: Member,
    pub(super) account: Arc<Account>,
}

/// What is known of a set.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) entered: Vec<Entered>,
    /// The accounts of those, as readers take them.
    pub(super) accounts: Arc<Vec<Arc<Account>>>,
    /// When the directory last told all.
    pub(super) whole: Option<SystemTime>,
    /// Why it has not, the last time that it was asked.
    pub(super) gap: Option<TargetError>,
    /// Members that no account stands for, since an account of the configuration has their id.
    pub(super) taken: usize,
}

/// What a set is made with.
pub(super) struct Way<'a> {
    pub(super) prefix: &'a str,
    pub(super) discover: &'a Discover,
    /// Those of members without tags.
    pub(super) labels: &'a Labels,
    /// Ids that accounts of the configuration have.
    pub(super) taken: &'a HashSet<String>,
    /// Makes the account of a member.
    pub(super) enter: &'a dyn Fn(&Member, String, Labels) -> Option<Account>,
}

impl State {
    /// Whether all members are known.
    pub(super) fn is_whole(&self, now: SystemTime) -> bool {
        // A clock that was put back makes nothing old.
        let age = |whole| now.duration_since(whole).unwrap_or_default();
        self.whole
            .is_some_and(|whole| self.gap.is_none() || age(whole) <= BELIEVED)
    }

    /// What is known after the directory has been asked. Who is as before keeps the account, with all that is kept about it; who is not listed any more
    /// leaves, unless there was more to list.
    pub(super) fn next(&self, listed: Listed, way: &Way<'_>, now: SystemTime) -> Self {
        let Listed { members, mut gap } = listed;
        let before = |id: &str| self.entered.iter().find(|known| known.member.id == id);
        let mut meant: Vec<Member> = Vec::new();
        for member in members {
            // Where tags decide and are not known, it stays as it was.
            if way
                .discover
                .takes(&member)
                .unwrap_or_else(|| before(&member.id).is_some())
            {
                meant.push(member);
            }
        }
        if gap.is_some() {
            let came: HashSet<String> = meant.iter().map(|member| member.id.clone()).collect();
            let others = self.entered.iter().map(|known| &known.member);
            meant.extend(others.filter(|member| !came.contains(&member.id)).cloned());
        }
        let ids = ids(way.prefix, way.discover.named_by, &meant);
        let (mut entered, mut taken, mut nobodys) = (Vec::new(), 0, 0);
        for (member, id) in meant.into_iter().zip(ids) {
            if way.taken.contains(&id) {
                taken += 1;
                continue;
            }
            let known = before(&member.id);
            let labels = way.discover.labels(&member, way.labels);
            let labels = labels
                .or_else(|| Some(known?.account.labels.clone()))
                .unwrap_or_else(|| way.labels.clone());
            let same = known.filter(|known| known.account.id == id && known.account.labels == labels);
            let account = match same {
                Some(known) => Some(Arc::clone(&known.account)),
                None => (way.enter)(&member, id, labels).map(Arc::new),
            };
            match account {
                Some(account) => entered.push(Entered { member, account }),
                None => nobodys += 1,
            }
        }
        if nobodys > 0 && gap.is_none() {
            gap = Some(TargetError::bad_answer(format!(
                "{nobodys} accounts whose ids are none"
            )));
        }
        Self {
            accounts: Arc::new(entered.iter().map(|one| Arc::clone(&one.account)).collect()),
            entered,
            whole: if gap.is_none() { Some(now) } else { self.whole },
            gap,
            taken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account_sets::discover::Choice;
    use crate::account_sets::named::NamedBy;
    use crate::accounts::tests::account;
    use crate::vendors::VENDORS;
    use crate::vendors::directory::Texts;
    use proptest::prelude::*;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    fn discover() -> Discover {
        let mut kinds = VENDORS.iter().flat_map(|vendor| vendor.directories());
        Discover {
            kind: kinds.next().unwrap(),
            said: Texts::new(),
            only: Vec::new(),
            except: Vec::new(),
            named_by: NamedBy::Id,
            tags: true,
            env_tag: "env".to_owned(),
            team_tag: "owner".to_owned(),
            every: BELIEVED,
        }
    }

    fn member(id: &str, tags: Option<&[(&str, &str)]>) -> Member {
        let own = |&(key, value): &(&str, &str)| (key.to_owned(), value.to_owned());
        Member {
            id: id.to_owned(),
            name: format!("name-{id}"),
            tags: tags.map(|tags| tags.iter().map(own).collect()),
        }
    }

    fn untagged(ids: &[&str]) -> Vec<Member> {
        ids.iter().map(|id| member(id, Some(&[]))).collect()
    }

    fn gap() -> TargetError {
        TargetError::connect("no route")
    }

    /// What is known after a directory with these members, or some of them, has been asked.
    fn after(
        state: &State,
        discover: &Discover,
        taken: &[&str],
        members: Vec<Member>,
        gap: Option<TargetError>,
    ) -> State {
        let labels = Labels {
            team: Some("platform".to_owned()),
            ..Labels::default()
        };
        let taken = taken.iter().map(|&id| id.to_owned()).collect();
        let enter = |member: &Member, id: String, labels: Labels| {
            // As a vendor does whose ids are not like that.
            (member.id != "odd").then(|| Account {
                id,
                labels,
                ..account(catalog::Cloud::ALIBABA)
            })
        };
        let way = Way {
            prefix: "corp-",
            discover,
            labels: &labels,
            taken: &taken,
            enter: &enter,
        };
        state.next(Listed { members, gap }, &way, NOW)
    }

    fn ids(state: &State) -> Vec<&str> {
        state.accounts.iter().map(|account| account.id.as_str()).collect()
    }

    #[test]
    fn members_come_and_go_and_who_stays_is_the_same_account() {
        let first = after(&State::default(), &discover(), &[], untagged(&["1", "2"]), None);
        assert_eq!(ids(&first), ["corp-1", "corp-2"]);
        assert!(first.is_whole(NOW) && !State::default().is_whole(NOW));
        let second = after(&first, &discover(), &[], untagged(&["3", "2"]), None);
        assert_eq!(ids(&second), ["corp-3", "corp-2"]);
        assert!(Arc::ptr_eq(&first.accounts[1], &second.accounts[1]));
    }

    #[test]
    fn nobody_leaves_while_the_directory_tells_less_than_all() {
        let whole = after(&State::default(), &discover(), &[], untagged(&["1", "2"]), None);
        let down = after(&whole, &discover(), &[], Vec::new(), Some(gap()));
        assert_eq!(ids(&down), ids(&whole));
        assert!(Arc::ptr_eq(&down.accounts[0], &whole.accounts[0]));
        assert!(down.is_whole(NOW + BELIEVED) && !down.is_whole(NOW + BELIEVED * 2));
        let part = after(&down, &discover(), &[], untagged(&["3"]), Some(gap()));
        assert_eq!(ids(&part), ["corp-3", "corp-1", "corp-2"]);
        let up = after(&part, &discover(), &[], untagged(&["3"]), None);
        assert!(ids(&up) == ["corp-3"] && up.is_whole(NOW + BELIEVED * 2));
        // What was never whole is not, however much of it came.
        let part = after(&State::default(), &discover(), &[], untagged(&["1"]), Some(gap()));
        assert!(ids(&part) == ["corp-1"] && !part.is_whole(NOW));
    }

    #[test]
    fn an_account_of_the_configuration_wins_over_a_member_with_its_id() {
        let state = after(&State::default(), &discover(), &["corp-1"], untagged(&["1", "2"]), None);
        assert_eq!((ids(&state), state.taken), (vec!["corp-2"], 1));
        assert!(state.is_whole(NOW));
    }

    #[test]
    fn an_account_that_cannot_be_entered_is_missing_and_that_is_said() {
        let state = after(&State::default(), &discover(), &[], untagged(&["1", "odd"]), None);
        assert_eq!(ids(&state), ["corp-1"]);
        assert!(!state.is_whole(NOW));
    }

    #[test]
    fn tags_are_labels_and_those_that_are_not_known_stay_as_they_were() {
        let of = |state: &State| {
            let labels = state.accounts.iter().map(|account| account.labels.clone());
            labels.map(|labels| (labels.env, labels.team)).collect::<Vec<_>>()
        };
        let text = |text: &str| Some(text.to_owned());
        let tagged = vec![
            member("1", Some(&[("env", "prod"), ("owner", "pay")])),
            member("2", Some(&[("env", "")])),
        ];
        let first = after(&State::default(), &discover(), &[], tagged, None);
        assert_eq!(of(&first), [(text("prod"), text("pay")), (None, text("platform"))]);
        let unknown = || vec![member("1", None), member("3", None)];
        let second = after(&first, &discover(), &[], unknown(), Some(gap()));
        assert_eq!(of(&second)[0], (text("prod"), text("pay")));
        assert_eq!(of(&second)[1], (None, text("platform")));
        assert!(Arc::ptr_eq(&first.accounts[0], &second.accounts[0]));
        let other = after(
            &first,
            &discover(),
            &[],
            vec![member("1", Some(&[("env", "test")]))],
            None,
        );
        assert_eq!(of(&other), [(text("test"), text("platform"))]);
        let without = Discover {
            tags: false,
            ..discover()
        };
        assert_eq!(
            of(&after(&State::default(), &without, &[], unknown(), None))[0].1,
            text("platform")
        );
    }

    #[test]
    fn members_are_chosen_by_id_name_and_tag() {
        let chosen = |only: &[&str], except: &[&str]| {
            let choices = |texts: &[&str]| texts.iter().map(|text| Choice::read(text).unwrap()).collect();
            let discover = Discover {
                only: choices(only),
                except: choices(except),
                ..discover()
            };
            let members = vec![
                member("1", Some(&[("stage", "prod")])),
                member("12", Some(&[("stage", "test")])),
                member("2", None),
            ];
            let state = after(&State::default(), &discover, &[], members, None);
            ids(&state).join(" ")
        };
        assert_eq!(chosen(&[], &[]), "corp-1 corp-12 corp-2");
        assert_eq!(chosen(&["1*"], &["12"]), "corp-1");
        assert_eq!(chosen(&["name-2", "tag:stage=p*"], &[]), "corp-1 corp-2");
        // Nobody is entered of whom it is not known whether they are meant.
        assert_eq!(chosen(&["tag:stage=*"], &[]), "corp-1 corp-12");
        assert_eq!(chosen(&[], &["tag:stage=prod"]), "corp-12");
        assert_eq!(Choice::read("tag:stage"), None);
    }

    proptest! {
        #[test]
        fn whatever_comes_nobody_is_there_twice_and_a_gap_loses_nobody(
            lists in proptest::collection::vec((proptest::collection::vec(0..6_u8, 0..6), any::<bool>()), 1..6),
        ) {
            let mut state = State::default();
            for (numbers, whole) in lists {
                let mut seen = HashSet::new();
                let members = numbers.iter().filter(|number| seen.insert(**number));
                let members: Vec<_> = members.map(|number| member(&number.to_string(), Some(&[]))).collect();
                let before: HashSet<String> = ids(&state).into_iter().map(str::to_owned).collect();
                let next = after(&state, &discover(), &[], members, if whole { None } else { Some(gap()) });
                let now: HashSet<String> = ids(&next).into_iter().map(str::to_owned).collect();
                prop_assert_eq!(now.len(), next.accounts.len());
                let listed: HashSet<String> = numbers.iter().map(|number| format!("corp-{number}")).collect();
                if whole {
                    prop_assert_eq!(&now, &listed);
                } else {
                    prop_assert_eq!(now, &before | &listed);
                }
                for account in before.iter().filter_map(|id| state.accounts.iter().find(|known| known.id == *id)) {
                    let same = next.accounts.iter().find(|known| known.id == account.id);
                    prop_assert!(same.is_none_or(|same| Arc::ptr_eq(same, account)));
                }
                state = next;
            }
        }
    }
}
