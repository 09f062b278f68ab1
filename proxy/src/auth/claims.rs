//! What an identity provider or a front says of somebody: their names and groups, in whatever shape its tokens have them.
//!
//! A claim that is not as the configuration says is never made to fit: whoever guesses may guess a right. What went wrong is said in words that name
//! what to change, here or at the provider.

pub mod groups;

use groups::Shape;
use serde_json::{Map, Value};
use std::fmt;

/// The claims of a token, or of a provider's `userinfo`.
pub type Claims = Map<String, Value>;

/// The longest name of a user or group, in bytes.
pub const LONGEST: usize = 256;

/// Where in a token something stands: one member by its name as it is (`urn:zitadel:iam:org:project:roles`, dots and slashes are no separators),
/// or a member within others (`realm_access`, `roles`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim(Vec<String>);

impl Claim {
    /// The member with this very name.
    pub fn named(name: impl Into<String>) -> Self {
        Self(vec![name.into()])
    }

    /// A member within others, from the outermost to its own name. None where there is no name.
    pub fn path(names: Vec<String>) -> Option<Self> {
        (!names.is_empty()).then_some(Self(names))
    }

    /// What stands there. A member that is `null` is as one that is missing: programs write so what is not there.
    #[must_use]
    pub fn find<'a>(&self, claims: &'a Claims) -> Option<&'a Value> {
        let (first, inner) = self.0.split_first()?;
        let found = inner
            .iter()
            .try_fold(claims.get(first)?, |value, name| value.as_object()?.get(name))?;
        (!found.is_null()).then_some(found)
    }

    /// The name of its outermost member.
    #[must_use]
    pub fn outermost(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0.join("` / `"))
    }
}

/// Which claims say what of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimNames {
    /// By which name grants may call them: the first of these that is there.
    pub user: Vec<Claim>,
    /// Which name is shown: the first of these that is there.
    pub name: Vec<Claim>,
    /// Their groups.
    pub groups: Option<Claim>,
    /// How the groups stand there.
    pub shape: Shape,
}

/// What a token says of somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The names by which grants may call them.
    pub users: Vec<String>,
    /// The name to show, where there is one.
    pub name: Option<String>,
    /// All their groups, as the token has them.
    pub groups: Vec<String>,
    /// What they may miss, and why.
    pub remarks: Vec<Remark>,
}

/// Nothing that forbids to let somebody in, but they may see less than they expect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Remark {
    /// The claim of the groups is missing.
    #[error(
        "no groups were delivered: there is no claim {0}. The provider needs a mapper (a claim, a scope, an attribute) that puts groups into the token"
    )]
    NoGroups(Claim),
    /// A list or an object of JSON was written into a text.
    #[error(
        "the groups were not read: the claim {0} is JSON within a text. Let the provider deliver a list of texts; an expression that prints an object does not"
    )]
    JsonInText(Claim),
    /// The e-mail address is expressly not verified.
    #[error(
        "the e-mail address is no name for grants: the provider says `email_verified: false`. Let it verify addresses, or set the user's claim to another name that it vouches for"
    )]
    Unverified,
}

/// A claim is not what the configuration says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// A user's name is no name.
    #[error("the claim {claim} of the user is {found} where a name belongs")]
    User {
        /// Which.
        claim: Claim,
        /// What is there instead.
        found: &'static str,
    },
    /// The groups are not as they should be.
    #[error("the claim {claim} of the groups {fault}")]
    Groups {
        /// Which.
        claim: Claim,
        /// What is wrong with it.
        fault: groups::GroupsFault,
    },
}

impl ClaimNames {
    /// Reads what a token says.
    ///
    /// # Errors
    /// A claim is there and is not what it should be.
    pub fn read(&self, claims: &Claims) -> Result<Said, ClaimError> {
        let mut said = Said {
            name: self.name.iter().find_map(|claim| shown(claim.find(claims)?)),
            ..Said::default()
        };
        self.read_user(claims, &mut said)?;
        self.read_groups(claims, &mut said)?;
        Ok(said)
    }

    fn read_user(&self, claims: &Claims, said: &mut Said) -> Result<(), ClaimError> {
        for claim in &self.user {
            let Some(value) = claim.find(claims) else { continue };
            let name = name(value).map_err(|found| ClaimError::User {
                claim: claim.clone(),
                found,
            })?;
            let Some(name) = name else { continue };
            if *claim == Claim::named("email") && is_unverified(claims) {
                said.remarks.push(Remark::Unverified);
                continue;
            }
            said.users.push(name);
            break;
        }
        Ok(())
    }

    fn read_groups(&self, claims: &Claims, said: &mut Said) -> Result<(), ClaimError> {
        let Some(claim) = &self.groups else { return Ok(()) };
        let wrong = |fault| ClaimError::Groups {
            claim: claim.clone(),
            fault,
        };
        let Some(value) = claim.find(claims) else {
            if groups::are_elsewhere(claims, claim) {
                return Err(wrong(groups::GroupsFault::Elsewhere));
            }
            said.remarks.push(Remark::NoGroups(claim.clone()));
            return Ok(());
        };
        if groups::is_json_in_text(value) {
            said.remarks.push(Remark::JsonInText(claim.clone()));
            return Ok(());
        }
        said.groups = self.shape.read(value).map_err(wrong)?;
        Ok(())
    }
}

/// A name of a user: a text, or a number that is exact. None where it is blank.
fn name(value: &Value) -> Result<Option<String>, &'static str> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => decimal(number).ok_or("a number that is not whole")?,
        other => return Err(kind(other)),
    };
    match () {
        () if text.len() > LONGEST => Err("longer than a name"),
        () if text.chars().any(char::is_control) => Err("a text with control characters"),
        () => Ok((!text.is_empty()).then_some(text)),
    }
}

/// A name to show, which nothing depends on: what is no name is passed over.
fn shown(value: &Value) -> Option<String> {
    name(value).ok().flatten()
}

/// The digits of a whole number. One with a fraction or beyond 64 bits has lost what tells it from its neighbours.
fn decimal(number: &serde_json::Number) -> Option<String> {
    (number.is_i64() || number.is_u64()).then(|| number.to_string())
}

/// Some providers write truth values as texts.
fn is_unverified(claims: &Claims) -> bool {
    match claims.get("email_verified") {
        Some(Value::Bool(verified)) => !verified,
        Some(Value::String(text)) => text.eq_ignore_ascii_case("false"),
        _ => false,
    }
}

/// What a value is, for people.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests;
