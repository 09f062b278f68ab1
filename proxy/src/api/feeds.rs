//! `/api/v1/feeds`: the feeds of whoever asks; and `GET /feed/{sealed}/{file}`: what a feed reads.

use crate::audit::{Audit, What, short};
use crate::caller::Caller;
use crate::export;
use crate::feeds::address::Feed;
use crate::feeds::entry::Entry;
use crate::feeds::{Feeds, MOST, Made, MakeError};
use crate::http::problem::ApiError;
use crate::http::state::App;
use crate::telemetry::metrics;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Extension, Json, Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CACHE_CONTROL;
use http::request::Parts;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::sync::Arc;
use tokio::task::spawn_blocking;

/// What feeds can be, in the order in which they are told. Workbooks and lines of JSON are for people and pipes.
const FORMATS: [&str; 3] = ["ics", "csv", "json"];

/// What is told to whoever asks for a feed too often.
pub const TOO_OFTEN: &str = "this address is asked for too often: once an hour is enough for a calendar";

/// What a feed is wished to be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// Path and query of the page with the view, with what an export's query says about the file (`lang`, `bom`).
    view: String,
    /// One of the formats.
    format: String,
}

/// A feed, as its maker sees it.
#[derive(Debug, Serialize)]
struct Shown {
    id: String,
    view: String,
    format: String,
    made: String,
    expires: String,
    /// The whole address: told when the feed is made, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
}

impl From<Entry> for Shown {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id,
            view: entry.view,
            format: entry.format,
            made: entry.made,
            expires: entry.expires,
            address: None,
        }
    }
}

/// Somebody's feeds.
#[derive(Debug, Serialize)]
struct Own {
    feeds: Vec<Shown>,
    /// Whether they outlive this process.
    lasting: bool,
    /// How many they may have.
    most: usize,
}

/// Makes a feed and tells its address.
///
/// # Errors
/// 400 for what is no view; 403 where the caller may not see the table; 404 where there are no feeds; 409 where they have as many as they may.
pub async fn make(caller: Caller, parts: Parts, wish: Result<Json<Wish>, JsonRejection>) -> Result<Response, ApiError> {
    let feeds = feeds(&caller)?;
    let unread = |error: JsonRejection| ApiError::new(error.status(), "the body must be JSON with view and format");
    let Json(Wish { view, format }) = wish.map_err(unread)?;
    let (path, query) = view.split_once('?').unwrap_or((&view, ""));
    let bad = |detail: &str| ApiError::new(StatusCode::BAD_REQUEST, detail);
    let file = path
        .strip_prefix('/')
        .map(|table| [table, ".", &format].concat())
        .unwrap_or_default();
    let table = export::table_of(&file).filter(|_| FORMATS.contains(&format.as_str()));
    let table = table.ok_or_else(|| {
        bad("view must be a path of a table with its query, such as /plans?phase=scheduled; format ics (of plans), csv or json")
    })?;
    let table = caller.table(table.id)?;
    let query = export::canonical(table, query);
    let maker = caller.principal().cloned();
    let id = table.id;
    let made = spawn_blocking(move || feeds.make(maker.as_ref(), id, &query, &format)).await;
    let Made { entry, sealed } = made.map_err(ApiError::internal)?.map_err(|error| match error {
        MakeError::Full => {
            let detail = format!("you have {MOST} feeds, and may not have more: revoke one that nobody needs");
            ApiError::new(StatusCode::CONFLICT, detail)
        }
        MakeError::TooLong => bad("the view is too long for an address: use fewer conditions"),
        MakeError::List(_) => ApiError::internal(error),
    })?;
    tracing::info!(
        feed = entry.id,
        maker = entry.name,
        view = entry.view,
        expires = entry.expires,
        "a feed was made"
    );
    metrics().feeds.of(["made"]).inc();
    caller.note(&What::FeedMade {
        feed: entry.id.clone(),
        view: short(&entry.view),
        format: entry.format.clone(),
        expires: entry.expires.clone(),
    });
    let address = format!("{}/feed/{}/{file}", caller.origin(&parts), sealed.expose());
    let shown = Shown {
        address: Some(address),
        ..entry.into()
    };
    Ok((StatusCode::CREATED, [(CACHE_CONTROL, "no-store")], Json(shown)).into_response())
}

