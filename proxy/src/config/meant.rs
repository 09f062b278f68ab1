//! What somebody probably meant who misspelt a name.

use strsim::osa_distance;

/// The known name that is nearest to another, if it is near enough to be what was meant: a slip in every third letter at most.
pub(super) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |name: &str| name.to_lowercase().replace('-', "_");
    let wanted = plain(name);
    let slips = |known: &str| osa_distance(&wanted, &plain(known));
    let near = known.into_iter().map(|known| (slips(known), known));
    let near = near.filter(|(slips, known)| slips * 3 <= wanted.chars().count().max(known.chars().count()));
    near.min().map(|(_, known)| known)
}

/// A question to put behind a fault; empty where nothing known is near.
pub(super) fn hint<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, known).map_or_else(String::new, |meant| format!(": did you mean {meant:?}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_hand_are_seen_through_and_other_words_are_not() {
        let known = ["listen", "metrics", "public_url", "auth", "account", "cache", "id"];
        for (name, meant) in [
            ("lisen", Some("listen")),
            ("metircs", Some("metrics")),
            ("Public-URL", Some("public_url")),
            ("accounts", Some("account")),
            ("cahce", Some("cache")),
            ("colour", None),
            ("ip", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, known), meant, "{name}");
        }
        assert_eq!(hint("colour", known), "");
        assert_eq!(hint("acount", known), ": did you mean \"account\"?");
    }
}
