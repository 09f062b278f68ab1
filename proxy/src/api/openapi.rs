//! `GET /api/v1/openapi.json`: the description of everything under `/api/v1`, in `OpenAPI` 3.1.
//!
//! What never changes stands in `openapi/description.json`; the tables and their columns come from the catalogue.

use axum::Json;
use catalog::{Column, Kind, Table};
use http::header::{CACHE_CONTROL, HeaderName};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// The description, built once.
pub static DESCRIPTION: LazyLock<Value> = LazyLock::new(description);

/// The description.
pub async fn show() -> ([(HeaderName, &'static str); 1], Json<&'static Value>) {
    ([(CACHE_CONTROL, "no-cache")], Json(&DESCRIPTION))
}

fn description() -> Value {
    // A test reads the file, so what could be wrong with it is known before it is built in.
    let mut whole: Value = serde_json::from_str(include_str!("openapi/description.json")).unwrap_or_default();
    whole["info"]["version"] = env!("CARGO_PKG_VERSION").into();
    let schemas = &mut whole["components"]["schemas"];
    let tables = catalog::tables();
    schemas["TableId"]["enum"] = tables.iter().map(|table| table.id).collect();
    let conditions: Map<String, Value> = tables
        .iter()
        .flat_map(|table| table.columns())
        .map(|column| (column.id.to_owned(), json!({"type": "string"})))
        .collect();
    schemas["Conditions"]["properties"] = conditions.into();
    let name = |table: &Table| format!("{}Row", capital(table.id));
    let row = |table: &&'static Table| json!({"$ref": format!("#/components/schemas/{}", name(table))});
    schemas["Row"]["anyOf"] = tables.iter().map(row).collect();
    for table in tables {
        schemas[name(table)] = shape(table);
    }
    whole
}

fn capital(id: &str) -> String {
    let mut letters = id.chars();
    letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect()
}

/// A row of the table's exports. Only the columns of the view are there.
fn shape(table: &'static Table) -> Value {
    let columns: Map<String, Value> = table
        .columns()
        .map(|column| (column.id.to_owned(), property(column)))
        .collect();
    json!({
        "type": "object",
        "title": table.label.en,
        "description": table.about.en,
        "properties": columns,
        "additionalProperties": false,
    })
}

fn property(column: &Column) -> Value {
    let mut shape = match column.kind {
        Kind::Text => json!({"type": ["string", "null"]}),
        Kind::Number => json!({"type": ["number", "string", "null"]}),
        Kind::Time => json!({"type": ["string", "null"], "format": "date-time"}),
        Kind::Bool => json!({"type": ["boolean", "string", "null"]}),
        Kind::List => json!({"type": ["array", "null"], "items": {"type": "string"}}),
    };
    shape["title"] = column.label.en.into();
    if !column.values.is_empty() {
        shape["examples"] = column.values.iter().map(|known| known.value).collect();
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every `$ref` below a value.
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str));
                members.values().for_each(|member| references(member, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let mut found = Vec::new();
        references(&DESCRIPTION, &mut found);
        assert!(found.len() > 50);
        for reference in found {
            let place = reference.strip_prefix('#').unwrap();
            assert!(DESCRIPTION.pointer(place).is_some(), "{reference}");
        }
    }

    #[test]
    fn every_part_is_referred_to() {
        let mut found = Vec::new();
        references(&DESCRIPTION, &mut found);
        // Ways to come in are called by their names.
        let security = DESCRIPTION["security"].as_array().unwrap();
        for (kind, parts) in DESCRIPTION["components"].as_object().unwrap() {
            for name in parts.as_object().unwrap().keys() {
                let reference = format!("#/components/{kind}/{name}");
                let by_name = kind == "securitySchemes" && security.iter().any(|ways| ways.get(name).is_some());
                assert!(by_name || found.contains(&reference.as_str()), "{reference}");
            }
        }
    }

    #[test]
    fn the_tables_are_the_catalogues() {
        let schemas = &DESCRIPTION["components"]["schemas"];
        let patches = &schemas["PatchesRow"]["properties"];
        assert_eq!(patches["missing"]["type"], json!(["number", "string", "null"]));
        assert_eq!(
            patches["missing"]["title"],
            catalog::table("patches").unwrap().column("missing").unwrap().label.en
        );
        assert_eq!(
            schemas["TableId"]["enum"].as_array().unwrap().len(),
            catalog::tables().len()
        );
        assert_eq!(
            schemas["Row"]["anyOf"].as_array().unwrap().len(),
            catalog::tables().len()
        );
        assert!(schemas["Conditions"]["properties"]["stack_set"].is_object());
    }

    #[test]
    fn parameters_in_paths_are_declared() {
        let paths = DESCRIPTION["paths"].as_object().unwrap().iter();
        let operations = paths.flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().values();
            methods.map(move |operation| (path, operation))
        });
        for (path, operation) in operations {
            assert!(operation["operationId"].is_string(), "{path}");
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let table = json!({"$ref": "#/components/parameters/Table"});
            assert_eq!(path.contains("{table}"), parameters.contains(&table), "{path}");
        }
    }
}
