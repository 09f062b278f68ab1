//! The thread that writes events, one after the other.

use crate::telemetry::metrics;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use tokio::sync::oneshot;

/// Events that may wait for the disk.
const WAITING: usize = 4096;

/// What the thread is told.
pub(super) enum Message {
    /// To write a line, and to say whether it is written.
    Line(Vec<u8>, Option<oneshot::Sender<bool>>),
    /// To open the file anew.
    Reopen,
    /// To say when all before is written.
    Flush(oneshot::Sender<()>),
}

/// The way to the thread, which ends with it.
pub(super) struct Writer(SyncSender<Message>);

impl Writer {
    /// To a file, or without one to standard output.
    pub(super) fn open(file: Option<PathBuf>) -> io::Result<Self> {
        let place = match file {
            None => Place::Out,
            Some(path) => Place::File(open(&path)?, path),
        };
        let (sender, messages) = sync_channel(WAITING);
        let lines = Lines { place, torn: false };
        thread::Builder::new()
            .name("audit".to_owned())
            .spawn(move || lines.write_all(&messages))?;
        Ok(Self(sender))
    }

    /// False where too many wait already.
    pub(super) fn send(&self, message: Message) -> bool {
        self.0.try_send(message).is_ok()
    }
}

/// Only who runs the program may read it.
fn open(path: &PathBuf) -> io::Result<File> {
    let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
    file.map_err(|error| {
        io::Error::new(
            error.kind(),
            format!("cannot write the audit to {}: {error}", path.display()),
        )
    })
}

enum Place {
    Out,
    File(File, PathBuf),
}

struct Lines {
    place: Place,
    /// Whether the last line was written in part only.
    torn: bool,
}

impl Lines {
    fn write_all(mut self, messages: &Receiver<Message>) {
        let mut failing = false;
        for message in messages {
            match message {
                Message::Line(line, written) => {
                    let wrote = self.write(line);
                    metrics()
                        .audit_events
                        .of([if wrote.is_ok() { "written" } else { "lost" }])
                        .inc();
                    // Told when it begins and when it is over, not once for each.
                    match &wrote {
                        Err(error) if !failing => tracing::error!(%error, "the audit cannot be written"),
                        Ok(()) if failing => tracing::info!("the audit is written again"),
                        _ => {}
                    }
                    failing = wrote.is_err();
                    if let Some(written) = written {
                        _ = written.send(wrote.is_ok());
                    }
                }
                Message::Reopen => {
                    if let Err(error) = self.reopen() {
                        tracing::error!(%error, "the audit goes on in the old file");
                    }
                }
                Message::Flush(flushed) => _ = flushed.send(()),
            }
        }
    }

    fn reopen(&mut self) -> io::Result<()> {
        if let Place::File(file, path) = &mut self.place {
            *file = open(path)?;
            self.torn = false;
        }
        Ok(())
    }

    /// Writes a line whole, or says that it has not.
    fn write(&mut self, mut line: Vec<u8>) -> io::Result<()> {
        // What is written into a file that was deleted is gone.
        if let Place::File(file, _) = &self.place
            && file.metadata()?.nlink() == 0
        {
            self.reopen()?;
        }
        if self.torn {
            line.insert(0, b'\n');
        }
        let written = match &mut self.place {
            Place::Out => {
                let mut out = io::stdout().lock();
                out.write_all(&line).and_then(|()| out.flush())
            }
            // At once, so that lines of several programs do not mix.
            Place::File(file, _) => file.write_all(&line),
        };
        self.torn = written.is_err();
        written
    }
}
