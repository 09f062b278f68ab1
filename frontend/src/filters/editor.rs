//! The form that makes or changes one condition.

use super::draft::{Draft, Operator};
use crate::i18n::{Locale, words};
use crate::screen::Screen;
use catalog::Kind;
use leptos::{ev, prelude::*};

/// The form. Applying closes it; a condition that would not be understood is refused with a word, not put into the URL.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn view(screen: Screen, open: RwSignal<bool>, draft: Draft) -> AnyView {
    let locale = Locale::get();
    let first = screen
        .columns
        .with_untracked(|columns| columns.first().copied())
        .unwrap_or(0);
    let start = if draft == Draft::default() {
        Draft { column: first, ..draft }
    } else {
        draft
    };
    let draft = RwSignal::new(start);
    let refused = RwSignal::new(false);
    let form = Form {
        locale,
        screen,
        open,
        draft,
        refused,
    };
    let columns: Vec<_> = screen.table.columns().enumerate().collect();
    let choose_column = move |event: ev::Event| {
        if let Ok(column) = event_target_value(&event).parse() {
            form.choose_column(column);
        }
    };
    let choose_operator = move |event: ev::Event| {
        if let Some(operator) = Operator::from_id(&event_target_value(&event)) {
            draft.update(|draft| draft.operator = operator);
        }
    };
    let apply = move |event: ev::SubmitEvent| {
        event.prevent_default();
        form.apply();
    };
    let operator = move || draft.with(|draft| draft.operator);
    let takes_values = move || !matches!(operator(), Operator::Range | Operator::Empty | Operator::Set);
    let suggestions = Memo::new(move |_| {
        let column = draft.with(|draft| draft.column);
        // Values that come and go under somebody's hand would be worse than those of a moment ago.
        untrack(|| screen.matching(|engine, rows| engine.distinct(rows, column, 50)))
    });
    view! {
        <form class="editor" on:submit=apply>
            <label>
                <span>{locale.word(&words::COLUMN)}</span>
                <select name="column" on:change=choose_column prop:value=move || draft.with(|draft| draft.column.to_string())>
                    {columns
                        .into_iter()
                        .map(|(index, column)| view! {
                            <option value=index.to_string() selected=index == draft.with_untracked(|draft| draft.column)>
                                {locale.word(&column.label)}
                            </option>
                        })
                        .collect_view()}
                </select>
            </label>
            <label>
                <span>{locale.word(&words::OPERATOR)}</span>
                <select name="operator" on:change=choose_operator>
                    {move || Operator::of(form.kind())
                        .into_iter()
                        .map(|choice| view! {
                            <option value=choice.id() selected=choice == draft.with_untracked(|draft| draft.operator)>
                                {locale.word(choice.word())}
                            </option>
                        })
                        .collect_view()}
                </select>
            </label>
            <Show when=takes_values>
                {form.values(suggestions)}
            </Show>
            <Show when=move || operator() == Operator::Range>
                {form.range()}
            </Show>
            <Show when=move || refused.get()>
                <p class="error" role="alert">{locale.word(&words::BAD_CONDITION)}</p>
            </Show>
            <div class="buttons">
                <button type="button" class="button" on:click=move |_| open.set(false)>{locale.word(&words::CANCEL)}</button>
                <button type="submit" class="button primary">{locale.word(&words::APPLY)}</button>
            </div>
        </form>
    }
    .into_any()
}

/// The state of the form.
#[derive(Clone, Copy)]
struct Form {
    locale: Locale,
    screen: Screen,
    open: RwSignal<bool>,
    draft: RwSignal<Draft>,
    /// Whether the condition would not be understood.
    refused: RwSignal<bool>,
}

impl Form {
    /// What a column holds.
    fn kind_of(self, column: usize) -> Kind {
        self.screen
            .table
            .columns()
            .nth(column)
            .map_or(Kind::Text, |column| column.kind)
    }

    /// What the chosen column holds.
    fn kind(self) -> Kind {
        self.kind_of(self.draft.with(|draft| draft.column))
    }

