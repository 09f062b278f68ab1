//! What is new, changed or gone in each table since the last visit, in one line, where the morning begins.

use super::{Compared, Comparison};
use crate::i18n::{Locale, words};
use crate::live;
use crate::store::Data;
use leptos::prelude::*;
use table::rows::Changes;
use table::view::View;

/// The line.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn view(all: StoredValue<Vec<Data>>) -> AnyView {
    let locale = Locale::get();
    let all = all.with_value(|all| all.iter().map(|data| Comparison::new(*data, None)).collect::<Vec<_>>());
    for comparison in &all {
        comparison.follow();
    }
    let tables = all.into_iter().map(|comparison| {
        let changes = Memo::new(move |_| comparison.changes().map(|(changes, _)| changes));
        (comparison, changes)
    });
    let tables = StoredValue::new(tables.collect::<Vec<_>>());
    let any = move |is: fn(Changes) -> bool| {
        tables.with_value(|tables| tables.iter().any(|(_, changes)| changes.get().is_some_and(is)))
    };
    let first = move || {
        let unknown = |comparison: &Comparison| {
            !comparison.data.loading() && comparison.state.with(|state| matches!(state, Compared::TooYoung(_)))
        };
        tables.with_value(|tables| tables.iter().all(|(comparison, _)| unknown(comparison)))
    };
    let mark = move |_| tables.with_value(|tables| tables.iter().for_each(|(comparison, _)| comparison.mark_seen()));
    view! {
        <span class="hint">{locale.word(&words::SINCE_LAST)}</span>
        {move || first().then(|| view! { <span class="hint">{locale.word(&words::SINCE_NOTHING_YET)}</span> })}
        {tables.with_value(|tables| tables.iter().map(|(comparison, changes)| line(*comparison, *changes)).collect_view())}
        <Show when=move || any(|changes| changes != Changes::default())>
            <button type="button" class="button quiet small" data-testid="mark-seen" title=locale.word(&words::MARK_SEEN_HINT) on:click=mark>{locale.word(&words::MARK_SEEN)}</button>
        </Show>
    }
    .into_any()
}

/// One table. A large one is only compared when it is asked for, on its own page.
fn line(comparison: Comparison, changes: Memo<Option<Changes>>) -> impl IntoView {
    let locale = Locale::get();
    let data = comparison.data;
    let href = View::new(data.table).with_since(Some("last")).path();
    let told = move || data.completeness(|_| true);
    let large = move || data.ended.get() > 0 && comparison.large();
    let words = move || {
        let Some(changes) = changes.get() else {
            return locale.pick(&words::SINCE_COMPARE).to_owned();
        };
        let phrases = live::phrases(locale, changes, false).join(" · ");
        let text = if phrases.is_empty() {
            locale.pick(&words::SINCE_SAME).to_owned()
        } else {
            phrases
        };
        // Of sources that do not answer nobody knows.
        if told().failed > 0 { text + " + ?" } else { text }
    };
    let number = move |of: fn(&Changes) -> usize| {
        move || changes.with(|changes| changes.as_ref().map(|changes| of(changes).to_string()))
    };
    view! {
        <Show when=move || changes.with(Option::is_some) || large()>
            <a
                href=href.clone()
                class:gap=move || told().failed != 0
                class:some=move || changes.get().is_some_and(|changes| changes != Changes::default())
                title=move || told().note(locale.lang())
                data-since=data.table.id
                data-new=number(|changes| changes.new)
                data-changed=number(|changes| changes.changed)
                data-gone=number(|changes| changes.gone)
            >
                {locale.word(&data.table.label)}" "<b>{words}</b>
            </a>
        </Show>
    }
}
