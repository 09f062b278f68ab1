//! What the configuration says of a set's members.

use super::member::{Member, Tags};
use super::named::NamedBy;
use crate::accounts::Labels;
use crate::grants::Pattern;
use crate::vendors::directory::{DirectoryKind, Texts};
use std::time::Duration;

/// Which members are meant, what they are called and how each is entered.
#[derive(Clone, Debug)]
pub struct Discover {
    /// The directory.
    pub kind: &'static DirectoryKind,
    /// What its fields say.
    pub said: Texts,
    /// The members that are looked at; empty: all.
    pub only: Vec<Choice>,
    /// Those that are not.
    pub except: Vec<Choice>,
    /// After which of their names they are called.
    pub named_by: NamedBy,
    /// Whether their tags are asked for.
    pub tags: bool,
    /// The tag that says what a member is for.
    pub env_tag: String,
    /// The tag that says whose it is.
    pub team_tag: String,
    /// How often the directory is asked.
    pub every: Duration,
}

/// Chooses members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// By the vendor's id, or by name.
    Called(Pattern),
    /// By a tag's value.
    Tagged(String, Pattern),
}

impl Choice {
    /// As the configuration writes it: a pattern of ids and names, or `tag:key=pattern`. None where that has no `=`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let Some(tag) = text.strip_prefix("tag:") else {
            return Some(Self::Called(Pattern::new(text)));
        };
        let (key, value) = tag.split_once('=')?;
        (!key.is_empty()).then(|| Self::Tagged(key.to_owned(), Pattern::new(value)))
    }

    /// Whether a member is chosen; none where its tags decide that and are not known.
    fn chooses(&self, member: &Member) -> Option<bool> {
        match self {
            Self::Called(pattern) => Some(pattern.covers(&member.id) || pattern.covers(&member.name)),
            Self::Tagged(key, pattern) => {
                let tags = member.tags.as_ref()?;
                Some(tags.get(key).is_some_and(|value| pattern.covers(value)))
            }
        }
    }

    /// Whether tags decide.
    #[must_use]
    pub fn is_of_tags(&self) -> bool {
        matches!(self, Self::Tagged(..))
    }
}

impl Discover {
    /// Whether a member is looked at; none where that is not known, since its tags are not.
    pub(super) fn takes(&self, member: &Member) -> Option<bool> {
        let any = |choices: &[Choice]| {
            let mut all = choices.iter().map(|choice| choice.chooses(member));
            if all.clone().any(|chosen| chosen == Some(true)) {
                return Some(true);
            }
            all.all(|chosen| chosen.is_some()).then_some(false)
        };
        let meant = if self.only.is_empty() {
            Some(true)
        } else {
            any(&self.only)
        };
        match (meant, any(&self.except)) {
            (Some(false), _) | (_, Some(true)) => Some(false),
            (Some(true), Some(false)) => Some(true),
            _ => None,
        }
    }

    /// A member's labels by its tags, and by `others` where it has none. None where its tags are not known.
    pub(super) fn labels(&self, member: &Member, others: &Labels) -> Option<Labels> {
        let tags: &Tags = match &member.tags {
            Some(tags) => tags,
            None if self.tags => return None,
            None => &Tags::new(),
        };
        let label = |key: &String, other: &Option<String>| {
            let tag = tags.get(key).filter(|value| self.tags && !value.is_empty());
            tag.or(other.as_ref()).cloned()
        };
        Some(Labels {
            env: label(&self.env_tag, &others.env),
            team: label(&self.team_tag, &others.team),
        })
    }
}
