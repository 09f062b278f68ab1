//! Which row belongs to which group.

use crate::rows::{Code, Column, Dictionary, EMPTY, Rows, with_codes};
use hashbrown::HashMap;
use std::borrow::Cow;

/// How many rows one part of the work goes through at most.
pub(super) const PART: usize = 1 << 17;

/// Rows in groups, which are in no order.
#[derive(Default)]
pub(in crate::engine) struct Dealt {
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
    pub(in crate::engine) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// The columns by whose values rows are grouped.
    pub(in crate::engine) fn by(&self) -> &[usize] {
        &self.by
    }

    /// The rows of a group, in order of arrival.
    pub(in crate::engine) fn rows(&self, group: usize) -> &[u32] {
        let bound = |at: usize| self.starts.get(at).map_or(0, |start| *start as usize);
        self.rows.get(bound(group)..bound(group + 1)).unwrap_or_default()
    }

    /// The codes of a group's values, one a column; of columns with lists, the codes of items.
    pub(super) fn codes(&self, group: usize) -> &[u32] {
        let width = self.by.len();
        self.keys.get(group * width..(group + 1) * width).unwrap_or_default()
    }

    /// The code of a group's value in one of its columns.
    pub(in crate::engine) fn code(&self, group: usize, key: usize) -> u32 {
        self.codes(group).get(key).copied().unwrap_or(EMPTY)
    }

    /// The text forms of a group's values, one a column.
    pub(in crate::engine) fn values<'r>(&self, rows: &'r Rows, group: usize) -> Vec<Cow<'r, str>> {
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

/// Groups as they become more and more: each row with the number of its group, and what each group is made of.
#[derive(Default)]
pub(in crate::engine) struct Dealing {
    by: Vec<usize>,
    /// How many of the columns are done.
    done: usize,
    rows: Vec<u32>,
    group: Vec<u32>,
    /// How many groups there are by the columns that are done.
    groups: usize,
    /// The codes of their values, one a column that is done.
    keys: Vec<u32>,
    /// The column that is being done.
    split: Option<Split>,
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

/// Groups on their way to more: they are split by the values of one more column.
struct Split {
    numbers: Numbers,
    /// Of each new group the one that it is a part of, and its code in the column.
    parts: Vec<(u32, u32)>,
    /// The first row that is not done.
    at: usize,
    /// The rows that are done with the numbers of their groups, where one row may be in several.
    several: Option<(Vec<u32>, Vec<u32>)>,
}

impl Dealing {
    /// Begins to deal rows, which are in order of arrival.
    pub(in crate::engine) fn begin(by: &[usize], selected: Vec<u32>) -> Self {
        Self {
            by: by.to_vec(),
            // One group of all rows, without a value of its own.
            group: vec![0; selected.len()],
            groups: usize::from(!selected.is_empty()),
            rows: selected,
            ..Self::default()
        }
    }

    /// Does one part of the work; true when all is done.
    pub(in crate::engine) fn step(&mut self, rows: &Rows) -> bool {
        let Some(column) = self.by.get(self.done).copied() else {
            return true;
        };
        let Some(column) = rows.column(column) else {
            // No row has a value there.
            self.rows.clear();
            self.group.clear();
            self.widen(&[]);
            return false;
        };
        let values = column.dict.words().unwrap_or(&column.dict);
        let mut split = self.split.take().unwrap_or_else(|| Split {
            numbers: Numbers::new(self.groups, values.len(), self.rows.len()),
            parts: Vec::new(),
            at: 0,
            several: column.dict.words().map(|_| Default::default()),
        });
        let range = split.at..self.rows.len().min(split.at + PART);
        split.at = range.end;
        let (rows, group) = (&self.rows[range.clone()], &mut self.group[range]);
        if split.several.is_some() {
            split.deal_lists(column, rows, group);
        } else {
            split.deal(column, rows, group);
        }
        if split.at < self.rows.len() {
            self.split = Some(split);
            return false;
        }
        if let Some(several) = split.several {
            (self.rows, self.group) = several;
        }
        self.widen(&split.parts);
        false
    }

    /// Takes these groups in place of those before, given of each the one that it is a part of, and its code in one more column.
    fn widen(&mut self, parts: &[(u32, u32)]) {
        let width = self.done;
        let mut wider = Vec::with_capacity(parts.len() * (width + 1));
        for (part_of, code) in parts {
            let from = *part_of as usize * width;
            wider.extend_from_slice(self.keys.get(from..from + width).unwrap_or_default());
            wider.push(*code);
        }
        self.keys = wider;
        self.groups = parts.len();
        self.done += 1;
    }

    /// The rows in their groups, once all is done.
    pub(in crate::engine) fn finish(self) -> Dealt {
        let (rows, starts) = gathered(&self.rows, &self.group, self.groups);
        Dealt {
            by: self.by,
            keys: self.keys,
            rows,
            starts,
        }
    }
}

impl Split {
    /// Writes the numbers of their new groups in place of those before.
    fn deal(&mut self, column: &Column, rows: &[u32], group: &mut [u32]) {
        with_codes!(&column.codes, codes => {
            for (row, group) in rows.iter().zip(group) {
                let code = codes.get(*row as usize).map_or(0, |code| code.at());
                #[expect(clippy::cast_possible_truncation, reason = "codes are 32 bits")]
                let number = self.number(*group, code as u32);
                *group = number;
            }
        });
    }

    /// The same, of a column with lists: a row comes into the group of each of its different items.
    fn deal_lists(&mut self, column: &Column, rows: &[u32], group: &[u32]) {
        let (mut all_rows, mut all_groups) = self.several.take().unwrap_or_default();
        for (row, part_of) in rows.iter().zip(group) {
            let code = column.codes.get(*row as usize).unwrap_or(EMPTY);
            let items = match column.dict.items(code) {
                [] => &[EMPTY],
                items => items,
            };
            for (at, item) in items.iter().enumerate() {
                if !items[..at].contains(item) {
                    all_rows.push(*row);
                    all_groups.push(self.number(*part_of, *item));
                }
            }
        }
        self.several = Some((all_rows, all_groups));
    }

    #[inline]
    fn number(&mut self, part_of: u32, code: u32) -> u32 {
        let next = u32::try_from(self.parts.len()).unwrap_or(NONE);
        let number = self.numbers.number(part_of, code, next);
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
