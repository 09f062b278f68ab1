//! The command palette: every place and every choice of the page, by a few letters.

use super::fuzzy;
use crate::address::Address;
use crate::i18n::{Locale, fill, words};
use crate::links;
use crate::menus::link;
use crate::saved_views::SavedViews;
use crate::session;
use crate::ui::clipboard::Clipboard;
use crate::ui::effect::effect;
use crate::ui::theme::Theme;
use leptos::{ev, html, prelude::*};
use table::view::View;

/// What choosing an entry does.
#[derive(Clone, Debug, PartialEq)]
enum Act {
    Go(String),
    Copy(String),
    Zone(Option<&'static str>),
    Language,
    Theme,
    Help,
}

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    text: String,
    /// What kind of entry it is, in small.
    kind: &'static str,
    /// Everything it can be found by, in lower case.
    found_by: String,
    act: Act,
}

impl Entry {
    /// An entry that is found by its text, by its kind and by some `other` words.
    fn new(text: &str, kind: &'static str, other: &str, act: Act) -> Self {
        Self {
            text: text.to_owned(),
            kind,
            found_by: table::fold::text(&[text, " ", other, " ", kind].concat()).into_owned(),
            act,
        }
    }
}

/// Entries shown at once.
const MANY: usize = 50;

/// The palette's inside.
pub fn view(open: RwSignal<bool>, help: RwSignal<bool>) -> AnyView {
    let locale = Locale::get();
    let address = Address::get();
    let clipboard = Clipboard::get();
    let theme = Theme::get();
    let views = SavedViews::get();
    views.ensure();
    let typed = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let field = NodeRef::<html::Input>::new();
    field.on_load(|field| {
        // Where the browser refuses the focus, a click gives it.
        drop(field.focus());
    });
    // The table page below, if it is one.
    let view = move || {
        let table = catalog::table(address.path.get().trim_matches('/'))?;
        Some(View::parse(table, &address.search.get()))
    };
    let all = Memo::new(move |_| {
        let mut all = places(locale, views);
        actions(locale, theme, view().as_ref(), &mut all);
        all
    });
    let found = Memo::new(move |_| {
        let text = typed.get();
        all.with(|all| fitting(locale, all, text.trim()))
    });
    effect(move || {
        found.track();
        at.set(0);
    });
    let perform = move |index: usize| {
        let Some(entry) = found.with_untracked(|found| found.get(index).cloned()) else {
            return;
        };
        open.set(false);
        match entry.act {
            Act::Go(to) => address.go(&to, false),
            Act::Copy(text) => clipboard.copy(text),
            Act::Zone(zone) => {
                if let Some(view) = untrack(view) {
                    address.go(&view.with_tz(zone).path(), false);
                }
            }
            Act::Language => locale.toggle(),
            Act::Theme => theme.toggle(),
            Act::Help => help.set(true),
        }
    };
    let keydown = move |event: ev::KeyboardEvent| {
        let last = found.with_untracked(Vec::len).saturating_sub(1);
        let now = at.get_untracked();
        match event.key().as_str() {
            "ArrowDown" => at.set(if now >= last { 0 } else { now + 1 }),
            "ArrowUp" => at.set(now.checked_sub(1).unwrap_or(last)),
            "Enter" => perform(now),
            _ => return,
        }
        event.prevent_default();
    };
    effect(move || {
        let option = document().get_element_by_id(&format!("palette-{}", at.get()));
        if let Some(option) = option {
            option.scroll_into_view_with_bool(false);
        }
    });
    view! {
        <input
            class="palette"
            type="text"
            role="combobox"
            node_ref=field
            autocomplete="off"
            spellcheck="false"
            aria-expanded="true"
            aria-autocomplete="list"
            aria-controls="palette-list"
            aria-activedescendant=move || found.with(|found| !found.is_empty()).then(|| format!("palette-{}", at.get()))
            aria-label=locale.word(&words::PALETTE)
            placeholder=locale.word(&words::PALETTE_HINT)
            on:input=move |event| typed.set(event_target_value(&event))
            on:keydown=keydown
        />
        <ul class="options" id="palette-list" role="listbox" aria-label=locale.word(&words::PALETTE)>
            {move || found.get().into_iter().enumerate().map(|(index, entry)| option(index, entry, at, perform)).collect_view()}
        </ul>
        <Show when=move || found.with(Vec::is_empty)>
            <p class="hint" role="status">{locale.word(&words::PALETTE_NOTHING)}</p>
        </Show>
    }
    .into_any()
}

