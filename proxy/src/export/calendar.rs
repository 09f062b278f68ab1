//! Planned windows as a calendar ([RFC 5545](https://www.rfc-editor.org/rfc/rfc5545)).

use super::about::link;
use super::exported::Export;
use super::format::{Format, WriteError, Written};
use super::printer::{Print, Printer};
use crate::clock::utc;
use catalog::{Label, Phase, Table};
use chrono::{DateTime, Utc};
use std::fmt::Write as _;
use table::rows::Cell;
use table::{View, time};

/// Every plan as an event.
pub struct Calendar;

impl Format for Calendar {
    fn ending(&self) -> &'static str {
        "ics"
    }

    fn content_type(&self) -> &'static str {
        "text/calendar; charset=utf-8"
    }

    fn fits(&self, table: &Table) -> bool {
        table.id == TABLE
    }

    fn has_groups(&self) -> bool {
        false
    }

    fn write(&'static self, export: Export) -> Result<Written, WriteError> {
        Ok(Printer::new(export, self).written())
    }
}

impl Print for Calendar {
    fn begin(&self, out: &mut Vec<u8>, export: &Export) {
        begin(out, export);
    }

    fn row(&self, out: &mut Vec<u8>, export: &Export, row: u32, _first: bool) {
        event(out, export, row);
    }

    fn end(&self, out: &mut Vec<u8>) {
        line(out, "END", "VCALENDAR");
    }
}

/// The table that has planned windows.
pub const TABLE: &str = "plans";

const INCOMPLETE: Label = Label {
    en: "Incomplete",
    zh: "不完整",
};
const NOT_UNDERSTOOD: Label = Label {
    en: "Not understood",
    zh: "无法识别",
};

/// How long a window is that has no end, or one that is not after its start, in milliseconds: an hour.
const USUAL: i64 = 3_600_000;

/// Bytes on a line, its line break not counted.
const WIDTH: usize = 75;

/// Appends the calendar's own properties.
fn begin(out: &mut Vec<u8>, export: &Export) {
    let (about, lang, table) = (&export.about, export.wanted.lang, export.rows.table());
    let mut description = format!("{}\n{}", lang.pick(&table.about), about.link);
    for (word, parts) in [(&INCOMPLETE, &about.gaps()), (&NOT_UNDERSTOOD, &about.not_understood)] {
        if !parts.is_empty() {
            _ = write!(description, "\n{}: {}", lang.pick(word), parts.join(", "));
        }
    }
    line(out, "BEGIN", "VCALENDAR");
    line(out, "VERSION", "2.0");
    line(
        out,
        "PRODID",
        concat!("-//Signalbox//Signalbox ", env!("CARGO_PKG_VERSION"), "//EN"),
    );
    line(out, "CALSCALE", "GREGORIAN");
    let name = format!("Signalbox: {}", lang.pick(&table.label));
    line(out, "X-WR-CALNAME", &text(&name));
    line(out, "X-WR-CALDESC", &text(&description));
    // How often a calendar that subscribes should ask again.
    line(out, "REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
    line(out, "X-PUBLISHED-TTL", "PT1H");
}

/// Appends one plan as an event; nothing for a plan that does not say when it begins.
fn event(out: &mut Vec<u8>, export: &Export, row: u32) {
    let rows = &export.rows;
    let table = rows.table();
    let instant = |id: &str| match rows.cell(row, table.index(id)?) {
        Cell::Time(instant) if time::is_named(instant) => Some(instant),
        _ => None,
    };
    let Some(start) = instant("start") else {
        return;
    };
    let end = instant("end").filter(|end| *end > start);
    let end = end.unwrap_or_else(|| start.saturating_add(USUAL));
    let (Some(start), Some(end)) = (date_time(start), date_time(end)) else {
        return;
    };
    let value = |id: &str| table.index(id).map(|at| rows.text(row, at)).unwrap_or_default();
    let word = |id: &str| {
        let text = value(id);
        let known = table.column(id).and_then(|column| column.known(&text));
        let lang = export.wanted.lang;
        known.map_or_else(|| text.into_owned(), |known| lang.pick(&known.label).to_owned())
    };
    let mut view = View::new(table);
    view.row = Some(rows.id(row));
    let link = link(&export.about.origin, &view);

    line(out, "BEGIN", "VEVENT");
    line(out, "UID", &text(&uid(&value, &start)));
    line(out, "DTSTAMP", &stamp(export, row));
    line(out, "DTSTART", &start);
    line(out, "DTEND", &end);
    let summary = [value("cluster").into_owned(), word("type"), word("state")];
    line(out, "SUMMARY", &text(&joined(&summary, " · ")));
    let said = [word("reason"), value("reason_message").into_owned()];
    let description = [
        joined(&said, ": "),
        [value("account"), value("region")].join(" / "),
        ["type", "state", "target", "id"]
            .map(|id| format!("{id}: {}", value(id)))
            .join("\n"),
        link.clone(),
    ];
    line(out, "DESCRIPTION", &text(&joined(&description, "\n")));
    line(out, "URL", &link);
    line(out, "STATUS", status(rows.phase(row)));
    // What clouds do keeps nobody from a meeting.
    line(out, "TRANSP", "TRANSPARENT");
    line(out, "END", "VEVENT");
}

/// The same for the same plan at any time. A plan without an id is told apart by what it does, and when.
fn uid<'a>(value: &impl Fn(&str) -> std::borrow::Cow<'a, str>, start: &str) -> String {
    let account = value("account");
    match value("id") {
        id if id.is_empty() => {
            let parts = ["region", "cluster", "type", "target"].map(value);
            format!("{TABLE}/{account}/{}/{start}@signalbox", parts.join("/"))
        }
        id => format!("{TABLE}/{account}/{id}@signalbox"),
    }
}

