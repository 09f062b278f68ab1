//! The simulated clouds against clients that we did not write: the vendors' official Python SDKs sign, ask, page and read the answers.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first thing that is not as it must be"
)]

use std::env;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

const REQUIREMENTS: &str = include_str!("../sdk/requirements.txt");
const NO_VENV: &str = "The vendors' SDK clients need Python 3.8 or later with venv and pip.
Install them (Debian, Ubuntu: apt install python3 python3-venv) and run the test again.";

/// `signalbox demo --clouds-only`, ended when the test ends.
struct Clouds(Child);

impl Clouds {
    /// The running clouds and the JSON line that says how to reach them.
    fn start() -> (Self, String) {
        let binary = env::var_os("SIGNALBOX_BIN")
            .expect("SIGNALBOX_BIN must name the `signalbox` binary; `cargo xtask test` sets it");
        let mut command = Command::new(&binary);
        command
            .args(["demo", "--clouds-only"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", binary.display()));
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let clouds = Self(child);
        let (send, receive) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let _ = stdout.read_line(&mut line);
            let _ = send.send(line);
        });
        let line = receive
            .recv_timeout(Duration::from_secs(60))
            .expect("`demo --clouds-only` printed nothing for a minute");
        assert!(
            line.starts_with('{'),
            "`demo --clouds-only` must print one JSON line, but printed {line:?}"
        );
        (clouds, line)
    }
}

impl Drop for Clouds {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn cache() -> PathBuf {
    let folder = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    folder("SIGNALBOX_CACHE")
        .or_else(|| folder("XDG_CACHE_HOME").map(|cache| cache.join("signalbox")))
        .or_else(|| folder("HOME").map(|home| home.join(".cache/signalbox")))
        .expect("set HOME, XDG_CACHE_HOME or SIGNALBOX_CACHE: the SDK clients are kept in a cache folder")
}

fn run(command: &mut Command, advice: &str) -> Output {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}\n{advice}"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}\n{advice}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// The Python of a virtual environment that holds `requirements.txt`; installed on the first run, and again when the file or the
/// machine's Python changes.
fn python() -> PathBuf {
    let version = run(Command::new("python3").arg("--version"), NO_VENV).stdout;
    let mut hasher = DefaultHasher::new();
    (REQUIREMENTS, version).hash(&mut hasher);
    let folder = cache().join(format!("sdk-{:016x}", hasher.finish()));
    fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let (venv, complete) = (folder.join("venv"), folder.join("complete"));
    let lock = File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    let python = venv.join("bin/python");
    if !complete.exists() {
        eprintln!(
            "Installing the vendors' Python SDK clients into {} (once; 150 MB)",
            folder.display()
        );
        run(
            Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv),
            NO_VENV,
        );
        let mut pip = Command::new(&python);
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--requirement",
        ])
        .arg(sdk("requirements.txt"));
        run(
            &mut pip,
            "pip could not install the SDK clients: it needs a Python package index (PIP_INDEX_URL) or their wheels (PIP_FIND_LINKS).",
        );
        fs::write(&complete, REQUIREMENTS).unwrap();
    }
    python
}

fn sdk(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sdk").join(file)
}

fn list_all(python: &Path, clouds: &str) -> Output {
    let mut command = Command::new(python);
    command.arg(sdk("list_all.py")).arg(clouds);
    // The clouds are on this machine: a proxy in the environment must not be asked for them.
    for name in [
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
    ] {
        command.env_remove(name);
    }
    // One of the clients writes a file below HOME when it is imported; and no real credentials may be found there.
    command.env("HOME", python.ancestors().nth(3).unwrap());
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

#[test]
fn official_clients_list_all_five_and_wrong_secrets_are_refused() {
    let python = python();
    let (_running, clouds) = Clouds::start();

    let output = list_all(&python, &clouds);
    let (summary, faults) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{}\n{summary}\n{faults}", output.status);
    for api in [
        "alibaba.cs.operation-plans",
        "alibaba.sas.cluster-plugins",
        "alibaba.oos.instance-patch-states",
        "huawei.coc.executions",
        "huawei.rfs.stack-set-operations",
    ] {
        assert!(summary.contains(api), "{api} is not in {summary}");
    }
    eprintln!("rows by official clients: {summary}");

    // The script itself must be able to fail: with a wrong secret from the start there is nothing to list.
    let wrong = clouds
        .replace(r#""access_key_secret":""#, r#""access_key_secret":"x"#)
        .replace(r#""sk":""#, r#""sk":"x"#);
    let output = list_all(&python, &wrong);
    let faults = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{faults}");
    assert!(
        faults.contains("SignatureDoesNotMatch") && faults.contains("APIGW.0301"),
        "{faults}"
    );
}
