//! Huawei's error codes.

use crate::vendors::remedy::{Family, Remedy};

/// What the gateway says when it does not know whose request it is.
const GATEWAY_AUTH: &[&str] = &["APIGW.0301", "APIG.0301"];

/// Families of codes, and what can be done about them. The first that fits counts, so the narrow ones stand first. Most services have numbers
/// only, so words tell the reason. Codes of the gateway: <https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-errorcode.html>.
pub(super) const FAMILIES: &[Family] = &[
    Family {
        remedy: Remedy::SetClock,
        codes: GATEWAY_AUTH,
        words: &[
            "sdk-date",
            "timestamp",
            "request time",
            "date is expired",
            "expired date",
            "time skew",
            "clock",
        ],
    },
    Family {
        remedy: Remedy::CheckKeyId,
        codes: GATEWAY_AUTH,
        words: &[
            "ak not exist",
            "ak is not exist",
            "secretkey fail",
            "get secretkey",
            "ak is inactive",
            "access key does not exist",
        ],
    },
    Family {
        remedy: Remedy::CheckSecret,
        codes: GATEWAY_AUTH,
        words: &[
            "aksk signature",
            "ak/sk signature",
            "signature fail",
            "signature mismatch",
            "signature does not match",
        ],
    },
    Family {
        remedy: Remedy::RenewToken,
        codes: GATEWAY_AUTH,
        words: &["token"],
    },
    Family::codes(Remedy::RenewToken, &["APIGW.0307", "APIG.0307"]),
    Family::codes(
        Remedy::CheckKeys,
        &[
            "APIGW.0301",
            "APIGW.0303",
            "APIGW.0305",
            "APIG.0301",
            "APIG.0303",
            "APIG.0305",
            "common.01010001",
        ],
    ),
    Family::codes(Remedy::PayBill, &["APIGW.0502", "*Arrear", "*AccountFrozen"]),
    Family::words(
        Remedy::PayBill,
        &[
            "arrears",
            "in debt",
            "overdue",
            "account is frozen",
            "account is restricted",
            "insufficient balance",
            "欠费",
            "冻结",
            "余额不足",
        ],
    ),
    Family::words(
        Remedy::BuyEdition,
        &[
            "edition does not support",
            "not supported in the current edition",
            "current edition",
            "current version does not support",
            "not purchased",
            "未购买",
            "版本不支持",
            "当前版本",
        ],
    ),
    Family::codes(
        Remedy::OpenService,
        &["*NotOpen", "*NotSubscri", "*NotEnabled", "*NotActivat"],
    ),
    Family::words(
        Remedy::OpenService,
        &[
            "not been enabled",
            "not subscribed",
            "not been subscribed",
            "not opened",
            "not been opened",
            "service is not enabled",
            "not activated",
            "not been activated",
            "未开通",
            "没有开通",
            "未订阅",
            "未启用",
        ],
    ),
    Family::words(
        Remedy::GrantRole,
        &[
            "service-linked agency",
            "service linked agency",
            "agency does not exist",
            "agency not exist",
            "agency not found",
            "create agency",
            "no agency",
            "cloud service agency",
            "trust agency",
            "委托不存在",
            "缺少委托",
            "未授权委托",
        ],
    ),
    // https://support.huaweicloud.com/intl/en-us/api-organizations/ErrorCode.html
    Family::codes(Remedy::AskAsManager, &["Organizations.1001$", "Organizations.1002$"]),
    Family::codes(
        Remedy::OpenRegion,
        &["APIGW.0801", "APIGW.0802", "APIGW.0310", "APIG.0801", "APIG.0802"],
    ),
    Family::codes(
        Remedy::CheckRegion,
        &["APIGW.0101", "APIGW.0103", "APIG.0101", "APIG.0103"],
    ),
    Family::codes(
        Remedy::AllowAddress,
        &["APIGW.0401", "APIGW.0402", "APIG.0401", "APIG.0402"],
    ),
    Family::codes(
        Remedy::Allow,
        &[
            "APIGW.0302",
            "APIGW.0304",
            "APIGW.0306",
            "APIG.0302",
            "APIG.0304",
            "APIG.0306",
            "PAP",
            "*AccessDenied",
            "*Forbidden",
            "*NoPermission",
        ],
    ),
    Family::words(
        Remedy::Allow,
        &[
            "policy doesn't allow",
            "policy does not allow",
            "not authorized to perform",
            "no permission",
            "permission denied",
            "do not have permission",
            "does not have permission",
            "access denied",
            "权限不足",
            "没有权限",
            "无权限",
            "无权",
        ],
    ),
    Family::codes(
        Remedy::Wait,
        &[
            "APIGW.06",
            "APIG.06",
            "APIGW.0705",
            "*InternalError",
            "*InternalServer",
            "*ServiceUnavailable",
            "*SystemError",
        ],
    ),
    Family::words(
        Remedy::Wait,
        &[
            "internal error",
            "internal server error",
            "service unavailable",
            "system error",
            "系统异常",
            "内部错误",
            "服务不可用",
        ],
    ),
];
