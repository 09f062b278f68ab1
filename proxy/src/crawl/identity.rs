//! Which item of a list is which: how a list is seen to move on.

use super::object;
use catalog::{Discovery, Source};
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

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

    /// 64 bits that two items share only if they are the same. An item that lacks a part of its name is told by its whole text.
    #[must_use]
    pub fn of(&self, item: &str) -> u64 {
        let parts: Option<Vec<String>> = self
            .paths
            .iter()
            .map(|path| object::at(item, path).and_then(object::text))
            .collect();
        match parts.filter(|parts| !parts.is_empty()) {
            Some(parts) => self.hasher.hash_one(parts),
            None => self.hasher.hash_one(item),
        }
    }
}

/// Tells whether a list goes round in circles, by one page that is remembered: each page is compared with it, and from time to time a later one
/// takes its place (Brent's way to find a cycle). So it costs the memory of a page, and of most pages one item is looked at.
#[derive(Debug, Default)]
pub struct Rounds {
    kept: HashSet<u64>,
    /// Pages since the kept one.
    since: u64,
    /// After how many pages another is kept.
    wait: u64,
}

impl Rounds {
    /// Looks at a page; whether it brings an item that is not in the remembered one.
    pub fn pass<'a>(&mut self, items: impl Iterator<Item = &'a str> + Clone, identity: &Identity) -> bool {
        let moves = items.clone().any(|item| !self.kept.contains(&identity.of(item)));
        self.since += 1;
        if self.since >= self.wait {
            self.wait = self.wait.max(1) * 2;
            self.keep(items, identity);
        }
        moves
    }

    /// Remembers this page from now on.
    pub fn keep<'a>(&mut self, items: impl Iterator<Item = &'a str>, identity: &Identity) {
        self.kept = items.map(|item| identity.of(item)).collect();
        self.since = 0;
    }
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
        let page = |number: u64| vec![format!(r#"{{"a":{number}}}"#), format!(r#"{{"b":{number}}}"#)];
        let still = |page_of: &dyn Fn(u64) -> u64, pages: u64| {
            let mut rounds = Rounds::default();
            (0..pages).find(|at| {
                let page = page(page_of(*at));
                !rounds.pass(page.iter().map(String::as_str), &identity)
            })
        };
        assert_eq!(still(&|at| at, 1000), None);
        for (start, length) in [(0, 1), (0, 2), (3, 1), (5, 7), (100, 3)] {
            let at = still(&|at| if at < start { at } else { start + (at - start) % length }, 1000);
            assert!(
                at.is_some_and(|at| at <= 3 * (start + length) + 1),
                "{start} {length}: {at:?}"
            );
        }
    }
}
