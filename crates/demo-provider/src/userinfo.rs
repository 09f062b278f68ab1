//! What else is known of somebody (OpenID Connect Core 1.0 §5.3).

use serde_json::Value;

use crate::claims;
use crate::draft::set;
use crate::message::{Ask, Reply};
use crate::tampering::Tampering;
use crate::world::World;

/// Answers to whoever brings an access token (RFC 6750 §2.1).
pub(crate) fn answer(world: &World, ask: &Ask) -> Reply {
    let mut state = world.state();
    let token = match ask.authorization() {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => token,
        _ => return Reply::error(401, "invalid_request", "no token").header("www-authenticate", "Bearer"),
    };
    let living = state.access.get(token).filter(|consent| consent.expires > world.now());
    let Some(consent) = living.cloned() else {
        return Reply::error(401, "invalid_token", "unknown or expired")
            .header("www-authenticate", "Bearer error=\"invalid_token\"");
    };
    let faults = state.tampering.take(|tampering| match tampering {
        Tampering::Userinfo(name, value) => Some((*name, value.clone())),
        _ => None,
    });
    let mut claims = claims::userinfo(world, &state, &consent);
    for (name, value) in faults {
        set(&mut claims, name, value);
    }
    Reply::json(200, &Value::Object(claims))
}
