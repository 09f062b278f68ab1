//! `deploy/kubernetes`: every overlay as `kubectl apply --kustomize` would send it.

use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use anyhow::{Context, anyhow, ensure};
use serde_json::{Value, json};
use signalbox_tests::Result;
use tempfile::TempDir;

use super::{check_configuration, checker, names, read, root, run, yaml};

/// The oldest that the documents name, and the newest that can be held against.
const VERSIONS: [&str; 2] = ["1.30", "1.37"];

fn kubectl() -> Option<PathBuf> {
    let named = std::env::var_os("SIGNALBOX_KUBECTL").map(PathBuf::from);
    let found = named.unwrap_or_else(|| "kubectl".into());
    let works = Command::new(&found).args(["kustomize", "--help"]).output();
    let works = works.is_ok_and(|output| output.status.success());
    if !works {
        eprintln!("skipped: kubectl is not here (1.27 or newer); SIGNALBOX_KUBECTL may name it");
    }
    works.then_some(found)
}

/// An overlay as it would be sent.
struct Rendered {
    name: String,
    folder: TempDir,
    objects: Vec<Value>,
}

/// All overlays, rendered once for all tests.
static OVERLAYS: LazyLock<Result<Vec<Rendered>>> = LazyLock::new(Rendered::all);

fn overlays() -> Result<&'static [Rendered]> {
    let all = OVERLAYS.as_ref();
    all.map(Vec::as_slice).map_err(|error| anyhow!("{error:#}"))
}

impl Rendered {
    fn all() -> Result<Vec<Self>> {
        let Some(kubectl) = kubectl() else {
            return Ok(Vec::new());
        };
        let mut all = Vec::new();
        for name in names("deploy/kubernetes/overlays")? {
            let overlay = root().join("deploy/kubernetes/overlays").join(&name);
            let output = run(Command::new(&kubectl).arg("kustomize").arg(overlay))?;
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            ensure!(said.trim().is_empty(), "{name}: {said}");
            let folder = TempDir::new()?;
            let file = folder.path().join("all.yaml");
            std::fs::write(&file, output.stdout)?;
            let objects = yaml(&file)?;
            all.push(Self { name, folder, objects });
        }
        ensure!(all.len() >= 2, "there are two overlays");
        Ok(all)
    }

    fn one(&self, kind: &str, name: &str) -> Result<&Value> {
        let mut found = (self.objects.iter()).filter(|object| {
            let named = object["metadata"]["name"].as_str().unwrap_or_default();
            object["kind"] == kind && (named == name || kind == "ConfigMap" && named.starts_with(name))
        });
        let one = found.next();
        ensure!(found.next().is_none(), "{}: several {kind} {name}", self.name);
        one.with_context(|| format!("{}: no {kind} {name}", self.name))
    }

    fn pod(&self) -> Result<&Value> {
        Ok(&self.one("Deployment", "signalbox")?["spec"]["template"]["spec"])
    }
}

#[test]
fn every_overlay_is_what_kubernetes_takes() -> Result<()> {
    let files = overlays()?.iter().map(|overlay| overlay.folder.path().join("all.yaml"));
    let files: Vec<_> = files.collect();
    if files.is_empty() {
        return Ok(());
    }
    for version in VERSIONS {
        let mut command = checker("kubernetes-validate")?;
        run(command.args(["--strict", "--kubernetes-version", version]).args(&files))?;
    }
    Ok(())
}

#[test]
fn pods_are_restricted_and_asked_for_their_health() -> Result<()> {
    for overlay in overlays()? {
        let pod = overlay.pod()?;
        let of_pod = &pod["securityContext"];
        assert_eq!(of_pod["runAsNonRoot"], true);
        assert_eq!(of_pod["seccompProfile"]["type"], "RuntimeDefault");
        assert_eq!(pod["automountServiceAccountToken"], false);
        let containers = pod["containers"].as_array().context("no containers")?;
        let [container] = containers.as_slice() else {
            anyhow::bail!("{} has {} containers", overlay.name, containers.len())
        };
        let expected = json!({
            "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]},
        });
        assert_eq!(container["securityContext"], expected);
        assert_eq!(container["livenessProbe"]["httpGet"]["path"], "/healthz");
        assert_eq!(container["readinessProbe"]["httpGet"]["path"], "/readyz");
        assert!(container["env"].is_null(), "secrets are files");
        assert!(container["resources"]["limits"]["memory"].is_string());

        let namespace = &overlay.one("Namespace", "signalbox")?["metadata"]["labels"];
        assert_eq!(namespace["pod-security.kubernetes.io/enforce"], "restricted");
        let labels = &overlay.one("Deployment", "signalbox")?["spec"]["template"]["metadata"]["labels"];
        let selected = labels["app.kubernetes.io/name"].clone();
        for (kind, pointer) in [
            ("PodDisruptionBudget", "/spec/selector/matchLabels"),
            ("NetworkPolicy", "/spec/podSelector/matchLabels"),
            ("Service", "/spec/selector"),
            ("Deployment", "/spec/selector/matchLabels"),
        ] {
            let selector = overlay.one(kind, "signalbox")?.pointer(pointer);
            assert_eq!(
                selector,
                Some(&json!({"app.kubernetes.io/name": selected})),
                "{}: {kind}",
                overlay.name
            );
        }
    }
    Ok(())
}

