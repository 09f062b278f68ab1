//! When the reader's visit began. A visit is one stay over all tabs of this browser: opening the page anew, a second tab and a link from a chat belong to the
//! same, and half an hour without any of them ends it.

use crate::ui::{storage, timer};
use leptos::prelude::document;
use std::cell::Cell;

/// So long without the page, and coming back is another visit. What was seen in a shorter time is no last visit.
pub const AWAY: i64 = 30 * 60_000;
/// Where a visit is kept, for all tabs.
const KEPT: &str = "visit";

thread_local! {
    /// For a browser that keeps nothing.
    static HERE: Cell<Option<Stay>> = const { Cell::new(None) };
}

/// From when to when the reader was seen, in milliseconds since the Unix epoch by this device's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stay {
    began: i64,
    seen: i64,
}

impl Stay {
    fn parse(text: &str) -> Option<Self> {
        let (began, seen) = text.split_once(' ')?;
        Some(Self {
            began: began.parse().ok()?,
            seen: seen.parse().ok()?,
        })
    }

    fn text(self) -> String {
        [self.began.to_string(), self.seen.to_string()].join(" ")
    }

    /// The reader is here now: the same stay goes on, or another one begins. A clock that was set back ends none that had begun by then.
    fn at(kept: Option<Self>, now: i64) -> Self {
        match kept {
            Some(kept) if kept.began <= now && now - kept.seen <= AWAY => Self {
                seen: now.max(kept.seen),
                ..kept
            },
            _ => Self { began: now, seen: now },
        }
    }
}

/// Whether nobody can see this tab.
pub fn unseen() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Hidden
}

/// Notes that the reader is here, and says when their visit began, in milliseconds since the Unix epoch. A tab that nobody sees prolongs none.
pub fn here() -> i64 {
    let kept = storage::get(KEPT).and_then(|text| Stay::parse(&text)).or(HERE.get());
    if unseen()
        && let Some(kept) = kept
    {
        return kept.began;
    }
    let stay = Stay::at(kept, timer::now());
    HERE.set(Some(stay));
    storage::set(KEPT, &stay.text());
    stay.began
}

#[cfg(test)]
mod tests {
    use super::{AWAY, Stay};

    #[test]
    fn a_visit_ends_after_half_an_hour_without_the_page() {
        let minute = 60_000;
        let morning = Stay::at(None, 1_000_000_000);
        assert_eq!(morning.began, 1_000_000_000);
        // Looking in every twenty minutes is one visit, however long.
        let mut stay = morning;
        for look in 1..30 {
            stay = Stay::at(Some(stay), morning.began + look * 20 * minute);
        }
        assert_eq!(stay.began, morning.began);
        assert_eq!(Stay::at(Some(stay), stay.seen + AWAY).began, morning.began);
        let back = Stay::at(Some(stay), stay.seen + AWAY + 1);
        assert_eq!((back.began, back.seen), (stay.seen + AWAY + 1, stay.seen + AWAY + 1));
    }

    #[test]
    fn a_clock_that_is_set_back_is_survived() {
        let stay = Stay {
            began: 5000,
            seen: 9000,
        };
        assert_eq!(Stay::at(Some(stay), 7000), stay);
        assert_eq!(
            Stay::at(Some(stay), 4000),
            Stay {
                began: 4000,
                seen: 4000
            }
        );
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let stay = Stay {
            began: 5000,
            seen: 9000,
        };
        assert_eq!(Stay::parse(&stay.text()), Some(stay));
        for broken in ["", "5000", "x 1", "1 2 3"] {
            assert_eq!(Stay::parse(broken), None, "{broken}");
        }
    }
}
