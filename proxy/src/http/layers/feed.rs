//! The door of feeds: opens to whoever knows an address that counts, with the rights of its maker.

use crate::api::feeds::{TOO_OFTEN, nothing};
use crate::auth::Mode;
use crate::caller::Caller;
use crate::feeds::FeedError;
use crate::feeds::address::Feed;
use crate::http::peer;
use crate::http::problem::ApiError;
use crate::http::state::{App, Settings};
use axum::RequestPartsExt;
use axum::extract::{Path, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::task::spawn_blocking;

/// Finds out which feed a request is for, and what its maker may read by the grants as they are now. No session and no token is looked at. Whatever is
/// wrong with an address, the answer is that there is nothing; the reason is for the log, which never has the address.
pub async fn by_feed(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let peer = peer::address(&parts.extensions);
    let settings = app.settings();
    let audit = Arc::clone(&settings.audit);
    let Ok(Path((sealed, _))) = parts.extract::<Path<(String, String)>>().await else {
        return nothing(&audit, peer, None, "the path is no text").into_response();
    };
    match opened(settings, &sealed).await {
        Ok((feed, caller)) => {
            parts.extensions.insert(Arc::new(feed));
            parts.extensions.insert(caller.at(peer));
            next.run(Request::from_parts(parts, body)).await
        }
        Err(Refused::For(id, reason)) => {
            let hash = hex::encode(&Sha256::digest(&sealed)[..4]);
            nothing(&audit, peer, Some(&id.unwrap_or(hash)), &reason).into_response()
        }
        Err(Refused::With(error)) => error.into_response(),
    }
}

/// Why a door stays shut.
enum Refused {
    /// There is nothing at the address, because of the feed with this id, if one is known, for a reason.
    For(Option<String>, String),
    /// Something else is to be answered.
    With(ApiError),
}

async fn opened(settings: Arc<Settings>, sealed: &str) -> Result<(Feed, Caller), Refused> {
    let Some(feeds) = settings.feeds.clone() else {
        return Err(Refused::For(
            None,
            "there is no [feeds] in the configuration".to_owned(),
        ));
    };
    let sealed = sealed.to_owned();
    let opened = spawn_blocking(move || feeds.open(&sealed)).await;
    let feed = match opened.map_err(|error| Refused::With(ApiError::internal(error)))? {
        Ok(feed) => feed,
        Err(FeedError::TooOften) => {
            let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, TOO_OFTEN);
            return Err(Refused::With(error.retry_after(60)));
        }
        Err(error @ FeedError::List(_)) => return Err(Refused::With(ApiError::internal(error))),
        Err(error) => {
            let reason = error.to_string();
            let id = match error {
                FeedError::Over(id) | FeedError::Unlisted(id) => Some(id),
                _ => None,
            };
            return Err(Refused::For(id, reason));
        }
    };
    let caller = match &feed.maker {
        None if settings.sign_in.mode() == Mode::None => Caller::everyone(settings),
        Some(maker) if settings.sign_in.vouches_for(&maker.issuer) => Caller::identified(settings, maker.principal()),
        _ => {
            let reason = "it was made by somebody who had come in by another way than the configuration's";
            return Err(Refused::For(Some(feed.id), reason.to_owned()));
        }
    };
    Ok((feed, caller))
}
