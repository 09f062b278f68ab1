//! The only room that fetches: the proxy's HTTP interface (`/api/v1`), as the contract describes it.

use crate::ui::clock;
use crate::ui::timer::{self, Pace};
use gloo_net::http::{Request, RequestBuilder, Response};
use js_sys::{JSON, Reflect};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, ReadableStreamDefaultReader, ReadableStreamReadResult};
use wire::{Cache, Line, Lines};

/// Who is signed in (`GET /api/v1/session`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Session {
    /// Whom to ask for more rights.
    pub contact: Option<String>,
    /// When it ends, in RFC 3339; absent where every request is identified anew.
    pub expires: Option<String>,
    /// Whether addresses for calendars can be made.
    pub feeds: bool,
    /// The groups that grants may name.
    pub groups: Vec<String>,
    /// Tells the user from all others; absent without sign-in.
    pub id: Option<String>,
    /// How people sign in: `none`, `oidc`, `header` or `jwt`.
    pub mode: String,
    /// The name to show; absent without sign-in.
    pub user: Option<String>,
}

/// Why a request to the proxy brought nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// No answer, or the connection broke.
    Lost,
    /// Nobody has signed in, or the session has ended; the address signs in.
    SignIn(String),
    /// No grant lets the user read the table.
    NotGranted,
    /// The proxy's own words (RFC 9457 `detail`).
    Refused {
        /// HTTP status.
        status: u16,
        /// What is wrong and what to do.
        detail: String,
    },
    /// The answer could not be read.
    Unreadable(String),
}

impl Error {
    /// Whether the proxy does not know who asks.
    pub fn unsigned(&self) -> bool {
        matches!(self, Self::SignIn(_) | Self::Refused { status: 401, .. })
    }
}

/// What a problem document says. Read by the browser: as it is rarely needed, a reader of our own is not worth its 3 KB of every first visit.
async fn refusal(response: Response) -> Error {
    let status = response.status();
    let problem = response.text().await.map(|text| JSON::parse(&text));
    let text = |member: &str| {
        let value = Reflect::get(problem.as_ref().ok()?.as_ref().ok()?, &member.into()).ok()?;
        value.as_string().filter(|text| !text.is_empty())
    };
    match text("login_url") {
        Some(address) if status == 401 => Error::SignIn(address),
        _ if status == 403 && text("missing").is_some() => Error::NotGranted,
        _ => Error::Refused {
            status,
            detail: text("detail").or_else(|| text("title")).unwrap_or_default(),
        },
    }
}

async fn json<T: DeserializeOwned>(path: &str) -> Result<T, Error> {
    answer(Request::get(path).send().await).await
}

async fn answer<T: DeserializeOwned>(response: Result<Response, gloo_net::Error>) -> Result<T, Error> {
    let response = response.map_err(|_| Error::Lost)?;
    if !response.ok() {
        return Err(refusal(response).await);
    }
    let text = response.text().await.map_err(|_| Error::Lost)?;
    serde_json::from_str(&text).map_err(|error| Error::Unreadable(error.to_string()))
}

/// A saved view (`[[view]]` of the configuration, or a person's own).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct SavedView {
    /// What people call it.
    pub name: String,
    /// The table's id.
    pub table: String,
    /// The view's query string, without `?`.
    pub query: String,
}

/// What of `GET /api/v1/catalog` the page does not know already.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Catalog {
    /// The accounts of which this user may read some table.
    pub accounts: Vec<Named>,
    /// The tables that this user may read, of whatever account.
    pub tables: Vec<Named>,
    /// The team's saved views, of the tables that this user may read.
    pub views: Vec<SavedView>,
}

/// Something with an id.
#[derive(Clone, Default, PartialEq, Deserialize)]
pub struct Named {
    /// The id.
    pub id: String,
}

/// What there is for this user.
///
/// # Errors
/// Every kind of [`Error`].
pub async fn catalog() -> Result<Catalog, Error> {
    json("/api/v1/catalog").await
}

/// Who is signed in.
///
/// # Errors
/// Every kind of [`Error`].
pub async fn session() -> Result<Session, Error> {
    json("/api/v1/session").await
}

/// Signs out, and says where to go then.
///
/// # Errors
/// Every kind of [`Error`].
pub async fn sign_out() -> Result<String, Error> {
    #[derive(Deserialize)]
    struct Left {
        location: String,
    }
    let request = Request::post("/auth/logout").header("accept", "application/json");
    let left: Left = answer(request.send().await).await?;
    Ok(left.location)
}

/// An address by which a program reads a view without signing in (`/api/v1/feeds`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Feed {
    /// Tells it from others.
    pub id: String,
    /// Path and query of the page with the view.
    pub view: String,
    /// What the program reads: `ics`, `csv` or `json`.
    pub format: String,
    /// When it was made, in RFC 3339.
    pub made: String,
    /// Until when it can be used, in RFC 3339.
    pub expires: String,
    /// The address; only of one that has just been made.
    #[serde(default)]
    pub address: Option<String>,
}

/// The reader's own feeds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Feeds {
    /// The newest first.
    pub feeds: Vec<Feed>,
    /// Whether they outlive the process of the proxy.
    pub lasting: bool,
}

