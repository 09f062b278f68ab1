//! What stands around every route: checks on the way in, headers on the way out.

mod counted;
mod feed;
mod told;

use super::peer;
use super::problem::ApiError;
use super::state::{App, Settings};
use crate::api::sign_in;
use crate::audit::{What, Who, short};
use crate::auth::oidc::logout;
use crate::auth::principal::Refusal;
use crate::auth::{Identified, Mode, api_token};
use crate::caller::Caller;
use crate::telemetry::metrics;
use axum::Router;
use axum::body::HttpBody;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
pub use feed::by_feed;
use http::header::{self, HeaderName, HeaderValue};
use http::uri::Authority;
use http::{HeaderMap, StatusCode, Uri};
use std::any::Any;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;
use tower_http::trace::TraceLayer;

/// Puts the layers around all routes, from the outermost to the innermost.
pub fn around(routes: Router<Arc<App>>, app: &Arc<App>) -> Router<Arc<App>> {
    routes.layer(
        ServiceBuilder::new()
            .layer(TraceLayer::new_for_http().make_span_with(told::span))
            .layer(from_fn_with_state(Arc::clone(app), security_headers))
            .layer(from_fn_with_state(Arc::clone(app), counted::counted))
            .layer(from_fn(unambiguous))
            .layer(from_fn_with_state(Arc::clone(app), loopback_host))
            .layer(from_fn_with_state(Arc::clone(app), same_origin))
            .layer(from_fn(small_body))
            .layer(DefaultBodyLimit::max(BODY as usize))
            .layer(RequestBodyTimeoutLayer::new(BODY_TIME))
            // From here on outwards: a panic has become an answer, which gets its headers like any other.
            .layer(CatchPanicLayer::custom(panic_answer)),
    )
}

/// Compresses answers on the fly. The encoder is flushed whenever nothing more is ready, so a page of rows never waits for the next one.
/// Not for the page, whose files have been compressed when the program was built.
#[must_use]
pub fn compression() -> CompressionLayer {
    CompressionLayer::new().quality(CompressionLevel::Fastest)
}

/// The page runs its own scripts and WASM, and nothing else.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

const SECURITY_HEADERS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()",
    ),
];

/// Puts the headers on every answer that keep browsers from doing more with it than they should.
async fn security_headers(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let policy = if is_data(&request) { DATA_POLICY } else { PAGE_POLICY };
    let secure = app
        .settings()
        .public_url
        .as_ref()
        .is_some_and(|url| url.starts_with("https:"));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    for (name, value) in SECURITY_HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if secure {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    response
}

/// Refuses requests that a program before this one may have read otherwise, and ends their connection. What has no clear end at all does not come so far; that
/// hyper takes are two hosts, and `chunked` twice as if it were once.
async fn unambiguous(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    let one_end = match (codings.next(), codings.next()) {
        (None, _) => true,
        (Some(coding), None) => coding.as_bytes().eq_ignore_ascii_case(b"chunked"),
        (Some(_), Some(_)) => false,
    };
    if one_end && headers.get_all(header::HOST).iter().nth(1).is_none() {
        return next.run(request).await;
    }
    let refused = ApiError::new(StatusCode::BAD_REQUEST, "this request can be read in several ways");
    let mut answer = refused.into_response();
    let close = HeaderValue::from_static("close");
    answer.headers_mut().insert(header::CONNECTION, close);
    answer
}

/// Behind a loopback listener, only lets requests in that ask for a loopback name: a page of the web whose name resolves to 127.0.0.1
/// does not (DNS rebinding). Where people sign in, a front on the same host may also pass on the name under which they reach it.
async fn loopback_host(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let settings = app.settings();
    let public = settings
        .public_url
        .as_ref()
        .filter(|_| settings.sign_in.mode() != Mode::None);
    let known = |host: &str| is_loopback(host) || public.is_some_and(|url| is_host_of(url, host));
    if settings.local && !asked_host(&request).is_some_and(|host| known(host.host())) {
        return ApiError::new(
            StatusCode::MISDIRECTED_REQUEST,
            "this server answers to localhost, 127.0.0.1 and the address that people reach it under",
        )
        .into_response();
    }
    next.run(request).await
}

/// Lets only the page itself and programs at the data and at signing out, never a page of another origin.
async fn same_origin(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let guarded = is_api(&request) || request.uri().path() == logout::PATH;
    let (parts, body) = request.into_parts();
    if guarded && !is_same_origin(&parts.headers, || app.settings().origin(&parts)) {
        return ApiError::new(StatusCode::FORBIDDEN, "pages of other sites may not ask here").into_response();
    }
    next.run(Request::from_parts(parts, body)).await
}

/// In bytes: room for a form with a token. One of unknown length is cut off there.
const BODY: u64 = 64 << 10;

/// How long a body may take between two pieces.
const BODY_TIME: Duration = Duration::from_secs(10);

/// Refuses requests that announce a large body.
async fn small_body(request: Request, next: Next) -> Response {
    if request.body().size_hint().lower() > BODY {
        return ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "no request here needs such a body").into_response();
    }
    next.run(request).await
}

