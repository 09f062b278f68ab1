//! Everything known about one cluster, instance, document or stack set, from all tables on one page.

mod find;

use crate::address;
use crate::grid::cell::{self, Look};
use crate::i18n::{Lang, Locale, fill, format};
use crate::pages::asked::{self, Asked};
use crate::pages::rows::{address as view_address, row_address};
use crate::pages::span::Span;
use crate::store::{Data, Store};
use crate::ui::clipboard::Clipboard;
use crate::ui::icon;
use catalog::{Column, Format, Kind, Phase, Table, Thing};
use find::{Hit, Known, Relative};
use leptos::prelude::*;
use table::Rows;
use table::rows::Cell;
use table::view::View;

/// Rows of a table before one goes to the table itself.
const ROWS: usize = 20;
/// Columns between a row's state and its times.
const COLUMNS: usize = 4;
/// Related things of one kind before the rest is counted.
const RELATED: usize = 60;
/// Ids that one link may list.
const LISTED: usize = 100;

/// One table, and the rows in it that name the thing.
#[derive(Clone, Copy)]
struct Part {
    table: &'static Table,
    data: Data,
    hits: Memo<(usize, Vec<Hit>)>,
}

impl Part {
    fn new(table: &'static Table, id: StoredValue<String>) -> Self {
        let data = Store::data(table);
        data.ensure();
        let hits = Memo::new(move |before: Option<&(usize, Vec<Hit>)>| {
            data.version.track();
            let loading = asked::loading(data);
            data.rows.with_value(|rows| {
                id.with_value(|id| {
                    // While rows arrive only the new ones are looked at; those that changed in place are found in the end.
                    let (seen, mut hits) = before
                        .filter(|(seen, _)| loading && *seen <= rows.len())
                        .cloned()
                        .unwrap_or_default();
                    hits.extend(find::hits(rows, id, seen));
                    (rows.len(), hits)
                })
            })
        });
        Self { table, data, hits }
    }
}

/// The page of one thing.
pub fn view(id: String) -> AnyView {
    let locale = Locale::get();
    let clipboard = Clipboard::get();
    let now = asked::clock();
    let zone = Memo::new(|_| None);
    let title = id.clone();
    Effect::new(move |_| document().set_title(&[&title, " · Signalbox"].concat()));
    let id = StoredValue::new(id);
    let parts: Vec<Part> = catalog::tables()
        .into_iter()
        .map(|table| Part::new(table, id))
        .collect();
    let all = StoredValue::new(parts.iter().map(|part| part.data).collect::<Vec<Data>>());
    let parts = StoredValue::new(parts);
    let known = Memo::new(move |_| {
        let mut known = Known::default();
        parts.with_value(|parts| {
            for Part { data, hits, .. } in parts {
                hits.with(|(_, hits)| {
                    data.rows
                        .with_value(|rows| id.with_value(|id| find::learn(&mut known, rows, id, hits)));
                });
            }
        });
        known
    });
    let found = move || parts.with_value(|parts| parts.iter().any(|part| part.hits.with(|(_, hits)| !hits.is_empty())));
    let kinds = move || {
        known.with(|known| {
            known
                .kinds
                .iter()
                .map(|kind| locale.pick(*kind))
                .collect::<Vec<_>>()
                .join(" · ")
        })
    };
    view! {
        <main class="page resource" id="main" data-resource=id.get_value()>
            <header>
                <p class="kinds">{move || if found() { kinds() } else { locale.lang().pages().resource.to_owned() }}</p>
                <h1>
                    <span>{id.get_value()}</span>
                    <button type="button" class="button quiet compact" aria-label=locale.word(|words| words.copy) title=locale.word(|words| words.copy) on:click=move |_| clipboard.copy(id.get_value())>
                        {icon::icon(icon::COPY)}
                    </button>
                </h1>
                {move || known.with(|known| about(known, locale.lang()))}
            </header>
            {move || nothing(parts, locale)}
            {move || known.with(|known| related(known, parts, locale.lang()))}
            {parts.with_value(|parts| parts.iter().map(|part| section(*part, id, now)).collect_view())}
            {move || absent(parts, locale)}
            // At the end: what comes into it pushes no row about.
            <Asked all zone now/>
        </main>
    }
    .into_any()
}

