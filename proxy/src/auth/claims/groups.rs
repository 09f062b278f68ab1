//! The shapes in which providers deliver groups.

use super::{Claim, Claims, LONGEST, decimal, kind};
use serde_json::{Map, Value};

/// More groups than anybody is in.
pub const MOST: usize = 10_000;

/// How groups stand in their claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// A list of names, or one name.
    #[default]
    List,
    /// An object whose members are called like the groups.
    Keys,
    /// A list of objects, or one object, with the name in this member.
    Field(String),
}

impl std::str::FromStr for Shape {
    type Err = String;

    /// As the configuration writes it: `list`, `keys` or `field:NAME`.
    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.strip_prefix("field:")) {
            ("list", _) => Ok(Self::List),
            ("keys", _) => Ok(Self::Keys),
            (_, Some(name)) if !name.is_empty() => Ok(Self::Field(name.to_owned())),
            _ => Err(format!(
                "{text:?} is not one of \"list\", \"keys\" (of an object), \"field:NAME\" (of a list of objects)"
            )),
        }
    }
}

/// What is wrong with the groups of a token, after the words "the claim … of the groups".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GroupsFault {
    /// There were too many for the token.
    #[error(
        "was left out because there are too many (Entra's overage, beyond 200): let the provider deliver only groups assigned to the application, or app roles, and name that claim"
    )]
    Elsewhere,
    /// An object under another shape than its own.
    #[error("is an object where a list belongs: if its members are called like the groups, set the shape \"keys\"")]
    ObjectForList,
    /// Objects in a list under the shape of names.
    #[error(
        "holds objects: set the shape \"field:NAME\" with the member that is the group's name{}",
        members(.0)
    )]
    Objects(Vec<String>),
    /// No object under the shape of keys.
    #[error("is {0} where an object belongs: set the shape \"list\", or \"field:NAME\" for a list of objects")]
    NoObject(&'static str),
    /// No objects under the shape of fields.
    #[error("holds {0} where objects belong: set the shape \"list\"")]
    NoObjects(&'static str),
    /// An object lacks the field.
    #[error("holds an object without the member `{field}`{}", members(.there))]
    NoField {
        /// Which one.
        field: String,
        /// Those that it has.
        there: Vec<String>,
    },
    /// Something that is no name.
    #[error("holds {0} where a group's name belongs: let the provider deliver texts")]
    NoName(&'static str),
    /// An absurdly long name.
    #[error("holds a name of {0} bytes, and 256 are the most")]
    Long(usize),
    /// Absurdly many.
    #[error("holds {0} entries, and 10,000 are the most")]
    Many(usize),
}

/// The names of members, for whoever has to choose one.
fn members(there: &[String]) -> String {
    if there.is_empty() {
        String::new()
    } else {
        format!(" (there are: {})", there.join(", "))
    }
}

impl Shape {
    /// The groups in a claim, as they stand there: nothing is split, cut or parsed.
    ///
    /// # Errors
    /// The claim does not have this shape, or holds what is no name.
    pub fn read(&self, value: &Value) -> Result<Vec<String>, GroupsFault> {
        let entries = match value {
            Value::Array(entries) => entries.len(),
            Value::Object(members) => members.len(),
            _ => 1,
        };
        if entries > MOST {
            return Err(GroupsFault::Many(entries));
        }
        match (self, value) {
            (Self::List, Value::Array(entries)) => collect(entries, listed),
            (Self::List, Value::Object(_)) => Err(GroupsFault::ObjectForList),
            (Self::List, one) => listed(one).map(Vec::from_iter),
            (Self::Keys, Value::Object(members)) => {
                let names = members.keys().map(|name| text(name));
                names.filter_map(Result::transpose).collect()
            }
            (Self::Keys, other) => Err(GroupsFault::NoObject(kind(other))),
            (Self::Field(field), Value::Array(entries)) => collect(entries, |entry| in_field(entry, field)),
            (Self::Field(field), one) => in_field(one, field).map(Vec::from_iter),
        }
    }
}

fn collect(
    entries: &[Value],
    read: impl Fn(&Value) -> Result<Option<String>, GroupsFault>,
) -> Result<Vec<String>, GroupsFault> {
    entries.iter().map(read).filter_map(Result::transpose).collect()
}

/// One name in a list.
fn listed(entry: &Value) -> Result<Option<String>, GroupsFault> {
    match entry {
        Value::Object(members) => Err(GroupsFault::Objects(some_names(members))),
        other => name(other),
    }
}

/// One object's name.
fn in_field(entry: &Value, field: &str) -> Result<Option<String>, GroupsFault> {
    let Value::Object(members) = entry else {
        return Err(GroupsFault::NoObjects(kind(entry)));
    };
    members.get(field).map_or_else(
        || {
            Err(GroupsFault::NoField {
                field: field.to_owned(),
                there: some_names(members),
            })
        },
        name,
    )
}

fn name(value: &Value) -> Result<Option<String>, GroupsFault> {
    match value {
        Value::String(name) => text(name),
        Value::Number(number) => decimal(number)
            .map(Some)
            .ok_or(GroupsFault::NoName("a number that is not whole")),
        other => Err(GroupsFault::NoName(kind(other))),
    }
}

/// A group's name to the byte; none where it is empty, as some providers write a person without groups.
fn text(name: &str) -> Result<Option<String>, GroupsFault> {
    if name.len() > LONGEST {
        return Err(GroupsFault::Long(name.len()));
    }
    Ok((!name.is_empty()).then(|| name.to_owned()))
}

/// The names of an object's first members, without what nobody could read in a log.
fn some_names(members: &Map<String, Value>) -> Vec<String> {
    let readable = |name: &&String| name.len() <= 40 && !name.chars().any(char::is_control);
    members.keys().filter(readable).take(10).cloned().collect()
}

/// Whether a claim is a list or an object of JSON, printed into a text.
#[must_use]
pub fn is_json_in_text(value: &Value) -> bool {
    let Some(text) = value.as_str().map(str::trim_start) else {
        return false;
    };
    let parsed = || serde_json::from_str::<Value>(text).ok();
    text.starts_with(['[', '{']) && parsed().is_some_and(|value| value.is_array() || value.is_object())
}

/// Whether the token says that a claim would have been too large for it
/// ([OpenID Connect Core §5.6.2](https://openid.net/specs/openid-connect-core-1_0.html#AggregatedDistributedClaims), as Entra does with groups).
#[must_use]
pub fn are_elsewhere(claims: &Claims, claim: &Claim) -> bool {
    let name = claim.outermost();
    let distributed = claims
        .get("_claim_names")
        .and_then(Value::as_object)
        .is_some_and(|names| names.contains_key(name));
    let implied = || name == "groups" && claims.get("hasgroups").is_some_and(is_true);
    distributed || implied()
}

fn is_true(value: &Value) -> bool {
    value.as_bool().unwrap_or(false) || value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true"))
}
