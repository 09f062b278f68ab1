//! Conditions on what is known of rows before they arrive: where they come from.

use super::{Test, View};
use values::fold;

impl View {
    /// Whether the conditions on a text column let a row with `text` pass. The page asks this of the accounts and regions that could not
    /// be asked, to know whether rows that the view wants may be missing.
    pub fn admits(&self, column: usize, text: &str) -> bool {
        let tests = self.conditions.iter().filter(|condition| condition.column == column);
        tests
            .filter_map(|condition| condition.test.as_ref())
            .all(|test| match test {
                Test::Equal { not, values } => values.iter().any(|value| value.text() == text) != *not,
                Test::Text { prefix, not, words } => {
                    let text = fold::text(text);
                    let holds = |word: &String| {
                        let word = fold::text(word);
                        if *prefix {
                            text.starts_with(&*word)
                        } else {
                            text.contains(&*word)
                        }
                    };
                    words.iter().any(holds) != *not
                }
                Test::Empty => text.is_empty(),
                Test::Set => !text.is_empty(),
                // Numbers and times only.
                Test::Compare { .. } | Test::Range { .. } => true,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::View;

    #[test]
    fn regions_are_told_apart_before_a_row_arrives() {
        let table = catalog::table("patches").unwrap();
        let region = table.index("region").unwrap();
        let admitted = |query: &str| {
            let view = View::parse(table, query);
            ["cn-beijing", "cn-shanghai", "eu-central-1"].map(|text| view.admits(region, text))
        };
        assert_eq!(admitted(""), [true, true, true]);
        assert_eq!(admitted("region=cn-beijing"), [true, false, false]);
        assert_eq!(admitted("region=not.cn-beijing"), [false, true, true]);
        assert_eq!(admitted("region=pre.CN&region=nothas.shang"), [true, false, false]);
        assert_eq!(admitted("region=is.empty"), [false, false, false]);
        assert_eq!(admitted("region=is.set&account=x"), [true, true, true]);
        assert_eq!(admitted("region=is.nonsense"), [true, true, true]);
    }
}
