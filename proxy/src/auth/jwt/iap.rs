//! [Google Identity-Aware Proxy](https://cloud.google.com/iap/docs/signed-headers-howto).

/// The header with the token.
pub const HEADER: &str = "x-goog-iap-jwt-assertion";

/// Who makes the tokens.
pub const ISSUER: &str = "https://cloud.google.com/iap";

/// Where the keys are.
pub const KEYS: &str = "https://www.gstatic.com/iap/verify/public_key-jwk";
