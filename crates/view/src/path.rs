//! Where a view is shown, and where it is exported: path and query of an address.

use super::{View, encode_query, encoding};

/// A path with a query string behind it; without the `?` where the query is empty.
pub fn with_query(path: &str, query: &str) -> String {
    let mark = if query.is_empty() { "" } else { "?" };
    [path, mark, query].concat()
}

/// The path that opens a row in its table, by the row's id.
pub fn row_path(table: &catalog::Table, id: &str, tz: Option<&str>) -> String {
    // As the view would print it; but this is asked for thousands of rows at once.
    let tz = tz.map(|tz| ("tz", Some(tz)));
    let query = encode_query(tz.into_iter().chain([("row", Some(id))]));
    ["/", table.id, "?", &query].concat()
}

/// The path of a table's export with a view's query string. The formats are the contract's: `csv`, `json`, `ndjson`, `xlsx` and `ics`.
pub fn export_path(table: &catalog::Table, format: &str, query: &str) -> String {
    with_query(&["/api/v1/export/", table.id, ".", format].concat(), query)
}

/// The path of everything that is known about a cluster, instance, document or stack set. Its id is one segment, whatever is in it.
pub fn resource_path(id: &str) -> String {
    let mut path = String::new();
    encoding::encode(&mut path, id);
    encoding::close(&mut path);
    ["/resource/", &path.replace('/', "%2F")].concat()
}

impl View {
    /// The path of the page that shows it: `/plans?state=Scheduled`.
    pub fn path(&self) -> String {
        with_query(&["/", self.table.id].concat(), &self.to_query())
    }
}

#[cfg(test)]
mod tests {
    use super::{View, export_path, resource_path, row_path};

    #[test]
    fn every_kind_of_path() {
        let table = catalog::table("patches").unwrap();
        let view = |query| View::parse(table, query);
        let zoned = view("").with_row(Some("a/b c")).with_tz(Some("+08:00"));
        for (path, shown) in [
            (view("").path(), "/patches"),
            (view("?sort=-failed,-missing,instance").path(), "/patches"),
            (
                view("missing=gt.0&account=b,a").path(),
                "/patches?account=a,b&missing=gt.0",
            ),
            (view("colour=red").path(), "/patches?colour=red"),
            (view("").with_name(Some("中")).path(), "/patches?view=%E4%B8%AD"),
            (row_path(table, "a/b c", None), "/patches?row=a/b%20c"),
            (row_path(table, "a/b c", zoned.tz.as_deref()), &zoned.path()),
            (export_path(table, "csv", ""), "/api/v1/export/patches.csv"),
            (
                export_path(table, "ndjson", &view("q=x").to_query()),
                "/api/v1/export/patches.ndjson?q=x",
            ),
        ] {
            assert_eq!(path, shown);
        }
        assert_eq!(resource_path("a/b (c)~d."), "/resource/a%2Fb%20%28c%29~d%2E");
        assert_eq!(row_path(table, "x/", None), "/patches?row=x%2F");
        assert_eq!(zoned.path(), "/patches?tz=%2B08:00&row=a/b%20c");
    }
}
