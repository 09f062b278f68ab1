//! Which item of a list is which: how a list is seen to move on.

use super::envelope::Envelope;
use crate::object;
use catalog::{Discovery, Source};
use std::collections::HashSet;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};

/// What tells the items of a list apart: keys down to the values that name one.
#[derive(Clone, Debug)]
pub struct Identity {
    paths: Vec<&'static [&'static str]>,
    hasher: RandomState,
}

impl Identity {
    /// The columns that name a row of the source, where its items have them.
    #[must_use]
    pub fn of_source(source: &Source) -> Self {
        let columns = source.table.identity.iter().flat_map(|names| names.split('|'));
        Self::new(columns.filter_map(|column| {
            let field = source.fields.iter().find(|field| field.column == column)?;
            Some(field.path)
        }))
    }

    /// The field that is wanted of each item.
    #[must_use]
    pub fn of_discovery(discovery: &'static Discovery) -> Self {
        Self::new([std::slice::from_ref(&discovery.wanted)])
    }

    fn new(paths: impl IntoIterator<Item = &'static [&'static str]>) -> Self {
        Self {
            paths: paths.into_iter().collect(),
            hasher: RandomState::new(),
        }
    }

    /// A part of the item's text that is in all texts of the same item.
    fn sample<'a>(&self, item: &'a str) -> &'a str {
        let first = self.paths.first().and_then(|path| object::at(item, path));
        first.unwrap_or("{")
    }

    /// 64 bits that two items share only if they are the same. An item that lacks a part of its name is told by its whole text.
    #[must_use]
    pub fn of(&self, item: &str) -> u64 {
        self.of_name(item).unwrap_or_else(|| self.hasher.hash_one(item))
    }

    fn of_name(&self, item: &str) -> Option<u64> {
        let fields = object::fields(item)?;
        let mut hasher = self.hasher.build_hasher();
        for path in &self.paths {
            let (first, rest) = path.split_first()?;
            let value = object::at(object::named(&fields, first)?, rest)?;
            object::says_something(value).then(|| value.hash(&mut hasher))?;
        }
        (!self.paths.is_empty()).then(|| hasher.finish())
    }
}

/// Tells whether a list goes round in circles, by two pages that are remembered: the one before, and one from further back, whose place a later one
/// takes from time to time (Brent's way to find a cycle). Of most pages no more than one item is looked at.
#[derive(Debug, Default)]
pub struct Rounds {
    before: Option<Envelope>,
    kept: Option<Envelope>,
    /// Pages since the kept one.
    since: u64,
    /// After how many pages another is kept.
    wait: u64,
}

impl Rounds {
    /// Looks at a page; whether it brings an item that is in neither of the remembered ones.
    pub fn pass(&mut self, page: &Envelope, identity: &Identity) -> bool {
        let known = |known: &Option<Envelope>| known.as_ref().is_some_and(|known| repeats(page, known, identity));
        let moves = page.items().next().is_some() && !known(&self.kept) && !known(&self.before);
        self.before = Some(page.clone());
        self.since += 1;
        if self.since >= self.wait {
            self.wait = self.wait.max(1) * 2;
            self.kept = Some(page.clone());
            self.since = 0;
        }
        moves
    }
}

/// Whether all items of a page are in one that came before.
fn repeats(page: &Envelope, before: &Envelope, identity: &Identity) -> bool {
    // A look for one text is much cheaper than the names of a page of items. Where several follow one another that share it, the last one's is new.
    let mut items = page.items();
    let ends = [items.next_back(), items.next()];
    if ends
        .into_iter()
        .flatten()
        .any(|item| !before.items_contain(identity.sample(item)))
    {
        return false;
    }
    let before: HashSet<u64> = before.items().map(|item| identity.of(item)).collect();
    page.items().all(|item| before.contains(&identity.of(item)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patches() -> Identity {
        Identity::of_source(catalog::source("alibaba.oos.instance-patch-states").unwrap())
    }

    #[test]
    fn an_item_is_told_by_its_name_and_a_nameless_one_by_all_of_it() {
        let identity = patches();
        let of = |item: &str| identity.of(item);
        let one = of(r#"{"InstanceId":"i-1","BaselineId":"b","MissingCount":"1"}"#);
        assert_eq!(
            one,
            of(r#"{"BaselineId": "b", "InstanceId": "i-1", "MissingCount":"2","x":"\ud83d"}"#)
        );
        assert_ne!(one, of(r#"{"InstanceId":"i-1","BaselineId":"c","MissingCount":"1"}"#));
        assert_ne!(of(r#"{"InstanceId":"i-1","a":1}"#), of(r#"{"InstanceId":"i-1","a":2}"#));
        assert_eq!(of(r#"{"a":1}"#), of(r#"{"a":1}"#));
    }

    #[test]
    fn circles_of_every_length_are_noticed_and_lists_that_move_are_none() {
        let identity = patches();
        let call = &catalog::source("alibaba.oos.instance-patch-states").unwrap().call;
        let page = |number: u64, turned: bool| {
            let mut items = [
                format!(r#"{{"a":{number}}}"#),
                format!(r#"{{"InstanceId":"i{number}","BaselineId":"b"}}"#),
            ];
            if turned {
                items.reverse();
            }
            let body = format!(r#"{{"InstancePatchStates":[{}]}}"#, items.join(","));
            Envelope::read(call, &body.into()).unwrap()
        };
        let still = |page_of: &dyn Fn(u64) -> u64, pages: u64| {
            let mut rounds = Rounds::default();
            (0..pages).find(|at| !rounds.pass(&page(page_of(*at), at % 2 == 0), &identity))
        };
        assert_eq!(still(&|at| at, 1000), None);
        for (start, length) in [(0, 1), (0, 2), (3, 1), (5, 7), (100, 3)] {
            let at = still(&|at| if at < start { at } else { start + (at - start) % length }, 1000);
            let most = if length == 1 {
                start + 1
            } else {
                3 * (start + length) + 1
            };
            assert!(at.is_some_and(|at| at <= most), "{start} {length}: {at:?}");
        }
    }
}
