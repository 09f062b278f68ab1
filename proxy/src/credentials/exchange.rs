//! Requests to issuers: short, bounded, and never with what was sent in the message of a failure.

use super::IssuerError;
use crate::ask::limits::Limits;
use crate::ask::transport::{Connection, Http, Transport, TransportError};
use crate::error::Advice;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use http::header::{AGE, DATE};
use http::{HeaderMap, Request, Response};
use std::fmt;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};
use tokio::time::timeout;

/// The longest answer of an issuer, in bytes.
pub const LARGEST: usize = 64 << 10;

/// How long an issuer may take for an answer.
const LONGEST: Duration = Duration::from_secs(10);

/// Sends a request to `issuer`, as messages call it; once more where the connection broke.
///
/// # Errors
/// No answer.
pub async fn send(
    transport: &dyn Transport,
    issuer: &str,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, IssuerError> {
    let host = request.uri().authority().map(ToString::to_string).unwrap_or_default();
    let once = || timeout(LONGEST, transport.send(request.clone(), LARGEST, Connection::New));
    let mut answer = once().await;
    if matches!(
        answer,
        Ok(Err(TransportError::Reset { .. } | TransportError::Cut { .. }))
    ) {
        answer = once().await;
    }
    let failed = match answer {
        Ok(Ok(answer)) => return Ok(answer),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer from {host} within {} s", LONGEST.as_secs()),
    };
    Err(IssuerError::new(format!("{issuer}: {failed}")).advise(Advice::new(
        format!(
            "see that this host may reach {host} (DNS, firewall), or name another address in the account's endpoints"
        ),
        format!("请检查本机能否访问 {host}（DNS、防火墙），或在账号配置的 endpoints 中指定其他地址"),
    )))
}

/// A time by the clock of who answered, as it is by the clock of this host. These may be far apart; keys hold as long all the same.
#[must_use]
pub fn by_own_clock(time: DateTime<Utc>, answered: &HeaderMap, now: SystemTime) -> DateTime<Utc> {
    // What a cache has kept says when it was made, not what time it is.
    let date = answered.get(DATE).filter(|_| !answered.contains_key(AGE));
    let date = date.and_then(|date| DateTime::parse_from_rfc2822(date.to_str().ok()?).ok());
    let ahead = date.map(|date| DateTime::<Utc>::from(now) - date.to_utc());
    match ahead {
        Some(ahead) if ahead.abs() > NEARLY => time.checked_add_signed(ahead).unwrap_or(time),
        _ => time,
    }
}

/// Clocks that are no farther apart count as one.
const NEARLY: TimeDelta = TimeDelta::seconds(30);

/// A client that is made when it is needed: reading the system's certificates takes time, and most accounts need none.
pub struct Lazy {
    limits: Limits,
    client: OnceLock<Option<Http>>,
}

impl Lazy {
    /// A client that has this time for a connection.
    #[must_use]
    pub fn new(connect: Duration) -> Self {
        let limits = Limits {
            connect,
            ..Limits::default()
        };
        Self {
            limits,
            client: OnceLock::new(),
        }
    }
}

impl fmt::Debug for Lazy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lazy")
    }
}

impl Transport for Lazy {
    fn send(
        &self,
        request: Request<Bytes>,
        limit: usize,
        connection: Connection,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        match self.client.get_or_init(|| Http::new(&self.limits).ok()) {
            Some(client) => client.send(request, limit, connection),
            None => Box::pin(async {
                Err(TransportError::Request(
                    "the system's certificates cannot be read".to_owned(),
                ))
            }),
        }
    }
}
