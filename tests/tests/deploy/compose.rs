//! `deploy/compose`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, ensure};
use serde_json::Value;
use signalbox_tests::Result;

use super::{check_configuration, checker, read, root, run, yaml};

fn file() -> PathBuf {
    root().join("deploy/compose/compose.yaml")
}

fn compose() -> Result<Value> {
    yaml(&file())?.pop().context("compose.yaml is empty")
}

fn texts(list: &Value) -> Vec<&str> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(Value::as_str).collect()
}

#[test]
fn it_is_a_compose_file_whose_services_may_do_nothing_needless() -> Result<()> {
    let mut command = checker("check-jsonschema")?;
    run(command.args(["--builtin-schema", "vendor.compose-spec"]).arg(file()))?;
    let compose = compose()?;
    let services = compose["services"].as_object().context("no services")?;
    assert!(services.contains_key("signalbox") && services.contains_key("front"));
    for (name, service) in services {
        assert_eq!(service["read_only"], true, "{name}");
        assert_eq!(texts(&service["cap_drop"]), ["ALL"], "{name}");
        assert_eq!(texts(&service["security_opt"]), ["no-new-privileges:true"], "{name}");
        assert!(
            service["mem_limit"].is_string() && service["pids_limit"].is_u64(),
            "{name}"
        );
    }
    // Nobody comes past the front.
    assert!(services["signalbox"]["ports"].is_null());
    Ok(())
}

#[test]
fn its_secrets_are_files_that_lie_elsewhere() -> Result<()> {
    let compose = compose()?;
    let secrets = compose["secrets"].as_object().context("no secrets")?;
    let mut used = BTreeSet::new();
    for (name, service) in compose["services"].as_object().context("no services")? {
        ensure!(service["environment"].is_null(), "{name} has an environment");
        used.extend(texts(&service["secrets"]));
    }
    assert_eq!(used, secrets.keys().map(String::as_str).collect());
    for (name, secret) in secrets {
        assert_eq!(secret["file"], format!("./secrets/{name}"));
    }
    // The folder is nobody's to commit.
    assert!(
        read(".gitignore")?
            .lines()
            .any(|line| line == "/deploy/compose/secrets/")
    );
    Ok(())
}

#[test]
fn its_configuration_can_be_used_and_fits_it() -> Result<()> {
    let compose = compose()?;
    let text = read("deploy/compose/signalbox.toml")?;
    check_configuration(&text, "/run/secrets")?;

    let configuration: toml::Table = text.parse()?;
    let address = &compose["services"]["front"]["networks"]["inside"]["ipv4_address"];
    let fronts = configuration["fronts"].as_array().context("no fronts")?;
    assert_eq!(
        fronts.iter().filter_map(toml::Value::as_str).collect::<Vec<_>>(),
        texts(&Value::from(vec![address.clone()]))
    );
    for secret in texts(&compose["services"]["signalbox"]["secrets"]) {
        assert!(
            text.contains(&format!("\"/run/secrets/{secret}\"")),
            "{secret} is not used"
        );
    }
    let port = configuration["listen"]
        .as_str()
        .and_then(|listen| listen.rsplit(':').next());
    let upstream = format!("server signalbox:{};", port.context("no port")?);
    assert!(read("deploy/nginx/signalbox.conf")?.contains(&upstream));
    // What it writes lies on a volume that outlives it.
    let volumes = texts(&compose["services"]["signalbox"]["volumes"]);
    assert!(volumes.contains(&"state:/var/lib/signalbox"));
    assert!(text.contains("file = \"/var/lib/signalbox/"));
    Ok(())
}
