//! The canonical form of a request as the server sees it: decoded from the wire and encoded anew, so that `+` and `%20`
//! for a space, or another order of parameters, verify alike. Written apart from the signing crate on purpose: the two
//! must be able to disagree.

use hmac::{Hmac, Mac};
use http::HeaderMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};
use sha2::{Digest, Sha256};

/// RFC 3986: everything but the unreserved characters is encoded.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Every segment decoded and encoded once.
pub(crate) fn path(wire: &str) -> String {
    let segments: Vec<String> = wire
        .split('/')
        .map(|segment| encode(&decode(segment.as_bytes())))
        .collect();
    segments.join("/")
}

/// The parameters encoded, sorted by name and then by value, with `=` even for empty values.
pub(crate) fn query(wire: &str) -> String {
    let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = raw_pairs(wire).collect();
    pairs.sort();
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(key, value)| format!("{}={}", encode(key), encode(value)))
        .collect();
    pairs.join("&")
}

/// The decoded parameters in their order on the wire.
pub(crate) fn pairs(wire: &str) -> Vec<(String, String)> {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    raw_pairs(wire).map(|(key, value)| (text(key), text(value))).collect()
}

fn raw_pairs(wire: &str) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
    wire.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode_plus(key), decode_plus(value))
    })
}

fn decode_plus(text: &str) -> Vec<u8> {
    decode(
        &text
            .bytes()
            .map(|byte| if byte == b'+' { b' ' } else { byte })
            .collect::<Vec<u8>>(),
    )
}

fn decode(bytes: &[u8]) -> Vec<u8> {
    percent_decode(bytes).collect()
}

/// Percent-encoded.
pub(crate) fn encode(bytes: &[u8]) -> String {
    percent_encode(bytes, RESERVED).to_string()
}

/// `name:value` lines of the signed headers, each closed by a line feed. Values of a repeated header are sorted and
/// joined with commas.
///
/// # Errors
/// The name of a header that is said to be signed and was not sent.
pub(crate) fn headers(sent: &HeaderMap, signed: &[String]) -> Result<String, String> {
    let mut lines = String::new();
    for name in signed {
        let mut values: Vec<String> = sent
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
            .collect();
        if values.is_empty() {
            return Err(name.clone());
        }
        values.sort();
        lines.push_str(&format!("{name}:{}\n", values.join(",")));
    }
    Ok(lines)
}

/// Lower-case hexadecimal SHA-256.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Lower-case hexadecimal HMAC-SHA256.
pub(crate) fn hmac_hex(secret: &str, text: &str) -> String {
    // An HMAC key may have any length, so this never takes the empty way out.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(text.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

/// The parts of an `Authorization` header of either scheme.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Authorization {
    pub(crate) key: String,
    pub(crate) signed_headers: Vec<String>,
    pub(crate) signature: String,
}

impl Authorization {
    /// Reads `{algorithm} {key_name}=…,SignedHeaders=a;b,Signature=…` with or without spaces after the commas.
    /// None when a part is missing, empty or doubled, or the signed headers are not in lower case and sorted.
    pub(crate) fn parse(header: &str, algorithm: &str, key_name: &str) -> Option<Self> {
        let parts = header.strip_prefix(algorithm)?.strip_prefix(' ')?;
        let (mut key, mut signed, mut signature) = (None, None, None);
        for part in parts.split(',') {
            let (name, value) = part.trim().split_once('=')?;
            let place = match name {
                _ if name == key_name => &mut key,
                "SignedHeaders" => &mut signed,
                "Signature" => &mut signature,
                _ => return None,
            };
            if value.is_empty() || place.replace(value.to_owned()).is_some() {
                return None;
            }
        }
        let signed_headers: Vec<String> = signed?.split(';').map(str::to_owned).collect();
        let tidy = signed_headers.is_sorted() && signed_headers.iter().all(|name| *name == name.to_ascii_lowercase());
        tidy.then_some(Self {
            key: key?,
            signed_headers,
            signature: signature?,
        })
    }

    /// True when the header is among the signed ones.
    pub(crate) fn covers(&self, name: &str) -> bool {
        self.signed_headers.iter().any(|signed| signed == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_and_an_encoded_space_are_the_same_parameter() {
        assert_eq!(query("b=x+y&a="), "a=&b=x%20y");
        assert_eq!(query("a&b=x%20y"), "a=&b=x%20y");
        assert_eq!(query("b=2&a=%7E%2A&b=1&b=10"), "a=~%2A&b=1&b=10&b=2");
    }

    #[test]
    fn a_path_is_encoded_once_however_it_came() {
        assert_eq!(
            path("/v1/stack-sets/%e7%94%9F%E4%BA%A7/operations"),
            "/v1/stack-sets/%E7%94%9F%E4%BA%A7/operations"
        );
        assert_eq!(path("/a+b/*"), "/a%2Bb/%2A");
    }

    #[test]
    fn authorization_is_read_with_and_without_spaces_and_nothing_else() {
        let want = Authorization {
            key: "AK".into(),
            signed_headers: vec!["a".into(), "b".into()],
            signature: "ff".into(),
        };
        let read = |text| Authorization::parse(text, "X", "Access");
        assert_eq!(read("X Access=AK,SignedHeaders=a;b,Signature=ff"), Some(want));
        assert!(read("X Access=AK, SignedHeaders=a;b, Signature=ff").is_some());
        for wrong in [
            "",
            "X",
            "Y Access=AK,SignedHeaders=a,Signature=f",
            "X Access=AK,SignedHeaders=a",
            "X Access=,SignedHeaders=a,Signature=f",
            "X Access=AK,Access=AK,SignedHeaders=a,Signature=f",
            "X Access=AK,SignedHeaders=b;a,Signature=f",
            "X Access=AK,SignedHeaders=Host,Signature=f",
            "X Credential=AK,SignedHeaders=a,Signature=f",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
