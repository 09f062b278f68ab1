//! The language of a file that people read.

use catalog::Label;

/// A language in which the catalogue has words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

impl Lang {
    /// The language of a tag such as `zh` or `zh-CN` ([RFC 5646](https://www.rfc-editor.org/rfc/rfc5646)); none where there are no words in it.
    pub fn of(tag: &str) -> Option<Self> {
        let language = tag.split('-').next().unwrap_or_default();
        [("en", Self::En), ("zh", Self::Zh)]
            .into_iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(language))
            .map(|(_, lang)| lang)
    }

    /// Its tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    /// The word in this language.
    pub const fn pick(self, label: &Label) -> &'static str {
        match self {
            Self::En => label.en,
            Self::Zh => label.zh,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_any_length_name_a_language() {
        for (tag, lang) in [
            ("en", Some(Lang::En)),
            ("zh", Some(Lang::Zh)),
            ("ZH-Hans-CN", Some(Lang::Zh)),
            ("", None),
            ("de", None),
            ("zhx", None),
        ] {
            assert_eq!(Lang::of(tag), lang, "{tag}");
        }
    }
}
