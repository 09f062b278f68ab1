use super::*;
use crate::accounts::tests::account;
use crate::ask::request::Args;
use catalog::Cloud;

/// The advice for an error of a list that is asked about `listed`, while the account's setting names `configured`.
fn advised(
    source: &str,
    (listed, configured): (&[&str], &[&str]),
    (status, code, message): (u16, &str, &str),
) -> Option<(String, String)> {
    let advised = told(source, (listed, configured), (status, code, message));
    advised.advice.zip(advised.advice_zh)
}

/// What people are told of that error.
fn told(
    source: &str,
    (listed, configured): (&[&str], &[&str]),
    (status, code, message): (u16, &str, &str),
) -> wire::TargetError {
    let source = catalog::source(source).unwrap();
    let mut account = account(source.cloud());
    let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    if let Some(fan_out) = source.fan_out.filter(|_| !configured.is_empty()) {
        account.listed.insert(fan_out.key, owned(configured));
    }
    let listed = owned(listed);
    let args = Args {
        region: "cn-north-4",
        listed: &listed,
    };
    let request = ApiRequest::new(&source.call, &account, args, vec![], vec![]).unwrap();
    let error = wire::TargetError {
        status: Some(status),
        message: message.to_owned(),
        ..wire::TargetError::new(code.to_owned().into(), "")
    };
    let error = wire::TargetError {
        message: message.to_owned(),
        ..error
    };
    *Question::new(&account, &request, &[]).advise(error.into()).public
}

/// It is what the page makes a policy of.
#[test]
fn a_permission_is_named_where_it_is_missing_and_only_there() {
    for source in catalog::SOURCES {
        let permission = Some(source.call.permission.to_owned());
        let listed: &[&str] = if source.fan_out.is_some() { &["c1"] } else { &[] };
        let told = |status, code, message| told(source.id, (listed, &[]), (status, code, message)).permission;
        let denied = if source.cloud() == Cloud::ALIBABA {
            ["NoPermission", "Forbidden.RAM"]
        } else {
            ["APIGW.0302", "COC.00000403"]
        };
        for code in denied {
            let told = told(403, code, "You do not have permission to perform this action.");
            assert_eq!(told, permission, "{} {code}", source.id);
        }
        for (status, code) in [(429, "Throttling.User"), (500, "InternalError"), (403, "403")] {
            assert_eq!(told(status, code, "no"), None, "{} {code}", source.id);
        }
    }
}

fn advice(cloud: Cloud, status: u16, code: &str, message: &str) -> Option<String> {
    let (source, listed) = if cloud == Cloud::ALIBABA {
        ("alibaba.sas.cluster-plugins", &["c1"][..])
    } else {
        ("huawei.coc.executions", &[][..])
    };
    let (en, zh) = advised(source, (listed, &[]), (status, code, message))?;
    assert!(zh.chars().any(|sign| sign > '\u{4e00}'), "{code}: {zh}");
    Some(en)
}

#[test]
fn alibabas_reasons_have_their_own_advice() {
    for (status, code, words) in [
        (403, "FreeVersionNotPermit", "edition"),
        (403, "Forbidden.VersionNotPermit", "edition"),
        (400, "UserInstanceVersionNotSupport", "edition"),
        (403, "ServiceNotOpen", "activated"),
        (400, "UserNotOpenService", "activated"),
        (400, "Product.UnSubscribed", "activated"),
        (403, "InvalidAccountStatus.NotEnoughBalance", "arrears"),
        (403, "Forbidden.InDebtOverdue", "arrears"),
        (400, "Account.Arrearage", "arrears"),
        (404, "EntityNotExist.Role", "role"),
        (404, "EntityNotExists.ResourceDirectory", "delegated administrator"),
        (403, "NoPermission.ServiceLinkedRole", "role"),
        (400, "InvalidTimeStamp.Expired", "clock"),
        (400, "IllegalTimestamp", "clock"),
        (400, "SignatureNonceUsed", "twice"),
        (400, "SignatureDoesNotMatch", "secret"),
        (400, "IncompleteSignature", "secret"),
        (404, "InvalidAccessKeyId.NotFound", "key id"),
        (403, "InvalidAccessKeyId.Inactive", "key id"),
        (400, "InvalidSecurityToken.Expired", "token"),
        (400, "Throttling.User", "limits"),
        (400, "Rejected.Throttling", "limits"),
        (404, "InvalidAction.NotFound", "regions and endpoints"),
        (404, "InvalidRegionId.NotFound", "regions and endpoints"),
        (403, "NoPermission", "needs yundun-sas:ListClusterPluginInfo"),
        (403, "Forbidden.RAM", "needs yundun-sas:ListClusterPluginInfo"),
        (403, "Forbidden", "needs yundun-sas:ListClusterPluginInfo"),
        (500, "ServerError", "support"),
        (200, "InternalError", "support"),
        (503, "ServiceUnavailable", "support"),
    ] {
        let advice = advice(Cloud::ALIBABA, status, code, "m");
        assert!(
            advice.as_ref().is_some_and(|advice| advice.contains(words)),
            "{code}: {advice:?}"
        );
        assert_eq!(
            advice.unwrap().contains("needs yundun"),
            words.contains("needs"),
            "{code}"
        );
    }
}

