//! Texts that stand with single rows because nothing else tells them.

/// Texts of rows, in one run of bytes.
#[derive(Default)]
pub(super) struct Residue {
    text: String,
    /// Where each row's texts begin, counted from 1; 0 for none. Shorter than the table as long as no later row has any.
    starts: Vec<u32>,
    /// Bytes that no row refers to any more.
    waste: usize,
}

/// The texts of one row as they are kept: each with its length before it.
#[derive(Default)]
pub(super) struct Texts(String);

impl Texts {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn push(&mut self, text: &str) {
        self.0.push_str(&text.len().to_string());
        self.0.push(':');
        self.0.push_str(text);
    }
}

/// The first text of a run, and what follows it.
fn first(run: &str) -> Option<(&str, &str)> {
    let (length, rest) = run.split_once(':')?;
    rest.split_at_checked(length.parse().ok()?)
}

impl Residue {
    /// The texts of a row, which has `count` of them.
    pub(super) fn get(&self, row: usize, count: usize) -> Vec<&str> {
        let mut found = Vec::with_capacity(count);
        let start = self.starts.get(row).and_then(|start| start.checked_sub(1));
        let mut rest = start
            .and_then(|start| self.text.get(start as usize..))
            .unwrap_or_default();
        while found.len() < count
            && let Some((text, after)) = first(rest)
        {
            found.push(text);
            rest = after;
        }
        found
    }

    /// Whether a row, which has `count` texts, has these.
    pub(super) fn is(&self, row: usize, count: usize, texts: &Texts) -> bool {
        let mut own = Texts::default();
        self.get(row, count).into_iter().for_each(|text| own.push(text));
        own.0 == texts.0
    }

    /// Gives a row its texts in place of the `before` ones that it had. `None` beyond 4 GiB.
    pub(super) fn set(&mut self, row: usize, before: usize, texts: &Texts) -> Option<()> {
        let start = self.starts.get(row).and_then(|start| start.checked_sub(1));
        if let Some(start) = start.map(|start| start as usize) {
            let length = self.run(start, before);
            if self.text.get(start..start + length) == Some(texts.0.as_str()) {
                return Some(());
            }
            self.waste += length;
        }
        let new = if texts.0.is_empty() {
            0
        } else {
            u32::try_from(self.text.len() + 1).ok()?
        };
        self.text.push_str(&texts.0);
        if new > 0 && self.starts.len() <= row {
            self.starts.resize(row + 1, 0);
        }
        if let Some(start) = self.starts.get_mut(row) {
            *start = new;
        }
        Some(())
    }

    /// The bytes that `count` texts from `start` take.
    fn run(&self, start: usize, count: usize) -> usize {
        let all = self.text.get(start..).unwrap_or_default();
        let mut rest = all;
        for _ in 0..count {
            rest = first(rest).map_or(rest, |(_, after)| after);
        }
        all.len() - rest.len()
    }

    /// Drops what no row refers to, if that is most of it. `count` tells how many texts a row has.
    pub(super) fn tidy(&mut self, count: impl Fn(usize) -> usize) {
        if self.waste < 1 << 20 || self.waste < self.text.len() / 2 {
            return;
        }
        let mut text = String::with_capacity(self.text.len() - self.waste);
        for row in 0..self.starts.len() {
            if let Some(start) = self.starts[row].checked_sub(1) {
                let start = start as usize;
                let run = start..start + self.run(start, count(row));
                // No longer than before, so it fits.
                self.starts[row] = u32::try_from(text.len() + 1).unwrap_or_default();
                text.push_str(&self.text[run]);
            }
        }
        self.text = text;
        self.waste = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::{Residue, Texts};

    fn texts(all: &[&str]) -> Texts {
        let mut texts = Texts::default();
        for text in all {
            texts.push(text);
        }
        texts
    }

    #[test]
    fn texts_come_back() {
        let mut kept = Residue::default();
        kept.set(2, 0, &texts(&["a:b", "", "中"])).unwrap();
        kept.set(3, 0, &texts(&[])).unwrap();
        assert_eq!(kept.get(2, 3), ["a:b", "", "中"]);
        assert_eq!(kept.get(0, 0), [""; 0]);
        assert_eq!(kept.get(9, 1), [""; 0]);
        kept.set(2, 3, &texts(&["x"])).unwrap();
        assert_eq!(kept.get(2, 1), ["x"]);
        kept.set(2, 1, &texts(&[])).unwrap();
        assert_eq!(kept.get(2, 1), [""; 0]);
    }

    #[test]
    fn texts_that_change_again_and_again_do_not_pile_up() {
        let mut kept = Residue::default();
        for round in 0..100 {
            for row in 0..100 {
                let text = format!("{round} {row} {}", "x".repeat(500));
                kept.set(row, usize::from(round > 0), &texts(&[&text])).unwrap();
            }
            kept.tidy(|_| 1);
        }
        assert!(kept.text.len() < 3 << 20, "{}", kept.text.len());
        assert!(kept.get(7, 1)[0].starts_with("99 7 x"));
        // The same again takes no room.
        let before = kept.text.len();
        let text = format!("99 7 {}", "x".repeat(500));
        kept.set(7, 1, &texts(&[&text])).unwrap();
        assert_eq!(kept.text.len(), before);
    }
}
