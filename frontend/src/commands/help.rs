//! What every key does, and how conditions are written.

use crate::i18n::{Locale, Tools};
use crate::ui::icon;
use leptos::prelude::*;

type Word = fn(&'static Tools) -> &'static str;

const KEYS: [(&str, Word); 13] = [
    ("/", |words| words.search),
    ("Ctrl-K, ⌘K", |words| words.palette),
    ("?", |words| words.help),
    ("← ↑ → ↓", |words| words.key_arrows),
    ("PgUp PgDn", |words| words.key_pages),
    ("Home End", |words| words.key_ends),
    ("Ctrl-Home Ctrl-End", |words| words.key_corners),
    ("Enter", |words| words.key_enter),
    ("j k", |words| words.key_steps),
    (".", |words| words.cell_actions),
    ("Esc", |words| words.key_escape),
    ("Shift-click", |words| words.key_shift),
    ("Tab", |words| words.key_tab),
];

const CONDITIONS: [(&str, Word); 14] = [
    ("state=Failed", |words| words.op_eq),
    ("region=not.cn-beijing", |words| words.op_not),
    ("instance=has.web", |words| words.op_has),
    ("instance=nothas.web", |words| words.op_nothas),
    ("instance=pre.i-bp", |words| words.op_pre),
    ("instance=notpre.i-bp", |words| words.op_notpre),
    ("missing=gt.0  ge.1  lt.5  le.4", |words| words.grammar_order),
    ("missing=1..5", |words| words.op_range),
    ("end=-24h..now", |words| words.grammar_time),
    ("owner=is.empty", |words| words.op_empty),
    ("owner=is.set", |words| words.op_set),
    ("state=Failed,Canceled", |words| words.grammar_or),
    ("missing=gt.0&missing=lt.5", |words| words.grammar_and),
    ("name=a~,b", |words| words.grammar_escape),
];

/// The help's inside.
pub fn view(open: RwSignal<bool>) -> AnyView {
    let locale = Locale::get();
    let list = move |title: Word, pairs: &'static [(&'static str, Word)]| {
        view! {
            <h3>{locale.tool(title)}</h3>
            <dl class="keys">
                {pairs.iter().map(|(key, word)| view! {
                    <div><dt><kbd>{*key}</kbd></dt><dd>{locale.tool(*word)}</dd></div>
                }).collect_view()}
            </dl>
        }
    };
    view! {
        <header>
            <h2>{locale.tool(|words| words.help)}</h2>
            <button type="button" class="button quiet" aria-label=locale.tool(|words| words.close) title=locale.tool(|words| words.close) on:click=move |_| open.set(false)>{icon::icon(icon::CLOSE)}</button>
        </header>
        <div class="help" tabindex="0" role="group" aria-label=locale.tool(|words| words.help)>
            {list(|words| words.help_keys, &KEYS)}
            {list(|words| words.help_conditions, &CONDITIONS)}
        </div>
    }
    .into_any()
}
