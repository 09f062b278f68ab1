//! Things on the timeline: what they are, how rows become them, and the bands that they belong to.

use super::axis::Scale;
use catalog::{Phase, Span};
use hashbrown::HashMap;
use std::hash::BuildHasher;
use table::Rows;
use table::rows::Cell;
use table::view::timeline::Grouping;

/// Which row of which table: the same as long as the rows are not loaded anew.
pub type Key = (u8, u32);

/// How something on the timeline ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// At its `to`.
    At,
    /// It still goes on: its bar ends now, with an open edge, or later if that is planned.
    Open,
    /// Nobody knows: it is a mark at its beginning.
    Unknown,
}

/// Something on the timeline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Item {
    /// When it begins, in milliseconds since the epoch.
    pub from: i64,
    /// When it ends, as far as [`Item::end`] knows; never before `from`.
    pub to: i64,
    /// How it ends.
    pub end: End,
    /// What it means.
    pub phase: Phase,
    /// Its band.
    pub band: u32,
    /// Which of the timeline's tables it is from.
    pub table: u8,
    /// Which target there: which answers first is chance, and a link must show the same order twice.
    pub target: u16,
    /// Its row there.
    pub row: u32,
}

impl Item {
    /// Its table and row.
    pub fn key(&self) -> Key {
        (self.table, self.row)
    }

    /// When its bar ends.
    pub fn until(&self, now: i64) -> i64 {
        match self.end {
            End::At => self.to,
            End::Open => self.to.max(now).max(self.from),
            End::Unknown => self.from,
        }
    }

    /// Whether any of it is in sight. Something without length is in sight where it begins.
    pub fn is_in(&self, scale: &Scale, now: i64) -> bool {
        self.from < scale.to && (self.until(now) > scale.from || self.from >= scale.from)
    }
}

/// How urgent a phase is: smaller is more.
pub fn urgency(phase: Phase) -> usize {
    let place = Phase::VALUES.iter().position(|known| known.phase == phase);
    place.unwrap_or(usize::MAX)
}

/// A band of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    /// The account, the table's id, or what the rows are about.
    pub key: String,
    /// Another name for it, where rows say one.
    pub name: String,
    /// The smallest [`urgency`] of its items.
    pub urgency: usize,
    /// How many items it has.
    pub count: usize,
}

/// The bands met so far.
#[derive(Default)]
pub struct Bands {
    /// All of them, in order of appearance.
    pub all: Vec<Band>,
    /// By the hashes of their keys, or the next number that was free. Not by the keys: there may be half a million, and to hash all of them again
    /// when the table grows would hold up the page.
    numbers: HashMap<u64, u32>,
}

impl Bands {
    fn number(&mut self, key: &str, name: impl FnOnce() -> String) -> u32 {
        let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let mut hash = self.numbers.hasher().hash_one(key);
        loop {
            let number = *self.numbers.entry(hash).or_insert(next);
            match self.all.get(number as usize) {
                Some(band) if band.key == key => return number,
                Some(_) => hash = hash.wrapping_add(1),
                None => break,
            }
        }
        self.all.push(Band {
            key: key.to_owned(),
            name: name(),
            urgency: usize::MAX,
            count: 0,
        });
        next
    }
}

/// Puts the given rows of a table among `items`, and returns how many have no beginning and thus no place. `place` is the table's number.
pub fn collect(
    rows: &Rows,
    matching: &[u32],
    place: u8,
    grouping: Grouping,
    bands: &mut Bands,
    items: &mut Vec<Item>,
) -> usize {
    let table = rows.table();
    let Some((span, [begin, end])) = table.span.zip(table.span_columns()) else {
        return matching.len();
    };
    let about = table.references.first();
    let key = match grouping {
        Grouping::Account => table.index("account"),
        Grouping::Resource => about.and_then(|reference| table.index(reference.column)),
        Grouping::Table => None,
    };
    let name = match grouping {
        Grouping::Resource => about.and_then(|reference| table.index(reference.names.first()?)),
        Grouping::Account | Grouping::Table => None,
    };
    let mut timeless = 0;
    for &row in matching {
        let (Cell::Time(from), end) = (rows.cell(row, begin), rows.cell(row, end)) else {
            timeless += 1;
            continue;
        };
        let phase = rows.phase(row);
        let (to, end) = ending(span, phase, from, &end);
        let band = match key {
            None => bands.number(table.id, String::new),
            Some(column) => {
                let name = || name.map_or_else(String::new, |name| rows.text(row, name).into_owned());
                bands.number(&rows.text(row, column), name)
            }
        };
        let known = &mut bands.all[band as usize];
        known.urgency = urgency(phase).min(known.urgency);
        known.count += 1;
        items.push(Item {
            from,
            to: to.max(from),
            end,
            phase,
            band,
            table: place,
            target: u16::try_from(rows.target(row)).unwrap_or(u16::MAX),
            row,
        });
    }
    timeless
}

