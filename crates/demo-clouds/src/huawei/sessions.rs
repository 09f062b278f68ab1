//! Temporary keys, and the tokens that people and pods bring instead of keys.

use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};

use crate::canonical::hmac_hex;
use crate::fleet::place;
use crate::machine::Session;
use crate::message::{Ask, Refusal};
use crate::world::World;

/// The one that only the newer way knows, and that asks for [`external_id`].
pub(super) const GUARDED: &str = "signalbox-guarded";

impl Session {
    /// A new one for an account. `role` is told by the newer service when it is asked who somebody is.
    pub(super) fn open(world: &World, account: usize, life: TimeDelta, role: Option<String>) -> Self {
        let now = world.now();
        let mut dice = world.dice(place::SESSION);
        let upper = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        let session = Self {
            access: format!("HST{}", dice.text(17, upper)),
            secret: dice.base36(40),
            // Real tokens are long, and hold characters that must be handled with care.
            token: format!("hQpjbi1ub3J0aC00+{}/{}==", dice.base36(300), dice.base36(300)),
            expires: now + life,
        };
        world.keyring.issue(&session, account, role, now);
        session
    }

    /// With six digits after the second, which the vendor's own SDK insists on.
    pub(super) fn end(&self) -> String {
        self.expires.to_rfc3339_opts(SecondsFormat::Micros, true)
    }

    /// In the words of IAM and of metadata services.
    pub(super) fn older(&self) -> Value {
        json!({"credential": {"access": self.access, "secret": self.secret, "securitytoken": self.token, "expires_at": self.end()}})
    }

    /// In the words of the newer service.
    pub(super) fn newer(&self) -> Value {
        json!({
            "access_key_id": self.access, "secret_access_key": self.secret, "security_token": self.token, "expiration": self.end(),
        })
    }
}

/// The number of an account by what its vendor calls it.
pub(super) fn account_of(world: &World, domain: &str) -> Option<usize> {
    let mut accounts = world.fleet.accounts.iter();
    accounts.position(|account| !account.projects.is_empty() && (account.domain_id == domain || account.id == domain))
}

/// What the guarded agency of an account wants to be told.
pub(super) fn external_id(account: &str) -> String {
    format!("external-{account}")
}

/// What a JSON body holds at a path.
pub(super) fn body(ask: &Ask) -> Value {
    serde_json::from_slice(&ask.body).unwrap_or_default()
}

/// How long keys are wanted for.
pub(super) fn life(wanted: &Value, most: i64, refused: impl Fn(String) -> Refusal) -> Result<TimeDelta, Refusal> {
    let seconds = match wanted {
        Value::Null => Some(most.min(3600)),
        wanted => wanted.as_i64().filter(|seconds| (900..=most).contains(seconds)),
    };
    let refused = || refused(format!("duration_seconds must be a number from 900 to {most}."));
    seconds.map(TimeDelta::seconds).ok_or_else(refused)
}

/// A token that says: whoever brings this is of that account, until then. To whom carries it, it is a text without a meaning.
pub(crate) fn identity_token(world: &World, account: &str, life: TimeDelta) -> String {
    let said = json!({"account": account, "until": (world.now() + life).timestamp(), "nonce": world.dice(place::SESSION).hex(16)});
    let said = hex::encode(said.to_string());
    let seal = hmac_hex(&world.seal(), &said);
    format!("eyJhbGciOiJIUzI1NiJ9.{said}.{seal}")
}

/// Whose such a token is.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read_token(world: &World, token: &str) -> Result<usize, &'static str> {
    let malformed = "the token is malformed";
    let mut parts = token.split('.').skip(1);
    let (Some(said), Some(seal), None) = (parts.next(), parts.next(), parts.next()) else {
        return Err(malformed);
    };
    if hmac_hex(&world.seal(), said) != seal {
        return Err("the signature of the token is wrong");
    }
    let said = hex::decode(said).ok();
    let said: Value = said
        .and_then(|said| serde_json::from_slice(&said).ok())
        .ok_or(malformed)?;
    if said["until"]
        .as_i64()
        .is_none_or(|until| until <= world.now().timestamp())
    {
        return Err("the token is expired");
    }
    let account = said["account"].as_str().and_then(|account| account_of(world, account));
    account.ok_or("the token is of no account")
}
