//! The menu of saved views: apply, save, rename, delete; and whether what is on screen still is the view that it began as.

use crate::api::SavedView;
use crate::i18n::{Locale, fill, words};
use crate::saved_views::{Known, Refusal, SavedViews};
use crate::screen::Screen;
use crate::ui::effect::effect;
use crate::ui::icon;
use crate::ui::popover::Popover;
use crate::url_state::Entry;
use catalog::Label;
use leptos::{ev, html, prelude::*};

/// The button with the view's name, and the menu behind it.
#[component]
pub fn SavedViewsMenu(screen: Screen) -> impl IntoView {
    let locale = Locale::get();
    let views = SavedViews::get();
    let open = RwSignal::new(false);
    let now = Memo::new(move |_| screen.view.with(|view| views.of(view)));
    let label = Signal::derive(move || {
        now.get().map_or_else(
            || locale.pick(&words::VIEWS).to_owned(),
            |(known, edited)| {
                if edited {
                    fill(locale.pick(&words::VIEW_EDITED), &[("name", &known.saved.name)])
                } else {
                    known.saved.name
                }
            },
        )
    });
    // Nobody asks for the team's views on a page that names none, before the menu is opened.
    effect(move || {
        if open.get() || screen.view.with(|view| view.name.is_some()) {
            views.ensure();
        }
    });
    // An address with a view's name alone means the view.
    effect(move || {
        let name = screen.requested()?;
        let known = views.find(screen.table.id, &name)?;
        screen.view.set(known.view(screen.table), Entry::Replace);
        Some(())
    });
    view! {
        <div data-testid="views" data-edited=move || now.with(|now| now.as_ref().is_some_and(|(_, edited)| *edited)).to_string()>
            <Popover open icon=icon::STAR compact=true label>
                {menu(screen, views, open, now)}
            </Popover>
        </div>
    }
}

/// What is wrong where the address names a view that there is not.
pub fn missing(screen: Screen, views: SavedViews, locale: Locale) -> Option<String> {
    // A name beside conditions is a mere name.
    let name = screen.requested()?;
    let text = match views.waiting() {
        _ if views.find(screen.table.id, &name).is_some() => return None,
        Some(true) => return None,
        Some(false) => locale.pick(&words::VIEW_MISSING),
        None => locale.pick(&words::VIEWS_LOST),
    };
    Some(fill(text, &[("name", &name)]))
}

/// The menu's state, and what it is about.
#[derive(Clone, Copy)]
struct Menu {
    locale: Locale,
    screen: Screen,
    views: SavedViews,
    open: RwSignal<bool>,
    /// The view that the screen began as, and whether it was edited since.
    now: Memo<Option<(Known, bool)>>,
    refused: RwSignal<Option<Refusal>>,
    /// The view whose name is being changed.
    renaming: RwSignal<Option<String>>,
    /// The view that is about to be deleted.
    doomed: RwSignal<Option<String>>,
}

impl Menu {
    /// Says why something was refused, and returns whether it was done.
    fn done(self, result: Result<(), Refusal>) -> bool {
        self.refused.set(result.err());
        result.is_ok()
    }

    /// Saves what is on screen under the name in the field.
    fn save(self, name: &web_sys::HtmlInputElement) {
        let view = self.screen.view.peek().with_name(Some(&name.value()));
        if self.done(self.views.save(&view, false)) {
            name.set_value("");
            self.screen.view.set(view, Entry::Replace);
        }
    }

    /// Renames a view, and what is on screen with it.
    fn rename(self, saved: &SavedView, to: &str) {
        if self.done(self.views.rename(saved, to)) {
            self.renaming.set(None);
            let view = self.screen.view.peek();
            if view.name.as_ref() == Some(&saved.name) {
                self.screen.view.set(view.with_name(Some(to)), Entry::Replace);
            }
        }
    }

    /// Asks whether that is meant, and deletes the view when called again.
    fn delete(self, saved: &SavedView) {
        if self.doomed.get_untracked().as_ref() != Some(&saved.name) {
            self.doomed.set(Some(saved.name.clone()));
        } else if self.done(self.views.forget(saved)) {
            let view = self.screen.view.peek();
            if view.name.as_ref() == Some(&saved.name) {
                self.screen.view.set(view.with_name(None), Entry::Replace);
            }
        }
    }

