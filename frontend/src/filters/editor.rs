//! The form that makes or changes one condition, in the words of the URL grammar.

use crate::i18n::{Locale, words};
use crate::screen::Screen;
use catalog::{Kind, Label};
use leptos::{ev, prelude::*};
use table::view::{Condition, Order, Test, Value};

/// A comparison, as offered to people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Operator {
    /// Equals one of the values.
    #[default]
    Eq,
    /// Equals none.
    Not,
    /// Contains one.
    Has,
    /// Contains none.
    NotHas,
    /// Begins with one.
    Pre,
    /// Begins with none.
    NotPre,
    /// Greater than.
    Gt,
    /// At least.
    Ge,
    /// Less than.
    Lt,
    /// At most.
    Le,
    /// Between two bounds.
    Range,
    /// Has no value.
    Empty,
    /// Has a value.
    Set,
}

impl Operator {
    const ALL: [Self; 13] = [
        Self::Eq,
        Self::Not,
        Self::Has,
        Self::NotHas,
        Self::Pre,
        Self::NotPre,
        Self::Gt,
        Self::Ge,
        Self::Lt,
        Self::Le,
        Self::Range,
        Self::Empty,
        Self::Set,
    ];

    /// The operator's word in the grammar; empty where the grammar needs none.
    const fn id(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Not => "not",
            Self::Has => "has",
            Self::NotHas => "nothas",
            Self::Pre => "pre",
            Self::NotPre => "notpre",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
            Self::Range => "range",
            Self::Empty => "empty",
            Self::Set => "set",
        }
    }

    fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.id() == id)
    }

    /// What people read.
    pub const fn word(self) -> &'static Label {
        match self {
            Self::Eq => &words::OP_EQ,
            Self::Not => &words::OP_NOT,
            Self::Has => &words::OP_HAS,
            Self::NotHas => &words::OP_NOTHAS,
            Self::Pre => &words::OP_PRE,
            Self::NotPre => &words::OP_NOTPRE,
            Self::Gt => &words::OP_GT,
            Self::Ge => &words::OP_GE,
            Self::Lt => &words::OP_LT,
            Self::Le => &words::OP_LE,
            Self::Range => &words::OP_RANGE,
            Self::Empty => &words::OP_EMPTY,
            Self::Set => &words::OP_SET,
        }
    }

    /// The comparisons that a column of this kind knows, the likeliest first.
    fn of(kind: Kind) -> Vec<Self> {
        let ordered = matches!(kind, Kind::Number | Kind::Time);
        let mut all: Vec<_> = Self::ALL
            .into_iter()
            .filter(|operator| match operator {
                Self::Gt | Self::Ge | Self::Lt | Self::Le | Self::Range => ordered,
                Self::Has | Self::NotHas | Self::Pre | Self::NotPre => !ordered && kind != Kind::Bool,
                _ => true,
            })
            .collect();
        let first = match kind {
            Kind::Time => Self::Range,
            Kind::Number => Self::Gt,
            _ => Self::Eq,
        };
        table::sort::by_key(&mut all, |operator| *operator != first);
        all
    }
}

/// A condition being written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// Column index.
    pub column: usize,
    /// Comparison.
    pub operator: Operator,
    /// Values, for all comparisons but ranges.
    pub values: Vec<String>,
    /// Lower bound of a range.
    pub from: String,
    /// Upper bound of a range.
    pub to: String,
    /// The condition that this one replaces.
    pub replaces: Option<String>,
}

impl Draft {
    /// The draft that a condition of the view came from; `None` for one that is not understood.
    pub fn of(condition: &Condition) -> Option<Self> {
        let base = Self {
            column: condition.column,
            ..Self::default()
        };
        let texts = |values: &[Value]| values.iter().map(|value| value.text().into_owned()).collect();
        let bound = |bound: &Option<Value>| {
            bound
                .as_ref()
                .map(|value| value.text().into_owned())
                .unwrap_or_default()
        };
        Some(match condition.test.as_ref()? {
            Test::Equal { not, values } => Self {
                operator: if *not { Operator::Not } else { Operator::Eq },
                values: texts(values),
                ..base
            },
            Test::Text { prefix, not, words } => {
                let operator = match (prefix, not) {
                    (false, false) => Operator::Has,
                    (false, true) => Operator::NotHas,
                    (true, false) => Operator::Pre,
                    (true, true) => Operator::NotPre,
                };
                Self {
                    operator,
                    values: words.clone(),
                    ..base
                }
            }
            Test::Compare { order, bounds } => {
                let operator = match order {
                    Order::Greater => Operator::Gt,
                    Order::AtLeast => Operator::Ge,
                    Order::Less => Operator::Lt,
                    Order::AtMost => Operator::Le,
                };
                Self {
                    operator,
                    values: texts(bounds),
                    ..base
                }
            }
            Test::Range { from, to } => Self {
                operator: Operator::Range,
                from: bound(from),
                to: bound(to),
                ..base
            },
            Test::Empty => Self {
                operator: Operator::Empty,
                ..base
            },
            Test::Set => Self {
                operator: Operator::Set,
                ..base
            },
        })
    }

    /// The condition in the grammar's words.
    fn cond(&self) -> String {
        let items = || table::view::list(&self.values);
        match self.operator {
            Operator::Range => format!("{}..{}", self.from.trim(), self.to.trim()),
            Operator::Empty => "is.empty".to_owned(),
            Operator::Set => "is.set".to_owned(),
            operator => format!("{}.{}", operator.id(), items()),
        }
    }
}

/// The form. Applying closes it; a condition that would not be understood is refused with a word, not put into the URL.
///
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
