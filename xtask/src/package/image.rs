//! The OCI image, by `buildah` from nothing: what `deploy/image/Containerfile` says. No engine runs, and nothing is fetched.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::Release;
use crate::files;
use crate::process::run;
use crate::project::Project;
use crate::setup::{Buildah, CertificateAuthorities};

/// Who the program is inside: nobody, and a number that no host has by itself.
const USERS: &str = "signalbox:x:65532:65532:Signalbox:/var/lib/signalbox:/sbin/nologin\n";
const GROUPS: &str = "signalbox:x:65532:\n";

/// Makes it; `listed` is what is inside the program.
pub fn pack(
    project: &Project,
    release: &Release,
    program: &Path,
    listed: &Path,
    (buildah, authorities): (&Buildah, &CertificateAuthorities),
) -> Result<PathBuf> {
    let work = project.target.join("package-image");
    let context = work.join("context");
    files::make_empty(&work)?;
    fill(&context, program, listed, &authorities.file)?;
    // Nothing is fetched that could be signed, and this machine may have no policy of its own.
    let policy = work.join("policy.json");
    std::fs::write(&policy, r#"{"default": [{"type": "insecureAcceptAnything"}]}"#)?;

    let name = format!("localhost/signalbox:{}", release.version);
    let mut build = command(buildah, &work);
    build
        .args(["build", "--signature-policy"])
        .arg(&policy)
        .args([
            "--isolation",
            "chroot",
            "--format",
            "oci",
            "--layers=false",
            "--pull-never",
        ])
        .args(["--timestamp", &release.epoch.to_string(), "--tag", &name])
        .args(["--build-arg", &format!("VERSION={}", release.version)])
        .args(["--build-arg", &format!("REVISION={}", release.revision)])
        .args(["--build-arg", &format!("CREATED={}", release.time)])
        .arg("--file")
        .arg(project.root.join("deploy/image/Containerfile"))
        .arg(&context);
    run(&mut build)
        .context("the image cannot be built; buildah needs root, or user namespaces (newuidmap, /etc/subuid)")?;
    let image = release.folder.join(format!(
        "signalbox-{}-linux-{}.oci.tar",
        release.version, release.machine
    ));
    let layout = work.join("layout");
    run(command(buildah, &work)
        .args(["push", "--quiet", "--signature-policy"])
        .arg(&policy)
        .args([&name, &format!("oci:{}:{name}", layout.display())]))?;
    // buildah could make the archive too, with the times of now in it.
    run(Command::new("tar")
        .args([
            "--sort=name",
            "--owner=0",
            "--group=0",
            "--numeric-owner",
            "--mode=u=rwX,go=rX",
        ])
        .arg(format!("--mtime=@{}", release.epoch))
        .arg("-cf")
        .arg(&image)
        .arg("-C")
        .arg(&layout)
        .args(["blobs", "index.json", "oci-layout"]))?;
    Ok(image)
}

/// buildah, with a store of its own: this machine's is not touched.
fn command(buildah: &Buildah, work: &Path) -> Command {
    let mut command = buildah.command();
    command
        .args(["--storage-driver", "vfs", "--root"])
        .arg(work.join("store"))
        .arg("--runroot")
        .arg(work.join("run"));
    command
}

fn fill(context: &Path, program: &Path, listed: &Path, authorities: &Path) -> Result<()> {
    let root = context.join("root");
    for folder in [
        "usr/bin",
        "etc/ssl/certs",
        "etc/signalbox",
        "usr/share/doc/signalbox",
        "var/lib",
        "tmp",
    ] {
        std::fs::create_dir_all(root.join(folder))?;
    }
    let state = context.join("state/signalbox");
    std::fs::create_dir_all(&state)?;
    for (from, to) in [
        (program, "usr/bin/signalbox"),
        (listed, "usr/share/doc/signalbox/signalbox.cdx.json"),
        (authorities, "etc/ssl/certs/ca-certificates.crt"),
    ] {
        std::fs::copy(from, root.join(to)).with_context(|| format!("cannot copy {}", from.display()))?;
    }
    std::fs::write(root.join("etc/passwd"), USERS)?;
    std::fs::write(root.join("etc/group"), GROUPS)?;
    run(Command::new("chmod").args(["-R", "u=rwX,go=rX"]).arg(context))?;
    for (folder, mode) in [(root.join("tmp"), 0o1777), (state, 0o700)] {
        std::fs::set_permissions(folder, PermissionsExt::from_mode(mode))?;
    }
    Ok(())
}
