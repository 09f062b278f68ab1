//! The list of what is inside a file, as `CycloneDX` 1.6 has it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Release;
use super::crates::{Crate, Crates};
use crate::files;
use crate::process::run;
use crate::setup::CertificateAuthorities;

/// What sort of file is listed.
#[derive(Clone, Copy)]
pub enum Kind<'a> {
    Program,
    Debian,
    Image(&'a CertificateAuthorities),
}

/// The list of a file that holds the program.
pub fn of_file(release: &Release, inside: &Crates, file: &Path, kind: Kind<'_>) -> Result<Value> {
    let name = file.file_name().context("a file needs a name")?.to_string_lossy();
    Ok(list(release, inside, &name, &files::sha256(file)?, kind))
}

/// Holds lists against the scheme that they name, by the library of those who make it.
pub fn check(python: &Path, lists: &[PathBuf]) -> Result<()> {
    const SCRIPT: &str = "
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
for name in sys.argv[1:]:
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(name).read())
    if fault is not None:
        sys.exit(f'{name}: {fault}')
";
    run(Command::new(python).args(["-c", SCRIPT]).args(lists))
}

fn list(release: &Release, inside: &Crates, file: &str, sum: &str, kind: Kind<'_>) -> Value {
    let version = &release.version;
    let architecture = release.architecture;
    let (what, address) = match kind {
        Kind::Program => (
            "application",
            format!("pkg:generic/signalbox@{version}?file_name={file}"),
        ),
        Kind::Debian => (
            "application",
            format!("pkg:deb/signalbox@{version}?arch={architecture}"),
        ),
        Kind::Image(_) => (
            "container",
            format!("pkg:oci/signalbox?arch={architecture}&tag={version}"),
        ),
    };
    let mut components: Vec<Value> = inside.values().map(component).collect();
    let mut needs: Vec<Value> = (inside.values())
        .map(|found| {
            let needs: Vec<String> = found
                .needs
                .iter()
                .map(|(name, version)| reference(name, version))
                .collect();
            json!({"ref": reference(&found.name, &found.version), "dependsOn": needs})
        })
        .collect();
    // The page is another program than the proxy that holds it.
    let mut parts = vec![
        reference("signalbox", version),
        reference("signalbox-frontend", version),
    ];
    if let Kind::Image(authorities) = kind {
        let reference = format!("pkg:pypi/certifi@{}", authorities.version);
        components.push(json!({
            "type": "data", "bom-ref": reference, "name": "certifi", "version": authorities.version, "purl": reference,
            "description": "Mozilla's list of certificate authorities", "licenses": [{"license": {"id": "MPL-2.0"}}],
            "hashes": [{"alg": "SHA-256", "content": authorities.sha256}],
        }));
        needs.push(json!({"ref": reference, "dependsOn": []}));
        parts.push(reference);
    }
    needs.push(json!({"ref": file, "dependsOn": parts}));
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": format!("urn:uuid:{}", uuid(&format!("{file} {sum}"))),
        "version": 1,
        "metadata": {
            "timestamp": release.time,
            "tools": {"components": [{"type": "application", "name": "cargo xtask package"}]},
            "component": {
                "type": what, "bom-ref": file, "name": "signalbox", "version": version, "purl": address,
                "licenses": [{"expression": "MIT OR Apache-2.0"}], "hashes": [{"alg": "SHA-256", "content": sum}],
                "properties": [{"name": "signalbox:revision", "value": release.revision}],
            },
        },
        "components": components,
        "dependencies": needs,
    })
}

fn component(found: &Crate) -> Value {
    let reference = reference(&found.name, &found.version);
    let mut component = json!({
        "type": "library", "bom-ref": reference, "name": found.name, "version": found.version, "purl": reference,
    });
    if let Some(licence) = &found.licence {
        // As crates said it before they said it as SPDX has it.
        component["licenses"] = json!([{"expression": licence.replace('/', " OR ")}]);
    }
    if let Some(checksum) = &found.checksum {
        component["hashes"] = json!([{"alg": "SHA-256", "content": checksum}]);
    }
    if let Some(repository) = &found.repository {
        component["externalReferences"] = json!([{"type": "vcs", "url": repository}]);
    }
    component
}

fn reference(name: &str, version: &str) -> String {
    format!("pkg:cargo/{name}@{version}")
}

/// A UUID that is made of a text (version 8), so that the same file has the same.
fn uuid(text: &str) -> String {
    let mut bytes: [u8; 32] = Sha256::digest(text).into();
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut hex: String = bytes[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    for at in [20, 16, 12, 8] {
        hex.insert(at, '-');
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn crates() -> Crates {
        let found = |name: &str, needs: &[&str]| Crate {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: Some("MIT/Apache-2.0".to_owned()),
            checksum: None,
            repository: None,
            needs: needs
                .iter()
                .map(|name| ((*name).to_owned(), "1.0.0".to_owned()))
                .collect(),
        };
        [
            found("signalbox", &["a"]),
            found("signalbox-frontend", &["a"]),
            found("a", &[]),
        ]
        .into_iter()
        .map(|found| ((found.name.clone(), found.version.clone()), found))
        .collect()
    }

    #[test]
    fn every_reference_leads_to_something_that_is_listed_once() {
        let release = Release {
            version: "1.0.0".to_owned(),
            machine: "x86_64",
            architecture: "amd64",
            epoch: 0,
            time: "1970-01-01T00:00:00Z".to_owned(),
            revision: String::new(),
            folder: "/nowhere".into(),
        };
        let authorities = CertificateAuthorities {
            file: "/nowhere".into(),
            version: "2026.1.1".to_owned(),
            sha256: "00".to_owned(),
        };
        for kind in [Kind::Program, Kind::Debian, Kind::Image(&authorities)] {
            let list = list(&release, &crates(), "file", "00", kind);
            let components = list["components"].as_array().unwrap();
            let known: BTreeSet<_> = components.iter().map(|one| one["bom-ref"].as_str().unwrap()).collect();
            assert_eq!(known.len(), components.len());
            let needs = list["dependencies"].as_array().unwrap();
            let from: BTreeSet<_> = needs.iter().map(|one| one["ref"].as_str().unwrap()).collect();
            assert_eq!(from.len(), needs.len());
            assert_eq!(from.iter().filter(|one| **one != "file").count(), known.len());
            for to in needs.iter().flat_map(|one| one["dependsOn"].as_array().unwrap()) {
                assert!(known.contains(to.as_str().unwrap()), "{to}");
            }
            assert!(list.to_string().contains("MIT OR Apache-2.0"));
        }
    }

    #[test]
    fn a_text_has_one_uuid_of_its_own() {
        assert_eq!(uuid("a"), uuid("a"));
        assert_ne!(uuid("a"), uuid("b"));
        let parts: Vec<_> = uuid("a").split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert_eq!(uuid("a").as_bytes()[14], b'8');
    }
}
