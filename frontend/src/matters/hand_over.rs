//! The list as a text for a chat: Markdown, which reads well as it is where nobody draws it.

/// What is handed over, in the reader's words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HandOver {
    /// What it is, of when.
    pub heading: String,
    /// The matters.
    pub entries: Vec<Entry>,
    /// How many there are besides, with the address of the page.
    pub more: Option<String>,
    /// What is not known: one line for each source that has not told all.
    pub gaps: Vec<String>,
}

/// One matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its state.
    pub state: String,
    /// What it is.
    pub title: String,
    /// The address of its rows.
    pub address: String,
    /// What else is to be said.
    pub facts: Vec<String>,
}

impl HandOver {
    /// As Markdown.
    pub fn text(&self) -> String {
        let mut lines = vec![format!("**{}**", plain(&self.heading)), String::new()];
        for entry in &self.entries {
            let mut facts = vec![
                plain(&entry.state),
                format!("[{}]({})", plain(&entry.title), entry.address),
            ];
            facts.extend(entry.facts.iter().map(|fact| plain(fact)));
            lines.push(format!("- {}", facts.join(" · ")));
        }
        // An address is to be read as one.
        lines.extend(self.more.iter().map(|more| format!("- {more}")));
        if !self.gaps.is_empty() {
            lines.push(String::new());
            lines.extend(self.gaps.iter().map(|gap| format!("- {}", plain(gap))));
        }
        lines.join("\n") + "\n"
    }
}

/// A text in one line that means nothing to Markdown: what a cloud says is no link and no markup.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|letter: char| letter.is_whitespace() || letter.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        for letter in word.chars() {
            if matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '!') {
                out.push('\\');
            }
            out.push(letter);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Entry, HandOver, plain};

    #[test]
    fn a_hand_over_has_a_line_a_matter_and_names_what_is_missing() {
        let entry = |title: &str, facts: &[&str]| Entry {
            state: "Failed".to_owned(),
            title: title.to_owned(),
            address: "https://s/tickets?phase=failed".to_owned(),
            facts: facts.iter().map(|fact| (*fact).to_owned()).collect(),
        };
        let text = HandOver {
            heading: "Needs someone, 2026-11-30 09:00".to_owned(),
            entries: vec![
                entry("Clean /var/log", &["3 of 5 job tickets", "prod-hw"]),
                entry("B", &[]),
            ],
            more: Some("and 2 more matters: https://s/".to_owned()),
            gaps: vec!["Job tickets · eu-hw / eu-west-101: 403".to_owned()],
        }
        .text();
        assert_eq!(
            text,
            "**Needs someone, 2026-11-30 09:00**\n\n\
             - Failed · [Clean /var/log](https://s/tickets?phase=failed) · 3 of 5 job tickets · prod-hw\n\
             - Failed · [B](https://s/tickets?phase=failed)\n\
             - and 2 more matters: https://s/\n\n\
             - Job tickets · eu-hw / eu-west-101: 403\n"
        );
    }

    #[test]
    fn what_a_cloud_says_is_no_markup() {
        assert_eq!(
            plain("[a](http://evil) **b**\n# c\t<img>"),
            "\\[a\\](http://evil) \\*\\*b\\*\\* # c \\<img\\>"
        );
        assert_eq!(plain(" \u{7}\r\n "), "");
    }
}
