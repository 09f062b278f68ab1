//! What a test or a demo does with a running provider.

use std::sync::Arc;

use serde_json::Value;
use tokio::task::JoinSet;

use crate::STRANGER_KEYS;
use crate::chance;
use crate::claims;
use crate::draft::Draft;
use crate::end_session;
use crate::front::Front;
use crate::front_token;
use crate::journal::{Delivery, Request};
use crate::logout_token;
use crate::people::{Client, Person};
use crate::profile::{Endpoint, Profile};
use crate::signature;
use crate::tampering::{Tampering, TokenFault};
use crate::world::{Consent, Session, State, World};

/// The running provider. Dropping it closes its listener and all connections.
pub struct DemoProvider {
    world: Arc<World>,
    _serving: JoinSet<()>,
}

impl DemoProvider {
    pub(crate) fn new(world: Arc<World>, serving: JoinSet<()>) -> Self {
        Self {
            world,
            _serving: serving,
        }
    }

    /// The issuer to configure, to the byte.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.world.issuer()
    }

    /// Where the provider is, for example `http://127.0.0.1:41234`.
    #[must_use]
    pub fn origin(&self) -> String {
        self.world.origin()
    }

    /// What it is like.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.world.profile
    }

    /// The address of its discovery document where that is not the issuer's own: what must be configured then.
    #[must_use]
    pub fn discovery_url(&self) -> Option<String> {
        let elsewhere = self.world.profile.elsewhere?;
        Some(self.world.origin() + elsewhere.discovery)
    }

    /// The address of an endpoint as discovery gives it; for [`Endpoint::EndSession`] also where discovery is silent.
    #[must_use]
    pub fn address(&self, endpoint: Endpoint) -> String {
        self.world.address(endpoint)
    }

    /// Registers a relying party, or gives one of the same id new addresses.
    pub fn register(&self, client: Client) {
        let mut state = self.world.state();
        state.clients.retain(|known| known.id != client.id);
        state.clients.push(client);
    }

    /// The `sub` of somebody in tokens for a client.
    #[must_use]
    pub fn subject(&self, login: &str, client: &str) -> String {
        self.world.subject(self.world.profile.subject, login, client)
    }

    /// From now on somebody is in these groups; tokens that are out already do not change.
    pub fn set_groups(&self, login: &str, groups: &[&str]) {
        let mut state = self.world.state();
        if let Some(person) = state.people.iter_mut().find(|person| person.login == login) {
            person.groups = groups.iter().map(|&group| group.to_owned()).collect();
        }
    }

    /// Adds somebody, or replaces whoever has the same login.
    pub fn set_person(&self, person: Person) {
        let mut state = self.world.state();
        match state.people.iter_mut().find(|known| known.login == person.login) {
            Some(known) => *known = person,
            None => state.people.push(person),
        }
    }

    /// Another key signs from now on; the former ones stay published until [`DemoProvider::withdraw_former_keys`].
    pub fn rotate_keys(&self) {
        self.world.state().keys.rotate();
    }

    /// Publishes only the key that signs now.
    pub fn withdraw_former_keys(&self) {
        self.world.state().keys.withdraw_former();
    }

    /// The keys that sign ID tokens, as published.
    #[must_use]
    pub fn keys(&self) -> Value {
        self.world.state().keys.published()
    }

    /// Ends somebody's sessions at the provider without telling anybody: `prompt=none` fails from now on.
    pub fn forget_sessions(&self, login: &str) {
        end_session::end(&mut self.world.state(), |_, session| session.login == login);
    }

    /// Ends somebody's sessions at the provider and posts a logout token to each client of theirs, whatever the profile;
    /// says what the clients answered.
    pub async fn sign_out(&self, login: &str) -> Vec<Delivery> {
        let notices: Vec<_> = {
            let mut state = self.world.state();
            let ended = end_session::end(&mut state, |_, session| session.login == login);
            let tell = |session| logout_token::notices(&self.world, &mut state, session);
            ended.iter().flat_map(tell).collect()
        };
        let mut deliveries = Vec::new();
        for notice in notices {
            deliveries.push(logout_token::deliver(&self.world, notice).await);
        }
        deliveries
    }

    /// Goes wrong in this way from now on, until [`DemoProvider::behave`].
    pub fn tamper(&self, tampering: Tampering) {
        self.world.state().tampering.add(tampering, false);
    }

    /// Goes wrong in this way once, the next time that it can.
    pub fn tamper_once(&self, tampering: Tampering) {
        self.world.state().tampering.add(tampering, true);
    }

    /// Calls off everything that was to go wrong.
    pub fn behave(&self) {
        self.world.state().tampering.clear();
    }

    /// Cuts every connection instead of answering, as if nobody were there.
    pub fn down(&self) {
        self.world.state().down = true;
    }

    /// Answers again.
    pub fn up(&self) {
        self.world.state().down = false;
    }

    /// The requests since the start or the last [`DemoProvider::forget_requests`], oldest first; at most the last 10,000.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.world.journal.requests()
    }

    /// The requests for one endpoint.
    #[must_use]
    pub fn requests_for(&self, endpoint: Endpoint) -> Vec<Request> {
        let mut requests = self.requests();
        requests.retain(|request| request.endpoint == Some(endpoint));
        requests
    }

    /// The logout tokens that were posted, oldest first.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.world.journal.deliveries()
    }

    /// Empties the lists of requests and deliveries.
    pub fn forget_requests(&self) {
        self.world.journal.clear();
    }

    /// The `sid` of somebody's sessions at the provider.
    #[must_use]
    pub fn session_ids(&self, login: &str) -> Vec<String> {
        let state = self.world.state();
        let sessions = state.sessions.values().filter(|session| session.login == login);
        sessions.map(|session| session.sid.clone()).collect()
    }

    /// An ID token of the profile for somebody, before it is signed: with this nonce, and a session that is not one.
    #[must_use]
    pub fn id_token(&self, login: &str, client: &str, nonce: &str) -> Draft {
        let state = self.world.state();
        let consent = Consent {
            client: client_or_new(&state, client),
            login: login.to_owned(),
            redirect_uri: String::new(),
            challenge: None,
            nonce: Some(nonce.to_owned()),
            scopes: self
                .world
                .profile
                .scopes
                .iter()
                .map(|&scope| scope.to_owned())
                .collect(),
            sid: chance::token(),
            signed_in: self.world.now(),
            expires: 0,
            spent: None,
        };
        claims::id_token(&self.world, &state, &consent)
    }

    /// A logout token of the profile for somebody, before it is signed. `sid` is the session's; in profiles whose tokens
    /// have none it is not used.
    #[must_use]
    pub fn logout_token(&self, login: &str, client: &str, sid: &str) -> Draft {
        logout_token::draft(&self.world, client, login, sid)
    }

    /// A signed logout token for somebody's session, with the faults that are due: what [`DemoProvider::sign_out`] posts.
    #[must_use]
    pub fn mint_logout_token(&self, login: &str, client: &str, sid: &str) -> String {
        let session = Session {
            sid: sid.to_owned(),
            login: login.to_owned(),
            began: self.world.now(),
            clients: std::iter::once(client.to_owned()).collect(),
        };
        logout_token::signed(&self.world, &mut self.world.state(), client, &session)
    }

    /// What a front says about somebody now, before it is signed.
    ///
    /// `None` when there is nobody of that login.
    #[must_use]
    pub fn front_token(&self, front: Front, login: &str) -> Option<Draft> {
        let state = self.world.state();
        let subject = self.world.subject(self.world.profile.subject, login, front.name());
        state
            .person(login)
            .map(|person| front_token::draft(front, person, &subject, self.world.time()))
    }

    /// Signs a token.
    #[must_use]
    pub fn mint(&self, draft: &Draft) -> String {
        signature::sign(draft, &mut self.world.state().keys)
    }

    /// Signs a token after this was made wrong with it. `client` is whose secret a fault may use.
    #[must_use]
    pub fn mint_wrong(&self, mut draft: Draft, client: &str, fault: &TokenFault) -> String {
        let mut state = self.world.state();
        let secret = client_or_new(&state, client).secret;
        self.world
            .spoil(&mut state, &mut draft, std::slice::from_ref(fault), &secret, None);
        signature::sign(&draft, &mut state.keys)
    }

    /// Where a front publishes the keys that it signs with, as a key set.
    #[must_use]
    pub fn front_keys(&self, front: Front) -> String {
        format!("{}/{}/jwks", self.world.address(Endpoint::FrontKeys), front.name())
    }

    /// The address behind which `/KID` is a front's key as PEM: what AWS has instead of a key set.
    #[must_use]
    pub fn front_pem(&self, front: Front) -> String {
        format!("{}/{}/keys", self.world.address(Endpoint::FrontKeys), front.name())
    }

    /// Where the keys are published that no client should ever fetch.
    #[must_use]
    pub fn stranger_keys(&self) -> String {
        self.world.origin() + STRANGER_KEYS
    }
}

fn client_or_new(state: &State, id: &str) -> Client {
    let known = state.client(id).cloned();
    known.unwrap_or_else(|| Client::at("http://127.0.0.1:1", id, &chance::token()))
}
