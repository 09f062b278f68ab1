//! What stands above the chart: search, stretch of time, grouping, phases, tables, conditions.

use super::chart::Chart;
use super::state::TimelineState;
use crate::filters::chip_key;
use crate::filters::conditions::sentence;
use crate::filters::draft::Draft;
use crate::i18n::{Locale, fill, words};
use crate::menus::subscribe;
use crate::parts::{self, Part, lazy};
use crate::tally::Completeness;
use crate::ui::clipboard::Clipboard;
use crate::ui::effect::effect;
use crate::ui::icon;
use crate::url_state::Entry;
use catalog::{Label, Phase, Table};
use leptos::{ev, html, prelude::*};
use table::view::View;
use table::view::timeline::{self, Grouping, Range, TimelineCondition, TimelineView};

/// Stretches of time to choose from, as in links and in words.
static STRETCHES: [(&str, &Label); 6] = [
    ("-24h..7d", &words::STRETCH_USUAL),
    ("now..24h", &words::STRETCH_NEXT_DAY),
    ("now..7d", &words::STRETCH_NEXT_WEEK),
    ("-24h..now", &words::STRETCH_LAST_DAY),
    ("-7d..now", &words::STRETCH_LAST_WEEK),
    ("-30d..now", &words::STRETCH_LAST_MONTH),
];

/// The first line.
pub fn toolbar(timeline: TimelineState, chart: Chart, search: NodeRef<html::Input>) -> impl IntoView {
    let locale = Locale::get();
    let in_sight = move || chart.picture.with(|picture| picture.count);
    let matching = move || timeline.tally.with(|tally| tally.matching);
    let button = move |path: icon::Path, word: &'static Label, run: fn(Chart)| {
        view! {
            <button type="button" class="button compact" aria-label=locale.word(word) title=locale.word(word) on:click=move |_| run(chart)>
                {icon::icon(path)}
            </button>
        }
    };
    view! {
        <div class="toolbar">
            {search_box(timeline, chart, search)}
            <p class="count">
                <b data-testid="count">{move || timeline.told().number(locale.lang(), in_sight())}</b>" "
                {move || fill(locale.pick(&words::IN_SIGHT), &[("n", &timeline.told().text(locale.lang(), matching()))])}
            </p>
            <span class="spacer"></span>
            {choice("grouping", locale.word(&words::GROUPING), move || {
                let labels = [&words::BY_ACCOUNT, &words::BY_RESOURCE, &words::BY_TABLE];
                let grouping = timeline.view.with(|view| view.grouping);
                let options = Grouping::ALL.into_iter().zip(labels);
                options.map(|(known, label)| (known.id().to_owned(), locale.pick(label).to_owned(), known == grouping)).collect()
            }, move |value| {
                if let Some(grouping) = Grouping::from_id(&value) {
                    timeline.view.step(|view| view.with_grouping(grouping));
                }
            })}
            {choice("stretch", locale.word(&words::STRETCH), move || {
                let now = timeline.view.with(|view| view.range.text());
                let known = STRETCHES.iter().map(|(text, label)| (text.to_string(), locale.pick(label).to_owned(), *text == now));
                let mut options: Vec<_> = known.collect();
                if !options.iter().any(|(.., chosen)| *chosen) {
                    options.push((now.clone(), now.replace("..", " … "), true));
                }
                options
            }, move |value| {
                if let Some(range) = range(&value) {
                    timeline.view.step(|view| view.with_range(range));
                }
            })}
            <span class="joined" role="group" aria-label=locale.word(&words::STRETCH)>
                {button(icon::MINUS, &words::ZOOM_OUT, |chart| chart.zoom(2.0, None, Entry::Step))}
                {button(icon::PLUS, &words::ZOOM_IN, |chart| chart.zoom(0.5, None, Entry::Step))}
                {button(icon::RELOAD, &words::STRETCH_RESET, Chart::reset)}
            </span>
            {choice("zone", locale.word(&words::ZONE), move || {
                let zone = timeline.zone.get().unwrap_or_default();
                let mut zones: Vec<String> = ["", "UTC", "Asia/Shanghai"].map(str::to_owned).to_vec();
                if !zones.contains(&zone) {
                    zones.push(zone.clone());
                }
                let label = |known: &String| if known.is_empty() { locale.pick(&words::ZONE_LOCAL).to_owned() } else { known.clone() };
                zones.into_iter().map(|known| { let label = label(&known); let chosen = known == zone; (known, label, chosen) }).collect()
            }, move |value| timeline.view.step(|view| view.with_tz(Some(value.as_str()).filter(|zone| !zone.is_empty()))))}
            {calendar(timeline)}
            {copy_link()}
        </div>
    }
}

