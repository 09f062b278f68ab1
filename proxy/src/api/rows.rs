//! `GET /api/v1/rows/{table}`: a table's rows, streamed as the clouds hand them out.

use super::stream;
use crate::caller::{Caller, Choice};
use crate::http::problem::ApiError;
use crate::http::state::App;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use std::sync::Arc;
use url::form_urlencoded;

/// Answers with one JSON object a line; see [`stream`]. `account` and `region` choose targets by comma lists; a name that no target has
/// chooses nothing, just as a condition on a value that no row has.
///
/// # Errors
/// 404 for a table that there is not.
pub async fn stream(
    State(app): State<Arc<App>>,
    caller: Caller,
    table: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let table = table
        .ok()
        .and_then(|Path(table)| catalog::table(&table))
        .ok_or_else(|| {
            let ids: Vec<_> = catalog::tables().iter().map(|table| table.id).collect();
            ApiError::new(
                StatusCode::NOT_FOUND,
                format!("there is no such table; there are {}", ids.join(", ")),
            )
        })?;
    let targets = caller.targets(table, &choice(query.as_deref().unwrap_or_default()));
    let lines = stream::lines(Arc::clone(app.client()), targets);
    let headers = [(CONTENT_TYPE, "application/x-ndjson"), (CACHE_CONTROL, "no-store")];
    Ok((headers, Body::from_stream(lines)).into_response())
}

fn choice(query: &str) -> Choice {
    let mut choice = Choice::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let names = match &*name {
            "account" => &mut choice.accounts,
            "region" => &mut choice.regions,
            _ => continue,
        };
        names.extend(value.split(',').filter(|name| !name.is_empty()).map(str::to_owned));
    }
    choice
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comma_lists_and_repeats_add_up() {
        let asked = choice("account=a%2Cb,c&region=&account=d&x=y&region=r");
        assert_eq!(asked.accounts, ["a", "b", "c", "d"]);
        assert_eq!(asked.regions, ["r"]);
        assert_eq!(choice(""), Choice::default());
    }
}
