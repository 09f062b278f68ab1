//! The description and what it describes.

use crate::proxy::{Proxy, Setup, feeds};
use serde_json::Value;

async fn json(proxy: &Proxy, path: &str) -> Value {
    let response = proxy.get(path).await;
    assert_eq!(response.status(), 200, "{path}");
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

#[tokio::test]
async fn the_description_is_of_what_there_is() {
    let proxy = Proxy::start(Setup {
        rows: 60,
        feeds: Some(feeds()),
        ..Setup::default()
    })
    .await;
    let description = json(&proxy, "/api/v1/openapi.json").await;
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1."));
    let paths: Vec<&String> = description["paths"].as_object().unwrap().keys().collect();
    let tables = description["components"]["schemas"]["TableId"]["enum"]
        .as_array()
        .unwrap();
    // What somebody must have made first has tests of its own.
    let there = paths
        .iter()
        .filter(|path| !path.contains("{id}") && !path.contains("{sealed}"));
    for path in there {
        for table in tables {
            let path = path.replace("{table}", table.as_str().unwrap());
            let response = proxy.http.head(format!("{}{path}", proxy.url)).send().await.unwrap();
            assert_eq!(response.status(), 200, "{path}");
        }
    }
}

#[tokio::test]
async fn exports_have_the_shape_that_is_described() {
    let proxy = Proxy::start(Setup {
        rows: 60,
        ..Setup::default()
    })
    .await;
    let description = json(&proxy, "/api/v1/openapi.json").await;
    let schemas = &description["components"]["schemas"];
    for table in catalog::tables().iter().map(|table| table.id) {
        let (first, rest) = table.split_at(1);
        let properties = &schemas[format!("{}{rest}Row", first.to_uppercase())]["properties"];
        let columns: Vec<&str> = properties.as_object().unwrap().keys().map(String::as_str).collect();
        let path = format!("/api/v1/export/{table}.json?cols={}", columns.join(","));
        let whole = json(&proxy, &path).await;
        for member in schemas["Export"]["required"].as_array().unwrap() {
            assert!(whole.get(member.as_str().unwrap()).is_some(), "{member}");
        }
        for (id, value) in whole["rows"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|row| row.as_object().unwrap())
        {
            let kind = match value {
                Value::Null => "null",
                Value::Bool(_) => "boolean",
                Value::Number(_) => "number",
                Value::String(_) => "string",
                Value::Array(_) => "array",
                Value::Object(_) => "object",
            };
            let kinds = properties[id]["type"].as_array().unwrap();
            assert!(kinds.iter().any(|known| known == kind), "{table}.{id} is {value}");
        }
    }
}
