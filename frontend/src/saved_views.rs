//! Saved views: a team's, which the proxy serves from its configuration, and a person's own, kept in this browser.
//!
//! A view is a name for a query string of a table. The name stands in the URL beside the conditions (`view=Weekend`), so a link says all that it
//! shows; a link with the name alone takes the conditions from the view.

use crate::api::{self, SavedView};
use crate::parts;
use crate::session::Who;
use crate::ui::effect::effect;
use crate::ui::scoped_signal::ScopedSignal;
use crate::ui::storage;
use leptos::{ev, prelude::*};
use table::view::timeline::TIMELINE;
use table::view::{View, decode_query, encode_query, with_query};
use wasm_bindgen_futures::spawn_local;

/// What is known of the team's views.
#[derive(Clone, PartialEq)]
enum Team {
    Idle,
    Asked,
    Known(Vec<SavedView>),
    /// The proxy did not answer.
    Lost,
}

/// A saved view and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The view.
    pub saved: SavedView,
    /// The team's, which only the configuration changes.
    pub team: bool,
}

impl Known {
    /// The view itself, under its name.
    pub fn view(&self, table: &'static catalog::Table) -> View {
        plain(&View::parse(table, &self.saved.query)).with_name(Some(&self.saved.name))
    }

    /// Path and query of the link that shows it.
    pub fn link(&self) -> String {
        // The timeline shows several tables, and its address names no view.
        match catalog::table(&self.saved.table) {
            Some(table) => self.view(table).path(),
            None => with_query(&["/", &self.saved.table].concat(), &self.saved.query),
        }
    }
}

/// What a view is saved as, and compared by: without its name and the open row.
fn plain(view: &View) -> View {
    view.with_name(None).with_row(None)
}

/// Why a view was not saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It has no name.
    Nameless,
    /// Another view has the name.
    Taken,
    /// The browser keeps nothing.
    Storage,
}

/// All saved views, as a context.
#[derive(Clone, Copy)]
pub struct SavedViews {
    team: ScopedSignal<Team>,
    own: ScopedSignal<Vec<SavedView>>,
    who: Option<Who>,
}

impl SavedViews {
    /// Reads what this browser has kept, and follows what other windows of it keep.
    fn new() -> Self {
        let views = Self {
            team: ScopedSignal::new(Team::Idle),
            own: ScopedSignal::new(Vec::new()),
            who: Who::get(),
        };
        // Whose they are is known once the proxy has said who asks.
        effect(move || views.own.set(views.kept()));
        let changed = window_event_listener(ev::storage, move |event| {
            let mine = untrack(|| views.place()).map(|place| storage::key(&place));
            if event.key().is_none_or(|key| Some(key) == mine) {
                views.own.set(untrack(|| views.kept()));
            }
        });
        on_cleanup(move || changed.remove());
        views
    }

    /// The views of the surrounding page, for the part of it that calls.
    pub fn get() -> Self {
        let all = parts::page_context(Self::new);
        Self {
            team: all.team.scoped(),
            own: all.own.scoped(),
            ..all
        }
    }

    /// Asks for the team's views, unless that was done.
    pub fn ensure(self) {
        if matches!(self.team.get_untracked(), Team::Idle | Team::Lost) {
            self.team.set(Team::Asked);
            spawn_local(async move {
                let answer = api::catalog().await;
                drop(
                    self.team
                        .try_set(answer.map_or(Team::Lost, |catalog| Team::Known(catalog.views))),
                );
            });
        }
    }

    /// Whether the views are not known yet, the team's or whose own they are; `None` when the team's could not be had.
    pub fn waiting(self) -> Option<bool> {
        let nobody = self.place().is_none();
        self.team.with(|team| match team {
            Team::Idle | Team::Asked => Some(true),
            Team::Known(_) => Some(nobody),
            Team::Lost => None,
        })
    }

    /// All views, the team's first; of one table, if one is named.
    pub fn all(self, table: Option<&str>) -> Vec<Known> {
        let mut all = Vec::new();
        let mut add = |views: &[SavedView], team: bool| {
            let fitting = views.iter().filter(|saved| {
                table.map_or_else(
                    || saved.table == TIMELINE || catalog::table(&saved.table).is_some(),
                    |table| saved.table == table,
                )
            });
            all.extend(fitting.cloned().map(|saved| Known { saved, team }));
        };
        self.team.with(|team| {
            if let Team::Known(views) = team {
                add(views, true);
            }
        });
        self.own.with(|own| add(own, false));
        all
    }

    /// The view of a name. Where the team and a person use the same, the team's: colleagues then see the same.
    pub fn find(self, table: &str, name: &str) -> Option<Known> {
        self.all(Some(table)).into_iter().find(|known| known.saved.name == name)
    }

    /// The saved view that a view says it is, and whether it has been changed since.
    pub fn of(self, view: &View) -> Option<(Known, bool)> {
        let known = self.find(view.table.id, view.name.as_deref()?)?;
        let edited = plain(view) != plain(&known.view(view.table));
        Some((known, edited))
    }

