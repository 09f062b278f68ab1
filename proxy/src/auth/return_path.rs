//! Where somebody goes after signing in or out: a place of the page itself, and nowhere else.

use url::Url;

/// The longest path with its query, in bytes: it travels in a sealed cookie, of which browsers keep 4,096 bytes. The page keeps longer ones itself.
pub const LONGEST: usize = 2048;

/// An origin that nobody can have, to see where a browser would go.
const NOWHERE: &str = "https://nowhere.invalid";

/// A path of the page with its query: begins with one slash, and a browser that follows it stays where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnPath(String);

impl Default for ReturnPath {
    /// The first page.
    fn default() -> Self {
        Self("/".to_owned())
    }
}

impl ReturnPath {
    /// The path, if it is one of the page's. What could lead a browser anywhere else is none: another origin in any spelling, control characters and
    /// backslashes (browsers drop the ones and take the others for slashes), paths of the programs' interface and of signing in itself. Neither is one with
    /// quotes, which no browser leaves in an address: sealed, they would be twice as long.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let plain = text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"'));
        if !plain || text.len() > LONGEST || !text.starts_with('/') || text.starts_with("//") {
            return None;
        }
        let base = Url::parse(NOWHERE).ok()?;
        let url = base.join(text).ok()?;
        if url.origin() != base.origin() || !url.username().is_empty() {
            return None;
        }
        // Dots have been resolved; what a server would decode once more is looked at decoded.
        let path = percent_decoded(url.path());
        let own = |prefix: &str| path == prefix || path.starts_with(&format!("{prefix}/"));
        if path.starts_with("//") || path.contains('\\') || ["/api", "/auth", "/feed"].into_iter().any(own) {
            return None;
        }
        Some(Self(text.to_owned()))
    }

    /// As it goes into a `Location` header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn percent_decoded(text: &str) -> String {
    let pair = format!("x={}", text.replace('+', "%2B").replace('&', "%26"));
    let decoded = url::form_urlencoded::parse(pair.as_bytes()).next();
    decoded.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_of_the_page_are_fine() {
        for path in [
            "/",
            "/patches",
            "/patches?missing=gt.0&sort=-missing,instance",
            "/timeline?x=//evil.example",
            "/plans?q=%E7%94%9F",
            "/resource/i-bp1@x#part",
            "/apiary",
        ] {
            assert_eq!(ReturnPath::new(path).unwrap().as_str(), path);
        }
    }

    #[test]
    fn anything_that_leads_elsewhere_is_refused() {
        for path in [
            "",
            "patches",
            "https://evil.example",
            "//evil.example",
            "///evil.example",
            "////evil.example",
            "/?q=\"x\"",
            "/\\evil.example",
            "\\/evil.example",
            "\\\\evil.example",
            "/\\/evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/\r\n/evil.example",
            " //evil.example",
            "/ /evil.example",
            "\u{0}/evil.example",
            "\u{b}//evil.example",
            "/\u{3000}/evil.example",
            "／／evil.example",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "http:evil.example",
            "https:/evil.example",
            "/..//evil.example",
            "/.//evil.example",
            "/x/..//evil.example",
            "/%2e%2e//evil.example",
            "/%2f%2fevil.example",
            "/%2Fevil.example/%2F",
            "/%5cevil.example",
            "/%5C%5Cevil.example",
            "//evil.example/%2f..",
            "//localhost:80@evil.example",
            "/%09/evil.example/%5c",
            "/api/v1/export/patches.csv",
            "/api",
            "/auth/login?return=/",
            "/%61uth/login",
            "/x/../auth/logout",
            "/feed/x/plans.ics",
            "@evil.example",
            ":80",
            "?x",
            "#x",
            ".",
            "..",
        ] {
            assert_eq!(ReturnPath::new(path), None, "{path:?}");
        }
        assert_eq!(ReturnPath::new(&format!("/{}", "x".repeat(LONGEST))), None);
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_stays_on_the_origin(text in r"[/\\@:.?#%a-c0-9\t\n ]{0,12}") {
            if let Some(path) = ReturnPath::new(&text) {
                for origin in ["https://ops.example.com", "http://127.0.0.1:8080"] {
                    let base = Url::parse(origin).unwrap();
                    prop_assert_eq!(base.join(path.as_str()).unwrap().origin(), base.origin());
                }
            }
        }
    }
}