/// When the row was read.
fn stamp(export: &Export, row: u32) -> String {
    let target = export.about.targets.get(export.rows.target(row) as usize);
    let time = target.and_then(|target| target.ended).unwrap_or(export.about.now);
    form(utc(time))
}

fn date_time(instant: i64) -> Option<String> {
    let instant = Some(instant).filter(|instant| time::is_named(*instant))?;
    DateTime::from_timestamp_millis(instant).map(form)
}

/// A date with time in UTC.
fn form(time: DateTime<Utc>) -> String {
    time.format("%Y%m%dT%H%M%SZ").to_string()
}

/// Whether the window is certain. What the catalogue has no phase for may mean anything.
const fn status(phase: Phase) -> &'static str {
    match phase {
        Phase::Canceled => "CANCELLED",
        Phase::Unknown | Phase::Action => "TENTATIVE",
        Phase::Scheduled | Phase::Running | Phase::Failed | Phase::Succeeded => "CONFIRMED",
    }
}

/// The parts that are not empty.
fn joined(parts: &[String], between: &str) -> String {
    let parts: Vec<_> = parts
        .iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(between)
}

/// A text as a property's value. Line breaks of any kind are one kind; other control characters have no place in a calendar.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match character {
            '\\' | ';' | ',' => out.extend(['\\', character]),
            '\n' | '\r' => out.push_str("\\n"),
            '\t' => out.push('\t'),
            other if other.is_control() => {}
            other => out.push(other),
        }
    }
    out
}

/// Appends a property, folded so that no line is too long and no character is cut in two.
fn line(out: &mut Vec<u8>, name: &str, value: &str) {
    let mut used = 0;
    let mut buffer = [0; 4];
    for character in [name, ":", value].into_iter().flat_map(str::chars) {
        let bytes = character.encode_utf8(&mut buffer).as_bytes();
        if used + bytes.len() > WIDTH {
            out.extend_from_slice(b"\r\n ");
            used = 1;
        }
        out.extend_from_slice(bytes);
        used += bytes.len();
    }
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests;
