//! What every key does, and how conditions are written.

use crate::i18n::{Locale, words};
use crate::ui::icon;
use catalog::Label;
use leptos::prelude::*;

const KEYS: [(&str, &Label); 15] = [
    ("/", &words::SEARCH),
    ("Ctrl-K, ⌘K", &words::PALETTE),
    ("?", &words::HELP),
    ("← ↑ → ↓", &words::KEY_ARROWS),
    ("PgUp PgDn", &words::KEY_PAGES),
    ("Home End", &words::KEY_ENDS),
    ("Ctrl-Home Ctrl-End", &words::KEY_CORNERS),
    ("Enter", &words::KEY_ENTER),
    ("Ctrl-Enter", &words::KEY_BESIDE),
    ("→ ←", &words::KEY_GROUPS),
    ("j k", &words::KEY_STEPS),
    (".", &words::CELL_ACTIONS),
    ("Esc", &words::KEY_ESCAPE),
    ("Shift-click", &words::KEY_SHIFT),
    ("Tab", &words::KEY_TAB),
];

const CONDITIONS: [(&str, &Label); 14] = [
    ("state=Failed", &words::OP_EQ),
    ("region=not.cn-beijing", &words::OP_NOT),
    ("instance=has.web", &words::OP_HAS),
    ("instance=nothas.web", &words::OP_NOTHAS),
    ("instance=pre.i-bp", &words::OP_PRE),
    ("instance=notpre.i-bp", &words::OP_NOTPRE),
    ("missing=gt.0  ge.1  lt.5  le.4", &words::GRAMMAR_ORDER),
    ("missing=1..5", &words::OP_RANGE),
    ("end=-24h..now", &words::GRAMMAR_TIME),
    ("owner=is.empty", &words::OP_EMPTY),
    ("owner=is.set", &words::OP_SET),
    ("state=Failed,Canceled", &words::GRAMMAR_OR),
    ("missing=gt.0&missing=lt.5", &words::GRAMMAR_AND),
    ("name=a~,b", &words::GRAMMAR_ESCAPE),
];

const TYPED: [(&str, &Label); 6] = [
    ("state:failed creator:ops-bot web", &words::HELP_TYPED_BESIDE),
    ("missing>0  >=1  <5  <=4", &words::GRAMMAR_ORDER),
    ("start:-24h..now", &words::GRAMMAR_TIME),
    ("name:\"restart ecs\"", &words::HELP_TYPED_SPACES),
    ("region:not.cn-beijing", &words::HELP_TYPED_LINKS),
    ("↓ ↑ Enter Tab Esc", &words::HELP_TYPED_LIST),
];

/// The help's inside.
pub fn view(open: RwSignal<bool>) -> AnyView {
    let locale = Locale::get();
    let list = move |title: &'static Label, pairs: &'static [(&'static str, &'static Label)]| {
        view! {
            <h3>{locale.word(title)}</h3>
            <dl class="keys">
                {pairs.iter().map(|(key, word)| view! {
                    <div><dt><kbd>{*key}</kbd></dt><dd>{locale.word(word)}</dd></div>
                }).collect_view()}
            </dl>
        }
    };
    view! {
        <header>
            <h2>{locale.word(&words::HELP)}</h2>
            <button type="button" class="button quiet" aria-label=locale.word(&words::CLOSE) title=locale.word(&words::CLOSE) on:click=move |_| open.set(false)>{icon::icon(icon::CLOSE)}</button>
        </header>
        <div class="help" tabindex="0" role="group" aria-label=locale.word(&words::HELP)>
            {list(&words::HELP_KEYS, &KEYS)}
            {list(&words::HELP_TYPED, &TYPED)}
            {list(&words::HELP_CONDITIONS, &CONDITIONS)}
        </div>
    }
    .into_any()
}
