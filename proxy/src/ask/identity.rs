//! The ids that Huawei wants in its requests: a region's project, the account's domain. Looked up once and kept.
//!
//! Pages: [KeystoneListProjects](https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html),
//! [KeystoneListAuthDomains](https://support.huaweicloud.com/intl/en-us/api-iam/iam_07_0001.html).

use super::Client;
use super::limits::Budget;
use super::request::{ApiRequest, Scope};
use crate::accounts::Account;
use crate::crawl::envelope::Envelope;
use crate::error::TargetError;
use catalog::Cloud;
use http::Method;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// Ids by account and, for projects, region. Only found ones are kept.
#[derive(Debug, Default)]
pub struct Ids(Mutex<HashMap<Key, Arc<OnceCell<String>>>>);

/// Account id, and the region for a project's id.
type Key = (String, Option<String>);

impl Ids {
    /// Those who ask for the same id at once share one look-up.
    async fn get(
        &self,
        account: &Account,
        region: Option<&str>,
        look_up: impl Future<Output = Result<String, TargetError>>,
    ) -> Result<String, TargetError> {
        let key = (account.id.clone(), region.map(str::to_owned));
        let cell = Arc::clone(
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .entry(key)
                .or_default(),
        );
        cell.get_or_try_init(|| look_up).await.cloned()
    }
}

/// The project id of a region.
///
/// # Errors
/// IAM's own, or `Credentials` when it knows no such project.
pub async fn project(client: &Client, account: &Account, region: &str, budget: &Budget) -> Result<String, TargetError> {
    if let Some(id) = account.projects.get(region) {
        return Ok(id.clone());
    }
    let look_up = async {
        let query = vec![("name".into(), region.into())];
        let ids = ids(
            client,
            account,
            region,
            budget,
            &["v3", "projects"],
            query,
            "projects",
            "iam:projects:listProjects",
        )
        .await?;
        match ids.as_slice() {
            [id] => Ok(id.clone()),
            found => Err(
                TargetError::credentials(format!("IAM knows {} projects named {region}", found.len())).advise(format!(
                    "open the region in the vendor's console once, or set the account's projects.\"{region}\""
                )),
            ),
        }
    };
    client.ids.get(account, Some(region), look_up).await
}

/// The account id ("domain id"). `region` says which site of the vendor to ask.
///
/// # Errors
/// As [`project`].
pub async fn domain(client: &Client, account: &Account, region: &str, budget: &Budget) -> Result<String, TargetError> {
    if let Some(id) = &account.domain_id {
        return Ok(id.clone());
    }
    let look_up = async {
        let ids = ids(
            client,
            account,
            region,
            budget,
            &["v3", "auth", "domains"],
            vec![],
            "domains",
            "iam:users:getUser",
        )
        .await?;
        ids.into_iter().next().ok_or_else(|| {
            TargetError::credentials("IAM names no account for these keys").advise("set the account's domain_id")
        })
    };
    client.ids.get(account, None, look_up).await
}

/// IAM's European site has a domain of its own.
fn host(region: &str) -> String {
    let tail = if region.starts_with("eu-west-1") { "eu" } else { "com" };
    format!("iam.{region}.myhuaweicloud.{tail}")
}

#[expect(
    clippy::too_many_arguments,
    reason = "the two look-ups differ in nothing but these values"
)]
async fn ids(
    client: &Client,
    account: &Account,
    region: &str,
    budget: &Budget,
    path: &[&str],
    query: Vec<(String, String)>,
    list: &str,
    permission: &'static str,
) -> Result<Vec<String>, TargetError> {
    let ask = ApiRequest {
        service: "iam",
        method: Method::GET,
        base: account.endpoint("iam", region, || host(region))?,
        segments: path.iter().map(|&segment| segment.to_owned()).collect(),
        query,
        request_id: None,
        scope: Scope::Plain,
        permission,
    };
    let answer = client.ask(account, &ask, budget).await?;
    let found = Envelope::read(Cloud::HUAWEI, &answer.body)?.list(list)?;
    let id = |item: &Value| item.get("id").and_then(Value::as_str).map(str::to_owned);
    Ok(found.iter().filter_map(id).filter(|id| !id.is_empty()).collect())
}
