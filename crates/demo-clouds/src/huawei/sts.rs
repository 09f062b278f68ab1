//! Security Token Service, the newer way to temporary keys. <https://support.huaweicloud.com/intl/en-us/api-iam5/AssumeAgency.html>

use serde_json::{Value, json};

use super::sessions::{self, GUARDED};
use crate::fleet::AGENCY;
use crate::machine::Session;
use crate::message::{Admitted, Ask, Refusal};
use crate::world::World;

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::gateway(400, "STS5.0001", message)
}

/// An agency by its URN, `iam::{domain}:agency:{name}`.
fn agency<'a>(world: &World, body: &'a Value) -> Result<(usize, &'a str), Refusal> {
    let urn = body["agency_urn"].as_str().unwrap_or_default();
    let parts: Vec<&str> = urn.split(':').collect();
    let ["iam", "", domain, "agency", name] = parts.as_slice() else {
        return Err(invalid(format!("agency_urn is invalid: {urn}")));
    };
    let account = sessions::account_of(world, domain).filter(|_| [AGENCY, GUARDED].contains(name));
    let account = account.ok_or_else(|| {
        Refusal::gateway(
            404,
            "STS5.0004",
            format!("the agency does not exist or does not trust the caller: {urn}"),
        )
    })?;
    Ok((account, name))
}

fn session_name(body: &Value) -> Result<&str, Refusal> {
    let name = body["agency_session_name"].as_str().unwrap_or_default();
    let good = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    if (2..=64).contains(&name.len()) && name.chars().all(good) {
        Ok(name)
    } else {
        Err(invalid(
            "agency_session_name must have 2 to 64 letters, digits and _+=,.@-.",
        ))
    }
}

fn issue(world: &World, body: &Value, most: i64) -> Result<String, Refusal> {
    let (account, name) = agency(world, body)?;
    let session = session_name(body)?;
    let life = sessions::life(&body["duration_seconds"], most, invalid)?;
    let domain = &world.fleet.accounts[account].domain_id;
    let role = format!("{name}/{session}");
    let answer = json!({
        "assumed_agency": {"urn": format!("sts::{domain}:assumed-agency:{role}"), "id": format!("{name}-id:{session}")},
        "credentials": Session::open(world, account, life, Some(role)).newer(),
    });
    Ok(answer.to_string())
}

/// `AssumeAgency`, for whoever has signed it. The guarded agency asks for its external id.
pub(super) fn assume(world: &World, ask: &Ask) -> Result<String, Refusal> {
    let body = sessions::body(ask);
    let (account, name) = agency(world, &body)?;
    let wanted = sessions::external_id(&world.fleet.accounts[account].id);
    if name == GUARDED && body["external_id"].as_str() != Some(wanted.as_str()) {
        return Err(Refusal::gateway(
            403,
            "STS5.0003",
            "no trust policy allows sts:agencies:assume",
        ));
    }
    // Who has come by an agency may go on by another for an hour only.
    let most = if ask.header("x-security-token").is_some() {
        3600
    } else {
        43200
    };
    issue(world, &body, most)
}

/// Whose token it is that `AssumeAgencyWithOIDC` is asked with.
pub(super) fn bearer(world: &World, ask: &Ask) -> Result<usize, Refusal> {
    let body = sessions::body(ask);
    let provider = body["provider_urn"].as_str().unwrap_or_default();
    if !provider.starts_with("iam::") || !provider.contains(":oidc-provider:") {
        return Err(invalid(format!("provider_urn is invalid: {provider}")));
    }
    let token = body["id_token"].as_str().unwrap_or_default();
    let bearer = sessions::read_token(world, token);
    let bearer = bearer.map_err(|why| Refusal::gateway(401, "STS5.0013", format!("id_token: {why}")))?;
    let (account, _) = agency(world, &body)?;
    if account == bearer {
        Ok(bearer)
    } else {
        Err(Refusal::gateway(
            403,
            "STS5.0003",
            "no trust policy allows sts:agencies:assumeWithOIDC",
        ))
    }
}

/// `AssumeAgencyWithOIDC`.
pub(super) fn assume_with_oidc(world: &World, ask: &Ask) -> Result<String, Refusal> {
    issue(world, &sessions::body(ask), 43200)
}

/// `GetCallerIdentity`.
pub(super) fn caller_identity(world: &World, call: &Admitted) -> String {
    let domain = &world.fleet.accounts[call.account].domain_id;
    let (urn, id) = match &call.role {
        Some(role) => (
            format!("sts::{domain}:assumed-agency:{role}"),
            role.replace('/', "-id:"),
        ),
        None => (format!("iam::{domain}:user:signalbox"), format!("{domain}-user")),
    };
    json!({"account_id": domain, "principal_urn": urn, "principal_id": id}).to_string()
}
