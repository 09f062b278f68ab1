//! Huawei Cloud: the gateway's routing and error shapes, and one file for each service behind it.

mod coc;
mod iam;
mod rfs;

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
    let key = sdk_hmac::admit(ask, &world.keyring, world.now())?;
    let account = &world.fleet.accounts[key.account];
    let project = scope(ask, account)?;
    let region = match action {
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
    match (ask.service, segments.as_slice()) {
        _ if ask.method != Method::GET => Err(no_such_api(ask)),
        (Service::Coc, ["v1", "executions"]) => Ok(Action::ListExecutions),
        (Service::Rfs, ["v1", "stack-sets"]) => Ok(Action::ListStackSets),
        (Service::Rfs, ["v1", "stack-sets", name, "operations"]) if !name.is_empty() => {
            Ok(Action::ListStackSetOperations)
        }
        (Service::Iam, ["v3", "projects"]) => Ok(Action::ListProjects),
        (Service::Iam, ["v3", "auth", "domains"]) => Ok(Action::ListDomains),
        _ => Err(no_such_api(ask)),
    }
}

fn no_such_api(ask: &Ask) -> Refusal {
    match ask.service {
        Service::Iam => Refusal::gateway(404, "404", "Could not find the requested resource."),
        _ => Refusal::gateway(
            404,
            "APIGW.0101",
            "The API does not exist or has not been published in the environment",
        ),
    }
}

/// The answer's body.
pub(crate) fn run(world: &World, ask: &Ask, call: &Admitted, looping: bool) -> Result<String, Refusal> {
    match call.action {
        Action::ListExecutions => coc::executions(world, ask, call, looping),
        Action::ListStackSets => rfs::stack_sets(world, ask, call, looping),
        Action::ListStackSetOperations => rfs::operations(world, ask, call, looping),
        Action::ListProjects => Ok(iam::projects(world, ask, call)),
        _ => Ok(iam::domains(world, call)),
    }
}

/// The refusal that a fault stands for; none for faults that are not refusals.
pub(crate) fn refusal(kind: Kind, service: Service) -> Option<Refusal> {
    let own = match service {
        Service::Coc => "COC",
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
