//! Cloud Operations Center.

use serde_json::{Value, json};

use super::number;
use crate::fleet::Ticket;
use crate::message::{Admitted, Ask, Refusal};
use crate::world::World;

/// Code of every wrong parameter.
const INVALID: &str = "COC.00010002";

/// `ListExecutions`: newest first, by offset and limit, with the total.
pub(super) fn executions(world: &World, ask: &Ask, call: &Admitted, looping: bool) -> Result<String, Refusal> {
    let limit = number(ask, "limit", 1..=100, 10, INVALID)?;
    let offset = number(ask, "offset", 0..=u64::from(u32::MAX), 0, INVALID)?;
    let filter = Filter::read(ask)?;
    let found: Vec<&Value> = world.fleet.holdings[call.account]
        .tickets
        .iter()
        .filter(|ticket| filter.takes(ticket))
        .map(|ticket| &ticket.row)
        .collect();
    let total = if looping { 1_000_000 } else { found.len() };
    let page: Vec<&&Value> = found
        .iter()
        .skip(if looping { 0 } else { offset })
        .take(limit)
        .collect();
    Ok(json!({"data": page, "total": total}).to_string())
}

struct Filter<'a> {
    creator: Option<String>,
    document_name: Option<String>,
    document_id: Option<&'a str>,
    start_time: Option<i64>,
    end_time: Option<i64>,
    tags: Vec<(&'a str, &'a str)>,
    exclude_children: bool,
}

impl<'a> Filter<'a> {
    fn read(ask: &'a Ask) -> Result<Self, Refusal> {
        let invalid =
            |name: &str| Refusal::new(400, INVALID, format!("Invalid parameter values. {name} is not valid."));
        let time = |name| {
            ask.param(name)
                .map(|text| text.parse::<i64>().map_err(|_| invalid(name)))
                .transpose()
        };
        let tag = |pair: &'a str| pair.split_once('=').ok_or_else(|| invalid("tags"));
        Ok(Self {
            creator: ask.param("creator").map(str::to_lowercase),
            document_name: ask.param("document_name").map(str::to_lowercase),
            document_id: ask.param("document_id"),
            start_time: time("start_time")?,
            end_time: time("end_time")?,
            tags: ask
                .param("tags")
                .map_or(Ok(Vec::new()), |tags| tags.split(',').map(tag).collect())?,
            exclude_children: match ask.param("exclude_child_executions") {
                None | Some("false") => false,
                Some("true") => true,
                Some(_) => return Err(invalid("exclude_child_executions")),
            },
        })
    }

    /// Names are compared fuzzily, times strictly: an end that is not there yet is after every bound.
    fn takes(&self, ticket: &Ticket) -> bool {
        let fuzzy = |wanted: &Option<String>, text: &str| {
            wanted
                .as_ref()
                .is_none_or(|wanted| text.to_lowercase().contains(wanted))
        };
        fuzzy(&self.creator, ticket.creator)
            && fuzzy(&self.document_name, ticket.document)
            && self.document_id.is_none_or(|id| ticket.document_id == id)
            && self.start_time.is_none_or(|bound| ticket.start > bound)
            && self
                .end_time
                .is_none_or(|bound| ticket.end.is_some_and(|end| end < bound))
            && self.tags.iter().all(|tag| ticket.tags.contains(tag))
            && !(self.exclude_children && ticket.child)
    }
}
