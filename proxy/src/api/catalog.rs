//! `GET /api/v1/catalog`: the tables, accounts and saved views that there are for the user.

use crate::caller::Caller;
use crate::saved_views::SavedView;
use axum::Json;
use catalog::{Cloud, Column, Kind, Label, Table};
use http::header::{CACHE_CONTROL, HeaderName};
use serde::Serialize;

/// The answer.
#[derive(Debug, Serialize)]
pub struct Shown {
    tables: Vec<ShownTable>,
    accounts: Vec<ShownAccount>,
    views: Vec<SavedView>,
}

#[derive(Debug, Serialize)]
struct ShownTable {
    id: &'static str,
    columns: Vec<ShownColumn>,
    sources: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
struct ShownColumn {
    id: &'static str,
    #[serde(rename = "type")]
    kind: Kind,
    label: Label,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
struct ShownAccount {
    id: String,
    cloud: Cloud,
    regions: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    env: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<String>,
}

/// Tables with their columns and sources, accounts with their regions, the team's saved views.
pub async fn show(caller: Caller) -> ([(HeaderName, &'static str); 1], Json<Shown>) {
    let accounts = caller.accounts().map(|account| ShownAccount {
        id: account.id.clone(),
        cloud: account.vendor.cloud(),
        regions: account.regions.clone(),
        env: account.labels.env.clone(),
        team: account.labels.team.clone(),
    });
    let table = |table: &'static Table| ShownTable {
        id: table.id,
        columns: table.columns().map(column).collect(),
        sources: caller.sources(table).map(|source| source.id).collect(),
    };
    let shown = Shown {
        tables: caller.tables().map(table).collect(),
        accounts: accounts.collect(),
        views: caller.saved_views().cloned().collect(),
    };
    ([(CACHE_CONTROL, "no-store")], Json(shown))
}

fn column(column: &'static Column) -> ShownColumn {
    ShownColumn {
        id: column.id,
        kind: column.kind,
        label: column.label,
        values: column.values.iter().map(|known| known.value).collect(),
    }
}
