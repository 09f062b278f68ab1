//! Rows that hold what nobody could read.

use super::{Code, Rows, with_codes};
use crate::bits::Bits;

impl Rows {
    /// How many rows of each target, by its number, hold a value that could not be read: something else in a column of numbers, times or yes and
    /// no, or nothing, or no word, where the row's phase follows from it.
    pub fn unreadable(&self) -> Vec<usize> {
        let mut counts = vec![0; self.targets()];
        let mut found = Bits::none(self.len());
        for column in self.columns.iter().filter(|column| column.dict.has_unreadable()) {
            let codes = (0..column.dict.len()).filter_map(|code| u32::try_from(code).ok());
            let odd: Vec<bool> = codes.map(|code| column.dict.is_unreadable(code)).collect();
            with_codes!(&column.codes, codes => {
                for (row, code) in codes.iter().enumerate() {
                    found.add_if(row, odd.get(code.at()).copied().unwrap_or_default());
                }
            });
        }
        for row in &self.untold {
            found.add(*row as usize);
        }
        for row in found
            .iter()
            .filter_map(|row| u32::try_from(row).ok())
            .filter(|row| !self.is_gone(*row))
        {
            if let Some(count) = counts.get_mut(self.target(row) as usize) {
                *count += 1;
            }
        }
        counts
    }
}
