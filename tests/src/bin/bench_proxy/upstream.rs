//! The simulated clouds that everything is asked of. They run in this process, so that their journal can be read.

use std::net::SocketAddr;
use std::time::SystemTime;

use anyhow::{Context, Result};
use bytes::Bytes;
use demo_clouds::{DemoAccount, DemoClouds, Options};
use http::Request;
use http_body_util::Empty;
use serde_json::{Value, json};
use sign::Secret;
use sign::alibaba::{Credentials, sign};

/// Running clouds.
pub struct Upstream {
    pub clouds: DemoClouds,
}

/// The list that most lines of the table are about: states of patches.
pub const LIST: &str = "alibaba.oos";

impl Upstream {
    /// With so many states of patches over all accounts.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn start(rows: usize) -> Result<Self> {
        Self::of(Options {
            rows,
            ..Options::default()
        })
        .await
    }

    /// As they are wanted.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn of(options: Options) -> Result<Self> {
        Ok(Self {
            clouds: demo_clouds::start(options).await?,
        })
    }

    /// Where a service listens.
    ///
    /// # Errors
    /// When there is no such service.
    pub fn address(&self, service: &str) -> Result<SocketAddr> {
        let url = self.clouds.endpoint(service);
        let address = url.strip_prefix("http://").context("no such service")?;
        Ok(address.parse()?)
    }

    /// An account with its keys.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn account(&self, id: &str) -> Result<&DemoAccount> {
        let mut all = self.clouds.accounts().iter();
        all.find(|account| account.id == id).context("no such account")
    }

    /// How many pages of that list have been asked for since the last time.
    pub fn pages(&self) -> usize {
        let calls = self.clouds.calls();
        self.clouds.forget_calls();
        calls.iter().filter(|call| call.service == LIST).count()
    }

    /// What a vendor's SDK needs to walk that list of an account in a region.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn told_to_an_sdk(&self, account: &str, region: &str) -> Result<Value> {
        let keys = self.account(account)?;
        Ok(json!({
            "endpoint": self.address(LIST)?.to_string(),
            "access_key_id": keys.access_key,
            "access_key_secret": keys.secret_key,
            "region": region,
        }))
    }

    /// A signed request for the first page of that list, with which somebody comes who has keys of their own.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn signed(&self, account: &str, region: &str) -> Result<Request<Empty<Bytes>>> {
        let keys = self.account(account)?;
        let credentials = Credentials {
            access_key_id: keys.access_key.clone(),
            access_key_secret: Secret::new(keys.secret_key.as_str()),
            security_token: keys.security_token.as_deref().map(Secret::new),
        };
        let (mut parts, body) = Request::post(format!("/?MaxResults=50&RegionId={region}"))
            .header("host", self.address(LIST)?.to_string())
            .header("x-acs-action", "ListInstancePatchStates")
            .header("x-acs-version", "2019-06-01")
            .body(Empty::new())?
            .into_parts();
        let nonce = format!("{:032x}", rand());
        sign(&mut parts, b"", &credentials, SystemTime::now(), &nonce)?;
        Ok(Request::from_parts(parts, body))
    }
}

/// A number that has not been before.
fn rand() -> u128 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    now.as_nanos() << 64 | u128::from(count)
}
