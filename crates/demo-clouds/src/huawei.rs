//! Huawei Cloud: the gateway's routing and error shapes, and one file for each service behind it.

mod coc;
mod iam;
mod machine;
mod organizations;
mod pods;
mod rfs;
mod sessions;
mod sts;

pub(crate) use sessions::identity_token;

use http::Method;
use serde_json::json;

use crate::faults::Kind;
use crate::fleet::DemoAccount;
use crate::message::{Admitted, Ask, Refusal, Reply};
use crate::sdk_hmac::{self, incorrect};
use crate::service::{Action, Service};
use crate::world::World;

/// Routes, verifies and finds the region of a call.
pub(crate) fn admit(world: &World, ask: &Ask) -> Result<Admitted, Refusal> {
    let action = route(ask)?;
    // Whoever comes for their first keys has nothing to sign with.
    let bearer = match action {
        Action::IdentityToken | Action::TokenKeys => Some(iam::bearer(world, ask)?),
        Action::AssumeAgencyWithOidc => Some(sts::bearer(world, ask)?),
        Action::MetadataToken | Action::MachineKeys => Some(machine::owner(world, ask, action)?),
        Action::PodKeys => Some(pods::bearer(world, ask)?),
        _ => None,
    };
    if let Some(account) = bearer {
        return Ok(Admitted {
            action,
            account,
            region: world.fleet.accounts[account].site().to_owned(),
            role: None,
        });
    }
    let key = sdk_hmac::admit(ask, &world.keyring, world.now())?;
    let account = &world.fleet.accounts[key.account];
    let project = scope(ask, account)?;
    let region = match action {
        Action::ListOrganizationAccounts | Action::ListResourceInstances if ask.header("x-domain-id").is_none() => {
            return Err(incorrect("X-Domain-Id is missing"));
        }
        Action::ListExecutions if project.is_none() && ask.header("x-domain-id").is_none() => {
            return Err(incorrect("X-Domain-Id or X-Project-Id is missing"));
        }
        Action::ListStackSets | Action::ListStackSetOperations => {
            project.ok_or_else(|| incorrect("X-Project-Id is missing"))?.to_owned()
        }
        Action::ListProjects => ask.param("name").unwrap_or(account.site()).to_owned(),
        _ => account.site().to_owned(),
    };
    Ok(Admitted {
        action,
        account: key.account,
        region,
        role: key.role,
    })
}

/// Both scope headers must name the account's own; gives the region of the project.
fn scope<'a>(ask: &Ask, account: &'a DemoAccount) -> Result<Option<&'a str>, Refusal> {
    if ask
        .header("x-domain-id")
        .is_some_and(|domain| domain != account.domain_id)
    {
        return Err(incorrect("X-Domain-Id does not belong to the access key"));
    }
    let Some(project) = ask.header("x-project-id") else {
        return Ok(None);
    };
    let region = account
        .projects
        .iter()
        .find(|(_, id)| *id == project)
        .map(|(region, _)| region.as_str());
    region
        .map(Some)
        .ok_or_else(|| incorrect("X-Project-Id does not belong to the access key"))
}

fn route(ask: &Ask) -> Result<Action, Refusal> {
    let segments = ask.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (ask.service, &ask.method, segments.as_slice()) {
        (Service::Coc, &Method::GET, ["v1", "executions"]) => Ok(Action::ListExecutions),
        (Service::Rfs, &Method::GET, ["v1", "stack-sets"]) => Ok(Action::ListStackSets),
        (Service::Rfs, &Method::GET, ["v1", "stack-sets", name, "operations"]) if !name.is_empty() => {
            Ok(Action::ListStackSetOperations)
        }
        (Service::Iam, &Method::GET, ["v3", "projects"]) => Ok(Action::ListProjects),
        (Service::Iam, &Method::GET, ["v3", "auth", "domains"]) => Ok(Action::ListDomains),
        (Service::Iam, &Method::POST, ["v3.0", "OS-CREDENTIAL", "securitytokens"]) => iam::way_to_keys(ask),
        (Service::Iam, &Method::POST, ["v3.0", "OS-AUTH", "id-token", "tokens"]) => Ok(Action::IdentityToken),
        (Service::HuaweiSts, &Method::POST, ["v5", "agencies", "assume"]) => Ok(Action::AssumeAgency),
        (Service::HuaweiSts, &Method::POST, ["v5", "agencies", "assume-with-oidc"]) => Ok(Action::AssumeAgencyWithOidc),
        (Service::HuaweiSts, &Method::GET, ["v5", "caller-identity"]) => Ok(Action::HuaweiCallerIdentity),
        (Service::Organizations, &Method::GET, ["v1", "organizations", "accounts"]) => {
            Ok(Action::ListOrganizationAccounts)
        }
        (
            Service::Organizations,
            &Method::POST,
            [
                "v1",
                "organizations",
                "organizations:accounts",
                "resource-instances",
                "filter",
            ],
        ) => Ok(Action::ListResourceInstances),
        (Service::HuaweiMetadata, &Method::PUT, ["meta-data", "latest", "api", "token"]) => Ok(Action::MetadataToken),
        (Service::HuaweiMetadata, &Method::GET, ["openstack", "latest", "securitykey"]) => Ok(Action::MachineKeys),
        (Service::HuaweiPods, &Method::POST, ["v1", "credentials"]) => Ok(Action::PodKeys),
        _ => Err(no_such_api(ask)),
    }
}

