//! The rows of a list whose walk broke off at another replica, and has to begin anew here: readers have some of them already.
//!
//! The new walk brings them again, on other pages perhaps, and changed perhaps. A row that readers have is known by what names it, and left out; so nobody sees one
//! twice, and none that came since is missing.

use crate::cache::KeptPage;
use crate::cache::room::{Room, Share};
use crate::crawl::{Identity, Page};
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::io;
use std::sync::Arc;

/// What readers have.
#[derive(Debug)]
pub struct Passed {
    identity: Identity,
    /// All pages that were handed out, where they may be needed again.
    pages: Vec<Arc<KeptPage>>,
    /// How many bytes those take.
    bytes: usize,
    /// What was taken for them, where they take room of their own.
    share: Share,
    /// How many rows they have.
    rows: u64,
    /// How often each row was among those when the present walk began; none where that is the first.
    before: Option<HashMap<u64, u32>>,
}

impl Passed {
    /// Nothing yet. Pages that take room of their own take it here.
    pub fn nothing(identity: Identity, room: &Arc<Room>) -> Self {
        Self {
            identity,
            pages: Vec::new(),
            bytes: 0,
            share: Share::nothing(room),
            rows: 0,
            before: None,
        }
    }

    /// What was handed out.
    pub fn pages(&self) -> &[Arc<KeptPage>] {
        &self.pages
    }

    /// How many rows were handed out by now, where that is not what a walk counts itself.
    pub fn rows(&self) -> Option<u64> {
        self.before.as_ref().map(|_| self.rows)
    }

    /// The walk broke off. What follows is of another, from its first page.
    ///
    /// # Errors
    /// A page cannot be read: the memory is not what it was.
    pub fn begin_anew(&mut self) -> io::Result<()> {
        if self.pages.is_empty() {
            return Ok(());
        }
        let mut before = HashMap::new();
        for page in &self.pages {
            let page = page.page()?;
            for row in rows(&page)? {
                *before.entry(self.identity.of(row.get())).or_default() += 1;
            }
        }
        self.before = Some(before);
        Ok(())
    }

    /// What is new of a page that comes; none where nothing is.
    ///
    /// # Errors
    /// It cannot be read, or not be compressed.
    pub fn new_of(&mut self, page: Arc<KeptPage>) -> io::Result<Option<Arc<KeptPage>>> {
        let Some(before) = &mut self.before else {
            return Ok(Some(page));
        };
        let whole = page.page()?;
        let mut left = rows(&whole)?;
        left.retain(|row| match before.get_mut(&self.identity.of(row.get())) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        });
        if left.is_empty() {
            return Ok(None);
        }
        if left.len() as u64 == page.count {
            return Ok(Some(page));
        }
        let texts: Vec<_> = left.iter().map(|row| row.get()).collect();
        let page = Page {
            rows: format!("[{}]", texts.join(",")).into(),
            count: left.len() as u64,
            // What the cloud says is about its own pages.
            total: None,
            request_id: whole.request_id.clone(),
        };
        KeptPage::new(&page).map(|page| Some(Arc::new(page)))
    }

    /// A page is handed out now. Those of a walk that may break off are `kept`.
    pub fn pass(&mut self, page: &Arc<KeptPage>, kept: bool) {
        self.rows += page.count;
        if kept {
            self.bytes += page.bytes();
            self.pages.push(Arc::clone(page));
        }
    }

    /// Takes room for the pages that are kept here, since the list keeps them no more; false where all lists together would take more than `most` so.
    pub fn take_room(&mut self, room: &Room, most: usize) -> bool {
        let bytes = self.bytes - self.share.bytes();
        let taken = room.take(bytes, most);
        if taken {
            self.share.add(bytes);
        }
        taken
    }
}