#[test]
fn every_port_that_the_configuration_opens_has_one_who_may_come() -> Result<()> {
    for overlay in overlays()? {
        let text = &overlay.one("ConfigMap", "signalbox-")?["data"]["signalbox.toml"];
        let text: toml::Table = text.as_str().context("no configuration")?.parse()?;
        let rules = &overlay.one("NetworkPolicy", "signalbox")?["spec"]["ingress"];
        let ports = overlay.pod()?["containers"][0]["ports"]
            .as_array()
            .context("no ports")?;
        for (setting, name) in [("listen", "http"), ("metrics", "metrics")] {
            let address = text[setting].as_str().context("no address")?;
            let opened = ports.iter().find(|port| port["name"] == name).context("not opened")?;
            assert!(address.ends_with(&format!(":{}", opened["containerPort"])), "{address}");
            let lets = |rule: &&Value| rule["ports"] == json!([{"port": name}]) && !rule["from"].is_null();
            let rules = rules.as_array().into_iter().flatten();
            assert_eq!(rules.filter(lets).count(), 1, "{}: {name}", overlay.name);
        }
    }
    Ok(())
}

#[test]
fn configurations_can_be_used_and_their_secrets_are_mounted() -> Result<()> {
    for overlay in overlays()? {
        let pod = overlay.pod()?;
        let map = overlay.one("ConfigMap", "signalbox-")?;
        let text = map["data"]["signalbox.toml"].as_str().context("no configuration")?;
        let volumes = pod["volumes"].as_array().into_iter().flatten();
        let mounts = pod["containers"][0]["volumeMounts"].as_array().into_iter().flatten();
        let place = |wanted: &str| {
            let mut mounts = mounts.clone();
            let mount = mounts.find(|mount| mount["name"] == wanted);
            mount.and_then(|mount| mount["mountPath"].as_str()).map(str::to_owned)
        };
        assert_eq!(place("configuration").as_deref(), Some("/etc/signalbox"));
        assert!(
            volumes
                .clone()
                .any(|volume| volume["configMap"]["name"] == map["metadata"]["name"])
        );

        let mut text = text.to_owned();
        // A token that is projected into the pod lies where the configuration looks for it.
        for volume in volumes {
            for source in volume["projected"]["sources"].as_array().into_iter().flatten() {
                let name = volume["name"].as_str().context("no name")?;
                let path = source["serviceAccountToken"]["path"].as_str().context("no path")?;
                let file = format!("{}/{path}", place(name).context("not mounted")?);
                assert!(text.contains(&format!("\"{file}\"")), "{}: {file}", overlay.name);
                text = text.replace(&file, "/run/secrets/signalbox/token");
            }
        }
        let secrets = place("secrets").context("no secrets")?;
        check_configuration(&text, &secrets).with_context(|| overlay.name.clone())?;
        assert!(!text.contains("access_key"), "{}: an access key", overlay.name);
    }
    // The base is for those who have nothing but access keys.
    check_configuration(
        &read("deploy/kubernetes/base/signalbox.toml")?,
        "/run/secrets/signalbox",
    )
}

#[test]
fn the_way_to_metadata_services_is_shut() -> Result<()> {
    for overlay in overlays()? {
        let policies = overlay
            .objects
            .iter()
            .filter(|object| object["kind"] == "NetworkPolicy");
        let rules = policies.flat_map(|policy| policy["spec"]["egress"].as_array().into_iter().flatten());
        for rule in rules {
            for to in rule["to"].as_array().into_iter().flatten() {
                let block = &to["ipBlock"];
                let shut = |address: &str| {
                    block["except"]
                        .as_array()
                        .is_some_and(|list| list.contains(&json!(address)))
                };
                match block["cidr"].as_str() {
                    Some("0.0.0.0/0") => assert!(shut("100.100.100.200/32") && shut("169.254.0.0/16")),
                    Some("169.254.0.0/16") => assert!(shut("169.254.169.254/32")),
                    Some("::/0") => assert!(shut("fe80::/10")),
                    // Other pods, which are no metadata service.
                    None => assert!(
                        to["namespaceSelector"].is_object() || to["podSelector"].is_object(),
                        "{}: {to}",
                        overlay.name
                    ),
                    Some(other) => anyhow::bail!("{}: {other}", overlay.name),
                }
            }
        }
    }
    Ok(())
}
