//! Identity and Access Management: the look-ups of project and domain ids, and the older way to temporary keys.

use serde_json::{Value, json};

use super::sessions;
use crate::fleet::AGENCY;
use crate::machine::Session;
use crate::message::{Admitted, Ask, Refusal, Reply};
use crate::service::Action;
use crate::world::World;

/// The longest life of keys, in seconds.
const LONGEST: i64 = 86_400;

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

/// `KeystoneListAuthDomains`: the one domain of the account, and none for keys of the newer service, which is asked instead.
pub(super) fn domains(world: &World, call: &Admitted) -> String {
    let account = &world.fleet.accounts[call.account];
    let base = "https://iam.myhuaweicloud.com/v3/domains";
    let domain = json!({
        "id": account.domain_id, "name": account.id, "enabled": true, "description": "",
        "links": {"self": format!("{base}/{}", account.domain_id)},
    });
    let domains: Vec<Value> = std::iter::once(domain).filter(|_| call.role.is_none()).collect();
    json!({"domains": domains, "links": {"self": base, "next": null, "previous": null}}).to_string()
}

/// By what `securitytokens` is asked for keys.
pub(super) fn way_to_keys(ask: &Ask) -> Result<Action, Refusal> {
    match sessions::body(ask)["auth"]["identity"]["methods"][0].as_str() {
        Some("assume_role") => Ok(Action::AgencyKeys),
        Some("token") => Ok(Action::TokenKeys),
        _ => Err(invalid("auth.identity.methods is invalid.")),
    }
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::gateway(400, "400", message)
}

/// `CreateTemporaryAccessKeyByAgency`: for callers that say of which domain they are.
pub(super) fn agency_keys(world: &World, ask: &Ask, call: &Admitted) -> Result<Reply, Refusal> {
    if ask.header("x-domain-id") != Some(world.fleet.accounts[call.account].domain_id.as_str()) {
        return Err(Refusal::gateway(
            403,
            "403",
            "You are not authorized to perform the requested action.",
        ));
    }
    let role = &sessions::body(ask)["auth"]["identity"]["assume_role"];
    let domain = ["domain_id", "domain_name"]
        .iter()
        .find_map(|name| role[*name].as_str());
    let domain = domain.ok_or_else(|| invalid("domain_id or domain_name is mandatory."))?;
    let agency = role["agency_name"].as_str();
    let account = sessions::account_of(world, domain).filter(|_| agency == Some(AGENCY));
    let account = account.ok_or_else(|| Refusal::gateway(404, "404", "Could not find the agency."))?;
    if let Some(name) = role["session_user"]["name"].as_str() {
        let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let fine =
            (5..=64).contains(&name.len()) && name.chars().all(good) && !name.starts_with(|c: char| c.is_ascii_digit());
        if !fine {
            return Err(invalid("session_user.name is invalid."));
        }
    }
    let life = sessions::life(&role["duration_seconds"], LONGEST, invalid)?;
    Ok(created(Session::open(world, account, life, None).older().to_string()))
}

/// Whose token it is that IAM is asked with: an identity provider's, or one of its own.
pub(super) fn bearer(world: &World, ask: &Ask) -> Result<usize, Refusal> {
    let auth = &sessions::body(ask)["auth"];
    let token = auth["id_token"]["id"]
        .as_str()
        .or(auth["identity"]["token"]["id"].as_str());
    if auth["id_token"].is_object() && ask.header("x-idp-id").is_none() {
        return Err(invalid("X-Idp-Id is mandatory."));
    }
    let bearer = sessions::read_token(world, token.unwrap_or_default());
    bearer.map_err(|why| {
        Refusal::gateway(
            401,
            "401",
            format!("The request you have made requires authentication: {why}."),
        )
    })
}

/// `CreateUnscopedTokenWithIdToken`: a token of IAM for one of the identity provider.
pub(super) fn identity_token(world: &World, call: &Admitted) -> Reply {
    let account = &world.fleet.accounts[call.account];
    let token = sessions::identity_token(world, &account.id, chrono::TimeDelta::hours(24));
    Reply {
        headers: vec![("x-subject-token", token)],
        ..created(json!({"token": {"methods": ["mapped"], "user": {"domain": {"id": account.domain_id}}}}).to_string())
    }
}

/// `CreateTemporaryAccessKeyByToken`: keys for a token of IAM.
pub(super) fn token_keys(world: &World, ask: &Ask, call: &Admitted) -> Result<Reply, Refusal> {
    let wanted = &sessions::body(ask)["auth"]["identity"]["token"]["duration_seconds"];
    let life = sessions::life(wanted, LONGEST, invalid)?;
    Ok(created(
        Session::open(world, call.account, life, None).older().to_string(),
    ))
}

fn created(body: String) -> Reply {
    Reply {
        status: 201,
        ..Reply::json(body)
    }
}