#[test]
fn huaweis_reasons_have_their_own_advice() {
    let auth = "Incorrect IAM authentication information: ";
    for (status, code, message, words) in [
        (429, "APIGW.0308", "m", "limits"),
        (429, "COC.429", "m", "limits"),
        (
            401,
            "APIGW.0301",
            &*format!("{auth}verify aksk signature fail"),
            "secret",
        ),
        (401, "APIGW.0301", &format!("{auth}x-sdk-date is expired"), "clock"),
        (
            401,
            "APIGW.0301",
            &format!("{auth}Get secretKey failed,ak:x,err:ak not exist"),
            "key id",
        ),
        (401, "APIGW.0301", &format!("{auth}decrypt token fail"), "token"),
        (401, "APIGW.0301", auth, "wrong access key"),
        (401, "APIGW.0307", "m", "token"),
        (
            403,
            "APIGW.0802",
            "The IAM user is forbidden in the currently selected region",
            "region",
        ),
        (404, "APIGW.0101", "m", "regions and endpoints"),
        (401, "Organizations.1002", "m", "delegated administrator"),
        (403, "APIGW.0302", "m", "needs coc:execution:list"),
        (
            403,
            "COC.1",
            "Policy doesn't allow coc:execution:list to be performed.",
            "needs coc:execution:list",
        ),
        (
            403,
            "403",
            "You are not authorized to perform the requested action.",
            "needs coc:execution:list",
        ),
        (403, "COC.1", "The account is in arrears.", "arrears"),
        (400, "COC.1", "该账号已欠费", "arrears"),
        (400, "COC.1", "The service has not been enabled.", "activated"),
        (400, "COC.1", "未开通该服务", "activated"),
        (400, "COC.1", "The agency does not exist.", "role"),
        (400, "COC.1", "The current edition does not support this.", "edition"),
        (500, "APIGW.0601", "m", "support"),
        (500, "COC.00000500", "Internal server error.", "support"),
    ] {
        let advice = advice(Cloud::HUAWEI, status, code, message);
        assert!(
            advice.as_ref().is_some_and(|advice| advice.contains(words)),
            "{code} {message}: {advice:?}"
        );
    }
}

#[test]
fn unknown_codes_have_none_whatever_the_status() {
    for status in [200, 400, 401, 403, 404, 500, 503] {
        for cloud in [Cloud::ALIBABA, Cloud::HUAWEI] {
            let source = if cloud == Cloud::ALIBABA {
                "alibaba.oos.instance-patch-states"
            } else {
                "huawei.coc.executions"
            };
            assert_eq!(
                advised(source, (&[], &[]), (status, "Odd.Thing", "who knows")),
                None,
                "{status}"
            );
        }
    }
    for (status, words) in [
        (401, "wrong access key"),
        (403, "firewall"),
        (404, "regions"),
        (429, "limits"),
        (502, "support"),
    ] {
        let advice = advice(Cloud::HUAWEI, status, &status.to_string(), "m");
        assert!(
            advice.as_ref().is_some_and(|advice| advice.contains(words)),
            "{status}: {advice:?}"
        );
    }
}

#[test]
fn a_name_that_does_not_exist_is_corrected_where_it_was_written() {
    let operations = "huawei.rfs.stack-set-operations";
    let gone = (404, "RFS.00011302", "The stack set does not exist");
    let (en, zh) = advised(operations, (&["tpyo"], &["good", "tpyo"]), gone).unwrap();
    assert!(
        en.contains("tpyo") && en.contains("stack_sets in the configuration") && !en.contains("regions and endpoints"),
        "{en}"
    );
    assert!(zh.contains("tpyo") && zh.contains("stack_sets"), "{zh}");
    let (en, _) = advised(operations, (&["tpyo"], &[]), gone).unwrap();
    assert!(en.contains("gone"), "the cloud itself has named it: {en}");
    let (en, _) = advised(
        "alibaba.sas.cluster-plugins",
        (&["c1", "c2"], &["c1", "c2"]),
        (400, "ErrorClusterNotFound", "cluster c2 not found"),
    )
    .unwrap();
    assert!(en.contains("does not have c2 ") && en.contains("clusters"), "{en}");
    let (en, _) = advised(
        operations,
        (&["tpyo"], &["tpyo"]),
        (404, "APIGW.0101", "The API does not exist"),
    )
    .unwrap();
    assert!(
        en.contains("regions and endpoints"),
        "the gateway speaks of the operation: {en}"
    );
}
