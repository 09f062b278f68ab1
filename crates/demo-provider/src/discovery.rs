//! The discovery document (OpenID Connect Discovery 1.0 §3, RFC 8414 §2).

use serde_json::{Map, Value, json};

use crate::draft::set;
use crate::message::Reply;
use crate::profile::{EndSession, Endpoint, SessionId};
use crate::tampering::{DocumentFault, Tampering, toggle_slash};
use crate::world::World;

/// The document. `keys` is the path of its key set.
pub(crate) fn answer(world: &World, keys: &str) -> Reply {
    let faults = world.state().tampering.take(|tampering| match tampering {
        Tampering::Discovery(fault) => Some(fault.clone()),
        _ => None,
    });
    let mut document = document(world, keys);
    for fault in faults {
        let mut put = |name: &str, value: Value| set(&mut document, name, value);
        match fault {
            DocumentFault::IssuerSlash => put("issuer", json!(toggle_slash(&world.issuer()))),
            DocumentFault::IssuerTemplate => put("issuer", json!(format!("{}/{{tenantid}}/v2.0", world.origin()))),
            DocumentFault::OtherIssuer => put("issuer", json!("https://other.demo.example")),
            DocumentFault::Member(name, value) => put(name, value),
        }
    }
    Reply::json(200, &Value::Object(document))
}

fn document(world: &World, keys: &str) -> Map<String, Value> {
    let profile = &world.profile;
    let mut document = Map::new();
    let mut put = |name: &str, value: Value| _ = document.insert(name.to_owned(), value);
    put("issuer", json!(world.issuer()));
    let mut endpoints = vec![
        ("authorization_endpoint", Endpoint::Authorize),
        ("token_endpoint", Endpoint::Token),
        ("userinfo_endpoint", Endpoint::Userinfo),
    ];
    // A sign-out of the provider's own is in no document: its parameters are not the standard's.
    if matches!(profile.end_session, EndSession::Standard(_)) {
        endpoints.push(("end_session_endpoint", Endpoint::EndSession));
    }
    for (name, endpoint) in endpoints {
        if !profile.unlisted.contains(&endpoint) {
            put(name, json!(world.address(endpoint)));
        }
    }
    put("jwks_uri", json!(world.at(Endpoint::Keys, keys)));
    put("response_types_supported", json!(["code"]));
    put("response_modes_supported", json!(["query"]));
    put("grant_types_supported", json!(["authorization_code"]));
    put("subject_types_supported", json!(["public"]));
    put(
        "id_token_signing_alg_values_supported",
        json!(profile.algorithms_listed),
    );
    let lists = [
        ("scopes_supported", profile.scopes),
        ("code_challenge_methods_supported", profile.pkce_listed),
        ("token_endpoint_auth_methods_supported", profile.client_auth_listed),
        ("prompt_values_supported", profile.prompts_listed),
    ];
    for (name, list) in lists {
        if !list.is_empty() {
            put(name, json!(list));
        }
    }
    if profile.issuer_parameter.advertised {
        put("authorization_response_iss_parameter_supported", json!(true));
    }
    if let Some(token) = profile.logout_token {
        put("backchannel_logout_supported", json!(true));
        put(
            "backchannel_logout_session_supported",
            json!(token.sid == SessionId::Same),
        );
    }
    document
}
