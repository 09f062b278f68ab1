//! A line of the table: what was measured, and whether it is as good as it should be.

use std::time::Duration;

/// One line.
pub struct Figure {
    /// What was measured.
    pub what: String,
    /// What it should be; empty where nobody has said.
    pub goal: &'static str,
    /// What it was, with its unit.
    pub value: String,
    /// From what it was made.
    pub made_of: String,
    /// Whether the goal is met; none where there is none, or where it could not be measured.
    pub met: Option<bool>,
}

impl Figure {
    /// What could not be measured, and why.
    pub fn missing(what: &str, goal: &'static str, why: &str) -> Self {
        Self {
            what: what.to_owned(),
            goal,
            value: "not measured".to_owned(),
            made_of: why.to_owned(),
            met: None,
        }
    }

    /// As a line of Markdown.
    pub fn line(&self) -> String {
        let mark = match self.met {
            Some(true) => " ✓",
            Some(false) => " ✗",
            None => "",
        };
        let Self {
            what,
            goal,
            value,
            made_of,
            ..
        } = self;
        format!("| {what} | {goal}{mark} | {value} | {made_of} |")
    }
}

/// The head of the table.
pub const HEAD: &str = "| | goal | measured | made of |\n|---|---|---:|---|";

/// The value below which this part of all lies; of none it is 0.
pub fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    let place = (last as f64 * part).round() as usize;
    sorted.get(place).copied().unwrap_or_default()
}

/// In milliseconds.
pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_what_was_measured() {
        let values = [5.0, 1.0, 4.0, 2.0, 3.0];
        let told = [0.0, 0.5, 1.0].map(|part| quantile(&values, part).to_string());
        assert_eq!(told, ["1", "3", "5"]);
        assert_eq!(quantile(&[], 0.5).to_string(), "0");
    }

    #[test]
    fn a_line_says_whether_it_is_good_enough() {
        let mut figure = Figure::missing("x", "≤ 2", "no tool");
        assert_eq!(figure.line(), "| x | ≤ 2 | not measured | no tool |");
        figure.met = Some(false);
        assert_eq!(figure.line(), "| x | ≤ 2 ✗ | not measured | no tool |");
    }
}
