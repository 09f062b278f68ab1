//! A member of a directory, as its lists tell it.

use crate::object;
use catalog::Directory;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Values by the keys of tags.
pub type Tags = BTreeMap<String, String>;

/// An account that a directory lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The vendor's id of it.
    pub id: String,
    /// Its name for people; empty where it has none.
    pub name: String,
    /// Its tags; none where they are not known.
    pub tags: Option<Tags>,
}

/// The members among the items of a directory's list, each once, and how many items name no account. `tags` are those of a list of their own, where the
/// directory has one.
pub(super) fn read_all(
    directory: &Directory,
    items: &[String],
    tags: Option<&HashMap<String, Tags>>,
) -> (Vec<Member>, usize) {
    let (mut members, mut nameless) = (BTreeMap::new(), 0);
    let mut order = Vec::new();
    for item in items {
        let text = |field| object::at(item, &[field]).and_then(object::text);
        let Some(id) = text(directory.accounts.wanted) else {
            nameless += 1;
            continue;
        };
        let is_one = |state: String| directory.members.iter().any(|known| known.eq_ignore_ascii_case(&state));
        if !text(directory.state).is_none_or(is_one) {
            continue;
        }
        let own = match (directory.tags.listed_by, tags) {
            (None, _) => Some(tags_of(directory, item)),
            // An account that the list of tags does not name has none.
            (Some(_), Some(tags)) => Some(tags.get(&id).cloned().unwrap_or_default()),
            (Some(_), None) => None,
        };
        let member = Member {
            name: text(directory.name).unwrap_or_default(),
            tags: own,
            id: id.clone(),
        };
        if members.insert(id.clone(), member).is_none() {
            order.push(id);
        }
    }
    let members = order.iter().filter_map(|id| members.remove(id)).collect();
    (members, nameless)
}

/// The tags by the ids of their accounts, of a list of their own.
pub(super) fn tags_by_id(directory: &Directory, items: &[String]) -> HashMap<String, Tags> {
    let Some(list) = directory.tags.listed_by else {
        return HashMap::new();
    };
    let tagged = |item: &String| {
        let id = object::at(item, &[list.wanted]).and_then(object::text)?;
        Some((id, tags_of(directory, item)))
    };
    items.iter().filter_map(tagged).collect()
}

/// The tags of an item; one without a key is none. A list where an object with a list belongs counts, too.
fn tags_of(directory: &Directory, item: &str) -> Tags {
    let places = [directory.tags.at, &directory.tags.at[..1]];
    let lists = places.iter().filter_map(|place| object::at(item, place));
    let lists = lists.filter_map(|list| serde_json::from_str::<Vec<Value>>(list).ok());
    let text = |tag: &Value, field| Some(tag.get(field)?.as_str()?.trim().to_owned());
    let tag = |tag: Value| {
        let key = text(&tag, directory.tags.key).filter(|key| !key.is_empty())?;
        Some((key, text(&tag, directory.tags.value).unwrap_or_default()))
    };
    lists.take(1).flatten().filter_map(tag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use catalog::DIRECTORIES;

    fn directory(kind: &str) -> &'static Directory {
        DIRECTORIES.iter().find(|known| known.kind == kind).unwrap()
    }

    #[test]
    fn members_are_told_from_those_who_are_none() {
        let items = [
            r#"{"AccountId":"11","DisplayName":"a","Status":"CreateSuccess","Tags":{"Tag":[{"Key":"env","Value":"prod"},{"Key":""},7]}}"#,
            r#"{"AccountId":"12","DisplayName":"b","Status":"PromoteFailed"}"#,
            r#"{"AccountId":13,"Status":"InviteSuccess","Tags":[{"Key":"team"}]}"#,
            r#"{"DisplayName":"nobody"}"#,
            r#"{"AccountId":"11","DisplayName":"again","Status":"CREATESUCCESS"}"#,
        ];
        let (members, nameless) = read_all(directory("resource-directory"), &items.map(str::to_owned), None);
        assert_eq!(nameless, 1);
        let told: Vec<_> = members.iter().map(|one| (&*one.id, &*one.name)).collect();
        assert_eq!(told, [("11", "again"), ("13", "")]);
        assert_eq!(members[1].tags, Some(Tags::from([("team".to_owned(), String::new())])));
    }

    #[test]
    fn tags_of_another_list_belong_to_the_account_that_they_name() {
        let directory = directory("organization");
        let items = [
            r#"{"id":"d1","name":"a","status":"active"}"#,
            r#"{"id":"d2","name":"b"}"#,
            r#"{"id":"d3","name":"c","status":"suspended"}"#,
        ];
        let items = items.map(str::to_owned);
        let tagged = [r#"{"resource_id":"d2","resource_name":"b","tags":[{"key":"env","value":"test"}]}"#.to_owned()];
        let (members, _) = read_all(directory, &items, Some(&tags_by_id(directory, &tagged)));
        assert_eq!(members.len(), 2);
        assert_eq!(members[0].tags, Some(Tags::new()));
        assert_eq!(members[1].tags.as_ref().unwrap()["env"], "test");
        let (unknown, _) = read_all(directory, &items, None);
        assert!(unknown.iter().all(|member| member.tags.is_none()));
    }
}
