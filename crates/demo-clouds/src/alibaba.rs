//! Alibaba Cloud: the gateway's routing and error shapes, and one file for each service behind it.

mod broker;
mod cs;
mod metadata;
mod oidc;
mod oos;
mod resource_directory;
mod sas;
mod sts;
mod v1;

pub(crate) use oidc::{provider_arn, service_account_token};

use http::Method;
use serde_json::json;

use crate::acs3;
use crate::faults::Kind;
use crate::fleet::DemoAccount;
use crate::message::{Admitted, Ask, Refusal, Reply};
use crate::service::{Action, Service};
use crate::world::World;

/// Routes, verifies and finds the region of a call.
pub(crate) fn admit(world: &World, ask: &Ask) -> Result<Admitted, Refusal> {
    // Whoever comes for their first keys has nothing to sign with.
    let (action, bearer) = match ask.service {
        Service::AlibabaMetadata => metadata::admit(world, ask).map(|(action, owner)| (action, Some(owner)))?,
        Service::AlibabaBroker => (Action::BrokerKeys, Some(broker::owner(world, ask)?)),
        _ => match route(ask)? {
            Action::AssumeRoleWithOidc => (Action::AssumeRoleWithOidc, Some(oidc::bearer(world, ask)?)),
            signed => (signed, None),
        },
    };
    if let Some(account) = bearer {
        return Ok(Admitted {
            action,
            account,
            region: world.fleet.accounts[account].site().to_owned(),
            role: None,
        });
    }
    let key = if v1::is_meant(ask) {
        v1::admit(ask, &world.keyring, world.now())?
    } else {
        acs3::admit(ask, &world.keyring, world.now())?
    };
    let account = &world.fleet.accounts[key.account];
    let region = match action {
        Action::ListOperationPlansForRegion => ask.segments().get(1).cloned().unwrap_or_default(),
        Action::ListInstancePatchStates => oos::region(world, ask)?,
        Action::DescribeClustersV1 => ask.param("region_id").unwrap_or(account.site()).to_owned(),
        _ => account.site().to_owned(),
    };
    Ok(Admitted {
        action,
        account: key.account,
        region,
        role: key.role,
    })
}

/// The operation that method, path, action and version name together.
fn route(ask: &Ask) -> Result<Action, Refusal> {
    // The older way of RPC calls names both among the parameters.
    let older = |header: &str, name: &str| {
        ask.header(header)
            .or_else(|| ask.param(name).filter(|_| ask.service == Service::Sts))
    };
    let named = older("x-acs-action", "Action").ok_or_else(|| missing_header("x-acs-action", "MissingAction"))?;
    let version = older("x-acs-version", "Version").ok_or_else(|| missing_header("x-acs-version", "MissingVersion"))?;
    let not_found = || {
        Refusal::gateway(
            404,
            "InvalidAction.NotFound",
            "Specified api is not found, please check your url and method.",
        )
    };
    let segments = ask.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let action = match (ask.service, segments.as_slice()) {
        (Service::Cs, ["regions", _, "operation", "plans"]) => Action::ListOperationPlansForRegion,
        (Service::Cs, ["api", "v1", "clusters"]) => Action::DescribeClustersV1,
        (Service::Cs, _) => return Err(not_found()),
        (service, [""]) => {
            let own: &[Action] = match service {
                Service::Sas => &[Action::ListClusterPluginInfo],
                Service::Oos => &[Action::ListInstancePatchStates],
                Service::ResourceDirectory => &[Action::ListAccounts],
                _ => &[
                    Action::AssumeRole,
                    Action::AssumeRoleWithOidc,
                    Action::GetCallerIdentity,
                ],
            };
            own.iter()
                .copied()
                .find(|action| action.name() == named)
                .ok_or_else(not_found)?
        }
        _ => return Err(not_found()),
    };
    if action.name() != named {
        return Err(not_found());
    }
    if version != ask.service.version() {
        return Err(Refusal::gateway(
            400,
            "InvalidVersion",
            "Specified parameter Version is not valid.",
        ));
    }
    let allowed = ask.method == Method::GET || (ask.method == Method::POST && ask.service != Service::Cs);
    if !allowed {
        return Err(Refusal::gateway(
            405,
            "UnsupportedHTTPMethod",
            "This http method is not supported.",
        ));
    }
    Ok(action)
}

fn missing_header(name: &str, code: &'static str) -> Refusal {
    Refusal::gateway(400, code, format!("{name} is mandatory for this action."))
}

