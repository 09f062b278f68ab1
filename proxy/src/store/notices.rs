//! What replicas tell each other: each notice lies in a stream ([`XADD`](https://valkey.io/commands/xadd/)) that all of them read, so that each has all of it in its
//! own memory and asks nobody when it matters.
//!
//! A server that was emptied is seen by a mark that is gone with the rest: then everybody tells anew what is not there any more.

use super::connection::connect;
use super::{Purpose, Store};
use redis::aio::MultiplexedConnection;
use redis::{Pipeline, RedisError};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};
use tokio::time::sleep;

/// So long the server keeps the answer back where there is nothing new.
const WAIT: Duration = Duration::from_secs(1);

/// After a connection that broke or was not made.
const PAUSE: Duration = Duration::from_millis(500);

/// The most notices of each kind that come at a time.
const AT_A_TIME: usize = 500;

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Sessions that have been signed out.
    Revocations,
    /// What a cloud has throttled.
    Paces,
}

impl Topic {
    /// In the order in which streams are read.
    const ALL: [Self; 2] = [Self::Revocations, Self::Paces];

    const fn stream(self) -> &'static str {
        match self {
            Self::Revocations => "revocations",
            Self::Paces => "paces",
        }
    }

    const fn purpose(self) -> Purpose {
        match self {
            Self::Revocations => Purpose::Revocations,
            Self::Paces => Purpose::Limits,
        }
    }

    /// How long a notice counts: no session is older, and no limit that was learned either.
    const fn life(self) -> Duration {
        match self {
            Self::Revocations => Duration::from_secs(8 * 24 * 3600),
            Self::Paces => Duration::from_secs(300),
        }
    }
}

/// Who hears what others tell.
pub trait Listener: fmt::Debug + Send + Sync {
    /// A notice, of another replica or of this one.
    fn heard(&self, topic: Topic, said: &[u8]);

    /// What was told before lies there no more, as far as it is not heard again from now on.
    fn emptied(&self);

    /// What lies there not yet, as far as is known.
    fn untold(&self) -> Vec<(Topic, Vec<u8>)>;
}

/// What [`XREAD`](https://valkey.io/commands/xread/) answers: of each stream the notices with their ids and fields.
type Streams = Vec<(String, Vec<(String, Vec<Vec<u8>>)>)>;

/// How far the streams have been read.
#[derive(Debug, Default)]
struct Read {
    /// The mark that the server had.
    mark: String,
    /// The newest notice of each stream.
    newest: [String; 2],
}

impl Store {
    /// Tells all replicas something; whether it lies there now.
    pub async fn tell(&self, topic: Topic, said: &[u8]) -> bool {
        let stream = self.name(topic.stream());
        let Some(sealed) = self.seal(&stream, said) else {
            return false;
        };
        let oldest = self.0.ambient.now().checked_sub(topic.life());
        let oldest = oldest.and_then(|oldest| oldest.duration_since(UNIX_EPOCH).ok());
        let oldest = oldest.unwrap_or_default().as_millis();
        let mut commands = Pipeline::new();
        let add = commands
            .cmd("XADD")
            .arg(&stream)
            .arg("MINID")
            .arg("~")
            .arg(oldest.to_string());
        add.arg("*").arg("n").arg(sealed).ignore();
        let life = topic.life().as_millis().to_string();
        commands.cmd("PEXPIRE").arg(&stream).arg(life).ignore();
        self.ask::<()>(topic.purpose(), &commands).await.is_some()
    }

    /// Hears what others tell, by a connection of its own. For good.
    pub(super) async fn hear(&self, listener: Arc<dyn Listener>) {
        let mut read = Read::default();
        let timeout = self.0.settings.timeout;
        loop {
            match connect(&self.0.settings.server, timeout, WAIT + 2 * timeout).await {
                Ok(mut connection) => loop {
                    if let Err(error) = self.hear_once(&mut connection, &mut read, &*listener).await {
                        tracing::debug!(%error, "what other replicas tell is not heard");
                        break;
                    }
                },
                Err(error) => tracing::debug!(%error, "the store cannot be reached"),
            }
            self.0.hears.send_replace(false);
            sleep(PAUSE).await;
        }
    }

    /// Reads what is new, waiting for it a while if there is nothing, and tells what lies there not yet.
    async fn hear_once(
        &self,
        connection: &mut MultiplexedConnection,
        read: &mut Read,
        listener: &dyn Listener,
    ) -> Result<(), RedisError> {
        let mark = self.mark(connection).await?;
        if mark != read.mark {
            if !read.mark.is_empty() {
                tracing::warn!("the store has been emptied: what other replicas must know is told again");
            }
            listener.emptied();
            *read = Read {
                mark,
                newest: ["0".to_owned(), "0".to_owned()],
            };
            self.0.hears.send_replace(false);
        }
        let streams = Topic::ALL.map(|topic| self.name(topic.stream()));
        let mut command = redis::cmd("XREAD");
        command.arg("COUNT").arg(AT_A_TIME);
        if self.hears() {
            command.arg("BLOCK").arg(WAIT.as_millis().to_string());
        }
        command.arg("STREAMS").arg(&streams).arg(&read.newest);
        let came: Option<Streams> = command.query_async(connection).await?;
        let mut more = false;
        for (stream, notices) in came.unwrap_or_default() {
            let Some(at) = streams.iter().position(|known| *known == stream) else {
                continue;
            };
            more |= notices.len() >= AT_A_TIME;
            for (id, fields) in notices {
                if let Some(said) = fields.get(1).and_then(|sealed| self.open(&stream, sealed)) {
                    listener.heard(Topic::ALL[at], &said);
                }
                read.newest[at] = id;
            }
        }
        if more {
            return Ok(());
        }
        for (topic, said) in listener.untold() {
            if !self.tell(topic, &said).await {
                break;
            }
        }
        self.0.hears.send_if_modified(|hears| !std::mem::replace(hears, true));
        Ok(())
    }

    /// What tells whether the server has kept what was told before: made by whoever finds none.
    async fn mark(&self, connection: &mut MultiplexedConnection) -> Result<String, RedisError> {
        let name = self.name("mark");
        let mut commands = Pipeline::new();
        commands
            .cmd("SET")
            .arg(&name)
            .arg(self.0.ambient.secret())
            .arg("NX")
            .ignore();
        commands.cmd("GET").arg(&name);
        let (mark,): (String,) = commands.query_async(connection).await?;
        Ok(mark)
    }
}