fn no_such_api(ask: &Ask) -> Refusal {
    match ask.service {
        Service::Iam => Refusal::gateway(404, "404", "Could not find the requested resource."),
        Service::HuaweiMetadata | Service::HuaweiPods => Refusal::new(404, "404", "404 page not found"),
        _ => Refusal::gateway(
            404,
            "APIGW.0101",
            "The API does not exist or has not been published in the environment",
        ),
    }
}

/// The answer.
pub(crate) fn run(world: &World, ask: &Ask, call: &Admitted, looping: bool) -> Result<Reply, Refusal> {
    let body = match call.action {
        Action::ListExecutions => coc::executions(world, ask, call, looping)?,
        Action::ListStackSets => rfs::stack_sets(world, ask, call, looping)?,
        Action::ListStackSetOperations => rfs::operations(world, ask, call, looping)?,
        Action::ListProjects => iam::projects(world, ask, call),
        Action::AgencyKeys => return iam::agency_keys(world, ask, call),
        Action::IdentityToken => return Ok(iam::identity_token(world, call)),
        Action::TokenKeys => return iam::token_keys(world, ask, call),
        Action::ListOrganizationAccounts => organizations::accounts(world, ask, call, looping)?,
        Action::ListResourceInstances => organizations::tagged(world, ask, call)?,
        Action::AssumeAgency => sts::assume(world, ask)?,
        Action::AssumeAgencyWithOidc => sts::assume_with_oidc(world, ask)?,
        Action::HuaweiCallerIdentity => sts::caller_identity(world, call),
        Action::MetadataToken => return machine::token(world, ask),
        Action::MachineKeys => machine::keys(world, call),
        Action::PodKeys => pods::keys(world, call),
        _ => iam::domains(world, call),
    };
    Ok(Reply::json(body))
}

/// The refusal that a fault stands for; none for faults that are not refusals.
pub(crate) fn refusal(kind: Kind, service: Service) -> Option<Refusal> {
    let own = match service {
        Service::Coc => "COC",
        Service::HuaweiSts => "STS5",
        Service::Organizations => "Organizations",
        _ => "RFS",
    };
    Some(match kind {
        Kind::Throttle => Refusal::gateway(
            429,
            "APIGW.0308",
            "The throttling threshold has been reached: policy user over ratelimit,limit:200,time:1 second",
        ),
        Kind::Exhausted => Refusal {
            retry_after: Some(3_600_000),
            ..Refusal::gateway(
                429,
                "APIGW.0308",
                "The throttling threshold has been reached: policy user over ratelimit,limit:2000,time:1 hour",
            )
        },
        Kind::Deny => Refusal::new(403, "APIGW.0302", "The IAM user is not allowed to access the API."),
        Kind::Error500 => Refusal::new(500, format!("{own}.00000500"), "Internal server error."),
        _ => return None,
    })
}

/// A refusal in the vendor's shape: IAM nests it, RFS adds details to a denial.
pub(crate) fn render(
    ask: &Ask,
    refusal: &Refusal,
    denied: Option<(&DemoAccount, &Admitted)>,
    request_id: &str,
) -> Reply {
    let (code, message) = (refusal.code.as_ref(), refusal.message.as_str());
    if matches!(ask.service, Service::HuaweiMetadata | Service::HuaweiPods) {
        return Reply {
            status: refusal.status,
            ..Reply::text(message.to_owned())
        };
    }
    let body = match ask.service {
        Service::Iam => {
            let title = http::StatusCode::from_u16(refusal.status)
                .ok()
                .and_then(|status| status.canonical_reason());
            json!({"error": {"code": refusal.status, "message": message, "title": title.unwrap_or("Error")}})
        }
        _ if refusal.gateway => json!({"error_code": code, "error_msg": message, "request_id": request_id}),
        _ => json!({"error_code": code, "error_msg": message}),
    };
    let mut body = body;
    if let Some((_, call)) = denied.filter(|_| refusal.status == 403 && ask.service == Service::Rfs) {
        body["encoded_authorization_message"] = json!(format!("FwoGZXIvYXdzE{request_id}"));
        body["details"] = json!([{"error_code": code, "error_msg": format!("{} is not allowed by any policy", call.action.permission())}]);
    }
    let wait = refusal
        .retry_after
        .map(|wait| ("Retry-After", (wait / 1_000).to_string()));
    Reply {
        status: refusal.status,
        headers: wait.into_iter().collect(),
        content_type: "application/json",
        body: body.to_string(),
    }
}

/// An optional parameter that must be a number in a range; a refusal with the service's own code otherwise.
fn number(
    ask: &Ask,
    name: &str,
    range: std::ops::RangeInclusive<u64>,
    default: u64,
    code: &'static str,
) -> Result<usize, Refusal> {
    let value = match ask.param(name) {
        None => Some(default),
        Some(text) => text.parse().ok().filter(|value| range.contains(value)),
    };
    value.and_then(|value| usize::try_from(value).ok()).ok_or_else(|| {
        let message = format!(
            "Invalid parameter values. {name} must be a number from {} to {}.",
            range.start(),
            range.end()
        );
        Refusal::new(400, code, message)
    })
}