    /// One view in its list.
    fn line(self, known: &Known) -> AnyView {
        let saved = known.saved.clone();
        let named = |word: &str| format!("{word}: {}", saved.name);
        if self.renaming.get().as_ref() == Some(&saved.name) {
            return self.renaming_form(saved).into_any();
        }
        let current = self.now.with(|now| now.as_ref().is_some_and(|(now, _)| now == known));
        let buttons = (!known.team).then(|| {
            let sure = self.doomed.get().as_ref() == Some(&saved.name);
            let (to_rename, to_delete) = (named(self.locale.pick(&words::RENAME)), named(self.locale.pick(if sure { &words::DELETE_SURE } else { &words::DELETE })));
            let (first, second) = (saved.name.clone(), saved.clone());
            view! {
                <button type="button" class="link" title=self.locale.pick(&words::RENAME) aria-label=to_rename on:click=move |_| self.renaming.set(Some(first.clone()))>{icon::icon(icon::PEN)}</button>
                <button type="button" class="link" class:error=sure title=self.locale.pick(&words::DELETE) aria-label=to_delete on:click=move |_| self.delete(&second)>
                    {if sure { self.locale.pick(&words::DELETE_SURE).into_any() } else { icon::icon(icon::CLOSE).into_any() }}
                </button>
            }
        });
        view! {
            <li>
                <a class="text" href=known.link() aria-current=current.then_some("true") on:click=move |_| self.open.set(false)>{saved.name.clone()}</a>
                {buttons}
            </li>
        }
        .into_any()
    }

    /// A view's line while its name is being changed.
    fn renaming_form(self, saved: SavedView) -> impl IntoView {
        let (label, value) = (
            format!("{}: {}", self.locale.pick(&words::RENAME), saved.name),
            saved.name.clone(),
        );
        let field = NodeRef::<html::Input>::new();
        field.on_load(|field| {
            // A field that cannot be focused can still be clicked.
            drop(field.focus());
            field.select();
        });
        let submit = move |event: ev::SubmitEvent| {
            event.prevent_default();
            if let Some(field) = field.get_untracked() {
                self.rename(&saved, &field.value());
            }
        };
        view! {
            <li><form on:submit=submit>
                <input type="text" node_ref=field aria-label=label value=value/>
                <button type="submit" class="button small">{self.locale.pick(&words::RENAME)}</button>
            </form></li>
        }
    }

    /// The views of the team, or one's own.
    fn list(self, team: bool) -> impl IntoView {
        let known: Vec<_> = self
            .views
            .all(Some(self.screen.table.id))
            .into_iter()
            .filter(|known| known.team == team)
            .collect();
        let title = self
            .locale
            .pick(if team { &words::VIEWS_TEAM } else { &words::VIEWS_OWN });
        let empty = match (known.is_empty(), team, self.views.waiting()) {
            (false, ..) => None,
            (_, true, Some(true)) => Some(self.locale.pick(&words::STATE_LOADING)),
            (_, true, None) => Some(self.locale.pick(&words::VIEWS_LOST)),
            _ => Some(self.locale.pick(&words::VIEWS_NONE)),
        };
        view! {
            <h2>{title}</h2>
            <ul class="menu" data-whose=if team { "team" } else { "own" } aria-label=title>{known.into_iter().map(|known| self.line(&known)).collect_view()}</ul>
            {empty.map(|empty| view! { <p class="hint">{empty}</p> })}
        }
    }

    /// What can be done with a view that was edited.
    fn changed(self) -> Option<impl IntoView> {
        let (known, _) = self.now.get().filter(|(_, edited)| *edited)?;
        let original = known.view(self.screen.table);
        let back = move |_| {
            let row = self.screen.view.peek().row;
            self.screen.view.step(|_| original.with_row(row.as_deref()));
            self.open.set(false);
        };
        let update = move |_| {
            if self.done(self.views.save(&self.screen.view.peek(), true)) {
                self.open.set(false);
            }
        };
        Some(view! {
            <div class="buttons">
                <button type="button" class="button small" on:click=back>{self.locale.pick(&words::VIEW_RESET)}</button>
                {(!known.team).then(|| view! {
                    <button type="button" class="button small" on:click=update>{self.locale.pick(&words::VIEW_UPDATE)}</button>
                })}
            </div>
        })
    }
}

fn menu(screen: Screen, views: SavedViews, open: RwSignal<bool>, now: Memo<Option<(Known, bool)>>) -> AnyView {
    let locale = Locale::get();
    let menu = Menu {
        locale,
        screen,
        views,
        open,
        now,
        refused: RwSignal::new(None),
        renaming: RwSignal::new(None),
        doomed: RwSignal::new(None),
    };
    let name = NodeRef::<html::Input>::new();
    let save = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(name) = name.get_untracked() {
            menu.save(&name);
        }
    };
    view! {
        <div class="views">
            {move || menu.changed()}
            {move || menu.list(true)}
            {move || menu.list(false)}
            <form on:submit=save>
                <input type="text" name="view" node_ref=name autocomplete="off" aria-label=locale.word(&words::VIEW_NAME) placeholder=locale.word(&words::VIEW_NAME)/>
                <button type="submit" class="button small">{locale.word(&words::VIEW_SAVE)}</button>
            </form>
            {move || menu.refused.get().map(|refusal| view! { <p class="error" role="alert">{locale.word(reason(refusal))}</p> })}
        </div>
    }
    .into_any()
}

const fn reason(refusal: Refusal) -> &'static Label {
    match refusal {
        Refusal::Nameless => &words::VIEW_NAMELESS,
        Refusal::Taken => &words::VIEW_TAKEN,
        Refusal::Storage => &words::VIEW_UNKEPT,
    }
}