/// Names, other ids, accounts, and the clouds' own consoles.
fn about(known: &Known, lang: Lang) -> AnyView {
    let words = lang.pages();
    let line = |name: &'static str, content: Vec<AnyView>| {
        (!content.is_empty()).then(|| view! { <div><dt>{name}</dt><dd>{content}</dd></div> })
    };
    let names = known
        .names
        .iter()
        .map(|name| view! { <span>{name.clone()}</span> }.into_any());
    let aliases = known.aliases.iter().take(RELATED).map(|id| chip(id, id).into_any());
    let homes = known.homes.iter().map(|(account, region)| {
        let place = if region.is_empty() {
            account.clone()
        } else {
            [account, " / ", region].concat()
        };
        view! { <span>{place}</span> }.into_any()
    });
    let outside = known.outside.iter().map(|outside| {
        let label = lang.pick(outside.label);
        let label = if outside.region.is_empty() { label.to_owned() } else { [label, " · ", &outside.region].concat() };
        view! {
            <a class="outside" href=outside.address.clone() target="_blank" rel="noopener noreferrer">{label}{icon::icon(icon::OUTSIDE)}</a>
        }
        .into_any()
    });
    view! {
        <dl class="about">
            {line(words.names, names.collect())}
            {line(words.aliases, aliases.collect())}
            {line(words.homes, homes.collect())}
            {line(words.outside, outside.collect())}
        </dl>
    }
    .into_any()
}

/// A link to another thing.
fn chip(id: &str, words: &str) -> impl IntoView {
    view! { <a class="thing" href=address::resource(id) title=id.to_owned()>{words.to_owned()}</a> }
}

/// What else the rows name.
fn related(known: &Known, parts: StoredValue<Vec<Part>>, lang: Lang) -> Option<AnyView> {
    if known.related.is_empty() {
        return None;
    }
    let words = lang.pages();
    let group = |thing: Thing, all: &[Relative]| {
        let links = all.iter().take(RELATED).map(|relative| {
            let words = if relative.name.is_empty() {
                &relative.id
            } else {
                &relative.name
            };
            chip(&relative.id, words)
        });
        let links = links.collect_view();
        let more = all.len().saturating_sub(RELATED);
        let more = (more > 0).then(|| fill(words.more_things, &[("n", &format::count(lang, more))]));
        view! {
            <section class="things" data-things=thing.id()>
                <h2>{lang.pick(thing.label())}<span class="hint">{format::count(lang, all.len())}</span></h2>
                <p>{links}<span class="hint">{more}</span></p>
                <p class="links">{elsewhere(known, thing, all, parts, lang)}</p>
            </section>
        }
        .into_any()
    };
    Some(
        view! { <div class="related">{known.related.iter().map(|(thing, all)| group(*thing, all)).collect_view()}</div> }
            .into_any(),
    )
}

/// Tables that tell about the related things but do not name this one: the patch states of a cluster's instances.
fn elsewhere(known: &Known, thing: Thing, all: &[Relative], parts: StoredValue<Vec<Part>>, lang: Lang) -> Vec<AnyView> {
    let ids: Vec<String> = all.iter().map(|relative| relative.id.clone()).collect();
    let fitting = (2..=LISTED).contains(&ids.len());
    let link = |part: &Part| {
        let column = part.table.things.iter().find(|mention| mention.thing == thing)?.column;
        // One cloud does not know the other's things.
        let same = part
            .table
            .sources()
            .any(|source| known.clouds.contains(&source.cloud.id()));
        let none = part.hits.with(|(_, hits)| hits.is_empty());
        if !fitting || !none || !same {
            return None;
        }
        let view = View::new(part.table)
            .with_condition(part.table.index(column)?, &["eq.", &table::view::list(&ids)].concat());
        let words = fill(lang.pages().of_these, &[("t", lang.pick(part.table.label))]);
        Some(view! { <a class="these" href=view_address(&view)>{words}</a> }.into_any())
    };
    parts.with_value(|parts| parts.iter().filter_map(link).collect())
}