/// The reader's own feeds.
///
/// # Errors
/// Every kind of [`Error`].
pub async fn feeds() -> Result<Feeds, Error> {
    json("/api/v1/feeds").await
}

/// Makes a feed of a view.
///
/// # Errors
/// Every kind of [`Error`].
pub async fn make_feed(view: &str, format: &str) -> Result<Feed, Error> {
    let wish = serde_json::to_string(
        &[("view", view), ("format", format)]
            .into_iter()
            .collect::<BTreeMap<_, _>>(),
    );
    let request = Request::post("/api/v1/feeds").header("content-type", "application/json");
    let request = request.body(wish.unwrap_or_default()).map_err(|_| Error::Lost)?;
    answer(request.send().await).await
}

/// Ends a feed. One that has ended already is no failure.
///
/// # Errors
/// Every kind of [`Error`].
pub async fn revoke_feed(id: &str) -> Result<(), Error> {
    let response = Request::delete(&["/api/v1/feeds/", id].concat()).send().await;
    let response = response.map_err(|_| Error::Lost)?;
    if response.ok() || response.status() == 404 {
        Ok(())
    } else {
        Err(refusal(response).await)
    }
}

/// A line of the row stream, as far as the page understands it.
pub enum Received<'a> {
    /// A line.
    Line(Line<'a>),
    /// A line that is no line of the contract.
    Unreadable(String),
}

/// The request for all rows of a table that the user may read: those of the targets first that the view in the address admits, and `anew` past what the proxy keeps.
pub fn all_rows(table: &str, anew: bool) -> RequestBuilder {
    let location = leptos::prelude::window().location();
    let here = location.pathname().is_ok_and(|path| path.trim_matches('/') == table);
    let view = location.search().ok().filter(|_| here).unwrap_or_default();
    // Of the view, what is known of a target before it is asked.
    let known = |condition: &&str| {
        ["account=", "region=", "cloud="]
            .iter()
            .any(|name| condition.starts_with(name))
    };
    let conditions: Vec<_> = view.trim_start_matches('?').split('&').filter(known).collect();
    let first = if conditions.is_empty() {
        String::new()
    } else {
        [
            "?first=",
            &String::from(js_sys::encode_uri_component(&conditions.join("&"))),
        ]
        .concat()
    };
    let request = Request::get(&["/api/v1/rows/", table, &first].concat());
    if anew {
        request.header("cache-control", "no-cache")
    } else {
        request
    }
}

/// The request for the rows of an account and region, past what the proxy keeps.
pub fn rows_of(table: &str, account: &str, region: &str) -> RequestBuilder {
    let encoded = |text: &str| String::from(js_sys::encode_uri_component(text));
    let (account, region) = (encoded(account), encoded(region));
    let address = ["/api/v1/rows/", table, "?account=", &account, "&region=", &region].concat();
    Request::get(&address).header("cache-control", "no-cache")
}

/// Sends a request for rows and hands over the stream line by line, giving the browser a turn between lines
/// often enough that input and paint never wait. Returns when the stream ends; an end without an `end` line is [`Error::Lost`].
///
/// # Errors
/// Every kind of [`Error`]; lines that were handed over stay valid.
pub async fn rows(
    request: RequestBuilder,
    abort: &AbortSignal,
    mut receive: impl FnMut(Received<'_>),
) -> Result<(), Error> {
    let request = request.abort_signal(Some(abort));
    let asked = timer::now();
    let response = request.send().await.map_err(|_| Error::Lost)?;
    if let Some(date) = response.headers().get("date") {
        let date = js_sys::Date::parse(&date);
        #[expect(clippy::cast_possible_truncation, reason = "a time in milliseconds, or no number")]
        if date.is_finite() {
            clock::learn(date as i64, asked);
        }
    }
    if !response.ok() {
        return Err(refusal(response).await);
    }
    let body = response.body().ok_or(Error::Lost)?;
    let chunks: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut lines = Lines::new();
    let mut ended = false;
    let mut pace = Pace::begin();
    loop {
        let read = JsFuture::from(chunks.read()).await.map_err(|_| Error::Lost)?;
        let read: ReadableStreamReadResult = read.unchecked_into();
        if read.get_done() == Some(true) {
            break;
        }
        let chunk: js_sys::Uint8Array = read.get_value().unchecked_into();
        lines.feed_with(chunk.length() as usize, |room| chunk.copy_to(room));
        while let Some(line) = lines.next_line() {
            match Line::parse(line) {
                Ok(Line::End) => ended = true,
                Ok(line) => {
                    // Not from a cache: the walk ended after this page had asked.
                    if let Line::Done(done) = &line
                        && done.cache == Cache::Miss
                        && let Some(as_of) = table::time::parse(&done.as_of)
                    {
                        clock::learn(as_of, asked);
                    }
                    receive(Received::Line(line));
                }
                Err(error) => receive(Received::Unreadable(error.to_string())),
            }
            pace.keep().await;
        }
    }
    if ended { Ok(()) } else { Err(Error::Lost) }
}
