//! Errors as answers: `application/problem+json` ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use serde_json::{Map, Value};
use std::fmt::Display;

/// An error answer. Its public half is sent; its private half, if any, goes to the log when the answer is made of it, and nowhere else.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{status}: {detail}")]
pub struct ApiError {
    status: StatusCode,
    detail: String,
    /// Members of this kind of problem, besides those that all have. Boxed: most have none, and results that may hold an error stay small.
    members: Box<Map<String, Value>>,
    /// In seconds.
    retry_after: Option<u16>,
    private: Option<String>,
}

impl ApiError {
    /// `detail` says to the caller what is wrong and what to do.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            members: Box::default(),
            retry_after: None,
            private: None,
        }
    }

    /// A fault of Signalbox itself. What happened is for the log only.
    #[must_use]
    pub fn internal(happened: impl Display) -> Self {
        Self {
            private: Some(happened.to_string()),
            ..Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "a fault of Signalbox: its log says more",
            )
        }
    }

    /// The same error with a member of its own.
    #[must_use]
    pub fn with(mut self, member: &str, value: Value) -> Self {
        self.members.insert(member.to_owned(), value);
        self
    }

    /// The same error, which may be gone after so many seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u16) -> Self {
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if let Some(happened) = &self.private {
            tracing::error!(
                status = self.status.as_u16(),
                happened,
                "a request failed by a fault of Signalbox"
            );
        }
        let title = self.status.canonical_reason().unwrap_or("Error");
        let mut body = *self.members;
        body.insert("title".into(), title.into());
        body.insert("status".into(), self.status.as_u16().into());
        body.insert("detail".into(), self.detail.into());
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn text(response: Response) -> String {
        let body = axum::body::to_bytes(response.into_body(), 1 << 10).await.unwrap();
        String::from_utf8(body.into()).unwrap()
    }

    #[tokio::test]
    async fn the_private_half_is_not_sent() {
        let response = ApiError::internal("hunter2").into_response();
        assert_eq!(response.status(), 500);
        assert_eq!(
            text(response).await,
            r#"{"detail":"a fault of Signalbox: its log says more","status":500,"title":"Internal Server Error"}"#
        );
    }

    #[tokio::test]
    async fn members_and_the_wait_stand_beside_what_all_errors_have() {
        let error = ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "later");
        let response = error
            .with("targets", Value::from(["a"]))
            .retry_after(30)
            .into_response();
        assert_eq!(response.headers()[RETRY_AFTER], "30");
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
        assert_eq!(
            text(response).await,
            r#"{"detail":"later","status":503,"targets":["a"],"title":"Service Unavailable"}"#
        );
    }
}
