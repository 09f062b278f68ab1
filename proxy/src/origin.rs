//! Under which address people reach the page.

use crate::app::App;
use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;

/// Scheme and host, without a slash at the end: the configured address, or what the request itself was sent to.
#[must_use]
pub fn of(app: &App, request: &Parts) -> String {
    if let Some(url) = &app.public_url {
        return url.clone();
    }
    // Without a configured address only this host comes in, without TLS.
    let named = || Authority::try_from(request.headers.get(HOST)?.as_bytes()).ok();
    let host = request.uri.authority().cloned().or_else(named);
    format!("http://{}", host.as_ref().map_or("localhost", Authority::as_str))
}
