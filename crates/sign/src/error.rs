//! Why a request could not be signed.

/// Why a request could not be signed. No variant holds a secret, a header's value or the query, so the text may be logged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The URI is relative and there is no `Host` header.
    #[error("no host to sign: make the URI absolute or set the `host` header")]
    MissingHost,
    /// A header that the scheme requires, or that was named as signed, is not there.
    #[error("the header `{0}` is missing: set it before signing")]
    MissingHeader(String),
    /// A signed header's value holds other than visible ASCII characters; the vendors do not agree on how to sign such a value.
    #[error("the header `{0}` is signed, so its value must be ASCII: encode it, or leave it out of the signature")]
    HeaderNotAscii(String),
    /// A value given to the signer (key id, token, nonce, scope) cannot stand in an HTTP header, mostly for a line break at its end.
    #[error(
        "the value for the header `{0}` holds a line break or another character that cannot be sent: is the key or token cut cleanly?"
    )]
    InvalidHeaderValue(&'static str),
    /// A `%` that is not followed by two hexadecimal digits.
    #[error("the {place} is not valid percent-encoding (byte {at}): encode it, `%` itself as `%25`")]
    PercentEncoding {
        /// `path` or `query`.
        place: &'static str,
        /// Offset in bytes of the faulty `%` in the path or query.
        at: usize,
    },
    /// The time is before 1970 or after 9999: the timestamp formats cannot write it.
    #[error("the time to sign with is not between the years 1970 and 9999: check the clock")]
    ClockOutOfRange,
}
