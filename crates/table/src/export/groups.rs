//! Groups as records of files: what they are grouped by, how many rows they have, and the sums of their numbers.

use super::{json, json_cell, record};
use crate::engine::{Engine, Figure, Groups};
use crate::rows::{Cell, Rows};
use catalog::Kind;
use std::borrow::Cow;
use view::{COUNT, View};

/// The groups of a view as records.
pub struct GroupRecords {
    groups: Groups,
    members: Vec<Member>,
}

/// What a record has under one of its ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Member {
    /// The value that its rows have in a column, which they are grouped by.
    Key(usize),
    /// How many rows it has.
    Count,
    /// The sum of a number column.
    Sum(usize),
    /// Which of the sums are at least what stands there, because some of the numbers are not known. Only where there is such a group.
    AtLeast,
}

/// A value of a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Field<'a> {
    /// As a row has it.
    Cell(Cell<'a>),
    /// Ids of columns.
    Ids(Vec<&'static str>),
}

/// The id of [`Member::AtLeast`].
const AT_LEAST: &str = "at_least";

impl GroupRecords {
    /// The groups of rows that an engine has arranged for a view. Sums are those of the number columns that the view names, or of all where it
    /// names no columns.
    pub fn new(engine: &mut Engine, rows: &Rows, view: &View) -> Self {
        let groups = engine.groups(rows, view);
        let numbers = |column: &usize| {
            let kind = rows.table().columns().nth(*column).map(|column| column.kind);
            kind == Some(Kind::Number) && !view.by.contains(column)
        };
        let shown = if view.cols.is_empty() {
            (0..rows.table().columns().len()).collect()
        } else {
            view.cols.clone()
        };
        let sums = shown.into_iter().filter(numbers).map(Member::Sum);
        let members = view
            .by
            .iter()
            .copied()
            .map(Member::Key)
            .chain([Member::Count])
            .chain(sums);
        let mut records = Self {
            members: members.collect(),
            groups,
        };
        if (0..records.len()).any(|place| !records.unsure(rows, place).is_empty()) {
            records.members.push(Member::AtLeast);
        }
        records
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// What each record has, in order.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// A value of the record at a place.
    pub fn field<'r>(&self, rows: &'r Rows, place: usize, member: Member) -> Field<'r> {
        #[expect(clippy::cast_precision_loss, reason = "row counts are far below 2^53")]
        match member {
            Member::Key(column) => match self.groups.figure(rows, place, column) {
                Figure::Value(cell) => Field::Cell(cell),
                _ => Field::Cell(Cell::Empty),
            },
            Member::Count => Field::Cell(Cell::Number(self.groups.count(place) as f64)),
            Member::Sum(column) => Field::Cell(match self.groups.figure(rows, place, column) {
                Figure::Sum(sum) => sum.value().map_or(Cell::Empty, Cell::Number),
                _ => Cell::Empty,
            }),
            Member::AtLeast => Field::Ids(self.unsure(rows, place)),
        }
    }

    /// The ids of the columns whose sum is not all of it.
    fn unsure(&self, rows: &Rows, place: usize) -> Vec<&'static str> {
        let unsure = |member: &Member| match member {
            Member::Sum(column) => match self.groups.figure(rows, place, *column) {
                Figure::Sum(sum) if sum.at_least() => Some(id(rows, *member)),
                _ => None,
            },
            _ => None,
        };
        self.members.iter().filter_map(unsure).collect()
    }

    /// Appends the CSV line of ids.
    pub fn csv_header(&self, out: &mut Vec<u8>, rows: &Rows) {
        record(out, self.members.iter().map(|member| id(rows, *member)));
    }

    /// Appends a record as a line of comma-separated values, as [`csv_row`](super::csv_row) does with rows.
    pub fn csv_record(&self, out: &mut Vec<u8>, rows: &Rows, place: usize) {
        record(
            out,
            self.members
                .iter()
                .map(|member| self.field(rows, place, *member).text()),
        );
    }

    /// Appends a record as a JSON object on one line, as [`json_row`](super::json_row) does with rows.
    pub fn json_record(&self, out: &mut Vec<u8>, rows: &Rows, place: usize) {
        out.push(b'{');
        for (index, member) in self.members.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            json(out, id(rows, *member));
            out.push(b':');
            match self.field(rows, place, *member) {
                Field::Cell(cell) => json_cell(out, cell),
                Field::Ids(ids) => json(out, &ids),
            }
        }
        out.push(b'}');
    }
}

