//! Which matters the reader has marked as seen, kept in this browser: a few, and of each only a mark of the rows that it had.

use crate::ui::storage;
use table::engine::matters::{Mark, SeenMarks};

/// Under which name it is kept.
pub const KEPT: &str = "matters";
/// Most matters that are kept.
const MANY: usize = 60;
/// Most letters of all.
const ROOM: usize = 200_000;

/// What was marked, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen(Vec<Act>);

/// That a matter was marked.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Act {
    key: u64,
    /// When, in milliseconds since the Unix epoch by this device's clock.
    at: i64,
    mark: Mark,
}

impl Act {
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let act = Self {
            key: words.next()?.parse().ok()?,
            at: words.next()?.parse().ok()?,
            mark: Mark::parse(words.next()?)?,
        };
        words.next().is_none().then_some(act)
    }

    fn text(&self) -> String {
        [self.key.to_string(), self.at.to_string(), self.mark.text()].join(" ")
    }
}

impl Seen {
    /// As the browser has it.
    pub fn load() -> Self {
        storage::get(KEPT).map_or_else(Self::default, |text| Self::parse(&text))
    }

    fn parse(text: &str) -> Self {
        Self(text.lines().filter_map(Act::parse).take(MANY).collect())
    }

    /// As many of the newest as there is room for.
    fn text(&self) -> String {
        let mut text = String::new();
        for act in self.0.iter().take(MANY).map(Act::text) {
            if text.len() + act.len() >= ROOM {
                break;
            }
            text.push_str(&act);
            text.push('\n');
        }
        text
    }

    /// Lets the browser keep it.
    pub fn save(&self) {
        storage::set(KEPT, &self.text());
    }

    /// A matter was marked then.
    pub fn mark(&mut self, key: u64, at: i64, mark: Mark) {
        self.forget(key);
        self.0.insert(0, Act { key, at, mark });
        self.0.truncate(MANY);
    }

    /// A matter is not to count as seen.
    pub fn forget(&mut self, key: u64) {
        self.0.retain(|act| act.key != key);
    }

    /// When a matter was marked.
    pub fn when(&self, key: u64) -> Option<i64> {
        self.0.iter().find(|act| act.key == key).map(|act| act.at)
    }

    /// All marks.
    pub fn marks(&self) -> SeenMarks {
        self.0.iter().map(|act| (act.key, act.mark.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{MANY, ROOM, Seen};
    use table::engine::matters::Mark;

    fn mark(text: &str) -> Mark {
        Mark::parse(text).unwrap()
    }

    #[test]
    fn what_is_kept_is_read_again_and_odd_lines_are_none() {
        let mut seen = Seen::default();
        seen.mark(7, 1000, mark("1.2"));
        seen.mark(u64::MAX, 2000, mark("2.3-1023.1"));
        assert_eq!(Seen::parse(&seen.text()), seen);
        assert_eq!((seen.when(7), seen.when(8)), (Some(1000), None));
        let odd = ["", "7", "7 1000", "7 1000 x", "7 1000 1.2 more", "x 1 1.2"].join("\n");
        assert_eq!(Seen::parse(&odd), Seen::default());
        seen.forget(7);
        assert_eq!(seen.marks(), [(u64::MAX, mark("2.3-1023.1"))]);
    }

    #[test]
    fn only_so_many_are_kept_and_the_newest_stay() {
        let mut seen = Seen::default();
        for key in 0..200 {
            seen.mark(key, 0, mark("1.1"));
            seen.mark(0, 0, mark("1.1"));
        }
        assert_eq!(seen.marks().len(), MANY);
        assert!(seen.when(0).is_some() && seen.when(199).is_some() && seen.when(1).is_none());
        // What has very many rows takes room.
        let wide: Vec<String> = (0..1024).map(|at| format!("{at}.65535")).collect();
        for key in 1000..1060 {
            seen.mark(key, 0, mark(&wide.join("-")));
        }
        let text = seen.text();
        assert!(text.len() < ROOM, "{}", text.len());
        let read = Seen::parse(&text);
        assert!(read.when(1059).is_some() && read.when(1000).is_none());
    }
}
