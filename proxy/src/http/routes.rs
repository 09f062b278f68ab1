//! Every path with who may ask it and what answers.

use super::layers;
use super::problem::ApiError;
use super::state::App;
use crate::api::{feeds, sign_in};
use crate::{api, export, page};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, post};
use http::StatusCode;
use std::sync::Arc;

/// Who may ask a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody who reaches the listener.
    Public,
    /// Who has signed in; where there is no sign-in (`auth.mode = "none"`), everyone.
    Session,
    /// As [`Access::Session`], and programs with a token.
    Token,
    /// Who knows the sealed address that somebody made; with the rights of whoever that was.
    Feed,
}

/// One path of the program.
#[derive(Debug)]
pub struct Route {
    /// As axum writes it: `{name}` takes one segment.
    pub path: &'static str,
    /// Who may ask it.
    pub access: Access,
    answer: MethodRouter<Arc<App>>,
}

/// The table of all paths. Everything else outside `/api` is the page, which is [`Access::Public`]: it holds no data.
#[must_use]
pub fn routes() -> [Route; 15] {
    use Access::{Feed, Public, Session, Token};
    let route = |path, access, answer| Route { path, access, answer };
    [
        route("/healthz", Public, get(async || "ok")),
        route("/readyz", Public, get(api::ready::show)),
        route(sign_in::LOGIN, Public, get(sign_in::login)),
        route("/auth/callback", Public, get(sign_in::callback)),
        route("/auth/logout", Public, post(sign_in::logout)),
        route("/auth/backchannel-logout", Public, post(sign_in::backchannel_logout)),
        route("/auth/style.css", Public, get(sign_in::style)),
        route("/api/v1/session", Token, get(api::session::show)),
        route("/api/v1/catalog", Token, get(api::catalog::show)),
        route("/api/v1/rows/{table}", Token, get(api::rows::show)),
        route("/api/v1/export/{file}", Token, get(export::show)),
        route("/api/v1/feeds", Session, get(feeds::list).post(feeds::make)),
        route("/api/v1/feeds/{id}", Session, delete(feeds::revoke)),
        route("/api/v1/openapi.json", Token, get(api::openapi::show)),
        route("/feed/{sealed}/{file}", Feed, get(feeds::show)),
    ]
}

/// All routes, with everything around them.
pub fn router(app: Arc<App>) -> Router {
    let routes = routes().into_iter().fold(Router::new(), |router, route| {
        router.route(route.path, guarded(route.access, route.answer, &app))
    });
    let routes = routes
        .layer(layers::compression())
        .fallback(other)
        .method_not_allowed_fallback(async || {
            ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "this path is not asked by this method")
        });
    layers::around(routes, &app).with_state(app)
}

/// What answers, behind a door that opens to those alone who may ask.
fn guarded(access: Access, answer: MethodRouter<Arc<App>>, app: &Arc<App>) -> MethodRouter<Arc<App>> {
    let app = Arc::clone(app);
    match access {
        Access::Public => answer,
        Access::Session => answer.layer(from_fn_with_state(app, layers::signed_in)),
        Access::Token => answer.layer(from_fn_with_state(app, layers::signed_in_or_token)),
        Access::Feed => answer.layer(from_fn_with_state(app, layers::by_feed)),
    }
}

