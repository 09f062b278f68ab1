//! What to do about a cloud's error code.

use crate::error::TargetError;

/// What is known of the request that failed.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The permission that the operation needs.
    pub permission: &'a str,
    /// The host that answered.
    pub host: &'a str,
}

/// Adds what can be done about the failure, unless it already says so.
#[must_use]
pub fn advise(failure: TargetError, about: About<'_>) -> TargetError {
    if failure.advice.is_some() {
        return failure;
    }
    match find(&failure, about) {
        Some(advice) => failure.advise(advice),
        None => failure,
    }
}

fn find(failure: &TargetError, about: About<'_>) -> Option<String> {
    let About { permission, host, .. } = about;
    let code = failure.code.as_str();
    let is = |codes: &[&str]| codes.iter().any(|known| code.starts_with(known));
    let advice = if is(&["Throttling", "APIGW.0308"]) || failure.status == Some(429) {
        "the cloud limits how often this account may ask: wait a little, and see who else uses the same keys".to_owned()
    } else if is(&["InvalidTimeStamp", "SignatureNonceUsed"]) {
        "the clock of this host is wrong: the cloud accepts 15 minutes of difference at most".to_owned()
    } else if is(&["SignatureDoesNotMatch", "IncompleteSignature", "InvalidAccessKeySecret"]) {
        "the secret does not belong to the access key id: check both, and that no character was lost in copying"
            .to_owned()
    } else if is(&["InvalidAccessKeyId"]) {
        "the access key id is unknown, disabled or of the vendor's other site".to_owned()
    } else if is(&["InvalidSecurityToken", "MissingSecurityToken"]) {
        "the security token is expired, missing or of other keys: temporary keys need their own, fresh token".to_owned()
    } else if is(&["APIGW.0301", "APIGW.0303", "APIGW.0305", "common.01010001"]) || failure.status == Some(401) {
        "wrong access key, secret or security token, or the clock of this host is more than 15 minutes off".to_owned()
    } else if is(&[
        "APIGW.0101",
        "InvalidAction.NotFound",
        "InvalidRegionId",
        "InvalidVersion",
    ]) || failure.status == Some(404)
    {
        format!("{host} does not know this operation or region: check the account's regions and endpoints")
    } else if failure.status == Some(403) || is(&["NoPermission", "Forbidden", "APIGW.0302"]) {
        format!("needs {permission}")
    } else if failure.status.is_some_and(|status| status >= 500) {
        "the cloud's own fault: try again later, and give the request id to its support if it lasts".to_owned()
    } else {
        return None;
    };
    Some(advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advice(status: u16, code: &str) -> Option<String> {
        let failure = TargetError {
            status: Some(status),
            code: code.to_owned().into(),
            message: String::new(),
            request_id: None,
            advice: None,
        };
        let about = About {
            permission: "oos:ListInstancePatchStates",
            host: "oos.example",
        };
        advise(failure, about).advice
    }

    #[test]
    fn common_faults_name_their_cure() {
        assert_eq!(
            advice(403, "NoPermission").as_deref(),
            Some("needs oos:ListInstancePatchStates")
        );
        assert_eq!(
            advice(403, "Forbidden.RAM").as_deref(),
            Some("needs oos:ListInstancePatchStates")
        );
        assert!(advice(400, "InvalidTimeStamp.Expired").is_some_and(|text| text.contains("clock")));
        assert!(advice(400, "SignatureDoesNotMatch").is_some_and(|text| text.contains("secret")));
        assert!(advice(401, "APIGW.0301").is_some_and(|text| text.contains("secret")));
        assert!(advice(400, "Throttling.User").is_some_and(|text| text.contains("limits")));
        assert!(advice(404, "APIGW.0101").is_some_and(|text| text.contains("oos.example")));
        assert!(advice(500, "ServerError").is_some_and(|text| text.contains("support")));
        assert_eq!(advice(400, "InvalidParameter"), None);
    }
}
