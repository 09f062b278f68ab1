//! What the headers of a request wish of its answer.

use http::HeaderMap;
use http::header::{ACCEPT_ENCODING, AsHeaderName, CACHE_CONTROL};

/// Whether the answer must be as new as it can be (`Cache-Control: no-cache`).
#[must_use]
pub fn no_cache(headers: &HeaderMap) -> bool {
    members(headers, CACHE_CONTROL).any(|directive| directive.eq_ignore_ascii_case("no-cache"))
}

/// Whether Zstandard is accepted, and nothing else liked better.
#[must_use]
pub fn zstandard(headers: &HeaderMap) -> bool {
    let (mut wanted, mut others) = (0.0, 0.0_f32);
    for member in members(headers, ACCEPT_ENCODING) {
        let (coding, quality) = member.split_once(';').unwrap_or((member, "q=1"));
        let quality = quality
            .trim()
            .strip_prefix(['q', 'Q'])
            .and_then(|rest| rest.strip_prefix('='));
        // One that cannot be read is no wish.
        let quality: f32 = quality.and_then(|quality| quality.parse().ok()).unwrap_or_default();
        if coding.trim().eq_ignore_ascii_case("zstd") {
            wanted = quality;
        } else {
            others = others.max(quality);
        }
    }
    wanted > 0.0 && wanted >= others
}

/// The members of a header that is a list.
fn members(headers: &HeaderMap, name: impl AsHeaderName) -> impl Iterator<Item = &str> {
    let values = headers.get_all(name).into_iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderName;

    fn headers(name: &HeaderName, values: &[&'static str]) -> HeaderMap {
        let values = values.iter().map(|value| (name.clone(), value.parse().unwrap()));
        values.collect()
    }

    #[test]
    fn a_new_answer_is_wished_for_by_its_directive_alone() {
        for (values, wished) in [
            (&["no-cache"][..], true),
            (&["max-age=5,No-Cache"], true),
            (&["max-age=5", " no-cache "], true),
            (&["no-cache-please"], false),
            (&["max-age=0"], false),
            (&["no-store"], false),
            (&[], false),
        ] {
            assert_eq!(no_cache(&headers(&CACHE_CONTROL, values)), wished, "{values:?}");
        }
    }

    #[test]
    fn zstandard_is_sent_to_those_who_like_nothing_better() {
        for (values, sent) in [
            (&["gzip, deflate, br, zstd"][..], true),
            (&["zstd"], true),
            (&["gzip", "ZSTD;q=1.0"], true),
            (&["gzip;q=0.5, zstd;q=0.8"], true),
            (&["gzip;q=0.9, zstd;q=0.8"], false),
            (&["zstd;q=0"], false),
            (&["zstd;q=often"], false),
            (&["zstd;q=nan"], false),
            (&["gzip, br"], false),
            (&["*"], false),
            (&["identity"], false),
            (&[], false),
        ] {
            assert_eq!(zstandard(&headers(&ACCEPT_ENCODING, values)), sent, "{values:?}");
        }
    }
}
