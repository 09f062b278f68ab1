//! Huawei's error codes.

use crate::vendors::remedy::Remedy;

/// There are three spellings; IAM nests them one level deeper.
pub(super) const SPELLINGS: &[(&str, &str)] = &[
    ("error_code", "error_msg"),
    ("errorCode", "errorMsg"),
    ("code", "message"),
];

/// Beginnings of codes, and what can be done about them.
pub(super) const REMEDIES: &[(Remedy, &[&str])] = &[
    (Remedy::AskLess, &["APIGW.0308"]),
    (
        Remedy::CheckKeys,
        &["APIGW.0301", "APIGW.0303", "APIGW.0305", "common.01010001"],
    ),
    (Remedy::CheckRegion, &["APIGW.0101"]),
    (Remedy::Allow, &["APIGW.0302"]),
];

/// `COC.00000000` and the like: nothing but noughts after the service's name.
pub(super) fn is_success(code: &str) -> bool {
    let number = code.rsplit('.').next().unwrap_or(code);
    code.is_empty() || number.bytes().all(|digit| digit == b'0')
}
