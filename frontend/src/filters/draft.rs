//! A condition as people write it, in the words of the URL grammar.

use crate::i18n::words;
use catalog::{Kind, Label};
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
    pub const fn id(self) -> &'static str {
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

    /// The comparison of such a word.
    pub fn from_id(id: &str) -> Option<Self> {
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
    pub fn of(kind: Kind) -> Vec<Self> {
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
    pub fn cond(&self) -> String {
        let items = || table::view::list(&self.values);
        match self.operator {
            Operator::Range => format!("{}..{}", self.from.trim(), self.to.trim()),
            Operator::Empty => "is.empty".to_owned(),
            Operator::Set => "is.set".to_owned(),
            operator => format!("{}.{}", operator.id(), items()),
        }
    }
}
