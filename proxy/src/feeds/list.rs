//! Which feeds count: their ids, and what their makers and those who run the program know them by. An address is not among it, and cannot be made of it.

use super::entry::Entry;
use super::shared::SharedList;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The largest list that is read, in bytes: some ten thousand feeds.
const LARGEST: u64 = 8 << 20;

/// Where the list is.
#[derive(Debug)]
pub enum List {
    /// In this process, and gone with it.
    Memory(Mutex<Vec<Entry>>),
    /// In a file, which several replicas may share: it is read anew for every question, and changed by one of them at a time.
    File(PathBuf),
    /// In the store that replicas share.
    Shared(SharedList),
}

#[derive(Default, Serialize, Deserialize)]
struct Kept {
    feeds: Vec<Entry>,
}

impl List {
    /// In a file, or without one in this process.
    #[must_use]
    pub fn new(file: Option<PathBuf>) -> Self {
        file.map_or_else(|| Self::Memory(Mutex::default()), Self::File)
    }

    /// Whether it outlives this process.
    #[must_use]
    pub fn is_lasting(&self) -> bool {
        matches!(self, Self::File(_) | Self::Shared(_))
    }

    /// All of it, the oldest first. A file that is not there yet is an empty list.
    ///
    /// # Errors
    /// The file cannot be read, or is no such list.
    pub fn entries(&self) -> io::Result<Vec<Entry>> {
        match self {
            Self::Memory(entries) => Ok(entries.lock().unwrap_or_else(PoisonError::into_inner).clone()),
            Self::File(file) => read(file),
            Self::Shared(list) => Ok(list.entries()),
        }
    }

    /// Changes it, alone among all who do.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn change<T>(&self, change: impl FnOnce(&mut Vec<Entry>) -> T) -> io::Result<T> {
        match self {
            Self::Shared(list) => list.change(change),
            Self::Memory(entries) => Ok(change(&mut entries.lock().unwrap_or_else(PoisonError::into_inner))),
            Self::File(file) => {
                // Not the list itself, which each change replaces. Given back when it is closed.
                let mut lock = file.clone().into_os_string();
                lock.push(".lock");
                let lock = OpenOptions::new().create(true).append(true).open(lock)?;
                lock.lock()?;
                let before = read(file)?;
                let mut entries = before.clone();
                let changed = change(&mut entries);
                if entries != before {
                    write(file, entries)?;
                }
                Ok(changed)
            }
        }
    }
}

/// The list in a file.
///
/// # Errors
/// The file cannot be read, or is no such list.
pub fn read(file: &Path) -> io::Result<Vec<Entry>> {
    let opened = match File::open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut text = String::new();
    let bytes = opened.take(LARGEST + 1).read_to_string(&mut text)?;
    if bytes as u64 > LARGEST {
        return Err(io::Error::other(format!("it is larger than {LARGEST} bytes")));
    }
    let kept: Kept = serde_json::from_str(&text)?;
    Ok(kept.feeds)
}

/// Puts another list in its place: whoever reads meanwhile gets the old one or the new one whole, also after the power has failed. Only who runs the
/// program may read it.
fn write(file: &Path, feeds: Vec<Entry>) -> io::Result<()> {
    let folder = folder(file);
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    let mut text = serde_json::to_vec_pretty(&Kept { feeds })?;
    text.push(b'\n');
    new.write_all(&text)?;
    new.as_file().sync_all()?;
    new.persist(file)?;
    File::open(folder)?.sync_all()
}

/// Whether a list can be kept at a file.
///
/// # Errors
/// There is something else, or no folder for it.
pub fn check(file: &Path) -> io::Result<()> {
    read(file)?;
    fs::metadata(folder(file)).map(|_| ())
}

fn folder(file: &Path) -> &Path {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    fn entry(id: usize) -> Entry {
        Entry {
            id: id.to_string(),
            maker: "m".to_owned(),
            name: String::new(),
            view: "/plans".to_owned(),
            format: "ics".to_owned(),
            made: "2026-11-24T17:20:00Z".to_owned(),
            expires: "2027-02-22T17:20:00Z".to_owned(),
        }
    }

    #[test]
    fn replicas_share_a_file_and_none_loses_what_another_wrote() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("feeds.json");
        assert_eq!(List::new(Some(file.clone())).entries().unwrap(), []);
        let threads: Vec<_> = (0..4)
            .map(|replica| {
                let list = List::new(Some(file.clone()));
                thread::spawn(move || {
                    for at in 0..25 {
                        list.change(|entries| entries.push(entry(replica * 100 + at))).unwrap();
                        assert!(list.entries().unwrap().contains(&entry(replica * 100 + at)));
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        let list = List::new(Some(file.clone()));
        assert_eq!(list.entries().unwrap().len(), 100);
        list.change(Vec::clear).unwrap();
        assert_eq!(read(&file).unwrap(), []);
        let left: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|found| found.unwrap().file_name())
            .collect();
        assert_eq!(left.len(), 2, "the list and its lock: {left:?}");
    }

    #[test]
    fn what_is_no_list_is_an_error_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("feeds.json");
        fs::write(&file, "{\"feeds\": [").unwrap();
        let list = List::new(Some(file.clone()));
        assert!(list.entries().is_err() && check(&file).is_err());
        assert!(list.change(|entries| entries.push(entry(1))).is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), "{\"feeds\": [");
        fs::write(&file, " ".repeat(LARGEST as usize + 1)).unwrap();
        assert!(list.entries().unwrap_err().to_string().contains("larger"));
        // Not missing, but out of reach: nobody knows what stands there.
        assert!(read(&file.join("feeds.json")).is_err());
        assert!(check(folder.path()).is_err());
        assert!(check(&folder.path().join("nowhere/feeds.json")).is_err());
        assert!(check(&file.join("feeds.json")).is_err());
        assert!(check(&folder.path().join("new.json")).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("feeds.json");
        List::new(Some(file.clone()))
            .change(|entries| entries.push(entry(1)))
            .unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0);
    }
}
