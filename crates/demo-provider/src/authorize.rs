//! Where browsers are sent to sign in (OpenID Connect Core 1.0 §3.1.2).

use std::collections::BTreeSet;

use http::Method;
use url::Url;

use crate::chance;
use crate::message::{Ask, Reply};
use crate::page;
use crate::people::Client;
use crate::profile::{Pkce, SilentRefusal};
use crate::tampering::{CallbackFault, Tampering};
use crate::world::{Consent, Session, State, World};

/// Answers with the sign-in page, or sends the browser back to the client.
pub(crate) fn answer(world: &World, ask: &Ask) -> Reply {
    let (mut state, now) = (world.state(), world.now());
    state.sweep(now);
    // Nobody may be sent to an address that is not registered, not even with an error (RFC 6749 §4.1.2.1).
    let (client, redirect_uri) = match client_of(world, &state, ask) {
        Ok(found) => found,
        Err(reason) => return page::refusal(ask, reason),
    };
    let callback = Callback {
        world,
        redirect_uri: &redirect_uri,
        state: ask.query.get("state"),
    };
    if let Err((code, description)) = check(world, ask) {
        return callback.error(&mut state, code, &description);
    }
    if ask.method == Method::POST && ask.form.get("deny").is_some() {
        return callback.error(&mut state, "access_denied", "The person declined.");
    }

    let named = |login: Option<&str>| Some(state.person(login?)?.login.clone());
    let (chosen, hint) = (named(ask.form.get("person")), named(ask.query.get("login_hint")));
    let prompts: Vec<&str> = ask.query.get("prompt").unwrap_or_default().split(' ').collect();
    let oldest = ask.query.get("max_age").and_then(|age| age.parse::<i64>().ok());
    let cookie = ask.cookie(&world.cookie()).unwrap_or_default().to_owned();
    let living = state.sessions.get(&cookie).filter(|session| {
        let young = oldest.is_none_or(|age| now - session.began <= age);
        young && hint.as_ref().is_none_or(|hint| *hint == session.login)
    });
    let living = living.cloned();

    // Whoever has chosen on the page is signed in anew, whatever the request says.
    if chosen.is_none() && prompts.contains(&"none") {
        let errors = state.tampering.take(|tampering| match tampering {
            Tampering::SilentError(code) => Some(*code),
            _ => None,
        });
        if let Some(code) = errors.last() {
            return callback.error(&mut state, code, "No answer without asking.");
        }
        return match (living, world.profile.silent) {
            (Some(session), _) => callback.code(&mut state, ask, client, &cookie, session),
            (None, SilentRefusal::Error) => callback.error(&mut state, "login_required", "Nobody is signed in."),
            (None, SilentRefusal::Page) => page::sign_in(ask, &client.id, &state.people),
            (None, SilentRefusal::Json) => Reply::error(400, "login_required", "Nobody is signed in."),
        };
    }
    let willing = !prompts.contains(&"login") && !prompts.contains(&"select_account");
    match (chosen, living, hint) {
        (None, Some(session), _) if willing => callback.code(&mut state, ask, client, &cookie, session),
        (Some(login), _, _) | (None, _, Some(login)) if willing || ask.method == Method::POST => {
            state.sessions.remove(&cookie);
            let session = Session {
                sid: chance::token(),
                login,
                began: now,
                clients: BTreeSet::new(),
            };
            let cookie = chance::token();
            let set = format!("{}={cookie}; Path=/; HttpOnly; SameSite=Lax", world.cookie());
            callback
                .code(&mut state, ask, client, &cookie, session)
                .header("set-cookie", &set)
        }
        _ => page::sign_in(ask, &client.id, &state.people),
    }
}

fn client_of(world: &World, state: &State, ask: &Ask) -> Result<(Client, String), &'static str> {
    let id = ask.query.get("client_id").ok_or("client_id is missing")?;
    let client = state.client(id).ok_or("client_id is not registered")?;
    let wanted = ask.query.get("redirect_uri").ok_or("redirect_uri is missing")?;
    let by_prefix = world.profile.redirect_by_prefix;
    let fits = |known: &String| wanted == known || by_prefix && wanted.starts_with(known.as_str());
    if ask
        .query
        .repeated()
        .is_some_and(|name| name == "client_id" || name == "redirect_uri")
    {
        return Err("a parameter is repeated");
    }
    if !client.redirect_uris.iter().any(fits) {
        return Err("redirect_uri is not registered");
    }
    Ok((client.clone(), wanted.to_owned()))
}

