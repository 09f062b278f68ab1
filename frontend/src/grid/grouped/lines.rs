//! Which lines there are: a line a group, and behind those that are open the rows of each.

/// A line of a grouped grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Line {
    /// The group at this place.
    Group(usize),
    /// A row of an open group.
    Row(u32),
}

/// All lines, without a list of them: there may be as many groups as rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lines {
    /// How many groups there are.
    groups: usize,
    /// The places of open groups in rising order, each with its rows.
    open: Vec<(usize, Vec<u32>)>,
}

impl Lines {
    /// Those of so many groups, some of which are open: their places in rising order, each with its rows.
    pub fn new(groups: usize, open: Vec<(usize, Vec<u32>)>) -> Self {
        Self { groups, open }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.groups + self.open.iter().map(|(_, rows)| rows.len()).sum::<usize>()
    }

    /// The group that the line at a position belongs to, and the row that it is of that.
    fn locate(&self, position: usize) -> Option<(usize, Option<u32>)> {
        let mut rows_before = 0;
        for (place, rows) in &self.open {
            let own = place + rows_before;
            if position <= own {
                break;
            }
            if let Some(row) = rows.get(position - own - 1) {
                return Some((*place, Some(*row)));
            }
            rows_before += rows.len();
        }
        let place = position - rows_before;
        (place < self.groups).then_some((place, None))
    }

    /// The line at a position.
    pub fn at(&self, position: usize) -> Option<Line> {
        let (group, row) = self.locate(position)?;
        Some(row.map_or(Line::Group(group), Line::Row))
    }

    /// The position of the line of the group that the line at a position belongs to.
    pub fn group_of(&self, position: usize) -> Option<usize> {
        let (group, _) = self.locate(position)?;
        Some(self.position(group))
    }

    /// The position of a group's line.
    fn position(&self, group: usize) -> usize {
        let before = self.open.iter().take_while(|(place, _)| *place < group);
        group + before.map(|(_, rows)| rows.len()).sum::<usize>()
    }

    /// The position of a row's first line: with lists, a row may be in several groups.
    pub fn find(&self, row: u32) -> Option<usize> {
        self.open.iter().find_map(|(place, rows)| {
            let at = rows.iter().position(|known| *known == row)?;
            Some(self.position(*place) + 1 + at)
        })
    }

    /// The next line of a row after a position, or the one before it.
    pub fn neighbour(&self, position: usize, after: bool) -> Option<(usize, u32)> {
        let row_at = |at: usize| match self.at(at)? {
            Line::Row(row) => Some((at, row)),
            Line::Group(_) => None,
        };
        if after {
            (position + 1..self.len()).find_map(row_at)
        } else {
            (0..position).rev().find_map(row_at)
        }
    }

    /// Whether a group is open.
    pub fn is_open(&self, group: usize) -> bool {
        self.open.iter().any(|(place, _)| *place == group)
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Lines};

    #[test]
    fn rows_stand_behind_their_group() {
        let lines = Lines::new(4, vec![(0, vec![5, 6]), (2, vec![7]), (3, vec![])]);
        let all: Vec<_> = (0..lines.len()).filter_map(|position| lines.at(position)).collect();
        let (group, row) = (Line::Group, Line::Row);
        assert_eq!(all, [group(0), row(5), row(6), group(1), group(2), row(7), group(3)]);
        assert_eq!(lines.at(lines.len()), None);
        assert_eq!(
            [0, 2, 3, 5, 6, 7].map(|at| lines.group_of(at)),
            [Some(0), Some(0), Some(3), Some(4), Some(6), None]
        );
        assert!(lines.is_open(3) && !lines.is_open(1));
        assert_eq!([5, 7, 8].map(|row| lines.find(row)), [Some(1), Some(5), None]);
        assert_eq!(lines.neighbour(2, true), Some((5, 7)));
        assert_eq!(lines.neighbour(5, false), Some((2, 6)));
        assert_eq!((lines.neighbour(5, true), lines.neighbour(1, false)), (None, None));
        assert_eq!(Lines::default().at(0), None);
    }
}