/// The answer.
pub(crate) fn run(
    world: &World,
    ask: &Ask,
    call: &Admitted,
    request_id: &str,
    looping: bool,
) -> Result<Reply, Refusal> {
    let body = match call.action {
        Action::ListOperationPlansForRegion => cs::operation_plans(world, ask, call)?,
        Action::DescribeClustersV1 => cs::clusters(world, ask, call, looping)?,
        Action::ListClusterPluginInfo => sas::cluster_plugins(world, ask, call, request_id)?,
        Action::ListInstancePatchStates => oos::patch_states(world, ask, call, request_id, looping)?,
        Action::ListAccounts => resource_directory::accounts(world, ask, call, request_id, looping)?,
        Action::AssumeRole => sts::assume_role(world, ask, request_id)?,
        Action::AssumeRoleWithOidc => sts::assume_role_with_oidc(world, ask, call, request_id)?,
        Action::MetadataToken => return metadata::token(world, ask),
        Action::MachineRole => return Ok(Reply::text(metadata::ROLE.to_owned())),
        Action::MachineKeys => metadata::keys(world, call),
        Action::BrokerKeys => broker::keys(world, call),
        _ => sts::caller_identity(world, call, request_id),
    };
    Ok(Reply {
        content_type: "application/json;charset=utf-8",
        ..Reply::json(body)
    })
}

/// The refusal that a fault stands for; none for faults that are not refusals.
pub(crate) fn refusal(kind: Kind, service: Service) -> Option<Refusal> {
    Some(match kind {
        Kind::Throttle | Kind::Exhausted => {
            let refusal = Refusal::gateway(400, "Throttling.User", "Request was denied due to user flow control.");
            Refusal {
                retry_after: Some(if kind == Kind::Throttle { 200 } else { 3_600_000 }),
                ..refusal
            }
        }
        Kind::Deny => match service {
            Service::Cs => Refusal::new(
                403,
                "Forbidden.RAM",
                "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
            ),
            Service::Sas => Refusal::new(403, "NoPermission", "caller has no permission"),
            _ => Refusal::new(403, "NoPermission", "You are not authorized to perform this action."),
        },
        Kind::Error500 => match service {
            Service::Sas => Refusal::new(500, "ServerError", "ServerError"),
            _ => Refusal::new(
                500,
                "InternalError",
                "The request processing has failed due to some unknown error, exception or failure.",
            ),
        },
        _ => return None,
    })
}

/// A refusal in the vendor's shape: ACK's own errors in lower case, all others as the gateway writes them.
pub(crate) fn render(
    ask: &Ask,
    refusal: &Refusal,
    denied: Option<(&DemoAccount, &Admitted)>,
    request_id: &str,
) -> Reply {
    let (code, message) = (refusal.code.as_ref(), refusal.message.as_str());
    if matches!(ask.service, Service::AlibabaMetadata | Service::AlibabaBroker) {
        return Reply {
            status: refusal.status,
            ..Reply::text(message.to_owned())
        };
    }
    let mut body = if ask.service == Service::Cs && !refusal.gateway {
        json!({"code": code, "message": message, "requestId": request_id, "status": refusal.status})
    } else {
        json!({
            "RequestId": request_id,
            "HostId": ask.header("host").unwrap_or_default(),
            "Code": code,
            "Message": message,
            "Recommend": format!("https://api.aliyun.com/troubleshoot?q={code}&requestId={request_id}"),
        })
    };
    if let Some((account, call)) = denied.filter(|_| refusal.status == 403) {
        let name = if ask.service == Service::Cs {
            "accessDeniedDetail"
        } else {
            "AccessDeniedDetail"
        };
        body[name] = json!({
            "AuthAction": call.action.permission(),
            "AuthPrincipalType": if call.role.is_some() { "AssumedRoleUser" } else { "SubUser" },
            "AuthPrincipalOwnerId": account.domain_id,
            "AuthPrincipalDisplayName": call.role.as_deref().unwrap_or("signalbox"),
            "NoPermissionType": "ImplicitDeny",
            "PolicyType": "AccountLevelIdentityBasedPolicy",
        });
    }
    let mut headers = Vec::new();
    if let Some(wait) = refusal.retry_after {
        headers.push(("x-acs-retry-after", wait.to_string()));
    }
    Reply {
        status: refusal.status,
        headers,
        content_type: "application/json;charset=utf-8",
        body: body.to_string(),
    }
}

/// An optional parameter that must be a number in a range.
fn number(ask: &Ask, name: &'static str, range: std::ops::RangeInclusive<u64>, default: u64) -> Result<u64, Refusal> {
    let Some(text) = ask.param(name) else {
        return Ok(default);
    };
    text.parse().ok().filter(|value| range.contains(value)).ok_or_else(|| {
        let message = format!(
            "The parameter {name} must be a number from {} to {}, but it is {text}.",
            range.start(),
            range.end()
        );
        Refusal::new(400, "InvalidParameter", message)
    })
}
