//! Where codes are changed for tokens (OpenID Connect Core 1.0 §3.1.3, RFC 6749 §4.1.3).

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{Method, header};
use percent_encoding::percent_decode_str;
use ring::digest::{SHA256, digest};
use serde_json::{Map, Value, json};

use crate::chance;
use crate::claims;
use crate::draft::set;
use crate::logout_token;
use crate::message::{Ask, Reply};
use crate::people::Client;
use crate::profile::{ClientAuth, ExpiresIn, Pkce};
use crate::signature;
use crate::tampering::Tampering;
use crate::world::{Consent, Issued, State, World};

/// Seconds that an access token lives.
const ACCESS_LIFE: i64 = 1200;

/// Answers with tokens or says why not.
pub(crate) fn answer(world: &World, ask: &Ask) -> Reply {
    if ask.method != Method::POST {
        return Reply::error(405, "invalid_request", "only POST").header("allow", "POST");
    }
    let mut state = world.state();
    let client = match authenticate(world, &state, ask) {
        Ok(client) => client,
        Err(refusal) => return refusal,
    };
    let bad = |code: &str, text: &str| Reply::error(400, code, text);
    if ask.form.repeated().is_some() {
        return bad("invalid_request", "a parameter is repeated");
    }
    match ask.form.get("grant_type") {
        Some("authorization_code") => {}
        Some(_) => return bad("unsupported_grant_type", "only authorization_code"),
        None => return bad("invalid_request", "grant_type is missing"),
    }
    let Some(code) = ask.form.get("code") else {
        return bad("invalid_request", "code is missing");
    };
    match redeem(world, &mut state, ask, &client, code) {
        Ok(consent) => tokens(world, &mut state, code, consent),
        Err(reason) => bad("invalid_grant", reason),
    }
}

/// The client that proves who it is, in exactly one way (RFC 6749 §2.3).
fn authenticate(world: &World, state: &State, ask: &Ask) -> Result<Client, Reply> {
    let profile = &world.profile;
    let refuse = |text: &str| {
        let refusal = Reply::error(401, "invalid_client", text);
        if ask.headers.contains_key(header::AUTHORIZATION) {
            refusal.header("www-authenticate", "Basic realm=\"provider\"")
        } else {
            refusal
        }
    };
    if ask.query.get("client_secret").is_some() {
        return Err(Reply::error(
            400,
            "invalid_request",
            "a secret has no place in an address",
        ));
    }
    let posted = ask.form.get("client_id").zip(ask.form.get("client_secret"));
    let basic = match ask.authorization() {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("Basic") => Some(rest),
        Some(_) => return Err(refuse("only Basic is known")),
        None => None,
    };
    let (id, secret) = match (basic, posted) {
        (Some(_), Some(_)) if profile.one_client_auth => {
            return Err(Reply::error(
                400,
                "invalid_request",
                "two ways of client authentication at once",
            ));
        }
        (_, Some((id, secret))) if profile.client_auth.contains(&ClientAuth::Post) => {
            (id.to_owned(), secret.to_owned())
        }
        (Some(rest), _) if profile.client_auth.contains(&ClientAuth::Basic) => {
            basic_pair(rest, profile.basic_decoded).ok_or_else(|| refuse("Authorization cannot be read"))?
        }
        (None, None) => return Err(refuse("no client authentication")),
        _ => return Err(refuse("this way of client authentication is not allowed")),
    };
    let client = state.client(&id).filter(|client| client.secret == secret);
    client.cloned().ok_or_else(|| refuse("unknown client or wrong secret"))
}

/// Id and secret of the header `Authorization`; each is encoded as in a form before both are put together
/// (RFC 6749 §2.3.1), which not every provider knows.
fn basic_pair(encoded: &str, decoded: bool) -> Option<(String, String)> {
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    if !decoded {
        return Some((id.to_owned(), secret.to_owned()));
    }
    let decode = |part: &str| {
        let part = part.replace('+', " ");
        percent_decode_str(&part)
            .decode_utf8()
            .ok()
            .map(std::borrow::Cow::into_owned)
    };
    Some((decode(id)?, decode(secret)?))
}

/// What stands behind a code, if it is this client's, fresh, unspent and the verifier fits.
fn redeem(world: &World, state: &mut State, ask: &Ask, client: &Client, code: &str) -> Result<Consent, &'static str> {
    let consent = state.codes.get(code).cloned().ok_or("unknown code")?;
    if let Some(token) = &consent.spent {
        // Somebody else may have it: what it was changed for is worth nothing any more (RFC 6749 §4.1.2).
        state.access.remove(token);
        return Err("the code was used before");
    }
    if consent.client.id != client.id {
        return Err("the code is another client's");
    }
    if world.now() > consent.expires {
        return Err("the code is too old");
    }
    if ask.form.get("redirect_uri") != Some(consent.redirect_uri.as_str()) {
        return Err("redirect_uri is not the one that the code was sent to");
    }
    if world.profile.pkce != Pkce::Ignored
        && let Some(challenge) = &consent.challenge
    {
        let verifier = ask.form.get("code_verifier").ok_or("code_verifier is missing")?;
        if *challenge != URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes())) {
            return Err("code_verifier does not fit");
        }
    }
    Ok(consent)
}

fn tokens(world: &World, state: &mut State, code: &str, mut consent: Consent) -> Reply {
    let mut draft = claims::id_token(world, state, &consent);
    let faults = state.tampering.take(|tampering| match tampering {
        Tampering::IdToken(fault) => Some(fault.clone()),
        _ => None,
    });
    let other = logout_token::draft(world, &consent.client.id, &consent.login, &consent.sid);
    world.spoil(state, &mut draft, &faults, &consent.client.secret, Some(&other));
    let id_token = signature::sign(&draft, &mut state.keys);
    let access = if world.profile.one_token {
        id_token.clone()
    } else {
        chance::token()
    };

    state.remember(Issued {
        token: id_token.clone(),
        client: consent.client.id.clone(),
        sid: consent.sid.clone(),
    });
    consent.spent = Some(access.clone());
    state.codes.insert(code.to_owned(), consent.clone());
    let scope = consent.scopes.join(" ");
    consent.expires = world.now() + ACCESS_LIFE;
    state.access.insert(access.clone(), consent);

    let mut answer = Map::new();
    let mut put = |name: &str, value: Value| _ = answer.insert(name.to_owned(), value);
    put("access_token", json!(access));
    put("token_type", json!("Bearer"));
    put("id_token", json!(id_token));
    put("scope", json!(scope));
    match world.profile.expires_in {
        ExpiresIn::Number => put("expires_in", json!(ACCESS_LIFE)),
        ExpiresIn::Text => put("expires_in", json!(ACCESS_LIFE.to_string())),
        ExpiresIn::Absent => {}
    }
    let faults = state.tampering.take(|tampering| match tampering {
        Tampering::TokenAnswer(name, value) => Some((*name, value.clone())),
        _ => None,
    });
    for (name, value) in faults {
        set(&mut answer, name, value);
    }
    Reply::json(200, &Value::Object(answer))
}
