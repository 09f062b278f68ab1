//! The sheet about the others: what was asked, when, how, and what is missing.

use super::pen::{Pen, Place};
use super::words;
use crate::export::exported::Export;
use crate::export::lang::Lang;
use catalog::Label;
use rust_xlsxwriter::{Worksheet, XlsxError};
use std::time::SystemTime;

/// Writes the sheet; `sheets` are the names of those with rows. To be written last: it counts what did not fit into the others.
pub fn fill(sheet: &mut Worksheet, export: &Export, sheets: &[String], pen: &mut Pen<'_>) -> Result<(), XlsxError> {
    let mut facts = Facts { sheet, pen, row: 0 };
    let (about, view, lang) = (&export.about, &export.view, export.wanted.lang);
    facts.text(&words::TABLE, lang.pick(&export.rows.table().label))?;
    facts.link(&about.link)?;
    if let Some(oldest) = about.oldest {
        facts.time(&words::AS_OF, oldest)?;
    }
    facts.time(&words::EXPORTED, about.now)?;
    facts.text(&words::ZONE, &export.zone.name)?;
    facts.number(&words::ROWS, export.matching)?;
    if export.groups.is_some() {
        facts.number(&words::GROUPS, export.order.len())?;
    }
    let missing = about.targets.iter().filter(|target| target.gap().is_some()).count();
    let complete = match (missing, facts.pen.cut()) {
        (0, 0) => lang.pick(&words::EVERYTHING).to_owned(),
        (0, _) => lang.pick(&words::CUT).to_owned(),
        _ => (lang.pick(&words::GAPS).replace("{n}", &missing.to_string()))
            .replace("{m}", &about.targets.len().to_string()),
    };
    facts.text(&words::COMPLETE, &complete)?;
    if facts.pen.cut() > 0 {
        facts.number(&words::TOO_LONG, facts.pen.cut())?;
    }
    for name in sheets.iter().skip(1) {
        facts.text(&words::MORE_SHEETS, name)?;
    }
    let conditions = words::conditions(view, lang, &export.zone);
    if conditions.is_empty() && view.q.is_empty() {
        facts.text(&words::CONDITIONS, lang.pick(&words::NO_CONDITIONS))?;
    }
    for condition in conditions {
        facts.text(&words::CONDITIONS, &condition)?;
    }
    if !view.q.is_empty() {
        facts.text(&words::SEARCH, &view.q)?;
    }
    for param in &about.not_understood {
        facts.text(&words::NOT_UNDERSTOOD, param)?;
    }
    let top = facts.row + 1;
    targets(sheet, export, top, pen)
}

/// Lines of a name and a value.
struct Facts<'a, 'p> {
    sheet: &'a mut Worksheet,
    pen: &'a mut Pen<'p>,
    row: u32,
}

impl Facts<'_, '_> {
    /// Writes the name of the next line, and says where its value belongs.
    fn name(&mut self, name: &Label) -> Result<Place, XlsxError> {
        let row = self.row;
        self.row += 1;
        self.pen.heading(self.sheet, row, 0, name)?;
        Ok((row, 1))
    }

    fn text(&mut self, name: &Label, text: &str) -> Result<(), XlsxError> {
        let place = self.name(name)?;
        self.pen.text(self.sheet, place, text)
    }

    fn number(&mut self, name: &Label, number: usize) -> Result<(), XlsxError> {
        let (row, column) = self.name(name)?;
        self.sheet.write_number(row, column, number as f64)?;
        Ok(())
    }

    fn time(&mut self, name: &Label, time: SystemTime) -> Result<(), XlsxError> {
        let place = self.name(name)?;
        self.pen.time(self.sheet, place, millis(time))
    }

    /// An address to click, where Excel takes one so long.
    fn link(&mut self, address: &str) -> Result<(), XlsxError> {
        let place = self.name(&words::LINK)?;
        match self.sheet.write_url_with_text(place.0, place.1, address, address) {
            Ok(_) => Ok(()),
            Err(_) => self.pen.text(self.sheet, place, address),
        }
    }
}

/// A time in milliseconds since the Unix epoch.
fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The headings of the targets behind those of where they are, with the widths of all columns in pixels. The first column also holds the names of
/// the facts.
const HEADINGS: [Label; 10] = [
    words::SOURCE,
    words::STATE,
    words::AS_OF,
    words::ROWS,
    words::UNREADABLE,
    words::CAPPED_AT,
    words::CODE,
    words::ADVICE,
    words::MESSAGE,
    words::REQUEST,
];
const WIDTHS: [u32; 13] = [210, 110, 120, 230, 240, 140, 80, 150, 80, 180, 320, 320, 280];

/// Writes a line a target, below its headings.
fn targets(sheet: &mut Worksheet, export: &Export, top: u32, pen: &mut Pen<'_>) -> Result<(), XlsxError> {
    let place = ["account", "cloud", "region"].map(|id| export.rows.table().column(id));
    let place = place.into_iter().flatten().map(|column| column.label);
    for (column, (heading, width)) in (0..).zip(place.chain(HEADINGS).zip(WIDTHS)) {
        pen.heading(sheet, top, column, &heading)?;
        sheet.set_column_width_pixels(column, width)?;
    }
    for (row, target) in (top + 1..).zip(&export.about.targets) {
        let lang = pen.lang();
        let error = target.error.as_ref();
        let texts = [
            (0, target.account.as_str()),
            (1, lang.pick(&target.cloud.label)),
            (2, &target.region),
            (3, target.source),
            (4, lang.pick(&words::state(target.state))),
            (9, error.map_or("", |error| error.code.as_str())),
            (
                10,
                error
                    .and_then(|error| error.advice_in(lang == Lang::Zh))
                    .unwrap_or_default(),
            ),
            (11, error.map_or("", |error| &error.message)),
            (
                12,
                error.and_then(|error| error.request_id.as_deref()).unwrap_or_default(),
            ),
        ];
        for (column, text) in texts {
            pen.text(sheet, (row, column), text)?;
        }
        if let Some(ended) = target.ended {
            pen.time(sheet, (row, 5), millis(ended))?;
        }
        sheet.write_number(row, 6, target.rows as f64)?;
        if target.unreadable > 0 {
            sheet.write_number(row, 7, target.unreadable as f64)?;
        }
        if let Some(cap) = target.capped {
            sheet.write_number(row, 8, f64::from(cap))?;
        }
    }
    Ok(())
}
