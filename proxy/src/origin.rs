//! Under which address people reach the page.

use crate::app::App;
use http::header::HOST;
use http::request::Parts;

/// Scheme and host, without a slash at the end: the configured address, or what the request itself was sent to.
#[must_use]
pub fn of(app: &App, request: &Parts) -> String {
    if let Some(url) = &app.public_url {
        return url.clone();
    }
    // Without a configured address only this host comes in, without TLS.
    let named = request.headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = request
        .uri
        .authority()
        .map_or(named, |authority| Some(authority.as_str()));
    format!("http://{}", host.unwrap_or("localhost"))
}
