//! `/auth/…`: to the identity provider and back. Only under `auth.mode = "oidc"`; elsewhere there is nothing here.

mod page;

use crate::audit::{What, Who, short};
use crate::auth::oidc::{Oidc, Redirection, SignInError};
use crate::auth::return_path::ReturnPath;
use crate::http::peer;
use crate::http::problem::ApiError;
use crate::http::state::{App, Settings};
use crate::telemetry::metrics;
use axum::Json;
use axum::extract::{RawQuery, Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, LOCATION, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use page::Failure;
use serde_json::json;
use std::sync::Arc;

/// Where signing in begins. `return` is the path of the page to come back to; `silent=true` only renews a session.
pub const LOGIN: &str = "/auth/login";

/// `GET /auth/login`: sends the browser to the identity provider.
///
/// # Errors
/// There is none. Where it cannot be reached, a page says so.
pub async fn login(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let settings = app.settings();
    let oidc = oidc(&settings)?;
    let query = query.unwrap_or_default();
    let parameter = |wanted: &str| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(name, _)| name == wanted).map(|(_, value)| value)
    };
    let back = parameter("return")
        .and_then(|path| ReturnPath::new(&path))
        .unwrap_or_default();
    let renews = parameter("silent").is_some_and(|silent| silent == "true");
    match oidc.begin(&headers, &back, renews).await {
        Ok(redirection) => redirect(redirection),
        Err(error) => Ok(failed(&error, &back, &headers)),
    }
}

/// `GET /auth/callback`: takes the identity provider's answer.
///
/// # Errors
/// There is none. Where nobody is signed in, a page says so; the reason is in the log.
pub async fn callback(State(app): State<Arc<App>>, parts: Parts) -> Result<Response, ApiError> {
    let settings = app.settings();
    let (oidc, headers) = (oidc(&settings)?, &parts.headers);
    let query = parts.uri.query().unwrap_or_default();
    let finished = oidc.finish(headers, query, &settings.grants).await;
    let outcome = match &finished {
        Ok(Redirection { who: None, .. }) | Err(SignInError::Declined(..)) => "declined",
        Ok(Redirection { renewed: true, .. }) => "renewed",
        Ok(_) => "signed_in",
        Err(_) => "failed",
    };
    metrics().sign_ins.of([outcome]).inc();
    let who = finished.as_ref().ok().and_then(|redirection| redirection.who.as_ref());
    let reason = finished.as_ref().err().map(|error| short(&error.to_string()));
    let what = What::SignIn { outcome, reason };
    let (audit, peer) = (&settings.audit, peer::address(&parts.extensions));
    audit.record(peer, who.map(Who::from).as_ref(), &what);
    match finished {
        Ok(redirection) => redirect(redirection),
        Err(error) => Ok(failed(&error, &error.back(), headers)),
    }
}

/// Somebody opens the page anew whose identity provider has not vouched for them for a while: on the way it is asked whether it still does, and for which
/// groups. Nothing can be lost, since there is nothing on the screen yet.
#[must_use]
pub fn renewal(settings: &Settings, request: &Request) -> Option<Response> {
    let headers = request.headers();
    let opens = request.method() == Method::GET && headers.get("sec-fetch-dest").is_some_and(|what| what == "document");
    if !opens || !settings.sign_in.oidc()?.wants_renewal(headers) {
        return None;
    }
    let path = request.uri().path_and_query()?.as_str();
    let back: String = url::form_urlencoded::byte_serialize(ReturnPath::new(path)?.as_str().as_bytes()).collect();
    let location = format!("{LOGIN}?silent=true&return={back}");
    Some(
        (
            StatusCode::SEE_OTHER,
            [(LOCATION, location), (CACHE_CONTROL, "no-store".to_owned())],
        )
            .into_response(),
    )
}

/// `POST /auth/logout`: signs out, and says where to go then: as JSON to a script that asks for it, else by sending the browser there.
///
/// # Errors
/// There is no identity provider.
pub async fn logout(State(app): State<Arc<App>>, parts: Parts) -> Result<Response, ApiError> {
    let (settings, headers) = (app.settings(), &parts.headers);
    let redirection = oidc(&settings)?.sign_out(headers).await;
    if let Some(who) = &redirection.who {
        let what = What::SignOut {
            at: "here",
            named: None,
        };
        let peer = peer::address(&parts.extensions);
        settings.audit.record(peer, Some(&Who::from(who)), &what);
    }
    let scripted = headers
        .get(ACCEPT)
        .is_some_and(|accept| accept.as_bytes().starts_with(b"application/json"));
    if !scripted {
        return redirect(redirection);
    }
    let mut answer = Json(json!({"location": redirection.location})).into_response();
    answer
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    keep(&mut answer, redirection.cookies);
    Ok(answer)
}

/// `POST /auth/backchannel-logout`: takes the identity provider's word that somebody has signed out there.
///
/// # Errors
/// There is none. Where it is not its word, the answer is 400, as the standard has it.
pub async fn backchannel_logout(State(app): State<Arc<App>>, parts: Parts, form: String) -> Result<Response, ApiError> {
    let settings = app.settings();
    let no_store = [(CACHE_CONTROL, "no-store")];
    match oidc(&settings)?.signed_out_elsewhere(&form).await {
        Ok(whom) => {
            let named = Some(short(&format!("{whom:?}")));
            let peer = peer::address(&parts.extensions);
            let what = What::SignOut { at: "provider", named };
            settings.audit.record(peer, None, &what);
            Ok((no_store, StatusCode::OK).into_response())
        }
        Err(error) => {
            tracing::warn!(%error, "a logout token was refused");
            let refused = Json(json!({"error": "invalid_request"}));
            Ok((StatusCode::BAD_REQUEST, no_store, refused).into_response())
        }
    }
}

/// `GET /auth/style.css`: what the pages here look like.
pub async fn style() -> ([(http::HeaderName, &'static str); 2], &'static str) {
    let headers = [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "no-cache")];
    (headers, include_str!("sign_in/style.css"))
}

fn oidc(settings: &Settings) -> Result<&Oidc, ApiError> {
    let nothing = || ApiError::new(StatusCode::NOT_FOUND, "nobody signs in here: auth.mode is not \"oidc\"");
    settings.sign_in.oidc().ok_or_else(nothing)
}

fn redirect(redirection: Redirection) -> Result<Response, ApiError> {
    let location = HeaderValue::try_from(redirection.location).map_err(ApiError::internal)?;
    let mut answer = StatusCode::SEE_OTHER.into_response();
    answer.headers_mut().insert(LOCATION, location);
    answer
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    keep(&mut answer, redirection.cookies);
    Ok(answer)
}

fn keep(answer: &mut Response, cookies: Vec<HeaderValue>) {
    for cookie in cookies {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// A page that says in general what went wrong, with a number under which the log says it exactly.
fn failed(error: &SignInError, back: &ReturnPath, headers: &HeaderMap) -> Response {
    let number = format!("{:08x}", fastrand::u32(..));
    tracing::warn!(%error, number, "signing in failed");
    let failure = match error {
        SignInError::Provider(_) => Failure::Provider,
        SignInError::NoAttempt => Failure::NoAttempt,
        SignInError::Declined(..) => Failure::Declined,
        SignInError::Unproven(..) => Failure::Unproven,
    };
    page::answer(error.status(), failure, back, &number, headers)
}
