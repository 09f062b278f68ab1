//! A relying party that is as plain as can be: it keeps a cookie, follows nothing, and reads what it gets.

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use url::{Url, form_urlencoded};

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub fn location(&self) -> Url {
        let to = self
            .headers
            .get("location")
            .unwrap_or_else(|| panic!("no redirect: {self:?}"));
        to.to_str().unwrap().parse().unwrap()
    }

    /// The cookie that was set, as it goes back.
    pub fn cookie(&self) -> Option<String> {
        let cookie = self.headers.get("set-cookie")?.to_str().unwrap();
        Some(cookie.split(';').next().unwrap().to_owned())
    }
}

/// Sends a request; an error when the connection ends without an answer or within one.
pub async fn send(request: Request<String>) -> Result<Answer, Box<dyn std::error::Error>> {
    let uri = request.uri().clone();
    let (host, port) = (uri.host().unwrap(), uri.port_u16().unwrap());
    let socket = TcpStream::connect((host, port)).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(socket)).await?;
    let driver = tokio::spawn(connection);
    let (mut head, body) = request.into_parts();
    head.headers.insert("host", format!("{host}:{port}").parse()?);
    head.uri = uri.path_and_query().unwrap().as_str().parse()?;
    let answer = sender
        .send_request(Request::from_parts(head, Full::new(Bytes::from(body))))
        .await?;
    let (head, body) = answer.into_parts();
    let body = body.collect().await?.to_bytes();
    driver.abort();
    Ok(Answer {
        status: head.status,
        headers: head.headers,
        body: String::from_utf8(body.to_vec())?,
    })
}

/// GET with a cookie, which may be empty.
pub async fn get(address: &str, cookie: &str) -> Answer {
    let request = Request::get(address)
        .header("cookie", cookie)
        .header("accept-language", "en");
    send(request.body(String::new()).unwrap()).await.unwrap()
}

/// POST of a form with an `Authorization`, which may be empty.
pub async fn post(address: &str, authorization: &str, form: &[(&str, &str)]) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let mut request = Request::post(address).header("content-type", "application/x-www-form-urlencoded");
    if !authorization.is_empty() {
        request = request.header("authorization", authorization);
    }
    send(request.body(body).unwrap()).await.unwrap()
}

/// A parameter of an address.
pub fn parameter(address: &Url, name: &str) -> Option<String> {
    let mut pairs = address.query_pairs();
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
