//! Everything known about one cluster, instance, document or stack set, from all tables on one page.

mod find;
mod known;
mod section;

use crate::coverage::several::{self, Several};
use crate::i18n::{Lang, Locale, fill, format, words};
use crate::links;
use crate::parts::{self, lazy};
use crate::session;
use crate::store::{Data, Store};
use crate::tally::Completeness;
use crate::ui::clipboard::Clipboard;
use crate::ui::clock::clock;
use crate::ui::effect::effect;
use crate::ui::icon;
use catalog::{ResourceKind, Table};
use find::Hit;
use known::{Known, Relative, learn};
use leptos::prelude::*;
use section::section;
use table::view::View;

/// Related resources of one kind before the rest is counted.
const RELATED: usize = 60;
/// Ids that one link may list.
const LISTED: usize = 100;

/// One table, and the rows in it that name the resource.
#[derive(Clone, Copy)]
struct TableHits {
    table: &'static Table,
    data: Data,
    hits: Memo<(usize, Vec<Hit>)>,
}

impl TableHits {
    fn new(table: &'static Table, id: StoredValue<String>) -> Self {
        let data = Store::data(table);
        data.ensure();
        let hits = Memo::new(move |before: Option<&(usize, Vec<Hit>)>| {
            let loading = data.loading();
            data.rows.with(|rows| {
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

/// The page of one resource.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(resource))]
pub fn view(id: String) -> AnyView {
    let locale = Locale::get();
    let clipboard = Clipboard::get();
    let now = clock();
    let zone = Memo::new(|_| None);
    let title = id.clone();
    effect(move || document().set_title(&[&title, " · Signalbox"].concat()));
    let id = StoredValue::new(id);
    let tables: Vec<TableHits> = session::tables()
        .into_iter()
        .map(|table| TableHits::new(table, id))
        .collect();
    let all = StoredValue::new(tables.iter().map(|one| one.data).collect::<Vec<Data>>());
    let tables = StoredValue::new(tables);
    let known = Memo::new(move |_| {
        let mut known = Known::default();
        tables.with_value(|tables| {
            for TableHits { data, hits, .. } in tables {
                hits.with(|(_, hits)| {
                    data.rows
                        .with(|rows| id.with_value(|id| learn(&mut known, rows, id, hits)));
                });
            }
        });
        known
    });
    let busy = move || all.with_value(|all| all.iter().any(|data| data.loading()));
    let found =
        move || tables.with_value(|tables| tables.iter().any(|one| one.hits.with(|(_, hits)| !hits.is_empty())));
    let kinds = move || {
        known.with(|known| {
            known
                .kinds
                .iter()
                .map(|kind| locale.pick(kind))
                .collect::<Vec<_>>()
                .join(" · ")
        })
    };
    view! {
        <main class="page resource" id="main" data-resource=id.get_value() aria-busy=move || busy().to_string()>
            <header>
                <p class="kinds">{move || if found() { kinds() } else { locale.pick(&words::RESOURCE).to_owned() }}</p>
                <h1>
                    <span>{id.get_value()}</span>
                    <button type="button" class="button quiet compact" aria-label=locale.word(&words::COPY) title=locale.word(&words::COPY) on:click=move |_| clipboard.copy(id.get_value())>
                        {icon::icon(icon::COPY)}
                    </button>
                </h1>
                {move || known.with(|known| about(known, locale.lang()))}
            </header>
            {move || nothing(tables, locale)}
            {move || known.with(|known| related(known, tables, locale.lang()))}
            {tables.with_value(|tables| tables.iter().map(|one| section(*one, id, now)).collect_view())}
            {move || absent(tables, locale)}
            // At the end: what comes into it pushes no row about. Until then each table says for itself what it lacks.
            {parts::once_here(parts::Part::Later, false, true, lazy!(several::view(Several { all, zone, now })))}
        </main>
    }
    .into_any()
}

/// Names, other ids, accounts, and the clouds' own consoles.
fn about(known: &Known, lang: Lang) -> AnyView {
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
        let label = lang.pick(&outside.label);
        let label = if outside.region.is_empty() { label.to_owned() } else { [label, " · ", &outside.region].concat() };
        view! {
            <a class="outside" href=outside.address.clone() target="_blank" rel="noopener noreferrer">{label}{icon::icon(icon::OUTSIDE)}</a>
        }
        .into_any()
    });
    view! {
        <dl class="about">
            {line(lang.pick(&words::OTHER_NAMES), names.collect())}
            {line(lang.pick(&words::OTHER_IDS), aliases.collect())}
            {line(lang.pick(&words::HOMES), homes.collect())}
            {line(lang.pick(&words::IN_THE_CLOUD), outside.collect())}
        </dl>
    }
    .into_any()
}

/// A link to another resource.
fn chip(id: &str, words: &str) -> impl IntoView {
    view! { <a class="thing" href=links::to_resource(id) title=id.to_owned()>{words.to_owned()}</a> }
}

/// What else the rows name.
fn related(known: &Known, tables: StoredValue<Vec<TableHits>>, lang: Lang) -> Option<AnyView> {
    if known.related.is_empty() {
        return None;
    }
    let group = |kind: ResourceKind, all: &[Relative]| {
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
        let more = (more > 0).then(|| fill(lang.pick(&words::MORE_RELATED), &[("n", &format::count(lang, more))]));
        view! {
            <section class="things" data-things=kind.id()>
                <h2>{lang.pick(&kind.label())}<span class="hint">{format::count(lang, all.len())}</span></h2>
                <p>{links}<span class="hint">{more}</span></p>
                <p class="links">{elsewhere(known, kind, all, tables, lang)}</p>
            </section>
        }
        .into_any()
    };
    Some(
        view! { <div class="related">{known.related.iter().map(|(kind, all)| group(*kind, all)).collect_view()}</div> }
            .into_any(),
    )
}

/// Tables that tell about the related resources but do not name this one: the patch states of a cluster's instances.
fn elsewhere(
    known: &Known,
    kind: ResourceKind,
    all: &[Relative],
    tables: StoredValue<Vec<TableHits>>,
    lang: Lang,
) -> Vec<AnyView> {
    let ids: Vec<String> = all.iter().map(|relative| relative.id.clone()).collect();
    let fitting = (2..=LISTED).contains(&ids.len());
    let link = |one: &TableHits| {
        let column = one
            .table
            .references
            .iter()
            .find(|reference| reference.kind == kind)?
            .column;
        // One cloud does not know the other's resources.
        let same = one
            .table
            .sources()
            .any(|source| known.clouds.contains(&source.cloud().id));
        let none = one.hits.with(|(_, hits)| hits.is_empty());
        if !fitting || !none || !same {
            return None;
        }
        let view =
            View::new(one.table).with_condition(one.table.index(column)?, &["eq.", &table::view::list(&ids)].concat());
        let words = fill(lang.pick(&words::OF_THESE), &[("t", lang.pick(&one.table.label))]);
        Some(view! { <a class="these" href=view.path()>{words}</a> }.into_any())
    };
    tables.with_value(|tables| tables.iter().filter_map(link).collect())
}

/// Which tables say nothing of it, once they have all been asked.
fn absent(tables: StoredValue<Vec<TableHits>>, locale: Locale) -> Option<AnyView> {
    let silent = |one: &TableHits| !one.data.loading() && one.hits.with(|(_, hits)| hits.is_empty());
    let (silent, all) = tables.with_value(|tables| {
        let names = tables
            .iter()
            .filter(|one| silent(one))
            .map(|one| locale.pick(&one.table.label));
        (names.collect::<Vec<_>>(), tables.len())
    });
    // All of them is said in larger letters.
    if silent.is_empty() || silent.len() == all {
        return None;
    }
    let text = fill(locale.pick(&words::NOTHING_IN), &[("t", &silent.join(", "))]);
    Some(view! { <p class="hint">{text}</p> }.into_any())
}

/// What stands where everything would, and why there is nothing.
fn nothing(tables: StoredValue<Vec<TableHits>>, locale: Locale) -> Option<AnyView> {
    let (any, open, told) = tables.with_value(|tables| {
        (
            tables.iter().any(|one| one.hits.with(|(_, hits)| !hits.is_empty())),
            tables.iter().any(|one| one.data.loading()),
            tables.iter().fold(Completeness::default(), |told, one| {
                told.with(one.data.completeness(|_| true))
            }),
        )
    });
    if any {
        return None;
    }
    let (id, title, body) = if open {
        ("waiting", locale.pick(&words::LOOKING_FOR_IT), String::new())
    } else if told.unknown(0) {
        let body = locale.pick(&words::COULD_NOT_ASK_BODY_BELOW).to_owned();
        ("not-asked", locale.pick(&words::COULD_NOT_ASK_TITLE), body)
    } else if told.failed > 0 {
        let failed = format::count(locale.lang(), told.failed);
        (
            "gap",
            locale.pick(&words::GAP_TITLE),
            fill(locale.pick(&words::GAP_BODY_BELOW), &[("n", &failed)]),
        )
    } else {
        // What a cloud has cut away may name it.
        let body = [
            Some(locale.pick(&words::UNKNOWN_RESOURCE_BODY).to_owned()),
            told.note(locale.lang()),
        ];
        let body = body.into_iter().flatten().collect::<Vec<_>>().join(" ");
        ("none", locale.pick(&words::UNKNOWN_RESOURCE), body)
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
