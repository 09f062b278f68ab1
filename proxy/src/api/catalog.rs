//! `GET /api/v1/catalog`: the tables, accounts and saved views that there are for the user.

use crate::http::state::App;
use crate::views::SavedView;
use axum::Json;
use axum::extract::State;
use catalog::{Cloud, Column, Kind, Label, Table};
use http::header::{CACHE_CONTROL, HeaderName};
use serde::Serialize;
use std::sync::Arc;

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
}

/// Tables with their columns and sources, accounts with their regions, the team's saved views.
pub async fn show(State(app): State<Arc<App>>) -> ([(HeaderName, &'static str); 1], Json<Shown>) {
    let settings = app.settings();
    let accounts = settings.accounts.iter().map(|account| ShownAccount {
        id: account.id.clone(),
        cloud: account.cloud,
        regions: account.regions.clone(),
    });
    let shown = Shown {
        tables: catalog::tables().into_iter().map(table).collect(),
        accounts: accounts.collect(),
        views: settings.saved_views.clone(),
    };
    ([(CACHE_CONTROL, "no-store")], Json(shown))
}

fn table(table: &'static Table) -> ShownTable {
    ShownTable {
        id: table.id,
        columns: table.columns().map(column).collect(),
        sources: table.sources().map(|source| source.id).collect(),
    }
}

fn column(column: &'static Column) -> ShownColumn {
    ShownColumn {
        id: column.id,
        kind: column.kind,
        label: column.label,
        values: column.values.iter().map(|known| known.value).collect(),
    }
}
