//! A small signing HTTP client.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use demo_clouds::{DemoAccount, DemoClouds, Faults, Options};
use hmac::{Hmac, Mac};
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::net::TcpStream;

/// The time at which all tests begin.
pub fn begin() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_327_200, 0).unwrap()
}

/// Clouds whose clock the test moves.
pub struct Bench {
    pub clouds: DemoClouds,
    ahead: Arc<AtomicI64>,
}

pub async fn bench(rows: usize, faults: &str) -> Bench {
    bench_with(Options {
        rows,
        faults: Faults::parse(faults).unwrap(),
        ..Options::default()
    })
    .await
}

/// Clouds with these options, but for the clock.
pub async fn bench_with(options: Options) -> Bench {
    let ahead = Arc::new(AtomicI64::new(0));
    let shared = Arc::clone(&ahead);
    let clock = move || begin() + TimeDelta::seconds(shared.load(Ordering::Relaxed));
    let options = Options {
        clock: Arc::new(clock),
        pause: std::time::Duration::from_millis(5),
        ..options
    };
    Bench {
        clouds: demo_clouds::start(options).await.unwrap(),
        ahead,
    }
}

impl Bench {
    pub fn account(&self, id: &str) -> &DemoAccount {
        self.clouds.accounts().iter().find(|account| account.id == id).unwrap()
    }

    pub fn key(&self, account: &str) -> Keys {
        let account = self.account(account);
        Keys {
            id: account.access_key.clone(),
            secret: account.secret_key.clone(),
            token: account.security_token.clone(),
        }
    }

    pub fn pass(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
    }

    pub fn now(&self) -> DateTime<Utc> {
        begin() + TimeDelta::seconds(self.ahead.load(Ordering::Relaxed))
    }

    /// A signed call of an RPC service of Alibaba Cloud.
    pub fn rpc(&self, keys: &Keys, service: &str, action: &str, params: &[(&str, &str)]) -> Sending {
        let mut sending = self.acs3(keys, service, "POST", "/", action, params);
        sending.sign_acs3(keys);
        sending
    }

    /// A signed call of ACK.
    pub fn roa(&self, keys: &Keys, path: &str, action: &str, params: &[(&str, &str)]) -> Sending {
        let mut sending = self.acs3(keys, "cs", "GET", path, action, params);
        sending.sign_acs3(keys);
        sending
    }

    /// The same without signature, so that a test can spoil it first.
    pub fn acs3(
        &self,
        keys: &Keys,
        service: &str,
        method: &str,
        path: &str,
        action: &str,
        params: &[(&str, &str)],
    ) -> Sending {
        static NONCE: AtomicU64 = AtomicU64::new(0);
        let version = match service {
            "cs" => "2015-12-15",
            "sas" => "2018-12-03",
            "oos" => "2019-06-01",
            "resourcedirectory" => "2022-04-19",
            _ => "2015-04-01",
        };
        let mut sending = Sending::new(
            self.clouds.endpoint(&format!("alibaba.{service}")),
            method,
            path,
            params,
        );
        sending.set("x-acs-action", action);
        sending.set("x-acs-version", version);
        sending.set("x-acs-date", &self.now().format("%Y-%m-%dT%H:%M:%SZ").to_string());
        sending.set(
            "x-acs-signature-nonce",
            &format!("nonce-{}", NONCE.fetch_add(1, Ordering::Relaxed)),
        );
        sending.set("x-acs-content-sha256", &sha256(b""));
        if let Some(token) = &keys.token {
            sending.set("x-acs-security-token", token);
        }
        sending
    }

    /// A signed call of Huawei Cloud with the account's scope for the service: a domain, or the project of a region.
    pub fn huawei(
        &self,
        account: &str,
        service: &str,
        path: &str,
        region: Option<&str>,
        params: &[(&str, &str)],
    ) -> Sending {
        let keys = self.key(account);
        let mut sending = self.sdk_hmac(&keys, service, "GET", path, params);
        let account = self.account(account);
        match region {
            Some(region) => sending.set("x-project-id", &account.projects[region]),
            None => sending.set("x-domain-id", &account.domain_id),
        }
        sending.sign_sdk_hmac(&keys);
        sending
    }

    /// A call without a key.
    pub fn plain(&self, service: &str, method: &str, path: &str, body: &Value) -> Sending {
        let mut sending = Sending::new(self.clouds.endpoint(&format!("huawei.{service}")), method, path, &[]);
        if !body.is_null() {
            sending.body = body.to_string();
            sending.set("content-type", "application/json;charset=UTF-8");
        }
        sending
    }

    /// A signed call of Huawei Cloud that says something.
    pub fn tell(&self, keys: &Keys, service: &str, path: &str, domain: Option<&str>, body: &Value) -> Sending {
        let mut sending = self.sdk_hmac(keys, service, "POST", path, &[]);
        if let Some(domain) = domain {
            sending.set("x-domain-id", domain);
        }
        sending.body = body.to_string();
        sending.set("content-type", "application/json;charset=UTF-8");
        sending.sign_sdk_hmac(keys);
        sending
    }

