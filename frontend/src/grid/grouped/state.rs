//! The groups of a page, and which of them are open. That is in no link: whoever gets one begins with all closed.

use super::left::{Left, Place};
use super::lines::{Line, Lines};
use crate::grid::Active;
use crate::grid::scroll::Scroll;
use crate::screen::Screen;
use crate::ui::effect::effect;
use crate::ui::versioned::Versioned;
use crate::ui::work::{Task, Work};
use crate::url_state::Entry;
use leptos::prelude::*;
use table::engine::{GroupKey, Grouping, Groups};
use table::view::{SortKey, View};

/// Everything that a grouped grid shows, beyond the page itself.
#[derive(Clone, Copy)]
pub struct Grouped {
    /// The page.
    pub screen: Screen,
    /// The groups; `None` before they were made first.
    pub groups: Versioned<Option<Groups>>,
    /// All lines.
    pub lines: Memo<Lines>,
    /// Where the keyboard is.
    pub active: RwSignal<Active>,
    open: RwSignal<Open>,
    work: Work<Regrouping>,
    left: Left,
}

/// The groups that are open.
#[derive(Clone)]
struct Open {
    /// What rows were grouped by: the same keys mean other groups of other columns.
    by: Vec<usize>,
    keys: Vec<GroupKey>,
}

impl Grouped {
    /// Groups the rows of a page, and follows them.
    pub fn new(screen: Screen) -> Self {
        let groups = Versioned::new(None);
        let open = RwSignal::new(Open {
            by: screen.view.with_untracked(|view| view.by.clone()),
            keys: Vec::new(),
        });
        let work = Work::new(0.0);
        let asked = Memo::new(move |_| screen.view.with(|view| (view.by.clone(), view.effective_sort())));
        effect(move || {
            screen.engine.track();
            let (by, sort) = asked.get();
            // Then the rows come back in place of this.
            if by.is_empty() {
                return;
            }
            open.update_untracked(|open| {
                if open.by != by {
                    *open = Open {
                        by: by.clone(),
                        keys: Vec::new(),
                    };
                }
            });
            work.begin(Regrouping {
                screen,
                groups,
                by,
                sort,
                grouping: None,
            });
        });
        let lines = Memo::new(move |_| {
            let open = open.get();
            groups.with(|groups: &Option<Groups>| {
                let Some(groups) = groups else { return Lines::default() };
                let engine = screen.engine;
                let places = groups.find(&open.keys).into_iter();
                let members = |place| engine.with_untracked(|engine| groups.members(engine, place));
                Lines::new(groups.len(), places.map(|place| (place, members(place))).collect())
            })
        });
        Self {
            screen,
            groups,
            lines,
            active: RwSignal::new(Active {
                row: Some(0),
                column: 0,
            }),
            open,
            work,
            left: Left::get(),
        }
    }

    /// Whether groups are being made; tracked.
    pub fn under_way(self) -> bool {
        self.work.under_way()
    }

    /// The values that a group's rows share, in the order of the view's columns.
    fn values(self, place: usize) -> Vec<String> {
        self.groups.with_untracked(|groups| {
            let values = groups.as_ref().map(|groups| {
                self.screen.data.rows.with_untracked(|rows| {
                    let values = groups.values(rows, place).into_iter();
                    values.map(std::borrow::Cow::into_owned).collect()
                })
            });
            values.unwrap_or_default()
        })
    }

    /// Opens a group, or closes it.
    pub fn set_open(self, place: usize, open: bool) {
        let key = self.groups.with_untracked(|groups| groups.as_ref()?.key(place));
        let Some(key) = key else { return };
        self.open.update(|all| {
            all.keys.retain(|known| *known != key);
            if open {
                all.keys.push(key);
            }
        });
    }

    /// Whether a group is open; tracked.
    pub fn is_open(self, place: usize) -> bool {
        self.lines.with(|lines| lines.is_open(place))
    }

    /// Opens a closed group and closes an open one.
    pub fn toggle(self, place: usize) {
        self.set_open(place, !untrack(|| self.is_open(place)));
    }

    /// The line at a position.
    pub fn line_at(self, position: usize) -> Option<Line> {
        self.lines.with_untracked(|lines| lines.at(position))
    }

    /// The view of what a line leads to: of a group its rows alone, of a row the same with it open.
    fn behind(self, line: Line) -> View {
        let view = self.screen.view.peek();
        match line {
            Line::Group(place) => view.of_group(&self.values(place)),
            Line::Row(row) => {
                let id = self.screen.data.rows.with_untracked(|rows| rows.id(row));
                view.with_row(Some(&id))
            }
        }
    }

    /// Shows the rows of a group alone.
    pub fn drill(self, place: usize, scroll: Scroll) {
        self.leave(scroll);
        self.screen.view.set(self.behind(Line::Group(place)), Entry::Step);
    }

    /// Opens the detail of a row.
    pub fn open_row(self, row: u32, entry: Entry) {
        self.screen.view.set(self.behind(Line::Row(row)), entry);
    }

    /// Opens in another tab what a line leads to.
    pub fn open_beside(self, line: Line) {
        // A browser that allows no further tab says so itself.
        _ = window().open_with_url_and_target_and_features(&self.behind(line).path(), "_blank", "noopener");
    }

    /// Notes where one is, for whoever comes back from the rows of a group.
    pub fn leave(self, scroll: Scroll) {
        if let Some(at) = scroll.at() {
            let view = self.screen.view.peek().with_row(None);
            let open = self.open.with_untracked(|open| open.keys.clone());
            self.left.note(Place { view, open, at });
        }
    }

    /// Opens what was open when these groups were left, and scrolls to where one was.
    pub fn come_back(self, scroll: Scroll) {
        let view = self.screen.view.peek().with_row(None);
        let Some(place) = self.left.take(&view) else { return };
        self.open.update(|open| open.keys.clone_from(&place.open));
        let mut came = false;
        effect(move || {
            let there = self
                .groups
                .with(|groups| groups.as_ref().is_some_and(|groups| !groups.is_empty()));
            let seen = scroll.viewport.get().slots() > 0;
            if there && seen && !came {
                came = true;
                // By then the list is as tall as it was.
                request_animation_frame(move || scroll.return_to(place.at));
            }
        });
    }
}

/// Making groups anew, in parts between which the page answers.
struct Regrouping {
    screen: Screen,
    groups: Versioned<Option<Groups>>,
    by: Vec<usize>,
    sort: Vec<SortKey>,
    grouping: Option<Grouping>,
}

impl Task for Regrouping {
    fn step(&mut self) -> bool {
        let rows = self.screen.data.rows;
        let made = self.screen.engine.update_untracked(|engine| {
            rows.with_untracked(|rows| {
                let begin = || Grouping::begin(engine, rows, &self.by, &self.sort);
                self.grouping.get_or_insert_with(begin).step(engine, rows)
            })
        });
        match made {
            Some(None) => false,
            Some(Some(groups)) => {
                self.groups.update(|all| *all = Some(groups));
                true
            }
            // The page is gone.
            None => true,
        }
    }
}
