//! [AWS Application Load Balancer](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html#user-claims-encoding).
//!
//! Its tokens are padded, who made them for whom stands in their header, and each key is a file of its own.

use crate::auth::fetch::Fetch;
use crate::auth::keys::{Fitting, Keys, KeysError, Unfit};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// The header with the token.
pub const HEADER: &str = "x-amzn-oidc-data";

/// What a load balancer is called.
pub const SIGNER: &str = "arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/app/NAME/ID";

/// What stands for the name of a key in its address.
pub const KID: &str = "{kid}";

/// Where the keys of a load balancer's region are, by the load balancer's name.
#[must_use]
pub fn keys_url(signer: &str) -> Option<String> {
    let parts: Vec<&str> = signer.split(':').collect();
    let ["arn", partition, "elasticloadbalancing", region, _account, resource] = parts.as_slice() else {
        return None;
    };
    let plain = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'-';
    if region.is_empty() || !region.bytes().all(plain) || !resource.starts_with("loadbalancer/app/") {
        return None;
    }
    match *partition {
        "aws" => Some(format!("https://public-keys.auth.elb.{region}.amazonaws.com/{KID}")),
        "aws-cn" => Some(format!(
            "https://s3.{region}.amazonaws.com.cn/aws-elb-public-keys-prod-{region}/{KID}"
        )),
        "aws-us-gov" => Some(format!(
            "https://s3-{region}.amazonaws.com/aws-elb-public-keys-prod-{region}/{KID}"
        )),
        _ => None,
    }
}

/// More keys than a load balancer uses at a time.
const MOST: usize = 32;

/// Keys that nobody has heard of before, a minute: each is a request.
const NEW: usize = 10;
const MINUTE: Duration = Duration::from_secs(60);

/// Keys each of which stands in a file of its own.
#[derive(Debug)]
pub(super) struct KeyFiles {
    fetch: Fetch,
    url: String,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    by_name: HashMap<String, Keys>,
    /// When the last new ones came up.
    new: Vec<Instant>,
}

impl KeyFiles {
    pub(super) fn new(fetch: Fetch, url: String) -> Self {
        Self {
            fetch,
            url,
            known: Mutex::default(),
        }
    }

    pub(super) async fn fitting(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<Fitting, KeysError> {
        // It becomes a part of an address.
        let plain = |kid: &&str| {
            (1..=64).contains(&kid.len()) && kid.bytes().all(|sign| sign.is_ascii_alphanumeric() || sign == b'-')
        };
        let Some(name) = kid.filter(plain) else {
            return Err(Unfit::Unknown(kid.map(str::to_owned)).into());
        };
        let keys = self.file(name).ok_or_else(|| Unfit::Unknown(kid.map(str::to_owned)))?;
        keys.fitting(kid, algorithm).await
    }

    fn file(&self, name: &str) -> Option<Keys> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(keys) = known.by_name.get(name) {
            return Some(keys.clone());
        }
        let now = Instant::now();
        known.new.retain(|&came| now.duration_since(came) < MINUTE);
        if known.new.len() >= NEW {
            return None;
        }
        if known.by_name.len() >= MOST {
            known.by_name.retain(|_, keys| keys.failure().is_none());
            if known.by_name.len() >= MOST {
                known.by_name.clear();
            }
        }
        known.new.push(now);
        let keys = self.keys(name);
        known.by_name.insert(name.to_owned(), keys.clone());
        Some(keys)
    }

    fn keys(&self, name: &str) -> Keys {
        let (fetch, url, name) = (self.fetch.clone(), self.url.replace(KID, name), name.to_owned());
        Keys::new(move || {
            let (fetch, url, name) = (fetch.clone(), url.clone(), name.clone());
            Box::pin(async move {
                let file = fetch.get(&url, "*/*").await.map_err(|error| error.to_string())?;
                published(&name, &file).map_err(|why| format!("{url} is no key: {why}"))
            })
        })
    }
}

/// A key of a file, as a set.
fn published(name: &str, file: &[u8]) -> Result<Value, String> {
    let key = DecodingKey::from_ec_pem(file).map_err(|error| error.to_string())?;
    let jwk = Jwk::from_decoding_key(&key, Some(Algorithm::ES256)).map_err(|error| error.to_string())?;
    let mut jwk = serde_json::to_value(jwk).map_err(|error| error.to_string())?;
    jwk["kid"] = name.into();
    Ok(json!({ "keys": [jwk] }))
}