impl<'a> Field<'a> {
    /// Its text form, as a cell's.
    pub fn text(self) -> Cow<'a, str> {
        match self {
            Field::Cell(cell) => cell.text(),
            Field::Ids(ids) => Cow::Owned(ids.join(", ")),
        }
    }
}

fn id(rows: &Rows, member: Member) -> &'static str {
    match member {
        Member::Key(column) | Member::Sum(column) => super::id(rows, column),
        Member::Count => COUNT,
        Member::AtLeast => AT_LEAST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use values::Clock;

    /// The CSV and the JSON lines of the groups of some patch states.
    fn written(query: &str) -> (String, Vec<serde_json::Value>) {
        let table = catalog::table("patches").unwrap();
        let source = table.sources().next().unwrap();
        let mut rows = Rows::new(table);
        rows.add_target("alibaba", "prod", "cn-beijing", source);
        let items = r#"[
            {"InstanceId": "a", "PatchGroup": "=web", "MissingCount": 3, "FailedCount": 1},
            {"InstanceId": "b", "PatchGroup": "=web", "MissingCount": 4, "FailedCount": "many"},
            {"InstanceId": "c", "MissingCount": 2, "FailedCount": 0}
        ]"#;
        rows.ingest(0, items).unwrap();
        let view = View::parse(table, query);
        let mut engine = Engine::new();
        engine.update(&rows, &view, &Clock::utc(0));
        let records = GroupRecords::new(&mut engine, &rows, &view);
        let mut csv = Vec::new();
        records.csv_header(&mut csv, &rows);
        let lines = (0..records.len()).map(|place| {
            records.csv_record(&mut csv, &rows, place);
            let mut line = Vec::new();
            records.json_record(&mut line, &rows, place);
            serde_json::from_slice(&line).unwrap()
        });
        let lines = lines.collect();
        (String::from_utf8(csv).unwrap(), lines)
    }

    #[test]
    fn a_group_is_one_record() {
        let (csv, lines) = written("by=group,account&cols=instance,missing&sort=-missing");
        assert_eq!(csv, "account,group,count,missing\r\nprod,'=web,2,7\r\nprod,,1,2\r\n");
        assert_eq!(
            lines,
            [
                serde_json::json!({"account": "prod", "group": "=web", "count": 2, "missing": 7}),
                serde_json::json!({"account": "prod", "group": null, "count": 1, "missing": 2}),
            ]
        );
    }

    #[test]
    fn a_sum_that_is_not_all_of_it_says_so() {
        let (csv, lines) = written("by=group&cols=failed,missing&sort=group");
        assert_eq!(
            csv,
            "group,count,failed,missing,at_least\r\n'=web,2,1,7,failed\r\n,1,0,2,\r\n"
        );
        assert_eq!(lines[0]["at_least"], serde_json::json!(["failed"]));
        assert_eq!(lines[1]["at_least"], serde_json::json!([]));
        // Without columns of its own a view has all sums there are; of what nobody has told there is none.
        let (csv, lines) = written("by=group");
        assert!(
            csv.starts_with(
                "group,count,missing,failed,installed,installed_other,pending_reboot,rejected,at_least\r\n"
            )
        );
        assert_eq!(lines[0]["installed"], serde_json::Value::Null);
    }
}