/// A choice of one. Options are value, words, and whether it is the chosen one.
fn choice(
    id: &'static str,
    label: impl Fn() -> &'static str + Copy + Send + 'static,
    options: impl Fn() -> Vec<(String, String, bool)> + Send + 'static,
    choose: impl Fn(String) + 'static,
) -> impl IntoView {
    view! {
        <select class="button zone" data-testid=id aria-label=label title=label on:change=move |event| choose(event_target_value(&event))>
            {move || options().into_iter().map(|(value, words, chosen)| view! { <option value=value selected=chosen>{words}</option> }).collect_view()}
        </select>
    }
}

fn range(text: &str) -> Option<Range> {
    let table = timeline::tables().into_iter().next()?;
    let view = View::parse(table, &["start=", text].concat());
    Range::of(view.conditions.first()?)
}

/// Free text. What is typed shows at once and enters the link after a pause.
fn search_box(timeline: TimelineState, chart: Chart, input: NodeRef<html::Input>) -> impl IntoView {
    let locale = Locale::get();
    let typed = RwSignal::new(timeline.view.with_untracked(|view| view.q.clone()));
    effect(move || {
        let q = timeline.view.with(|view| view.q.clone());
        // What is being typed may differ from the link by spaces.
        if typed.with_untracked(|typed| typed.split_whitespace().collect::<Vec<_>>().join(" ")) != q {
            typed.set(q);
        }
    });
    let change = move |text: String| {
        timeline.view.burst(|view| view.with_q(&text));
        typed.set(text);
    };
    let keydown = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            change(String::new());
        }
        "ArrowDown" | "Enter" => {
            event.prevent_default();
            chart.focus();
        }
        _ => {}
    };
    view! {
        <div class="search">
            {icon::icon(icon::SEARCH)}
            <input
                type="search"
                role="searchbox"
                node_ref=input
                autocomplete="off"
                spellcheck="false"
                aria-label=locale.word(&words::SEARCH)
                placeholder=locale.word(&words::SEARCH)
                title=locale.word(&words::SEARCH_HINT)
                prop:value=move || typed.get()
                on:input=move |event| change(event_target_value(&event))
                on:keydown=keydown
            />
            <kbd aria-hidden="true">"/"</kbd>
        </div>
    }
}

/// The planned windows that match, for a calendar: to load once, or to subscribe to.
fn calendar(timeline: TimelineState) -> impl IntoView {
    let locale = Locale::get();
    let plans = Memo::new(move |_| {
        let plans = catalog::table("plans")?;
        let mut view = timeline
            .view
            .with(|view| view.shows(plans).then(|| view.view(plans)).flatten())?;
        view.sort.clear();
        Some(view)
    });
    let address = move || plans.with(|view| view.as_ref().map(subscribe::file));
    let there = Memo::new(move |_| plans.with(Option::is_some));
    move || {
        there.get().then(|| view! {
            <span class="joined">
                <a class="button compact" href=address download="plans.ics" data-testid="calendar" title=locale.word(&words::CALENDAR)>
                    {icon::icon(icon::CALENDAR)}
                    <span class="words">{locale.word(&words::CALENDAR_WORD)}</span>
                </a>
                {parts::once_here(Part::Later, false, false, lazy!(subscribe::beside(plans)))}
            </span>
        })
    }
}

fn copy_link() -> impl IntoView {
    let locale = Locale::get();
    let clipboard = Clipboard::get();
    let copy = move |_| {
        if let Ok(address) = window().location().href() {
            clipboard.copy(address);
        }
    };
    view! {
        <button type="button" class="button compact" aria-label=locale.word(&words::COPY_LINK) title=locale.word(&words::COPY_LINK) on:click=copy>
            {icon::icon(icon::LINK)}
        </button>
    }
}