    /// The same without scope and signature.
    pub fn sdk_hmac(&self, keys: &Keys, service: &str, method: &str, path: &str, params: &[(&str, &str)]) -> Sending {
        let mut sending = Sending::new(self.clouds.endpoint(&format!("huawei.{service}")), method, path, params);
        sending.set("x-sdk-date", &self.now().format("%Y%m%dT%H%M%SZ").to_string());
        sending.set("client-request-id", "00000000-0000-4000-8000-000000000000");
        if let Some(token) = &keys.token {
            sending.set("x-security-token", token);
        }
        sending
    }
}

pub struct Keys {
    pub id: String,
    pub secret: String,
    pub token: Option<String>,
}

/// A request under way.
#[derive(Clone)]
pub struct Sending {
    pub method: String,
    /// Encoded.
    pub path: String,
    /// Encoded and sorted.
    pub query: String,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    /// Null when the text is no JSON.
    pub json: Value,
    pub text: String,
}

impl Sending {
    pub fn new(endpoint: &str, method: &str, path: &str, params: &[(&str, &str)]) -> Self {
        let mut params: Vec<(String, String)> =
            params.iter().map(|(key, value)| (encode(key), encode(value))).collect();
        params.sort();
        let pairs: Vec<String> = params.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let path = path.split('/').map(encode).collect::<Vec<_>>().join("/");
        let host = endpoint.strip_prefix("http://").unwrap().to_owned();
        Self {
            method: method.into(),
            path,
            query: pairs.join("&"),
            headers: vec![("host".into(), host)],
            body: String::new(),
        }
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.unset(name);
        self.headers.push((name.into(), value.into()));
    }

    pub fn unset(&mut self, name: &str) {
        self.headers.retain(|(known, _)| known != name);
    }

    pub fn get(&self, name: &str) -> &str {
        &self.headers.iter().find(|(known, _)| known == name).unwrap().1
    }

    pub fn sign_acs3(&mut self, keys: &Keys) {
        let (headers, signed) = self.signed();
        let canonical = format!(
            "{}\n{}\n{}\n{headers}\n{signed}\n{}",
            self.method,
            self.path,
            self.query,
            sha256(self.body.as_bytes())
        );
        let signature = hmac(
            &keys.secret,
            &format!("ACS3-HMAC-SHA256\n{}", sha256(canonical.as_bytes())),
        );
        self.set(
            "authorization",
            &format!(
                "ACS3-HMAC-SHA256 Credential={},SignedHeaders={signed},Signature={signature}",
                keys.id
            ),
        );
    }

    pub fn sign_sdk_hmac(&mut self, keys: &Keys) {
        let (headers, signed) = self.signed();
        let canonical = format!(
            "{}\n{}/\n{}\n{headers}\n{signed}\n{}",
            self.method,
            self.path,
            self.query,
            sha256(self.body.as_bytes())
        );
        let date = self
            .headers
            .iter()
            .find(|(name, _)| name == "x-sdk-date")
            .map_or("", |(_, date)| date);
        let signature = hmac(
            &keys.secret,
            &format!("SDK-HMAC-SHA256\n{date}\n{}", sha256(canonical.as_bytes())),
        );
        self.set(
            "authorization",
            &format!(
                "SDK-HMAC-SHA256 Access={}, SignedHeaders={signed}, Signature={signature}",
                keys.id
            ),
        );
    }

    /// All headers so far, as canonical lines and as the list of their names.
    fn signed(&self) -> (String, String) {
        let mut headers: Vec<&(String, String)> = self
            .headers
            .iter()
            .filter(|(name, _)| name != "authorization")
            .collect();
        headers.sort();
        let lines = headers
            .iter()
            .map(|(name, value)| format!("{name}:{value}\n"))
            .collect();
        (
            lines,
            headers
                .iter()
                .map(|(name, _)| name.as_str())
                .collect::<Vec<_>>()
                .join(";"),
        )
    }

    /// Sends and reads the whole answer.
    ///
    /// # Errors
    /// When the connection ends before the answer does.
    pub async fn send(&self) -> io::Result<Answer> {
        let socket = TcpStream::connect(self.get("host")).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(socket))
            .await
            .map_err(io::Error::other)?;
        tokio::spawn(connection);
        let uri = if self.query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, self.query)
        };
        let mut request = Request::builder().method(self.method.as_str()).uri(uri);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request
            .body(Full::new(Bytes::from(self.body.clone())))
            .map_err(io::Error::other)?;
        let (head, body) = sender
            .send_request(request)
            .await
            .map_err(io::Error::other)?
            .into_parts();
        let bytes = body.collect().await.map_err(io::Error::other)?.to_bytes();
        let text = String::from_utf8(bytes.to_vec()).map_err(io::Error::other)?;
        let json = serde_json::from_str(&text).unwrap_or_default();
        Ok(Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            json,
            text,
        })
    }
}

impl Answer {
    /// Status and code of an error in any of the vendors' shapes.
    pub fn error(&self) -> (u16, &str) {
        let code = ["Code", "code", "error_code"]
            .iter()
            .find_map(|name| self.json[name].as_str());
        (self.status, code.unwrap_or_default())
    }

    pub fn rows(&self, list: &str) -> &Vec<Value> {
        self.json[list].as_array().unwrap_or_else(|| panic!("{}", self.text))
    }
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn hmac(secret: &str, text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}
