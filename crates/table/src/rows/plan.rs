//! Where a source's columns stand in its objects, as a tree of keys, and the walk along it.

use catalog::{Decode, Source};
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// An object key that leads to columns.
pub(super) struct Key {
    name: &'static str,
    /// What stands there, if a value of the row does: the column's place in the table, and how it is read.
    pub(super) column: Option<(usize, Decode)>,
    /// Keys of the object that stands there.
    inner: Vec<Key>,
}

impl Key {
    /// Keys of the object that stands there.
    pub(super) fn inner(&self) -> &[Self] {
        &self.inner
    }
}

/// The tree of keys of a source.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) keys: Vec<Key>,
    /// The key whose list is taken apart into rows.
    pub(super) explode: Option<&'static str>,
}

impl Plan {
    pub(super) fn new(source: &'static Source) -> Self {
        let mut keys = Vec::new();
        for field in source.fields {
            if let Some(column) = source.table.index(field.column) {
                insert(&mut keys, field.path, (column, field.decode));
            }
        }
        let explode = source.explode;
        Self { keys, explode }
    }

    /// Walks over a JSON object and hands over what stands at a column's place, as JSON text, then what stands at the exploded key. False if
    /// `object` is no object.
    pub(super) fn walk<'a>(&self, object: &'a str, found: &mut dyn FnMut(&Key, &'a str)) -> Option<&'a str> {
        let mut exploded = None;
        let walk = Walk {
            keys: &self.keys,
            explode: self.explode,
            found,
            exploded: &mut exploded,
        };
        walk.over(object);
        exploded
    }

    /// The fields of an object that lead to no column, with their paths.
    pub(super) fn unknown(&self, object: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        unknown(&self.keys, "", object, &mut found);
        let known = |value: &str| value == "null" || value.starts_with('[');
        found.retain(|(path, value)| !self.is_exploded(path) || !known(value));
        found
    }

    /// Whether a name is that of the list that is taken apart into rows.
    pub(super) fn is_exploded(&self, name: &str) -> bool {
        self.explode.is_some_and(|explode| alike(explode, name))
    }
}

fn insert(keys: &mut Vec<Key>, path: &'static [&'static str], column: (usize, Decode)) {
    let Some((name, rest)) = path.split_first() else { return };
    let at = keys.iter().position(|key| key.name == *name).unwrap_or_else(|| {
        keys.push(Key {
            name,
            column: None,
            inner: Vec::new(),
        });
        keys.len() - 1
    });
    if rest.is_empty() {
        keys[at].column = Some(column);
    } else {
        insert(&mut keys[at].inner, rest, column);
    }
}

/// Whether two names are the same but for capitals and underscores: vendors write `instanceId` here, `InstanceId` there, and change their minds.
pub(super) fn alike(one: &str, other: &str) -> bool {
    fn letters(name: &str) -> impl Iterator<Item = u8> {
        let bytes = name.bytes().filter(|byte| *byte != b'_');
        bytes.map(|byte| byte.to_ascii_lowercase())
    }
    letters(one).eq(letters(other))
}

/// The key that each name of an object leads to. A name that is only like a key's leads there if no other is the key's own.
pub(super) fn places<'p>(keys: &'p [Key], entries: &[(String, &str)]) -> Vec<Option<&'p Key>> {
    let place = |(name, _): &(String, &str)| {
        let own = keys.iter().find(|key| key.name == *name);
        own.or_else(|| {
            let taken = |key: &Key| entries.iter().any(|(other, _)| key.name == *other);
            keys.iter().find(|key| alike(key.name, name) && !taken(key))
        })
    };
    entries.iter().map(place).collect()
}

fn unknown(keys: &[Key], prefix: &str, object: &str, found: &mut Vec<(String, String)>) {
    let entries = entries(object);
    for ((name, value), place) in entries.iter().zip(places(keys, &entries)) {
        let value = *value;
        match place {
            Some(key) if key.column.is_some() || value == "null" => {}
            Some(key) if value.starts_with('{') => unknown(&key.inner, &[prefix, name, "."].concat(), value, found),
            _ => found.push(([prefix, name].concat(), value.to_owned())),
        }
    }
}

/// An object's fields, as JSON text, in order. Of fields with one name the last stays. Nothing for what is no object.
pub(super) fn entries(object: &str) -> Vec<(String, &str)> {
    struct Entries;
    impl<'de> Visitor<'de> for Entries {
        type Value = Vec<(String, &'de str)>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut entries: Self::Value = Vec::new();
            while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                match entries.iter_mut().find(|(known, _)| *known == name) {
                    Some(entry) => entry.1 = value.get(),
                    None => entries.push((name, value.get())),
                }
            }
            Ok(entries)
        }
    }
    let mut reader = serde_json::Deserializer::from_str(object);
    serde::Deserializer::deserialize_map(&mut reader, Entries).unwrap_or_default()
}

