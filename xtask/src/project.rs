//! Where things are: the work tree, cargo's target folder, and the cache for tools.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// The folders that xtask works with.
pub struct Project {
    /// The work tree.
    pub root: PathBuf,
    /// Cargo's target folder, wherever the user has put it.
    pub target: PathBuf,
    /// Tools and test environments, outside the work tree and shared by all clones.
    pub cache: PathBuf,
}

impl Project {
    /// Asks cargo and the environment.
    ///
    /// # Errors
    /// When cargo cannot read the workspace, or no home folder is known.
    pub fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask lies in no workspace")?
            .to_path_buf();
        let metadata = process::ask(cargo().current_dir(&root).args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ]))
        .context("`cargo metadata` failed; run it to see why")?;
        let metadata: serde_json::Value =
            serde_json::from_str(&metadata).context("`cargo metadata` printed no JSON")?;
        let target = metadata["target_directory"]
            .as_str()
            .context("`cargo metadata` names no target folder")?
            .into();
        let cache = cache_folder(|name| std::env::var_os(name).map(PathBuf::from))?;
        Ok(Self { root, target, cache })
    }

    /// What `cargo xtask build` makes.
    pub fn binary(&self) -> PathBuf {
        self.target.join("release/signalbox")
    }

    /// The version of `package` that `Cargo.lock` has settled on.
    ///
    /// # Errors
    /// When the lock file is missing or does not hold it.
    pub fn locked_version(&self, package: &str) -> Result<String> {
        let path = self.root.join("Cargo.lock");
        let lock = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        match version_in_lock(&lock, package) {
            Some(version) => Ok(version.to_owned()),
            None => bail!("Cargo.lock holds no `{package}`"),
        }
    }
}

/// The cargo that started us, so that a toolchain chosen for this call (`cargo +nightly xtask …`) stays chosen.
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn cache_folder(variable: impl Fn(&str) -> Option<PathBuf>) -> Result<PathBuf> {
    let set = |name| variable(name).filter(|path| path.is_absolute());
    if let Some(path) = set("SIGNALBOX_CACHE") {
        return Ok(path);
    }
    if let Some(path) = set("XDG_CACHE_HOME") {
        return Ok(path.join("signalbox"));
    }
    match set("HOME") {
        Some(path) => Ok(path.join(".cache/signalbox")),
        None => bail!("no place for tools: set SIGNALBOX_CACHE to an absolute path"),
    }
}

fn version_in_lock<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_is_read_by_whole_names() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in_lock(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(version_in_lock(lock, "wasm"), None);
    }

    #[test]
    fn the_cache_is_where_the_user_wants_it() {
        let with = |pairs: &'static [(&str, &str)]| {
            cache_folder(|name| {
                pairs
                    .iter()
                    .find(|(key, _)| *key == name)
                    .map(|(_, value)| PathBuf::from(value))
            })
        };
        assert_eq!(with(&[("HOME", "/h")]).unwrap(), Path::new("/h/.cache/signalbox"));
        assert_eq!(
            with(&[("HOME", "/h"), ("XDG_CACHE_HOME", "/x")]).unwrap(),
            Path::new("/x/signalbox")
        );
        assert_eq!(
            with(&[("XDG_CACHE_HOME", "/x"), ("SIGNALBOX_CACHE", "/s")]).unwrap(),
            Path::new("/s")
        );
        // A relative path would mean another folder for every working directory.
        assert_eq!(
            with(&[("HOME", "/h"), ("XDG_CACHE_HOME", "x")]).unwrap(),
            Path::new("/h/.cache/signalbox")
        );
        assert!(with(&[]).is_err());
    }
}
