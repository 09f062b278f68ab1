//! The sources one by one: what each has answered, in full, and what can be done about it.

use super::described::describe;
use crate::i18n::{Locale, fill, words};
use crate::store::{Data, Progress, Target};
use crate::ui::clipboard::Clipboard;
use crate::ui::dialog::Dialog;
use crate::ui::{icon, timer};
use leptos::prelude::*;
use std::time::Duration;
use wire::TargetError;

/// The button that opens them, for a page that does without it at first.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn view(all: StoredValue<Vec<Data>>, zone: Memo<Option<String>>) -> AnyView {
    opener(all, zone)
}

/// The button, and the sources that it opens.
pub fn opener(all: StoredValue<Vec<Data>>, zone: Memo<Option<String>>) -> AnyView {
    let locale = Locale::get();
    let open = RwSignal::new(false);
    view! {
        <button type="button" class="button quiet compact" aria-haspopup="dialog" aria-label=locale.word(&words::HEADING_SOURCES) title=locale.word(&words::HEADING_SOURCES) on:click=move |_| open.set(true)>
            {icon::icon(icon::LIST)}
        </button>
        <Dialog open label=Signal::derive(move || locale.pick(&words::HEADING_SOURCES).to_owned())>
            <header role="none">
                <h2>{locale.word(&words::HEADING_SOURCES)}</h2>
                <button type="button" class="button quiet" aria-label=locale.word(&words::CLOSE) title=locale.word(&words::CLOSE) on:click=move |_| open.set(false)>{icon::icon(icon::CLOSE)}</button>
            </header>
            <div class="help sources" tabindex="0" role="group" aria-label=locale.word(&words::HEADING_SOURCES) data-testid="sources">
                {list(all, zone, locale)}
            </div>
        </Dialog>
    }
    .into_any()
}

/// The states, what needs somebody first.
const ORDER: [&str; 5] = ["failed", "loading", "capped", "stale", "ok"];

/// All sources, in the order that they have when this opens: nothing moves away under the hand that is on it.
fn list(all: StoredValue<Vec<Data>>, zone: Memo<Option<String>>, locale: Locale) -> AnyView {
    let place = move |data: Data, target: &Target| [data.table.id, "/", &target.id()].concat();
    let ids = Memo::new(move |before: Option<&Vec<String>>| {
        let mut ids = before.cloned().unwrap_or_default();
        let mut now = Vec::new();
        for state in ORDER {
            let add = |data: &Data, target: &Target| {
                if target.state() == state {
                    now.push(place(*data, target));
                }
            };
            each(all, add);
        }
        ids.retain(|id| now.contains(id));
        now.retain(|id| !ids.contains(id));
        ids.append(&mut now);
        ids
    });
    let now = seconds();
    let line = move |id: String| {
        let mut found = None;
        untrack(|| {
            each(all, |data, target| {
                if place(*data, target) == id {
                    found = Some((*data, target.clone()));
                }
            });
        });
        let (data, target) = found?;
        let named = all.with_value(|all| all.len() > 1);
        Some(line(data, target, named, zone, now, locale))
    };
    view! { <ul>{move || ids.get().into_iter().map(line).collect_view()}</ul> }.into_any()
}

/// Looks at every source; tracked.
fn each(all: StoredValue<Vec<Data>>, mut look: impl FnMut(&Data, &Target)) {
    all.with_value(|all| {
        for data in all {
            data.targets
                .with(|targets| targets.iter().for_each(|target| look(data, target)));
        }
    });
}

/// The wall clock in milliseconds, in steps of a second, as long as the surrounding view is there.
fn seconds() -> RwSignal<i64> {
    let now = RwSignal::new(timer::now());
    let tick = move || _ = now.try_set(timer::now());
    let ticking = StoredValue::new(set_interval_with_handle(tick, Duration::from_secs(1)).ok());
    on_cleanup(move || {
        if let Some(ticking) = ticking.try_get_value().flatten() {
            ticking.clear();
        }
    });
    now
}

