//! The page, embedded in the binary and compressed when it was built.
//!
//! One document for every path of the page: its own router goes on from there. It is asked for anew each time and answered with 304 while it
//! is the same. All that it loads stands under `/assets/<hash of the whole build>/`, never changes, and is kept by browsers for ever: an old
//! page never loads a new file, or the other way round.
//!
//! Libraries that embed files (memory-serve, rust-embed) know no page as the body of a 404, and no strong tag of its own for each encoding.

mod encoding;

use crate::http::problem::ApiError;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use encoding::Encoding;
use flate2::read::GzDecoder;
use http::header::{self, HeaderMap, HeaderValue};
use http::{Method, StatusCode};
use std::io::{self, Read};

/// A file of the page.
#[derive(Debug)]
pub struct File {
    /// URL path.
    path: &'static str,
    /// Hash of the content.
    tag: &'static str,
    /// As it is; none where it can be unpacked, for the few who take nothing packed: the program would be megabytes larger.
    raw: Option<&'static [u8]>,
    /// None where compression makes it larger.
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

/// The files of the page, sorted by path. None if the binary was built without the page.
#[cfg(feature = "embed-page")]
const FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/page.rs"));
/// No page: the proxy was built without it.
#[cfg(not(feature = "embed-page"))]
const FILES: &[File] = &[];

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";
const HINT: &str = "Signalbox runs, but this binary was built without its page.\n\
    Build it with `cargo xtask build`, or run `cargo xtask dev` for a page with live reload.\n\
    The data is at /api/v1/catalog and /api/v1/rows/plans.\n";

/// Answers everything that is not data.
pub fn answer(request: &Request) -> Response {
    from(FILES, request)
}

fn from(files: &'static [File], request: &Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let allow = [(header::ALLOW, "GET,HEAD")];
        return (StatusCode::METHOD_NOT_ALLOWED, allow, "only GET and HEAD\n").into_response();
    }
    let path = request.uri().path();
    let find = |path: &str| {
        files
            .binary_search_by(|file| file.path.cmp(path))
            .ok()
            .and_then(|at| files.get(at))
    };
    if path.starts_with("/assets/") {
        return find(path).map_or_else(nothing, |file| file.answer(request, StatusCode::OK, FOR_EVER));
    }
    if let Some(file) = find(path) {
        return file.answer(request, StatusCode::OK, ASK_AGAIN);
    }
    if !wants_page(request.headers()) {
        return nothing();
    }
    let status = if is_page(path) {
        StatusCode::OK
    } else {
        StatusCode::NOT_FOUND
    };
    match find("/index.html") {
        Some(file) => file.answer(request, status, ASK_AGAIN),
        None => (
            StatusCode::SERVICE_UNAVAILABLE,
            [(header::CACHE_CONTROL, "no-store")],
            HINT,
        )
            .into_response(),
    }
}

fn nothing() -> Response {
    (
        StatusCode::NOT_FOUND,
        [(header::CACHE_CONTROL, "no-store")],
        "not found\n",
    )
        .into_response()
}

/// Whether a path is one of the page's own router. Any other gets the page too, which then says that there is nothing, but with status 404.
fn is_page(path: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path);
    matches!(path, "" | "/timeline" | "/signed-in")
        // Ids are the clouds' own and hold anything, slashes too.
        || path.strip_prefix("/resource/").is_some_and(|id| !id.is_empty())
        || path.strip_prefix('/').and_then(catalog::table).is_some()
}

/// An image or script that is missing must not become a page.
fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_none_or(|accept| accept.contains("text/html") || accept.contains("*/*") && !accept.contains("image/"))
}

impl File {
    fn answer(&'static self, request: &Request, status: StatusCode, cache: &'static str) -> Response {
        let (encoding, packed) = encoding::choose(request.headers(), self.brotli, self.gzip);
        let mut headers = HeaderMap::new();
        // A strong tag names one sequence of bytes, so each encoding has its own.
        let tag = match encoding {
            Encoding::None => format!("\"{}\"", self.tag),
            packed => format!("\"{}-{}\"", self.tag, packed.name()),
        };
        let same = is_same(request.headers(), &tag);
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if same && status == StatusCode::OK {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let content = match packed.map_or_else(|| self.plain(), |packed| Ok(packed.into())) {
            Ok(content) => content,
            Err(error) => return ApiError::internal(format_args!("{}: {error}", self.path)).into_response(),
        };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(self.path)));
        if encoding != Encoding::None {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
        }
        (status, headers, content).into_response()
    }

    /// The content for who takes nothing packed.
    fn plain(&self) -> io::Result<Bytes> {
        if let Some(raw) = self.raw {
            return Ok(raw.into());
        }
        let mut unpacked = Vec::new();
        GzDecoder::new(self.gzip.unwrap_or_default()).read_to_end(&mut unpacked)?;
        Ok(unpacked.into())
    }
}

/// Whether the client has this version ([RFC 9110 §13.1.2](https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2)).
fn is_same(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok());
    known
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests;
