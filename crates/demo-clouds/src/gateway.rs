//! The way of one request through the simulation: admitted by its vendor, maybe struck by a fault, answered, noted.

use crate::faults::Kind;
use crate::fleet::place;
use crate::journal::Call;
use crate::message::{Admitted, Ask, Refusal, Reply};
use crate::service::Cloud;
use crate::twist::wrong_types;
use crate::world::World;
use crate::{alibaba, huawei};

/// What the server does with a request.
pub(crate) enum Outcome {
    /// Answers.
    Answer(Reply),
    /// Answers in pieces with pauses.
    Drip(Reply),
    /// Announces the whole answer, sends a half and cuts.
    Truncate(Reply),
    /// Answers with white space without end in front of the answer.
    Huge(Reply),
    /// Cuts the connection.
    Cut,
    /// Never answers.
    Hang,
}

/// Answers one request and notes it.
pub(crate) fn answer(world: &World, ask: &Ask) -> Outcome {
    let request_id = request_id(world, ask.service.cloud());
    let admitted = match ask.service.cloud() {
        Cloud::Alibaba => alibaba::admit(world, ask),
        Cloud::Huawei => huawei::admit(world, ask),
    };
    let (outcome, fault) = match &admitted {
        Err(refusal) => (Outcome::Answer(render(world, ask, refusal, None, &request_id)), None),
        Ok(call) => {
            let fault = world
                .striker
                .strike(ask.service, &world.fleet.accounts[call.account].id, call);
            (under(world, fault, ask, call, &request_id), fault)
        }
    };
    let status = match &outcome {
        Outcome::Answer(reply) | Outcome::Drip(reply) | Outcome::Truncate(reply) | Outcome::Huge(reply) => reply.status,
        Outcome::Cut | Outcome::Hang => 0,
    };
    let call = admitted.ok();
    world.journal.note(Call {
        service: ask.service.name(),
        account: call.as_ref().map(|call| world.fleet.accounts[call.account].id.clone()),
        region: call.map(|call| call.region),
        method: ask.method.to_string(),
        path: ask.path.clone(),
        query: ask.raw_query.clone(),
        fault: fault.map(Kind::name),
        status,
    });
    outcome
}

/// What becomes of an admitted call under a fault.
fn under(world: &World, fault: Option<Kind>, ask: &Ask, call: &Admitted, request_id: &str) -> Outcome {
    let cloud = ask.service.cloud();
    let refusal = fault.and_then(|kind| match cloud {
        Cloud::Alibaba => alibaba::refusal(kind, ask.service),
        Cloud::Huawei => huawei::refusal(kind, ask.service),
    });
    if let Some(refusal) = refusal {
        return Outcome::Answer(render(world, ask, &refusal, Some(call), request_id));
    }
    match fault {
        Some(Kind::Reset) => return Outcome::Cut,
        Some(Kind::Hang) => return Outcome::Hang,
        _ => {}
    }
    let looping = fault == Some(Kind::LoopToken);
    let body = match cloud {
        Cloud::Alibaba => alibaba::run(world, ask, call, request_id, looping),
        Cloud::Huawei => huawei::run(world, ask, call, looping),
    };
    let mut reply = match body {
        Ok(reply) => named(world, ask, reply, request_id),
        Err(refusal) => return Outcome::Answer(render(world, ask, &refusal, Some(call), request_id)),
    };
    match fault {
        Some(Kind::Drip) => Outcome::Drip(reply),
        Some(Kind::Truncate) => Outcome::Truncate(reply),
        Some(Kind::Huge) => Outcome::Huge(reply),
        Some(Kind::WrongTypes) => {
            reply.body = wrong_types(&reply.body);
            Outcome::Answer(reply)
        }
        Some(Kind::NotJson) => {
            reply.content_type = "text/html";
            reply.body = String::from("<!DOCTYPE html><title>Sign in to the network</title><h1>Please sign in</h1>");
            Outcome::Answer(reply)
        }
        Some(Kind::Redirect) => {
            reply.status = 302;
            reply.headers.push((
                "location",
                format!("http://{}/redirected", ask.header("host").unwrap_or_default()),
            ));
            reply.body.clear();
            Outcome::Answer(reply)
        }
        _ => Outcome::Answer(reply),
    }
}

fn render(world: &World, ask: &Ask, refusal: &Refusal, call: Option<&Admitted>, request_id: &str) -> Reply {
    let denied = call.map(|call| (&world.fleet.accounts[call.account], call));
    let reply = match ask.service.cloud() {
        Cloud::Alibaba => alibaba::render(ask, refusal, denied, request_id),
        Cloud::Huawei => huawei::render(ask, refusal, denied, request_id),
    };
    named(world, ask, reply, request_id)
}

/// Adds the request id as a header, and the time by the clouds' own clock.
fn named(world: &World, ask: &Ask, mut reply: Reply, request_id: &str) -> Reply {
    let name = match ask.service.cloud() {
        Cloud::Alibaba => "x-acs-request-id",
        Cloud::Huawei => "x-request-id",
    };
    reply.headers.push((name, request_id.to_owned()));
    reply
        .headers
        .push(("date", world.now().format("%a, %d %b %Y %H:%M:%S GMT").to_string()));
    reply
}

fn request_id(world: &World, cloud: Cloud) -> String {
    let mut dice = world.dice(place::REQUEST);
    match cloud {
        Cloud::Alibaba => dice.uuid().to_uppercase(),
        Cloud::Huawei => dice.hex(32),
    }
}
