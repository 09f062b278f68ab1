//! The first page: every table with what is in it, by phase, each number a link to its rows.

mod questions;

use crate::coverage::failures;
use crate::grid::cell;
use crate::i18n::{Locale, fill, format};
use crate::store::{Data, Load, Store};
use ::table::engine::{Clock, Engine};
use ::table::view::View;
use catalog::{Phase, Table};
use leptos::prelude::*;

/// The overview.
#[component]
pub fn Overview() -> impl IntoView {
    let locale = Locale::get();
    Effect::new(move |_| document().set_title("Signalbox"));
    view! {
        <main class="page overview" id="main">
            <h1>"Signalbox"</h1>
            <p class="about">{locale.word(|words| words.overview_about)}</p>
            <div class="cards">
                {catalog::tables().into_iter().map(|table| view! { <Card table/> }).collect_view()}
            </div>
        </main>
    }
}

#[component]
fn Card(table: &'static Table) -> impl IntoView {
    let locale = Locale::get();
    let data: Data = Store::data(table);
    data.ensure();
    let engine = StoredValue::new(Engine::new());
    let phases = Memo::new(move |_| {
        data.version.track();
        let view = View::new(table);
        let midnight = |date| format::midnight(date, None);
        let clock = Clock {
            now: 0,
            midnight: &midnight,
        };
        let index = table.index("phase")?;
        data.rows.with_value(|rows| {
            engine.try_update_value(|engine| {
                engine.update(rows, &view, &clock);
                engine.facet(rows, &view, index)
            })
        })
    });
    let total = move || {
        data.version.track();
        data.rows.with_value(::table::rows::Rows::len)
    };
    let count = move |value: usize| format::count(locale.lang(), value);
    let state = move || {
        let words = locale.words();
        let failed = data.targets.with(|targets| failures(targets));
        match data.load.get() {
            Load::Idle | Load::Loading => words.state_loading.to_owned(),
            Load::Broken(_) => words.proxy_lost_title.to_owned(),
            Load::Ended if failed > 0 => fill(words.gaps, &[("n", &count(failed))]),
            Load::Ended => String::new(),
        }
    };
    view! {
        <section class="card" data-card=table.id aria-busy=move || matches!(data.load.get(), Load::Idle | Load::Loading).to_string()>
            <h2><a href=format!("/{}", table.id)>{locale.label(table.label)}</a></h2>
            <p class="about">{locale.label(table.about)}</p>
            <ul class="phases">
                {move || phases.get().unwrap_or_default().into_iter().map(|value| {
                    let known = Phase::VALUES.iter().find(|known| known.value == value.value);
                    let phase = known.map_or(Phase::Unknown, |known| known.phase);
                    let word = known.map_or_else(|| value.value.clone(), |known| locale.pick(known.label).to_owned());
                    view! {
                        <li>
                            <a href=format!("/{}?phase={}", table.id, phase.id())>
                                {cell::dot(Some(phase))}
                                <span class="text">{word}</span>
                                <b>{count(value.count as usize)}</b>
                            </a>
                        </li>
                    }
                }).collect_view()}
            </ul>
            <p class="foot"><span>{move || fill(locale.words().rows_total, &[("n", &count(total()))])}</span><span class="state">{state}</span></p>
        </section>
    }
}
