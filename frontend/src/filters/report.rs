//! For every condition that lists many values: how many of them are there, and which are not.

use super::ids::{self, Missing};
use super::paste::Pasted;
use crate::i18n::{Locale, fill, format, words};
use crate::screen::Screen;
use crate::ui::announce::Announcer;
use crate::ui::clipboard::Clipboard;
use crate::ui::effect::effect;
use crate::ui::icon;
use crate::ui::popover::Disclosure;
use leptos::prelude::*;

/// The reports, one a list. They come from the view alone, so whoever opens the link sees them too.
#[component]
pub fn Reports(screen: Screen, pasted: RwSignal<Option<Pasted>>) -> impl IntoView {
    let lists = Memo::new(move |_| screen.view.with(ids::lists));
    view! {
        <For each=move || lists.get() key=|(param, ..)| param.clone() children=move |(param, column, values)| view! { <Report screen pasted param column values/> }/>
    }
}

#[component]
fn Report(
    screen: Screen,
    pasted: RwSignal<Option<Pasted>>,
    param: String,
    column: usize,
    values: Vec<String>,
) -> impl IntoView {
    let locale = Locale::get();
    let clipboard = Clipboard::get();
    let open = RwSignal::new(false);
    let all = values.len();
    let missing = StoredValue::new(Missing::new(column, &values));
    let loading = move || screen.data.loading();
    let absent = Memo::new(move |_| {
        let arriving = loading();
        missing
            .try_update_value(|missing| {
                // While rows arrive it is enough to look at the new ones; then once more at all, because some may have gone.
                if !arriving {
                    *missing = Missing::new(column, &values);
                }
                screen.data.rows.with(|rows| missing.look(rows));
                values
                    .iter()
                    .filter(|value| missing.has(value))
                    .cloned()
                    .collect::<Vec<_>>()
            })
            .unwrap_or_default()
    });
    let count = move |count: usize| format::count(locale.lang(), count);
    let name = move || {
        screen
            .table
            .columns()
            .nth(column)
            .map_or("", |column| locale.pick(&column.label))
    };
    let found = move || {
        let phrase = locale.pick(if loading() {
            &words::LIST_FOUND_SO_FAR
        } else {
            &words::LIST_FOUND
        });
        let found = all - absent.with(Vec::len);
        let found = fill(phrase, &[("n", &count(found)), ("m", &count(all))]);
        [name(), &found].join(locale.pick(&words::COLON))
    };
    let not_there = Signal::derive(move || {
        fill(
            locale.pick(&words::LIST_MISSING),
            &[("n", &count(absent.with(Vec::len)))],
        )
    });
    // Rows of sources that could not be asked, or of lists that are cut, may be among those that are missed.
    let gaps = move || screen.told.get().note(locale.lang());
    let mine = {
        let param = param.clone();
        Memo::new(move |_| pasted.with(|pasted| pasted.as_ref().is_some_and(|pasted| pasted.param == param)))
    };
    let announcer = Announcer::get();
    effect(move || {
        if !loading() {
            announcer.say("list", found());
        }
    });
    let as_text = move |_| {
        if let Some(Pasted { text, before, .. }) = pasted.get_untracked() {
            pasted.set(None);
            screen.view.step(|_| before.with_q(&text));
        }
    };
    view! {
        <div
            class="report"
            class:short=move || !absent.with(Vec::is_empty)
            data-testid="list-report"
            data-list=param
            data-found=move || (all - absent.with(Vec::len)).to_string()
            data-missing=move || absent.with(Vec::len).to_string()
        >
            <span>{found}</span>
            <Show when=move || !absent.with(Vec::is_empty)>
                <Disclosure open label=not_there>
                    <p class="hint">{move || gaps()}</p>
                    <textarea class="listed" data-testid="not-there" readonly rows="8" aria-label=move || not_there.get() prop:value=move || absent.with(|absent| absent.join("\n"))></textarea>
                    <div class="buttons">
                        <button type="button" class="button" on:click=move |_| clipboard.copy(absent.with_untracked(|absent| absent.join("\n")))>
                            {icon::icon(icon::COPY)}
                            {locale.word(&words::COPY)}
                        </button>
                    </div>
                </Disclosure>
            </Show>
            <Show when=move || mine.get()>
                <button type="button" class="link" data-testid="as-text" on:click=as_text>{locale.word(&words::SEARCH_AS_TEXT)}</button>
            </Show>
        </div>
    }
}
