//! The command palette: every place and every choice of the page, by a few letters.

use super::fuzzy;
use crate::address::Address;
use crate::i18n::{Locale, fill, words};
use crate::links;
use crate::menus::link;
use crate::saved_views::SavedViews;
use crate::ui::clipboard::Clipboard;
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
        let mut all = Vec::new();
        let mut add = |text: &str, kind: &'static str, other: &str, act: Act| {
            all.push(Entry {
                text: text.to_owned(),
                kind,
                found_by: [text, " ", other, " ", kind].concat().to_lowercase(),
                act,
            });
        };
        add(
            locale.pick(&words::OVERVIEW),
            locale.pick(&words::PALETTE_PAGE),
            "overview 总览",
            Act::Go("/".to_owned()),
        );
        for table in catalog::tables() {
            let names = [table.label.en, " ", table.label.zh, " ", table.id].concat();
            add(
                locale.pick(&table.label),
                locale.pick(&words::PALETTE_PAGE),
                &names,
                Act::Go(["/", table.id].concat()),
            );
        }
        add(
            locale.pick(&words::PALETTE_TIMELINE),
            locale.pick(&words::PALETTE_PAGE),
            "timeline 时间线",
            Act::Go("/timeline".to_owned()),
        );
        for known in views.all(None) {
            add(
                &known.saved.name,
                locale.pick(&words::PALETTE_VIEW),
                &known.saved.table,
                Act::Go(known.link()),
            );
        }
        if let Some(view) = view() {
            add(
                locale.pick(&words::COPY_LINK),
                locale.pick(&words::PALETTE_DO),
                "copy link",
                Act::Copy(link::address(&view)),
            );
            add(
                locale.pick(&words::COPY_FROZEN),
                locale.pick(&words::PALETTE_DO),
                "frozen link",
                Act::Copy(link::address(&link::frozen(&view))),
            );
            for (name, zone) in [
                (locale.pick(&words::ZONE_LOCAL), None),
                ("UTC", Some("UTC")),
                ("Asia/Shanghai", Some("Asia/Shanghai")),
            ] {
                add(
                    &[locale.pick(&words::ZONE), ": ", name].concat(),
                    locale.pick(&words::PALETTE_DO),
                    "time zone",
                    Act::Zone(zone),
                );
            }
        } else if let Ok(here) = window().location().href() {
            add(
                locale.pick(&words::COPY_LINK),
                locale.pick(&words::PALETTE_DO),
                "copy link",
                Act::Copy(here),
            );
        }
        add(
            locale.pick(&words::SWITCH_LANGUAGE),
            locale.pick(&words::PALETTE_DO),
            "language 语言",
            Act::Language,
        );
        add(
            theme.offer(locale),
            locale.pick(&words::PALETTE_DO),
            "theme 主题",
            Act::Theme,
        );
        add(
            locale.pick(&words::HELP),
            locale.pick(&words::PALETTE_DO),
            "help keys 帮助",
            Act::Help,
        );
        all
    });
    let found = Memo::new(move |_| {
        let text = typed.get();
        let query = text.trim().to_lowercase();
        let mut fitting: Vec<(usize, Entry)> = all.with(|all| {
            let cost = |entry: &Entry| fuzzy::cost(&query, &entry.found_by).map(|cost| (cost, entry.clone()));
            all.iter().filter_map(cost).collect()
        });
        table::sort::by_key(&mut fitting, |(cost, _)| *cost);
        let mut found: Vec<Entry> = fitting.into_iter().map(|(_, entry)| entry).take(MANY).collect();
        let id = text.trim();
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
    });
    Effect::new(move |_| {
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
        // Enter may belong to an input method that is still composing.
        if event.is_composing() {
            return;
        }
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
    Effect::new(move |_| {
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
            {move || found.get().into_iter().enumerate().map(|(index, entry)| view! {
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
            }).collect_view()}
        </ul>
        <Show when=move || found.with(Vec::is_empty)>
            <p class="hint" role="status">{locale.word(&words::PALETTE_NOTHING)}</p>
        </Show>
    }
    .into_any()
}
