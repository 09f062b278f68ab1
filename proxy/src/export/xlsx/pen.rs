//! Writes values as Excel keeps them.

use super::words;
use crate::export::exported::Export;
use crate::export::lang::Lang;
use crate::export::zone::Zone;
use catalog::{Column, Kind, Label};
use rust_xlsxwriter::{Format, FormatAlign, Worksheet, XlsxError};
use std::borrow::Cow;
use table::rows::Cell;
use table::time::{self, DAY};

/// Writes into the cells of one workbook.
pub struct Pen<'a> {
    lang: Lang,
    zone: &'a Zone,
    heading: Format,
    time: Format,
    /// Texts that did not fit.
    cut: usize,
}

/// UTF-16 units in a cell (<https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3>).
const LENGTH: usize = 32_767;

/// Digits that Excel keeps of a number. Whatever has more is no quantity, and becomes text.
const DIGITS: usize = 15;

/// 1970-01-01 in Excel's count of days.
const EPOCH: i64 = 25_569;

/// The days that Excel can show: from 1900-03-01, before which its count is off by one, to 9999-12-31.
const DAYS: std::ops::Range<i64> = 61..2_958_466;

/// Where a value stands: row and column, from 0.
pub type Place = (u32, u16);

impl<'a> Pen<'a> {
    /// For a workbook in the language and zone of an export.
    pub fn new(export: &'a Export) -> Self {
        Self {
            lang: export.wanted.lang,
            zone: &export.zone,
            heading: Format::new().set_bold().set_align(FormatAlign::Top),
            // In figures alone, so that it says the same to everyone.
            time: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            cut: 0,
        }
    }

    /// How many texts did not fit into their cells.
    pub const fn cut(&self) -> usize {
        self.cut
    }

    /// The language.
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// Writes a text, never as a formula; the end of one that is too long is left out.
    pub fn text(&mut self, sheet: &mut Worksheet, (row, column): Place, text: &str) -> Result<(), XlsxError> {
        let text = fitting(text);
        self.cut += usize::from(matches!(text, Cow::Owned(_)));
        sheet.write_string(row, column, text)?;
        Ok(())
    }

    /// Writes a heading.
    pub fn heading(&mut self, sheet: &mut Worksheet, row: u32, column: u16, label: &Label) -> Result<(), XlsxError> {
        sheet.write_string_with_format(row, column, self.lang.pick(label), &self.heading)?;
        Ok(())
    }

    /// Writes an instant as what the clocks of the zone show then.
    pub fn time(&mut self, sheet: &mut Worksheet, place: Place, instant: i64) -> Result<(), XlsxError> {
        let wall = self.zone.wall(instant);
        match wall.filter(|wall| DAYS.contains(&(wall.div_euclid(DAY) + EPOCH))) {
            Some(wall) => {
                let days = wall as f64 / DAY as f64 + EPOCH as f64;
                sheet.write_number_with_format(place.0, place.1, days, &self.time)?;
                Ok(())
            }
            None => self.text(sheet, place, &time::format(instant)),
        }
    }

    /// Writes a value of a column; `text` is its text form.
    pub fn cell<'c>(
        &mut self,
        sheet: &mut Worksheet,
        place: Place,
        column: &Column,
        cell: &Cell<'_>,
        text: impl FnOnce() -> Cow<'c, str>,
    ) -> Result<(), XlsxError> {
        match cell {
            Cell::Empty => Ok(()),
            Cell::Time(instant) => self.time(sheet, place, *instant),
            Cell::Number(number) => {
                let text = text();
                if text.bytes().filter(u8::is_ascii_digit).count() > DIGITS {
                    return self.text(sheet, place, &text);
                }
                sheet.write_number(place.0, place.1, *number)?;
                Ok(())
            }
            Cell::Text(_) | Cell::Bool(_) | Cell::List(_) | Cell::Unreadable(_) => {
                let text = text();
                self.text(sheet, place, words::label(column, &text, self.lang))
            }
        }
    }
}

/// A column's width in pixels: that on screen, or what a time needs.
pub fn width(column: &Column) -> u32 {
    let least = if column.kind == Kind::Time { 140 } else { 80 };
    u32::from(column.width).max(least)
}

/// As much of a text as a cell holds, with an ellipsis for the rest.
fn fitting(text: &str) -> Cow<'_, str> {
    // No text has more units than bytes.
    if text.len() <= LENGTH || text.encode_utf16().count() <= LENGTH {
        return Cow::Borrowed(text);
    }
    let mut units = 0;
    let fits = |letter: &char| {
        units += letter.len_utf16();
        units < LENGTH
    };
    Cow::Owned(text.chars().take_while(fits).chain(['…']).collect())
}