/// Everything that is not data belongs to the page.
async fn other(State(app): State<Arc<App>>, request: Request) -> Response {
    if layers::is_data(&request) {
        return ApiError::new(StatusCode::NOT_FOUND, "there is nothing at this path").into_response();
    }
    if let Some(elsewhere) = sign_in::renewal(&app.settings(), &request) {
        return elsewhere;
    }
    page::answer(&request)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::openapi::DESCRIPTION;
    use crate::ask::fake::{Cloud as Fake, json};
    use crate::ask::{Client, Limits};
    use crate::auth::SignIn;
    use crate::auth::api_token::{self, ApiToken, TokenHash};
    use crate::auth::header::TrustedHeader;
    use crate::clock::Ambient;
    use crate::feeds::Feeds;
    use crate::http::state::Settings;
    use axum::body::Body;
    use axum::extract::ConnectInfo;
    use http::header::HeaderName;
    use serde_json::json;
    use sign::Secret;
    use std::collections::BTreeSet;
    use std::net::SocketAddr;
    use std::time::{Duration, SystemTime};
    use tower::ServiceExt;

    async fn status(path: &str) -> u16 {
        let cloud = Fake::new(|_| json(&json!({})));
        let client = Client::new(Arc::new(cloud), Limits::default(), Ambient::real());
        let settings = Settings {
            feeds: Some(Arc::new(Feeds::of_this_process(Ambient::real()))),
            ..Settings::default()
        };
        let router = router(Arc::new(App::new(settings, client)));
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        router.oneshot(request).await.unwrap().status().as_u16()
    }

    /// Whether a path is one of a route's.
    fn is_of(route: &Route, path: &str) -> bool {
        let mut segments = path.split('/');
        let mut same = route.path.split('/').zip(segments.by_ref());
        same.all(|(pattern, segment)| pattern == segment || pattern.starts_with('{') && !segment.is_empty())
            && route.path.matches('/').count() == path.matches('/').count()
    }

    #[test]
    fn every_route_states_its_access() {
        let table = routes();
        let paths: BTreeSet<_> = table.iter().map(|route| route.path).collect();
        assert_eq!(paths.len(), table.len(), "no path twice");
        for Route { path, access, .. } in table {
            // Data is for those who have signed in; whether the program lives, and signing in itself, is for anybody.
            let expected = match path {
                // A token that could make addresses would outlive itself.
                path if path.starts_with("/api/v1/feeds") => Access::Session,
                // All else is read only, so programs may have it too.
                path if path.starts_with("/api/") => Access::Token,
                path if path.starts_with("/feed/") => Access::Feed,
                path if path.starts_with("/auth/") => Access::Public,
                "/healthz" | "/readyz" => Access::Public,
                other => panic!("{other} is neither data nor signing in"),
            };
            assert_eq!(access, expected, "{path}");
        }
    }

    #[tokio::test]
    async fn the_router_serves_what_is_described_and_the_table_describes_it() {
        let described: Vec<&String> = DESCRIPTION["paths"].as_object().unwrap().keys().collect();
        let table = routes();
        for path in &described {
            let found = table.iter().filter(|route| is_of(route, path)).count();
            assert_eq!(found, 1, "{path}");
            for id in catalog::tables().iter().map(|table| table.id) {
                let path = path.replace("{table}", id);
                // What somebody has made themselves has not been made here.
                let expected = match path.as_str() {
                    "/api/v1/feeds/{id}" => 405,
                    path if path.starts_with("/feed/") => 404,
                    _ => 200,
                };
                assert_eq!(status(&path).await, expected, "{path}");
            }
        }
        // What is under /auth is a conversation of browsers with the identity provider and no interface of ours.
        for route in table.iter().filter(|route| !route.path.starts_with("/auth/")) {
            assert!(
                described.iter().any(|path| is_of(route, path)),
                "{} is not described",
                route.path
            );
        }
    }

    /// What a path of its own answers to somebody whom a front names, to a token, and to nobody.
    async fn doors(access: Access) -> [u16; 4] {
        let (known, unknown) = (api_token::token([1; 32]), api_token::token([2; 32]));
        let settings = Settings {
            sign_in: Arc::new(SignIn::Header(TrustedHeader {
                trusted: vec!["127.0.0.1/32".parse().unwrap()],
                user: HeaderName::from_static("x-user"),
                groups: None,
                groups_separator: ",".to_owned(),
            })),
            tokens: [ApiToken {
                name: "nightly".to_owned(),
                owner: "ann".to_owned(),
                groups: Vec::new(),
                hash: TokenHash::of(known.expose()),
                expires: SystemTime::now() + Duration::from_secs(60),
            }]
            .into_iter()
            .collect(),
            ..Settings::default()
        };
        let client = Client::new(
            Arc::new(Fake::new(|_| json(&json!({})))),
            Limits::default(),
            Ambient::real(),
        );
        let app = Arc::new(App::new(settings, client));
        let answer = guarded(access, get(async || "ok"), &app);
        let router = Router::new().route("/x", answer).with_state(app);
        let bearer = |token: &Secret| format!("Bearer {}", token.expose());
        let asked = [
            ("x-user", "ann".to_owned()),
            ("authorization", bearer(&known)),
            ("authorization", bearer(&unknown)),
            ("x-nobody", String::new()),
        ];
        let mut statuses = [0; 4];
        for ((name, value), status) in asked.into_iter().zip(&mut statuses) {
            let mut request = Request::builder()
                .uri("/x")
                .header(name, value)
                .body(Body::empty())
                .unwrap();
            let peer: SocketAddr = "127.0.0.1:1".parse().unwrap();
            request.extensions_mut().insert(ConnectInfo(peer));
            *status = router.clone().oneshot(request).await.unwrap().status().as_u16();
        }
        statuses
    }

    #[tokio::test]
    async fn tokens_open_the_doors_that_say_so_and_no_others() {
        assert_eq!(doors(Access::Public).await, [200, 200, 200, 200]);
        assert_eq!(doors(Access::Session).await, [200, 401, 401, 401]);
        assert_eq!(doors(Access::Token).await, [200, 200, 401, 401]);
        // Whoever has signed in, and with whatever: only an address opens this one.
        assert_eq!(doors(Access::Feed).await, [404, 404, 404, 404]);
    }

    #[tokio::test]
    async fn everything_else_is_the_page_or_not_there() {
        for path in [
            "/api",
            "/api/v1",
            "/api/v1/rows",
            "/api/v1/rows/",
            "/api/v1/rows/plans/x",
            "/api/v2/session",
            "/api/v1/feeds/",
            "/feed",
            "/feed/",
            "/feed/x",
            "/feed/x/",
            "/feed/x/plans.ics/",
        ] {
            assert!(!routes().iter().any(|route| is_of(route, path)), "{path}");
            assert_eq!(status(path).await, 404, "{path}");
        }
        assert_ne!(status("/plans").await, 404);
    }
}
