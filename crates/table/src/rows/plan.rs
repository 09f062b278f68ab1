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
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

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
        found.retain(|(path, value)| Some(path.as_str()) != self.explode || !known(value));
        found
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

fn unknown(keys: &[Key], prefix: &str, object: &str, found: &mut Vec<(String, String)>) {
    for (name, value) in entries(object) {
        match keys.iter().find(|key| key.name == name) {
            Some(key) if key.column.is_some() || value == "null" => {}
            Some(key) if value.starts_with('{') => unknown(&key.inner, &[prefix, &name, "."].concat(), value, found),
            _ => found.push(([prefix, &name].concat(), value.to_owned())),
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
        while let Some(place) = map.next_key_seed(Name {
            keys: self.keys,
            next,
            explode: self.explode,
        })? {
            match place {
                Place::Nowhere => {
                    map.next_value::<IgnoredAny>()?;
                }
                Place::Exploded => *self.exploded = Some(map.next_value::<&RawValue>()?.get()),
                Place::Key(at) => {
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
    Key(usize),
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
            _ => self.keys.iter().position(is).map_or(Place::Nowhere, Place::Key),
        })
    }
}
