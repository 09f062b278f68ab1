//! A workbook for people ([ECMA-376](https://ecma-international.org/publications-and-standards/standards/ecma-376/)), as Excel, WPS and
//! `LibreOffice` open it: headings and values in the reader's language, times of the reader's zone, and a second sheet that says what the first
//! one holds and lacks.
//!
//! Rows go through a file on disk: in memory a workbook takes many times what its rows do. It is made whole before the answer begins, so that its
//! name can say whether everything fitted.

mod coverage;
mod pen;
mod words;

use super::exported::Export;
use super::format::{Format, WriteError, Written};
use crate::memory::Held;
use bytes::Bytes;
use pen::Pen;
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek};
use table::export::{Field, GroupRecords, Member};
use table::rows::Cell;

/// Rows on a sheet, then what is behind them on another.
pub struct Xlsx;

impl Format for Xlsx {
    fn ending(&self) -> &'static str {
        "xlsx"
    }

    fn content_type(&self) -> &'static str {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    }

    fn write(&'static self, export: Export) -> Result<Written, WriteError> {
        let (file, whole) = workbook(&export, ROWS)?;
        // The rows are not needed any more. Their share of the memory is: it bounds how much may wait on disk.
        let held = export.held;
        Ok(Written {
            pieces: Box::new(Chunks { file, _held: held }),
            whole,
        })
    }
}

/// Rows on a sheet below its heading (<https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3>).
const ROWS: usize = 1_048_575;

/// The name of the sheet about the others, in every language: scripts find it by it.
const COVERAGE: &str = "Coverage";

/// The width in pixels of a column of numbers.
const NARROW: u32 = 96;

/// The letters of a sheet's name.
const NAME: usize = 31;

/// Writes the workbook, with at most so many rows a sheet, into a file without a name. Also says whether every text is there to its end.
fn workbook(export: &Export, most: usize) -> Result<(File, bool), WriteError> {
    let mut book = Workbook::new();
    let mut pen = Pen::new(export);
    let mut sheets = Vec::new();
    // A sheet with a heading alone, where there are no rows.
    let parts = export
        .order
        .chunks(most)
        .chain(export.order.is_empty().then_some(&[][..]));
    for (at, rows) in parts.enumerate() {
        let mut sheet = book.new_worksheet_with_constant_memory().map_err(failed)?;
        sheet.set_name(name(export, at)).map_err(failed)?;
        fill(&mut sheet, export, rows, &mut pen).map_err(failed)?;
        sheets.push(sheet);
    }
    let mut about = Worksheet::new();
    about.set_name(COVERAGE).map_err(failed)?;
    let names: Vec<String> = sheets.iter().map(Worksheet::name).collect();
    coverage::fill(&mut about, export, &names, &mut pen).map_err(failed)?;
    // The second, whatever comes behind it.
    sheets.insert(1, about);
    for sheet in sheets {
        book.push_worksheet(sheet);
    }
    let mut file = tempfile::tempfile().map_err(failed)?;
    book.save_to_writer(BufWriter::new(&file)).map_err(failed)?;
    file.rewind().map_err(failed)?;
    Ok((file, pen.cut() == 0))
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> WriteError {
    WriteError::from(Box::from(error))
}

/// The name of the sheet with rows that is the `at`-th of them: the table's, with a number behind it from the second on.
fn name(export: &Export, at: usize) -> String {
    let label = export.wanted.lang.pick(&export.rows.table().label);
    let number = if at == 0 { String::new() } else { format!(" {}", at + 1) };
    let letter =
        |letter: &char| !matches!(letter, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') && !letter.is_control();
    let label: String = label.chars().filter(letter).take(NAME - number.len()).collect();
    label + &number
}

/// Writes lines below their headings.
fn fill(sheet: &mut Worksheet, export: &Export, lines: &[u32], pen: &mut Pen<'_>) -> Result<(), XlsxError> {
    let columns = match &export.groups {
        Some(groups) => fill_groups(sheet, export, groups, lines, pen)?,
        None => fill_rows(sheet, export, lines, pen)?,
    };
    sheet.set_freeze_panes(1, 0)?;
    let last = columns.saturating_sub(1);
    sheet.autofilter(0, 0, lines.len() as u32, last as u16)?;
    Ok(())
}

/// Writes groups, and says how many columns they have.
fn fill_groups(
    sheet: &mut Worksheet,
    export: &Export,
    groups: &GroupRecords,
    places: &[u32],
    pen: &mut Pen<'_>,
) -> Result<usize, XlsxError> {
    let column = |member: &Member| match member {
        Member::Key(at) | Member::Sum(at) => export.rows.table().columns().nth(*at),
        Member::Count | Member::AtLeast => None,
    };
    for (place, member) in (0..).zip(groups.members()) {
        let own = column(member);
        let label = match member {
            Member::Count => words::ROWS,
            Member::AtLeast => words::AT_LEAST,
            Member::Key(_) | Member::Sum(_) => own.map_or(words::ROWS, |column| column.label),
        };
        pen.heading(sheet, 0, place, &label)?;
        sheet.set_column_width_pixels(place, own.map_or(NARROW, pen::width))?;
    }
    for (line, group) in (1..).zip(places) {
        for (place, member) in (0..).zip(groups.members()) {
            match (groups.field(&export.rows, *group as usize, *member), column(member)) {
                (Field::Cell(cell), Some(column)) => {
                    pen.cell(sheet, (line, place), column, &cell, || cell.clone().text())?;
                }
                (Field::Cell(Cell::Number(count)), None) => {
                    sheet.write_number(line, place, count)?;
                }
                (Field::Ids(ids), _) if !ids.is_empty() => {
                    let columns = ids.iter().filter_map(|id| export.rows.table().column(id));
                    let names: Vec<_> = columns.map(|column| pen.lang().pick(&column.label)).collect();
                    pen.text(sheet, (line, place), &names.join(", "))?;
                }
                (Field::Cell(_), None) | (Field::Ids(_), _) => {}
            }
        }
    }
    Ok(groups.members().len())
}

/// Writes rows, and says how many columns they have.
fn fill_rows(sheet: &mut Worksheet, export: &Export, rows: &[u32], pen: &mut Pen<'_>) -> Result<usize, XlsxError> {
    let columns: Vec<_> = export
        .columns
        .iter()
        .filter_map(|at| Some((*at, export.rows.table().columns().nth(*at)?)))
        .collect();
    for (place, (_, column)) in (0..).zip(&columns) {
        pen.heading(sheet, 0, place, &column.label)?;
        sheet.set_column_width_pixels(place, pen::width(column))?;
    }
    for (line, row) in (1..).zip(rows) {
        for (place, (at, column)) in (0..).zip(&columns) {
            pen.cell(sheet, (line, place), column, &export.rows.cell(*row, *at), || {
                export.rows.text(*row, *at)
            })?;
        }
    }
    Ok(columns.len())
}

/// Bytes that are read at a time.
const CHUNK: u64 = 64 << 10;

/// A file on disk, from its beginning to its end.
struct Chunks {
    file: File,
    _held: Held,
}

impl Iterator for Chunks {
    type Item = io::Result<Bytes>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut chunk = Vec::new();
        match (&mut self.file).take(CHUNK).read_to_end(&mut chunk) {
            Ok(0) => None,
            Ok(_) => Some(Ok(chunk.into())),
            Err(error) => Some(Err(error)),
        }
    }
}

#[cfg(test)]
mod tests;