/// Finds out who asks and what they may read, before anything else is done for them. A token is not taken here.
pub async fn signed_in(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    identified(&app, false, request, next).await
}

/// As [`signed_in`], where scripts may come too.
pub async fn signed_in_or_token(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    identified(&app, true, request, next).await
}

async fn identified(app: &App, tokens: bool, request: Request, next: Next) -> Response {
    let settings = app.settings();
    let (mut parts, body) = request.into_parts();
    let peer = peer::address(&parts.extensions);
    let by_token = match settings.sign_in.mode() {
        Mode::None => Ok(None),
        _ if tokens => settings.tokens.identify(&parts.headers, app.client().ambient().now()),
        _ if api_token::is_brought(&parts.headers) => {
            Err(Refusal::unproven("a token came to a path that is for people only"))
        }
        _ => Ok(None),
    };
    let identified = match by_token {
        Ok(Some(principal)) => {
            let route = parts.extensions.get::<MatchedPath>();
            let route = route.map_or("", MatchedPath::as_str).to_owned();
            let used = What::TokenUsed { route };
            settings.audit.record(peer, Some(&Who::from(&principal)), &used);
            Ok(Identified {
                principal: Some(principal),
                cookie: None,
            })
        }
        Ok(None) => settings.sign_in.identify(&parts, peer).await,
        Err(refusal) => Err(refusal),
    };
    let identified = match identified {
        Ok(identified) => identified,
        Err(refusal) => return refused(&refusal, peer, &settings).into_response(),
    };
    let caller = match identified.principal {
        None => Caller::everyone(settings),
        Some(principal) => Caller::identified(settings, principal),
    };
    parts.extensions.insert(caller.at(peer));
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(cookie) = identified.cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The answer says little; the log says why.
fn refused(refusal: &Refusal, peer: Option<IpAddr>, settings: &Settings) -> ApiError {
    let reason = &refusal.reason;
    metrics().refused.of([refusal.kind()]).inc();
    if refusal.anonymous {
        tracing::debug!(?peer, reason, "nobody has signed in");
    } else {
        tracing::warn!(?peer, reason, "a request was not let in");
        let (kind, reason) = (refusal.kind(), short(reason));
        settings.audit.record(peer, None, &What::Refused { kind, reason });
    }
    let error = ApiError::new(refusal.status, refusal.detail);
    if settings.sign_in.mode() == Mode::Oidc && refusal.status == StatusCode::UNAUTHORIZED {
        return error.with("login_url", sign_in::LOGIN.into());
    }
    error
}

/// Makes an answer of a panic in a handler. Its text is for the log only.
fn panic_answer(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast::<String>().map(|text| *text);
    let text = text.or_else(|panic| panic.downcast::<&str>().map(|text| (*text).to_owned()));
    let text = text.unwrap_or_else(|_| "of unknown kind".to_owned());
    ApiError::internal(format_args!("a handler panicked: {text}")).into_response()
}

/// Whether a request is for data, or should be: nothing of the page stands there.
pub fn is_data(request: &Request) -> bool {
    is_api(request) || is_below(request, "/feed")
}

/// Whether it is for data by those who have signed in, or with a token. Feeds are asked by programs from anywhere.
fn is_api(request: &Request) -> bool {
    is_below(request, "/api")
}

fn is_below(request: &Request, folder: &str) -> bool {
    let below = request.uri().path().strip_prefix(folder);
    below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The host that the request names: the `Host` header, or `:authority` in HTTP/2. None where it names none, or two.
fn asked_host(request: &Request) -> Option<Authority> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let asked = match (request.uri().authority(), hosts.next()) {
        (Some(authority), _) => Some(authority.clone()),
        (None, Some(host)) => Authority::try_from(host.as_bytes()).ok(),
        (None, None) => None,
    };
    asked.filter(|_| hosts.next().is_none())
}

fn is_host_of(url: &str, host: &str) -> bool {
    let uri = url.parse::<Uri>().ok();
    uri.as_ref()
        .and_then(Uri::host)
        .is_some_and(|own| own.eq_ignore_ascii_case(host))
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

/// Browsers say where a request comes from in [`Sec-Fetch-Site`](https://www.w3.org/TR/fetch-metadata/), or, old ones, in `Origin`; programs say nothing.
/// `same-site` is not enough: another port of this host may run anything.
fn is_same_origin(headers: &HeaderMap, own: impl Fn() -> String) -> bool {
    match (headers.get("sec-fetch-site"), headers.get(header::ORIGIN)) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => origin.as_bytes() == own().as_bytes(),
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::routing::get;
    use tower::ServiceExt;

    fn request(headers: &[(&str, &str)]) -> Request {
        let request = headers.iter().fold(Request::builder(), |request, (name, value)| {
            request.header(*name, *value)
        });
        request.body(Body::empty()).unwrap()
    }

    fn loopback(request: &Request) -> bool {
        asked_host(request).is_some_and(|host| is_loopback(host.host()))
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
            assert!(loopback(&request(&[("host", host)])), "{host}");
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
            assert!(!loopback(&request(&[("host", host)])), "{host}");
        }
        let twice = [("host", "localhost"), ("host", "evil.example")];
        assert!(!loopback(&request(&twice)));
    }

    #[test]
    fn another_port_of_this_host_is_another_origin() {
        let own = || "https://ops.example.com".to_owned();
        let headers = |pairs: &[(&str, &str)]| request(pairs).into_parts().0.headers;
        assert!(is_same_origin(&headers(&[]), own), "programs say nothing");
        assert!(is_same_origin(&headers(&[("origin", "https://ops.example.com")]), own));
        assert!(!is_same_origin(
            &headers(&[("origin", "https://ops.example.com:8443")]),
            own
        ));
        assert!(!is_same_origin(&headers(&[("origin", "null")]), own));
        for (site, same) in [
            ("same-origin", true),
            ("none", true),
            ("same-site", false),
            ("cross-site", false),
        ] {
            let origin = ("origin", "https://ops.example.com");
            assert_eq!(
                is_same_origin(&headers(&[("sec-fetch-site", site), origin]), own),
                same,
                "{site}"
            );
        }
    }

    #[tokio::test]
    async fn what_can_be_read_in_several_ways_is_refused() {
        let router = Router::new().route("/", get(async || ())).layer(from_fn(unambiguous));
        for (headers, status) in [
            (&[("host", "a"), ("transfer-encoding", "Chunked")][..], 200),
            (&[("host", "a"), ("content-length", "0")], 200),
            (&[("host", "a"), ("host", "a")], 400),
            (
                &[("transfer-encoding", "chunked"), ("transfer-encoding", "chunked")],
                400,
            ),
            (&[("transfer-encoding", "chunked, chunked")], 400),
            (&[("transfer-encoding", "gzip, chunked")], 400),
        ] {
            let answer = router.clone().oneshot(request(headers)).await.unwrap();
            assert_eq!(answer.status(), status, "{headers:?}");
            assert_eq!(answer.headers().contains_key(header::CONNECTION), status == 400);
        }
    }

    #[tokio::test]
    async fn a_panic_is_an_answer_without_its_text() {
        let response = panic_answer(Box::new("hunter2"));
        assert_eq!(response.status(), 500);
        let body = axum::body::to_bytes(response.into_body(), 1 << 10).await.unwrap();
        assert!(!String::from_utf8(body.into()).unwrap().contains("hunter2"));
    }
}