    /// Begins anew with another column and its likeliest comparison.
    fn choose_column(self, column: usize) {
        let operator = Operator::of(self.kind_of(column)).first().copied().unwrap_or_default();
        self.draft.update(|draft| {
            *draft = Draft {
                column,
                operator,
                replaces: draft.replaces.take(),
                ..Draft::default()
            }
        });
    }

    /// Puts the condition into the view, if it would be understood there.
    fn apply(self) {
        let wanted = self.draft.get_untracked();
        let view = self.screen.view.peek();
        let base = wanted
            .replaces
            .as_ref()
            .map_or_else(|| view.clone(), |param| view.without(param));
        let next = base.with_condition(wanted.column, &wanted.cond());
        if next
            .items()
            .iter()
            .any(|item| !item.understood && !base.items().contains(item))
        {
            self.refused.set(true);
        } else {
            self.open.set(false);
            self.screen.view.set(next, crate::url_state::Entry::Step);
        }
    }

    /// The field for values, and some values that the column has.
    fn values(self, suggestions: Memo<Vec<String>>) -> impl IntoView {
        let Self {
            locale, draft, refused, ..
        } = self;
        view! {
            <label>
                <span>{locale.word(&words::VALUE)}</span>
                <textarea
                    name="value"
                    rows="3"
                    spellcheck="false"
                    placeholder=locale.word(&words::VALUE_HINT)
                    prop:value=move || draft.with_untracked(|draft| draft.values.join("\n"))
                    on:input=move |event| {
                        let values = event_target_value(&event).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
                        refused.set(false);
                        draft.update(|draft| draft.values = values);
                    }
                ></textarea>
            </label>
            <Show when=move || !suggestions.with(Vec::is_empty)>
                <div class="suggestions" translate="no" role="group" aria-label=locale.word(&words::SUGGESTIONS)>
                    {move || suggestions.get().into_iter().take(12).map(|value| {
                        let shown = value.clone();
                        view! {
                            <button type="button" class="button small" on:click=move |_| draft.update(|draft| {
                                if !draft.values.contains(&value) {
                                    draft.values.push(value.clone());
                                }
                            })>{shown}</button>
                        }
                    }).collect_view()}
                </div>
            </Show>
        }
    }

    /// The fields for the bounds of a range, and ranges of time that are often wanted.
    fn range(self) -> impl IntoView {
        let Self { locale, draft, .. } = self;
        view! {
            <div class="pair">
                <Bound label=Signal::derive(move || locale.pick(&words::FROM)) name="from" get=Signal::derive(move || draft.with(|draft| draft.from.clone())) set=Callback::new(move |text| draft.update(|draft| draft.from = text))/>
                <Bound label=Signal::derive(move || locale.pick(&words::TO)) name="to" get=Signal::derive(move || draft.with(|draft| draft.to.clone())) set=Callback::new(move |text| draft.update(|draft| draft.to = text))/>
            </div>
            <Show when=move || self.kind() == Kind::Time>
                <p class="hint">{locale.word(&words::TIME_HINT)}</p>
                <div class="suggestions">
                    {["-1h..now", "-24h..now", "-7d..now", "now..24h", "now..7d"].into_iter().map(|preset| view! {
                        <button type="button" class="button small" on:click=move |_| draft.update(|draft| {
                            if let Some((from, to)) = preset.split_once("..") {
                                from.clone_into(&mut draft.from);
                                to.clone_into(&mut draft.to);
                            }
                        })>{preset.replace("..", " … ")}</button>
                    }).collect_view()}
                </div>
            </Show>
        }
    }
}

#[component]
fn Bound(label: Signal<&'static str>, name: &'static str, get: Signal<String>, set: Callback<String>) -> impl IntoView {
    view! {
        <label>
            <span>{move || label.get()}</span>
            <input type="text" name=name spellcheck="false" prop:value=move || get.get() on:input=move |event| set.run(event_target_value(&event))/>
        </label>
    }
}