/// The rows of one table.
fn section(part: Part, id: StoredValue<String>, now: RwSignal<i64>) -> impl IntoView {
    let locale = Locale::get();
    let Part { table, data, hits } = part;
    move || {
        let hits = hits.with(|(_, hits)| hits.clone());
        if hits.is_empty() {
            return None;
        }
        let lang = locale.lang();
        let look = Look {
            lang,
            now: now.get(),
            zone: None,
            full: false,
        };
        let gaps = asked::gaps(data, |_| true);
        let count = |number: usize| format::count(lang, number);
        let links = find::views(table, &hits);
        let whole = links.len() == 1;
        let links = links.into_iter().filter_map(|(at, number)| {
            let column = table.columns().nth(at)?;
            let href = view_address(&id.with_value(|id| View::new(table).only(at, id)));
            let words = if whole {
                fill(lang.pages().all_rows, &[("n", &count(number))])
            } else {
                [lang.pick(column.label), ": ", &count(number)].concat()
            };
            Some(view! { <a class="all" href=href data-count=number.to_string()>{words}</a> })
        });
        let links = links.collect_view();
        let body = data.rows.with_value(|rows| compact(rows, &hits, id, look));
        let gap = (gaps > 0).then(|| {
            let title = fill(lang.words().gap_note, &[("n", &count(gaps))]);
            view! { <span class="gap" title=title>" + ?"</span> }
        });
        let open = asked::loading(data).then(|| view! { <span class="hint">{lang.words().state_loading}</span> });
        Some(view! {
            <section class="rows" data-table=table.id data-count=hits.len().to_string()>
                <h2>{lang.pick(table.label)}<span class="hint">{count(hits.len())}</span>{gap}{open}</h2>
                <p class="links">{links}</p>
                {body}
            </section>
        })
    }
}

/// A row's columns besides state and times: what its table shows, but for what is the same in every row here.
fn columns(rows: &Rows, hits: &[Hit], id: &str) -> Vec<(usize, &'static Column)> {
    let table = rows.table();
    let shown = table
        .shown
        .iter()
        .filter_map(|name| Some((table.index(name)?, table.column(name)?)));
    let says = |(at, column): &(usize, &'static Column)| {
        let state = column.id == "state" || column.id == "phase";
        let place = matches!(column.id, "account" | "region");
        let own = hits
            .iter()
            .all(|hit| matches!(rows.cell(hit.row, *at), Cell::Text(text) if text == id));
        let empty = hits.iter().all(|hit| rows.cell(hit.row, *at) == Cell::Empty);
        column.kind != Kind::Time && !state && !place && !own && !empty
    };
    shown.filter(says).take(COLUMNS).collect()
}

