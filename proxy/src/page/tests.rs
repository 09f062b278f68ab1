use super::*;
use axum::body::{Body, to_bytes};

const FILES: &[File] = &[
    File {
        path: "/assets/h1/app.wasm",
        tag: "aa",
        raw: None,
        brotli: Some(b"br"),
        gzip: Some(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff+O,\xceU(\x07\x12\x00C\xedMN\x09\x00\x00\x00"),
    },
    File {
        path: "/assets/h1/icon.png",
        tag: "bb",
        raw: Some(b"png"),
        brotli: None,
        gzip: None,
    },
    File {
        path: "/index.html",
        tag: "cc",
        raw: Some(b"<!doctype html>"),
        brotli: Some(b"page"),
        gzip: None,
    },
    File {
        path: "/robots.txt",
        tag: "dd",
        raw: Some(b"none"),
        brotli: None,
        gzip: None,
    },
];

fn get(path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = Request::builder().uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    from(FILES, &request.body(Body::empty()).unwrap())
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

const HTML: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

#[test]
fn every_page_path_has_the_document() {
    let tables = catalog::TABLES.iter().map(|table| table.id);
    let tables = tables.flat_map(|id| ["", "/", "?x=y"].map(|end| format!("/{id}{end}")));
    let others = [
        "/",
        "/timeline",
        "/signed-in",
        "/timeline/?from=now",
        "/resource/i-1",
        "/resource/a/b",
        "/resource/%E4%B8%AD%2Fx%20y",
    ];
    for path in tables.chain(others.map(str::to_owned)) {
        let response = get(&path, &[HTML]);
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(header(&response, "etag"), "\"cc\"", "{path}");
        assert_eq!(header(&response, "content-type"), "text/html; charset=utf-8");
        assert_eq!(header(&response, "cache-control"), "no-cache");
    }
    for path in ["/nowhere", "/plans/x", "/resource/", "/timeline/x"] {
        let response = get(path, &[HTML]);
        assert_eq!(
            (response.status().as_u16(), header(&response, "content-type")),
            (404, "text/html; charset=utf-8"),
            "{path}"
        );
    }
}

#[test]
fn assets_are_kept_for_ever_or_are_not_there() {
    let wasm = get("/assets/h1/app.wasm", &[("accept-encoding", "gzip, deflate, br;q=0.9")]);
    assert_eq!(wasm.status(), 200);
    assert_eq!(header(&wasm, "content-type"), "application/wasm");
    assert_eq!(header(&wasm, "content-encoding"), "br");
    assert_eq!(header(&wasm, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header(&wasm, "vary"), "accept-encoding");
    for path in ["/assets/h0/app.wasm", "/assets/", "/assets/h1/../../index.html"] {
        let missing = get(path, &[HTML]);
        assert_eq!(
            (missing.status().as_u16(), header(&missing, "content-type")),
            (404, "text/plain; charset=utf-8"),
            "{path}"
        );
    }
    let image = get("/favicon.ico", &[("accept", "image/avif,image/webp,*/*;q=0.8")]);
    assert_eq!(
        (image.status().as_u16(), header(&image, "content-type")),
        (404, "text/plain; charset=utf-8")
    );
    assert_eq!(
        header(&get("/robots.txt", &[]), "content-type"),
        "text/plain; charset=utf-8"
    );
}

#[test]
fn each_client_gets_an_encoding_that_it_knows() {
    for (accepts, encoding) in [
        ("br", "br"),
        ("gzip", "gzip"),
        ("GZIP;q=1, br;q=0", "gzip"),
        ("zstd", ""),
        ("", ""),
        ("br;q=0.000", ""),
    ] {
        let response = get("/assets/h1/app.wasm", &[("accept-encoding", accepts)]);
        assert_eq!(header(&response, "content-encoding"), encoding, "{accepts}");
    }
    assert_eq!(
        header(
            &get("/assets/h1/icon.png", &[("accept-encoding", "br")]),
            "content-encoding"
        ),
        ""
    );
}

#[tokio::test]
async fn who_takes_nothing_packed_gets_it_unpacked() {
    let response = get("/assets/h1/app.wasm", &[]);
    assert_eq!(header(&response, "etag"), "\"aa\"");
    assert_eq!(to_bytes(response.into_body(), 100).await.unwrap(), "wasm wasm");
    let image = get("/assets/h1/icon.png", &[("accept-encoding", "br")]);
    assert_eq!(to_bytes(image.into_body(), 100).await.unwrap(), "png");
}

#[test]
fn a_file_that_cannot_be_unpacked_is_an_error_and_no_part_of_it() {
    const BROKEN: &[File] = &[File {
        path: "/assets/h1/app.js",
        tag: "ee",
        raw: None,
        brotli: None,
        gzip: Some(b"gzip"),
    }];
    let request = Request::builder().uri("/assets/h1/app.js");
    assert_eq!(from(BROKEN, &request.body(Body::empty()).unwrap()).status(), 500);
}

#[test]
fn what_the_client_has_is_not_sent_again() {
    let first = get("/plans", &[HTML, ("accept-encoding", "br")]);
    let tag = header(&first, "etag").to_owned();
    assert_eq!(tag, "\"cc-br\"");
    for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
        let again = get("/plans", &[HTML, ("accept-encoding", "br"), ("if-none-match", &known)]);
        assert_eq!(again.status(), 304, "{known}");
        assert_eq!(
            (
                header(&again, "etag"),
                header(&again, "cache-control"),
                header(&again, "content-type")
            ),
            (&*tag, "no-cache", "")
        );
    }
    let other = get("/plans", &[HTML, ("if-none-match", &tag)]);
    assert_eq!((other.status().as_u16(), header(&other, "etag")), (200, "\"cc\""));
}

#[test]
fn only_reading_is_possible() {
    let post = Request::builder()
        .method("POST")
        .uri("/plans")
        .body(Body::empty())
        .unwrap();
    assert_eq!(from(FILES, &post).status(), 405);
}

#[test]
fn without_a_page_there_is_a_hint() {
    let request = || Request::builder().uri("/plans").body(Body::empty()).unwrap();
    assert_eq!(from(&[], &request()).status(), 503);
    let mut unknown = request();
    *unknown.uri_mut() = "/assets/x".parse().unwrap();
    assert_eq!(from(&[], &unknown).status(), 404);
}
