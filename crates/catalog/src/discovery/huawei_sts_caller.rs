//! STS `GetCallerIdentity`: whose keys they are.

use crate::api::{Call, Carrier, Method, Paging, PathSegment};
use crate::discovery::Discovery;
use crate::services;

/// Finds the id of the account ("domain") of keys that IAM does not know by its own list: those of sessions that STS has opened.
pub static DISCOVERY: Discovery = Discovery {
    call: Call {
        action: "GetCallerIdentity",
        service: &services::HUAWEI_STS,
        method: Method::Get,
        path: &[PathSegment::Is("v5"), PathSegment::Is("caller-identity")],
        params: &[],
        paging: Paging::None { cap: None },
        paging_in: Carrier::Query,
        items: "",
        items_may_be_missing: false,
        permission: "sts::getCallerIdentity",
        doc: "https://support.huaweicloud.com/intl/en-us/api-iam5/GetCallerIdentity.html",
    },
    wanted: "account_id",
    region: None,
};
