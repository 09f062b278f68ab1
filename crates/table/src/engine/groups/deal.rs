//! Which row belongs to which group.

use crate::rows::{Code, Dictionary, EMPTY, Rows, with_codes};
use hashbrown::HashMap;
use std::borrow::Cow;

/// Rows in groups, which are in no order.
pub(super) struct Dealt {
    /// The columns by whose values rows are grouped.
    by: Vec<usize>,
    /// The codes of each group's values, one a column; of columns with lists, the codes of items.
    keys: Vec<u32>,
    /// The rows of all groups, one group after the other, those of one group in order of arrival.
    rows: Vec<u32>,
    /// Where each group's rows begin, and at last where they all end.
    starts: Vec<u32>,
}

impl Dealt {
    /// How many groups there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// The columns by whose values rows are grouped.
    pub(super) fn by(&self) -> &[usize] {
        &self.by
    }

    /// The rows of a group, in order of arrival.
    pub(super) fn rows(&self, group: usize) -> &[u32] {
        let bound = |at: usize| self.starts.get(at).map_or(0, |start| *start as usize);
        self.rows.get(bound(group)..bound(group + 1)).unwrap_or_default()
    }

    /// The codes of a group's values, one a column; of columns with lists, the codes of items.
    pub(super) fn codes(&self, group: usize) -> &[u32] {
        let width = self.by.len();
        self.keys.get(group * width..(group + 1) * width).unwrap_or_default()
    }

    /// The code of a group's value in one of its columns.
    pub(super) fn code(&self, group: usize, key: usize) -> u32 {
        self.codes(group).get(key).copied().unwrap_or(EMPTY)
    }

    /// The text forms of a group's values, one a column.
    pub(super) fn values<'r>(&self, rows: &'r Rows, group: usize) -> Vec<Cow<'r, str>> {
        let keys = self.by.iter().zip(self.codes(group));
        keys.filter_map(|(column, code)| Some(key_dictionary(rows, *column)?.text(*code)))
            .collect()
    }
}

/// Where the values stand that a column's groups have: of lists, those of the items.
pub(super) fn key_dictionary(rows: &Rows, column: usize) -> Option<&Dictionary> {
    let dict = &rows.column(column)?.dict;
    Some(dict.words().unwrap_or(dict))
}

/// Groups as they become more and more: each row with the number of its group, and of each group what it is made of.
#[derive(Default)]
struct Dealing {
    rows: Vec<u32>,
    group: Vec<u32>,
    /// Of each group the one that it is a part of by the columns before, and its code in the last column.
    parts: Vec<(u32, u32)>,
}

/// No group yet.
const NONE: u32 = u32::MAX;

/// Numbers of groups by what they are made of. As long as that is not much more than the rows, a list of all that could be; else of what there is.
enum Numbers {
    All { width: usize, numbers: Vec<u32> },
    Some(HashMap<(u32, u32), u32>),
}

impl Numbers {
    /// For parts of `groups` groups by a column with `codes` codes.
    fn new(groups: usize, codes: usize, rows: usize) -> Self {
        match groups.checked_mul(codes) {
            Some(all) if all <= (4 * rows).max(1 << 16) => Self::All {
                width: codes,
                numbers: vec![NONE; all],
            },
            _ => Self::Some(HashMap::new()),
        }
    }

    /// The number of a group, `next` if it is new.
    #[inline]
    fn number(&mut self, part_of: u32, code: u32, next: u32) -> u32 {
        let number = match self {
            Self::All { width, numbers } => match numbers.get_mut(part_of as usize * *width + code as usize) {
                Some(number) => number,
                None => return NONE,
            },
            Self::Some(numbers) => numbers.entry((part_of, code)).or_insert(NONE),
        };
        if *number == NONE {
            *number = next;
        }
        *number
    }
}

/// Deals rows, which are in order of arrival, into groups.
pub(super) fn deal(rows: &Rows, by: &[usize], selected: Vec<u32>) -> Dealt {
    let mut dealing = Dealing {
        group: vec![0; selected.len()],
        rows: selected,
        parts: Vec::new(),
    };
    // One group of all rows, without a value of its own.
    let mut keys = Vec::new();
    let mut groups = usize::from(!dealing.rows.is_empty());
    for (width, column) in by.iter().enumerate() {
        dealing.split(rows, *column, groups);
        let mut wider = Vec::with_capacity(dealing.parts.len() * (width + 1));
        for (part_of, code) in &dealing.parts {
            let from = *part_of as usize * width;
            wider.extend_from_slice(keys.get(from..from + width).unwrap_or_default());
            wider.push(*code);
        }
        keys = wider;
        groups = dealing.parts.len();
    }
    let (rows, starts) = gathered(&dealing.rows, &dealing.group, groups);
    Dealt {
        by: by.to_vec(),
        keys,
        rows,
        starts,
    }
}

impl Dealing {
    /// Splits each group by the values of a column.
    fn split(&mut self, rows: &Rows, column: usize, groups: usize) {
        self.parts.clear();
        let Some(column) = rows.column(column) else {
            self.group.clear();
            return self.rows.clear();
        };
        if let Some(words) = column.dict.words() {
            let mut numbers = Numbers::new(groups, words.len(), self.rows.len());
            let (before, of) = (std::mem::take(&mut self.rows), std::mem::take(&mut self.group));
            for (row, part_of) in before.into_iter().zip(of) {
                let code = column.codes.get(row as usize).unwrap_or(EMPTY);
                let items = match column.dict.items(code) {
                    [] => &[EMPTY],
                    items => items,
                };
                for (at, item) in items.iter().enumerate() {
                    if !items[..at].contains(item) {
                        let number = self.number(&mut numbers, part_of, *item);
                        self.rows.push(row);
                        self.group.push(number);
                    }
                }
            }
            return;
        }
        let mut numbers = Numbers::new(groups, column.dict.len(), self.rows.len());
        with_codes!(&column.codes, codes => {
            for at in 0..self.rows.len() {
                let code = codes.get(self.rows[at] as usize).map_or(0, |code| code.at());
                #[expect(clippy::cast_possible_truncation, reason = "codes are 32 bits")]
                let number = self.number(&mut numbers, self.group[at], code as u32);
                self.group[at] = number;
            }
        });
    }

    #[inline]
    fn number(&mut self, numbers: &mut Numbers, part_of: u32, code: u32) -> u32 {
        let next = u32::try_from(self.parts.len()).unwrap_or(NONE);
        let number = numbers.number(part_of, code, next);
        if number == next {
            self.parts.push((part_of, code));
        }
        number
    }
}

/// The rows one group after the other, and where each group's begin.
fn gathered(rows: &[u32], group: &[u32], groups: usize) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; groups + 1];
    for group in group {
        starts[*group as usize + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let mut next = starts.clone();
    let mut gathered = vec![0; rows.len()];
    for (row, group) in rows.iter().zip(group) {
        let next = &mut next[*group as usize];
        gathered[*next as usize] = *row;
        *next += 1;
    }
    (gathered, starts)
}
