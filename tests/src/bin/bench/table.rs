//! Figures beside a peer's, as a table.

use crate::interaction::Interaction;

/// The Long Tasks API reports nothing shorter (<https://w3c.github.io/longtasks/>).
const LONG_TASK: f64 = 50.0;

/// A table with a column for the peer and one for the ratio, if there is a peer.
pub struct Table {
    with_peer: bool,
}

impl Table {
    /// Prints the head.
    pub fn begin(peer: Option<&str>) -> Self {
        match peer {
            Some(peer) => println!("| figure | Signalbox | {peer} | ratio | promised |\n|---|---:|---:|---:|---:|"),
            None => println!("| figure | Signalbox | promised |\n|---|---:|---:|"),
        }
        Self {
            with_peer: peer.is_some(),
        }
    }

    /// Prints a figure that only we have.
    pub fn own(&self, figure: &str, value: &str, promised: &str) {
        self.line(figure, value, "–", "–", promised);
    }

    /// Prints what a person did, with the ratio of ours to the peer's: below 1, ours is faster.
    pub fn interaction(&self, ours: &Interaction, peer: Option<&Interaction>, limit: Option<f64>) {
        let promised = limit.map(millis).unwrap_or_default();
        let number = |figure: &str, promised: &str, read: &dyn Fn(&Interaction) -> f64| {
            let (ours, peer) = (read(ours), peer.map(read));
            let ratio = peer.map_or_else(String::new, |peer| format!("{:.2}", ours / peer));
            self.line(
                figure,
                &millis(ours),
                &peer.map(millis).unwrap_or_default(),
                &ratio,
                promised,
            );
        };
        let tasks = |figure: &str, read: &dyn Fn(&Interaction) -> &[f64]| {
            let (ours, peer) = (read(ours), peer.map(read));
            let ratio = peer.map(|peer| ratio_of_longest(ours, peer)).unwrap_or_default();
            self.line(
                figure,
                &longest(ours),
                &peer.map(longest).unwrap_or_default(),
                &ratio,
                &promised,
            );
        };
        let text = |figure: &str, read: &dyn Fn(&Interaction) -> String| {
            self.line(figure, &read(ours), &peer.map(read).unwrap_or_default(), "", "");
        };
        text("keys that changed the grid", &|it| {
            format!("{} of {}", it.painted.iter().flatten().count(), it.painted.len())
        });
        text("rows that the words found", &|it| {
            it.found.iter().sum::<usize>().to_string()
        });
        // A grid may touch its rows even where nothing changes; those cheap keys must not count for the peer alone.
        let painted = |it: &Interaction| same_keys(&ours.painted, &it.painted);
        number("key painted, p50", "", &|it| quantile(&painted(it), 0.5));
        number("key painted, p95", &promised, &|it| quantile(&painted(it), 0.95));
        number("key painted, worst", "", &|it| quantile(&painted(it), 1.0));
        number("event to paint, p95", "", &|it| quantile(&it.events, 0.95));
        tasks("longest task while typing", &|it| &it.typing_tasks);
        number("frame while scrolling, p95", "", &|it| quantile(&it.frames, 0.95));
        number("frame while scrolling, worst", "", &|it| quantile(&it.frames, 1.0));
        tasks("longest task while scrolling", &|it| &it.scrolling_tasks);
    }

    fn line(&self, figure: &str, ours: &str, peer: &str, ratio: &str, promised: &str) {
        if self.with_peer {
            println!("| {figure} | {ours} | {peer} | {ratio} | {promised} |");
        } else {
            println!("| {figure} | {ours} | {promised} |");
        }
    }
}

/// With a tenth of a millisecond.
pub fn millis(value: f64) -> String {
    format!("{value:.1} ms")
}

/// What `painted` has for the keys that changed something on our page: on both, the same keys are pressed in the same order.
fn same_keys(ours: &[Option<f64>], painted: &[Option<f64>]) -> Vec<f64> {
    let both = ours.iter().zip(painted);
    both.filter_map(|(ours, painted)| ours.and(*painted)).collect()
}

fn maximum(tasks: &[f64]) -> Option<f64> {
    tasks.iter().copied().reduce(f64::max)
}

fn longest(tasks: &[f64]) -> String {
    match maximum(tasks) {
        Some(longest) => format!("{} ({} over 50 ms)", millis(longest), tasks.len()),
        None => "none over 50 ms".to_owned(),
    }
}

/// Only a bound where one side has no task long enough to be reported, and nothing where neither has.
fn ratio_of_longest(ours: &[f64], peer: &[f64]) -> String {
    match (maximum(ours), maximum(peer)) {
        (Some(ours), Some(peer)) => format!("{:.2}", ours / peer),
        (None, Some(peer)) => format!("≤ {:.2}", LONG_TASK / peer),
        (Some(ours), None) => format!("≥ {:.2}", ours / LONG_TASK),
        (None, None) => "–".to_owned(),
    }
}

/// The smallest value that at least this share of all is not above; NaN without values.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few hundred values"
)]
fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(place.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "no arithmetic is done on them")]
    fn quantiles_are_values_that_were_measured() {
        let values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(quantile(&values, 0.5), 50.0);
        assert_eq!(quantile(&values, 0.95), 95.0);
        assert_eq!(quantile(&values, 1.0), 100.0);
        assert_eq!(quantile(&[7.0], 0.5), 7.0);
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn keys_without_effect_on_our_page_are_left_out() {
        let ours = [Some(1.0), None, Some(3.0), None];
        assert_eq!(same_keys(&ours, &[Some(5.0), Some(6.0), None, None]), [5.0]);
        assert_eq!(same_keys(&ours, &ours), [1.0, 3.0]);
    }

    #[test]
    fn a_task_too_short_to_be_reported_gives_only_a_bound() {
        assert_eq!(ratio_of_longest(&[60.0, 80.0], &[160.0]), "0.50");
        assert_eq!(ratio_of_longest(&[], &[100.0, 200.0]), "≤ 0.25");
        assert_eq!(ratio_of_longest(&[100.0], &[]), "≥ 2.00");
        assert_eq!(ratio_of_longest(&[], &[]), "–");
    }
}