fn rows(page: &Page) -> io::Result<Vec<&RawValue>> {
    Ok(serde_json::from_str(&page.rows)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;
    use serde_json::{Value, json};

    fn page(rows: &[Value]) -> Arc<KeptPage> {
        let page = Page {
            rows: Value::from(rows).to_string().into(),
            count: rows.len() as u64,
            total: Some(100),
            request_id: Some("R".to_owned()),
        };
        Arc::new(KeptPage::new(&page).unwrap())
    }

    fn patches() -> Passed {
        let source = catalog::source("alibaba.oos.instance-patch-states").unwrap();
        Passed::nothing(Identity::of_source(source), &Arc::default())
    }

    #[test]
    fn pages_that_nobody_else_keeps_take_room_once_and_give_it_back() {
        let room = Arc::new(Room::default());
        let source = catalog::source("alibaba.oos.instance-patch-states").unwrap();
        let mut passed = Passed::nothing(Identity::of_source(source), &room);
        let one = page(&[row("a", 1)]);
        passed.pass(&one, true);
        passed.pass(&page(&[row("b", 1)]), false);
        for _ in 0..2 {
            assert!(passed.take_room(&room, one.bytes()));
            assert_eq!(room.taken(), one.bytes());
        }
        passed.pass(&one, true);
        assert!(!passed.take_room(&room, 2 * one.bytes() - 1));
        assert!(passed.take_room(&room, 2 * one.bytes()));
        drop(passed);
        assert_eq!(room.taken(), 0);
    }

    fn row(instance: &str, missing: u32) -> Value {
        json!({"InstanceId": instance, "BaselineId": "b", "MissingCount": missing.to_string()})
    }

    /// What readers get of pages that come.
    fn read(passed: &mut Passed, pages: &[Vec<Value>], kept: bool) -> Vec<Value> {
        let mut got = Vec::new();
        for rows in pages.iter().filter(|rows| !rows.is_empty()) {
            if let Some(new) = passed.new_of(page(rows)).unwrap() {
                passed.pass(&new, kept);
                let new: Vec<Value> = serde_json::from_str(&new.page().unwrap().rows).unwrap();
                got.extend(new);
            }
        }
        got
    }

    #[test]
    fn a_row_that_readers_have_is_left_out_also_when_it_has_changed() {
        let mut passed = patches();
        let first = read(&mut passed, &[vec![row("a", 1), row("b", 1)], vec![row("c", 1)]], true);
        assert_eq!((first.len(), passed.rows()), (3, None));
        passed.begin_anew().unwrap();
        // Another one came first, so that the pages are others; one has changed, one has gone.
        let again = [vec![row("n", 0), row("a", 1)], vec![row("c", 2), row("d", 1)]];
        assert_eq!(read(&mut passed, &again, true), [row("n", 0), row("d", 1)]);
        assert_eq!(passed.rows(), Some(5));
        passed.begin_anew().unwrap();
        assert_eq!(read(&mut passed, &again, true), Vec::<Value>::new());
        assert_eq!(passed.pages().len(), 4);
    }

    #[test]
    fn two_rows_of_one_name_stay_two() {
        let mut passed = patches();
        read(&mut passed, &[vec![row("a", 1)]], true);
        passed.begin_anew().unwrap();
        let again = [vec![row("a", 1), row("a", 7)]];
        assert_eq!(read(&mut passed, &again, true), [row("a", 7)]);
    }

    #[test]
    fn nothing_is_read_where_no_walk_broke_off() {
        let mut passed = patches();
        passed.begin_anew().unwrap();
        let whole = page(&[row("a", 1)]);
        assert!(Arc::ptr_eq(
            &passed.new_of(Arc::clone(&whole)).unwrap().unwrap(),
            &whole
        ));
        passed.pass(&whole, false);
        assert_eq!(passed.pages().len(), 0);
    }

    proptest! {
        /// Wherever walks break off, readers end up with the rows of the last one, each as often as it is there.
        #[test]
        fn readers_have_all_rows_once(list in proptest::collection::vec(select(vec!["a", "b", "c", "d", "e", "f"]), 0..20), cuts in proptest::collection::vec((0usize..20, 1usize..6), 0..4)) {
            let list: Vec<Value> = list.iter().map(|instance| row(instance, 0)).collect();
            let mut passed = patches();
            let mut got = Vec::new();
            for (cut, size) in cuts {
                let walked: Vec<Vec<Value>> = list.chunks(size).map(<[Value]>::to_vec).take(cut).collect();
                got.extend(read(&mut passed, &walked, true));
                passed.begin_anew().unwrap();
            }
            got.extend(read(&mut passed, std::slice::from_ref(&list), false));
            let sorted = |mut rows: Vec<Value>| { rows.sort_by_key(ToString::to_string); rows };
            prop_assert_eq!(sorted(got), sorted(list.clone()));
            prop_assert!(passed.rows().is_none_or(|rows| rows == list.len() as u64));
        }
    }
}
