//! Identity and Access Management: the look-ups of project and domain ids.

use serde_json::{Value, json};

use crate::message::{Admitted, Ask};
use crate::world::World;

/// `KeystoneListProjects`: the account's projects, of one region when `name` is given.
pub(super) fn projects(world: &World, ask: &Ask, call: &Admitted) -> String {
    let account = &world.fleet.accounts[call.account];
    let base = "https://iam.myhuaweicloud.com/v3/projects";
    let projects: Vec<Value> = account
        .projects
        .iter()
        .filter(|(region, _)| ask.param("name").is_none_or(|name| *region == name))
        .map(|(region, id)| {
            json!({
                "id": id, "name": region, "domain_id": account.domain_id, "parent_id": account.domain_id,
                "is_domain": false, "enabled": true, "description": "", "links": {"self": format!("{base}/{id}")},
            })
        })
        .collect();
    json!({"projects": projects, "links": {"self": base, "next": null, "previous": null}}).to_string()
}

/// `KeystoneListAuthDomains`: the one domain of the account.
pub(super) fn domains(world: &World, call: &Admitted) -> String {
    let account = &world.fleet.accounts[call.account];
    let base = "https://iam.myhuaweicloud.com/v3/domains";
    let domain = json!({
        "id": account.domain_id, "name": account.id, "enabled": true, "description": "",
        "links": {"self": format!("{base}/{}", account.domain_id)},
    });
    json!({"domains": [domain], "links": {"self": base, "next": null, "previous": null}}).to_string()
}
