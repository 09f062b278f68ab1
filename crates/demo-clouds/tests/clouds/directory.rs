//! The directories of accounts of both clouds.

use demo_clouds::{Cloud, DemoMember};

use crate::client::bench;

#[tokio::test]
async fn a_resource_directory_is_read_in_pages_with_tags_where_they_are_wanted() {
    let bench = bench(1, "").await;
    let keys = bench.key("prod-cn");
    let page = async |params: &[(&str, &str)]| {
        let sending = bench.rpc(&keys, "resourcedirectory", "ListAccounts", params);
        let answer = sending.send().await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json
    };
    let first = page(&[("MaxResults", "3"), ("IncludeTags", "true")]).await;
    let accounts = first["Accounts"]["Account"].as_array().unwrap();
    assert_eq!((accounts.len(), &first["TotalCount"]), (3, &5.into()));
    assert_eq!(accounts[0]["AccountId"], bench.account("prod-cn").domain_id.as_str());
    assert_eq!(
        accounts[0]["Tags"]["Tag"][0],
        serde_json::json!({"Key": "env", "Value": "prod"})
    );
    let token = first["NextToken"].as_str().unwrap();
    let second = page(&[("MaxResults", "3"), ("NextToken", token)]).await;
    let accounts = second["Accounts"]["Account"].as_array().unwrap();
    assert_eq!((accounts.len(), &second["NextToken"]), (2, &"".into()));
    assert!(accounts.iter().all(|account| account["Tags"].is_null()));

    let other = bench.rpc(&bench.key("prod-intl"), "resourcedirectory", "ListAccounts", &[]);
    let answer = other.send().await.unwrap();
    assert_eq!(
        (answer.status, &answer.json["Code"]),
        (404, &"EntityNotExists.ResourceDirectory".into())
    );
}

#[tokio::test]
async fn an_organization_has_accounts_in_one_list_and_their_tags_in_another() {
    let bench = bench(1, "").await;
    let path = "/v1/organizations/accounts";
    let list = async |account: &str, query: &[(&str, &str)]| {
        let sending = bench.huawei(account, "organizations", path, None, query);
        sending.send().await.unwrap()
    };
    bench.clouds.enrol(
        Cloud::Huawei,
        vec![
            DemoMember::new(Cloud::Huawei, "d1", "one").tagged("env", "prod"),
            DemoMember::new(Cloud::Huawei, "d2", "two"),
        ],
    );
    let first = list("prod-hw", &[("limit", "1")]).await.json;
    assert_eq!(
        (&first["accounts"][0]["id"], &first["accounts"][0]["status"]),
        (&"d1".into(), &"active".into())
    );
    let marker = first["page_info"]["next_marker"].as_str().unwrap().to_owned();
    let second = list("prod-hw", &[("limit", "1"), ("marker", &marker)]).await.json;
    assert_eq!(second["accounts"][0]["id"], "d2");
    assert!(second["page_info"]["next_marker"].is_null());
    let other = list("intl-hw", &[]).await;
    assert_eq!(
        (other.status, &other.json["error_code"]),
        (401, &"Organizations.1002".into())
    );
    // Without the domain the gateway asks nobody.
    let mut bare = bench.huawei("prod-hw", "organizations", path, None, &[]);
    bare.unset("x-domain-id");
    bare.unset("authorization");
    bare.sign_sdk_hmac(&bench.key("prod-hw"));
    assert_eq!(bare.send().await.unwrap().status, 401);
}