/// Phases and tables: what their bars look like, how many there are, and which to show.
pub fn legend(timeline: TimelineState) -> impl IntoView {
    let locale = Locale::get();
    let told = move |table: &'static Table| {
        let data = timeline.datas().into_iter().find(|data| data.table.id == table.id);
        data.map(|data| data.completeness(|_| true)).unwrap_or_default()
    };
    let told_text = move |told: Completeness, number: usize| told.view(locale.lang(), number);
    let phases = move || {
        let phases = timeline.tally.with(|tally| tally.phases.clone()).into_iter();
        let ticked = |phase: Phase| timeline.view.with(|view| view.ticked("phase", phase.id()));
        let shown = phases.map(|(phase, number)| (phase, number, ticked(phase)));
        shown
            .filter(|(_, number, ticked)| *number > 0 || *ticked)
            .collect::<Vec<_>>()
    };
    let tables = move || {
        let numbers = timeline.tally.with(|tally| tally.tables.clone());
        let ticked = |id: &str| timeline.view.with(|view| view.tables.contains(&id));
        let shown = timeline::tables().into_iter().zip(numbers);
        shown
            .filter(|(table, _)| timeline.grants(table))
            .map(|(table, number)| (table, number, ticked(table.id)))
            .collect::<Vec<_>>()
    };
    view! {
        <div class="legend">
            <div role="group" data-facet="phase" aria-label=locale.word(&words::PHASES)>
                <For each=phases key=|(phase, ..)| phase.id().to_owned() children=move |(phase, ..)| {
                    let mine = move || phases().into_iter().find(|(known, ..)| *known == phase).map_or((0, false), |(_, number, ticked)| (number, ticked));
                    let word = move || Phase::VALUES.iter().find(|known| known.phase == phase).map_or("", |known| locale.pick(&known.label));
                    view! {
                        <label>
                            <input
                                type="checkbox"
                                data-value=phase.id()
                                data-count=move || mine().0.to_string()
                                prop:checked=move || mine().1
                                on:change=move |_| timeline.view.step(|view| view.toggled("phase", phase.id()))
                            />
                            <span class="sample bar" data-phase=phase.id() aria-hidden="true"></span>
                            <span class="text">{word}</span>
                            <span class="number">{move || told_text(timeline.told(), mine().0)}</span>
                        </label>
                    }
                }/>
            </div>
            <div role="group" data-facet="table" aria-label=locale.word(&words::TABLES)>
                <For each=tables key=|(table, ..)| table.id.to_owned() children=move |(table, ..)| {
                    let mine = move || tables().into_iter().find(|(known, ..)| known.id == table.id).map_or((None, false), |(_, number, ticked)| (number, ticked));
                    view! {
                        <label class:none=move || mine().0.is_none()>
                            <input
                                type="checkbox"
                                data-value=table.id
                                data-count=move || mine().0.unwrap_or_default().to_string()
                                prop:checked=move || mine().1
                                on:change=move |_| timeline.view.step(|view| view.with_table_toggled(table.id))
                            />
                            <span class="text">{locale.word(&table.label)}</span>
                            <span class="number">{move || mine().0.map_or_else(|| "–".into_any(), |number| told_text(told(table), number))}</span>
                        </label>
                    }
                }/>
            </div>
        </div>
    }
}

/// The conditions: each can be read and removed; what no table understands stays, struck out.
pub fn conditions(timeline: TimelineState) -> impl IntoView {
    let locale = Locale::get();
    let parts = Memo::new(move |_| timeline.view.with(|view| view.conditions.clone()));
    let struck = move || parts.with(|parts| parts.iter().filter(|part| !part.understood).count());
    let chip = move |condition: TimelineCondition| {
        let TimelineCondition { param, understood, .. } = condition.clone();
        let drawn = condition
            .of_table()
            .and_then(|(table, condition)| Some((table, Draft::of(&condition)?)));
        let plain = param.clone();
        let phrase = Signal::derive(move || {
            let sentence = drawn.as_ref().map(|(table, draft)| sentence(table, locale, draft));
            sentence.unwrap_or_else(|| plain.clone())
        });
        let gone = param.clone();
        view! {
            <li class="chip" class:struck=!understood data-condition=param data-understood=understood.to_string()>
                {if understood {
                    view! { <span class="words">{move || phrase.get()}</span> }.into_any()
                } else {
                    view! { <s class="words">{move || phrase.get()}</s> }.into_any()
                }}
                <button
                    type="button"
                    class="remove"
                    aria-label=move || [locale.pick(&words::REMOVE), " ", &phrase.get()].concat()
                    title=locale.word(&words::REMOVE)
                    on:click=move |_| timeline.view.step(|view| view.without(&gone))
                >
                    {icon::icon(icon::CLOSE)}
                </button>
            </li>
        }
    };
    let any = move || !parts.with(Vec::is_empty) || timeline.view.with(|view| !view.q.is_empty());
    view! {
        <div class="conditions" class:idle=move || !any()>
            <ul data-testid="conditions" translate="no" aria-label=locale.word(&words::CONDITIONS)>
                <For each=move || parts.get() key=|part| chip_key(&part.param, part.understood) children=chip/>
            </ul>
            <Show when=any>
                <button type="button" class="link" on:click=move |_| timeline.view.step(TimelineView::cleared)>
                    {locale.word(&words::CLEAR_CONDITIONS)}
                </button>
            </Show>
        </div>
        <Show when=move || struck() != 0>
            <p class="notice" role="note">
                {move || match struck() {
                    1 => locale.pick(&words::NOT_UNDERSTOOD_ONE).to_owned(),
                    many => fill(locale.pick(&words::NOT_UNDERSTOOD_MANY), &[("n", &many.to_string())]),
                }}
            </p>
        </Show>
    }
}
