//! The simulated clouds against clients that we did not write: the vendors' official Python SDKs sign, ask, page and read the answers.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use signalbox_tests::program::Program;
use signalbox_tests::{Context, Result, server};

/// `signalbox demo --clouds-only`, and what it says about how to reach the clouds.
fn clouds() -> Result<(Program, Value)> {
    let mut command = Command::new(server::binary()?);
    command.args(["demo", "--clouds-only"]);
    Program::start(command, |line| serde_json::from_str(line).ok())
}

fn list_all(clouds: &Value) -> Result<Output> {
    let python = std::env::var_os("SIGNALBOX_PYTHON").context(
        "SIGNALBOX_PYTHON names no Python with the clouds' official SDKs. Type `cargo xtask test`, or install tests/sdk/requirements.txt \
         into a virtual environment (Debian, Ubuntu: apt install python3 python3-venv) and set it to its bin/python",
    )?;
    let mut command = Command::new(&python);
    command
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("sdk/list_all.py"))
        .arg(clouds.to_string());
    // The clouds are on this machine: a proxy in the environment must not be asked for them.
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    // One of the SDKs writes a file below HOME when it is imported, and neither may find real credentials there.
    let home = tempfile::tempdir()?;
    command.env("HOME", home.path());
    command
        .output()
        .with_context(|| format!("cannot start {}", python.display()))
}

#[test]
fn official_clients_list_all_five_and_wrong_secrets_are_refused() -> Result<()> {
    let (_running, mut clouds) = clouds()?;
    let output = list_all(&clouds)?;
    let faults = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{faults}", output.status);
    let summary: Value = serde_json::from_slice(&output.stdout)?;
    eprintln!("listed by the official clients: {summary}");
    for api in [
        "alibaba.cs.operation-plans",
        "alibaba.sas.cluster-plugins",
        "alibaba.oos.instance-patch-states",
        "huawei.coc.executions",
        "huawei.rfs.stack-set-operations",
    ] {
        assert!(summary[api]["rows"].as_u64() > Some(0), "{api}: {summary}");
    }
    // The lists whose pages the demo's fleet overflows.
    for api in ["alibaba.oos.instance-patch-states", "huawei.coc.executions"] {
        assert!(
            summary[api]["requests"].as_u64() > Some(3),
            "{api} came without paging: {summary}"
        );
    }

    // The script itself must be able to fail: with a wrong secret from the start there is nothing to list.
    clouds["credentials"]["alibaba"]["access_key_secret"] = "wrong".into();
    clouds["credentials"]["huawei"]["sk"] = "wrong".into();
    let output = list_all(&clouds)?;
    let faults = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        (output.status.code(), output.stdout.trim_ascii()),
        (Some(1), b"{}".as_slice()),
        "{faults}"
    );
    for code in ["SignatureDoesNotMatch", "APIGW.0301"] {
        assert!(faults.contains(code), "{code} is not in {faults}");
    }
    Ok(())
}