    /// Saves a view of one's own under its name; with `replace`, in place of the one that has that name.
    ///
    /// # Errors
    /// Says why it was not saved.
    pub fn save(self, view: &View, replace: bool) -> Result<(), Refusal> {
        let name = view.name.clone().ok_or(Refusal::Nameless)?;
        self.change(view.table.id, &name, replace.then_some(name.as_str()), |own| {
            own.push(SavedView {
                name: name.clone(),
                table: view.table.id.to_owned(),
                query: plain(view).to_query(),
            });
        })
    }

    /// Gives a view of one's own another name.
    ///
    /// # Errors
    /// Says why it was not renamed.
    pub fn rename(self, saved: &SavedView, name: &str) -> Result<(), Refusal> {
        let name = name.trim();
        if name.is_empty() {
            return Err(Refusal::Nameless);
        }
        self.change(&saved.table, name, Some(&saved.name), |own| {
            own.push(SavedView {
                name: name.to_owned(),
                ..saved.clone()
            });
        })
    }

    /// Forgets a view of one's own.
    ///
    /// # Errors
    /// When the browser keeps it all the same.
    pub fn forget(self, saved: &SavedView) -> Result<(), Refusal> {
        self.change(&saved.table, "", Some(&saved.name), |_| {})
    }

    /// Takes the view `old` out and adds another in what is kept now, which another window may have changed meanwhile.
    fn change(
        self,
        table: &str,
        name: &str,
        old: Option<&str>,
        add: impl FnOnce(&mut Vec<SavedView>),
    ) -> Result<(), Refusal> {
        let Some(place) = untrack(|| self.place()) else {
            return Err(Refusal::Storage);
        };
        let mut own = untrack(|| self.kept());
        own.retain(|saved| saved.table != table || Some(saved.name.as_str()) != old);
        let has = |saved: &SavedView| saved.table == table && saved.name == name;
        let team = self
            .team
            .with_untracked(|team| matches!(team, Team::Known(views) if views.iter().any(has)));
        if team || own.iter().any(has) {
            return Err(Refusal::Taken);
        }
        add(&mut own);
        table::sort::by(&mut own, |a, b| (&a.table, &a.name).cmp(&(&b.table, &b.name)));
        if !storage::set(&place, &write(&own)) {
            return Err(Refusal::Storage);
        }
        self.own.set(own);
        Ok(())
    }

    /// Where the views of whoever asks are kept; `None` until the proxy has said who that is.
    fn place(self) -> Option<String> {
        let person = self.who.map_or_else(|| Some(String::new()), Who::key)?;
        Some(storage::of(&person, "views"))
    }

    fn kept(self) -> Vec<SavedView> {
        let kept = self.place().and_then(|place| storage::get(&place));
        kept.map(|text| read(&text)).unwrap_or_default()
    }
}

/// A view a line, in the writing of query strings.
fn write(views: &[SavedView]) -> String {
    let line = |saved: &SavedView| {
        let pairs = [("name", &saved.name), ("table", &saved.table), ("query", &saved.query)];
        encode_query(pairs.map(|(name, value)| (name, Some(value.as_str()))))
    };
    views.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Lines that are no view are left out, whoever wrote them.
fn read(text: &str) -> Vec<SavedView> {
    let line = |line: &str| {
        let mut saved = SavedView::default();
        for param in decode_query(line) {
            let place = match param.name.as_str() {
                "name" => &mut saved.name,
                "table" => &mut saved.table,
                "query" => &mut saved.query,
                _ => continue,
            };
            *place = param.value.unwrap_or_default();
        }
        (!saved.name.is_empty() && !saved.table.is_empty()).then_some(saved)
    };
    text.lines().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again() {
        let saved = |name: &str, query: &str| SavedView {
            name: name.to_owned(),
            table: "patches".to_owned(),
            query: query.to_owned(),
        };
        let views = [saved("周末 & \n more", "missing=gt.0&q=a%26b"), saved("=", "")];
        assert_eq!(read(&write(&views)), views);
    }

    #[test]
    fn broken_storage_is_survived() {
        assert_eq!(
            read("{\"v\":1}\n\nname=x\ntable=patches&name=a&query=sort%3D-missing&new=1\n%%%"),
            [SavedView {
                name: "a".to_owned(),
                table: "patches".to_owned(),
                query: "sort=-missing".to_owned(),
            }]
        );
    }

    #[test]
    fn a_link_says_all_that_the_view_shows() {
        let known = Known {
            saved: SavedView {
                name: "Weekend".to_owned(),
                table: "patches".to_owned(),
                query: "sort=-missing&missing=gt.0&view=x&row=y".to_owned(),
            },
            team: true,
        };
        assert_eq!(known.link(), "/patches?missing=gt.0&view=Weekend&sort=-missing");
    }
}