/// Until when, as far as the row knows, and whether that is the end.
fn ending(span: Span, phase: Phase, from: i64, end: &Cell<'_>) -> (i64, End) {
    // What tells how something is has no phase of its own run: it goes on while there is no end.
    let over = span.work && matches!(phase, Phase::Failed | Phase::Succeeded | Phase::Canceled);
    let going = phase == Phase::Running && span.work;
    match *end {
        // A planned end may lie ahead, or have passed without the work being done; and a row's last change is no end.
        Cell::Time(to) if going => (to, End::Open),
        Cell::Time(_) if phase == Phase::Scheduled && !span.planned => (from, End::Unknown),
        Cell::Time(to) => (to, End::At),
        _ if over || phase == Phase::Scheduled => (from, End::Unknown),
        _ => (from, End::Open),
    }
}

#[cfg(test)]
mod tests {
    use super::{Bands, End, Item, collect};
    use catalog::Phase;
    use table::Rows;
    use table::view::timeline::Grouping;

    fn rows(table: &str, json: &str) -> Rows {
        let table = catalog::table(table).unwrap();
        let source = table.sources().next().unwrap();
        let mut rows = Rows::new(table);
        let target = rows.add_target(source.cloud().id, "prod", "cn-hangzhou", source);
        rows.ingest(target, json).unwrap();
        rows
    }

    fn items(table: &str, grouping: Grouping, json: &str) -> (Vec<Item>, Bands, usize) {
        let rows = rows(table, json);
        let matching: Vec<u32> = (0..u32::try_from(rows.len()).unwrap()).collect();
        let (mut bands, mut items) = (Bands::default(), Vec::new());
        let timeless = collect(&rows, &matching, 3, grouping, &mut bands, &mut items);
        (items, bands, timeless)
    }

    #[test]
    fn plans_end_as_planned_but_those_that_run_go_on() {
        let (items, bands, timeless) = items(
            "plans",
            Grouping::Resource,
            r#"[
                {"plan_id":"1","cluster_id":"c1","state":"Scheduled","start_time":"2026-11-22T03:00:00Z","end_time":"2026-11-22T04:00:00Z"},
                {"plan_id":"2","cluster_id":"c2","state":"Executing","start_time":"2026-11-22T03:00:00Z","end_time":"2026-11-22T04:00:00Z"},
                {"plan_id":"3","cluster_id":"c1","state":"Scheduled","start_time":"2026-11-22T05:00:00Z"},
                {"plan_id":"4","cluster_id":"c1","state":"Failed","start_time":"2026-11-22T05:00:00Z"},
                {"plan_id":"5","cluster_id":"c1","state":"Executed","start_time":"2026-11-22T05:00:00Z","end_time":"2026-11-22T01:00:00Z"},
                {"plan_id":"6","cluster_id":"c1","state":"Scheduled"}
            ]"#,
        );
        let ends: Vec<End> = items.iter().map(|item| item.end).collect();
        assert_eq!(ends, [End::At, End::Open, End::Unknown, End::Unknown, End::At]);
        assert_eq!(timeless, 1);
        let keys: Vec<&str> = bands.all.iter().map(|band| band.key.as_str()).collect();
        assert_eq!(keys, ["c1", "c2"]);
        assert_eq!(items.iter().map(|item| item.band).collect::<Vec<_>>(), [0, 1, 0, 0, 0]);
        // An end before the beginning is none.
        assert_eq!(items[4].to, items[4].from);
        assert!(items.iter().all(|item| item.table == 3));
    }

    #[test]
    fn operations_run_beyond_their_last_change() {
        let (items, ..) = items(
            "operations",
            Grouping::Account,
            r#"[
                {"operation_id":"1","status":"OPERATION_IN_PROGRESS","create_time":"2026-11-22T03:00:00Z","update_time":"2026-11-22T03:10:00Z"},
                {"operation_id":"2","status":"QUEUE_IN_PROGRESS","create_time":"2026-11-22T03:00:00Z","update_time":"2026-11-22T03:10:00Z"},
                {"operation_id":"3","status":"OPERATION_COMPLETE","create_time":"2026-11-22T03:00:00Z","update_time":"2026-11-22T03:10:00Z"}
            ]"#,
        );
        let ends: Vec<End> = items.iter().map(|item| item.end).collect();
        assert_eq!(ends, [End::Open, End::Unknown, End::At]);
        let now = table::time::parse("2026-11-22T06:00:00Z").unwrap();
        assert_eq!(items[0].until(now), now);
    }

    /// The phase of a patch state is not that of the run that found it.
    #[test]
    fn a_patch_run_without_end_goes_on_whatever_it_found() {
        let (items, bands, _) = items(
            "patches",
            Grouping::Table,
            r#"[
                {"InstanceId":"i-1","FailedCount":"3","OperationStartTime":"2026-11-22T03:00:00Z"},
                {"InstanceId":"i-2","FailedCount":"3","OperationStartTime":"2026-11-22T03:00:00Z","OperationEndTime":"2026-11-22T03:05:00Z"}
            ]"#,
        );
        assert_eq!(
            (items[0].phase, items[0].end, items[1].end),
            (Phase::Failed, End::Open, End::At)
        );
        assert_eq!(bands.all.len(), 1);
    }

    #[test]
    fn tickets_are_banded_by_their_document_with_its_name() {
        let (_, bands, _) = items(
            "tickets",
            Grouping::Resource,
            r#"[{"execution_id":"EX1","document_id":"DM1","document_name":"清理日志","status":"Running","start_time":1795316400000}]"#,
        );
        assert_eq!(
            (bands.all[0].key.as_str(), bands.all[0].name.as_str()),
            ("DM1", "清理日志")
        );
    }
}