/// What is wrong with the rest of the request, as a code of the standard with a sentence.
fn check(world: &World, ask: &Ask) -> Result<(), (&'static str, String)> {
    let (profile, query) = (&world.profile, &ask.query);
    let no = |code, text: &str| Err((code, text.to_owned()));
    if let Some(name) = query.repeated() {
        return no("invalid_request", &format!("{name} is repeated"));
    }
    if query.get("request").is_some() {
        return no("request_not_supported", "request is not supported");
    }
    if query.get("request_uri").is_some() {
        return no("request_uri_not_supported", "request_uri is not supported");
    }
    match query.get("response_type") {
        Some("code") => {}
        Some(_) => return no("unsupported_response_type", "only the code flow is supported"),
        None => return no("invalid_request", "response_type is missing"),
    }
    if query.get("response_mode").is_some_and(|mode| mode != "query") {
        return no("invalid_request", "response_mode must be query");
    }
    if profile.plain_state
        && query
            .get("state")
            .is_some_and(|state| !state.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    {
        return no("invalid_request", "state must consist of letters and digits");
    }
    let mut scopes = query.get("scope").unwrap_or_default().split(' ');
    if !scopes.clone().any(|scope| scope == "openid") {
        return no("invalid_scope", "openid is missing");
    }
    if profile.scopes_strict
        && let Some(unknown) = scopes.find(|scope| !profile.scopes.contains(scope))
    {
        return no("invalid_scope", &format!("unknown scope: {unknown}"));
    }
    let challenge = (query.get("code_challenge"), query.get("code_challenge_method"));
    match (profile.pkce, challenge) {
        (Pkce::Ignored, _) | (Pkce::Optional, (None, None)) => Ok(()),
        (_, (Some(challenge), Some("S256"))) if challenge.len() == 43 => Ok(()),
        _ => no("invalid_request", "code_challenge with the method S256 is required"),
    }
}

/// The way back to the client.
struct Callback<'a> {
    world: &'a World,
    redirect_uri: &'a str,
    state: Option<&'a str>,
}

impl Callback<'_> {
    /// Sends back an error (RFC 6749 §4.1.2.1).
    fn error(&self, state: &mut State, code: &str, description: &str) -> Reply {
        let faults = faults(state);
        self.with_error(&faults, code, description)
    }

    fn with_error(&self, faults: &[CallbackFault], code: &str, description: &str) -> Reply {
        let members = vec![
            ("error", code.to_owned()),
            ("error_description", description.to_owned()),
        ];
        self.send(faults, members, self.world.profile.issuer_parameter.with_error)
    }

    /// Sends back a code for the person of the session.
    fn code(&self, state: &mut State, ask: &Ask, client: Client, cookie: &str, mut session: Session) -> Reply {
        let faults = faults(state);
        let errors = faults.iter().filter_map(|fault| match fault {
            CallbackFault::Error(code) => Some(*code),
            _ => None,
        });
        if let Some(code) = errors.into_iter().next_back() {
            return self.with_error(&faults, code, "As the test wants it.");
        }
        session.clients.insert(client.id.clone());
        let others = state.tampering.take(|tampering| match tampering {
            Tampering::SignsInAs(login) => Some(login.clone()),
            _ => None,
        });
        let (code, own) = (chance::token(), |name: &str| ask.query.get(name).map(str::to_owned));
        let consent = Consent {
            client,
            login: others.last().unwrap_or(&session.login).clone(),
            redirect_uri: self.redirect_uri.to_owned(),
            challenge: own("code_challenge"),
            nonce: own("nonce"),
            scopes: ask
                .query
                .get("scope")
                .unwrap_or_default()
                .split(' ')
                .map(str::to_owned)
                .collect(),
            sid: session.sid.clone(),
            signed_in: session.began,
            expires: self.world.now() + self.world.profile.code_life,
            spent: None,
        };
        state.codes.insert(code.clone(), consent);
        state.sessions.insert(cookie.to_owned(), session);
        let mut members = vec![("code", code)];
        for &(name, value) in self.world.profile.callback_extras {
            members.push((name, value.to_owned()));
        }
        self.send(&faults, members, self.world.profile.issuer_parameter.with_code)
    }

    fn send(&self, faults: &[CallbackFault], mut members: Vec<(&str, String)>, with_issuer: bool) -> Reply {
        if let Some(state) = self.state {
            members.push(("state", state.to_owned()));
        }
        if with_issuer {
            members.push(("iss", self.world.issuer()));
        }
        for fault in faults {
            let mut replace = |name: &'static str, value: Option<String>| {
                members.retain(|(member, _)| *member != name);
                members.extend(value.map(|value| (name, value)));
            };
            match fault {
                CallbackFault::OtherIssuer => replace("iss", Some("https://other.demo.example".to_owned())),
                CallbackFault::NoIssuer => replace("iss", None),
                CallbackFault::OtherState => replace("state", Some(chance::token().repeat(2))),
                CallbackFault::NoState => replace("state", None),
                CallbackFault::NoCode => replace("code", None),
                CallbackFault::OtherCode => replace("code", Some(chance::token())),
                CallbackFault::TwoCodes => members.push(("code", chance::token())),
                CallbackFault::Error(_) => {}
            }
        }
        // Registered addresses are checked, so this one can be read.
        let Ok(mut to) = Url::parse(self.redirect_uri) else {
            return Reply::error(400, "invalid_request", "redirect_uri cannot be read");
        };
        to.query_pairs_mut().extend_pairs(members);
        Reply::redirect(to.as_str())
    }
}

fn faults(state: &mut State) -> Vec<CallbackFault> {
    state.tampering.take(|tampering| match tampering {
        Tampering::Callback(fault) => Some(fault.clone()),
        _ => None,
    })
}
