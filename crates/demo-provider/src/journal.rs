//! What came in.

use std::collections::VecDeque;
use std::sync::Mutex;

use http::Method;

use crate::lock::locked;
use crate::profile::Endpoint;

/// Requests that are kept at most; the oldest go first.
const KEPT: usize = 10_000;

/// One request that came, with its secrets: the provider is for demonstrations and tests only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What it was for; none where the path is unknown.
    pub endpoint: Option<Endpoint>,
    /// GET or POST, mostly.
    pub method: Method,
    /// The host that the caller named.
    pub host: String,
    /// The path.
    pub path: String,
    /// Parameters of the query, in the caller's order.
    pub query: Vec<(String, String)>,
    /// Parameters of the form, in the caller's order.
    pub form: Vec<(String, String)>,
    /// Scheme of the header `Authorization`, for example `Basic`.
    pub authorization: Option<String>,
    /// Status of the answer; 0 when the connection was cut or nothing was ever answered.
    pub status: u16,
}

impl Request {
    /// The first value of a parameter, of the query or else of the form.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut all = self.query.iter().chain(&self.form);
        all.find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A logout token that was posted to a client, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Which client.
    pub client: String,
    /// Its address.
    pub address: String,
    /// The token.
    pub token: String,
    /// The client's status; 0 when it could not be asked or did not answer within five seconds.
    pub status: u16,
}

#[derive(Default)]
pub(crate) struct Journal {
    requests: Mutex<VecDeque<Request>>,
    deliveries: Mutex<VecDeque<Delivery>>,
}

impl Journal {
    pub(crate) fn note(&self, request: Request) {
        push(&self.requests, request);
    }

    pub(crate) fn note_delivery(&self, delivery: Delivery) {
        push(&self.deliveries, delivery);
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        locked(&self.requests).iter().cloned().collect()
    }

    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        locked(&self.deliveries).iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        locked(&self.requests).clear();
        locked(&self.deliveries).clear();
    }
}

fn push<T>(list: &Mutex<VecDeque<T>>, item: T) {
    let mut list = locked(list);
    if list.len() >= KEPT {
        list.pop_front();
    }
    list.push_back(item);
}
