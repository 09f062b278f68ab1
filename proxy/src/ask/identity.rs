//! The ids that Huawei wants in its requests: a region's project, the account's domain. Looked up once and kept.

use super::Client;
use super::limits::Budget;
use super::request::{ApiRequest, Args, Scope};
use crate::accounts::Account;
use crate::crawl::envelope::Envelope;
use crate::error::TargetError;
use catalog::Discovery;
use catalog::discovery::{huawei_iam_domains, huawei_iam_projects};
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
        let ids = ids(client, account, region, budget, &huawei_iam_projects::DISCOVERY).await?;
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
        let ids = ids(client, account, region, budget, &huawei_iam_domains::DISCOVERY).await?;
        ids.into_iter().next().ok_or_else(|| {
            TargetError::credentials("IAM names no account for these keys").advise("set the account's domain_id")
        })
    };
    client.ids.get(account, None, look_up).await
}

async fn ids(
    client: &Client,
    account: &Account,
    region: &str,
    budget: &Budget,
    discovery: &'static Discovery,
) -> Result<Vec<String>, TargetError> {
    let args = Args {
        region,
        ..Args::default()
    };
    let ask = ApiRequest::new(&discovery.call, account, args, Scope::Plain, vec![])?;
    let answer = client.ask(account, &ask, budget).await?;
    Envelope::read(account.cloud, &answer.body)?.wanted(&discovery.call, discovery.wanted)
}
