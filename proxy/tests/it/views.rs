//! Saved views.

use crate::proxy::{Proxy, Setup};
use serde_json::Value;

async fn json(proxy: &Proxy, path: &str) -> Value {
    let response = proxy.get(path).await;
    assert_eq!(response.status(), 200, "{path}");
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

#[tokio::test]
async fn the_catalogue_has_the_saved_views() {
    let proxy = Proxy::start(Setup::default()).await;
    let catalog = json(&proxy, "/api/v1/catalog").await;
    let views = catalog["views"].as_array().unwrap();
    assert_eq!(views.len(), 6);
    for view in views {
        let (table, query) = (view["table"].as_str().unwrap(), view["query"].as_str().unwrap());
        assert!(!query.starts_with('?') && !query.is_empty());
        // The demo has something to show for each of them.
        let whole = json(&proxy, &format!("/api/v1/export/{table}.json?{query}")).await;
        assert_eq!(whole["not_understood"], serde_json::json!([]), "{view}");
        assert!(!whole["rows"].as_array().unwrap().is_empty(), "{view}");
        assert_eq!(whole["link"], format!("{}/{table}?{query}", proxy.url), "canonical");
    }
}
