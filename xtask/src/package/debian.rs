//! The Debian package, by `dpkg-deb`: what `deploy/debian` says, with the program.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::Release;
use crate::files;
use crate::process::{ask, run};
use crate::project::Project;

/// Where from in the project, where to in the package.
const FILES: [(&str, &str); 15] = [
    (
        "deploy/debian/signalbox.service",
        "usr/lib/systemd/system/signalbox.service",
    ),
    ("deploy/debian/sysusers.conf", "usr/lib/sysusers.d/signalbox.conf"),
    ("deploy/debian/tmpfiles.conf", "usr/lib/tmpfiles.d/signalbox.conf"),
    ("deploy/debian/signalbox.toml", "etc/signalbox/signalbox.toml"),
    ("deploy/debian/signalbox.default", "etc/default/signalbox"),
    ("deploy/debian/copyright", "usr/share/doc/signalbox/copyright"),
    ("deploy/nginx/signalbox.conf", "usr/share/doc/signalbox/nginx.conf"),
    ("docs/operations.md", "usr/share/doc/signalbox/operations.md"),
    ("docs/operations.zh.md", "usr/share/doc/signalbox/operations.zh.md"),
    ("docs/configuration.md", "usr/share/doc/signalbox/configuration.md"),
    ("docs/settings.md", "usr/share/doc/signalbox/settings.md"),
    ("docs/sign-in.md", "usr/share/doc/signalbox/sign-in.md"),
    ("docs/sign-in.zh.md", "usr/share/doc/signalbox/sign-in.zh.md"),
    ("LICENSE-MIT", "usr/share/doc/signalbox/LICENSE-MIT"),
    ("LICENSE-APACHE", "usr/share/doc/signalbox/LICENSE-APACHE"),
];

const SCRIPTS: [&str; 3] = ["postinst", "prerm", "postrm"];

/// Makes it; `listed` is what is inside the program.
pub fn pack(project: &Project, release: &Release, program: &Path, listed: &Path) -> Result<PathBuf> {
    let root = project.target.join("package-debian");
    files::make_empty(&root)?;
    let put = |from: &Path, to: &str, mode: u32| -> Result<()> {
        let to = root.join(to);
        std::fs::create_dir_all(to.parent().context("a file lies in a folder")?)?;
        std::fs::copy(from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
        Ok(std::fs::set_permissions(to, PermissionsExt::from_mode(mode))?)
    };
    put(program, "usr/bin/signalbox", 0o755)?;
    put(listed, "usr/share/doc/signalbox/signalbox.cdx.json", 0o644)?;
    for (from, to) in FILES {
        put(&project.root.join(from), to, 0o644)?;
    }
    for entry in std::fs::read_dir(project.root.join("deploy/policies"))? {
        let policy = entry?;
        let to = format!(
            "usr/share/doc/signalbox/policies/{}",
            policy.file_name().to_string_lossy()
        );
        put(&policy.path(), &to, 0o644)?;
    }
    for script in SCRIPTS {
        put(
            &project.root.join("deploy/debian").join(script),
            &format!("DEBIAN/{script}"),
            0o755,
        )?;
    }
    write_control(project, release, &root)?;
    // Folders as this user makes them would be as private as this user likes.
    run(Command::new("chmod").args(["-R", "u=rwX,go=rX"]).arg(&root))?;

    let package = release
        .folder
        .join(format!("signalbox_{}_{}.deb", release.version, release.architecture));
    run(Command::new("dpkg-deb")
        .args(["--root-owner-group", "-Zxz", "--build"])
        .args([&root, &package])
        .env("SOURCE_DATE_EPOCH", release.epoch.to_string()))?;
    let field = ask(Command::new("dpkg-deb").arg("--field").arg(&package).arg("Version"));
    ensure!(field.as_deref() == Some(&*release.version), "dpkg-deb made {field:?}");
    Ok(package)
}

/// Fields, configuration files and checksums.
fn write_control(project: &Project, release: &Release, root: &Path) -> Result<()> {
    let content = files::read(root)?;
    let installed = || content.iter().filter(|(name, _)| !name.starts_with("DEBIAN/"));
    let kilobytes: usize = installed().map(|(_, content)| content.len().div_ceil(1024)).sum();
    let control = std::fs::read_to_string(project.root.join("deploy/debian/control"))?;
    let control = control
        .replace("{version}", &release.version)
        .replace("{architecture}", release.architecture)
        .replace("{size}", &kilobytes.to_string());
    let configuration: String = installed()
        .filter(|(name, _)| name.starts_with("etc/"))
        .map(|(name, _)| format!("/{name}\n"))
        .collect();
    let folder = root.join("DEBIAN");
    std::fs::write(folder.join("control"), control)?;
    std::fs::write(folder.join("conffiles"), configuration)?;
    let names: Vec<&String> = installed().map(|(name, _)| name).collect();
    let sums = ask(Command::new("md5sum").current_dir(root).args(names)).context("there is no md5sum")?;
    Ok(std::fs::write(folder.join("md5sums"), sums + "\n")?)
}
