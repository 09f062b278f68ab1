//! A cloud of a test's own: answers by a function, remembers what it was asked.

use super::transport::{Connection, Transport, TransportError};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) type Reply = Result<Response<Bytes>, TransportError>;
type Answers = dyn Fn(&Asked) -> Reply + Send + Sync;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked(pub(crate) Request<Bytes>);

impl Asked {
    pub(crate) fn host(&self) -> String {
        self.0.uri().authority().unwrap().to_string()
    }

    pub(crate) fn path(&self) -> String {
        self.0.uri().path().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.0.headers().get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let query = self.0.uri().query().unwrap_or_default();
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

/// The cloud. Clones share their memory.
#[derive(Clone)]
pub(crate) struct Cloud {
    answers: Arc<Answers>,
    asked: Arc<Mutex<Vec<Asked>>>,
    delay: Duration,
}

impl Cloud {
    pub(crate) fn new(answers: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self {
            answers: Arc::new(answers),
            asked: Arc::default(),
            delay: Duration::ZERO,
        }
    }

    /// The same cloud, that takes its time.
    pub(crate) fn delay(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    pub(crate) fn answer(&self, request: &Asked) -> Reply {
        (self.answers)(request)
    }

    /// What it was asked, in order.
    pub(crate) fn requests(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

impl Transport for Cloud {
    fn send(&self, request: Request<Bytes>, _: usize, _: Connection) -> BoxFuture<'_, Reply> {
        Box::pin(async move {
            tokio::time::sleep(self.delay).await;
            let request = Asked(request);
            self.asked.lock().unwrap().push(request.clone());
            let mut response = self.answer(&request)?;
            let number = self.asked.lock().unwrap().len();
            response
                .headers_mut()
                .insert("x-request-id", format!("R{number}").parse().unwrap());
            Ok(response)
        })
    }
}

#[expect(clippy::unnecessary_wraps, reason = "an answer as a transport gives it")]
pub(crate) fn json(value: &Value) -> Reply {
    Ok(Response::new(Bytes::from(value.to_string())))
}

#[expect(clippy::unnecessary_wraps, reason = "an answer as a transport gives it")]
pub(crate) fn error(status: u16, body: &str) -> Reply {
    Ok(Response::builder()
        .status(status)
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .unwrap())
}

/// 1, 2, 3 …
pub(crate) fn counter() -> impl Fn() -> u128 + Send + Sync + 'static {
    let next = AtomicU64::new(1);
    move || next.fetch_add(1, Ordering::Relaxed).into()
}
