//! What the handlers share, and the list of routes.

use crate::accounts::Account;
use crate::api::Problem;
use crate::api::export::Memory;
use crate::ask::Client;
use crate::views::SavedView;
use crate::{api, assets, guard};
use axum::Router;
use axum::extract::Request;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::trace::TraceLayer;

/// The running application.
#[derive(Debug)]
pub struct App {
    /// The accounts, in the configuration's order.
    pub accounts: Vec<Arc<Account>>,
    /// The way to the clouds.
    pub client: Arc<Client>,
    /// Whether only this host may come in: then names that merely resolve to it may not.
    pub local: bool,
    /// Under which address people reach it, without a slash at the end; none where that is the listener's own.
    pub public_url: Option<String>,
    /// The team's views, in the configuration's order.
    pub views: Vec<SavedView>,
    /// The memory that exports share.
    pub exports: Memory,
}

impl App {
    /// An application over these accounts, without a public address or saved views.
    #[must_use]
    pub fn new(accounts: Vec<Account>, client: Client, local: bool) -> Self {
        Self {
            accounts: accounts.into_iter().map(Arc::new).collect(),
            exports: Memory::new(client.limits().export_bytes),
            client: Arc::new(client),
            local,
            public_url: None,
            views: Vec::new(),
        }
    }
}

/// All routes, with everything around them.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(async || "ok"))
        .merge(api::router())
        .fallback(unknown)
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this path is read with GET")
        })
        // From here on outwards: a panic becomes an answer, which then gets its headers like any other.
        .layer(CatchPanicLayer::custom(api::problem::of_panic))
        .layer(from_fn_with_state(Arc::clone(&app), guard::visitors))
        .layer(from_fn(guard::headers))
        .layer(TraceLayer::new_for_http())
        .with_state(app)
}

/// Everything that is not data belongs to the page.
async fn unknown(request: Request) -> Response {
    if guard::is_api(&request) {
        return Problem::new(StatusCode::NOT_FOUND, "there is nothing at this path").into_response();
    }
    assets::answer(&request)
}
