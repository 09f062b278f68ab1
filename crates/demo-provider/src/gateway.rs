//! Which address answers what, and what is noted of it.

use http::{Method, header};
use serde_json::json;

use crate::front::Front;
use crate::journal::Request;
use crate::key_ring;
use crate::logout_token::Notice;
use crate::message::{Ask, Reply};
use crate::profile::Endpoint;
use crate::tampering::{AnswerFault, Tampering};
use crate::world::World;
use crate::{STRANGER_KEYS, authorize, discovery, end_session, token, userinfo};

/// Answers and notes the request; none when the provider is down.
pub(crate) fn answer(world: &World, ask: &Ask) -> Option<(Reply, Vec<Notice>)> {
    let endpoint = endpoint(world, &ask.path);
    let down = world.state().down;
    let answered = (!down).then(|| {
        let (mut reply, notices) = route(world, ask, endpoint);
        spoil(world, &mut reply, endpoint);
        (reply, notices)
    });
    let silent = |fault: Option<AnswerFault>| matches!(fault, Some(AnswerFault::Cut | AnswerFault::Hang));
    world.journal.note(Request {
        endpoint,
        method: ask.method.clone(),
        host: ask.header(header::HOST).unwrap_or_default().to_owned(),
        path: ask.path.clone(),
        query: ask.query.0.clone(),
        form: ask.form.0.clone(),
        authorization: ask.authorization().map(|(scheme, _)| scheme.to_owned()),
        status: answered
            .as_ref()
            .filter(|(reply, _)| !silent(reply.fault))
            .map_or(0, |(reply, _)| reply.status),
    });
    answered
}

fn endpoint(world: &World, path: &str) -> Option<Endpoint> {
    let (profile, paths) = (&world.profile, &world.profile.paths);
    let elsewhere = profile.elsewhere;
    let own_document = profile.issuer_text.is_none() && !elsewhere.is_some_and(|elsewhere| elsewhere.only);
    Some(match path {
        _ if own_document && path == world.discovery_path() => Endpoint::Discovery,
        _ if elsewhere.is_some_and(|elsewhere| path == elsewhere.discovery) => Endpoint::Discovery,
        _ if path == paths.keys || elsewhere.is_some_and(|elsewhere| path == elsewhere.keys) => Endpoint::Keys,
        _ if path == paths.authorize => Endpoint::Authorize,
        _ if path == paths.token => Endpoint::Token,
        _ if path == paths.userinfo => Endpoint::Userinfo,
        _ if path == paths.end_session && !path.is_empty() => Endpoint::EndSession,
        _ if path.starts_with("/fronts/") => Endpoint::FrontKeys,
        _ => return None,
    })
}

fn route(world: &World, ask: &Ask, endpoint: Option<Endpoint>) -> (Reply, Vec<Notice>) {
    let has_forms = matches!(
        endpoint,
        Some(Endpoint::Authorize | Endpoint::EndSession | Endpoint::Token)
    );
    let allowed = ask.method == Method::GET || ask.method == Method::POST && has_forms;
    if !allowed {
        return (
            Reply::error(405, "invalid_request", "this method is not for this address"),
            Vec::new(),
        );
    }
    let elsewhere = world.profile.elsewhere;
    let reply = match endpoint {
        Some(Endpoint::Discovery) => {
            let there = elsewhere.filter(|elsewhere| ask.path == elsewhere.discovery);
            discovery::answer(
                world,
                there.map_or(world.profile.paths.keys, |elsewhere| elsewhere.keys),
            )
        }
        Some(Endpoint::Keys) => {
            let mut state = world.state();
            // Where there are two sets, what signs is in the other one.
            let own = elsewhere.is_none_or(|elsewhere| ask.path == elsewhere.keys);
            let mut set = if own {
                state.keys.published()
            } else {
                state.keys.others()
            };
            let faults = state.tampering.take(|tampering| match tampering {
                Tampering::Keys(fault) => Some(*fault),
                _ => None,
            });
            for fault in faults {
                fault.apply(&mut set, &state.keys.stranger(world.profile.algorithm).jwk());
            }
            Reply::json(200, &set)
        }
        Some(Endpoint::Authorize) => authorize::answer(world, ask),
        Some(Endpoint::Token) => token::answer(world, ask),
        Some(Endpoint::Userinfo) => userinfo::answer(world, ask),
        Some(Endpoint::EndSession) => return end_session::answer(world, ask),
        Some(Endpoint::FrontKeys) => front_keys(world, &ask.path),
        None if ask.path == STRANGER_KEYS => Reply::json(200, &world.state().keys.strangers()),
        None => Reply::error(404, "not_found", "nothing is here"),
    };
    (reply, Vec::new())
}

/// `/fronts/NAME/jwks` and, as AWS has it, `/fronts/NAME/keys/KID` with the key as PEM.
fn front_keys(world: &World, path: &str) -> Reply {
    let mut parts = path.split('/').skip(2);
    let name = parts.next().unwrap_or_default();
    let front = Front::ALL.into_iter().find(|front| front.name() == name);
    let key = front.map(|front| world.state().keys.front(front));
    match (key, parts.next(), parts.next()) {
        (Some(key), Some("jwks"), None) => Reply::json(200, &key_ring::set([&key])),
        (Some(key), Some("keys"), Some(id)) if key.id == id => Reply::new(200, "text/plain", key.pem()),
        _ => Reply::error(404, "not_found", "nothing is here"),
    }
}

/// Lets the whole answer go wrong where that is due.
fn spoil(world: &World, reply: &mut Reply, endpoint: Option<Endpoint>) {
    let faults = world.state().tampering.take(|tampering| match tampering {
        Tampering::Answer(at, fault) if Some(*at) == endpoint => Some(*fault),
        _ => None,
    });
    for fault in faults {
        match fault {
            AnswerFault::Html => {
                let html = "<!doctype html><title>Maintenance</title><h1>We are back soon</h1>";
                *reply = Reply::new(200, "text/html; charset=utf-8", html.to_owned());
            }
            AnswerFault::Redirect => {
                let to = format!("http://localhost:{}{STRANGER_KEYS}", world.port);
                *reply = Reply::redirect(&to);
            }
            AnswerFault::Error(status, code) => *reply = Reply::error(status, code, "As the test wants it."),
            AnswerFault::NoObject => *reply = Reply::json(200, &json!(["not", "an", "object"])),
            AnswerFault::Huge | AnswerFault::Slow | AnswerFault::Truncated | AnswerFault::Cut | AnswerFault::Hang => {
                reply.fault = Some(fault);
            }
        }
    }
}
