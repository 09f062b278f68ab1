//! The parts of a page's top-level object, as places in the answer.

use crate::object;
use crate::vendors::Listed;
use catalog::Call;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// The parts of a page's top-level object.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// The items that are objects.
    pub items: Vec<Range<usize>>,
    /// Whether nothing but commas and white space is between them.
    pub side_by_side: bool,
    /// What stands where the list belongs.
    pub listed: Listed,
    /// How many other items there are.
    pub lost: u64,
    /// What is wrong with those.
    pub flaw: Option<String>,
    /// All other fields: names and values.
    pub fields: Vec<(String, Range<usize>)>,
}

impl Parts {
    /// Reads an answer.
    ///
    /// # Errors
    /// It is no JSON object.
    pub fn read(call: &Call, body: &[u8]) -> Result<Self, serde_json::Error> {
        let mut json = serde_json::Deserializer::from_slice(body);
        let (items, inner) = call.items.split_once('.').unzip();
        let items = items.unwrap_or(call.items);
        let top = Top { items, inner }.deserialize(&mut json)?;
        json.end()?;
        Ok(Self::of(call, body, top))
    }

    /// The other fields as texts: names and values. `body` is the answer that was read.
    pub fn texts<'a>(&'a self, body: &'a [u8]) -> impl Iterator<Item = (&'a str, &'a str)> {
        let text = |place: &Range<usize>| std::str::from_utf8(body.get(place.clone())?).ok();
        self.fields
            .iter()
            .filter_map(move |(name, value)| Some((name.as_str(), text(value)?)))
    }

    fn of(call: &Call, body: &[u8], top: TopParts<'_>) -> Self {
        let place = |text: &str| {
            let start = text.as_ptr() as usize - body.as_ptr() as usize;
            start..start + text.len()
        };
        let Call { items, action, .. } = call;
        let field = items.split('.').next().unwrap_or_default();
        let mut parts = Self::default();
        if items.is_empty() {
            let start = body.len() - body.trim_ascii_start().len();
            parts.items.push(start..start + body.trim_ascii().len());
        }
        // A list that comes twice has all its items; one under a name with other capitals counts where there is no other.
        let spelt = top
            .lists
            .iter()
            .any(|(name, list)| name == field && !matches!(list, Items::Absent));
        let mut lists = 0;
        for (_, list) in top.lists.iter().filter(|(name, _)| name == field || !spelt) {
            match list {
                Items::Absent => {}
                Items::List(list) => {
                    lists += 1;
                    parts.take(list, place, &format!("`{items}` of {action}"));
                }
                Items::Other => {
                    parts.flaw = Some(format!("`{items}` of {action} is not a list"));
                }
            }
        }
        if top.lists.is_empty() && !call.items_may_be_missing && !items.is_empty() {
            parts.flaw = Some(format!("`{items}` of {action} is missing"));
        }
        parts.listed = top
            .lists
            .iter()
            .map(|(_, list)| list.listed())
            .max()
            .unwrap_or_default();
        parts.side_by_side = lists == 1 && parts.lost == 0;
        let fields = top.fields.into_iter();
        parts.fields = fields
            .map(|(name, value)| (name.into_owned(), place(value.get())))
            .collect();
        parts
    }

    fn take(&mut self, list: &[&RawValue], place: impl Fn(&str) -> Range<usize>, what: &str) {
        self.items.reserve(list.len());
        for item in list {
            if item.get().starts_with('{') {
                self.items.push(place(item.get()));
            } else {
                self.lost += 1;
                let kind = object::kind(item.get());
                let flaw = || format!("{what} holds {kind} where an object belongs");
                self.flaw.get_or_insert_with(flaw);
            }
        }
    }
}

/// What stands where the items belong.
#[derive(Debug)]
enum Items<'a> {
    /// Nothing or null: an empty list.
    Absent,
    List(Vec<&'a RawValue>),
    /// Something else.
    Other,
}

impl Items<'_> {
    fn listed(&self) -> Listed {
        match self {
            Self::Absent => Listed::Nothing,
            Self::List(items) if items.is_empty() => Listed::Nothing,
            Self::List(_) | Self::Other => Listed::Something,
        }
    }
}

struct TopParts<'a> {
    lists: Vec<(Cow<'a, str>, Items<'a>)>,
    fields: Vec<(Cow<'a, str>, &'a RawValue)>,
}

/// Reads the top-level object; `items` names the field whose values are taken apart.
struct Top {
    items: &'static str,
    /// The field of that one which holds the list, where it is an object.
    inner: Option<&'static str>,
}

impl<'de> DeserializeSeed<'de> for Top {
    type Value = TopParts<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Top {
    type Value = TopParts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut lists, mut fields) = (Vec::new(), Vec::new());
        while let Some(key) = map.next_key::<&RawValue>()? {
            let name = object::name(key.get());
            if name.eq_ignore_ascii_case(self.items) {
                lists.push((name, map.next_value_seed(ItemsVisitor { inner: self.inner })?));
            } else {
                fields.push((name, map.next_value()?));
            }
        }
        Ok(TopParts { lists, fields })
    }
}

/// Reads what stands where the items belong: a list, or an object whose field `inner` is one.
struct ItemsVisitor {
    inner: Option<&'static str>,
}

impl<'de> DeserializeSeed<'de> for ItemsVisitor {
    type Value = Items<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ItemsVisitor {
    type Value = Items<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Items::List(items))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Items::Absent)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        // An empty object is how some write that there are none.
        let mut found = self.inner.map(|_| Items::Absent);
        while let Some(key) = map.next_key::<&RawValue>()? {
            let name = object::name(key.get());
            if self.inner.is_some_and(|inner| name.eq_ignore_ascii_case(inner)) {
                found = Some(map.next_value_seed(ItemsVisitor { inner: None })?);
            } else {
                map.next_value::<IgnoredAny>()?;
                if matches!(found, Some(Items::Absent)) {
                    found = None;
                }
            }
        }
        Ok(found.unwrap_or(Items::Other))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Items::Other)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Items::Other)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Items::Other)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Items::Other)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Items::Other)
    }
}
