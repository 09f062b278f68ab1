//! What is around the program here: a time that stands still, and an outside that answers what a target wants.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use signalbox::ask::transport::{Connection, Transport, TransportError};
use signalbox::clock::Ambient;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Now, in seconds since 1970.
pub const NOW: u64 = 1_800_000_000;

/// Now.
pub fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW)
}

/// Time and chance that do not change.
pub fn ambient() -> Ambient {
    Ambient::new(now, || 0.5, || 1)
}

/// An outside that answers each request by a function.
pub struct Outside<F>(pub F);

impl<F: Fn(&Request<Bytes>) -> Response<Bytes> + Send + Sync> Transport for Outside<F> {
    fn send(
        &self,
        request: Request<Bytes>,
        limit: usize,
        _: Connection,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let answer = (self.0)(&request);
        let whole = answer.body().len() <= limit;
        Box::pin(async move { whole.then_some(answer).ok_or(TransportError::TooLarge(limit)) })
    }
}

/// The first byte, which chooses, and the rest.
pub fn choice(data: &[u8], most: usize) -> Option<(usize, &[u8])> {
    let (first, rest) = data.split_first()?;
    Some((usize::from(first.wrapping_sub(b'0')) % most, rest))
}
