//! The image: unpacked, and started as an engine would, by what it says of itself. Its root cannot be written to.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{Host, Service};
use crate::files;
use crate::package::Release;
use crate::process::run;

/// All that may be in it.
const CONTENT: [&str; 5] = [
    "etc/group",
    "etc/passwd",
    "etc/ssl/certs/ca-certificates.crt",
    "usr/bin/signalbox",
    "usr/share/doc/signalbox/signalbox.cdx.json",
];

/// `$1` is the image's root, `$2` the folder with the configuration, `$3` who it is; the rest is the program with its arguments.
const START: &str = r#"set -e
mount --bind "$1" "$1"
mount --bind "$2" "$1/etc/signalbox"
mount -o remount,bind,ro "$1/etc/signalbox"
mount -t tmpfs -o mode=1777 tmpfs "$1/tmp"
mount -o remount,bind,ro "$1"
root=$1 user=$3; shift 3
exec chroot --userspec="$user" "$root" "$@""#;

/// Does what `commands` would have an engine do, which must be these two.
pub fn try_out(release: &Release, image: &Path, commands: &[String], host: &Host, work: &Path) -> Result<()> {
    let file = image.file_name().context("an image has a name")?.to_string_lossy();
    let expected = [
        format!("podman load --input {file}"),
        format!(
            "podman run --read-only --tmpfs /tmp --network host --volume ./signalbox:/etc/signalbox:ro localhost/signalbox:{}",
            release.version
        ),
    ];
    ensure!(
        commands == expected,
        "the README says {commands:?}, and this tries {expected:?}"
    );

    let root = work.join("root");
    let config = unpack(image, work, &root)?;
    let mut content: Vec<String> = files::read(&root)?.into_keys().collect();
    content.sort();
    let mut allowed = CONTENT.map(str::to_owned);
    allowed.sort();
    ensure!(content == allowed, "the image holds {content:?}");
    let list = |name: &str| -> Result<Vec<String>> {
        serde_json::from_value(config[name].clone()).with_context(|| format!("the image says no {name}"))
    };
    let user = config["User"].as_str().context("the image says no user")?;
    ensure!(!user.starts_with('0') && !user.starts_with("root"), "it runs as {user}");

    let configuration = work.join("signalbox");
    host.configure(&configuration)?;
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", START, "sh"])
        .args([&root, &configuration])
        .arg(user)
        .args(list("Entrypoint")?)
        .args(list("Cmd")?)
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    for variable in list("Env")? {
        let (name, value) = variable.split_once('=').context("a variable has a value")?;
        command.env(name, value);
    }
    let service = Service::start(&mut command, &work.join("log"))?;
    host.visit(&service)
}

/// Makes the image's root, and gives what it says of itself.
fn unpack(image: &Path, work: &Path, root: &Path) -> Result<Value> {
    let layout = work.join("layout");
    for folder in [&layout, root] {
        std::fs::create_dir_all(folder)?;
    }
    let untar = |file: &Path, folder: &Path| run(Command::new("tar").arg("-xpf").arg(file).arg("-C").arg(folder));
    untar(image, &layout)?;
    let blob = |digest: &Value| -> Result<PathBuf> {
        let digest = digest.as_str().context("a digest is a text")?;
        Ok(layout.join("blobs").join(digest.replace(':', "/")))
    };
    let json = |file: PathBuf| -> Result<Value> { Ok(serde_json::from_slice(&std::fs::read(file)?)?) };
    let index = json(layout.join("index.json"))?;
    let manifest = json(blob(&index["manifests"][0]["digest"])?)?;
    let layers = manifest["layers"].as_array().context("the image has no layers")?;
    for layer in layers {
        untar(&blob(&layer["digest"])?, root)?;
    }
    Ok(json(blob(&manifest["config"]["digest"])?)?["config"].take())
}
