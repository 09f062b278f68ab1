//! Resource Formation Service.

use serde_json::{Value, json};

use super::number;
use crate::fleet::StackSet;
use crate::message::{Admitted, Ask, Refusal};
use crate::world::World;

const INVALID: &str = "RFS.00000400";

/// `ListStackSets`.
pub(super) fn stack_sets(world: &World, ask: &Ask, call: &Admitted, looping: bool) -> Result<String, Refusal> {
    client_request_id(ask)?;
    let rows: Vec<&Value> = own(world, call).map(|set| &set.row).collect();
    page(ask, "stack_sets", &rows, "stack-sets", looping)
}

/// `ListStackSetOperations`.
pub(super) fn operations(world: &World, ask: &Ask, call: &Admitted, looping: bool) -> Result<String, Refusal> {
    client_request_id(ask)?;
    let name = ask.segments().get(2).cloned().unwrap_or_default();
    let set = own(world, call).find(|set| set.name == name);
    let set = set.ok_or_else(|| Refusal::new(404, "RFS.00000404", format!("The stack set {name} does not exist.")))?;
    if ask.param("stack_set_id").is_some_and(|id| id != set.id) {
        return Err(invalid("stack_set_id is not the id of the current stack set"));
    }
    if !matches!(ask.param("call_identity"), None | Some("SELF" | "DELEGATED_ADMIN")) {
        return Err(invalid("call_identity must be SELF or DELEGATED_ADMIN"));
    }
    let groups = filter(ask.param("filter").unwrap_or_default())?;
    let descending = descending(ask)?;
    let takes = |name: &str, value: &str| {
        groups
            .iter()
            .filter(|(wanted, _)| *wanted == name)
            .all(|(_, values)| values.contains(&value))
    };
    let mut rows: Vec<&Value> = set
        .operations
        .iter()
        .filter(|operation| takes("status", operation.status) && takes("action", operation.action))
        .map(|operation| &operation.row)
        .collect();
    if !descending {
        rows.reverse();
    }
    page(ask, "stack_set_operations", &rows, &set.id, looping)
}

/// The account's stack sets in the region of the project.
fn own<'a>(world: &'a World, call: &'a Admitted) -> impl Iterator<Item = &'a StackSet> {
    world.fleet.holdings[call.account]
        .stack_sets
        .iter()
        .filter(|set| set.region == call.region)
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(400, INVALID, message)
}

fn client_request_id(ask: &Ask) -> Result<(), Refusal> {
    match ask.header("client-request-id") {
        Some(id) if !id.is_empty() => Ok(()),
        _ => Err(invalid("The header Client-Request-Id is missing.")),
    }
}

/// A page of rows behind the marker. A marker belongs to one list.
fn page(ask: &Ask, list: &str, rows: &[&Value], of: &str, looping: bool) -> Result<String, Refusal> {
    let limit = number(ask, "limit", 1..=100, 100, INVALID)?;
    let print = |offset: usize| format!("{offset:08x}-{}", of.split('-').next().unwrap_or_default());
    let offset = match ask.param("marker") {
        None => 0,
        Some(marker) => {
            let offset = marker
                .get(..8)
                .and_then(|digits| usize::from_str_radix(digits, 16).ok());
            offset
                .filter(|offset| print(*offset) == marker)
                .ok_or_else(|| invalid("marker is not valid"))?
        }
    };
    let end = (offset + limit).min(rows.len());
    let page = rows.get(offset..end).unwrap_or_default();
    let next = match (looping, ask.param("marker")) {
        (true, Some(marker)) => Some(marker.to_owned()),
        (true, None) => Some(print(0)),
        (false, _) => (end < rows.len()).then(|| print(end)),
    };
    let previous = (offset > 0).then(|| print(offset.saturating_sub(limit)));
    let page_info = json!({"next_marker": next, "previous_marker": previous, "current_count": page.len()});
    Ok(json!({list: page, "page_info": page_info}).to_string())
}

/// Reads `name==a|name==b,other==c` to names with their values. With a semicolon in it the whole filter is void.
fn filter(text: &str) -> Result<Vec<(&str, Vec<&str>)>, Refusal> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    if text.is_empty() || text.contains(';') {
        return Ok(groups);
    }
    for group in text.split(',') {
        let mut found: Option<(&str, Vec<&str>)> = None;
        for term in group.split('|') {
            let (name, value) = term
                .split_once("==")
                .ok_or_else(|| invalid(format!("filter: {term} is not name==value")))?;
            let word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            if !matches!(name, "status" | "action") || !word(value) {
                return Err(invalid(format!("filter: {term} is not status==WORD or action==WORD")));
            }
            match &mut found {
                None => found = Some((name, vec![value])),
                Some((same, values)) if *same == name => values.push(value),
                Some(_) => return Err(invalid("filter: one OR condition may be about one name only")),
            }
        }
        groups.extend(found);
    }
    let mut names: Vec<&str> = groups.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(invalid("filter: a name may stand in one AND condition only"));
    }
    Ok(groups)
}

/// The direction of the sort by creation time; newest first by default.
fn descending(ask: &Ask) -> Result<bool, Refusal> {
    let values = |name: &str| -> Vec<&str> {
        ask.params
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .collect()
    };
    match (values("sort_key").as_slice(), values("sort_dir").as_slice()) {
        ([], []) | (["create_time"], ["desc"]) => Ok(true),
        (["create_time"], ["asc"]) => Ok(false),
        _ => Err(invalid(
            "sort_key must be create_time and sort_dir asc or desc, as many of one as of the other",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::filter;

    #[test]
    fn or_binds_tighter_than_and() {
        let read = filter("status==A|status==B,action==C").unwrap();
        assert_eq!(read, [("status", vec!["A", "B"]), ("action", vec!["C"])]);
        assert!(filter("").unwrap().is_empty());
        assert!(filter("status==A;").unwrap().is_empty());
    }

    #[test]
    fn what_the_page_forbids_is_refused() {
        for wrong in [
            "status=A",
            "name==A",
            "status==A|action==B",
            "status==A,status==B",
            "status==",
            "status==A B",
            ",",
        ] {
            assert_eq!(filter(wrong).unwrap_err().status, 400, "{wrong}");
        }
    }
}
