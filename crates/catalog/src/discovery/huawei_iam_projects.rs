//! IAM `KeystoneListProjects`: the projects of an account.

use crate::api::{Arg, Call, Carrier, Method, Paging, Param, PathSegment};
use crate::discovery::Discovery;
use crate::services;

/// Finds the id of the project that is named as a region is.
pub static DISCOVERY: Discovery = Discovery {
    call: Call {
        action: "KeystoneListProjects",
        service: &services::HUAWEI_IAM,
        method: Method::Get,
        path: &[PathSegment::Is("v3"), PathSegment::Is("projects")],
        params: &[Param::Query("name", Arg::Region)],
        paging: Paging::None { cap: None },
        paging_in: Carrier::Query,
        items: "projects",
        items_may_be_missing: false,
        permission: "iam:projects:listProjects",
        doc: "https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html",
    },
    wanted: "id",
    region: Some("name"),
};
