//! Which of a file's encodings a client gets.

use http::header::{ACCEPT_ENCODING, HeaderMap};

/// How a body is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
    None,
}

impl Encoding {
    /// As in `Content-Encoding`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::None => "identity",
        }
    }
}

/// The smallest that there is and the client takes.
pub(super) fn choose(
    headers: &HeaderMap,
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
) -> (Encoding, Option<&'static [u8]>) {
    for (encoding, packed) in [(Encoding::Brotli, brotli), (Encoding::Gzip, gzip)] {
        if packed.is_some() && accepts(headers, encoding.name()) {
            return (encoding, packed);
        }
    }
    (Encoding::None, None)
}

/// Whether `Accept-Encoding` names the encoding with a quality above nought.
fn accepts(headers: &HeaderMap, name: &str) -> bool {
    let lists = headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|item| {
        let (coding, parameters) = item.split_once(';').unwrap_or((item, ""));
        let quality = parameters
            .trim()
            .strip_prefix("q=")
            .and_then(|text| text.trim().parse::<f32>().ok());
        coding.trim().eq_ignore_ascii_case(name) && quality.unwrap_or(1.0) > 0.0
    })
}
