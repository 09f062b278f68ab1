//! What a query says about the file, not about its rows: those parameters belong to exports alone and stand in no link.

use super::lang::Lang;
use table::view::{Param, decode_query, encode_query};

/// How a file is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Whether text begins with a byte order mark (`bom`), without which some spreadsheets take it for another encoding.
    pub byte_order_mark: bool,
    /// The language of headings and values (`lang`), where a format has words.
    pub lang: Lang,
    /// Those of these parameters that have no such value.
    pub not_understood: Vec<String>,
}

impl Wanted {
    /// Takes these parameters out of a query string, and hands back the view's.
    pub fn split(query: &str) -> (Self, String) {
        let mut wanted = Self::default();
        let mut rest = Vec::new();
        for param in decode_query(query) {
            if !wanted.take(&param) {
                rest.push(param);
            }
        }
        let rest = rest.iter().map(|param| (param.name.as_str(), param.value.as_deref()));
        (wanted, encode_query(rest))
    }

    /// The parameters that say the same; what they are without saying is left out.
    pub fn query(&self) -> String {
        let bom = self.byte_order_mark.then(|| "bom=true".to_owned());
        let lang = (self.lang != Lang::default()).then(|| ["lang=", self.lang.tag()].concat());
        let unknown = self.not_understood.iter().cloned();
        bom.into_iter().chain(lang).chain(unknown).collect::<Vec<_>>().join("&")
    }

    /// Whether the parameter is one of these.
    fn take(&mut self, param: &Param) -> bool {
        let value = param.value.as_deref().unwrap_or_default();
        let understood = match param.name.as_str() {
            "bom" => flag(value).map(|flag| self.byte_order_mark = flag),
            "lang" => Lang::of(value).map(|lang| self.lang = lang),
            _ => return false,
        };
        if understood.is_none() {
            self.not_understood.push(param.text());
        }
        true
    }
}

fn flag(value: &str) -> Option<bool> {
    match value {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_parameters_are_taken_out_of_the_views() {
        let (wanted, rest) = Wanted::split("?missing=gt.0&bom=true&q=a%26b&lang=zh-CN&row");
        assert!(wanted.byte_order_mark);
        assert_eq!(wanted.lang, Lang::Zh);
        assert!(wanted.not_understood.is_empty());
        assert_eq!(rest, "missing=gt.0&q=a%26b&row");
        assert_eq!(Wanted::split(""), (Wanted::default(), String::new()));
    }

    #[test]
    fn what_they_cannot_be_is_named() {
        let (wanted, rest) = Wanted::split("bom=maybe&lang=fr&lang&%62om=0");
        assert_eq!(wanted.not_understood, ["bom=maybe", "lang=fr", "lang"]);
        assert_eq!((wanted.byte_order_mark, wanted.lang), (false, Lang::En));
        assert_eq!(rest, "");
    }
}
