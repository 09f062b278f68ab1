//! The connection to the store's server, if there is one at this moment.

use crate::clock::Ambient;
use crate::telemetry::metrics;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ErrorKind, FromRedisValue, Pipeline, RedisError, ServerErrorKind};
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};

/// How long connecting may take. Nobody waits for it.
const CONNECT: Duration = Duration::from_secs(2);

/// Between two attempts to connect, at first and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));

/// A connection that held for so long was a good one: the first attempt after it comes soon. Where they break sooner, again and again, attempts become rare, and so do their words in the log.
const GOOD: Duration = Duration::from_secs(10);

/// The most reasons that the log is told while it is away.
const REASONS: usize = 4;

/// Between two beats.
const BEAT: Duration = Duration::from_secs(1);

/// The connection that all share. It is given up as soon as one command fails: who comes after that does not wait in vain.
pub(super) struct Connection {
    /// How long a command may take.
    timeout: Duration,
    current: RwLock<Option<(u64, MultiplexedConnection)>>,
    broken: Notify,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection")
    }
}

impl Connection {
    /// None yet; commands may take so long.
    pub(super) fn new(timeout: Duration) -> Self {
        Self {
            timeout,
            current: RwLock::default(),
            broken: Notify::new(),
        }
    }

    fn current(&self) -> Option<(u64, MultiplexedConnection)> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, connection: Option<(u64, MultiplexedConnection)>) {
        metrics().store_up.of([]).set(connection.is_some().into());
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = connection;
    }

    /// Whether there is one.
    pub(super) fn is_there(&self) -> bool {
        self.current.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Connects, and again whenever it is broken. For good.
    pub(super) async fn keep(&self, server: &Client, ambient: &Ambient) {
        let mut pause = PAUSES.0;
        let mut told = BTreeSet::new();
        self.set(None);
        for number in 0.. {
            match connect(server, self.timeout, self.timeout).await {
                Ok(connection) => {
                    tracing::info!("the store answers");
                    told.clear();
                    let since = Instant::now();
                    let broken = self.broken.notified();
                    self.set(Some((number, connection)));
                    tokio::select! {
                        () = broken => {}
                        never = self.beat() => match never {},
                    }
                    self.set(None);
                    if since.elapsed() >= GOOD {
                        pause = PAUSES.0;
                    }
                }
                Err(error) => {
                    let why = error.to_string();
                    // Once for each reason: it may be away for long.
                    if told.len() < REASONS && told.insert(why.clone()) {
                        tracing::warn!(
                            why,
                            "the store cannot be reached: until it can, this replica goes by what it knows itself"
                        );
                    } else {
                        tracing::debug!(why, "the store cannot be reached");
                    }
                }
            }
            sleep(pause / 2 + ambient.jitter(pause / 2)).await;
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    /// Asks something now and then, so that it is known whether the server answers, though nobody else asks.
    async fn beat(&self) -> Infallible {
        let mut ping = Pipeline::new();
        ping.cmd("PING").ignore();
        loop {
            sleep(BEAT).await;
            self.ask::<()>(&ping).await;
        }
    }

    /// The answers to commands that are sent together; none where there is no connection, none in time, or others than meant.
    pub(super) async fn ask<T: FromRedisValue>(&self, commands: &Pipeline) -> Option<T> {
        let (number, mut connection) = self.current()?;
        let asked = commands.query_async::<T>(&mut connection);
        let why = match timeout(self.timeout, asked).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) if is_of_the_command(error.kind()) => {
                tracing::debug!(%error, "the store refuses a command");
                return None;
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {:?}", self.timeout),
        };
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        // Once for each connection, whoever finds it broken.
        if current.take_if(|(current, _)| *current == number).is_some() {
            tracing::warn!(
                why,
                "the store is given up for now: until it answers again, this replica goes by what it knows itself"
            );
            self.broken.notify_one();
        }
        None
    }
}

/// Whether an error is about what was asked, and another command may well be answered: there is no room left, or something else lies at the place.
fn is_of_the_command(kind: ErrorKind) -> bool {
    use ServerErrorKind::{CrossSlot, ExecAbort, NoPerm, NoScript, ResponseError};
    matches!(
        kind,
        ErrorKind::Parse
            | ErrorKind::UnexpectedReturnType
            | ErrorKind::Extension
            | ErrorKind::Server(ResponseError | ExecAbort | NoScript | NoPerm | CrossSlot)
    )
}

/// A connection of one's own, whose commands may take so long, and which has answered once within `first`.
pub(super) async fn connect(
    server: &Client,
    first: Duration,
    longest: Duration,
) -> Result<MultiplexedConnection, RedisError> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECT))
        .set_response_timeout(Some(first.min(CONNECT)));
    let mut connection = server.get_multiplexed_async_connection_with_config(&config).await?;
    redis::cmd("PING").query_async::<()>(&mut connection).await?;
    connection.set_response_timeout(longest);
    Ok(connection)
}
