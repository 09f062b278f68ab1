//! Where browsers are sent to sign out (OpenID Connect RP-Initiated Logout 1.0).

use http::Method;
use url::Url;

use crate::logout_token::{self, Notice};
use crate::message::{Ask, Reply};
use crate::page;
use crate::people::Client;
use crate::profile::{EndSession, Hint};
use crate::world::{Issued, Session, State, World};

/// Ends the session of the browser or of the hint, sends the browser on, and says whom to tell.
pub(crate) fn answer(world: &World, ask: &Ask) -> (Reply, Vec<Notice>) {
    let mut state = world.state();
    let (back, sid) = match world.profile.end_session {
        EndSession::None => return (page::refusal(ask, "this provider has no sign-out"), Vec::new()),
        // No list of allowed addresses: whatever is asked for.
        EndSession::Own(name) => (parameter(ask, name).map(str::to_owned), None),
        EndSession::Standard(rule) => match standard(world, &state, ask, rule) {
            Ok(Step::End { back, sid }) => (back, sid),
            Ok(Step::AskFirst) => return (page::sign_out(ask), Vec::new()),
            Err(reason) => return (page::refusal(ask, reason), Vec::new()),
        },
    };
    let cookie = ask.cookie(&world.cookie()).unwrap_or_default().to_owned();
    let mut notices = Vec::new();
    for session in end(&mut state, |key, session| {
        key == cookie || Some(&session.sid) == sid.as_ref()
    }) {
        if world.profile.logout_token.is_some() {
            notices.extend(logout_token::notices(world, &mut state, &session));
        }
    }
    let reply = match back {
        Some(address) => Reply::redirect(&address),
        None => page::signed_out(ask),
    };
    let forget = format!("{}=; Path=/; Max-Age=0", world.cookie());
    (reply.header("set-cookie", &forget), notices)
}

/// Takes away the sessions that fit and gives them back.
pub(crate) fn end(state: &mut State, fits: impl Fn(&str, &Session) -> bool) -> Vec<Session> {
    let ended = state.sessions.extract_if(|cookie, session| fits(cookie, session));
    ended.map(|(_, session)| session).collect()
}

enum Step {
    End { back: Option<String>, sid: Option<String> },
    AskFirst,
}

fn standard(world: &World, state: &State, ask: &Ask, rule: Hint) -> Result<Step, &'static str> {
    // Whether it is too old does not matter (§2): it only names the session.
    let hint = match parameter(ask, "id_token_hint") {
        Some(token) => Some(find(state, token).ok_or("id_token_hint is not a token of this provider")?),
        None => None,
    };
    let client = parameter(ask, "client_id");
    let back = parameter(ask, "post_logout_redirect_uri");
    match rule {
        Hint::Required if hint.is_none() => return Err("id_token_hint is missing"),
        Hint::ForReturn if hint.is_none() && back.is_some() => {
            return Err("post_logout_redirect_uri needs id_token_hint");
        }
        Hint::OrClient if hint.is_none() && client.is_none() && back.is_some() => {
            return Err("post_logout_redirect_uri needs id_token_hint or client_id");
        }
        _ => {}
    }
    if let (Some(client), Some(hint)) = (client, hint)
        && client != hint.client
    {
        return Err("client_id is not the client of id_token_hint");
    }
    let client = hint.map(|hint| hint.client.as_str()).or(client);
    let registered = client.and_then(|client| state.client(client));
    let back = match (back, registered) {
        (Some(back), Some(client)) if allowed(world, client).iter().any(|known| known == back) => {
            let mut address = Url::parse(back).map_err(|_| "post_logout_redirect_uri cannot be read")?;
            if let Some(state) = parameter(ask, "state") {
                address.query_pairs_mut().append_pair("state", state);
            }
            Some(String::from(address))
        }
        (Some(_), Some(_)) => return Err("post_logout_redirect_uri is not registered"),
        (Some(_), None) => return Err("post_logout_redirect_uri needs a client"),
        (None, _) => None,
    };
    let newest = hint.is_some_and(|hint| is_newest(state, hint));
    let sure = match rule {
        Hint::Free => true,
        _ => hint.is_some() && (newest || !world.profile.hint_newest),
    };
    let confirmed = ask.method == Method::POST && ask.form.get("confirm").is_some();
    if !sure && !confirmed {
        return Ok(Step::AskFirst);
    }
    let sid = hint.map(|hint| hint.sid.clone());
    Ok(Step::End { back, sid })
}

fn allowed<'a>(world: &World, client: &'a Client) -> &'a [String] {
    if world.profile.return_among_redirects {
        &client.redirect_uris
    } else {
        &client.post_logout_redirect_uris
    }
}

fn find<'a>(state: &'a State, token: &str) -> Option<&'a Issued> {
    state.issued.iter().rev().find(|issued| issued.token == token)
}

/// Whether this is the last ID token that the client got in this session.
fn is_newest(state: &State, hint: &Issued) -> bool {
    let mut newer = state.issued.iter().rev();
    let newest = newer.find(|issued| issued.client == hint.client && issued.sid == hint.sid);
    newest.is_some_and(|newest| newest.token == hint.token)
}

/// A parameter of the query or of the form: both ways are allowed (§2).
fn parameter<'a>(ask: &'a Ask, name: &str) -> Option<&'a str> {
    ask.query.get(name).or_else(|| ask.form.get(name))
}