/// One source. The button to ask again stays while it is asked, so that the focus stays on it.
fn line(
    data: Data,
    target: Target,
    named: bool,
    zone: Memo<Option<String>>,
    now: RwSignal<i64>,
    locale: Locale,
) -> AnyView {
    let id = target.id();
    let place = format!("{} / {}", target.account, target.region);
    let table = named.then_some(data.table.label);
    let target = Memo::new(move |last: Option<&Target>| {
        let last = last.unwrap_or(&target);
        let same =
            |now: &&Target| (&now.account, &now.region, &now.source) == (&last.account, &last.region, &last.source);
        let found = data.targets.with(|targets| targets.iter().find(same).cloned());
        found.unwrap_or_else(|| last.clone())
    });
    let name = move || match table {
        Some(label) => format!("{} · {place}", locale.pick(&label)),
        None => place.clone(),
    };
    let state = move || target.with(Target::state);
    let text = move || target.with(|target| describe(locale, target, zone.get().as_deref()));
    let busy = Memo::new(move |_| target.with(|target| target.progress == Progress::Loading));
    let waiting = move || {
        let asked = target.with(|target| target.asked);
        let seconds = move || ((now.get() - asked).max(0) / 1000).to_string();
        let words = move || fill(locale.pick(&words::SOURCE_WAITING), &[("n", &seconds())]);
        busy.get()
            .then(|| view! { <span class="hint" role="timer">{words}</span> })
    };
    let retry = {
        let id = id.clone();
        move |_| data.retry(&id)
    };
    view! {
        <li data-target=id data-state=state>
            <div class="about">
                <strong translate="no">{name}</strong>
                <p>{text}</p>
                {waiting}
            </div>
            <div class="do">
                {move || target.with(|target| request(target, locale))}
                <button type="button" class="button" data-action="retry" aria-disabled=move || busy.get().then_some("true") on:click=retry>
                    {icon::icon(icon::RELOAD)}<span>{locale.word(&words::TRY_AGAIN)}</span>
                </button>
            </div>
            {move || target.with(|target| policy(target, locale))}
        </li>
    }
    .into_any()
}

fn failure(target: &Target) -> Option<&TargetError> {
    match &target.progress {
        Progress::Failed(error) => Some(error),
        _ => None,
    }
}

/// The request that failed, for the cloud's support.
fn request(target: &Target, locale: Locale) -> Option<AnyView> {
    let id = failure(target)?.request_id.clone().filter(|id| !id.is_empty())?;
    let words = fill(locale.pick(&words::REQUEST_ID), &[("id", &id)]);
    Some(copy("copy", words, id, locale))
}

/// The permission that is missing, as a policy.
fn policy(target: &Target, locale: Locale) -> Option<AnyView> {
    let permission = failure(target)?.permission.as_deref()?;
    let policy = catalog::source(&target.source)?.cloud().policy(permission)?;
    let words = locale.pick(&words::SOURCE_POLICY);
    let copy = copy("copy-policy", permission.to_owned(), policy.clone(), locale);
    let view = view! {
        <div class="policy">
            <p class="hint">{words}</p>
            <pre translate="no" tabindex="0">{policy}</pre>
            {copy}
        </div>
    };
    Some(view.into_any())
}

/// A button that copies a text, which is called so.
fn copy(action: &'static str, name: String, text: String, locale: Locale) -> AnyView {
    let clipboard = Clipboard::get();
    let label = [locale.pick(&words::COPY), locale.pick(&words::COLON), &name].concat();
    let copied = text.clone();
    view! {
        <button type="button" class="button" data-action=action data-value=text aria-label=label on:click=move |_| clipboard.copy(copied.clone())>
            {icon::icon(icon::COPY)}<span translate="no">{name}</span>
        </button>
    }
    .into_any()
}
