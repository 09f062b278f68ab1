//! Keeping the comparison with the last visit up to date, in turns with the page.

use super::Data;
use crate::ui::timer::Pace;
use table::rows::Rows;

/// Up to so many rows, a comparison with a snapshot is brought up to date at once.
const FEW: usize = 10_000;

impl Data {
    /// Brings the comparison with a snapshot up to date if the table is small enough for that to be done at once.
    pub(super) fn recompare_few(self) {
        self.rows.update_untracked(|rows| {
            if rows.len() <= FEW {
                rows.recompare();
            }
        });
    }

    /// Brings the comparison with a snapshot up to date while the page goes on, and returns whether that took its time. While the rows of a large
    /// table arrive it would begin again and again; then it is left to the end of the load.
    pub async fn recompare(self) -> bool {
        self.recompare_few();
        let mut any = false;
        let mut pace = Pace::begin();
        while self.under_way().is_none() && self.rows.update_untracked(Rows::recompare_part) == Some(false) {
            any = true;
            pace.keep().await;
        }
        any
    }
}
