//! Telling clients that somebody has signed out (OpenID Connect Back-Channel Logout 1.0).

use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future;
use http::Request;
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value, json};
use tokio::net::TcpStream;
use url::{Url, form_urlencoded};

use crate::chance;
use crate::claims;
use crate::draft::Draft;
use crate::journal::Delivery;
use crate::profile::{LogoutToken, Profile, SessionId};
use crate::signature;
use crate::tampering::Tampering;
use crate::world::{Consent, Session, State, World};

/// How long a client may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A logout token on its way to a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    client: String,
    address: String,
    token: String,
}

/// The logout token for a client (§2.4), in the form of the profile; a provider that sends none would send a plain one.
pub(crate) fn draft(world: &World, client: &str, login: &str, sid: &str) -> Draft {
    let form: Option<LogoutToken> = world.profile.logout_token.or(Profile::plain().logout_token);
    let now = world.now() - form.map_or(0, |form| form.set_back);
    let mut claims = Map::new();
    let mut put = |name: &str, value: Value| _ = claims.insert(name.to_owned(), value);
    put("iss", json!(world.issuer()));
    put("aud", json!(client));
    put("sub", json!(world.subject(world.profile.subject, login, client)));
    put("iat", json!(now));
    put("jti", json!(chance::token()));
    put(
        "events",
        json!({"http://schemas.openid.net/event/backchannel-logout": {}}),
    );
    if let Some(life) = form.and_then(|form| form.life) {
        put("exp", json!(now + life));
    }
    match form.map(|form| form.sid) {
        Some(SessionId::Same) => put("sid", json!(sid)),
        Some(SessionId::Foreign) => put("sid", json!(format!("session-{}", &chance::token()[..8]))),
        Some(SessionId::Absent) | None => {}
    }
    Draft::new(claims, form.and_then(|form| form.kind))
}

/// A signed token for each client of a session that wants to be told.
pub(crate) fn notices(world: &World, state: &mut State, session: &Session) -> Vec<Notice> {
    let mut notices = Vec::new();
    for id in &session.clients {
        let Some(client) = state.client(id).cloned() else {
            continue;
        };
        let Some(address) = client.backchannel_logout_uri.clone() else {
            continue;
        };
        notices.push(Notice {
            client: client.id.clone(),
            address,
            token: signed(world, state, &client.id, session),
        });
    }
    notices
}

/// A signed token for a client about a session, wrong in the ways that are due.
pub(crate) fn signed(world: &World, state: &mut State, client: &str, session: &Session) -> String {
    let mut draft = draft(world, client, &session.login, &session.sid);
    let faults = state.tampering.take(|tampering| match tampering {
        Tampering::LogoutToken(fault) => Some(fault.clone()),
        _ => None,
    });
    let client = state.client(client).cloned();
    let secret = client.as_ref().map_or_else(String::new, |client| client.secret.clone());
    // The ID token of the same session, as a client has seen it.
    let other = client.map(|client| {
        let consent = Consent {
            client,
            login: session.login.clone(),
            redirect_uri: String::new(),
            challenge: None,
            nonce: Some(chance::token().repeat(2)),
            scopes: vec!["openid".to_owned()],
            sid: session.sid.clone(),
            signed_in: session.began,
            expires: 0,
            spent: None,
        };
        claims::id_token(world, state, &consent)
    });
    world.spoil(state, &mut draft, &faults, &secret, other.as_ref());
    signature::sign(&draft, &mut state.keys)
}

/// Posts the token (§2.5) and notes what came of it.
pub(crate) async fn deliver(world: &World, notice: Notice) -> Delivery {
    let status = tokio::time::timeout(PATIENCE, post(&notice)).await;
    let delivery = Delivery {
        client: notice.client,
        address: notice.address,
        token: notice.token,
        status: status.ok().and_then(Result::ok).unwrap_or(0),
    };
    world.journal.note_delivery(delivery.clone());
    delivery
}

/// Over HTTP without TLS: the provider is for one machine.
async fn post(notice: &Notice) -> io::Result<u16> {
    let address = Url::parse(&notice.address).map_err(io::Error::other)?;
    let (host, port) = (address.host_str().unwrap_or_default(), address.port_or_known_default());
    let socket = TcpStream::connect((host, port.unwrap_or(80))).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(socket)).await.map_err(io::Error::other)?;
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("logout_token", &notice.token)
        .finish();
    let request = Request::post(&address[url::Position::BeforePath..])
        .header("host", &address[url::Position::BeforeHost..url::Position::AfterPort])
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Full::new(Bytes::from(body)))
        .map_err(io::Error::other)?;
    // The sender is dropped once the answer has come, and so the connection ends.
    let answer = async move {
        sender
            .send_request(request)
            .await
            .map(|answer| answer.status().as_u16())
    };
    let (answer, _) = future::join(answer, connection).await;
    answer.map_err(io::Error::other)
}