/// The JSON text of an object with these fields.
pub(super) fn object(fields: &[(String, &str)]) -> String {
    let fields = fields.iter().map(|(name, value)| {
        let name = serde_json::to_string(name).unwrap_or_default();
        [&name, ":", value].concat()
    });
    ["{", &fields.collect::<Vec<_>>().join(","), "}"].concat()
}

/// One object on the way.
struct Walk<'p, 'a, 'f> {
    keys: &'p [Key],
    explode: Option<&'static str>,
    found: &'f mut dyn FnMut(&Key, &'a str),
    exploded: &'f mut Option<&'a str>,
}

impl<'a> Walk<'_, 'a, '_> {
    fn over(self, object: &'a str) {
        if object.starts_with('{') {
            let mut reader = serde_json::Deserializer::from_str(object);
            // The text was found to be JSON when the batch was cut into items. What is left to go wrong is a name with broken surrogates:
            // the fields before it stand.
            let _ = serde::Deserializer::deserialize_map(&mut reader, self);
        }
    }
}

impl<'de> Visitor<'de> for Walk<'_, 'de, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut next = 0;
        // Of the keys that stand there by their own name.
        let mut own = 0_u64;
        while let Some(place) = map.next_key_seed(Name {
            keys: self.keys,
            next,
            explode: self.explode,
        })? {
            match place {
                Place::Like(at) if own & bit(at) != 0 => {
                    map.next_value::<IgnoredAny>()?;
                }
                Place::Nowhere => {
                    map.next_value::<IgnoredAny>()?;
                }
                Place::Exploded => *self.exploded = Some(map.next_value::<&RawValue>()?.get()),
                Place::Key(at) | Place::Like(at) => {
                    if let Place::Key(_) = place {
                        own |= bit(at);
                    }
                    next = at + 1;
                    let key = &self.keys[at];
                    let value = map.next_value::<&RawValue>()?.get();
                    // Of two fields with one name the last counts, with all that stands below it.
                    clear(&key.inner, self.found);
                    if key.column.is_some() {
                        (self.found)(key, value);
                    }
                    let inner = Walk {
                        keys: &key.inner,
                        explode: None,
                        found: self.found,
                        exploded: self.exploded,
                    };
                    inner.over(value);
                }
            }
        }
        Ok(())
    }
}

fn clear<'a>(keys: &[Key], found: &mut dyn FnMut(&Key, &'a str)) {
    for key in keys {
        if key.column.is_some() {
            found(key, "null");
        }
        clear(&key.inner, found);
    }
}

/// Where a name leads.
enum Place {
    Nowhere,
    Exploded,
    /// The key of this name.
    Key(usize),
    /// A key of a name that is [`alike`].
    Like(usize),
}

/// A key's bit. Keys beyond the 64th share the last one's.
fn bit(at: usize) -> u64 {
    1 << at.min(63)
}

/// Reads a name without keeping it.
struct Name<'p> {
    keys: &'p [Key],
    /// The key that comes next if the objects have their fields in the catalogue's order.
    next: usize,
    explode: Option<&'static str>,
}

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Place;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Place, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Place;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Place, E> {
        let is = |key: &Key| key.name == name;
        Ok(match self.keys.get(self.next) {
            Some(key) if is(key) => Place::Key(self.next),
            _ if self.explode == Some(name) => Place::Exploded,
            _ => match self.keys.iter().position(is) {
                Some(at) => Place::Key(at),
                None if self.explode.is_some_and(|explode| alike(explode, name)) => Place::Exploded,
                None => {
                    let like = |key: &Key| alike(key.name, name);
                    self.keys.iter().position(like).map_or(Place::Nowhere, Place::Like)
                }
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Plan, alike};

    /// Or a name would lead to two columns.
    #[test]
    fn no_two_known_names_are_alike() {
        fn check(keys: &[Key]) {
            for (at, key) in keys.iter().enumerate() {
                assert!(
                    keys[..at].iter().all(|other| !alike(other.name, key.name)),
                    "{}",
                    key.name
                );
                check(&key.inner);
            }
        }
        for source in catalog::SOURCES {
            let plan = Plan::new(source);
            check(&plan.keys);
            assert!(plan.keys.iter().all(|key| !plan.is_exploded(key.name)), "{}", source.id);
        }
    }

    #[test]
    fn names_are_alike_whatever_their_capitals_and_underscores() {
        for other in ["InstanceId", "instance_id", "INSTANCEID", "Instance_ID"] {
            assert!(alike("instanceId", other), "{other}");
        }
        for other in ["instance", "instanceIds", "instance-id", "ınstanceıd", ""] {
            assert!(!alike("instanceId", other), "{other}");
        }
    }
}
