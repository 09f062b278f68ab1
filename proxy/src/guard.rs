//! Who may ask from where, and the headers that keep browsers from doing more with an answer than they should.

use crate::api::Problem;
use crate::app::App;
use axum::body::HttpBody;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{self, HeaderName, HeaderValue};
use http::{StatusCode, uri::Authority};
use std::net::IpAddr;
use std::sync::Arc;

/// The page runs its own scripts and WASM, and nothing else.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// No request has a body that is looked at; this is room for a form. One of unknown length is not read either.
const BODY: u64 = 64 << 10;

const HEADERS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()",
    ),
];

/// Puts the security headers on every answer.
pub async fn headers(request: Request, next: Next) -> Response {
    let policy = if is_api(&request) { DATA_POLICY } else { PAGE_POLICY };
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Lets in who may come in: under a loopback listener only those who asked for a loopback name (a page of the web whose name
/// resolves to 127.0.0.1 did not), and at the data only the page itself and programs, never another site's page.
pub async fn visitors(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if app.local && !asked_for_loopback(&request) {
        return Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            "this server answers to localhost and 127.0.0.1 only",
        )
        .into_response();
    }
    if is_api(&request) && !same_site(&request) {
        return Problem::new(StatusCode::FORBIDDEN, "pages of other sites may not ask here").into_response();
    }
    if request.body().size_hint().lower() > BODY {
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "no request here needs such a body").into_response();
    }
    next.run(request).await
}

/// Whether a request is for data.
pub fn is_api(request: &Request) -> bool {
    let path = request.uri().path();
    path == "/api" || path.starts_with("/api/")
}

/// By the host that the request names: the `Host` header, or `:authority` in HTTP/2.
fn asked_for_loopback(request: &Request) -> bool {
    let mut names = request.headers().get_all(header::HOST).iter();
    let named = match (request.uri().authority(), names.next()) {
        (Some(authority), _) => Some(authority.clone()),
        (None, Some(host)) => Authority::try_from(host.as_bytes()).ok(),
        (None, None) => None,
    };
    names.next().is_none() && named.is_some_and(|authority| is_loopback(authority.host()))
}

fn is_loopback(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    let address = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'))
        .unwrap_or(&name);
    name == "localhost"
        || name.ends_with(".localhost")
        || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Browsers say where a request comes from in [`Sec-Fetch-Site`](https://www.w3.org/TR/fetch-metadata/); programs say nothing. Another
/// port of this host is another site here: it may run anything.
fn same_site(request: &Request) -> bool {
    let site = request.headers().get("sec-fetch-site");
    site.is_none_or(|site| site == "same-origin" || site == "none")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn asked(host: &str) -> bool {
        let request = Request::builder().uri("/").header("host", host).body(Body::empty());
        asked_for_loopback(&request.unwrap())
    }

    #[test]
    fn loopback_has_a_few_names() {
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "app.localhost",
            "127.0.0.1:1",
            "127.9.9.9",
            "[::1]:80",
            "localhost.",
        ] {
            assert!(asked(host), "{host}");
        }
        for host in [
            "example.com",
            "localhost.example.com",
            "127.0.0.1.nip.io",
            "10.0.0.1",
            "0.0.0.0",
            "[::]",
            "",
            "notlocalhost",
        ] {
            assert!(!asked(host), "{host}");
        }
        let twice = Request::builder()
            .header("host", "localhost")
            .header("host", "evil.example")
            .body(Body::empty());
        assert!(!asked_for_loopback(&twice.unwrap()));
    }
}
