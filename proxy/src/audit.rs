//! Who was let in, what they read, and what was decided: one JSON object a line, for those who have to account for it.
//!
//! What stands in an event is told in [`event`]: names, counts and ids, never what rows hold, never a secret. Events are written by a thread of their own, so
//! that a slow disk holds up nobody who need not wait for it.

mod answer;
mod event;
mod line;
mod writer;

#[cfg(test)]
mod tests;

pub use answer::{Answer, Asked, End};
pub use event::{Event, Outcome, VERSION, What, Who, short};

use crate::clock::Ambient;
use crate::telemetry::metrics;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};
use tokio::sync::oneshot;
use tokio::time::timeout;
use writer::{Message, Writer};

/// How long an answer waits until the audit has it in writing.
const PATIENCE: Duration = Duration::from_secs(5);

/// `[audit]`, as the configuration says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Where events are written; on standard output without one.
    pub file: Option<PathBuf>,
    /// Whether nothing is answered that cannot be written down.
    pub required: bool,
}

/// Where events go. The default is nowhere.
#[derive(Default)]
pub struct Audit {
    open: Option<Open>,
}

struct Open {
    writer: Writer,
    required: bool,
    ambient: Ambient,
}

impl fmt::Debug for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Audit").field("open", &self.open.is_some()).finish()
    }
}

/// An event could not be written, and nothing may be answered without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the audit cannot be written, and nothing is answered without it")]
pub struct Unwritable;

impl Audit {
    /// As the configuration says.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn new(settings: Settings, ambient: Ambient) -> io::Result<Self> {
        let writer = Writer::open(settings.file)?;
        Ok(Self {
            open: Some(Open {
                writer,
                required: settings.required,
                ambient,
            }),
        })
    }

    /// Whether anything is written down.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Notes what happened. Whoever calls does not wait.
    pub fn record(&self, peer: Option<IpAddr>, who: Option<&Who>, what: &What) {
        if let Some(open) = &self.open {
            open.send(peer, who, what, None);
        }
    }

    /// Notes what is about to be answered, where nothing may be answered without: comes back when it is written.
    ///
    /// # Errors
    /// It is not.
    pub async fn before(&self, peer: Option<IpAddr>, who: Option<&Who>, what: &What) -> Result<(), Unwritable> {
        let Some(open) = self.open.as_ref().filter(|open| open.required) else {
            return Ok(());
        };
        let (sender, written) = oneshot::channel();
        open.send(peer, who, what, Some(sender));
        match timeout(PATIENCE, written).await {
            Ok(Ok(true)) => Ok(()),
            _ => Err(Unwritable),
        }
    }

    /// Begins the event of an answer, which is written when the answer has ended.
    ///
    /// # Errors
    /// As [`Audit::before`].
    pub async fn answer(
        self: &Arc<Self>,
        peer: Option<IpAddr>,
        who: Option<Who>,
        asked: Asked,
    ) -> Result<Answer, Unwritable> {
        self.before(peer, who.as_ref(), &asked.begun()).await?;
        Ok(Answer::new(Arc::clone(self), peer, who, asked))
    }

    /// Opens the file anew, after it was renamed.
    pub fn reopen(&self) {
        if let Some(open) = &self.open {
            open.writer.send(Message::Reopen);
        }
    }

    /// Comes back when all that was noted is written, or cannot be.
    pub async fn flush(&self) {
        let Some(open) = &self.open else { return };
        let (sender, flushed) = oneshot::channel();
        open.writer.send(Message::Flush(sender));
        _ = timeout(PATIENCE, flushed).await;
    }
}

impl Open {
    fn send(&self, peer: Option<IpAddr>, who: Option<&Who>, what: &What, written: Option<oneshot::Sender<bool>>) {
        let line = line::of(&Event::new(self.ambient.now(), peer, who, what));
        if !self.writer.send(Message::Line(line, written)) {
            metrics().audit_events.of(["lost"]).inc();
            tracing::error!("an event of the audit is lost: those before it are not written yet");
        }
    }
}
