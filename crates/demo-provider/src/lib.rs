//! A simulated OpenID provider: it serves the demo, where three people sign in on a plain page, and tests, where it has
//! the peculiarities of a vendor ([`Profile`]) or does what a hostile one does ([`Tampering`]).
//!
//! It follows OpenID Connect Core 1.0 (<https://openid.net/specs/openid-connect-core-1_0.html>), Discovery 1.0,
//! RP-Initiated Logout 1.0 and Back-Channel Logout 1.0, OAuth 2.0 (RFC 6749), PKCE (RFC 7636) and the parameter `iss`
//! (RFC 9207), as far as one relying party with the code flow meets them. [`start`] gives a [`DemoProvider`], which
//! serves until it is dropped. Whoever reaches it can sign in as anyone, so it must never guard anything real.

mod authorize;
mod chance;
mod claims;
mod discovery;
mod draft;
mod end_session;
mod front;
mod front_token;
mod gateway;
mod handle;
mod journal;
mod key;
mod key_ring;
mod lock;
mod logout_token;
mod message;
mod page;
mod people;
mod profile;
mod server;
mod signature;
mod tampering;
mod token;
mod userinfo;
mod world;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::world::World;

pub use crate::claims::opaque_group;
pub use crate::draft::{Draft, Form, Signer};
pub use crate::front::Front;
pub use crate::handle::DemoProvider;
pub use crate::journal::{Delivery, Request};
pub use crate::key::Algorithm;
pub use crate::people::{Client, Person};
pub use crate::profile::{
    Audience, Claim, ClaimValue, ClientAuth, Elsewhere, EndSession, Endpoint, ExpiresIn, GroupShape, Groups, Hint,
    IssuerParameter, LogoutToken, Nonce, Paths, Pkce, Place, Profile, SessionId, SilentRefusal, Subject,
};
pub use crate::tampering::{AnswerFault, CallbackFault, DocumentFault, KeySetFault, Tampering, TokenFault};

/// Where keys are published that no client should ever fetch: the address in `jku` and `x5u` of hostile tokens, and where
/// hostile answers redirect to.
pub const STRANGER_KEYS: &str = "/stranger/jwks";

/// Tells the time.
pub type Clock = dyn Fn() -> DateTime<Utc> + Send + Sync;

/// What to simulate.
#[derive(Clone)]
pub struct Options {
    /// Where to listen: 127.0.0.1, and port 0 for any.
    pub listen: SocketAddr,
    /// The relying parties; more can be registered later.
    pub clients: Vec<Client>,
    /// Who can sign in.
    pub people: Vec<Person>,
    /// What the provider is like.
    pub profile: Profile,
    /// The time.
    pub clock: Arc<Clock>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            clients: Vec::new(),
            people: Person::three(),
            profile: Profile::plain(),
            clock: Arc::new(Utc::now),
        }
    }
}

/// Opens the listener and serves in tasks of the current Tokio runtime.
///
/// # Errors
/// When the address is not 127.0.0.1 or cannot be bound.
pub async fn start(options: Options) -> io::Result<DemoProvider> {
    if options.listen.ip() != Ipv4Addr::LOCALHOST {
        // Anybody could sign in as anyone.
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the demo provider listens on 127.0.0.1 only",
        ));
    }
    let listener = TcpListener::bind(options.listen).await?;
    let port = listener.local_addr()?.port();
    let world = Arc::new(World::new(
        options.profile,
        port,
        options.clock,
        options.people,
        options.clients,
    ));
    let mut serving = JoinSet::new();
    serving.spawn(server::serve(listener, Arc::clone(&world)));
    Ok(DemoProvider::new(world, serving))
}