/// The feeds that the caller has made and that still live, the newest first.
///
/// # Errors
/// 404 where there are no feeds.
pub async fn list(caller: Caller) -> Result<Response, ApiError> {
    let feeds = feeds(&caller)?;
    let lasting = feeds.is_lasting();
    let maker = caller.principal().cloned();
    let own = spawn_blocking(move || feeds.of(maker.as_ref())).await;
    let own = own.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    let own = Own {
        feeds: own.into_iter().map(Shown::from).collect(),
        lasting,
        most: MOST,
    };
    Ok(([(CACHE_CONTROL, "no-store")], Json(own)).into_response())
}

/// Ends a feed of the caller's own. Somebody else's is as one that does not exist.
///
/// # Errors
/// 404 where there is none.
pub async fn revoke(caller: Caller, id: Option<Path<String>>) -> Result<StatusCode, ApiError> {
    let feeds = feeds(&caller)?;
    let id = id.map(|Path(id)| id).unwrap_or_default();
    let maker = caller.principal().cloned();
    let (revoked, id) = spawn_blocking(move || (feeds.revoke(maker.as_ref(), &id), id))
        .await
        .map_err(ApiError::internal)?;
    if !revoked.map_err(ApiError::internal)? {
        return Err(ApiError::new(StatusCode::NOT_FOUND, "you have no such feed"));
    }
    tracing::info!(feed = id, "a feed was revoked");
    metrics().feeds.of(["revoked"]).inc();
    caller.note(&What::FeedRevoked { feed: id });
    Ok(StatusCode::NO_CONTENT)
}

/// Answers with the rows of a feed, as its maker would get them now.
///
/// # Errors
/// 404 whatever is wrong with the address, the file's name, or the maker's rights; else as an export.
pub async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Extension(feed): Extension<Arc<Feed>>,
    Path((_, file)): Path<(String, String)>,
    parts: Parts,
) -> Result<Response, ApiError> {
    let refused = |reason: &str| nothing(caller.audit(), caller.peer(), Some(&feed.id), reason);
    let format = file.rsplit_once('.').map_or("", |(_, format)| format);
    let table = export::table_of(&file).filter(|table| table.id == feed.table && FORMATS.contains(&format));
    let table = table.ok_or_else(|| refused("the address has another file behind it"))?;
    if caller.table(table.id).is_err() {
        return Err(refused("no grant lets its maker read the table any more"));
    }
    tracing::debug!(feed = feed.id, maker = feed.maker_name(), "a feed is read");
    metrics().feeds.of(["read"]).inc();
    export::file(
        &app,
        &caller,
        &file,
        &feed.query,
        caller.origin(&parts),
        false,
        Some(feed.id.clone()),
    )
    .await
}

fn feeds(caller: &Caller) -> Result<Arc<Feeds>, ApiError> {
    let none = || {
        ApiError::new(
            StatusCode::NOT_FOUND,
            "there are no feeds here: the configuration has no [feeds]",
        )
    };
    caller.feeds().cloned().ok_or_else(none)
}

/// There is nothing at an address, whatever the reason, which is for the log. `feed` tells one from others there, and opens nothing.
pub fn nothing(audit: &Audit, peer: Option<IpAddr>, feed: Option<&str>, reason: &str) -> ApiError {
    tracing::warn!(?peer, feed, reason, "a feed was refused");
    metrics().feeds.of(["refused"]).inc();
    let what = What::FeedRefused {
        feed: feed.map(str::to_owned),
        reason: short(reason),
    };
    audit.record(peer, None, &what);
    ApiError::new(StatusCode::NOT_FOUND, "there is nothing at this address")
}
