//! The query string of the timeline, which shows several tables at once: a condition belongs to every table that has its column.

use super::{no_part, not_understood};
use catalog::Table;
use table::View;
use table::view::{Param, decode_query, encode_query};

/// The tables on the time axis.
const TABLES: [&str; 4] = ["plans", "tickets", "patches", "operations"];

/// Parameters that are no columns, in canonical order.
const RESERVED: [&str; 4] = ["q", "tz", "group", "since"];

/// The canonical query: conditions in the order of the tables' columns, then what is reserved.
///
/// # Errors
/// Everything that is not understood, one text each.
pub fn canonical(query: &str) -> Result<String, Vec<String>> {
    let tables: Vec<&'static Table> = TABLES.iter().filter_map(|id| catalog::table(id)).collect();
    let mut params: Vec<(usize, String, String)> = Vec::new();
    let mut faults = Vec::new();
    for param in decode_query(query) {
        match read(&tables, &param) {
            Ok(Some(read)) => params.push(read),
            Ok(None) => {}
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    params.sort();
    params.dedup();
    let pairs = params
        .iter()
        .map(|(_, name, text)| (name.as_str(), Some(text.as_str())));
    Ok(encode_query(pairs))
}

/// A parameter's place in the canonical order, its name and its canonical text; none for one that says nothing.
fn read(tables: &[&'static Table], param: &Param) -> Result<Option<(usize, String, String)>, String> {
    let name = param.name.as_str();
    if matches!(name, "row" | "view") {
        return Err(no_part(name));
    }
    let said = encode_query([(name, param.value.as_deref())]);
    let wrong = || not_understood(&[name, param.value.as_deref().unwrap_or_default()].join("="));
    let mut columns = tables.iter().flat_map(|table| table.columns().map(|column| column.id));
    let column = columns.position(|id| id == name);
    let place = match (RESERVED.iter().position(|known| *known == name), column) {
        (Some(at), _) => usize::MAX - RESERVED.len() + at,
        (None, Some(at)) => at,
        (None, None) => return Err(wrong()),
    };
    // Each table reads it in its own way; the first that understands it says how it is written.
    let views = tables.iter().map(|table| View::parse(table, &said));
    let mut understood = views.filter(|view| view.items().iter().all(|item| item.understood));
    let canonical = understood.next().ok_or_else(wrong)?.to_query();
    let text = decode_query(&canonical).next().and_then(|param| param.value);
    Ok(text.map(|text| (place, name.to_owned(), text)))
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn conditions_of_any_of_the_tables_are_understood() {
        assert_eq!(
            canonical("group=account&phase=failed,action&missing=gt.0&start=-7d..7d&account=b,a&q=x").unwrap(),
            "account=a,b&phase=action,failed&start=-7d..7d&missing=gt.0&q=x&group=account"
        );
        assert_eq!(canonical("").unwrap(), "");
        assert_eq!(canonical("q=&account=a&account=a").unwrap(), "account=a");
    }

    #[test]
    fn the_rest_is_named() {
        let faults = canonical("colour=red&start=gt.x&row=a&sort=start&cluster").unwrap_err();
        assert_eq!(faults.len(), 5, "{faults:?}");
        for (fault, part) in faults
            .iter()
            .zip(["colour=red", "start=gt.x", "`row`", "sort=start", "cluster="])
        {
            assert!(fault.contains(part), "{fault}");
        }
    }
}
