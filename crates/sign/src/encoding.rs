//! Percent-encoding of path segments and query parts, as both clouds want it: [RFC 3986 §2.1](https://www.rfc-editor.org/rfc/rfc3986#section-2.1)
//! with only the unreserved characters (§2.3: letters, digits, `-` `.` `_` `~`) left as they are, and upper-case digits.

use crate::SignError;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Encodes one path segment, query key or query value: a space becomes `%20`, `*` `%2A`, `/` `%2F`, `+` `%2B`, and text its UTF-8 bytes.
///
/// ```
/// assert_eq!(signalbox_sign::encoding::encode("a b*~/é"), "a%20b%2A~%2F%C3%A9");
/// ```
pub fn encode(text: impl AsRef<[u8]>) -> String {
    percent_encode(text.as_ref(), RESERVED).to_string()
}

/// Decodes what [`encode`] wrote, and any other valid percent-encoding. `+` stays a plus sign. The result is bytes: nothing says that
/// they are UTF-8.
///
/// # Errors
/// The offset of the first `%` without two hexadecimal digits after it.
pub fn decode(text: &str) -> Result<Vec<u8>, usize> {
    let bytes = text.as_bytes();
    let faulty = |&at: &usize| {
        bytes[at] == b'%'
            && !bytes[at + 1..]
                .first_chunk::<2>()
                .is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit))
    };
    match (0..bytes.len()).find(faulty) {
        Some(at) => Err(at),
        None => Ok(percent_encoding::percent_decode(bytes).collect()),
    }
}

/// An absolute path from its decoded segments: `/` and each segment encoded once. No segments is `/`.
///
/// ```
/// # use signalbox_sign::encoding::path;
/// assert_eq!(path(&["regions", "cn-hangzhou", "operation", "plans"]), "/regions/cn-hangzhou/operation/plans");
/// assert_eq!(path(&["a/b", "测"]), "/a%2Fb/%E6%B5%8B");
/// assert_eq!(path::<&str>(&[]), "/");
/// ```
pub fn path<S: AsRef<str>>(segments: &[S]) -> String {
    let segments: Vec<_> = segments.iter().map(|segment| encode(segment.as_ref())).collect();
    format!("/{}", segments.join("/"))
}

/// The canonical query string of decoded pairs, which is also the one to send: sorted by key, then by value, each encoded with
/// [`encode`]. An empty value keeps its `=`; a repeated key stays repeated.
///
/// Keys are compared byte by byte before encoding, so `ClusterIds.10` stands before `ClusterIds.2`.
///
/// ```
/// # use signalbox_sign::canonical_query;
/// assert_eq!(canonical_query(&[("b", "2 3"), ("a", "z"), ("a", "b"), ("empty", "")]), "a=b&a=z&b=2%203&empty=");
/// ```
pub fn canonical_query<K: AsRef<str>, V: AsRef<str>>(pairs: &[(K, V)]) -> String {
    let pairs = pairs
        .iter()
        .map(|(key, value)| (key.as_ref().as_bytes(), value.as_ref().as_bytes()));
    sorted_query(pairs.collect())
}

fn sorted_query<B: AsRef<[u8]> + Ord>(mut pairs: Vec<(B, B)>) -> String {
    pairs.sort_unstable();
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(key, value)| format!("{}={}", encode(key), encode(value)))
        .collect();
    pairs.join("&")
}

/// The canonical form of a query as it stands in a URI: decoded, with `+` as a space, and written by the rules of [`canonical_query`].
/// A part without `=` gets an empty value, an empty part (`a=1&&b=2`) vanishes.
///
/// # Errors
/// [`SignError::PercentEncoding`] for a `%` without two hexadecimal digits after it.
pub fn recode_query(wire: &str) -> Result<String, SignError> {
    decode(wire).map_err(|at| SignError::PercentEncoding { place: "query", at })?;
    let part = |text: &str| -> Vec<u8> { percent_encoding::percent_decode_str(&text.replace('+', " ")).collect() };
    let pairs = wire.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (part(key), part(value))
    });
    Ok(sorted_query(pairs.collect()))
}

/// The canonical form of a path as it stands in a URI: each segment decoded and encoded once, so `%2F` stays inside its segment. The
/// empty path is `/`.
///
/// # Errors
/// [`SignError::PercentEncoding`] for a `%` without two hexadecimal digits after it.
pub fn recode_path(wire: &str) -> Result<String, SignError> {
    if wire.is_empty() {
        return Ok("/".into());
    }
    decode(wire).map_err(|at| SignError::PercentEncoding { place: "path", at })?;
    let segments: Vec<_> = wire
        .split('/')
        .map(|segment| encode(percent_encoding::percent_decode_str(segment).collect::<Vec<_>>()))
        .collect();
    Ok(segments.join("/"))
}
