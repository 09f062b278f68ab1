//! Organizations. <https://support.huaweicloud.com/intl/en-us/api-organizations/ListAccounts.html>, its refusals:
//! <https://support.huaweicloud.com/intl/en-us/api-organizations/ErrorCode.html>

use serde_json::{Value, json};

use super::number;
use crate::DemoMember;
use crate::message::{Admitted, Ask, Refusal};
use crate::service::Cloud;
use crate::world::World;

/// For parameters that make no sense. The document's own number for that is not known here.
const INVALID: &str = "Organizations.400";

/// The members, for whoever manages the organisation.
fn members(world: &World, call: &Admitted) -> Result<Vec<DemoMember>, Refusal> {
    if world.manages(call.account) {
        return Ok(world.directories.members(Cloud::Huawei));
    }
    let message = "This operation can be called only from the management account of an organization or by a member account that is a delegated administrator for a service.";
    Err(Refusal::new(401, "Organizations.1002", message))
}

/// `ListAccounts`: a page of the accounts behind the marker.
pub(super) fn accounts(world: &World, ask: &Ask, call: &Admitted, looping: bool) -> Result<String, Refusal> {
    let members = members(world, call)?;
    let limit = number(ask, "limit", 1..=2000, 200, INVALID)?;
    let print = |offset: usize| format!("mark{offset:06}");
    let offset = match ask.param("marker") {
        None => 0,
        Some(marker) => {
            let offset = marker.strip_prefix("mark").and_then(|digits| digits.parse().ok());
            offset
                .filter(|offset| print(*offset) == marker)
                .ok_or_else(|| Refusal::new(400, INVALID, "marker is invalid."))?
        }
    };
    let end = (offset + limit).min(members.len());
    let page = members.get(offset..end).unwrap_or_default();
    let account = |member: &DemoMember| {
        json!({
            "id": member.id, "name": member.name, "status": member.state, "join_method": "invited",
            "urn": format!("organizations::management:account:o-demo/{}", member.id),
            "joined_at": "2024-01-18T08:01:50Z", "description": "",
        })
    };
    let next = match (looping, ask.param("marker")) {
        (true, Some(marker)) => Some(marker.to_owned()),
        (true, None) => Some(print(0)),
        (false, _) => (end < members.len()).then(|| print(end)),
    };
    let accounts: Vec<Value> = page.iter().map(account).collect();
    Ok(json!({
        "accounts": accounts,
        "page_info": {"next_marker": next, "current_count": accounts.len()},
    })
    .to_string())
}

/// `ListResourceInstances` of accounts: each with its tags, from an offset on. The filter must be an object.
pub(super) fn tagged(world: &World, ask: &Ask, call: &Admitted) -> Result<String, Refusal> {
    let members = members(world, call)?;
    let filter: Option<Value> = serde_json::from_slice(&ask.body).ok();
    if !filter.is_some_and(|filter| filter.is_object()) {
        return Err(Refusal::new(400, INVALID, "The request body is invalid."));
    }
    let limit = number(ask, "limit", 1..=200, 200, INVALID)?;
    let offset = number(ask, "offset", 0..=1_000_000, 0, INVALID)?;
    let end = (offset + limit).min(members.len());
    let tag = |(key, value): &(String, String)| json!({"key": key, "value": value});
    let resource = |member: &DemoMember| {
        json!({
            "resource_id": member.id, "resource_name": member.name,
            "tags": member.tags.iter().map(tag).collect::<Vec<Value>>(),
        })
    };
    let page = members.get(offset..end).unwrap_or_default();
    let resources: Vec<Value> = page.iter().map(resource).collect();
    Ok(json!({"resources": resources, "total_count": members.len()}).to_string())
}
