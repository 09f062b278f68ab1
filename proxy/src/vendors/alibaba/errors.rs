//! Alibaba's error codes.

use crate::vendors::remedy::Remedy;

/// RPC services write `Code`, ACK `code`.
pub(super) const SPELLINGS: &[(&str, &str)] = &[("Code", "Message"), ("code", "message")];

/// Beginnings of codes, and what can be done about them.
pub(super) const REMEDIES: &[(Remedy, &[&str])] = &[
    (Remedy::AskLess, &["Throttling"]),
    (Remedy::SetClock, &["InvalidTimeStamp", "SignatureNonceUsed"]),
    (
        Remedy::CheckSecret,
        &["SignatureDoesNotMatch", "IncompleteSignature", "InvalidAccessKeySecret"],
    ),
    (Remedy::CheckKeyId, &["InvalidAccessKeyId"]),
    (Remedy::RenewToken, &["InvalidSecurityToken", "MissingSecurityToken"]),
    (
        Remedy::CheckRegion,
        &["InvalidAction.NotFound", "InvalidRegionId", "InvalidVersion"],
    ),
    (Remedy::Allow, &["NoPermission", "Forbidden"]),
];
