//! What the log says of that which happens in a test, as it stands in a text for people.

use signalbox::logs::{Format, lines};
use std::io::{self, Write};
use std::mem::take;
use std::sync::{Arc, Mutex};
use tracing::subscriber::{DefaultGuard, set_default};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{EnvFilter, registry};

/// Remarks and worse of this thread, on which a test has all that it started.
pub(crate) struct Told {
    kept: Kept,
    _until: DefaultGuard,
}

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Told {
    /// From now on, until it is dropped.
    pub(crate) fn from_now_on() -> Self {
        let kept = Kept::default();
        let writer = kept.clone();
        let filter = EnvFilter::new("signalbox=warn");
        let lines = lines(Format::Text, filter, false, move || writer.clone());
        Self {
            kept,
            _until: set_default(registry().with(lines)),
        }
    }

    /// What was told since this was asked last.
    pub(crate) fn since(&self) -> String {
        String::from_utf8(take(&mut *self.kept.0.lock().unwrap())).unwrap()
    }
}
