//! Resource Directory. <https://www.alibabacloud.com/help/en/resource-management/resource-directory/developer-reference/api-resourcedirectorymaster-2022-04-19-listaccounts>

use serde_json::{Value, json};

use super::number;
use crate::message::{Admitted, Ask, Refusal};
use crate::service::Cloud;
use crate::world::World;

/// `ListAccounts`: a page of the members behind the token. Tags come where they are asked for.
pub(super) fn accounts(
    world: &World,
    ask: &Ask,
    call: &Admitted,
    request_id: &str,
    looping: bool,
) -> Result<String, Refusal> {
    if !world.manages(call.account) {
        let message = "The resource directory for the account is not enabled.";
        return Err(Refusal::new(404, "EntityNotExists.ResourceDirectory", message));
    }
    let size = usize::try_from(number(ask, "MaxResults", 1..=100, 10)?).unwrap_or(10);
    let members = world.directories.members(Cloud::Alibaba);
    let print = |offset: usize| format!("TGlzdFJlc291cm{offset:06}");
    let offset = match ask.param("NextToken") {
        None => 0,
        Some(token) => {
            let offset = token.get(14..).and_then(|digits| digits.parse().ok());
            offset
                .filter(|offset| print(*offset) == token)
                .ok_or_else(|| Refusal::new(400, "InvalidParameter.NextToken", "The NextToken is invalid."))?
        }
    };
    let tags = ask.param("IncludeTags") == Some("true");
    let end = (offset + size).min(members.len());
    let page = members.get(offset..end).unwrap_or_default();
    let account = |member: &crate::DemoMember| {
        let mut account = json!({
            "AccountId": member.id, "DisplayName": member.name, "Status": member.state, "Type": "CloudAccount",
            "JoinMethod": "invited", "JoinTime": "2024-01-18T08:01:50.522Z", "ModifyTime": "2024-01-18T08:04:37.668Z",
            "ResourceDirectoryId": "rd-3G****", "FolderId": "fd-QRzuim****",
            "ResourceDirectoryPath": format!("rd-3G****/r-Wm****/fd-QRzuim****/{}", member.id),
        });
        if tags && !member.tags.is_empty() {
            let tag = |(key, value): &(String, String)| json!({"Key": key, "Value": value});
            account["Tags"] = json!({"Tag": member.tags.iter().map(tag).collect::<Vec<Value>>()});
        }
        account
    };
    let next = match (looping, ask.param("NextToken")) {
        (true, Some(token)) => Some(token.to_owned()),
        (true, None) => Some(print(0)),
        (false, _) => (end < members.len()).then(|| print(end)),
    };
    Ok(json!({
        "RequestId": request_id,
        "TotalCount": members.len(),
        "PageNumber": 1,
        "PageSize": size,
        "NextToken": next.unwrap_or_default(),
        "Accounts": {"Account": page.iter().map(account).collect::<Vec<Value>>()},
    })
    .to_string())
}
