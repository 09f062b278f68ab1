//! What the log says of that which happens in a test, as it stands in a text for people.

use signalbox::logs::{Format, lines};
use std::io::{self, Write};
use std::mem::take;
use std::sync::{Arc, LazyLock, Mutex};
use std::thread;
use tracing::Dispatch;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::{DefaultGuard, set_default};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{EnvFilter, registry};

/// Hears nothing, and is there beside whoever listens. Where one alone does, `tracing` asks of a line that is come to for the first time whether the
/// thread that comes there listens, and where it does not, nobody is ever told of it.
static BESIDE: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(registry().with(LevelFilter::OFF)));

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
        LazyLock::force(&BESIDE);
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

#[test]
fn what_another_thread_came_to_first_is_told_too() {
    let say = || tracing::warn!(target: "signalbox", "said");
    let told = Told::from_now_on();
    thread::spawn(say).join().unwrap();
    assert_eq!(told.since(), "");
    say();
    assert!(told.since().contains("said"));
}