/// Everywhere that one can go: the pages and the saved views.
fn places(locale: Locale, views: SavedViews) -> Vec<Entry> {
    let page = locale.pick(&words::PALETTE_PAGE);
    let mut all = vec![Entry::new(
        locale.pick(&words::OVERVIEW),
        page,
        "overview 总览",
        Act::Go("/".to_owned()),
    )];
    for table in session::tables() {
        let names = [table.label.en, " ", table.label.zh, " ", table.id].concat();
        all.push(Entry::new(
            locale.pick(&table.label),
            page,
            &names,
            Act::Go(["/", table.id].concat()),
        ));
    }
    all.push(Entry::new(
        locale.pick(&words::PALETTE_TIMELINE),
        page,
        "timeline 时间轴 时间线",
        Act::Go("/timeline".to_owned()),
    ));
    for known in views.all(None) {
        all.push(Entry::new(
            &known.saved.name,
            locale.pick(&words::PALETTE_VIEW),
            &known.saved.table,
            Act::Go(known.link()),
        ));
    }
    all
}

/// Adds everything that one can do, also with the view of the table page below, if it is one.
fn actions(locale: Locale, theme: Theme, view: Option<&View>, all: &mut Vec<Entry>) {
    let kind = locale.pick(&words::PALETTE_DO);
    if let Some(view) = view {
        all.push(Entry::new(
            locale.pick(&words::COPY_LINK),
            kind,
            "copy link",
            Act::Copy(link::address(view)),
        ));
        all.push(Entry::new(
            locale.pick(&words::COPY_FROZEN),
            kind,
            "frozen link",
            Act::Copy(link::address(&link::frozen(view))),
        ));
        for (name, zone) in [
            (locale.pick(&words::ZONE_LOCAL), None),
            ("UTC", Some("UTC")),
            ("Asia/Shanghai", Some("Asia/Shanghai")),
        ] {
            all.push(Entry::new(
                &[locale.pick(&words::ZONE), ": ", name].concat(),
                kind,
                "time zone",
                Act::Zone(zone),
            ));
        }
    } else if let Ok(here) = window().location().href() {
        all.push(Entry::new(
            locale.pick(&words::COPY_LINK),
            kind,
            "copy link",
            Act::Copy(here),
        ));
    }
    all.push(Entry::new(
        locale.pick(&words::SWITCH_LANGUAGE),
        kind,
        "language 语言",
        Act::Language,
    ));
    all.push(Entry::new(theme.offer(locale), kind, "theme 主题", Act::Theme));
    all.push(Entry::new(locale.pick(&words::HELP), kind, "help keys 帮助", Act::Help));
}

/// The entries that fit what was typed, the best first, and the page of the resource that it may be the id of.
fn fitting(locale: Locale, all: &[Entry], id: &str) -> Vec<Entry> {
    let query = table::fold::text(id);
    let cost = |entry: &Entry| fuzzy::cost(&query, &entry.found_by).map(|cost| (cost, entry.clone()));
    let mut fitting: Vec<(usize, Entry)> = all.iter().filter_map(cost).collect();
    table::sort::by_key(&mut fitting, |(cost, _)| *cost);
    let mut found: Vec<Entry> = fitting.into_iter().map(|(_, entry)| entry).take(MANY).collect();
    if id.chars().count() > 2 && !id.contains(char::is_whitespace) {
        let entry = Entry {
            text: fill(locale.pick(&words::PALETTE_OPEN), &[("id", id)]),
            kind: locale.pick(&words::PALETTE_RESOURCE),
            found_by: String::new(),
            act: Act::Go(links::to_resource(id)),
        };
        // What has a digit is rarely the name of a page.
        let place = if id.contains(|c: char| c.is_ascii_digit()) {
            0
        } else {
            found.len()
        };
        found.insert(place, entry);
    }
    found
}

/// One entry in the list.
fn option(index: usize, entry: Entry, at: RwSignal<usize>, perform: impl Fn(usize) + 'static) -> impl IntoView {
    view! {
        <li
            id=format!("palette-{index}")
            role="option"
            aria-selected=move || (at.get() == index).to_string()
            on:click=move |_| perform(index)
            on:mousemove=move |_| at.set(index)
        >
            <span class="text">{entry.text}</span>
            <span class="hint">{entry.kind}</span>
        </li>
    }
}
