//! How well a few typed letters fit a name.

/// The cost of reading `query` into `text`, both lower-case; less is better, `None` where it cannot be read. Every word of the query must be there:
/// at the start of a word, inside one, or at least its letters in order.
pub fn cost(query: &str, text: &str) -> Option<usize> {
    query.split_whitespace().map(|word| word_cost(word, text)).sum()
}

fn word_cost(word: &str, text: &str) -> Option<usize> {
    let joint = |before: &str| before.chars().next_back().is_none_or(|last| !last.is_alphanumeric());
    let places = text
        .match_indices(word)
        .map(|(at, _)| if joint(&text[..at]) { at.min(1) } else { 2 });
    places.min().or_else(|| {
        // Letters in order; what lies between them costs.
        let mut letters = word.chars().peekable();
        let (mut started, mut gaps) = (false, 0);
        for character in text.chars() {
            if letters.next_if_eq(&character).is_some() {
                started = true;
            } else if started && letters.peek().is_some() {
                gaps += 1;
            }
        }
        (letters.peek().is_none() && gaps <= 2 * word.len()).then_some(3 + gaps)
    })
}

#[cfg(test)]
mod tests {
    use super::cost;

    #[test]
    fn the_better_fit_costs_less() {
        let text = "patch states of all";
        let costs = ["patch", "states", "atch", "ptch", "pst"].map(|query| cost(query, text).unwrap());
        assert!(costs.is_sorted(), "{costs:?}");
        assert_eq!(cost("", text), Some(0));
        assert_eq!(cost("all patch", text), Some(1));
        assert_eq!(cost("补丁", "补丁状态"), Some(0));
        for query in ["x", "patchx", "sp patch zz", "pl"] {
            assert_eq!(cost(query, "patch states"), None, "{query}");
        }
    }
}
