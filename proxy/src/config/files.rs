//! The files that a configuration comes from, with what they held when they were read: so that it can be told whether to read it anew.

use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// What the configuration says of something, hashed: the same text with the same secrets is the same.
pub type Said = [u8; 32];

/// Files by their paths, with a hash of what each held; none for one that could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files(BTreeMap<PathBuf, Option<Said>>);

impl Files {
    /// The same files with what they hold now. A path is followed anew every time: in a mounted volume the folder behind a link is exchanged, not the file.
    #[must_use]
    pub fn now(&self) -> Self {
        let held = |path: &PathBuf| (path.clone(), std::fs::read(path).ok().map(hash));
        Self(self.0.keys().map(held).collect())
    }

    /// These files and those; where both have one, as those have it.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }
}

/// Notes which files are read, and what each holds.
#[derive(Debug, Default)]
pub(super) struct Notes {
    files: RefCell<Files>,
    /// What was read, in order.
    read: RefCell<Vec<Said>>,
    /// The settings that were asked for, whether they were there or not.
    #[cfg(test)]
    asked: RefCell<std::collections::BTreeSet<String>>,
}

impl Notes {
    /// Reads a file as text and notes it.
    pub(super) fn read(&self, path: &Path) -> io::Result<String> {
        let bytes = std::fs::read(path);
        let said = bytes.as_ref().ok().map(hash);
        self.read.borrow_mut().extend(said);
        self.files.borrow_mut().0.insert(path.to_owned(), said);
        String::from_utf8(bytes?).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
    }

    /// How much has been read until now, for [`Self::said`].
    pub(super) fn mark(&self) -> usize {
        self.read.borrow().len()
    }

    /// What is said by a text and by the files that were read since a mark.
    pub(super) fn said(&self, text: &str, mark: usize) -> Said {
        let read = self.read.borrow();
        let since = read.iter().skip(mark).flatten().copied();
        hash([text.as_bytes(), &[0], &since.collect::<Vec<u8>>()].concat())
    }

    #[cfg(test)]
    pub(super) fn learn(&self, asked: impl IntoIterator<Item = String>) {
        self.asked.borrow_mut().extend(asked);
    }

    #[cfg(test)]
    pub(super) fn asked(&self) -> std::collections::BTreeSet<String> {
        self.asked.borrow().clone()
    }

    pub(super) fn files(self) -> Files {
        self.files.into_inner()
    }
}

fn hash(bytes: impl AsRef<[u8]>) -> Said {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_file_behind_an_exchanged_link_has_changed_and_the_same_content_has_not() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for (version, content) in [("v1", "one"), ("v2", "one"), ("v3", "two")] {
            fs::create_dir(at(version)).unwrap();
            fs::write(at(version).join("key"), content).unwrap();
        }
        symlink(at("v1"), at("..data")).unwrap();
        symlink("..data/key", at("key")).unwrap();
        let notes = Notes::default();
        assert_eq!(notes.read(&at("key")).unwrap(), "one");
        assert!(notes.read(&at("gone")).is_err());
        let files = notes.files();
        assert_eq!(files, files.now());
        let swap = |version: &str| {
            symlink(at(version), at("new")).unwrap();
            fs::rename(at("new"), at("..data")).unwrap();
        };
        swap("v2");
        assert_eq!(files, files.now());
        swap("v3");
        assert_ne!(files, files.now());
        swap("v1");
        assert_eq!(files, files.now());
        fs::write(at("gone"), "back").unwrap();
        assert_ne!(files, files.now());
    }

    #[test]
    fn what_is_said_is_text_and_the_secrets_behind_it() {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("key");
        let said = |text: &str, secret: &str| {
            fs::write(&key, secret).unwrap();
            let notes = Notes::default();
            notes.read(&key).unwrap();
            let mark = notes.mark();
            notes.read(&key).unwrap();
            notes.said(text, mark)
        };
        assert_eq!(said("a", "1"), said("a", "1"));
        assert_ne!(said("a", "1"), said("a", "2"));
        assert_ne!(said("a", "1"), said("b", "1"));
    }
}
