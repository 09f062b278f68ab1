//! Files that keys are read from: how they are read, and whether they have changed since.

use super::IssuerError;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::task::spawn_blocking;

/// The largest file that is read, in bytes. A profile of every account that somebody has is smaller.
const LARGEST: u64 = 1 << 20;

/// How long a file must have been left alone before what is in it counts: it may be half written.
const SETTLED: Duration = Duration::from_secs(2);

/// The files that keys were last made of, as they were then.
#[derive(Debug, Default)]
pub struct Watched(Mutex<Option<Seen>>);

type Seen = BTreeMap<PathBuf, Option<Stamp>>;

/// What tells two states of a file apart.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    /// Which file it is: those of a mounted secret are swapped, not written.
    number: u64,
}

/// Files that are being read. They count as seen when that came to its end.
#[derive(Debug)]
pub struct Reading<'a> {
    watched: &'a Watched,
    seen: Seen,
}

impl Watched {
    /// Begins to read.
    #[must_use]
    pub fn reading(&self) -> Reading<'_> {
        Reading {
            watched: self,
            seen: Seen::new(),
        }
    }

    /// Whether one of the files is another than when it was read, or none has been read, and nobody is writing it at the moment.
    pub async fn changed(&self) -> bool {
        let Some(seen) = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone() else {
            return true;
        };
        let differ = move || {
            let mut differs = false;
            for (path, then) in seen {
                let now = stamp(&path).ok();
                if now == then {
                    continue;
                }
                let modified = now.as_ref().and_then(|stamp| stamp.modified);
                let age = modified.and_then(|modified| modified.elapsed().ok());
                if age.is_some_and(|age| age < SETTLED) {
                    return false;
                }
                differs = true;
            }
            differs
        };
        spawn_blocking(differ).await.unwrap_or(false)
    }
}

impl Reading<'_> {
    /// A file's text, without what editors leave at its beginning and end.
    ///
    /// # Errors
    /// The file cannot be read; what it holds is never told.
    pub async fn text(&mut self, path: &Path) -> Result<String, IssuerError> {
        let file = path.to_owned();
        let read = spawn_blocking(move || {
            let stamp = stamp(&file).ok();
            (stamp, text(&file))
        });
        let (stamp, text) = match read.await {
            Ok((stamp, text)) => (stamp, text),
            Err(error) => (None, Err(io::Error::other(error))),
        };
        self.seen.insert(path.to_owned(), stamp);
        text.map_err(|error| IssuerError::new(format!("cannot read {}: {error}", path.display())))
    }

    /// Keys were made of what was read.
    pub fn done(self) {
        *self.watched.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.seen);
    }
}

fn text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let file = std::fs::File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::Error::other("it is a folder"));
    }
    file.take(LARGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST {
        return Err(io::Error::other("it is too large"));
    }
    Ok(text.trim_start_matches('\u{feff}').trim().to_owned())
}

fn stamp(path: &Path) -> io::Result<Stamp> {
    let data = std::fs::metadata(path)?;
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&data);
    #[cfg(not(unix))]
    let number = 0;
    Ok(Stamp {
        modified: data.modified().ok(),
        length: data.len(),
        number,
    })
}

#[cfg(test)]
mod tests;
