//! The files of the page in memory, by path.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Contents by path; sorted, because the page's hash must not depend on the order in which a folder is read.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Everything below `folder`.
pub fn read(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    read_into(folder, "", &mut files)?;
    Ok(files)
}

fn read_into(folder: &Path, prefix: &str, files: &mut Files) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let name = entry
            .file_name()
            .into_string()
            .ok()
            .with_context(|| format!("a file name in {} is not UTF-8", folder.display()))?;
        if entry.file_type()?.is_dir() {
            read_into(&entry.path(), &format!("{prefix}{name}/"), files)?;
        } else {
            let content = std::fs::read(entry.path()).with_context(|| format!("cannot read {prefix}{name}"))?;
            files.insert(format!("{prefix}{name}"), content);
        }
    }
    Ok(())
}

/// Makes `folder` hold exactly these files, `last` being written last; whether anything had to be written.
pub fn write(folder: &Path, files: &Files, last: &str) -> Result<bool> {
    if folder.is_dir() && read(folder)? == *files {
        return Ok(false);
    }
    make_empty(folder)?;
    let mut files: Vec<_> = files.iter().collect();
    files.sort_by_key(|(name, _)| *name == last);
    for (name, content) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))
            .and_then(|()| std::fs::write(&path, content))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(true)
}

/// Makes `folder` an empty one.
pub fn make_empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}

/// Of a file's content, in hexadecimal.
pub fn sha256(file: &Path) -> Result<String> {
    let content = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(format!("{:x}", Sha256::digest(content)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unchanged_files_are_not_written_again_and_old_ones_go() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("dist");
        let files = |names: &[&str]| {
            names
                .iter()
                .map(|name| ((*name).to_owned(), b"1".to_vec()))
                .collect::<Files>()
        };
        let old = files(&["a/b/c", "index.html"]);
        assert!(write(&place, &old, "index.html").unwrap());
        assert!(!write(&place, &old, "index.html").unwrap());
        let new = files(&["a/d", "index.html"]);
        assert!(write(&place, &new, "index.html").unwrap());
        assert_eq!(read(&place).unwrap(), new);
    }
}