/// The newest rows, or the most urgent where there are no times.
fn compact(rows: &Rows, hits: &[Hit], id: StoredValue<String>, look: Look<'_>) -> AnyView {
    let table = rows.table();
    let span = Span::of(table);
    let mut order: Vec<u32> = hits.iter().map(|hit| hit.row).collect();
    let begin = |row: u32| match span.map(|span| rows.cell(row, span.begin)) {
        Some(Cell::Time(at)) => std::cmp::Reverse(at),
        _ => std::cmp::Reverse(i64::MIN),
    };
    let urgency = |row: u32| {
        let phase = rows.phase(row);
        Phase::VALUES.iter().position(|known| known.phase == phase)
    };
    table::sort::by_key(&mut order, |row| (begin(*row), urgency(*row), *row));
    order.truncate(ROWS);
    // What a state column says of the row itself is more than its phase; a plug-in's is that of its cluster.
    let own = span.is_some_and(|span| span.work);
    let state = table.index(if own { "state" } else { "phase" });
    let times = span.map_or_else(Vec::new, |span| vec![span.begin, span.end]);
    let named = |at: usize| Some((at, table.columns().nth(at)?));
    let columns: Vec<(usize, &'static Column)> = state
        .and_then(named)
        .into_iter()
        .chain(id.with_value(|id| columns(rows, hits, id)))
        .chain(times.into_iter().filter_map(named))
        .collect();
    let head = columns.iter().map(|(_, column)| view! { <th scope="col" class:number=column.kind == Kind::Number>{look.lang.pick(column.label)}</th> });
    let head = head.collect_view();
    let line = |row: &u32| {
        let row = *row;
        let cells = columns.iter().enumerate().map(|(place, (at, column))| {
            let shown = cell::show(rows, row, *at, column, look);
            let class = match (column.kind, column.format) {
                (Kind::Number, _) => "number",
                (_, Format::Id | Format::Code) => "code",
                _ => "",
            };
            let text = if place == 0 {
                let text = if shown.text.is_empty() { "–".to_owned() } else { shown.text };
                view! { <a href=row_address(rows, row, None)>{cell::dot(shown.phase.or(Some(rows.phase(row))))}{text}</a> }.into_any()
            } else {
                shown.text.into_any()
            };
            view! { <td class=class title=shown.title>{text}</td> }
        });
        let cells = cells.collect_view();
        view! { <tr data-row-id=rows.id(row)>{cells}</tr> }
    };
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=look.lang.pick(table.label)>
            <table>
                <thead><tr>{head}</tr></thead>
                <tbody>{order.iter().map(line).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Which tables say nothing of it, once they have all been asked.
fn absent(parts: StoredValue<Vec<Part>>, locale: Locale) -> Option<AnyView> {
    let silent = |part: &Part| !asked::loading(part.data) && part.hits.with(|(_, hits)| hits.is_empty());
    let (silent, all) = parts.with_value(|parts| {
        let names = parts
            .iter()
            .filter(|part| silent(part))
            .map(|part| locale.pick(part.table.label));
        (names.collect::<Vec<_>>(), parts.len())
    });
    // All of them is said in larger letters.
    if silent.is_empty() || silent.len() == all {
        return None;
    }
    let text = fill(locale.lang().pages().nothing_in, &[("t", &silent.join(", "))]);
    Some(view! { <p class="hint">{text}</p> }.into_any())
}

/// What stands where everything would, and why there is nothing.
fn nothing(parts: StoredValue<Vec<Part>>, locale: Locale) -> Option<AnyView> {
    let (any, open, failed) = parts.with_value(|parts| {
        (
            parts.iter().any(|part| part.hits.with(|(_, hits)| !hits.is_empty())),
            parts.iter().any(|part| asked::loading(part.data)),
            parts.iter().map(|part| asked::gaps(part.data, |_| true)).sum::<usize>(),
        )
    });
    if any {
        return None;
    }
    let words = locale.words();
    let (id, title, body) = if open {
        ("waiting", locale.lang().pages().looking, String::new())
    } else if failed > 0 {
        let failed = format::count(locale.lang(), failed);
        (
            "gap",
            words.gap_title,
            fill(locale.lang().pages().gap_body, &[("n", &failed)]),
        )
    } else {
        (
            "none",
            locale.lang().pages().unknown_thing,
            locale.lang().pages().unknown_thing_body.to_owned(),
        )
    };
    Some(
        view! {
            <div class="empty still" data-empty=id>
                <div class="picture" aria-hidden="true"><span></span><span></span><span></span></div>
                <h2>{title}</h2>
                <p>{body}</p>
            </div>
        }
        .into_any(),
    )
}
