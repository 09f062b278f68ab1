//! Operation Orchestration Service (OOS): patch states of instances.

use serde::Serialize;

use super::number;
use crate::fleet::PatchState;
use crate::message::{Admitted, Ask, Refusal};
use crate::world::World;

const MAX_RESULTS: u64 = 100;
const MAX_INSTANCES: usize = 100;

/// The region that a call names.
pub(super) fn region(world: &World, ask: &Ask) -> Result<String, Refusal> {
    let region = ask
        .param("RegionId")
        .ok_or_else(|| Refusal::new(400, "MissingRegionId", "RegionId is mandatory for this action."))?;
    if world.fleet.knows_alibaba_region(region) {
        return Ok(region.to_owned());
    }
    Err(Refusal::new(
        404,
        "InvalidRegionId.NotFound",
        "The specified RegionId does not exist.",
    ))
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Page<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
    request_id: &'a str,
    max_results: u64,
    instance_patch_states: Vec<PatchState<'a>>,
}

/// `ListInstancePatchStates`. A page may hold fewer rows than asked for, even none, while a token says that there is more.
pub(super) fn patch_states(
    world: &World,
    ask: &Ask,
    call: &Admitted,
    request_id: &str,
    looping: bool,
) -> Result<String, Refusal> {
    let max_results = number(ask, "MaxResults", 1..=MAX_RESULTS, 50)?;
    let max = usize::try_from(max_results).unwrap_or(50);
    let patches = &world.fleet.patches;
    let row = |index| patches.row(call.account, &call.region, index);
    let cursor = match ask.param("NextToken") {
        None => Cursor::default(),
        Some(token) => Cursor::parse(token, call).ok_or_else(|| {
            Refusal::new(
                400,
                "InvalidParameter",
                format!("The parameter NextToken is invalid: {token}"),
            )
        })?,
    };
    let (rows, next): (Vec<PatchState<'_>>, Option<Cursor>) = if let Some(ids) = ask.param("InstanceIds") {
        let ids = instance_ids(ids)?;
        let indices: Vec<usize> = ids
            .iter()
            .flat_map(|id| patches.of_instance(call.account, &call.region, id))
            .collect();
        let end = (cursor.offset + max).min(indices.len());
        let rows = indices
            .get(cursor.offset..end)
            .unwrap_or_default()
            .iter()
            .filter_map(|&index| row(index))
            .collect();
        (
            rows,
            (end < indices.len()).then_some(Cursor {
                offset: end,
                empty_shown: false,
            }),
        )
    } else {
        let count = patches.count(call.account, &call.region);
        let end = (cursor.offset + page_length(&cursor, max, call)).min(count);
        let rows = (cursor.offset..end).filter_map(row).collect();
        let empty_shown = end == cursor.offset;
        (
            rows,
            (end < count).then_some(Cursor {
                offset: end,
                empty_shown,
            }),
        )
    };
    let next_token = match next {
        // The token that was just sent, for ever; on the first page one that will come again.
        Some(_) if looping && ask.param("NextToken").is_some() => ask.param("NextToken").map(str::to_owned),
        Some(cursor) => Some(cursor.print(call)),
        None => last_token(call, rows.len() == max).map(str::to_owned),
    };
    let page = Page {
        next_token,
        request_id,
        max_results,
        instance_patch_states: rows,
    };
    serde_json::to_string(&page).map_err(|error| Refusal::new(500, "InternalError", error.to_string()))
}

/// How many rows a page gets: most are full, some are shorter, and one account's second page is empty.
fn page_length(cursor: &Cursor, max: usize, call: &Admitted) -> usize {
    if call.account == 2 && cursor.offset > 0 && cursor.offset <= max && !cursor.empty_shown {
        return 0;
    }
    if (cursor.offset / max) % 16 == 3 {
        max.div_ceil(2)
    } else {
        max
    }
}

/// What stands for "no more": nothing, an empty text, or the dash of the vendor's sample. Behind a full page it is always said.
fn last_token(call: &Admitted, full: bool) -> Option<&'static str> {
    match call.region.as_str() {
        "ap-southeast-1" | "cn-beijing" => Some("-"),
        "cn-shanghai" => Some(""),
        _ => full.then_some(""),
    }
}

/// Reads the JSON array in `InstanceIds`.
fn instance_ids(text: &str) -> Result<Vec<String>, Refusal> {
    let ids: Option<Vec<String>> = serde_json::from_str(text).ok();
    ids.filter(|ids| ids.len() <= MAX_INSTANCES).ok_or_else(|| {
        let message =
            format!("The parameter InstanceIds must be a JSON array of at most {MAX_INSTANCES} instance ids.");
        Refusal::new(400, "InvalidParameter", message)
    })
}

/// Where the next page begins. Its token is opaque to callers and holds characters that must be encoded in a query.
#[derive(Default)]
struct Cursor {
    offset: usize,
    empty_shown: bool,
}

impl Cursor {
    fn print(&self, call: &Admitted) -> String {
        format!(
            "AAAAA{}+{:x}/{}{:x}==",
            u8::from(self.empty_shown),
            self.offset,
            call.region,
            call.account
        )
    }

    /// A token of this account and region.
    fn parse(token: &str, call: &Admitted) -> Option<Self> {
        let rest = token.strip_prefix("AAAAA")?;
        let (empty_shown, rest) = rest.split_once('+')?;
        let (offset, _) = rest.split_once('/')?;
        let cursor = Self {
            offset: usize::from_str_radix(offset, 16).ok()?,
            empty_shown: empty_shown == "1",
        };
        (cursor.print(call) == token).then_some(cursor)
    }
}
